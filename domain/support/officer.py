"""An officer (công chức) of poverty reduction works in a unit and is trained by activities.

    entered -> trained, any number of times -> moved to another unit -> left
            -> the name is erased, at any time (officer_erasure)

An officer is an account or a named person; a name is sealed under the officer's own key. The number
of officers of a unit is dated data of its own: it is what the share of trained officers is of.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, TypeAlias
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, AggregateCreated

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.commands.runner import require_version
from domain.eventstore.mapper import register_events
from domain.eventstore.personal import Personal
from domain.support.activity import Activity
from domain.support.errors import (
    ActivityNotHeld,
    ActivityUnknown,
    ActivityYearInvalid,
    SupportEffectiveInFuture,
)
from domain.support.event import SupportEvent, circumstances, require_paper
from domain.support.handler import SupportCommand, SupportServices
from domain.support.office_errors import (
    OfficerCountInvalid,
    OfficerExists,
    OfficerInvalid,
    OfficerNotThere,
    OfficersMissing,
    OfficerUnknown,
    TrainingOfOthers,
    TrainingUnknown,
)

MOST_OFFICERS = 1_000_000
MOST_TRAINED = 500
_NAMESPACE = UUID("f2a3b6f4-9a34-5d2f-a3d5-64f7e2f0b6a1")


def officer_count_id(area: str) -> UUID:
    """The id of the numbers of officers of a unit."""
    return uuid5(_NAMESPACE, f"officer_count:{area}")


def officer_id(account: str) -> UUID:
    """The id of the officer who has an account."""
    return uuid5(_NAMESPACE, f"officer:{account}")


class OfficerEvent(SupportEvent):
    """A fact about one officer."""

    TOPIC: ClassVar[str] = "officer.event"


class OfficerEntered(OfficerEvent, AggregateCreated):
    """An officer works in the unit: an account, or a person whose name is sealed."""

    TOPIC = "officer.entered:1"

    area: str
    account: str
    private: Personal | None


class OfficerTrained(OfficerEvent):
    """The officer took part in a training."""

    TOPIC = "officer.trained:1"

    activity_id: UUID


class TrainingWithdrawn(OfficerEvent):
    """The officer did not take part in that training; the entry was an error."""

    TOPIC = "officer.training_withdrawn:1"

    activity_id: UUID
    reason: str


class OfficerMoved(OfficerEvent):
    """The officer works in another unit, or again in one."""

    TOPIC = "officer.moved:1"

    area: str


class OfficerLeft(OfficerEvent):
    """The officer does this work no more; the effective date is the last day."""

    TOPIC = "officer.left:1"


class OfficerForgotten(OfficerEvent):
    """The key of a named officer was destroyed on a legal basis; the record has no name now."""

    TOPIC = "officer.forgotten:1"

    legal_basis: str


class OfficerCountEvent(SupportEvent):
    """A fact about the number of officers of a unit."""

    TOPIC: ClassVar[str] = "officer_count.event"


class OfficersCounted(OfficerCountEvent, AggregateCreated):
    """So many officers work in the unit, from the effective date on."""

    TOPIC = "officer_count.counted:1"

    area: str
    officers: int


class OfficersCountedAnew(OfficerCountEvent):
    """So many officers work in the unit from the effective date on; of one day the last counts."""

    TOPIC = "officer_count.counted_anew:1"

    officers: int


EVENTS = (
    OfficerEntered, OfficerTrained, TrainingWithdrawn, OfficerMoved, OfficerLeft, OfficerForgotten,
)  # fmt: skip
COUNT_EVENTS = (OfficersCounted, OfficersCountedAnew)
register_events(EVENTS)
register_events(COUNT_EVENTS)
Recorded: TypeAlias = (
    OfficerEntered
    | OfficerTrained
    | TrainingWithdrawn
    | OfficerMoved
    | OfficerLeft
    | OfficerForgotten
)


@dataclass(frozen=True, slots=True)
class EnterOfficer(SupportCommand):
    """An officer is entered by the account or by the name; `created` is the id.

    Refused: OfficerInvalid unless one of the two is given, OfficerExists.
    """

    NAME: ClassVar[str] = "officer.enter"
    area: str
    account: str = ""
    name: str = ""

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The new officer."""
        _check_day(context)
        area = services.directory.resolved(self.area, context.effective_on)
        account = text.clean("account", self.account, text.CODE)
        name = text.clean("name", self.name)
        if bool(account) == bool(name):
            raise OfficerInvalid(account=account)
        id_ = officer_id(account) if account else uuid5(context.command_id, "officer")
        known = services.find(Officer, id_)
        if known is not None:
            raise OfficerExists(officer=known.id, area=known.area)
        sealer = services.keyring.sealer(fresh=[id_]) if name else None
        private = sealer.seal(id_, {"name": name}) if sealer else None
        officer = Officer.enter(context, id_, area, account, private)
        return CommandResult(
            officer,
            sealers=[sealer] if sealer else [],
            created=officer.id,
            id_taken=OfficerExists(officer=id_),
        )


