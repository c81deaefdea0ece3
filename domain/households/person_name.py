"""Checks the name of a person by one rule, whether it is typed, sent or listed.

A name is letters of the Latin alphabet with their marks (Vietnamese, and the Ê Đê, Gia Rai and
Ba Na letters that papers have), blanks, hyphens and apostrophes: "H'Ơn Niê Kdăm", "Y Thĭm".
Digits, signs, invisible characters, other alphabets and letters left over from an old encoding are
refused. The rule is for names that come in: events with other names load as they are.
"""

import re
import unicodedata

from domain import text
from domain.households.errors import (
    NameHasHiddenSigns,
    NameHasSigns,
    NameInOldEncoding,
    NameInOtherAlphabet,
    NameWithoutLetters,
)
from domain.households.old_encodings import encoding_of

_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2212": "-"})
_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_LATIN = re.compile(f"[{_LETTER}][{_LETTER}' -]*")
_BETWEEN = frozenset(" -'")
_MOST_MARKS = 2
"""Combining marks on one letter, beyond what NFC has a letter for ("ê̆" of Ê Đê has one)."""


def person_name(field: str, given: str) -> str:
    """The name in NFC with single blanks, plain apostrophes and hyphens, and one letter Đ.

    Raises TextMissing, TextTooLong, TextUnreadable, NameHasHiddenSigns, NameInOldEncoding,
    NameInOtherAlphabet, NameHasSigns or NameWithoutLetters, naming the field and never the name.
    """
    _refuse_old_encoding(field, given)
    if not given.isprintable() and any(
        unicodedata.category(sign) == "Cf" for sign in given.strip()
    ):
        raise NameHasHiddenSigns(field=field)
    name = text.required(field, given).translate(text.APOSTROPHES).translate(_HYPHENS)
    if _LATIN.fullmatch(name):
        return name
    marks = _MOST_MARKS
    for sign in name:
        kind = unicodedata.category(sign)
        if kind[0] == "L":
            if not unicodedata.name(sign, "").startswith("LATIN"):
                raise NameInOtherAlphabet(field=field)
            marks = 0
        elif kind == "Mn":
            marks += 1
            if marks > _MOST_MARKS:
                raise NameHasSigns(field=field)
        elif sign in _BETWEEN:
            marks = _MOST_MARKS
        else:
            raise NameHasSigns(field=field)
    if unicodedata.category(name[0])[0] != "L":
        raise NameWithoutLetters(field=field)
    return name


def signer(field: str, given: str) -> str:
    """The person or office that signed or answers for a paper, "" for none.

    An office may have digits and stops ("TM. UBND phường 5, Chủ tịch"); letters of an old
    encoding, signs and pictures are refused as in a name.
    """
    _refuse_old_encoding(field, given)
    found = text.clean(field, given).translate(text.APOSTROPHES).translate(_HYPHENS)
    if not found:
        return ""
    if any(unicodedata.category(sign)[0] == "S" or sign in "@#<>{}=*%" for sign in found):
        raise NameHasSigns(field=field)
    if not any(map(str.isalpha, found)):
        raise NameWithoutLetters(field=field)
    return found


def village(field: str, given: str) -> str:
    """A village, hamlet or block: a text with a letter or a digit, in no old encoding.

    Raises TextMissing, TextTooLong, TextUnreadable, NameInOldEncoding, NameWithoutLetters.
    """
    _refuse_old_encoding(field, given)
    found = text.required(field, given)
    if not any(map(str.isalnum, found)):
        raise NameWithoutLetters(field=field)
    return found


def _refuse_old_encoding(field: str, given: str) -> None:
    if seen := encoding_of(given):
        raise NameInOldEncoding(field=field, encoding=seen)
