"""The forms for what is found and decided: screening, survey, decision, exit."""

from typing import Any

from flask_babel import gettext as _

from domain.households import codes
from domain.standards import Standard
from projections.households.state import SurveyState
from service.households import preview
from service.households.commands import command_route
from service.households.form import Body, FormContext, HouseholdForm, paper, when
from service.ui import labels
from service.ui.forms import Choice, Field, Section
from service.ui.i18n import lazy as _l

FORM_A, FORM_B = "A/TT07-2021", "B/TT07-2021"
_PER_HEAD = _l("Đồng/người/tháng, ví dụ 1.200.000.")


def _area_types(first: str = "") -> tuple[Choice, ...]:
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
                    "area_type", _("Khu vực"), "choice", choices=_area_types(),
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
        _deprivations(form),
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
        help=_("Nhập thu nhập và các chỉ số thiếu hụt bên dưới, hoặc nhập cả điểm B1 và B2."),
    )


def _deprivations(form: FormContext) -> Section:
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


def _decision(form: FormContext) -> tuple[Section, ...]:
    def scopes() -> tuple[Choice, ...]:
        standards = form.context.services.application.standards
        named = {one.scope: one.title.in_language(form.language) for one in standards}
        return tuple(
            Choice(one, _("Chuẩn quốc gia") if one == "national" else named.get(one, one))
            for one in preview.scopes_on(form, form.day)
        )

    def surveys() -> list[SurveyState]:
        known = form.household["surveys"]
        return sorted(known, key=lambda one: (one.on, one.seq), reverse=True)

    return (
        paper(required=True),
        Section(
            _("Kết quả công nhận"),
            (
                when(form, _("Ngày có hiệu lực")),
                Field(
                    "survey_id", _("Căn cứ Phiếu B"), "choice",
                    choices=lambda: (
                        *(Choice(str(one.survey_id), _survey_words(one)) for one in surveys()),
                        Choice("", _("Không có Phiếu B")),
                    ),
                    initial=lambda: next((str(one.survey_id) for one in surveys()), ""),
                ),
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


def _bare_figures() -> Section:
    listings = tuple(Choice(code, label) for code, label in labels.LISTINGS.items())
    return Section(
        _("Số liệu lấy từ danh sách (khi không có Phiếu B)"),
        (
            Field(
                "figures.area_type", _("Khu vực"), "choice",
                choices=_area_types(_("Theo nơi ở")),
            ),
            Field("figures.income", _("Thu nhập bình quân"), "money", help=_PER_HEAD),
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


FORMS = (
    HouseholdForm(
        "survey", "khao-sat", _l("Thu thập thông tin, tính điểm (Phiếu B)"),
        _l(
            "Phiếu B cho kết quả phân loại dự kiến; hộ chỉ được công nhận khi có quyết định của "
            "Chủ tịch UBND cấp xã (Quyết định 24/2021/QĐ-TTg)."
        ),
        "standing", command_route("survey"), _survey,
        tidy=_tidy_survey, preview=preview.of_survey, button=_l("Lưu Phiếu B"),
    ),
    HouseholdForm(
        "screening", "nhan-dang-nhanh", _l("Nhận dạng nhanh (Phiếu A)"),
        _l("Ghi kết quả Phiếu A: hộ có được đưa vào danh sách hộ gia đình cần rà soát hay không."),
        "standing", command_route("screen"), _screening,
        button=_l("Lưu Phiếu A"),
    ),
    HouseholdForm(
        "decision", "quyet-dinh", _l("Quyết định công nhận hộ nghèo, hộ cận nghèo"),
        _l(
            "Ghi quyết định đã ký của Chủ tịch UBND cấp xã, áp dụng kể từ ngày có hiệu lực. Rà "
            "soát viên của hộ không được ký quyết định công nhận."
        ),
        "standing", command_route("classify"), _decision,
        tidy=_tidy_decision, preview=preview.of_decision, button=_l("Lưu quyết định"),
    ),
    HouseholdForm(
        "exit", "thoat-ngheo", _l("Quyết định công nhận hộ thoát nghèo, hộ thoát cận nghèo"),
        _l(
            "Ghi quyết định đã ký công nhận hộ thoát nghèo, hộ thoát cận nghèo. Hộ vượt chuẩn "
            "cận nghèo là hộ mới thoát nghèo trong 36 tháng kể từ ngày quyết định có hiệu lực."
        ),
        "standing", command_route("leave_poverty"), _decision,
        tidy=_tidy_decision, preview=preview.of_decision, button=_l("Lưu quyết định"),
    ),
)  # fmt: skip
