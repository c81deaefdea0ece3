"""The job of an import checks the file, records its households, waits for the lists.

Everything that decides what happens is in the file and in the register, so the job can be killed
at any moment and run again: the checks give the same households in the same order, the parts say
which of them are recorded, and a household that was recorded just before the kill answers as
repeated.

One worker leads; another that is asked to work on the import meanwhile helps to record, from the
end of the list (`import_parts`).

A job that gets no further is not tried for ever: after too many attempts the import ends as
refused, with what it has recorded until then.
"""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog

from domain.application import SocaiApplication
from domain.commands.command import Actor
from domain.imports.area_lookup import AreaLookup
from domain.imports.errors import FileRefused, ImportGivenUp
from domain.imports.list_checks import CheckedList, check_list
from domain.imports.list_recorder import ChunkResult, ListRecorder
from domain.imports.xlsx.workbook import open_workbook
from domain.jobs.leases import Lease, Overtaken
from projections.catch_up import catch_up
from projections.engine.freshness import wait_until
from projections.imports import import_parts
from projections.imports import job_store as books
from projections.imports.import_parts import Part
from projections.imports.imports import IMPORTS
from projections.imports.matches import go_on_with_all
from projections.imports.sealed_files import FileDestroyed, Names, open_file, open_names
from projections.read_models import MODELS

CHUNK = 1_000
"""Households in one transaction."""
RECORDING_THREADS = 2
"""Parts under way at once."""
CALL_EVERY = 10
"""After so many parts another worker is called again: the one before may have been busy."""
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
    call: Callable[[], None] | None = None,
) -> bool:
    """Works on an import until it is done or refused. False: not done, another works on it, and
    was helped as long as a part of the list was free.

    False as well where everything is recorded and the lists do not show it yet; with `listed`
    false they are not waited for, as the caller fills them later. `call` asks another worker to
    run the same import: it is called while parts of a list are left to others. Safe to run
    twice, beside itself, and again after it was killed. Raises ImportUnknown.
    """
    with IMPORTS.alone(application.pool, import_id) as lease:
        try:
            if lease is None:
                _help(application, import_id, clock)
                return False
            told = _Told(clock, progress or _silent, call or _silent)
            return _run(application, import_id, lease, told, chunk, listed)
        except Overtaken:
            return False


@dataclass(frozen=True, slots=True)
class _Told:
    """What the caller of a run gives: the time, and whom to tell of progress and of parts."""

    clock: Callable[[], datetime]
    progress: Progress
    call: Callable[[], None]


def _run(
    application: SocaiApplication,
    import_id: UUID,
    lease: Lease,
    told: _Told,
    chunk: int,
    listed: bool,
) -> bool:
    job = books.begin(application.pool, import_id, told.clock())
    if job is None:
        go_on_with_all(application, import_id, told.clock(), lease)
        return True
    if not job.listing:
        if IMPORTS.is_given_up(job.attempts):
            given_up = ImportGivenUp(attempts=IMPORTS.most_attempts, done=job.done)
            books.refuse(application.pool, job.id, given_up, told.clock(), lease)
            return True
        if not _work(application, job, told, chunk, lease):
            return True
    if job.dry_run or listed:
        return job.dry_run or _see_listed(application, job.id)
    books.finish(application.pool, job.id)
    return True


def _work(
    application: SocaiApplication, job: books.Job, told: _Told, chunk: int, lease: Lease
) -> bool:
    """Checks and records; False where the file was refused."""
    pool = application.pool
    try:
        with pool.connection() as conn:
            names = open_names(conn, application.keyring, job.id)
        reviewed = _review(application, job, told.progress, lease)
    except (FileRefused, FileDestroyed) as refusal:
        books.refuse(pool, job.id, refusal, told.clock(), lease)
        return False
    done, digest, total = job.done, reviewed.digest(), len(reviewed.packed)
    if job.list_digest != digest or not import_parts.are_written(pool, job.id):
        # The first reading, or one that found something else: new units, a newer program.
        books.write_review(pool, job.id, reviewed, digest, names, lease, chunk)
        done = 0
    del reviewed
    recorder = _recorder(application, job.id, job.actor, lease, names, told, dry_run=job.dry_run)
    import_parts.begin(pool, job.id, lease, helper=False)
    told.progress("recording", done, total)
    recorder.record(done, total)
    books.finish_recording(pool, job.id, told.clock(), lease)
    return True


