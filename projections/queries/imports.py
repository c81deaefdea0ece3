"""Imports of official lists, as doors ask for them: request one, watch it, read its remarks."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.calendar import day_of
from domain.errors import NotFound, Refusal
from domain.eventstore.personal import Keyring
from domain.facts import Actor
from domain.imports.archive import Limits
from domain.imports.findings import FIELD_NAMES, KINDS, Finding
from domain.imports.refusals import EmptyFile, WorkbookTooLarge
from projections.sealed_files import destroy_file, store_file

MOST_REMARKS = 1_000
KEPT_DAYS = 30
"""The file and the remarks on its rows are destroyed so many days after the import is finished."""

_SHOWN = """
select id, area, effective_on, sheet, dry_run, status, refusal, error, columns,
       rows, households, to_record, done, recorded, persons, reclassified, already, refused,
       repeated, account as requested_by, requested_at, started_at, finished_at,
       sealed is not null as kept,
       case when status in ('done', 'refused') then 1.0
            when status = 'recording' and to_record > 0
            then 0.4 + 0.6 * done::float8 / to_record
            when status = 'checking' then 0.2 else 0.0 end as progress
  from office.imports
"""


class ImportUnknown(NotFound):
    """There is no such import."""

    code = "import_unknown"


class EffectiveOnInFuture(Refusal):
    """The effective date lies in the future."""

    code = "effective_in_future"


class ImportExpired(NotFound):
    """The file of this import was destroyed, as is every imported file after some time."""

    code = "import_expired"


class Import(NamedTuple):
    """An import as it stands. All counts but `rows` and `persons` are households.

    `status` is "waiting", "checking" (the whole file), "recording", "done" or "refused" (the file
    as a whole: `refusal` has code, message and values). With `dry_run` nothing was recorded, and
    the counts say what would be. `columns` says which columns were read and which ignored.
    `kept` is false once the file was destroyed. `progress` runs from 0.0 to 1.0.
    """

    id: UUID
    area: str
    effective_on: date | None
    sheet: str
    dry_run: bool
    status: Literal["waiting", "checking", "recording", "done", "refused"]
    refusal: dict[str, Any] | None
    error: str
    columns: dict[str, Any] | None
    rows: int
    households: int
    to_record: int
    done: int
    recorded: int
    persons: int
    reclassified: int
    already: int
    refused: int
    repeated: int
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    kept: bool
    progress: float


class Remark(NamedTuple):
    """One remark on one row; `kind` is refused, duplicate, differs or note."""

    row: int
    kind: str
    code: str
    field: str
    details: dict[str, Any]

    def sentence(self, language: str = "vi") -> str:
        """The remark in words."""
        return Finding(self.row, self.code, self.field, self.details).sentence(language)

    @property
    def column(self) -> str:
        """The column's usual heading, "" where the remark is about the whole row."""
        return FIELD_NAMES.get(self.field, "")

    @property
    def kind_name(self) -> str:
        """The kind in Vietnamese."""
        return KINDS[self.kind]


def request(
    conn: Connection[Any],
    keyring: Keyring,
    *,
    import_id: UUID,
    area: str,
    file: bytes,
    actor: Actor,
    requested_at: datetime,
    file_name: str = "",
    effective_on: date | None = None,
    sheet: str = "",
    dry_run: bool = False,
) -> Import:
    """Puts an import in the table of jobs, its file sealed; whoever asked then nudges a worker.

    `area` is a unit id or an official code. The same id again is answered with the import as it
    stands. Raises EmptyFile, WorkbookTooLarge, EffectiveOnInFuture.
    """
    if not file:
        raise EmptyFile
    if len(file) > Limits().file_bytes:
        raise WorkbookTooLarge(bytes=len(file), limit=Limits().file_bytes)
    if effective_on is not None and effective_on > day_of(requested_at):
        raise EffectiveOnInFuture(effective_on=effective_on)
    with conn.transaction():
        new = conn.execute(
            "insert into office.imports (id, area, effective_on, sheet, dry_run, account, role,"
            " role_area, requested_at, file_digest, file_bytes)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (id) do nothing",
            [
                import_id,
                area,
                effective_on,
                sheet,
                dry_run,
                actor.account,
                actor.role,
                actor.area,
                requested_at,
                hashlib.sha256(file).digest(),
                len(file),
            ],
        )
        if new.rowcount:
            store_file(conn, keyring, import_id, file_name, file)
    return get(conn, import_id)


def get(conn: Connection[Any], import_id: UUID) -> Import:
    """The import as it stands. Raises ImportUnknown."""
    found = _imports(conn, "where id = %s", [import_id])
    if not found:
        raise ImportUnknown(import_id=import_id)
    return found[0]


def of_areas(conn: Connection[Any], areas: Sequence[str] | None, limit: int = 50) -> list[Import]:
    """The latest imports that were asked for these areas (None: for any), newest first."""
    wanted = None if areas is None else list(areas)
    return _imports(
        conn,
        "where %s::text[] is null or area = any(%s) order by requested_at desc, id limit %s",
        [wanted, wanted, limit],
    )


def remarks(
    conn: Connection[Any],
    import_id: UUID,
    *,
    kind: str | None = None,
    skip: int = 0,
    limit: int = 100,
) -> list[Remark]:
    """What was said of single rows, by row, from `skip` on; at most MOST_REMARKS."""
    only = "and kind = %s" if kind else ""
    rows = conn.execute(
        "select row_number, kind, code, field, details from office.import_rows"
        f" where import_id = %s {only} order by row_number, code, field offset %s limit %s",
        [import_id, *([kind] if kind else []), skip, min(limit, MOST_REMARKS)],
    ).fetchall()
    return [Remark(*row) for row in rows]


def remark_counts(conn: Connection[Any], import_id: UUID) -> dict[str, int]:
    """How many rows there are of each kind."""
    rows = conn.execute(
        "select kind, count(distinct row_number) from office.import_rows"
        " where import_id = %s group by kind",
        [import_id],
    ).fetchall()
    return dict.fromkeys(KINDS, 0) | dict(rows)


def unfinished(conn: Connection[Any]) -> list[UUID]:
    """Imports that wait or were left, oldest first: what a sweep offers to the workers again."""
    rows = conn.execute(
        "select id from office.imports where status not in ('done', 'refused')"
        " order by requested_at, id"
    ).fetchall()
    return [row[0] for row in rows]


def expire(conn: Connection[Any], keyring: Keyring, now: datetime) -> int:
    """Destroys the files and remarks of imports finished KEPT_DAYS ago; returns how many.

    Who imported what area when, and the counts, stay.
    """
    due = conn.execute(
        "select id from office.imports where sealed is not null"
        " and finished_at < %s::timestamptz - make_interval(days => %s)",
        [now, KEPT_DAYS],
    ).fetchall()
    for (import_id,) in due:
        with conn.transaction():
            destroy_file(conn, keyring, import_id)
            conn.execute("delete from office.import_rows where import_id = %s", [import_id])
    return len(due)


def _imports(conn: Connection[Any], rest: str, parameters: list[Any]) -> list[Import]:
    with conn.cursor(row_factory=class_row(Import)) as cursor:
        return cursor.execute(_SHOWN + rest, parameters).fetchall()
