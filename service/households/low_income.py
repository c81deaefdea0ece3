"""Low-income workers: a signed decision recognises a member, or withdraws the recognition."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.households import codes
from domain.households import events as e
from domain.households.low_income import (
    RECOGNISED,
    Judgement,
    RecogniseLowIncomeWorker,
    WithdrawLowIncomeRecognition,
    judge,
)
from domain.standards import Standard
from domain.standards.reasons import sentences
from domain.text import NOTE
from projections.households.sentences import code
from service.access.authorization import RequestContext
from service.households import preview
from service.households.bodies import A_PERSON, EXAMPLE_PAPER, PaperSchema
from service.households.commands import MAY_SIGN, ONE, CommandRoute, of_fields
from service.households.decisions import ComparisonSchema, survey_field
from service.households.event_details import (
    Details,
    Tellers,
    compared,
    details,
    edition,
    reasons_of,
)
from service.households.form import Body, FormContext, HouseholdForm, Preview, paper, when
from service.http.commands import Circumstances, DocumentSchema
from service.http.parsing import Code, Output, Text
from service.ui.forms import Choice, Field, Section
from service.ui.i18n import lazy as _l

_RECOGNISE = _l("Quyết định công nhận người lao động có thu nhập thấp")
_WITHDRAW = _l("Chấm dứt công nhận người lao động có thu nhập thấp")


class LowIncomeBody(Circumstances):
    """A signed decision that recognises a member; its paper stands in `document`."""

    document = fields.Nested(DocumentSchema, required=True)
    person_id = fields.UUID(required=True)
    survey_id = fields.UUID(load_default=None, allow_none=True)
    override_reason = Text(NOTE)


class LowIncomeWithdrawalBody(Circumstances):
    """A signed decision that withdraws a recognition from `effective_on` on."""

    document = fields.Nested(DocumentSchema, required=True)
    person_id = fields.UUID(required=True)
    reasons = fields.List(
        Code(codes.LOW_INCOME_WITHDRAWALS),
        required=True,
        validate=validate.Length(min=1, max=len(codes.LOW_INCOME_WITHDRAWALS)),
    )


class LowIncomeSchema(Output):
    """One recognition of a member as a low-income worker; `until` is the first day without it."""

    person_id = fields.UUID(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    ended_by = fields.String(required=True, metadata={"enum": ["", "withdrawn", "left"]})
    withdrawn_for = fields.List(fields.String(), required=True)
    seq = fields.Integer(required=True)
    standard = fields.String(required=True)
    standard_digest = fields.String(required=True)
    proposed = fields.String(required=True, metadata={"enum": ["", *codes.LOW_INCOME_OUTCOMES]})
    override_reason = fields.String(required=True)
    document = fields.Nested(PaperSchema, required=True, allow_none=True)
    survey_id = fields.UUID(required=True, allow_none=True)
    round_id = fields.UUID(required=True, allow_none=True)
    comparisons = fields.List(fields.Nested(ComparisonSchema), required=True)
    reasons = fields.List(fields.String(), required=True)


class LowIncomeShown(Output):
    """The low-income workers of a household as the API shows them."""

    low_income = fields.List(fields.Nested(LowIncomeSchema), required=True)


RECOGNISE = CommandRoute(
    "recognise_low_income_worker",
    f"{ONE}/low-income-workers",
    MAY_SIGN,
    LowIncomeBody,
    of_fields(RecogniseLowIncomeWorker),
    example={
        "effective_on": "2026-10-23",
        "document": {**EXAMPLE_PAPER, "number": "41/QĐ-UBND", "signed_on": "2026-10-23"},
        "person_id": A_PERSON,
    },
    summary="Record a signed decision that recognises a member as a low-income worker.",
)
WITHDRAW = CommandRoute(
    "withdraw_low_income_recognition",
    f"{ONE}/low-income-withdrawals",
    MAY_SIGN,
    LowIncomeWithdrawalBody,
    of_fields(WithdrawLowIncomeRecognition, reasons=lambda body: tuple(body["reasons"])),
    example={
        "effective_on": "2026-11-20",
        "document": {**EXAMPLE_PAPER, "number": "52/QĐ-UBND", "signed_on": "2026-11-20"},
        "person_id": A_PERSON,
        "reasons": ["income_above"],
    },
    summary="Record a signed decision that withdraws the recognition of a low-income worker.",
)


def _recognition(form: FormContext) -> tuple[Section, ...]:
    return (
        paper(required=True),
        Section(
            _("Người được công nhận"),
            (
                when(form, _("Ngày có hiệu lực")),
                Field("person_id", _("Người lao động"), "choice", required=True,
                      choices=form.members, blank=_("chọn thành viên hộ")),
                survey_field(form),
                Field("override_reason", _("Lý do công nhận khi thu nhập vượt mức trần"), "area",
                      help=_("Bắt buộc khi thu nhập của phiếu vượt mức trần.")),
            ),
        ),
    )  # fmt: skip


def _withdrawal(form: FormContext) -> tuple[Section, ...]:
    return (
        paper(required=True),
        Section(
            _("Chấm dứt công nhận"),
            (
                when(form, _("Chấm dứt công nhận từ ngày")),
                Field("person_id", _("Người lao động"), "choice", required=True,
                      choices=lambda: recognised(form), blank=_("chọn người đang được công nhận")),
                Field("reasons", _("Lý do"), "many", required=True,
                      choices=form.words(codes.LOW_INCOME_WITHDRAWALS)),
            ),
        ),
    )  # fmt: skip


def recognised(form: FormContext) -> tuple[Choice, ...]:
    """The members who are recognised now, as choices."""
    now = {one.person_id for one in form.household["low_income"] if one.until is None}
    people = form.household["members"]
    return tuple(
        Choice(str(one["person_id"]), one["name"]) for one in people if one["person_id"] in now
    )


def _preview(form: FormContext, body: Body) -> tuple[Preview, ...]:
    """What the standard of the day gives for the survey that the decision names."""
    day = preview.day_of(form, body)
    if isinstance(day, Preview):
        return (day,)
    standard = preview.standard_on(form, day)
    if standard is None:
        return (Preview(_("Không có chuẩn nào có hiệu lực vào ngày đó"), result=False),)
    figures = preview.of_named_survey(form, body)
    judged = judge(standard, figures, form.household["class_"])
    return (told(judged, standard, form.language),)


def told(judged: Judgement, standard: Standard, language: str) -> Preview:
    """A judgement in words; one that cannot say tells what is not on record."""
    said = sentences(standard, judged.reasons, language)
    if not judged.outcome:
        return Preview(
            _("Chưa so được với mức trần"),
            (*said, _("Người có thẩm quyền quyết định và ghi kết quả.")),
            result=False,
        )
    name = code(codes.LOW_INCOME_OUTCOMES, judged.outcome, language)
    result = judged.outcome == RECOGNISED
    return Preview(_("Kết quả dự kiến: %(name)s", name=name), said, result=result)


def _recognised(
    context: RequestContext, event: e.LowIncomeWorkerRecognised, language: str
) -> Details:
    standard = edition(context, event.standard, event.standard_digest)
    proposed = event.proposed
    said = details(
        (_("Chuẩn"), standard.title.in_language(language) if standard else ""),
        (_("Mã chuẩn"), event.standard),
        (_("Mã kiểm chứng của chuẩn"), event.standard_digest),
        (_("Kết quả tính theo chuẩn"),
         code(codes.LOW_INCOME_OUTCOMES, proposed, language) if proposed else ""),
        (_("Lý do công nhận khác"), event.override_reason),
    )  # fmt: skip
    return replace(
        said,
        comparisons=compared(event.comparisons, language),
        reasons=reasons_of(standard, event.reasons, language),
    )


def _withdrawn(
    _context: RequestContext, event: e.LowIncomeRecognitionWithdrawn, language: str
) -> Details:
    reasons = [code(codes.LOW_INCOME_WITHDRAWALS, one, language) for one in event.reasons]
    return details((_("Lý do"), "; ".join(reasons)))


COMMANDS = (RECOGNISE, WITHDRAW)
FORMS = (
    HouseholdForm(
        "low_income", "thu-nhap-thap", _RECOGNISE,
        _l(
            "Ghi quyết định đã ký công nhận một thành viên hộ là người lao động có thu nhập thấp. "
            "Hộ không phải là hộ nghèo, hộ cận nghèo; rà soát viên của hộ không được ký quyết định."
        ),
        "standing", RECOGNISE, _recognition, preview=_preview, button=_l("Lưu quyết định"),
    ),
    HouseholdForm(
        "low_income_withdrawal", "cham-dut-thu-nhap-thap", _WITHDRAW,
        _l(
            "Ghi quyết định đã ký chấm dứt công nhận người lao động có thu nhập thấp. Chưa thấy "
            "văn bản quy định khi nào chấm dứt công nhận; lý do là của cơ quan."
        ),
        "standing", WITHDRAW, _withdrawal, button=_l("Lưu quyết định"),
    ),
)  # fmt: skip
DETAILS: Tellers = {
    e.LowIncomeWorkerRecognised: _recognised,
    e.LowIncomeRecognitionWithdrawn: _withdrawn,
}


def is_doubted(household: dict[str, Any]) -> bool:
    """Whether a member is recognised although the household is poor or near-poor now."""
    standing = any(one.until is None for one in household["low_income"])
    return standing and household["class_"] in codes.LISTED


def shown(people: dict[Any, str], states: list[Any]) -> list[tuple[str, Any]]:
    """The recognitions of a household with names, those that stand first, then the latest."""
    ordered = sorted(states, key=lambda one: (one.until is not None, -one.since.toordinal()))
    return [(people.get(one.person_id, ""), one) for one in ordered]
