"""What a round refuses, each by its name, with the step and its legal text; nothing is recorded."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from domain.errors import Refusal, StaleVersion
from domain.households.errors import (
    ClassNotGiven,
    DecisionWithoutPaper,
    SignerIsSurveyor,
    SurveyUnknown,
    SurveyWasWithdrawn,
    UnknownCode,
)
from domain.households.relocation import DissolveHousehold, MoveHousehold
from domain.households.withdrawals import WithdrawEntry
from domain.reviews import errors
from domain.reviews.decisions import SignDecision
from domain.reviews.meetings import HoldMeeting, OverriddenClass, ResultInput
from domain.reviews.postings import PostResults
from domain.reviews.requests import RefuseRequest
from tests.given import OLD_WARD, RURAL
from tests.reviews import (
    ABOVE,
    CASE_WORKER,
    CHAIRMAN,
    DEPUTY,
    LISTED,
    MET,
    NEAR_POOR,
    OPENED,
    POOR,
    POSTED,
    POSTED_UNTIL,
    PROVINCE,
    READY,
    SIGNED,
    SURVEYED,
    Autumn,
)

DECREE = "2306/QĐ-BNNMT"
"""The legal text of the periodic track in the autumn of 2026."""

Act = Callable[[], Any]


def refused(
    autumn: Autumn, refusal: type[Refusal], act: Act, **values: object
) -> dict[str, object]:
    """The values of a refusal, after which the round is as it was."""
    before = len(autumn.events()) if autumn.application.rounds.exists(autumn.round_id) else 0
    with pytest.raises(refusal) as caught:
        act()
    assert type(caught.value) is refusal
    for name, value in values.items():
        assert caught.value.values[name] == value, caught.value.values
    after = len(autumn.events()) if autumn.application.rounds.exists(autumn.round_id) else 0
    assert after == before
    return caught.value.values


# ---- opening ------------------------------------------------------------------------------------


def test_a_round_is_opened_once(autumn: Autumn) -> None:
    autumn.open()
    refused(autumn, errors.RoundExists, autumn.open, opened_on=OPENED)


def test_a_periodic_round_begins_within_its_window(autumn: Autumn) -> None:
    for day in (date(2026, 8, 31), date(2026, 12, 15)):
        refused(
            autumn, errors.RoundOutsideWindow, lambda on=day: autumn.open(on),
            first=date(2026, 9, 1), last=date(2026, 12, 14), source="24/2021/QĐ-TTg",
        )  # fmt: skip
    autumn.open(date(2026, 12, 14))


def test_a_monthly_round_begins_from_the_fifteenth_of_its_month(autumn: Autumn) -> None:
    for day in (date(2026, 10, 14), date(2026, 11, 2)):
        refused(
            autumn,
            errors.RoundOutsideWindow,
            lambda on=day: autumn.open(on, track="on_demand", month=10),
        )
    refused(autumn, errors.RoundMonthWrong, lambda: autumn.open(track="on_demand"))
    refused(autumn, errors.RoundMonthWrong, lambda: autumn.open(month=9))
    autumn.open(date(2026, 10, 15), track="on_demand", month=10)


def test_a_version_that_is_not_loaded_opens_no_round_and_says_why(autumn: Autumn) -> None:
    values = refused(
        autumn, errors.ProcedureNotLoaded, lambda: autumn.open(date(2027, 9, 1), year=2027)
    )
    assert "1.116214" in str(values["why"])


def test_an_unknown_track_and_one_without_decisions_are_refused(autumn: Autumn) -> None:
    refused(autumn, UnknownCode, lambda: autumn.open(track="yearly"))
    refused(
        autumn,
        errors.TrackNotSupported,
        lambda: autumn.open(date(2026, 10, 15), track="low_income", month=10),
    )


def test_the_opening_list_is_of_a_standard_that_begins_next_year(autumn: Autumn) -> None:
    refused(
        autumn,
        errors.NoOpeningList,
        lambda: autumn.open(date(2025, 9, 1), year=2025, opening_list=True),
    )
    autumn.open(opening_list=True)
    lists = autumn.now().lists
    assert {code: (one.standard, one.counted_in, one.used_in) for code, one in lists.items()} == {
        "result": ("2022-2026", 2026, 2026),
        "opening": ("2027-2030", 2026, 2027),
    }


def test_a_step_is_recorded_on_its_day_or_later_and_not_before_the_opening(autumn: Autumn) -> None:
    autumn.household()
    autumn.open()
    refused(
        autumn,
        errors.RoundDayInFuture,
        lambda: autumn.run(
            PostResults(autumn.round_id, ("village_house",)), POSTED, recorded=OPENED
        ),
    )
    refused(autumn, errors.StepTooEarly, lambda: autumn.put_on_list(on=date(2026, 9, 6)))


# ---- listing ------------------------------------------------------------------------------------


def test_the_current_list_is_of_listed_households_of_the_commune(autumn: Autumn) -> None:
    listed, unknown = autumn.household(), autumn.household("")
    elsewhere = Autumn(autumn.application, RURAL).household()
    autumn.open()
    refused(
        autumn, errors.HouseholdsNotOnList, lambda: autumn.put_on_list(listed, unknown),
        count=1, households=[str(unknown)],
    )  # fmt: skip
    refused(autumn, errors.HouseholdsGone, lambda: autumn.put_on_list(elsewhere))
    refused(autumn, errors.HouseholdsGone, lambda: autumn.put_on_list(uuid4()))
    refused(autumn, errors.HouseholdTwice, lambda: autumn.put_on_list(listed, listed))


def test_what_a_read_model_proposes_is_checked_and_left_out(autumn: Autumn) -> None:
    listed, unknown = autumn.household(), autumn.household("not_poor")
    elsewhere = Autumn(autumn.application, RURAL).household()
    autumn.open()
    autumn.list_current(listed, unknown, elsewhere, uuid4())
    assert list(autumn.now().households) == [listed]


def test_a_household_is_in_one_open_round(autumn: Autumn) -> None:
    household = autumn.household("near_poor")
    autumn.open()
    autumn.put_on_list(household)
    monthly = Autumn(autumn.application)
    monthly.open(date(2026, 9, 15), track="on_demand", month=9)
    request = monthly.request(household, on=date(2026, 9, 15))
    monthly.screen(request, on=date(2026, 9, 15))
    listing = lambda: monthly.put_on_list(household, on=date(2026, 9, 15), source="request")  # noqa: E731
    refused(monthly, errors.HouseholdInAnotherRound, listing, household_id=household)
    autumn.close(outcome="abandoned", reason="Mở nhầm", on=date(2026, 9, 15))
    listing()
    assert list(monthly.now().households) == [household]


def test_the_current_list_leaves_out_what_another_round_reviews_and_names_it(
    autumn: Autumn,
) -> None:
    busy, free = autumn.household("near_poor"), autumn.household()
    monthly = Autumn(autumn.application)
    monthly.open(date(2026, 8, 17), track="on_demand", month=8)
    request = monthly.request(busy, on=date(2026, 8, 17))
    monthly.screen(request, on=date(2026, 8, 17))
    monthly.put_on_list(busy, on=date(2026, 8, 17), source="request")
    autumn.open()
    assert autumn.list_current(busy, free).notes == (f"in_another_round/{busy}",)
    assert list(autumn.now().households) == [free]


def test_a_request_leads_to_the_list_only_through_form_a(autumn: Autumn) -> None:
    household = autumn.household("")
    autumn.open()
    listing = lambda: autumn.put_on_list(household, source="request")  # noqa: E731
    refused(autumn, errors.RequestMissing, listing, step="listing", source=DECREE)
    request = autumn.request(household)
    refused(autumn, errors.RequestMissing, listing)
    four = {f"sign_{at}": at <= 4 for at in range(1, 10)}
    refused(
        autumn, errors.ScreeningContradicts,
        lambda: autumn.screen(request, answers=four, outcome="survey"),
        signs=4, fewer_than=4, source=DECREE,
    )  # fmt: skip
    autumn.screen(request, answers=four)
    refused(autumn, errors.RequestMissing, listing)
    refused(autumn, errors.RequestAnswered, lambda: autumn.screen(request))


def test_an_override_of_form_a_has_a_reason_and_the_household_records_the_form(
    autumn: Autumn,
) -> None:
    household = autumn.household("")
    autumn.open()
    request = autumn.request(household)
    four = {f"sign_{at}": at <= 4 for at in range(1, 10)}
    autumn.screen(request, answers=four, outcome="survey", override_reason="Mới mất việc")
    autumn.put_on_list(household, source="request")
    (form,) = autumn.application.households.load(household).screenings
    assert (form.outcome, form.override_reason) == ("survey", "Mới mất việc")


def test_requests_are_of_the_right_kind_and_form_and_made_once(autumn: Autumn) -> None:
    poor, unknown = autumn.household(), autumn.household("")
    autumn.open()
    refused(autumn, errors.RequestKindWrong, lambda: autumn.request(poor))
    refused(autumn, errors.RequestKindWrong, lambda: autumn.request(poor, "exit"))
    request = autumn.request(unknown)
    refused(autumn, errors.RequestRepeated, lambda: autumn.request(unknown))
    without = RefuseRequest(autumn.round_id, request, ())
    refused(autumn, errors.RefusalWithoutReason, lambda: autumn.run(without, READY))
    autumn.refuse(request, "not_resident")
    refused(autumn, errors.RequestAnswered, lambda: autumn.refuse(request))
    refused(autumn, errors.RequestUnknown, lambda: autumn.refuse(uuid4()))
    autumn.request(unknown)


def test_an_exit_request_is_of_a_listed_household_and_needs_no_form_a(autumn: Autumn) -> None:
    poor, unknown = autumn.household(), autumn.household("")
    on = date(2026, 9, 15)
    autumn.open(on, track="on_demand", month=9)
    refused(autumn, errors.RequestKindWrong, lambda: autumn.request(unknown, "exit", on))
    request = autumn.request(poor, "exit", on)
    refused(autumn, errors.ScreeningNotUsed, lambda: autumn.screen(request, on))
    autumn.put_on_list(poor, on=on, source="request")
    refused(autumn, errors.StepNotInTrack, lambda: autumn.put_on_list(unknown, on=on))


# ---- meetings -----------------------------------------------------------------------------------


def test_votes_are_not_above_attendance(autumn: Autumn) -> None:
    autumn.listed()
    autumn.survey(autumn.ids[0])
    refused(
        autumn, errors.VotesAboveAttendance, lambda: autumn.meet(attendance=30, votes=31),
        step="meeting", source=DECREE, attendance=30,
    )  # fmt: skip
    refused(autumn, errors.AttendanceMissing, lambda: autumn.meet(attendance=0, votes=0))


def test_a_meeting_is_chaired_by_an_office_of_the_procedure(autumn: Autumn) -> None:
    autumn.listed()
    autumn.survey(autumn.ids[0])
    refused(autumn, errors.ChairWrong, lambda: autumn.meet(chaired_by="province_chairman"))


def test_a_meeting_votes_on_a_survey_since_the_listing_and_not_after_it(autumn: Autumn) -> None:
    autumn.household()
    autumn.open()
    household = autumn.ids[0]
    autumn.survey(household, on=date(2026, 9, 1))
    autumn.put_on_list()
    refused(autumn, errors.SurveyBeforeListing, autumn.meet, since=LISTED, source=DECREE)
    autumn.survey(household, on=MET)
    refused(autumn, errors.MeetingBeforeSurvey, lambda: autumn.meet(on=SURVEYED), surveyed_on=MET)
    autumn.surveys[household] = uuid4()
    refused(autumn, SurveyUnknown, autumn.meet)


def test_a_withdrawn_survey_does_not_count(autumn: Autumn) -> None:
    autumn.listed()
    household = autumn.ids[0]
    autumn.survey(household)
    version = autumn.application.households.load(household).version
    autumn.run(WithdrawEntry(household, kind="survey", entry=version, reason="Nhầm hộ"), SURVEYED)
    refused(autumn, SurveyWasWithdrawn, autumn.meet)


def test_a_meeting_is_of_the_households_of_its_village(autumn: Autumn) -> None:
    autumn.listed()
    autumn.survey(autumn.ids[0])
    refused(autumn, errors.HouseholdOfAnotherVillage, lambda: autumn.meet(village="Tổ dân phố 9"))
    refused(autumn, errors.HouseholdNotInRound, lambda: _meet_unknown(autumn))


def _meet_unknown(autumn: Autumn) -> None:
    stranger = autumn.household("")
    autumn.survey(stranger)
    autumn.meet(stranger)


def test_a_vote_under_half_of_all_who_attend_goes_back_to_survey(autumn: Autumn) -> None:
    autumn.listed()
    household = autumn.ids[0]
    autumn.survey(household)
    autumn.meet(attendance=41, votes=20)
    assert [type(one).__name__ for one in autumn.events()[-2:]] == ["MeetingHeld", "SentBack"]
    refused(autumn, errors.StepOutOfOrder, lambda: autumn.post(household), before="meeting")
    again = date(2026, 9, 24)
    refused(autumn, errors.SurveyUsedBefore, lambda: autumn.meet(on=again))
    autumn.survey(household, on=date(2026, 9, 23))
    autumn.meet(on=again, attendance=40, votes=20)
    reviewed = autumn.now().households[household]
    assert (reviewed.attempts, reviewed.sent_back) == (2, False)
    refused(autumn, errors.StepOutOfOrder, lambda: autumn.meet(on=again))


def test_a_class_against_the_standard_needs_a_reason(autumn: Autumn) -> None:
    autumn.listed()
    household = autumn.ids[0]
    survey = autumn.survey(household, ABOVE)

    def meet(reason: str) -> None:
        override = (OverriddenClass("result", "poor", reason),)
        result = ResultInput(household, survey, 30, override)
        command = HoldMeeting(autumn.round_id, "Tổ dân phố 5", 40, "village_head", (result,))
        autumn.run(command, MET)

    refused(autumn, ClassNotGiven, lambda: meet(""))
    meet("Nhà cháy sau khi thu thập thông tin")
    (proposed,) = autumn.now().households[household].result.proposed  # type: ignore[union-attr]
    assert (proposed.computed, proposed.class_) == ("not_listed", "poor")


# ---- posting and grievances ---------------------------------------------------------------------


def test_a_posting_follows_the_meeting_and_names_its_places(autumn: Autumn) -> None:
    autumn.listed("poor", "poor")
    autumn.survey(autumn.ids[0])
    autumn.meet(autumn.ids[0])
    refused(
        autumn, errors.StepOutOfOrder, lambda: autumn.post(*autumn.ids), step="posting",
        source=DECREE, households=[str(autumn.ids[1])],
    )  # fmt: skip
    refused(autumn, errors.StepTooEarly, lambda: autumn.post(on=SURVEYED), not_before=MET)
    refused(
        autumn,
        errors.PostingPlaceMissing,
        lambda: autumn.run(PostResults(autumn.round_id, ()), POSTED),
    )
    autumn.post()
    assert autumn.now().households[autumn.ids[0]].until == POSTED_UNTIL


def test_a_posting_cut_short_is_refused(autumn: Autumn) -> None:
    autumn.posted()
    for act in (autumn.report, lambda on: autumn.sign(on=on)):
        refused(
            autumn,
            errors.PostingCutShort,
            partial(act, POSTED_UNTIL),
            step="posting",
            source=DECREE,
            last_day=POSTED_UNTIL,
        )


def test_a_grievance_holds_up_the_decision_until_it_is_re_verified_and_posted_again(
    autumn: Autumn,
) -> None:
    autumn.posted()
    household = autumn.ids[0]
    grievance = autumn.complain(household)
    refused(autumn, errors.GrievanceOpen, autumn.report, households=[str(household)])
    refused(
        autumn,
        errors.ReverificationIncomplete,
        lambda: autumn.reverify(grievance, date(2026, 9, 25)),
    )
    autumn.survey(household, NEAR_POOR, on=date(2026, 9, 24))
    autumn.meet(on=date(2026, 9, 25))
    autumn.reverify(grievance, date(2026, 9, 25))
    assert autumn.events()[-1].outcome == "changed"
    assert autumn.events()[-1].overdue is False
    refused(autumn, errors.StepOutOfOrder, autumn.report, before="reposting")
    autumn.post(on=date(2026, 9, 28), again=True)
    refused(autumn, errors.PostingCutShort, lambda: autumn.report(date(2026, 10, 1)))
    autumn.report(date(2026, 10, 2))
    refused(autumn, errors.GrievanceAnswered, lambda: autumn.reverify(grievance, READY))
    refused(autumn, errors.GrievanceUnknown, lambda: autumn.reverify(uuid4(), READY))


def test_a_grievance_after_its_time_is_kept_marked_late_and_holds_up_nothing(
    autumn: Autumn,
) -> None:
    autumn.posted()
    grievance = autumn.complain(autumn.ids[0], on=READY)
    event = autumn.events()[-1]
    assert (event.late, event.due_on) == (True, None)
    assert autumn.outcome is not None
    assert autumn.outcome.notes == ("late",)
    refused(autumn, errors.GrievanceAnswered, lambda: autumn.reverify(grievance, READY))
    autumn.report()


def test_a_grievance_before_the_posting_is_refused(autumn: Autumn) -> None:
    autumn.met()
    refused(autumn, errors.StepOutOfOrder, lambda: autumn.complain(autumn.ids[0]))


def test_an_overdue_re_verification_is_taken_and_marked(autumn: Autumn) -> None:
    autumn.posted()
    household = autumn.ids[0]
    grievance = autumn.complain(household)
    late = date(2026, 10, 12)
    autumn.survey(household, on=late)
    autumn.meet(on=late)
    autumn.reverify(grievance, late)
    assert autumn.events()[-1].overdue is True
    assert autumn.events()[-1].outcome == "kept"


# ---- consultation -------------------------------------------------------------------------------


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


# ---- notices and the brake ----------------------------------------------------------------------


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


# ---- the decision -------------------------------------------------------------------------------


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


# ---- closing ------------------------------------------------------------------------------------


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
