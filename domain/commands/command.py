"""Commands: frozen values that say what a caller wants recorded, and what comes of it.

    Command, CommandContext -> CommandResult -> SaveResult -> Outcome
    what, and its            what it wants     what the       what the caller
    circumstances            saved             save did       is answered

A command is a frozen dataclass of its capability. Its fingerprint is made of its fields and is
stored with its answer, so that a repeat of it is recognised for ever: a field that is added later
is `field(default=None, metadata=IF_GIVEN)`, and no field that is there is renamed, reordered or
retyped. `tests/domain/commands/fingerprints.json` holds an example of every command.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from eventsourcing.domain import BaseAggregate

from domain.calendar import day_of
from domain.commands.claims import Claim, Release
from domain.errors import Refusal
from domain.eventstore.personal import Sealer


@dataclass(frozen=True, slots=True)
class Actor:
    """The account that acted, with the role and office held at that moment.

    `area` is the unit id ("CODE@YYYY-MM-DD") the role was held in; "" is the whole country.
    `account` is a login name, never a person's name.
    """

    account: str
    role: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The paper that an event rests on: a decision, a request, minutes, a resolution."""

    number: str
    signed_on: date | None = None
    signer: str = ""


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The circumstances of one command, which its events repeat.

    `effective_on` is when it was so, `recorded_at` (UTC) when we learnt it.
    """

    effective_on: date
    actor: Actor
    command_id: UUID
    recorded_at: datetime
    document: Document | None = None

    @property
    def recorded_on(self) -> date:
        """The day of recording in Việt Nam."""
        return day_of(self.recorded_at)


@dataclass(slots=True)
class CommandResult:
    """The result of a command: what it wants saved in one transaction, and its answer.

    The outcome is about the aggregate `about`; `others` are saved with it. `sealers` made new
    keys of persons, `known` are persons who had one; the keys of `forget` are destroyed.
    `id_taken` is the refusal where an aggregate with the id of a new one exists. A result that
    changes nothing is recorded all the same, as the command was answered, unless
    `recorded_unchanged` is false.
    """

    about: BaseAggregate[UUID]
    others: Sequence[BaseAggregate[UUID]] = ()
    claims: list[Claim] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    sealers: list[Sealer] = field(default_factory=list)
    known: tuple[UUID, ...] = ()
    forget: list[UUID] = field(default_factory=list)
    created: UUID | None = None
    persons: tuple[UUID, ...] = ()
    notes: tuple[str, ...] = ()
    id_taken: Refusal | None = None
    recorded_unchanged: bool = True

    @property
    def aggregates(self) -> tuple[BaseAggregate[UUID], ...]:
        """All aggregates to be saved."""
        return (self.about, *self.others)

    @property
    def newcomers(self) -> list[BaseAggregate[UUID]]:
        """The aggregates that did not exist before."""
        return [one for one in self.aggregates if one.version == len(one.pending_events)]

    def changes_nothing(self) -> bool:
        """Whether no aggregate has anything to save."""
        return not any(one.pending_events for one in self.aggregates)


@dataclass(frozen=True, slots=True)
class SaveResult:
    """The result of a save: the last version of each aggregate, and the ledger position if known.

    `answer` is what the command answered when it was first done: on a repeat the stored one.
    """

    seq: int | None
    versions: dict[UUID, int]
    answer: dict[str, object]
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a command about one aggregate.

    `seq` is the ledger position of its last event where it is already known; `repeated` says
    that this command id was answered before and nothing was recorded now. `created` is the id
    of what the command made: the new household of a split, a survey, a support. `persons` are
    the ids of the persons it brought in, in the order given. `notes` are codes of what a person
    should look at; nothing was refused.
    """

    aggregate_id: UUID
    version: int
    seq: int | None = None
    repeated: bool = False
    created: UUID | None = None
    persons: tuple[UUID, ...] = ()
    notes: tuple[str, ...] = ()


O_co = TypeVar("O_co", bound=Outcome, covariant=True)
LEFT_OUT: Mapping[str, str] = {"fingerprint": "left out"}
"""Metadata of a field that a repeat may give otherwise."""
IF_GIVEN: Mapping[str, str] = {"fingerprint": "if given"}
"""Metadata of a field that is part of the fingerprint where it is not None."""


class Fingerprinted:
    """A value that is part of a fingerprint in another shape than its own."""

    __slots__ = ()

    def fingerprint(self) -> object:
        """The value as the fingerprint holds it. Overridden by every such value."""
        raise TypeError(f"{type(self).__name__} has no fingerprint")


class Command(Generic[O_co]):
    """One command. `NAME` is stored in the fingerprint and never changes.

    `FINGERPRINT_NAMES` are the names of fields in it where they are others. `UNDATED` commands
    take no effective date of their own: a repeat on another day is the same command. A command
    that is not `ANSWERED_AGAIN` looks itself whether it was recorded before.
    """

    __slots__ = ()
    NAME: ClassVar[str]
    FINGERPRINT_NAMES: ClassVar[Mapping[str, str]] = {}
    UNDATED: ClassVar[bool] = False
    ANSWERED_AGAIN: ClassVar[bool] = True

    def arguments(self) -> dict[str, object]:
        """The values that the fingerprint is made of, by name."""
        mine: Any = self
        found: dict[str, object] = {}
        for one in fields(mine):
            value = getattr(self, one.name)
            rule = one.metadata.get("fingerprint")
            if rule == "left out" or (rule == "if given" and value is None):
                continue
            found[self.FINGERPRINT_NAMES.get(one.name, one.name)] = _shape(value)
        return found


def _shape(value: object) -> object:
    if isinstance(value, Fingerprinted):
        return value.fingerprint()
    if isinstance(value, Mapping):
        return {str(key): of for key, of in value.items()}
    return value
