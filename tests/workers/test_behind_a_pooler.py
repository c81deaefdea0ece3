"""A transaction pooler between the workers and PostgreSQL: all long work goes through it."""

import base64
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from projections.catch_up import catch_up
from projections.imports import import_job, imports
from projections.oversight.replay import job_store, runs
from projections.rebuild import progress, rebuild_job
from service.embedded import Valkey
from service.nudge import Notifier
from tests.conftest import Database
from tests.lists import household, person
from tests.pooler import Pooler, pooler
from tests.projections.engine.test_catch_up import same_as_from_the_start, until
from tests.workers.recorded import names
from tests.workers.test_import_kills import KILLED, a_name

ROOT = Path(__file__).resolve().parents[2]
SESSIONS = 5  # what docs/operations.md asks for one process, and here are two
UNITS = ["474@2004-07-08", "19804@2004-07-08", "19810@2004-07-08"]
ImportRequest = Callable[..., UUID]


@pytest.fixture
def pooled(database: Database) -> Iterator[Pooler]:
    """A transaction pooler before the test's database."""
    with (
        tempfile.TemporaryDirectory(prefix="socai-") as folder,
        pooler(database.url, Path(folder), SESSIONS) as made,
    ):
        yield made


def rows(first: int, bound: int) -> list[Any]:
    return [
        household(
            person(a_name(number), birth=1980, id_number=f"046080{number:06}"),
            person("Lê Thị Vợ", "Vợ", 1985, "Nữ"),
        )
        for number in range(first, bound)
    ]


@pytest.fixture
def workers(
    pooled: Pooler, valkey: Valkey, keys: tuple[bytes, bytes], tmp_path: Path
) -> Iterator[None]:
    """One process for nudges and one for long work, as they run."""
    for name, key in zip(("master", "index"), keys, strict=True):
        (tmp_path / name).write_text(base64.b64encode(key).decode())
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": pooled.url,
        "REDIS_URL": valkey.url,
        "SOCAI_DATA": str(tmp_path),
        "SOCAI_MASTER_KEY_FILE": str(tmp_path / "master"),
        "SOCAI_INDEX_KEY_FILE": str(tmp_path / "index"),
    }
    running = [
        subprocess.Popen([sys.executable, "-m", "workers.main", queue], env=environment)
        for queue in ("nudges", "jobs")
    ]
    yield
    for process in running:
        process.terminate()
    assert [process.wait(40) for process in running] == [0, 0]


def test_imports_a_rebuild_and_a_replay_are_done_behind_a_transaction_pooler(
    hue: Any,
    database: Database,
    pooled: Pooler,
    valkey: Valkey,
    request_import: ImportRequest,
    workers: None,
) -> None:
    nudge = Notifier(valkey.url, "socai")
    first = request_import(*rows(0, 60))

    def done(*import_ids: UUID) -> bool:
        nudge.resume_jobs()
        with database.pool.connection() as conn:
            return {imports.get(conn, one).status for one in import_ids} == {"done"}

    until(lambda: done(first))
    with database.pool.connection() as conn:
        replay = job_store.request(
            conn, replay_id=uuid4(), area=UNITS[0], units=UNITS,
            from_on=date(2022, 1, 1), to_on=date(2023, 12, 31), requested_by="thanhtra",
            requested_at=datetime.now(tz=UTC),
        )  # fmt: skip
    rebuild = rebuild_job.request(database.pool)
    more = [request_import(*rows(40, 100)), request_import(*rows(100, 140))]

    def all_done() -> bool:
        with database.pool.connection() as conn:
            return (
                progress.get(conn, rebuild).stage == "finished"
                and runs.get(conn, replay.id).status == "done"
            )

    until(lambda: done(*more) and all_done())
    with database.pool.connection() as conn:
        again = runs.get(conn, replay.id)
        found = [imports.get(conn, one) for one in (first, *more)]
        failures = conn.execute("select failure from read.rebuilds").fetchall()
    assert [(one.recorded, one.already) for one in found] == [(60, 0), (40, 20), (40, 0)]
    assert names(hue).count("Registered") == 140
    assert again.same + again.different + again.not_reproducible == 60
    assert failures == [("",)]
    assert pooled.transactions > 100
    assert same_as_from_the_start(database, hue.keyring)


def test_an_import_whose_worker_froze_is_taken_over_and_the_one_that_wakes_up_changes_nothing(
    hue: Any,
    database: Database,
    pooled: Pooler,
    keys: tuple[bytes, bytes],
    request_import: ImportRequest,
    clock: Any,
    tmp_path: Path,
) -> None:
    import_id = request_import(*rows(0, 160))
    script = tmp_path / "importing.py"
    script.write_text(textwrap.dedent(KILLED))
    with subprocess.Popen(
        [sys.executable, str(script), pooled.url, str(import_id), *(key.hex() for key in keys)],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as frozen:  # fmt: skip
        try:
            assert frozen.stdout is not None
            while frozen.stdout.readline() != "recording 20\n":
                continue
            frozen.send_signal(signal.SIGSTOP)
            until(lambda: import_job.run(hue, import_id, clock, chunk=20))
            before = _everything(database, import_id)
            frozen.send_signal(signal.SIGCONT)
            assert "recording 160\n" not in frozen.stdout.readlines()
            frozen.wait()
        finally:
            frozen.kill()
    assert _everything(database, import_id) == before
    done = before[0]
    assert (done.status, done.done, done.refused) == ("done", 160, 0)
    assert done.recorded + done.already == 160
    assert names(hue).count("Registered") == names(hue).count("Classified") == 160
    catch_up(database.pool, hue.keyring)
    assert same_as_from_the_start(database, hue.keyring)


def _everything(database: Database, import_id: UUID) -> tuple[imports.Import, int]:
    with database.pool.connection() as conn:
        (events,) = conn.execute("select count(*) from store.events").fetchone() or (0,)
        return imports.get(conn, import_id), events
