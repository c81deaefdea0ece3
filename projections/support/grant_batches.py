"""Queries batches of grants: those of an area, one with its refused rows, those unfinished."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.eventstore.postgres import Connection, SqlRow
from domain.households.codes import LISTED
from domain.support.grant_batch import RefusedRecipient
from projections.engine.tables import FOREVER


class BatchRow(Struct, frozen=True):
    """One batch. `granted` counts its cases; committed = disbursed + released once finished. With a
    `unit` it gives goods, counted in it, and no money."""

    batch_id: UUID
    version: int
    area: str
    programme: str
    benefit: str
    period_from: date
    period_until: date
    line_id: UUID
    status: str
    recipients: int
    committed: int
    disbursed: int
    released: int
    granted: int
    unit: str
    refused: list[RefusedRecipient]


_COLUMNS = (
    "batch_id, version, area, programme, benefit, period_from, period_until, line_id, status,"
    " recipients, committed, disbursed, released,"
    " (select count(*) from read.cases c where c.batch_id = b.batch_id), unit, refused::text"
)
_decode = msgspec.json.Decoder(list[RefusedRecipient]).decode


def batches(
    conn: Connection, *, areas: Sequence[str] | None, after: UUID | None = None, limit: int = 50
) -> list[BatchRow]:
    """The batches of these units (None: the country) in the order of their ids, after one."""
    rows = conn.execute(
        f"select {_COLUMNS} from read.grant_batches b"
        " where (%(areas)s::text[] is null or area = any(%(areas)s))"
        " and (%(after)s::uuid is null or batch_id > %(after)s) order by batch_id limit %(limit)s",
        {"areas": None if areas is None else list(areas), "after": after, "limit": limit},
    ).fetchall()
    return [_made(row) for row in rows]


def batch(conn: Connection, batch_id: UUID) -> BatchRow | None:
    """One batch; None where the read model has none."""
    row = conn.execute(
        f"select {_COLUMNS} from read.grant_batches b where batch_id = %s", [batch_id]
    ).fetchone()
    return _made(row) if row else None


def drawn_up(conn: Connection, *, areas: Sequence[str] | None) -> int:
    """The number of batches of these units (None: the country) that wait for their approval."""
    row = conn.execute(
        "select count(*) from read.grant_batches where status = 'drawn_up'"
        " and (%(areas)s::text[] is null or area = any(%(areas)s))",
        {"areas": None if areas is None else list(areas)},
    ).fetchone()
    return int(row[0]) if row else 0


def unfinished(conn: Connection) -> list[UUID]:
    """The approved batches whose recipients are not all decided; a sweep offers them again."""
    rows = conn.execute(
        "select batch_id from read.grant_batches where status = 'approved' order by batch_id"
    ).fetchall()
    return [id_ for (id_,) in rows]


def listed_households(
    conn: Connection, *, areas: Sequence[str] | None, classes: Sequence[str], on: date
) -> list[UUID]:
    """The households of these units that have one of these classes on a day, by id.

    A proposal for a list of recipients; whether one qualifies is decided on its own events.
    """
    rows = conn.execute(
        "select distinct household_id from read.status_spans"
        " where scope = 'national' and class = any(%(classes)s)"
        " and (%(areas)s::text[] is null or area = any(%(areas)s))"
        " and valid_from <= %(on)s and valid_to > %(on)s and known_to = %(forever)s"
        " order by household_id",
        {
            "classes": list(classes or LISTED),
            "areas": None if areas is None else list(areas),
            "on": on,
            "forever": FOREVER,
        },
    ).fetchall()
    return [id_ for (id_,) in rows]


def _made(row: SqlRow) -> BatchRow:
    values = (*row[:-1], _decode(row[-1]))
    return BatchRow(*values)
