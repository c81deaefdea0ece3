"""A frozen web process, a frozen master and a dead one cost seconds; each is really frozen."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from service.operations.supervision import Supervisor, procfile
from tests.service.conftest import Office
from tests.service.http.test_conformance import environment_of

ROOT = Path(__file__).resolve().parents[3]
FROZEN_SECONDS = 4


class Web:
    """The line `web` of the Procfile with two web processes, kept running by the supervisor."""

    def __init__(self, supervisor: Supervisor, port: int) -> None:
        self.supervisor = supervisor
        self.url = f"http://127.0.0.1:{port}/healthz"

    @property
    def master(self) -> int:
        return self.supervisor.pids().get("web", 0)

    def workers(self) -> set[int]:
        try:
            return {child.pid for child in psutil.Process(self.master).children()}
        except psutil.NoSuchProcess:
            return set()

    def answers(self, times: int = 1) -> bool:
        """Whether each of so many new connections is answered within two seconds."""
        try:
            return all(requests.get(self.url, timeout=2).ok for _ in range(times))
        except requests.RequestException:
            return False


@pytest.fixture(scope="module")
def web(office: Office, tmp_path_factory: Any) -> Iterator[Web]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {
        **os.environ,
        **environment_of(office, port, tmp_path_factory.mktemp("frozen")),
        "SOCAI_WEB_PROCESSES": "2",
        "SOCAI_WEB_THREADS": "2",
        "SOCAI_FROZEN_SECONDS": str(FROZEN_SECONDS),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
    }
    with (tmp_path_factory.mktemp("said") / "log").open("w") as said:
        supervisor = Supervisor(environment, ROOT, said, frozen_seconds=FROZEN_SECONDS)
        supervisor.add("web", procfile(ROOT / "Procfile")["web"])
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        made = Web(supervisor, port)
        try:
            until(lambda: made.answers() and len(made.workers()) == 2, 60)
            yield made
        finally:
            supervisor.stop.set()
            thread.join()


def until(condition: Callable[[], object], seconds: float) -> float:
    """Waits for a condition; returns after how many seconds it came true."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "waited too long"
        threading.Event().wait(0.05)
    return time.monotonic() - began


def test_the_others_answer_for_a_frozen_web_process_and_it_is_replaced(web: Web) -> None:
    master, before = web.master, web.workers()
    frozen = min(before)
    os.kill(frozen, signal.SIGSTOP)
    assert web.answers(20)
    until(lambda: frozen not in web.workers() and len(web.workers()) == 2, 4 * FROZEN_SECONDS)
    assert web.answers(20)
    assert web.master == master
    assert before - {frozen} < web.workers(), "the one that was not frozen works on"


def test_where_all_web_processes_freeze_requests_are_answered_again_in_time(web: Web) -> None:
    master, before = web.master, web.workers()
    for one in before:
        os.kill(one, signal.SIGSTOP)
    until(lambda: not before & web.workers(), 4 * FROZEN_SECONDS)
    until(web.answers, 20)
    assert web.master == master


def test_requests_are_answered_beside_a_frozen_master_and_it_is_replaced(web: Web) -> None:
    master = web.master
    os.kill(master, signal.SIGSTOP)
    assert web.answers(20)
    until(lambda: web.master not in (0, master), 4 * FROZEN_SECONDS)
    until(web.answers, 20)
    assert not psutil.pid_exists(master)


def test_a_killed_master_takes_its_web_processes_along_and_comes_back(web: Web) -> None:
    until(lambda: len(web.workers()) == 2, 20)
    master, before = web.master, web.workers()
    os.kill(master, signal.SIGKILL)
    until(lambda: web.master not in (0, master), 8)
    until(web.answers, 20)
    assert not before & web.workers()
    assert not any(psutil.pid_exists(one) and _runs(one) for one in before)


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
