"""A signing that is killed at any moment leaves nothing or all, and is done once when repeated.

SIGNING_OF_HOUSEHOLDS sets how many households the decision has; a full run takes 3000.
"""

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.eventstore.personal import Keyring
from domain.households.events import Classified
from domain.reviews.events import Decided
from tests.reviews import SIGNED, Autumn, many, meet_all

HOUSEHOLDS = int(os.environ.get("SIGNING_OF_HOUSEHOLDS", "300"))
KILLS = 8
LONGEST = HOUSEHOLDS / 2000
"""About the seconds that a signing takes; each kill comes at a later moment within."""
KEYS = (bytes(range(32)), bytes(range(1, 33)))
SIGNING = """
    import sys
    from uuid import UUID
    from psycopg_pool import ConnectionPool
    from domain.application import SocaiApplication
    from domain.eventstore.personal import Keyring
    from domain.standards import load_standards
    from tests.given import a_few_areas
    from tests.reviews import Autumn

    url, round_id, command_id, digest, master, index = sys.argv[1:]
    pool = ConnectionPool(url, min_size=1, max_size=2, open=True)
    keyring = Keyring(pool, bytes.fromhex(master), bytes.fromhex(index))
    application = SocaiApplication(pool, keyring, load_standards(), directory=a_few_areas())
    autumn = Autumn(application)
    autumn.round_id = UUID(round_id)
    print("begins", flush=True)
    autumn.sign("recognition", digest=digest, command_id=UUID(command_id))
"""


@pytest.fixture
def keyring(database: Any) -> Keyring:
    """A keyring whose keys another process may be given."""
    return Keyring(database.pool, *KEYS)


def decided(autumn: Autumn) -> tuple[int, int]:
    """How many decisions are signed, and how many households have their class by this round."""
    _until_alone(autumn)
    signed = [one for one in autumn.events() if isinstance(one, Decided)]
    found = autumn.application.households.load_many(autumn.ids)
    classified = [
        one
        for household in found.values()
        for one in household.decisions
        if isinstance(one, Classified) and one.effective_on == SIGNED
    ]
    assert len({one.originator_id for one in classified}) == len(classified)
    return len(signed), len(classified)


def test_a_killed_signing_leaves_nothing_or_all_and_a_repeat_records_each_household_once(
    autumn: Autumn, database: Any, tmp_path: Path
) -> None:
    many(autumn, HOUSEHOLDS)
    meet_all(autumn)
    autumn.post()
    autumn.report()
    autumn.answer()
    digest = autumn.digest("recognition")
    script = tmp_path / "signing.py"
    script.write_text(textwrap.dedent(SIGNING))
    command_id = uuid4()
    chance = random.Random(HOUSEHOLDS)
    kills = 0
    for within in sorted(chance.random() * LONGEST for _ in range(KILLS)):
        kills += _sign(database.url, script, autumn.round_id, command_id, digest, within=within)
        assert decided(autumn) in ((0, 0), (1, HOUSEHOLDS))
    _sign(database.url, script, autumn.round_id, command_id, digest, within=None)
    _sign(database.url, script, autumn.round_id, command_id, digest, within=None)
    assert kills >= 3
    assert decided(autumn) == (1, HOUSEHOLDS)


def _until_alone(autumn: Autumn) -> None:
    """PostgreSQL ends what a killed client asked for, and then notices that it is gone."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with autumn.application.pool.connection() as conn:
            others = conn.execute(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and pid <> pg_backend_pid() and state <> 'idle'"
            ).fetchone()
        if others == (0,):
            return
    raise AssertionError("the statement of a killed client still runs")


def _sign(
    url: str, script: Path, round_id: UUID, command_id: UUID, digest: str, *, within: float | None
) -> bool:
    """Signs in a process of its own; whether it was killed, so many seconds after it began."""
    worker = subprocess.Popen(
        [sys.executable, str(script), url, str(round_id), str(command_id), digest,
         *(key.hex() for key in KEYS)],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    assert worker.stdout is not None
    assert worker.stdout.readline() == "begins\n"
    try:
        assert worker.wait(timeout=within) == 0
        return False
    except subprocess.TimeoutExpired:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        return True
    finally:
        worker.stdout.close()
