"""What goes into one save beside the events, and what a caller gets back."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Claim:
    """One key wanted by one holder from a day on.

    `key` is made by `domain.commands.claims`. The key is free if nobody holds it, if its last
    holder let it go on or before `since`, or if `holder` has it already.
    """

    key: bytes
    holder: UUID
    since: date


@dataclass(frozen=True, slots=True)
class Release:
    """A holder lets a key go: `until` is the first day without it. None forgets the row."""

    key: bytes
    holder: UUID
    until: date | None


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What a save did: the last version of each aggregate, and the ledger position if known.

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
    the ids of the persons it brought in, in the order given. `notes` are codes of
    `domain.households.identity.NOTES` that a person should look at; nothing was refused. Of a
    decision of a list they name identity numbers not taken: "papers/INDEX/" and why.
    """

    household_id: UUID
    version: int
    seq: int | None = None
    repeated: bool = False
    created: UUID | None = None
    persons: tuple[UUID, ...] = ()
    notes: tuple[str, ...] = ()
