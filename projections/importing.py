"""The job of an import: check the whole file, then record its households in short transactions.

Everything that decides what happens is in the file and in the register, so the job can be killed
at any moment and run again: the checks give the same households in the same order, `done` says
where to go on, and a household that was recorded just before the kill answers as repeated.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.casework import Casework
from domain.imports.places import Places
from domain.imports.recording import Recorded, Recording
from domain.imports.refusals import FileRefused
from domain.imports.reviewing import Reviewed, review
from domain.imports.workbook import open_workbook
from projections import import_books as books
from projections.sealed_files import FileDestroyed, open_file

CHUNK = 1_000
"""Households in one transaction."""
HANDS = 2
"""Chunks under way at once."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done ("checking" rows, "recording" households), done and total (0
where it is not known yet)."""


def run(
    casework: Casework,
    import_id: UUID,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> bool:
    """Works on an import until it is done or the file is refused. False: another works on it.

    Safe to run twice, beside itself, and again after it was killed. Raises ImportUnknown.
    """
    with books.alone(casework.pool, import_id) as got_it:
        if not got_it:
            return False
        job = books.begin(casework.pool, import_id, clock())
        if job is not None:
            _work(casework, job, clock, progress or _silent, chunk)
    return True


def _work(
    casework: Casework,
    job: books.Job,
    clock: Callable[[], datetime],
    progress: Progress,
    chunk: int,
) -> None:
    try:
        reviewed = _review(casework, job, progress)
    except (FileRefused, FileDestroyed) as refusal:
        books.refuse(casework.pool, job.id, refusal, clock())
        return
    done, digest = job.done, reviewed.digest()
    if job.list_digest != digest:
        # The first reading, or one that found something else: new units, a newer program.
        books.write_review(casework.pool, job.id, reviewed, digest)
        done = 0
    recording = Recording(
        casework,
        books.Acquaintances(casework.pool),
        import_id=job.id,
        actor=job.actor,
        dry_run=job.dry_run,
    )
    _record_all(casework.pool, job.id, reviewed, recording, done, chunk, clock, progress)
    books.finish(casework.pool, job.id, clock())


def _record_all(
    pool: ConnectionPool[Any],
    import_id: UUID,
    reviewed: Reviewed,
    recording: Recording,
    done: int,
    chunk: int,
    clock: Callable[[], datetime],
    progress: Progress,
) -> None:
    """Records chunk by chunk; while one is saved, the next is made ready.

    Chunks have nothing in common (`reviewing`), so their order is of no matter; what came of
    them is written in order, so that `done` never passes a chunk that was not recorded.
    """
    total = len(reviewed.packed)
    progress("recording", done, total)
    ahead: deque[tuple[int, Future[Recorded]]] = deque()
    with ThreadPoolExecutor(HANDS, thread_name_prefix="import") as hands:
        for start in [*range(done, total, chunk), *[total] * HANDS]:
            if start < total:
                households = reviewed.chunk(start, chunk)
                ahead.append((start, hands.submit(recording.record, households, clock())))
            if ahead and (len(ahead) >= HANDS or start == total):
                first, recorded = ahead.popleft()
                upto = min(first + chunk, total)
                books.write_chunk(pool, import_id, first, upto, recorded.result())
                progress("recording", upto, total)


def _review(casework: Casework, job: books.Job, progress: Progress) -> Reviewed:
    with casework.pool.connection() as conn:
        _, file = open_file(conn, casework.keyring, job.id)

    def checked(rows: int) -> None:
        progress("checking", rows, 0)
        with casework.pool.connection() as conn:
            conn.execute("update office.imports set rows = %s where id = %s", [rows, job.id])

    workbook = open_workbook(file)
    return review(
        workbook,
        Places(casework.areas.directory, job.area),
        today=job.today,
        effective_on=job.effective_on,
        sheet=job.sheet,
        progress=checked,
    )


def _silent(*_: object) -> None:
    """Shows nothing."""
