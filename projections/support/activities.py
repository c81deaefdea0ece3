"""Queries activities and their totals by kind, area and year."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection


class ActivityRow(Struct, frozen=True):
    """One activity; without `held_on` it is only planned. Money is in đồng."""

    activity_id: UUID
    version: int
    area: str
    kind: str
    year: int
    title: str
    programme: str
    node: str
    held_on: date | None
    sessions: int | None
    persons: int | None
    turns: int | None
    households: int | None
    amount: int | None


class ActivityTotals(Struct, frozen=True):
    """Sums over activities that were held; a figure that was not reported adds nothing."""

    planned: int = 0
    held: int = 0
    sessions: int = 0
    persons: int = 0
    turns: int = 0
    households: int = 0
    amount: int = 0

    @property
    def amount_per_turn(self) -> int | None:
        """The amount divided by the turns, rounded to the đồng; None without turns or money."""
        if not self.turns or not self.amount:
            return None
        return (2 * self.amount + self.turns) // (2 * self.turns)


class GroupTotals(Struct, frozen=True):
    """The totals of one kind, area and year."""

    kind: str
    area: str
    year: int
    totals: ActivityTotals


_COLUMNS = ", ".join(ActivityRow.__struct_fields__)
_SUMS = ", ".join(
    f"coalesce(sum({name}), 0)::bigint"
    for name in ("sessions", "persons", "turns", "households", "amount")
)
_WHERE = """
 where (%(areas)s::text[] is null or area = any(%(areas)s))
   and (%(kinds)s::text[] is null or kind = any(%(kinds)s))
   and (%(year)s::integer is null or year = %(year)s)
   and (%(programme)s::text is null or programme = %(programme)s)
"""


class ActivityFilter(Struct, frozen=True):
    """The activities asked for; None leaves a condition out."""

    areas: Sequence[str] | None = None
    kinds: Sequence[str] | None = None
    year: int | None = None
    programme: str | None = None

    @property
    def values(self) -> dict[str, object]:
        """The values of the query."""
        return {
            "areas": None if self.areas is None else list(self.areas),
            "kinds": None if self.kinds is None else list(self.kinds),
            "year": self.year,
            "programme": self.programme,
        }


def activities(
    conn: Connection, asked: ActivityFilter, *, after: UUID | None = None, limit: int = 50
) -> list[ActivityRow]:
    """A page of activities in the order of their ids, behind `after`."""
    rows = conn.execute(
        f"select {_COLUMNS} from read.activities {_WHERE}"
        " and (%(after)s::uuid is null or activity_id > %(after)s)"
        " order by activity_id limit %(limit)s".encode(),
        {**asked.values, "after": after, "limit": limit},
    )
    return [ActivityRow(*row) for row in rows]


def totals(conn: Connection, asked: ActivityFilter) -> list[GroupTotals]:
    """The totals by kind, area and year."""
    rows = conn.execute(
        f"select kind, area, year, count(*), count(held_on), {_SUMS} from read.activities {_WHERE}"
        " group by kind, area, year order by kind, area, year".encode(),
        asked.values,
    )
    return [
        GroupTotals(kind=row[0], area=row[1], year=row[2], totals=ActivityTotals(*row[3:]))
        for row in rows
    ]


def added(groups: Sequence[GroupTotals]) -> ActivityTotals:
    """The sums of several groups together."""
    names = ActivityTotals.__struct_fields__
    return ActivityTotals(
        **{name: sum(getattr(one.totals, name) for one in groups) for name in names}
    )
