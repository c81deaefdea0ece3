"""What the rule gives for figures that are being typed: the class proposed, and why.

The same `decide` that a decision is compared with. A proposal is never more than that: the class
changes by a signed decision.
"""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from domain.calendar import DayRefused, read_day
from domain.errors import Refusal
from domain.households.codes import CLASSES
from domain.standards import NATIONAL, NOT_LISTED, Standard, SurveyFigures, decide
from domain.standards.reasons import conclusion, sentences
from projections.households.sentences import code
from service.households.form import Body, FormContext, Preview
from service.households.form_errors import said_of
from service.problems import title


def standard_on(form: FormContext, day: date, scope: str = NATIONAL) -> Standard | None:
    """The standard of a scope in force on a day, if there is one."""
    try:
        return form.context.services.application.standards.in_force(day, scope)
    except Refusal:
        return None


def scopes_on(form: FormContext, day: date) -> tuple[str, ...]:
    """The national scope, and those of the local standards of the household's province."""
    directory = form.context.services.areas()
    try:
        offices = directory.offices_over(form.area, day)
    except Refusal:
        return (NATIONAL,)
    codes = [directory.unit(unit).code for unit in offices if unit]
    standards = form.context.services.application.standards
    return (NATIONAL, *(scope for one in codes for scope in standards.local_scopes(one, day)))


def day_of(form: FormContext, body: Body) -> date | Preview:
    """The effective day as typed, today where none is; or why a day typed is none to reckon on."""
    written = str(body.get("effective_on", "")).strip()
    try:
        day = read_day(written) if written else form.today
    except DayRefused as refused:
        return Preview(title(refused.code, form.language), result=False)
    if day > form.today:
        said = said_of("effective_in_future", {"effective_on": day}, form.language)
        return Preview(title("effective_in_future", form.language), (said,), result=False)
    return day


def of_survey(form: FormContext, body: Body) -> tuple[Preview, ...]:
    """What each standard in force that day gives for a survey as typed so far."""
    day = day_of(form, body)
    if isinstance(day, Preview):
        return (day,)
    figures = _figures(body)
    if figures is None:
        return (
            Preview(
                _("Chưa đủ để tính"),
                (_("Nhập thu nhập và các chỉ số thiếu hụt, hoặc nhập cả điểm B1 và B2."),),
                result=False,
            ),
        )
    return tuple(
        _by(form, standard_on(form, day, scope), figures, day) for scope in scopes_on(form, day)
    )


def of_decision(form: FormContext, body: Body) -> tuple[Preview, ...]:
    """What the standard gives for the figures that a decision names."""
    day = day_of(form, body)
    if isinstance(day, Preview):
        return (day,)
    scope = str(body.get("scope") or NATIONAL)
    figures = of_named_survey(form, body) or _figures(body.get("figures") or {}, form, day)
    if figures is None:
        return (
            Preview(
                _("Không có số liệu để tính"),
                (_("Quyết định không căn cứ Phiếu B. Hãy chọn kết quả công nhận."),),
                result=False,
            ),
        )
    said = _by(form, standard_on(form, day, scope), figures, day)
    decided = str(body.get("class") or "")
    if decided and said.result:
        name = code(CLASSES, decided, form.language)
        kept = _("Công nhận là: %(name)s.", name=name)
        said = Preview(said.title, (*said.sentences, kept), said.notes)
    return (said,)


def _by(form: FormContext, standard: Standard | None, figures: SurveyFigures, day: date) -> Preview:
    if standard is None:
        return Preview(_("Không có chuẩn nào có hiệu lực vào ngày đó"), result=False)
    language = form.language
    try:
        ruled = decide(standard, figures)
    except Refusal as refusal:
        found = said_of(refusal.code, refusal.values, language)
        name = standard.title.in_language(language)
        return Preview(title(refusal.code, language), (found, name), result=False)
    shown = [one for one in ruled.reasons if one not in ruled.notes]
    head = (
        title_of(ruled.class_, language)
        if ruled.class_ != NOT_LISTED
        else code(CLASSES, NOT_LISTED, language)
    )
    return Preview(
        _("Phân loại dự kiến: %(name)s", name=head),
        (*sentences(standard, shown, language), conclusion(standard, ruled.class_, language)),
        sentences(standard, ruled.notes, language),
    )


def title_of(class_: str, language: str) -> str:
    """The name of a class."""
    return code(CLASSES, class_, language)


def of_named_survey(form: FormContext, body: Body) -> SurveyFigures | None:
    """The figures of the survey that a decision names; None where it names none."""
    named = str(body.get("survey_id") or "")
    if not named:
        return None
    for one in form.household["surveys"]:
        if str(one.survey_id) == named:
            return SurveyFigures(one.area_type, one.income, None, one.b1, one.b2, one.deprived)
    return None


def _figures(
    figures: Body, form: FormContext | None = None, day: date | None = None
) -> SurveyFigures | None:
    deprived = figures.get("deprived")
    numbers: dict[str, Any] = {
        name: value if isinstance(value := figures.get(name), int) else None
        for name in ("income", "deprived_count", "b1", "b2")
    }
    if all(value is None for value in numbers.values()):
        return None
    area_type = str(figures.get("area_type") or "")
    if not area_type and form is not None and day is not None:
        area_type = area_type_on(form, day)
    return SurveyFigures(
        area_type=area_type, deprived=None if deprived is None else tuple(deprived), **numbers
    )


def area_type_on(form: FormContext, day: date) -> str:
    """Urban or rural where the household lives, on a day; "" where that is not known."""
    try:
        found = form.context.services.areas().unit(form.area).area_type_on(day)
    except Refusal:
        return ""
    return found if found in ("urban", "rural", "special_zone") else ""
