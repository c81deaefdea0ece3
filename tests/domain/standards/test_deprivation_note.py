"""A count of deprivations that does not go with the points B2 is remarked, 0 as any other."""

import pytest

from domain.standards import SurveyFigures, decide
from domain.standards.reasons import DEPRIVATIONS_DIFFER, parsed
from tests.standards import standards

S2022 = standards().get("2022-2026")
POINTS = 10


def remarked(count: int | None, b2: int | None) -> list[dict[str, str]]:
    figures = SurveyFigures("urban", income=9_000_000, b1=300, b2=b2, deprived_count=count)
    notes = map(parsed, decide(S2022, figures).notes)
    return [values for code, values in notes if code == DEPRIVATIONS_DIFFER]


@pytest.mark.parametrize("count", range(13))
def test_points_are_ten_for_each_deprivation(count: int) -> None:
    assert remarked(count, count * POINTS) == []
    for other in {0, 10, 60, 120} - {count * POINTS}:
        assert remarked(count, other) == [{"deprived_count": str(count), "b2": str(other)}]


@pytest.mark.parametrize(("count", "b2"), [(None, 10), (3, None), (None, None), (0, None)])
def test_what_is_not_known_is_not_compared(count: int | None, b2: int | None) -> None:
    assert remarked(count, b2) == []


@pytest.mark.parametrize(("named", "count"), [(("employment", "nutrition"), "2"), ((), "0")])
def test_named_deprivations_are_counted_for_it(named: tuple[str, ...], count: str) -> None:
    figures = SurveyFigures("urban", income=9_000_000, b1=300, b2=10, deprived=named)
    found = [parsed(note) for note in decide(S2022, figures).notes]
    assert (DEPRIVATIONS_DIFFER, {"deprived_count": count, "b2": "10"}) in found
