"""Surveys of a household: the quick screening (form A) and the survey (form B)."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from marshmallow import ValidationError, fields, validate

from domain.commands.command import Outcome
from domain.households import codes
from domain.households import events as e
from domain.households.handler import HouseholdCommand
from domain.households.surveys import RecordScreening, RecordSurvey, SurveyInput
from domain.standards import Standard
from domain.text import CODE, NAME, NOTE
from projections.households.sentences import code
from service.access.authorization import RequestContext
from service.households import attachments, preview
from service.households.attachments import PREFIX
from service.households.commands import (
    MAY_SCREEN,
    MAY_SURVEY,
    ONE,
    CommandRoute,
    of_fields,
    run,
    without_circumstances,
)
from service.households.event_details import Details, Line, Tellers, area_type, details, money
from service.households.file_view import HouseholdView
from service.households.form import Body, FormContext, HouseholdForm, paper, when
from service.http.commands import Circumstances
from service.http.parsing import Code, Money, OptionalText, Output, Text, Whole
from service.ui import labels
from service.ui.forms import Choice, Field, Section
from service.ui.i18n import lazy as _l

FORM_A, FORM_B = "A/TT07-2021", "B/TT07-2021"
PER_HEAD = _l("Đồng/người/tháng, ví dụ 1.200.000.")


class Answered(fields.Dict):
    """Answers of a form by item code: texts, whole numbers, yes or no, lists of texts."""

    def __init__(self, **kwargs: Any) -> None:
        texts = {"type": "string", "maxLength": NOTE}
        super().__init__(
            keys=Text(60, least=1),
            metadata={
                "additionalProperties": {
                    "anyOf": [
                        texts,
                        {"type": "integer", "minimum": -(2**53), "maximum": 2**53},
                        {"type": "boolean"},
                        {"type": "null"},
                        {"type": "array", "items": texts, "maxItems": 100},
                    ]
                },
                "description": "Answers by item code. Must hold no personal data.",
            },
            **kwargs,
        )

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        answers = super()._deserialize(value, attr, data, **kwargs)
        if len(answers) > 300:
            raise ValidationError("Longer than maximum length 300.")
        for answer in answers.values():
            if not self._fits(answer):
                raise ValidationError("Not a valid answer: text, whole number, yes or no, list.")
        return answers

    @staticmethod
    def _fits(answer: Any) -> bool:
        if isinstance(answer, list):
            return len(answer) <= 100 and all(
                isinstance(text, str) and len(text) <= NOTE for text in answer
            )
        if isinstance(answer, int):
            return abs(answer) <= 2**53
        return answer is None or (isinstance(answer, str) and len(answer) <= NOTE)


class ScreeningBody(Circumstances):
    """Form A: the quick screening of a household that asked to be reviewed."""

    form = Text(CODE, least=1, required=True, metadata={"example": "A/TT07-2021"})
    answers = Answered(load_default=dict)
    outcome = Code(codes.SCREENINGS, required=True)
    override_reason = OptionalText(NOTE)


class SurveyBody(Circumstances):
    """Form B: give the income with the deprivations, or both scores, or all of them."""

    form = Text(CODE, least=1, required=True, metadata={"example": "B/TT07-2021"})
    area_type = Code(codes.AREA_TYPES, required=True)
    surveyor = Text(CODE, about="Account of who surveyed; left out, whoever sends this.")
    score_card = OptionalText(CODE)
    answers = Answered(load_default=dict)
    income = Money(allow_none=True, metadata={"description": "VND per head and month."})
    b1 = Whole(0, 10_000, allow_none=True)
    b2 = Whole(0, 10_000, allow_none=True)
    deprived = fields.List(
        Text(CODE, least=1),
        allow_none=True,
        validate=validate.Length(max=50),
        metadata={"description": "Codes of the deprived indicators of the standard."},
    )
    place = OptionalText(NAME)
    attachments = fields.List(
        fields.String(validate=validate.Regexp("^[0-9a-f]{64}$")),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": "SHA-256 of each attachment, in hex."},
    )


class SurveySchema(Output):
    """One survey; its raw answers are in the history."""

    survey_id = fields.UUID(required=True)
    on = fields.Date(required=True)
    seq = fields.Integer(required=True)
    form = fields.String(required=True)
    area_type = fields.String(required=True)
    surveyor = fields.String(required=True)
    score_card = fields.String(required=True)
    income = fields.Integer(required=True, allow_none=True)
    b1 = fields.Integer(required=True, allow_none=True)
    b2 = fields.Integer(required=True, allow_none=True)
    deprived = fields.List(fields.String(), required=True, allow_none=True)
    attachments = fields.List(fields.String(), required=True)


class ScreeningSchema(Output):
    """One quick screening."""

    on = fields.Date(required=True)
    seq = fields.Integer(required=True)
    form = fields.String(required=True)
    outcome = fields.String(required=True)
    override_reason = fields.String(required=True)


class SurveysShown(Output):
    """The surveys and screenings of a household as the API shows them."""

    surveys = fields.List(fields.Nested(SurveySchema), required=True)
    screenings = fields.List(fields.Nested(ScreeningSchema), required=True)


def _survey_of(context: RequestContext, household_id: UUID) -> HouseholdCommand:
    """The survey; without a surveyor, by the account that sends it."""
    given = without_circumstances(context.body)
    if given.get("deprived") is not None:
        given["deprived"] = tuple(given["deprived"])
    given["attachments"] = tuple(given["attachments"])
    survey = SurveyInput(**{"surveyor": context.actor.account, **given})
    return RecordSurvey(household_id, survey)


def _record(context: RequestContext, command: HouseholdCommand, reading: HouseholdView) -> Outcome:
    """Runs the survey; what it names is not swept away while it is on its way."""
    if isinstance(command, RecordSurvey) and (command.survey.attachments or command.survey.place):
        with context.services.reading() as conn:
            attachments.note_named(
                conn, command.household_id, command.survey, context.services.clock()
            )
    return run(context, command, reading)


SCREEN = CommandRoute(
    "screen",
    f"{ONE}/screenings",
    MAY_SCREEN,
    ScreeningBody,
    of_fields(RecordScreening),
    example={
        "effective_on": "2022-09-10",
        "form": "A/TT07-2021",
        "answers": {"motorbike": False, "three_or_more": False},
        "outcome": "survey",
    },
    summary="Record form A, the quick screening.",
)
SURVEY = CommandRoute(
    "survey",
    f"{ONE}/surveys",
    MAY_SURVEY,
    SurveyBody,
    _survey_of,
    example={
        "effective_on": "2022-09-15",
        "form": "B/TT07-2021",
        "area_type": "urban",
        "income": 1_200_000,
        "deprived": ["health_insurance", "housing_quality", "latrine"],
        "answers": {"household_size": 2},
    },
    summary="Record form B, the survey. `created` of the answer is the survey's id.",
    execute=_record,
)


def area_types(first: str = "") -> tuple[Choice, ...]:
    """Urban and rural as choices; before them an empty one that says `first`."""
    given = tuple(Choice(code, label) for code, label in labels.AREA_TYPES.items())
    return (Choice("", first), *given) if first else given


def _screening(form: FormContext) -> tuple[Section, ...]:
    return (
        Section(
            _("Nhận dạng nhanh"),
            (
                when(form, _("Ngày nhận dạng")),
                Field("form", _("Mẫu phiếu"), initial=FORM_A, required=True, most=60),
                Field(
                    "outcome", _("Kết quả"), "choice", choices=form.words(codes.SCREENINGS),
                    required=True, initial="survey",
                ),
                Field(
                    "override_reason", _("Lý do kết luận khác kết quả Phiếu A"), "area",
                    help=_(
                        "Chỉ ghi khi rà soát viên kết luận khác với số chỉ tiêu trên Phiếu A "
                        "(cột 01 đến cột 09)."),
                ),
            ),
        ),
        paper(),
    )  # fmt: skip


def _survey(form: FormContext) -> tuple[Section, ...]:
    return (
        Section(
            _("Thông tin chung của phiếu"),
            (
                when(
                    form, _("Ngày thu thập thông tin"),
                    _("Ngày đến hộ, không phải ngày nhập máy."),
                ),
                Field("form", _("Mẫu phiếu"), initial=FORM_B, required=True, most=60),
                Field(
                    "area_type", _("Khu vực"), "choice", choices=area_types(),
                    initial=lambda: preview.area_type_on(form, form.day), required=True,
                    help=_("Theo nơi hộ đang cư trú. Mỗi khu vực có mức chuẩn riêng."),
                ),
                Field(
                    "surveyor", _("Tài khoản rà soát viên"),
                    help=_("Để trống nếu rà soát viên là người đang nhập."), most=60,
                ),
                Field("place", _("Nơi thu thập thông tin"), most=200),
            ),
        ),
        _figures(),
        deprivations(form),
        paper(),
    )  # fmt: skip


def _figures() -> Section:
    return Section(
        _("Thu nhập và điểm"),
        (
            Field("income", _("Thu nhập bình quân"), "money", help=PER_HEAD),
            Field("b1", _("Điểm B1 (thu nhập)"), "whole"),
            Field("b2", _("Điểm B2 (thiếu hụt)"), "whole"),
            Field("score_card", _("Bảng điểm đã dùng"), most=60),
        ),
        help=_("Nhập thu nhập và các chỉ số thiếu hụt bên dưới, hoặc nhập cả điểm B1 và B2."),
    )


def deprivations(form: FormContext) -> Section:
    """The indicators of the standard of the day, to be ticked."""

    def standard() -> Standard | None:
        return preview.standard_on(form, form.day)

    def indicators() -> tuple[Choice, ...]:
        in_force = standard()
        return tuple(
            Choice(
                one.code,
                one.name.in_language(form.language),
                help=_said(one.deprived_when, form.language),
                group=_said(one.dimension, form.language),
            )
            for one in (in_force.indicators if in_force else ())
        )

    def title() -> str:
        in_force = standard()
        if in_force is None:
            return _("Không có chuẩn vào ngày này.")
        return in_force.title.in_language(form.language)

    return Section(
        _("Các chỉ số thiếu hụt"),
        (Field("deprived", _("Đánh dấu chỉ số mà hộ thiếu hụt"), "many", choices=indicators),),
        help=title,
    )


def _said(words: Any, language: str) -> str:
    """Something of a standard that is said in both languages; "" where it says nothing."""
    return str(words.en if language == "en" else words.vi) if words else ""


def _tidy_survey(body: Body) -> Body:
    """No income and nothing ticked: the deprivations were not asked about."""
    if "income" not in body and not body.get("deprived"):
        body.pop("deprived", None)
    return body


def _screened(_context: RequestContext, event: e.Screened, language: str) -> Details:
    return details(
        (_("Mẫu phiếu"), event.form),
        (_("Kết quả"), code(codes.SCREENINGS, event.outcome, language)),
        (_("Lý do kết luận khác kết quả Phiếu A"), event.override_reason),
        *_answers(event.answers),
    )


def _surveyed(_context: RequestContext, event: e.Surveyed, language: str) -> Details:
    deprived = event.deprived
    return details(
        (_("Mẫu phiếu"), event.form),
        (_("Bảng điểm"), event.score_card),
        (_("Khu vực"), area_type(event.area_type, language)),
        (_("Thu nhập bình quân"), money(event.income)),
        ("B1", event.b1),
        ("B2", event.b2),
        (
            _("Chỉ số thiếu hụt"),
            None if deprived is None else ", ".join(deprived) or _("không có"),
        ),
        (_("Rà soát viên"), event.surveyor),
        (
            _("Nơi thu thập thông tin"),
            _kept(event, event.place.removeprefix(PREFIX))
            if event.place.startswith(PREFIX)
            else event.place,
        ),
        *_answers(event.answers),
        *((_("Tệp đính kèm (SHA-256)"), _kept(event, one)) for one in event.attachments),
    )


def _kept(event: e.Surveyed, digest: str) -> Markup:
    """A link to what is sealed under a digest."""
    household_id = event.originator_id
    address = url_for("attachments_pages.attachment", household_id=household_id, digest=digest)
    return Markup('<a href="{}">{}</a>').format(address, digest)


def _answers(answers: dict[str, Any]) -> tuple[Line, ...]:
    return tuple(
        (item, ", ".join(answer) if isinstance(answer, list) else answer)
        for item, answer in answers.items()
    )


COMMANDS = (SCREEN, SURVEY)
FORMS = (
    HouseholdForm(
        "survey", "khao-sat", _l("Thu thập thông tin, tính điểm (Phiếu B)"),
        _l(
            "Phiếu B cho kết quả phân loại dự kiến; hộ chỉ được công nhận khi có quyết định của "
            "Chủ tịch UBND cấp xã (Quyết định 24/2021/QĐ-TTg)."
        ),
        "standing", SURVEY, _survey,
        tidy=_tidy_survey, preview=preview.of_survey, button=_l("Lưu Phiếu B"),
    ),
    HouseholdForm(
        "screening", "nhan-dang-nhanh", _l("Nhận dạng nhanh (Phiếu A)"),
        _l("Ghi kết quả Phiếu A: hộ có được đưa vào danh sách hộ gia đình cần rà soát hay không."),
        "standing", SCREEN, _screening,
        button=_l("Lưu Phiếu A"),
    ),
)  # fmt: skip
DETAILS: Tellers = {e.Screened: _screened, e.Surveyed: _surveyed}
