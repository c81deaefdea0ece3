"""Recognises Vietnamese in an encoding of the time before Unicode, or read by a wrong one.

Lists typed in .VnTime or VNI fonts, or opened with the wrong code page, look like words of letters
and signs: "NguyÔn V¨n Phóc" is Nguyễn Văn Phúc. Nothing is converted here: a name that stays for
ever is typed again. The tables are those of TCVN 5712:1993 (the font encoding "ABC"), of the
VNI fonts for Windows, of VISCII (RFC 1456) and of VPS.

A text is in an old encoding where its odd words, read in that encoding, are Vietnamese and the
others are too; where two of them are; or where it has signs that no name of any people has. One
odd word among foreign ones is a foreign name: Loïc Martin, Müller, Y Hă.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

from domain.text import LETTERS

LOST = "?"
"""What `encoding_of` answers for letters that were lost on the way and cannot come back."""

_TABLES: dict[str, str] = tomllib.loads(
    files("domain.households").joinpath("old_encodings.toml").read_text("utf-8")
)
TCVN3, VNI = "TCVN3 (ABC)", "VNI"
_LETTERS = {
    name: {pair[1:]: pair[0] for pair in _TABLES[table].split(" ")}
    for name, table in ((TCVN3, "tcvn3"), ("VISCII", "viscii"), ("VPS", "vps"))
}
_VNI_PAIRS = {pair[1:]: pair[0] for pair in _TABLES["vni"].split(" ")}
_VNI_PAIRS |= {key.upper(): letter.upper() for key, letter in _VNI_PAIRS.items()}
_VNI_PAIRS |= {
    key[0].upper() + key[1:]: letter.upper()
    for key, letter in list(_VNI_PAIRS.items()) if len(key) == 2
}  # fmt: skip
_VNI_FOUND = re.compile("|".join(sorted(_VNI_PAIRS, key=len, reverse=True)))
_VNI_ODD = re.compile("|".join(sorted(_VNI_PAIRS.keys() - {"ñ", "Ñ"}, key=len, reverse=True)))
# Vowel and mark that no people writes side by side; "Laêê" is a place.
_VNI_SURE = re.compile("[aeo]â|aê(?!ê)", re.IGNORECASE)

_QUESTION = re.compile(r"[^\W\d_]\?|\?[^\W\d_]")
_SIGNS = "\u00a1-\u00ac\u00ae\u00b5-\u00bf\u00d7\u00f7"
_SIGN_IN_WORD = re.compile(f"[A-Za-z\u00c0-\u024f][{_SIGNS}]|[{_SIGNS}][A-Za-z\u00c0-\u024f]")
_RAISED = re.compile("[a-z\u00df-\u00f6\u00f8-\u00ff][\u00c0-\u00d6\u00d8-\u00de]")
# Words before names of peoples whose other words no table of syllables knows: Y Hă, Buôn Lôa.
_PREFIXES = frozenset(("y", "a", "h", "k", "rơ", "siu", "nay", "buôn"))
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_TODAY = frozenset("ăâđêôơư")
_ONSETS = (*_TABLES["onsets"].split(" "), "")
_RHYMES = frozenset(_TABLES["rhymes"].split(" "))
_PUNCTUATION = " .,;:()-/'’\"0123456789"
_WINDOWS = ("cp1252", "cp1258")
_PAGES = ("latin-1", *_WINDOWS)
_KEPT = 65_536


def encoding_of(text: str) -> str:
    """The old encoding that a text seems to be in, LOST where letters are missing, else ""."""
    if text.isascii() and "?" not in text:
        return ""
    return _encoding_of(text)


@lru_cache(maxsize=_KEPT)
def _encoding_of(text: str) -> str:
    if "\ufffd" in text or _QUESTION.search(text):
        return LOST
    composed = unicodedata.normalize("NFC", text)
    words = [word for word in composed.split() if not _vietnamese(word)]
    if not words:
        return ""
    of_today = any(word.lower() in _PREFIXES for word in composed.split())
    misread = {
        page: sum(_was_utf8(word, page) for word in composed.split(" ")) for page in _WINDOWS
    }
    if any(misread.values()):
        return f"UTF-8 ({max(_WINDOWS, key=misread.__getitem__)})"
    vni = [_VNI_FOUND.sub(lambda found: _VNI_PAIRS[found[0]], word) for word in words]
    if any(map(_VNI_SURE.search, words)) or _read(words, vni, _VNI_ODD.search):
        return VNI
    for name, letters in _LETTERS.items():
        for page in _PAGES:
            read = [_by_letters(_as_latin(word, page), letters) for word in words]
            if _read(words, read, _is_odd if of_today or page == "cp1258" else bool):
                return name
    if any(_SIGN_IN_WORD.search(word.lstrip("«·").rstrip("»·")) for word in words):
        return TCVN3
    return ""


def _read(words: list[str], read: list[str], odd: Callable[[str], object]) -> bool:
    """Whether words that are not Vietnamese are so when they are read otherwise.

    One is enough where no other is left that is not Vietnamese either way; else it takes two. At
    least one has to be `odd`: to have what today's alphabets do not.
    """
    good = [was for was, now in zip(words, read, strict=True) if now != was and _vietnamese(now)]
    return (len(good) > 1 or len(good) == len(words)) and any(map(odd, good))


def _is_odd(word: str) -> bool:
    """Whether a word has more than the letters of names of today: a tone, a sign, a capital."""
    return bool(_RAISED.search(word)) or any(
        not sign.isascii() and sign not in _TODAY for sign in word.lower()
    )


def _as_latin(word: str, page: str) -> str:
    """The word by the byte that each sign has in a code page; as it is where one has none."""
    try:
        return word.encode(page).decode("latin-1")
    except UnicodeEncodeError:
        pass
    if page != "cp1258":
        return word
    # That page writes some letters with a mark behind them, which NFC has put together.
    apart = "".join(
        sign if sign in "ăâđêôơưĂÂĐÊÔƠƯ" else unicodedata.normalize("NFD", sign) for sign in word
    )
    try:
        return apart.encode(page).decode("latin-1")
    except UnicodeEncodeError:
        return word


def _by_letters(word: str, letters: dict[str, str]) -> str:
    return "".join(letters.get(sign, sign) for sign in word)


def _was_utf8(word: str, page: str) -> bool:
    """Whether the bytes of a word in a code page of Windows are UTF-8 of other letters."""
    if word.isascii():
        return False
    try:
        again = b"".join(_byte(sign, page) for sign in word).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return False
    return any(not sign.isascii() and unicodedata.category(sign)[0] in "LM" for sign in again)


def _byte(sign: str, page: str) -> bytes:
    """The byte of a sign; the few bytes that a page leaves free are passed through by Windows."""
    try:
        return sign.encode(page)
    except UnicodeEncodeError:
        return sign.encode("latin-1")


@lru_cache(maxsize=_KEPT)
def _vietnamese(written: str) -> bool:
    """Whether a word is a Vietnamese syllable: an onset and a rhyme that exist, one tone."""
    word = written.strip(_PUNCTUATION).translate(LETTERS)
    if not any(map(str.isalpha, word)):
        return True
    if word != word[:1] + word[1:].lower() and word != word.upper():
        return False
    pieces = unicodedata.normalize("NFD", word.lower())
    plain = unicodedata.normalize("NFC", pieces.translate(_TONES))
    if sum(ord(sign) in _TONES for sign in pieces) > 1:
        return False
    return any(
        plain.startswith(onset) and plain[len(onset) :] in _RHYMES for onset in _ONSETS
    ) or plain in ("gi", "quy", "quynh", "gin")  # fmt: skip
