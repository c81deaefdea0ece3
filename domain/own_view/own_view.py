"""The own view (trang Hộ của tôi) of one household: its one-time codes and its contests.

    begun -> a code is given -> mistyped, some times -> used, or revoked, or over
          -> a contest is lodged -> answered

One aggregate is of one household, and is made with the first code. Tries are events: tries at
the same moment are counted one after the other, and no count is lost with a process. A wrong try is
recorded only for a right code of a paper and a code that could be used, ten times at most for each
code, so that no stranger makes the record grow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate

from domain import text
from domain.commands.command import CommandContext
from domain.eventstore.personal import Personal
from domain.own_view import events
from domain.own_view.codes import CODE_WAYS, CONTEST_OUTCOMES, CONTEST_SUBJECTS
from domain.own_view.errors import (
    ContestAnswered,
    ContestInRound,
    ContestUnknown,
    NoCodeToRevoke,
    OneTimeCodeExpired,
    OneTimeCodeRevoked,
    OneTimeCodeUsed,
    OwnViewNotOpened,
    TooManyContests,
)
from domain.own_view.limits import Limits

_NAMESPACE = UUID("3d9a6d3c-51c0-5f0b-9b8e-7c0c9a2f4e15")


def own_view_id(household_id: UUID) -> UUID:
    """The id of the own view of a household."""
    return uuid5(_NAMESPACE, str(household_id))


@dataclass(slots=True)
class OneTimeCode:
    """The last code that was given, with the moments of wrong tries."""

    code_id: UUID
    digest: str
    given_on: date
    valid_until: datetime
    wrong: list[datetime] = field(default_factory=list)
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def can_be_used(self, now: datetime, limits: Limits) -> bool:
        """Whether it still opens the page, perhaps after a lock."""
        return (
            self.used_at is None
            and self.revoked_at is None
            and now < self.valid_until
            and len(self.wrong) < limits.most_tries
        )

    def is_compared(self, now: datetime, limits: Limits) -> bool:
        """Whether a try is looked at: no lock runs, and not too many tries were wrong."""
        locked_until = limits.locked_until(self.wrong)
        locked = locked_until is not None and now < locked_until
        return not locked and len(self.wrong) < limits.most_tries


@dataclass(slots=True)
class Contest:
    """A contest of the household; one that is a grievance is answered in its round."""

    contest_id: UUID
    about: str
    lodged_on: date
    text: Personal
    case_id: UUID | None
    round_id: UUID | None
    grievance_id: UUID | None
    due_on: date | None
    answered_on: date | None = None
    outcome: str = ""
    answer: Personal | None = None

    @property
    def waits(self) -> bool:
        """Whether the office has still to answer it itself."""
        return self.answered_on is None and self.grievance_id is None


Recorded: TypeAlias = (
    events.Begun
    | events.CodeGiven
    | events.CodeMistyped
    | events.CodeUsed
    | events.CodeRevoked
    | events.ContestLodged
    | events.ContestAnswered
)


class OwnView(Aggregate):
    """The own view of one household."""

    TOPIC = "own_view"
    Event = events.OwnViewEvent  # type: ignore[assignment]

    @classmethod
    def begin(cls, context: CommandContext, household_id: UUID) -> "OwnView":
        """The own view of a household that has none."""
        return cls._create(
            events.Begun,
            id=own_view_id(household_id),
            household_id=household_id,
            timestamp=context.recorded_at,
            effective_on=context.effective_on,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
        )

    def give(
        self,
        context: CommandContext,
        *,
        code_id: UUID,
        digest: str,
        person_id: UUID | None,
        way: str,
        limits: Limits,
    ) -> None:
        """Gives a code in place of any earlier one."""
        text.known("way", way, CODE_WAYS)
        self._record(
            events.CodeGiven,
            context,
            code_id=code_id,
            digest=digest,
            person_id=person_id,
            way=way,
            valid_until=limits.valid_until(context.recorded_at),
        )

    def use(self, context: CommandContext, *, right: bool, limits: Limits) -> bool:
        """Opens the page with the code; False where it is wrong, which is recorded.

        While a lock runs nothing is compared, so that a right code has the same answer as a wrong
        one. That a code is used, revoked or over is said of a right one only.
        """
        code, now = self.code, context.recorded_at
        if code is None or not code.is_compared(now, limits):
            raise OwnViewNotOpened
        if not right:
            if code.can_be_used(now, limits):
                self._record(events.CodeMistyped, context, code_id=code.code_id)
            return False
        if code.used_at is not None:
            raise OneTimeCodeUsed
        if code.revoked_at is not None:
            raise OneTimeCodeRevoked
        if now >= code.valid_until:
            raise OneTimeCodeExpired
        self._record(events.CodeUsed, context, code_id=code.code_id)
        return True

    def revoke(self, context: CommandContext) -> None:
        """Ends the last code and what it opened; one that was revoked stays so."""
        if self.code is None:
            raise NoCodeToRevoke
        if self.code.revoked_at is None:
            self._record(events.CodeRevoked, context, code_id=self.code.code_id)

    def lodge(self, context: CommandContext, contest: Mapping[str, object], limits: Limits) -> None:
        """Takes a contest; `contest` are the fields of its event."""
        text.known("about", str(contest["about"]), CONTEST_SUBJECTS)
        waiting = sum(one.waits for one in self.contests.values())
        if waiting >= limits.most_contests:
            raise TooManyContests(waiting=waiting)
        self._record(events.ContestLodged, context, **contest)

    def answer(
        self, context: CommandContext, contest_id: UUID, outcome: str, said: Personal
    ) -> None:
        """Answers a contest, once."""
        text.known("outcome", outcome, CONTEST_OUTCOMES)
        contest = self.contest(contest_id)
        if contest.grievance_id is not None:
            raise ContestInRound(round_id=contest.round_id)
        if contest.answered_on is not None:
            raise ContestAnswered(answered_on=contest.answered_on)
        self._record(
            events.ContestAnswered, context, contest_id=contest_id, outcome=outcome, text=said
        )

    def contest(self, contest_id: UUID) -> Contest:
        """A contest of the household. Raises ContestUnknown."""
        found = self.contests.get(contest_id)
        if found is None:
            raise ContestUnknown(contest_id=contest_id)
        return found

    @property
    def is_closed(self) -> bool:
        """Whether the office revoked the last code, and with it every page that is open."""
        return self.code is None or self.code.revoked_at is not None

    def when(self, event: Recorded) -> None:
        """Takes over what an event says. Assigns only."""
        match event:
            case events.Begun():
                self.household_id = event.household_id
                self.code: OneTimeCode | None = None
                self.contests: dict[UUID, Contest] = {}
            case events.CodeGiven():
                self.code = OneTimeCode(
                    event.code_id, event.digest, event.effective_on, event.valid_until
                )
            case events.ContestLodged():
                self.contests[event.contest_id] = Contest(
                    event.contest_id, event.about, event.effective_on, event.text, event.case_id,
                    event.round_id, event.grievance_id, event.due_on,
                )  # fmt: skip
            case events.ContestAnswered():
                contest = self.contests[event.contest_id]
                contest.answered_on, contest.outcome = event.effective_on, event.outcome
                contest.answer = event.text
            case _:
                self._change_code(event)

    def _change_code(
        self, event: events.CodeMistyped | events.CodeUsed | events.CodeRevoked
    ) -> None:
        code = self.code
        if code is None or code.code_id != event.code_id:
            return
        match event:
            case events.CodeMistyped():
                code.wrong.append(event.timestamp)
            case events.CodeUsed():
                code.used_at = event.timestamp
            case events.CodeRevoked():
                code.revoked_at = event.timestamp

    def _record(
        self, event: type[events.OwnViewEvent], context: CommandContext, **fields: object
    ) -> None:
        self.trigger_event(
            event,
            timestamp=context.recorded_at,
            effective_on=context.effective_on,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            **fields,
        )
