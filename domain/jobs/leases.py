"""A lease gives one process the right to do work that spans transactions, for some seconds.

A lease is a row. Its holder renews it every few seconds, and gives it back at the end; one that
ran out is taken over by the next who asks. Nothing depends on one connection, so a pooler that
gives each transaction another session may stand between. Every write transaction of such work
asks first whether the lease is still its own, and keeps it until its commit: a holder that was
frozen and wakes up writes nothing any more.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg
import structlog

from domain.eventstore.postgres import Connection, Pool

LASTS_SECONDS = 5
RENEW_SECONDS = 1
_FROZEN_SECONDS = 10  # idle in the middle of a transaction, which is calculated before it begins
ENDED_SECONDS = 60  # the same, where no other process asks for the lease
_MUTE_SECONDS = 30  # in the middle of a COPY

# One that is valid for longer than a lease lasts is from before a clock was set back.
_VALID = "{0}.until between clock_timestamp() and clock_timestamp() + %(lasts)s::interval"
_TAKE = (
    "insert into read.leases as l (name, holder, until)"
    " select %(name)s, %(holder)s, clock_timestamp() + %(lasts)s::interval"
    " from set_config('lock_timeout', '1s', true)"
    f" where not exists (select from read.leases h where h.name = %(name)s"
    f" and {_VALID.format('h')})"
    " on conflict (name) do update set holder = excluded.holder, until = excluded.until"
    f" where not ({_VALID.format('l')}) returning true"
)

HELD = "select true from read.leases where name = %s and holder = %s for share"
"""Finds a row while a lease is held by its taker, and keeps it until the transaction ends."""
_HOLD = f"select set_config('idle_in_transaction_session_timeout', %s, true) from ({HELD}) as held"

log = structlog.get_logger("socai.leases")


class Overtaken(Exception):
    """Another one does this work now; what was about to be written was not."""


@dataclass(slots=True)
class Lease:
    """One taking of a lease. `signed`: when its work last got on, by the machine's own clock."""

    name: str
    holder: UUID
    signed: float = field(default_factory=time.monotonic)

    def sign(self) -> None:
        """Notes that the work gets on."""
        self.signed = time.monotonic()

    def hold(self, conn: Connection) -> None:
        """Keeps the lease from being taken over until this transaction ends. Raises Overtaken.

        The server ends the transaction where its process says nothing for ENDED_SECONDS between
        two statements, whether or not another one asks for the lease.
        """
        held = conn.execute(_HOLD.encode(), [f"{ENDED_SECONDS}s", *self.key]).fetchone()
        if held is None:
            raise Overtaken(self.name)

    @property
    def key(self) -> tuple[str, UUID]:
        """The parameters of HELD."""
        return self.name, self.holder

    def renew(self, conn: Connection) -> bool:
        """Makes it last anew; False where it was lost. `conn` is in autocommit mode."""
        renewed = conn.execute(
            "update read.leases set until = clock_timestamp() + %s::interval"
            " from set_config('lock_timeout', '1s', true) where name = %s and holder = %s",
            [f"{LASTS_SECONDS}s", self.name, self.holder],
        )
        return renewed.rowcount > 0

    def give_back(self, conn: Connection) -> None:
        """Lets the next one have it at once. `conn` is in autocommit mode."""
        conn.execute(
            "delete from read.leases where name = %s and holder = %s", [self.name, self.holder]
        )


def take(conn: Connection, name: str) -> Lease | None:
    """Takes a lease that is free or has run out; None where another one has it.

    One statement. `conn` is in autocommit mode. Where the former holder froze in the middle of a
    transaction its session is ended, and the next try succeeds.
    """
    lease = Lease(name, uuid4())
    parameters = {"name": name, "holder": lease.holder, "lasts": f"{LASTS_SECONDS}s"}
    try:
        taken = conn.execute(_TAKE.encode(), parameters).fetchone()
    except psycopg.errors.LockNotAvailable:
        _end_frozen(conn)
        return None
    return lease if taken else None


@contextmanager
def keeping(
    pool: Pool,
    conn: Connection,
    lease: Lease,
    patience: float | None = None,
) -> Iterator[Lease]:
    """Renews a lease while the block runs, and gives it back.

    With `patience` it is renewed only while the work signs at least once in so many seconds. The
    first renewal is due after RENEW_SECONDS: shorter work costs nothing.
    """
    over = threading.Event()
    threading.Thread(
        target=_renew,
        args=(pool, lease, over, patience),
        name=f"lease-{lease.name}",
        daemon=True,
    ).start()
    try:
        yield lease
    finally:
        over.set()
        with suppress(psycopg.Error):  # stopped in the middle of a statement, or the server is away
            lease.give_back(conn)


def _renew(pool: Pool, lease: Lease, over: threading.Event, patience: float | None) -> None:
    """Renews a lease every RENEW_SECONDS until `over` is set, or the lease is lost.

    The connection is its own: work that has every connection of the pool in use would keep it
    waiting until the lease has run out.
    """
    conn: Connection | None = None
    try:
        while not over.wait(RENEW_SECONDS):
            if patience is not None and time.monotonic() - lease.signed > patience:
                log.warning("work gets no further; its lease runs out", lease=lease.name)
                return
            try:
                if conn is None or conn.closed:
                    conn = _connect(pool)
                if not lease.renew(conn):
                    return
            except psycopg.errors.LockNotAvailable:
                # The work is in the middle of a transaction, perhaps behind one that froze.
                with suppress(psycopg.Error):
                    if conn is not None:
                        _end_frozen(conn, mute=ENDED_SECONDS)
            except psycopg.Error:
                continue  # the server is away; the next try may come in time
    finally:
        if conn is not None:
            conn.close()


def _connect(pool: Pool) -> Connection:
    """A connection to where those of the pool lead, which is none of them."""
    url = pool.conninfo() if callable(pool.conninfo) else pool.conninfo
    return psycopg.connect(url or "", autocommit=True, connect_timeout=LASTS_SECONDS)


@contextmanager
def held(
    pool: Pool,
    conn: Connection,
    name: str,
    patience: float | None = None,
) -> Iterator[Lease | None]:
    """Takes a lease and keeps it while the block runs; None where another one has it."""
    lease = take(conn, name)
    if lease is None:
        yield None
        return
    with keeping(pool, conn, lease, patience):
        yield lease


def _end_frozen(conn: Connection, mute: int = _MUTE_SECONDS) -> None:
    """Ends sessions whose process says nothing in the middle of a transaction that holds a lease,
    for `mute` seconds where that is in a COPY.

    What they had not committed is undone and comes again.
    """
    ended = conn.execute(
        "select pg_terminate_backend(a.pid) from pg_locks l join pg_stat_activity a using (pid)"
        " where l.locktype = 'relation' and l.relation = 'read.leases'::regclass and l.granted"
        " and l.mode = 'RowShareLock' and a.pid <> pg_backend_pid()"
        " and a.datname = current_database() and a.usename = current_user"
        " and (a.state like 'idle in %%' and clock_timestamp() - a.state_change > %s::interval"
        " or a.wait_event = 'ClientRead' and clock_timestamp() - a.query_start > %s::interval)",
        [f"{_FROZEN_SECONDS}s", f"{mute}s"],
    ).fetchall()
    if ended:
        log.warning("a frozen worker was passed over", sessions=len(ended))
