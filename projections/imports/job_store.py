"""The store of import jobs keeps the request, the progress and the remarks on rows.

A write under the import's lease is a transaction that holds it. Every other of the job is one
statement in autocommit mode, so that a worker which freezes leaves no open transaction behind.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg.types.json import Jsonb

from domain.calendar import day_of
from domain.commands.command import Actor
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection, Pool, autocommitting
from domain.imports.errors import EffectiveOnInFuture, EmptyFile, FileRefused, WorkbookTooLarge
from domain.imports.list_checks import CheckedList, Entry
from domain.imports.list_recorder import ChunkResult
from domain.imports.listed_household import ListedHousehold
from domain.imports.remarks import Remark, sheet_and_row
from domain.imports.xlsx.archive import Limits
from domain.imports.xlsx.cells import storable
from domain.jobs.leases import Lease
from projections.imports import import_parts
from projections.imports.imports import (
    IMPORTS,
    KEPT_DAYS,
    Import,
    ImportUnknown,
    ReadColumns,
    ReadList,
    StoredRefusal,
    get,
)
from projections.imports.matches import sealed_waiting, write_waiting
from projections.imports.number_hits import note_hits
from projections.imports.sealed_files import FileDestroyed, Names, destroy_file, store_file

_CHECKS = -1


@dataclass(frozen=True, slots=True)
class Job:
    """An import as it was asked for, and how far it has come. `today`: when it was asked for.

    `attempts` counts this one and those before it that got no further; `listing` is true where
    everything is recorded and only the read models are waited for.
    """

    id: UUID
    area: str
    effective_on: date | None
    sheet: str
    dry_run: bool
    actor: Actor
    today: date
    list_digest: bytes | None
    done: int
    attempts: int
    listing: bool


def request(
    conn: Connection,
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
    """Puts an import in the table of jobs, its file sealed; the caller then nudges a worker.

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
                storable(sheet),
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


def expire(conn: Connection, keyring: Keyring, now: datetime) -> int:
    """Destroys the files and remarks of imports finished KEPT_DAYS ago; returns how many.

    So it does of those whose key went with a person who was erased. Who imported what area when,
    and the counts, stay.
    """
    due = conn.execute(
        "select i.id from office.imports i where i.sealed is not null"
        " and (i.finished_at < %s::timestamptz - make_interval(days => %s)"
        " or exists (select 1 from store.subject_keys k"
        "             where k.subject = i.id and k.destroyed_at is not null))",
        [now, KEPT_DAYS],
    ).fetchall()
    for (import_id,) in due:
        with conn.transaction():
            destroy_file(conn, keyring, import_id)
            conn.execute("delete from office.import_rows where import_id = %s", [import_id])
            conn.execute("delete from office.import_outcomes where import_id = %s", [import_id])
            conn.execute("delete from office.import_matches where import_id = %s", [import_id])
    return len(due)


def begin(pool: Pool, import_id: UUID, now: datetime) -> Job | None:
    """The unfinished job, marked as begun once more; None if it is finished.

    Getting on (`write_chunk`) begins the count of attempts again. Raises ImportUnknown.
    """
    try:
        with autocommitting(pool) as conn:
            row = IMPORTS.begin(
                conn,
                import_id,
                now,
                "id, area, effective_on, sheet, dry_run, account, role, role_area,"
                " (requested_at at time zone 'UTC' + interval '7 hours')::date, list_digest, done,"
                " attempts, status = 'listing'",
            )
    except LookupError:
        raise ImportUnknown(import_id=import_id) from None
    if row is None:
        return None
    actor = Actor(row[5], row[6], row[7])
    return Job(row[0], row[1], row[2], row[3], row[4], actor, *row[8:])


def recording(pool: Pool, import_id: UUID) -> tuple[Actor, bool] | None:
    """The account that an import is being recorded for, and whether it is a dry run; else None."""
    with autocommitting(pool) as conn:
        row = conn.execute(
            "select account, role, role_area, dry_run from office.imports"
            " where id = %s and status = 'recording'",
            [import_id],
        ).fetchone()
    return None if row is None else (Actor(row[0], row[1], row[2]), row[3])


