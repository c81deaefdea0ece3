"""A frozen process of the workers is named at every place that an operator looks at."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from projections import heartbeats
from projections.status import LedgerStatus, ledger_status
from service.cli.status import _lines
from tests.service.conftest import Office
from tests.service.http.test_conformance import environment_of
from tests.service.persons import with_passwords
from tests.service.ui.visits import Visits

__all__ = ["with_passwords"]

ROOT = Path(__file__).resolve().parents[3]
PROCESSES = {
    "nudges": ["workers.main", "nudges"],
    "jobs": ["workers.main", "jobs"],
    "clock": ["workers.clock"],
}


@pytest.fixture(scope="module")
def visits(with_passwords: Office) -> Visits:
    return Visits(with_passwords)


@pytest.fixture(scope="module")
def environment(with_passwords: Office, tmp_path_factory: Any) -> dict[str, str]:
    data = tmp_path_factory.mktemp("workers")
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        **environment_of(with_passwords, 0, data),
        "SOCAI_FROZEN_SECONDS": "60",
    }


@pytest.fixture(scope="module")
def workers(environment: dict[str, str]) -> Iterator[dict[str, "subprocess.Popen[bytes]"]]:
    """A worker for nudges, one for jobs, and a clock."""
    running = {
        name: subprocess.Popen([sys.executable, "-m", *module], env=environment)
        for name, module in PROCESSES.items()
    }
    yield running
    for process in running.values():
        process.kill()
        process.wait()


def now_of(office: Office) -> LedgerStatus:
    with psycopg.connect(office.database.url) as conn:
        return ledger_status(conn)


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        threading.Event().wait(0.05)


def readyz(office: Office) -> dict[str, dict[str, Any]]:
    said = office.app.test_client().get("/readyz").json
    wanted = {"silent_process", "unknown_process"} & set(said["wants"])
    assert not wanted or said["status"] == "degraded"
    return {one["does"]: one for one in said["processes"]}


def status(office: Office) -> str:
    return "\n".join(_lines({"processes": [], "queues": {}}, now_of(office)))


def page(visits: Visits) -> str:
    someone, _csrf = visits.person("administrator")
    text: str = someone.text("/van-hanh")
    return text


def test_nothing_is_known_where_no_process_says_anything(visits: Visits) -> None:
    office = visits.office
    assert now_of(office).unknown == heartbeats.KINDS
    assert {one["state"] for one in readyz(office).values()} == {"unknown"}
    assert status(office).count("unknown: no process of it says anything") == 3
    assert page(visits).count("chưa có tín hiệu của tiến trình nào") == 3


@pytest.mark.parametrize("kind", PROCESSES)
def test_a_frozen_process_is_named_with_its_moment_until_it_goes_on(
    visits: Visits,
    workers: dict[str, "subprocess.Popen[bytes]"],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    office = visits.office
    until(lambda: not now_of(office).unknown)
    until(lambda: not any(one.silent for one in now_of(office).processes))
    assert {one["state"] for one in readyz(office).values()} == {"ok"}
    assert "frozen or dead" not in status(office)
    monkeypatch.setattr(heartbeats, "SILENT_SECONDS", 5)
    workers[kind].send_signal(signal.SIGSTOP)
    try:
        until(lambda: any(one.silent for one in now_of(office).processes))
        said = readyz(office)
        (seen,) = [one.seen for one in now_of(office).processes if one.silent]
        assert {name for name, one in said.items() if one["state"] == "silent"} == {kind}
        assert (said[kind]["live"], said[kind]["silent_since"][:19]) == (
            0,
            seen.astimezone().isoformat()[:19],
        )
        (line,) = [one for one in status(office).splitlines() if "frozen or dead" in one]
        assert kind in line
        assert f"pid {workers[kind].pid} " in line
        assert f"silent since {seen:%Y-%m-%d %H:%M:%S}" in line
        shown = page(visits)
        assert shown.count("Không có tín hiệu: bị treo hoặc đã dừng") == 1
        assert f"({workers[kind].pid})" in shown.split("Không có tín hiệu")[0].rsplit("<tr>", 1)[1]
        assert f'socai_processes{{does="{kind}",state="silent"}} 1.0' in metrics(office)
    finally:
        workers[kind].send_signal(signal.SIGCONT)
    until(lambda: not any(one.silent for one in now_of(office).processes))
    assert readyz(office)[kind]["silent_since"] is None


def metrics(office: Office) -> str:
    return str(office.app.test_client().get("/metrics").get_data(as_text=True))


def test_one_that_ends_in_order_is_not_missed_and_one_that_was_killed_is_replaced(
    with_passwords: Office,
    environment: dict[str, str],
    workers: dict[str, "subprocess.Popen[bytes]"],
) -> None:
    office = with_passwords
    until(lambda: not now_of(office).unknown)

    def pids() -> set[int]:
        return {one.pid for one in now_of(office).processes}

    clock, jobs = workers["clock"], workers["jobs"]
    clock.terminate()
    clock.wait(30)
    assert now_of(office).unknown == ("clock",)
    jobs.kill()
    jobs.wait()
    assert jobs.pid in pids()
    workers["jobs"] = subprocess.Popen([sys.executable, "-m", *PROCESSES["jobs"]], env=environment)
    until(lambda: workers["jobs"].pid in pids())
    assert jobs.pid not in pids()


def test_what_the_database_forgot_is_unknown_until_it_is_said_again(
    with_passwords: Office, workers: dict[str, "subprocess.Popen[bytes]"]
) -> None:
    office = with_passwords
    until(lambda: "nudges" not in now_of(office).unknown)
    workers["nudges"].send_signal(signal.SIGSTOP)
    try:
        with psycopg.connect(office.database.superuser_url, autocommit=True) as admin:
            admin.execute("delete from read.heartbeats")
        assert readyz(office)["nudges"]["state"] == "unknown"
    finally:
        workers["nudges"].send_signal(signal.SIGCONT)
    until(lambda: readyz(office)["nudges"]["state"] == "ok")


HANGS = """
import ctypes, sys, threading
from workers.heartbeats import beating
with beating(sys.argv[1], ["jobs"], 2):
    print("at work", flush=True)
    ctypes.PyDLL(None).pause()  # keeps the interpreter, as a library that hangs does
"""


def test_a_process_whose_interpreter_hangs_ends_and_says_where(with_passwords: Office) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HANGS, with_passwords.database.url],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Timeout" in done.stderr
    assert "<module>" in done.stderr
