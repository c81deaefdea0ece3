"""Folds Vietnamese names and villages to one spelling, and measures the likeness of two names.

Folded: Unicode form, case, blanks and signs, apostrophes (H'Lươn, H’Lươn), the three letters that
look like Đ, and where in a syllable the tone stands (Hoà, Hòa; Khuý, Khúy). The tone itself is
kept: Hoa and Hoà are two names.
"""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

_SAME_LETTER = str.maketrans({"ð": "đ", "ɖ": "đ"})
_NO_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`´ʻ′"))
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORDS = re.compile(r"[^\W_]+")
_KINDS_OF_VILLAGE = re.compile(r"^(to dan pho|tdp|khu pho|kp|to|thon|ap|ban|lang|buon|xom) ")


@lru_cache(maxsize=65_536)
def fold_name(name: str) -> str:
    """The name in one spelling: "Trần Thị Hoà" and "TRẦN  thị Hòa" are the same."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_SAME_LETTER)
    text = text.translate(_NO_APOSTROPHES)
    if text.isascii():
        return " ".join(_WORDS.findall(text))
    words = _WORDS.findall(unicodedata.normalize("NFC", text))
    return " ".join(_tone_last(word) for word in words)


@lru_cache(maxsize=65_536)
def plain_name(folded: str) -> str:
    """A folded name without any diacritic."""
    decomposed = unicodedata.normalize("NFD", folded.replace("đ", "d"))
    return "".join(
        sign for sign in decomposed if not (unicodedata.combining(sign) or sign.isdigit())
    )


@lru_cache(maxsize=65_536)
def fold_village(village: str) -> str:
    """A village in one spelling: "Tổ dân phố 03", "TDP 3" and "tổ 3" are the same."""
    plain = plain_with_digits(village)
    words = [word.lstrip("0") or "0" if word.isdigit() else word for word in _WORDS.findall(plain)]
    text = " ".join(words)
    named = _KINDS_OF_VILLAGE.sub("", text)
    return named or text


def plain_with_digits(text: str) -> str:
    """Lower case without diacritics, figures kept."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_SAME_LETTER)
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def likely_one_name(name: str, other: str) -> bool:
    """Whether two folded names that differ are likely one name, misspelt.

    Likely where only diacritics differ, or one word by one letter more, less, other or swapped;
    a word of up to two letters must be the same.
    """
    a, b = plain_name(name), plain_name(other)
    if a == b:
        return True
    if a.replace(" ", "") == b.replace(" ", ""):
        return True
    left, right = a.split(), b.split()
    if len(left) != len(right):
        return False
    differing = [pair for pair in zip(left, right, strict=True) if pair[0] != pair[1]]
    if len(differing) != 1:
        return False
    x, y = differing[0]
    return min(len(x), len(y)) > 2 and DamerauLevenshtein.distance(x, y, score_cutoff=1) <= 1


def _tone_last(word: str) -> str:
    """The word with the number of its tone behind it, wherever the tone stood."""
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    tones = "".join(sign for sign in decomposed if sign in _TONES)
    rest = "".join(sign for sign in decomposed if sign not in _TONES)
    return unicodedata.normalize("NFC", rest) + "".join(_TONE_NUMBERS[tone] for tone in tones)


_TONE_NUMBERS = {tone: str(number) for number, tone in enumerate(sorted(_TONES), start=1)}
