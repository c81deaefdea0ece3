"""The pages of coverage: whom a benefit reached by area, as Excel, and the households behind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.areas.codes import COUNTRY
from domain.support.entitlement import period_of
from domain.text import CODE, NAME
from projections.support import coverage
from projections.support.coverage import GROUPS, MEASURES
from service.access.authorization import RequestContext, Rule
from service.access.named_households import named_within_reach
from service.access.read_log import note_listed, note_several
from service.http.cursors import Cursor
from service.http.headers import XLSX
from service.support import area_choice, words
from service.support.coverage_api import (
    NO_VILLAGE,
    CoverageRequest,
    asked_of,
    may_see_households,
    notes_of,
    question_of,
    table_of,
    village_of,
)
from service.support.coverage_figures import CoverageTable, Line, Place
from service.support.coverage_workbook import workbook
from service.support.eligible_pages import benefit_asked
from service.support.permissions import May
from service.support.request_pages import benefits_offered
from service.ui import charts, forms, navigation, paging, render
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("coverage_pages", __name__)

BEHIND = "behind coverage"
MOST_BARS = 25
READ = Rule(May.READ_COVERAGE, area_choice.place(May.READ_COVERAGE))
READ_HOUSEHOLDS = Rule(May.READ_CASES, area_choice.place(May.READ_CASES))


class CoverageOfPage(area_choice.AreaOfPage):
    """The benefit ("programme/code"), the area, the day, what was known when, and whether small
    counts are held back from an account that may see them."""

    benefit = fields.String(load_default="", validate=validate.Length(max=2 * CODE))
    on = forms.TypedPastDay(load_default=None)
    known_at = forms.TypedKnown(load_default=None)
    held_back = fields.String(load_default="", validate=validate.OneOf(["", "yes"]))


class BehindQuery(CoverageOfPage):
    """The count whose households are listed."""

    what = fields.String(load_default="eligible", validate=validate.OneOf(list(MEASURES)))
    group = fields.String(load_default="", validate=validate.OneOf(["", *GROUPS]))
    of_village = fields.String(load_default="", validate=validate.Length(max=NAME))
    after = Cursor(BEHIND)


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line with the name of its place, the address of the place's own table, and those of the
    households behind its counts."""

    line: Line
    name: str
    address: str
    behind: Callable[..., str]


@pages.get("/ho-tro/do-bao-phu", rule=READ, query=CoverageOfPage)
def table_page(context: RequestContext) -> str:
    """The coverage of a benefit by area: a table, a chart, and the way to the households."""
    query = context.query
    unit, on = navigation.standing_unit(context, context.area, query["on"] or context.today)
    wanted = query["on"] or context.today
    found = benefit_asked(context, query["benefit"], on) if query["benefit"] else None
    shown: dict[str, Any] = {}
    if found is not None:
        asked = asked_of(context, query["benefit"], unit, on)
        shown = _shown(context, asked, table_of(context, asked))
    return render.render(
        "support/coverage.html",
        title=_("Độ bao phủ chính sách"),
        crumbs=_crumbs(context, unit, on),
        area_name=navigation.area_name(context, unit, on),
        unit=unit,
        areas=_areas(context, unit, on),
        benefits=benefits_offered(context),
        benefit=found[1] if found else None,
        period=period_of(found[1], on) if found else None,
        query=query,
        on=on,
        moved_to_day=on if on != wanted else None,
        said=words,
        **shown,
    )


