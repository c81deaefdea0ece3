"""What is written down about an import: its job, how far it is, what was said of its rows."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from domain.facts import Actor
from domain.imports.findings import Finding
from domain.imports.recording import Recorded
from domain.imports.refusals import FileRefused
from domain.imports.reviewing import Reviewed
from projections.queries.imports import ImportUnknown
from projections.sealed_files import FileDestroyed

_LOCK = 1397703507
_CHECKS = -1


@dataclass(frozen=True, slots=True)
class Job:
    """An import as it was asked for, and how far it has come. `today`: when it was asked for."""

    id: UUID
    area: str
    effective_on: date | None
    sheet: str
    dry_run: bool
    actor: Actor
    today: date
    list_digest: bytes | None
    done: int


def note_error(pool: ConnectionPool[Any], import_id: UUID, error: str) -> None:
    """Says beside the job why the last attempt stopped; `error` must hold nothing personal."""
    with pool.connection() as conn:
        conn.execute("update office.imports set error = %s where id = %s", [error, import_id])


@contextmanager
def alone(pool: ConnectionPool[Any], import_id: UUID) -> Iterator[bool]:
    """Whether this is the only one who works on the import; the lock goes with the connection."""
    key = int.from_bytes(import_id.bytes[:4], "big", signed=True)
    with pool.connection() as conn:
        autocommit = conn.autocommit
        conn.set_autocommit(True)
        try:
            row = conn.execute("select pg_try_advisory_lock(%s, %s)", [_LOCK + 1, key]).fetchone()
            got_it = bool(row and row[0])
            try:
                yield got_it
            finally:
                if got_it and not conn.closed:
                    conn.execute("select pg_advisory_unlock(%s, %s)", [_LOCK + 1, key])
        finally:
            if not conn.closed:
                conn.set_autocommit(autocommit)


def begin(pool: ConnectionPool[Any], import_id: UUID, now: datetime) -> Job | None:
    """The unfinished job, marked as begun; None if it is finished. Raises ImportUnknown."""
    with pool.connection() as conn:
        row = conn.execute(
            "update office.imports set error = '', started_at = coalesce(started_at, %s),"
            " status = case status when 'recording' then 'recording' else 'checking' end"
            " where id = %s and status not in ('done', 'refused')"
            " returning id, area, effective_on, sheet, dry_run, account, role, role_area,"
            " (requested_at at time zone 'UTC' + interval '7 hours')::date, list_digest, done",
            [now, import_id],
        ).fetchone()
        if row is not None:
            actor = Actor(row[5], row[6], row[7])
            return Job(row[0], row[1], row[2], row[3], row[4], actor, *row[8:])
        known = conn.execute("select from office.imports where id = %s", [import_id]).fetchone()
    if known is None:
        raise ImportUnknown(import_id=import_id)
    return None


def refuse(
    pool: ConnectionPool[Any], import_id: UUID, refusal: FileRefused | FileDestroyed, now: datetime
) -> None:
    values = {name: _plain(value) for name, value in refusal.values.items()}
    said = {"code": refusal.code, "message": refusal.message, "values": values}
    with pool.connection() as conn:
        conn.execute(
            "update office.imports set status = 'refused', refusal = %s, finished_at = %s"
            " where id = %s",
            [Jsonb(said), now, import_id],
        )


def _plain(value: object) -> object:
    """A refusal's value as JSON takes it."""
    return value if isinstance(value, int | str | list) else str(value)


def write_review(
    pool: ConnectionPool[Any], import_id: UUID, reviewed: Reviewed, digest: bytes
) -> None:
    """The remarks of the checks and the step to recording, in one transaction."""
    columns = {"read": reviewed.layout.columns, "ignored": reviewed.layout.ignored}
    with pool.connection() as conn, conn.transaction():
        conn.execute("delete from office.import_rows where import_id = %s", [import_id])
        _write_findings(conn, import_id, _CHECKS, reviewed.findings)
        conn.execute(
            "update office.imports set status = 'recording', sheet = %s, columns = %s, rows = %s,"
            " households = %s, to_record = %s, repeated = %s, refused = %s,"
            " list_digest = %s, done = 0, recorded = 0, persons = 0, reclassified = 0, already = 0"
            " where id = %s",
            [
                reviewed.sheet,
                Jsonb(columns),
                reviewed.rows,
                reviewed.households,
                len(reviewed.packed),
                reviewed.repeated,
                reviewed.households - reviewed.repeated - len(reviewed.packed),
                digest,
                import_id,
            ],
        )


def write_chunk(
    pool: ConnectionPool[Any], import_id: UUID, start: int, done: int, result: Recorded
) -> None:
    """What came of one chunk, and how far the job is now, in one transaction."""
    with pool.connection() as conn, conn.transaction():
        moved = conn.execute(
            "update office.imports set done = %s, recorded = recorded + %s, persons = persons + %s,"
            " reclassified = reclassified + %s, already = already + %s, refused = refused + %s"
            " where id = %s and done = %s",
            [
                done,
                result.counts["recorded"],
                result.persons,
                result.counts["reclassified"],
                result.counts["already"],
                result.counts["refused"],
                import_id,
                start,
            ],
        )
        if moved.rowcount:
            _write_findings(conn, import_id, start, result.findings)


def _write_findings(
    conn: Connection[Any], import_id: UUID, step: int, findings: Iterable[Finding]
) -> None:
    with conn.cursor().copy(
        "copy office.import_rows (import_id, step, row_number, kind, code, field, details)"
        " from stdin"
    ) as out:
        for one in findings:
            out.write_row(
                (import_id, step, one.row, one.kind, one.code, one.field, Jsonb(one.values))
            )


def finish(pool: ConnectionPool[Any], import_id: UUID, now: datetime) -> None:
    with pool.connection() as conn:
        conn.execute(
            "update office.imports set status = 'done', finished_at = %s where id = %s",
            [now, import_id],
        )


class Acquaintances:
    """Nameless households by key, in PostgreSQL."""

    def __init__(self, pool: ConnectionPool[Any]) -> None:
        self._pool = pool

    def find(self, keys: Iterable[bytes]) -> Mapping[bytes, UUID]:
        """See `domain.imports.recording.Acquaintances`."""
        wanted = list(keys)
        if not wanted:
            return {}
        with self._pool.connection() as conn, conn.cursor(binary=True) as cursor:
            cursor.execute(
                "select key, household_id from office.import_households"
                " where key = any(%b::bytea[])",
                [wanted],
            )
            return dict(cursor.fetchall())

    def remember(self, households: Mapping[bytes, UUID]) -> None:
        """See `domain.imports.recording.Acquaintances`."""
        with self._pool.connection() as conn:
            conn.execute(
                "insert into office.import_households (key, household_id)"
                " select * from unnest(%s::bytea[], %s::uuid[]) order by 1 on conflict do nothing",
                [list(households), list(households.values())],
            )
