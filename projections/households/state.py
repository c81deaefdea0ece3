"""The state of a household as of some day, and the fold that makes it from the household's events.

Events are taken in the order in which they took effect; an end is final. What an event changes is
said once, in `domain.households.household`. The read model `household_file` stores the state as
JSON; the API and the pages show it. Personal values are sealed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import NamedTuple, cast
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.commands.command import Document
from domain.eventstore.personal import Personal
from domain.households import events as e
from domain.households.certificates import validity
from domain.households.codes import LISTED
from domain.households.household import HouseholdRecord, evolve
from domain.households.low_income import Standing, standings
from domain.standards.standard import NATIONAL
from projections.engine.ledger import LedgerEvent, RecordedEvent


class MemberState(Struct, omit_defaults=True):
    """A person of the household; `left_on` is set for those who were members once."""

    person_id: UUID
    relation: str
    private: Personal
    sex: str = ""
    birth_year: int | None = None
    ethnicity: str = ""
    residence: str = "permanent"
    able_to_work: bool | None = None
    meritorious: bool = False
    joined_on: date | None = None
    joined_by: str = ""
    left_on: date | None = None
    left_by: str = ""


class Classification(Struct, omit_defaults=True):
    """The decision in force in one scope ("national" or the id of a local standard)."""

    class_: str = msgspec.field(name="class")
    class_before: str
    movement: str
    since: date
    seq: int
    standard: str
    standard_digest: str
    proposed: str
    override_reason: str = ""
    document: Document | None = None
    survey_id: UUID | None = None
    facts: dict[str, str | int | None] = {}
    comparisons: tuple[e.Comparison, ...] = ()
    reasons: tuple[str, ...] = ()


class SurveyState(Struct, omit_defaults=True):
    """One survey; its raw answers are in the event at `seq`."""

    survey_id: UUID
    on: date
    seq: int
    form: str
    area_type: str
    surveyor: str
    score_card: str = ""
    income: int | None = None
    b1: int | None = None
    b2: int | None = None
    deprived: tuple[str, ...] | None = None
    attachments: tuple[str, ...] = ()


class ScreeningState(Struct, omit_defaults=True):
    """One quick screening (Form A)."""

    on: date
    seq: int
    form: str
    outcome: str
    override_reason: str = ""


class SupportState(Struct, omit_defaults=True):
    """One support granted; money is integer VND."""

    support_id: UUID
    on: date
    seq: int
    programme: str
    benefit: str
    period_from: date
    period_until: date
    source: str
    funding_year: int
    person_id: UUID | None = None
    amount: int | None = None
    quantity: int | None = None
    unit: str = ""


class CodesState(Struct, omit_defaults=True):
    """Causes or needs as last recorded."""

    codes: tuple[str, ...]
    on: date
    note: str = ""


class PlanState(Struct, omit_defaults=True):
    """The plan agreed with this household."""

    goal: str
    steps: tuple[str, ...]
    responsible: str
    on: date
    review_on: date | None = None


class CertificateState(Struct, omit_defaults=True):
    """One certificate. `ended_on` is the first day on which it is not valid, as far as is known,
    `ended_by` a code of `domain.households.certificates.ENDS`."""

    certificate_id: UUID
    number: str
    on: date
    seq: int
    class_: str = msgspec.field(name="class")
    area: str
    rests_on: Document
    signer: str
    ended_on: date | None = None
    ended_by: str = ""
    reason: str = ""
    replaced_by: UUID | None = None


class LowIncomeState(Struct, omit_defaults=True):
    """One recognition of a member as a low-income worker.

    `until` is the first day without it, as far as is known; `ended_by` "withdrawn" or "left".
    """

    person_id: UUID
    since: date
    seq: int
    standard: str
    standard_digest: str
    proposed: str
    override_reason: str = ""
    document: Document | None = None
    survey_id: UUID | None = None
    round_id: UUID | None = None
    comparisons: tuple[e.Comparison, ...] = ()
    reasons: tuple[str, ...] = ()
    until: date | None = None
    ended_by: str = ""
    withdrawn_for: tuple[str, ...] = ()


class Ending(Struct, omit_defaults=True):
    """The end of a household: dissolved for a reason, or merged into another."""

    on: date
    reason: str
    into: UUID | None = None


class HouseholdState(Struct, omit_defaults=True):
    """A household. `version` and `seq` are of the last event folded in, in ledger order;
    `effective_on` is the latest day on which any of them takes effect."""

    household_id: UUID
    number: str
    area: str
    village: str
    residence: str
    head: UUID
    flags: e.Flags
    registered_on: date
    source: str
    version: int
    seq: int
    effective_on: date
    recorded_at: datetime
    address: Personal | None = None
    split_from: UUID | None = None
    members: list[MemberState] = []
    former_members: list[MemberState] = []
    classes: dict[str, Classification] = {}
    newly_escaped_until: date | None = None
    left_poverty: str = ""
    ended: Ending | None = None
    causes: CodesState | None = None
    needs: CodesState | None = None
    plan: PlanState | None = None
    surveys: list[SurveyState] = []
    screenings: list[ScreeningState] = []
    support: list[SupportState] = []
    certificates: list[CertificateState] = []
    low_income: list[LowIncomeState] = []
    forgotten: list[UUID] = []

    @property
    def national_class(self) -> str:
        """The class in the national scope; "" before the first decision."""
        standing = self.classes.get("national")
        return standing.class_ if standing else ""

    def member(self, person_id: UUID) -> MemberState | None:
        """The member of that id, present or past."""
        for member in (*self.members, *self.former_members):
            if member.person_id == person_id:
                return member
        return None


class InEffect(NamedTuple):
    """A household as its events make it in effect order: the record, and the events."""

    record: HouseholdRecord
    ordered: list[LedgerEvent]

    @property
    def seqs(self) -> dict[int, int]:
        """The ledger position of each event, by version."""
        return {row.version: row.seq for row in self.ordered}


def fold(events: Sequence[LedgerEvent]) -> HouseholdState:
    """The household after these events, taken in effect order; an end is final.

    An entry whose withdrawal is among them counts as if it had never been. Raises ValueError if
    the registration is not among them.
    """
    return state_of(in_effect(events))


def in_effect(events: Sequence[LedgerEvent]) -> InEffect:
    """The record that `fold` makes its state from."""
    ordered = in_effect_order(events)
    return InEffect(_record(ordered, withdrawn_versions(events)), ordered)


def state_of(household: InEffect) -> HouseholdState:
    """The state of a household that is folded already."""
    record, ordered = household
    last = max(ordered, key=attrgetter("seq"))
    state = HouseholdState(
        household_id=last.originator_id,
        number=record.number,
        area=record.area,
        village=record.village,
        residence=record.residence,
        head=record.head,
        flags=record.flags,
        registered_on=record.registered_on,
        source=record.source,
        version=max([row.version for row in ordered]),
        seq=last.seq,
        effective_on=max(record.registered_on, ordered[-1].event.effective_on),
        recorded_at=last.event.timestamp,
        address=record.address,
        split_from=record.split_from,
        members=[_member(record, one) for one in record.members.values()],
    )
    if len(ordered) > 1:
        _add_life(state, household)
    return state


def _add_life(state: HouseholdState, household: InEffect) -> None:
    """What came after the registration, as far as there is any of it."""
    record, seqs = household.record, household.seqs
    if record.former:
        state.former_members = [_member(record, one) for one in record.former.values()]
    if record.screenings:
        state.screenings = [_screening(one, seqs) for one in record.screenings]
    if record.surveys:
        state.surveys = [_survey(one, seqs) for one in record.surveys.values()]
    if record.decisions:
        in_force = {one.scope: one for one in record.decisions}
        state.classes = {scope: _class(one, seqs) for scope, one in in_force.items()}
    if record.exits:
        state.left_poverty = record.exits[-1].kind
        state.newly_escaped_until = newly_escaped_until(household)
    if record.causes:
        causes = record.causes[-1]
        state.causes = CodesState(causes.causes, causes.effective_on, causes.note)
    if record.needs:
        needs = record.needs[-1]
        state.needs = CodesState(needs.needs, needs.effective_on, needs.note)
    if record.plans:
        state.plan = _plan(record.plans[-1])
    if record.supports:
        state.support = [_support(one, seqs) for one in record.supports.values()]
    if record.certificates:
        state.certificates = [_certificate(record, one, seqs) for one in
                              record.certificates.values()]  # fmt: skip
    if record.low_income:
        every = [one for each in standings(record).values() for one in each]
        state.low_income = [_low_income(one, seqs) for one in every]
    if record.ended_on is not None:
        state.ended = Ending(record.ended_on, record.ended_how, record.merged_into)
    if record.forgotten:
        state.forgotten = forgotten(household)


def _record(ordered: Sequence[LedgerEvent], withdrawn: dict[int, LedgerEvent]) -> HouseholdRecord:
    record = begin(ordered[0].event)
    for row in ordered[1:]:
        event = cast("e.HouseholdEvent", row.event)
        if withdrawn and (row.version in withdrawn or isinstance(event, e.Withdrawal)):
            continue
        if type(event) is e.Registered:
            raise ValueError("a household is registered once")
        if record.ended_on is None or type(event) is e.PersonForgotten:
            evolve(event, record)
    return record


def begin(event: RecordedEvent) -> HouseholdRecord:
    """The household on its first day. Raises ValueError for another event than a registration."""
    if not isinstance(event, e.Registered):
        raise ValueError("a household's history begins with its registration")
    record = HouseholdRecord()
    record.from_registration(event)
    return record


_in_effect = attrgetter("event.effective_on", "seq")


def in_effect_order(events: Sequence[LedgerEvent]) -> list[LedgerEvent]:
    """The events in the order of (effective_on, seq); the registration always comes first."""
    ordered = sorted(events, key=_in_effect)
    if type(ordered[0].event) is not e.Registered:
        place = next((i for i, row in enumerate(ordered) if type(row.event) is e.Registered), 0)
        ordered.insert(0, ordered.pop(place))
    return ordered


def withdrawn_versions(events: Sequence[LedgerEvent]) -> dict[int, LedgerEvent]:
    """The withdrawals among the events, by the version of the entry that each withdraws."""
    found: dict[int, LedgerEvent] = {}
    for row in events:
        if isinstance(row.event, e.Withdrawal):
            found.setdefault(row.event.withdraws, row)
    return found


def as_of(
    events: Sequence[LedgerEvent], on: date | None, known_at: datetime | None
) -> list[LedgerEvent]:
    """The events that count for a household on a day, as known at a moment, in effect order.

    Empty if it did not exist then, or was not known then. None is "all" on either clock.
    """
    known = [f for f in events if known_at is None or f.event.timestamp <= known_at]
    first = next((f for f in known if isinstance(f.event, e.Registered)), None)
    if first is None or (on is not None and first.event.effective_on > on):
        return []
    return in_effect_order([f for f in known if on is None or f.event.effective_on <= on])


def _member(record: HouseholdRecord, member: e.Member) -> MemberState:
    stay = record.stays[member.person_id][-1]
    return MemberState(
        member.person_id, member.relation, member.private, member.sex, member.birth_year,
        member.ethnicity, member.residence, member.able_to_work, member.meritorious, stay.since,
        stay.joined_by, stay.until, stay.left_by,
    )  # fmt: skip


def _class(event: e.Classified, seqs: dict[int, int]) -> Classification:
    return Classification(
        event.class_, event.class_before, event.movement, event.effective_on,
        seqs[event.originator_version], event.standard, event.standard_digest, event.proposed,
        event.override_reason, event.document, event.survey_id, event.facts, event.comparisons,
        event.reasons,
    )  # fmt: skip


def newly_escaped_until(household: InEffect) -> date | None:
    """Until when it counts as newly escaped; a later decision that lists it again ends that."""
    record = household.record
    if not record.exits:
        return None
    left, seqs = record.exits[-1], household.seqs
    place = left.effective_on, seqs[left.originator_version]
    listed_again = any(
        one.scope == NATIONAL
        and one.class_ in LISTED
        and (one.effective_on, seqs[one.originator_version]) > place
        for one in record.decisions
    )
    return None if listed_again else left.newly_escaped_until


def _plan(event: e.PlanAgreed) -> PlanState:
    return PlanState(
        event.goal, event.steps, event.responsible, event.effective_on, event.review_on
    )


def _survey(event: e.Surveyed, seqs: dict[int, int]) -> SurveyState:
    return SurveyState(
        event.survey_id, event.effective_on, seqs[event.originator_version], event.form,
        event.area_type, event.surveyor, event.score_card, event.income, event.b1, event.b2,
        event.deprived, event.attachments,
    )  # fmt: skip


def _screening(event: e.Screened, seqs: dict[int, int]) -> ScreeningState:
    return ScreeningState(
        event.effective_on, seqs[event.originator_version], event.form, event.outcome,
        event.override_reason,
    )  # fmt: skip


def _support(event: e.SupportGranted, seqs: dict[int, int]) -> SupportState:
    return SupportState(
        event.support_id, event.effective_on, seqs[event.originator_version], event.programme,
        event.benefit, event.period_from, event.period_until, event.source, event.funding_year,
        event.person_id, event.amount, event.quantity, event.unit,
    )  # fmt: skip


def _certificate(
    record: HouseholdRecord, event: e.CertificateIssued, seqs: dict[int, int]
) -> CertificateState:
    valid, end = validity(record, event), record.certificates_ended.get(event.certificate_id)
    return CertificateState(
        event.certificate_id, event.number, event.effective_on, seqs[event.originator_version],
        event.class_, event.area, event.rests_on, event.signer, valid.ended_on, valid.how,
        getattr(end, "reason", ""), getattr(end, "replaced_by", None),
    )  # fmt: skip


def _low_income(one: Standing, seqs: dict[int, int]) -> LowIncomeState:
    event = one.event
    return LowIncomeState(
        event.person_id, one.since, seqs[event.originator_version], event.standard,
        event.standard_digest, event.proposed, event.override_reason, event.document,
        event.survey_id, event.round_id, event.comparisons, event.reasons, one.until, one.ended_by,
        one.reasons,
    )  # fmt: skip


def forgotten(household: InEffect) -> list[UUID]:
    """Those whose personal data was erased, in the order of the days: a set says nothing of it."""
    if not household.record.forgotten:
        return []
    erasures = [row.event for row in household.ordered if type(row.event) is e.PersonForgotten]
    return list(dict.fromkeys(one.person_id for one in erasures))
