"""The task of a search: it is offered again until it is done, and an unknown one is passed over."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from domain.commands.command import Actor
from projections.duplicates import linkage, searches
from workers.broker import TASKS
from workers.duplicates import run_duplicate_search
from workers.resume_jobs import KINDS

NOW = datetime(2023, 3, 1, 3, tzinfo=UTC)
BY = Actor("canbo.hue", "case_worker", "474@2004-07-08")


def services(hue: Any) -> Any:
    return SimpleNamespace(pool=hue.pool, application=hue, clock=lambda: NOW)


def request(hue: Any) -> Any:
    with hue.pool.connection() as conn:
        return searches.request(
            conn, search_id=uuid4(), area="19804@2004-07-08", units=["19804@2004-07-08"],
            by=BY, at=NOW,
        ).id  # fmt: skip


def state(hue: Any, search_id: Any) -> searches.Search:
    with hue.pool.connection() as conn:
        return searches.get(conn, search_id)


def test_a_search_of_an_area_without_households_ends_with_nothing_found(hue: Any) -> None:
    search = request(hue)
    run_duplicate_search(services(hue), str(search))
    done = state(hue, search)
    assert (done.status, done.households, done.found) == ("done", 0, 0)
    run_duplicate_search(services(hue), str(search))
    run_duplicate_search(services(hue), str(uuid4()))


def test_a_search_without_its_libraries_says_so_beside_the_job_and_waits(
    hue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = request(hue)
    monkeypatch.setattr(linkage, "NEEDED", ("a_library_that_is_not_there",))
    with pytest.raises(linkage.LibrariesMissing):
        run_duplicate_search(services(hue), str(search))
    stopped = state(hue, search)
    assert (stopped.status, stopped.error) == ("running", "LibrariesMissing")
    assert "run_duplicate_search" in TASKS.by_name
    unfinished = dict(KINDS)["run_duplicate_search"]
    with hue.pool.connection() as conn:
        assert unfinished(conn) == [search]
