"""Certificates of a household: given, withdrawn, replaced, and what is shown of them."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import fields

from domain.households import codes
from domain.households import events as e
from domain.households.certificates import (
    LAST_SERIAL,
    IssueCertificate,
    ReplaceCertificate,
    WithdrawCertificate,
)
from domain.text import NAME
from projections.households.sentences import code
from service.access.authorization import RequestContext
from service.households.bodies import PaperSchema
from service.households.commands import MAY_SIGN, ONE, CommandRoute, of_fields
from service.households.event_details import Details, Tellers, details
from service.households.form import FormContext, HouseholdForm, paper, when
from service.http.commands import Circumstances
from service.http.parsing import Code, Output, Text, Whole
from service.ui.forms import Choice, Field, Section
from service.ui.i18n import lazy as _l
from service.ui.render import day

A_CERTIFICATE = "7c2f7d0a-3f0e-5d52-9d4b-0b6c5a1f2e33"
_REPLACE = _l("Cấp lại giấy chứng nhận")
_WITHDRAW = _l("Thu hồi giấy chứng nhận")


class CertificateBody(Circumstances):
    """A certificate; it is dated on `effective_on`, and rests on the decision in force that day."""

    signer = Text(NAME, least=1, required=True, metadata={"example": "Nguyễn Thị Ẩn"})
    serial = Whole(
        1,
        LAST_SERIAL,
        load_default=None,
        allow_none=True,
        metadata={"description": 'The number before "/GCN-HN.HCN"; left out, the next one.'},
    )


class CertificateReplacementBody(CertificateBody):
    """A new certificate in the place of one that was given."""

    certificate_id = fields.UUID(required=True)
    reason = Code(codes.CERTIFICATE_REPLACEMENTS, required=True)


class CertificateWithdrawalBody(Circumstances):
    """A certificate is taken back."""

    certificate_id = fields.UUID(required=True)
    reason = Code(codes.CERTIFICATE_WITHDRAWALS, required=True)


class CertificateSchema(Output):
    """One certificate. `ended_on` is the first day on which it is not valid, null while it is."""

    certificate_id = fields.UUID(required=True)
    number = fields.String(required=True)
    on = fields.Date(required=True)
    seq = fields.Integer(required=True)
    class_ = fields.String(required=True, data_key="class")
    area = fields.String(required=True)
    rests_on = fields.Nested(PaperSchema, required=True)
    signer = fields.String(required=True)
    ended_on = fields.Date(required=True, allow_none=True)
    ended_by = fields.String(required=True)
    reason = fields.String(required=True)
    replaced_by = fields.UUID(required=True, allow_none=True)


class CertificatesShown(Output):
    """The certificates of a household as the API shows them."""

    certificates = fields.List(fields.Nested(CertificateSchema), required=True)


ISSUE = CommandRoute(
    "issue_certificate",
    f"{ONE}/certificates",
    MAY_SIGN,
    CertificateBody,
    of_fields(IssueCertificate),
    example={"effective_on": "2022-12-20", "signer": "Nguyễn Thị Ẩn"},
    summary="Give the household a certificate. `created` of the answer is its id.",
)
REPLACE = CommandRoute(
    "replace_certificate",
    f"{ONE}/certificate-replacements",
    MAY_SIGN,
    CertificateReplacementBody,
    of_fields(ReplaceCertificate),
    example={
        "effective_on": "2023-02-01",
        "certificate_id": A_CERTIFICATE,
        "reason": "lost",
        "signer": "Nguyễn Thị Ẩn",
    },
    summary="Give a new certificate in the place of one. `created` is the id of the new one.",
)
WITHDRAW = CommandRoute(
    "withdraw_certificate",
    f"{ONE}/certificate-withdrawals",
    MAY_SIGN,
    CertificateWithdrawalBody,
    of_fields(WithdrawCertificate),
    example={
        "effective_on": "2023-02-01",
        "certificate_id": A_CERTIFICATE,
        "reason": "class_changed",
    },
    summary="Take a certificate back.",
)


def standing(household: dict[str, Any]) -> list[Any]:
    """The certificates of a household that were neither withdrawn nor replaced, newest first."""
    given = [one for one in household["certificates"] if not one.reason]
    return sorted(given, key=lambda one: (one.on, one.seq), reverse=True)


def _given(form: FormContext) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"{one.certificate_id}", _("Số %(number)s ngày %(day)s", number=one.number,
                                          day=day(one.on)))
        for one in standing(form.household)
    )  # fmt: skip


def _which(form: FormContext, reasons: dict[str, str], label: str) -> tuple[Field, ...]:
    return (
        Field("certificate_id", _("Giấy chứng nhận"), "choice", required=True,
              choices=lambda: _given(form)),
        Field("reason", label, "choice", required=True, choices=form.words(reasons), blank=""),
    )  # fmt: skip


def _signature(form: FormContext) -> tuple[Field, ...]:
    return (
        when(form, _("Ngày cấp")),
        Field("signer", _("Người ký (họ và tên)"), required=True, most=200),
        Field("serial", _("Số thứ tự"), "whole",
              help=_("Để trống thì lấy số tiếp theo trong năm của xã, phường.")),
    )  # fmt: skip


def _issuing(form: FormContext) -> tuple[Section, ...]:
    return (Section(_("Giấy chứng nhận"), _signature(form)), paper())


def _replacing(form: FormContext) -> tuple[Section, ...]:
    which = _which(form, codes.CERTIFICATE_REPLACEMENTS, _("Lý do cấp lại"))
    return (
        Section(_("Giấy được thay"), which),
        Section(_("Giấy mới"), _signature(form)),
        paper(),
    )


def _withdrawing(form: FormContext) -> tuple[Section, ...]:
    which = _which(form, codes.CERTIFICATE_WITHDRAWALS, _("Lý do thu hồi"))
    return (Section(_WITHDRAW, (*which, when(form, _("Ngày thu hồi")))), paper())


def _issued(_context: RequestContext, event: e.CertificateIssued, language: str) -> Details:
    return details(
        (_("Số"), event.number),
        (_("Phân loại"), code(codes.CLASSES, event.class_, language)),
        (_("Theo quyết định"), event.rests_on.number),
        (_("Ngày quyết định"), day(event.rests_on.signed_on)),
        (_("Người ký"), event.signer),
    )


COMMANDS = (ISSUE, REPLACE, WITHDRAW)
FORMS = (
    HouseholdForm(
        "issue_certificate",
        "cap-giay-chung-nhan",
        _l("Cấp giấy chứng nhận"),
        _l("Cấp giấy chứng nhận hộ nghèo, hộ cận nghèo (Mẫu 03) theo quyết định đang có hiệu lực."),
        "standing",
        ISSUE,
        _issuing,
    ),
    HouseholdForm(
        "replace_certificate",
        "cap-lai-giay-chung-nhan",
        _REPLACE,
        _l(
            "Cấp giấy mới thay giấy đã cấp. Từ ngày cấp giấy mới, giấy cũ không còn hiệu lực. "
            "Chưa thấy văn bản quy định việc cấp lại; ghi theo quyết định của UBND cấp xã."
        ),
        "standing",
        REPLACE,
        _replacing,
    ),
    HouseholdForm(
        "withdraw_certificate",
        "thu-hoi-giay-chung-nhan",
        _WITHDRAW,
        _l(
            "Từ ngày thu hồi, giấy không còn hiệu lực. Chưa thấy văn bản quy định việc thu hồi; "
            "ghi theo quyết định của UBND cấp xã."
        ),
        "standing",
        WITHDRAW,
        _withdrawing,
        grave=True,
        button=_l("Thu hồi"),
    ),
)
DETAILS: Tellers = {e.CertificateIssued: _issued}
