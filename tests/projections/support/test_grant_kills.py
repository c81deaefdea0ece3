"""A batch of grants that is killed again and again gives each recipient one grant.

`GRANTS_TO_RECIPIENTS=4961` tries it with as many as an article names.
"""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.application import SocaiApplication
from domain.eventstore.personal import Keyring
from domain.support.grant_batch import GrantBatch, Recipient
from domain.support.grant_batch_commands import ApproveBatch, DrawUpBatch
from domain.support.load import published
from projections.catch_up import catch_up
from projections.support import balances, grant_batches, grant_job
from tests.conftest import Database, FakeClock
from tests.domain.support.conftest import SupportOffice, province_and_communes
from tests.domain.support.households import poor_households
from tests.given import CASE_WORKER, CHAIRMAN, HUONG_SO
from tests.standards import standards

EACH = 165_000
RECIPIENTS = int(os.environ.get("GRANTS_TO_RECIPIENTS", "150"))
PART = max(10, RECIPIENTS // 15)
MASTER, INDEX = b"m" * 32, b"i" * 32
KILLED = """
    import sys, uuid
    from datetime import UTC, datetime
    from psycopg_pool import ConnectionPool
    from domain.application import SocaiApplication
    from domain.eventstore.personal import Keyring
    from domain.standards import load_standards
    from projections.support import grant_job
    from tests.domain.support.conftest import province_and_communes

    url, batch_id, part = sys.argv[1:]
    pool = ConnectionPool(url, min_size=1, max_size=4, open=True)
    keyring = Keyring(pool, b"m" * 32, b"i" * 32)
    application = SocaiApplication(
        pool, keyring, load_standards(), directory=province_and_communes()
    )
    def progress(done, total):
        print(done, flush=True)
    now = lambda: datetime(2023, 3, 20, 2, 0, tzinfo=UTC)
    print(0, flush=True)
    while not grant_job.run(application, uuid.UUID(batch_id), now, progress, chunk=int(part)):
        pass
"""


@pytest.fixture
def office(database: Database, clock: FakeClock) -> SupportOffice:
    clock.advance(days=100)
    keyring = Keyring(database.pool, MASTER, INDEX)
    made = SupportOffice(
        SocaiApplication(
            database.pool, keyring, standards(), clock, directory=province_and_communes()
        )
    )
    for command in published():
        made.do(command, command.valid_from, recorded="2022-12-15", document=None)
    return made


def approved(office: SupportOffice, count: int) -> tuple[Any, Any, list[Any]]:
    """A batch of so many recipients and the line that pays it."""
    homes = poor_households(office.application, count)
    line = office.funded(2_000_000_000, node="electricity", programme="policies", area=HUONG_SO)
    command = DrawUpBatch(
        HUONG_SO, "policies", "electricity", date(2023, 1, 1), line,
        tuple(Recipient(one, amount=EACH) for one in homes),
    )  # fmt: skip
    batch = office.do(command, "2023-03-01", by=CASE_WORKER, document=None).created
    office.do(ApproveBatch(batch), "2023-03-02", by=CHAIRMAN)
    return batch, line, homes


def check(office: SupportOffice, batch_id: Any, line: Any, homes: list[Any]) -> None:
    """Each recipient has one grant, and the money agrees to the đồng in every place."""
    batch = office.application.support.find(GrantBatch, batch_id)
    assert batch is not None
    assert (batch.status, batch.refused) == ("finished", ())
    assert batch.committed == batch.disbursed == len(homes) * EACH
    households = office.application.households.load_many(homes)
    assert [len(one.supports) for one in households.values()] == [1] * len(homes)
    pool, keyring = office.application.pool, office.application.keyring
    catch_up(pool, keyring)
    with pool.connection() as conn:
        shown = grant_batches.batch(conn, batch_id)
        (held,) = balances.balances(conn, line=line)
        assert grant_batches.unfinished(conn) == []
    assert shown is not None
    assert (shown.granted, shown.recipients) == (len(homes), len(homes))
    assert held.totals.spent == shown.disbursed
    assert held.totals.open_commitments == 0


def test_a_batch_survives_kill_9_again_and_again(
    database: Database, office: SupportOffice, tmp_path: Path
) -> None:
    batch, line, homes = approved(office, RECIPIENTS)
    script = tmp_path / "granting.py"
    script.write_text(textwrap.dedent(KILLED))
    kills = 0
    for lines in (1, 2, 4, 3, 10_000):
        worker = subprocess.Popen(
            [sys.executable, str(script), database.url, str(batch), str(PART)],
            stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": os.getcwd()},
        )  # fmt: skip
        assert worker.stdout is not None
        for _, _line in zip(range(lines), worker.stdout, strict=False):
            continue
        if worker.poll() is None and lines < 10_000:
            worker.send_signal(signal.SIGKILL)
            kills += 1
        assert worker.wait() in (0, -signal.SIGKILL)
        worker.stdout.close()
    assert kills >= 3
    check(office, batch, line, homes)


def test_two_workers_of_one_batch_grant_nothing_twice(office: SupportOffice) -> None:
    batch, line, homes = approved(office, 60)
    clock = office.application.clock
    threads = [
        threading.Thread(target=grant_job.run, args=(office.application, batch, clock, None, 7))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(office, batch, line, homes)
