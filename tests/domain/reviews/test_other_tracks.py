"""The monthly tracks and the list that a new standard opens with, by their own steps and days."""

from datetime import date

from domain.households.events import LeftPoverty
from domain.households.surveys import RecordSurvey, SurveyInput
from domain.reviews import errors
from domain.reviews.consultations import AnswerConsultation, SendConsultation
from domain.reviews.decisions import SignDecision
from domain.reviews.meetings import DetermineResults, HoldMeeting, ResultInput
from tests.reviews import (
    ABOVE,
    ANSWERED,
    CHAIRMAN,
    CLOSED,
    MET,
    NEAR_POOR,
    POOR,
    PROVINCE,
    READY,
    SIGNED,
    SURVEYED,
    SURVEYOR,
    VILLAGE,
    Autumn,
    decision_paper,
    refused,
)

BEGUN = date(2026, 9, 15)
VISITED = date(2026, 9, 16)
VOTED = date(2026, 9, 17)
SHOWN = date(2026, 9, 18)
OVER = date(2026, 9, 24)  # the posting ends on the 23rd


def test_requests_for_exit_and_entry_are_decided_in_one_monthly_round(autumn: Autumn) -> None:
    leaving, staying, entering = autumn.household(), autumn.household(), autumn.household("")
    others = tuple(autumn.household() for _ in range(18))
    autumn.open(BEGUN, track="on_demand", month=9)
    requests = {
        one: autumn.request(one, kind, BEGUN)
        for one, kind in ((leaving, "exit"), (staying, "exit"), (entering, "entry"))
    }
    autumn.screen(requests[entering], BEGUN)
    asked = (leaving, staying, entering)
    autumn.put_on_list(*asked, on=BEGUN, source="request")
    for one, scores in zip(asked, (NEAR_POOR, POOR, POOR), strict=True):
        autumn.survey(one, scores, on=VISITED)
    autumn.meet(*asked, on=VOTED)
    autumn.post(on=SHOWN)
    autumn.refuse(requests[staying], "still_poor", on=OVER)
    autumn.notify(on=OVER)
    signed = date(2026, 9, 30)
    autumn.sign("recognition", on=signed, current=others)
    autumn.close(signed)
    assert [autumn.class_of(one, signed) for one in asked] == ["near_poor", "poor", "poor"]
    exits = autumn.application.households.load(leaving).exits
    assert [one.kind for one in exits] == ["to_near_poor"]
    assert isinstance(exits[0], LeftPoverty)


def test_a_monthly_decision_may_leave_out_a_household_with_a_grievance(autumn: Autumn) -> None:
    first, second = autumn.household(""), autumn.household("")
    autumn.open(BEGUN, track="on_demand", month=9)
    for one in (first, second):
        autumn.screen(autumn.request(one, on=BEGUN), BEGUN)
    autumn.put_on_list(on=BEGUN, source="request")
    for one in autumn.ids:
        autumn.survey(one, on=VISITED)
    autumn.meet(on=VOTED)
    autumn.post(on=SHOWN)
    autumn.complain(second, on=SHOWN)
    refused(autumn, errors.GrievanceOpen, lambda: autumn.sign(on=OVER))
    autumn.sign(on=OVER, households=(first,))
    assert (autumn.class_of(first, OVER), autumn.class_of(second, OVER)) == ("poor", "")
    refused(autumn, errors.RoundUndecided, lambda: autumn.close(OVER))


def test_the_brake_of_a_monthly_round_counts_the_whole_list_of_the_commune(
    autumn: Autumn,
) -> None:
    leaving = autumn.household()
    others = tuple(autumn.household() for _ in range(9))
    autumn.open(BEGUN, track="on_demand", month=9)
    autumn.request(leaving, "exit", BEGUN)
    autumn.put_on_list(leaving, on=BEGUN, source="request")
    autumn.survey(leaving, ABOVE, on=VISITED)
    autumn.meet(leaving, on=VOTED)
    autumn.post(on=SHOWN)
    autumn.notify(on=OVER)
    signed = date(2026, 9, 30)
    refused(
        autumn, errors.SecondSignatureMissing, lambda: autumn.sign("exit", on=signed),
        listed=1,
    )  # fmt: skip
    autumn.sign("exit", on=signed, current=others)
    assert autumn.class_of(leaving, signed) == "not_listed"


