"""Results are voted on, posted, complained of; each refusal has its name, and records nothing."""

from datetime import date
from functools import partial
from uuid import uuid4

from domain.households.errors import (
    ClassNotGiven,
    SurveyUnknown,
    SurveyWasWithdrawn,
)
from domain.households.withdrawals import WithdrawEntry
from domain.reviews import errors
from domain.reviews.meetings import HoldMeeting, OverriddenClass, ResultInput
from domain.reviews.postings import PostResults
from tests.reviews import (
    ABOVE,
    DECREE,
    LISTED,
    MET,
    NEAR_POOR,
    POSTED,
    POSTED_UNTIL,
    READY,
    SURVEYED,
    Autumn,
    refused,
)


def test_votes_are_not_above_attendance(autumn: Autumn) -> None:
    autumn.listed()
    autumn.survey(autumn.ids[0])
    refused(
        autumn, errors.VotesAboveAttendance, lambda: autumn.meet(attendance=30, votes=31),
        step="meeting", source=DECREE, attendance=30,
    )  # fmt: skip
    refused(autumn, errors.AttendanceMissing, lambda: autumn.meet(attendance=0, votes=0))


def test_a_meeting_is_chaired_by_the_village_head(autumn: Autumn) -> None:
    autumn.listed()
    autumn.survey(autumn.ids[0])
    for other in ("province_chairman", "steering_committee", "surveyor"):
        refused(
            autumn, errors.ChairWrong, lambda other=other: autumn.meet(chaired_by=other),
            step="meeting", source=DECREE, actors=("village_head",),
        )  # fmt: skip


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
    for places in (("loudspeaker",), ("commune_office",), ("loudspeaker", "village_house")):
        refused(
            autumn, errors.PostingPlaceMissing,
            lambda places=places: autumn.run(PostResults(autumn.round_id, places), POSTED),
            step="posting", source=DECREE,
        )  # fmt: skip
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


def test_a_survey_of_before_the_grievance_answers_no_grievance(autumn: Autumn) -> None:
    autumn.posted()
    household = autumn.ids[0]
    autumn.survey(household, on=MET)
    autumn.complain(household, on=POSTED)
    refused(autumn, errors.SurveyBeforeListing, lambda: autumn.meet(on=READY), since=POSTED)
