"""The list of households: searched while typing, filtered, paged, and taken along as Excel.

What the list shows has an address: filters, order and page, which can be kept, gone back to and
sent to a colleague. The words of a search stand in it sealed for the session (`searches`).
"""

from typing import Any

from flask import Response, make_response, redirect, request, url_for
from flask_babel import gettext
from marshmallow import fields, validate

from domain.areas.codes import COUNTRY
from domain.households import codes
from domain.households.identity import holds_id_number
from projections.households.deprivations import indicator_names
from projections.households.register import SORTS
from service.access.authorization import RequestArea, RequestContext, Rule
from service.households import searches
from service.households.list_headings import filter_texts
from service.households.list_query import CLASSES, INDICATOR, WAYS, village_of
from service.households.list_results import (
    PLACES,
    HouseholdPage,
    find_households,
    villages_of,
)
from service.households.list_workbook import workbook
from service.households.permissions import May
from service.http.cursors import Cursor
from service.problems import NoSuchThing
from service.ui import forms, navigation, render
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("lists", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ListQuery(forms.QueryForm):
    """Which households. `of` is the class whose movement is meant, from `since` to `as_of`."""

    area = fields.String(
        load_default=None, validate=validate.Regexp(r"[0-9]{2,5}(@[0-9-]{10})?$|country$")
    )
    village = fields.String(load_default=None, validate=validate.Length(max=200))
    class_ = fields.String(data_key="class", load_default=None, validate=validate.OneOf(CLASSES))
    flag = fields.String(load_default=None, validate=validate.OneOf(codes.FLAGS))
    newly_escaped = fields.Boolean(load_default=False)
    ended = fields.Boolean(load_default=False)
    cause = fields.String(load_default=None, validate=validate.OneOf(list(codes.CAUSES)))
    indicator = fields.String(load_default=None, validate=validate.Regexp(INDICATOR))
    movement = fields.String(load_default=None, validate=validate.OneOf(WAYS))
    of = fields.String(load_default="poor", validate=validate.OneOf(["poor", "near_poor"]))
    since = forms.TypedPastDay(load_default=None)
    changed = forms.TypedPastDay(load_default=None)
    as_of = forms.TypedPastDay(load_default=None)
    known_at = forms.TypedKnown(load_default=None)
    sort = fields.String(load_default="name", validate=validate.OneOf(list(SORTS)))
    down = fields.Boolean(load_default=False)
    find = fields.String(load_default="", validate=validate.Length(max=searches.MOST))
    after = Cursor(PLACES)
    before = Cursor(PLACES)


class FindForm(ListQuery):
    """The same, with what is searched for: a name, a number, a village, an identity number."""

    q = fields.String(load_default="", validate=validate.Length(max=200))
    take = fields.String(load_default="", validate=validate.OneOf(["", "excel"]))


def place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area asked for, or that of the first role; a village for a role that is kept to some."""
    given = {**context.query, **(context.body or {})}
    area = given.get("area")
    if area == "country":
        unit = COUNTRY
    elif area:
        unit = context.services.areas().resolved(area, given.get("as_of") or context.today)
    else:
        unit, _ = navigation.standing_unit(context, context.roles[0].area, context.today)
    _, village = village_of(given.get("village"))
    kept = [one for held in context.roles if held.area == unit for one in held.villages]
    return RequestArea(unit, village or (kept[0] if kept else None))


LIST = Rule(May.READ_HOUSEHOLDS, place)


@pages.get("/ho", rule=LIST, query=ListQuery)
def households(context: RequestContext) -> Any:
    """The households of an area, filtered by what the address says."""
    _read_words(context)
    return _page(context, find_households(context))


@pages.get("/ho/in", rule=LIST, query=ListQuery)
def printed(context: RequestContext) -> Any:
    """The whole list on paper, with what it is a list of."""
    _read_words(context)
    return render.render(
        "households/list_printed.html",
        **_values(context, find_households(context, every=True, printed=True)),
    )


def _read_words(context: RequestContext) -> None:
    words = searches.opened_words(context.query["find"]) if context.query["find"] else ""
    context.query["q"], context.query["words_lost"] = words or "", words is None


def mistyped(context: RequestContext) -> str:
    """What the rest of a search finds, with the reason beside what could not be read."""
    context.query, _ = forms.read_leniently(request.form, FindForm())
    context.query["words_lost"] = False
    return _page(context, find_households(context))


@pages.post("/ho", rule=LIST, form=FindForm, again=mistyped)
def find(context: RequestContext) -> Any:
    """The search: what is found has an address, where a browser goes on."""
    context.query = {**context.body, "words_lost": False}
    if context.body["take"]:
        return _workbook(context)
    address = url_for("lists.households", **address_of(context.body))
    if request.headers.get("X-Part") != "found":
        return redirect(address, 303)
    answer = make_response(
        render.render("households/list_found.html", **_values(context, find_households(context)))
    )
    answer.headers["X-Address"] = address
    return answer


def address_of(query: dict[str, Any]) -> dict[str, Any]:
    """The filters as they stand in an address, without what is not set."""
    days = {name: query[name].isoformat() for name in ("since", "changed", "as_of") if query[name]}
    if query["known_at"]:
        days["known_at"] = query["known_at"].date().isoformat()
    texts = {name: query[name] for name in ("area", "village", "flag", "cause", "indicator")}
    texts |= {"class": query["class_"], "movement": query["movement"]}
    texts |= {"sort": query["sort"] if query["sort"] != "name" else None}
    texts |= {"find": searches.sealed_words(query["q"].strip())}
    texts |= {"of": query["of"] if query["movement"] else None}
    marks = {name: "1" for name in ("newly_escaped", "ended", "down") if query[name]}
    return {name: value for name, value in {**texts, **days, **marks}.items() if value}


def _page(context: RequestContext, shown: HouseholdPage) -> str:
    return render.render("households/list.html", **_values(context, shown))


def _values(context: RequestContext, shown: HouseholdPage) -> dict[str, Any]:
    query, unit = context.query, context.area
    on = query["as_of"] or context.today
    there, day = navigation.standing_unit(context, unit, on)
    return {
        "title": gettext("Danh sách hộ"),
        "crumbs": navigation.area_crumbs(context, there, day),
        "area_name": navigation.area_name(context, there, day),
        "query": query,
        "address": address_of(query),
        "unit": unit,
        "on": on,
        "known_at": query["known_at"],
        "shown": shown,
        "filters": filter_texts(context, shown),
        "sorts": SORTS,
        "searched": bool(query["q"].strip()),
        "by_number_too": holds_id_number(query["q"]),
        "areas": _areas(context, there, day),
        "villages": villages_of(context),
        "indicator_names": indicator_names(on, in_language()),
    }


def _areas(context: RequestContext, unit: str, on: Any) -> list[tuple[str, str]]:
    """The areas to choose from: one's own, the one shown, and the units directly below it."""
    own = [
        navigation.standing_unit(context, one, context.today)
        for one in navigation.areas_of(context, "households.read")
    ]
    below = context.services.areas().lineage.children(unit, on)
    wanted = dict([*own, (unit, on), *((one, on) for one in below)])
    return [
        (one or "country", navigation.area_name(context, one, day)) for one, day in wanted.items()
    ]


def _workbook(context: RequestContext) -> Response:
    """Exactly what is shown, all pages of it."""
    if context.role is None:
        raise NoSuchThing
    content = workbook(context, _values(context, find_households(context, every=True)))
    name = f"danh-sach-ho-{context.today:%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=XLSX, headers=headers)
