"""Form B as a form on a phone: question by question, with the definition of each indicator.

The questions are those of the standard in force on the day of the visit. What the members' ages
answer is filled in beforehand, marked so, and confirmed by the surveyor. Where a standard has no
questions yet, its indicators are ticked, and the form says why.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from domain.standards import Standard
from domain.standards.parts import Definition, Indicator
from domain.standards.questions import Question, QuestionSet
from domain.standards.score_card import PREFIX, ImportedCard, ScoreItem
from service.access.authorization import RequestContext
from service.access.permissions import SURVEYOR
from service.households import survey_card, survey_preview
from service.households.form import Body, FormContext, HouseholdForm, paper, when
from service.households.form_errors import CONFIRMED
from service.households.known_answers import known_answers
from service.households.preview import area_type_on, standard_on
from service.households.surveys import FORM_B, SURVEY, area_types, deprivations
from service.problems import FieldsRefused
from service.ui import recorded_survey
from service.ui.forms import Choice, Field, Section, whole
from service.ui.i18n import lazy as _l

ANSWERS = "answers."
# How sure a definition is, where it was not read on a page that quotes the text.
CERTAINTIES = {
    "memory": _l("Chưa đối chiếu với văn bản."),
    "draft": _l("Theo dự thảo."),
    "unknown": _l("Chưa có trong hệ thống."),
}


class RecordAnswers:
    """The answers that the record offers for one form, read when a field first asks for them."""

    def __init__(self, form: FormContext, asked: QuestionSet) -> None:
        self._form, self._asked = form, asked
        self._found: dict[str, int] | None = None

    def of(self, code: str) -> str:
        """The answer to a question as an input shows it; "" where the record has none."""
        if self._found is None:
            members = self._form.household["members"]
            self._found = known_answers(self._asked, members, self._form.day)
        found = self._found.get(code)
        return "" if found is None else str(found)


def sections(form: FormContext) -> tuple[Section, ...]:
    """The parts of the form: the visit, each indicator, the income, the papers."""
    standard = standard_on(form, form.day)
    standards = form.context.services.application.standards
    asked = standards.questions_of(standard) if standard else None
    if standard is None or asked is None or not asked.questions:
        why = asked.missing.in_language(form.language) if asked and asked.missing else ""
        ticked = deprivations(form)
        parts: tuple[Section, ...] = (replace(ticked, help=why or ticked.help, code="deprived"),)
    else:
        parts = _indicators(form, standard, asked)
    card = survey_card.of_form(form, standard) if standard else None
    return (_visit(form), *parts, _income(form, card), _files(), paper())


def _visit(form: FormContext) -> Section:
    return Section(
        _("Thông tin chung của phiếu"),
        (
            when(
                form, _("Ngày thu thập thông tin"), _("Ngày đến hộ, không phải ngày nhập máy.")
            ),
            Field(
                "area_type", _("Khu vực"), "radio", choices=area_types(), required=True,
                initial=lambda: area_type_on(form, form.day),
                help=_("Theo nơi hộ đang cư trú. Mỗi khu vực có mức chuẩn riêng."),
            ),
            Field("form", "", "hidden", initial=FORM_B),
        ),
        code="visit",
    )  # fmt: skip


def _indicators(form: FormContext, standard: Standard, asked: QuestionSet) -> tuple[Section, ...]:
    """One part for each indicator in the order of the questions."""
    known, language = RecordAnswers(form, asked), form.language
    indicators = {one.code: one for one in standard.indicators}
    shown: set[str] = set()
    parts = []
    for test in asked.tests:
        fields = tuple(
            _field(asked.by_code[code], known, language)
            for code in sorted(test.reads, key=list(asked.by_code).index)
            if code not in shown
        )
        shown.update(test.reads)
        indicator = indicators[test.indicator]
        title = indicator.name.in_language(language)
        parts.append(Section(title, fields, _definition(indicator, language), code=indicator.code))
    return tuple(parts)


def _definition(indicator: Indicator, language: str) -> Callable[[], str]:
    def said() -> str:
        definition: Definition = indicator.deprived_when
        text = definition.en if language == "en" else definition.vi
        sure = CERTAINTIES.get(definition.certainty)
        if sure is None and definition.note:
            sure = _("Một phần chưa đối chiếu với văn bản.")
        return f"{text}. {sure}" if sure else f"{text}."

    return said


def _field(question: Question, known: RecordAnswers, language: str) -> Field:
    kind: Any = {"yes_no": "yes_no", "whole": "whole"}.get(question.kind, "radio")
    if question.kind == "choice":
        choices = tuple(Choice(c.code, c.text.in_language(language)) for c in question.choices)
    elif question.kind == "yes_no":
        choices = (Choice("yes", _("Có")), Choice("no", _("Không")))
    else:
        numbers = range(question.most + 1) if question.kind == "count" else ()
        choices = tuple(Choice(str(number), str(number)) for number in numbers)
    return Field(
        f"{ANSWERS}{question.code}", question.text.in_language(language), kind,
        choices=choices, help=question.help.in_language(language) if question.help else "",
        initial=(lambda: known.of(question.code)) if question.known else "", required=True,
    )  # fmt: skip


def _income(form: FormContext, card: ImportedCard | None) -> Section:
    """The income, and B1: by the items of the score card, or as a total where there is none."""
    income = Field(
        "income", _("Thu nhập bình quân"), "money", help=_("Đồng/người/tháng, ví dụ 1.200.000.")
    )
    if card is not None:
        named = _("Bảng điểm %(version)s, văn bản số %(document)s.", version=card.card.version,
                  document=card.document)  # fmt: skip
        items = tuple(_item(one, form.language) for one in card.card.items)
        hidden = Field("score_card", "", "hidden", initial=card.name)
        return Section(_("Thu nhập và điểm B1"), (income, *items, hidden), named, code="income")
    return Section(
        _("Thu nhập và điểm B1"),
        (income, Field("b1", _("Điểm B1 (thu nhập)"), "whole")),
        help=_(
            "Chưa có bảng điểm B1 của khu vực này trong hệ thống nên không tính được điểm từ câu "
            "trả lời. Hãy nhập thu nhập bình quân, hoặc tổng điểm B1 tính trên phiếu giấy."
        ),
        code="income",
    )  # fmt: skip


def _files() -> Section:
    """Photos and the place of the visit, as they were uploaded: digests of what is sealed."""
    return Section(
        _("Ảnh, tọa độ (nếu có)"),
        (Field("attachments", _("Ảnh"), "many"), Field("place", _("Tọa độ"), most=80)),
        help=_(
            "Ảnh và tọa độ được lưu mã hóa; thông tin máy ảnh ghi kèm bị loại bỏ. Mỗi lượt xem "
            "đều được ghi lại."
        ),
        code="files",
    )


def _item(item: ScoreItem, language: str) -> Field:
    choices = tuple(Choice(one.code, one.text.in_language(language)) for one in item.answers)
    name = f"{ANSWERS}{PREFIX}{item.code}"
    return Field(name, item.text.in_language(language), "radio", choices=choices)


def tidy(body: Body) -> Body:
    """The body as the API takes it: numbers as numbers, and nothing that is no part of it."""
    body.pop(CONFIRMED, None)
    answers = body.get("answers") or {}
    scored = answers.pop("b1", None)  # the items of a card, "answers.b1.motorbike"
    body["answers"] = {
        code: whole(answer) if isinstance(answer, str) else answer
        for code, answer in answers.items()
    }
    if isinstance(scored, dict):
        body["answers"] |= {f"{PREFIX}{code}": answer for code, answer in scored.items()}
    if not scored:
        body.pop("score_card", None)
    if body["answers"] and not body.get("deprived"):
        body.pop("deprived", None)
    return body


def check(form: FormContext, typed: Callable[[str], str]) -> None:
    """Raises FieldsRefused where the record's answers were not confirmed by the surveyor."""
    if any(one.name.startswith(ANSWERS) for part in sections(form) for one in part.fields) and (
        typed(CONFIRMED) != "yes"
    ):
        message = "Confirm the answers that come from the record."
        raise FieldsRefused([{"field": "body.confirmed", "code": "required", "message": message}])


def to_worklist(context: RequestContext, household_id: UUID) -> str:
    """The worklist of a surveyor, which says what was recorded and names the next household; ""
    for every other role."""
    if context.role is None or context.role.role != SURVEYOR:
        return ""
    recorded_survey.note(household_id)
    return url_for("worklist_pages.worklist_page", _anchor="recorded")


FORMS = (
    HouseholdForm(
        "form_b", "phieu-b", _l("Phiếu B tại hộ: trả lời từng câu hỏi"),
        _l(
            "Chỉ số thiếu hụt và phân loại dự kiến được tính từ câu trả lời; hộ chỉ được công nhận "
            "khi có quyết định của Chủ tịch UBND cấp xã (Quyết định 24/2021/QĐ-TTg)."
        ),
        "standing", SURVEY, sections,
        tidy=tidy, preview=survey_preview.of_answers, button=_l("Lưu Phiếu B"),
        template="households/survey.html", part="households/survey_preview.html", at_once=True,
        drafts=True, check=check, then=to_worklist, shown_by=("surveys", "round_households"),
    ),
)  # fmt: skip
