"""The pages of targets: those of an area, one with its months, and the forms that set them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.support.target import Target
from projections.support import targets
from projections.support.targets import Allocated, Month, Progress, TargetRow
from service.access.authorization import RequestContext, Rule
from service.problems import NoSuchThing
from service.support import area_choice, form_page, places, target_words, targets_api, words
from service.support.case_forms import choices, paper, when
from service.support.permissions import May
from service.ui import charts, forms, labels, navigation
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("target_pages", __name__)

SHOWN_BY = ("targets",)
READ = Rule(May.READ_TARGETS, area_choice.place(May.READ_TARGETS))
READ_TARGET = Rule(May.READ_TARGETS, places.target)
SET = Rule(May.SET_TARGETS, area_choice.place(May.SET_TARGETS))
CHANGE = Rule(May.SET_TARGETS, places.target)


class TargetsQuery(area_choice.AreaOfPage):
    """The area, the year, and the day of the progress."""

    year = fields.Integer(load_default=None, validate=validate.Range(1990, 2199))
    on = forms.TypedPastDay(load_default=None)


class TargetQuery(forms.QueryForm):
    """The day of the progress, and the day up to whose end the record counts."""

    on = forms.TypedPastDay(load_default=None)
    known_at = forms.TypedKnown(load_default=None)


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """A target with its progress and its parts."""

    target: TargetRow
    area_name: str
    progress: Progress
    allocated: Allocated

    @property
    def done(self) -> float | None:
        """The part that is reached, from 0 to 1; None where the rate has no denominator."""
        target, progress = self.target, self.progress
        if target.measure.endswith("_left"):
            to_go = progress.before - target.number
            return 1.0 if to_go <= 0 else _part(progress.down, to_go)
        if not target.is_rate:
            return _part(progress.down, target.number)
        if progress.percent_points is None:
            return None
        falls = progress.percent_points.removeprefix("-")
        reached = targets.hundredths(falls)
        return _part(0 if falls != progress.percent_points else reached, target.number)

    @property
    def now(self) -> str:
        """What is reached so far, in the unit of the measure."""
        target, progress = self.target, self.progress
        if target.is_rate:
            given = progress.percent_points
            if given is None:
                return "–"
            sign = -1 if given.startswith("-") else 1
            return target_words.number(target, sign * targets.hundredths(given.lstrip("-")))
        held = progress.now if target.measure.endswith("_left") else progress.down
        return target_words.number(target, held)


def _part(reached: int, wanted: int) -> float:
    return 1.0 if not wanted else min(1.0, max(0.0, reached / wanted))


@pages.get("/chi-tieu", rule=READ, query=TargetsQuery)
def targets_page(context: RequestContext) -> str:
    """The targets of an area and the units below, each with its progress."""
    query, directory = context.query, context.services.areas()
    on = query["on"] or context.today
    unit, day = navigation.standing_unit(context, context.area, context.today)
    units = directory.units_within(context.area, on)
    with context.services.reading() as conn:
        rows = [
            _shown(context, conn, one, on)
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
        number=target_words.number,
    )


def _shown(
    context: RequestContext, conn: Any, one: TargetRow, on: Any, known_at: Any = None
) -> Any:
    lineage = context.services.areas().lineage
    return ShownTarget(
        one,
        navigation.recorded_name(context, one.area, on),
        targets.progress(conn, lineage, one, on=on, known_at=known_at),
        targets.allocated(conn, lineage, one, on=on),
    )


@pages.get("/chi-tieu/<uuid:target_id>", rule=READ_TARGET, query=TargetQuery)
def target_page(context: RequestContext, target_id: UUID) -> str:
    """One target: its progress by month from real movements, and the parts of units below."""
    on, known_at = context.query["on"] or context.today, context.query["known_at"]
    lineage = context.services.areas().lineage
    with context.services.reading() as conn:
        found = targets.target(conn, target_id)
        if found is None:
            raise NoSuchThing
        shown = _shown(context, conn, found, on, known_at)
        months = targets.months(conn, lineage, found, on=on, known_at=known_at)
        below = [
            _shown(context, conn, one, on, known_at)
            for one in targets.targets(conn, areas=list(found.parts), year=found.year)
            if one.measure == found.measure
        ]
    title = f"{words.MEASURES[found.measure]}, {found.year}"
    return render(
        "support/target.html",
        title=title,
        crumbs=[(_("Chỉ tiêu giảm nghèo"), url_for("target_pages.targets_page")), (title, "")],
        shown=shown,
        below=below,
        months=months,
        chart=_chart(found, months),
        ways=_ways(months),
        on=on,
        may_set=navigation.may_in(May.SET_TARGETS.value, context, found.area),
        said=words,
        spoken=target_words,
        number=target_words.number,
    )


def _ways(months: list[Month]) -> tuple[list[str], list[str]]:
    """The kinds of movement in and out that some month has."""
    entered = [way for way in (months[0].entered if months else ())
               if any(one.entered[way] for one in months)]  # fmt: skip
    left = [way for way in (months[0].left if months else ())
            if any(one.left[way] for one in months)]  # fmt: skip
    return entered, left


def _chart(found: TargetRow, months: list[Month]) -> Any:
    """The households of the class at the end of each month; none of a rate of officers."""
    if found.measure == "officers_trained" or len(months) < 2:
        return None
    class_ = "near_poor" if found.measure.startswith("near_poor") else "poor"
    return charts.lines(
        [one.until for one in months],
        {class_: [one.closing for one in months]},
        {class_: str(labels.CLASSES[class_])},
    )


def _number(context: RequestContext, *, rate: bool | None = None) -> tuple[Field, ...]:
    """The number of a target; `rate` says which of the two is asked, None asks for either."""
    households = Field("households", _("Số hộ"), "whole", required=rate is False,
                       help=_("Với chỉ tiêu theo số hộ.") if rate is None else "")  # fmt: skip
    points = Field("percent_points", _("Điểm phần trăm"), required=rate is True, most=6,
                   size="short", help=_("Với chỉ tiêu theo tỷ lệ, ví dụ 0,32; cần có tổng số hộ "
                                        "dân cư hoặc tổng số công chức."))  # fmt: skip
    asked = {None: (households, points), True: (points,), False: (households,)}[rate]
    return (*asked, when(context, _("Ngày giao")), *paper(required=True))


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
    lineage, target = context.services.areas().lineage, _target(context)
    below = lineage.children(target.area, context.today)
    return (
        Field("area", _("Giao cho"), "choice", required=True, verbatim=True,
              choices=tuple(Choice(*one) for one in navigation.named(context, below,
                                                                     context.today)),
              blank=_("chọn đơn vị")),
        *_number(context, rate=target.is_rate),
    )  # fmt: skip


def _revising(context: RequestContext) -> tuple[Field, ...]:
    reason = Field("reason", _("Lý do"), "area", required=True, most=2000)
    return reason, *_number(context, rate=_target(context).is_rate)


SETTING = Form(targets_api.TargetBody, _setting)
PASSING = Form(targets_api.TargetPartBody, _passing)
REVISING = Form(targets_api.RevisionBody, _revising)
BESIDE = {
    "target_exists": "year",
    "target_invalid": "households",
    "target_of_another_kind": "measure",
    "target_without_denominator": "percent_points",
    "target_outside_area": "area",
    "support_effective_in_future": "effective_on",
    "support_document_missing": "document.number",
}


def _form(context: RequestContext, form: Form, title: str, version: int | None) -> str:
    return form_page.form_page(
        context, form, title, _("Chỉ tiêu không dùng để xét phân loại hộ."),
        above=[(_("Chỉ tiêu giảm nghèo"), url_for("target_pages.targets_page"))], version=version,
    )  # fmt: skip


def _recorded(context: RequestContext, outcome: Any, said: str) -> Any:
    to = url_for("target_pages.targets_page")
    return form_page.recorded(context, outcome, SHOWN_BY, said, to)


@pages.get("/chi-tieu/moi", rule=SET)
def show_setting(context: RequestContext) -> str:
    """The form that sets a target."""
    return _form(context, SETTING, _("Giao chỉ tiêu"), None)


@pages.post("/chi-tieu/moi", rule=SET, form=SETTING, again=show_setting, beside=BESIDE)
def set_target(context: RequestContext) -> Any:
    """Sets a target of an area for a year."""
    outcome = form_page.run(context, targets_api.setting(context))
    return _recorded(context, outcome, _("Đã giao chỉ tiêu."))


@pages.get("/chi-tieu/<uuid:target_id>/giao", rule=CHANGE)
def show_passing(context: RequestContext, target_id: UUID) -> str:
    """The form that gives a part to a unit below."""
    return _form(context, PASSING, _("Giao chỉ tiêu cho cấp dưới"), _target(context).version)


@pages.get("/chi-tieu/<uuid:target_id>/dieu-chinh", rule=CHANGE)
def show_revising(context: RequestContext, target_id: UUID) -> str:
    """The form that changes the number of a target."""
    return _form(context, REVISING, _("Điều chỉnh chỉ tiêu"), _target(context).version)


@pages.post(
    "/chi-tieu/<uuid:target_id>/giao", rule=CHANGE, form=PASSING, again=show_passing, beside=BESIDE
)
def pass_down(context: RequestContext, target_id: UUID) -> Any:
    """Gives a part of a target to a unit below."""
    outcome = form_page.run(context, targets_api.passing(context, target_id))
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
    outcome = form_page.run(context, targets_api.revision(context, target_id))
    return _recorded(context, outcome, _("Đã điều chỉnh chỉ tiêu."))
