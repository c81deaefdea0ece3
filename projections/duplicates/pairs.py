"""Queries pairs of households that may be one: the queue of an area, one pair, those of a
household."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from domain.eventstore.personal import Personal
from domain.eventstore.postgres import Connection, SqlRow
from projections.engine.sql import execute_unprepared

OPEN, SETTLED = "open", "settled"
STATES = (OPEN, SETTLED)
State = Literal["open", "settled"]
MOST_PAIRS = 200
MOST_COUNTED = 10_000

Place = tuple[int, UUID]
"""The score and the id of the pair that a page ended with."""


class Side(NamedTuple):
    """One household of a pair as the list of households has it."""

    household_id: UUID
    area: str
    village: str
    number: str
    persons: int
    ended: bool
    head: Personal | None


class PairRow(NamedTuple):
    """One pair with its two households. `score` is in thousandths, 0 where none was worked out;
    `verdict` is "" while it is open. Couples are (first, second, evidence)."""

    duplicate_id: UUID
    version: int
    how: str
    score: int
    evidence: tuple[str, ...]
    couples: tuple[tuple[UUID, UUID, tuple[str, ...]], ...]
    found_at: datetime
    found_by: str
    verdict: str
    reason: str
    settled_on: date | None
    settled_at: datetime | None
    settled_by: str
    paper: str
    first: Side
    second: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """The two households."""
        return self.first, self.second


_SIDE = (
    "{0}.household_id, {0}.area, {0}.village, {0}.number, {0}.persons, {0}.ended,"
    " {0}.head_subject, {0}.head_sealed"
)
_COLUMNS = (
    "d.duplicate_id, d.version, d.how, d.score, d.evidence, d.couples, d.found_at, d.found_by,"
    " d.verdict, d.reason, d.settled_on, d.settled_at, d.settled_by, d.paper"
)
_FROM = (
    " from read.duplicates d join read.register a on a.household_id = d.first"
    " join read.register b on b.household_id = d.second"
)
_OPEN = "d.verdict = '' and not a.ended and not b.ended"
_QUEUE = f"""{_FROM}
 where ((%(units)s::text[] is null and %(village)s::text is null)
        or {{a}} or {{b}})
   and case %(state)s when 'open' then {_OPEN} when 'settled' then d.verdict <> '' else true end
"""
_IN_AREA = (
    "((%(units)s::text[] is null or {0}.area = any(%(units)s))"
    " and (%(village)s::text is null or lower({0}.village) = lower(%(village)s)))"
)
_OF_AREA = _QUEUE.format(a=_IN_AREA.format("a"), b=_IN_AREA.format("b"))


def queue(
    conn: Connection,
    *,
    units: Sequence[str] | None,
    state: State,
    village: str | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> list[PairRow]:
    """Pairs with a household in one of these units (None: any), the likeliest first.

    An open pair of which a household has ended is left out.
    """
    score, last = after or (None, None)
    rows = execute_unprepared(
        conn,
        f"select {_COLUMNS}, {_SIDE.format('a')}, {_SIDE.format('b')} {_OF_AREA}"
        " and (%(score)s::integer is null"
        " or (d.score, d.duplicate_id) < (%(score)s::integer, %(last)s::uuid))"
        " order by d.score desc, d.duplicate_id desc limit %(limit)s",
        {
            "units": None if units is None else list(units),
            "village": village,
            "state": state,
            "score": score,
            "last": last,
            "limit": min(limit, MOST_PAIRS + 1),
        },
    ).fetchall()
    return [_pair(row) for row in rows]


def count(
    conn: Connection, *, units: Sequence[str] | None, state: State, village: str | None = None
) -> tuple[int, bool]:
    """The number of pairs that `queue` would list in all; and whether there are more than that."""
    row = execute_unprepared(
        conn,
        f"select count(*) from (select {_OF_AREA} limit %(limit)s) as counted",
        {
            "units": None if units is None else list(units),
            "village": village,
            "state": state,
            "limit": MOST_COUNTED + 1,
        },
    ).fetchone()
    found = int(row[0]) if row else 0
    return min(found, MOST_COUNTED), found > MOST_COUNTED


def pair(conn: Connection, duplicate_id: UUID) -> PairRow | None:
    """One pair; None where the read models do not have it yet."""
    row = conn.execute(
        f"select {_COLUMNS}, {_SIDE.format('a')}, {_SIDE.format('b')} {_FROM}"
        " where d.duplicate_id = %s",
        [duplicate_id],
    ).fetchone()
    return None if row is None else _pair(row)


def pairs_of(conn: Connection, household_id: UUID) -> list[UUID]:
    """Every pair of a household, open and settled, by id."""
    rows = conn.execute(
        "select duplicate_id from read.duplicates where first = %(household)s"
        " union select duplicate_id from read.duplicates where second = %(household)s order by 1",
        {"household": household_id},
    ).fetchall()
    return [id_ for (id_,) in rows]


def open_pairs_of(conn: Connection, household_id: UUID) -> list[UUID]:
    """The open pairs of a household, the likeliest first."""
    rows = conn.execute(
        f"select d.duplicate_id {_FROM} where {_OPEN} and (d.first = %s or d.second = %s)"
        " order by d.score desc, d.duplicate_id desc limit 20",
        [household_id, household_id],
    ).fetchall()
    return [id_ for (id_,) in rows]


def _pair(row: SqlRow) -> PairRow:
    own, first, second = row[:14], row[14:22], row[22:30]
    couples = tuple(
        (UUID(one["first"]), UUID(one["second"]), tuple(one["evidence"])) for one in own[5]
    )
    told = [*own[:4], tuple(own[4]), couples, *own[6:], _side(first), _side(second)]
    return PairRow._make(told)


def _side(row: SqlRow) -> Side:
    head = None if row[7] is None else Personal(row[6], row[7])
    return Side._make([*row[:6], head])
