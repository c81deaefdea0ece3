"""The steps of a round by its procedure: which one comes next, who takes it, within which days.

Everything here is read from the version of the procedure that the round was opened under. A refusal
names the step and the legal text that orders it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from domain.calendar import due
from domain.commands.command import CommandContext
from domain.reviews.errors import (
    MOST_NAMED,
    HouseholdNotInRound,
    HouseholdTwice,
    StepNotInTrack,
    StepOfAnotherRole,
    StepOutOfOrder,
    StepTooEarly,
)
from domain.reviews.procedure import Limit, Procedure, Procedures, Step, Track
from domain.reviews.round import ReviewedHousehold, RoundRecord

PERIODIC, ON_DEMAND, AVERAGE, LOW_INCOME = "periodic", "on_demand", "average", "low_income"
ENTRY, EXIT, RECOGNITION = "entry", "exit", "recognition"
LISTING, SURVEY, MEETING, POSTING = "listing", "survey", "meeting", "posting"
CONSULTATION, DECISION = "consultation", "decision"
REVERIFICATION, REPOSTING = "reverification", "reposting"
DONE = ""
"""What `next_step` answers of a household that has its decision or its refusal."""

_TRACKS = {PERIODIC: "periodic", AVERAGE: "farm_average", LOW_INCOME: "low_income_worker"}
_RECOGNISED = {AVERAGE: ("average",)}
LISTED = ("poor", "near_poor")

# The roles of accounts that act for an office of the procedure. The level of the district is gone:
# the province enters what it answered.
ROLES_OF = {
    "commune_chairman": ("chairman",),
    "province_chairman": ("province_officer",),
    "district_chairman": ("province_officer",),
}


def track_code(track: str, kind: str) -> str:
    """The code in the procedure of a round's track; on demand, by the kind of the request."""
    return _TRACKS.get(track) or f"on_demand_{kind or ENTRY}"


def recognised_classes(track: str) -> tuple[str, ...]:
    """The classes that a recognition of this track gives."""
    return _RECOGNISED.get(track, LISTED)


def decision_kind(track: str, kind: str, class_before: str, class_: str) -> str:
    """The decision that a result belongs to: "recognition", "exit", or "" where it gives nothing.

    A recognition is of the households that have the class afterwards, an exit of those that leave
    the list. A request for exit whose result is the class of before gives nothing. On the track of
    low-income workers no household has a class.
    """
    if track == LOW_INCOME:
        return ""
    if class_ in recognised_classes(track):
        return "" if kind == EXIT and class_ == class_before else RECOGNITION
    return EXIT if class_before in LISTED else ""


class RoundProcedure:
    """The procedure of one round: its version, and its tracks on the day of opening."""

    def __init__(self, round_: RoundRecord, procedures: Procedures) -> None:
        self._round = round_
        self.version = version_of(procedures, round_.procedure)

    def track(self, kind: str = "") -> Track:
        """The track of a household, by the kind of its request."""
        return self.version.track(track_code(self._round.track, kind), self._round.opened_on)

    def has(self, step: str, kind: str = "") -> bool:
        """Whether the track has a step."""
        return any(one.code == step for one in self.track(kind).steps)

    def step(self, code: str, kind: str = "") -> Step:
        """The step of the track. Raises StepNotInTrack."""
        track = self.track(kind)
        for one in track.steps:
            if one.code == code:
                return one
        raise StepNotInTrack(
            step=code, source=track.steps[0].source, track=track.code, procedure=self.version.id
        )

    def source(self, code: str, kind: str = "") -> str:
        """The legal text that orders a step; "" where the track has no such step."""
        return next((one.source for one in self.track(kind).steps if one.code == code), "")

    def limit(self, code: str, kind: str = "") -> Limit | None:
        """A time limit of the track; None where there is none."""
        return next((one for one in self.track(kind).limits if one.code == code), None)

    def last_day(self, code: str, begins_on: date, kind: str = "") -> date | None:
        """The last day of a time limit, the later one where texts disagree; None if not known."""
        limit = self.limit(code, kind)
        return max((due(begins_on, one) for one in limit.readings), default=None) if limit else None

    def is_reposted(self, kind: str) -> bool:
        """Whether the procedure is known to post the result of a re-verification again."""
        limit = self.limit(REPOSTING, kind)
        return limit is not None and limit.days is not None

    def next_step(self, one: ReviewedHousehold) -> str:
        """The step that a household waits for; DONE after its decisions or its refusal."""
        if one.refused_on is not None or self._is_decided(one):
            return DONE
        if one.has_open_grievance:
            return REVERIFICATION
        if one.result is None or one.sent_back:
            return MEETING if self.has(MEETING, one.kind) else SURVEY
        if one.posted_on is None:
            return POSTING
        if one.to_be_reposted and self.is_reposted(one.kind):
            return REPOSTING
        return DECISION

    def _is_decided(self, one: ReviewedHousehold) -> bool:
        """Whether it has every decision that its result leads to, and at least one."""
        return bool(one.decided) and all(
            code in one.decided
            or not decision_kind(
                self._round.track, one.kind, one.class_before, one.class_on_list(code)
            )
            for code in self._round.lists
        )

    def require_role(self, step: str, office: str, context: CommandContext) -> None:
        """StepOfAnotherRole unless the account's role acts for the office of the procedure."""
        roles = ROLES_OF.get(office, ())
        if context.actor.role not in roles:
            raise StepOfAnotherRole(
                step=step, source=self.source(step), role=context.actor.role, roles=roles
            )

    def out_of_order(self, step: str, waiting: Sequence[ReviewedHousehold]) -> StepOutOfOrder:
        """The refusal of a step that some households have not come to."""
        return StepOutOfOrder(
            step=step,
            source=self.source(step, waiting[0].kind),
            before=self.next_step(waiting[0]) or "nothing",
            **named(one.household for one in waiting),
        )

    def require_not_before(self, step: str, context: CommandContext, day: date | None) -> None:
        """StepTooEarly for a step before the day of what it follows."""
        if day is not None and context.effective_on < day:
            raise StepTooEarly(
                step=step,
                source=self.source(step),
                effective_on=context.effective_on,
                not_before=day,
            )


def version_of(procedures: Procedures, id_: str) -> Procedure:
    """The version of an id; files of versions are never removed."""
    return next(one for one in procedures if one.id == id_)


def named(ids: Iterable[UUID]) -> dict[str, object]:
    """Households as values of a refusal: their number, and the ids of the first ones."""
    every = sorted(str(one) for one in ids)
    return {"count": len(every), "households": every[:MOST_NAMED]}


def require_listed(round_: RoundRecord, ids: Sequence[UUID]) -> list[ReviewedHousehold]:
    """The households of the round with these ids. Raises HouseholdTwice, HouseholdNotInRound."""
    if len(set(ids)) < len(ids):
        raise HouseholdTwice(**named({one for one in ids if ids.count(one) > 1}))
    missing = [one for one in ids if one not in round_.households]
    if missing:
        raise HouseholdNotInRound(**named(missing))
    return [round_.households[one] for one in ids]
