"""Queries livelihood models, their households, and counts by kind, area and year."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection


class ModelRow(Struct, frozen=True):
    """One livelihood model, with the number of its households."""

    model_id: UUID
    version: int
    area: str
    kind: str
    title: str
    programme: str
    node: str
    line_id: UUID | None
    funding_year: int
    started_on: date
    ended_on: date | None
    ending: str
    households: int


class ModelTotals(Struct, frozen=True):
    """The numbers of models and of households that joined them."""

    models: int = 0
    households: int = 0


class ModelGroup(Struct, frozen=True):
    """The totals of one kind, area and year of the start."""

    kind: str
    area: str
    year: int
    totals: ModelTotals


class ModelFilter(Struct, frozen=True):
    """The models asked for; None leaves a condition out. `year` is that of the start."""

    areas: Sequence[str] | None = None
    kind: str | None = None
    year: int | None = None
    funding_year: int | None = None

    @property
    def values(self) -> dict[str, object]:
        """The values of the query."""
        return {
            "areas": None if self.areas is None else list(self.areas),
            "kind": self.kind,
            "year": self.year,
            "funding_year": self.funding_year,
        }


_COLUMNS = ", ".join(f"m.{name}" for name in ModelRow.__struct_fields__[:-1])
_OF_MODEL = (
    "(select count(*) from read.livelihood_model_households h where h.model_id = m.model_id)"
)
_WHERE = """
 where (%(areas)s::text[] is null or m.area = any(%(areas)s))
   and (%(kind)s::text is null or m.kind = %(kind)s)
   and (%(year)s::integer is null or extract(year from m.started_on) = %(year)s)
   and (%(funding_year)s::integer is null or m.funding_year = %(funding_year)s)
"""


def models(
    conn: Connection, asked: ModelFilter, *, after: UUID | None = None, limit: int = 50
) -> list[ModelRow]:
    """A page of models in the order of their ids, behind `after`."""
    rows = conn.execute(
        f"select {_COLUMNS}, {_OF_MODEL} from read.livelihood_models m {_WHERE}"
        " and (%(after)s::uuid is null or m.model_id > %(after)s)"
        " order by m.model_id limit %(limit)s".encode(),
        {**asked.values, "after": after, "limit": limit},
    )
    return [ModelRow(*row) for row in rows]


def model(conn: Connection, model_id: UUID) -> ModelRow | None:
    """One model; None where there is none."""
    row = conn.execute(
        f"select {_COLUMNS}, {_OF_MODEL} from read.livelihood_models m"
        " where m.model_id = %s".encode(),
        [model_id],
    ).fetchone()
    return None if row is None else ModelRow(*row)


def households(conn: Connection, model_id: UUID) -> list[tuple[UUID, date]]:
    """The households of a model with the day on which they joined."""
    rows = conn.execute(
        "select household_id, joined_on from read.livelihood_model_households"
        " where model_id = %s order by joined_on, household_id",
        [model_id],
    )
    return [(row[0], row[1]) for row in rows]


def totals(conn: Connection, asked: ModelFilter) -> list[ModelGroup]:
    """The totals by kind, area and year."""
    rows = conn.execute(
        "select m.kind, m.area, extract(year from m.started_on)::integer, count(*),"
        f" coalesce(sum({_OF_MODEL}), 0)::bigint from read.livelihood_models m {_WHERE}"
        " group by 1, 2, 3 order by 1, 2, 3".encode(),
        asked.values,
    )
    return [
        ModelGroup(kind=row[0], area=row[1], year=row[2], totals=ModelTotals(*row[3:]))
        for row in rows
    ]


def added(groups: Sequence[ModelGroup]) -> ModelTotals:
    """The sums of several groups together."""
    return ModelTotals(
        models=sum(one.totals.models for one in groups),
        households=sum(one.totals.households for one in groups),
    )
