"""Withdrawals of what was recorded by error: a reason, and for a decision a paper.

A withdrawal has no day of its own: it takes effect with what it withdraws.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import fields

from domain.households import events as e
from domain.households.handler import HouseholdCommand
from domain.households.withdrawals import WithdrawEntry
from domain.text import NOTE
from service.access.authorization import RequestContext, Rule
from service.households import carried_classes
from service.households.bodies import EXAMPLE_PAPER, EXAMPLE_REASON
from service.households.commands import (
    MAY_AMEND,
    MAY_SCREEN,
    MAY_SIGN,
    MAY_SUPPORT,
    MAY_SURVEY,
    ONE,
    CommandRoute,
    Maker,
    Run,
    run,
)
from service.households.event_details import Details, Tellers, details
from service.households.form import FormContext, HouseholdForm, paper
from service.http.commands import DocumentSchema
from service.http.parsing import Input, Text
from service.ui.forms import Field, Section
from service.ui.i18n import lazy as _l

PREFIX = "withdraw_"


class WithdrawalBody(Input):
    """Why an entry was recorded by error, and the paper that says so, if there is one."""

    reason = Text(NOTE, least=1, required=True, metadata={"description": "Names no person."})
    document = fields.Nested(DocumentSchema, load_default=None, allow_none=True)


class DecisionWithdrawalBody(WithdrawalBody):
    """Why a decision was recorded by error, and the paper by which it is withdrawn."""

    document = fields.Nested(DocumentSchema, required=True)


def _withdraw(kind: str) -> Maker:
    def make(context: RequestContext, household_id: UUID, entry: int) -> HouseholdCommand:
        return WithdrawEntry(household_id, kind, entry, context.body["reason"])

    return make


def _withdrawal(
    kind: str,
    folder: str,
    rule: Rule,
    summary: str,
    body: type[WithdrawalBody] = WithdrawalBody,
    example: dict[str, Any] = EXAMPLE_REASON,
    execute: Run = run,
) -> CommandRoute:
    """The withdrawal of one kind of entry, which asks for the permission of recording it.

    `entry` of the path is the version of the entry in the household's history.
    """
    return CommandRoute(
        PREFIX + kind,
        f"{ONE}/{folder}/<entry:entry>/withdrawal",
        rule,
        body,
        _withdraw(kind),
        example,
        summary,
        execute=execute,
    )


SCREENING = _withdrawal("screening", "screenings", MAY_SCREEN, "Withdraw a screening (form A).")
SURVEY = _withdrawal(
    "survey",
    "surveys",
    MAY_SURVEY,
    "Withdraw a survey (form B) on which no decision in force rests.",
)
DECISION = _withdrawal(
    "decision",
    "classifications",
    MAY_SIGN,
    """\
Withdraw a decision, on a paper; an exit that it recorded goes with it.

A household that split off with the class keeps it: `notes` name it, as "carried_over/ID/ENTRY",
or "carried_over/elsewhere" where it lies outside the area.
""",
    DecisionWithdrawalBody,
    example={
        **EXAMPLE_REASON,
        "document": {**EXAMPLE_PAPER, "number": "15/QĐ-UBND", "signed_on": "2022-12-20"},
    },
    execute=carried_classes.withdraw,
)
SUPPORT = _withdrawal("support", "support", MAY_SUPPORT, "Withdraw support that was granted.")
CAUSES = _withdrawal("causes", "causes", MAY_AMEND, "Withdraw a recording of causes.")
NEEDS = _withdrawal("needs", "needs", MAY_AMEND, "Withdraw a recording of needs.")
PLAN = _withdrawal("plan", "plan", MAY_AMEND, "Withdraw a plan.")


def _sections(form: FormContext) -> tuple[Section, ...]:
    return (_why(), paper())


def _of_a_decision(form: FormContext) -> tuple[Section, ...]:
    return (_why(), paper(required=True))


def _why() -> Section:
    return Section(
        _("Lý do rút lại"),
        (
            Field("reason", _("Nội dung ghi nhầm"), "area", required=True, most=2000,
                  help=_("Ví dụ: ghi nhầm sang hộ này. Không ghi tên người, bệnh tật.")),
        ),
    )  # fmt: skip


def _form(
    command: CommandRoute,
    path: str,
    title: Any,
    sections: Callable[[FormContext], tuple[Section, ...]] = _sections,
) -> HouseholdForm:
    return HouseholdForm(
        command.name,
        f"rut-lai/{path}/<entry:entry>",
        title,
        _l(
            "Rút lại một lần ghi nhầm. Lịch sử hồ sơ giữ cả lần ghi và lần rút lại; từ nay lần ghi "
            "đó không được tính nữa. Số liệu theo dữ liệu đã ghi trước lúc rút lại không đổi."
        ),
        "entry",
        command,
        sections,
        grave=True,
        button=_l("Rút lại"),
    )


def _withdrawn(_context: RequestContext, event: e.Withdrawal, _language: str) -> Details:
    return details((_("Lý do rút lại"), event.reason))


COMMANDS = (SCREENING, SURVEY, DECISION, SUPPORT, CAUSES, NEEDS, PLAN)
FORMS = (
    _form(DECISION, "quyet-dinh", _l("Rút lại quyết định công nhận"), _of_a_decision),
    _form(SURVEY, "phieu-b", _l("Rút lại Phiếu B đã ghi")),
    _form(SCREENING, "phieu-a", _l("Rút lại Phiếu A đã ghi")),
    _form(SUPPORT, "ho-tro", _l("Rút lại khoản hỗ trợ")),
    _form(CAUSES, "nguyen-nhan", _l("Rút lại nguyên nhân nghèo")),
    _form(NEEDS, "nhu-cau", _l("Rút lại nhu cầu hỗ trợ")),
    _form(PLAN, "phuong-an", _l("Rút lại kế hoạch đã ghi")),
)
DETAILS: Tellers = {one: _withdrawn for one in e.EVENTS if issubclass(one, e.Withdrawal)}
