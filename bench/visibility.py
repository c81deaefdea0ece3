"""Delay from a command to its visible rows, with real workers and queue, at a steady rate."""

import base64
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from psycopg_pool import ConnectionPool

from bench.ours import ANYWAY, KEYS, context, household, one_area
from domain.application import SocaiApplication
from domain.eventstore.personal import Keyring
from domain.households.registration import RegisterHousehold
from domain.standards import load_standards
from projections.engine.freshness import wait_until
from projections.read_models import MODELS
from service.embedded import Valkey
from service.nudge import Notifier

SHOWN = [model.name for model in MODELS if "household." in model.topics]
INSTANCE = "bench"


@contextmanager
def workers(url: str) -> Iterator[str]:
    """A worker process for nudges, as the Procfile starts it; yields the queue's URL."""
    with tempfile.TemporaryDirectory(prefix="socai-bench-") as folder:
        valkey = Valkey(Path(folder) / "valkey")
        valkey.start()
        environment = os.environ | {
            "DATABASE_URL": url,
            "REDIS_URL": valkey.url,
            "SOCAI_MASTER_KEY": base64.urlsafe_b64encode(KEYS[0]).decode(),
            "SOCAI_INDEX_KEY": base64.urlsafe_b64encode(KEYS[1]).decode(),
            "SOCAI_DATA": folder,
            "SOCAI_INSTANCE": INSTANCE,
            "SOCAI_LOG_LEVEL": "warning",
        }
        worker = subprocess.Popen([sys.executable, "-m", "workers.main", "nudges"], env=environment)
        try:
            yield valkey.url
        finally:
            worker.terminate()
            worker.wait(timeout=60)
            valkey.stop()


def delays(url: str, per_second: int, seconds: int) -> list[float]:
    """Register households at a steady rate; seconds from each command to its visible rows.

    The clock starts before the command and stops when every household read model shows it. A
    command that starts late, because those before it took long, counts from its due time.
    """
    with workers(url) as queue, ConnectionPool(url, min_size=4, max_size=24, open=True) as pool:
        write = SocaiApplication(pool, Keyring(pool, *KEYS), load_standards(), directory=one_area())
        nudge = Notifier(queue, INSTANCE)
        samples: list[float] = []
        lock = threading.Lock()

        def one(due: float, counted: bool) -> None:
            outcome = write.run(RegisterHousehold(household(), ANYWAY), context())
            nudge.catch_up()
            if outcome.seq is None or not wait_until(pool, SHOWN, outcome.seq, timeout=30):
                raise RuntimeError("a command was not visible within 30 seconds")
            with lock:
                if counted:
                    samples.append(time.perf_counter() - due)

        for _ in range(5):
            one(0.0, counted=False)  # the worker is up and warm
        with ThreadPoolExecutor(16) as clients:
            started = time.perf_counter() + 0.1
            asked = []
            for number in range(per_second * seconds):
                due = started + number / per_second
                time.sleep(max(0.0, due - time.perf_counter()))
                asked.append(clients.submit(one, due, True))
            for future in asked:
                future.result()
        nudge.close()
    return samples
