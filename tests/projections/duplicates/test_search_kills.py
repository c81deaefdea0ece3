"""A search whose worker is killed (SIGKILL) begins again, and records each pair once."""

import os
import secrets
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.eventstore.personal import Keyring
from projections.catch_up import catch_up
from projections.duplicates import searches
from tests.projections.duplicates.planted_office import PlantedOffice
from tests.projections.duplicates.test_search_job import NOW, PROVINCE, UNITS

WORKER = """
    import sys, uuid
    from datetime import UTC, datetime
    from psycopg_pool import ConnectionPool
    from domain.application import SocaiApplication
    from domain.eventstore.personal import Keyring
    from domain.standards import load_standards
    from projections.duplicates import search_job
    from tests.given import a_few_areas

    url, search_id, master, index = sys.argv[1:]
    pool = ConnectionPool(url, min_size=1, max_size=4, open=True)
    keyring = Keyring(pool, bytes.fromhex(master), bytes.fromhex(index))
    now = lambda: datetime(2023, 3, 1, 3, tzinfo=UTC)
    application = SocaiApplication(pool, keyring, load_standards(), now, directory=a_few_areas())
    score, record = search_job.linkage.score, search_job._record
    def told(what, real):
        def call(*arguments):
            print(what, flush=True)
            return real(*arguments)
        return call
    search_job.linkage.score = told("score", score)
    search_job._record = told("record", record)
    search_job.run(application, uuid.UUID(search_id), now)
"""


@pytest.fixture
def keys() -> tuple[bytes, bytes]:
    """Master key and index key of the test, for a process of its own."""
    return secrets.token_bytes(32), secrets.token_bytes(32)


@pytest.fixture
def keyring(database: Any, keys: tuple[bytes, bytes]) -> Keyring:
    """The keyring of the test's database."""
    return Keyring(database.pool, *keys)


def test_a_search_survives_kill_9_while_it_compares_and_while_it_records(
    application: SocaiApplication, database: Any, keys: tuple[bytes, bytes], tmp_path: Path
) -> None:
    office = PlantedOffice(application)
    office.fill(households=20, each=3)
    catch_up(application.pool, application.keyring)
    with application.pool.connection() as conn:
        search = searches.request(
            conn, search_id=uuid4(), area=UNITS[0], units=UNITS, by=PROVINCE, at=NOW
        ).id
    script = tmp_path / "searching.py"
    script.write_text(textwrap.dedent(WORKER))
    kills = 0
    for lines in (1, 3, 9, 10_000):
        worker = subprocess.Popen(
            [sys.executable, str(script), database.url, str(search), *(k.hex() for k in keys)],
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
        _until_free(application.pool, search)
    with application.pool.connection() as conn:
        done = searches.get(conn, search)
        rows = conn.execute(
            "select count(*), count(distinct originator_id) from store.events"
            " where topic like 'duplicate.%%'"
        ).fetchone()
    assert kills == 3
    assert (done.status, done.recorded + done.passed_over) == ("done", done.found)
    assert rows == (done.recorded, done.recorded)
    assert done.recorded >= 3 * 7 - 2


def _until_free(pool: Any, search_id: UUID) -> None:
    """PostgreSQL notices a killed client when it next talks to it."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with searches.SEARCHES.alone(pool, search_id) as free:
            if free:
                return
    raise AssertionError("the lock of a killed worker is still held")
