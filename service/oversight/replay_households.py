"""Households of a replay's decisions: number, head, village and commune.

A household is named only where the account's role covers its present area; of others only the
commune of the decision is given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from projections.households import register, timeline
from projections.households.register import MOST_HOUSEHOLDS, HouseholdRow
from projections.oversight.replay import runs
from service.access.authorization import RequestContext
from service.ui import navigation


@dataclass(frozen=True, slots=True)
class About:
    """A decision's household: `home` as it is listed now, None outside the role's reach; `area`
    the commune in which it lived on the day of the decision."""

    home: HouseholdRow | None
    area: str

    @property
    def order(self) -> tuple[Any, ...]:
        """The place in a list: by commune, then by the head's name, as Vietnamese sorts."""
        head = self.home.head if self.home else ""
        return navigation.place_key(self.area), not head, navigation.sort_key(head)


def about(
    context: RequestContext, conn: Connection[Any], outcomes: Sequence[runs.ReplayedDecision]
) -> dict[int, About]:
    """Returns the household of each decision, by the decision's position in the ledger.

    Names people: the caller leaves a line in the read log.
    """
    homes = _homes(context, conn, {one.household_id for one in outcomes})
    lived = timeline.areas_at(conn, [one.seq for one in outcomes])
    directory = context.services.areas()
    found = {}
    for one in outcomes:
        area, on = lived.get(one.seq, ""), one.effective_on or context.today
        home = homes.get(one.household_id)
        found[one.seq] = About(home, directory.name_of(area, on) if area else "")
    return found


def _homes(
    context: RequestContext, conn: Connection[Any], ids: Iterable[UUID]
) -> dict[UUID, HouseholdRow]:
    held = context.role.area if context.role else None
    if held is None:
        return {}
    units = context.services.areas().units_within(held, context.today)
    found: dict[UUID, HouseholdRow] = {}
    for some in _cut(sorted(ids)):
        page = register.households(
            conn,
            context.services.keyring,
            units=units,
            ended=True,
            only=some,
            limit=MOST_HOUSEHOLDS,
        )
        found.update((one.household_id, one) for one in page.households)
    return found


def _cut(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (ids[at : at + MOST_HOUSEHOLDS] for at in range(0, len(ids), MOST_HOUSEHOLDS))
