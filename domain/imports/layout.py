"""Finds the columns of a household list by their headings.

The list is the "danh sách hộ nghèo, hộ cận nghèo sau rà soát" as communes keep it: a row for the
head, rows for the members. Headings differ from place to place in spelling, case, diacritics
and order, stand within the first rows, and may take two rows. Columns that mean nothing here are
ignored and named.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.imports.errors import ColumnTwice
from domain.imports.xlsx.cells import Cell, Odd, Row, column_number

HEADER_WITHIN = 15
"""The header is looked for in this many first filled rows."""

HEADINGS: dict[str, tuple[str, ...]] = {
    "head": ("chu ho", "ho ten chu ho", "ho va ten chu ho", "ten chu ho"),
    "member": (
        "thanh vien", "ho ten thanh vien", "ho va ten thanh vien", "ten thanh vien",
        "ho ten", "ho va ten", "thanh vien trong ho", "ho va ten thanh vien trong ho",
        "ho ten cac thanh vien", "thanh vien ho",
    ),
    "relation": (
        "quan he", "quan he voi chu ho", "qh voi chu ho", "moi quan he", "moi quan he voi chu ho",
        "quan he chu ho",
    ),
    "birth": (
        "ngay sinh", "ngay thang nam sinh", "nam sinh", "ngay nam sinh", "sinh ngay", "ntns",
    ),
    "birth_male": ("nam sinh nam", "ngay sinh nam", "ngay thang nam sinh nam"),
    "birth_female": ("nam sinh nu", "ngay sinh nu", "ngay thang nam sinh nu"),
    "sex": ("gioi tinh", "phai", "gioi"),
    "id_number": (
        "cccd", "so cccd", "cccd cmnd", "cmnd cccd", "so cmnd cccd", "so cccd cmnd", "cmnd",
        "so cmnd", "so dinh danh", "so dinh danh ca nhan", "ma dinh danh", "ma so dinh danh",
        "can cuoc cong dan", "so can cuoc cong dan", "can cuoc", "so can cuoc", "dinh danh ca nhan",
        "so giay to", "so giay to tuy than",
    ),
    "province": ("tinh", "tinh thanh pho", "tinh tp", "ten tinh", "thanh pho tinh"),
    "district": (
        "huyen", "quan huyen", "huyen quan", "ten huyen", "huyen thi xa thanh pho", "huyen tp",
        "quan huyen thi xa", "quan huyen thi xa thanh pho", "huyen thanh pho",
    ),
    "district_code": ("ma huyen", "ma quan huyen", "ma don vi huyen", "ma dvhc huyen"),
    "commune": (
        "xa", "phuong xa", "xa phuong", "ten xa", "xa phuong thi tran", "phuong xa thi tran",
        "xa phuong tt", "phuong", "xa phuong dac khu",
    ),
    "commune_code": (
        "ma xa", "ma phuong xa", "ma xa phuong", "ma don vi xa", "ma dvhc xa", "ma dvhc",
        "ma xa phuong thi tran", "ma phuong", "ma don vi hanh chinh",
    ),
    "village": (
        "thon", "thon ban", "thon to", "to dan pho", "thon to dan pho", "thon buon", "ap", "khom",
        "khu pho", "thon ban to dan pho", "thon to dan pho buon", "thon xom", "to", "tdp", "xom",
        "thon buon to dan pho", "thon tdp", "thon ban khu pho", "buon",
    ),
    "address": ("dia chi", "so nha", "so nha duong", "dia chi thuong tru", "noi o"),
    "ethnicity": ("dan toc", "thanh phan dan toc", "ten dan toc"),
    "class": (
        "phan loai", "phan loai ho", "loai ho", "dien ho", "ket qua phan loai", "ket qua",
        "ket qua ra soat", "ho ngheo ho can ngheo", "ho ngheo can ngheo", "phan loai ho ngheo",
        "doi tuong", "doi tuong ho", "dien",
    ),
    "exit": (
        "hinh thuc thoat", "dien thoat", "loai thoat", "ket qua thoat", "muc do thoat",
        "ket qua thoat ngheo", "hinh thuc thoat ngheo", "phan loai sau ra soat",
        "phan loai ho sau ra soat", "loai ho sau ra soat", "phan loai sau khi thoat",
    ),
    "listing": ("tinh trang", "dien bien", "ngheo cu moi tai ngheo", "cu moi tai ngheo"),
    "decision_number": (
        "so quyet dinh", "so qd", "quyet dinh", "qd so", "quyet dinh so", "so quyet dinh cong nhan",
        "so quyet dinh so qd", "qd", "quyet dinh cong nhan", "so qd cong nhan",
        "so quyet dinh cong nhan thoat ngheo", "so quyet dinh thoat ngheo", "so qd thoat ngheo",
        "so quyet dinh cong nhan thoat can ngheo", "quyet dinh thoat ngheo",
    ),
    "decision_date": (
        "ngay quyet dinh", "ngay qd", "ngay ky", "ngay ky qd", "ngay ky quyet dinh",
        "ngay thang quyet dinh", "ngay ban hanh", "ngay quyet dinh cong nhan", "quyet dinh ngay",
    ),
    "b1": ("b1", "diem b1", "tong diem b1", "so diem b1", "diem thu nhap b1"),
    "b2": ("b2", "diem b2", "tong diem b2", "so diem b2", "diem thieu hut b2"),
    "income": (
        "thu nhap", "thu nhap binh quan", "thu nhap binh quan dau nguoi", "thu nhap bq",
        "thu nhap binh quan nguoi thang", "thu nhap binh quan dau nguoi thang", "tnbq",
        "thu nhap binh quan dong nguoi thang", "thu nhap binh quan dau nguoi dong thang",
    ),
    "ethnic_minority": (
        "dan toc thieu so", "dtts", "ho dtts", "ho dan toc thieu so", "la dan toc thieu so",
    ),
    "no_labour_capacity": (
        "khong co kha nang lao dong", "ho khong co kha nang lao dong", "khong kha nang lao dong",
        "khong co kn lao dong", "kcknld", "knld", "khong co knld", "ho khong co knld", "mat sld",
    ),
    "meritorious": (
        "nguoi co cong", "co thanh vien la nguoi co cong", "thanh vien la nguoi co cong",
        "ho co nguoi co cong", "co nguoi co cong", "ncc", "nguoi co cong voi cach mang",
        "co thanh vien nguoi co cong", "chinh sach nguoi co cong",
        "co thanh vien la nguoi co cong voi cach mang",
    ),
    "causes": ("nguyen nhan", "nguyen nhan ngheo", "ma nguyen nhan", "cac nguyen nhan ngheo"),
    "age": ("tuoi", "so tuoi"),
    "size": (
        "so nhan khau", "nhan khau", "so khau", "so thanh vien", "so nguoi", "tong so nhan khau",
        "so nhan khau trong ho", "so nk", "tong so khau", "so thanh vien trong ho",
    ),
    "number": ("ma ho", "so ho", "ma so ho", "so hieu ho", "ma ho ngheo", "ma ho gia dinh"),
}  # fmt: skip
"""Field to its headings, folded by `fold`."""

FIELDS_OF_EVERY_LIST = ("decision_number",)
REQUIRED_FIELDS = ("class", *FIELDS_OF_EVERY_LIST)
_FIELD = {heading: field for field, headings in HEADINGS.items() for heading in headings}
_ADDED = re.compile(r"\([^()]*\)")
_FIGURES = re.compile(r"\d{5}|\d[/-]\d")
_LIKE_D = dict.fromkeys(map(ord, "đðɖ"), "d")  # U+0111, U+00F0 and U+0256 look the same
_WORDS = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Lower case without diacritics and signs, words apart by one space: "Số QĐ" is "so qd"."""
    plain = unicodedata.normalize("NFD", text.casefold().translate(_LIKE_D))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _WORDS.sub(" ", plain).strip()


