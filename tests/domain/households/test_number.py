"""One key for a household number in all its spellings, and the claims of the first release."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.commands.claims import find_claims
from domain.households.claims import number_key, second_number_key
from domain.households.errors import HouseholdNumberTaken
from domain.households.number import fold_number, number_prefix
from domain.households.number_claims import fold_number_claims
from service.operations.migrate import migrate
from tests import histories
from tests.given import HUONG_SO


@pytest.mark.parametrize(
    "spellings",
    [
        ("007", "7", " 7 ", "７", "0007"),
        ("HN 12-a", "hn12a", "HN12A", "hn-12.a"),
        ("HX-0001", "hx-0001", "HX 0001", "HX–0001", "HX\u20110001", "ＨＸ－０００１", "hx1"),
        ("Đ-5", "Ð-5", "Ɖ5", "đ 05"),
        ("19804-0064", "19804/64", "19804 – 0064"),
        ("0", "000"),
    ],
)
def test_all_spellings_of_a_number_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({fold_number(one) for one in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1-23", "12-3"),
        ("A1-2", "A12"),
        ("A-0", "A"),
        ("70", "7"),
        ("100", "1"),
        ("HX-1", "HY-1"),
        ("12a", "12b"),
        ("-", "0"),
    ],
)
def test_numbers_that_differ_keep_different_keys(one: str, other: str) -> None:
    assert fold_number(one) != fold_number(other)


def test_a_text_without_letter_or_figure_is_no_number() -> None:
    assert fold_number(" – ") == ""


@pytest.mark.parametrize("typed", ["TDP5-017", "tdp5 17", "TDP5-0", "TDP5", "tdp5-01"])
def test_the_beginning_of_a_number_as_typed_begins_its_key(typed: str) -> None:
    assert fold_number("TDP5-017").startswith(number_prefix(typed))


@pytest.mark.parametrize(
    ("typed", "prefix"),
    [
        ("0", "0"),
        ("5-0", "5-"),
        ("TDP5-00", "tdp5-"),
        ("10", "10"),
        ("TDP5-010", "tdp5-10"),
        ("TDP0", "tdp"),
        (" – ", ""),
    ],
)
def test_a_zero_at_the_end_may_be_one_before_a_figure_and_alone_is_a_zero(
    typed: str, prefix: str
) -> None:
    assert number_prefix(typed) == prefix


def test_the_second_spelling_of_a_number_is_refused_and_named_as_it_was_asked(given, life) -> None:
    life.register("2022-11-01", replace(histories.ALONE, number="HX-0001"))
    first = life.id
    other = replace(histories.FAMILY, number="HX–0001")
    for spelling in ("HX–0001", "hx 0001", "HX1"):
        asked = replace(other, number=spelling)
        given().when(lambda life, asked=asked: life.register("2022-11-20", asked)).then(
            HouseholdNumberTaken, household_id=first, number=spelling, area=HUONG_SO
        )


def test_a_number_rewritten_in_another_spelling_stays_the_households(life) -> None:
    from domain.households.corrections import HouseholdCorrection

    life.register("2022-11-01", replace(histories.ALONE, number="HX-0001"))
    life.do(
        "correct_household",
        "2022-11-05",
        correction=HouseholdCorrection(number="HX 1"),
        reason="error",
    )
    assert life.now().number == "HX 1"
    with pytest.raises(HouseholdNumberTaken):
        life.register("2022-11-20", replace(histories.FAMILY, number="hx-01"))


# What the first release had claimed.


@pytest.fixture
def owner(database: Any) -> Any:
    with psycopg.connect(database.owner_url, autocommit=True) as conn:
        conn.execute("update store.backfills set done_at = null where name = 'folded_numbers'")
        yield conn


def _claimed(owner: Any, number: str, since: str, until: str | None = None) -> UUID:
    """A claim as the first release wrote it."""
    holder = uuid4()
    owner.execute(
        "insert into store.claims (key, holder, since, until) values (%s, %s, %s, %s)",
        [b"n" + f"{HUONG_SO}/{number}".encode(), holder, since, until],
    )
    return holder


def test_claims_of_the_first_release_come_under_the_folded_key(database: Any, owner: Any) -> None:
    one = _claimed(owner, "HX-0001", "2022-01-01")
    two = _claimed(owner, "007", "2022-01-01")
    folded = _claimed(owner, "12", "2022-01-01")
    owner.execute(
        "insert into store.claims values ('\\x70' || %s::bytea, %s, '2022-01-01')",
        [one.bytes, two],
    )
    migrate(owner)
    keys = {number: number_key(HUONG_SO, number) for number in ("hx1", "7", "12")}
    stands = find_claims(database.pool, keys.values())
    assert [stands[key].holder for key in keys.values()] == [one, two, folded]
    assert owner.execute("select count(*) from store.claims").fetchone() == (4,)


def test_of_two_households_with_one_number_the_older_keeps_it_and_none_is_lost(
    database: Any, owner: Any
) -> None:
    ended = _claimed(owner, "HX 0001", "2019-01-01", "2020-01-01")
    younger = _claimed(owner, "hx1", "2022-06-01")
    older = _claimed(owner, "HX-0001", "2022-01-01")
    assert fold_number_claims(owner) == 3
    key = number_key(HUONG_SO, "hx1")
    seconds = [second_number_key(HUONG_SO, "hx1", one) for one in (younger, ended)]
    stands = find_claims(database.pool, [key, *seconds])
    assert (stands[key].holder, stands[key].since) == (older, date(2022, 1, 1))
    assert [stands[one].holder for one in seconds] == [younger, ended]
    assert fold_number_claims(owner) == 0  # once only


def test_a_household_that_came_second_lets_its_number_go_when_it_ends(
    database: Any, owner: Any, life: Any
) -> None:
    life.register("2022-11-01", replace(histories.ALONE, number="HX-0001"))
    owner.execute(
        "update store.claims set key = %s where key = %s",
        [
            second_number_key(HUONG_SO, "HX-0001", life.id),
            number_key(HUONG_SO, "HX-0001"),
        ],
    )
    life.do("dissolve", "2023-01-01", reason="moved_away")
    assert not find_claims(database.pool, [second_number_key(HUONG_SO, "HX-0001", life.id)])
