"""The tests for signs that a target bends decisions: exact, honest at one percent, and not blind.

Honest data are drawn with a seed, so that the share of false alarms is the same in every run.
"""

import random
from collections import Counter
from fractions import Fraction
from itertools import product
from math import comb, factorial, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.support.exact_tests import crowding, earlier_than_others, more_often
from projections.support.target_signs import BAND, FALSE_ALARM

SMALL = st.integers(0, 14)
LINE, AREAS = 140, 1_000


def every_table(number: int) -> list[tuple[int, int, int, int]]:
    """All ways to put a number of households into four bands."""
    counts = product(range(number + 1), repeat=3)
    return [(a, b, c, number - a - b - c) for a, b, c in counts if a + b + c <= number]


def moments(bands: tuple[int, ...]) -> tuple[int, int, int]:
    return (
        sum(bands),
        sum(at * one for at, one in enumerate(bands)),
        sum(at * at * one for at, one in enumerate(bands)),
    )


@pytest.mark.parametrize("number", [0, 1, 5, 9, 13])
def test_the_chance_of_a_crowd_is_that_of_all_tables_with_the_same_moments(number: int) -> None:
    tables = every_table(number)
    for seen in tables[:: max(1, len(tables) // 60)]:
        alike = [one for one in tables if moments(one) == moments(seen)]
        weight = {
            one: Fraction(factorial(number), factorial(one[0]) * factorial(one[1])
                          * factorial(one[2]) * factorial(one[3]))
            for one in alike
        }  # fmt: skip
        more = sum(weight[one] for one in alike if one[2] >= seen[2])
        assert crowding(*seen) == more / sum(weight.values())


def test_of_all_tables_with_the_same_moments_at_most_one_percent_is_an_alarm() -> None:
    """Whatever the centre, width and slope are: they do not enter the conditional chance."""
    number = 22
    groups: dict[tuple[int, int, int], list[tuple[int, int, int, int]]] = {}
    for one in every_table(number):
        groups.setdefault(moments(one), []).append(one)
    for alike in groups.values():
        weights = [
            comb(number, one[0]) * comb(number - one[0], one[1]) * comb(one[2] + one[3], one[2])
            for one in alike
        ]
        alarms = sum(
            weight
            for one, weight in zip(alike, weights, strict=True)
            if crowding(*one) <= FALSE_ALARM
        )
        assert Fraction(alarms, sum(weights)) <= FALSE_ALARM


@given(SMALL, SMALL, SMALL, SMALL)
def test_the_chance_around_a_day_is_that_of_all_orders(a: int, b: int, c: int, d: int) -> None:
    early, kind, whole = a + c, a + b, a + b + c + d
    ways = [
        comb(kind, one) * comb(whole - kind, early - one) for one in range(min(kind, early) + 1)
    ]
    assert earlier_than_others(a, b, c, d) == Fraction(sum(ways[a:]), sum(ways))


@given(SMALL, SMALL)
def test_the_chance_of_changes_one_way_is_that_of_a_coin(one_way: int, other_way: int) -> None:
    changes = one_way + other_way
    ways = [comb(changes, one) for one in range(changes + 1)]
    assert more_often(one_way, other_way) == Fraction(sum(ways[one_way:]), sum(ways))


# Scores of whole areas, drawn by chance.


def bell(rng: random.Random) -> float:
    return rng.gauss(150, 18)


def narrow(rng: random.Random) -> float:
    return rng.gauss(141, 9)


def far_from_the_line(rng: random.Random) -> float:
    return rng.gauss(185, 25)


def rounded_to_five(rng: random.Random) -> float:
    return 5 * round(rng.gauss(147, 15) / 5)


def heaped_on_tens(rng: random.Random) -> float:
    score = rng.gauss(145, 16)
    return 10 * round(score / 10) if rng.random() < 0.5 else round(score)


def skewed(rng: random.Random) -> float:
    return 90 + rng.gammavariate(9, 6.5)


def bands_of(scores: list[float]) -> tuple[int, int, int, int]:
    found = Counter((round(one) - LINE - 1) // BAND for one in scores)
    return found[-2], found[-1], found[0], found[1]


def alarms(draw: object, households: int, bent: float = 0.0) -> int:
    """The areas with a sign; `bent` is the part of those just below the line that is lifted."""
    rng, found = random.Random(20231231), 0
    for _area in range(AREAS):
        scores = []
        for _household in range(households):
            score = draw(rng)  # type: ignore[operator]
            below = LINE - BAND < round(score) <= LINE
            if below and rng.random() < bent:
                score = LINE + rng.randint(1, 5)
            scores.append(score)
        found += crowding(*bands_of(scores)) <= FALSE_ALARM
    return found


@pytest.mark.parametrize("households", [40, 300])
@pytest.mark.parametrize(
    "draw", [bell, narrow, far_from_the_line, rounded_to_five, heaped_on_tens, skewed]
)
def test_honest_scores_raise_a_sign_in_at_most_one_area_of_a_hundred(
    draw: object, households: int
) -> None:
    # Three standard deviations above the stated rate: the draw itself is by chance.
    most = AREAS / 100 + 3 * sqrt(AREAS / 100)
    assert alarms(draw, households) <= most


@pytest.mark.parametrize("draw", [bell, rounded_to_five, heaped_on_tens])
def test_scores_that_were_lifted_past_the_line_are_seen(draw: object) -> None:
    assert alarms(draw, 300, bent=0.5) >= 0.9 * AREAS


def test_a_few_lifted_scores_among_few_households_are_not_seen() -> None:
    assert alarms(bell, 40, bent=0.3) < 0.5 * AREAS


def around_the_cut_off(bent: float, seed: int = 3) -> int:
    """The areas with a sign; `bent` is the part of exits after the day that is brought forward."""
    rng, found = random.Random(seed), 0
    for _area in range(AREAS):
        counts = [0, 0, 0, 0]
        for at, households in ((0, 30), (2, 25)):
            for _household in range(households):
                late = rng.random() < 0.4
                if at == 0 and late and rng.random() < bent:
                    late = False
                counts[at + late] += 1
        found += earlier_than_others(*counts) <= FALSE_ALARM
    return found


def test_honest_days_raise_a_sign_in_at_most_one_area_of_a_hundred() -> None:
    assert around_the_cut_off(0.0) <= AREAS / 100 + 3 * sqrt(AREAS / 100)


def test_exits_that_were_brought_forward_are_seen() -> None:
    assert around_the_cut_off(0.9) >= 0.75 * AREAS


def test_changes_of_honest_offices_raise_a_sign_in_at_most_one_of_a_hundred() -> None:
    rng = random.Random(7)
    drawn = [sum(rng.random() < 0.5 for _ in range(12)) for _area in range(AREAS)]
    found = sum(more_often(better, 12 - better) <= FALSE_ALARM for better in drawn)
    assert found <= AREAS / 100 + 3 * sqrt(AREAS / 100)
    assert more_often(7, 0) <= FALSE_ALARM < more_often(6, 0)
