"""Reads the parts of a workbook: its sheets, its texts, and the numbers it shows as dates."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from domain.imports.errors import (
    BrokenWorkbook,
    EmptyFile,
    MacroWorkbook,
    NotAWorkbook,
    WorkbookTooLarge,
)
from domain.imports.xlsx.archive import (
    Limits,
    elements,
    feed,
    local,
    new_parser,
    open_archive,
    read_part,
)
from domain.imports.xlsx.styles import Styles, read_styles

_NO: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A worksheet by its name on the tab and its part in the archive."""

    name: str
    part: str
    visible: bool


@dataclass(slots=True)
class Workbook:
    """An opened workbook: `sheets` in the order of the tabs."""

    archive: zipfile.ZipFile
    limits: Limits
    sheets: list[SheetEntry]
    styles: Styles = field(default_factory=Styles)
    epoch_1904: bool = False
    shared_part: str = ""
    _shared: list[str] | None = field(default=None, repr=False)
    _struck: frozenset[int] = frozenset()

    @property
    def shared_strings(self) -> list[str]:
        """The workbook's table of texts, read on first use."""
        if self._shared is None:
            found = read_shared_strings(self) if self.shared_part else ([], _NO)
            self._shared, self._struck = found
        return self._shared

    @property
    def struck_strings(self) -> frozenset[int]:
        """The places of texts that are struck through, wholly or in part, in their own runs."""
        return self._struck if self.shared_strings else _NO

    def chunks(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, piece by piece."""
        return read_part(self.archive, part, self.limits)


def open_workbook(file: BinaryIO, limits: Limits | None = None) -> Workbook:
    """Opens the workbook in a seekable binary file. Raises a FileRefused that says what it is."""
    limits = limits or Limits()
    return _read_workbook(open_archive(file, limits), limits)


def _read_workbook(archive: zipfile.ZipFile, limits: Limits) -> Workbook:
    types = elements(archive, "[Content_Types].xml", limits)
    if any("macroEnabled" in attributes.get("ContentType", "") for _, attributes in types):
        raise MacroWorkbook
    part = _main_part(archive, limits)
    if part not in archive.namelist():
        raise NotAWorkbook
    targets = _relationships(archive, part, limits)
    sheets: list[SheetEntry] = []
    epoch_1904 = False
    for name, attributes in elements(archive, part, limits):
        if name == "workbookPr":
            epoch_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            kind, target = targets.get(attributes.get("id", ""), ("", ""))
            if kind == "worksheet":
                visible = attributes.get("state", "visible") == "visible"
                sheets.append(SheetEntry(attributes.get("name", ""), target, visible))
    if not sheets:
        raise EmptyFile("The workbook has no sheet with cells.")
    by_kind = dict(targets.values())
    styles = by_kind.get("styles", "")
    return Workbook(
        archive=archive,
        limits=limits,
        sheets=sheets,
        styles=read_styles(elements(archive, styles, limits)) if styles else Styles(),
        epoch_1904=epoch_1904,
        shared_part=by_kind.get("sharedStrings", ""),
    )


def _main_part(archive: zipfile.ZipFile, limits: Limits) -> str:
    if "_rels/.rels" not in archive.namelist():
        raise NotAWorkbook
    for kind, target in _relationships(archive, "", limits).values():
        if kind == "officeDocument":
            return target
    raise NotAWorkbook


def _relationships(
    archive: zipfile.ZipFile, part: str, limits: Limits
) -> dict[str, tuple[str, str]]:
    """Relationship id to (kind, part), of the archive itself ("") or of one of its parts."""
    folder, name = posixpath.split(part)
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    if where not in archive.namelist():
        raise BrokenWorkbook(part=where[:80])
    found = {}
    for element, attributes in elements(archive, where, limits):
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            found[attributes.get("Id", "")] = (kind, target.lstrip("/"))
    return found


def read_shared_strings(workbook: Workbook) -> tuple[list[str], frozenset[int]]:
    """The table of shared texts, and which of them have a run that is struck through.

    Phonetic hints are left out, runs of rich text are joined.
    """
    strings: list[str] = []
    pieces: list[str] = []
    struck: set[int] = set()
    characters, phonetic = 0, 0
    parser = new_parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal phonetic
        tag = local(name)
        if tag == "t" and not phonetic:
            parser.CharacterDataHandler = pieces.append
        elif tag == "rPh":
            phonetic += 1
        elif tag == "strike" and attributes.get("val", "1") not in ("0", "false"):
            struck.add(len(strings))

    def end(name: str) -> None:
        nonlocal characters, phonetic
        tag = local(name)
        if tag == "t":
            parser.CharacterDataHandler = None
        elif tag == "rPh":
            phonetic -= 1
        elif tag == "si":
            text = "".join(pieces)
            pieces.clear()
            characters += len(text)
            strings.append(text)
            limits = workbook.limits
            if len(strings) > limits.shared_strings or characters > limits.shared_characters:
                raise WorkbookTooLarge(part="sharedStrings", strings=len(strings))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    for piece in workbook.chunks(workbook.shared_part):
        feed(parser, piece)
    feed(parser, b"", last=True)
    return strings, frozenset(struck)
