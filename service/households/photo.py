"""A photo is checked by its bytes, and loses what a camera writes beside the picture.

Place, time, device and thumbnail go; the picture, its colours and how it is turned stay. Of a JPEG
only the segments stay that a decoder needs: any other may hold what a camera or a person wrote.
Nothing is encoded anew: no library decodes what a stranger sent. What stands after the end of the
picture goes as well. A picture of more than MOST_PIXELS is refused, as a few bytes of it would fill
the memory of who looks at it.
"""

import struct
import zlib

from service.problems import RequestError

MOST_BYTES = 5 * 2**20
MOST_PIXELS = 120_000_000
JPEG, PNG = "image/jpeg", "image/png"
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
# Chunks that decide how the picture looks; all others tell of something else.
_PNG_KEPT = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT")
# The segments of a JPEG that decode the picture: frames, tables, restarts, scans.
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_TABLES = frozenset({0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD})
_JFIF, _ADOBE = b"JFIF\0", b"Adobe"
_ORIENTATION = 0x0112
_EXIF = b"Exif\0\0"


class PhotoRefused(RequestError):
    """A photo is a whole JPEG or PNG image of at most 5 MB and 120 million pixels."""

    code = "photo_refused"


def stripped(content: bytes) -> tuple[str, bytes]:
    """The type of a photo, and its bytes without what is not the picture. Raises PhotoRefused."""
    if not content or len(content) > MOST_BYTES:
        raise PhotoRefused(bytes=len(content), at_most=MOST_BYTES)
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return JPEG, _jpeg(content)
        if content.startswith(_PNG_HEAD):
            return PNG, _png(content)
    except (struct.error, IndexError, ValueError):
        pass
    raise PhotoRefused(at_most=MOST_BYTES)


def _jpeg(content: bytes) -> bytes:
    out, at = [b"\xff\xd8"], 2
    turned = 0
    while True:
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xD9:
            if not any(piece[1:2] == b"\xda" for piece in out):
                raise ValueError("no picture")
            out.append(b"\xff\xd9")
            return b"".join([out[0], _turned(turned), *out[1:]])
        (length,) = struct.unpack_from(">H", content, at + 2)
        segment = content[at : at + 2 + length]
        if len(segment) < 2 + length or length < 2:
            raise ValueError("cut short")
        at += 2 + length
        if marker == 0xE1 and segment[4:10] == _EXIF:
            turned = turned or _orientation(segment[10:])
        if marker == 0xDA:
            end = _end_of_scan(content, at)
            segment, at = segment + content[at:end], end
        out.append(_kept_of(marker, segment))


def _kept_of(marker: int, segment: bytes) -> bytes:
    """What stays of a segment: all that decodes the picture, the heads of JFIF and Adobe without
    a thumbnail, and nothing of any other. Raises PhotoRefused, ValueError."""
    if marker in _FRAMES:
        height, width = struct.unpack_from(">HH", segment, 5)
        _check_pixels(width, height)
        return segment
    if marker in _TABLES:
        return segment
    if marker == 0xE0 and segment[4:9] == _JFIF and len(segment) >= 16:
        return b"\xff\xe0" + struct.pack(">H", 16) + segment[4:16] + b"\0\0"
    if marker == 0xEE and segment[4:9] == _ADOBE and len(segment) >= 16:
        return b"\xff\xee" + struct.pack(">H", 14) + segment[4:16]
    return b""


def _check_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise PhotoRefused(at_most=MOST_BYTES, pixels_at_most=MOST_PIXELS)


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands that is no part of the coded picture."""
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] not in (0x00, 0xFF, *range(0xD0, 0xD8)):
            return at
        at += 1 if content[at + 1] == 0xFF else 2


def _orientation(tiff: bytes) -> int:
    """How the picture is turned, 1 to 8; 0 where that is not said."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 0
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(min(count, 100)):
            tag, _kind, _n, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * entry)
            if tag == _ORIENTATION:
                return int(value) if 1 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _turned(orientation: int) -> bytes:
    """A segment that says how the picture is turned, and nothing else; none where it is upright."""
    if orientation in (0, 1):
        return b""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"
    payload = _EXIF + tiff
    return b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload


def _png(content: bytes) -> bytes:
    out, at = [_PNG_HEAD], len(_PNG_HEAD)
    while True:
        (length,) = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + length
        chunk = content[at:end]
        (check,) = struct.unpack_from(">I", content, end - 4)
        if len(chunk) != 12 + length or zlib.crc32(chunk[4:-4]) != check:
            raise ValueError("broken chunk")
        if len(out) == 1 and name != b"IHDR":
            raise ValueError("no head")
        if name == b"IHDR":
            _check_pixels(*struct.unpack_from(">II", chunk, 8))
        if name in _PNG_KEPT:
            out.append(chunk)
        if name == b"IEND":
            return b"".join(out)
        at = end
