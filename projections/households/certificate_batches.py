"""Queries the acts that give certificates to many households: how far each has come."""

from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from domain.errors import NotFound
from domain.eventstore.postgres import Connection
from domain.jobs.table import JobTable

BATCHES = JobTable[UUID](
    "certificate batch",
    "office.certificate_batches",
    finished="status = 'done'",
    began="status = 'running'",
)
unfinished = BATCHES.unfinished

_SHOWN = """
select b.id, b.area, b.village, b.decision, b.effective_on, b.signer, b.account, b.requested_at,
       b.households, b.status, b.error, b.started_at, b.finished_at,
       count(h.certificate_id) as issued, count(*) filter (where h.refusal <> '') as refused
  from office.certificate_batches b
  left join office.certificate_batch_households h on h.batch_id = b.id
"""


class BatchUnknown(NotFound):
    """There is no such issue of certificates."""

    code = "certificate_batch_unknown"


class CertificateBatch(NamedTuple):
    """One act that gives certificates to many households, as far as it has come."""

    id: UUID
    area: str
    village: str | None
    decision: str | None
    effective_on: date
    signer: str
    account: str
    requested_at: datetime
    households: int
    status: Literal["waiting", "running", "done"]
    error: str
    started_at: datetime | None
    finished_at: datetime | None
    issued: int
    refused: int

    @property
    def progress(self) -> float:
        """The part of the households that is dealt with, from 0.0 to 1.0."""
        return (self.issued + self.refused) / self.households if self.households else 1.0


class RefusedHousehold(NamedTuple):
    """A household that was given none, with the code of the refusal."""

    household_id: UUID
    refusal: str


def get(conn: Connection, batch_id: UUID) -> CertificateBatch:
    """The act as far as it has come. Raises BatchUnknown."""
    found = _batches(conn, " where b.id = %s group by b.id", [batch_id])
    if not found:
        raise BatchUnknown(batch=batch_id)
    return found[0]


def of_areas(conn: Connection, areas: list[str] | None, *, limit: int) -> list[CertificateBatch]:
    """The latest acts of some areas (None: of any), the newest first."""
    rest = (
        " where (%s::text[] is null or b.area = any(%s::text[])) group by b.id"
        " order by b.requested_at desc, b.id desc limit %s"
    )
    return _batches(conn, rest, [areas, areas, limit])


def refused(conn: Connection, batch_id: UUID, *, limit: int) -> list[RefusedHousehold]:
    """The households of an act that were given none, in their order."""
    rows = conn.execute(
        "select household_id, refusal from office.certificate_batch_households"
        " where batch_id = %s and refusal <> '' order by place limit %s",
        [batch_id, limit],
    )
    return [RefusedHousehold(*row) for row in rows]


def issued(conn: Connection, batch_id: UUID) -> list[tuple[UUID, UUID]]:
    """The households of an act with their certificates, in the order of the numbers."""
    return conn.execute(
        "select household_id, certificate_id from office.certificate_batch_households"
        " where batch_id = %s and certificate_id is not null order by place",
        [batch_id],
    ).fetchall()


def _batches(conn: Connection, rest: str, parameters: list[object]) -> list[CertificateBatch]:
    with conn.cursor(row_factory=class_row(CertificateBatch)) as cursor:
        return cursor.execute((_SHOWN + rest).encode(), parameters).fetchall()
