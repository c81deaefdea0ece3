"""The ledger orders all events; this module extends it and reads it in batches.

`seq` is 1, 2, 3 ... without a gap. Every function takes an open connection and leaves
transactions to the caller, except `extend`, which appends in short transactions of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import ClassVar, Protocol, TypeAlias, cast
from uuid import UUID

import msgspec
from eventsourcing.persistence import MapperDeserialisationError

from domain.commands.command import Actor, Document
from domain.eventstore.mapper import StateMapper
from domain.eventstore.postgres import Connection, SqlRow, library_errors, uuid_array
from projections.engine.verification import Problem, Report, verify

__all__ = [
    "LedgerEvent",
    "LedgerRow",
    "OldestWriter",
    "Problem",
    "Report",
    "UnreadableEvent",
    "at",
    "event_of",
    "extend",
    "head",
    "histories",
    "histories_of",
    "history",
    "oldest_writer",
    "read",
    "read_rows",
    "recorded",
    "verify",
]

_mapper = StateMapper()
_COLUMNS = (
    "select l.seq, e.originator_id, e.originator_version, e.topic, e.recorded_at, e.state"
    " from store.ledger l join store.events e using (position)"
)
# Each event is looked up by itself: for some thousands of a large ledger, PostgreSQL would rather
# read all events, or begin further processes.
_READ = (
    "select l.seq, e.originator_id, e.originator_version, e.topic, e.recorded_at, e.state"
    " from store.ledger l cross join lateral"
    " (select * from store.events e where e.position = l.position offset 0) e"
    " where l.seq > %b::bigint and l.seq <= %b::bigint order by l.seq"
)
_HISTORIES_OF = (
    "select o.place, l.seq, e.originator_version, e.topic, e.recorded_at, e.state"
    " from unnest(%b::uuid[]) with ordinality as o (id, place)"
    " cross join lateral (select * from store.events e where e.originator_id = o.id offset 0) e"
    " cross join lateral"
    " (select l.seq from store.ledger l where l.position = e.position offset 0) l"
    " where l.seq <= coalesce(%b::bigint, l.seq) order by o.place, l.seq"
)
# No flush: what a crash takes from the ledger's end comes again in the same order.
_EXTEND = "select store.extend_ledger(%s) from set_config('synchronous_commit', 'off', true)"


class RecordedEvent(Protocol):
    """An event of any aggregate, as far as its capability does not matter."""

    TOPIC: ClassVar[str]

    @property
    def originator_id(self) -> UUID:
        """The id of the aggregate."""

    @property
    def originator_version(self) -> int:
        """The version that the aggregate had by this event, from 1."""

    @property
    def timestamp(self) -> datetime:
        """The moment when it was recorded, UTC."""

    @property
    def effective_on(self) -> date:
        """The day since which it was so."""

    @property
    def actor(self) -> Actor:
        """The account that recorded it."""

    @property
    def command_id(self) -> UUID:
        """The command that recorded it."""

    @property
    def document(self) -> Document | None:
        """The document on which it rests."""


class LedgerEvent(msgspec.Struct, frozen=True):
    """One event at its place in the ledger. `recorded_at` is UTC."""

    seq: int
    originator_id: UUID
    version: int
    topic: str
    recorded_at: datetime
    event: RecordedEvent
    unreadable: None = None


class UnreadableEvent(msgspec.Struct, frozen=True):
    """A row of the ledger that cannot be read: of an unknown topic, or in a damaged state.

    `unreadable` says why, without quoting the state. Its aggregate is to be parked.
    """

    seq: int
    originator_id: UUID
    version: int
    topic: str
    recorded_at: datetime
    unreadable: str
    event: None = None


LedgerRow: TypeAlias = LedgerEvent | UnreadableEvent


class OldestWriter(msgspec.Struct, frozen=True):
    """The write transaction, anywhere in the cluster, that holds the ledger back.

    `pid` is None for a prepared transaction. `since` is when it began, None where this role may
    not see it. `held_back` counts committed events of this store that wait behind it.
    """

    pid: int | None
    user: str
    application: str
    since: datetime | None
    held_back: int


def extend(conn: Connection, batch: int = 5_000) -> int:
    """Takes every settled event into the ledger; returns how many were taken.

    Each batch is a transaction of its own, and one statement in autocommit mode, so that web
    processes which want the lock wait some milliseconds at most. Call it outside a transaction.
    Events that an older open transaction holds back are taken by a later call.

    Raises RestoredUnsealed where a dump was restored and not sealed.
    """
    taken = 0
    with library_errors():
        while True:
            with nullcontext() if conn.autocommit else conn.transaction():
                row = conn.execute(_EXTEND, [batch]).fetchone()
            appended = row[0] if row else 0
            taken += appended
            if appended < batch:
                return taken


def head(conn: Connection) -> int:
    """The last seq, 0 while the ledger is empty."""
    row = conn.execute("select coalesce(max(seq), 0) from store.ledger").fetchone()
    return row[0] if row else 0


def read(
    conn: Connection, after: int, limit: int, topics: Sequence[str] | None = None
) -> list[LedgerRow]:
    """At most `limit` events with seq > `after`, in order; with `topics` only those.

    An empty list means that there is no (such) event after `after`. A reader that follows some
    topics only asks `head` first, and stands there once it got less than `limit`.
    """
    return [event_of(row) for row in read_rows(conn, after, limit, topics)]


def read_rows(
    conn: Connection, after: int, limit: int, topics: Sequence[str] | None = None
) -> list[SqlRow]:
    """The same as rows (seq, originator_id, version, topic, recorded_at, state), not decoded."""
    with conn.cursor(binary=True) as cursor:
        if topics is None:
            # Seqs have no gaps, so a range says the same as a limit and needs no guess.
            cursor.execute(_READ, [after, after + limit])
        else:
            cursor.execute(
                _COLUMNS + " where l.seq > %b::bigint and e.topic = any(%b::text[])"
                " order by l.seq limit %b::bigint",
                [after, list(topics), limit],
            )
        return cursor.fetchall()


def history(conn: Connection, originator_id: UUID, upto: int | None = None) -> list[LedgerRow]:
    """Every event of one aggregate that is in the ledger, by version, up to a seq if given."""
    return next(
        (events for _, events in histories(conn, originator_id, originator_id, upto)),
        [],
    )


def histories(
    conn: Connection,
    first: UUID,
    last: UUID,
    upto: int | None = None,
    topics: Sequence[str] | None = None,
    rows: int = 2_000,
) -> Iterator[tuple[UUID, list[LedgerRow]]]:
    """The whole history of each aggregate with first <= id <= last, aggregates by id.

    Streamed `rows` at a time through a cursor, so inside a transaction; `upto` is the last seq
    that counts, `topics` the topics that count.
    """
    where = " where e.originator_id between %b::uuid and %b::uuid"
    parameters: list[object] = [first, last]
    if upto is not None:
        where += " and l.seq <= %b::bigint"
        parameters.append(upto)
    if topics is not None:
        where += " and e.topic = any(%b::text[])"
        parameters.append(list(topics))
    order = " order by e.originator_id, e.originator_version"
    with conn.transaction(), conn.cursor(name="histories", binary=True) as cursor:
        cursor.itersize = rows
        cursor.execute(_COLUMNS + where + order, parameters)
        events = map(event_of, cursor)
        for _, its_events in groupby(events, attrgetter("originator_id.int")):
            found = list(its_events)
            yield found[0].originator_id, found


def histories_of(
    conn: Connection, originators: Sequence[UUID], upto: int | None = None
) -> dict[UUID, list[LedgerRow]]:
    """The history, up to a seq if given, of each of these aggregates that has one, in ledger
    order."""
    found: dict[UUID, list[LedgerRow]] = {}
    with conn.cursor(binary=True) as cursor:
        cursor.execute(_HISTORIES_OF, [uuid_array(originators), upto])
        for place, rows in groupby(cursor.fetchall(), itemgetter(0)):
            originator_id = originators[place - 1]
            found[originator_id] = [
                event_of((seq, originator_id, version, topic, at, state))
                for _, seq, version, topic, at, state in rows
            ]
    return found


def at(conn: Connection, seqs: Sequence[int]) -> list[LedgerRow]:
    """The events at these places of the ledger, in order."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(_COLUMNS + " where l.seq = any(%b::bigint[]) order by l.seq", [list(seqs)])
        return [event_of(row) for row in cursor.fetchall()]


