"""Recognises captions, repeated headers, totals and signatures among the rows of a list.

Nothing is left out in silence: each such row gets a remark that says what it was taken for. A row
that states a relation, a birth, a sex, an identity number, a class or a decision is a person's,
whatever else it says.
"""

import itertools
import re
from collections.abc import Callable
from typing import TypeGuard

from domain.imports import values
from domain.imports.layout import Layout, field_of, fold, is_numbering
from domain.imports.list_kinds import ANY_KIND, ListKind, titled
from domain.imports.values import Unusable
from domain.imports.xlsx.cells import Cell, Odd, Row

CAPTION, HEADER, NUMBERING = "row_caption", "row_header", "row_numbering"
TOTAL, SIGNATURE, BELOW = "row_total", "row_signature", "row_below_list"
OTHER_LIST = "row_of_other_list"
"""Codes of `findings`."""

_TOTAL = re.compile(
    r"\W*(?:[ivx0-9]+\W+)?(?:tổng(?: cộng| số|\b)|cộng\b|tong (?:cong|so)\b|lũy kế|luỹ kế"
    r"|toàn (?:xã|phường|thị trấn|thôn|bộ)\b|ấn định\b|bằng chữ\b"
    r"|(?:danh sách|biểu) (?:này )?(?:có|gồm)\b|số hộ\b|số khẩu\b|trong đó\b)"
)
_SIGNATURE = re.compile(
    r"\W*(?:người (?:lập|ghi|tổng hợp|báo cáo|kiểm)|nguoi lap|tm\b|t/m\b|kt\b|uỷ ban|ủy ban|ubnd\b"
    r"|chủ tịch|phó chủ tịch|chu tich|thủ trưởng|trưởng (?:thôn|bản|ban|ấp|buôn|khu|tổ|xóm)\b"
    r"|cán bộ|công chức|điều tra viên|rà soát viên|xác nhận|ban (?:chỉ đạo|giảm nghèo)|nơi nhận"
    r"|ký(?: tên|, |\b)|đã ký|ngày\W+tháng|lãnh đạo|kế toán"
    r"|.*\bngày\s*[0-9.…]*\s*tháng\s*[0-9.…]*\s*năm\b)"
)
_PLACE = re.compile(
    r"\W*(?:[ivx0-9]+\W+)?(?:thôn|bản|ấp|buôn|bon|làng|xóm|khóm|khu phố|khu|khối|tổ dân phố|tổ|tdp"
    r"|sóc|plei|xã|phường|thị trấn|hộ|danh sách)\b"
)
_OF_A_PERSON = {
    "relation": values.relation, "birth": values.birth, "birth_male": values.birth,
    "birth_female": values.birth, "sex": values.sex,
}  # fmt: skip
_IDENTITY = re.compile(r"[\s.\-']*(?:[0-9][\s.\-]*){8,12}(?:\.0)?")
_DECISION = re.compile(r"[0-9].*[A-Za-zĐ]")
_COUNTED = 4
_TELLING = (
    "decision_number", "decision_date", "class", "relation", "sex", "village", "birth",
    "birth_male", "birth_female",
)  # fmt: skip
_NOTHING = (None, "", (None, None))


