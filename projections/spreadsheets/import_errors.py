"""Makes the error sheet of an import: the rows that were not recorded, each with the reason.

The original columns follow the remarks under their own headings, so that a corrected sheet can be
imported again as it is; what is recorded by then is not recorded twice. Each list of the file has
a sheet of its own, named so that it is read as the list it was. A file that was refused as a whole
has a sheet that says why.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from xlsxwriter import Workbook

from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection
from domain.imports.errors import FileRefused
from domain.imports.list_kinds import title_of
from domain.imports.remarks import FIELD_NAMES, KINDS, Remark, row_key, sheet_and_row
from domain.imports.sheet_choice import ChosenList, choose_lists, list_rows
from domain.imports.xlsx.cells import MARKS, Cell, Odd, PartOfDate, Row, column_number
from domain.imports.xlsx.workbook import open_workbook
from projections.imports.imports import ImportExpired
from projections.imports.sealed_files import FileDestroyed, Names, open_file, open_names
from projections.spreadsheets.workbook import Formats, new_workbook, safe_text, write_cell

MOST_ROWS = 100_000
OWN_COLUMNS = ("Dòng trong tệp gốc", "Kết quả kiểm tra", "Cột", "Lý do và cách sửa", "Hộ")
FORMER_COLUMNS = ("Dòng gốc", "Xử lý", "Cột", "Lý do", "Hộ")
"""Headings of the remarks in sheets of an earlier version, which people still correct."""

_STRUCK = frozenset({"row_hidden", "row_struck", "cell_struck"})
"""Rows of these remarks are struck through here too: a person has to say that they hold."""


@dataclass(frozen=True, slots=True)
class Remarked:
    """A row by its key, what is said of it, and the number and head of its household."""

    key: int
    findings: list[Remark]
    household: str

    @property
    def sheet(self) -> int:
        """The place of its list among those of the file."""
        return sheet_and_row(self.key)[0]


def error_sheet(conn: Connection, keyring: Keyring, import_id: UUID, reason: str = "") -> bytes:
    """The workbook with every row that has a remark, in the order of the lists.

    It reads the stored file again, so that no refused row is kept apart from it. `reason` says in
    words why the file as a whole was refused, where it was; without it such a file is refused
    here as well. Raises ImportExpired, FileRefused.
    """
    row = conn.execute(
        "select refusal ->> 'message', array(select l ->> 'sheet' from jsonb_array_elements(lists)"
        " as l) from office.imports where id = %s",
        [import_id],
    ).fetchone()
    message, sheets = row or ("", [])
    try:
        _, file = open_file(conn, keyring, import_id)
        names = open_names(conn, keyring, import_id)
    except FileDestroyed:
        raise ImportExpired(import_id=import_id) from None
    if not sheets:
        if not reason:
            choose_lists(open_workbook(file))
        return _refused(reason or message or "")
    remarks = _remarks(conn, import_id, names)
    try:
        workbook = open_workbook(file)
        lists = choose_lists(workbook, sheets[0] if len(sheets) == 1 else "")
        with new_workbook() as (book, content):
            formats = Formats(book)
            if message:
                _say(book, formats, reason or message)
            for index, own in itertools.groupby(remarks, key=lambda one: one.sheet):
                rows = list_rows(workbook, lists[index], index)
                _write(book, formats, lists[index], _joined(rows, own))
    except FileRefused as refusal:
        return _refused(reason or refusal.message)
    return content.getvalue()


def _joined(
    rows: Iterator[Row], remarks: Iterable[Remarked]
) -> Iterator[tuple[Remarked, dict[str, Cell]]]:
    """The rows that have remarks; both sides come in the order of the rows."""
    row = next(rows, None)
    for one in remarks:
        while row is not None and row.number < one.key:
            row = next(rows, None)
        if row is not None and row.number == one.key:
            yield one, row.cells


def _remarks(conn: Connection, import_id: UUID, names: Names) -> Iterator[Remarked]:
    """All remarks by row, but for rows that are known to be no person's."""
    found = conn.execute(
        "select r.sheet, r.row_number, r.code, r.field, r.details, o.first_row, o.named"
        " from office.import_rows r left join lateral (select first_row, named"
        " from office.import_outcomes h where h.import_id = r.import_id and h.sheet = r.sheet"
        " and h.first_row <= r.row_number and h.last_row >= r.row_number"
        " order by h.first_row desc limit 1) o on true"
        " where r.import_id = %s and (r.kind <> 'left_out' or r.code = 'row_below_list')"
        " order by r.sheet, r.row_number, r.code, r.field limit %s",
        [import_id, 4 * MOST_ROWS],
    )
    for (sheet, row), same in itertools.groupby(found, key=lambda one: (one[0], one[1])):
        lines = list(same)
        findings = [Remark(row_key(sheet, row), *line[2:5]) for line in lines]
        first, sealed = lines[0][5:]
        named = names.open(row_key(sheet, first), sealed) if sealed else ""
        yield Remarked(row_key(sheet, row), findings, " ".join(named.split("\n")).strip())


