"""Writes the heartbeat of a worker process, and ends a process that is frozen."""

import faulthandler
import os
import socket
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress

import psutil
import psycopg
import structlog

from domain.eventstore.postgres import Connection
from projections import heartbeats


@contextmanager
def beating(database_url: str, does: Collection[str], frozen_seconds: float) -> Iterator[None]:
    """Leaves a heartbeat in the database while the block runs.

    A process in which no Python runs for `frozen_seconds` (a library that keeps the interpreter,
    a stop of the whole process) ends with the places where it stopped, and is started again.
    """
    over = threading.Event()
    threads = [
        threading.Thread(target=_watch, args=(over, frozen_seconds), name="watch", daemon=True),
        threading.Thread(target=_beat, args=(over, database_url, does), name="beat", daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(5)  # the database may be away


def _watch(over: threading.Event, frozen_seconds: float) -> None:
    """Apart from the beats: a database that is away is no reason to end."""
    while not over.is_set():
        faulthandler.dump_traceback_later(frozen_seconds, exit=True)
        over.wait(1)
    faulthandler.cancel_dump_traceback_later()


def _beat(over: threading.Event, database_url: str, does: Collection[str]) -> None:
    host, pid = socket.gethostname(), os.getpid()
    born = psutil.Process().create_time()
    while not over.is_set():
        try:
            with psycopg.connect(database_url, autocommit=True, connect_timeout=5) as conn:
                _take_away_the_dead(conn, host)
                while True:
                    heartbeats.beat(conn, host=host, pid=pid, born=born, does=does)
                    if over.wait(heartbeats.BEAT_SECONDS):
                        heartbeats.end(conn, host=host, pid=pid)
                        return
        except psycopg.Error as error:
            structlog.get_logger("heartbeats").warning("no heartbeat", why=type(error).__name__)
            over.wait(heartbeats.BEAT_SECONDS)


def _take_away_the_dead(conn: Connection, host: str) -> None:
    """What was killed here has been replaced by this process, or by one beside it."""
    for pid, born in heartbeats.births(conn, host).items():
        with suppress(psutil.NoSuchProcess):
            if abs(psutil.Process(pid).create_time() - born) < 1:
                continue
        heartbeats.end(conn, host=host, pid=pid)
