"""Declaring all who live in a unit on a day, and correcting it: what every rate is a share of."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.errors import Refusal
from domain.population.population import Denominators
from service.access import authorization
from service.access.authorization import RequestArea, RequestContext, Rule
from service.http.commands import context_of, wait_until_visible
from service.http.parsing import Whole
from service.population.declare import FIGURES, declare
from service.population.permissions import May
from service.population.schemas import MOST
from service.ui import forms, navigation, render
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("population", __name__)


class DayQuery(forms.QueryForm):
    """Of which day."""

    on = forms.TypedDay(load_default=None)


class DeclareBody(forms.QueryForm):
    """All resident households and persons; a reason where it corrects what was declared."""

    area = fields.String(load_default=None, validate=validate.Regexp(r"[0-9]{2,5}@[0-9-]{10}$"))
    effective_on = forms.TypedDay(required=True)
    households = Whole(1, MOST, required=True)
    persons = Whole(1, MOST, load_default=None)
    source = fields.String(load_default="", validate=validate.Length(max=500))
    correction_reason = fields.String(load_default="", validate=validate.Length(max=500))


def _fields(context: RequestContext) -> tuple[Field, ...]:
    @cache
    def known() -> Denominators | None:
        return _declared(context, context.area, _day(context))

    @cache
    def units() -> tuple[Choice, ...]:
        return tuple(Choice(unit, name) for unit, name in _units(context))

    def asked() -> bool:
        """Whether other units than that of the address stand on its land that day."""
        return [one.value for one in units()] not in ([], [context.area])

    def figure(name: str) -> Callable[[], str]:
        """A figure that is declared of the day; "" where there is none."""
        return lambda: str(getattr(known(), name, None) or "")

    return (
        Field("effective_on", _("Tính đến ngày"), "day", required=True,
              initial=lambda: _day(context).isoformat()),
        Field("area", _("Đơn vị hành chính của ngày đó"), "choice", required=True, by_day=True,
              choices=units, asked=asked,
              initial=lambda: units()[0].value if len(units()) == 1 else "",
              blank=lambda: None if len(units()) == 1 else _("chọn đơn vị")),
        Field("households", _("Tổng số hộ dân cư"), "whole", required=True,
              initial=figure("households")),
        Field("persons", _("Tổng số nhân khẩu"), "whole", initial=figure("persons")),
        Field("source", _("Nguồn số liệu"), most=500, initial=figure("source"),
              help=_("Ví dụ: báo cáo, văn bản công bố số liệu.")),
        Field("correction_reason", _("Lý do đính chính"), most=500,
              required=lambda: known() is not None,
              help=_("Chỉ ghi khi sửa số liệu đã nhập của cùng ngày này; số liệu cũ vẫn được "
                     "lưu.")),
    )  # fmt: skip


DECLARATION = Form(DeclareBody, _fields)


def place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The unit chosen in the form for its day; else that of the address."""
    chosen = (context.body or {}).get("area")
    if chosen:
        return RequestArea(context.services.areas().resolved(chosen, context.today))
    return authorization.unit(context, path)


DECLARE = Rule(May.DECLARE_POPULATION, place)


@pages.get("/dia-ban/<unit:unit>/ho-dan-cu", rule=DECLARE, query=DayQuery)
def form(context: RequestContext, unit: str) -> str:
    """The form, with what is declared of its day."""
    there, day = context.area, _day(context)
    return render.render(
        "population/population.html",
        title=gettext("Tổng số hộ dân cư"),
        crumbs=[
            *navigation.area_crumbs(context, *navigation.standing_unit(context, there, day))[:-1],
            (navigation.unit_name(there), navigation.area_address(there)),
            (gettext("Tổng số hộ dân cư"), ""),
        ],
        filled=DECLARATION.bound(context),
        unit=there,
    )


def _day(context: RequestContext) -> date:
    """The day that the form is about: as typed, as the address says, or today."""
    typed: date | None = (context.body or {}).get("effective_on")
    return typed or context.query.get("on") or context.today


def _units(context: RequestContext) -> list[tuple[str, str]]:
    """The units on the land of the unit, as they stand on the day."""
    day = _day(context)
    lineage = context.services.areas().lineage
    return navigation.named(context, lineage.on_land_of(context.area, day), day)


@pages.post(
    "/dia-ban/<unit:unit>/ho-dan-cu",
    rule=DECLARE,
    form=DECLARATION,
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
    context.body = _in_full(context, body)
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


def _in_full(context: RequestContext, body: dict[str, Any]) -> dict[str, Any]:
    """What is declared of the day of a form, with what the form says in its place."""
    known = _declared(context, context.area, body["effective_on"]) or Denominators()
    said = ("households", "persons", "source", "correction_reason", "effective_on")
    return {name: getattr(known, name) for name in FIGURES} | {name: body[name] for name in said}


def _declared(context: RequestContext, unit: str, on: date) -> Denominators | None:
    return context.services.application.population.declared(unit, on)
