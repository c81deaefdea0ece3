"""The preview of form B: what the answers so far say of each indicator, and the class by them.

An answer that is missing leaves a class open only where it could still change it. Late in the last
year of a standard the class by the following one is shown as well, or why it cannot be computed.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _

from domain.errors import Refusal
from domain.standards import NATIONAL, Decision, Standard, SurveyFigures, decide
from domain.standards.errors import AnswerInvalid, MissingFigures
from domain.standards.questions import DEPRIVED, NOT_DEPRIVED, NOT_KNOWN, QuestionSet
from domain.standards.reasons import conclusion, sentences
from domain.standards.score_card import score
from service.households import survey_card
from service.households.form import Body, FormContext, Preview
from service.households.form_errors import said_of
from service.households.preview import day_of, scopes_on, standard_on, title_of
from service.problems import title

CHANGE_OVER = timedelta(days=122)
"""How long before its first day the following standard is shown: the periodic review lasts from
1 September to 14 December."""


@dataclass(frozen=True, slots=True)
class AnswersRead:
    """The answers as a standard reads them: each indicator's state, and the figures they make."""

    standard: Standard
    figures: SurveyFigures
    states: dict[str, str]

    @property
    def open_count(self) -> int:
        """How many indicators are not known yet."""
        return sum(state == NOT_KNOWN for state in self.states.values())

    @property
    def found(self) -> tuple[str, ...]:
        """The indicators in which the household is deprived."""
        return tuple(name for name, state in self.states.items() if state == DEPRIVED)


def of_answers(form: FormContext, body: Body) -> tuple[Preview, ...]:
    """What the answers typed so far give: deprivations, and the class by each standard."""
    day = day_of(form, body)
    if isinstance(day, Preview):
        return (day,)
    standard = standard_on(form, day)
    if standard is None:
        return (Preview(_("Không có chuẩn nào có hiệu lực vào ngày đó"), result=False),)
    try:
        read = _read(form, standard, body)
    except AnswerInvalid as refused:
        return (answer_invalid(form, standard, refused.values["question"]),)
    previews = [_deprivations(form, read), _class(form, read)]
    for scope in scopes_on(form, day):
        local = standard_on(form, day, scope) if scope != NATIONAL else None
        if local is not None:
            previews.append(_named(_class(form, replace(read, standard=local)), local, form))
    coming = _coming(form, standard, day)
    if coming is not None:
        previews[1] = _named(previews[1], standard, form)
        previews.append(_by_coming(form, coming, read))
    return tuple(previews)


def answer_invalid(form: FormContext, standard: Standard, code: object) -> Preview:
    """Which answer cannot be, in the words of its question."""
    asked = form.context.services.application.standards.questions_of(standard)
    question = asked.by_code.get(str(code)) if asked else None
    named = question.text.in_language(form.language) if question else str(code)
    return Preview(title("answer_invalid", form.language), (named,), result=False)


def _read(form: FormContext, standard: Standard, body: Body) -> AnswersRead:
    asked: QuestionSet | None = form.context.services.application.standards.questions_of(standard)
    ticked = body.get("deprived")
    states: dict[str, str]
    if asked is not None and asked.questions:
        states = dict(asked.states(body.get("answers") or {}))
    else:
        chosen = set(ticked or ())
        states = {
            one.code: DEPRIVED if one.code in chosen else NOT_DEPRIVED
            for one in standard.indicators
        }
    b1 = _whole(body.get("b1"))
    card = survey_card.of_form(form, standard) if body.get("score_card") else None
    if card is not None:
        b1, _missing = score(card.card, body.get("answers") or {})
    income = _whole(body.get("income"))
    figures = SurveyFigures(str(body.get("area_type") or ""), income=income, b1=b1)
    return AnswersRead(standard, figures, states)


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _deprivations(form: FormContext, read: AnswersRead) -> Preview:
    names = {one.code: one.name.in_language(form.language) for one in read.standard.indicators}
    said = _("Số chỉ số thiếu hụt: %(count)s", count=len(read.found))
    if read.open_count:
        said += "; " + _("chưa xác định: %(count)s", count=read.open_count)
    found = ", ".join(names.get(name, name) for name in read.found)
    return Preview(
        said, (f"{found}.",) if found else (), result=not read.open_count, states=read.states
    )


