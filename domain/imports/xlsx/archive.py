"""Opens an untrusted .xlsx archive within fixed limits.

Everything is bounded before it is read: the file, each part, their sum, and how far a part may
unpack. Document types are refused, so that no entity can grow; nothing outside the archive is
followed.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from domain.imports.errors import (
    BrokenWorkbook,
    EmptyFile,
    EncryptedWorkbook,
    MacroWorkbook,
    NotAWorkbook,
    OldWorkbook,
    WorkbookTooLarge,
)

OLE_HEADER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
CHUNK = 1 << 17


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one workbook. Bytes; `ratio` is unpacked to packed size of a part."""

    file_bytes: int = 100 * 1024**2
    unpacked_bytes: int = 2 * 1024**3
    ratio: int = 200
    parts: int = 2_000
    shared_strings: int = 3_000_000
    shared_characters: int = 120_000_000
    rows: int = 600_000


def open_archive(file: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """The archive of a workbook in a seekable file. Raises a FileRefused that says what it is."""
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise EmptyFile
    if size > limits.file_bytes:
        raise WorkbookTooLarge(bytes=size, limit=limits.file_bytes)
    if file.read(8) == OLE_HEADER:
        _refuse_ole(file)
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        file.seek(0)
        if file.read(4) == b"PK\x03\x04":
            raise BrokenWorkbook from error
        raise NotAWorkbook from error
    _check_archive(archive, limits)
    return archive


def _refuse_ole(file: BinaryIO) -> None:
    """Excel wraps password-protected workbooks in the container of its older format."""
    file.seek(0)
    tail = b""
    while piece := file.read(CHUNK):
        if ENCRYPTED_PACKAGE in tail + piece:
            raise EncryptedWorkbook
        tail = piece[-len(ENCRYPTED_PACKAGE) :]
    raise OldWorkbook


def _check_archive(archive: zipfile.ZipFile, limits: Limits) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 0x1 for part in parts):
        raise EncryptedWorkbook
    if "xl/workbook.bin" in names:
        raise OldWorkbook
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise NotAWorkbook
    if len(parts) > limits.parts:
        raise WorkbookTooLarge(parts=len(parts), limit=limits.parts)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_bytes:
        raise WorkbookTooLarge(unpacked=unpacked, limit=limits.unpacked_bytes)
    small = limits.ratio * 64 * 1024
    for part in parts:
        if part.file_size > max(small, part.compress_size * limits.ratio):
            raise WorkbookTooLarge(part=part.filename[:80], unpacked=part.file_size)
    if any(name.endswith("vbaProject.bin") for name in names):
        raise MacroWorkbook


def read_part(archive: zipfile.ZipFile, part: str, limits: Limits) -> Iterator[bytes]:
    """The unpacked bytes of a part in pieces, counted as they come.

    The declared size binds: the library reads no further, and a part that says less than it
    holds fails its checksum.
    """
    seen = 0
    try:
        with archive.open(part) as stream:
            while piece := stream.read(CHUNK):
                seen += len(piece)
                if seen > limits.unpacked_bytes:
                    raise WorkbookTooLarge(unpacked=seen, limit=limits.unpacked_bytes)
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise BrokenWorkbook(part=part[:80]) from error
    except KeyError as error:
        raise BrokenWorkbook(part=part[:80]) from error


def new_parser() -> expat.XMLParserType:
    """A parser that takes no document type, and so no entities but the five of XML itself."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 15

    def refuse(*_: object) -> None:
        raise BrokenWorkbook("The workbook holds a document type definition, which none needs.")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def feed(parser: expat.XMLParserType, piece: bytes, *, last: bool = False) -> None:
    """Parses one piece; damage of any kind is a BrokenWorkbook."""
    try:
        parser.Parse(piece, last)
    except (expat.ExpatError, ValueError) as error:
        raise BrokenWorkbook(error=type(error).__name__) from error


def local(name: str) -> str:
    """The element's name without its namespace: strict and transitional files differ in it."""
    return name.rpartition(" ")[2]


Element = tuple[str, dict[str, str]]


def elements(archive: zipfile.ZipFile, part: str, limits: Limits) -> list[Element]:
    """All elements of a small part in order, as (local name, attributes by local name)."""
    found: list[Element] = []
    parser = new_parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        found.append((local(name), {local(key): value for key, value in attributes.items()}))
        if len(found) > 200_000:
            raise WorkbookTooLarge(part=part[:80])

    parser.StartElementHandler = start
    for piece in read_part(archive, part, limits):
        feed(parser, piece)
    feed(parser, b"", last=True)
    return found
