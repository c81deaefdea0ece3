"""Decisions give a household its class, and take it off the list.

A computed class is a proposal. The class changes only by a signed decision with number and date
(Quyết định 24/2021/QĐ-TTg, art. 4), and the surveyor does not sign it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.areas.directory import AreaDirectory
from domain.commands.command import CommandContext
from domain.households import events
from domain.households.claims import review_key
from domain.households.codes import CLASSES, LISTED, LISTINGS
from domain.households.errors import (
    ClassNotComputable,
    ClassNotGiven,
    DecisionWithoutPaper,
    FiguresTwice,
    ListingContradicts,
    NotAnExit,
    NotListed,
    SignedInFuture,
    SignerIsSurveyor,
    StandardNotInForce,
    SurveyLaterThanDecision,
    SurveyUnknown,
    SurveyWasWithdrawn,
    UnderReview,
)
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household
from domain.households.movements import exit_kind, movement
from domain.standards.decide import SurveyFigures, decide
from domain.standards.errors import MissingFigures, ThresholdNotSet
from domain.standards.reasons import reason
from domain.standards.standard import NATIONAL, Standard, Standards

# Reasons of a decision that cannot be computed, and so cannot be decided again.
FIGURES_NOT_RECORDED = "figures_not_recorded"
NOT_COMPUTABLE = "not_computable"
CARRIED_OVER = "carried_over"


@dataclass(frozen=True, slots=True)
class Figures:
    """The bare figures of an official list, where there is no survey.

    `income` is VND per head and month; `deprived_count` counts indicators; `b1`, `b2` are points.
    `area_type` "" is that of the household's area on the effective date.
    """

    area_type: str = ""
    income: int | None = None
    deprived_count: int | None = None
    b1: int | None = None
    b2: int | None = None


@dataclass(frozen=True, slots=True)
class ClassInput:
    """A signed decision on a household's class. The paper is that of its context.

    `class_` is the class decided; None takes what the standard gives. Figures come from the
    survey `survey_id`, or from `figures`, or are missing (official lists that only name the
    class): then `class_` is required and the decision cannot be decided again. `standard` is the
    id of a standard; "" takes the one in force for `scope` on the effective date. `scope` is
    "national" or the id of a local standard. A class other than the computed one needs
    `override_reason`. `listing` says what an official list knows of a household whose earlier
    history is not in this record: "" nothing, "old", "new", "again", "moved_in".
    """

    class_: str | None = None
    survey_id: UUID | None = None
    figures: Figures | None = None
    standard: str = ""
    scope: str = "national"
    override_reason: str = ""
    listing: str = ""


@dataclass(frozen=True, slots=True)
class ClassifyHousehold(HouseholdChange):
    """A signed decision gives a household its class, with the figures and reasons.

    Refused: UnderReview, DecisionWithoutPaper, SignedInFuture, StandardNotInForce,
    NoStandardInForce, ClassNotGiven, ClassNotComputable, SignerIsSurveyor, SurveyUnknown,
    FiguresTwice, ListingContradicts, and what `decide` refuses.
    """

    NAME: ClassVar[str] = "classify"
    decision: ClassInput

    def keys_needed(self, services: HouseholdServices, context: CommandContext) -> Iterable[bytes]:
        """The claim of a round to its review."""
        return (review_key(self.household_id),)

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the decision."""
        require_no_review(household, context, self.decision, services)
        decide_class(household, context, self.decision, services)


