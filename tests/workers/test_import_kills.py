"""Imports that are stopped or killed at any moment go on and record every household once."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.commands.batch import CommandBatch
from domain.eventstore.postgres import autocommitting
from domain.jobs.leases import keeping, take
from projections.imports import import_job, imports, job_store
from tests.lists import household, person
from tests.workers.recorded import names

ImportRequest = Callable[..., UUID]


def a_name(number: int) -> str:
    """Another name for each number; a name has no digits."""
    return "Hồ Văn S" + "".join("abcdefghij"[int(digit)] for digit in str(number))


@pytest.mark.parametrize("step", ["before the save", "after the save", "between two chunks"])
def test_an_import_that_was_stopped_goes_on_where_it_stopped(
    hue: Any, clock: Any, request_import: ImportRequest, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    rows = [household(person(a_name(number), birth=1980)) for number in range(10)]
    import_id = request_import(*rows)
    calls = []
    real = job_store.write_chunk

    def stop(*arguments: Any) -> None:
        calls.append(arguments[3])
        if arguments[3] == 3:
            if step == "between two chunks":
                real(*arguments)
            raise KeyboardInterrupt
        real(*arguments)

    with monkeypatch.context() as patch:
        if step == "before the save":
            patch.setattr(type(hue), "run_many", _stop_at_second(type(hue).run_many))
        else:
            patch.setattr(job_store, "write_chunk", stop)
        with pytest.raises(KeyboardInterrupt):
            import_job.run(hue, import_id, clock, chunk=3)
    with hue.pool.connection() as conn:
        assert imports.unfinished(conn) == [import_id]
    assert import_job.run(hue, import_id, clock, chunk=3)
    with hue.pool.connection() as conn:
        done = imports.get(conn, import_id)
        assert imports.unfinished(conn) == []
    assert (done.status, done.recorded, done.already, done.done) == ("done", 10, 0, 10)
    assert names(hue).count("Registered") == 10


def _stop_at_second(real: Any) -> Any:
    calls = []

    def run_many(self: Any, plans: Any, **other: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(self, plans, **other)

    return run_many


KILLED = """
    import sys, os, uuid
    from datetime import UTC, datetime
    from psycopg_pool import ConnectionPool
    from domain.application import SocaiApplication
    from domain.eventstore.personal import Keyring
    from domain.standards import load_standards
    from projections.imports import import_job, job_store

    url, import_id, master, index = sys.argv[1:]
    pool = ConnectionPool(url, min_size=1, max_size=4, open=True)
    keyring = Keyring(pool, bytes.fromhex(master), bytes.fromhex(index))
    def progress(what, done, total):
        print(what, done, flush=True)
    now = lambda: datetime(2022, 12, 15, 2, 0, tzinfo=UTC)
    casework = SocaiApplication(pool, keyring, load_standards(), clock=now)
    import_job.run(casework, uuid.UUID(import_id), now, progress, chunk=20)
"""


def test_an_import_survives_kill_9_again_and_again(
    hue: Any,
    database: Any,
    keys: tuple[bytes, bytes],
    request_import: ImportRequest,
    tmp_path: Path,
) -> None:
    rows = [
        household(
            person(a_name(number), birth=1980, id_number=f"046080{number:06}"),
            person("Lê Thị Vợ", "Vợ", 1985, "Nữ"),
        )
        for number in range(400)
    ]
    import_id = request_import(*rows)
    script = tmp_path / "importing.py"
    script.write_text(textwrap.dedent(KILLED))
    kills = 0
    for lines in (1, 3, 6, 4, 10_000):
        worker = subprocess.Popen(
            [sys.executable, str(script), database.url, str(import_id), *(k.hex() for k in keys)],
            stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": os.getcwd()},
        )  # fmt: skip
        assert worker.stdout is not None
        for _, _line in zip(range(lines), worker.stdout, strict=False):
            continue
        if worker.poll() is None and lines < 10_000:
            worker.send_signal(signal.SIGKILL)
            kills += 1
        worker.wait()
        worker.stdout.close()
        _until_free(hue.pool, import_id)
    with hue.pool.connection() as conn:
        done = imports.get(conn, import_id)
    assert kills >= 3
    assert (done.status, done.recorded, done.persons, done.refused) == ("done", 400, 800, 0)
    assert names(hue).count("Registered") == 400
    assert names(hue).count("Classified") == 400


def _until_free(pool: Any, import_id: UUID) -> None:
    """PostgreSQL notices a killed client when it next talks to it."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with imports.IMPORTS.alone(pool, import_id) as free:
            if free:
                return
    raise AssertionError("the lock of a killed worker is still held")


def test_a_worker_that_was_passed_over_writes_nothing_more_of_the_import(
    hue: Any, clock: Any, request_import: ImportRequest
) -> None:
    """As one that was frozen in the middle: another does the whole import, then it wakes up."""
    rows = [household(person(a_name(number), birth=1980)) for number in range(9)]
    import_id = request_import(*rows)
    finished: list[bool] = []

    def progress(what: str, done: int, total: int) -> None:
        if (what, done) == ("recording", 3) and not finished:
            with hue.pool.connection() as conn:
                conn.execute("update read.leases set until = now() - interval '1s'")
            finished.append(import_job.run(hue, import_id, clock, chunk=2))

    assert import_job.run(hue, import_id, clock, progress, chunk=3) is False
    assert finished == [True]
    with hue.pool.connection() as conn:
        done = imports.get(conn, import_id)
    assert (done.status, done.done, done.refused) == ("done", 9, 0)
    assert done.recorded + done.already == 9
    assert names(hue).count("Registered") == 9


