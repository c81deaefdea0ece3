"""The forms for what helps a household: support, causes, needs, the plan."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from domain.households import codes
from service.households.commands import command_route
from service.households.form import FormContext, HouseholdForm, paper, when
from service.households.suggestions import benefits, programmes
from service.ui.forms import Choice, Field, Section
from service.ui.i18n import lazy as _l


def _support(form: FormContext) -> tuple[Section, ...]:
    return (
        Section(
            _("Chính sách hỗ trợ"),
            (
                when(form, _("Ngày quyết định hỗ trợ")),
                Field(
                    "programme", _("Chương trình, dự án"), required=True, most=60,
                    help=_("Mã ghi trên quyết định, ví dụ DA2-2023."),
                    suggestions=lambda: programmes(form.context, form.area),
                ),
                Field(
                    "benefit", _("Nội dung hỗ trợ"), required=True, most=60,
                    suggestions=lambda: benefits(form.context, form.area),
                ),
                Field(
                    "person_id", _("Đối tượng thụ hưởng"), "choice",
                    choices=lambda: (Choice("", _("Toàn hộ")), *form.members()),
                ),
                Field(
                    "amount", _("Số tiền"), "money", help=_("Đồng. Nhập số tiền hoặc số lượng."),
                ),
                Field("quantity", _("Số lượng"), "whole"),
                Field("unit", _("Đơn vị tính"), most=60, help=_("con, kg, suất, lượt ...")),
            ),
        ),
        Section(
            _("Thời gian hưởng và nguồn vốn"),
            (
                Field(
                    "period_from", _("Từ ngày"), "day", required=True,
                    initial=f"{form.today.year}-01-01",
                ),
                Field(
                    "period_until", _("Đến hết ngày"), "day", required=True,
                    initial=f"{form.today.year}-12-31",
                ),
                Field(
                    "source", _("Nguồn vốn"), "choice", choices=form.words(codes.SOURCES),
                    required=True, initial="central",
                ),
                Field(
                    "funding_year", _("Năm ngân sách"), "whole", required=True,
                    initial=str(form.today.year),
                ),
            ),
            help=_("Mỗi đối tượng chỉ hưởng một chính sách một lần trong cùng thời gian."),
        ),
        paper(),
    )  # fmt: skip


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


FORMS = (
    HouseholdForm(
        "support",
        "ho-tro",
        _l("Hỗ trợ"),
        _l("Ghi một khoản hỗ trợ đã được phê duyệt cho hộ hoặc cho một thành viên hộ."),
        "support",
        command_route("grant_support"),
        _support,
    ),
    HouseholdForm(
        "causes",
        "nguyen-nhan",
        _l("Nguyên nhân nghèo"),
        _l("Ghi các nguyên nhân nghèo của hộ, theo danh mục của báo cáo."),
        "support",
        command_route("record_causes"),
        _listed("causes", _l("Nguyên nhân nghèo"), codes.CAUSES),
    ),
    HouseholdForm(
        "needs",
        "nhu-cau",
        _l("Nhu cầu hỗ trợ"),
        _l("Ghi các nhu cầu hỗ trợ của hộ, theo danh mục của báo cáo."),
        "support",
        command_route("record_needs"),
        _listed("needs", _l("Nhu cầu hỗ trợ"), codes.NEEDS),
    ),
    HouseholdForm(
        "plan",
        "phuong-an",
        _l("Kế hoạch hỗ trợ thoát nghèo của hộ"),
        _l("Ghi kế hoạch đã thống nhất với hộ."),
        "support",
        command_route("agree_plan"),
        _planning,
    ),
)
