"""Surveys of a household record form A, the screening, and form B, the survey itself."""

from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.households.codes import AREA_TYPES, SCREENINGS
from domain.households.errors import (
    AmountInvalid,
    SurveyBeforeHousehold,
    SurveyIdTaken,
    SurveyInFuture,
    SurveyWithoutFigures,
    TextUnreadable,
)
from domain.households.events import Answers, Screened, Surveyed
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household
from domain.standards.errors import (
    AnswersContradict,
    AnswersIncomplete,
    NoStandardInForce,
    ScoreCardElsewhere,
)
from domain.standards.questions import ASKED, QuestionSet
from domain.standards.score_card import PREFIX, ScoreCard, is_card_name, score
from domain.standards.standard import Standards

MOST_INCOME = 10**10
MOST_POINTS = 10_000
MOST_ANSWERS = 1000


@dataclass(frozen=True, slots=True)
class SurveyInput:
    """Form B as it was filled in on the effective date.

    `income` is VND per head and month, `b1` and `b2` are points, `deprived` are indicator codes;
    give the income with the deprivations, or the two scores, or both. `surveyor` is an account.
    `attachments` are SHA-256 hex digests. `answers` must hold no personal data.
    """

    form: str
    area_type: str
    surveyor: str
    score_card: str = ""
    answers: Answers = field(default_factory=dict)
    income: int | None = None
    b1: int | None = None
    b2: int | None = None
    deprived: tuple[str, ...] | None = None
    place: str = ""
    attachments: tuple[str, ...] = ()
    survey_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RecordScreening(HouseholdChange):
    """Form A is recorded: `outcome` is "survey" (go on to Form B) or "not_poor"."""

    NAME: ClassVar[str] = "screen"
    form: str
    answers: Answers
    outcome: str
    override_reason: str = ""

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the screening."""
        screen(
            household,
            context,
            form=text.required("form", self.form, text.CODE),
            answers=cleaned_answers(self.answers),
            outcome=self.outcome,
            override_reason=text.clean("override_reason", self.override_reason, text.NOTE),
        )


@dataclass(frozen=True, slots=True)
class RecordSurvey(HouseholdChange):
    """Form B of the effective date is recorded; the outcome's `created` is the survey id.

    Refused: SurveyInFuture, SurveyBeforeHousehold, SurveyWithoutFigures, SurveyIdTaken, and by the
    answers AnswerInvalid, AnswersContradict, AnswersIncomplete, QuestionsUnknown, ScoreCardUnknown,
    ScoreCardElsewhere.
    """

    NAME: ClassVar[str] = "survey"
    survey: SurveyInput

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the survey."""
        survey_id = self.survey.survey_id or uuid5(context.command_id, "survey")
        form = checked(self.survey)
        if form.score_card and is_card_name(form.score_card):
            form = with_score(form, services.score_card(form.score_card))
        form = with_deprivations(form, services.standards, context.effective_on)
        survey(household, context, form, survey_id=survey_id)
        return CommandResult(household, created=survey_id)


def checked(survey: SurveyInput) -> SurveyInput:
    """The survey with its texts in NFC and its deprivations in order.

    Raises AmountInvalid, TextUnreadable, TextMissing, UnknownCode.
    """
    for name, most in (("income", MOST_INCOME), ("b1", MOST_POINTS), ("b2", MOST_POINTS)):
        value = getattr(survey, name)
        if value is not None and not 0 <= value <= most:
            raise AmountInvalid(field=name, value=value, at_most=most)
    for digest in survey.attachments:
        if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise TextUnreadable(field="attachments")
    deprived = survey.deprived
    return replace(
        survey,
        form=text.required("form", survey.form, text.CODE),
        score_card=text.clean("score_card", survey.score_card, text.CODE),
        area_type=text.known("area_type", survey.area_type, AREA_TYPES),
        answers=cleaned_answers(survey.answers),
        deprived=None
        if deprived is None
        else tuple(sorted({text.required("deprived", one, text.CODE) for one in deprived})),
        surveyor=text.required("surveyor", survey.surveyor, text.CODE),
        place=text.clean("place", survey.place),
    )


