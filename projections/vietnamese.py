"""Makes words and sort keys of Vietnamese text, without help from the database's locale.

PostgreSQL may come without ICU and without `unaccent`, so words and sort keys are made here and
stored. Both are pure functions of the text; `docs/read-models.md` shows them by example.
"""

import re
import unicodedata
from functools import lru_cache

from domain.text import LETTERS

# The alphabet in its own order; f, j, w and z stand where foreign names need them.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_MARKS = {"\u0306", "\u0302", "\u031b"}  # breve, circumflex, horn: other letters
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_CODES = {letter: chr(ord("A") + index) for index, letter in enumerate(_ALPHABET)}
_APOSTROPHES = "'’‘ʼ`´"
_PIECES = re.compile(r"\d+|\D+")
_LONGEST_NUMBER = 10
_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*")
# Both styles of placing a tone are in use (hòa, hoà): the newer one is rewritten to the older.
_LAST_VOWEL_TONE = re.compile("(?:(?<!q)u([ỳýỷỹỵ])|o([àáảãạèéẻẽẹ]))$")
_TONED = {
    unicodedata.normalize("NFC", base + tone): (base, tone) for base in "aeyou" for tone in _TONES
}


def fold_diacritics(text: str) -> str:
    """Lower case without any diacritic: "Nguyễn Văn Đức" -> "nguyen van duc"."""
    if text.isascii():
        return text.lower()
    text = text.translate(LETTERS).lower().replace("đ", "d")
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words of a text as they stand, without punctuation; M'Nông is one word."""
    text = unicodedata.normalize("NFC", text).translate(LETTERS)
    plain = text.split()
    return plain if all(map(str.isalnum, plain)) else _WORD.findall(text)


@lru_cache(maxsize=65_536)
def lexemes(word: str) -> tuple[str, ...]:
    """The lexemes by which one word is found: itself, and itself without diacritics.

    A word with an apostrophe is found by its parts and by the whole ("m", "nông", "mnông").
    """
    parts = re.split(f"[{_APOSTROPHES}]", word.lower())
    if len(parts) > 1:
        parts.append("".join(parts))
    found: dict[str, None] = {}
    for part in parts:
        plain = _older_style(part)
        found[plain] = None
        found[fold_diacritics(plain)] = None
    return tuple(found)


_LONGEST_WORD = 200


def search_words(text: str) -> list[str]:
    """The lexemes to look for when `text` is typed: one for each word, to match by prefix.

    A word typed with diacritics finds only that spelling; typed without, it finds all of them. No
    name has words so long that PostgreSQL refuses them: of those the beginning is looked for.
    """
    joined = [re.sub(f"[{_APOSTROPHES}]", "", word.lower()) for word in words(text)]
    return [_older_style(word[:_LONGEST_WORD]) for word in joined]


def sort_key(full_name: str) -> str:
    """The place of a personal name in a Vietnamese list, to be compared byte by byte.

    By given name (the last word), then family name, then the words between. Letters first, in
    the order a ă â b ... u ư v x y; among equal letters the tones, in the order level, huyền,
    hỏi, ngã, sắc, nặng. "" for an empty name.
    """
    names = words(full_name)
    if not names:
        return ""
    return "".join([_syllable(name) for name in (names[-1], *names[:-1])])


@lru_cache(maxsize=16_384)
def place_key(place: str) -> str:
    """The place of a village, block or unit in a list, to be compared byte by byte: word by word
    in Vietnamese order, numbers by their size ("Tổ 2" before "Tổ 2A" before "Tổ 12")."""
    return " ".join(
        piece.zfill(_LONGEST_NUMBER) if piece.isdecimal() else _syllable(piece)
        for word in words(place)
        for piece in _PIECES.findall(word)
    )


@lru_cache(maxsize=65_536)
def _syllable(word: str) -> str:
    """Codes of the letters, then the tone. The tone's digit sorts below every letter's code, so
    a shorter word comes before a longer one that begins with it."""
    letters, tone = [], "0"
    for char in word.lower():
        if char in _CODES:
            letters.append(_CODES[char])
            continue
        decomposed = unicodedata.normalize("NFD", char)
        base, marks = decomposed[0], decomposed[1:]
        tone = next((_TONES[mark] for mark in marks if mark in _TONES), tone)
        letter = unicodedata.normalize(
            "NFC", base + "".join(mark for mark in marks if mark in _LETTER_MARKS)
        )
        letters.append(_CODES.get(letter) or _CODES.get(base, ""))
    return "".join(letters) + tone


def _older_style(word: str) -> str:
    """ "hoà" -> "hòa", "thuý" -> "thúy"; every other word as it is."""
    if word.isascii() or not (found := _LAST_VOWEL_TONE.search(word)):
        return word
    base, tone = _TONED[found[1] or found[2]]
    first = unicodedata.normalize("NFC", word[-2] + tone)
    return f"{word[:-2]}{first}{base}"
