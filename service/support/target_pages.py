"""The pages of targets: those of an area with their progress, and the forms that set them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.commands.command import Outcome
from domain.support.target import PassTargetDown, ReviseTarget, SetTarget, Target
from projections.support import targets
from projections.support.targets import Progress, TargetRow
from service.access.authorization import RequestContext, Rule
from service.http.commands import context_of, wait_until_visible
from service.problems import NoSuchThing
from service.support import area_choice, places, targets_api, words
from service.support.case_forms import choices, paper, when
from service.support.permissions import May
from service.ui import forms, navigation
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("target_pages", __name__)

SHOWN_BY = ("targets",)
READ = Rule(May.READ_TARGETS, area_choice.place(May.READ_TARGETS))
SET = Rule(May.SET_TARGETS, area_choice.place(May.SET_TARGETS))
CHANGE = Rule(May.SET_TARGETS, places.target)


class TargetsQuery(area_choice.AreaOfPage):
    """The area, the year, and the day of the progress."""

    year = fields.Integer(load_default=None, validate=validate.Range(1990, 2199))
    on = forms.TypedPastDay(load_default=None)


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """A target with its progress."""

    target: TargetRow
    area_name: str
    progress: Progress

    @property
    def done(self) -> float:
        """The part that is reached, from 0 to 1."""
        if not self.target.households:
            return 1.0
        return min(1.0, max(0.0, self.progress.down / self.target.households))


@pages.get("/chi-tieu", rule=READ, query=TargetsQuery)
def targets_page(context: RequestContext) -> str:
    """The targets of an area and the units below, each with its progress."""
    query, directory = context.query, context.services.areas()
    on = query["on"] or context.today
    unit, day = navigation.standing_unit(context, context.area, context.today)
    units = directory.units_within(context.area, on)
    with context.services.reading() as conn:
        rows = [
            ShownTarget(
                one,
                navigation.recorded_name(context, one.area, on),
                targets.progress(conn, directory.lineage, one, on=on),
            )
            for one in targets.targets(conn, areas=units, year=query["year"])
        ]
    return render(
        "support/targets.html",
        title=_("Chỉ tiêu giảm nghèo"),
        area_name=navigation.area_name(context, unit, day),
        unit=context.area,
        areas=area_choice.areas_offered(context, May.READ_TARGETS),
        rows=rows,
        year=query["year"],
        on=on,
        may_set=navigation.may(May.SET_TARGETS.value),
        said=words,
    )


def _number(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("households", _("Số hộ giảm"), "whole", required=True),
        when(context, _("Ngày giao")),
        *paper(required=True),
    )


def _areas(context: RequestContext) -> tuple[Choice, ...]:
    held = [one for one in navigation.areas_of(context, May.SET_TARGETS.value) if one]
    return tuple(Choice(*one) for one in navigation.named(context, held, context.today))


def _setting(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("area", _("Địa bàn"), "choice", required=True, choices=_areas(context),
              verbatim=True),
        Field("measure", _("Chỉ tiêu"), "choice", required=True,
              choices=choices(words.MEASURES)),
        Field("year", _("Năm"), "whole", required=True, initial=str(context.today.year)),
        *_number(context),
    )  # fmt: skip


def _target(context: RequestContext) -> Target:
    found = context.services.application.support.find(
        Target, (request.view_args or {})["target_id"]
    )
    if found is None:
        raise NoSuchThing
    return found


def _passing(context: RequestContext) -> tuple[Field, ...]:
    lineage = context.services.areas().lineage
    below = lineage.children(_target(context).area, context.today)
    return (
        Field("area", _("Giao cho"), "choice", required=True, verbatim=True,
              choices=tuple(Choice(*one) for one in navigation.named(context, below,
                                                                     context.today)),
              blank=_("chọn đơn vị")),
        *_number(context),
    )  # fmt: skip


def _revising(context: RequestContext) -> tuple[Field, ...]:
    reason = Field("reason", _("Lý do"), "area", required=True, most=2000)
    return reason, *_number(context)


SETTING = Form(targets_api.TargetBody, _setting)
PASSING = Form(targets_api.TargetPartBody, _passing)
REVISING = Form(targets_api.RevisionBody, _revising)
BESIDE = {
    "target_exists": "households",
    "target_invalid": "households",
    "target_outside_area": "area",
    "support_effective_in_future": "effective_on",
    "support_document_missing": "document.number",
}


def _form(context: RequestContext, form: Form, title: str, version: int | None) -> str:
    back = url_for("target_pages.targets_page")
    return render(
        "support/budget_act.html",
        title=title,
        records=_("Chỉ tiêu không dùng để xét phân loại hộ."),
        about="",
        filled=form.bound(context, request.form or None),
        back=back,
        version=version,
        crumbs=[(_("Chỉ tiêu giảm nghèo"), back), (title, "")],
    )


def _recorded(context: RequestContext, outcome: Outcome, said: str) -> Any:
    wait_until_visible(context, outcome.seq, SHOWN_BY)
    flash(said)
    return redirect(url_for("target_pages.targets_page"), 303)


@pages.get("/chi-tieu/moi", rule=SET)
def show_setting(context: RequestContext) -> str:
    """The form that sets a target."""
    return _form(context, SETTING, _("Giao chỉ tiêu"), None)


@pages.post("/chi-tieu/moi", rule=SET, form=SETTING, again=show_setting, beside=BESIDE)
def set_target(context: RequestContext) -> Any:
    """Sets a target of an area for a year."""
    body = context.body
    command = SetTarget(context.area, body["measure"], body["year"], body["households"])
    outcome = context.services.application.run(command, context_of(context))
    return _recorded(context, outcome, _("Đã giao chỉ tiêu."))


@pages.get("/chi-tieu/<uuid:target_id>/giao", rule=CHANGE)
def show_passing(context: RequestContext, target_id: UUID) -> str:
    """The form that gives a part to a unit below."""
    return _form(context, PASSING, _("Giao chỉ tiêu cho cấp dưới"), _target(context).version)


@pages.get("/chi-tieu/<uuid:target_id>/dieu-chinh", rule=CHANGE)
def show_revising(context: RequestContext, target_id: UUID) -> str:
    """The form that changes the number of a target."""
    return _form(context, REVISING, _("Điều chỉnh chỉ tiêu"), _target(context).version)


def _run(context: RequestContext, make: Callable[[], Any]) -> Outcome:
    outcome: Outcome = context.services.application.run(
        make(), context_of(context), expected_version=context.expected_version
    )
    return outcome


@pages.post(
    "/chi-tieu/<uuid:target_id>/giao", rule=CHANGE, form=PASSING, again=show_passing, beside=BESIDE
)
def pass_down(context: RequestContext, target_id: UUID) -> Any:
    """Gives a part of a target to a unit below."""
    body = context.body
    outcome = _run(context, lambda: PassTargetDown(target_id, body["area"], body["households"]))
    return _recorded(context, outcome, _("Đã giao chỉ tiêu cho cấp dưới."))


@pages.post(
    "/chi-tieu/<uuid:target_id>/dieu-chinh",
    rule=CHANGE,
    form=REVISING,
    again=show_revising,
    beside=BESIDE,
)
def revise(context: RequestContext, target_id: UUID) -> Any:
    """Changes the number of a target, with the reason."""
    body = context.body
    outcome = _run(context, lambda: ReviseTarget(target_id, body["households"], body["reason"]))
    return _recorded(context, outcome, _("Đã điều chỉnh chỉ tiêu."))
