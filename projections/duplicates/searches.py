"""Queries searches for duplicates, and stores the request of one."""

from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from domain.commands.command import Actor
from domain.errors import NotFound
from domain.eventstore.postgres import Connection
from domain.jobs.table import JobTable

MOST_ATTEMPTS = 5
SEARCHES = JobTable[UUID](
    "duplicate search",
    "office.duplicate_searches",
    finished="status in ('done', 'failed')",
    began="status = 'running'",
    most_attempts=MOST_ATTEMPTS,
)
unfinished = SEARCHES.unfinished
_STAGES = {"": 0.0, "reading": 0.0, "scoring": 0.45, "recording": 0.55}
_SHARES = {"": 0.0, "reading": 0.45, "scoring": 0.1, "recording": 0.45}


class SearchUnknown(NotFound):
    """There is no search with this id."""

    code = "duplicate_search_unknown"


class Search(NamedTuple):
    """A search as it stands. `error` says why the last attempt stopped, if it did.

    `found` pairs came close enough; `recorded` of them are new or open again, `passed_over` were
    told apart before, or a household of them has ended or moved away.
    """

    id: UUID
    area: str
    status: Literal["waiting", "running", "done", "failed"]
    stage: str
    done: int
    total: int
    households: int
    found: int
    recorded: int
    passed_over: int
    error: str
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def progress(self) -> float:
        """The share that is done, from 0.0 to 1.0."""
        if self.status == "done":
            return 1.0
        part = self.done / self.total if self.total else 0.0
        return _STAGES[self.stage] + _SHARES[self.stage] * part


_COLUMNS = ", ".join(Search._fields)


def request(
    conn: Connection,
    *,
    search_id: UUID,
    area: str,
    units: list[str],
    by: Actor,
    at: datetime,
) -> Search:
    """Puts a search in the table of jobs; the caller then nudges a worker.

    The same id again is answered with the search as it stands.
    """
    conn.execute(
        "insert into office.duplicate_searches"
        " (id, area, units, requested_by, requested_role, requested_area, requested_at)"
        " values (%s, %s, %s, %s, %s, %s, %s) on conflict (id) do nothing",
        [search_id, area, sorted(set(units)), by.account, by.role, by.area, at],
    )
    return get(conn, search_id)


def get(conn: Connection, search_id: UUID) -> Search:
    """The search with its progress. Raises SearchUnknown."""
    with conn.cursor(row_factory=class_row(Search)) as cursor:
        found = cursor.execute(
            f"select {_COLUMNS} from office.duplicate_searches where id = %s", [search_id]
        ).fetchone()
    if found is None:
        raise SearchUnknown(search=search_id)
    return found


def of_areas(conn: Connection, areas: list[str] | None, limit: int = 10) -> list[Search]:
    """The latest searches that were asked for these areas (None: for any), newest first."""
    with conn.cursor(row_factory=class_row(Search)) as cursor:
        return cursor.execute(
            f"select {_COLUMNS} from office.duplicate_searches"
            " where (%s::text[] is null or area = any(%s))"
            " order by requested_at desc, id desc limit %s",
            [areas, areas, limit],
        ).fetchall()
