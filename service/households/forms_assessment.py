"""The forms for what is found and decided: screening, survey, decision, exit."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from domain.households import codes
from projections.households.state import SurveyState
from service.households import api_commands as api
from service.households import assessment_schemas as schemas
from service.households import preview
from service.households.form import Body, FormContext, HouseholdForm, paper, when
from service.households.form_fields import Choice, Field, Section, day_or_none
from service.ui.i18n import lazy as _l

FORM_A, FORM_B = "A/TT07-2021", "B/TT07-2021"
_AREA_TYPES = {
    "urban": _l("Thành thị"),
    "rural": _l("Nông thôn"),
    "special_zone": _l("Đặc khu"),
}
_LISTINGS = {
    "old": _l("Nghèo cũ"),
    "new": _l("Nghèo mới"),
    "again": _l("Tái nghèo"),
    "moved_in": _l("Chuyển đến"),
}
_PER_HEAD = _l("Đồng mỗi người mỗi tháng, ví dụ 1.200.000.")


def _area_types(first: str = "") -> tuple[Choice, ...]:
    given = tuple(Choice(code, label) for code, label in _AREA_TYPES.items())
    return (Choice("", first), *given) if first else given


def _screening(ground: FormContext) -> tuple[Section, ...]:
    return (
        Section(
            _("Nhận dạng nhanh"),
            (
                when(ground, _("Ngày nhận dạng")),
                Field("form", _("Mẫu phiếu"), initial=FORM_A, required=True, most=60),
                Field(
                    "outcome", _("Kết quả"), "choice", choices=ground.words(codes.SCREENINGS),
                    required=True, initial="survey",
                ),
                Field(
                    "override_reason", _("Lý do khác kết quả của phiếu"), "area",
                    help=_("Chỉ ghi khi người rà soát quyết định khác với số dấu hiệu trên phiếu."),
                ),
            ),
        ),
        paper(),
    )  # fmt: skip


def _survey(ground: FormContext) -> tuple[Section, ...]:
    day = day_or_none(ground.typed("effective_on")) or ground.today
    return (
        Section(
            _("Cuộc khảo sát"),
            (
                when(ground, _("Ngày khảo sát"), _("Ngày đến hộ, không phải ngày nhập máy.")),
                Field("form", _("Mẫu phiếu"), initial=FORM_B, required=True, most=60),
                Field(
                    "area_type", _("Loại khu vực"), "choice", choices=_area_types(),
                    initial=preview.area_type_on(ground, day), required=True,
                    help=_("Theo nơi hộ đang ở. Mỗi khu vực có ngưỡng riêng."),
                ),
                Field(
                    "surveyor", _("Tài khoản người khảo sát"),
                    help=_("Để trống nếu chính bạn khảo sát."), most=60,
                ),
                Field("place", _("Nơi khảo sát"), most=200),
            ),
        ),
        _figures(),
        _deprivations(ground, day),
        paper(),
    )  # fmt: skip


def _figures() -> Section:
    return Section(
        _("Thu nhập và điểm"),
        (
            Field("income", _("Thu nhập bình quân"), "money", help=_PER_HEAD),
            Field("b1", _("Điểm B1 (thu nhập)"), "whole"),
            Field("b2", _("Điểm B2 (thiếu hụt)"), "whole"),
            Field("score_card", _("Bảng điểm đã dùng"), most=60),
        ),
        help=_("Ghi thu nhập cùng các thiếu hụt bên dưới, hoặc cả hai điểm B1 và B2."),
    )


def _deprivations(ground: FormContext, day: date) -> Section:
    standard = preview.standard_on(ground, day)
    language = ground.language
    choices = tuple(
        Choice(
            one.code,
            one.name.in_language(language),
            help=_said(one.deprived_when, language),
            group=_said(one.dimension, language),
        )
        for one in (standard.indicators if standard else ())
    )
    said = standard.title.in_language(language) if standard else _("Không có chuẩn vào ngày này.")
    return Section(
        _("Các chỉ số thiếu hụt"),
        (Field("deprived", _("Đánh dấu chỉ số mà hộ thiếu hụt"), "many", choices=choices),),
        help=said,
    )


def _said(words: Any, language: str) -> str:
    """Something of a standard that is said in both languages; "" where it says nothing."""
    return str(words.en if language == "en" else words.vi) if words else ""


def _tidy_survey(body: Body) -> Body:
    """No income and nothing ticked: the deprivations were not asked about."""
    if "income" not in body and not body.get("deprived"):
        body.pop("deprived", None)
    return body


def _decision(ground: FormContext) -> tuple[Section, ...]:
    standards = ground.asked.wiring.casework.standards
    day = day_or_none(ground.typed("effective_on")) or ground.today
    scopes = preview.scopes_on(ground, day)
    named = {one.scope: one.title.in_language(ground.language) for one in standards}
    scope_choices = tuple(
        Choice(one, _("Chuẩn quốc gia") if one == "national" else named.get(one, one))
        for one in scopes
    )
    surveys = sorted(ground.household["surveys"], key=lambda one: (one.on, one.seq), reverse=True)
    return (
        paper(required=True),
        Section(
            _("Phân loại"),
            (
                when(ground, _("Có hiệu lực từ")),
                Field(
                    "survey_id", _("Dựa vào phiếu khảo sát"), "choice",
                    choices=(
                        *(Choice(str(one.survey_id), _survey_words(one)) for one in surveys),
                        Choice("", _("Không dựa vào phiếu nào")),
                    ),
                    initial=str(surveys[0].survey_id) if surveys else "",
                ),
                Field(
                    "class", _("Loại hộ theo quyết định"), "choice",
                    choices=(
                        Choice("", _("Như chuẩn đề xuất")),
                        *ground.words(codes.CLASSES, "not_listed"),
                    ),
                ),
                Field(
                    "override_reason", _("Lý do nếu khác đề xuất"), "area",
                    help=_("Bắt buộc khi loại hộ khác kết quả tính theo chuẩn."),
                ),
                Field(
                    "scope", _("Chuẩn áp dụng"), "choice", choices=scope_choices,
                    initial="national",
                ),
            ),
        ),
        _bare_figures(),
    )  # fmt: skip


def _bare_figures() -> Section:
    listings = tuple(Choice(code, label) for code, label in _LISTINGS.items())
    return Section(
        _("Số liệu trên danh sách, khi không có phiếu"),
        (
            Field(
                "figures.area_type", _("Loại khu vực"), "choice",
                choices=_area_types(_("Theo nơi ở")),
            ),
            Field("figures.income", _("Thu nhập bình quân"), "money", help=_PER_HEAD),
            Field("figures.deprived_count", _("Số chỉ số thiếu hụt"), "whole"),
            Field("figures.b1", _("Điểm B1 (thu nhập)"), "whole"),
            Field("figures.b2", _("Điểm B2 (thiếu hụt)"), "whole"),
            Field(
                "listing", _("Danh sách ghi hộ là"), "choice",
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
    return _("Phiếu ngày %(day)s: %(said)s", day=f"{one.on:%d/%m/%Y}", said=said)


def _tidy_decision(body: Body) -> Body:
    """Figures that say nothing but an area type are none."""
    figures = body.get("figures")
    if figures is not None and not set(figures) - {"area_type"}:
        body.pop("figures")
    return body


FORMS = (
    HouseholdForm(
        "survey", "khao-sat", _l("Khảo sát (phiếu B)"),
        _l(
            "Ghi một phiếu khảo sát. Phiếu chỉ đề xuất: loại hộ chỉ đổi khi có quyết định đã ký "
            "(Quyết định 24/2021/QĐ-TTg, Điều 4)."
        ),
        "standing", api.SURVEY, schemas.SurveyBody, api.survey, _survey,
        tidy=_tidy_survey, preview=preview.of_survey,
    ),
    HouseholdForm(
        "screening", "nhan-dang-nhanh", _l("Nhận dạng nhanh (phiếu A)"),
        _l("Ghi kết quả phiếu A: hộ có cần khảo sát bằng phiếu B hay không."),
        "standing", api.SCREEN, schemas.ScreeningBody, api.screen, _screening,
    ),
    HouseholdForm(
        "decision", "quyet-dinh", _l("Quyết định phân loại"),
        _l(
            "Ghi quyết định đã ký, đổi loại của hộ kể từ ngày hiệu lực. Người đã khảo sát hộ không "
            "ký quyết định về hộ đó."
        ),
        "standing", api.SIGN, schemas.DecisionBody, api.classify, _decision,
        tidy=_tidy_decision, preview=preview.of_decision,
    ),
    HouseholdForm(
        "exit", "thoat-ngheo", _l("Công nhận thoát nghèo, thoát cận nghèo"),
        _l(
            "Ghi quyết định đã ký đưa hộ ra khỏi diện nghèo hoặc cận nghèo. Hộ vượt chuẩn cận "
            "nghèo là hộ mới thoát nghèo trong 36 tháng."
        ),
        "standing", api.SIGN, schemas.DecisionBody, api.leave_poverty, _decision,
        tidy=_tidy_decision, preview=preview.of_decision,
    ),
)  # fmt: skip
