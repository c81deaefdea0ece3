"""`./socai up` starts from a fresh clone, survives kills and ends in order: as the user who runs
the tests, and as an ordinary user where the first one is root."""

import json
import os
import pwd
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.systems import ROOT, System, borrow_libraries, clone, free_port, plain_environment


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


def test_up_survives_kill_9_of_itself_and_of_everything_and_ends_in_order(here: System) -> None:
    here.up()
    assert here.process is not None
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

    here.process.kill()
    here.process.wait()
    here.up()
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


def test_a_fresh_clone_comes_up_for_an_ordinary_user_and_after_kill_9(cloned: System) -> None:
    checkout = Path(cloned.command[0]).parent
    if not borrow_libraries(checkout, "run", **cloned.user):
        shutil.rmtree(checkout / ".venv", ignore_errors=True)
    first = cloned.verb("--help")
    assert first.returncode == 0, first.stderr
    assert "Usage: socai" in first.stdout
    cloned.up()
    cloned.kill_everything()
    cloned.up()
    assert cloned.stop() == 0
    assert cloned.family() == []
    grown = {path.name for path in checkout.iterdir()} - {path.name for path in ROOT.iterdir()}
    assert grown <= {".venv", ".venv.lock", "var"}
