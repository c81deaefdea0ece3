"""Identity numbers: 12 digits (căn cước, CCCD) or 9 digits (CMND).

A 12-digit number begins with the code of the province of birth registration (3 digits), one
digit for century and sex, and two digits of the birth year (Nghị định 137/2015/NĐ-CP, art. 13;
Thông tư 59/2021/TT-BCA). Papers contradict each other often enough that a number that does not
fit is noted and not refused; only the format is refused.
"""

import re

from domain.households.errors import IdentityNumberMalformed

# What a person should look at; each note is "members/INDEX/CODE".
NOTES = {
    "id_number_province": "Mã tỉnh trong số định danh không có trong danh mục",
    "id_number_sex": "Giới tính không khớp với số định danh",
    "id_number_birth_year": "Năm sinh không khớp với số định danh",
    "known_person": "Số định danh này đã có trong hồ sơ của một người",
}

_PROVINCES = frozenset((
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36,
    37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74,
    75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
))  # fmt: skip
_MARKS = re.compile(r"[.\-]")
_SHORTEST_GROUP = 3
_SEPARATORS = str.maketrans("", "", " .-\u00a0")
_NUMBER = re.compile(r"\d{9}(?:\d{3})?")
_WITHIN = re.compile(r"(?<!\d)(\d{9}|\d{12})(?!\d)")


def id_number(text: str) -> str:
    """The digits alone, "" for nothing. Raises IdentityNumberMalformed with the length only."""
    if not text:
        return ""
    digits = digits_of(text)
    if not digits:
        return ""
    if len(digits) not in (9, 12) or not (digits.isascii() and digits.isdigit()):
        raise IdentityNumberMalformed(length=len(digits))
    # Programs that take a number for an amount write ".0" behind it, or "4.6": no digits of it.
    if any(0 < len(group.strip()) < _SHORTEST_GROUP for group in _MARKS.split(text)):
        raise IdentityNumberMalformed(length=len(text.strip()))
    return digits


def digits_of(text: str) -> str:
    """A text without what groups digits: blanks, dots, hyphens."""
    return text.translate(_SEPARATORS)


def is_id_number(text: str) -> bool:
    """Whether a text has the digits of an identity number and no more, however they are grouped."""
    return bool(_NUMBER.fullmatch(digits_of(text)))


def holds_id_number(text: str) -> bool:
    """Whether 9 or 12 digits are together in a text, however they are grouped."""
    return bool(_WITHIN.search(digits_of(text)))


def implausible(number: str, sex: str, birth_year: int | None) -> list[str]:
    """Codes of NOTES for what a 12-digit number says otherwise; nothing for a 9-digit number."""
    if len(number) != 12:
        return []
    found = []
    if int(number[:3]) not in _PROVINCES:
        found.append("id_number_province")
    century_and_sex = int(number[3])
    if sex and (century_and_sex % 2 == 1) != (sex == "female"):
        found.append("id_number_sex")
    stated = 1900 + 100 * (century_and_sex // 2) + int(number[4:6])
    if birth_year is not None and stated != birth_year:
        found.append("id_number_birth_year")
    return found
