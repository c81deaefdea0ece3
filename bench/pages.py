"""Measurement of the pages: `./socai up` with the demo, and many clients."""

import contextlib
import csv
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.config import ROOT
from service.demo.accounts import shown_accounts

PEOPLE = 200
CROWD = 1_000
SIGNING_IN = 4  # people a second
READY_SECONDS = 900
KINDS = ("household", "list", "command")


@dataclass(frozen=True, slots=True)
class Answered:
    """One kind of request: how many, how many failed, and the 95th percentile in milliseconds."""

    requests: int
    failed: int
    p95: float


def measure(people: int, seconds: int) -> dict[str, Answered]:
    """Answers of each kind once all `people` have signed in, for some seconds."""
    with tempfile.TemporaryDirectory(prefix="socai-bench-") as folder:
        data = Path(folder) / "data"
        with _running(data) as address:
            passwords = {one.name: one.password for one in shown_accounts(data / "demo")}
            told = Path(folder) / "told"
            command = [
                *(sys.executable, "-m", "locust", "-f", str(Path(__file__).parent / "people.py")),
                *("--headless", "--only-summary", "--reset-stats", "--host", address),
                *("-u", str(people), "-r", str(SIGNING_IN), "--csv", str(told)),
                *("-t", f"{people // SIGNING_IN + seconds}s", "--exit-code-on-error", "0"),
            ]
            environment = os.environ | {"SOCAI_BENCH_PASSWORDS": json.dumps(passwords)}
            subprocess.run(command, env=environment, check=True, capture_output=True)
            return _read(Path(f"{told}_stats.csv"))


def _read(path: Path) -> dict[str, Answered]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["Name"]: Answered(
            int(row["Request Count"]), int(row["Failure Count"]), float(row["95%"])
        )
        for row in rows
        if row["Name"] in KINDS
    }


@contextmanager
def _running(data: Path) -> Iterator[str]:
    """`./socai up` with the demo loaded; gives its address, and ends it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [str(ROOT / "socai"), "up", "--data", str(data), "--port", str(port)]
    system = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_until_ready(system, address)
        yield address
    finally:
        system.send_signal(signal.SIGINT)
        system.wait(timeout=60)


def _wait_until_ready(system: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if system.poll() is not None:
            raise RuntimeError("./socai up ended by itself")
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(f"{address}/readyz", timeout=5),  # noqa: S310
        ):
            return
        time.sleep(1)
    raise RuntimeError("./socai up is not ready in time")
