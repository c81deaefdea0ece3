"""Recognizes Vietnamese that was written in an encoding of the time before Unicode.

Lists typed in .VnTime or VNI fonts, or opened with the wrong code page, look like words of letters
and signs: "NguyÔn V¨n Phóc" is Nguyễn Văn Phúc. Nothing is converted here: a name that stays for
ever is typed again. The tables are those of TCVN 5712:1993 (the font encoding "ABC"), of the
VNI fonts for Windows, of VISCII (RFC 1456) and of VPS.
"""

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files

_TABLES: dict[str, str] = tomllib.loads(
    files("domain.imports").joinpath("encodings.toml").read_text("utf-8")
)
_LETTERS = {
    name: {pair[1:]: pair[0] for pair in _TABLES[table].split(" ")}
    for name, table in (("TCVN3 (ABC)", "tcvn3"), ("VISCII", "viscii"), ("VPS", "vps"))
}
_VNI_PAIRS = {pair[1:]: pair[0] for pair in _TABLES["vni"].split(" ")}
_VNI_PAIRS |= {key.upper(): letter.upper() for key, letter in _VNI_PAIRS.items()}
_VNI_PAIRS |= {
    key[0].upper() + key[1:]: letter.upper()
    for key, letter in list(_VNI_PAIRS.items()) if len(key) == 2
}  # fmt: skip
_VNI_FOUND = re.compile("|".join(sorted(_VNI_PAIRS, key=len, reverse=True)))

LOST = "?"
"""What `encoding_of` answers for letters that were lost on the way and cannot come back."""

_QUESTION = re.compile(r"[^\W\d_]\?+[^\W\d_\s]?|\?[^\W\d_]")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_ONSETS = (*_TABLES["onsets"].split(" "), "")
_RHYMES = frozenset(_TABLES["rhymes"].split(" "))
_PUNCTUATION = " .,;:()-/'’\"0123456789"


@lru_cache(maxsize=16_384)
def encoding_of(text: str) -> str:
    """The old encoding that a text seems to be in, LOST where letters are missing, else "".

    Only a text that is not Vietnamese as it stands and is Vietnamese in the old encoding is said
    to be in it: names of other peoples, and foreign names, stay what they are.
    """
    if "\ufffd" in text or _QUESTION.search(text):
        return LOST
    if text.isascii():
        return ""
    if _vietnamese(text):
        return ""
    for name, page in (("UTF-8 (cp1252)", "cp1252"), ("UTF-8 (cp1258)", "cp1258")):
        if _was_utf8(text, page):
            return name
    decoded = _VNI_FOUND.sub(lambda found: _VNI_PAIRS[found[0]], unicodedata.normalize("NFC", text))
    if decoded != text and _vietnamese(decoded):
        return "VNI"
    pages = ("latin-1", "cp1252", "cp1258")
    for name, letters in _LETTERS.items():
        if any(_reads(_as_latin(text, page), letters) for page in pages):
            return name
    return ""


def _as_latin(text: str, page: str) -> str:
    """The text by the byte that each sign has in a code page of Windows; "" where one has none."""
    try:
        return text.encode(page).decode("latin-1")
    except UnicodeEncodeError:
        return ""


def _reads(text: str, letters: dict[str, str]) -> bool:
    """Whether a text is Vietnamese when its signs are taken for these letters."""
    decoded = "".join(letters.get(sign, sign) for sign in text)
    return decoded != text and _vietnamese(decoded)


def _was_utf8(text: str, page: str) -> bool:
    """Whether the bytes of UTF-8 were shown as letters of a code page of Windows."""
    composed = unicodedata.normalize("NFC", text)
    try:
        raw = b"".join(_byte(sign, page) for sign in composed)
        decoded = raw.decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return False
    return decoded != composed and not decoded.isascii()


def _byte(sign: str, page: str) -> bytes:
    """The byte of a sign; the few bytes that a page leaves free are passed through by Windows."""
    try:
        return sign.encode(page)
    except UnicodeEncodeError:
        return sign.encode("latin-1")


def _vietnamese(text: str) -> bool:
    words = [word.strip(_PUNCTUATION) for word in text.split()]
    return all(_syllable(word) for word in words if word)


@lru_cache(maxsize=16_384)
def _syllable(word: str) -> bool:
    """Whether a word is a Vietnamese syllable: an onset and a rhyme that exist, one tone."""
    if word != word[:1] + word[1:].lower() and word != word.upper():
        return False
    pieces = unicodedata.normalize("NFD", word.lower())
    plain = unicodedata.normalize("NFC", pieces.translate(_TONES))
    if sum(ord(sign) in _TONES for sign in pieces) > 1:
        return False
    return any(
        plain.startswith(onset) and plain[len(onset) :] in _RHYMES for onset in _ONSETS
    ) or plain in ("gi", "quy", "quynh", "gin")  # fmt: skip