def with_score(survey: SurveyInput, card: ScoreCard) -> SurveyInput:
    """The survey with the score B1 that its answers have by the card.

    Raises ScoreCardElsewhere, AnswersIncomplete, AnswersContradict.
    """
    if card.area_type != survey.area_type:
        raise ScoreCardElsewhere(score_card=card.version, area_type=card.area_type)
    points, missing = score(card, survey.answers)
    if points is None:
        raise AnswersIncomplete(indicators=[f"{PREFIX}{code}" for code in missing])
    if survey.b1 not in (None, points):
        raise AnswersContradict(indicators=["b1"], recorded=survey.b1, recomputed=points)
    return replace(survey, b1=points)


def with_deprivations(survey: SurveyInput, standards: Standards, on: date) -> SurveyInput:
    """The survey with the deprivations that its answers show, and the questions that were asked.

    The questions are those that the answers name, else those of the standard in force on the day.
    Answers to no question of theirs are kept as they are. B2 follows from the deprivations where
    B1 is given without it. Raises SurveyWithoutFigures, AnswerInvalid, AnswersContradict,
    AnswersIncomplete, QuestionsUnknown.
    """
    asked = _questions(survey.answers, standards, on) if survey.answers else None
    if asked is not None and asked.answered(survey.answers):
        deprived, open_ = asked.deprivations(survey.answers, survey.deprived)
        answers = {**survey.answers, ASKED: asked.edition}
        survey = replace(survey, answers=answers, deprived=deprived)
        if deprived is None and survey.b2 is None:
            raise AnswersIncomplete(indicators=list(open_))
        points = standards.get(asked.standard).rule.points_per_indicator.value
        if None not in (survey.b1, deprived, points) and survey.b2 is None:
            survey = replace(survey, b2=len(deprived or ()) * (points or 0))
    require_figures(survey)
    return survey


def require_figures(survey: SurveyInput) -> None:
    """Raises SurveyWithoutFigures unless one basis of the rule is given."""
    by_income = survey.income is not None and survey.deprived is not None
    by_scores = survey.b1 is not None and survey.b2 is not None
    if not (by_income or by_scores):
        names = ("income", "deprived", "b1", "b2")
        raise SurveyWithoutFigures(missing=[one for one in names if getattr(survey, one) is None])


def _questions(answers: Answers, standards: Standards, on: date) -> QuestionSet | None:
    named = answers.get(ASKED)
    if isinstance(named, str) and named:
        return standards.questions.edition(named)
    try:
        return standards.questions_of(standards.in_force(on))
    except NoStandardInForce:
        return None


def cleaned_answers(given: Answers) -> Answers:
    """The answers of a form with every text in NFC. Raises AmountInvalid for too many."""
    if len(given) > MOST_ANSWERS:
        raise AmountInvalid(field="answers", value=len(given), at_most=MOST_ANSWERS)
    cleaned: Answers = {}
    for question, answer in given.items():
        question = text.required("answers", question, text.CODE)
        if isinstance(answer, str):
            cleaned[question] = text.clean("answers", answer, text.NOTE)
        elif isinstance(answer, list):
            cleaned[question] = [text.clean("answers", one, text.NOTE) for one in answer]
        else:
            cleaned[question] = answer
    return cleaned


def screen(
    household: Household,
    context: CommandContext,
    *,
    form: str,
    answers: Answers,
    outcome: str,
    override_reason: str = "",
) -> None:
    """Records Form A; the same form with the same result on the same day records nothing."""
    household.require_open_on(
        context, late=True, future=SurveyInFuture, before=SurveyBeforeHousehold
    )
    text.known("outcome", outcome, SCREENINGS)
    content: dict[str, object] = {
        "form": form,
        "answers": answers,
        "outcome": outcome,
        "override_reason": override_reason,
    }
    again = {"effective_on": context.effective_on, **content}
    if not any(one.says(again) for one in household.screenings):
        household.record(Screened, context, **content)


def survey(
    household: Household, context: CommandContext, form: SurveyInput, *, survey_id: UUID
) -> None:
    """Records Form B, which is checked already. The same survey again records nothing."""
    household.require_open_on(
        context, late=True, future=SurveyInFuture, before=SurveyBeforeHousehold
    )
    if survey_id in household.withdrawn_ids:
        raise SurveyIdTaken(survey_id=survey_id)
    content = {one.name: getattr(form, one.name) for one in fields(form)}
    content.pop("survey_id")
    earlier = household.surveys.get(survey_id)
    if earlier is None:
        household.record(Surveyed, context, survey_id=survey_id, **content)
    elif not earlier.says({"effective_on": context.effective_on, **content}):
        raise SurveyIdTaken(survey_id=survey_id)
