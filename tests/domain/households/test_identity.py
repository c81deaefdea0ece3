"""What is an identity number, and where a text holds one."""

import pytest

from domain.households.errors import IdentityNumberMalformed
from domain.households.identity import (
    digits_of,
    holds_id_number,
    id_number,
    implausible,
    is_id_number,
)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("046080001234", "046080001234"),
        ("046 080 001 234", "046080001234"),
        ("191-123.456", "191123456"),
        ("046.080.001.234.", "046080001234"),
        ("046080001.234", "046080001234"),
        ("", ""),
        (" ", ""),
    ],
)
def test_an_identity_number_is_its_digits(written, kept):
    assert id_number(written) == kept


@pytest.mark.parametrize("bad", ["12345678", "0460800012345", "04608000123X", "٠٤٦٠٨٠٠٠١٢٣٤"])
def test_other_numbers_are_refused_without_being_shown(bad):
    with pytest.raises(IdentityNumberMalformed) as refused:
        id_number(bad)
    assert refused.value.values == {"length": len(bad)}


@pytest.mark.parametrize(
    ("number", "sex", "year", "notes"),
    [
        ("046080001234", "male", 1980, []),
        ("046180001234", "female", 1980, []),
        ("046210001234", "male", 2010, []),
        ("046310001234", "female", 2010, []),
        ("046080001234", "female", 1980, ["id_number_sex"]),
        ("046080001234", "male", 1981, ["id_number_birth_year"]),
        ("046099001234", "male", 1999, []),
        ("046200001234", "male", 2000, []),
        ("046200001234", "male", 1900, ["id_number_birth_year"]),
        ("001080001234", "male", 1980, []),
        ("096080001234", "male", 1980, []),
        ("097080001234", "male", 1980, ["id_number_province"]),
        ("003080001234", "male", 1980, ["id_number_province"]),
        ("046080001234", "", None, []),
        ("191123456", "female", 1999, []),
    ],
)
def test_what_a_number_says_is_held_against_sex_and_birth_year(number, sex, year, notes):
    assert implausible(number, sex, year) == notes


@pytest.mark.parametrize("text", ["046161001234", "046 161 001 234", "191.234.567", "191234567"])
def test_nine_or_twelve_digits_are_a_number_however_they_are_grouped(text: str) -> None:
    assert is_id_number(text)
    assert holds_id_number(text)
    assert digits_of(text) in ("046161001234", "191234567")


@pytest.mark.parametrize("text", ["", "19804", "0461610012", "046161001234x", "Hồ Thị Bưởi"])
def test_more_or_fewer_digits_and_letters_are_none(text: str) -> None:
    assert not is_id_number(text)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Bưởi 046161001234", True),
        ("CMND 191-234-567, Huế", True),
        ("HS-19804", False),
        ("0461610012345", False),
        ("tổ 12 tổ 34", False),
    ],
)
def test_a_number_is_seen_among_words_and_not_within_a_longer_one(text: str, holds: bool) -> None:
    assert holds_id_number(text) is holds
