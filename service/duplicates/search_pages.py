"""The pages of searches for duplicates: the form that starts one, the latest ones, progress."""

from functools import cache
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask_babel import gettext as _

from domain.areas.codes import COUNTRY
from projections.duplicates import linkage, searches
from service.access.authorization import RequestContext, Rule
from service.duplicates import presenter, rights, searches_api
from service.duplicates.permissions import May
from service.duplicates.schemas import DuplicateSearchBody
from service.ui import forms, navigation
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("duplicate_search_pages", __name__)

LIST = Rule(May.SEARCH_DUPLICATES)


def _fields(context: RequestContext) -> tuple[Field, ...]:
    @cache
    def areas() -> tuple[Choice, ...]:
        return tuple(Choice(unit, name) for unit, name in _areas(context))

    return (
        Field("area", _("Địa bàn"), "choice", required=True, choices=areas, verbatim=True,
              initial=lambda: areas()[0].value if areas() else ""),
    )  # fmt: skip


SEARCHING = Form(DuplicateSearchBody, _fields)


@pages.get("/trung-lap/ra-tim", rule=LIST, query=forms.QueryForm)
def search_list(context: RequestContext) -> str:
    """The form that starts a search, and the latest searches in the areas of the account."""
    within: list[str] | None = []
    for area in navigation.areas_of(context, May.SEARCH_DUPLICATES.value):
        found = context.services.areas().units_within(area, context.today)
        within = None if found is None or within is None else [*within, *found]
    with context.services.reading() as conn:
        latest = searches.of_areas(conn, within)
    return render(
        "duplicates/searches.html",
        title=_("Rà tìm hộ trùng"),
        crumbs=_crumbs(_("Rà tìm hộ trùng")),
        filled=SEARCHING.bound(context),
        latest=latest,
        installed=linkage.is_installed(),
        verb=f"./socai {linkage.EXTRA}",
        area_name=lambda unit: navigation.area_name(context, unit, context.today),
        said=presenter,
    )


@pages.post("/trung-lap/ra-tim", rule=rights.SEARCH, form=SEARCHING, again=search_list)
def start_search(context: RequestContext) -> Any:
    """Requests a search, which a worker runs. A form sent twice requests one."""
    started = searches_api.start(context)
    return redirect(url_for("duplicate_search_pages.search", search_id=started.id), 303)


@pages.get("/trung-lap/ra-tim/<uuid:search_id>", rule=rights.READ_SEARCH)
def search(context: RequestContext, search_id: UUID) -> str:
    """One search as it stands."""
    with context.services.reading() as conn:
        found = searches.get(conn, search_id)
    area = navigation.area_name(context, found.area, context.today)
    given = {"search": found, "area": area, "poll": request.path, "said": presenter}
    if "X-Part" in request.headers:
        return render("duplicates/search_part.html", **given)
    title = _("Rà tìm hộ trùng")
    return render("duplicates/search.html", title=title, crumbs=_crumbs(area), **given)


def _crumbs(here: str) -> list[tuple[str, str]]:
    return [(_("Hộ nghi trùng"), url_for("duplicate_pages.queue")), (here, "")]


def _areas(context: RequestContext) -> list[tuple[str, str]]:
    """The areas of the account as they stand today, and the units right below each."""
    lineage, today = context.services.areas().lineage, context.today
    units: list[str] = []
    for area in navigation.areas_of(context, May.SEARCH_DUPLICATES.value):
        if area != COUNTRY:
            unit = navigation.standing_unit(context, area, today)[0]
            units += [unit, *lineage.children(unit, today)]
    first, *others = units or [""]
    return [*navigation.named(context, [first] if first else [], today),
            *navigation.named(context, [one for one in others if one != first], today)]  # fmt: skip
