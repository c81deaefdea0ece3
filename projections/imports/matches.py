"""Households of an import that wait for a person: kept sealed, settled once, then recorded."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from domain.application import SocaiApplication
from domain.commands.command import Actor
from domain.errors import Refusal
from domain.eventstore.personal import Keyring, Personal
from domain.eventstore.postgres import Connection
from domain.imports.list_recorder import POSSIBLE, ChunkResult, ListRecorder, Waiting
from domain.imports.listed_household import ListedHousehold
from domain.imports.remarks import sheet_and_row
from domain.jobs.leases import Lease
from domain.matching.errors import AnywayWithoutReason
from domain.matching.settlement import SAME, SOMEBODY_ELSE, Settlement
from projections.imports.number_hits import note_hits

MOST_SHOWN = 100

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(ListedHousehold).decode


class RowNotWaiting(Refusal):
    """No household of this row waits for a person."""

    code = "row_not_waiting"


class SettledOtherwise(Refusal):
    """This row was answered otherwise before."""

    code = "settled_otherwise"


class NotACandidate(Refusal):
    """The household named is none of those that come close to this row."""

    code = "not_a_candidate"


class DryRunRecordsNothing(Refusal):
    """This import was a trial: nothing of it is recorded, and nothing can be settled."""

    code = "dry_run_records_nothing"


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One household that waits, or was settled. `verdict` "" as long as it was not said who it is;
    `outcome` is what came of it: recorded, reclassified, already or refused."""

    row: int
    household: ListedHousehold = field(repr=False)
    candidates: tuple[tuple[UUID, tuple[str, ...]], ...]
    warnings: tuple[str, ...]
    verdict: str
    candidate: UUID | None
    reason: str
    account: str
    said_at: datetime | None
    outcome: str
    code: str


def sealed_waiting(
    keyring: Keyring, import_id: UUID, waiting: Sequence[Waiting]
) -> list[tuple[Waiting, bytes]]:
    """The households that wait, sealed under the import's own key."""
    if not waiting:
        return []
    sealer = keyring.sealer([import_id])
    return [
        (one, sealer.seal(import_id, {"listed": _text(_pack(one.household))}).sealed)
        for one in waiting
    ]


