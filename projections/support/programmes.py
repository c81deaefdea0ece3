"""Queries programmes, their benefits and the rates that are valid on a day."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.eventstore.postgres import Connection, SqlRow
from domain.support.benefit_names import BenefitDirectory, named_benefits
from domain.support.programme import Benefit, LegalSource, Node, Rate


class DefinedBenefit(Struct, frozen=True):
    """A benefit as defined since a day."""

    since: date
    benefit: Benefit


class ProgrammeBody(Struct, frozen=True):
    """The content of a programme as its row holds it."""

    title: str
    title_en: str
    nodes: list[Node]
    sources: list[LegalSource]
    benefits: list[DefinedBenefit]
    rates: list[Rate]


class ProgrammeRow(Struct, frozen=True):
    """One programme. `last_day` is None while no end of it is known."""

    id: UUID
    version: int
    code: str
    level: str
    area: str
    valid_from: date
    last_day: date | None
    body: ProgrammeBody

    def benefits(self, on: date) -> list[Benefit]:
        """The benefits as defined on a day, in the order of their codes."""
        latest: dict[str, DefinedBenefit] = {}
        for one in self.body.benefits:
            known = latest.get(one.benefit.code)
            if one.since <= on and (known is None or known.since <= one.since):
                latest[one.benefit.code] = one
        return [latest[code].benefit for code in sorted(latest)]

    def rate(self, benefit: str, on: date) -> Rate | None:
        """The rate that is valid on a day; None where none was recorded."""
        valid = (
            one for one in reversed(self.body.rates) if one.benefit == benefit and one.covers(on)
        )
        return next(valid, None)


_COLUMNS = "id, version, code, level, area, valid_from, last_day, body::text"
_decode = msgspec.json.Decoder(ProgrammeBody).decode


def programmes(
    conn: Connection, *, on: date | None = None, areas: Sequence[str] | None = None
) -> list[ProgrammeRow]:
    """All programmes by code; with `on` those in force on a day.

    With `areas` the national ones and the local ones of these units ("" is the country).
    """
    rows = conn.execute(
        f"select {_COLUMNS} from read.programmes"
        " where (%(on)s::date is null or (valid_from <= %(on)s and coalesce(last_day, %(on)s)"
        " >= %(on)s)) and (%(areas)s::text[] is null or area = any(%(areas)s)) order by code",
        {"on": on, "areas": None if areas is None else ["", *areas]},
    ).fetchall()
    return [_made(row) for row in rows]


def programme(conn: Connection, code: str) -> ProgrammeRow | None:
    """The programme of a code; None where there is none."""
    row = conn.execute(f"select {_COLUMNS} from read.programmes where code = %s", [code]).fetchone()
    return _made(row) if row else None


def benefit_names(conn: Connection) -> BenefitDirectory:
    """The benefits of all programmes, by what grants call them."""
    return BenefitDirectory(
        named_benefits(
            one.code,
            [(defined.since, defined.benefit) for defined in one.body.benefits],
            {node.code: node for node in one.body.nodes},
        )
        for one in programmes(conn)
    )


def _made(row: SqlRow) -> ProgrammeRow:
    values = (*row[:7], _decode(row[7]))
    return ProgrammeRow(*values)
