"""Stacked bars share one scale, and no part of one reaches into another."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from service.ui import charts

NUMBERS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 5_000), max_size=6)


@given(parts=st.lists(NUMBERS, min_size=1, max_size=12))
def test_every_number_has_its_length_on_one_scale(parts: list[dict[str, int]]) -> None:
    labels = [f"Thôn {at}" for at in range(len(parts))]
    drawn = charts.stacks(labels, parts)
    most = max(sum(one.values()) for one in parts)
    for stack, numbers in zip(drawn.stacks, parts, strict=True):
        assert stack.whole == sum(numbers.values())
        assert {one.code: one.number for one in stack.segments} == {
            code: number for code, number in numbers.items() if number
        }
        for one in stack.segments:
            assert abs(one.length * most - one.number * (charts.WIDTH - 258)) < 1e-3 * most
        for left, right in pairwise(stack.segments):
            assert abs(left.x + left.length - right.x) < 1e-6
        assert stack.end <= charts.WIDTH - charts.TOTAL + 1e-6


def test_a_round_without_households_draws_nothing() -> None:
    assert charts.stacks([], []).stacks == ()
    assert charts.stacks(["Thôn 1"], [{"listed": 0}]).stacks[0].segments == ()
