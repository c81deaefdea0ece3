"""Classes that households took along when they split off, and the decision they rest on.

Such a class is a decision of the new household, on the paper of the split. Withdrawing the decision
it rests on leaves it where it is (decision 0070); the answer of the withdrawal says where.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from domain.commands.command import Outcome
from domain.households import events as e
from domain.households.handler import HouseholdCommand
from domain.households.household import Household
from domain.households.withdrawals import WithdrawEntry
from service.access import authorization
from service.access.authorization import RequestContext
from service.access.read_log import note_read
from service.households.commands import run
from service.households.file_view import HouseholdView


@dataclass(frozen=True, slots=True)
class Carried:
    """A class that a household took along: its entry there, and the day of the split."""

    household: Household
    entry: int
    on: date


def carried_over(
    context: RequestContext,
    source: UUID,
    history: Iterable[e.HouseholdEvent],
    decision: e.Classified,
) -> tuple[Carried, ...]:
    """The classes, not withdrawn yet, that rest on a decision of the household `source`.

    `history` are the events of that household. A class rests on the latest decision of its scope
    on the day of the split that was not withdrawn, or on this one.
    """
    told = list(history)
    gone = {one.withdraws for one in told if isinstance(one, e.Withdrawal)}
    decisions = [
        one
        for one in told
        if isinstance(one, e.Classified)
        and one.scope == decision.scope
        and (one.originator_version == decision.originator_version
             or one.originator_version not in gone)
    ]  # fmt: skip
    application, found = context.services.application, []
    for split in (one for one in told if isinstance(one, e.SplitOff)):
        before = [one for one in decisions if one.effective_on <= split.effective_on]
        standing = max(
            before, key=lambda one: (one.effective_on, one.originator_version), default=None
        )
        if standing is None or standing.originator_version != decision.originator_version:
            continue
        new = application.households.load(split.new_household)
        found += [
            Carried(new, one.originator_version, split.effective_on)
            for one in new.decisions
            if one.command_id == split.command_id and one.scope == decision.scope
        ]
    return tuple(found)


def withdraw(context: RequestContext, command: HouseholdCommand, reading: HouseholdView) -> Outcome:
    """Withdraws a decision; notes of the outcome name the classes that rest on it."""
    if not isinstance(command, WithdrawEntry):
        raise TypeError(f"{type(command).__name__} withdraws nothing")
    outcome = run(context, command, reading)
    carried = notes_of(context, command.household_id, command.entry)
    return replace(outcome, notes=(*outcome.notes, *carried))


def notes_of(context: RequestContext, source: UUID, entry: int) -> tuple[str, ...]:
    """What the answer of a withdrawal says: "carried_over/HOUSEHOLD/ENTRY" for each household
    within reach, and "carried_over/elsewhere" for one that is not. Naming one is a reading."""
    history: list[Any] = list(context.services.application.events.get(source))
    decision = history[entry - 1] if entry <= len(history) else None
    if not isinstance(decision, e.Classified):
        return ()
    notes = []
    for one in carried_over(context, source, history, decision):
        if authorization.within_reach(context, one.household.id):
            note_read(context, one.household.id, one.household.area, "history")
            notes.append(f"carried_over/{one.household.id}/{one.entry}")
        else:
            notes.append("carried_over/elsewhere")
    return tuple(notes)
