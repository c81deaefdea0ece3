"""Where a verdict turns: one more or one less kind of evidence, on either side."""

from datetime import date
from typing import Any
from uuid import UUID

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
from domain.matching.matcher import warnings_about
from domain.matching.names import fold_name, likely_one_name

FULL = date(1960, 3, 5)
CCCD, OTHER_CCCD, SON_CCCD = "046160000001", "046160999999", "046085000001"


def head(name: str = "Nguyễn Thị Hoa", **other: Any) -> Described:
    return Described(name, **{"birth_year": 1960, "sex": "female", **other})


def son(name: str = "Lê Văn Tư", id_number: str = "") -> Described:
    return Described(name, birth_year=1985, sex="male", id_number=id_number)


def home(*members: Described, **other: Any) -> DescribedHousehold:
    where = {"unit": "1@2020-01-01", "village": "Thôn 1", "number": "", **other}
    return DescribedHousehold(**where, members=members)


NEARLY = "Nguyễn Thị Hao"
CHILDREN = (Described("Lê Thị Chín", birth_year=1990), Described("Lê Thị Mười", birth_year=1991))
OTHERS = (Described("Hồ Văn Bảy", birth_year=1988), Described("Hồ Văn Tám", birth_year=1989))
CASES = {
    "sex known on one side": (home(head(sex="")), home(head()), CERTAIN),
    "another sex on one day": (
        home(head(birth_date=FULL, sex="male")), home(head(birth_date=FULL)), NONE,
    ),
    # Numbers are given anew in another unit, so that another number says nothing there.
    "number of another unit": (
        home(head(), number="8", unit="2@2020-01-01"), home(head(), number="7"), CERTAIN,
    ),
    "number, other name, no birth": (
        home(head(birth_year=None), number="7"), home(head("Lê Thị Mai"), number="7"),
        CONTRADICTION,
    ),
    "papers, other name, no birth": (
        home(head(id_number=CCCD, birth_year=None)), home(head("Lê Thị Mai", id_number=CCCD)),
        CONTRADICTION,
    ),
    "papers, name nearly, no birth": (
        home(head(id_number=CCCD, birth_year=None)), home(head(NEARLY, id_number=CCCD)), POSSIBLE,
    ),
    "papers one figure apart": (
        home(head(id_number=CCCD)), home(head(id_number="046160000002")), POSSIBLE,
    ),
    "papers two figures swapped": (
        home(head(id_number=CCCD)), home(head(id_number="046160000010")), POSSIBLE,
    ),
    "papers two figures apart": (
        home(head(id_number=CCCD)), home(head(id_number="046160000077")), NONE,
    ),
    "other papers, same fellow": (
        home(head(id_number=CCCD), son()), home(head(id_number=OTHER_CCCD), son()), POSSIBLE,
    ),
    "name, village, fellow": (home(head(birth_year=None), son()), home(head(), son()), CERTAIN),
    "other birth, same fellow": (home(head(birth_year=1961), son()), home(head(), son()), POSSIBLE),
    "name nearly, other number": (
        home(head(NEARLY), number="7"), home(head(), number="8"), NONE,
    ),
    "name nearly, other fellows": (home(head(NEARLY), *CHILDREN), home(head(), *OTHERS), NONE),
    "name alone, another village": (
        home(head(birth_year=None), village="Thôn 2"), home(head()), NONE,
    ),
    "name and village, no birth": (home(head(birth_year=None)), home(head()), POSSIBLE),
    "name nearly, village": (home(head(NEARLY, birth_year=None)), home(head()), NONE),
    "name nearly, village, fellow": (
        home(head(NEARLY, birth_year=None), son()), home(head(), son()), POSSIBLE,
    ),
    # A number given anew says nothing where papers, name and birth agree, all three.
    "papers, name and birth, other number": (
        home(head(id_number=CCCD), number="7"), home(head(id_number=CCCD), number="8"), CERTAIN,
    ),
    "papers and name, no birth, other number": (
        home(head(id_number=CCCD, birth_year=None), number="7"),
        home(head(id_number=CCCD), number="8"), POSSIBLE,
    ),
    # Too few are known to say that the others are other people; the head is no fellow.
    "one other fellow": (home(head(), son()), home(head(), CHILDREN[0]), CERTAIN),
    "one fellow beside two others": (home(head(), *CHILDREN), home(head(), son()), CERTAIN),
    "name nearly, one fellow beside two": (
        home(head(NEARLY), *CHILDREN), home(head(), son()), POSSIBLE,
    ),
    "fellow with the same papers, other name": (
        home(head(birth_year=None), son(id_number=SON_CCCD)),
        home(head(), son("Hồ Văn Sáu", SON_CCCD)), POSSIBLE,
    ),
    "fellow with other papers": (
        home(head(birth_year=None), son(id_number=SON_CCCD)),
        home(head(), son(id_number="046085999999")), POSSIBLE,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other", "verdict"), CASES.values(), ids=list(CASES))
def test_the_verdict_is_the_same_whichever_side_is_on_record(
    one: DescribedHousehold, other: DescribedHousehold, verdict: str
) -> None:
    assert compare_households(one, other).verdict == verdict
    assert compare_households(other, one).verdict == verdict


def test_papers_of_a_fellow_on_record_weigh_more_than_the_name_of_the_head() -> None:
    holder = Described("Trần Văn Sáu", birth_year=1971, sex="male", id_number=CCCD)
    found = compare_households(home(head(id_number=CCCD)), home(head(), holder))
    assert found.verdict == CONTRADICTION


def test_among_equals_the_head_on_record_is_compared() -> None:
    first, second = UUID(int=1), UUID(int=2)
    found = compare_households(home(head()), home(head(person=first), head(person=second)))
    assert found.person == first


@pytest.mark.parametrize(("one", "other"), [("Lê Văn Ba", "Lê Văn Bi"), ("Lê A", "Lê Y")])
def test_a_word_of_two_letters_is_not_misspelt(one: str, other: str) -> None:
    assert not likely_one_name(fold_name(one), fold_name(other))


@pytest.mark.parametrize(
    ("born", "year", "on", "warned"),
    [
        (date(2005, 5, 5), None, date(2023, 5, 4), True),
        (date(2005, 5, 5), None, date(2023, 5, 5), False),
        (None, 2006, date(2023, 12, 31), True),
        (None, 2005, date(2023, 1, 1), False),
        (None, None, date(2023, 1, 1), False),
    ],
)
def test_a_head_is_of_age_from_the_birthday_or_the_year_on(
    born: date | None, year: int | None, on: date, warned: bool
) -> None:
    given = home(head(birth_date=born, birth_year=year))
    assert warnings_about(given, on) == (("child_head",) if warned else ())
