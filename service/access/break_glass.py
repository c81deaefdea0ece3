"""Break-glass access: a stated reason opens one area for reading, for three hours, on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from service.problems import NoSuchThing

OPEN_FOR = timedelta(hours=3)
SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class BreakGlassAccess:
    """An area opened for one account until `expires_at`."""

    id: UUID
    account: str
    area: str
    reason: str
    granted_at: datetime
    expires_at: datetime


def open_break_glass(
    conn: Connection[Any], *, grant_id: UUID, account: str, area: str, reason: str, now: datetime
) -> BreakGlassAccess:
    """Opens an area unit for reading; auditors and inspectors of that area see the reason."""
    grant = BreakGlassAccess(grant_id, account, area, reason, now, now + OPEN_FOR)
    conn.execute(
        "insert into office.access_grants (id, account, area, reason, granted_at, expires_at)"
        " values (%s, %s, %s, %s, %s, %s)",
        (grant.id, account, area, reason, now, grant.expires_at),
    )
    return grant


def open_for(conn: Connection[Any], account: str, *, now: datetime) -> list[BreakGlassAccess]:
    """Returns the areas that are open for an account at this moment."""
    rows = conn.execute(
        "select id, account, area, reason, granted_at, expires_at from office.access_grants"
        " where account = %s and expires_at > %s order by granted_at, id",
        (account, now),
    ).fetchall()
    return [BreakGlassAccess(*row) for row in rows]


def accesses_in(
    conn: Connection[Any],
    areas: list[str] | None,
    *,
    after: Sequence[Any] | None = None,
    limit: int,
) -> list[BreakGlassAccess]:
    """Grants on these area units (None: on all), newest first.

    `after` is the moment and the id of the last one of the page before.
    """
    moment, last = after or (None, None)
    rows = conn.execute(
        "select id, account, area, reason, granted_at, expires_at from office.access_grants"
        " where (%(areas)s::text[] is null or area = any(%(areas)s))"
        " and (%(moment)s::timestamptz is null"
        "      or (granted_at, id) < (%(moment)s::timestamptz, %(last)s::uuid))"
        " order by granted_at desc, id desc limit %(limit)s",
        {"areas": areas, "moment": moment, "last": last, "limit": limit},
    ).fetchall()
    return [BreakGlassAccess(*row) for row in rows]


def count_grants(conn: Connection[Any], areas: list[str] | None) -> int:
    """How many grants there are on these area units (None: on all)."""
    row = conn.execute(
        "select count(*) from office.access_grants"
        " where (%(areas)s::text[] is null or area = any(%(areas)s))",
        {"areas": areas},
    ).fetchone()
    return int(row[0]) if row else 0


def access_with_id(conn: Connection[Any], grant_id: UUID) -> BreakGlassAccess:
    """Returns the access of this id, which must exist."""
    row = conn.execute(
        "select id, account, area, reason, granted_at, expires_at from office.access_grants"
        " where id = %s",
        (grant_id,),
    ).fetchone()
    if row is None:
        raise NoSuchThing
    return BreakGlassAccess(*row)
