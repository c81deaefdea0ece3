"""Lists are reported, signed and closed; each refusal has its name, and records nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from domain.duplicates.commands import FindDuplicate, FoundEvidence, SettleDuplicate
from domain.errors import Refusal, StaleVersion
from domain.households.errors import (
    DecisionWithoutPaper,
    SignerIsSurveyor,
)
from domain.households.relocation import DissolveHousehold, MoveHousehold
from domain.reviews import errors
from domain.reviews.decisions import SignDecision
from tests.given import OLD_WARD, RURAL
from tests.reviews import (
    ABOVE,
    CASE_WORKER,
    CHAIRMAN,
    DECREE,
    DEPUTY,
    MET,
    POOR,
    POSTED,
    POSTED_UNTIL,
    PROVINCE,
    READY,
    SIGNED,
    Autumn,
    refused,
)


def test_the_consultation_is_asked_once_and_answered_by_the_province(autumn: Autumn) -> None:
    autumn.posted()
    refused(autumn, errors.ConsultationMissing, autumn.answer, to="province_chairman")
    autumn.report()
    refused(autumn, errors.ConsultationRepeated, autumn.report)
    refused(
        autumn, errors.StepOfAnotherRole, lambda: autumn.answer(by=CASE_WORKER),
        step="consultation", source=DECREE, roles=("province_officer",),
    )  # fmt: skip
    refused(autumn, errors.ConsultationMissing, autumn.sign, step="consultation", source=DECREE)
    autumn.answer()
    refused(autumn, errors.ConsultationRepeated, autumn.answer)
    refused(autumn, errors.ConsultationMissing, lambda: autumn.sign(on=date(2026, 9, 30)))
    refused(autumn, errors.StepNotInTrack, lambda: autumn.put_on_list(on=SIGNED))


def test_the_monthly_track_has_no_consultation(autumn: Autumn) -> None:
    autumn.open(date(2026, 9, 15), track="on_demand", month=9)
    refused(autumn, errors.StepNotInTrack, autumn.report, step="consultation")


def test_a_household_that_loses_a_status_has_a_notice_whose_last_day_has_passed(
    autumn: Autumn,
) -> None:
    autumn.posted(*["poor"] * 11, scores=[POOR] * 10 + [ABOVE])
    autumn.report()
    autumn.answer()
    leaving = autumn.ids[10]
    exit_ = lambda **given: autumn.sign("exit", "102", **given)  # noqa: E731
    refused(autumn, errors.NoticeMissing, exit_, households=[str(leaving)])
    refused(autumn, errors.NoticeNotDue, lambda: autumn.notify(autumn.ids[0]))
    for whom in ((), (leaving,)):
        refused(
            autumn, errors.StepTooEarly, lambda whom=whom: autumn.notify(*whom, on=MET),
            not_before=POSTED,
        )  # fmt: skip
    refused(
        autumn,
        errors.NoticeTooShort,
        lambda: autumn.notify(leaving, on=SIGNED, last_day=date(2026, 10, 7)),
        earliest=date(2026, 10, 8),
    )
    autumn.notify(on=SIGNED)
    refused(
        autumn, errors.NoticeRuns, lambda: exit_(on=date(2026, 10, 8)), last_day=date(2026, 10, 8)
    )
    exit_(on=date(2026, 10, 9))


def test_a_decision_above_the_offices_share_needs_a_second_account(autumn: Autumn) -> None:
    autumn.ready("poor", "poor", "poor", scores=[POOR, POOR, ABOVE])
    exit_ = lambda **given: autumn.sign("exit", "102", **given)  # noqa: E731
    refused(autumn, errors.SecondSignatureMissing, exit_, removed=1, listed=3, limit_percent=10)
    refused(autumn, errors.SecondSignatureMissing, autumn.second)
    autumn.require_second()
    refused(autumn, errors.SecondSignatureMissing, exit_)
    refused(autumn, errors.SecondSignatureOfSameAccount, lambda: autumn.second(by=CHAIRMAN))
    refused(autumn, errors.StepOfAnotherRole, lambda: autumn.second(by=CASE_WORKER))
    autumn.second(by=DEPUTY)
    refused(autumn, errors.SecondSignatureOfSameAccount, lambda: exit_(by=DEPUTY))
    exit_()


def test_a_protected_mark_needs_a_second_account(autumn: Autumn) -> None:
    for _ in range(19):
        autumn.household()
    marked = autumn.household(no_labour=True)
    autumn.open()
    autumn.put_on_list()
    for one in autumn.ids:
        autumn.survey(one, ABOVE if one == marked else POOR)
    autumn.meet()
    autumn.post()
    autumn.report()
    autumn.notify()
    autumn.answer()
    refused(
        autumn, errors.SecondSignatureMissing, lambda: autumn.sign("exit", "102"),
        removed=1, listed=20, marked=1,
    )  # fmt: skip
    refused(autumn, errors.SecondSignatureNotNeeded, lambda: autumn.require_second("recognition"))
    autumn.require_second()
    assert autumn.events()[-1].marked == (marked,)
    autumn.second(by=PROVINCE)
    autumn.sign("exit", "102")


def test_the_chairman_signs_on_a_paper(autumn: Autumn) -> None:
    autumn.ready()
    refused(
        autumn, errors.StepOfAnotherRole, lambda: autumn.sign(by=CASE_WORKER),
        step="decision", source=DECREE, roles=("chairman",),
    )  # fmt: skip
    command = SignDecision(autumn.round_id, "result", "recognition", autumn.digest("recognition"))
    refused(autumn, DecisionWithoutPaper, lambda: autumn.run(command, SIGNED, by=CHAIRMAN))


def test_the_signer_is_not_the_surveyor(autumn: Autumn) -> None:
    autumn.listed()
    autumn.survey(autumn.ids[0], by=CHAIRMAN)
    autumn.meet()
    autumn.post()
    autumn.report()
    autumn.answer()
    refused(autumn, SignerIsSurveyor, autumn.sign)


def test_a_list_that_changed_since_it_was_read_is_not_signed(autumn: Autumn) -> None:
    autumn.ready("poor", "poor")
    read = autumn.digest("recognition")
    gone = autumn.ids[1]
    autumn.run(DissolveHousehold(gone, reason="death"), READY)
    refused(autumn, errors.HouseholdsGone, lambda: autumn.sign(digest=read), households=[str(gone)])
    autumn.unlist(gone, reason="ended")
    refused(autumn, errors.ListChanged, lambda: autumn.sign(digest=read), read=read)
    autumn.sign()


def test_a_household_that_moved_away_meanwhile_holds_up_the_decision(autumn: Autumn) -> None:
    autumn.ready("poor", "poor")
    moved = autumn.ids[0]
    autumn.run(MoveHousehold(moved, village="Thôn 1", area=RURAL), READY)
    refused(autumn, errors.HouseholdsGone, autumn.sign, households=[str(moved)])
    refused(autumn, errors.HouseholdsGone, lambda: autumn.meet(moved, on=SIGNED))


def test_two_officers_who_sign_at_once_sign_once(autumn: Autumn) -> None:
    autumn.ready()
    read, version = autumn.digest("recognition"), autumn.now().version
    autumn.sign(digest=read, expected_version=version)
    refused(
        autumn,
        StaleVersion,
        lambda: autumn.sign(digest=read, expected_version=version, by=DEPUTY, number="102"),
    )
    refused(autumn, errors.NothingToDecide, lambda: autumn.sign(digest=read, number="102"))


def test_a_number_is_used_once_in_commune_and_year(autumn: Autumn) -> None:
    autumn.ready(*["poor"] * 11, scores=[POOR] * 10 + [ABOVE])
    autumn.sign("recognition", "101/QĐ-UBND")
    refused(
        autumn, errors.DecisionNumberTaken, lambda: autumn.sign("exit", "101/qđ-ubnd"), year=2026
    )
    autumn.sign("exit", "102/QĐ-UBND")
    autumn.close()
    october = date(2026, 10, 15)
    monthly = Autumn(autumn.application, first=20)
    monthly.household("")
    monthly.open(october, track="on_demand", month=10)
    request = monthly.request(monthly.ids[0], on=october)
    monthly.screen(request, on=october)
    monthly.put_on_list(on=october, source="request")
    monthly.survey(monthly.ids[0], on=date(2026, 10, 16))
    monthly.meet(on=date(2026, 10, 17))
    monthly.post(on=date(2026, 10, 19))
    later = date(2026, 10, 26)
    refused(
        monthly,
        errors.DecisionNumberTaken,
        lambda: monthly.sign(on=later, number="102/QĐ-UBND"),
        number="102/QĐ-UBND",
    )
    monthly.sign(on=later, number="103/QĐ-UBND")
    assert monthly.class_of(monthly.ids[0], later) == "poor"


def test_a_decision_before_its_steps_names_the_step_that_is_missing(autumn: Autumn) -> None:
    autumn.listed("poor")
    autumn.survey(autumn.ids[0])
    sign = lambda: autumn.sign(digest="0" * 64)  # noqa: E731
    refused(autumn, errors.StepOutOfOrder, sign, step="decision", source=DECREE, before="meeting")
    autumn.meet(attendance=40, votes=10)
    refused(autumn, errors.VoteUnderShare, sign, step="meeting", source=DECREE)


def test_a_round_closes_when_all_is_answered_or_is_abandoned_with_a_reason(autumn: Autumn) -> None:
    autumn.ready("poor")
    refused(autumn, errors.RoundUndecided, autumn.close, count=1)
    refused(autumn, errors.ClosingWithoutReason, lambda: autumn.close(outcome="abandoned"))
    autumn.sign()
    autumn.close()
    refused(autumn, errors.RoundHasEnded, autumn.close)
    autumn.complain(autumn.ids[0], on=date(2026, 10, 12))
    assert autumn.events()[-1].late is True


def test_a_request_whose_result_gives_nothing_is_refused_in_writing(autumn: Autumn) -> None:
    household = autumn.household("")
    autumn.open()
    request = autumn.request(household)
    autumn.screen(request)
    autumn.put_on_list(household, source="request")
    autumn.survey(household, ABOVE)
    autumn.meet()
    refused(autumn, errors.StepOutOfOrder, lambda: autumn.refuse(request))
    autumn.post()
    refused(autumn, errors.PostingCutShort, lambda: autumn.refuse(request, on=POSTED_UNTIL))
    autumn.report()
    autumn.answer()
    refused(autumn, errors.RoundUndecided, autumn.close)
    refused(autumn, errors.NothingToDecide, autumn.sign)
    autumn.refuse(request, on=SIGNED)
    autumn.close()


def test_a_decided_household_stays_in_the_round(autumn: Autumn) -> None:
    autumn.ready()
    autumn.sign()
    refused(autumn, errors.StepOutOfOrder, lambda: autumn.unlist(autumn.ids[0], on=SIGNED))


def test_an_unknown_round_is_not_found(autumn: Autumn) -> None:
    refused(autumn, errors.RoundUnknown, autumn.post)


def test_a_commune_that_has_ended_opens_no_round(autumn: Autumn) -> None:
    with pytest.raises(Refusal) as caught:
        autumn.open(area=OLD_WARD)
    assert caught.value.code == "area_not_valid_on"


def test_two_signatures_at_the_same_moment_record_one_decision(autumn: Autumn) -> None:
    autumn.ready("poor", "poor", "poor")
    read, barrier = autumn.digest("recognition"), Barrier(2)

    def sign(number: str) -> str:
        barrier.wait()
        try:
            autumn.sign(digest=read, number=number)
        except Refusal as refusal:
            return refusal.code
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(sign, ("101", "102")))
    assert answers == ["nothing_to_decide", "signed"]
    assert len(autumn.now().decisions) == 1
    for one in autumn.ids:
        decisions = autumn.application.households.load(one).decisions
        assert len([each for each in decisions if each.effective_on == SIGNED]) == 1


def test_an_objection_within_the_days_of_the_notice_is_not_late(autumn: Autumn) -> None:
    autumn.posted(*["poor"] * 11, scores=[POOR] * 10 + [ABOVE])
    autumn.report()
    autumn.answer()
    leaving = autumn.ids[10]
    autumn.notify(on=SIGNED)
    autumn.complain(leaving, on=date(2026, 10, 8))
    assert autumn.events()[-1].late is False
    refused(
        autumn,
        errors.GrievanceOpen,
        lambda: autumn.sign("exit", "102", on=date(2026, 10, 12)),
        households=[str(leaving)],
    )


def test_an_unsettled_duplicate_holds_up_both_decisions_until_it_is_settled(
    autumn: Autumn,
) -> None:
    autumn.ready(*["poor"] * 11, scores=[POOR] * 10 + [ABOVE])
    twin, outside = autumn.ids[3], autumn.household("")
    find = FindDuplicate(twin, outside, "bulk", 970, FoundEvidence(("name",)))
    pair = autumn.run(find, SIGNED, by=PROVINCE).aggregate_id
    held = {
        "step": "decision",
        "source": "rule_of_the_system",
        "households": [str(twin)],
        "count": 1,
    }
    refused(autumn, errors.DuplicateUnsettled, autumn.sign, **held)
    refused(autumn, errors.DuplicateUnsettled, lambda: autumn.sign("exit", "102"), **held)
    autumn.run(
        SettleDuplicate(pair, "different", "Hai hộ khác nhau"), SIGNED, by=PROVINCE,
    )  # fmt: skip
    autumn.sign()
    autumn.sign("exit", "102")


def test_an_unsettled_duplicate_holds_up_only_the_households_of_a_monthly_decision(
    autumn: Autumn,
) -> None:
    autumn.household("")
    autumn.household("")
    autumn.open(date(2026, 9, 15), track="on_demand", month=9)
    for one in autumn.ids:
        autumn.screen(autumn.request(one, on=date(2026, 9, 15)), on=date(2026, 9, 15))
    autumn.put_on_list(on=date(2026, 9, 15), source="request")
    for one in autumn.ids:
        autumn.survey(one, POOR)
    autumn.meet()
    autumn.post()
    first, second = autumn.ids
    find = FindDuplicate(first, autumn.household(""), "bulk", 970, FoundEvidence(("name",)))
    autumn.run(find, SIGNED, by=PROVINCE)
    refused(autumn, errors.DuplicateUnsettled, autumn.sign, households=[str(first)])
    autumn.sign(households=(second,))
    assert [autumn.class_of(one) for one in (first, second)] == ["", "poor"]
