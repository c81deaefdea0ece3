"""The overview of one area: its figures on a day, as known on a day, each leading to households."""

from datetime import date
from typing import Any

from flask import Response, redirect, url_for
from flask_babel import gettext
from marshmallow import fields, validate

from domain.areas.codes import COUNTRY
from domain.households.codes import LISTED
from projections.households.deprivations import indicator_names
from service.access import authorization
from service.access.authorization import RequestArea, RequestContext, Rule
from service.access.read_log import note_several
from service.areas.figures import OverviewFigures, overview_figures
from service.areas.notes import movement_notes, notes
from service.areas.overview_workbook import workbook
from service.areas.permissions import May
from service.http.headers import XLSX
from service.ui import charts, forms, labels, navigation, render
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("overview", __name__)

SORTS = ("name", "all", "poor", "poor_rate", "near_poor", "near_poor_rate")


class OverviewQuery(forms.QueryForm):
    """The day, what was known when, since when movements are counted, and the order of units."""

    as_of = forms.TypedPastDay(load_default=None)
    known_at = forms.TypedKnown(load_default=None)
    since = forms.TypedPastDay(load_default=None)
    sort = fields.String(load_default="")
    take = fields.String(load_default="", validate=validate.OneOf(["", "excel"]))


def the_country(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The whole country."""
    return RequestArea(COUNTRY)


@pages.get("/dia-ban", rule=Rule(May.READ_COUNTS))
def home(context: RequestContext) -> Any:
    """To the account's own area; the choice, where it has several."""
    held = navigation.areas_of(context, "counts.read")
    own = [navigation.standing_unit(context, unit, context.today) for unit in held]
    if len(own) == 1:
        return redirect(navigation.area_address(own[0][0]), 303)
    areas = [(navigation.area_name(context, *one), navigation.area_address(one[0])) for one in own]
    return render.render("areas/choice.html", title=gettext("Chọn địa bàn"), areas=areas)


@pages.get("/dia-ban/ca-nuoc", rule=Rule(May.READ_COUNTS, the_country), query=OverviewQuery)
def country(context: RequestContext) -> Any:
    """The whole country."""
    return _overview(context, COUNTRY)


@pages.get(
    "/dia-ban/<unit:unit>", rule=Rule(May.READ_COUNTS, authorization.unit), query=OverviewQuery
)
def area(context: RequestContext, unit: str) -> Any:
    """One unit; a unit that was taken over leads to the one that did, unless a day is named."""
    return _overview(context, context.area)


def _overview(context: RequestContext, unit: str) -> Any:
    query = context.query
    wanted = min(query["as_of"] or context.today, context.today)
    there, on = navigation.standing_unit(context, unit, wanted)
    if there != unit:
        return redirect(navigation.area_address(there, **_plain(query)), 303)
    since = query["since"] if query["since"] and query["since"] <= on else _last_year_end(on)
    figures = overview_figures(context, unit, on=on, since=since, known_at=query["known_at"])
    asked_since, since = since, figures.compared_from
    course = [point for point in figures.course if figures.start and point.on >= figures.start]
    shown = dict(
        title=navigation.area_name(context, unit, on),
        crumbs=navigation.area_crumbs(context, unit, on, **_plain(query)),
        unit=unit,
        on=on,
        since=since,
        known_at=query["known_at"],
        moved_to_day=on if on != wanted else None,
        figures=figures,
        asked_since=asked_since,
        declare_at=_declare_at(context, unit, on),
        no_figures=figures.start is None or on < figures.start,
        notes=notes(figures),
        movement_notes=movement_notes(figures),
        points=course,
        listing=_listing(context, unit, on, query["known_at"], since),
        parts=_parts(context, figures, on, query),
        sort=query["sort"],
        excel=navigation.area_address(unit, **_plain(query), take="excel"),
        sort_address=lambda key: _sorted_address(unit, query, key),
        children=lambda child: navigation.area_address(child, **_plain(query)),
        name_of=lambda child: navigation.area_name(context, child, on),
        course=charts.lines(
            [point.on for point in course],
            {class_: [point.households[class_] for point in course] for class_ in LISTED},
            _listed_classes(),
        )
        if course
        else None,
        **_deprived(figures, on),
    )
    if query["take"]:
        return _taken(context, shown)
    return render.render("areas/area.html", **shown)


def _taken(context: RequestContext, shown: dict[str, Any]) -> Response:
    """The same figures as Excel. It holds no persons; the log says that it was taken along."""
    note_several(context, "export", 0, overview=True)
    name = f"tong-quan-{context.today:%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(workbook(context, shown), content_type=XLSX, headers=headers)


def _deprived(figures: OverviewFigures, on: date) -> dict[str, Any]:
    """The indicators of the day's standard, and others in which a household is deprived."""
    names = indicator_names(on, in_language())
    counted = {code for one in figures.deprivations.values() for code in one.by_indicator}
    codes = [code for code in names if code in counted]
    codes += sorted(counted - names.keys())
    shares = {
        class_: [charts.Share(one.by_indicator.get(code, 0), one.surveyed) for code in codes]
        for class_, one in figures.deprivations.items()
    }
    named = [names.get(code, code) for code in codes]
    return {
        "indicators": list(zip(codes, named, strict=True)),
        "deprived": charts.bars(named, shares, _listed_classes()) if codes else None,
    }


def _listed_classes() -> dict[str, str]:
    return {class_: str(labels.CLASSES[class_]) for class_ in LISTED}


def _declare_at(context: RequestContext, unit: str, on: date) -> str:
    """The address of the declaration of the unit's denominators; "" without the permission."""
    if unit == COUNTRY or not navigation.may_in("population.declare", context, unit):
        return ""
    return url_for("population.form", unit=unit, on=on.isoformat() if on != context.today else None)


def _parts(
    context: RequestContext, figures: OverviewFigures, on: date, query: dict[str, Any]
) -> list[Any]:
    """The units below in the order asked for, by name as people here sort names otherwise."""
    key, _, down = query["sort"].partition("-")
    key = key if key in SORTS else "name"
    by_name = sorted(
        figures.parts,
        key=lambda part: navigation.place_key(navigation.area_name(context, part.unit, on)),
    )
    if key == "name":
        return by_name[::-1] if down else by_name

    def value(part: Any) -> float:
        start = figures.part_starts[part.unit]
        if key != "all" and (start is None or on < start):
            return -2
        if key == "all":
            return part.all_households or -1
        if key.endswith("_rate"):
            return float(part.rates[key.removesuffix("_rate")] or -1)
        return float(part.households[key])

    return sorted(by_name, key=value, reverse=bool(down))


def _sorted_address(unit: str, query: dict[str, Any], key: str) -> str:
    """The same overview sorted by a column; by the same column again, the other way round."""
    first = key if key == "name" else f"{key}-down"
    other = f"{key}-down" if key == "name" else key
    now = query["sort"] or "name"
    return (
        navigation.area_address(unit, **_plain(query), sort=other if now == first else first)
        + "#below"
    )


def _listing(context: RequestContext, unit: str, on: date, known_at: Any, since: date) -> Any:
    """Addresses of the lists behind figures, for those who may read households there."""
    if not navigation.may_in("households.read", context, unit):
        return lambda **also: ""
    base = {"area": unit or "country", "as_of": on.isoformat() if on != context.today else None}
    if known_at is not None:
        base["known_at"] = known_at.date().isoformat()

    def address(**also: Any) -> str:
        if "class_" in also:
            also["class"] = also.pop("class_")
        if "movement" in also:
            also |= {"since": since.isoformat(), "as_of": on.isoformat()}
        return url_for("lists.households", **{**base, **also})

    return address


def _plain(query: dict[str, Any]) -> dict[str, str]:
    """The days of a query as they stand in addresses."""
    days = {name: query[name].isoformat() for name in ("as_of", "since") if query.get(name)}
    if query.get("known_at"):
        days["known_at"] = query["known_at"].date().isoformat()
    return days


def _last_year_end(on: date) -> date:
    return date(on.year - 1, 12, 31)
