"""Runs of catch-up, import and rebuild in fresh processes, with their time and memory."""

import gc
import io
import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg_pool import ConnectionPool

from bench.ours import AREA, KEYS
from bench.synthetic import Maker
from domain.application import SocaiApplication
from domain.areas.seed.load import load_national
from domain.commands.command import Actor
from domain.eventstore.mapper import StampedEvent
from domain.eventstore.personal import Keyring, Sealer
from domain.eventstore.recorder import PostgresRecorder
from domain.standards import load_standards
from projections.catch_up import catch_up
from projections.engine import ledger
from projections.imports import import_job, imports, job_store
from projections.rebuild import first_build as due
from projections.rebuild import rebuild_job
from projections.rebuild.priority import in_background


@dataclass(frozen=True, slots=True)
class Spent:
    """Cost of a run: wall seconds, peak memory in MiB, the result, and CPU seconds."""

    seconds: float
    memory: float
    answer: Any
    cpu: float


def alone(work: Callable[..., Any], *arguments: Any) -> Spent:
    """Run a function in a fresh process and measure it."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as process:
        return process.submit(_account, work, arguments).result()


def _account(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Spent:
    started = time.perf_counter()
    answer = work(*arguments)
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Spent(seconds, used.ru_maxrss / 1024, answer, used.ru_utime + used.ru_stime)


def _pool(url: str) -> ConnectionPool[Any]:
    return ConnectionPool(url, min_size=1, max_size=6, open=True)


def project_all(url: str) -> int:
    """Bring every read model up to date; returns the steps of the ledger."""
    with _pool(url) as pool:
        return catch_up(pool, Keyring(pool, *KEYS))


def load_areas(url: str) -> int:
    """The country's units, as the import looks them up; returns how many."""
    with _pool(url) as pool:
        application = SocaiApplication(pool, Keyring(pool, *KEYS), load_standards())
        return load_national(application, datetime.now(UTC)).units


def import_list(url: str, path: Path) -> dict[str, Any]:
    """Import a workbook in two processes, as by two workers, and bring every read model up.

    Returns the tallies of the import, the peak memory of the second process in MiB (`beside`), and
    the CPU seconds that checks, recording and lists took of the first.
    """
    context = multiprocessing.get_context("spawn")
    called = context.Event()
    import_id = uuid4()
    with ProcessPoolExecutor(1, context, initializer=_call_by, initargs=(called,)) as helper:
        beside = helper.submit(_account, _help_import, (url, import_id))
        answer = _import_list(url, path, import_id, called.set)
        called.set()
        answer["beside"] = beside.result().memory
        answer["beside_cpu"] = beside.result().cpu
    return answer


def _import_list(url: str, path: Path, import_id: UUID, call: Callable[[], None]) -> dict[str, Any]:
    began: dict[str, float] = {}

    def progress(what: str, done: int, total: int) -> None:
        began.setdefault(what, time.process_time())
        began["listing"] = time.process_time()

    with _pool(url) as pool:
        keyring = Keyring(pool, *KEYS)
        application = SocaiApplication(pool, keyring, load_standards())
        began["checking"] = time.process_time()
        with pool.connection() as conn:
            job_store.request(
                conn,
                keyring,
                import_id=import_id,
                area="474",
                file=io.BytesIO(path.read_bytes()).getvalue(),
                actor=Actor("bench", "case_worker"),
                requested_at=datetime.now(UTC),
            )
        import_job.run(application, import_id, lambda: datetime.now(UTC), progress, call=call)
        while catch_up(pool, keyring):
            pass
        with pool.connection() as conn:
            done = imports.get(conn, import_id)
            row = conn.execute("select sum(households), sum(persons) from read.counts").fetchone()
    households, persons = row or (0, 0)
    return {
        "recorded": done.recorded,
        "reclassified": done.reclassified,
        "already": done.already,
        "possible": done.possible,
        "refused": done.refused,
        "households": int(households or 0),
        "persons": int(persons or 0),
        "checking": began["recording"] - began["checking"],
        "recording": began["listing"] - began["recording"],
        "listing": time.process_time() - began["listing"],
    }


_called: Any = None


def _call_by(event: Any) -> None:
    global _called
    _called = event


def _help_import(url: str, import_id: UUID) -> None:
    """Wait to be called, and help to record."""
    with _pool(url) as pool:
        application = SocaiApplication(pool, Keyring(pool, *KEYS), load_standards())
        _called.wait()
        import_job.run(application, import_id, lambda: datetime.now(UTC))


