"""A household as the API and the pages show it: its folded state, with the personal values opened.

What is asked about a household as it is now, as it was, and as
it was known, comes from `projections.households.file`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.eventstore.personal import Personal
from projections.households import file
from projections.households.sentences import ERASED
from projections.households.state import HouseholdState, MemberState
from service.access.authorization import RequestContext

_PRIVATE = ("birth_date", "id_number", "id_issued_on", "phone", "health")

Revealed = dict[tuple[UUID, bytes], dict[str, Any] | None]


@dataclass(slots=True)
class HouseholdView:
    """The household of a request as it is now, read when it is first asked for, and only once.

    `household_id` is None where the request is about none yet.
    """

    context: RequestContext
    household_id: UUID | None
    _found: list[dict[str, Any] | None] = field(default_factory=list)

    def household(self) -> dict[str, Any] | None:
        """The household; None where there is none, or the read models do not have it yet."""
        if self.household_id is None:
            return None
        if not self._found:
            self._found.append(as_it_is(self.context, self.household_id))
        return self._found[0]


def as_it_is(context: RequestContext, household_id: UUID) -> dict[str, Any] | None:
    """The household now, ready for its schema; None where the read models do not have it yet."""
    return as_it_was(context, household_id, as_of=None, known_at=None)


def as_it_was(
    context: RequestContext, household_id: UUID, *, as_of: date | None, known_at: datetime | None
) -> dict[str, Any] | None:
    """The household as of a day, as known at a moment; None where there was none."""
    services = context.services
    with services.reading() as conn:
        state = file.household(conn, household_id, as_of=as_of or context.today, known_at=known_at)
        if state is None:
            return None
        revealed = services.keyring.reveal_many(_sealed(state), conn)
    shown = _shown(state, revealed)
    on = as_of or context.today
    shown["area_name"] = services.areas().name_of(state.area, on)
    return {**shown, "as_of": as_of, "known_at": known_at}


def _sealed(state: HouseholdState) -> list[Personal]:
    sealed = [member.private for member in (*state.members, *state.former_members)]
    return [*sealed, state.address] if state.address else sealed


def _shown(state: HouseholdState, revealed: Revealed) -> dict[str, Any]:
    address = revealed[state.address.subject, state.address.sealed] if state.address else None
    return {
        **_fields(state),
        "flags": state.flags,
        "address": address.get("address") if address else (ERASED if state.address else None),
        "class_": state.national_class,
        "standings": [
            {"scope": scope, **_fields(standing)} for scope, standing in state.classes.items()
        ],
        "members": [_person(member, revealed) for member in state.members],
        "former_members": [_person(member, revealed) for member in state.former_members],
    }


def _person(member: MemberState, revealed: Revealed) -> dict[str, Any]:
    private = revealed[member.private.subject, member.private.sealed]
    known = private or {}
    return {
        **_fields(member),
        "forgotten": private is None,
        "name": known.get("name", "") if private is not None else ERASED,
        **{name: known.get(name) or None for name in _PRIVATE},
    }


def _fields(struct: msgspec.Struct) -> dict[str, Any]:
    return msgspec.structs.asdict(struct)