def write_waiting(
    conn: Connection, import_id: UUID, step: int, waiting: Sequence[tuple[Waiting, bytes]]
) -> None:
    """Keeps households that wait; one that was kept before stays as it is."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into office.import_matches"
            " (import_id, row_number, step, sealed, candidates, warnings)"
            " values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
            [
                (import_id, one.household.row, step, sealed, _candidates(one), list(one.warnings))
                for one, sealed in waiting
            ],
        )


def waiting_rows(
    conn: Connection,
    keyring: Keyring,
    import_id: UUID,
    *,
    row: int | None = None,
    after: int = 0,
    limit: int = MOST_SHOWN,
) -> list[WaitingRow]:
    """Households that wait and those that were settled, by row; at most MOST_SHOWN."""
    rows = conn.cursor(row_factory=tuple_row).execute(
        "select row_number, sealed, candidates, warnings, coalesce(verdict, ''), candidate,"
        " reason, coalesce(account, ''), said_at, coalesce(outcome, ''), code"
        " from office.import_matches where import_id = %s and row_number > %s"
        " and (%s::bigint is null or row_number = %s) order by row_number limit %s",
        [import_id, after, row, row, min(limit, MOST_SHOWN)],
    )
    found = rows.fetchall()
    values = keyring.reveal_each([Personal(import_id, one[1]) for one in found], conn)
    return [
        WaitingRow(
            one[0],
            _unpack(base64.b64decode(value["listed"])),
            tuple((UUID(c["household"]), tuple(c["evidence"])) for c in one[2]),
            tuple(one[3]),
            *one[4:],
        )
        for one, value in zip(found, values, strict=True)
        if value is not None
    ]


def settle(
    application: SocaiApplication,
    import_id: UUID,
    row: int,
    *,
    candidate: UUID | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> WaitingRow:
    """Records a row after a person said who it is: `candidate`, or None for another household.

    Once only: the same said again answers as it stands, and goes on where it was interrupted;
    something else is SettledOtherwise. A candidate that has come since makes the row wait again.
    Raises RowNotWaiting, NotACandidate, DryRunRecordsNothing, AnywayWithoutReason.
    """
    verdict = SAME if candidate else SOMEBODY_ELSE
    with application.pool.connection() as conn, conn.transaction():
        waiting = _waiting(conn, application.keyring, import_id, row)
        if candidate and candidate not in [id_ for id_, _ in waiting.candidates]:
            raise NotACandidate
        if not candidate and not reason.strip():
            raise AnywayWithoutReason
        if waiting.verdict and (waiting.verdict, waiting.candidate) != (verdict, candidate):
            raise SettledOtherwise(verdict=waiting.verdict, account=waiting.account)
        if waiting.outcome:
            return waiting
        if not waiting.verdict:
            conn.execute(
                "update office.import_matches set verdict = %s, candidate = %s, reason = %s,"
                " account = %s, role = %s, role_area = %s, said_at = %s"
                " where import_id = %s and row_number = %s and verdict is null",
                [verdict, candidate, reason, actor.account, actor.role, actor.area, now,
                 import_id, row],
            )  # fmt: skip
    go_on(application, import_id, row, now)
    with application.pool.connection() as conn:
        return _waiting(conn, application.keyring, import_id, row)


def go_on(
    application: SocaiApplication,
    import_id: UUID,
    row: int,
    now: datetime,
    lease: Lease | None = None,
) -> None:
    """Does what was said of a row; safe to be run again and beside itself.

    With `lease`, the import's, it writes only while that is held. Raises Overtaken.
    """
    with application.pool.connection() as conn:
        waiting = _waiting(conn, application.keyring, import_id, row)
        said = conn.execute(
            "select account, role, role_area from office.import_matches"
            " where import_id = %s and row_number = %s and verdict is not null"
            " and outcome is null",
            [import_id, row],
        ).fetchone()
    if said is None:
        return
    evidence = dict(waiting.candidates).get(waiting.candidate, ()) if waiting.candidate else ()
    recording = ListRecorder(application, import_id=import_id, actor=Actor(*said), lease=lease)
    settled = Settlement(waiting.candidate, waiting.verdict, evidence, waiting.reason)
    household = Waiting(waiting.household, waiting.candidates, waiting.warnings)
    result = recording.settle(household, settled, now)
    outcome, household_id = result.outcomes[row]
    with application.pool.connection() as conn, conn.transaction():
        if lease is not None:
            lease.hold(conn)
        note_hits(conn, import_id, result.elsewhere)
        if outcome == POSSIBLE:
            _wait_again(conn, import_id, result.waiting[0])
            return
        refused = next((one.code for one in result.findings if one.kind == "refused"), "")
        moved = conn.execute(
            "update office.import_matches set outcome = %s, code = %s, done_at = %s"
            " where import_id = %s and row_number = %s and outcome is null",
            [outcome, refused, now, import_id, row],
        )
        if moved.rowcount:
            conn.execute(
                f"update office.imports set possible = possible - 1, {outcome} = {outcome} + 1,"
                " persons = persons + %s where id = %s",
                [result.persons, import_id],
            )
            _tell(conn, import_id, waiting, result, household_id)


def go_on_with_all(
    application: SocaiApplication, import_id: UUID, now: datetime, lease: Lease | None = None
) -> None:
    """Does what was said of rows and not done yet, as after an interruption. Raises Overtaken."""
    with application.pool.connection() as conn:
        rows = conn.execute(
            "select row_number from office.import_matches"
            " where import_id = %s and verdict is not null and outcome is null"
            " order by row_number",
            [import_id],
        ).fetchall()
    for (row,) in rows:
        go_on(application, import_id, row, now, lease)


def _tell(
    conn: Connection,
    import_id: UUID,
    waiting: WaitingRow,
    result: ChunkResult,
    household_id: UUID | None,
) -> None:
    """The remarks of the household's rows, what came of it, and the rows by outcome: no longer
    that it waits."""
    outcome, _ = result.outcomes[waiting.row]
    sheet, first = sheet_and_row(waiting.row)
    conn.execute(
        "delete from office.import_rows where import_id = %s and sheet = %s and row_number = %s"
        " and kind = 'possible'",
        [import_id, sheet, first],
    )
    (rows, step) = conn.execute(
        "update office.import_outcomes set outcome = %s, household_id = %s"
        " where import_id = %s and sheet = %s and first_row = %s returning rows, step",
        [outcome, household_id, import_id, sheet, first],
    ).fetchone() or (0, 0)
    conn.execute(
        "update office.imports set row_counts = row_counts || jsonb_build_object('possible',"
        " coalesce((row_counts->>'possible')::bigint, 0) - %s, %s::text,"
        " coalesce((row_counts->>%s)::bigint, 0) + %s) where id = %s",
        [rows, outcome, outcome, rows, import_id],
    )
    said = [one for one in result.findings if one.kind != "note"]
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into office.import_rows"
            " (import_id, step, sheet, row_number, kind, code, field, details)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (import_id, step, *sheet_and_row(one.row), one.kind, one.code, one.field,
                 Jsonb(one.values))
                for one in said
            ],
        )  # fmt: skip


def _wait_again(conn: Connection, import_id: UUID, waiting: Waiting) -> None:
    """Another candidate came meanwhile: a person has to look at it as well."""
    conn.execute(
        "update office.import_matches set candidates = %s, verdict = null, candidate = null,"
        " reason = '', account = null, role = null, role_area = null, said_at = null"
        " where import_id = %s and row_number = %s and outcome is null",
        [_candidates(waiting), import_id, waiting.household.row],
    )


def _waiting(conn: Connection, keyring: Keyring, import_id: UUID, row: int) -> WaitingRow:
    """The row; a trial's rows cannot be settled."""
    job = conn.execute("select dry_run from office.imports where id = %s", [import_id]).fetchone()
    found = waiting_rows(conn, keyring, import_id, row=row)
    if not found:
        raise RowNotWaiting(row=row)
    if job and job[0]:
        raise DryRunRecordsNothing
    return found[0]


def _candidates(waiting: Waiting) -> Jsonb:
    return Jsonb(
        [
            {"household": str(id_), "evidence": list(evidence)}
            for id_, evidence in waiting.candidates
        ]
    )


def _text(packed: bytes) -> str:
    return base64.b64encode(packed).decode()
