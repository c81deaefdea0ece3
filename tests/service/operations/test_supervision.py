"""A process that dies comes back alone; all end together."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from service.operations.supervision import KeepsFailing, Supervisor, procfile

ROOT = Path(__file__).resolve().parents[3]


def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait for a condition; fail when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        threading.Event().wait(0.02)


@contextmanager
def running(supervisor: Supervisor) -> Iterator[None]:
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        yield
    finally:
        supervisor.stop.set()
        thread.join()


def supervise(tmp_path: Path) -> tuple[Supervisor, io.StringIO]:
    said = io.StringIO()
    return Supervisor(dict(os.environ), tmp_path, said), said


def test_a_killed_process_comes_back_and_the_others_do_not_notice(tmp_path: Path) -> None:
    supervisor, said = supervise(tmp_path)
    supervisor.add("one", "exec sleep 600")
    supervisor.add("two", "exec sleep 600")
    with running(supervisor):
        until(lambda: len(supervisor.pids()) == 2)
        before = supervisor.pids()
        os.kill(before["one"], signal.SIGKILL)
        until(lambda: supervisor.pids().get("one", before["one"]) != before["one"])
        assert supervisor.pids()["two"] == before["two"]
    assert "one ended with code -9" in said.getvalue()
    assert not any(psutil.pid_exists(pid) for pid in before.values())


def test_a_frozen_process_is_replaced_and_a_short_stop_is_none(tmp_path: Path) -> None:
    supervisor, said = supervise(tmp_path)
    supervisor.frozen_seconds = 2
    supervisor.add("one", "exec sleep 600")
    supervisor.add("two", "exec sleep 600")
    with running(supervisor):
        until(lambda: len(supervisor.pids()) == 2)
        before = supervisor.pids()
        for name in ("one", "two"):
            os.kill(before[name], signal.SIGSTOP)
        until(lambda: all(child.stopped_since for child in supervisor.children))
        os.kill(before["two"], signal.SIGCONT)
        until(lambda: supervisor.pids().get("one", before["one"]) != before["one"])
        assert supervisor.pids()["two"] == before["two"]
        assert supervisor.children[1].stopped_since is None
    assert "one is frozen" in said.getvalue()


def test_stopping_does_not_wait_for_a_frozen_process(tmp_path: Path) -> None:
    supervisor, _said = supervise(tmp_path)
    supervisor.add("one", "exec sleep 600")
    with running(supervisor):
        until(lambda: supervisor.pids())
        os.kill(supervisor.pids()["one"], signal.SIGSTOP)
        began = time.monotonic()
    assert time.monotonic() - began < 10


def test_a_process_that_never_starts_well_is_given_up_with_everything_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.operations.supervision.FIRST_PAUSE", 0.01)
    supervisor, said = supervise(tmp_path)
    supervisor.add("bad", "echo cannot start; exit 3")
    supervisor.add("good", "exec sleep 600")
    for child in supervisor.children:
        child.pause = 0.01
    with pytest.raises(KeepsFailing, match="bad keeps ending with code 3"):
        supervisor.run()
    assert supervisor.pids() == {}
    assert "cannot start" in said.getvalue()


def test_stopping_lets_a_process_finish_what_it_does(tmp_path: Path) -> None:
    supervisor, _ = supervise(tmp_path)
    supervisor.add(
        "careful", "trap 'echo done > finished; exit 0' TERM; while :; do sleep 0.05; done"
    )
    with running(supervisor):
        until(lambda: supervisor.pids())
        until(lambda: "sleep" in str(psutil.Process(supervisor.pids()["careful"]).children()))
    assert (tmp_path / "finished").read_text() == "done\n"


def test_moving_to_another_environment_restarts_every_process_in_it(tmp_path: Path) -> None:
    supervisor, said = supervise(tmp_path)
    supervisor.add("one", "echo where=$WHERE; exec sleep 600")
    with running(supervisor):
        until(lambda: "where=" in said.getvalue())
        supervisor.move_to({**os.environ, "WHERE": "there"})
        until(lambda: "where=there" in said.getvalue())


def test_children_do_not_outlive_a_killed_supervisor(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path;"
        "from service.operations.supervision import Supervisor;"
        "s = Supervisor(dict(os.environ), Path('.'));"
        "s.add('one', 'echo $$ > pid; exec sleep 600'); s.run()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    noted = tmp_path / "pid"
    until(lambda: noted.exists() and noted.read_text().strip())
    child = int(noted.read_text())
    parent.kill()
    parent.wait()
    until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie")


def test_the_procfile_names_web_worker_jobs_and_clock() -> None:
    assert list(procfile(ROOT / "Procfile")) == ["web", "worker", "jobs", "clock"]


def test_what_a_dead_process_started_does_not_outlive_it(tmp_path: Path) -> None:
    """As web processes whose master was killed: they keep the port from the next one."""
    supervisor, _said = supervise(tmp_path)
    supervisor.add("web", "sleep 600 & echo $! > child; exec sleep 600")
    with running(supervisor):
        until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text().strip())
        child = int((tmp_path / "child").read_text())
        before = supervisor.pids()["web"]
        began = time.monotonic()
        os.kill(before, signal.SIGKILL)
        until(lambda: supervisor.pids().get("web", before) != before)
        assert time.monotonic() - began < 8
        until(lambda: not psutil.pid_exists(child) or _is_dead(child))


def _is_dead(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
