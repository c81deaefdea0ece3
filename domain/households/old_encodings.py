"""Vietnamese that came through an old or a wrong encoding, told by the signs it leaves.

Three kinds reach the offices: TCVN3 (ABC) and VNI texts, whose letters are other letters in
Unicode, and UTF-8 that a program read as Windows-1252. A text whose letters were lost on the way
has "?" or U+FFFD in their place. Nothing here repairs: a guess at a name is not a name.
"""

import re
import unicodedata

TCVN3, VNI, UTF8_MISREAD, LOST = "TCVN3", "VNI", "UTF-8", "?"

# Signs of Windows-1252 that stand for letters in TCVN3 and in no Vietnamese name. The soft hyphen
# is its "ư"; an upper-case letter with a mark after a lower-case one is its "ễ", "ị" or "ầ".
_TCVN3 = re.compile(
    "[\u00a1-\u00ac\u00ad\u00ae\u00b5-\u00bf\u00c6\u00c7\u00d7\u00de\u00df\u00e6\u00e7\u00f7"
    "\u00fe\u00ff]"
)
_RAISED = re.compile("[a-z\u00df-\u00f6\u00f8-\u00ff][\u00c0-\u00d6\u00d8-\u00de]")
# A vowel followed by the letter that is its mark in VNI: no Vietnamese word has these together,
# and of the names of units only La Êê ("Laêê").
_VNI = re.compile(
    "[aeouyôö][ùøûõï]|[ae][âáàåãä]|o[âåä]|a[éèúüë]|aê(?!ê)|ö|[\u00c0-\u00ff]ï", re.IGNORECASE
)
_OF_EITHER = re.compile("[ÄÅËÎÏÖØÛÜäåëîïöøûü]")
# The first byte of a letter in UTF-8 and one that follows, as Windows-1252 shows the two.
_LEAD = re.compile(
    "[\u00c2-\u00f4]["
    + "".join(
        bytes([byte]).decode("cp1252" if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "latin-1")
        for byte in range(0x80, 0xC0)
    )
    + "]"
)
_LOST = re.compile("\ufffd|[^\\W\\d_]\\?[^\\W\\d_]")


def encoding_of(text: str) -> str | None:
    """The encoding a text seems to have come through, None for plain Vietnamese.

    `text` is in NFC. One of TCVN3, VNI, UTF8_MISREAD (UTF-8 read as Windows-1252) and LOST.
    """
    if text.isascii() and "?" not in text:
        return None
    if _LOST.search(text):
        return LOST
    if _LEAD.search(text) and any(map(_is_misread, text.split())):
        return UTF8_MISREAD
    if _VNI.search(text):
        return VNI
    if _TCVN3.search(text) or _RAISED.search(text) or _OF_EITHER.search(text):
        return TCVN3
    return None


def _is_misread(word: str) -> bool:
    """Whether the bytes of a word in Windows-1252 are UTF-8 of other letters."""
    if word.isascii():
        return False
    try:
        again = b"".join(map(_byte, word)).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return False
    return any(unicodedata.category(letter)[0] == "L" for letter in again if not letter.isascii())


def _byte(letter: str) -> bytes:
    """The byte of Windows-1252; its five empty places are the controls of the same number."""
    if ord(letter) in (0x81, 0x8D, 0x8F, 0x90, 0x9D):
        return bytes([ord(letter)])
    return letter.encode("cp1252")
