"""Saves events and their companions in one statement, then places the events in the ledger.

Both are one statement each on a connection in autocommit mode: a save is one round trip. Companions
are saved in the same transaction as events: keyword arguments of `Application.save()`.

    save(*aggregates, commands=[...], claims=[...], releases=[...], keys=[...], forget=[...],
         match_keys=[...], rematched=[...], wait=True)

`claims` and `releases` are `domain.commands.claims.Claim` and `Release`; `keys` come from a
Sealer; `forget` are the subjects whose keys are destroyed; `match_keys` replace those of the
households `rematched`, and of the persons they name; `wait=False` does not wait for a seq.
"""

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict
from uuid import UUID

import msgspec
import psycopg
from eventsourcing.persistence import ProgrammingError, StoredEvent
from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation

from domain.commands.claims import Claim, Release
from domain.eventstore.errors import ClaimTaken, CommandRepeated, SubjectKeyExists
from domain.eventstore.personal import SubjectKey
from domain.eventstore.postgres import (
    Connection,
    bytea_array,
    date_array,
    integer_array,
    text_array,
    time_array,
    uuid_array,
)
from domain.jobs.leases import HELD, Lease, Overtaken


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


_json = msgspec.json.Encoder()


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
            uuid_array(c.command_id for c in self.commands),
            text_array(c.account for c in self.commands),
            bytea_array(c.digest for c in self.commands),
            text_array(_json.encode(c.answer).decode() for c in self.commands),
            time_array(c.recorded_at for c in self.commands),
            bytea_array(c.key for c in self.claims),
            uuid_array(c.holder for c in self.claims),
            date_array(c.since for c in self.claims),
            bytea_array(r.key for r in self.releases),
            uuid_array(r.holder for r in self.releases),
            date_array(r.until for r in self.releases),
            uuid_array(k.subject for k in self.keys),
            bytea_array(k.wrapped for k in self.keys),
            uuid_array(self.forget),
            bytea_array(one[0] for one in self.match_keys),
            uuid_array(one[1] for one in self.match_keys),
            uuid_array(one[2] for one in self.match_keys),
            uuid_array(self.rematched),
        )


_APPEND = "select store.append(%b, %b, %b, %b, %b)"
_APPEND_ALONGSIDE = f"select store.append({', '.join(['%b'] * 23)})"
_SEQUENCE = "select store.sequence(%b, %b, %b)"
_ATTEMPTS = 3
_CLAIMS_TAKEN = "SC001"


def append(
    conn: Connection,
    events: Sequence[StoredEvent],
    also: Alongside,
    lease: Lease | None = None,
) -> int | None:
    """Saves everything or nothing; returns the position of the last event, None without events.

    With `lease` it is saved only while that lease is held: the same statement looks, and keeps it
    from being taken over until its commit. Where PostgreSQL ends the save to resolve a deadlock,
    it is run again: nothing was left of it.
    Raises ClaimTaken, CommandRepeated, SubjectKeyExists, Overtaken, and psycopg's errors.
    """
    parameters: tuple[bytes, ...] = (
        uuid_array(_uuid(event) for event in events),
        integer_array(event.originator_version for event in events),
        text_array(event.topic for event in events),
        bytea_array(event.state for event in events),
        time_array(_recorded_at(event) for event in events),
    )
    statement = _APPEND
    if also:
        parameters += also.parameters()
        statement = _APPEND_ALONGSIDE
    held: tuple[str, UUID] | tuple[()] = () if lease is None else lease.key
    if held:
        # A volatile function beside "for share" could run before the row is locked.
        statement = f"with held as materialized ({HELD}) {statement} from held"
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            row = conn.execute(statement, [*held, *parameters]).fetchone()
            if row is None:
                raise Overtaken(lease.name if lease else "")
            return None if row[0] is None else int(row[0])
        except (DeadlockDetected, SerializationFailure):
            if attempt == _ATTEMPTS:
                raise
            time.sleep(0.01 * attempt)  # let the other one finish
        except UniqueViolation as error:
            if error.diag.table_name == "commands":
                raise CommandRepeated(_repeated_commands(conn, also)) from None
            if error.diag.table_name == "subject_keys":
                raise SubjectKeyExists(_subjects_with_keys(conn, also)) from None
            raise
        except psycopg.DatabaseError as error:
            if error.sqlstate == _CLAIMS_TAKEN:
                raise ClaimTaken(_taken(error)) from None
            raise
    raise AssertionError("the loop ends by return or raise")


def sequence(conn: Connection, position: int, max_rows: int, wait_seconds: float) -> int | None:
    """The seq of the event at a position; None if it is not known within the time.

    A lost connection is None too: the save before it is committed and must not look failed.
    """
    deadline = time.monotonic() + wait_seconds
    pause = 0.0005
    while (left := deadline - time.monotonic()) > 0:
        try:
            row = conn.execute(_SEQUENCE, [position, max_rows, int(left * 1000)]).fetchone()
        except psycopg.OperationalError:
            return None
        if row and row[0] is not None:
            return int(row[0])
        time.sleep(min(pause, max(deadline - time.monotonic(), 0)))
        pause = min(pause * 2, 0.01)
    return None


def recorded_commands(conn: Connection, command_ids: Iterable[UUID]) -> dict[UUID, CommandRecord]:
    """Those of the commands that are recorded, by id."""
    rows = conn.execute(
        "select command_id, account, digest, answer, recorded_at from store.commands"
        " where command_id = any(%b)",
        [uuid_array(command_ids)],
    )
    return {row[0]: CommandRecord(*row) for row in rows}


def _repeated_commands(conn: Connection, also: Alongside) -> tuple[UUID, ...]:
    times = Counter(command.command_id for command in also.commands)
    known = recorded_commands(conn, times)
    return tuple(id_ for id_ in times if times[id_] > 1 or id_ in known)


def _subjects_with_keys(conn: Connection, also: Alongside) -> tuple[UUID, ...]:
    times = Counter(key.subject for key in also.keys)
    rows = conn.execute(
        "select subject from store.subject_keys where subject = any(%b)",
        [uuid_array(times)],
    )
    known = {row[0] for row in rows}
    return tuple(subject for subject in times if times[subject] > 1 or subject in known)


def _taken(error: psycopg.Error) -> tuple[tuple[bytes, UUID], ...]:
    refused = json.loads(error.diag.message_detail or "[]")
    return tuple((bytes.fromhex(one["key"]), UUID(one["holder"])) for one in refused)


def _uuid(event: StoredEvent) -> UUID:
    if not isinstance(event.originator_id, UUID):
        raise ProgrammingError(f"the id of an aggregate is a UUID, not {event.originator_id!r}")
    return event.originator_id


def _recorded_at(event: StoredEvent) -> datetime:
    at = getattr(event, "recorded_at", None)
    return datetime.now(UTC) if at is None else at
