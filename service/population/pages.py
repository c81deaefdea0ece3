"""Declaring all who live in a unit on a day, and correcting it: what every rate is a share of."""

from datetime import date
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from marshmallow import fields, validate

from domain.errors import Refusal
from domain.population.population import Denominators
from service.access import route_areas, scope
from service.access.authorize import RequestArea, RequestContext
from service.access.permissions import Rule
from service.areas.figures_schemas import MOST
from service.http.commands import context_of, wait_until_visible
from service.population.declare import FIGURES, declare
from service.population.permissions import May
from service.ui import navigation, query_form, render
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("population", __name__)


class Counted(fields.Integer):
    """A whole number with or without thousands marks: 3.488, 3 488 or 3488."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        bare = str(value).translate(str.maketrans("", "", " .,\u00a0"))
        if not (bare.isascii() and bare.isdigit() and len(bare) <= 12):
            raise self.make_error("invalid")
        return super()._deserialize(bare, attr, data, **kwargs)


class DayQuery(query_form.QueryForm):
    """Of which day."""

    on = query_form.TypedDay(load_default=None)


class DeclareForm(query_form.QueryForm):
    """All resident households and persons; a reason where it corrects what was declared."""

    area = fields.String(load_default=None, validate=validate.Regexp(r"[0-9]{2,5}@[0-9-]{10}$"))
    effective_on = query_form.TypedDay(required=True)
    households = Counted(required=True, validate=validate.Range(1, MOST))
    persons = Counted(load_default=None, validate=validate.Range(1, MOST))
    source = fields.String(load_default="", validate=validate.Length(max=500))
    correction_reason = fields.String(load_default="", validate=validate.Length(max=500))


def place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The unit chosen in the form for its day; else that of the address."""
    chosen = (context.body or {}).get("area")
    if chosen:
        return RequestArea(scope.resolved(context.services.areas(), chosen, context.today))
    return route_areas.unit(context, path)


DECLARE = Rule(May.DECLARE_POPULATION, place)


@pages.get("/dia-ban/<unit:unit>/ho-dan-cu", rule=DECLARE, query=DayQuery)
def form(context: RequestContext, unit: str) -> str:
    """The form, with what is declared of its day."""
    day = (context.body or {}).get("effective_on") or context.query.get("on") or context.today
    there = context.area
    known = _declared(context, there, day)
    lineage = context.services.areas().lineage
    units = navigation.named(context, lineage.on_land_of(there, day), day)
    return render.render(
        "population/population.html",
        title=gettext("Tổng số hộ dân cư"),
        crumbs=[
            *navigation.area_crumbs(context, *navigation.standing_unit(context, there, day))[:-1],
            (navigation.unit_name(there), navigation.area_address(there)),
            (gettext("Tổng số hộ dân cư"), ""),
        ],
        day=day,
        known=known,
        units=units,
        unit=there,
    )


@pages.post(
    "/dia-ban/<unit:unit>/ho-dan-cu",
    rule=DECLARE,
    form=DeclareForm,
    again=form,
    beside={
        "area_effective_in_future": "effective_on",
        "area_reason_missing": "correction_reason",
        "area_not_valid_on": "area",
        "declaration_exists": "correction_reason",
        "declaration_unknown": "correction_reason",
        "rate_above_hundred": "households",
        "denominator_invalid": "households",
        "fewer_persons_than_households": "persons",
        "part_above_whole": "households",
    },
)
def record(context: RequestContext, unit: str) -> Any:
    """Declares, or corrects what was declared of that very day; what else it said stays."""
    body = context.body
    known = _declared(context, context.area, body["effective_on"]) or Denominators()
    context.body = {
        **{name: getattr(known, name) for name in FIGURES},
        **{name: body[name] for name in ("households", "persons", "source", "correction_reason")},
        "effective_on": body["effective_on"],
    }
    try:
        outcome = declare(context, context_of(context))
    except Refusal:
        context.body = body
        raise
    wait_until_visible(context, outcome.seq, ("denominators",))
    flash(gettext("Đã lưu tổng số hộ dân cư."))
    day = body["effective_on"]
    address = url_for(
        "overview.area", unit=outcome.unit, as_of=day if day != context.today else None
    )
    return redirect(address, 303)


def _declared(context: RequestContext, unit: str, on: date) -> Denominators | None:
    return context.services.application.population.declared(unit, on)
