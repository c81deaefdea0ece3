"""What was recorded by error is withdrawn: the record keeps both, and only what stands counts."""

from dataclasses import replace
from datetime import date

import pytest

from domain.errors import CommandReused, StaleVersion
from domain.households import events, withdrawals
from domain.households.decisions import ClassInput
from domain.households.errors import (
    AlreadyWithdrawn,
    DecisionRestsOnSurvey,
    DecisionWithoutPaper,
    EntryNotWithdrawable,
    EntryOfAnotherKind,
    EntryUnknown,
    ExitGoesWithDecision,
    ExitRestsOnDecision,
    HouseholdUnknown,
    SignedInFuture,
    SupportIdTaken,
    SurveyIdTaken,
    SurveyWasWithdrawn,
    TextMissing,
    WithdrawalByChairman,
)
from domain.households.withdrawals import _check_exits, _comes_with
from tests.given import CASE_WORKER, CHAIRMAN, SURVEYOR, Life, happened, paper
from tests.histories import (
    DECIDED,
    ELECTRICITY,
    FORM_B,
    NEAR_POOR,
    NOT_LISTED,
    SURVEYED,
    alone,
    decide,
    dissolved,
    escaped,
    family,
    near_poor,
    poor,
    poor_again,
    supported,
    surveyed,
)

LATER = "2024-01-10"
WHY = "Ghi nhầm sang hộ này"


def withdraw(life: Life, kind: str, entry: int, **other: object) -> object:
    """Withdrawn as it should be: a decision by the chairman on a paper."""
    given = {"by": CASE_WORKER, "reason": WHY}
    if kind == "decision":
        given |= {"by": CHAIRMAN, "document": paper("40/QĐ-UBND", LATER)}
    return life.do("withdraw", LATER, kind=kind, entry=entry, **{**given, **other})


def withdrawing(kind: str, entry: int, **other: object):
    return lambda life: withdraw(life, kind, entry, **other)


def test_a_decision_is_withdrawn_by_the_chairman_on_a_paper_with_a_reason(given):
    life = (
        given(poor)
        .when(withdrawing("decision", 3, reason="  Ghi  nhầm hộ  "))
        .then(
            happened(
                events.ClassificationWithdrawn,
                withdraws=3,
                reason="Ghi nhầm hộ",
                effective_on=DECIDED,
                actor=CHAIRMAN,
                document=paper("40/QĐ-UBND", LATER),
            )
        )
    )
    now = life.now()
    assert now.class_on(date(2030, 1, 1)) == ""
    assert not now.listed_before(date(2030, 1, 1))
    assert len(now.surveys) == 1
    assert [type(one).__name__ for one in life.events()] == [
        "Registered", "Surveyed", "Classified", "ClassificationWithdrawn",
    ]  # fmt: skip


def test_an_exit_is_withdrawn_with_its_decision_and_the_class_before_comes_back(given):
    life = (
        given(escaped)
        .when(withdrawing("decision", 4))
        .then(
            happened(events.ClassificationWithdrawn, withdraws=4, reason=WHY),
            happened(events.ExitWithdrawn, withdraws=5, effective_on=date(2023, 12, 12)),
        )
    )
    assert life.now().class_on(date(2024, 1, 1)) == "poor"
    assert life.now().exits == []


def test_an_exit_onto_the_list_of_the_near_poor_is_withdrawn_with_its_decision(given):
    life = (
        given(poor, lambda life: decide(life, "2023-12-12", number="30", figures=NEAR_POOR))
        .when(withdrawing("decision", 4))
        .then(
            happened(events.ClassificationWithdrawn, withdraws=4),
            happened(events.ExitWithdrawn, withdraws=5),
        )
    )
    assert life.now().class_on(date(2024, 1, 1)) == "poor"


@pytest.mark.parametrize(
    ("kind", "entry", "event"),
    [
        ("causes", 4, events.CausesWithdrawn),
        ("needs", 5, events.NeedsWithdrawn),
        ("plan", 6, events.PlanWithdrawn),
        ("support", 7, events.SupportWithdrawn),
    ],
)
def test_what_helps_a_household_is_withdrawn_without_a_paper(given, kind, entry, event):
    life = given(supported).when(withdrawing(kind, entry)).then(happened(event, withdraws=entry))
    now = life.now()
    kept = {"causes": now.causes, "needs": now.needs, "plan": now.plans, "support": now.supports}
    assert [name for name, entries in kept.items() if not entries] == [kind]


