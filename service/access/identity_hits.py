"""Limit on identity numbers that belong to persons outside the account's area.

A command refused because its number belongs to a person of another area discloses that the number
exists. Each such answer leaves a line in the read log of that person's area; after some within an
hour the account's commands with a number are refused before they are looked at. The lines
themselves are counted: there is no other store.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.commands.claims import find_claims
from domain.errors import Refusal
from domain.households.claims import person_key
from domain.households.errors import PersonInAnotherHousehold
from domain.imports.number_hits import Elsewhere
from projections.imports import number_hits
from service.access import authorization
from service.access.authorization import RequestContext
from service.access.errors import TooManyIdentityHits
from service.access.read_log import note_read
from service.http.parsing import holds

NUMBER = "id_number"
WINDOW = timedelta(hours=1)
ALLOWED = 10
ALLOWED_BY_LISTS = 100
"""Lists of a year hold some people who moved here; whoever tries numbers by lists meets more."""

# The values of a refusal that stay: which part of the request it is about.
_OF_THE_REQUEST = ("member", "members", "field", "area", "number")
_COUNT = (
    "select count(*) from office.read_log where account = %s and what = 'identity'"
    " and read_at > %s and (filter ? 'import') = %s"
)


def refuse_if_spent(context: RequestContext) -> None:
    """Raises TooManyIdentityHits where the account met too many people of other places.

    Called before a command looks for its identity number.
    """
    if holds(context.body, NUMBER):
        _refuse(context, of_lists=False, allowed=ALLOWED)


def refuse_list_if_spent(context: RequestContext) -> None:
    """Raises TooManyIdentityHits where the account's lists met too many people of other places."""
    _refuse(context, of_lists=True, allowed=ALLOWED_BY_LISTS)


def _refuse(context: RequestContext, *, of_lists: bool, allowed: int) -> None:
    since = context.services.clock() - WINDOW
    with context.services.reading() as conn:
        row = conn.execute(_COUNT, (context.actor.account, since, of_lists)).fetchone()
    if row is not None and row[0] >= allowed:
        raise TooManyIdentityHits(int(WINDOW.total_seconds()))


def refuse_persons_elsewhere(context: RequestContext) -> None:
    """Raises PersonInAnotherHousehold for an id of a person that is unknown or belongs to a
    household out of reach; the answer is the same for both."""
    named = list(_persons_named(context.body))
    claims = (
        find_claims(context.services.pool, [person_key(person) for _, person in named])
        if named
        else {}
    )
    for index, person in named:
        claim = claims.get(person_key(person))
        if claim is None or (claim.until is None and not note_hit(context, claim.holder)):
            raise PersonInAnotherHousehold(member=index)


def _persons_named(body: Any) -> Iterator[tuple[int, UUID]]:
    """(index, person) of the members of a body that are said to be known already."""
    given = body or {}
    for index, member in enumerate([*given.get("members", ()), given.get("member")]):
        person = getattr(member, "person_id", None)
        if isinstance(person, UUID):
            yield index, person


def note_hit(context: RequestContext, household_id: UUID) -> bool:
    """Notes in the read log that a number belongs to this household; True where the account sees
    it.

    A household within reach leaves no line, as a search shows it.
    """
    if authorization.within_reach(context, household_id):
        return True
    note_read(context, household_id, authorization.area_of(context, household_id), "identity")
    return False


def note_hit_of_list(context: RequestContext, household_id: UUID, import_id: UUID) -> None:
    """Notes in the read log that a row of a list matches this household out of reach; once for a
    list.
    """
    actor = context.actor
    area = authorization.area_of(context, household_id)
    elsewhere = Elsewhere(
        context.services.application, actor, context.services.clock(), {household_id: area}
    )
    with context.services.reading() as conn:
        number_hits.note_hits(conn, import_id, elsewhere)


def hide_what_is_outside(context: RequestContext, refused: Refusal) -> None:
    """Removes from a refusal the values about a household out of reach: its id, its person, and in
    what they differ.

    A hit is noted in the area of the household. A person who has left belongs to the household
    that was left last, as long as there is no other.
    """
    met = _household_of(context, refused.values)
    if met is not None and note_hit(context, met):
        return
    for name in refused.values.keys() - set(_OF_THE_REQUEST):
        del refused.values[name]


def _household_of(context: RequestContext, values: dict[str, Any]) -> UUID | None:
    """The household that a refusal names, or the one that the person it names is in."""
    household_id, person = values.get("household_id"), values.get("person_id")
    if isinstance(household_id, UUID):
        return household_id
    if not isinstance(person, UUID):
        return None
    key = person_key(person)
    claim = find_claims(context.services.pool, [key]).get(key)
    return claim.holder if claim else None