@dataclass(frozen=True, slots=True)
class MoveOfficer(SupportCommand):
    """An officer works in another unit; the same unit again is nothing."""

    NAME: ClassVar[str] = "officer.move"
    officer_id: UUID
    area: str

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The officer, moved."""
        officer = find_officer(services, self.officer_id, expected_version)
        officer.move(context, services.directory.resolved(self.area, context.effective_on))
        return CommandResult(officer)


@dataclass(frozen=True, slots=True)
class LeaveOfficer(SupportCommand):
    """An officer does this work no more; a second time is nothing."""

    NAME: ClassVar[str] = "officer.leave"
    officer_id: UUID

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The officer with the last day."""
        officer = find_officer(services, self.officer_id, expected_version)
        officer.leave(context)
        return CommandResult(officer)


@dataclass(frozen=True, slots=True)
class RecordTraining(SupportCommand):
    """Officers took part in a training; those who are recorded already stay as they are.

    Refused: OfficersMissing, ActivityUnknown, TrainingOfOthers where the activity trains others,
    ActivityNotHeld, ActivityYearInvalid, OfficerUnknown, OfficerNotThere.
    """

    NAME: ClassVar[str] = "officer.train"
    activity_id: UUID
    officers: tuple[UUID, ...]

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """All officers of the training, or none."""
        if not 0 < len(set(self.officers)) <= MOST_TRAINED:
            raise OfficersMissing(at_most=MOST_TRAINED)
        activity = services.find(Activity, self.activity_id)
        if activity is None:
            raise ActivityUnknown(activity=self.activity_id)
        if activity.kind != "officer_training":
            raise TrainingOfOthers(activity=activity.id)
        if activity.held_on is None:
            raise ActivityNotHeld(activity=activity.id)
        if context.effective_on.year != activity.year:
            raise ActivityYearInvalid(year=activity.year, effective_on=context.effective_on)
        trained = [find_officer(services, one, None) for one in dict.fromkeys(self.officers)]
        for one in trained:
            if not services.directory.covers(activity.area, one.area, context.effective_on):
                raise OfficerNotThere(officer=one.id, area=activity.area)
            one.train(context, activity.id)
        changed = [one for one in trained if one.pending_events] or trained[:1]
        return CommandResult(changed[0], others=changed[1:], recorded_unchanged=False)


@dataclass(frozen=True, slots=True)
class WithdrawTraining(SupportCommand):
    """A training recorded by error counts no more for an officer. Refused: TrainingUnknown."""

    NAME: ClassVar[str] = "officer.withdraw_training"
    officer_id: UUID
    activity_id: UUID
    reason: str

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The officer without the training."""
        officer = find_officer(services, self.officer_id, expected_version)
        reason = text.required("reason", self.reason, text.NOTE)
        officer.withdraw_training(context, self.activity_id, reason)
        return CommandResult(officer)


@dataclass(frozen=True, slots=True)
class CountOfficers(SupportCommand):
    """The number of officers of a unit, from the effective date on; the same again is nothing."""

    NAME: ClassVar[str] = "officer.count"
    area: str
    officers: int

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The numbers of the unit. Raises OfficerCountInvalid, SupportDocumentMissing."""
        require_paper(context)
        area = services.directory.resolved(self.area, context.effective_on)
        counted = services.find(OfficerCount, officer_count_id(area))
        if counted is None:
            counted = OfficerCount.begin(context, area, self.officers)
        else:
            counted.count(context, self.officers)
        return CommandResult(counted, recorded_unchanged=False)


