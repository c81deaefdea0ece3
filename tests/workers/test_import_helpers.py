"""Two workers record one import as one does, and each goes on without the other."""

import os
import random
import secrets
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import dramatiq
import pytest
from dramatiq.brokers.stub import StubBroker
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.application import SocaiApplication
from domain.eventstore.personal import Keyring
from projections.imports import import_job, import_parts, imports, job_store
from tests.conftest import Postgres, fresh_database
from tests.lists import household, person, workbook
from tests.projections.engine.test_same_rows import FEW
from tests.standards import standards
from tests.workers.conftest import OFFICER, with_hue
from tests.workers.recorded import names
from tests.workers.test_import_ends import OneWorker
from tests.workers.test_import_kills import ImportRequest, a_name
from workers.broker import JOBS
from workers.imports import run_import

NUMBERS = [f"046080{number:06}" for number in range(60)]


def some_list(rng: random.Random, size: int) -> bytes:
    """Households that have numbers, names, papers and days of birth in common by chance."""
    rows = [
        household(
            person(
                a_name(rng.randrange(3 * size)),
                birth=rng.choice(["1980", "12/05/1980", "13/06/1981"]),
                id_number=rng.choice(["", rng.choice(NUMBERS)]),
            ),
            *[
                person(
                    a_name(100 + rng.randrange(50)),
                    id_number=rng.choice(["", "", rng.choice(NUMBERS)]),
                )
                for _ in range(rng.randrange(3))
            ],
            number=rng.choice(["", "", f"H-{rng.randrange(4 * size)}"]),
            village=f"Tổ dân phố {rng.randrange(1, 3)}",
            class_=rng.choice(["Hộ nghèo", "Hộ cận nghèo"]),
        )
        for _ in range(size)
    ]
    return workbook(*rows)


@contextmanager
def office(postgres: Postgres, clock: Any) -> Iterator[Any]:
    """The write side with thành phố Huế, on a database of its own."""
    making = fresh_database(postgres)
    database = next(making)
    keyring = Keyring(database.pool, secrets.token_bytes(32), secrets.token_bytes(32))
    try:
        yield with_hue(SocaiApplication(database.pool, keyring, standards(), clock=clock), clock)
    finally:
        making.close()


def outcome(hue: Any, clock: Any, lists: list[bytes], *, help_: str) -> list[object]:
    """Everything that is told of imports of these lists, recorded alone, or with a helper."""
    told: list[object] = []
    for content in lists:
        import_id = uuid4()
        with hue.pool.connection() as conn:
            job_store.request(
                conn, hue.keyring, import_id=import_id, area="474", file=content, actor=OFFICER,
                requested_at=clock(),
            )  # fmt: skip
        work_on(hue, clock, import_id, help_)
        with hue.pool.connection() as conn:
            done = imports.get(conn, import_id)
            told.append((done.status, done.done, done.recorded, done.persons, done.reclassified,
                         done.already, done.refused, done.possible, done.row_counts))  # fmt: skip
            told.append([(one.sheet, one.row, one.kind, one.code, one.field)
                         for one in imports.remarks(conn, hue.keyring, import_id, limit=1_000)
                         ])  # fmt: skip
            told.append([(one.first_row, one.last_row, one.outcome, one.number, one.head)
                         for one in imports.outcomes(conn, hue.keyring, import_id, limit=1_000)
                         ])  # fmt: skip
            parts = conn.execute("select count(*) from office.import_parts").fetchone()
            assert parts == (0,)
    return told


def work_on(hue: Any, clock: Any, import_id: UUID, help_: str) -> None:
    helpers: list[threading.Thread] = []

    def call() -> None:
        helper = threading.Thread(target=import_job.run, args=(hue, import_id, clock))
        helpers.append(helper)
        helper.start()
        if help_ == "first":
            helper.join()

    asked = call if help_ != "none" else None
    assert import_job.run(hue, import_id, clock, chunk=2, call=asked)
    for helper in helpers:
        helper.join()
    assert not helpers or help_ != "none"


@settings(FEW, max_examples=6)
@given(seed=st.integers(0, 2**32), size=st.integers(15, 30))
def test_two_workers_tell_the_same_of_a_list_as_one(
    postgres: Postgres, clock: Any, seed: int, size: int
) -> None:
    told = []
    for help_ in ("none", "beside", "first"):
        rng = random.Random(seed)
        lists = [some_list(rng, size), some_list(rng, size)]
        with office(postgres, clock) as hue:
            told.append(outcome(hue, clock, lists, help_=help_))
    assert told[1] == told[0]
    assert told[2] == told[0]


