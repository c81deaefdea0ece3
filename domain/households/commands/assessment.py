"""Commands that screen, survey and classify a household, and take it off the list."""

from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import uuid5

from domain import text
from domain.areas.directory import AreaDirectory
from domain.commands.context import CommandContext
from domain.commands.result import CommandResult
from domain.households import assessment, normalize
from domain.households.codes import AREA_TYPES, known
from domain.households.commands.handler import HouseholdChange, HouseholdServices
from domain.households.errors import AmountInvalid, SurveyWithoutFigures, TextUnreadable
from domain.households.events import Answers
from domain.households.household import Household
from domain.households.inputs import ClassInput, SurveyInput
from domain.standards.standard import Standard, Standards

MOST_INCOME = 10**10
MOST_POINTS = 10_000


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
        assessment.screen(
            household,
            context,
            form=text.required("form", self.form, text.CODE),
            answers=normalize.answers(self.answers),
            outcome=self.outcome,
            override_reason=text.clean("override_reason", self.override_reason, text.NOTE),
        )


@dataclass(frozen=True, slots=True)
class RecordSurvey(HouseholdChange):
    """Form B of the effective date is recorded; the outcome's `created` is the survey id.

    Refused: SurveyInFuture, SurveyBeforeHousehold, SurveyWithoutFigures, SurveyIdTaken.
    """

    NAME: ClassVar[str] = "survey"
    survey: SurveyInput

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the survey."""
        survey_id = self.survey.survey_id or uuid5(context.command_id, "survey")
        assessment.survey(household, context, checked(self.survey), survey_id=survey_id)
        return CommandResult(household, created=survey_id)


@dataclass(frozen=True, slots=True)
class ClassifyHousehold(HouseholdChange):
    """A signed decision gives a household its class, with the figures and reasons.

    Refused: DecisionWithoutPaper, SignedInFuture, StandardNotInForce, NoStandardInForce,
    ClassNotGiven, ClassNotComputable, SignerIsSurveyor, SurveyUnknown, FiguresTwice,
    ListingContradicts, and what `decide` refuses.
    """

    NAME: ClassVar[str] = "classify"
    decision: ClassInput

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the decision."""
        _classify(household, context, self.decision, services)


@dataclass(frozen=True, slots=True)
class ExitPoverty(HouseholdChange):
    """A signed decision by which a listed household leaves poverty or the list.

    Refused as ClassifyHousehold, and: NotListed, NotAnExit.
    """

    NAME: ClassVar[str] = "exit"
    decision: ClassInput

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the decision and the exit."""
        _classify(household, context, self.decision, services, leaving=True)


def _classify(
    household: Household,
    context: CommandContext,
    decision: ClassInput,
    services: HouseholdServices,
    *,
    leaving: bool = False,
) -> None:
    assessment.classify(
        household,
        context,
        with_area_type(services.directory, cleaned(decision), household, context),
        standard_for(services.standards, decision, context),
        leaving=leaving,
    )


def standard_for(standards: Standards, decision: ClassInput, context: CommandContext) -> Standard:
    """The standard named, or the one of the scope on the effective date."""
    if decision.standard:
        return standards.get(decision.standard)
    return standards.in_force(context.effective_on, decision.scope)


def with_area_type(
    directory: AreaDirectory, decision: ClassInput, household: Household, context: CommandContext
) -> ClassInput:
    """The decision with the area type of where the household lives, if its figures have none.

    Left out where the household has moved since: where it lived then is not known. Where its
    commune has ended, the type is that of the communes on its land, if they have one and the same.
    """
    figures = decision.figures
    if figures is None or figures.area_type or context.effective_on < household.placed_on:
        return decision
    on = context.effective_on
    communes = directory.communes_on_land_of(household.area, on)
    types = {directory.unit_on(one, on).area_type_on(on) for one in communes}
    if len(types) != 1:
        return decision
    return replace(decision, figures=replace(figures, area_type=types.pop()))


def cleaned(decision: ClassInput) -> ClassInput:
    """The decision with its reason in NFC."""
    why = text.clean("override_reason", decision.override_reason, text.NOTE)
    if why == decision.override_reason:
        return decision
    return replace(decision, override_reason=why)


def checked(survey: SurveyInput) -> SurveyInput:
    """The survey with its texts in NFC and its deprivations in order.

    Raises SurveyWithoutFigures, AmountInvalid, TextUnreadable, TextMissing, UnknownCode.
    """
    by_income = survey.income is not None and survey.deprived is not None
    by_scores = survey.b1 is not None and survey.b2 is not None
    if not (by_income or by_scores):
        raise SurveyWithoutFigures(
            missing=[
                name for name in ("income", "deprived", "b1", "b2") if getattr(survey, name) is None
            ]
        )
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
        area_type=known("area_type", survey.area_type, AREA_TYPES),
        answers=normalize.answers(survey.answers),
        deprived=None
        if deprived is None
        else tuple(sorted({text.required("deprived", one, text.CODE) for one in deprived})),
        surveyor=text.required("surveyor", survey.surveyor, text.CODE),
        place=text.clean("place", survey.place),
    )
