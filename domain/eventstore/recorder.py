"""The recorder appends events in one transaction and orders them by the ledger.

A save is one statement, `store.append`, and so one transaction and one round trip. It takes no
lock and sends no NOTIFY. Ids are the ledger's `seq`, known only after commit.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent

from domain.eventstore.append import Alongside, CommandRecord, append, recorded_commands, sequence
from domain.eventstore.mapper import StampedEvent, StampedNotification
from domain.eventstore.postgres import Pool, autocommitting, library_errors, uuid_array
from domain.eventstore.subscription import LedgerRecorder, PollingSubscription
from domain.jobs.leases import Lease


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
