"""Decisions that record screenings, surveys, classifications and exits of a household.

A computed class is a proposal. The class changes only by a signed decision with number and date
(Quyết định 24/2021/QĐ-TTg, art. 4), and the surveyor does not sign it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.commands.context import CommandContext
from domain.households import events
from domain.households.codes import CLASSES, LISTED, LISTINGS, SCREENINGS, known
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
    SurveyBeforeHousehold,
    SurveyIdTaken,
    SurveyInFuture,
    SurveyLaterThanDecision,
    SurveyUnknown,
    SurveyWasWithdrawn,
)
from domain.households.household import Household
from domain.households.inputs import ClassInput, Figures, SurveyInput, event_fields
from domain.households.movements import exit_kind, movement
from domain.standards.decide import SurveyFacts, decide
from domain.standards.errors import MissingFigures, ThresholdNotSet
from domain.standards.reasons import reason
from domain.standards.standard import NATIONAL, Standard

# Reasons of a decision that cannot be computed, and so cannot be decided again.
FIGURES_NOT_RECORDED = "figures_not_recorded"
NOT_COMPUTABLE = "not_computable"
CARRIED_OVER = "carried_over"


def screen(
    household: Household,
    context: CommandContext,
    *,
    form: str,
    answers: events.Answers,
    outcome: str,
    override_reason: str = "",
) -> None:
    """Records Form A; the same form with the same result on the same day records nothing."""
    household.require_open_on(
        context, late=True, future=SurveyInFuture, before=SurveyBeforeHousehold
    )
    known("outcome", outcome, SCREENINGS)
    fields: dict[str, object] = {
        "form": form,
        "answers": answers,
        "outcome": outcome,
        "override_reason": override_reason,
    }
    if not any(_repeats(one, context, fields) for one in household.screenings):
        household.record(events.Screened, context, **fields)


def survey(
    household: Household, context: CommandContext, form: SurveyInput, *, survey_id: UUID
) -> None:
    """Records Form B, which is checked already. The same survey again records nothing."""
    household.require_open_on(
        context, late=True, future=SurveyInFuture, before=SurveyBeforeHousehold
    )
    if survey_id in household.withdrawn_ids:
        raise SurveyIdTaken(survey_id=survey_id)
    earlier = household.surveys.get(survey_id)
    if earlier is None:
        household.record(events.Surveyed, context, survey_id=survey_id, **event_fields(form))
    elif not _repeats(earlier, context, event_fields(form)):
        raise SurveyIdTaken(survey_id=survey_id)


def _repeats(
    earlier: events.HouseholdEvent, context: CommandContext, fields: Mapping[str, object]
) -> bool:
    """Whether an earlier event of the same day says the same."""
    return earlier.effective_on == context.effective_on and all(
        getattr(earlier, name) == value for name, value in fields.items()
    )


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
    if any(
        _repeats(one, context, fields) and one.document == context.document
        for one in household.decisions
    ):
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
) -> SurveyFacts | None:
    if decision.survey_id is None:
        return figures_given(decision.figures)
    if decision.figures is not None:
        raise FiguresTwice(survey_id=decision.survey_id)
    found = household.surveys.get(decision.survey_id)
    if found is None and decision.survey_id in household.withdrawn_ids:
        raise SurveyWasWithdrawn(survey_id=decision.survey_id)
    if found is None:
        raise SurveyUnknown(survey_id=decision.survey_id)
    if found.effective_on > context.effective_on:
        raise SurveyLaterThanDecision(
            surveyed_on=found.effective_on, effective_on=context.effective_on
        )
    signers = {context.actor.account, context.document.signer if context.document else ""}
    if signers & {found.surveyor, found.actor.account}:
        raise SignerIsSurveyor(survey_id=decision.survey_id)
    return SurveyFacts(
        area_type=found.area_type,
        income=found.income,
        b1=found.b1,
        b2=found.b2,
        deprived=found.deprived,
    )


def figures_given(figures: Figures | None) -> SurveyFacts | None:
    """Bare figures as the rule takes them; None if none of them is given."""
    if figures is None:
        return None
    values = (figures.income, figures.deprived_count, figures.b1, figures.b2)
    if all(value is None for value in values):
        return None
    return SurveyFacts(
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
    standard: Standard, decision: ClassInput, given: SurveyFacts | None
) -> CheckedDecision:
    """Holds the class decided against what the standard gives for the figures.

    A decision stands also where the rule cannot speak (no figures, too few, a threshold that is
    not known); the reason says so, and deciding it again will answer "not reproducible". Raises
    ClassNotComputable, ClassNotGiven, and what `decide` raises for figures that cannot be.
    """
    decided = decision.class_
    if decided is not None:
        known("class", decided, CLASSES)
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
    known("listing", listing, LISTINGS)
    if listing and listed_before:
        raise ListingContradicts(listing=listing)


def carry_class(source: Household, context: CommandContext, new: Household) -> None:
    """A household split off carries the class of the old one, on the paper that says so.

    Figures stay with the survey of the old household: they were not taken of these people.
    """
    check_paper(context)
    for scope in dict.fromkeys(one.scope for one in source.decisions):
        class_ = source.class_on(context.effective_on, scope)
        last = next(
            one for one in reversed(source.decisions) if one.scope == scope and one.class_ == class_
        )
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
