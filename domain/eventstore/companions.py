"""Companions are saved in the same transaction as events: keyword arguments of
`Application.save()`.

    save(*aggregates, commands=[...], claims=[...], releases=[...], keys=[...], forget=[...],
         match_keys=[...], rematched=[...], wait=True)

`claims` and `releases` are `domain.commands.claims.Claim` and `Release`; `keys` come from a
Sealer; `forget` are the subjects whose keys are destroyed; `match_keys` replace those of the
households `rematched`, and of the persons they name; `wait=False` does not wait for a seq.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict
from uuid import UUID

import msgspec

from domain.commands.claims import Claim, Release
from domain.eventstore import arrays

_json = msgspec.json.Encoder()


class StoredAnswer(TypedDict):
    """The answer of a command as it is stored: the last version of each aggregate by its id, and
    what the handler of the command answered."""

    versions: dict[str, int]
    answer: dict[str, object]


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """One command as it was asked and answered. `digest` names its content, `answer` is JSON."""

    command_id: UUID
    account: str
    digest: bytes
    answer: StoredAnswer
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """The new data key of a subject, wrapped by the master key."""

    subject: UUID
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MatchKeyChange:
    """New match keys (key, person, household), and the households whose keys they replace."""

    keys: Sequence[tuple[bytes, UUID, UUID]] = ()
    rematched: Sequence[UUID] = ()


class Companions(TypedDict, total=False):
    """The keyword arguments of a save, as `Alongside` holds them."""

    commands: Sequence[CommandRecord]
    claims: Sequence[Claim]
    releases: Sequence[Release]
    keys: Sequence[SubjectKey]
    forget: Sequence[UUID]
    match_keys: Sequence[tuple[bytes, UUID, UUID]]
    rematched: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Alongside:
    """All that goes with the events of one save."""

    commands: Sequence[CommandRecord] = ()
    claims: Sequence[Claim] = ()
    releases: Sequence[Release] = ()
    keys: Sequence[SubjectKey] = ()
    forget: Sequence[UUID] = ()
    match_keys: Sequence[tuple[bytes, UUID, UUID]] = ()
    rematched: Sequence[UUID] = ()

    def __bool__(self) -> bool:
        return any(
            (self.commands, self.claims, self.releases, self.keys, self.forget,
             self.match_keys, self.rematched)
        )  # fmt: skip

    def parameters(self) -> tuple[bytes, ...]:
        """The arguments of `store.append` after the events, in its order."""
        return (
            arrays.uuids(c.command_id for c in self.commands),
            arrays.texts(c.account for c in self.commands),
            arrays.byteas(c.digest for c in self.commands),
            arrays.texts(_json.encode(c.answer).decode() for c in self.commands),
            arrays.times(c.recorded_at for c in self.commands),
            arrays.byteas(c.key for c in self.claims),
            arrays.uuids(c.holder for c in self.claims),
            arrays.dates(c.since for c in self.claims),
            arrays.byteas(r.key for r in self.releases),
            arrays.uuids(r.holder for r in self.releases),
            arrays.dates(r.until for r in self.releases),
            arrays.uuids(k.subject for k in self.keys),
            arrays.byteas(k.wrapped for k in self.keys),
            arrays.uuids(self.forget),
            arrays.byteas(one[0] for one in self.match_keys),
            arrays.uuids(one[1] for one in self.match_keys),
            arrays.uuids(one[2] for one in self.match_keys),
            arrays.uuids(self.rematched),
        )
