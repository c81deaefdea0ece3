"""What is not an honest workbook is refused by name before a row is read."""

import io
import zipfile

import pytest

from domain.imports.errors import (
    BrokenWorkbook,
    EmptyFile,
    EncryptedWorkbook,
    FileRefused,
    MacroWorkbook,
    NotAWorkbook,
    OldWorkbook,
    TooManyRows,
    WorkbookTooLarge,
)
from domain.imports.xlsx.archive import Limits
from domain.imports.xlsx.sheet import read_rows
from domain.imports.xlsx.styles import shows
from domain.imports.xlsx.workbook import open_workbook, read_shared_strings
from tests.lists import household, person, sheets, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LIST = workbook(household(person("Hồ Văn An")))


def opened(content: bytes, **limits: int) -> object:
    return open_workbook(io.BytesIO(content), Limits(**limits))


def rows_of(content: bytes, **limits: int) -> list[object]:
    book = open_workbook(io.BytesIO(content), Limits(**limits))
    return list(read_rows(book, book.sheets[0]))


def rezipped(
    content: bytes, replace: dict[str, bytes] | None = None, add: dict[str, bytes] | None = None
) -> bytes:
    """The same archive with some parts replaced or added; a part replaced by b"" is left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for part in old.namelist():
            data = (replace or {}).get(part, old.read(part))
            if data:
                new.writestr(part, data)
        for part, data in (add or {}).items():
            new.writestr(part, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyFile),
        (OLE + b"\0" * 2000, OldWorkbook),
        (OLE + b"\0" * 150_000 + "EncryptedPackage".encode("utf-16-le"), EncryptedWorkbook),
        ("Chủ hộ;Quan hệ\nHồ Văn An;Chủ hộ\n".encode(), NotAWorkbook),
        (b"<html><table></table></html>", NotAWorkbook),
        (b"PK\x03\x04" + b"\0" * 100, BrokenWorkbook),
        (LIST[: len(LIST) // 2], BrokenWorkbook),
        (LIST[:-30], BrokenWorkbook),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_by_what_it_is(
    content: bytes, refusal: type[FileRefused]
) -> None:
    with pytest.raises(refusal):
        opened(content)


def test_an_archive_of_another_kind_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(NotAWorkbook):
        opened(out.getvalue())


def test_a_binary_workbook_is_an_older_format() -> None:
    with pytest.raises(OldWorkbook):
        opened(rezipped(LIST, add={"xl/workbook.bin": b"x"}))


def test_a_workbook_with_macros_is_refused() -> None:
    with pytest.raises(MacroWorkbook):
        opened(rezipped(LIST, add={"xl/vbaProject.bin": b"x"}))


def test_a_workbook_that_only_says_it_has_macros_is_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(LIST)) as archive:
        types = archive.read("[Content_Types].xml")
    changed = types.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
    with pytest.raises(MacroWorkbook):
        opened(rezipped(LIST, replace={"[Content_Types].xml": changed}))


def test_a_zip_with_a_password_is_refused() -> None:
    flagged = bytearray(LIST)
    at = flagged.find(b"PK\x01\x02")
    flagged[at + 8] |= 1
    with pytest.raises(EncryptedWorkbook):
        opened(bytes(flagged))


def test_a_part_that_unpacks_beyond_measure_is_refused_unread() -> None:
    bomb = rezipped(LIST, add={"xl/media/bomb.xml": b"\0" * 40_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(WorkbookTooLarge):
        opened(bomb)


def test_parts_that_together_unpack_to_too_much_are_refused() -> None:
    with pytest.raises(WorkbookTooLarge):
        opened(LIST, unpacked_bytes=5_000)


def test_a_part_that_lies_about_its_size_is_broken() -> None:
    honest = rezipped(LIST)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(BrokenWorkbook):
        rows_of(lying)


def test_a_file_above_the_limit_is_refused() -> None:
    with pytest.raises(WorkbookTooLarge):
        opened(LIST, file_bytes=1_000)


def test_more_parts_than_any_workbook_has_are_refused() -> None:
    with pytest.raises(WorkbookTooLarge):
        opened(LIST, parts=3)


def test_more_rows_than_an_import_takes_are_refused() -> None:
    with pytest.raises(TooManyRows):
        rows_of(sheets({"A": [["x"]] * 20}), rows=10)


def test_a_table_of_texts_above_the_limit_is_refused() -> None:
    table = b"<sst>" + b"<si><t>aaaa</t></si>" * 50 + b"</sst>"
    content = rezipped(LIST, replace={"xl/sharedStrings.xml": table})
    with pytest.raises(WorkbookTooLarge):
        _ = opened(content, shared_strings=10).shared_strings  # type: ignore[attr-defined]


def with_texts(table: bytes) -> bytes:
    return rezipped(LIST, replace={"xl/sharedStrings.xml": b"<sst>" + table + b"</sst>"})


def texts_of(content: bytes, **limits: int) -> tuple[list[str], frozenset[int]]:
    return read_shared_strings(open_workbook(io.BytesIO(content), Limits(**limits)))


def test_a_table_of_texts_at_the_limit_is_read() -> None:
    content = with_texts(b"<si><t>aaaa</t></si>" * 10)
    assert texts_of(content, shared_strings=10, shared_characters=40)[0] == ["aaaa"] * 10
    for less in ({"shared_strings": 9}, {"shared_characters": 39}):
        with pytest.raises(WorkbookTooLarge):
            texts_of(content, **less)


@pytest.mark.parametrize(
    ("mark", "struck"),
    [(b"<strike/>", True), (b'<strike val="1"/>', True), (b'<strike val="0"/>', False),
     (b'<strike val="false"/>', False), (b"<b/>", False)],
)  # fmt: skip
def test_a_text_is_struck_if_a_part_of_it_is(mark: bytes, struck: bool) -> None:
    runs = b"<r><t>An</t></r><r><rPr>" + mark + b"</rPr><t>h</t></r><rPh><t>x</t></rPh>"
    texts, found = texts_of(with_texts(b"<si><t>first</t></si><si>" + runs + b"</si>"))
    assert texts == ["first", "Anh"]
    assert found == (frozenset({1}) if struck else frozenset())


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_document_type_is_refused_so_that_no_entity_can_grow(part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(LIST)) as archive:
        xml = archive.read(part)
    start, _, rest = xml.partition(b"?>")
    evil = start + b'?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + rest
    with pytest.raises(BrokenWorkbook):
        rows_of(rezipped(LIST, replace={part: evil}))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_xml_that_breaks_off_is_broken(part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(LIST)) as archive:
        xml = archive.read(part)
    with pytest.raises(BrokenWorkbook):
        rows_of(rezipped(LIST, replace={part: xml[: len(xml) * 2 // 3]}))


def test_a_workbook_without_its_sheet_is_broken() -> None:
    with pytest.raises(BrokenWorkbook):
        rows_of(rezipped(LIST, replace={"xl/worksheets/sheet1.xml": b""}))


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("dd/mm/yyyy", "day"),
        ("[$-42A]d mmmm yyyy", "day"),
        ("dd/mm/yyyy;@", "day"),
        ("mm/yyyy", "month"),
        ("yyyy", "year"),
        ("d-mmm", "none"),
        ("0.00", ""),
        ("General", ""),
        ('0 "ngày"', ""),
        ("[Red]0", ""),
        ("[h]:mm", ""),
        ("0\\d", ""),
    ],
)
def test_a_number_format_shows_a_day_a_month_a_year_or_no_date(code: str, what: str) -> None:
    assert shows(code) == what
