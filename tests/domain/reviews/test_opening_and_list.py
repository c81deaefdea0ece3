"""A round is opened and lists its households; each refusal has its name, and records nothing."""

from datetime import date
from uuid import uuid4

from domain.households.errors import (
    UnknownCode,
)
from domain.reviews import errors
from domain.reviews.postings import PostResults
from domain.reviews.requests import RefuseRequest
from tests.given import RURAL
from tests.reviews import (
    DECREE,
    OPENED,
    POSTED,
    READY,
    Autumn,
    refused,
)


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


def test_an_unknown_track_is_refused(autumn: Autumn) -> None:
    refused(autumn, UnknownCode, lambda: autumn.open(track="yearly"))


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


def test_what_is_decided_within_a_year_is_used_in_it_and_the_yearly_list_in_the_next(
    autumn: Autumn,
) -> None:
    autumn.open()
    (yearly,) = autumn.now().lists.values()
    autumn.open(date(2026, 10, 15), track="on_demand", month=10)
    (monthly,) = autumn.now().lists.values()
    assert [(one.counted_in, one.used_in) for one in (yearly, monthly)] == [
        (2026, 2027), (2026, 2026),
    ]  # fmt: skip


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
