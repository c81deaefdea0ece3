"""CommandRunner about what was found and decided."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from domain import text
from domain.commands.context import CommandContext
from domain.commands.outcome import Outcome
from domain.households import normalize
from domain.households.codes import AREA_TYPES, known
from domain.households.commands.runner import CommandResult, CommandRunner, Directory
from domain.households.errors import AmountInvalid, SurveyWithoutFigures, TextUnreadable
from domain.households.events import Answers
from domain.households.household import Household
from domain.households.inputs import ClassInput, SurveyInput
from domain.standards.standard import Standard, Standards

MOST_INCOME = 10**10
MOST_POINTS = 10_000


class AssessmentCommands(CommandRunner):
    """A household is screened, surveyed, classified, leaves poverty."""

    def screen(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        form: str,
        answers: Answers,
        outcome: str,
        override_reason: str = "",
        expected_version: int | None = None,
    ) -> Outcome:
        """Records Form A: `outcome` is "survey" (go on to Form B) or "not_poor"."""

        def act(household: Household, facts: CommandContext) -> None:
            household.screen(
                facts,
                form=text.required("form", form, text.CODE),
                answers=normalize.answers(answers),
                outcome=outcome,
                override_reason=text.clean("override_reason", override_reason, text.NOTE),
            )

        asked = {
            "form": form,
            "answers": answers,
            "outcome": outcome,
            "override_reason": override_reason,
        }
        return self._ask("screen", household_id, facts, asked, expected_version, act)

    def survey(
        self,
        household_id: UUID,
        facts: CommandContext,
        survey: SurveyInput,
        *,
        expected_version: int | None = None,
    ) -> Outcome:
        """Records Form B of the effective date; the outcome's `created` is the survey id.

        Refused: SurveyInFuture, SurveyBeforeHousehold, SurveyWithoutFigures, SurveyIdTaken.
        """
        survey_id = survey.survey_id or uuid5(facts.command_id, "survey")

        def act(household: Household, facts: CommandContext) -> CommandResult:
            household.survey(facts, survey_id=survey_id, **surveyed(survey))
            return CommandResult(created=survey_id)

        return self._ask("survey", household_id, facts, {"survey": survey}, expected_version, act)

    def classify(
        self,
        household_id: UUID,
        facts: CommandContext,
        decision: ClassInput,
        *,
        expected_version: int | None = None,
    ) -> Outcome:
        """A signed decision gives the household its class, with the figures and reasons.

        Refused: DecisionWithoutPaper, SignedInFuture, StandardNotInForce, NoStandardInForce,
        ClassNotGiven, ClassNotComputable, SignerIsSurveyor, SurveyUnknown, FiguresTwice,
        ListingContradicts, and what `decide` refuses.
        """
        return self._classify("classify", household_id, facts, decision, expected_version)

    def exit(
        self,
        household_id: UUID,
        facts: CommandContext,
        decision: ClassInput,
        *,
        expected_version: int | None = None,
    ) -> Outcome:
        """As classify, for a listed household that leaves poverty or the list by it.

        Refused as well: NotListed, NotAnExit.
        """
        return self._classify("exit", household_id, facts, decision, expected_version)

    def _classify(
        self,
        command: str,
        household_id: UUID,
        facts: CommandContext,
        decision: ClassInput,
        expected_version: int | None,
    ) -> Outcome:
        def act(household: Household, facts: CommandContext) -> None:
            self._give_class(household, facts, decision, leaving=command == "exit")

        asked = {"decision": decision}
        return self._ask(command, household_id, facts, asked, expected_version, act)

    def _give_class(
        self,
        household: Household,
        facts: CommandContext,
        decision: ClassInput,
        *,
        leaving: bool = False,
    ) -> None:
        household.classify(
            facts,
            with_area_type(self._directory, cleaned(decision), household, facts),
            standard_for(self._casework.standards, decision, facts),
            leaving=leaving,
        )


def standard_for(standards: Standards, decision: ClassInput, facts: CommandContext) -> Standard:
    """The standard named, or the one of the scope on the effective date."""
    if decision.standard:
        return standards.get(decision.standard)
    return standards.in_force(facts.effective_on, decision.scope)


def with_area_type(
    directory: Directory, decision: ClassInput, household: Household, facts: CommandContext
) -> ClassInput:
    """The decision with the area type of where the household lives, if its figures have none.

    Left out where the household has moved since: nobody said where it lived then. Where its
    commune has ended, the type is that of the communes on its land, if they have one and the same.
    """
    figures = decision.figures
    if figures is None or figures.area_type or facts.effective_on < household.placed_on:
        return decision
    on = facts.effective_on
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


def surveyed(survey: SurveyInput) -> dict[str, Any]:
    """The fields of `Surveyed` but its id, checked and in NFC."""
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
    return {
        "form": text.required("form", survey.form, text.CODE),
        "score_card": text.clean("score_card", survey.score_card, text.CODE),
        "area_type": known("area_type", survey.area_type, AREA_TYPES),
        "answers": normalize.answers(survey.answers),
        "income": survey.income,
        "b1": survey.b1,
        "b2": survey.b2,
        "deprived": None
        if deprived is None
        else tuple(sorted({text.required("deprived", one, text.CODE) for one in deprived})),
        "surveyor": text.required("surveyor", survey.surveyor, text.CODE),
        "place": text.clean("place", survey.place),
        "attachments": survey.attachments,
    }
