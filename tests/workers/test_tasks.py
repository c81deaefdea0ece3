"""Worker and clock as they run: started as processes, stopped by a signal, healed after losses."""

import ast
import base64
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.application import SocaiApplication
from domain.eventstore.personal import Keyring
from projections.catch_up import catch_up
from projections.oversight.replay import job_store
from projections.rebuild import progress, rebuild_job
from projections.status import ledger_status
from service.embedded import Valkey
from service.nudge import Notifier
from tests import histories
from tests.conftest import Database
from tests.given import Life, a_few_areas
from tests.standards import standards
from workers import clock
from workers.broker import JOBS, NUDGES, QUEUES, TASKS, make_broker
from workers.main import TASK_MODULES
from workers.resume_jobs import KINDS, resume_jobs
from workers.services import WorkerServices
from workers.settings import WorkerSettings

ROOT = Path(__file__).resolve().parents[2]
MASTER, INDEX = bytes(range(32)), bytes(32)


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for a condition; fail when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        threading.Event().wait(0.03)


@pytest.fixture
def environment(database: Database, valkey: Valkey, tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database.url,
        "REDIS_URL": valkey.url,
        "SOCAI_DATA": str(tmp_path),
        "SOCAI_MASTER_KEY": base64.b64encode(MASTER).decode(),
        "SOCAI_INDEX_KEY": base64.b64encode(INDEX).decode(),
    }


@pytest.fixture
def parts(environment: dict[str, str]) -> Iterator[WorkerServices]:
    made = WorkerServices(WorkerSettings.from_environment(environment))
    yield made
    made.close()


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a module as a process; it is killed after the test."""
    running: list[subprocess.Popen[bytes]] = []

    def run(*module: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", *module], env=environment, stdout=subprocess.DEVNULL
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.wait()


def lag(database: Database) -> int:
    with psycopg.connect(database.url) as conn:
        now = ledger_status(conn)
    return now.unsequenced + sum(model.lag for model in now.models)


def record_something(database: Database, clock_: Any) -> None:
    """One more household, through a write side that tells nobody."""
    keyring = Keyring(database.pool, MASTER, INDEX)
    application = SocaiApplication(
        database.pool, keyring, standards(), clock_, directory=a_few_areas()
    )
    number = uuid4().hex[:8]
    name = f"Trần Thị {''.join(chr(ord('a') + int(digit, 16)) for digit in number)}"
    head = replace(histories.ALONE.members[0], name=name)
    Life(application).register(
        "2022-12-01", replace(histories.ALONE, number=number, members=(head,))
    )


def test_every_task_that_anybody_asks_for_is_declared() -> None:
    for module in TASK_MODULES:
        importlib.import_module(module)
    nudged = {sweep.task for sweep in clock.SWEEPS} | {task for task, _ in KINDS}
    nudged |= {"catch_up", "resume_jobs"}
    for path in (ROOT / "service").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "job"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                nudged.add(node.args[0].value)
    assert nudged <= set(TASKS.by_name)
    for sweep in clock.SWEEPS:
        assert TASKS.by_name[sweep.task].queue is sweep.queue


def test_every_queue_has_a_process_in_the_procfile() -> None:
    text = (ROOT / "Procfile").read_text()
    for queue in QUEUES:
        assert f"workers.main {queue.name}\n" in text


def test_a_nudge_brings_the_read_models_up_and_a_signal_ends_the_worker(
    database: Database, environment: dict[str, str], start: Any, clock: Any
) -> None:
    worker = start("workers.main", "nudges")
    record_something(database, clock)
    assert lag(database) > 0
    assert Notifier(environment["REDIS_URL"], "socai").catch_up()
    until(lambda: lag(database) == 0)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0


def test_a_lost_nudge_a_wiped_redis_and_a_killed_worker_are_healed_by_the_clock(
    database: Database, valkey: Valkey, start: Any, clock: Any
) -> None:
    worker = start("workers.main", "nudges")
    ticking = start("workers.clock")
    record_something(database, clock)
    until(lambda: lag(database) == 0)

    worker.kill()
    worker.wait()
    valkey.wipe()
    record_something(database, clock)
    start("workers.main", "nudges")
    until(lambda: lag(database) == 0)

    valkey.stop()
    record_something(database, clock)
    valkey.start()
    until(lambda: lag(database) == 0, seconds=60)
    assert ticking.poll() is None, "the clock lives through all of it"


def test_unfinished_jobs_are_offered_again_but_not_all_the_time(
    database: Database, valkey: Valkey, parts: WorkerServices
) -> None:
    replay = uuid4()
    with psycopg.connect(database.owner_url) as conn:
        request_replay(conn, replay)
    resume_jobs(parts)
    resume_jobs(parts)
    assert parts.broker.do_qsize(JOBS.name) == 1
    valkey.wipe()
    resume_jobs(parts)
    assert parts.broker.do_qsize(JOBS.name) == 1, "what Redis forgot is offered again"


def request_replay(conn: psycopg.Connection, replay: UUID) -> None:
    job_store.request(
        conn,
        replay_id=replay,
        area="",
        units=[],
        from_on=date(2022, 1, 1),
        to_on=date(2022, 12, 31),
        requested_by="thanhtra",
        requested_at=datetime(2022, 12, 1, tzinfo=UTC),
    )


def test_the_clock_adds_nothing_to_a_queue_that_nobody_takes_from(valkey: Valkey) -> None:
    broker = make_broker(valkey.url, "idle")
    sweep = clock.SWEEPS[0]
    sent = [clock.ask(broker, sweep) for _ in range(clock.LONGEST_QUEUE + 20)]
    assert sent.count(True) == clock.LONGEST_QUEUE + 1
    assert broker.do_qsize(NUDGES.name) == clock.LONGEST_QUEUE + 1
    valkey.stop()
    assert clock.ask(broker, sweep) is False


def test_a_rebuild_that_was_left_is_taken_up_by_the_workers(
    database: Database, environment: dict[str, str], start: Any, clock: Any
) -> None:
    record_something(database, clock)
    catch_up(database.pool, Keyring(database.pool, MASTER, INDEX))
    number = rebuild_job.request(database.pool)
    start("workers.main", "nudges", "jobs")
    Notifier(environment["REDIS_URL"], "socai").resume_jobs()

    def finished() -> bool:
        with psycopg.connect(database.url) as conn:
            return progress.get(conn, number).stage == "finished"

    until(finished)


def test_a_worker_without_settings_says_which_one_in_one_line() -> None:
    for module in (["workers.main"], ["workers.clock"]):
        done = subprocess.run(
            [sys.executable, "-m", *module],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1
        assert done.stderr.strip().endswith(
            "DATABASE_URL is not set; docs/operations.md says what it is"
        )
        assert len(done.stderr.splitlines()) == 1
