"""The worked cases that came with the domain's rules, each as its own test."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.standards import SurveyFigures, decide
from tests.standards import standards

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
STANDARDS = standards()


def _name(case: dict[str, Any]) -> str:
    figures = [str(value) for key, value in case.items() if key not in ("note", "expected")]
    return "-".join([*figures, case["expected"]])


@pytest.mark.parametrize("case", VECTORS["income_and_deprivation"], ids=_name)
def test_income_and_deprivations_give_the_expected_class(case: dict[str, Any]) -> None:
    figures = SurveyFigures(
        area_type=case["area_type"],
        income=case["income_vnd_per_head_month"],
        deprived_count=case["deprived_indicators"],
    )
    assert decide(STANDARDS.get(case["standard"]), figures).class_ == case["expected"]


@pytest.mark.parametrize("case", VECTORS["scores"], ids=_name)
def test_scores_give_the_expected_class(case: dict[str, Any]) -> None:
    figures = SurveyFigures(area_type=case["area_type"], b1=case["b1"], b2=case["b2"])
    assert decide(STANDARDS.get(case["standard"]), figures).class_ == case["expected"]


def test_there_are_as_many_cases_as_were_handed_over() -> None:
    assert (len(VECTORS["income_and_deprivation"]), len(VECTORS["scores"])) == (42, 8)
