"""Certificates for many households: killed at any moment, each is given one, numbered in a row."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.commands.command import Actor
from domain.households.certificates import number_of
from domain.households.errors import HouseholdEnded
from domain.households.relocation import DissolveHousehold
from projections.households import certificate_batches, certificate_job
from tests.given import Life
from tests.lists import household, person
from tests.workers.recorded import names

CHAIRMAN = Actor("chutich", "chairman", "19804@2004-07-08")
HOUSEHOLDS = 120
DAY = date(2022, 12, 15)
Ask = Callable[[], UUID]


def a_name(number: int) -> str:
    """Another name for each number; a name has no digits."""
    return "Hồ Văn S" + "".join("abcdefghij"[int(digit)] for digit in str(number))


@pytest.fixture
def listed(hue: Any, import_list: Any) -> list[UUID]:
    """Poor households of a ward."""
    rows = [household(person(a_name(number), birth=1980)) for number in range(HOUSEHOLDS)]
    done = import_list(*rows)
    assert done.recorded == HOUSEHOLDS
    with hue.pool.connection() as conn:
        found = conn.execute(
            "select originator_id from store.events where topic like 'household.registered:%'"
            " order by position"
        ).fetchall()
    return [id_ for (id_,) in found]


@pytest.fixture
def ask(hue: Any, clock: Any, listed: list[UUID]) -> Ask:
    """Requests certificates for all of them and leaves the act waiting."""

    def request() -> UUID:
        batch_id = uuid4()
        with hue.pool.connection() as conn:
            certificate_job.request(
                conn, batch_id=batch_id, area=CHAIRMAN.area, village=None, decision=None,
                effective_on=DAY, signer="Nguyễn Thị Ẩn", actor=CHAIRMAN, requested_at=clock(),
                households=listed,
            )  # fmt: skip
        return batch_id

    return request


def numbers(hue: Any, households: list[UUID]) -> list[str]:
    """The numbers of the certificates of these households, in their order."""
    return [
        one.number
        for household_id in households
        for one in hue.households.load(household_id).certificates.values()
    ]


def test_an_act_gives_each_household_a_certificate_in_the_order_of_the_list(
    hue: Any, clock: Any, listed: list[UUID], ask: Ask
) -> None:
    batch_id = ask()
    assert certificate_job.run(hue, batch_id, clock, in_one_save=50)
    with hue.pool.connection() as conn:
        done = certificate_batches.get(conn, batch_id)
        assert certificate_batches.unfinished(conn) == []
        assert len(certificate_batches.issued(conn, batch_id)) == HOUSEHOLDS
    assert (done.status, done.issued, done.refused, done.progress) == ("done", HOUSEHOLDS, 0, 1.0)
    assert numbers(hue, listed) == [number_of(serial) for serial in range(1, HOUSEHOLDS + 1)]


def test_a_household_that_is_refused_leaves_no_gap_and_is_named(
    hue: Any, clock: Any, listed: list[UUID], ask: Ask
) -> None:
    ended = listed[3]
    context = Life(hue).context("2022-12-14", recorded="2022-12-15")
    hue.run(DissolveHousehold(ended, reason="error"), context)
    batch_id = ask()
    assert certificate_job.run(hue, batch_id, clock, in_one_save=50)
    with hue.pool.connection() as conn:
        done = certificate_batches.get(conn, batch_id)
        (refused,) = certificate_batches.refused(conn, batch_id, limit=10)
    assert (done.issued, done.refused) == (HOUSEHOLDS - 1, 1)
    assert refused == (ended, HouseholdEnded.code)
    assert numbers(hue, listed) == [number_of(serial) for serial in range(1, HOUSEHOLDS)]


def test_the_same_act_again_gives_nothing_more(
    hue: Any, clock: Any, listed: list[UUID], ask: Ask
) -> None:
    batch_id = ask()
    assert certificate_job.run(hue, batch_id, clock)
    assert certificate_job.run(hue, batch_id, clock)
    assert names(hue).count("CertificateIssued") == HOUSEHOLDS


def test_what_was_recorded_but_not_noted_is_not_recorded_again(
    hue: Any, clock: Any, listed: list[UUID], ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = ask()

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(certificate_job, "_note", stop)
        with pytest.raises(KeyboardInterrupt):
            certificate_job.run(hue, batch_id, clock, in_one_save=50)
    assert names(hue).count("CertificateIssued") == 50
    assert certificate_job.run(hue, batch_id, clock, in_one_save=50)
    assert numbers(hue, listed) == [number_of(serial) for serial in range(1, HOUSEHOLDS + 1)]


def issued_so_far(hue: Any) -> int:
    """How many certificates are stored."""
    with hue.pool.connection() as conn:
        (count,) = conn.execute(
            "select count(*) from store.events where topic like 'household.certificate_issued:%'"
        ).fetchone()
        return int(count)


KILLED = """
    import sys, uuid
    from datetime import UTC, datetime
    from psycopg_pool import ConnectionPool
    from domain.application import SocaiApplication
    from domain.eventstore.personal import Keyring
    from domain.standards import load_standards
    from projections.households import certificate_job

    url, batch_id, master, index = sys.argv[1:]
    pool = ConnectionPool(url, min_size=1, max_size=4, open=True)
    keyring = Keyring(pool, bytes.fromhex(master), bytes.fromhex(index))
    now = lambda: datetime(2022, 12, 15, 2, 0, tzinfo=UTC)
    casework = SocaiApplication(pool, keyring, load_standards(), clock=now)
    while not certificate_job.run(casework, uuid.UUID(batch_id), now, in_one_save=1):
        pass  # the lease of the one killed before runs out
"""


def test_an_act_survives_kill_9_again_and_again(
    hue: Any, database: Any, keys: tuple[bytes, bytes], clock: Any, listed: list[UUID], ask: Ask,
    tmp_path: Path,
) -> None:  # fmt: skip
    batch_id = ask()
    script = tmp_path / "issuing.py"
    script.write_text(textwrap.dedent(KILLED))
    for wanted in (1, 20, 45):
        worker = subprocess.Popen(
            [sys.executable, str(script), database.url, str(batch_id), *(k.hex() for k in keys)],
            env=os.environ | {"PYTHONPATH": os.getcwd()},
        )
        _until(lambda wanted=wanted: issued_so_far(hue) >= wanted)
        worker.send_signal(signal.SIGKILL)
        assert worker.wait() == -signal.SIGKILL
        assert issued_so_far(hue) < HOUSEHOLDS
    _until(lambda: certificate_job.run(hue, batch_id, clock, in_one_save=50))
    assert numbers(hue, listed) == [number_of(serial) for serial in range(1, HOUSEHOLDS + 1)]
    assert names(hue).count("CertificateIssued") == HOUSEHOLDS


def _until(done: Callable[[], bool]) -> None:
    """Asks until something is so: a lease of a killed worker runs out after some seconds."""
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline, "it did not come to that"
