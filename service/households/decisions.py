"""Decisions on the class of a household: it is recognised, or it leaves the list."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import fields, post_load

from domain.households import codes
from domain.households import events as e
from domain.households.decisions import ClassifyHousehold, ClassInput, ExitPoverty, Figures
from domain.households.handler import HouseholdCommand
from domain.standards.reasons import FIGURE_NAMES
from domain.text import CODE, NOTE
from projections.households.sentences import code
from projections.households.state import SurveyState
from service.access.authorization import RequestContext
from service.households import preview
from service.households.bodies import EXAMPLE_PAPER, PaperSchema
from service.households.commands import MAY_SIGN, ONE, CommandRoute, without_circumstances
from service.households.event_details import (
    Details,
    Line,
    Tellers,
    area_type,
    compared,
    details,
    edition,
    reasons_of,
)
from service.households.form import Body, FormContext, HouseholdForm, paper, when
from service.households.surveys import PER_HEAD, area_types
from service.http.commands import Circumstances, DocumentSchema
from service.http.parsing import Code, Input, Money, Output, Text, Whole
from service.ui import labels
from service.ui.forms import Choice, Field, Section
from service.ui.i18n import lazy as _l
from service.ui.render import format_number


class FiguresSchema(Input):
    """Bare figures, where the survey itself is not at hand."""

    area_type = Code(codes.AREA_TYPES)
    income = Money(allow_none=True)
    deprived_count = Whole(0, 50, allow_none=True)
    b1 = Whole(0, 10_000, allow_none=True)
    b2 = Whole(0, 10_000, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Figures:
        """Figures of the domain."""
        return Figures(**data)


class DecisionBody(Circumstances):
    """A signed decision on the class of a household; its paper stands in `document`."""

    document = fields.Nested(DocumentSchema, required=True)
    class_ = Code(
        codes.CLASSES,
        data_key="class",
        allow_none=True,
        metadata={"description": "Left out: what the standard gives."},
    )
    survey_id = fields.UUID(allow_none=True)
    figures = fields.Nested(FiguresSchema, allow_none=True)
    standard = Text(CODE, about="Id of a standard; left out, the one in force.")
    scope = Text(CODE, least=1, about='"national", or the id of a local standard.')
    override_reason = Text(NOTE)
    listing = Code(codes.LISTINGS)


class ComparisonSchema(Output):
    """One figure compared with one figure of the standard, as it was when decided."""

    what = fields.String(required=True)
    value = fields.Integer(required=True)
    relation = fields.String(required=True)
    bound = fields.Integer(required=True)
    bound_name = fields.String(required=True)
    holds = fields.Boolean(required=True)


class StandingSchema(Output):
    """The decision in force in one scope."""

    scope = fields.String(required=True)
    class_ = fields.String(required=True, data_key="class")
    class_before = fields.String(required=True)
    movement = fields.String(required=True)
    since = fields.Date(required=True)
    seq = fields.Integer(required=True)
    standard = fields.String(required=True)
    standard_digest = fields.String(required=True)
    proposed = fields.String(required=True)
    override_reason = fields.String(required=True)
    document = fields.Nested(PaperSchema, required=True, allow_none=True)
    survey_id = fields.UUID(required=True, allow_none=True)
    facts = fields.Dict(required=True)
    comparisons = fields.List(fields.Nested(ComparisonSchema), required=True)
    reasons = fields.List(fields.String(), required=True)


class StandingsShown(Output):
    """The decisions in force as the API shows them."""

    standings = fields.List(fields.Nested(StandingSchema), required=True)
    newly_escaped_until = fields.Date(required=True, allow_none=True)


def _classify(context: RequestContext, household_id: UUID) -> HouseholdCommand:
    return ClassifyHousehold(household_id, ClassInput(**without_circumstances(context.body)))


def _leave_poverty(context: RequestContext, household_id: UUID) -> HouseholdCommand:
    return ExitPoverty(household_id, ClassInput(**without_circumstances(context.body)))


CLASSIFY = CommandRoute(
    "classify",
    f"{ONE}/classifications",
    MAY_SIGN,
    DecisionBody,
    _classify,
    example={
        "effective_on": "2022-12-01",
        "document": EXAMPLE_PAPER,
        "survey_id": "4d5f0f5e-5b0c-4c1e-8b5a-2f8f1f6a7b01",
    },
    summary="Record a signed decision that gives the household its class.",
)
LEAVE_POVERTY = CommandRoute(
    "leave_poverty",
    f"{ONE}/exits",
    MAY_SIGN,
    DecisionBody,
    _leave_poverty,
    example={
        "effective_on": "2023-12-01",
        "document": {**EXAMPLE_PAPER, "number": "31/QĐ-UBND", "signed_on": "2023-12-01"},
        "class": "average",
        "survey_id": "5e6f0f5e-5b0c-4c1e-8b5a-2f8f1f6a7b02",
    },
    summary="Record a signed decision by which a listed household leaves poverty or near-poverty.",
)


def _decision(form: FormContext) -> tuple[Section, ...]:
    def scopes() -> tuple[Choice, ...]:
        standards = form.context.services.application.standards
        named = {one.scope: one.title.in_language(form.language) for one in standards}
        return tuple(
            Choice(one, _("Chuẩn quốc gia") if one == "national" else named.get(one, one))
            for one in preview.scopes_on(form, form.day)
        )

    return (
        paper(required=True),
        Section(
            _("Kết quả công nhận"),
            (
                when(form, _("Ngày có hiệu lực")),
                survey_field(form),
                Field(
                    "class", _("Công nhận là"), "choice",
                    choices=(
                        Choice("", _("Theo kết quả tính")),
                        *form.words(codes.CLASSES, "not_listed"),
                    ),
                ),
                Field(
                    "override_reason", _("Lý do công nhận khác kết quả tính"), "area",
                    help=_("Bắt buộc khi công nhận khác kết quả tính theo chuẩn."),
                ),
                Field(
                    "scope", _("Chuẩn áp dụng"), "choice", choices=scopes,
                    initial="national",
                ),
            ),
        ),
        _bare_figures(),
    )  # fmt: skip


def survey_field(form: FormContext) -> Field:
    """The survey that a decision rests on, the latest first."""

    def surveys() -> list[SurveyState]:
        known = form.household["surveys"]
        return sorted(known, key=lambda one: (one.on, one.seq), reverse=True)

    return Field(
        "survey_id", _("Căn cứ Phiếu B"), "choice",
        choices=lambda: (
            *(Choice(str(one.survey_id), _survey_words(one)) for one in surveys()),
            Choice("", _("Không có Phiếu B")),
        ),
        initial=lambda: next((str(one.survey_id) for one in surveys()), ""),
    )  # fmt: skip


def _bare_figures() -> Section:
    listings = tuple(Choice(code, label) for code, label in labels.LISTINGS.items())
    return Section(
        _("Số liệu lấy từ danh sách (khi không có Phiếu B)"),
        (
            Field(
                "figures.area_type", _("Khu vực"), "choice",
                choices=area_types(_("Theo nơi ở")),
            ),
            Field("figures.income", _("Thu nhập bình quân"), "money", help=PER_HEAD),
            Field("figures.deprived_count", _("Số chỉ số thiếu hụt"), "whole"),
            Field("figures.b1", _("Điểm B1 (thu nhập)"), "whole"),
            Field("figures.b2", _("Điểm B2 (thiếu hụt)"), "whole"),
            Field(
                "listing", _("Tình trạng trong danh sách (nghèo cũ, nghèo mới, tái nghèo)"),
                "choice",
                choices=(Choice("", _("không ghi")), *listings),
            ),
        ),
        folded=True,
    )  # fmt: skip


def _survey_words(one: SurveyState) -> str:
    figures = [
        _("thu nhập %(n)s", n=f"{one.income:,}".replace(",", "."))
        if one.income is not None
        else "",
        _("%(n)s thiếu hụt", n=len(one.deprived)) if one.deprived is not None else "",
        f"B1 {one.b1}" if one.b1 is not None else "",
        f"B2 {one.b2}" if one.b2 is not None else "",
    ]
    said = ", ".join(part for part in figures if part)
    return _("Phiếu B ngày %(day)s: %(said)s", day=f"{one.on:%d/%m/%Y}", said=said)


def _tidy_decision(body: Body) -> Body:
    """Figures that say nothing but an area type are none."""
    figures = body.get("figures")
    if figures is not None and not set(figures) - {"area_type"}:
        body.pop("figures")
    return body


def _classified(context: RequestContext, event: e.Classified, language: str) -> Details:
    standard = edition(context, event.standard, event.standard_digest)
    proposed = event.proposed if event.proposed != event.class_ else ""
    told = details(
        (_("Chuẩn"), standard.title.in_language(language) if standard else ""),
        (_("Mã chuẩn"), event.standard),
        (_("Mã kiểm chứng của chuẩn"), event.standard_digest),
        (_("Diễn biến"), code(codes.MOVEMENTS, event.movement, language)),
        (_("Kết quả tính theo chuẩn"), code(codes.CLASSES, proposed, language) if proposed else ""),
        (_("Lý do công nhận khác"), event.override_reason),
        *(_figure(name, value, language) for name, value in event.facts.items()),
    )
    return replace(
        told,
        comparisons=compared(event.comparisons, language),
        reasons=reasons_of(standard, event.reasons, language),
    )


def _figure(name: str, value: str | int | None, language: str) -> Line:
    if name == "area_type":
        return _("Khu vực"), area_type(str(value), language)
    return FIGURE_NAMES.get(name, (name, name))[language == "en"], format_number(value)


COMMANDS = (CLASSIFY, LEAVE_POVERTY)
FORMS = (
    HouseholdForm(
        "decision", "quyet-dinh", _l("Quyết định công nhận hộ nghèo, hộ cận nghèo"),
        _l(
            "Ghi quyết định đã ký của Chủ tịch UBND cấp xã, áp dụng kể từ ngày có hiệu lực. Rà "
            "soát viên của hộ không được ký quyết định công nhận."
        ),
        "standing", CLASSIFY, _decision,
        tidy=_tidy_decision, preview=preview.of_decision, button=_l("Lưu quyết định"),
    ),
    HouseholdForm(
        "exit", "thoat-ngheo", _l("Quyết định công nhận hộ thoát nghèo, hộ thoát cận nghèo"),
        _l(
            "Ghi quyết định đã ký công nhận hộ thoát nghèo, hộ thoát cận nghèo. Hộ vượt chuẩn "
            "cận nghèo là hộ mới thoát nghèo trong 36 tháng kể từ ngày quyết định có hiệu lực."
        ),
        "standing", LEAVE_POVERTY, _decision,
        tidy=_tidy_decision, preview=preview.of_decision, button=_l("Lưu quyết định"),
    ),
)  # fmt: skip
DETAILS: Tellers = {e.Classified: _classified}
