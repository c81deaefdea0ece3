"""The forms of the steps of a support case: the fields of each, and the command it records."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from domain.commands.command import Command
from domain.errors import Refusal
from domain.support import case_commands as commands
from domain.support.case import SupportCase
from domain.support.codes import CASE_STATUSES
from domain.support.entitlement import Entitlement, Period, entitlement
from domain.support.programme import Programme, programme_id
from projections.support import balances, programmes
from service.access.authorization import RequestContext, Rule, area_of, own_name
from service.access.permissions import Permission
from service.http.commands import Circumstances
from service.problems import NoSuchThing
from service.support import case_schemas as schemas
from service.support import places, words
from service.support.permissions import May
from service.ui import navigation
from service.ui.forms import Choice, Field, Form
from service.ui.i18n import lazy as _l

Body = dict[str, Any]


class SignedApprovalBody(schemas.ApprovalBody):
    """The approval, with the password typed again."""

    present = fields.String(required=True, validate=validate.Length(max=1000))


@dataclass(frozen=True, slots=True)
class CaseForm:
    """One step as a form. `statuses` are those of a case at which it is offered.

    `command` makes the command of a checked body; `beside` maps codes of refusals to fields.
    One that `takes_photos` has an input for them, and `attachments` in its body.
    """

    path: str
    title: Any
    records: Any
    button: Any
    may: Permission
    statuses: tuple[str, ...]
    body: type[Schema]
    fields: Callable[[RequestContext], tuple[Field, ...]]
    command: Callable[[UUID, Body], Command[Any]]
    beside: dict[str, str] = field(default_factory=dict)
    takes_photos: bool = False

    @property
    def rule(self) -> Rule:
        """The rule of its pages."""
        return Rule(self.may, places.case)

    @property
    def form(self) -> Form:
        """Its schema and its fields."""
        return Form(self.body, self.fields)


def case_of(context: RequestContext) -> SupportCase:
    """The case of the address, as it is in its events. Raises NoSuchThing."""
    case_id = (request.view_args or {})["case_id"]
    found = context.services.application.support.find(SupportCase, case_id)
    if found is None:
        raise NoSuchThing
    return found


def when(context: RequestContext, label: Any = "") -> Field:
    """The day of a step."""
    return Field(
        "effective_on", label or _("Ngày thực hiện"), "day", required=True,
        initial=context.today.isoformat(),
    )  # fmt: skip


def paper(*, required: bool = False) -> tuple[Field, ...]:
    """The paper that a step rests on."""
    return (
        Field("document.number", _("Số, ký hiệu văn bản"), required=required, most=60),
        Field("document.signed_on", _("Ngày ký văn bản"), "day"),
    )


def note() -> Field:
    """A note, which is sealed."""
    return Field("note", _("Ghi chú"), "area", most=2000)


def choices(names: dict[str, Any]) -> tuple[Choice, ...]:
    """Words of codes as choices."""
    return tuple(Choice(code, name) for code, name in names.items())


def due_of(context: RequestContext, case: SupportCase) -> Entitlement:
    """What the rates give for the period of a case; unknown where no rate is valid."""
    unknown = Entitlement(None, None, "unknown")
    programme = context.services.application.support.find(Programme, programme_id(case.programme))
    if programme is None:
        return unknown
    try:
        on = programme.first_day_of(case.benefit, case.period.first, case.period.last)
        benefit = programme.benefit(case.benefit, on)
        return entitlement(programme, benefit, case.period)
    except Refusal:
        return unknown


def said_of_rate(due: Entitlement) -> str:
    """What is known of the amount, as a sentence."""
    if due.amount is not None:
        return _("Mức hỗ trợ của kỳ: %(amount)s.", amount=words.money(due.amount))
    if due.at_most is not None:
        return _("Mức tối đa của kỳ: %(amount)s.", amount=words.money(due.at_most))
    return _("Chưa có mức hỗ trợ trong hệ thống. Nhập số tiền hoặc hiện vật theo văn bản.")


# ---- fields of each step ------------------------------------------------------------------------


def _assignment(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("account", _("Tài khoản thực hiện"), required=True, most=60,
              initial=own_name(context)),
        when(context),
    )  # fmt: skip


def _assessment(context: RequestContext) -> tuple[Field, ...]:
    due = due_of(context, case_of(context))
    amount = str(due.amount) if due.amount is not None else ""
    return (
        Field("amount", _("Số tiền hỗ trợ (đồng)"), "money", initial=amount,
              help=said_of_rate(due)),
        Field("quantity", _("Số lượng hiện vật"), "whole",
              help=_("Chỉ ghi khi hỗ trợ bằng hiện vật.")),
        Field("unit", _("Đơn vị tính của hiện vật"), most=60),
        when(context, _("Ngày thẩm định")),
        note(),
        *paper(),
    )  # fmt: skip


def lines_that_pay(
    context: RequestContext, area: str, programme: str, node: str
) -> tuple[Choice, ...]:
    """The budget lines of a programme that can pay for a node in an area, with what they hold."""
    directory, today = context.services.areas(), context.today
    found = context.services.application.support.find(Programme, programme_id(programme))
    with context.services.reading() as conn:
        lines = balances.balances(conn, areas=directory.offices_of(area, today))
    offered = []
    for one in lines:
        key = one.key
        if found is None or key.programme != programme or not found.is_below(node, key.node):
            continue
        years = str(key.spending_year)
        if key.carried:
            years = _("%(year)s, chuyển từ %(before)s", year=years, before=key.allocation_year)
        label = _(
            "%(source)s, năm %(years)s, %(area)s: còn %(amount)s",
            source=words.SOURCES[key.source], years=years,
            area=navigation.area_name(context, key.area, today),
            amount=words.money(one.totals.available),
        )  # fmt: skip
        offered.append(Choice(str(one.line), label))
    return tuple(offered)


def lines_of_area(context: RequestContext, area: str) -> tuple[Choice, ...]:
    """The budget lines of all programmes that can pay in an area, with what they hold."""
    with context.services.reading() as conn:
        rows = programmes.programmes(conn)
    nodes = {
        (row.code, one.node): words.title_of(row)
        for row in rows
        for one in row.benefits(context.today)
    }
    found: dict[str, Choice] = {}
    for (programme, node), title in nodes.items():
        for one in lines_that_pay(context, area, programme, node):
            found.setdefault(one.value, Choice(one.value, f"{title}: {one.label}"))
    return tuple(found.values())


def node_of(context: RequestContext, programme: str, benefit: str, period: Period) -> str:
    """The node of a benefit; "" where it is not defined in that period."""
    found = context.services.application.support.find(Programme, programme_id(programme))
    if found is None:
        return ""
    try:
        on = found.first_day_of(benefit, period.first, period.last)
        return found.benefit(benefit, on).node
    except Refusal:
        return ""


def _approval(context: RequestContext) -> tuple[Field, ...]:
    case = case_of(context)
    node = node_of(context, case.programme, case.benefit, case.period)
    lines = lines_that_pay(context, case.area, case.programme, node)
    return (
        Field("line_id", _("Nguồn vốn chi"), "choice", required=True, choices=lines,
              blank=_("chọn nguồn vốn"), initial=str(case.signed_line) if case.signed_by else "",
              help="" if lines else _("Chưa có nguồn vốn nào của chính sách này trong địa bàn. "
                                      "Công chức cấp tỉnh mở nguồn vốn và giao vốn trước.")),
        when(context, _("Ngày phê duyệt")),
        *paper(required=True),
        Field("present", _("Mật khẩu của anh/chị"), "password", required=True, most=1000,
              autocomplete="current-password", help=_("Nhập lại mật khẩu để ký phê duyệt.")),
    )  # fmt: skip


def _refusal(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("reasons", _("Lý do"), "many", required=True,
              choices=choices(words.REFUSAL_REASONS)),
        when(context, _("Ngày trả lời")),
        note(),
        *paper(),
    )  # fmt: skip


def _grant(context: RequestContext) -> tuple[Field, ...]:
    return when(context, _("Ngày quyết định")), *paper()


def _payment(context: RequestContext) -> tuple[Field, ...]:
    case = case_of(context)
    left = (case.amount or 0) - case.disbursed
    return (
        Field("amount", _("Số tiền chi trả lần này (đồng)"), "money", required=True,
              initial=str(left) if left > 0 else "",
              help=_("Đã phê duyệt %(all)s, đã chi %(paid)s.", all=words.money(case.amount or 0),
                     paid=words.money(case.disbursed))),
        when(context, _("Ngày chi trả")),
        *paper(),
    )  # fmt: skip


def _delivery(context: RequestContext) -> tuple[Field, ...]:
    case = case_of(context)
    asked: tuple[Field, ...] = ()
    if case.quantity is not None:
        left = case.quantity - case.delivered
        asked = (Field("quantity", _("Số lượng đã giao"), "whole", initial=str(left)),)
    return *asked, when(context, _("Ngày bàn giao")), *paper()


def _confirmation(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("means", _("Hộ xác nhận bằng"), "radio", required=True,
              choices=choices(words.CONFIRMATIONS)),
        when(context, _("Ngày xác nhận")),
    )  # fmt: skip


def _day_alone(context: RequestContext) -> tuple[Field, ...]:
    return (when(context),)


def _follow_up(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("outcome", _("Kết quả"), "radio", required=True, choices=choices(words.FOLLOW_UPS)),
        when(context, _("Ngày kiểm tra")),
        note(),
    )


def _transfer(context: RequestContext) -> tuple[Field, ...]:
    now = area_of(context, case_of(context).household_id)
    name = navigation.area_name(context, now, context.today) if now else ""
    return (
        Field("area", _("Xã, phường hiện nay của hộ"), "choice", required=True,
              choices=(Choice(now, name),), initial=now,
              help=_("Ghi sau khi hộ đã chuyển nơi ở trong hồ sơ hộ.")),
        when(context),
        *paper(),
    )  # fmt: skip


def _noted(context: RequestContext) -> tuple[Field, ...]:
    return when(context), note()


_DAYS = {
    "support_effective_in_future": "effective_on",
    "effective_in_future": "effective_on",
    "does_not_qualify": "effective_on",
    "case_step_too_early": "effective_on",
    "double_grant": "effective_on",
    "support_document_missing": "document.number",
}
_AMOUNTS = {
    "rate_not_valid": "amount",
    "amount_not_by_rate": "amount",
    "amount_needed": "amount",
    "money_invalid": "amount",
    "quantity_invalid": "quantity",
}

FORMS = (
    CaseForm(
        "tham-dinh", _l("Thẩm định hồ sơ"),
        _l("Kiểm tra hộ có thuộc đối tượng vào ngày thẩm định và xác định mức hỗ trợ."),
        _l("Lưu kết quả thẩm định"), May.WORK_ON_CASES, ("requested", "assessed"),
        schemas.AssessmentBody, _assessment,
        lambda id_, body: commands.AssessCase(
            id_, body["amount"], body["quantity"], body["unit"], body["attachments"],
            body["note"]),
        {**_DAYS, **_AMOUNTS}, takes_photos=True,
    ),
    CaseForm(
        "phe-duyet", _l("Phê duyệt hồ sơ"),
        _l("Ký phê duyệt số tiền đã thẩm định; số tiền được giữ lại ở nguồn vốn đã chọn."),
        _l("Ký phê duyệt"), May.APPROVE_CASES, ("assessed",),
        SignedApprovalBody, _approval,
        lambda id_, body: commands.ApproveCase(id_, body["line_id"]),
        {**_DAYS, "money_missing": "line_id", "money_not_of_that_year": "effective_on",
         "line_of_another_project": "line_id", "signed_for_another_line": "line_id"},
    ),
    CaseForm(
        "khong-phe-duyet", _l("Không phê duyệt"),
        _l("Trả lời không phê duyệt, nêu lý do để thông báo cho hộ."),
        _l("Lưu trả lời"), May.APPROVE_CASES, ("requested", "assessed"),
        schemas.RefusalBody, _refusal,
        lambda id_, body: commands.RefuseCase(id_, tuple(body["reasons"]), body["note"]),
        {**_DAYS, "case_reasons_missing": "reasons"},
    ),
    CaseForm(
        "quyet-dinh", _l("Quyết định hỗ trợ"),
        _l("Ghi quyết định hỗ trợ: khoản hỗ trợ vào lịch sử của hộ."),
        _l("Lưu quyết định"), May.WORK_ON_CASES, ("approved",),
        Circumstances, _grant, lambda id_, body: commands.GrantCase(id_), _DAYS,
    ),
    CaseForm(
        "chi-tra", _l("Chi trả"), _l("Ghi số tiền chi trả cho hộ; có thể chi nhiều lần."),
        _l("Lưu lần chi trả"), May.WORK_ON_CASES, ("granted",),
        schemas.PaymentBody, _payment,
        lambda id_, body: commands.DisburseCase(id_, body["amount"]),
        {**_DAYS, "commitment_exceeded": "amount", "money_invalid": "amount",
         "money_not_of_that_year": "effective_on"},
    ),
    CaseForm(
        "ban-giao", _l("Bàn giao cho hộ"), _l("Tiền, hiện vật hoặc dịch vụ đã đến hộ."),
        _l("Lưu bàn giao"), May.WORK_ON_CASES, ("granted",),
        schemas.DeliveryBody, _delivery,
        lambda id_, body: commands.DeliverCase(id_, body["quantity"], body["attachments"]),
        {**_DAYS, "quantity_invalid": "quantity"}, takes_photos=True,
    ),
    CaseForm(
        "xac-nhan", _l("Hộ xác nhận đã nhận"),
        _l("Hộ ký, điểm chỉ, hoặc đơn vị chi trả xác nhận."),
        _l("Lưu xác nhận"), May.WORK_ON_CASES, ("granted",),
        schemas.ConfirmationBody, _confirmation,
        lambda id_, body: commands.ConfirmCase(id_, body["means"], body["attachments"]),
        _DAYS, takes_photos=True,
    ),
    CaseForm(
        "doi-chieu", _l("Đối chiếu"),
        _l("Số đã phê duyệt, đã chi trả và đã bàn giao khớp nhau."),
        _l("Ghi đã đối chiếu khớp"), May.WORK_ON_CASES, ("granted",),
        Circumstances, _day_alone, lambda id_, body: commands.ReconcileCase(id_), _DAYS,
    ),
    CaseForm(
        "theo-doi", _l("Theo dõi sau hỗ trợ"), _l("Ghi hỗ trợ có tác dụng với hộ hay không."),
        _l("Lưu kết quả theo dõi"), May.WORK_ON_CASES, ("granted", "closed"),
        schemas.FollowUpBody, _follow_up,
        lambda id_, body: commands.FollowUpCase(id_, body["outcome"], body["note"]), _DAYS,
    ),
    CaseForm(
        "ghi-chu", _l("Thêm ghi chú, ảnh"),
        _l("Ghi chú và ảnh được mã hóa, chỉ tài khoản có quyền xem; mỗi lần xem được ghi lại."),
        _l("Lưu ghi chú"), May.WORK_ON_CASES, tuple(CASE_STATUSES),
        schemas.CaseNoteBody, _noted,
        lambda id_, body: commands.NoteCase(id_, body["note"], body["attachments"]),
        {**_DAYS, "case_note_missing": "note"}, takes_photos=True,
    ),
    CaseForm(
        "phan-cong", _l("Giao người thực hiện"), _l("Giao hồ sơ cho một tài khoản."),
        _l("Lưu phân công"), May.WORK_ON_CASES, ("requested", "assessed", "approved", "granted"),
        schemas.AssignmentBody, _assignment,
        lambda id_, body: commands.AssignCase(id_, body["account"]), _DAYS,
    ),
    CaseForm(
        "chuyen", _l("Chuyển hồ sơ theo hộ"),
        _l("Hộ đã chuyển đến xã, phường khác: chuyển hồ sơ đến đó."),
        _l("Chuyển hồ sơ"), May.WORK_ON_CASES,
        ("requested", "assessed", "approved", "granted", "closed"),
        schemas.CaseTransferBody, _transfer,
        lambda id_, body: commands.TransferCase(id_, body["area"]),
        {**_DAYS, "household_not_there": "area"},
    ),
    CaseForm(
        "ket-thuc", _l("Kết thúc hồ sơ"),
        _l("Phần tiền chưa chi của hồ sơ trở lại nguồn vốn."),
        _l("Kết thúc hồ sơ"), May.WORK_ON_CASES, ("requested", "assessed", "approved", "granted"),
        schemas.NoteBody, _noted,
        lambda id_, body: commands.CloseCase(id_, body["note"]), _DAYS,
    ),
    CaseForm(
        "mo-lai", _l("Mở lại hồ sơ"), _l("Làm tiếp hồ sơ đã kết thúc hoặc không được phê duyệt."),
        _l("Mở lại hồ sơ"), May.WORK_ON_CASES, ("refused", "closed"),
        schemas.NoteBody, _noted,
        lambda id_, body: commands.ReopenCase(id_, body["note"]), _DAYS,
    ),
)  # fmt: skip
