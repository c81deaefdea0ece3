"""Who looked at a household: the lines of the read log by day, role and unit.

The name of the officer is not told: the log keeps it, and inspectors and auditors read it there.
Lists and reports of a whole unit are lines of that unit, and not of each household on them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.calendar import day_of
from domain.eventstore.postgres import Connection
from domain.own_view.codes import HOUSEHOLD_ROLE
from service.access import read_log
from service.access.authorization import RequestContext
from service.access.read_log import Read
from service.own_view import words
from service.ui import labels, navigation

MOST_LINES = 500
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Look:
    """Looks of one day by accounts of one role and unit, for the same thing."""

    day: date
    role: Any
    unit: str
    what: Any
    times: int
    own: bool


def looks_at(context: RequestContext, conn: Connection, household_id: UUID) -> list[Look]:
    """The looks at a household, newest first, SHOWN of them at most."""
    lines = read_log.reads(conn, areas=None, household_id=household_id, limit=MOST_LINES)
    return grouped(lines)[:SHOWN]


def grouped(lines: Iterable[Read]) -> list[Look]:
    """Lines of one day, role, unit and kind as one look, in the order of the newest of each."""
    counts: dict[tuple[date, str, str, str], int] = {}
    for one in lines:
        key = day_of(one.read_at), one.role, one.role_area, one.what
        counts[key] = counts.get(key, 0) + 1
    return [
        Look(
            day,
            labels.ROLES.get(role, role) if role != HOUSEHOLD_ROLE else "",
            navigation.unit_name(area),
            words.LOOKS.get(what, what),
            times,
            role == HOUSEHOLD_ROLE,
        )
        for (day, role, area, what), times in counts.items()
    ]
