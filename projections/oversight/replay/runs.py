"""Queries replays: how far one is, and its outcomes page by page."""

from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from domain.errors import NotFound
from domain.eventstore.postgres import Connection
from domain.jobs.table import JobTable
from projections.oversight.replay.recorded_decisions import OUTCOMES

MOST_OUTCOMES = 1_000
REPLAYS = JobTable[UUID](
    "replay", "office.replays", finished="status = 'done'", began="status = 'running'"
)
unfinished = REPLAYS.unfinished

_SHOWN = """
select r.id, r.area, r.from_on, r.to_on, r.seq, r.status, r.error,
       coalesce(encode(r.digest, 'hex'), '') as digest,
       r.requested_by, r.requested_at, r.started_at, r.finished_at,
       case when r.status = 'done' then 1.0 else p.done::float8 / r.parts end as progress,
       coalesce(p.same, 0) as same,
       coalesce(p.different, 0) as different, coalesce(p.not_reproducible, 0) as not_reproducible,
       coalesce(p.withdrawn, 0) as withdrawn
  from office.replays r
  left join lateral (
       select count(*) as done, sum(same)::bigint as same, sum(different)::bigint as different,
              sum(not_reproducible)::bigint as not_reproducible, sum(withdrawn)::bigint as withdrawn
         from office.replay_parts where replay_id = r.id
  ) p on true
"""


class ReplayUnknown(NotFound):
    """There is no replay with this id."""

    code = "replay_unknown"


class Replay(NamedTuple):
    """A replay with its progress. The counts are those of the parts done so far.

    `status` is "waiting", "running" or "done"; `error` says why the last attempt stopped, if it
    did. `digest` (SHA-256 hex) is there when it is done, and the same for the same request on the
    same ledger. `progress` runs from 0.0 to 1.0.
    """

    id: UUID
    area: str
    from_on: date
    to_on: date
    seq: int
    status: Literal["waiting", "running", "done"]
    error: str
    digest: str
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    progress: float
    same: int
    different: int
    not_reproducible: int
    withdrawn: int


class ReplayedDecision(NamedTuple):
    """The outcome of one decision; `detail` as `decide_again` made it."""

    seq: int
    household_id: UUID
    effective_on: date | None
    recorded: str
    outcome: str
    detail: dict[str, Any]


def get(conn: Connection, replay_id: UUID) -> Replay:
    """The replay with its progress. Raises ReplayUnknown."""
    found = _replays(conn, "where r.id = %s", [replay_id])
    if not found:
        raise ReplayUnknown(replay=replay_id)
    return found[0]


def of_areas(
    conn: Connection,
    areas: list[str] | None,
    limit: int = 50,
    after: tuple[str, str] | None = None,
) -> list[Replay]:
    """The latest replays that were asked for these areas (None: for any), newest first.

    `after` is the moment and the id of the last one of the page before.
    """
    moment, last = after or (None, None)
    return _replays(
        conn,
        "where (%s::text[] is null or r.area = any(%s))"
        " and (%s::timestamptz is null or (r.requested_at, r.id) < (%s::timestamptz, %s::uuid))"
        " order by r.requested_at desc, r.id desc limit %s",
        [areas, areas, moment, moment, last, limit],
    )


def outcomes(
    conn: Connection,
    replay_id: UUID,
    *,
    outcome: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[ReplayedDecision]:
    """Outcomes in the order of the ledger from `after` (a seq, excluded), all or of one kind.

    At most MOST_OUTCOMES; less than `limit` means that there are no more (so far).
    """
    if outcome is not None and outcome not in OUTCOMES:
        raise ValueError(f"an outcome is one of {', '.join(OUTCOMES)}")
    only = "and outcome = %s" if outcome else ""
    rows = conn.execute(
        "select seq, household_id, effective_on, recorded, outcome, detail"
        f" from office.replay_outcomes where replay_id = %s and seq > %s {only}"
        " order by seq limit %s",
        [replay_id, after, *([outcome] if outcome else []), min(limit, MOST_OUTCOMES)],
    ).fetchall()
    return [ReplayedDecision(*row) for row in rows]


def _replays(conn: Connection, rest: str, parameters: list[object]) -> list[Replay]:
    with conn.cursor(row_factory=class_row(Replay)) as cursor:
        return cursor.execute(_SHOWN + rest, parameters).fetchall()
