"""Cleans text of keyboards, phones and spreadsheets, so that it can be stored for ever.

Vietnamese is kept whole: Unicode NFC, every diacritic, and apostrophes (M'Nông, Ê Đê). Blanks of
every kind become one plain blank; invisible format characters (zero width, direction marks) go;
control characters, broken characters and the mark of a lost one (U+FFFD) are refused. The letters
Ð and Ɖ are the letter Đ.
"""

import unicodedata
from collections.abc import Mapping

from domain.households.errors import TextMissing, TextTooLong, TextUnreadable, UnknownCode

NAME = 200
NOTE = 2000
CODE = 100

APOSTROPHES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u00b4": "'", "`": "'", "\u2032": "'"}
)
# Three letters look like the Vietnamese Đ; keyboards and converters mix them up.
LETTERS = str.maketrans({"\u00d0": "Đ", "\u0189": "Đ", "\u00f0": "đ", "\u0256": "đ"})


def clean(field: str, text: str, limit: int = NAME) -> str:
    """The text in NFC with single blanks, at most `limit` characters.

    Raises TextUnreadable or TextTooLong, naming the field and never the text.
    """
    if not text:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(LETTERS)
    text = " ".join(text.split())
    if not text.isprintable():
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
        text = " ".join(text.split())
        if not text.isprintable():
            raise TextUnreadable(field=field)
    if "\ufffd" in text:
        raise TextUnreadable(field=field)
    if len(text) > limit:
        raise TextTooLong(field=field, limit=limit, length=len(text))
    return text


def required(field: str, text: str, limit: int = NAME) -> str:
    """As `clean`, and TextMissing where nothing is left."""
    text = clean(field, text, limit)
    if not text:
        raise TextMissing(field=field)
    return text


def ethnicity(text: str) -> str:
    """The name of an ethnic group, with the typewriter apostrophe, so that equal names compare."""
    return clean("ethnicity", text, CODE).translate(APOSTROPHES)


def known(field: str, value: str, codes: Mapping[str, str]) -> str:
    """The code as given; UnknownCode(field, value) if the list has no such code."""
    if value not in codes:
        raise UnknownCode(field=field, value=value[:40])
    return value
