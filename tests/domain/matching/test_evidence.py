"""What makes two descriptions one household, and what does not."""

from datetime import date
from typing import Any

import pytest

from domain.matching.evidence import (
    CERTAIN,
    CONTRADICTION,
    NONE,
    POSSIBLE,
    Described,
    DescribedHousehold,
    compare_households,
)
from domain.matching.names import fold_name, fold_village, likely_one_name


def head(name: str = "Nguyễn Thị Hoa", **other: Any) -> Described:
    return Described(name, **{"birth_year": 1960, "sex": "female", **other})


def home(*members: Described, **other: Any) -> DescribedHousehold:
    where = {"unit": "1@2020-01-01", "village": "Thôn 1", "number": "", **other}
    return DescribedHousehold(**where, members=members)


SON = Described("Lê Văn Tư", birth_year=1985, sex="male")
FULL = date(1960, 3, 5)
CCCD, OTHER_CCCD, CMND = "046160000001", "046160999999", "191234567"


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        # Name and birth, with the village, a fellow, or the very day.
        (home(head()), home(head()), CERTAIN),
        (home(head()), home(head(), village="Thôn 2"), POSSIBLE),
        (home(head(), SON), home(head(), SON, village="Thôn 2"), CERTAIN),
        (home(head(birth_date=FULL)), home(head(birth_date=FULL), village="Thôn 2"), CERTAIN),
        (home(head(birth_date=FULL)), home(head(), village="Thôn 2"), POSSIBLE),
        (
            home(head(birth_date=date(1960, 1, 1))),
            home(head(birth_date=date(1960, 1, 1)), village="Thôn 2"),
            POSSIBLE,
        ),
        # One side knows the year only, or nothing of the birth.
        (home(head(birth_date=FULL)), home(head()), CERTAIN),
        (home(head(birth_year=None)), home(head()), POSSIBLE),
        (home(head(birth_year=1961)), home(head()), NONE),
        # Identity numbers.
        (home(head(id_number=CCCD)), home(head(id_number=CCCD)), CERTAIN),
        (home(head(id_number=CCCD)), home(head(id_number=CMND)), CERTAIN),
        (home(head(id_number=CCCD)), home(head(id_number=OTHER_CCCD)), NONE),
        (home(head(id_number=CCCD)), home(head(id_number="046160000007")), POSSIBLE),
        (
            home(head(id_number=CCCD, birth_date=FULL)),
            home(head(id_number=OTHER_CCCD, birth_date=FULL)),
            POSSIBLE,
        ),
        (
            home(head(id_number=CCCD)),
            home(head("Trần Văn Sáu", id_number=CCCD, birth_year=1971, sex="male")),
            CONTRADICTION,
        ),
        (home(head(id_number=CCCD)), home(head(id_number=CCCD, birth_year=1906)), POSSIBLE),
        (home(head(id_number=CCCD)), home(head("Lê Thị Mai", id_number=CCCD)), POSSIBLE),
        # Household numbers.
        (home(head(), number="7"), home(head(), number="7"), CERTAIN),
        (home(head(), number="7"), home(head("Lê Văn Ba", birth_year=1950), number="7"),
         CONTRADICTION),
        (home(head(), number="7"),
         home(head("Lê Văn Ba", birth_year=1950), number="7", unit="2@2020-01-01"), NONE),
        (home(head(), number="7"), home(head(), number="8"), POSSIBLE),
        (
            home(head(id_number=CCCD), number="7"),
            home(head(id_number=CCCD), number="8"),
            CERTAIN,
        ),
        # Sex and likeness.
        (home(head(sex="male")), home(head()), NONE),
        (home(head("Nguyễn Thị Hao")), home(head()), POSSIBLE),
        (home(head("Nguyễn Thị Hao")), home(head(), village="Thôn 2"), NONE),
        (home(head("Nguyễn Thị Mận")), home(head()), NONE),
    ],
)  # fmt: skip
def test_the_verdict_follows_from_what_agrees_and_what_contradicts(
    one: DescribedHousehold, other: DescribedHousehold, verdict: str
) -> None:
    assert compare_households(one, other).verdict == verdict
    assert compare_households(other, one).verdict == verdict


def test_a_new_head_of_the_same_number_and_people_is_the_same_household() -> None:
    listed = home(Described("Lê Văn Năm", birth_year=1990, sex="male"), SON, number="7")
    assert compare_households(listed, home(head(), SON, number="7")).verdict == CERTAIN


def test_a_member_on_record_who_heads_the_list_is_found() -> None:
    found = compare_households(home(SON), home(head(), SON))
    assert found.verdict == CERTAIN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trần Thị Hoà", "Trần Thị Hòa"),
        ("Khuý", "Khúy"),
        ("H'Lươn Niê", "H’Lươn Niê"),
        ("HʼLươn Niê", "H'lươn niê"),
        ("Ðặng Văn Lặp", "Đặng  Văn Lặp\u00a0"),
        ("Ɖinh", "đinh"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
    ],
)
def test_one_name_in_two_spellings_folds_to_one(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


def test_a_tone_makes_another_name() -> None:
    assert len({fold_name(one) for one in ("Hoa", "Hoà", "Hoá", "Hóa", "Hoả")}) == 4


@pytest.mark.parametrize(
    ("one", "other", "likely"),
    [
        ("Nguyễn Thị Hường", "Nguyễn Thị Hương", True),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hao", True),
        ("Nguyen Thi Hoa", "Nguyễn Thị Hoa", True),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hồng", False),
        ("Đua Thị Ánh Mơ", "Đua Thị Bé Mơ", False),
        ("Nguyễn Hoa", "Nguyễn Thị Hoa", False),
    ],
)
def test_likeness_is_one_slip_in_one_word(one: str, other: str, likely: bool) -> None:
    assert likely_one_name(fold_name(one), fold_name(other)) is likely


def test_a_village_is_one_in_all_its_spellings() -> None:
    assert len({fold_village(one) for one in ("Tổ dân phố 03", "TDP 3", "tổ 3")}) == 1
