"""A round of low-income workers: requests of persons, outcomes by the survey, one decision."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.errors import RULE_OF_THE_SYSTEM
from domain.households import events as h
from domain.households.errors import (
    PersonAlreadyLeft,
    PersonUnknown,
    SignerIsSurveyor,
    StandardNotInForce,
    UnderReview,
)
from domain.households.low_income import RecogniseLowIncomeWorker
from domain.households.low_income_errors import WorkerOfListedHousehold, WorkerRecognisedAlready
from domain.households.members import LeaveMember
from domain.households.relocation import MoveHousehold
from domain.reviews import errors
from domain.reviews import events as r
from domain.reviews.decisions import SignDecision
from domain.reviews.meetings import DetermineResults, ResultInput
from domain.reviews.worker_decisions import SignWorkers
from domain.reviews.workers import OutcomeInput
from tests.given import RURAL
from tests.low_income import BEGUN, CEILING, FOUND, LAST_DAY, SHOWN, SIGNED, VISITED, Workers
from tests.reviews import (
    CHAIRMAN,
    SURVEYOR,
    Autumn,
    decision_paper,
    refused,
)

PROCEDURE = "967/QĐ-BNNMT"


@pytest.fixture
def workers(autumn: Autumn) -> Workers:
    """A household of An, the head, and Bình."""
    return Workers(autumn)


def test_persons_who_ask_are_recognised_by_one_decision(workers: Workers) -> None:
    autumn = workers.autumn
    workers.posted()
    assert autumn.now().households[workers.household].until == LAST_DAY
    refused(autumn, errors.PostingCutShort, lambda: workers.sign(on=LAST_DAY), source=PROCEDURE)
    workers.sign()
    assert workers.is_worker(workers.an)
    assert workers.is_worker(workers.binh)
    assert not workers.is_worker(workers.an, LAST_DAY)
    recorded = [
        one
        for one in autumn.application.events.get(workers.household)
        if isinstance(one, h.LowIncomeWorkerRecognised)
    ]
    assert {one.round_id for one in recorded} == {autumn.round_id}
    assert {one.proposed for one in recorded} == {"recognised"}
    decided = autumn.events()[-1]
    assert isinstance(decided, r.WorkersRecognised)
    assert {one.command_id for one in recorded} == {decided.command_id}
    autumn.close(SIGNED)
    assert autumn.now().outcome == "completed"


def test_an_income_above_the_ceiling_is_refused_in_writing(workers: Workers) -> None:
    autumn = workers.autumn
    workers.posted(workers.an, income=CEILING + 1)
    refused(autumn, errors.NothingToDecide, lambda: workers.sign(), source=PROCEDURE)
    request = workers.requests[workers.an]
    refused(autumn, errors.PostingCutShort, lambda: autumn.refuse(request, on=LAST_DAY))
    autumn.refuse(request, "above_ceiling", on=SIGNED)
    autumn.close(SIGNED)
    assert not workers.is_worker(workers.an)


def test_one_member_may_be_recognised_and_another_refused(workers: Workers) -> None:
    autumn = workers.autumn
    workers.listed()
    workers.survey()
    contradicts = OutcomeInput(workers.binh, "not_recognised")
    refused(
        autumn, errors.WorkerOutcomeContradicts, lambda: workers.determine(contradicts),
        computed="recognised", source=PROCEDURE,
    )  # fmt: skip
    workers.determine(OutcomeInput(workers.binh, "not_recognised", "Đang đi học, không lao động"))
    autumn.post(on=SHOWN)
    refused(
        autumn, errors.StepOutOfOrder,
        lambda: autumn.refuse(workers.requests[workers.an], on=SIGNED),
    )  # fmt: skip
    workers.sign()
    refused(autumn, errors.RoundUndecided, lambda: autumn.close(SIGNED))
    autumn.refuse(workers.requests[workers.binh], "other", on=SIGNED)
    assert (workers.is_worker(workers.an), workers.is_worker(workers.binh)) == (True, False)
    autumn.close(SIGNED)


@pytest.mark.parametrize(
    ("income", "area", "why"),
    [
        (None, "urban", "not_computable?why=missing_figures"),
        (CEILING, "special_zone", "worker_ceiling_unknown?area=special_zone"),
    ],
)
def test_where_nothing_is_on_record_the_officer_records_the_outcome(
    workers: Workers, income: int | None, area: str, why: str
) -> None:
    workers.listed(workers.an)
    workers.survey(income, area=area)
    refused(workers.autumn, errors.WorkerOutcomeMissing, lambda: workers.determine(), why=why)
    workers.determine(OutcomeInput(workers.an, "recognised"))
    (found,) = workers.autumn.events()[-1].results[0].workers
    assert (found.computed, found.outcome, found.override_reason) == ("", "recognised", "")


def test_the_ceiling_of_rural_areas_is_another_one(autumn: Autumn) -> None:
    workers = Workers(Autumn(autumn.application, RURAL))
    workers.listed(workers.an)
    workers.survey(2_250_001, area="rural")
    workers.determine()
    (found,) = workers.autumn.events()[-1].results[0].workers
    assert found.outcome == "not_recognised"


def test_a_grievance_opens_another_survey_within_three_days_and_no_second_posting(
    workers: Workers,
) -> None:
    autumn = workers.autumn
    workers.posted(workers.an)
    grievance = autumn.complain(workers.household, on=SHOWN)
    assert autumn.events()[-1].due_on == date(2026, 10, 22)
    refused(autumn, errors.GrievanceOpen, lambda: workers.sign())
    workers.survey(CEILING + 1, on=date(2026, 10, 21))
    workers.determine(on=date(2026, 10, 21))
    autumn.reverify(grievance, date(2026, 10, 22))
    assert autumn.events()[-1].outcome == "changed"
    refused(autumn, errors.NothingToDecide, lambda: workers.sign())
    autumn.refuse(workers.requests[workers.an], "above_ceiling", on=SIGNED)
    autumn.close(SIGNED)


# ---- bad input ----------------------------------------------------------------------------------


def test_a_request_names_a_member_of_the_household(workers: Workers) -> None:
    autumn = workers.autumn
    workers.open()
    refused(autumn, errors.RequestPersonWrong, lambda: workers.ask(None), source=PROCEDURE)
    refused(autumn, PersonUnknown, lambda: workers.ask(UUID(int=7)))
    workers.ask(workers.an)
    refused(autumn, errors.RequestRepeated, lambda: workers.ask(workers.an))


def test_a_request_of_a_household_names_no_person(workers: Workers) -> None:
    workers.autumn.open(BEGUN, track="average", month=10)
    refused(workers.autumn, errors.RequestPersonWrong, lambda: workers.ask(workers.an))


def test_a_person_has_a_request_in_one_open_round(workers: Workers) -> None:
    autumn = workers.autumn
    workers.listed(workers.an)
    october = autumn.round_id
    november = date(2026, 11, 16)
    workers.open(11, november)
    refused(
        autumn, errors.PersonInAnotherRound, lambda: workers.ask(workers.an, on=november),
        person_id=workers.an, source=RULE_OF_THE_SYSTEM,
    )  # fmt: skip
    workers.ask(workers.binh, on=november)
    autumn.round_id, next_round = october, autumn.round_id
    autumn.close(november, "abandoned", "Thiếu nhân lực")
    autumn.round_id = next_round
    workers.ask(workers.an, on=november)


def test_a_refused_person_may_ask_in_another_round(workers: Workers) -> None:
    autumn = workers.autumn
    workers.open()
    autumn.refuse(workers.ask(workers.an), "incomplete", on=BEGUN)
    workers.open(11, date(2026, 11, 16))
    workers.ask(workers.an, on=date(2026, 11, 16))


def test_a_person_who_is_recognised_does_not_ask_again(workers: Workers) -> None:
    autumn = workers.autumn
    workers.open()
    command = RecogniseLowIncomeWorker(workers.household, workers.an)
    autumn.run(command, BEGUN, by=CHAIRMAN, document=decision_paper("7/QĐ-UBND", BEGUN))
    refused(autumn, WorkerRecognisedAlready, lambda: workers.ask(workers.an))


def test_a_member_of_a_poor_household_does_not_ask(workers: Workers) -> None:
    workers.autumn.classify(workers.household, "poor")
    workers.open()
    refused(
        workers.autumn, errors.RequestKindWrong, lambda: workers.ask(workers.an),
        class_="poor", source=PROCEDURE,
    )  # fmt: skip


def test_who_asks_after_the_result_asks_in_the_next_month(workers: Workers) -> None:
    workers.posted(workers.an)
    refused(workers.autumn, errors.RequestAfterResult, lambda: workers.ask(workers.binh, on=SHOWN))


def test_who_asks_before_the_result_is_determined_with_the_others(workers: Workers) -> None:
    workers.listed(workers.an)
    workers.ask(workers.binh, on=VISITED)
    workers.survey()
    workers.determine()
    (result,) = workers.autumn.events()[-1].results
    assert {one.person_id for one in result.workers} == {workers.an, workers.binh}


def test_a_household_that_moved_away_is_refused_by_name(workers: Workers) -> None:
    autumn = workers.autumn
    workers.posted(workers.an)
    autumn.run(MoveHousehold(workers.household, village="Thôn 1", area=RURAL), SHOWN)
    refused(autumn, errors.HouseholdsGone, lambda: workers.sign(), count=1)
    autumn.refuse(workers.requests[workers.an], "not_resident", on=SIGNED)
    autumn.close(SIGNED)


def test_a_person_who_left_is_not_recognised_and_is_answered(workers: Workers) -> None:
    autumn = workers.autumn
    workers.posted()
    autumn.run(LeaveMember(workers.household, workers.binh, "moved_out"), SHOWN)
    refused(autumn, PersonAlreadyLeft, lambda: workers.sign(), person_id=workers.binh)
    autumn.refuse(workers.requests[workers.binh], "left_household", on=SIGNED)
    workers.sign()
    assert workers.is_worker(workers.an)
    autumn.close(SIGNED)


def test_a_household_that_became_poor_has_no_low_income_worker(workers: Workers) -> None:
    autumn = workers.autumn
    workers.posted(workers.an)
    autumn.classify(workers.household, "poor", on=date(2026, 10, 20))
    refused(autumn, WorkerOfListedHousehold, lambda: workers.sign(), class_="poor")
    autumn.refuse(workers.requests[workers.an], "listed_household", on=SIGNED)
    autumn.close(SIGNED)


def test_the_surveyor_never_signs(workers: Workers) -> None:
    workers.posted(workers.an)

    def sign() -> None:
        paper = decision_paper("41/QĐ-UBND", SIGNED)
        command = SignWorkers(workers.autumn.round_id, workers.digest())
        workers.autumn.run(
            command, SIGNED, by=CHAIRMAN, document=replace(paper, signer=SURVEYOR.account)
        )

    refused(workers.autumn, SignerIsSurveyor, sign)


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (lambda one: one.sign(by=SURVEYOR), errors.StepOfAnotherRole),
        (lambda one: one.sign(digest="0" * 64), errors.ListChanged),
    ],
)
def test_a_signature_that_cannot_be_is_refused_by_name(
    workers: Workers, act: Callable[[Workers], None], refusal: Any
) -> None:
    workers.posted(workers.an)
    refused(workers.autumn, refusal, lambda: act(workers))


def test_a_number_is_used_once_in_commune_and_year(workers: Workers) -> None:
    autumn = workers.autumn
    workers.posted(workers.an)
    workers.sign()
    other, (chi,) = workers.new_household("H902", "Chi")
    workers.household = other
    november = date(2026, 11, 16)
    workers.open(11, november)
    workers.ask(chi, other, on=november)
    autumn.put_on_list(other, on=november, source="request")
    workers.survey(on=november)
    workers.determine(on=november)
    autumn.post(on=november)
    refused(
        autumn, errors.DecisionNumberTaken, lambda: workers.sign(on=date(2026, 11, 30)),
        source=RULE_OF_THE_SYSTEM,
    )  # fmt: skip


def test_no_step_of_households_is_taken_on_this_track(workers: Workers) -> None:
    autumn = workers.autumn
    workers.listed(workers.an)
    survey = workers.survey()
    result = (ResultInput(workers.household, survey),)
    refused(
        autumn, errors.StepNotInTrack,
        lambda: autumn.run(DetermineResults(autumn.round_id, result), FOUND),
    )  # fmt: skip
    refused(autumn, errors.StepNotInTrack, lambda: autumn.meet(workers.household, on=FOUND))
    workers.determine()
    autumn.post(on=SHOWN)
    command = SignDecision(autumn.round_id, "result", "recognition", "0" * 64)
    refused(
        autumn, errors.NothingToDecide,
        lambda: autumn.run(
            command, SIGNED, by=CHAIRMAN, document=decision_paper("41/QĐ-UBND", SIGNED)
        ),
    )  # fmt: skip


def test_a_worker_step_is_not_taken_on_another_track(workers: Workers) -> None:
    autumn = workers.autumn
    autumn.open(BEGUN, track="average", month=10)
    autumn.request(workers.household, on=BEGUN)
    autumn.put_on_list(workers.household, on=BEGUN, source="request")
    workers.survey()
    refused(autumn, errors.StepNotInTrack, lambda: workers.determine())


def test_a_household_of_a_round_of_workers_may_be_in_another_round_too(workers: Workers) -> None:
    autumn = workers.autumn
    workers.listed(workers.an)
    autumn.open(BEGUN, track="average", month=10)
    autumn.request(workers.household, on=BEGUN)
    autumn.put_on_list(workers.household, on=BEGUN, source="request")
    assert workers.household in autumn.now().households


def test_an_unlisted_household_still_owes_an_answer(workers: Workers) -> None:
    autumn = workers.autumn
    workers.listed(workers.an)
    autumn.unlist(workers.household, on=VISITED, reason="error")
    refused(autumn, errors.RoundUndecided, lambda: autumn.close(SIGNED), requests=1)
    autumn.refuse(workers.requests[workers.an], "incomplete", on=SIGNED)
    autumn.close(SIGNED)


def test_there_was_no_such_round_before_the_decree(autumn: Autumn) -> None:
    with pytest.raises(errors.TrackNotInForce) as caught:
        autumn.open(date(2025, 1, 15), track="low_income", year=2025, month=1)
    assert caught.value.values["source"]


def test_a_round_of_december_recognises_nobody_by_the_standard_of_the_year_before(
    workers: Workers,
) -> None:
    """From 2027 on the ceiling is not known: the one of 2026 decides nothing any more."""
    autumn, december = workers.autumn, date(2026, 12, 15)
    workers.open(12, december)
    workers.ask(workers.an, on=december)
    autumn.put_on_list(workers.household, on=december, source="request")
    workers.survey(on=december)
    workers.determine(on=december)
    autumn.post(on=december)
    refused(
        autumn, StandardNotInForce, lambda: workers.sign(on=date(2027, 1, 4)), standard="2022-2026"
    )
    workers.sign(on=date(2026, 12, 28))


def test_a_worker_who_waits_in_a_round_is_recognised_by_it_alone(workers: Workers) -> None:
    autumn = workers.autumn
    workers.posted(workers.an)
    command = RecogniseLowIncomeWorker(workers.household, workers.an)
    refused(
        autumn, UnderReview,
        lambda: autumn.run(
            command, SIGNED, by=CHAIRMAN, document=decision_paper("77/QĐ-UBND", SIGNED)
        ),
        person_id=workers.an, round_id=autumn.round_id,
    )  # fmt: skip
    workers.sign()