def _class(form: FormContext, read: AnswersRead) -> Preview:
    """The class where it no longer depends on what is open, else what is missing."""
    if read.figures.income is None and read.figures.b1 is None:
        said = _("Nhập thu nhập bình quân, hoặc điểm B1.")
        return Preview(_("Chưa đủ để phân loại"), (said,), result=False)
    counts = {len(read.found), len(read.found) + read.open_count}
    try:
        by_count = [decide(read.standard, _counted(read, count)) for count in sorted(counts)]
    except Refusal as refused:
        found = said_of(refused.code, refused.values, form.language)
        return Preview(_("Chưa đủ để phân loại"), (found,), result=False)
    if len({one.class_ for one in by_count}) > 1:
        either = _(" hoặc ").join(title_of(one.class_, form.language) for one in by_count[::-1])
        said = _("Tùy các chỉ số chưa xác định: %(classes)s.", classes=either)
        return Preview(_("Chưa đủ để phân loại"), (said,), result=False)
    return _decided(form, read, by_count[0])


def _counted(read: AnswersRead, count: int) -> SurveyFigures:
    points = read.standard.rule.points_per_indicator.value
    b2 = None if points is None or read.figures.b1 is None else count * points
    return replace(read.figures, deprived_count=count, b2=b2)


def _decided(form: FormContext, read: AnswersRead, ruled: Decision) -> Preview:
    language = form.language
    reasons = [one for one in ruled.reasons if one not in ruled.notes]
    notes = sentences(read.standard, ruled.notes, language)
    if read.open_count:
        left = _("Các chỉ số chưa xác định không làm thay đổi phân loại.")
        notes = (*notes, left)
        reasons = reasons[:1]
    return Preview(
        _("Phân loại dự kiến: %(name)s", name=title_of(ruled.class_, language)),
        (*sentences(read.standard, reasons, language),
         conclusion(read.standard, ruled.class_, language)),
        notes,
    )  # fmt: skip


def _named(preview: Preview, standard: Standard, form: FormContext) -> Preview:
    """The preview under the name of its standard, where several are shown."""
    return replace(preview, notes=(*preview.notes, standard.title.in_language(form.language)))


def _coming(form: FormContext, standard: Standard, day: date) -> Standard | None:
    standards = form.context.services.application.standards
    return standards.next_after(day, day + CHANGE_OVER, standard.scope)


def _by_coming(form: FormContext, coming: Standard, read: AnswersRead) -> Preview:
    """The class by the standard that follows; its deprivations only where its own questions, or
    the income alone, settle it."""
    name = coming.title.in_language(form.language)

    def waiting(why: str) -> Preview:
        return Preview(_("%(standard)s: chưa tính được", standard=name), (why,), result=False)

    if read.figures.income is None:
        return waiting(_("Nhập thu nhập bình quân để so với chuẩn này."))
    try:
        ruled = decide(coming, SurveyFigures(read.figures.area_type, income=read.figures.income))
    except MissingFigures:
        unknown = sum(one.deprived_when.certainty == "unknown" for one in coming.indicators)
        return waiting(
            _(
                "Thu nhập không vượt chuẩn nên phải xét thiếu hụt: hộ nghèo hoặc hộ cận nghèo. "
                "Chưa có quy định của %(unknown)s trong %(all)s chỉ số.",
                unknown=unknown, all=len(coming.indicators),
            )
        )  # fmt: skip
    except Refusal as refused:
        return waiting(said_of(refused.code, refused.values, form.language))
    reasons = [one for one in ruled.reasons if one not in ruled.notes]
    return Preview(
        _("%(standard)s: %(name)s", standard=name, name=title_of(ruled.class_, form.language)),
        tuple(sentences(coming, reasons, form.language)),
    )
