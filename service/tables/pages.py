"""The page of the official tables of an area and a period: each with its identities, printable."""

from datetime import date
from typing import Any

from flask import redirect, request, url_for
from marshmallow import fields, validate

from domain.areas.codes import COUNTRY
from projections.oversight import reports as queries
from projections.oversight.reports import GivenReport
from projections.tables.lists import COLUMNS
from projections.tables.table import Table
from projections.tables.titles import COUNTED, LISTED
from service.access.authorization import RequestArea, RequestContext, Rule
from service.http import cursors
from service.http.cursors import Cursor
from service.tables import list_api as lists
from service.tables import list_paper, presenter, reports, workbook
from service.tables.api import pdf_response
from service.tables.list_workbook import workbook_response
from service.tables.permissions import May
from service.tables.request import period_of, table_of_request
from service.ui import forms, navigation, render
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("table_pages", __name__)

PLACES = "tables"
PAGE = 50
LATE_RULES = ("R2.1=locked(R2.9)", "R3.1=locked(R3.9)")
"""Identities that entries after a locked report break."""
ENDPOINTS = {"R14": "near_poor_members", "R15": "poor_members"}


class TablesQuery(forms.QueryForm):
    """The area and the period, what was known when, and whether villages are rows."""

    area = fields.String(
        load_default=None, validate=validate.Regexp(r"[0-9]{2,5}(@[0-9-]{10})?$|country$")
    )
    from_ = forms.TypedPastDay(data_key="from", load_default=None)
    to = forms.TypedPastDay(load_default=None)
    known_at = forms.TypedKnown(load_default=None)
    villages = fields.Boolean(load_default=None)
    take = fields.String(load_default="", validate=validate.OneOf(["", "excel", "pdf"]))


def place(context: RequestContext, _: dict[str, Any]) -> RequestArea:
    """The area asked for, or that of the first role, as it stands on the last day."""
    area = context.query.get("area")
    on = context.query.get("to") or context.today
    if area == "country":
        return RequestArea(COUNTRY)
    unit = context.services.areas().resolved(area, on) if area else context.roles[0].area
    there, day = navigation.standing_unit(context, unit, on)
    if day != on:
        context.query["to"] = day
    return RequestArea(there)


READ = Rule(May.READ_TABLES, place)


@pages.get("/bieu-bao-cao", rule=READ, query=TablesQuery)
def home(context: RequestContext) -> Any:
    """To the first table of the area."""
    return redirect(address("R1", context.area, context.query), 303)


@pages.get("/bieu-bao-cao/<table:table>", rule=READ, query=TablesQuery)
def table(context: RequestContext, table: str) -> Any:
    """One table; those beside it lead to the same area and period."""
    _within(context)
    found = table_of_request(context, table)
    if context.query["take"] == "pdf":
        return pdf_response(context, found)
    if context.query["take"]:
        return workbook.response(context, found)
    return render.render("tables/table.html", **_values(context, found))


def _within(context: RequestContext) -> None:
    """A period that ends before it begins is read as that of its last day."""
    query = context.query
    if query["from_"] and query["to"] and query["from_"] > query["to"]:
        query["from_"] = query["to"]


def _values(context: RequestContext, found: Table) -> dict[str, Any]:
    query = context.query
    failing = [one for one in found.identities if not one.holds]
    reasons = dict.fromkeys(
        why for row in (*found.totals, *found.rows) for why in row.empty.values()
    )
    return {
        "title": f"{found.name}. {presenter.title(found.name)}",
        "table": found,
        "area": found.area,
        "area_name": navigation.area_name(context, found.area, found.to),
        "areas": _areas(context, found.area, found.to),
        "tables": _tables(context, found.area),
        "chosen": found.name,
        "reason_of": presenter.reason,
        "row_of": lambda unit: navigation.area_name(context, unit, found.to),
        "villages": any(row.level == "village" for row in found.rows),
        "measured": any(row.measure for row in found.totals),
        "failing": failing,
        "households": lambda one: _households(context, found.area, one),
        "notes": [presenter.note_text(one) for one in presenter.notes(found)],
        "reasons": [(why, presenter.reason(why)) for why in reasons],
        "marks": {why: "abcdefgh"[at] for at, why in enumerate(reasons)},
        "heading": presenter.heading,
        "row_name": lambda row: presenter.row_name(context, row, found.to),
        "measure": presenter.measure,
        "excel": address(found.name, found.area, query, take="excel"),
        "pdf": address(found.name, found.area, query, take="pdf"),
        "area_key": presenter.area_key(found.area),
        "late_rules": LATE_RULES,
        "earlier": _earlier(context, found)
        if any(one.rule in LATE_RULES for one in failing)
        else "",
        "locked": _locked(context, found),
        "lock_at": url_for("report_pages.lock", table=found.name)
        if found.known_at is None and reports.may_lock(context, found.area)
        else "",
    }


