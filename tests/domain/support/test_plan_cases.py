"""Steps of a household's plan become cases in one act; needs and causes suggest benefits."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.errors import Refusal
from domain.households.codes import CAUSES, NEEDS
from domain.support.case import PlanStep, SupportCase
from domain.support.case_commands import NoteCase, RequestCase
from domain.support.case_events import Noted, PlanStepNamed, Requested
from domain.support.errors import (
    BenefitNotInForce,
    CaseExists,
    DigestInvalid,
    DoesNotQualify,
    NoteMissing,
    PlanStepsMissing,
    PlanStepUnknown,
)
from domain.support.load import published
from domain.support.plan_cases import RequestCasesOfPlan, StepBenefit
from domain.support.suggestions import CAUSE, NEED, published_suggestions, suggested
from tests.domain.support.conftest import SupportOffice, context
from tests.given import CASE_WORKER, Life
from tests.histories import supported

ON = date(2023, 3, 1)
REPAIR = StepBenefit(1, "2021-2025", "housing_repair", ON)
MODEL = StepBenefit(2, "2021-2025", "livelihood_model", ON)


@pytest.fixture
def life(application: SocaiApplication) -> Life:
    made = Life(application)
    supported(made)
    return made


def plan_of(life: Life) -> int:
    """The version of the event by which the plan was agreed."""
    return int(life.now().plans[-1].originator_version)


def ask(office: SupportOffice, life: Life, *steps: StepBenefit, plan: int = 0, **more: Any) -> Any:
    command = RequestCasesOfPlan(life.id, plan or plan_of(life), steps)
    return office.do(command, ON, by=CASE_WORKER, document=None, **more)


def test_each_step_becomes_a_case_that_names_the_plan_and_the_step(
    office: SupportOffice, life: Life
) -> None:
    command_id = uuid4()
    done = ask(office, life, REPAIR, MODEL, command_id=command_id)
    of_command = context(ON, command_id=command_id)
    cases = [RequestCasesOfPlan.case_id(of_command, at) for at in range(2)]
    assert done.created == cases[0]
    for step, id_ in enumerate(cases, 1):
        case = office.application.support.find(SupportCase, id_)
        assert case is not None
        assert case.plan_step == PlanStep(plan_of(life), step)
        requested, named = office.events(id_)
        assert isinstance(requested, Requested)
        assert (requested.origin, requested.household_id) == ("plan", life.id)
        assert isinstance(named, PlanStepNamed)
    again = ask(office, life, REPAIR, MODEL, command_id=command_id)
    assert (again.repeated, again.created) == (True, cases[0])


@pytest.mark.parametrize(
    ("steps", "refusal", "step"),
    [
        ((REPAIR, replace(MODEL, step=3)), PlanStepUnknown, 3),
        ((replace(REPAIR, step=0),), PlanStepUnknown, 0),
        ((REPAIR, replace(MODEL, period=date(2027, 1, 1))), BenefitNotInForce, 2),
        ((REPAIR, replace(REPAIR, step=2)), CaseExists, 2),
        (
            (REPAIR, replace(MODEL, programme="policies", benefit="credit_near_poor")),
            DoesNotQualify,
            2,
        ),
    ],
)
def test_one_refused_step_records_no_case_and_is_named(
    office: SupportOffice,
    life: Life,
    steps: tuple[StepBenefit, ...],
    refusal: type[Refusal],
    step: int,
) -> None:
    with pytest.raises(refusal) as refused:
        ask(office, life, *steps)
    assert refused.value.values["step"] == step
    ask(office, life, REPAIR)  # it was not taken


def test_a_plan_that_is_not_there_or_without_steps_is_refused(
    office: SupportOffice, life: Life
) -> None:
    with pytest.raises(PlanStepUnknown):
        ask(office, life, REPAIR, plan=999)
    with pytest.raises(PlanStepsMissing):
        ask(office, life)


def test_a_step_that_has_a_case_already_is_refused_with_the_case(
    office: SupportOffice, life: Life
) -> None:
    first = office.do(
        RequestCase(life.id, "2021-2025", "housing_repair", ON), ON, by=CASE_WORKER
    ).created
    with pytest.raises(CaseExists) as refused:
        ask(office, life, MODEL, REPAIR)
    assert refused.value.values == {"case_id": first, "step": 1}


# Notes and photos.


def test_a_note_or_a_photo_is_kept_at_any_step(office: SupportOffice, life: Life) -> None:
    case = ask(office, life, REPAIR).created
    photo = "0" * 64

    def note(**said: Any) -> UUID:
        return UUID(str(office.do(NoteCase(case, **said), ON, by=CASE_WORKER).aggregate_id))

    assert note(note="Đã đến nhà", attachments=(photo,)) == case
    event = office.events(case)[-1]
    assert isinstance(event, Noted)
    assert event.attachments == (photo,)
    assert event.note is not None
    assert office.application.keyring.reveal(event.note) == {"note": "Đã đến nhà"}
    loaded = office.application.support.find(SupportCase, case)
    assert loaded is not None
    assert loaded.attachments == {photo}
    with pytest.raises(NoteMissing):
        note()
    with pytest.raises(DigestInvalid):
        note(attachments=("x",))


# Suggestions.


def benefits(on: date) -> list[tuple[str, Any]]:
    return [
        (programme.code, one)
        for programme in published()
        for one in programme.benefits
        if programme.valid_from <= on
        and (programme.valid_until is None or on <= programme.valid_until)
    ]


def test_every_need_and_cause_has_a_line_and_unknown_ones_are_empty() -> None:
    known = {(one.kind, one.code): one for one in published_suggestions()}
    assert known.keys() == {(NEED, one) for one in NEEDS} | {(CAUSE, one) for one in CAUSES}
    offered = {one.content for programme in published() for one in programme.benefits}
    for one in known.values():
        assert set(one.contents) <= offered
        assert (one.certainty == "unknown") == (not one.contents)


def test_needs_and_causes_lead_to_the_benefits_in_force_on_the_day() -> None:
    def led_to(on: date) -> dict[tuple[str, str], set[str]]:
        return {
            (why.kind, why.code): {f"{programme}/{one.code}" for programme, one in why.benefits}
            for why in suggested(["housing", "other"], ["1", "7"], benefits(on), on)
        }

    found = led_to(date(2023, 3, 1))
    assert found[NEED, "housing"] >= {"2021-2025/housing_new", "2021-2025/housing_repair"}
    assert found[CAUSE, "7"] >= {"policies/health_insurance_poor"}
    assert found[NEED, "other"] == found[CAUSE, "1"] == set()
    assert "2021-2025/housing_new" not in led_to(date(2027, 3, 1))[NEED, "housing"]
    assert led_to(date(2020, 1, 1))[NEED, "housing"] == set()
