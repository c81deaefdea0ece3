"""Area of the object that a URL path names. Unknown objects and those outside both give 404.

The area of a household is read from its own events, not from a read model, which may lag: the right
to see it changes in the moment of its move.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from eventsourcing.persistence import MapperDeserialisationError

from domain.areas.errors import AreaNotValidOn, AreaUnknown
from domain.households.errors import HouseholdUnknown
from projections.households import file
from projections.imports import imports
from projections.oversight.replay import runs
from projections.oversight.replay.runs import ReplayUnknown
from service.access import scope
from service.access.authorize import covers
from service.access.request_context import RequestArea, RequestContext
from service.problems import NoSuchThing


def unit(context: RequestContext, path: dict[str, Any], on: date | None = None) -> RequestArea:
    """The area unit that the path names; a bare code as of a day. Raises NoSuchThing."""
    given = {**context.query, **(context.body or {})}
    day = on or given.get("as_of") or given.get("effective_on") or context.today
    try:
        return RequestArea(scope.resolved(context.services.areas(), path["unit"], day))
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
        unit = scope.resolved(context.services.areas(), body["area"], body["effective_on"])
        context.also = (RequestArea(unit, body["village"]),)
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
