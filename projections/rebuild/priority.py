"""Runs long work in a thread to which the processor turns after what people wait for."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import structlog

Answer = TypeVar("Answer")

LOWER = 10
"""How much lower its priority is (`nice`): where both want a core, a request has nine tenths."""

log = structlog.get_logger("socai.rebuilding")


def in_background(work: Callable[[], Answer]) -> Answer:
    """The answer of work that runs in a thread of its own with a lower priority, or its error.

    A priority that was lowered cannot be raised again, so the thread ends with the work. A caller
    that is stopped leaves it, and the thread ends with the process: work that can be killed at any
    moment. The server's session that works for it has the server's priority.
    """
    answer: Future[Answer] = Future()

    def run() -> None:
        _lower()
        try:
            answer.set_result(work())
        except BaseException as error:  # noqa: BLE001 (the caller gets it)
            answer.set_exception(error)

    threading.Thread(target=run, name="background", daemon=True).start()
    return answer.result()


def _lower() -> None:
    """Lowers the priority of this thread; on systems where a thread has none it stays."""
    try:
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + LOWER)
    except OSError as error:
        log.info("the priority stays", error=type(error).__name__)
