"""`./socai up` from a fresh clone, through kills, to an orderly end; as whoever runs the tests, and
as an ordinary user where that is somebody else."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[1]


def until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for a condition; fail with `what` when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        threading.Event().wait(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class System:
    """One `up` and other verbs on one data folder, as one user."""

    command: list[str]
    data: Path
    log: Path
    port: int
    environment: dict[str, str]
    user: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def verb(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.command, *arguments],
            capture_output=True,
            text=True,
            env=self.environment,
            cwd="/",
            **self.user,
        )

    def up(self, seconds: float = 120) -> None:
        """Start it and wait until it says that it is ready."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*self.command, "up", "--no-demo", "--port", str(self.port), "--data",
                 str(self.data)],
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd="/",
                **self.user,
            )  # fmt: skip
        until(lambda: self.ended() or self.ready() in self.said(), seconds, "not ready")
        assert not self.ended(), self.said()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz") as answer:
            assert answer.status == 200

    def ready(self) -> str:
        return f"Sổ Cái is ready: http://127.0.0.1:{self.port}\n"

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def family(self) -> list[psutil.Process]:
        """Everything that runs for it: its processes, and its servers, which are nobody's child."""
        assert self.process is not None
        found = [psutil.Process(self.process.pid)] if not self.ended() else []
        found += [child for each in found for child in each.children(recursive=True)]
        for process in psutil.process_iter(["name", "cmdline"]):
            if process.info["name"] in ("postgres", "valkey-server") and str(self.data) in " ".join(
                process.info["cmdline"] or []
            ):
                found += [process, *process.children(recursive=True)]
        return list(dict.fromkeys(found))

    def kill_everything(self) -> None:
        """kill -9, all at once."""
        assert self.process is not None
        family = self.family()
        assert len(family) > 10, family
        for process in family:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.wait()
        psutil.wait_procs(family, timeout=20)

    def stop(self) -> int:
        """Ask it to end; returns its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def clean_up(self) -> None:
        if self.process is not None:
            for process in self.family():
                try:
                    process.kill()
                except psutil.NoSuchProcess:
                    continue
            self.process.wait()


def plain_environment(home: Path) -> dict[str, str]:
    """The caller's environment (package index, proxies, certificates) without its settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SOCAI_", "DATABASE_", "REDIS_", "PYTHON", "VIRTUAL_ENV"))
    }
    return {**kept, "HOME": str(home)}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[System]:
    """This checkout, as whoever runs the tests."""
    system = System(
        [sys.executable, "-P", "-m", "service.cli"],
        tmp_path / "dữ liệu",
        tmp_path / "log",
        free_port(),
        {**plain_environment(tmp_path), "PYTHONPATH": str(ROOT)},
    )
    yield system
    system.clean_up()


def test_up_survives_kill_9_of_everything_and_ends_in_order(here: System) -> None:
    here.up()
    added = here.verb(
        "account", "add", "kept", "--display", "Kept", "--role", "auditor", "--area", "",
        "--data", str(here.data),
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    token = here.verb("token", "kept", "--data", str(here.data)).stdout.strip()
    assert token
    assert len(token.splitlines()) == 1

    second = here.verb("up", "--data", str(here.data), "--port", str(free_port()))
    assert second.returncode == 1
    assert second.stderr.startswith(
        f"socai: already running on {here.data}: http://127.0.0.1:{here.port}"
    )
    assert len(second.stderr.splitlines()) == 1

    here.kill_everything()
    here.up()
    listed = here.verb("account", "list", "--data", str(here.data))
    assert "kept\t" in listed.stdout
    status = json.loads(here.verb("status", "--json", "--data", str(here.data)).stdout)
    names = {row["name"].split(".")[0] for row in status["processes"]}
    assert names == {"web", "worker", "jobs", "clock"}
    assert status["queues"] is not None

    assert here.stop() == 0, here.said()
    assert here.family() == []
    assert "Traceback" not in here.said()
    assert here.verb("verify", "--data", str(here.data)).stdout.startswith("whole: ")
    assert here.family() == []


def test_only_up_is_killed_and_the_next_ends_what_it_left(here: System) -> None:
    here.up()
    assert here.process is not None
    here.process.kill()
    here.process.wait()
    here.up()
    assert here.stop() == 0, here.said()
    assert here.family() == []


def test_a_busy_port_is_refused_in_one_line_before_anything_starts(here: System) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = here.verb("up", "--data", str(here.data), "--port", str(port))
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"socai: port {port} on 127.0.0.1 cannot be used")
    assert f"--port {port + 1}" in line
    assert not (here.data / "postgres").exists()


def clone(into: Path) -> Path:
    """A copy of what the repository holds, as a clone would have it."""
    checkout = into / "clone"
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:  # an unpacked archive
        left_out = shutil.ignore_patterns(".venv", "var", "__pycache__", "*.egg-info")
        return Path(shutil.copytree(ROOT, checkout, ignore=left_out))
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, checkout / name)
    return checkout


@pytest.fixture
def cloned() -> Iterator[System]:
    """A fresh clone in a folder of an ordinary user: ours, or `nobody` if we are root."""
    folder = Path("/var/tmp") / f"socai-clone-{os.getpid()}"
    folder.mkdir(mode=0o755)
    checkout = clone(folder)
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    system = System(
        [str(checkout / "socai")],
        checkout / "var",
        folder / "log",
        free_port(),
        plain_environment(folder),
        user,
    )
    yield system
    system.clean_up()
    shutil.rmtree(folder)


def borrow_libraries(system: System) -> None:
    """Without a network: an environment that reads the libraries of the one that runs the tests."""
    checkout = Path(system.command[0]).parent
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", checkout / ".venv"],
        check=True,
        **system.user,
    )
    (site,) = (checkout / ".venv" / "lib").glob("python3.*/site-packages")
    (theirs,) = {Path(psutil.__file__).parents[1]}
    (site / "socai.pth").write_text(f"{checkout}\n{theirs}\n")
    code = "import runpy; print(runpy.run_path('service/bootstrap.py')['wanted']('run'), end='')"
    stamp = subprocess.run(
        [sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=True
    ).stdout
    (checkout / ".venv" / "socai.stamp").write_text(stamp)


def test_a_fresh_clone_comes_up_for_an_ordinary_user_and_after_kill_9(cloned: System) -> None:
    first = cloned.verb("--help")
    if "libraries cannot be downloaded" in first.stderr:
        shutil.rmtree(Path(cloned.command[0]).parent / ".venv")
        borrow_libraries(cloned)
        first = cloned.verb("--help")
    assert first.returncode == 0, first.stderr
    assert "Usage: socai" in first.stdout
    cloned.up()
    cloned.kill_everything()
    cloned.up()
    assert cloned.stop() == 0
    assert cloned.family() == []
    checkout = Path(cloned.command[0]).parent
    grown = {path.name for path in checkout.iterdir()} - {path.name for path in ROOT.iterdir()}
    assert grown <= {".venv", ".venv.lock", "var"}