def _locked(context: RequestContext, found: Table) -> list[GivenReport]:
    """What was given out of this table, area and period."""
    with context.services.reading() as conn:
        given = queries.reports(conn, [found.area], table=found.name, last_day=found.to)
    return [one for one in given if one.first_day == found.from_]


def _earlier(context: RequestContext, found: Table) -> str:
    """The report of the period before, with whose closing the opening is compared."""
    with context.services.reading() as conn:
        given = queries.reports(conn, [found.area], table=found.name, last_day=found.from_)
    return str(given[0].report_id) if given else ""


def _households(context: RequestContext, area: str, identity: Any) -> list[tuple[str, int, int]]:
    """The households of an identity that fails, as addresses with what each makes of it."""
    if not navigation.may_in("households.read", context, area):
        return []
    return [
        (
            url_for("household.file", household_id=one.household_id),
            one.households,
            one.persons or one.deprivations,
        )
        for one in identity.households
    ]


def _areas(context: RequestContext, area: str, on: date) -> list[tuple[str, str]]:
    """The units that can be chosen: above as far as one may look, itself, and those below."""
    directory = context.services.areas()
    above = [] if area == COUNTRY else [*reversed(directory.lineage.path(area, on))]
    reached = [one for one in above if navigation.covered(context, one, on)]
    below = navigation.named(context, directory.lineage.children(area, on), on)
    found = [(one, navigation.area_name(context, one, on)) for one in (*reached, area)]
    return [(presenter.area_key(unit), name) for unit, name in (*found, *below)]


def _tables(context: RequestContext, area: str) -> list[tuple[str, str, str]]:
    """All tables with their titles and addresses, for the same area and period."""
    names = (*COUNTED, *LISTED) if navigation.may("tables.lists") else COUNTED
    return [(one, presenter.title(one), address(one, area, context.query)) for one in names]


def address(name: str, area: str, query: dict[str, Any], **also: str) -> str:
    """The address of a table of an area, with the period and the knowledge of a query."""
    given: dict[str, Any] = {"area": presenter.area_key(area)}
    for key, value in (("from", query.get("from_")), ("to", query.get("to"))):
        if value:
            given[key] = value.isoformat()
    if query.get("known_at"):
        given["known_at"] = query["known_at"].date().isoformat()
    if query.get("villages") is not None:
        given["villages"] = "true" if query["villages"] else "false"
    if name in ENDPOINTS:
        return url_for(f"table_pages.{ENDPOINTS[name]}", **{**given, **also})
    return url_for("table_pages.table", **{**given, **also, "table": name})


class ListTableQuery(TablesQuery):
    """The same of a list of members, page by page."""

    after = Cursor(PLACES)


READ_LISTS = Rule(May.READ_LISTS, place)


@pages.get("/bieu-bao-cao/R14", rule=READ_LISTS, query=ListTableQuery)
def near_poor_members(context: RequestContext) -> Any:
    """The members of the near-poor households. Reading is logged."""
    return _members(context, "R14")


@pages.get("/bieu-bao-cao/R15", rule=READ_LISTS, query=ListTableQuery)
def poor_members(context: RequestContext) -> Any:
    """The members of the poor households. Reading is logged."""
    return _members(context, "R15")


def _members(context: RequestContext, name: str) -> Any:
    _within(context)
    period = period_of(context)
    if context.query["take"]:
        found, more = lists.whole_list(context, name)
        made = list_paper.pdf_response if context.query["take"] == "pdf" else workbook_response
        return made(context, name, found, period, more=more)
    after = context.query["after"]
    start, at = (after[0], tuple(after[1])) if after else (0, None)
    page = lists.member_page(context, name, after=at, start=start, limit=PAGE)
    lists.note_table(context, name, page.households)
    kept: dict[str, Any] = {
        key: value for key, value in request.args.items() if key not in ("after", "take")
    }
    following = cursors.sealed(
        PLACES, [start + len(page.households), list(page.next)] if page.next else None
    )
    return render.render(
        "tables/members.html",
        title=f"{name}. {presenter.title(name)}",
        name=name,
        period=period,
        seq=lists.seq_of(context),
        area_name=navigation.area_name(context, context.area, period.to),
        areas=_areas(context, context.area, period.to),
        area_key=presenter.area_key(context.area),
        tables=_tables(context, context.area),
        columns=COLUMNS,
        heading=presenter.heading,
        members=[presenter.member(context, one, period.to) for one in page.members],
        notes=presenter.list_head(context, name, period, 0)["notes"],
        next=url_for(f"table_pages.{ENDPOINTS[name]}", **{**kept, "after": following})
        if following
        else "",
        first=url_for(f"table_pages.{ENDPOINTS[name]}", **kept) if start else "",
        excel=url_for(f"table_pages.{ENDPOINTS[name]}", **{**kept, "take": "excel"}),
        pdf=url_for(f"table_pages.{ENDPOINTS[name]}", **{**kept, "take": "pdf"}),
    )
