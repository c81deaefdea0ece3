"""The area of a pair: where one of its households lives that the account reaches.

Read from the households' own events, as the area of a household is. A pair of which an account
reaches neither household is answered like one that does not exist.
"""

from typing import Any
from uuid import UUID

from domain.duplicates.errors import DuplicateAcrossAreas
from domain.duplicates.pair import Pair
from projections.duplicates import searches
from projections.duplicates.searches import SearchUnknown
from service.access import authorization
from service.access.authorization import RequestArea, RequestContext, Rule
from service.access.errors import AreaNeeded
from service.duplicates.permissions import May
from service.problems import NoSuchThing


def pair_place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The place of the first household of the path's pair that the account reaches, or of the
    first one. Raises NoSuchThing."""
    places = [
        authorization.household(context, {"household_id": one})
        for one in pair_of(context, path["duplicate_id"]).households
    ]
    for place in places:
        if any(authorization.covers(context, held, place) for held in context.roles):
            return RequestArea(place.area, place.village, hidden=True)
    return RequestArea(places[0].area, places[0].village, hidden=True)


def pair_of(context: RequestContext, duplicate_id: UUID) -> Pair:
    """The pair as the store has it. Raises NoSuchThing."""
    pair = context.services.application.duplicates.find(duplicate_id)
    if pair is None:
        raise NoSuchThing
    return pair


def reaches_both(context: RequestContext, pair: Pair) -> bool:
    """Whether the role of the request covers both households."""
    return authorization.all_within_reach(context, pair.households) == set(pair.households)


def require_both(context: RequestContext, pair: Pair) -> None:
    """Raises DuplicateAcrossAreas unless the account reaches both households; a repeat of what it
    recorded when it did is let through to its answer."""
    if not context.repeat and not reaches_both(context, pair):
        raise DuplicateAcrossAreas


def searched_area(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The whole unit that is asked for: an account that is kept to some villages searches none.

    Raises AreaNeeded for the country, whose people are too many for one comparison.
    """
    asked = authorization.asked_area(context, path)
    if asked.area == authorization.WHOLE_COUNTRY:
        raise AreaNeeded(areas=[])
    return RequestArea(asked.area)


def search_place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area that a search was asked for. Raises NoSuchThing."""
    with context.services.reading() as conn:
        try:
            found = searches.get(conn, path["search_id"])
        except SearchUnknown:
            raise NoSuchThing from None
    return RequestArea(found.area, hidden=True)


LIST = Rule(May.READ_DUPLICATES, authorization.asked_area)
READ = Rule(May.READ_DUPLICATES, pair_place)
SETTLE = Rule(May.SETTLE_DUPLICATES, pair_place)
SEARCH = Rule(May.SEARCH_DUPLICATES, searched_area)
SEARCHES = Rule(May.READ_DUPLICATES, authorization.asked_area)
READ_SEARCH = Rule(May.READ_DUPLICATES, search_place)
