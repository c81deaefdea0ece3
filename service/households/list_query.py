"""Lists of households and their histories as doors show them, always within the area decided."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from projections.areas import areas
from projections.households import register, timeline
from service.access import scope
from service.access.authorize import RequestContext
from service.access.read_log import note_listed
from service.http import cursors
from service.problems import RequestError

_SEPARATORS = str.maketrans("", "", " .-\u00a0")
_IDENTITY_NUMBER = re.compile(r"(?<!\d)(\d{9}|\d{12})(?!\d)")
_MOST_NAMED = 20
LIST, SEARCH, HISTORY = "households", "searches", "history"


class IdentityNumberInUrl(RequestError):
    """An identity number must not stand in an address: use POST /api/v1/searches."""

    code = "identity_number_in_url"


def listed(context: RequestContext) -> dict[str, Any]:
    """The households of the area, as the query asks. Raises IdentityNumberInUrl."""
    query, services = context.query, context.services
    if holds_identity_number(query["q"]):
        raise IdentityNumberInUrl
    then = query["as_of"] is not None or query["known_at"] is not None
    on = query["as_of"] or context.today
    with services.reading() as conn:
        page = register.households(
            conn,
            services.keyring,
            units=_units(context, on),
            class_=query["class_"],
            village=context.place.village if context.place else None,
            flags=[query["flag"]] if query["flag"] else [],
            newly_escaped_on=on if query["newly_escaped"] else None,
            q=query["q"],
            named_units=named_units(context, conn, query["q"], on),
            as_of=on if then else None,
            known_at=(query["known_at"] or services.clock()) if then else None,
            ended=query["ended"],
            after=query["after"],
            limit=query["limit"],
        )
    note_listed(context, page.households, words=query["q"])
    return _shown(context, page, on, LIST)


def searched(context: RequestContext) -> dict[str, Any]:
    """Households of the area that answer to a text. Every search leaves a line in the log."""
    body, services = context.body, context.services
    with services.reading() as conn:
        page = register.search(
            conn,
            services.keyring,
            body["text"],
            units=_units(context, context.today),
            named_units=named_units(context, conn, body["text"], context.today),
            village=context.place.village if context.place else None,
            after=body["after"],
            limit=body["limit"],
        )
    note_listed(context, page.households, words=body["text"])
    return _shown(context, page, context.today, SEARCH)


def history(context: RequestContext, household_id: UUID, language: str) -> dict[str, Any]:
    """The events of a household, each with a sentence in the language asked for."""
    query, services = context.query, context.services
    with services.reading() as conn:
        found = timeline.history(
            conn,
            services.keyring,
            household_id,
            after=query["after"][0] if query["after"] else 0,
            limit=query["limit"],
            types=[query["type"]] if query["type"] else [],
            language=language,
            unit_name=lambda unit, on: scope.name_of(services.areas(), unit, on),
        )
    following = cursors.sealed(HISTORY, [found.next] if found.next else None)
    return {"household_id": household_id, "items": found.entries, "next": following}


def holds_identity_number(text: str) -> bool:
    """Whether 9 or 12 digits stand together in the text, however they are written."""
    return bool(_IDENTITY_NUMBER.search(text.translate(_SEPARATORS)))


def _units(context: RequestContext, on: date) -> list[str] | None:
    return scope.units_within(context.services.areas(), context.area, on)


def named_units(context: RequestContext, conn: Any, q: str, on: date) -> list[str]:
    """Every unit whose households count in a unit of this name, past names too."""
    if not q.strip():
        return []
    directory = context.services.areas()
    found: set[str] = set()
    for area in areas.find(conn, on=on, q=q, limit=_MOST_NAMED):
        found.update(scope.units_within(directory, area.unit, on) or ())
    return sorted(found)


def _shown(context: RequestContext, page: register.Page, on: date, list_: str) -> dict[str, Any]:
    directory = context.services.areas()
    return {
        "area": context.area,
        "as_of": context.query.get("as_of"),
        "known_at": context.query.get("known_at"),
        "items": [
            {
                **msgspec.structs.asdict(one),
                "area_name": scope.name_of(directory, one.area, on),
            }
            for one in page.households
        ],
        "next": cursors.sealed(list_, page.next),
    }
