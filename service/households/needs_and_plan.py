"""Why a household is poor, what it needs, and the plan agreed with it."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.households import codes
from domain.households import events as e
from domain.households.needs_and_plan import AgreePlan, RecordCauses, RecordNeeds
from domain.text import NAME, NOTE
from service.access.authorization import RequestContext
from service.households.commands import MAY_AMEND, ONE, CommandRoute, of_fields
from service.households.event_details import Details, Tellers, details
from service.households.form import FormContext, HouseholdForm, paper, when
from service.http.commands import Circumstances
from service.http.parsing import Code, Day, OptionalText, Output, Text
from service.ui.forms import Field, Section
from service.ui.i18n import lazy as _l
from service.ui.render import day


class CausesBody(Circumstances):
    """Why the household is poor."""

    causes = fields.List(Code(codes.CAUSES), required=True, validate=validate.Length(max=20))
    note = OptionalText(NOTE)


class NeedsBody(Circumstances):
    """What the household needs."""

    needs = fields.List(Code(codes.NEEDS), required=True, validate=validate.Length(max=20))
    note = OptionalText(NOTE)


class PlanBody(Circumstances):
    """The plan for this very household."""

    goal = Text(NOTE, least=1, required=True)
    steps = fields.List(Text(NOTE, least=1), required=True, validate=validate.Length(min=1, max=50))
    responsible = Text(NAME, least=1, required=True)
    review_on = Day(load_default=None, allow_none=True)


class CodesSchema(Output):
    """Causes or needs as last recorded."""

    codes = fields.List(fields.String(), required=True)
    on = fields.Date(required=True)
    note = fields.String(required=True)


class PlanSchema(Output):
    """The plan agreed with this household."""

    goal = fields.String(required=True)
    steps = fields.List(fields.String(), required=True)
    responsible = fields.String(required=True)
    on = fields.Date(required=True)
    review_on = fields.Date(required=True, allow_none=True)


class NeedsAndPlanShown(Output):
    """Causes, needs and the plan of a household as the API shows them."""

    causes = fields.Nested(CodesSchema, required=True, allow_none=True)
    needs = fields.Nested(CodesSchema, required=True, allow_none=True)
    plan = fields.Nested(PlanSchema, required=True, allow_none=True)


RECORD_CAUSES = CommandRoute(
    "record_causes",
    f"{ONE}/causes",
    MAY_AMEND,
    CausesBody,
    of_fields(RecordCauses),
    example={"effective_on": "2022-12-01", "causes": ["3", "7"]},
    summary="Why the household is poor.",
)
RECORD_NEEDS = CommandRoute(
    "record_needs",
    f"{ONE}/needs",
    MAY_AMEND,
    NeedsBody,
    of_fields(RecordNeeds),
    example={"effective_on": "2022-12-01", "needs": ["health", "production"]},
    summary="What the household needs.",
)
AGREE_PLAN = CommandRoute(
    "agree_plan",
    f"{ONE}/plan",
    MAY_AMEND,
    PlanBody,
    of_fields(AgreePlan),
    example={
        "effective_on": "2023-01-10",
        "goal": "Thoát nghèo trước tháng 12 năm 2023",
        "steps": ["Vay vốn nuôi bò", "Sửa mái nhà"],
        "responsible": "Hội Phụ nữ phường",
        "review_on": "2023-06-30",
    },
    summary="Agree the plan for this very household.",
)


def _listed(name: str, label: str, words: dict[str, str]) -> Any:
    def sections(form: FormContext) -> tuple[Section, ...]:
        def now() -> Any:
            return form.household[name]

        return (
            Section(
                label,
                (
                    when(form, _("Ngày xác định")),
                    Field(name, _("Đánh dấu mọi mục đúng với hộ"), "many", required=True,
                          choices=form.words(words),
                          initial=lambda: tuple(now().codes) if now() else ()),
                    Field("note", _("Ghi chú"), "area", initial=lambda: now().note if now() else "",
                          help=_("Không ghi tên người, bệnh tật.")),
                ),
            ),
            paper(),
        )  # fmt: skip

    return sections


def _planning(form: FormContext) -> tuple[Section, ...]:
    def now(shown: Callable[[Any], str]) -> Callable[[], str]:
        """What a part of the plan in force says; "" without one."""
        return lambda: shown(plan) if (plan := form.household["plan"]) else ""

    return (
        Section(
            _("Kế hoạch hỗ trợ thoát nghèo của hộ"),
            (
                when(form, _("Ngày thống nhất kế hoạch")),
                Field("goal", _("Mục tiêu"), "area", required=True,
                      initial=now(lambda plan: plan.goal)),
                Field("steps", _("Các việc, mỗi dòng một việc"), "lines", required=True,
                      initial=now(lambda plan: "\n".join(plan.steps))),
                Field("responsible", _("Người phụ trách"), required=True, most=200,
                      initial=now(lambda plan: plan.responsible)),
                Field("review_on", _("Ngày đánh giá lại"), "day",
                      initial=now(lambda plan: f"{plan.review_on or ''}")),
            ),
        ),
        paper(),
    )  # fmt: skip


def _noted(
    _context: RequestContext, event: e.CausesRecorded | e.NeedsRecorded, _language: str
) -> Details:
    return details((_("Ghi chú"), event.note))


def _planned(_context: RequestContext, event: e.PlanAgreed, _language: str) -> Details:
    return details(
        (_("Mục tiêu"), event.goal),
        *((_("Việc %(number)s", number=at), step) for at, step in enumerate(event.steps, 1)),
        (_("Người phụ trách"), event.responsible),
        (_("Ngày đánh giá lại"), day(event.review_on)),
    )


COMMANDS = (RECORD_CAUSES, RECORD_NEEDS, AGREE_PLAN)
FORMS = (
    HouseholdForm(
        "causes",
        "nguyen-nhan",
        _l("Nguyên nhân nghèo"),
        _l("Ghi các nguyên nhân nghèo của hộ, theo danh mục của báo cáo."),
        "support",
        RECORD_CAUSES,
        _listed("causes", _l("Nguyên nhân nghèo"), codes.CAUSES),
    ),
    HouseholdForm(
        "needs",
        "nhu-cau",
        _l("Nhu cầu hỗ trợ"),
        _l("Ghi các nhu cầu hỗ trợ của hộ, theo danh mục của báo cáo."),
        "support",
        RECORD_NEEDS,
        _listed("needs", _l("Nhu cầu hỗ trợ"), codes.NEEDS),
    ),
    HouseholdForm(
        "plan",
        "phuong-an",
        _l("Kế hoạch hỗ trợ thoát nghèo của hộ"),
        _l("Ghi kế hoạch đã thống nhất với hộ."),
        "support",
        AGREE_PLAN,
        _planning,
    ),
)
DETAILS: Tellers = {e.CausesRecorded: _noted, e.NeedsRecorded: _noted, e.PlanAgreed: _planned}
