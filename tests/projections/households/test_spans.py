"""Spans against the plainest reading of both clocks: fold what was known, up to the day."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.households import events as e
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory
from projections.engine.tables import ALWAYS, FOREVER
from projections.households.spans import NATIONAL, Span, span_changes, spans_of
from projections.households.state import HouseholdState, as_of, fold
from tests.projections.random_histories import (
    AREAS,
    FIRST_DAY,
    histories_in,
    make_world,
    seeds,
)

JUST_BEFORE = timedelta(microseconds=1)


def naive(history: list[LedgerEvent], scope: str, on: date, known_at: datetime) -> tuple | None:
    """What was so on a day as known at a moment, from the folded household.

    What is withdrawn, as known then, is taken out here and not by the fold.
    """
    known = [row.event for row in history if row.event.timestamp <= known_at]
    gone = {one.withdraws for one in known if isinstance(one, e.Withdrawal)}
    counting = [
        row
        for row in as_of(history, on, known_at)
        if row.version not in gone and not isinstance(row.event, e.Withdrawal)
    ]
    if not counting:
        return None
    state = fold(counting)
    if state.ended is not None or (scope != NATIONAL and scope not in state.classes):
        return None
    standing = state.classes.get(scope)
    return (
        standing.class_ if standing else "",
        state.area,
        len(state.members),
        *(flag is True for flag in (state.flags.no_labour_capacity, state.flags.ethnic_minority)),
        state.flags.meritorious is True,
        state.split_from is not None,
        state.village,
        *head_of(state),
        tuple(sorted(one.ethnicity for one in state.members)),
        tuple(sorted(one.birth_year or 0 for one in state.members)),
    )


def head_of(state: HouseholdState) -> tuple[str, bool]:
    """The ethnic group of the head, and whether the head is a woman."""
    head = next((one for one in state.members if one.person_id == state.head), None)
    return (head.ethnicity, head.sex == "female") if head else ("", False)


def told(spans: list[Span], scope: str, on: date, known_at: datetime) -> tuple | None:
    found = [
        span
        for span in spans
        if span.scope == scope
        and span.valid_from <= on < span.valid_to
        and span.known_from <= known_at < span.known_to
    ]
    assert len(found) <= 1, "spans overlap"
    return found[0][2:14] if found else None


@settings(max_examples=120, deadline=None)
@given(seeds(), st.integers(1, 25), st.data())
def test_spans_say_what_the_household_was_on_any_day_as_known_at_any_moment(
    seed: int, things: int, data: st.DataObject
) -> None:
    world = make_world(seed, things)
    for history in histories_in(world.events).values():
        spans = spans_of(history)
        days = sorted({f.event.effective_on for f in history})
        moments = sorted({f.event.timestamp for f in history})
        some_day = data.draw(st.sampled_from(days)) + timedelta(data.draw(st.integers(-1, 1)))
        some_moment = data.draw(st.sampled_from(moments))
        for on in (some_day, days[0] - timedelta(1), days[-1], days[-1] + timedelta(400)):
            for known_at in (some_moment, some_moment - JUST_BEFORE, moments[-1]):
                for scope in (NATIONAL, "hcm-2021"):
                    assert told(spans, scope, on, known_at) == naive(history, scope, on, known_at)


@settings(max_examples=60, deadline=None)
@given(seeds(), st.integers(1, 25))
def test_what_was_known_before_is_never_changed_by_what_is_learnt_later(
    seed: int, things: int
) -> None:
    for history in histories_in(make_world(seed, things).events).values():
        for end in range(1, len(history)):
            known_at = history[end - 1].event.timestamp
            if history[end].event.timestamp == known_at:
                continue
            before = {_as_known(span, known_at) for span in spans_of(history[:end])}
            after = {_as_known(span, known_at) for span in spans_of(history)}
            assert before - {None} == after - {None}


def _as_known(span: Span, known_at: datetime) -> tuple | None:
    if not span.known_from <= known_at < span.known_to:
        return None
    return (*span[:16], span.known_from, span.seq)


@settings(max_examples=60, deadline=None)
@given(seeds(), st.integers(1, 25), st.randoms(use_true_random=False))
def test_spans_do_not_depend_on_the_order_in_which_events_are_given(
    seed: int, things: int, rng: object
) -> None:
    for history in histories_in(make_world(seed, things).events).values():
        mixed = list(history)
        rng.shuffle(mixed)  # type: ignore[attr-defined]
        assert set(spans_of(mixed)) == set(spans_of(history))


@settings(max_examples=120, deadline=None)
@given(seeds(), st.integers(1, 40), st.booleans())
def test_spans_made_as_facts_come_are_those_made_at_once_of_all_that_was_known(
    seed: int, things: int, in_order: bool
) -> None:
    for history in histories_in(make_world(seed, things).events).values():
        events = _in_order(history) if in_order else history
        spans = spans_of(events)
        moments = sorted({row.event.timestamp for row in events})
        for moment in moments:
            known = [row for row in events if row.event.timestamp <= moment]
            at_once = [_at(row, moment) for row in known]
            then = {span[:11] for span in spans if span.known_from <= moment < span.known_to}
            assert then == {span[:11] for span in spans_of(at_once)}


def _at(row: LedgerEvent, moment: datetime) -> LedgerEvent:
    return replace(row, event=dataclasses.replace(row.event, timestamp=moment))


def _in_order(history: list[LedgerEvent]) -> list[LedgerEvent]:
    """The same facts, each learnt as it takes effect: none is late."""
    first = history[0].event.effective_on
    ordered = sorted(history, key=lambda row: (row.version > 1, row.event.effective_on))
    return [
        replace(
            row,
            seq=number,
            event=dataclasses.replace(
                row.event,
                effective_on=max(first, row.event.effective_on),
                timestamp=history[0].event.timestamp + timedelta(days=number // 2),
            ),
        )
        for number, row in enumerate(ordered, 1)
    ]


@settings(max_examples=120, deadline=None)
@given(seeds(), st.integers(1, 40))
def test_what_new_events_change_is_the_difference_of_the_spans_before_and_after(
    seed: int, things: int
) -> None:
    for household_id, history in histories_in(make_world(seed, things).events).items():
        for before in range(1, len(history)):
            known = AggregateHistory(household_id, history, spans_of, before)
            gone, come = span_changes(known)
            was, now = spans_of(history[:before]), spans_of(history)
            assert sorted(gone) == sorted(set(was) - set(now))
            assert sorted(come) == sorted(set(now) - set(was))


def test_a_late_decision_closes_what_was_known_and_opens_what_is_known_now() -> None:
    history = next(iter(histories_in(make_world(1, 0).events).values()))[:1]
    home = history[0].event
    learnt = datetime(2022, 5, 1, tzinfo=UTC)
    decision = _classified(home, "poor", FIRST_DAY + timedelta(31), learnt)
    history.append(LedgerEvent(9, home.originator_id, 2, decision.TOPIC, learnt, decision))
    spans = sorted(spans_of(history), key=lambda s: (s.known_from, s.valid_from))
    on, since = home.effective_on, FIRST_DAY + timedelta(31)
    assert [(s.class_, s.valid_from, s.valid_to, s.known_from, s.known_to) for s in spans] == [
        ("", on, ALWAYS, home.timestamp, learnt),
        ("", on, since, learnt, FOREVER),
        ("poor", since, ALWAYS, learnt, FOREVER),
    ]


def _withdrawn(decision: e.Classified, version: int, at: datetime) -> e.ClassificationWithdrawn:
    return e.ClassificationWithdrawn(
        originator_id=decision.originator_id, originator_version=version, timestamp=at,
        effective_on=decision.effective_on, actor=decision.actor, command_id=UUID(int=2),
        document=None, withdraws=decision.originator_version, reason="Ghi nhầm",
    )  # fmt: skip


def _facts(*events: Any) -> list[LedgerEvent]:
    return [
        LedgerEvent(
            event.originator_version, event.originator_id, event.originator_version, event.TOPIC,
            event.timestamp, event,
        )
        for event in events
    ]  # fmt: skip


def test_a_withdrawn_decision_ends_at_the_very_moment_on_the_second_clock() -> None:
    home = next(iter(histories_in(make_world(1, 0).events).values()))[0].event
    decided, withdrawn = (datetime(2022, month, 1, tzinfo=UTC) for month in (5, 6))
    since = FIRST_DAY + timedelta(31)
    decision = _classified(home, "poor", since, decided)
    spans = spans_of(_facts(home, decision, _withdrawn(decision, 3, withdrawn)))
    for known_at, class_ in (
        (decided - JUST_BEFORE, ""), (decided, "poor"), (withdrawn - JUST_BEFORE, "poor"),
        (withdrawn, ""), (withdrawn + timedelta(days=900), ""),
    ):  # fmt: skip
        said = told(spans, NATIONAL, since + timedelta(5), known_at)
        assert said is not None
        assert said[0] == class_, known_at
    assert told(spans, NATIONAL, since - timedelta(1), withdrawn - JUST_BEFORE)[0] == ""


def test_a_span_names_the_decision_that_counts_and_not_the_withdrawn_one_of_the_same_day() -> None:
    home = next(iter(histories_in(make_world(1, 0).events).values()))[0].event
    since = FIRST_DAY + timedelta(31)
    first = _classified(home, "poor", since, datetime(2022, 5, 1, tzinfo=UTC))
    again = _classified(home, "poor", since, datetime(2022, 5, 2, tzinfo=UTC), version=3)
    withdrawal = _withdrawn(first, 4, datetime(2022, 6, 1, tzinfo=UTC))
    now = [s for s in spans_of(_facts(home, first, again, withdrawal)) if s.known_to == FOREVER]
    assert [(s.class_, s.seq) for s in now] == [("", 1), ("poor", 3)]


def test_two_decisions_withdrawn_at_one_moment_leave_the_third_alone() -> None:
    home = next(iter(histories_in(make_world(1, 0).events).values()))[0].event
    made = [
        _classified(home, class_, FIRST_DAY + timedelta(31 * n), datetime(2022, 5, n, tzinfo=UTC),
                    version=n + 1)
        for n, class_ in enumerate(("poor", "near_poor", "not_poor"), start=1)
    ]  # fmt: skip
    at = datetime(2022, 6, 1, tzinfo=UTC)
    gone = [_withdrawn(made[0], 5, at), _withdrawn(made[1], 6, at)]
    spans = spans_of(_facts(home, *made, *gone))
    now = sorted((s for s in spans if s.known_to == FOREVER), key=lambda s: s.valid_from)
    assert [(s.class_, s.valid_from, s.seq) for s in now] == [
        ("", home.effective_on, 1), ("not_poor", FIRST_DAY + timedelta(93), 4),
    ]  # fmt: skip


def test_a_withdrawal_known_at_the_moment_of_its_decision_leaves_no_span() -> None:
    home = next(iter(histories_in(make_world(1, 0).events).values()))[0].event
    at = datetime(2022, 5, 1, tzinfo=UTC)
    decision = _classified(home, "poor", FIRST_DAY + timedelta(31), at)
    (span,) = spans_of(_facts(home, decision, _withdrawn(decision, 3, at)))
    assert (span.class_, span.known_to) == ("", FOREVER)


def test_what_took_effect_before_the_registration_counts_from_the_registration_on() -> None:
    home = next(iter(histories_in(make_world(2, 0).events).values()))[0]
    event = home.event
    early = _classified(event, "near_poor", event.effective_on - timedelta(5), event.timestamp)
    history = [home, LedgerEvent(9, event.originator_id, 2, early.TOPIC, event.timestamp, early)]
    (span,) = spans_of(history)
    assert (span.class_, span.valid_from) == ("near_poor", event.effective_on)


def _classified(
    home: e.Registered, class_: str, on: date, at: datetime, version: int = 2
) -> e.Classified:
    return e.Classified(
        originator_id=home.originator_id, originator_version=version, timestamp=at, effective_on=on,
        actor=home.actor, command_id=UUID(int=1), document=None, scope=NATIONAL, class_=class_,
        class_before="", movement="newly_arising", proposed=class_, override_reason="",
        standard="2022-2026", standard_digest="", survey_id=None, facts={}, comparisons=(),
        reasons=(),
    )  # fmt: skip


def test_place_village_and_flags_make_new_spans_and_a_corrected_number_does_not() -> None:
    world = make_world(3, 0)
    home, event = world.homes[0], world.saves[0][0]
    moved = world.make(
        home, e.Moved, event.effective_on + timedelta(10), area_before=home.area,
        village_before="", area=AREAS[2], village="", number="", address=None,
    )  # fmt: skip
    village = world.make(
        home, e.HouseholdCorrected, event.effective_on + timedelta(20),
        changes=(e.Change("village", "a", "b"),), reason="error",
    )  # fmt: skip
    number = world.make(
        home, e.HouseholdCorrected, event.effective_on + timedelta(25),
        changes=(e.Change("number", "a", "b"),), reason="error",
    )  # fmt: skip
    flagged = world.make(
        home, e.HouseholdCorrected, event.effective_on + timedelta(30),
        changes=(e.Change("meritorious", None, event.flags.meritorious is not True),),
        reason="judged",
    )  # fmt: skip
    history = histories_in([event, moved, village, number, flagged])[home.id]
    now = sorted(s.valid_from for s in spans_of(history) if s.known_to == FOREVER)
    assert [(day - event.effective_on).days for day in now] == [0, 10, 20, 30]