def append_households(url: str, households: int) -> tuple[float, list[tuple[Any, ...]]]:
    """Seal, map and save households through the recorder, a thousand events a statement; while
    one statement runs, the next is made ready.

    Returns the seconds that took (drawing the plain values is not in it), and the rows as they
    were stored, for the peer.
    """
    with _pool(url) as pool, ThreadPoolExecutor(1) as hand:
        maker = Maker(Keyring(pool, *KEYS), [AREA], seed=1)
        recorder = PostgresRecorder(pool)
        drawn = [maker.draw() for _ in range(households)]
        gc.freeze()  # the plain values are the measurement's own, not what a save carries about

        def save(events: list[StampedEvent], sealer: Sealer) -> list[StampedEvent]:
            recorder.insert_events(events, keys=sealer.new_keys, wait=False)
            return events

        started = time.perf_counter()
        saves = [
            hand.submit(save, *maker.stored(drawn[first : first + 200]))
            for first in range(0, households, 200)
        ]
        saved = [event for one in saves for event in one.result()]
        seconds = time.perf_counter() - started
    return seconds, [
        (e.originator_id, e.originator_version, e.topic, e.state, e.recorded_at) for e in saved
    ]


def seal_people(url: str, households: int) -> tuple[float, float]:
    """CPU seconds that sealing alone takes of making the events of so many households, and the
    whole of making them."""
    with _pool(url) as pool:
        keyring = Keyring(pool, *KEYS)
        maker = Maker(keyring, [AREA], seed=2)
        drawn = [maker.draw() for _ in range(households)]
        started = time.process_time()
        for first in range(0, households, 200):
            maker.stored(drawn[first : first + 200])
        made = time.process_time()
        for first in range(0, households, 200):
            people = [person for one in drawn[first : first + 200] for person in one.people]
            sealer = keyring.sealer(fresh=[person[0] for person in people])
            for person in people:
                sealer.seal(person[0], person[1])
    return time.process_time() - made, made - started


def verify(url: str) -> bool:
    """Recompute every leaf from the stored events. Raises RuntimeError if one does not agree."""
    with psycopg.connect(url) as conn:
        report = ledger.verify(conn)
    if not report.ok:
        raise RuntimeError("the ledger does not verify")
    return True


def rebuild_while_reading(url: str) -> tuple[float, int]:
    """Rebuild every read model with two processes while a third reads the live ones.

    Returns the seconds it took and how many reads were answered meanwhile.
    """
    context = multiprocessing.get_context("spawn")
    with _pool(url) as pool:
        started = time.perf_counter()
        rebuild = rebuild_job.request(pool)
    stopping = context.Event()
    answered = context.Value("i", 0)
    reader = context.Process(target=_read_on, args=(url, stopping, answered))
    builders = [context.Process(target=_build, args=(url, rebuild)) for _ in range(2)]
    for process in (reader, *builders):
        process.start()
    for process in builders:
        process.join()
    seconds = time.perf_counter() - started
    stopping.set()
    reader.join()
    if any(process.exitcode for process in (reader, *builders)):
        raise RuntimeError("the rebuild, or the reading beside it, failed")
    return seconds, answered.value


def first_build(url: str, processes: int = 2) -> None:
    """Bring every read model up by a first build in several processes, where one is due, and by
    catching up."""
    with _pool(url) as pool:
        rebuild = due.begin(pool)
        if rebuild is not None:
            context = multiprocessing.get_context("spawn")
            builders = [
                context.Process(target=_build, args=(url, rebuild)) for _ in range(processes)
            ]
            for process in builders:
                process.start()
            for process in builders:
                process.join()
            if any(process.exitcode for process in builders):
                raise RuntimeError("the first build failed")
        while catch_up(pool, Keyring(pool, *KEYS)):
            pass


def rebuild_all(url: str) -> int:
    """Rebuild every read model in this process; returns the rebuild's id."""
    with _pool(url) as pool:
        rebuild = rebuild_job.request(pool)
    _build(url, rebuild)
    return rebuild


def _build(url: str, rebuild: int) -> None:
    with _pool(url) as pool:
        keyring = Keyring(pool, *KEYS)
        while not in_background(lambda: rebuild_job.work(pool, keyring, rebuild)):
            time.sleep(0.1)


def _read_on(url: str, stopping: Any, answered: Any) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        while not stopping.is_set():
            conn.execute("select class, sum(households) from read.counts group by class")
            answered.value += 1
            stopping.wait(0.05)