def test_a_screening_and_a_survey_are_withdrawn(given):
    def screened(life):
        surveyed(life)
        life.do("screen", SURVEYED, form="A", answers={}, outcome="survey", by=SURVEYOR)

    life = (
        given(screened)
        .when(withdrawing("screening", 3, by=SURVEYOR))
        .then(happened(events.ScreeningWithdrawn, withdraws=3, effective_on=SURVEYED))
    )
    withdraw(life, "survey", 2)
    assert (life.now().screenings, life.now().surveys) == ([], {})


# Refused, by name.


@pytest.mark.parametrize(
    ("history", "kind", "entry", "other", "refusal", "values"),
    [
        (poor, "decision", 9, {}, EntryUnknown, {"entry": 9}),
        (poor, "decision", 0, {}, EntryUnknown, {"entry": 0}),
        (poor, "decision", 2, {}, EntryOfAnotherKind, {"entry": 2}),
        (poor, "survey", 1, {}, EntryNotWithdrawable, {"entry": 1}),
        (dissolved, "plan", 2, {}, EntryNotWithdrawable, {"entry": 2}),
        (poor, "decision", 3, {"by": CASE_WORKER}, WithdrawalByChairman, {"role": "case_worker"}),
        (poor, "decision", 3, {"document": None}, DecisionWithoutPaper, {}),
        (poor, "decision", 3, {"document": paper("", LATER)}, DecisionWithoutPaper, {}),
        (poor, "decision", 3, {"document": paper("1", "2024-02-01")}, SignedInFuture, {}),
        (poor, "decision", 3, {"reason": " "}, TextMissing, {"field": "reason"}),
        (poor, "survey", 2, {}, DecisionRestsOnSurvey, {"decision": 3, "paper": "12/QĐ-UBND"}),
        (escaped, "decision", 3, {}, ExitRestsOnDecision, {"decision": 4, "paper": "30/QĐ-UBND"}),
        (escaped, "decision", 5, {}, ExitGoesWithDecision, {"decision": 4}),
    ],
)
def test_what_cannot_be_withdrawn_is_refused_by_name(
    given, history, kind, entry, other, refusal, values
):
    given(history).when(withdrawing(kind, entry, **other)).then(refusal, **values)


def test_a_withdrawal_is_neither_repeated_nor_withdrawn(given):
    life = given(poor).when(withdrawing("decision", 3)).life
    given_again = type(given(lambda _: None))(life)
    given_again.when(withdrawing("decision", 3)).then(AlreadyWithdrawn, entry=3, withdrawn_by=4)
    given_again.when(withdrawing("decision", 4)).then(EntryNotWithdrawable, entry=4)


def test_an_entry_of_another_household_is_not_found_in_this_one(given, application):
    other = Life(application)
    poor(other)
    given(alone).when(withdrawing("decision", 3)).then(EntryUnknown, entry=3)
    with pytest.raises(HouseholdUnknown):
        withdraw(Life(application), "decision", 3)
    assert other.now().class_on(date(2023, 1, 1)) == "poor"


def test_first_the_decision_then_its_survey(given):
    life = given(poor).when(withdrawing("decision", 3)).life
    withdraw(life, "survey", 2)
    assert life.now().surveys == {}
    survey = life.notes["survey"]
    with pytest.raises(SurveyWasWithdrawn):
        decide(life, "2024-01-15", survey_id=survey)
    with pytest.raises(SurveyIdTaken):
        life.do("survey", LATER, replace(FORM_B, survey_id=survey), by=SURVEYOR)


def test_first_the_exit_then_the_decision_that_it_came_out_of(given):
    life = given(escaped).when(withdrawing("decision", 4)).life
    withdraw(life, "decision", 3)
    assert life.now().class_on(date(2030, 1, 1)) == ""