def test_a_helper_takes_parts_from_the_end(
    hue: Any, clock: Any, request_import: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [household(person(a_name(number), birth=1980)) for number in range(12)]
    import_id = request_import(*rows)
    taken: list[tuple[bool, int]] = []
    real = import_parts.take_part

    def take(*arguments: Any, helper: bool) -> Any:
        part = real(*arguments, helper=helper)
        if part is not None:
            taken.append((helper, part.start))
        return part

    monkeypatch.setattr(import_parts, "take_part", take)
    work_on(hue, clock, import_id, "first")
    assert taken == [(False, 0), *[(True, start) for start in (10, 8, 6, 4, 2)]]


def test_what_a_leader_left_is_recorded_once_it_is_run_again(
    hue: Any, clock: Any, request_import: ImportRequest
) -> None:
    rows = [household(person(a_name(number), birth=1980)) for number in range(12)]
    import_id = request_import(*rows)

    def call() -> None:
        assert import_job.run(hue, import_id, clock) is False
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_job.run(hue, import_id, clock, chunk=2, call=call)
    with hue.pool.connection() as conn:
        left = imports.get(conn, import_id)
    assert (left.status, left.done) == ("recording", 10)
    assert import_job.run(hue, import_id, clock)
    _whole(hue, import_id, 12)


def test_what_others_recorded_from_the_list_is_not_loaded_to_compare_its_rows(
    hue: Any, clock: Any, request_import: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Heads of one year in one village: by its keys each household is near all others."""
    rows = [household(person(a_name(number), birth=1980)) for number in range(12)]
    import_id = request_import(*rows)

    def stop(step: str, done: int, _: int) -> None:
        if step == "recording" and done >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_job.run(hue, import_id, clock, progress=stop, chunk=2)
    with hue.pool.connection() as conn:
        query = "select household_id from office.import_outcomes where household_id is not null"
        others = {id_ for (id_,) in conn.execute(query).fetchall()}
    matcher, loaded = hue.households.matcher, set[UUID]()
    real = matcher._load

    def load(ids: Any) -> Any:
        wanted = list(ids)
        loaded.update(wanted)
        return real(wanted)

    monkeypatch.setattr(matcher, "_load", load)
    assert import_job.run(hue, import_id, clock, chunk=2)
    _whole(hue, import_id, 12)
    assert len(others) >= 6
    assert not loaded & others


HELPER = """
    import sys, uuid
    from datetime import UTC, datetime
    from psycopg_pool import ConnectionPool
    from domain.application import SocaiApplication
    from domain.eventstore.personal import Keyring
    from domain.imports.list_recorder import ListRecorder
    from domain.standards import load_standards
    from projections.imports import import_job

    record = ListRecorder.record

    def wait_and_record(self, households, now):
        sys.stdout.write("took\\n")  # two threads may: one line is one write
        sys.stdout.flush()
        sys.stdin.readline()
        return record(self, households, now)

    ListRecorder.record = wait_and_record
    url, import_id, master, index = sys.argv[1:]
    pool = ConnectionPool(url, min_size=1, max_size=4, open=True)
    keyring = Keyring(pool, bytes.fromhex(master), bytes.fromhex(index))
    now = lambda: datetime(2022, 12, 15, 2, 0, tzinfo=UTC)
    casework = SocaiApplication(pool, keyring, load_standards(), clock=now)
    print(import_job.run(casework, uuid.UUID(import_id), now), flush=True)
"""


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGSTOP])
def test_a_helper_that_is_killed_or_frozen_is_passed_over(
    hue: Any,
    clock: Any,
    database: Any,
    keys: tuple[bytes, bytes],
    request_import: Callable[..., UUID],
    tmp_path: Path,
    stop: signal.Signals,
) -> None:
    rows = [household(person(a_name(number), birth=1980)) for number in range(12)]
    import_id = request_import(*rows)
    script = tmp_path / "helping.py"
    script.write_text(textwrap.dedent(HELPER))
    started: list[subprocess.Popen[str]] = []

    def call() -> None:
        helper = subprocess.Popen(
            [sys.executable, str(script), database.url, str(import_id), *(k.hex() for k in keys)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": os.getcwd()},
        )  # fmt: skip
        started.append(helper)
        assert helper.stdout is not None
        assert helper.stdout.readline() == "took\n"
        helper.send_signal(stop)

    try:
        assert import_job.run(hue, import_id, clock, chunk=2, call=call)
        _whole(hue, import_id, 12)
        if stop is signal.SIGSTOP:
            started[0].send_signal(signal.SIGCONT)
            said, _ = started[0].communicate("go on\n" * 4, timeout=30)
            assert "True" not in said  # it ends, or its session was ended where it held a lease
            _whole(hue, import_id, 12)
    finally:
        for helper in started:
            helper.kill()
            helper.wait()


def test_a_worker_calls_another_process_and_no_thread_of_its_own(
    hue: Any, clock: Any, request_import: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = request_import(household(person("Hồ Văn An")))
    parts: Any = OneWorker(hue, clock)
    parts.broker = StubBroker()
    parts.broker.declare_queue(JOBS.name)
    runs: list[UUID] = []

    def run(_: Any, asked: UUID, __: Any, *, call: Callable[[], None]) -> bool:
        runs.append(asked)
        call()
        run_import(parts, str(asked))
        return True

    monkeypatch.setattr(import_job, "run", run)
    run_import(parts, str(import_id))
    assert runs == [import_id]
    (queued,) = parts.broker.queues[JOBS.name].queue
    message = dramatiq.Message.decode(queued)
    assert (message.actor_name, message.args) == ("run_import", (str(import_id),))


def _whole(hue: Any, import_id: UUID, size: int) -> None:
    with hue.pool.connection() as conn:
        done = imports.get(conn, import_id)
    assert (done.status, done.done, done.recorded, done.refused) == ("done", size, size, 0)
    assert names(hue).count("Registered") == size
