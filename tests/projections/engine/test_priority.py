"""Long work runs with a lower priority, and its answer or error comes back."""

import os
import threading

import pytest

from projections.rebuild.priority import LOWER, in_background


def _priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_work_in_the_background_has_a_lower_priority_and_the_caller_keeps_its_own() -> None:
    before = _priority()
    assert in_background(_priority) == min(before + LOWER, 19)
    assert _priority() == before


def test_an_error_of_work_in_the_background_is_raised() -> None:
    def fail() -> None:
        raise LookupError("there is no such rebuild")

    with pytest.raises(LookupError, match="no such rebuild"):
        in_background(fail)
