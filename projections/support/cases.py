"""Queries support cases: those of an area, and one with its steps."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.eventstore.postgres import Connection, SqlRow
from projections.engine.tables import FOREVER

WAITING = (
    "status in ('requested', 'assessed', 'approved')"
    " or status = 'granted' and batch_id is null and disbursed < coalesce(amount, 0)"
)
"""The condition for cases that wait for a step, but for those whose support was withdrawn."""


class Step(Struct, frozen=True):
    """One step of a case: `what` is the name of its event."""

    what: str
    version: int
    effective_on: date
    recorded_at: datetime
    account: str


class CaseRow(Struct, frozen=True):
    """One case as it is now. `plan` and `plan_step` are the step of the household's plan that it
    comes of: the version of the event that agreed the plan, and the place of the step."""

    case_id: UUID
    version: int
    household_id: UUID
    area: str
    programme: str
    benefit: str
    person_id: UUID | None
    period_from: date
    period_until: date
    status: str
    assigned_to: str
    amount: int | None
    quantity: int | None
    unit: str
    line_id: UUID | None
    batch_id: UUID | None
    disbursed: int
    followed_up: str
    plan: int | None
    plan_step: int | None
    delivered_on: date | None
    confirmed_on: date | None
    steps: list[Step]


class WaitingCases(Struct, frozen=True):
    """The cases of one state that wait for a step, and the earliest year in which the money of one
    of them may be spent; None where no line pays yet."""

    status: str
    cases: int
    spending_year: int | None


_COLUMNS = ", ".join(name for name in CaseRow.__struct_fields__ if name != "steps")
_decode = msgspec.json.Decoder(list[Step]).decode


def cases(
    conn: Connection,
    *,
    areas: Sequence[str] | None,
    status: str | None = None,
    benefit: str = "",
    household: UUID | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[CaseRow]:
    """The cases of these units (None: the country) in the order of their ids, after one."""
    rows = conn.execute(
        f"select {_COLUMNS}, steps::text from read.cases"
        " where (%(areas)s::text[] is null or area = any(%(areas)s))"
        " and (%(status)s::text is null or status = %(status)s)"
        " and (%(benefit)s = '' or programme || '/' || benefit = %(benefit)s)"
        " and (%(household)s::uuid is null or household_id = %(household)s)"
        " and (%(after)s::uuid is null or case_id > %(after)s)"
        " order by case_id limit %(limit)s",
        {
            "areas": None if areas is None else list(areas),
            "status": status,
            "benefit": benefit,
            "household": household,
            "after": after,
            "limit": limit,
        },
    ).fetchall()
    return [_made(row) for row in rows]


def of_batch(conn: Connection, batch_id: UUID) -> list[CaseRow]:
    """The cases of a batch of grants, by id."""
    rows = conn.execute(
        f"select {_COLUMNS}, steps::text from read.cases where batch_id = %s order by case_id",
        [batch_id],
    ).fetchall()
    return [_made(row) for row in rows]


def counts(conn: Connection, *, areas: Sequence[str] | None, benefit: str = "") -> dict[str, int]:
    """The number of cases of these units (None: the country) in each state."""
    rows = conn.execute(
        "select status, count(*) from read.cases"
        " where (%(areas)s::text[] is null or area = any(%(areas)s))"
        " and (%(benefit)s = '' or programme || '/' || benefit = %(benefit)s) group by status",
        {"areas": None if areas is None else list(areas), "benefit": benefit},
    ).fetchall()
    return {str(status): int(number) for status, number in rows}


def waiting(conn: Connection, *, areas: Sequence[str] | None) -> list[WaitingCases]:
    """The cases of these units (None: the country) that wait for a step, by state.

    Of those granted only the ones that are not paid in full, and whose support was not withdrawn.
    """
    rows = conn.execute(
        "select c.status, count(*), min(l.spending_year) filter (where c.status <> 'assessed')"
        " from read.cases c left join read.budget_lines l on l.line = c.line_id"
        f" where ({WAITING}) and (%(areas)s::text[] is null or c.area = any(%(areas)s))"
        " and not coalesce((select g.known_to < %(forever)s from read.coverage_grants g"
        " where g.household_id = c.household_id and g.support_id = c.case_id), false)"
        " group by c.status order by c.status",
        {"areas": None if areas is None else list(areas), "forever": FOREVER},
    ).fetchall()
    return [WaitingCases(*row) for row in rows]


def case(conn: Connection, case_id: UUID) -> CaseRow | None:
    """One case; None where the read model has none."""
    row = conn.execute(
        f"select {_COLUMNS}, steps::text from read.cases where case_id = %s", [case_id]
    ).fetchone()
    return _made(row) if row else None


def _made(row: SqlRow) -> CaseRow:
    values = (*row[:-1], _decode(row[-1]))
    return CaseRow(*values)
