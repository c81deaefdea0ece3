"""Who read which household's file. Written before the answer leaves; never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import Connection

from service.access import Asked

What = Literal["file", "history", "search"]


@dataclass(frozen=True, slots=True)
class Read:
    """One reading of one household's file."""

    id: int
    read_at: datetime
    account: str
    role: str
    role_area: str
    household_id: UUID
    area: str
    what: str
    reason: str | None


def note_read(asked: Asked, household_id: UUID, area: str, *what: What) -> None:
    """Notes that the asking account reads this household now. Fails rather than not noting."""
    actor = asked.actor
    with asked.wiring.reading() as conn:
        conn.execute(
            "insert into office.read_log (read_at, account, role, role_area, household_id, area,"
            " what, grant_id, request_id) select %s, %s, %s, %s, %s, %s, what, %s, %s"
            " from unnest(%s::text[]) with ordinality as read (what, place) order by place",
            (
                asked.wiring.clock(),
                actor.account,
                actor.role,
                actor.area,
                household_id,
                area,
                asked.grant_id,
                asked.request_id,
                list(what),
            ),
        )


def reads(
    conn: Connection[Any],
    *,
    areas: list[str] | None,
    household_id: UUID | None = None,
    account: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int,
) -> list[Read]:
    """Readings in these area units (None: everywhere), newest first, `before` an id.

    Those after `since`, up to and with `until`.
    """
    rows = conn.execute(
        "select l.id, l.read_at, l.account, l.role, l.role_area, l.household_id, l.area, l.what,"
        " g.reason from office.read_log l left join office.access_grants g on g.id = l.grant_id"
        " where (%(areas)s::text[] is null or l.area = any(%(areas)s))"
        " and (%(household)s::uuid is null or l.household_id = %(household)s)"
        " and (%(account)s::text is null or l.account = %(account)s)"
        " and (%(since)s::timestamptz is null or l.read_at > %(since)s)"
        " and (%(until)s::timestamptz is null or l.read_at <= %(until)s)"
        " and (%(before)s::bigint is null or l.id < %(before)s)"
        " order by l.id desc limit %(limit)s",
        {
            "areas": areas,
            "household": household_id,
            "account": account,
            "since": since,
            "until": until,
            "before": before,
            "limit": limit,
        },
    ).fetchall()
    return [Read(*row) for row in rows]
