"""The job of an import checks the file, records its households, waits for the lists.

Everything that decides what happens is in the file and in the register, so the job can be killed
at any moment and run again: the checks give the same households in the same order, `done` says
where to go on, and a household that was recorded just before the kill answers as repeated.

A job that gets no further is not tried for ever: after too many attempts the import ends as
refused, with what it has recorded until then.
"""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from domain.application import SocaiApplication
from domain.imports.area_lookup import AreaLookup
from domain.imports.errors import FileRefused, ImportGivenUp
from domain.imports.list_checks import CheckedList, check_list
from domain.imports.list_recorder import ChunkResult, ListRecorder
from domain.imports.listed_household import ListedHousehold
from domain.imports.xlsx.workbook import open_workbook
from domain.jobs.leases import Lease, Overtaken
from projections.catch_up import catch_up
from projections.engine.freshness import wait_until
from projections.imports import job_store as books
from projections.imports.imports import IMPORTS
from projections.imports.matches import go_on_with_all
from projections.imports.sealed_files import FileDestroyed, Names, open_file, open_names
from projections.read_models import MODELS

CHUNK = 1_000
"""Households in one transaction."""
RECORDING_THREADS = 2
"""Chunks under way at once."""
LISTED_WITHIN = 10.0
"""Seconds that one attempt waits for the ledger and for read models that others bring up."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0  # between two looks at them, in seconds

log = structlog.get_logger("socai.imports")

Progress = Callable[[str, int, int], None]
"""Called with what is being done ("checking" rows, "recording" households), done and total (0
where it is not known yet)."""


def run(
    application: SocaiApplication,
    import_id: UUID,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
    chunk: int = CHUNK,
    *,
    listed: bool = True,
) -> bool:
    """Works on an import until it is done or refused. False: not done, another works on it.

    False as well where everything is recorded and the lists do not show it yet; with `listed`
    false they are not waited for, as the caller fills them later. Safe to run twice, beside
    itself, and again after it was killed. Raises ImportUnknown.
    """
    with IMPORTS.alone(application.pool, import_id) as lease:
        if lease is None:
            return False
        try:
            return _run(application, import_id, lease, clock, progress or _silent, chunk, listed)
        except Overtaken:
            return False


def _run(
    application: SocaiApplication,
    import_id: UUID,
    lease: Lease,
    clock: Callable[[], datetime],
    progress: Progress,
    chunk: int,
    listed: bool,
) -> bool:
    job = books.begin(application.pool, import_id, clock())
    if job is None:
        go_on_with_all(application, import_id, clock(), lease)
        return True
    if not job.listing:
        if IMPORTS.is_given_up(job.attempts):
            given_up = ImportGivenUp(attempts=IMPORTS.most_attempts, done=job.done)
            books.refuse(application.pool, job.id, given_up, clock(), lease)
            return True
        if not _work(application, job, clock, progress, chunk, lease):
            return True
    if job.dry_run or listed:
        return job.dry_run or _see_listed(application, job.id)
    books.finish(application.pool, job.id)
    return True


def _work(
    application: SocaiApplication,
    job: books.Job,
    clock: Callable[[], datetime],
    progress: Progress,
    chunk: int,
    lease: Lease,
) -> bool:
    """Checks and records; False where the file was refused."""
    try:
        with application.pool.connection() as conn:
            names = open_names(conn, application.keyring, job.id)
        reviewed = _review(application, job, progress, lease)
    except (FileRefused, FileDestroyed) as refusal:
        books.refuse(application.pool, job.id, refusal, clock(), lease)
        return False
    done, digest = job.done, reviewed.digest()
    if job.list_digest != digest:
        # The first reading, or one that found something else: new units, a newer program.
        books.write_review(application.pool, job.id, reviewed, digest, names, lease)
        done = 0
    recording = ListRecorder(
        application,
        import_id=job.id,
        actor=job.actor,
        dry_run=job.dry_run,
        lease=lease,
    )
    recorder = _Recorder(application, job.id, lease, reviewed, recording, names, clock, progress)
    recorder.record(done, chunk)
    books.finish_recording(application.pool, job.id, clock(), lease)
    return True


@dataclass(frozen=True, slots=True)
class _Recorder:
    """Records chunk by chunk; while one is saved, the next is made ready.

    Chunks of one list have nothing in common (`reviewing`), so their order is of no matter; what
    came of them is written in order, so that `done` never passes a chunk that was not recorded.
    The next list begins when the one before is recorded: a household that left near-poverty may
    have been given that class by it.
    """

    application: SocaiApplication
    import_id: UUID
    lease: Lease
    reviewed: CheckedList
    recording: ListRecorder
    names: Names
    clock: Callable[[], datetime]
    progress: Progress

    def record(self, done: int, chunk: int) -> None:
        total = len(self.reviewed.packed)
        self.progress("recording", done, total)
        bounds = [*(bound for bound in self.reviewed.bounds if bound > done), total]
        with ThreadPoolExecutor(RECORDING_THREADS, thread_name_prefix="import") as threads:
            for bound in bounds:
                self._record_list(done, bound, chunk, threads)
                done = max(done, bound)

    def _record_list(self, done: int, bound: int, chunk: int, threads: ThreadPoolExecutor) -> None:
        ahead: deque[tuple[int, list[ListedHousehold], Future[ChunkResult]]] = deque()
        for start in [*range(done, bound, chunk), *[bound] * RECORDING_THREADS]:
            if start < bound:
                households = self.reviewed.chunk(start, min(chunk, bound - start))
                future = threads.submit(self.recording.record, households, self.clock())
                ahead.append((start, households, future))
            if ahead and (len(ahead) >= RECORDING_THREADS or start == bound):
                self._write(*ahead.popleft())

    def _write(
        self, start: int, households: list[ListedHousehold], recorded: Future[ChunkResult]
    ) -> None:
        pool = self.application.pool
        keyring, result = self.application.keyring, recorded.result()
        books.write_chunk(
            pool, keyring, self.import_id, start, households, result, self.names, self.lease
        )
        self.progress("recording", start + len(households), len(self.reviewed.packed))


def _see_listed(application: SocaiApplication, import_id: UUID) -> bool:
    """Brings the read models up; whether what was recorded stands in all of them in time.

    What an open transaction holds back is not in the ledger yet, and others who catch up may end
    before it is: so it looks again.
    """
    models = [model.name for model in MODELS]
    deadline, pause, seq = time.monotonic() + LISTED_WITHIN, _FIRST_PAUSE, None
    while True:
        catch_up(application.pool, application.keyring)
        if seq is None:
            seq = books.last_seq(application.pool, import_id)
        if seq is None:
            time.sleep(pause)
        elif seq == 0 or wait_until(application.pool, models, seq, timeout=pause):
            books.finish(application.pool, import_id)
            return True
        if time.monotonic() >= deadline:
            log.warning("recorded; the lists do not show it yet", import_id=str(import_id))
            return False
        pause = min(2 * pause, _LONGEST_PAUSE)


def _review(
    application: SocaiApplication, job: books.Job, progress: Progress, lease: Lease
) -> CheckedList:
    with application.pool.connection() as conn:
        _, file = open_file(conn, application.keyring, job.id)

    def checked(rows: int) -> None:
        progress("checking", rows, 0)
        books.write_rows_checked(application.pool, job.id, rows, lease)

    workbook = open_workbook(file)
    return check_list(
        workbook,
        AreaLookup(application.areas.directory, job.area),
        today=job.today,
        effective_on=job.effective_on,
        sheet=job.sheet,
        progress=checked,
    )


def _silent(*_: object) -> None:
    """Shows nothing."""
