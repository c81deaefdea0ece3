"""Withdrawals take back what was recorded about a household by error.

Withdrawn are findings, decisions and what was granted: entries that no other household and no
person's membership rests on. Members, head, place, a split, a merger and an end have commands of
their own that say the opposite, because they move persons between households.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from domain import text
from domain.commands.command import CommandContext
from domain.households import events
from domain.households.codes import LISTED
from domain.households.decisions import check_paper
from domain.households.errors import (
    AlreadyWithdrawn,
    DecisionRestsOnSurvey,
    EntryNotWithdrawable,
    EntryOfAnotherKind,
    EntryUnknown,
    ExitGoesWithDecision,
    ExitRestsOnDecision,
    TextMissing,
    WithdrawalByChairman,
)
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household
from domain.households.low_income import WITHDRAWN, standings
from domain.households.movements import exit_kind
from domain.standards.standard import NATIONAL

# What is withdrawn, by a short name: the event of the entry, and the event of its withdrawal.
KINDS: dict[str, tuple[type[events.HouseholdEvent], type[events.Withdrawal]]] = {
    "screening": (events.Screened, events.ScreeningWithdrawn),
    "survey": (events.Surveyed, events.SurveyWithdrawn),
    "decision": (events.Classified, events.ClassificationWithdrawn),
    "support": (events.SupportGranted, events.SupportWithdrawn),
    "causes": (events.CausesRecorded, events.CausesWithdrawn),
    "needs": (events.NeedsRecorded, events.NeedsWithdrawn),
    "plan": (events.PlanAgreed, events.PlanWithdrawn),
}
CHAIRMAN = "chairman"


@dataclass(frozen=True, slots=True)
class WithdrawEntry(HouseholdChange):
    """The entry with the version `entry`, of a kind of `withdrawals.KINDS`, is withdrawn.

    The history keeps both. A withdrawal takes effect with its entry, whatever the effective date
    says. A decision is withdrawn by the chairman, on the paper of the context.

    Refused: EntryUnknown, EntryOfAnotherKind, EntryNotWithdrawable, AlreadyWithdrawn,
    TextMissing, WithdrawalByChairman, DecisionWithoutPaper, SignedInFuture,
    DecisionRestsOnSurvey, ExitRestsOnDecision, ExitGoesWithDecision.
    """

    NAME: ClassVar[str] = "withdraw"
    UNDATED: ClassVar[bool] = True
    kind: str
    entry: int
    reason: str

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the withdrawal."""
        reason = text.required("reason", self.reason, text.NOTE)
        withdraw(household, context, kind=self.kind, entry=self.entry, reason=reason)


def withdraw(
    household: Household, context: CommandContext, *, kind: str, entry: int, reason: str
) -> None:
    """Withdraws the entry of that version; `kind` is a key of KINDS.

    The withdrawal takes effect with the entry, whatever `context.effective_on` says, and also in a
    household that has ended. An exit is withdrawn in the same save as its decision.
    """
    found = _entry(household, kind, entry)
    if not reason:
        raise TextMissing(field="reason")
    if isinstance(found, events.Classified):
        if context.actor.role != CHAIRMAN:
            raise WithdrawalByChairman(role=context.actor.role)
        check_paper(context)
        _check_exits(household, found)
    if isinstance(found, events.Surveyed):
        _check_decisions(household, found)
    context = replace(context, effective_on=found.effective_on)
    exits = [one for one in household.exits if _comes_with(one, found)]
    household.record(KINDS[kind][1], context, withdraws=entry, reason=reason)
    for one in exits:
        household.record(
            events.ExitWithdrawn, context, withdraws=one.originator_version, reason=reason
        )


def _entry(household: Household, kind: str, version: int) -> events.HouseholdEvent:
    """The entry that counts under this version; refused by name where there is none."""
    earlier = household.withdrawn.get(version)
    if earlier is not None:
        raise AlreadyWithdrawn(entry=version, withdrawn_by=earlier.originator_version)
    found = next((one for one in _entries(household) if one.originator_version == version), None)
    if isinstance(found, events.LeftPoverty):
        for decision in household.decisions:
            if _comes_with(found, decision):
                raise ExitGoesWithDecision(entry=version, decision=decision.originator_version)
    if found is None or isinstance(found, events.LeftPoverty):
        if 1 <= version <= household.version:
            raise EntryNotWithdrawable(entry=version)
        raise EntryUnknown(entry=version)
    if not isinstance(found, KINDS[kind][0]):
        raise EntryOfAnotherKind(entry=version, wanted=kind)
    return found


def _entries(household: Household) -> Iterator[events.HouseholdEvent]:
    yield from household.screenings
    yield from household.surveys.values()
    yield from household.decisions
    yield from household.exits
    yield from household.supports.values()
    yield from household.causes
    yield from household.needs
    yield from household.plans


def _comes_with(exit_: events.LeftPoverty, decision: events.HouseholdEvent) -> bool:
    """Whether the exit was recorded by the command of this decision."""
    return (
        isinstance(decision, events.Classified)
        and decision.scope == NATIONAL
        and decision.command_id == exit_.command_id
    )


def _check_decisions(household: Household, survey: events.Surveyed) -> None:
    """DecisionRestsOnSurvey if a decision that was not withdrawn names the survey."""
    resting: list[events.Classified | events.LowIncomeWorkerRecognised] = [*household.decisions]
    resting += [
        each.event
        for every in standings(household).values()
        for each in every
        if each.ended_by != WITHDRAWN
    ]
    for one in resting:
        if one.survey_id == survey.survey_id:
            raise DecisionRestsOnSurvey(
                decision=one.originator_version,
                paper=one.document.number if one.document else "",
                effective_on=one.effective_on,
            )


def _check_exits(household: Household, decision: events.Classified) -> None:
    """ExitRestsOnDecision if a later exit would be out of no list without the decision."""
    if decision.scope != NATIONAL or decision.class_ not in LISTED:
        return
    without = [one for one in household.decisions if one is not decision]
    for exit_ in household.exits:
        its = next((one for one in without if _comes_with(exit_, one)), None)
        if its is None:
            continue
        day = exit_.effective_on
        if exit_kind(household.class_before(day), its.class_) and not exit_kind(
            _class_before(without, day), its.class_
        ):
            raise ExitRestsOnDecision(
                decision=its.originator_version,
                paper=its.document.number if its.document else "",
                effective_on=day,
            )


def _class_before(decisions: list[events.Classified], day: date) -> str:
    """The national class on the eve of a day by these decisions; "" if there is none."""
    earlier = [one for one in decisions if one.scope == NATIONAL and one.effective_on < day]
    # The last recorded of the latest day: `max` keeps the first of equals, so look from the end.
    latest = max(reversed(earlier), key=lambda one: one.effective_on, default=None)
    return latest.class_ if latest else ""
