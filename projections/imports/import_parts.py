"""Parts of a checked list: one worker records them from the front, another may from the back.

The worker that has the lease of the import leads: it takes the parts in the order of the list. One
more may help, under a lease of its own, and takes them from the end. A part is taken in a
transaction that holds the lease, so that a worker which was passed over takes none. What one had
taken and left goes to the next that has its lease, and what the helper left to the leader.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

import msgspec

from domain.eventstore.postgres import Connection, Pool, autocommitting
from domain.imports.list_checks import CheckedList
from domain.imports.listed_household import ListedHousehold
from domain.jobs.leases import Lease, held, take
from domain.jobs.parts import lease_name
from projections.imports.imports import IMPORTS
from projections.imports.sealed_files import Names

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(list[bytes]).decode
_household = msgspec.msgpack.Decoder(ListedHousehold).decode

_TAKE = """
update office.import_parts set taken = true, helper = %(helper)s
 where import_id = %(id)s and start = (
       select start from office.import_parts p
        where import_id = %(id)s and not taken and not done and (shared or not %(helper)s)
          and list = (
              select min(list) from office.import_parts where import_id = %(id)s and not done)
        order by {} limit 1 for update skip locked)
returning start, list, sealed, shared
"""


class Part(NamedTuple):
    """Households of one list to be recorded together; `start` is the place of the first, `shared`
    says whether a helper may take others of the list."""

    start: int
    list_number: int
    households: list[ListedHousehold]
    shared: bool


def is_first(conn: Connection) -> bool:
    """Whether no household is on record yet. Where one is, the order of the list may count, and
    one worker keeps it (docs/decisions/0191)."""
    return conn.execute("select from store.match_keys limit 1").fetchone() is None


@contextmanager
def helping(pool: Pool, import_id: UUID) -> Iterator[Lease | None]:
    """The lease of the worker that helps with an import; None where another one does."""
    with autocommitting(pool) as conn, held(pool, conn, _helper(import_id)) as lease:
        yield lease


def write_parts(
    conn: Connection, import_id: UUID, checked: CheckedList, size: int, names: Names
) -> None:
    """Writes the households that may be recorded in parts of at most `size` of one list."""
    conn.execute("delete from office.import_parts where import_id = %s", [import_id])
    shared = is_first(conn)
    bounds = [0, *checked.bounds, len(checked.packed)]
    with conn.cursor().copy(
        "copy office.import_parts (import_id, start, list, households, shared, sealed) from stdin"
    ) as out:
        for number, (first, last) in enumerate(pairwise(bounds)):
            for start in range(first, last, size):
                packed = checked.packed[start : min(start + size, last)]
                sealed = names.seal_part(start, _pack(packed))
                out.write_row((import_id, start, number, len(packed), shared, sealed))


def begin(pool: Pool, import_id: UUID, lease: Lease, *, helper: bool) -> None:
    """Frees the parts that the worker before this one had taken. Raises Overtaken."""
    with pool.connection() as conn, conn.transaction():
        lease.hold(conn)
        _free(conn, import_id, helper=helper)


def take_part(
    pool: Pool, import_id: UUID, lease: Lease, names: Names, *, helper: bool
) -> Part | None:
    """The next part, from the front or, for the helper, from the back; None where all are taken.

    Raises Overtaken, SealBroken.
    """
    with pool.connection() as conn, conn.transaction():
        lease.hold(conn)
        row = conn.execute(
            _TAKE.format("start desc" if helper else "start").encode(),
            {"id": import_id, "helper": helper},
        ).fetchone()
    if row is None:
        return None
    start, number, sealed, shared = row
    packed = _unpack(names.open_part(start, sealed))
    return Part(start, number, [_household(one) for one in packed], shared)


def recorded_of(pool: Pool, import_id: UUID, known: set[int]) -> list[UUID]:
    """The new households of the parts that are done and not `known` yet, which they are then."""
    with autocommitting(pool) as conn:
        done = conn.execute(
            "select start from office.import_parts"
            " where import_id = %s and done and start <> all(%s)",
            [import_id, sorted(known)],
        ).fetchall()
        starts = [start for (start,) in done]
        known.update(starts)
        rows = conn.execute(
            "select household_id from office.import_outcomes where import_id = %s"
            " and step = any(%s) and outcome = 'recorded' and household_id is not null",
            [import_id, starts],
        ).fetchall()
    return [household_id for (household_id,) in rows]


def mark_done(conn: Connection, import_id: UUID, start: int) -> bool:
    """Marks a part as recorded, in the caller's transaction; False where it was before."""
    done = conn.execute(
        "update office.import_parts set done = true, sealed = null"
        " where import_id = %s and start = %s and not done",
        [import_id, start],
    )
    return done.rowcount > 0


def are_left(pool: Pool, import_id: UUID) -> bool:
    """Whether a part is not recorded yet. What the helper left is freed, if it is gone."""
    with autocommitting(pool) as conn:
        left = conn.execute(
            "select bool_or(helper) from office.import_parts where import_id = %s and not done",
            [import_id],
        ).fetchone()
        if left is None or left[0] is None:
            return False
        if left[0] and (lease := take(conn, _helper(import_id))) is not None:
            _free(conn, import_id, helper=True)
            lease.give_back(conn)
    return True


def are_written(pool: Pool, import_id: UUID) -> bool:
    """Whether the import has parts."""
    with autocommitting(pool) as conn:
        query = "select from office.import_parts where import_id = %s limit 1"
        return conn.execute(query, [import_id]).fetchone() is not None


def _free(conn: Connection, import_id: UUID, *, helper: bool) -> None:
    conn.execute(
        "update office.import_parts set taken = false, helper = false"
        " where import_id = %s and taken and not done and helper = %s",
        [import_id, helper],
    )


def _helper(import_id: UUID) -> str:
    return lease_name(IMPORTS.name_of(import_id), "helper")
