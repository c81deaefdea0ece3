"""Support granted to a household."""

from uuid import UUID

from flask_babel import gettext as _
from marshmallow import fields

from domain.households import codes
from domain.households import events as e
from domain.households.handler import HouseholdCommand
from domain.households.support import GrantSupport, SupportInput
from domain.text import CODE
from projections.households.sentences import code
from service.access.authorization import RequestContext
from service.households.commands import MAY_SUPPORT, ONE, CommandRoute, without_circumstances
from service.households.event_details import Details, Tellers, details, money
from service.households.form import FormContext, HouseholdForm, paper, when
from service.households.suggestions import benefits, programmes
from service.http.commands import Circumstances
from service.http.parsing import Code, Day, Money, Output, Text, Whole
from service.ui.forms import Choice, Field, Section
from service.ui.i18n import lazy as _l
from service.ui.render import day, format_number


class SupportBody(Circumstances):
    """One support granted. Give `amount`, or `quantity` and `unit`."""

    programme = Text(CODE, least=1, required=True, metadata={"example": "DA2-2023"})
    benefit = Text(CODE, least=1, required=True, metadata={"example": "cow"})
    person_id = fields.UUID(allow_none=True)
    amount = Money(allow_none=True, metadata={"description": "VND."})
    quantity = Whole(1, 1_000_000, allow_none=True)
    unit = Text(CODE)
    period_from = Day(required=True)
    period_until = Day(required=True)
    source = Code(codes.SOURCES, required=True)
    funding_year = Whole(1990, 2199, required=True)


class SupportSchema(Output):
    """One support granted; money is integer VND."""

    support_id = fields.UUID(required=True)
    on = fields.Date(required=True)
    seq = fields.Integer(required=True)
    programme = fields.String(required=True)
    benefit = fields.String(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    amount = fields.Integer(required=True, allow_none=True)
    quantity = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True)
    period_from = fields.Date(required=True)
    period_until = fields.Date(required=True)
    source = fields.String(required=True)
    funding_year = fields.Integer(required=True)


class SupportShown(Output):
    """The support of a household as the API shows it."""

    support = fields.List(fields.Nested(SupportSchema), required=True)


def _grant_support(context: RequestContext, household_id: UUID) -> HouseholdCommand:
    return GrantSupport(household_id, SupportInput(**without_circumstances(context.body)))


GRANT_SUPPORT = CommandRoute(
    "grant_support",
    f"{ONE}/support",
    MAY_SUPPORT,
    SupportBody,
    _grant_support,
    example={
        "effective_on": "2023-03-01",
        "programme": "DA2-2023",
        "benefit": "cow",
        "quantity": 1,
        "unit": "con",
        "period_from": "2023-01-01",
        "period_until": "2023-12-31",
        "source": "central",
        "funding_year": 2023,
    },
    summary="Record support that was granted. `created` of the answer is its id.\n\n"
    "Where programme and benefit name exactly one benefit of a programme in force, by code or"
    " title, the household has to qualify and gets the highest only. Otherwise nothing of it is"
    " checked, and `notes` has `benefit_not_found` or `benefit_of_several`.",
)


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


def _granted(_context: RequestContext, event: e.SupportGranted, language: str) -> Details:
    quantity = event.quantity
    return details(
        (_("Chương trình, dự án"), event.programme),
        (_("Nội dung hỗ trợ"), event.benefit),
        (_("Số tiền"), money(event.amount)),
        (_("Số lượng"), None if quantity is None else f"{format_number(quantity)} {event.unit}"),
        (_("Thời gian hưởng"), f"{day(event.period_from)} – {day(event.period_until)}"),
        (_("Nguồn vốn"), code(codes.SOURCES, event.source, language)),
        (_("Năm ngân sách"), event.funding_year),
    )


UNCHECKED = {
    "benefit_not_found": _l(
        "Chưa kiểm tra đối tượng và mức hỗ trợ: nội dung đã ghi không trùng với chính sách nào "
        "của chương trình đang thực hiện. Hãy kiểm tra theo văn bản, hoặc ghi mã chính sách."
    ),
    "benefit_of_several": _l(
        "Chưa kiểm tra đối tượng và mức hỗ trợ: nội dung đã ghi trùng với nhiều chính sách. "
        "Hãy kiểm tra theo văn bản, hoặc ghi mã chương trình và mã chính sách."
    ),
}
"""What the page says of a grant in words that name no benefit, or several."""
COMMANDS = (GRANT_SUPPORT,)
FORMS = (
    HouseholdForm(
        "support",
        "ho-tro",
        _l("Hỗ trợ"),
        _l("Ghi một khoản hỗ trợ đã được phê duyệt cho hộ hoặc cho một thành viên hộ."),
        "support",
        GRANT_SUPPORT,
        _support,
        warnings=UNCHECKED,
    ),
)
DETAILS: Tellers = {e.SupportGranted: _granted}
