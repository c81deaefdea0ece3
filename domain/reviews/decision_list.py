"""The list of a decision: which households it names, with their classes, and what holds it up.

It is worked out from the round and from the households' own records, each time anew: for the reader
before the signature, and again when it is signed. Its digest says that both saw the same.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from domain.households.household import Household
from domain.households.movements import exit_kind
from domain.reviews.errors import (
    ConsultationOutdated,
    DuplicateUnsettled,
    GrievanceOpen,
    HouseholdsGone,
    PostingCutShort,
    VoteUnderShare,
)
from domain.reviews.events import DecidedHousehold, HouseholdResult
from domain.reviews.handler import RoundServices
from domain.reviews.round import ReviewedHousehold, RoundRecord
from domain.reviews.steps import (
    CONSULTATION,
    DECISION,
    DONE,
    EXIT,
    LISTED,
    POSTING,
    REVERIFICATION,
    RoundProcedure,
    decision_kind,
    named,
)


@dataclass(frozen=True, slots=True)
class DecisionEntry:
    """One household of a decision, and what a reader wants to know of its result."""

    reviewed: ReviewedHousehold
    result: HouseholdResult
    class_before: str
    class_: str
    override_reason: str
    marked: bool

    @property
    def loses(self) -> str:
        """The kind of exit by which the household loses a status, "" if it loses none."""
        return exit_kind(self.class_before, self.class_)

    def decided(self) -> DecidedHousehold:
        """The household as the decision names it."""
        return DecidedHousehold(
            self.reviewed.household, self.result.survey_id, self.class_before, self.class_
        )


@dataclass(frozen=True, slots=True)
class DecisionList:
    """The list of one decision on a day.

    `listed` counts the households of the commune's list as they were before any decision of the
    round on this list. `removed_before` are those that earlier ones took off it.
    """

    round_id: UUID
    list_code: str
    kind: str
    standard_digest: str
    entries: tuple[DecisionEntry, ...]
    also_named: tuple[UUID, ...]
    listed: int
    removed_before: int = 0

    @property
    def removed(self) -> list[DecisionEntry]:
        """The entries that leave the list by it."""
        return [
            one for one in self.entries if one.class_before in LISTED and one.class_ not in LISTED
        ]

    @property
    def removed_by_round(self) -> int:
        """The number that the round takes off the list with this decision; 0 if it takes none."""
        return len(self.removed) + self.removed_before if self.removed else 0

    @property
    def marked(self) -> tuple[UUID, ...]:
        """The households with a protected mark that leave the list by it."""
        return tuple(one.reviewed.household for one in self.removed if one.marked)

    @property
    def digest(self) -> str:
        """SHA-256 hex of what is signed: the households with survey, vote and classes, by id."""
        content = {
            "round": str(self.round_id),
            "list": self.list_code,
            "kind": self.kind,
            "standard": self.standard_digest,
            "households": [
                [
                    str(one.reviewed.household),
                    str(one.result.survey_id),
                    one.result.attempt,
                    one.result.votes_for,
                    one.reviewed.attendance,
                    one.class_before,
                    one.class_,
                    one.override_reason,
                ]
                for one in self.entries
            ],
            "also_named": [str(one) for one in self.also_named],
        }
        return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def decision_list(
    round_: RoundRecord,
    id_: UUID,
    services: RoundServices,
    found: Mapping[UUID, Household],
    *,
    list_code: str,
    kind: str,
    on: date,
    chosen: Iterable[UUID] | None = None,
    current_list: int | None = None,
) -> DecisionList:
    """The list of a decision of a kind on a day, of the households that wait for one.

    `found` are the households of the round; `chosen` keeps some of those that wait for a decision.
    `current_list` is how many are on the commune's list, where the round does not hold them all.
    """
    brake = services.brakes.on(on)
    decided = decided_households(round_, list_code)
    kept = set(chosen) if chosen is not None else None
    entries, also_named, listed = [], [], 0
    for one in sorted(round_.households.values(), key=lambda each: each.household):
        household = found.get(one.household)
        if household is None or one.result is None:
            continue
        before = class_before(household, decided, on)
        listed += before in LISTED
        part = kept is None or one.household in kept or one.household in decided
        if one.refused_on is not None or not part:
            continue
        class_ = one.class_on_list(list_code)
        to_near_poor = exit_kind(before, class_) == "to_near_poor"
        if kind == EXIT and to_near_poor and list_code not in one.also_named:
            also_named.append(one.household)
        its_kind = decision_kind(round_.track, one.kind, before, class_)
        if its_kind != kind or list_code in one.decided:
            continue
        why = next(
            each.override_reason for each in one.result.proposed if each.list_code == list_code
        )
        entries.append(
            DecisionEntry(one, one.result, before, class_, why, brake.protects(household))
        )
    return DecisionList(
        id_,
        list_code,
        kind,
        round_.lists[list_code].standard_digest,
        tuple(entries),
        tuple(also_named),
        listed if current_list is None else current_list,
        sum(one.class_before in LISTED and one.class_ not in LISTED for one in decided.values()),
    )


def decided_households(round_: RoundRecord, list_code: str) -> dict[UUID, DecidedHousehold]:
    """The households that the decisions of the round on a list name, as they name them."""
    return {
        one.household: one
        for decision in round_.decisions
        if decision.list_code == list_code
        for one in decision.households
    }


def class_before(household: Household, decided: Mapping[UUID, DecidedHousehold], on: date) -> str:
    """The class of a household before the round decided on it, or else before a day."""
    known = decided.get(household.id)
    return known.class_before if known else household.class_before(on)


def whole_digest(round_: RoundRecord, id_: UUID, list_code: str) -> str:
    """SHA-256 hex of a list of the round as it is reported: every household with its result."""
    content = [
        str(id_),
        list_code,
        sorted(
            [str(one.household), str(one.result.survey_id), one.class_on_list(list_code)]
            for one in round_.households.values()
            if one.result is not None
        ),
    ]
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def require_ready(
    round_: RoundRecord,
    procedure: RoundProcedure,
    households: Sequence[ReviewedHousehold],
    on: date,
) -> None:
    """Refuses a list while a household of it has a step before the decision.

    Raises GrievanceOpen, VoteUnderShare, StepOutOfOrder, PostingCutShort.
    """
    require_no_grievance(procedure, households)
    under = [one for one in households if one.sent_back]
    if under:
        raise VoteUnderShare(step="meeting", source=procedure.source("meeting"), **_named(under))
    waiting = [one for one in households if procedure.next_step(one) not in (DECISION, DONE)]
    if waiting:
        raise procedure.out_of_order(DECISION, waiting)
    running = [one for one in households if one.until is not None and on <= one.until]
    if running:
        raise PostingCutShort(
            step=POSTING,
            source=procedure.source(POSTING),
            last_day=max(one.until for one in running if one.until is not None),
            day=on,
            **_named(running),
        )


def require_no_grievance(
    procedure: RoundProcedure, households: Sequence[ReviewedHousehold]
) -> None:
    """GrievanceOpen where some have a grievance that waits for its re-verification."""
    open_ = [one for one in households if one.has_open_grievance]
    if open_:
        raise GrievanceOpen(step=REVERIFICATION, source=procedure.source(POSTING), **_named(open_))


def require_as_reported(round_: RoundRecord, procedure: RoundProcedure, list_code: str) -> None:
    """ConsultationOutdated where the list is another one than the level above was asked about."""
    changed = round_.changed_since_report(list_code)
    if changed:
        known = round_.consultations[list_code]
        raise ConsultationOutdated(
            step=CONSULTATION,
            source=procedure.source(CONSULTATION),
            to=known.to,
            sent_on=known.sent_on,
            **named(changed),
        )


def require_there(
    round_: RoundRecord,
    services: RoundServices,
    found: Mapping[UUID, Household],
    households: Sequence[ReviewedHousehold],
    on: date,
) -> None:
    """HouseholdsGone where some moved away from the commune or have ended."""
    gone = [
        one
        for one in households
        if one.household not in found
        or not services.lives_there(found[one.household], round_.area, on)
    ]
    if gone:
        raise HouseholdsGone(area=round_.area, **_named(gone))


def require_settled(services: RoundServices, households: Sequence[ReviewedHousehold]) -> None:
    """DuplicateUnsettled where some have an unsettled duplicate.

    No legal text orders it: a household that may be on record twice must not be decided on twice.
    """
    unsettled = services.unsettled([one.household for one in households])
    if unsettled:
        raise DuplicateUnsettled(step=DECISION, **named(sorted(unsettled)))


def _named(households: Sequence[ReviewedHousehold]) -> dict[str, object]:
    return named(one.household for one in households)
