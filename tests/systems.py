"""A whole system of a test: `./socai up` and other verbs, from this checkout or a clone of it."""

import os
import re
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
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
from packaging.requirements import Requirement

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

    def up(self, *arguments: str, seconds: float = 120) -> None:
        """Start it and wait until it says that it is ready; ARGUMENTS instead of the usual ones."""
        usual = ("--no-demo", "--port", str(self.port), "--data", str(self.data))
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*self.command, "up", *(arguments or usual)],
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd="/",
                **self.user,
            )
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
        """Everything that runs for it: its processes, and its servers, which run apart."""
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
        if not name.startswith(
            ("SOCAI_", "DATABASE_", "REDIS_", "PYTEST_", "PYTHON", "VIRTUAL_ENV")
        )
    }
    return {**kept, "HOME": str(home)}


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


def borrow_libraries(checkout: Path, *sets: str, **user: Any) -> bool:
    """Without a network: an environment that holds these sets and no other library, each a link to
    the one that runs the tests. False where the user may not read those.

    That `./socai` installs what is locked itself is tested with small libraries
    (`test_bootstrap.py`), and with all of them by whatever called `./socai test`.
    """
    environment = checkout / ".venv"
    made = (
        subprocess.run([sys._base_executable, "-m", "venv", "--without-pip", environment], **user)
        if may_run(sys._base_executable, **user)
        else None
    )
    if made is None or made.returncode:
        return False
    (site,) = (environment / "lib").glob("python3.*/site-packages")
    (site / "socai.pth").write_text(f"{checkout}\n")
    for library in {name for each in sets for name in locked_names(checkout, each)}:
        for file in metadata.files(library) or ():
            borrow(Path(str(file.locate())), file.parts, environment, site)
    code = (
        "import runpy, sys; wanted = runpy.run_path('service/bootstrap.py')['wanted'];"
        "print(*map(wanted, sys.argv[1:]), sep='', end='')"
    )
    stamp = subprocess.run(
        [sys.executable, "-c", code, *sets],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (environment / "socai.stamp").write_text(stamp)
    return may_run(environment / "bin" / "python", "import flask, psycopg, eventsourcing", **user)


def may_run(python: str | Path, code: str = "", **user: Any) -> bool:
    """Whether a user may run a Python, and what it imports."""
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, cwd="/", **user)
    except OSError:
        return False
    return done.returncode == 0


def locked_names(checkout: Path, name: str) -> Iterator[str]:
    """The libraries of a set that are for this machine."""
    text = (checkout / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    for line in re.findall(r"^([^#\s].*?) \\$", text, re.MULTILINE):
        wanted = Requirement(line)
        if wanted.marker is None or wanted.marker.evaluate():
            yield wanted.name


def borrow(file: Path, parts: tuple[str, ...], environment: Path, site: Path) -> None:
    """Link what a library has beside others; copy its programs, for the other Python."""
    if parts[0] != "..":
        link = site / parts[0]
        if not link.exists() and parts[0] != "__pycache__":
            link.symlink_to(file.parents[len(parts) - 2] if len(parts) > 1 else file)
    elif parts[-2] == "bin" and file.is_file():
        program = environment / "bin" / parts[-1]
        text = file.read_bytes()
        if text.startswith(b"#!"):
            text = f"#!{environment / 'bin' / 'python'}\n".encode() + text.partition(b"\n")[2]
        program.write_bytes(text)
        program.chmod(0o755)
