"""Names of workers: the members of a household to choose from, and those of a round.

A name is asked of the household's own record for the page that shows it.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from projections.households import file
from projections.households.sentences import ERASED
from service.access.authorization import RequestContext, within_reach
from service.access.read_log import note_read_lately
from service.ui.forms import Choice


class Worker(NamedTuple):
    """A person of a household by name; `present` is false for one who left it."""

    name: str
    present: bool


def members_of(context: RequestContext, household_id: UUID | None) -> tuple[Choice, ...]:
    """The members of a household within the area of the account, as choices; reading is logged."""
    if household_id is None or not within_reach(context, household_id):
        return ()
    with context.services.reading() as conn:
        state = file.household(conn, household_id)
        if state is None:
            return ()
        sealed = [one.private for one in state.members]
        revealed = context.services.keyring.reveal_many(sealed, conn)
    note_read_lately(context, household_id, context.area)
    found = []
    for one in state.members:
        values = revealed[one.private.subject, one.private.sealed]
        if values is not None:
            found.append(Choice(str(one.person_id), str(values.get("name", ""))))
    return tuple(found)


def names_of(
    context: RequestContext, workers: Iterable[tuple[UUID, UUID]]
) -> Mapping[UUID, Worker]:
    """Persons by name, of pairs of household and person."""
    pairs = list(workers)
    found = context.services.application.households.load_many({one for one, _ in pairs})
    members = {
        person: found[household].members.get(person) or found[household].former.get(person)
        for household, person in pairs
        if household in found
    }
    known = {person: one for person, one in members.items() if one is not None}
    revealed = context.services.keyring.reveal_each([one.private for one in known.values()])
    names = {
        person: ERASED if values is None else str(values.get("name", ""))
        for person, values in zip(known, revealed, strict=True)
    }
    return {
        person: Worker(names.get(person, ""), person in found[household].members)
        for household, person in pairs
        if household in found
    }