def _write(
    book: Workbook, formats: Formats, chosen: ChosenList,
    rows: Iterator[tuple[Remarked, dict[str, Cell]]],
) -> None:  # fmt: skip
    layout = chosen.layout
    letters = _columns(layout.headings)
    page = book.add_worksheet(title_of(chosen.kind) or "Cần kiểm tra")
    page.set_column(0, 0, 9)
    page.set_column(1, 2, 20)
    page.set_column(3, 3, 60)
    page.set_column(4, 4, 24)
    page.set_column(5, len(OWN_COLUMNS) + len(letters), 16)
    page.freeze_panes(1, len(OWN_COLUMNS))
    headings = [*OWN_COLUMNS, *(layout.headings[one] for one in letters)]
    for column, heading in enumerate(headings):
        page.write_string(0, column, safe_text(heading), formats.head)
    for number, (one, cells) in enumerate(itertools.islice(rows, MOST_ROWS), start=1):
        own = (
            sheet_and_row(one.key)[1],
            _lines(KINDS[said.kind] for said in one.findings),
            _lines(FIELD_NAMES.get(said.field, "") for said in one.findings),
            _lines(said.sentence() for said in one.findings),
            one.household,
        )
        for column, cell in enumerate(own):
            write_cell(page, number, column, cell, formats)
        struck = any(said.code in _STRUCK for said in one.findings)
        for column, at in enumerate(letters, start=len(own)):
            write_cell(page, number, column, _shown(cells.get(at)), formats, struck=struck)


def _columns(headings: dict[str, str]) -> list[str]:
    """The letters of the columns that came, in order; without the remarks of an earlier sheet,
    which a corrected one still carries in front."""
    letters = sorted(headings, key=column_number)
    own = (OWN_COLUMNS, FORMER_COLUMNS)
    while tuple(headings[one] for one in letters[: len(OWN_COLUMNS)]) in own:
        del letters[: len(OWN_COLUMNS)]
    return letters


def _shown(cell: Cell | None) -> object:
    """A cell as it can be written, so that it reads again as what it was."""
    if isinstance(cell, Odd):
        return MARKS[cell]
    return (str(cell) or "?") if isinstance(cell, PartOfDate) else cell


def _refused(reason: str) -> bytes:
    with new_workbook() as (book, content):
        _say(book, Formats(book), reason)
    return content.getvalue()


def _say(book: Workbook, formats: Formats, reason: str) -> None:
    """A sheet that says why the file as a whole was refused, or given up."""
    page = book.add_worksheet("Lý do")
    page.set_column(0, 0, 100)
    page.write_string(0, 0, "Tệp không hợp lệ", formats.head)
    page.write_string(1, 0, safe_text(reason), formats.wrapped)


def _lines(texts: Iterator[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))