def refuse(
    pool: Pool,
    import_id: UUID,
    refusal: FileRefused | FileDestroyed,
    now: datetime,
    lease: Lease,
) -> None:
    """Ends the import without recording more. Raises Overtaken."""
    values = {name: _plain(value) for name, value in refusal.values.items()}
    stored: StoredRefusal = {"code": refusal.code, "message": refusal.message, "values": values}
    with pool.connection() as conn, conn.transaction():
        lease.hold(conn)
        conn.execute("delete from office.import_parts where import_id = %s", [import_id])
        conn.execute(
            "update office.imports set status = 'refused', refusal = %s, finished_at = %s"
            " where id = %s",
            [Jsonb(stored), now, import_id],
        )


def _plain(value: object) -> object:
    """A refusal's value as JSON and PostgreSQL take it."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, int) else storable(str(value))


def write_rows_checked(pool: Pool, import_id: UUID, rows: int, lease: Lease) -> None:
    """Writes the number of rows checked so far. Raises Overtaken."""
    with pool.connection() as conn, conn.transaction():
        lease.hold(conn)
        conn.execute(
            "update office.imports set rows = greatest(rows, %s) where id = %s", [rows, import_id]
        )


def write_review(
    pool: Pool,
    import_id: UUID,
    reviewed: CheckedList,
    digest: bytes,
    names: Names,
    lease: Lease,
    part: int,
) -> None:
    """The remarks of the checks, the parts to record with at most `part` households each, and the
    step to recording, in one transaction.

    Raises Overtaken.
    """
    layout = reviewed.lists[0].layout
    columns: ReadColumns = {"read": layout.columns, "ignored": layout.ignored}
    lists: list[ReadList] = [
        {"sheet": one.sheet.name, "purpose": one.kind.purpose, "classes": sorted(one.kind.classes)}
        for one in reviewed.lists
    ]
    with pool.connection() as conn, conn.transaction():
        lease.hold(conn)
        conn.execute("delete from office.import_rows where import_id = %s", [import_id])
        conn.execute("delete from office.import_outcomes where import_id = %s", [import_id])
        conn.execute(
            "delete from office.import_matches where import_id = %s and verdict is null",
            [import_id],
        )
        import_parts.write_parts(conn, import_id, reviewed, part, names)
        _write_findings(conn, import_id, _CHECKS, reviewed.findings)
        entries = ((one, None) for one in reviewed.entries)
        _write_outcomes(conn, import_id, _CHECKS, entries, names)
        conn.execute(
            "update office.imports set status = 'recording', sheet = %s, columns = %s, lists = %s,"
            " rows = %s, households = %s, to_record = %s, repeated = %s, refused = %s,"
            " row_counts = %s, list_digest = %s,"
            " done = 0, recorded = 0, persons = 0, reclassified = 0, already = 0,"
            " possible = 0 where id = %s",
            [
                reviewed.sheet,
                Jsonb(columns),
                Jsonb(lists),
                reviewed.rows,
                reviewed.households,
                len(reviewed.packed),
                reviewed.repeated,
                reviewed.households - reviewed.repeated - len(reviewed.packed),
                Jsonb({"left_out": reviewed.left_out, "refused": reviewed.lost}),
                digest,
                import_id,
            ],
        )


def write_chunk(
    pool: Pool,
    keyring: Keyring,
    import_id: UUID,
    start: int,
    households: Sequence[ListedHousehold],
    result: ChunkResult,
    names: Names,
    lease: Lease,
) -> None:
    """Writes the outcomes of one part and the progress of the job, in one transaction. Raises
    Overtaken."""
    waiting = sealed_waiting(keyring, import_id, result.waiting)
    with pool.connection() as conn, conn.transaction():
        lease.hold(conn)
        if not import_parts.mark_done(conn, import_id, start):
            return
        conn.execute(
            "update office.imports set done = done + %s, recorded = recorded + %s,"
            " persons = persons + %s, reclassified = reclassified + %s, already = already + %s,"
            " refused = refused + %s, possible = possible + %s, attempts = 0 where id = %s",
            [
                len(households),
                result.counts["recorded"],
                result.persons,
                result.counts["reclassified"],
                result.counts["already"],
                result.counts["refused"],
                result.counts["possible"],
                import_id,
            ],
        )
        _write_findings(conn, import_id, start, result.findings)
        _write_outcomes(conn, import_id, start, entries_of(households, result), names)
        write_waiting(conn, import_id, start, waiting)
        note_hits(conn, import_id, result.elsewhere)


def entries_of(
    households: Iterable[ListedHousehold], result: ChunkResult
) -> Iterator[tuple[Entry, UUID | None]]:
    """The households of a chunk with the outcome of each, and the household on record."""
    for one in households:
        outcome, household_id = result.outcomes[one.row]
        yield (
            Entry(one.row, one.last_row, one.row_count, outcome, one.number, one.head.name),
            household_id,
        )


def _write_findings(
    conn: Connection, import_id: UUID, step: int, findings: Iterable[Remark]
) -> None:
    with conn.cursor().copy(
        "copy office.import_rows (import_id, step, sheet, row_number, kind, code, field, details)"
        " from stdin"
    ) as out:
        for one in findings:
            sheet, row = sheet_and_row(one.row)
            out.write_row(
                (import_id, step, sheet, row, one.kind, one.code, one.field, Jsonb(one.values))
            )


def _write_outcomes(
    conn: Connection,
    import_id: UUID,
    step: int,
    entries: Iterable[tuple[Entry, UUID | None]],
    names: Names,
) -> None:
    with conn.cursor().copy(
        "copy office.import_outcomes (import_id, sheet, first_row, last_row, rows, step, outcome,"
        " household_id, named) from stdin"
    ) as out:
        for one, household_id in entries:
            sheet, first = sheet_and_row(one.first)
            _, last = sheet_and_row(one.last)
            named = names.seal(one.first, f"{one.number}\n{one.head}")
            out.write_row(
                (import_id, sheet, first, last, one.rows, step, one.outcome, household_id, named)
            )


def finish_recording(pool: Pool, import_id: UUID, now: datetime, lease: Lease) -> None:
    """Counts the rows by outcome; a dry run is done by that, another waits to be listed. What
    stopped a helper matters no more.

    Raises Overtaken.
    """
    with pool.connection() as conn, conn.transaction():
        lease.hold(conn)
        conn.execute("delete from office.import_parts where import_id = %s", [import_id])
        conn.execute(
            "update office.imports set row_counts = (select jsonb_object_agg(outcome, rows)"
            " from (select outcome, sum(rows) as rows from (select outcome, rows::bigint as rows"
            " from office.import_outcomes where import_id = %(id)s union all select key,"
            " value::bigint from jsonb_each_text(row_counts)) as each_one group by outcome) as s),"
            " error = '', status = case when dry_run then 'done' else 'listing' end,"
            " finished_at = %(now)s"
            " where id = %(id)s and status = 'recording'",
            {"id": import_id, "now": now},
        )


def finish(pool: Pool, import_id: UUID) -> None:
    """Marks the import as done: its households are in the lists."""
    with autocommitting(pool) as conn:
        conn.execute(
            "update office.imports set status = 'done', attempts = 0"
            " where id = %s and status = 'listing'",
            [import_id],
        )


def last_seq(pool: Pool, import_id: UUID) -> int | None:
    """The ledger position of the last event of the import's households; None if not in it yet."""
    with pool.connection() as conn:
        row = conn.execute(
            "select coalesce(max(l.seq), 0), count(*) = count(l.seq)"
            " from office.import_outcomes o"
            " join store.events e on e.originator_id = o.household_id"
            " left join store.ledger l using (position) where o.import_id = %s",
            [import_id],
        ).fetchone()
    return row[0] if row and row[1] else None
