"""The page that makes cases of the steps of a household's plan, with suggested benefits."""

from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.errors import Refusal
from domain.support.plan_cases import MOST_STEPS, RequestCasesOfPlan, StepBenefit
from domain.support.suggestions import note_on_suggestions
from domain.text import CODE
from projections.support import plan_progress
from projections.support.households import named_households
from projections.support.plan_progress import PlanProgress
from service.access import authorization
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_read
from service.http.commands import Circumstances, context_of, wait_until_visible
from service.http.parsing import Day
from service.problems import status_of
from service.support import words
from service.support.case_forms import paper, when
from service.support.case_pages import SHOWN_BY
from service.support.permissions import May
from service.support.plan_suggestions import Suggestion, suggestions
from service.support.request_pages import benefits_offered, persons_offered
from service.ui import form_errors
from service.ui.forms import Choice, Field, Form
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint
from service.ui.render import refusal_text, render

pages = PageBlueprint("plan_pages", __name__)

PATH = "/ho/<uuid:household_id>/de-nghi-ho-tro/ke-hoach"
REQUEST = Rule(May.WORK_ON_CASES, authorization.household)
STEPS = validate.Range(1, MOST_STEPS)


class PlanCasesForm(Circumstances):
    """The plan, and for its steps the benefit ("programme/code") and the person it is for."""

    plan = fields.Integer(required=True)
    period = Day(load_default=None, allow_none=True)
    benefit = fields.Dict(
        keys=fields.Integer(validate=STEPS),
        values=fields.String(validate=validate.Length(min=3, max=2 * CODE)),
        load_default=dict,
    )
    person = fields.Dict(keys=fields.Integer(validate=STEPS), values=fields.UUID(),
                         load_default=dict)  # fmt: skip


def _plan(context: RequestContext) -> PlanProgress | None:
    """The plan of the household of the address; None where it has none."""
    with context.services.reading() as conn:
        found = plan_progress.plans(conn, (request.view_args or {})["household_id"])
    return found[0] if found else None


def _fields(context: RequestContext) -> tuple[Field, ...]:
    plan = _plan(context)
    if plan is None:
        return ()
    household_id = (request.view_args or {})["household_id"]
    led_to = suggestions(context, household_id, context.today)
    fitting = {
        f"{one.programme}/{one.benefit}" for why in led_to for one in why.benefits
        if not one.refused
    }  # fmt: skip
    offered = benefits_offered(context)
    first = [
        Choice(one.value, _("%(name)s (gợi ý)", name=one.label))
        for one in offered
        if one.value in fitting
    ]
    choices = (*first, *(one for one in offered if one.value not in fitting))
    persons = persons_offered(context)
    of_steps = [
        field
        for step in plan.steps
        for field in (
            Field(f"benefit.{step.step}",
                  _("Việc %(number)s: %(text)s", number=step.step, text=step.text), "choice",
                  choices=choices, blank=_("không lập hồ sơ cho việc này"),
                  help=_done(step.cases)),
            Field(f"person.{step.step}", _("Người hưởng của việc %(number)s", number=step.step),
                  "choice", choices=persons, blank=_("cả hộ"), verbatim=True),
        )
    ]  # fmt: skip
    return (
        Field("plan", "", "hidden", initial=str(plan.plan)),
        *of_steps,
        Field("period", _("Một ngày của kỳ hưởng"), "day", initial=context.today.isoformat(),
              help=_("Hệ thống lấy tháng, quý hoặc năm chứa ngày này theo chính sách.")),
        when(context, _("Ngày lập hồ sơ")),
        *paper(),
    )  # fmt: skip


def _done(cases: list[Any]) -> str:
    """How many cases a step has become."""
    if not cases:
        return ""
    return _("Việc này đã có %(n)s hồ sơ.", n=len(cases))


FORM = Form(PlanCasesForm, _fields)


@pages.get(PATH, rule=REQUEST)
def show_plan_cases(context: RequestContext, household_id: UUID) -> str:
    """The steps of the plan with the benefits that may be requested for each."""
    note_read(context, household_id, context.area, "file")
    with context.services.reading() as conn:
        known = named_households(conn, context.services.keyring, [household_id])
    led_to: list[Suggestion] = suggestions(context, household_id, context.today)
    return render(
        "support/plan_cases.html",
        title=_("Lập hồ sơ từ kế hoạch của hộ"),
        household=known.get(household_id),
        household_id=household_id,
        plan=_plan(context),
        suggestions=led_to,
        note=note_on_suggestions(in_language()),
        filled=FORM.bound(context, request.form or None),
        refusal=lambda code: refusal_text(code, {}),
        said=words,
        crumbs=[
            (_("Hộ"), url_for("household.file", household_id=household_id)),
            (_("Lập hồ sơ từ kế hoạch của hộ"), ""),
        ],
    )


@pages.post(PATH, rule=REQUEST, form=FORM, again=show_plan_cases)
def send_plan_cases(context: RequestContext, household_id: UUID) -> Any:
    """Requests a case for each step with a benefit: all of them, or none."""
    body = context.body
    steps = tuple(
        StepBenefit(
            step, *_code(benefit), body["period"] or body["effective_on"], body["person"].get(step)
        )
        for step, benefit in sorted(body["benefit"].items())
    )
    command = RequestCasesOfPlan(household_id, body["plan"], steps)
    try:
        outcome = context.services.application.run(command, context_of(context))
    except Refusal as refused:
        step = refused.values.get("step", steps[0].step if steps else 1)
        form_errors.note(refused, form_errors.ByCode({refused.code: f"benefit.{step}"}))
        page = show_plan_cases(context, household_id)
        return make_response(page, status_of(refused.code))
    wait_until_visible(context, outcome.seq, SHOWN_BY)
    flash(_("Đã lập %(n)s hồ sơ hỗ trợ.", n=len(steps)))
    return redirect(url_for("household.file", household_id=household_id), 303)


def _code(given: str) -> tuple[str, str]:
    programme, _slash, benefit = given.partition("/")
    return programme, benefit