def test_the_average_track_has_no_meeting_and_posts_for_five_working_days(autumn: Autumn) -> None:
    household = autumn.household("")
    autumn.open(BEGUN, track="average", month=9)
    request = autumn.request(household, on=BEGUN)
    refused(autumn, errors.ScreeningNotUsed, lambda: autumn.screen(request, BEGUN))
    autumn.put_on_list(household, on=BEGUN, source="request")
    form = SurveyInput("Phụ lục VIII", "urban", SURVEYOR.account, income=2_500_000, deprived=())
    survey = autumn.run(RecordSurvey(household, form), VISITED, by=SURVEYOR).created
    assert survey is not None
    autumn.surveys[household] = survey
    refused(autumn, errors.StepNotInTrack, lambda: autumn.meet(on=VOTED), step="meeting")
    result = (ResultInput(household, survey),)
    autumn.run(DetermineResults(autumn.round_id, result), VOTED)
    autumn.post(on=SHOWN)
    assert autumn.now().households[household].until == date(2026, 9, 25)
    autumn.sign(on=date(2026, 9, 28))
    assert autumn.class_of(household) == "average"
    autumn.close(date(2026, 9, 28))


def test_the_average_track_goes_by_the_income_and_not_by_the_score(autumn: Autumn) -> None:
    household = autumn.household("")
    autumn.open(BEGUN, track="average", month=9)
    autumn.request(household, on=BEGUN)
    autumn.put_on_list(household, on=BEGUN, source="request")
    autumn.survey(household, ABOVE, VISITED)
    command = DetermineResults(
        autumn.round_id, (ResultInput(household, autumn.surveys[household]),)
    )
    refused(
        autumn, errors.IncomeNotSurveyed, lambda: autumn.run(command, VOTED),
        step="survey", source="967/QĐ-BNNMT", household_id=household,
    )  # fmt: skip


def test_a_re_verification_of_the_average_track_has_three_days_and_no_second_posting(
    autumn: Autumn,
) -> None:
    household = autumn.household("")
    autumn.open(BEGUN, track="average", month=9)
    autumn.request(household, on=BEGUN)
    autumn.put_on_list(household, on=BEGUN, source="request")

    def determine(on: date) -> None:
        form = SurveyInput("VIII", "urban", SURVEYOR.account, income=2_500_000, deprived=())
        survey = autumn.run(RecordSurvey(household, form), on, by=SURVEYOR).created
        assert survey is not None
        autumn.run(DetermineResults(autumn.round_id, (ResultInput(household, survey),)), on)

    determine(VISITED)
    autumn.post(on=SHOWN)
    grievance = autumn.complain(household, on=SHOWN)
    assert autumn.events()[-1].due_on == date(2026, 9, 23)
    determine(OVER)
    autumn.reverify(grievance, OVER)
    assert autumn.events()[-1].overdue is True
    autumn.sign(on=date(2026, 9, 28))


def test_one_survey_gives_the_result_of_the_year_and_the_opening_list_of_the_next(
    autumn: Autumn,
) -> None:
    household = autumn.household()
    autumn.open(opening_list=True)
    autumn.put_on_list()
    deprived = ("employment", "nutrition", "health_insurance")
    form = SurveyInput("B", "urban", SURVEYOR.account, income=2_500_000, deprived=deprived)
    survey = autumn.run(RecordSurvey(household, form), SURVEYED, by=SURVEYOR).created
    assert survey is not None
    result = ResultInput(household, survey, 30)
    autumn.run(HoldMeeting(autumn.round_id, VILLAGE, 40, "village_head", (result,)), MET)
    reviewed = autumn.now().households[household]
    assert (reviewed.class_on_list("result"), reviewed.class_on_list("opening")) == (
        "average", "poor",
    )  # fmt: skip
    autumn.post()
    autumn.report()
    autumn.notify()
    autumn.answer()
    for step in (SendConsultation(autumn.round_id, "opening"),):
        autumn.run(step, READY)
    autumn.run(AnswerConsultation(autumn.round_id, "agrees", "opening"), ANSWERED, by=PROVINCE)
    autumn.require_second()
    autumn.second()
    autumn.sign("exit", "101/QĐ-UBND")
    refused(autumn, errors.RoundUndecided, autumn.close)
    new_year = date(2027, 1, 4)
    digest = autumn.digest("recognition", new_year, "opening")
    command = SignDecision(autumn.round_id, "opening", "recognition", digest)
    autumn.run(command, new_year, by=CHAIRMAN, document=decision_paper("1/QĐ-UBND", new_year))
    autumn.close(new_year)
    found = autumn.application.households.load(household)
    assert [(one.standard, one.class_) for one in found.decisions[1:]] == [
        ("2022-2026", "average"), ("2027-2030", "poor"),
    ]  # fmt: skip
    assert {one.survey_id for one in found.decisions[1:]} == {survey}
    assert (found.class_on(SIGNED), found.class_on(CLOSED)) == ("average", "average")
