"""How events make a household's state, in the order in which they took effect; an end is final."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from domain.households import events as e
from projections.engine.ledger import LedgerEvent
from projections.households.state import (
    Classification,
    CodesState,
    Ending,
    HouseholdState,
    MemberState,
    PlanState,
    ScreeningState,
    SupportState,
    SurveyState,
)

FLAGS = ("no_labour_capacity", "ethnic_minority", "meritorious")


def fold(facts: Sequence[LedgerEvent]) -> HouseholdState:
    """The household after these events, taken in effect order; an end is final.

    An entry whose withdrawal is among them counts as if it had never been. Raises ValueError if
    the registration is not among them.
    """
    ordered = in_effect_order(facts)
    state = _registered(ordered[0])
    withdrawn = withdrawn_versions(facts)
    for fact in ordered[1:]:
        if fact.version in withdrawn:
            continue
        if state.ended is None or type(fact.event) is e.PersonForgotten:
            _FOLDS[type(fact.event)](state, fact.event, fact.seq)
    last = max(facts, key=attrgetter("seq"))
    state.seq, state.version = last.seq, max([fact.version for fact in facts])
    state.recorded_at = last.event.timestamp
    state.effective_on = max(state.registered_on, ordered[-1].event.effective_on)
    return state


def _in_effect(fact: LedgerEvent) -> tuple[date, int]:
    return fact.event.effective_on, fact.seq


def in_effect_order(facts: Sequence[LedgerEvent]) -> list[LedgerEvent]:
    """The events in the order of (effective_on, seq); the registration always comes first."""
    ordered = sorted(facts, key=_in_effect)
    if type(ordered[0].event) is not e.Registered:
        place = next((i for i, fact in enumerate(ordered) if type(fact.event) is e.Registered), 0)
        ordered.insert(0, ordered.pop(place))
    return ordered


def withdrawn_versions(facts: Sequence[LedgerEvent]) -> dict[int, LedgerEvent]:
    """The withdrawals among the events, by the version of the entry that each withdraws."""
    found: dict[int, LedgerEvent] = {}
    for fact in facts:
        if isinstance(fact.event, e.Withdrawal):
            found.setdefault(fact.event.withdraws, fact)
    return found


def as_of(
    facts: Sequence[LedgerEvent], on: date | None, known_at: datetime | None
) -> list[LedgerEvent]:
    """The events that count for a household on a day, as known at a moment, in effect order.

    Empty if it did not exist then, or nobody knew of it. None is "all" on either clock.
    """
    known = [f for f in facts if known_at is None or f.event.timestamp <= known_at]
    first = next((f for f in known if isinstance(f.event, e.Registered)), None)
    if first is None or (on is not None and first.event.effective_on > on):
        return []
    return in_effect_order([f for f in known if on is None or f.event.effective_on <= on])


def _registered(fact: LedgerEvent) -> HouseholdState:
    event = fact.event
    if not isinstance(event, e.Registered):
        raise ValueError("a household's history begins with its registration")
    return HouseholdState(
        household_id=event.originator_id,
        number=event.number,
        area=event.area,
        village=event.village,
        residence=event.residence,
        head=event.head,
        flags=event.flags,
        registered_on=event.effective_on,
        source=event.source,
        version=event.originator_version,
        seq=fact.seq,
        effective_on=event.effective_on,
        recorded_at=event.timestamp,
        address=event.address,
        split_from=event.split_from,
        members=[_member(member, event.effective_on) for member in event.members],
    )


def _member(member: e.Member, on: date, reason: str = "") -> MemberState:
    return MemberState(
        member.person_id, member.relation, member.private, member.sex, member.birth_year,
        member.ethnicity, member.residence, member.able_to_work, member.meritorious, on, reason,
    )  # fmt: skip


def _join(state: HouseholdState, member: e.Member, on: date, reason: str) -> None:
    state.members = [m for m in state.members if m.person_id != member.person_id]
    state.former_members = [m for m in state.former_members if m.person_id != member.person_id]
    state.members.append(_member(member, on, reason))


def _leave(state: HouseholdState, person_id: UUID, on: date, reason: str) -> None:
    for member in state.members:
        if member.person_id == person_id:
            member.left_on, member.left_by = on, reason
            state.members = [m for m in state.members if m is not member]
            state.former_members.append(member)
            return


def _member_joined(state: HouseholdState, event: e.MemberJoined, seq: int) -> None:
    _join(state, event.member, event.effective_on, event.reason)


def _member_left(state: HouseholdState, event: e.MemberLeft, seq: int) -> None:
    _leave(state, event.person_id, event.effective_on, event.reason)


def _member_corrected(state: HouseholdState, event: e.MemberCorrected, seq: int) -> None:
    member = state.member(event.person_id)
    if member is not None:
        for change in event.changes:
            setattr(member, change.attribute, change.after)


def _corrected(state: HouseholdState, event: e.HouseholdCorrected, seq: int) -> None:
    for change in event.changes:
        if change.attribute in FLAGS:
            flag: dict[str, Any] = {change.attribute: change.after}
            state.flags = replace(state.flags, **flag)
        else:
            setattr(state, change.attribute, change.after)


def _head_changed(state: HouseholdState, event: e.HeadChanged, seq: int) -> None:
    for member in state.members:
        if member.person_id == event.head:
            member.relation = "head"
        elif member.person_id == event.head_before:
            member.relation = event.relation_before
    state.head = event.head


def _moved(state: HouseholdState, event: e.Moved, seq: int) -> None:
    state.area, state.village = event.area, event.village
    state.number, state.address = event.number, event.address


def _split_off(state: HouseholdState, event: e.SplitOff, seq: int) -> None:
    for person_id in event.persons:
        _leave(state, person_id, event.effective_on, "split")


def _merged_into(state: HouseholdState, event: e.MergedInto, seq: int) -> None:
    for person_id in event.persons:
        _leave(state, person_id, event.effective_on, "merge")
    state.ended = Ending(event.effective_on, "merged", event.into)


def _members_received(state: HouseholdState, event: e.MembersReceived, seq: int) -> None:
    for member in event.members:
        _join(state, member, event.effective_on, "merge")


def _dissolved(state: HouseholdState, event: e.Dissolved, seq: int) -> None:
    for member in list(state.members):
        _leave(state, member.person_id, event.effective_on, "dissolved")
    state.ended = Ending(event.effective_on, event.reason)


def _screened(state: HouseholdState, event: e.Screened, seq: int) -> None:
    state.screenings.append(
        ScreeningState(event.effective_on, seq, event.form, event.outcome, event.override_reason)
    )


def _surveyed(state: HouseholdState, event: e.Surveyed, seq: int) -> None:
    state.surveys.append(
        SurveyState(
            event.survey_id, event.effective_on, seq, event.form, event.area_type, event.surveyor,
            event.score_card, event.income, event.b1, event.b2, event.deprived, event.attachments,
        )
    )  # fmt: skip


def _classified(state: HouseholdState, event: e.Classified, seq: int) -> None:
    state.classes[event.scope] = Classification(
        event.class_, event.class_before, event.movement, event.effective_on, seq, event.standard,
        event.standard_digest, event.proposed, event.override_reason, event.document,
        event.survey_id, event.facts, event.comparisons, event.reasons,
    )  # fmt: skip
    if event.scope == "national" and event.class_ in ("poor", "near_poor"):
        state.newly_escaped_until = None


def _left_poverty(state: HouseholdState, event: e.LeftPoverty, seq: int) -> None:
    state.left_poverty = event.kind
    state.newly_escaped_until = event.newly_escaped_until


def _causes(state: HouseholdState, event: e.CausesRecorded, seq: int) -> None:
    state.causes = CodesState(event.causes, event.effective_on, event.note)


def _needs(state: HouseholdState, event: e.NeedsRecorded, seq: int) -> None:
    state.needs = CodesState(event.needs, event.effective_on, event.note)


def _plan(state: HouseholdState, event: e.PlanAgreed, seq: int) -> None:
    state.plan = PlanState(
        event.goal, event.steps, event.responsible, event.effective_on, event.review_on
    )


def _support(state: HouseholdState, event: e.SupportGranted, seq: int) -> None:
    state.support.append(
        SupportState(
            event.support_id, event.effective_on, seq, event.programme, event.benefit,
            event.period_from, event.period_until, event.source, event.funding_year,
            event.person_id, event.amount, event.quantity, event.unit,
        )
    )  # fmt: skip


def _papers_changed(state: HouseholdState, event: e.PapersChanged, seq: int) -> None:
    member = state.member(event.person_id)
    if member is not None:
        member.private = event.after


def _matched(state: HouseholdState, event: e.Matched, seq: int) -> None:
    """Who a row or form was settled as says nothing new of the household itself."""


def _forgotten(state: HouseholdState, event: e.PersonForgotten, seq: int) -> None:
    if event.person_id not in state.forgotten:
        state.forgotten.append(event.person_id)


def _withdrawn(state: HouseholdState, event: e.Withdrawal, seq: int) -> None:
    """The entry it names was left out of the fold."""


def _registered_twice(state: HouseholdState, event: e.Registered, seq: int) -> None:
    raise ValueError("a household is registered once")


_FOLDS: dict[type, Callable[[HouseholdState, Any, int], None]] = {
    e.Registered: _registered_twice,
    e.MemberJoined: _member_joined,
    e.MemberLeft: _member_left,
    e.MemberCorrected: _member_corrected,
    e.HouseholdCorrected: _corrected,
    e.HeadChanged: _head_changed,
    e.Moved: _moved,
    e.SplitOff: _split_off,
    e.MergedInto: _merged_into,
    e.MembersReceived: _members_received,
    e.Dissolved: _dissolved,
    e.Screened: _screened,
    e.Surveyed: _surveyed,
    e.Classified: _classified,
    e.LeftPoverty: _left_poverty,
    e.CausesRecorded: _causes,
    e.NeedsRecorded: _needs,
    e.PlanAgreed: _plan,
    e.SupportGranted: _support,
    e.PersonForgotten: _forgotten,
    e.ScreeningWithdrawn: _withdrawn,
    e.SurveyWithdrawn: _withdrawn,
    e.ClassificationWithdrawn: _withdrawn,
    e.ExitWithdrawn: _withdrawn,
    e.CausesWithdrawn: _withdrawn,
    e.NeedsWithdrawn: _withdrawn,
    e.PlanWithdrawn: _withdrawn,
    e.SupportWithdrawn: _withdrawn,
    e.Matched: _matched,
    e.PapersChanged: _papers_changed,
}
