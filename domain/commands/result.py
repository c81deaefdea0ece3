"""Results of a command: what it wants saved, what the save did, what the caller is answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from eventsourcing.domain import BaseAggregate

from domain.commands.claims import Claim, Release
from domain.errors import Refusal
from domain.eventstore.personal import Sealer


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