def recorded(conn: Connection, originator_id: UUID, version: int) -> LedgerRow | None:
    """One event of an aggregate, None where the ledger does not have it."""
    with conn.cursor(binary=True) as cursor:
        cursor.execute(
            _COLUMNS + " where e.originator_id = %b and e.originator_version = %b::integer",
            [originator_id, version],
        )
        row = cursor.fetchone()
    return event_of(row) if row else None


def oldest_writer(conn: Connection) -> OldestWriter | None:
    """The oldest open write transaction, or None if there is none (but for the caller's own)."""
    row = conn.execute(
        """
        with writers as (
            select l.pid, l.transactionid from pg_locks l
             where l.locktype = 'transactionid' and l.granted and l.mode = 'ExclusiveLock'
               and l.pid is distinct from pg_backend_pid()
        )
        select w.pid, coalesce(a.usename, p.owner, ''), coalesce(a.application_name, ''),
               coalesce(a.xact_start, p.prepared),
               (select count(*) from store.events e
                 where e.tx >= pg_snapshot_xmin(pg_current_snapshot())
                   and e.position > coalesce(
                         (select max(sealed_position) from store.ledger_seals), 0))
          from writers w
          left join pg_stat_activity a on a.pid = w.pid
          left join pg_prepared_xacts p on p.transaction = w.transactionid
         order by age(w.transactionid) desc limit 1
        """
    ).fetchone()
    return OldestWriter(*row) if row else None


def event_of(row: SqlRow) -> LedgerRow:
    """The event of a row of `read_rows`."""
    seq, originator_id, version, topic, at, state = row
    at = at if at.tzinfo is UTC else at.astimezone(UTC)
    try:
        event = _mapper.event(topic, originator_id, version, at, state)
    except MapperDeserialisationError as error:
        return UnreadableEvent(seq, originator_id, version, topic, at, str(error))
    return LedgerEvent(seq, originator_id, version, topic, at, cast("RecordedEvent", event))
