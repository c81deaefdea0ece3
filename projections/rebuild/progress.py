"""Queries rebuilds that are not finished, and how far one is."""

from msgspec import Struct

from domain.eventstore.postgres import Connection
from domain.jobs.table import JobTable

REBUILDS = JobTable[int](
    "rebuild", "read.rebuilds", finished="finished_at is not null", error="failure", order="id"
)


class Rebuild(Struct, frozen=True):
    """One rebuild. `done` of `total` events are loaded; `stage` is loading, indexing (and
    tailing, swapping) or finished; `failure` is what stopped the last try, "" if nothing did."""

    id: int
    models: tuple[str, ...]
    done: int
    total: int
    stage: str
    failure: str


def get(conn: Connection, rebuild: int) -> Rebuild:
    """Raises LookupError where there is no such rebuild."""
    row = conn.execute(
        """
        select r.id, r.models, r.events, r.failure, r.finished_at is not null,
               (select coalesce(sum(p.events), 0)::bigint from read.rebuild_parts p
                 where p.rebuild = r.id),
               not exists (select from read.rebuild_parts p where p.rebuild = r.id and not p.done)
          from read.rebuilds r where r.id = %s
        """,
        [rebuild],
    ).fetchone()
    if row is None:
        raise LookupError(f"there is no rebuild {rebuild}")
    id_, models, total, failure, finished, done, loaded = row
    stage = "finished" if finished else "indexing" if loaded else "loading"
    return Rebuild(id_, tuple(models), min(done, total), total, stage, failure)


unfinished = REBUILDS.unfinished
