"""The recorder saves events in one transaction and orders them by the ledger.

A save is one statement, `store.append`, and so one transaction and one round trip. It takes no
lock and sends no NOTIFY. Ids are the ledger's `seq`, known only after commit. Companions are
saved in the same transaction: keyword arguments of `Application.save()`.

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
from typing import Any, TypedDict
from uuid import UUID

import msgspec
import psycopg
from eventsourcing.persistence import Notification, ProgrammingError, StoredEvent
from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation

from domain.commands.claims import Claim, Release
from domain.eventstore.errors import ClaimTaken, CommandRepeated, SubjectKeyExists
from domain.eventstore.mapper import StampedEvent, StampedNotification
from domain.eventstore.personal import SubjectKey
from domain.eventstore.postgres import (
    Connection,
    Pool,
    autocommitting,
    bytea_array,
    date_array,
    integer_array,
    library_errors,
    text_array,
    time_array,
    uuid_array,
)
from domain.eventstore.subscription import LedgerRecorder, PollingSubscription
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


class PostgresRecorder(LedgerRecorder):
    """Appends and reads events. The pool's connections are used in autocommit mode.

    `wait_seconds` is how long an insert may wait, after its commit, to learn the seqs of its own
    events; 0 does not ask at all.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        wait_seconds: float = 0.5,
        sequence_rows: int = 2_000,
        poll_seconds: float = 0.05,
    ) -> None:
        self._pool = pool
        self._wait_seconds = wait_seconds
        self._sequence_rows = sequence_rows
        self._poll_seconds = poll_seconds

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        wait: bool = True,
        tracking: object = None,
        lease: Lease | None = None,
        **alongside: Any,
    ) -> list[int] | None:
        """Saves the events and what goes with them (`Alongside`), all or nothing.

        With `lease` only while that lease is held, which is asked in the same transaction.
        Returns the seqs of the events, or None if there were none, or if `wait` is false, or if
        an older open transaction somewhere held them back longer than `wait_seconds`: they are
        saved all the same. `tracking` is the library's and not used.

        Raises IntegrityError (a version exists already), CommandRepeated, ClaimTaken,
        SubjectKeyExists, Overtaken; OperationalError where the connection was lost, after which
        only the command id can tell whether it was saved.
        """
        also = Alongside(**alongside)
        if not stored_events and not also:
            return None
        with library_errors(), autocommitting(self._pool) as conn:
            last = append(conn, stored_events, also, lease)
            if last is None or not wait or self._wait_seconds <= 0:
                return None
            seq = sequence(conn, last, self._sequence_rows, self._wait_seconds)
        # The events of one save stand side by side, in the order given.
        return None if seq is None else list(range(seq - len(stored_events) + 1, seq + 1))

    def find_command(self, command_id: UUID) -> CommandRecord | None:
        """The command as it was recorded, or None."""
        return self.find_commands([command_id]).get(command_id)

    def find_commands(self, command_ids: Iterable[UUID]) -> dict[UUID, CommandRecord]:
        """Those of the commands that are recorded, by id."""
        with library_errors(), autocommitting(self._pool) as conn:
            return recorded_commands(conn, command_ids)

    def having(self, topic: str, originator_ids: Iterable[UUID]) -> set[UUID]:
        """Those of the aggregates that have an event of this topic."""
        with (
            library_errors(),
            autocommitting(self._pool) as conn,
            conn.cursor(binary=True) as cursor,
        ):
            cursor.execute(
                "select distinct originator_id from store.events"
                " where originator_id = any(%b::uuid[]) and topic = %b",
                [list(originator_ids), topic],
            )
            return {row[0] for row in cursor}

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one aggregate by version, those saved a moment ago included."""
        with (
            library_errors(),
            autocommitting(self._pool) as conn,
            conn.cursor(binary=True) as cursor,
        ):
            cursor.execute(
                "select originator_id, originator_version, topic, state, recorded_at"
                " from store.events where originator_id = %b::uuid"
                + (" and originator_version > %b::integer" if gt is not None else "")
                + (" and originator_version <= %b::integer" if lte is not None else "")
                + f" order by originator_version {'desc' if desc else ''}"
                + (" limit %b::bigint" if limit is not None else ""),
                [originator_id, *(n for n in (gt, lte, limit) if n is not None)],
            )
            return [StampedEvent(*row) for row in cursor.fetchall()]

    def select_histories(self, originator_ids: Iterable[UUID]) -> dict[UUID, list[StampedEvent]]:
        """The events of many aggregates by version, in one query; unknown ids are left out."""
        found: dict[UUID, list[StampedEvent]] = {}
        with (
            library_errors(),
            autocommitting(self._pool) as conn,
            conn.cursor(binary=True) as cursor,
        ):
            cursor.execute(
                "select originator_id, originator_version, topic, state, recorded_at"
                " from store.events where originator_id = any(%b)"
                " order by originator_id, originator_version",
                [uuid_array(originator_ids)],
            )
            for row in cursor:
                found.setdefault(row[0], []).append(StampedEvent(*row))
        return found

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events in ledger order; ids are seqs. Shows only what is in the ledger."""
        first = 1 if start is None else start + (not inclusive_of_start)
        with (
            library_errors(),
            autocommitting(self._pool) as conn,
            conn.cursor(binary=True) as cursor,
        ):
            cursor.execute(
                "select e.originator_id, e.originator_version, e.topic, e.state, l.seq,"
                " e.recorded_at from store.ledger l join store.events e using (position)"
                " where l.seq >= %b::bigint"
                + (" and l.seq <= %b::bigint" if stop is not None else "")
                + (" and e.topic = any(%b::text[])" if topics else "")
                + " order by l.seq limit %b::bigint",
                [
                    first,
                    *([stop] if stop is not None else []),
                    *([list(topics)] if topics else []),
                    limit,
                ],
            )
            return [StampedNotification(*row) for row in cursor.fetchall()]

    def max_notification_id(self) -> int | None:
        """The last seq of the ledger, or None while it is empty."""
        with library_errors(), autocommitting(self._pool) as conn:
            row = conn.execute("select max(seq) from store.ledger").fetchone()
            return row[0] if row else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PollingSubscription:
        """Iterates over events after `gt`, those to come included, until it is stopped."""
        return PollingSubscription(self, gt, topics, poll_seconds=self._poll_seconds)

    def extend_ledger(self) -> int:
        """Takes settled events into the ledger; returns how many (one batch)."""
        with library_errors(), autocommitting(self._pool) as conn:
            row = conn.execute("select store.extend_ledger(%b)", [self._sequence_rows]).fetchone()
            return row[0] if row else 0


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