class Captions:
    """Tells the rows of one list that belong to no household.

    `below` holds while the list seems to be over: after a total or a signature, until a person's
    row comes again. `other_list` holds below the header of another list, until this one's header
    comes again; `other_kind` below a caption of exits in a list of poor households, and the other
    way round.
    """

    def __init__(self, layout: Layout, kind: ListKind = ANY_KIND) -> None:
        self.at = layout.columns
        self.kind = kind
        self.read = frozenset(layout.columns.values())
        self.headings = {
            letters: fold(text) for letters, text in layout.headings.items() if fold(text)
        }
        # Names are not looked at first: each is new, and most rows have one.
        self.telling = [self.at[name] for name in _TELLING if name in self.at]
        self.words = {
            words for heading in self.headings.values()
            for words in (heading, *_pieces(heading))
        }  # fmt: skip
        self.below = False
        self.other_list = self.other_kind = False
        self.after_header = True

    def code_of(self, row: Row) -> str:
        """The code of what a row is, "" for a row of a household."""
        cells = row.cells
        numbering = (self.after_header and is_numbering(row)) or _counts_on(row)
        self.after_header = False
        if numbering:
            return NUMBERING
        if self._repeats_header(cells):
            self.after_header = True
            self.below = self.other_list = False
            return HEADER
        if self._states_a_person(cells) or self._names_a_household(cells):
            self.below = False
            return OTHER_LIST if self.other_list or self.other_kind else ""
        if is_header(row):
            self.other_list = True
            return OTHER_LIST
        texts = [" ".join(cell.split()).casefold() for cell in cells.values() if _is_text(cell)]
        if any(_TOTAL.match(text) for text in texts):
            self.below = True
            return TOTAL
        if any(_SIGNATURE.match(text) for text in texts):
            self.below = True
            return SIGNATURE
        alone = len(texts) == len(cells) == 1 and _PLACE.match(texts[0])
        if alone or not self.read & cells.keys():
            self._turn(texts)
            return BELOW if self.below else CAPTION
        if self.below:
            return BELOW
        return OTHER_LIST if self.other_list or self.other_kind else ""

    def _turn(self, texts: list[str]) -> None:
        """Notes a caption that begins a list of another kind, or of this one again."""
        for text in texts:
            if kind := titled(text):
                self.other_kind = kind.purpose != self.kind.purpose

    def _repeats_header(self, cells: dict[str, Cell]) -> bool:
        """Whether most cells of the row are the headings of their columns."""
        if not any(
            isinstance(cell := cells.get(letters), str) and fold(cell[:100]) in self.words
            for letters in self.telling
        ):
            return False
        same = 0
        for letters, cell in cells.items():
            if not isinstance(cell, str) or len(cell) > 100:
                continue
            heading = self.headings.get(letters)
            folded = fold(cell)
            if heading is not None and (
                folded == heading
                or heading.endswith(f" {folded}")
                or heading.startswith(f"{folded} ")
            ):
                same += 1
        return same >= 2 and 2 * same > len(cells)

    def _states_a_person(self, cells: dict[str, Cell]) -> bool:
        """Whether the row says of a person what no total and no signature says."""
        for field, parse in _OF_A_PERSON.items():
            if (cell := self._cell(cells, field)) is None:
                continue
            if isinstance(cell, Odd) or _read(parse, cell) not in _NOTHING:
                return True
        cell = self._cell(cells, "id_number")
        return cell is not None and (isinstance(cell, Odd) or bool(_IDENTITY.fullmatch(str(cell))))

    def _names_a_household(self, cells: dict[str, Cell]) -> bool:
        """Whether the row has a name, which is no word of a total, beside a class or decision."""
        named = [self._cell(cells, field) for field in ("head", "member")]
        names = [cell.strip().casefold() for cell in named if isinstance(cell, str)]
        if not names or any(_TOTAL.match(name) or _SIGNATURE.match(name) for name in names):
            return False
        class_, number = self._cell(cells, "class"), self._cell(cells, "decision_number")
        return isinstance(class_, Odd) or bool(
            (class_ is not None and _read(values.class_, class_))
            or (number is not None and _DECISION.search(str(number)))
        )

    def _cell(self, cells: dict[str, Cell], field: str) -> Cell | None:
        letters = self.at.get(field)
        return cells.get(letters) if letters else None


def _pieces(heading: str) -> list[str]:
    """What a heading begins and ends with: headers in two rows are kept as one text."""
    words = heading.split(" ")
    return [" ".join(words[:at]) for at in range(1, len(words))] + [
        " ".join(words[at:]) for at in range(1, len(words))
    ]


def _counts_on(row: Row) -> bool:
    """Whether a row holds 1, 2, 3, ... and nothing else: the columns' numbers on a later page."""
    cells = list(row.cells.values())
    if len(cells) < _COUNTED or (isinstance(cells[0], str) and not cells[0].strip("() ").isdigit()):
        return False
    texts = [str(cell).strip("() ") for cell in cells]
    return all(text.isascii() and text.isdigit() and len(text) < 4 for text in texts) and all(
        int(later) == int(earlier) + 1 for earlier, later in itertools.pairwise(texts)
    )


def _is_text(cell: Cell) -> TypeGuard[str]:
    return isinstance(cell, str)


def _read(parse: Callable[[Cell], object], cell: Cell) -> object:
    try:
        return parse(cell)
    except Unusable:
        return None


def is_header(row: Row) -> bool:
    """Whether a row looks like the header of some list: most of its cells are headings."""
    texts = [cell for cell in row.cells.values() if isinstance(cell, str) and len(cell) <= 100]
    if len(texts) < 3 or 2 * len(texts) <= len(row.cells):
        return False
    known = [field_of(text) for text in texts]
    found = sum(1 for field in known if field)
    return found >= 3 and 2 * found > len(texts)
