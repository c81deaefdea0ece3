"""Households as they are read: the list, the search, the file, the history."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from domain.households.identity import holds_id_number
from projections.households import register, timeline
from service.access import authorization
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_listed, note_read
from service.households import file_view, list_query
from service.households.history_schemas import HistoryQuery, HistorySchema
from service.households.permissions import May
from service.households.schemas import (
    HouseholdSchema,
    HouseholdsSchema,
    ListQuery,
    SearchBody,
)
from service.http import cursors, parsing
from service.http.commands import etag
from service.http.parsing import BothClocks
from service.http.routes import Answer, ApiBlueprint
from service.problems import NoSuchThing

routes = ApiBlueprint(
    "households", __name__, url_prefix="/api/v1", description="Households, as read."
)

LIST = Rule(May.READ_HOUSEHOLDS, asked_area)
READ = Rule(May.READ_HOUSEHOLDS, authorization.household)
LIST_CURSOR, SEARCH_CURSOR, HISTORY_CURSOR = "households", "searches", "history"


@routes.get("/households", rule=LIST, query=ListQuery, answer=HouseholdsSchema)
def list_households(context: RequestContext) -> Any:
    """The households of an area, in Vietnamese order of their heads' names."""
    query = context.query
    if holds_id_number(query["q"]):
        raise list_query.IdentityNumberInUrl
    with context.services.reading() as conn:
        filters = list_query.ListFilters.of_query(query)
        listed = list_query.household_list(context, conn, filters)
        page = listed.page(after=query["after"], limit=query["limit"])
    note_listed(context, page.households, words=query["q"])
    return _answer(context, page, query["as_of"] or context.today, LIST_CURSOR)


@routes.post(
    "/searches",
    rule=LIST,
    keyed=False,
    body=SearchBody,
    answer=HouseholdsSchema,
    example={"text": "046161001234", "area": "46"},
)
def search_households(context: RequestContext) -> Any:
    """Search by name, household number or identity number, out of the address."""
    body = context.body
    with context.services.reading() as conn:
        page = list_query.search(
            context, conn, body["text"], after=body["after"], limit=body["limit"]
        )
    note_listed(context, page.households, words=body["text"])
    return _answer(context, page, context.today, SEARCH_CURSOR)


def _answer(context: RequestContext, page: register.Page, on: date, list_: str) -> dict[str, Any]:
    directory = context.services.areas()
    return {
        "area": context.area,
        "as_of": context.query.get("as_of"),
        "known_at": context.query.get("known_at"),
        "items": [
            {**msgspec.structs.asdict(row), "area_name": directory.name_of(row.area, on)}
            for row in page.households
        ],
        "next": cursors.sealed(list_, page.next),
    }


@routes.get(
    "/households/<uuid:household_id>",
    rule=READ,
    query=BothClocks,
    answer=HouseholdSchema,
    etag=True,
)
def get_household(context: RequestContext, household_id: UUID) -> Answer:
    """The household as it was on a day, as known at a moment. Reading is logged."""
    as_of, known_at = context.query["as_of"], context.query["known_at"]
    shown = file_view.as_it_was(context, household_id, as_of=as_of, known_at=known_at)
    if shown is None:
        raise NoSuchThing
    note_read(context, household_id, context.area, "file")
    present = as_of is None and known_at is None
    return Answer(shown, 200, {"ETag": etag(shown["version"])} if present else None)


@routes.get(
    "/households/<uuid:household_id>/history",
    rule=READ,
    query=HistoryQuery,
    answer=HistorySchema,
)
def get_history(context: RequestContext, household_id: UUID) -> Any:
    """What happened to a household, in order, each with a sentence. Reading is logged."""
    note_read(context, household_id, context.area, "history")
    query, services = context.query, context.services
    with services.reading() as conn:
        history = timeline.history(
            conn,
            services.keyring,
            household_id,
            after=query["after"][0] if query["after"] else 0,
            limit=query["limit"],
            types=[query["type"]] if query["type"] else [],
            language=parsing.language(),
            unit_name=lambda unit, on: services.areas().name_of(unit, on),
        )
    following = cursors.sealed(HISTORY_CURSOR, [history.next] if history.next else None)
    return {"household_id": household_id, "items": history.entries, "next": following}
