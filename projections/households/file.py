"""Queries one household: as it is now, as it was on a day, as it was known at a moment."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from domain.eventstore.postgres import Connection
from projections.engine import ledger
from projections.households.state import HouseholdState, fold
from projections.households.state import as_of as events_as_of

_state = msgspec.json.Decoder(HouseholdState)


class Home(NamedTuple):
    """The place where a household lives, or lived last: a unit id, and the village as written."""

    area: str
    village: str


def household(
    conn: Connection,
    household_id: UUID,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> HouseholdState | None:
    """The household with what took effect up to `as_of`, as known at `known_at`.

    None where the ledger does not have it, where it did not exist that day, and where it was not
    known. A household that the read model does not have yet is folded from its events. Without
    `as_of` and `known_at` it is folded from all its events, later ones included.
    Personal values are sealed. Its `version` is that of the last event folded in.
    """
    row = conn.execute(
        "select effective_on, state::text from read.household_file where household_id = %s",
        [household_id],
    ).fetchone()
    if row is None:
        return _folded(conn, household_id, as_of, known_at)
    effective_on, state = row
    if known_at is None and (as_of is None or effective_on <= as_of):
        return _state.decode(state)
    return _folded(conn, household_id, as_of, known_at)


def _folded(
    conn: Connection, household_id: UUID, as_of: date | None, known_at: datetime | None
) -> HouseholdState | None:
    events = [row for row in ledger.history(conn, household_id) if row.event is not None]
    counting = events_as_of(events, as_of, known_at)
    return fold(counting) if counting else None


def home(conn: Connection, household_id: UUID) -> Home | None:
    """The place where a household lives now; None where the read model does not have it."""
    row = conn.execute(
        "select area, village from read.register where household_id = %s", [household_id]
    ).fetchone()
    return Home(*row) if row else None


def households_in(
    conn: Connection,
    household_ids: Sequence[UUID],
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> dict[UUID, HouseholdState]:
    """Several households as `household` gives each; those that it has not are left out."""
    rows = conn.execute(
        "select household_id, effective_on, state::text from read.household_file"
        " where household_id = any(%s)",
        [list(household_ids)],
    ).fetchall()
    found = {
        id_: _state.decode(state)
        for id_, effective_on, state in rows
        if known_at is None and (as_of is None or effective_on <= as_of)
    }
    missing = [id_ for id_ in household_ids if id_ not in found]
    for id_, events in ledger.histories_of(conn, missing).items() if missing else ():
        readable = [row for row in events if row.event is not None]
        counting = events_as_of(readable, as_of, known_at)
        if counting:
            found[id_] = fold(counting)
    return found
