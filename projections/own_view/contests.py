"""Queries contests: those of an area that wait for an answer or have one, and those of a household.

A contest that is a grievance of a review round has the answer and the time limit of that round.
"""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from domain.eventstore.personal import Keyring, Personal
from domain.eventstore.postgres import Connection
from projections.engine import sql


class ContestRow(Struct, frozen=True):
    """A contest, with the unit in which its household lives now.

    `due_on`, `answered_on` and `outcome` are those of the round where it is a grievance; its
    outcome is then "kept" or "changed".
    """

    household_id: UUID
    contest_id: UUID
    area: str
    village: str
    about: str
    lodged_on: date
    due_on: date | None
    case_id: UUID | None
    round_id: UUID | None
    answered_on: date | None
    outcome: str


class ContestTexts(Struct, frozen=True):
    """The texts of a contest: of the household, and the answer; None once it is forgotten."""

    text: str | None
    answer: str | None


_COLUMNS = """
select c.household_id, c.contest_id, coalesce(r.area, ''), coalesce(r.village, ''), c.about,
       c.lodged_on, coalesce(c.due_on, g.due_on), c.case_id, c.round_id,
       coalesce(c.answered_on, g.answered_on), coalesce(nullif(c.outcome, ''), g.outcome, '')
"""
_GRIEVANCES = """
  left join read.round_grievances g
         on g.round_id = c.round_id and g.grievance_id = c.grievance_id
"""
_SELECT = f"""{_COLUMNS}
  from read.contests c left join read.register r using (household_id){_GRIEVANCES}"""
# The households of few units are looked up one by one.
_OF_FEW = f"""{_COLUMNS}
  from read.register r cross join lateral (
       select * from read.contests c where c.household_id = r.household_id offset 0) c
{_GRIEVANCES}"""


def contests(
    conn: Connection,
    *,
    areas: Sequence[str] | None,
    waiting: bool = False,
    after: tuple[date, UUID] | None = None,
    limit: int = 50,
) -> list[ContestRow]:
    """The contests of households in these units (None: the country), by day and id, after one.

    With `waiting` those alone that the office has to answer itself.
    """
    asked = None if areas is None else list(areas)
    rows = sql.execute_unprepared(
        conn,
        (_OF_FEW if sql.few(asked) else _SELECT)
        + " where (%(areas)s::text[] is null or r.area = any(%(areas)s))"
        " and (not %(waiting)s or (c.answered_on is null and c.grievance_id is null))"
        " and (%(day)s::date is null or (c.lodged_on, c.contest_id) > (%(day)s, %(id)s::uuid))"
        " order by c.lodged_on, c.contest_id limit %(limit)s",
        {
            "areas": asked,
            "waiting": waiting,
            "day": after[0] if after else None,
            "id": after[1] if after else None,
            "limit": limit,
        },
    ).fetchall()
    return [ContestRow(*row) for row in rows]


def waiting_in(conn: Connection, areas: Collection[str] | None) -> tuple[int, date | None]:
    """The number of contests that the offices of these units have to answer themselves, and the
    earliest last day of them."""
    row = conn.execute(
        "select count(*), min(c.due_on) from read.contests c join read.register r"
        " using (household_id) where (%(areas)s::text[] is null or r.area = any(%(areas)s))"
        " and c.answered_on is null and c.grievance_id is null",
        {"areas": None if areas is None else list(areas)},
    ).fetchone()
    return (int(row[0]), row[1]) if row else (0, None)


def of_household(conn: Connection, household_id: UUID) -> list[ContestRow]:
    """The contests of a household, newest first."""
    rows = conn.execute(
        _SELECT + " where c.household_id = %s order by c.lodged_on desc, c.contest_id",
        [household_id],
    ).fetchall()
    return [ContestRow(*row) for row in rows]


def texts(
    conn: Connection, keyring: Keyring, household_id: UUID, contest_ids: Sequence[UUID]
) -> dict[UUID, ContestTexts]:
    """The texts of contests of one household."""
    rows = conn.execute(
        "select contest_id, text, answer from read.contests"
        " where household_id = %s and contest_id = any(%s)",
        [household_id, list(contest_ids)],
    ).fetchall()
    sealed = {
        (id_, place): Personal(household_id, bytes(data))
        for id_, *both in rows
        for place, data in enumerate(both)
        if data is not None
    }
    open_ = keyring.reveal_many(sealed.values(), conn)

    def said(id_: UUID, place: int) -> str | None:
        one = sealed.get((id_, place))
        value = open_[one.subject, one.sealed] if one else None
        return value.get("text", "") if value is not None else None

    return {id_: ContestTexts(said(id_, 0), said(id_, 1)) for id_, *_both in rows}