@dataclass(frozen=True, slots=True)
class ExitPoverty(HouseholdChange):
    """A signed decision by which a listed household leaves poverty or the list.

    Refused as ClassifyHousehold, and: NotListed, NotAnExit.
    """

    NAME: ClassVar[str] = "exit"
    decision: ClassInput

    def keys_needed(self, services: HouseholdServices, context: CommandContext) -> Iterable[bytes]:
        """The claim of a round to its review."""
        return (review_key(self.household_id),)

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the decision and the exit."""
        require_no_review(household, context, self.decision, services)
        decide_class(household, context, self.decision, services, leaving=True)


def require_no_review(
    household: Household,
    context: CommandContext,
    decision: ClassInput,
    services: HouseholdServices,
) -> None:
    """UnderReview where an open round has the household on its list on the effective date.

    What such a round decides waits for its vote, posting, grievances and notices; a decision beside
    it would pass them by. An older decision, and one by a local standard, is none of its matter.
    """
    if decision.scope != NATIONAL:
        return
    key = review_key(household.id)
    claim = services.claims.look([key]).get(key)
    if claim is not None and claim.until is None and claim.since <= context.effective_on:
        raise UnderReview(household_id=household.id, round_id=claim.holder, since=claim.since)


def decide_class(
    household: Household,
    context: CommandContext,
    decision: ClassInput,
    services: HouseholdServices,
    *,
    leaving: bool = False,
) -> None:
    """Records a decision by the standard in force, with the area type of where it lives."""
    classify(
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


def classify(
    household: Household,
    context: CommandContext,
    decision: ClassInput,
    standard: Standard,
    *,
    leaving: bool = False,
) -> None:
    """Records the class that a signed decision gives, by `standard`, with the figures compared.

    With `leaving` the household must be listed on the eve and leave poverty or the list by it.
    The very same decision again records nothing.
    """
    household.require_open_on(context, late=True)
    check_paper(context)
    check_standard(standard, decision, context)
    before = household.class_before(context.effective_on, decision.scope)
    if leaving and before not in LISTED:
        raise NotListed(class_before=before, day=context.effective_on)
    given = _figures(household, context, decision)
    judged = check_against_standard(standard, decision, given)
    if leaving and not exit_kind(before, judged.class_):
        raise NotAnExit(class_before=before, class_=judged.class_)
    listed = household.listed_before(context.effective_on, decision.scope)
    _check_listing(decision.listing, listed)
    fields: dict[str, object] = {
        "scope": decision.scope,
        "class_": judged.class_,
        "proposed": judged.proposed,
        "override_reason": judged.override_reason,
        "standard": standard.id,
        "standard_digest": standard.digest,
        "survey_id": decision.survey_id,
        "facts": given.figures() if given else {},
        "comparisons": judged.comparisons,
        "reasons": judged.reasons,
    }
    circumstances = {"effective_on": context.effective_on, "document": context.document}
    if any(one.says({**circumstances, **fields}) for one in household.decisions):
        return
    household.record(
        events.Classified,
        context,
        class_before=before,
        movement=movement(before, judged.class_, listed, decision.listing),
        **fields,
    )
    kind = exit_kind(before, judged.class_)
    if kind and decision.scope == NATIONAL:
        above = kind == "above_near_poor"
        until = standard.newly_escaped_until(context.effective_on) if above else None
        household.record(
            events.LeftPoverty, context, kind=kind, class_before=before, newly_escaped_until=until
        )


def check_paper(context: CommandContext) -> None:
    """DecisionWithoutPaper or SignedInFuture unless the document has a number and a past day."""
    paper = context.document
    if paper is None or not paper.number or paper.signed_on is None:
        raise DecisionWithoutPaper(
            number=paper.number if paper else "", signed_on=paper.signed_on if paper else None
        )
    if paper.signed_on > context.recorded_on:
        raise SignedInFuture(signed_on=paper.signed_on, recorded_on=context.recorded_on)


def check_standard(standard: Standard, decision: ClassInput, context: CommandContext) -> None:
    """StandardNotInForce unless it is of the decision's scope and holds on the effective date.

    One whose validity is not known (it has no first day) can be named, and its decisions say so.
    """
    known_validity = standard.valid_from is not None
    if standard.scope != decision.scope or (
        known_validity and not standard.holds_on(context.effective_on)
    ):
        raise StandardNotInForce(
            standard=standard.id, scope=decision.scope, day=context.effective_on
        )


def _figures(
    household: Household, context: CommandContext, decision: ClassInput
) -> SurveyFigures | None:
    if decision.survey_id is None:
        return figures_given(decision.figures)
    if decision.figures is not None:
        raise FiguresTwice(survey_id=decision.survey_id)
    return figures_surveyed(decided_survey(household, context, decision.survey_id))


def decided_survey(
    household: Household, context: CommandContext, survey_id: UUID
) -> events.Surveyed:
    """The survey that a decision rests on.

    Raises SurveyUnknown, SurveyWasWithdrawn, SurveyLaterThanDecision, SignerIsSurveyor.
    """
    found = household.surveys.get(survey_id)
    if found is None and survey_id in household.withdrawn_ids:
        raise SurveyWasWithdrawn(survey_id=survey_id)
    if found is None:
        raise SurveyUnknown(survey_id=survey_id)
    if found.effective_on > context.effective_on:
        raise SurveyLaterThanDecision(
            surveyed_on=found.effective_on, effective_on=context.effective_on
        )
    signers = {context.actor.account, context.document.signer if context.document else ""}
    if signers & {found.surveyor, found.actor.account}:
        raise SignerIsSurveyor(survey_id=survey_id)
    return found


def figures_surveyed(survey: events.Surveyed) -> SurveyFigures:
    """The figures of a survey as the rule takes them."""
    return SurveyFigures(
        area_type=survey.area_type,
        income=survey.income,
        b1=survey.b1,
        b2=survey.b2,
        deprived=survey.deprived,
    )


def figures_given(figures: Figures | None) -> SurveyFigures | None:
    """Bare figures as the rule takes them; None if none of them is given."""
    if figures is None:
        return None
    values = (figures.income, figures.deprived_count, figures.b1, figures.b2)
    if all(value is None for value in values):
        return None
    return SurveyFigures(
        area_type=figures.area_type,
        income=figures.income,
        deprived_count=figures.deprived_count,
        b1=figures.b1,
        b2=figures.b2,
    )


@dataclass(frozen=True, slots=True)
class CheckedDecision:
    """The class decided, beside what the standard gives; `proposed` is "" if it cannot say."""

    class_: str
    proposed: str
    override_reason: str
    comparisons: tuple[events.Comparison, ...]
    reasons: tuple[str, ...]


def check_against_standard(
    standard: Standard, decision: ClassInput, given: SurveyFigures | None
) -> CheckedDecision:
    """Holds the class decided against what the standard gives for the figures.

    A decision stands also where the rule cannot speak (no figures, too few, a threshold that is
    not known); the reason says so, and deciding it again will answer "not reproducible". Raises
    ClassNotComputable, ClassNotGiven, and what `decide` raises for figures that cannot be.
    """
    decided = decision.class_
    if decided is not None:
        text.known("class", decided, CLASSES)
    if given is None:
        if decided is None:
            raise ClassNotComputable(why=FIGURES_NOT_RECORDED)
        return CheckedDecision(decided, "", "", (), (reason(FIGURES_NOT_RECORDED),))
    try:
        ruled = decide(standard, given)
    except (MissingFigures, ThresholdNotSet) as unable:
        if decided is None:
            raise ClassNotComputable(why=unable.code, **unable.values) from None
        return CheckedDecision(decided, "", "", (), (reason(NOT_COMPUTABLE, why=unable.code),))
    class_ = ruled.class_ if decided is None else decided
    overrides = not ruled.admits(class_)
    if overrides and not decision.override_reason:
        raise ClassNotGiven(proposed=ruled.class_, decided=class_, standard=standard.id)
    return CheckedDecision(
        class_,
        ruled.class_,
        decision.override_reason if overrides else "",
        ruled.comparisons,
        ruled.reasons,
    )


def _check_listing(listing: str, listed_before: bool) -> None:
    text.known("listing", listing, LISTINGS)
    if listing and listed_before:
        raise ListingContradicts(listing=listing)


def carry_class(source: Household, context: CommandContext, new: Household) -> None:
    """A household split off carries the class of the old one, on the paper that says so.

    Figures stay with the survey of the old household: they were not taken of these people.
    """
    check_paper(context)
    by_then = [one for one in source.decisions if one.effective_on <= context.effective_on]
    for scope in dict.fromkeys(one.scope for one in by_then):
        class_ = source.class_on(context.effective_on, scope)
        last = next(one for one in reversed(by_then) if one.scope == scope and one.class_ == class_)
        new.record(
            events.Classified,
            context,
            scope=scope,
            class_=class_,
            class_before="",
            movement="other_in" if class_ in LISTED else "unchanged",
            proposed="",
            override_reason="",
            standard=last.standard,
            standard_digest=last.standard_digest,
            survey_id=None,
            facts={},
            comparisons=(),
            reasons=(reason(CARRIED_OVER, household=source.id),),
        )
