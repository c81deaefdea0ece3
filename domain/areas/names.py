"""Written names of units are compared with the official ones.

A written name matches whatever its case, blanks, dots and hyphens, the style of its tone marks
(Hoà, Hòa), i or y (Vỹ Dạ, Vĩ Dạ), the shape of the apostrophe, and Đăk, Đắk or Đắc. A syllable
written without any mark may mean one with marks; a syllable with other marks is another
name (Quảng Thanh is not Quảng Thành).
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from domain.areas.codes import CENTRAL_CITY, KINDS

_APOSTROPHES = "'’‘ʼ`´"
_DROP = str.maketrans(dict.fromkeys(_APOSTROPHES, ""))
_NOT_A_LETTER = re.compile(r"[^\w]+|_")
_DAK = re.compile(r"\b(?:đ[ăắ][kc]|đak)\b")
_LAK = re.compile(r"\bl[ăắ][kc]\b")
_MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"

# What people write before a name, marks dropped, longest first; and what it may mean.
_CITY = ("thành phố", CENTRAL_CITY)
_PREFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("thanh pho", _CITY),
    ("thi tran", ("thị trấn",)),
    ("dac khu", ("đặc khu",)),
    ("thi xa", ("thị xã",)),
    ("phuong", ("phường",)),
    ("huyen", ("huyện",)),
    ("tinh", ("tỉnh",)),
    ("quan", ("quận",)),
    ("xa", ("xã",)),
    ("t p", _CITY),
    ("t x", ("thị xã",)),
    ("t t", ("thị trấn",)),
    ("tp", _CITY),
    ("tx", ("thị xã",)),
    ("tt", ("thị trấn",)),
    ("dk", ("đặc khu",)),
    ("p", ("phường",)),
    ("x", ("xã",)),
    ("q", ("quận",)),
    ("h", ("huyện",)),
    ("t", ("tỉnh",)),
)
_GLUED_NUMBER = re.compile(r"^(p|q|phuong|quan)0*(\d+)$")
_OTHER_NAMES = {
    "hcm": "hồ chí minh",
    "sai gon": "hồ chí minh",
    "tt hue": "thừa thiên huế",
    "brvt": "bà rịa vũng tàu",
    "br vt": "bà rịa vũng tàu",
}
LEVEL_OF_KIND = {kind: level for level, kinds in KINDS.items() for kind in kinds}


class Written(NamedTuple):
    """One reading of a written name: the kinds it may be of (none given: empty), and the rest.

    `key` is the rest as letters only, without marks and blanks; `syllables` keep their marks.
    `marked` is whether the text has any mark at all: without, "xa hoa an" may be Hoa An or Hòa An.
    """

    kinds: tuple[str, ...]
    key: str
    syllables: tuple[str, ...]
    marked: bool


def readings(text: str) -> tuple[Written, ...]:
    """The readings of a written name: with its first word as a kind, and without."""
    return _readings(unicodedata.normalize("NFC", text))


@lru_cache(maxsize=65_536)
def _readings(text: str) -> tuple[Written, ...]:
    words = _words(text)
    bare = [_without_marks(word) for word in words]
    marked = words != bare
    found = []
    if len(bare) == 1 and (glued := _GLUED_NUMBER.match(bare[0])):
        kind = "phường" if glued[1].startswith("p") else "quận"
        found.append(Written((kind,), glued[2], (glued[2],), marked))
    for prefix, kinds in _PREFIXES:
        length = prefix.count(" ") + 1
        if len(words) > length and " ".join(bare[:length]) == prefix:
            found.append(_written(kinds, words[length:], marked))
            break
    found.append(_written((), words, marked))
    other = _OTHER_NAMES.get(" ".join(bare)) or (
        _OTHER_NAMES.get(found[0].key) if found[0].kinds else None
    )
    if other:
        found.append(_written((), other.split(), True))
    return tuple(found)


def without_kind(text: str) -> str:
    """A written name without the kind before it: "P. Hương Sơ" -> "hương sơ"."""
    words = _words(unicodedata.normalize("NFC", text))
    bare = [_without_marks(word) for word in words]
    for prefix, _ in _PREFIXES:
        length = prefix.count(" ") + 1
        if len(words) > length and " ".join(bare[:length]) == prefix:
            return " ".join(words[length:])
    return " ".join(words)


@lru_cache(maxsize=65_536)
def official(name: str) -> tuple[str, tuple[str, ...]]:
    """Key and syllables of an official name without its kind."""
    written = _written((), _words(name), True)
    return written.key, written.syllables


def closeness(written: Written, syllables: tuple[str, ...]) -> int | None:
    """0: written as it should be; 1: marks left out; None: another name. Keys are equal."""
    if not written.marked:
        return 1
    joined = "".join(written.syllables)
    if joined == "".join(syllables):
        return 0
    if joined == _without_marks(joined):
        return 1
    if len(written.syllables) != len(syllables):
        return None
    for one, other in zip(written.syllables, syllables, strict=True):
        if one not in (other, _without_marks(other)):
            return None
    return 1


def _written(kinds: tuple[str, ...], words: list[str], marked: bool) -> Written:
    syllables = tuple(_syllable(word) for word in words)
    key = _without_marks("".join(syllables)).replace("dak", "dac").replace("lak", "lac")
    return Written(kinds, key, syllables, marked)


def _words(text: str) -> list[str]:
    lowered = _LAK.sub("lăk", _DAK.sub("đăk", text.lower().translate(_DROP)))
    return _NOT_A_LETTER.sub(" ", lowered).split()


@lru_cache(maxsize=65_536)
def _syllable(word: str) -> str:
    """Letters, then the marks in a fixed order: hoà and hòa, thuỷ and thủy become the same."""
    if word.isdigit():
        return word.lstrip("0") or word
    decomposed = unicodedata.normalize("NFD", word)
    letters = "".join(char for char in decomposed if char not in _MARKS)
    return letters.replace("y", "i") + "".join(sorted(set(decomposed) & set(_MARKS)))


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if char not in _MARKS).replace("đ", "d")