class Officer(Aggregate):
    """One officer with the trainings taken part in."""

    TOPIC = "officer"
    Event = OfficerEvent  # type: ignore[assignment]

    @classmethod
    def enter(
        cls, context: CommandContext, id_: UUID, area: str, account: str, private: Personal | None
    ) -> "Officer":
        """The officer of a unit."""
        return cls._create(
            OfficerEntered,
            id=id_,
            area=area,
            account=account,
            private=private,
            **circumstances(context),
        )

    def train(self, context: CommandContext, activity_id: UUID) -> None:
        """Records the training; one that is recorded is nothing."""
        _check_day(context)
        if activity_id in self.trainings:
            return
        if context.effective_on < self.entered_on or self._left_before(context.effective_on):
            raise OfficerNotThere(officer=self.id, effective_on=context.effective_on)
        self.trigger_event(OfficerTrained, activity_id=activity_id, **circumstances(context))

    def withdraw_training(self, context: CommandContext, activity_id: UUID, reason: str) -> None:
        """Takes a training back."""
        _check_day(context)
        if activity_id not in self.trainings:
            raise TrainingUnknown(officer=self.id, activity=activity_id)
        self.trigger_event(
            TrainingWithdrawn, activity_id=activity_id, reason=reason, **circumstances(context)
        )

    def move(self, context: CommandContext, area: str) -> None:
        """Moves to another unit, or comes back after having left."""
        _check_day(context)
        if area != self.area or self.left_on is not None:
            self.trigger_event(OfficerMoved, area=area, **circumstances(context))

    def leave(self, context: CommandContext) -> None:
        """Ends the work."""
        _check_day(context)
        if context.effective_on < self.entered_on:
            raise OfficerNotThere(officer=self.id, effective_on=context.effective_on)
        if self.left_on is None:
            self.trigger_event(OfficerLeft, **circumstances(context))

    def forget(self, context: CommandContext, legal_basis: str) -> None:
        """Records that the name is erased; a second time is nothing."""
        _check_day(context)
        if self.forgotten_on is None:
            self.trigger_event(OfficerForgotten, legal_basis=legal_basis, **circumstances(context))

    def _left_before(self, day: date) -> bool:
        return self.left_on is not None and self.left_on < day

    def when(self, event: Recorded) -> None:
        """Takes over the content of an event. Assigns only."""
        match event:
            case OfficerEntered():
                self.area, self.account, self.private = event.area, event.account, event.private
                self.entered_on = event.effective_on
                self.left_on: date | None = None
                self.forgotten_on: date | None = None
                self.trainings: dict[UUID, date] = {}
            case OfficerTrained():
                self.trainings[event.activity_id] = event.effective_on
            case TrainingWithdrawn():
                self.trainings.pop(event.activity_id, None)
            case OfficerMoved():
                self.area, self.left_on = event.area, None
            case OfficerLeft():
                self.left_on = event.effective_on
            case OfficerForgotten():
                self.forgotten_on = event.effective_on


class OfficerCount(Aggregate):
    """The numbers of officers of one unit, each from a day on."""

    TOPIC = "officer_count"
    Event = OfficerCountEvent  # type: ignore[assignment]

    @classmethod
    def begin(cls, context: CommandContext, area: str, officers: int) -> "OfficerCount":
        """The first number of a unit."""
        _check_count(context, officers)
        return cls._create(
            OfficersCounted,
            id=officer_count_id(area),
            area=area,
            officers=officers,
            **circumstances(context),
        )

    def count(self, context: CommandContext, officers: int) -> None:
        """Another number from the effective date on; the same is nothing."""
        _check_count(context, officers)
        if self.counts.get(context.effective_on) != officers:
            self.trigger_event(OfficersCountedAnew, officers=officers, **circumstances(context))

    def when(self, event: OfficersCounted | OfficersCountedAnew) -> None:
        """Takes over the content of an event. Assigns only."""
        if isinstance(event, OfficersCounted):
            self.area = event.area
            self.counts: dict[date, int] = {}
        self.counts[event.effective_on] = event.officers


def _check_day(context: CommandContext) -> None:
    if context.effective_on > context.recorded_on:
        raise SupportEffectiveInFuture(
            effective_on=context.effective_on, recorded_on=context.recorded_on
        )


def _check_count(context: CommandContext, officers: int) -> None:
    _check_day(context)
    if isinstance(officers, bool) or not 0 < officers <= MOST_OFFICERS:
        raise OfficerCountInvalid(officers=officers, at_most=MOST_OFFICERS)


def find_officer(services: SupportServices, id_: UUID, expected_version: int | None) -> Officer:
    """The officer as of now. Raises OfficerUnknown, and where the version is another one."""
    officer = services.find(Officer, id_)
    if officer is None:
        raise OfficerUnknown(officer=id_)
    require_version(officer, expected_version)
    return officer
