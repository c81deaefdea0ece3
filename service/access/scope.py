"""Scope of a request: its account, the area that it is about, and whether a role covers that area.

The area of a household is read from its own events, not from a read model, which may lag: the right
to see it changes in the moment of its move. An unknown object and one outside both give 404.

A role covers the units whose land belongs to its unit, also after mergers. Units are looked up in
the directory of all present and former units, which is in memory; a former unit counts as the one
that took over all its land.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from eventsourcing.persistence import MapperDeserialisationError

from domain.areas.errors import AreaNotValidOn, AreaUnknown
from domain.calendar import day_of
from domain.commands.command import Actor
from domain.households.errors import HouseholdUnknown
from projections.households import file
from projections.imports import imports
from projections.oversight.replay import runs
from projections.oversight.replay.runs import ReplayUnknown
from service.access.authentication import Account, HeldRole
from service.access.errors import AreaNeeded, NotAllowed
from service.problems import NoSuchThing
from service.services import Services

WHOLE_COUNTRY = ""


@dataclass(frozen=True, slots=True)
class RequestArea:
    """The area of a request: a unit ("" is the country), and perhaps a village in it.

    `hidden` answers 404 for everything outside. `household_id` and `version` are set where the
    request is about one household.
    """

    area: str
    village: str | None = None
    hidden: bool = False
    household_id: UUID | None = None
    version: int | None = None


@dataclass(slots=True)
class RequestContext:
    """A request with its account, values and, once authorized, the role and area it acts in.

    `repeat` says that the account used this command id before and may no longer do what it asks:
    it gets the answer of then, and nothing else. Its value is the schema that holds the command.
    """

    services: Services
    account: Account | None = None
    query: Any = field(default_factory=dict)
    body: Any = None
    roles: tuple[HeldRole, ...] = ()
    role: HeldRole | None = None
    place: RequestArea | None = None
    also: tuple[RequestArea, ...] = ()
    grant_id: UUID | None = None
    command_id: UUID | None = None
    expected_version: int | None = None
    request_id: str = ""
    repeat: str = ""

    @property
    def today(self) -> date:
        """The civil day in Việt Nam."""
        return day_of(self.services.clock())

    @property
    def actor(self) -> Actor:
        """The account with the role and area it acts in; known once the request is authorized."""
        if self.account is not None and self.role is None and self.repeat:
            return Actor(self.account.account, "")
        if self.account is None or self.role is None:
            raise NotAllowed
        return Actor(self.account.account, self.role.role, self.role.area)

    @property
    def needed_command_id(self) -> UUID:
        """The command id of a request whose route takes an Idempotency-Key."""
        if self.command_id is None:
            raise ValueError("this route takes no Idempotency-Key")
        return self.command_id

    @property
    def area(self) -> str:
        """The area unit of the request, "" for the whole country."""
        return self.place.area if self.place else WHOLE_COUNTRY


def own_name(context: RequestContext) -> str:
    """The login name of the account that asks."""
    if context.account is None:
        raise NoSuchThing
    return context.account.account


def covers(context: RequestContext, held: HeldRole | None, place: RequestArea) -> bool:
    """Whether a role's area, and its villages where it is kept to some, hold a place."""
    return (
        held is not None and _covers(context, held.area, place.area) and _village_fits(held, place)
    )


def _covers(context: RequestContext, held: str, unit: str) -> bool:
    return context.services.areas().covers(held, unit, context.today)


def _village_fits(held: HeldRole, place: RequestArea) -> bool:
    if not held.villages:
        return True
    wanted = (place.village or "").casefold()
    return any(village.casefold() == wanted for village in held.villages)


# The days that a request can ask about; a bare code is read as of the first that is given.
_DAYS = ("as_of", "effective_on", "to")

# How the area of a request is found. Each takes the request and the values in its path.