def test_an_exit_from_another_list_still_stands_without_the_decision_between(given):
    """Near-poor, then poor, then out: without the middle decision it left near-poverty."""

    def history(life):
        near_poor(life)
        decide(life, "2023-06-01", number="20/QĐ-UBND", class_="poor")
        decide(life, "2023-12-12", number="30/QĐ-UBND", figures=NOT_LISTED)

    life = given(history).when(withdrawing("decision", 3)).life
    assert life.now().class_before(date(2023, 12, 12)) == "near_poor"
    assert len(life.now().exits) == 1


# What follows.


def test_the_right_thing_is_recorded_after_the_wrong_one_was_withdrawn(given):
    life = given(supported).when(withdrawing("support", 7)).life
    life.do("grant_support", LATER, ELECTRICITY)
    withdraw(life, "causes", 4)
    life.do("record_causes", "2022-12-20", causes=["2", "7"], recorded=LATER)
    withdraw(life, "decision", 3)
    decide(life, DECIDED, number="12/QĐ-UBND", survey_id=life.notes["survey"])
    now = life.now()
    assert len(now.supports) == 1
    assert [one.causes for one in now.causes] == [("2", "7")]
    assert now.decisions[0].class_before == ""
    assert now.decisions[0].movement == "newly_arising"


def test_the_id_of_a_withdrawn_support_is_not_used_again(given):
    life = given(supported).when(withdrawing("support", 7)).life
    taken = life.events()[6].support_id
    with pytest.raises(SupportIdTaken):
        life.do("grant_support", LATER, replace(ELECTRICITY, support_id=taken))


def test_a_later_decision_compares_with_what_stands(given):
    life = given(poor).when(withdrawing("decision", 3)).life
    decide(life, "2024-01-20", number="50/QĐ-UBND", class_="poor")
    last = life.events()[-1]
    assert (last.class_before, last.movement) == ("", "newly_arising")


def test_a_late_decision_may_take_the_place_of_a_withdrawn_one(given):
    life = given(escaped).when(withdrawing("decision", 4)).life
    life.do(
        "classify", "2023-06-01", ClassInput("near_poor"), by=CHAIRMAN,
        document=paper("44/QĐ-UBND", LATER), recorded=LATER,
    )  # fmt: skip
    assert life.now().class_on(date(2024, 1, 1)) == "near_poor"
    assert [type(one).__name__ for one in life.events()[-2:]] == ["Classified", "LeftPoverty"]


def test_a_household_that_has_ended_can_still_be_put_right(given):
    def ended(life):
        poor(life)
        life.do("dissolve", "2023-05-01", reason="moved_away")

    life = given(ended).when(withdrawing("decision", 3)).life
    assert life.now().class_on(date(2023, 1, 1)) == ""
    assert life.now().ended_on == date(2023, 5, 1)


def test_a_withdrawn_entry_bars_no_end_of_an_earlier_day(given):
    def planned_late(life):
        family(life)
        life.do("agree_plan", "2023-11-01", goal="x", steps=["x"], responsible="x")

    life = given(planned_late).when(withdrawing("plan", 2)).life
    life.do("dissolve", "2023-06-01", reason="moved_away", recorded=LATER)
    assert life.now().ended_on == date(2023, 6, 1)


# Once only.


def test_a_repeat_of_the_same_command_answers_as_the_first_did_also_on_a_later_day(given, life):
    from tests.given import command_id

    given(poor)
    this = command_id("withdraw", "once")
    first = withdraw(life, "decision", 3, command_id=this)
    again = life.do(
        "withdraw", "2024-03-03", kind="decision", entry=3, reason=WHY, by=CHAIRMAN,
        document=paper("40/QĐ-UBND", LATER), command_id=this,
    )  # fmt: skip
    assert (again.version, again.repeated) == (first.version, True)
    assert len(life.events()) == 4
    with pytest.raises(CommandReused):
        withdraw(life, "decision", 3, command_id=this, reason="khác")


def test_a_withdrawal_expects_the_version_that_was_read(given):
    given(poor).when(withdrawing("decision", 3, expected_version=2)).then(
        StaleVersion, expected=2, actual=3
    )


