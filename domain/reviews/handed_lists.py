"""A commune hands lists over after a decision: to the insurance agency, and to the policy bank.

A list is of all households of the commune on a day. It is worked out from the households' own
records, for the reader and again when it is recorded as handed over; its digest says that both saw
the same. What was handed over is kept with each household, so that later changes can be told.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from domain import text
from domain.commands.command import LEFT_OUT, CommandContext, CommandResult
from domain.households.certificates import decision_in_force
from domain.households.codes import LISTED
from domain.households.events import Classified
from domain.households.household import Household
from domain.reviews.codes import HANDED_LISTS, HANDING_MEANS
from domain.reviews.errors import (
    HandedListChanged,
    HandOverBeforeDecision,
    HandOverNotOfTrack,
)
from domain.reviews.events import HandedHousehold, ListHandedOver
from domain.reviews.hand_over_days import hand_over_day
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.round import Round, RoundRecord
from domain.reviews.round_acts import HandedList
from domain.reviews.steps import DONE, PERIODIC, RoundProcedure, named
from domain.standards.standard import NATIONAL

INSURANCE, BANK = "insurance", "bank"
LEFT_BOTH, NEWLY_ESCAPED = "left_both", "newly_escaped"
KINDS = {INSURANCE: (*LISTED, LEFT_BOTH), BANK: (*LISTED, NEWLY_ESCAPED)}
"""The kinds of households on each list, in the order of its sheets."""
HAND_OVER = "hand_over"
TRACKS = (PERIODIC, "on_demand")
"""The tracks whose decisions change the list of the poor and near-poor."""

ADDED, REMOVED, OTHER_KIND, OTHER_LINES = "added", "removed", "other_kind", "other_lines"


@dataclass(frozen=True, slots=True)
class ListNow:
    """A list of a commune on a day, its households by id."""

    handed_list: str
    on: date
    households: tuple[HandedHousehold, ...]

    @property
    def digest(self) -> str:
        """SHA-256 hex of its content: each household with its kind and its lines, by id."""
        content = [
            self.handed_list,
            [[str(one.household), one.kind, one.lines_digest] for one in self.households],
        ]
        return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """A household that is not as it was handed over. A kind is "" where it is not on the list."""

    household: UUID
    kind: str
    before: str
    now: str


def list_now(
    round_: RoundRecord,
    services: RoundServices,
    handed_list: str,
    on: date,
    listed: Iterable[UUID] = (),
) -> ListNow:
    """The list of the commune of a round on a day.

    `listed` are households that may be on it, as a read model knows them; those of the round and
    those of the list handed over last are asked as well.
    """
    return list_of(round_, services, handed_list, on, that_may_be_on(round_, services, listed))


def that_may_be_on(
    round_: RoundRecord, services: RoundServices, listed: Iterable[UUID]
) -> Mapping[UUID, Household]:
    """The households that may be on a list of the commune of a round, from their own records."""
    handed = (its[-1].households for its in round_.handed_lists.values())
    asked = {*listed, *round_.households, *(id_ for every in handed for id_ in every)}
    return services.households(sorted(asked))


def list_of(
    round_: RoundRecord,
    services: RoundServices,
    handed_list: str,
    on: date,
    found: Mapping[UUID, Household],
) -> ListNow:
    """The list of a commune on a day, of households that may be on it."""
    households = [
        HandedHousehold(id_, kind, *_lines(handed_list, one, on))
        for id_, one in sorted(found.items())
        if services.lives_there(one, round_.area, on) and (kind := kind_on(handed_list, one, on))
    ]
    return ListNow(handed_list, on, tuple(households))


def kind_on(handed_list: str, household: Household, on: date) -> str:
    """The kind of a household on a list on a day; "" where it is not on it.

    The insurance agency is told who left poverty and near-poverty at once within the year; the
    bank who counts as newly escaped.
    """
    decided = decision_in_force(household, on)
    if decided is None:
        return ""
    if decided.class_ in LISTED:
        return decided.class_
    if handed_list == INSURANCE:
        left = decided.class_before == "poor" and decided.effective_on.year == on.year
        return LEFT_BOTH if left else ""
    until = _newly_escaped_until(household, on)
    return NEWLY_ESCAPED if until is not None and on <= until else ""


def _newly_escaped_until(household: Household, on: date) -> date | None:
    """Until when it counts as newly escaped, as it is on a day."""
    exits = [one for one in household.exits if one.effective_on <= on]
    if not exits:
        return None
    left = max(exits, key=lambda one: (one.effective_on, one.originator_version))
    place = left.effective_on, left.originator_version

    def lists_again(one: Classified) -> bool:
        later = place < (one.effective_on, one.originator_version)
        return one.scope == NATIONAL and one.class_ in LISTED and later

    decided = (one for one in household.decisions if one.effective_on <= on)
    return None if any(map(lists_again, decided)) else left.newly_escaped_until


def _lines(handed_list: str, household: Household, on: date) -> tuple[int, str]:
    """The number of its members on a day, and the digest of its lines.

    The lines are of all members for the insurance agency, of the head for the bank. Personal data
    is in the digest as it is sealed: a correction changes it, and it tells nothing.
    """
    there = [
        id_ for id_, stays in household.stays.items() if any(stay.covers(on) for stay in stays)
    ]
    persons = sorted(there) if handed_list == INSURANCE else [household.head]
    known = {**household.former, **household.members}
    content: list[list[object]] = [
        [str(id_), known[id_].relation, known[id_].private.sealed]
        for id_ in persons
        if id_ in known
    ]
    content.append([str(household.head), household.village, len(there)])
    return len(there), hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:32]


def last_handed(round_: RoundRecord, handed_list: str) -> HandedList | None:
    """The list as it was handed over last in a round; None where it was not."""
    every = round_.handed_lists.get(handed_list, ())
    return every[-1] if every else None


def differences(sent: Mapping[UUID, HandedHousehold], now: ListNow) -> list[Difference]:
    """The households that are not as they were handed over, each with its difference."""
    here = {one.household: one for one in now.households}
    found = []
    for id_ in sorted({*sent, *here}):
        before, after = sent.get(id_), here.get(id_)
        if before is None or after is None:
            kind = ADDED if before is None else REMOVED
        elif before.kind != after.kind:
            kind = OTHER_KIND
        elif before.lines_digest != after.lines_digest:
            kind = OTHER_LINES
        else:
            continue
        found.append(
            Difference(id_, kind, before.kind if before else "", after.kind if after else "")
        )
    return found


def day_of_list(round_: RoundRecord, on: date) -> date:
    """The day on which a list of a round is looked at: a day, within the year of the round."""
    return min(on, date(round_.year, 12, 31))


@dataclass(frozen=True, slots=True)
class HandOverList(RoundChange):
    """A list was handed over on the effective date, as it is on that day of the round's year.

    `digest` is that of the list that was read. The same list by the same means on the same day is
    nothing new; another one has the next number. It may be recorded after the round is closed.
    Refused: HandOverNotOfTrack, HandOverBeforeDecision, RoundDayInFuture, StepTooEarly before the
    last decision or the list handed over before, HandedListChanged.
    """

    NAME: ClassVar[str] = "review.hand_over_list"
    handed_list: str
    means: str
    digest: str
    listed: tuple[UUID, ...] = field(default=(), metadata=LEFT_OUT)

    def require_open(self, round_: Round, context: CommandContext) -> None:
        """Refuses a day that cannot be; a closed round takes it."""
        round_.require_open(context, after_closing=True)

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult | None:
        """Records the list as handed over."""
        text.known("handed_list", self.handed_list, HANDED_LISTS)
        text.known("means", self.means, HANDING_MEANS)
        procedure, on = services.procedure(round_), context.effective_on
        require_decided(round_, procedure)
        last = last_handed(round_, self.handed_list)
        before = [one.signed_on for one in round_.decisions]
        if last is not None:
            before.append(last.handed_on)
        procedure.require_not_before(HAND_OVER, context, max(before))
        day = day_of_list(round_, on)
        now = list_now(round_, services, self.handed_list, day, self.listed)
        if now.digest != self.digest:
            raise HandedListChanged(step=HAND_OVER, read=self.digest, now=now.digest)
        if last is not None and (last.handed_on, last.means, last.digest) == (
            on, self.means, now.digest,
        ):  # fmt: skip
            return None
        due = hand_over_day(
            services.directory, round_.area, self.handed_list, round_.track, round_.year
        )
        round_.record(
            ListHandedOver,
            context,
            handed_list=self.handed_list,
            number=last.number + 1 if last else 1,
            means=self.means,
            list_digest=now.digest,
            due_on=due.of(round_.year) if due else None,
            households=now.households,
        )
        return None


def require_decided(round_: RoundRecord, procedure: RoundProcedure) -> None:
    """HandOverNotOfTrack, or HandOverBeforeDecision while the decisions are not all signed.

    On the monthly track one decision is enough, as others of the month may follow.
    """
    if round_.track not in TRACKS:
        raise HandOverNotOfTrack(step=HAND_OVER, track=round_.track)
    waiting = []
    if round_.track == PERIODIC:
        every = round_.households.values()
        waiting = [one.household for one in every if procedure.next_step(one) != DONE]
    if waiting or not round_.decisions:
        raise HandOverBeforeDecision(step=HAND_OVER, **named(waiting))