def test_a_worker_that_was_passed_over_between_reading_and_saving_records_nothing(
    hue: Any, clock: Any, request_import: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = request_import(
        *[household(person(a_name(number), birth=1980)) for number in range(9)]
    )
    decide, taken = CommandBatch.decide, []

    def decide_late(self: Any, groups: Any) -> Any:
        answers = decide(self, groups)
        if not taken:
            with autocommitting(hue.pool) as conn:
                conn.execute("update read.leases set until = now() - interval '1s'")
                taken.append(take(conn, imports.IMPORTS.name_of(import_id)))
        return answers

    monkeypatch.setattr(CommandBatch, "decide", decide_late)
    assert import_job.run(hue, import_id, clock) is False
    assert names(hue) == []
    with autocommitting(hue.pool) as conn:
        taken[0].give_back(conn)
    assert import_job.run(hue, import_id, clock) is True
    with hue.pool.connection() as conn:
        done = imports.get(conn, import_id)
    assert (done.status, done.recorded, done.already) == ("done", 9, 0)
    assert names(hue).count("Registered") == 9


def test_a_worker_that_was_passed_over_while_it_checked_leaves_the_number_of_rows(
    hue: Any, clock: Any, request_import: ImportRequest
) -> None:
    import_id = request_import(
        *[household(person(a_name(number), birth=1980)) for number in range(9)]
    )
    finished: list[bool] = []

    def progress(what: str, done: int, total: int) -> None:
        if what == "checking" and not finished:
            with hue.pool.connection() as conn:
                conn.execute("update read.leases set until = now() - interval '1s'")
            finished.append(import_job.run(hue, import_id, clock))
            with psycopg.connect(hue.pool.conninfo) as conn:
                conn.execute("update office.imports set rows = -1")

    assert import_job.run(hue, import_id, clock, progress) is False
    assert finished == [True]
    with hue.pool.connection() as conn:
        assert imports.get(conn, import_id).rows == -1


FROZEN = """
    import sys, uuid
    from datetime import UTC, datetime
    from psycopg_pool import ConnectionPool
    from domain.application import SocaiApplication
    from domain.commands.batch import CommandBatch
    from domain.eventstore.personal import Keyring
    from domain.standards import load_standards
    from projections.imports import import_job

    decide = CommandBatch.decide

    def decide_and_wait(self, groups):
        answers = decide(self, groups)
        print("decided", flush=True)
        sys.stdin.readline()
        return answers

    CommandBatch.decide = decide_and_wait
    url, import_id, master, index = sys.argv[1:]
    pool = ConnectionPool(url, min_size=1, max_size=4, open=True)
    keyring = Keyring(pool, bytes.fromhex(master), bytes.fromhex(index))
    now = lambda: datetime(2022, 12, 15, 2, 0, tzinfo=UTC)
    casework = SocaiApplication(pool, keyring, load_standards(), clock=now)
    print(import_job.run(casework, uuid.UUID(import_id), now), flush=True)
"""


def test_a_worker_that_froze_between_reading_and_saving_records_nothing_when_it_wakes_up(
    hue: Any,
    database: Any,
    keys: tuple[bytes, bytes],
    request_import: ImportRequest,
    tmp_path: Path,
    clock: Any,
) -> None:
    import_id = request_import(
        *[household(person(a_name(number), birth=1980)) for number in range(9)]
    )
    script = tmp_path / "importing.py"
    script.write_text(textwrap.dedent(FROZEN))
    with subprocess.Popen(
        [sys.executable, str(script), database.url, str(import_id), *(k.hex() for k in keys)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    ) as frozen:  # fmt: skip
        try:
            assert frozen.stdout is not None
            assert frozen.stdin is not None
            assert frozen.stdout.readline() == "decided\n"
            frozen.send_signal(signal.SIGSTOP)
            with autocommitting(hue.pool) as conn:
                name = imports.IMPORTS.name_of(import_id)
                deadline = time.monotonic() + 20
                while (lease := take(conn, name)) is None:
                    assert time.monotonic() < deadline, "the frozen worker still has the lease"
                    threading.Event().wait(0.1)
                with keeping(hue.pool, conn, lease):
                    frozen.send_signal(signal.SIGCONT)
                    frozen.stdin.write("go on\n")
                    frozen.stdin.flush()
                    assert frozen.stdout.readline() == "False\n"
                    assert names(hue) == []
        finally:
            frozen.kill()
    assert import_job.run(hue, import_id, clock) is True
    with hue.pool.connection() as conn:
        done = imports.get(conn, import_id)
    assert (done.status, done.recorded, done.already) == ("done", 9, 0)


def test_two_workers_do_not_work_on_one_import(
    hue: Any, clock: Any, request_import: ImportRequest
) -> None:
    import_id = request_import(household(person("Hồ Văn An")))
    with imports.IMPORTS.alone(hue.pool, import_id) as first:
        assert first
        assert import_job.run(hue, import_id, clock) is False
    assert import_job.run(hue, import_id, clock) is True
