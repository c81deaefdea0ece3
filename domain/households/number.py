"""Folds a household number to one key, for the claim, the search and the matcher alike.

Offices write one number in many ways: "007" is 7 once a spreadsheet has read it, "HN 12-a" is
"hn12a", and the dash of HX-0001 comes as a blank, as an en dash or in full width.
"""

import re
import unicodedata
from functools import lru_cache

_RUNS = re.compile(r"[0-9]+|[^\W\d_]+")
_SAME_LETTER = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d"})


@lru_cache(maxsize=65_536)
def fold_number(number: str) -> str:
    """The number in one spelling; "" for a text without a letter or a digit.

    Case, diacritics, full-width forms, signs and blanks do not count, nor do zeros before a
    figure. Only between two figures does a sign or blank count, as one hyphen: 1-23 is not 12-3.
    """
    runs = _RUNS.findall(_plain(number))
    folded = ""
    for run in runs:
        if run[0].isdigit():
            run = run.lstrip("0") or "0"
            if folded[-1:].isdigit():
                folded += "-"
        folded += run
    return folded


def number_prefix(text: str) -> str:
    """The beginning of the key of a number that begins with `text`; "" for no number.

    Zeros at the end say nothing yet: of "TDP5-0" the number may go on with 17, as TDP5-017.
    """
    folded = fold_number(text)
    if not folded.endswith("0"):
        return folded
    last = re.search(r"[0-9]+$", _plain(text).rstrip())
    if last is None or last[0].strip("0"):
        return folded
    return folded[:-1] or folded


def _plain(text: str) -> str:
    """Lower case in compatibility form, without diacritics."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_SAME_LETTER)
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(sign, sign))
        for sign in unicodedata.normalize("NFD", text)
        if not unicodedata.combining(sign)
    )
