"""What is an identity number, and where a text holds one."""

import pytest

from domain.households.identity import digits_of, holds_id_number, is_id_number


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
