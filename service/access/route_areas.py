"""Where things are that a path names by id. What is not there lies nowhere, and looks the same.

Where a household lives is read from its own events, not from a read model, which may lag: a right
follows the household in the moment in which it moves.
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
from service.access.authorize import RequestArea, RequestContext, covers
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
    """Where a household lives now, as far as is known. Raises NoSuchThing."""
    return _home(context, path["household_id"])


def within_reach(context: RequestContext, household_id: UUID) -> bool:
    """Whether the role in which the account acts reaches a household, too."""
    try:
        return covers(context, context.role, _home(context, household_id))
    except NoSuchThing:
        return False


def area_of(context: RequestContext, household_id: UUID) -> str:
    """The unit in which a household lives now; "" where there is no such household."""
    try:
        return _home(context, household_id).area
    except NoSuchThing:
        return ""


def all_within_reach(context: RequestContext, household_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the households that the role in which the account acts reaches, in one query."""
    wanted = frozenset(household_ids)
    try:
        found = context.services.application.households.load_many(wanted)
    except MapperDeserialisationError:
        return frozenset(one for one in wanted if within_reach(context, one))
    at = {id_: RequestArea(one.area, one.village) for id_, one in found.items()}
    return frozenset(id_ for id_, place in at.items() if covers(context, context.role, place))


def both_households(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The household of the path; the one of the body must lie within the same role's reach.

    Its place stands second in `context.also`, which is checked as the first is.
    """
    context.also = (_home(context, context.body["into"]),)
    return _home(context, path["household_id"])


def household_and_area(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The household of the path; an area that the body names must lie within the same role's reach.

    Its place stands second in `context.also`. Raises AreaUnknown and AreaNotValidOn.
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
    """Where a household lived when it could last be read: an event of it is of a newer version, or
    damaged. It can be looked at; a command refuses it by name."""
    with context.services.reading() as conn:
        home = file.home(conn, household_id)
    if home is None:
        raise NoSuchThing
    return RequestArea(home.area, home.village, hidden=True, household_id=household_id)