def field_of(heading: str) -> str:
    """The field a heading names, with or without what it adds in brackets; "" for none."""
    return _FIELD.get(fold(heading)) or _FIELD.get(fold(_ADDED.sub(" ", heading)), "")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a list, by field. `last_row` is the number of the last header row.

    `columns` maps fields to column letters; `headings` keeps the words of every column.
    `income_factor` is 1000 where the heading says the figures are in thousands. `doubles` are
    (field, first column, second column) where two columns mean the same.
    """

    last_row: int
    columns: dict[str, str]
    headings: dict[str, str]
    income_factor: int = 1
    doubles: tuple[tuple[str, str, str], ...] = ()

    @property
    def ignored(self) -> dict[str, str]:
        """Column letters and headings of the columns that are not read."""
        read = set(self.columns.values())
        return {letters: text for letters, text in self.headings.items() if letters not in read}

    @property
    def missing(self) -> list[str]:
        """Fields without which this is not the list."""
        return self.lacks(REQUIRED_FIELDS)

    def lacks(self, needed: Sequence[str]) -> list[str]:
        """The fields that are not among the columns; "head" where no column has names."""
        missing = [field for field in needed if field not in self.columns]
        if not {"head", "member"} & self.columns.keys():
            missing.insert(0, "head")
        return missing


def find_layout(rows: Sequence[Row]) -> Layout | None:
    """The best header among the first filled rows; None where none has two known headings.

    The caller checks `missing` and `doubles`.
    """
    best: Layout | None = None
    for index in range(min(len(rows), HEADER_WITHIN)):
        single = _layout(rows[index].number, _texts(rows[index]))
        if len(single.columns) > max(1, len(best.columns) if best else 0):
            best = single
        below = rows[index + 1] if index + 1 < len(rows) else None
        if below is not None and all(_is_heading(cell) for cell in below.cells.values()):
            double = _layout(below.number, *_two_rows(rows[index], below))
            alone = _layout(below.number, _texts(below))
            if len(double.columns) > max(1, len(best.columns) if best else 0, len(alone.columns)):
                best = double
        # Below a whole header its rows begin: another header there is one of another page or list.
        if best is not None and not best.lacks(FIELDS_OF_EVERY_LIST):
            break
    return best


def refuse_doubles(layout: Layout) -> None:
    """Raises ColumnTwice where two columns of a list have the same meaning."""
    for field, first, second in layout.doubles:
        raise ColumnTwice(field=field, columns=[first, second])


def is_numbering(row: Row) -> bool:
    """Whether a row only numbers the columns below the header: 1, 2, 3 or (1), (2), A, B."""
    texts = [str(value).strip("() ") for value in row.cells.values()]
    return (
        len(texts) > 1
        and all(text.isdigit() or len(text) == 1 for text in texts)
        and (len(set(texts)) == len(texts))
    )


def _layout(last_row: int, texts: dict[str, str], known: dict[str, str] | None = None) -> Layout:
    columns: dict[str, str] = {}
    doubles = []
    for letters in sorted(texts, key=column_number):
        field = known[letters] if known is not None else field_of(texts[letters])
        if field and columns.setdefault(field, letters) != letters:
            doubles.append((field, columns[field], letters))
    income = fold(texts.get(columns.get("income", ""), ""))
    factor = 1000 if re.search(r"\b(nghin|ngan|1000|1 000)\b", income) else 1
    return Layout(last_row, columns, texts, factor, tuple(doubles))


def _texts(row: Row) -> dict[str, str]:
    return {letters: _text(value) for letters, value in row.cells.items()}


def _text(value: Cell) -> str:
    return "" if isinstance(value, Odd) else " ".join(str(value).split())


def _is_heading(cell: Cell) -> bool:
    """Whether a cell could stand in the lower row of a header: words, not figures."""
    return isinstance(cell, str) and not _FIGURES.search(cell)


def _two_rows(upper: Row, lower: Row) -> tuple[dict[str, str], dict[str, str]]:
    """Texts and fields of a header in two rows: an upper heading spans the columns up to the next.

    "Năm sinh" over "Nam" and "Nữ" reads "Năm sinh Nam" and "Năm sinh Nữ"; where the two together
    mean nothing, the lower heading alone, then the upper alone, is tried.
    """
    above, below = _texts(upper), _texts(lower)
    texts: dict[str, str] = {}
    fields: dict[str, str] = {}
    spanning = ""
    for letters in sorted({*above, *below}, key=column_number):
        over, under = above.get(letters, ""), below.get(letters, "")
        spanning = over or spanning
        if not under:
            tries: Iterable[str] = (over,)
        elif over:
            tries = (f"{over} {under}", under, over)
        else:
            tries = (f"{spanning} {under}", under)
        texts[letters] = next(iter(tries))
        fields[letters] = next((field for text in tries if (field := field_of(text))), "")
    return texts, fields
