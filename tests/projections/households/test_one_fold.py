"""Both sides fold a household by the same clauses."""

from datetime import timedelta

from hypothesis import given, settings

from domain.households import events as e
from domain.households.household import Household, HouseholdRecord, evolve
from projections.engine.read_model import AggregateHistory, no_state
from projections.households.register_model import REGISTER_EVENTS, entry_of
from projections.households.spans import STATUS_EVENTS, statuses_of
from projections.households.state import as_of, fold, in_effect
from projections.households.timeline_model import Timeline
from tests.projections.random_histories import histories_in, make_world, seeds


@settings(max_examples=60, deadline=None)
@given(seed=seeds())
def test_an_event_outside_the_list_of_the_spans_changes_no_status(seed: int) -> None:
    """So a clause that moves, ends or reclassifies a household cannot be left out of the list."""
    for history in histories_in(make_world(seed, 60).events).values():
        record = HouseholdRecord()
        evolve(history[0].event, record)
        for row in history[1:]:
            if isinstance(row.event, e.Withdrawal):
                continue  # the read side leaves out what is withdrawn, and takes no withdrawal
            before = statuses_of(record)
            evolve(row.event, record)
            if type(row.event) not in STATUS_EVENTS:
                assert statuses_of(record) == before, row.topic


@settings(max_examples=60, deadline=None)
@given(seed=seeds())
def test_an_event_outside_the_list_of_the_register_changes_no_entry(seed: int) -> None:
    """So what moves, names or reclassifies a household cannot be left out of the list."""
    for history in histories_in(make_world(seed, 60).events).values():
        for at in range(1, len(history)):
            if type(history[at].event) not in REGISTER_EVENTS:
                before, now = in_effect(history[:at]), in_effect(history[: at + 1])
                assert entry_of(now) == entry_of(before), history[at].topic


@settings(max_examples=60, deadline=None)
@given(seed=seeds())
def test_where_no_fact_is_late_the_read_side_sees_what_the_aggregate_holds(seed: int) -> None:
    for history in histories_in(make_world(seed, 60).events).values():
        days = [row.event.effective_on for row in history]
        ends = [f for f in history if isinstance(f.event, e.MergedInto | e.Dissolved)]
        if days != sorted(days) or any(row is not history[-1] for row in ends):
            continue
        household = None
        for row in history:
            household = row.event.mutate(household)
        assert isinstance(household, Household)
        state = fold(history)
        assert {one.person_id for one in state.members} == set(household.members)
        assert {one.person_id for one in state.former_members} == set(household.former)
        assert (state.area, state.number, state.head, state.flags) == (
            household.area, household.number, household.head, household.flags,
        )  # fmt: skip
        eve = max(days) + timedelta(days=1)
        assert state.national_class == household.class_on(eve)
        assert [one.survey_id for one in state.surveys] == list(household.surveys)
        assert [one.support_id for one in state.support] == list(household.supports)
        assert (state.ended.on if state.ended else None) == household.ended_on


@settings(max_examples=60, deadline=None)
@given(seed=seeds())
def test_a_row_of_the_timeline_names_the_unit_that_the_fold_gives_for_its_day(seed: int) -> None:
    """As known when the event was recorded: by the events up to it. Nothing moves after an end."""
    for household_id, events in histories_in(make_world(seed, 60).events).items():
        rows = Timeline().changes([AggregateHistory(household_id, events, no_state)], None)
        areas = {row[1]: row[-1] for row in rows.inserts["timeline"] if row[0] == household_id}
        for at, row in enumerate(events, 1):
            known = as_of(events[:at], row.event.effective_on, None)
            state = fold(known) if known else None
            if state is not None and state.ended is None:
                assert areas[row.seq] == state.area, row.topic
