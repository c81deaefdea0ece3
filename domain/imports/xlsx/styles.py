"""Reads the styles of a workbook that show dates, strike out or make invisible."""

from dataclasses import dataclass, field

from domain.imports.errors import BrokenWorkbook
from domain.imports.xlsx.archive import Element

_DAYS = frozenset([14, 15, 22, *range(27, 32), *range(34, 37), *range(50, 59)])
_BUILTIN = dict.fromkeys(_DAYS, "day") | {16: "none", 17: "month"} | dict.fromkeys(
    [*range(18, 22), 32, 33, *range(45, 48)], "none"
)  # fmt: skip
"""Number formats that show a date without being written down (ECMA-376 part 1, 18.8.30): what of
it they show, as in `shows`."""

_WHITE = frozenset({"FFFFFFFF", "00FFFFFF"})


@dataclass(frozen=True, slots=True)
class Styles:
    """The cell styles ("0", "1", ...) that matter here.

    `dates` says of those that show a date what of it: see `shows`. `struck` are struck through;
    `invisible` are white on nothing, or of a number format that shows nothing (;;;).
    """

    dates: dict[str, str] = field(default_factory=dict)
    struck: frozenset[str] = frozenset()
    invisible: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Formats:
    formats: dict[int, str] = field(default_factory=dict)
    fonts: list[set[str]] = field(default_factory=list)
    fills: list[bool] = field(default_factory=list)
    dates: dict[str, str] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)
    invisible: set[str] = field(default_factory=set)


def read_styles(elements: list[Element]) -> Styles:
    """The styles of the elements of a styles part, in their order. Raises BrokenWorkbook."""
    try:
        return _read(elements)
    except IndexError as error:
        raise BrokenWorkbook(part="styles") from error


def _read(elements: list[Element]) -> Styles:
    formats = _Formats()
    part, index = "", 0
    for name, attributes in elements:
        if name == "numFmt":
            formats.formats[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name in ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"):
            part = name
        elif part == "fonts":
            _font(name, attributes, formats)
        elif part == "fills":
            _fill(name, attributes, formats)
        elif part == "cellXfs" and name == "xf":
            _style(str(index), attributes, formats)
            index += 1
    return Styles(formats.dates, frozenset(formats.struck), frozenset(formats.invisible))


def _font(name: str, attributes: dict[str, str], formats: _Formats) -> None:
    if name == "font":
        formats.fonts.append(set())
    elif name == "strike" and attributes.get("val", "1") not in ("0", "false"):
        formats.fonts[-1].add("struck")
    elif name == "color" and _is_white(attributes):
        formats.fonts[-1].add("white")


def _fill(name: str, attributes: dict[str, str], formats: _Formats) -> None:
    if name == "fill":
        formats.fills.append(False)
    elif name == "gradientFill" or (
        name == "patternFill" and attributes.get("patternType", "none") == "solid"
    ):
        formats.fills[-1] = True
    elif name == "fgColor" and _is_white(attributes):
        formats.fills[-1] = False


def _is_white(color: dict[str, str]) -> bool:
    """Whether a colour is white; a tint would make the theme's white grey."""
    by_theme = color.get("theme") == "0" and "tint" not in color
    return by_theme or color.get("rgb", "").upper() in _WHITE or color.get("indexed") == "9"


def _style(index: str, attributes: dict[str, str], formats: _Formats) -> None:
    number = _number(attributes.get("numFmtId"))
    code = formats.formats.get(number, "")
    shown = shows(code) if code else _BUILTIN.get(number, "")
    if shown:
        formats.dates[index] = shown
    font, fill = _number(attributes.get("fontId")), _number(attributes.get("fillId"))
    looks = formats.fonts[font] if font < len(formats.fonts) else set()
    filled = formats.fills[fill] if fill < len(formats.fills) else False
    if "struck" in looks:
        formats.struck.add(index)
    if code.replace(" ", "") == ";;;" or ("white" in looks and not filled):
        formats.invisible.add(index)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def shows(format_code: str) -> str:
    """The part of a date that a number format shows: "day", "month" (and year), "year", "none" or
    "".

    "" is a format that shows no date; "none" one that shows a day and month without the year.
    Quotes, brackets and escapes are left out.
    """
    plain, quoted, bracketed, escaped = [], False, False, False
    for sign in format_code.partition(";")[0]:
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == '"':
            quoted = not quoted
        elif not quoted and sign in "[]":
            bracketed = sign == "["
        elif not quoted and not bracketed:
            plain.append(sign.lower())
    signs = set(plain)
    if "y" in signs:
        return "day" if "d" in signs else "month" if "m" in signs else "year"
    return "none" if "d" in signs else ""
