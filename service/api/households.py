"""Households as they are read: the list, the search, the file, the history."""

from typing import Any
from uuid import UUID

from service import households, lists, places
from service.access import Asked, asked_area
from service.api import parsing
from service.api.door import Answer, Doors
from service.api.preconditions import etag
from service.errors import NoSuchThing
from service.permissions import May, Rule
from service.readlog import note_read
from service.schemas.history import HistoryQuery, HistorySchema
from service.schemas.households import (
    BothClocks,
    HouseholdSchema,
    HouseholdsSchema,
    ListQuery,
    SearchBody,
)

doors = Doors("households", __name__, url_prefix="/api/v1", description="Households, as read.")

LIST = Rule(May.READ_HOUSEHOLDS, asked_area)
READ = Rule(May.READ_HOUSEHOLDS, places.household)


@doors.get("/households", rule=LIST, query=ListQuery, answer=HouseholdsSchema)
def list_households(asked: Asked) -> Any:
    """The households of an area, in Vietnamese order of their heads' names."""
    return lists.listed(asked)


@doors.post(
    "/searches",
    rule=LIST,
    keyed=False,
    body=SearchBody,
    answer=HouseholdsSchema,
    example={"text": "046161001234", "area": "46"},
)
def search_households(asked: Asked) -> Any:
    """Search by name, household number or identity number, out of the address."""
    return lists.searched(asked)


@doors.get(
    "/households/<uuid:household_id>",
    rule=READ,
    query=BothClocks,
    answer=HouseholdSchema,
    etag=True,
)
def get_household(asked: Asked, household_id: UUID) -> Answer:
    """The household as it was on a day, as known at a moment. Reading is logged."""
    as_of, known_at = asked.query["as_of"], asked.query["known_at"]
    shown = households.as_it_was(asked, household_id, as_of=as_of, known_at=known_at)
    if shown is None:
        raise NoSuchThing
    note_read(asked, household_id, asked.area, "file")
    present = as_of is None and known_at is None
    return Answer(shown, 200, {"ETag": etag(shown["version"])} if present else None)


@doors.get(
    "/households/<uuid:household_id>/history",
    rule=READ,
    query=HistoryQuery,
    answer=HistorySchema,
)
def get_history(asked: Asked, household_id: UUID) -> Any:
    """What happened to a household, in order, each with a sentence. Reading is logged."""
    note_read(asked, household_id, asked.area, "history")
    return lists.history(asked, household_id, parsing.language())