def _help(application: SocaiApplication, import_id: UUID, clock: Callable[[], datetime]) -> None:
    """Records parts of the list from its end, as long as one is free."""
    pool = application.pool
    with import_parts.helping(pool, import_id) as lease:
        recording = books.recording(pool, import_id)
        if lease is None or recording is None:
            return
        try:
            with pool.connection() as conn:
                names = open_names(conn, application.keyring, import_id)
        except FileDestroyed:
            return
        actor, dry_run = recording
        told = _Told(clock, _silent, _silent)
        recorder = _recorder(application, import_id, actor, lease, names, told, dry_run=dry_run)
        import_parts.begin(pool, import_id, lease, helper=True)
        recorder.record(0, 0, helper=True)


def _recorder(
    application: SocaiApplication,
    import_id: UUID,
    actor: Actor,
    lease: Lease,
    names: Names,
    told: _Told,
    *,
    dry_run: bool,
) -> "_Recorder":
    recording = ListRecorder(
        application, import_id=import_id, actor=actor, dry_run=dry_run, lease=lease
    )
    return _Recorder(application, import_id, lease, recording, names, told)


@dataclass(frozen=True, slots=True)
class _Recorder:
    """Records part by part; while one is saved, the next is made ready.

    Parts of one list have nothing in common (`list_checks`), so their order is of no matter. The
    next list begins when the one before is recorded: a household that left near-poverty may have
    been given that class by it.
    """

    application: SocaiApplication
    import_id: UUID
    lease: Lease
    recording: ListRecorder
    names: Names
    told: _Told
    seen: set[int] = field(default_factory=set)
    """The parts whose new households `recording` knows, by their starts."""

    def record(self, done: int, total: int, *, helper: bool = False) -> None:
        """Records until nothing is left, or, as a helper, until no part is free."""
        ahead: deque[tuple[Part, Future[ChunkResult]]] = deque()
        begun, taken, pause = -1, 0, _FIRST_PAUSE
        with ThreadPoolExecutor(RECORDING_THREADS, thread_name_prefix="import") as threads:
            while True:
                part = self._take(helper=helper) if len(ahead) < RECORDING_THREADS else None
                if part is not None:
                    taken = 0 if part.list_number != begun else taken + 1
                    begun, pause = part.list_number, _FIRST_PAUSE
                    more = len(part.households) < total - done
                    if part.shared and more and taken % CALL_EVERY == 0:
                        self.told.call()
                    record = self.recording.record
                    ahead.append((part, threads.submit(record, part.households, self.told.clock())))
                elif ahead:
                    written, recorded = ahead.popleft()
                    self._write(written, recorded)
                    done += len(written.households)
                    self.told.progress("recording", done, total)
                elif helper or not import_parts.are_left(self.application.pool, self.import_id):
                    return
                else:
                    time.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE)

    def _take(self, *, helper: bool) -> Part | None:
        """The next part; by then the households of those recorded before are known, also the
        ones that another worker recorded."""
        pool = self.application.pool
        part = import_parts.take_part(pool, self.import_id, self.lease, self.names, helper=helper)
        if part is not None:
            self.recording.know(import_parts.recorded_of(pool, self.import_id, self.seen))
        return part

    def _write(self, part: Part, recorded: Future[ChunkResult]) -> None:
        books.write_chunk(
            self.application.pool, self.application.keyring, self.import_id, part.start,
            part.households, recorded.result(), self.names, self.lease,
        )  # fmt: skip


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