def asked_area(context: RequestContext, _: dict[str, Any]) -> RequestArea:
    """The area named in the query or body; unnamed, the only area the account has.

    A bare code is read as of the day that is asked about.
    """
    given = {**context.query, **(context.body or {})}
    village = given.get("village") or _only_village(context.roles)
    if given.get("area"):
        day = next((given[name] for name in _DAYS if given.get(name)), context.today)
        return RequestArea(context.services.areas().resolved(given["area"], day), village)
    own = {held.area for held in context.roles}
    if len(own) != 1:
        raise AreaNeeded(areas=sorted(own))
    return RequestArea(own.pop(), village)


def _only_village(roles: tuple[HeldRole, ...]) -> str | None:
    """The village of an account that is kept to a single one, which then need not be named."""
    kept = {village for held in roles for village in held.villages or ("",)}
    return kept.pop() or None if len(kept) == 1 else None


def unit(context: RequestContext, path: dict[str, Any], on: date | None = None) -> RequestArea:
    """The area unit that the path names; a bare code as of a day. Raises NoSuchThing."""
    given = {**context.query, **(context.body or {})}
    day = on or given.get("as_of") or given.get("effective_on") or context.today
    try:
        return RequestArea(context.services.areas().resolved(path["unit"], day))
    except (AreaUnknown, AreaNotValidOn):
        raise NoSuchThing from None


def household(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """Returns the area where a household lives now. Raises NoSuchThing."""
    return _home(context, path["household_id"])


def within_reach(context: RequestContext, household_id: UUID) -> bool:
    """Whether the role of the request covers a household as well."""
    try:
        return covers(context, context.role, _home(context, household_id))
    except NoSuchThing:
        return False


def area_of(context: RequestContext, household_id: UUID) -> str:
    """Returns the unit in which a household lives now; "" for an unknown household."""
    try:
        return _home(context, household_id).area
    except NoSuchThing:
        return ""


def all_within_reach(context: RequestContext, household_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Returns those households that the role of the request covers, by one query."""
    wanted = frozenset(household_ids)
    try:
        found = context.services.application.households.load_many(wanted)
    except MapperDeserialisationError:
        return frozenset(one for one in wanted if within_reach(context, one))
    at = {id_: RequestArea(one.area, one.village) for id_, one in found.items()}
    return frozenset(id_ for id_, place in at.items() if covers(context, context.role, place))


def both_households(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """Returns the area of the path's household; that of the body's household must be covered as
    well.

    The second area is put into `context.also`, which is checked like the first.
    """
    context.also = (_home(context, context.body["into"]),)
    return _home(context, path["household_id"])


def household_and_area(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """Returns the area of the path's household; an area that the body names must be covered as
    well.

    The second area is put into `context.also`. Raises AreaUnknown and AreaNotValidOn.
    """
    body = context.body or {}
    if body.get("area"):
        asked = context.services.areas().resolved(body["area"], body["effective_on"])
        context.also = (RequestArea(asked, body["village"]),)
    return _home(context, path["household_id"])


def replay(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area that a replay was asked for. Raises NoSuchThing."""
    with context.services.reading() as conn:
        try:
            found = runs.get(conn, path["replay_id"])
        except ReplayUnknown:
            raise NoSuchThing from None
    return RequestArea(found.area, hidden=True)


def import_(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area that an import was made for. Raises NoSuchThing."""
    with context.services.reading() as conn:
        try:
            found = imports.get(conn, path["import_id"])
        except imports.ImportUnknown:
            raise NoSuchThing from None
    return RequestArea(found.area, hidden=True)


def _home(context: RequestContext, household_id: UUID) -> RequestArea:
    try:
        now = context.services.application.households.load(household_id)
    except HouseholdUnknown:
        raise NoSuchThing from None
    except MapperDeserialisationError:
        return _last_known_home(context, household_id)
    return RequestArea(
        now.area, now.village, hidden=True, household_id=household_id, version=now.version
    )


def _last_known_home(context: RequestContext, household_id: UUID) -> RequestArea:
    """Returns the last area of a household whose events include one that cannot be read: of a newer
    version, or damaged. Such a household is shown; a command refuses it by name."""
    with context.services.reading() as conn:
        home = file.home(conn, household_id)
    if home is None:
        raise NoSuchThing
    return RequestArea(home.area, home.village, hidden=True, household_id=household_id)
