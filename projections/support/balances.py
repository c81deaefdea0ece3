"""Queries what budget lines hold on a day, as known at a moment."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection, SqlRow
from domain.support.balance import Totals
from domain.support.budget import LineKey


class LineBalance(Struct, frozen=True):
    """A line with its sums."""

    line: UUID
    key: LineKey
    totals: Totals


class LineMovement(NamedTuple):
    """One movement of a line. `about` is the other line, the commitment or the disbursement."""

    version: int
    effective_on: date
    recorded_at: datetime
    what: str
    amount: int
    about: UUID | None
    document: str


class Transfer(NamedTuple):
    """Money that came to a line from another one: `way` is "received" or "carried_in"."""

    source: UUID
    to: UUID
    way: str
    amount: int


_SUMS = (
    "allocated", "adjusted", "received", "carried_in", "passed_down", "carried_over",
    "committed", "released", "disbursed",
)  # fmt: skip
_FILTERED = ", ".join(
    f"coalesce(sum(m.amount) filter (where m.what = '{name}'), 0)::bigint" for name in _SUMS
)
_BALANCES = f"""
select l.line, l.area, l.programme, l.node, l.source, l.kind, l.allocation_year, l.spending_year,
       {_FILTERED},
       coalesce(sum(m.amount) filter (where m.of_commitment), 0)::bigint,
       coalesce(sum(m.amount) filter (where m.what = 'recovered'), 0)::bigint
  from read.budget_lines l
  left join read.budget_movements m
    on m.line = l.line and (%(as_of)s::date is null or m.effective_on <= %(as_of)s)
   and (%(known_at)s::timestamptz is null or m.recorded_at <= %(known_at)s)
 where (%(areas)s::text[] is null or l.area = any(%(areas)s))
   and (%(year)s::integer is null or l.spending_year = %(year)s)
   and (%(line)s::uuid is null or l.line = %(line)s)
   and (%(known_at)s::timestamptz is null or l.recorded_at <= %(known_at)s)
 group by l.line
 order by l.programme, l.node, l.area, l.source, l.kind, l.spending_year, l.allocation_year
"""


def balances(
    conn: Connection,
    *,
    areas: Sequence[str] | None = None,
    year: int | None = None,
    line: UUID | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[LineBalance]:
    """The lines of these units whose money may be spent in that year, with their sums.

    None leaves a condition out: all units, every year, at the end of all days, as known now.
    """
    asked = {"areas": areas, "year": year, "line": line, "as_of": as_of, "known_at": known_at}
    rows = conn.execute(
        _BALANCES.encode(), {**asked, "areas": None if areas is None else list(areas)}
    )
    return [_made(row) for row in rows]


def movements(conn: Connection, line: UUID) -> list[LineMovement]:
    """The movements of a line in the order in which they were recorded."""
    rows = conn.execute(
        "select version, effective_on, recorded_at, what, amount, about, document"
        " from read.budget_movements where line = %s order by version",
        [line],
    )
    return [LineMovement(*row) for row in rows]


def transfers(
    conn: Connection,
    lines: Iterable[UUID],
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[Transfer]:
    """Transfers from one of these lines to another one of them, up to a day and a moment."""
    rows = conn.execute(
        "select about, line, what, sum(amount)::bigint from read.budget_movements"
        " where line = any(%(lines)s) and about = any(%(lines)s)"
        " and what in ('received', 'carried_in')"
        " and (%(as_of)s::date is null or effective_on <= %(as_of)s)"
        " and (%(known_at)s::timestamptz is null or recorded_at <= %(known_at)s)"
        " group by about, line, what",
        {"lines": list(lines), "as_of": as_of, "known_at": known_at},
    )
    return [Transfer(*row) for row in rows]


def added(lines: Sequence[LineBalance], moved: Iterable[Transfer] = ()) -> Totals:
    """The sums of several lines together.

    What moved from one of them to another one came to all of them once: it is left out of what was
    received and passed down, or carried in and carried over.
    """
    names = Totals.__dataclass_fields__
    whole = Totals(**{name: sum(getattr(one.totals, name) for one in lines) for name in names})
    here = {one.line for one in lines}
    within = [one for one in moved if one.source in here and one.to in here]
    passed = sum(one.amount for one in within if one.way == "received")
    carried = sum(one.amount for one in within if one.way == "carried_in")
    return replace(
        whole,
        received=whole.received - passed,
        passed_down=whole.passed_down - passed,
        carried_in=whole.carried_in - carried,
        carried_over=whole.carried_over - carried,
    )


def _made(row: SqlRow) -> LineBalance:
    return LineBalance(row[0], LineKey(*row[1:8]), Totals(*row[8:19]))
