"""Harness of the measurements: real processes, one barrier, a fixed time, all samples kept."""

import importlib
import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier

START_TIMEOUT = 120.0  # seconds for all writer processes to connect


@dataclass(frozen=True, slots=True)
class Rate:
    """`done` things in `seconds`, by `writers` processes at once."""

    writers: int
    done: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.done / self.seconds


def concurrent(target: str, url: str, writers: int, seconds: float) -> Rate:
    """Let `writers` processes call one thing over and over for `seconds`.

    `target` is "module:function"; the function takes the database URL, connects, and returns
    a callable that does the thing once. Connecting is not part of the measured time.
    """
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(writers)
    with context.Manager() as manager:
        results = manager.list()
        processes = [
            context.Process(target=_write, args=(target, url, barrier, seconds, results))
            for _ in range(writers)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        if any(process.exitcode for process in processes) or len(results) != writers:
            raise RuntimeError(f"{target}: a writer failed")
        counts = [done for done, _ in results]
        elapsed = max(spent for _, spent in results)
    return Rate(writers, sum(counts), elapsed)


def _write(target: str, url: str, barrier: Barrier, seconds: float, results: list) -> None:
    module, _, name = target.partition(":")
    save: Callable[[], object] = getattr(importlib.import_module(module), name)(url)
    save()
    barrier.wait(START_TIMEOUT)
    started = time.perf_counter()
    deadline = started + seconds
    done = 0
    while time.perf_counter() < deadline:
        save()
        done += 1
    results.append((done, time.perf_counter() - started))


Follower = Callable[[int], list[tuple[int, int]]]
"""Reads on after a number: rows that begin with theirs, in order; none where it is at the end."""


class Tail(threading.Thread):
    """Reads on every ten milliseconds while others write, until nothing more comes."""

    def __init__(self, follower: Follower) -> None:
        super().__init__(daemon=True)
        self.follower = follower
        self.seen: list[tuple[int, int]] = []
        self.stopping = threading.Event()
        self.start()

    def run(self) -> None:
        last = 0
        while True:
            done = self.stopping.is_set()
            rows = self.follower(last)
            self.seen += rows
            last = rows[-1][0] if rows else last
            if done and not rows:
                return
            time.sleep(0.01)

    def stop(self) -> list[tuple[int, int]]:
        """Everything that was seen, once every writer has stopped."""
        self.stopping.set()
        self.join()
        return self.seen


def percentile(samples: list[float], share: float) -> float:
    """The smallest sample that at least `share` (0 to 1) of all samples do not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, max(0, int(share * len(ordered) + 0.999999) - 1))]