@pages.get("/ho-tro/do-bao-phu.xlsx", rule=READ, query=CoverageOfPage)
def as_excel(context: RequestContext) -> Response:
    """The same figures as Excel; the log says that they were taken along."""
    query = context.query
    unit, on = navigation.standing_unit(context, context.area, query["on"] or context.today)
    asked = asked_of(context, query["benefit"], unit, on)
    table = table_of(context, asked)
    note_several(context, "export", 0, coverage=True)
    content = workbook(context, asked, table, _shown(context, asked, table))
    headers = {
        "Content-Disposition": 'attachment; filename="do-bao-phu.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(content, content_type=XLSX, headers=headers)


@pages.get("/ho-tro/do-bao-phu/ho", rule=READ_HOUSEHOLDS, query=BehindQuery)
def behind_page(context: RequestContext) -> str:
    """The households that one count of the table counts."""
    query = context.query
    unit, on = navigation.standing_unit(context, context.area, query["on"] or context.today)
    asked = asked_of(context, query["benefit"], unit, on)
    came = query["after"]
    place = paging.place_of(came)
    with context.services.reading() as conn:
        rows = coverage.households(
            conn,
            question_of(context, asked),
            query["what"],
            group=query["group"],
            village=village_of(query["of_village"]),
            after=UUID(place[0]) if place else None,
            limit=paging.PAGE + 1,
        )
        shown = rows[: paging.PAGE]
        names = named_within_reach(context, conn, [one.household_id for one in shown])
    note_listed(context, shown)
    kept = _kept(context, unit, on) | {
        name: query[name] or None for name in ("what", "group", "of_village")
    }
    return render.render(
        "support/coverage_households.html",
        title=words.COVERED[query["what"]],
        area_name=navigation.area_name(context, unit, on),
        village=query["of_village"] if query["of_village"] != NO_VILLAGE else "",
        group=words.GROUPS[query["group"]] if query["group"] else "",
        benefit=asked.benefit,
        on=on,
        known_at=query["known_at"],
        page=paging.page(BEHIND, rows, came, lambda one: [str(one.household_id)]),
        names=names,
        kept=kept,
        table=url_for("coverage_pages.table_page", **_kept(context, unit, on)),
        said=words,
    )


def _shown(context: RequestContext, asked: CoverageRequest, table: CoverageTable) -> dict[str, Any]:
    """What the page and the workbook show of a table."""
    lines = [_line(context, asked, line) for line in table.lines]
    lines.sort(key=lambda one: (one.line.place == Place(""), navigation.place_key(one.name)))
    total = _line(context, asked, table.total)
    barred = [one for one in lines if _parts(one.line) is not None]
    barred.sort(key=lambda one: -(one.line.counts["unserved"] or 0))
    drawn = barred[:MOST_BARS]
    return {
        "asked": asked,
        "total": total,
        "lines": lines,
        "notes": [words.COVERAGE_NOTES[one] for one in notes_of(asked.benefit, table)],
        "smallest": asked.smallest,
        "may_see_all": may_see_households(context, asked.area),
        "kept": _kept(context, asked.area, asked.on),
        "more_bars": len(barred) - len(drawn),
        "chart": charts.stacks(
            [one.name for one in drawn],
            [_parts(one.line) or {} for one in drawn],
            {code: str(words.COVERED[code]) for code in ("covered", "unserved")},
        )
        if drawn
        else None,
    }


def _parts(line: Line) -> dict[str, int] | None:
    """Both parts of those who qualify; None where one is held back, or where none qualifies."""
    covered, unserved = line.counts["covered"], line.counts["unserved"]
    if covered is None or unserved is None or not covered + unserved:
        return None
    return {"covered": covered, "unserved": unserved}


def _line(context: RequestContext, asked: CoverageRequest, line: Line) -> LineShown:
    place, own = line.place, line.place == Place(asked.area)
    kept = _kept(context, asked.area, asked.on)
    may_see_all = may_see_households(context, asked.area)

    def behind(what: str, group: str = "") -> str:
        name = f"{what}_{group}" if group else what
        if not may_see_all or not line.counts[name] or not (own or place.unit):
            return ""
        also = {} if own else {"area": place.unit}
        if not own and _is_village(context, asked, place):
            also["of_village"] = place.village or NO_VILLAGE
        return url_for(
            "coverage_pages.behind_page", **{**kept, **also}, what=what, group=group or None
        )

    name = navigation.area_name(context, asked.area, asked.on)
    address = ""
    if not own and not place.unit:
        name = _("Chưa xếp vào đơn vị nào")
    elif not own and _is_village(context, asked, place):
        name = _village(context, asked, place)
    elif not own:
        name = navigation.area_name(context, place.unit, asked.on)
        address = url_for("coverage_pages.table_page", **{**kept, "area": place.unit})
    return LineShown(line, name, address, behind)


def _is_village(context: RequestContext, asked: CoverageRequest, place: Place) -> bool:
    return not context.services.areas().lineage.children(asked.area, asked.on)


def _village(context: RequestContext, asked: CoverageRequest, place: Place) -> str:
    village = place.village or _("Chưa ghi thôn, tổ dân phố")
    if place.unit == asked.area:
        return village
    return navigation.village_in(context, village, place.unit, asked.on)


def _areas(context: RequestContext, unit: str, on: date) -> list[tuple[str, str]]:
    """The areas to choose from, with the one shown, which may have ended."""
    today, _day = navigation.standing_unit(context, unit, context.today)
    areas = area_choice.areas_beside(context, May.READ_COVERAGE, today)
    if unit != COUNTRY and unit not in dict(areas):
        areas = [(unit, navigation.area_name(context, unit, on)), *areas]
    return areas


def _kept(context: RequestContext, unit: str, on: date) -> dict[str, Any]:
    """What the address of another page of the same question says."""
    query = context.query
    known = query["known_at"]
    return {
        "benefit": query["benefit"],
        "area": unit or None,
        "on": render.day(on) if query["on"] else None,
        "known_at": render.day_of_moment(known) if known else None,
        "held_back": query["held_back"] or None,
    }


def _crumbs(context: RequestContext, unit: str, on: date) -> list[tuple[str, str]]:
    """The units above as tables of the same question."""
    if unit == COUNTRY:
        return []
    path = [*reversed(context.services.areas().lineage.path(unit, on)), unit]
    crumbs = []
    for one in path:
        may = one != unit and navigation.may_in(May.READ_COVERAGE.value, context, one)
        kept = _kept(context, one, on)
        address = url_for("coverage_pages.table_page", **kept) if may else ""
        crumbs.append((navigation.area_name(context, one, on), address))
    return crumbs