def test_of_a_withdrawal_and_a_decision_on_the_same_survey_one_comes_first(given, life):
    """Both run at once on what each has read; the second is asked again on the newer state."""
    given(surveyed)
    commands = life.households
    stale = commands.load(life.id)
    commands_load = commands.load
    answers = iter([stale])
    commands.load = lambda id_: next(answers, None) or commands_load(id_)
    decide(life, DECIDED, survey_id=life.notes["survey"])
    answers = iter([stale])
    with pytest.raises(DecisionRestsOnSurvey):
        withdraw(life, "survey", 2)


# Which entries rest on which: the opposite of each example above.


def test_a_second_survey_on_which_nothing_rests_is_withdrawn_beside_the_first(given):
    def twice_surveyed(life):
        poor(life)
        life.do("survey", "2023-05-01", FORM_B, by=SURVEYOR)

    life = given(twice_surveyed).when(withdrawing("survey", 4)).life
    assert life.now().surveys.keys() == {life.notes["survey"]}
    with pytest.raises(DecisionRestsOnSurvey) as refused:
        withdraw(life, "survey", 2)
    assert refused.value.values["decision"] == 3
    # A second decision on the second survey bars the second, and the first goes on barring.
    done = life.do("survey", "2023-06-01", FORM_B, by=SURVEYOR)
    decide(life, "2023-06-02", number="14/QĐ-UBND", survey_id=done.created)
    for survey, decision in ((6, 7), (2, 3)):
        with pytest.raises(DecisionRestsOnSurvey) as refused:
            withdraw(life, "survey", survey)
        assert refused.value.values["decision"] == decision


def test_an_exit_bars_no_decision_that_came_after_it_nor_one_of_no_list(given):
    life = given(poor_again).when(withdrawing("decision", 6)).life
    assert [one.class_ for one in life.now().decisions] == ["poor", "not_listed"]
    with pytest.raises(ExitRestsOnDecision) as refused:
        withdraw(life, "decision", 3)
    assert (refused.value.values["decision"], refused.value.values["paper"]) == (4, "30/QĐ-UBND")
    withdraw(life, "decision", 4)
    assert life.now().exits == []


def test_a_second_exit_bars_the_decision_it_came_out_of_and_not_the_first(given):
    def twice_escaped(life):
        poor_again(life)
        decide(life, "2025-12-12", number="60/QĐ-UBND", figures=NOT_LISTED)

    life = given(twice_escaped).life
    later = {"recorded": "2026-01-10", "document": paper("70/QĐ-UBND", "2026-01-10")}
    for entry, exit_ in ((6, 7), (3, 4)):
        with pytest.raises(ExitRestsOnDecision) as refused:
            withdraw(life, "decision", entry, **later)
        assert refused.value.values["decision"] == exit_
    withdraw(life, "decision", 7, **later)
    withdraw(life, "decision", 6, **later)
    assert len(life.now().exits) == 1


def test_the_last_recorded_of_a_day_is_the_class_before_an_exit(given):
    """Not poor and then poor on one day: the exit rests on the second alone."""

    def history(life):
        family(life)
        decide(life, DECIDED, number="11/QĐ-UBND", class_="not_poor", figures=NOT_LISTED)
        decide(life, DECIDED, number="12/QĐ-UBND", class_="poor")
        decide(life, "2023-12-12", number="30/QĐ-UBND", figures=NOT_LISTED)

    life = given(history).life
    withdraw(life, "decision", 2)
    with pytest.raises(ExitRestsOnDecision):
        withdraw(life, "decision", 3)


def test_an_exit_goes_with_the_national_decision_of_its_command_alone(given):
    life = given(escaped).life
    decision, exit_ = life.events()[3:5]
    local = replace(decision, scope="46")
    of_another_command = replace(decision, command_id=life.events()[2].command_id)
    assert _comes_with(exit_, decision)
    assert not _comes_with(exit_, local)
    assert not _comes_with(exit_, of_another_command)
    assert not _comes_with(exit_, life.events()[1])
    household = life.now()
    household.decisions[-1:] = [local, decision]
    _check_exits(household, replace(local, class_="poor"))
    household.decisions[-1:] = [local]
    with pytest.raises(EntryNotWithdrawable):
        withdrawals.withdraw(household, life.context(LATER), kind="decision", entry=5, reason=WHY)
