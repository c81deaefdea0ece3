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
from projections.queries.movements import IN, OUT
from projections.queries.register import FLAGS, SORTS
from service import lists, territory
from service.access import Asked, Place
from service.cursors import Cursor
from service.errors import NoSuchThing
from service.pages import navigation, searches, showing, typed
from service.pages.frame import Pages
from service.pages.lists_found import PLACES, Found, found, village_of, villages_of
from service.pages.lists_said import filters_said
from service.pages.lists_workbook import workbook
from service.pages.overview_figures import indicator_names
from service.pages.texts import in_language
from service.permissions import May, Rule

pages = Pages("lists", __name__)

CLASSES = (*codes.CLASSES, "listed", "none")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEMBER_CHANGES = ("member_change_in", "member_change_out")
WAYS = ("opening", "closing", "unchanged", *dict.fromkeys((*IN, *OUT)), *MEMBER_CHANGES)


class ListQuery(typed.Form):
    """Which households. `of` is the class whose movement is meant, from `since` to `as_of`."""

    area = fields.String(
        load_default=None, validate=validate.Regexp(r"[0-9]{2,5}(@[0-9-]{10})?$|country$")
    )
    village = fields.String(load_default=None, validate=validate.Length(max=200))
    class_ = fields.String(data_key="class", load_default=None, validate=validate.OneOf(CLASSES))
    flag = fields.String(load_default=None, validate=validate.OneOf(FLAGS))
    newly_escaped = fields.Boolean(load_default=False)
    ended = fields.Boolean(load_default=False)
    cause = fields.String(load_default=None, validate=validate.OneOf(list(codes.CAUSES)))
    indicator = fields.String(load_default=None, validate=validate.Regexp(r"[a-z_]{1,40}$"))
    movement = fields.String(load_default=None, validate=validate.OneOf(WAYS))
    of = fields.String(load_default="poor", validate=validate.OneOf(["poor", "near_poor"]))
    since = typed.TypedPastDay(load_default=None)
    changed = typed.TypedPastDay(load_default=None)
    as_of = typed.TypedPastDay(load_default=None)
    known_at = typed.TypedKnown(load_default=None)
    sort = fields.String(load_default="name", validate=validate.OneOf(list(SORTS)))
    down = fields.Boolean(load_default=False)
    find = fields.String(load_default="", validate=validate.Length(max=searches.MOST))
    after = Cursor(PLACES)
    before = Cursor(PLACES)


class FindForm(ListQuery):
    """The same, with what is searched for: a name, a number, a village, an identity number."""

    q = fields.String(load_default="", validate=validate.Length(max=200))
    take = fields.String(load_default="", validate=validate.OneOf(["", "excel"]))


def place(asked: Asked, path: dict[str, Any]) -> Place:
    """The area asked for, or where the account begins; a village for whoever is kept to some."""
    given = {**asked.query, **(asked.body or {})}
    area = given.get("area")
    if area == "country":
        unit = COUNTRY
    elif area:
        unit = territory.resolved(asked.wiring.areas(), area, given.get("as_of") or asked.today)
    else:
        unit, _ = navigation.standing_unit(asked, asked.roles[0].area, asked.today)
    _, village = village_of(given.get("village"))
    kept = [one for held in asked.roles if held.area == unit for one in held.villages]
    return Place(unit, village or (kept[0] if kept else None))


LIST = Rule(May.READ_HOUSEHOLDS, place)


@pages.get("/ho", rule=LIST, query=ListQuery)
def households(asked: Asked) -> Any:
    """The households of an area, filtered by what the address says."""
    _read_words(asked)
    return _page(asked, found(asked))


@pages.get("/ho/in", rule=LIST, query=ListQuery)
def printed(asked: Asked) -> Any:
    """The whole list on paper, with what it is a list of."""
    _read_words(asked)
    return showing.show(
        "lists/printed.html", **_values(asked, found(asked, every=True, printed=True))
    )


def _read_words(asked: Asked) -> None:
    words = searches.opened_words(asked.query["find"]) if asked.query["find"] else ""
    asked.query["q"], asked.query["words_lost"] = words or "", words is None


def mistyped(asked: Asked) -> str:
    """What the rest of a search finds, with the reason beside what could not be read."""
    asked.query, _ = typed.read_leniently(request.form, FindForm())
    asked.query["words_lost"] = False
    return _page(asked, found(asked))


@pages.post("/ho", rule=LIST, form=FindForm, again=mistyped)
def find(asked: Asked) -> Any:
    """The search: what is found has an address, where a browser goes on."""
    asked.query = {**asked.body, "words_lost": False}
    if asked.body["take"]:
        return _workbook(asked)
    address = url_for("lists.households", **address_of(asked.body))
    if request.headers.get("X-Part") != "found":
        return redirect(address, 303)
    answer = make_response(showing.show("lists/found.html", **_values(asked, found(asked))))
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


def _page(asked: Asked, shown: Found) -> str:
    return showing.show("lists/households.html", **_values(asked, shown))


def _values(asked: Asked, shown: Found) -> dict[str, Any]:
    query, unit = asked.query, asked.area
    on = query["as_of"] or asked.today
    there, day = navigation.standing_unit(asked, unit, on)
    return {
        "title": gettext("Danh sách hộ"),
        "crumbs": navigation.area_crumbs(asked, there, day),
        "area_name": navigation.area_name(asked, there, day),
        "query": query,
        "address": address_of(query),
        "unit": unit,
        "on": on,
        "known_at": query["known_at"],
        "shown": shown,
        "said": filters_said(asked, shown),
        "sorts": SORTS,
        "searched": bool(query["q"].strip()),
        "by_number_too": lists.holds_identity_number(query["q"]),
        "areas": _areas(asked, there, day),
        "villages": villages_of(asked),
        "indicator_names": indicator_names(on, in_language()),
    }


def _areas(asked: Asked, unit: str, on: Any) -> list[tuple[str, str]]:
    """The areas to choose from: one's own, the one shown, and the units directly below it."""
    own = [
        navigation.standing_unit(asked, one, asked.today)
        for one in navigation.areas_of(asked, "households.read")
    ]
    below = asked.wiring.areas().lineage.children(unit, on)
    wanted = dict([*own, (unit, on), *((one, on) for one in below)])
    return [
        (one or "country", navigation.area_name(asked, one, day)) for one, day in wanted.items()
    ]


def _workbook(asked: Asked) -> Response:
    """Exactly what is shown, all pages of it."""
    if asked.role is None:
        raise NoSuchThing
    content = workbook(asked, _values(asked, found(asked, every=True)))
    name = f"danh-sach-ho-{asked.today:%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=XLSX, headers=headers)
