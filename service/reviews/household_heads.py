"""Households as a paper of a round names them: as they were on its day, and known by then.

A paper that is printed again says the same, whatever was recorded since. The name of a person who
was erased is left out.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from domain.eventstore.personal import Personal
from domain.eventstore.postgres import Connection
from projections.engine.ledger import histories_of
from projections.households.sentences import ERASED
from projections.households.state import HouseholdState, MemberState, as_of, fold
from service.access.authorization import RequestContext

READ_AT_ONCE = 200


class NamedHousehold(NamedTuple):
    """A household with the name of its head and its address in the village."""

    head: str
    address: str
    state: HouseholdState


def named(
    context: RequestContext, conn: Connection, ids: Sequence[UUID], on: date, upto: int
) -> dict[UUID, NamedHousehold]:
    """The households on a day, of the events up to a place of the ledger."""
    found: dict[UUID, NamedHousehold] = {}
    for at in range(0, len(ids), READ_AT_ONCE):
        states = []
        histories = histories_of(conn, list(ids[at : at + READ_AT_ONCE]), upto)
        for events in histories.values():
            known = [row for row in events if row.event is not None]
            counted = as_of(known, on, None) or as_of(known, None, None)
            if counted:
                states.append(fold(counted))
        sealed = [one for state in states for one in _sealed(state)]
        revealed = context.services.keyring.reveal_many(sealed, conn)
        for state in states:
            found[state.household_id] = _named(state, revealed)
    return found


def persons(
    context: RequestContext, conn: Connection, members: Iterable[MemberState]
) -> dict[UUID, str]:
    """The names of members, by person."""
    known = {one.person_id: one.private for one in members}
    revealed = context.services.keyring.reveal_many(known.values(), conn)
    return {person: _text(sealed, "name", revealed) for person, sealed in known.items()}


def _sealed(state: HouseholdState) -> list[Personal]:
    head = state.member(state.head)
    return [one for one in (head.private if head else None, state.address) if one is not None]


def _named(state: HouseholdState, revealed: Any) -> NamedHousehold:
    head = state.member(state.head)
    return NamedHousehold(
        _text(head.private, "name", revealed) if head else "",
        _text(state.address, "address", revealed) if state.address else "",
        state,
    )


def _text(sealed: Personal, name: str, revealed: Any) -> str:
    values = revealed[sealed.subject, sealed.sealed]
    return ERASED if values is None else str(values.get(name) or "")
