"""The command that gives a household on record the class, causes and papers of a new list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.commands.batch import PlannedCommand
from domain.commands.command import CommandContext
from domain.households.decisions import ClassifyHousehold, ClassInput, ExitPoverty
from domain.households.handler import HouseholdCommand
from domain.households.needs_and_plan import RecordCauses
from domain.households.papers import NewPaper, TakePapers


@dataclass(frozen=True, slots=True)
class PlannedDecision:
    """A class for a household on record, and why it is poor, where the list says so.

    Each is a command of its own; the paper is that of `context`. With `leaving` it is an exit.
    `papers` are identity numbers that the list of `source` gives its members; with `decision`
    None they are all there is. One that cannot be taken is in the outcome's notes as
    "papers/INDEX/CODE" and holds up nothing.
    """

    household_id: UUID
    context: CommandContext
    decision: ClassInput | None
    for_causes: CommandContext
    causes: tuple[str, ...] = ()
    leaving: bool = False
    for_papers: CommandContext | None = None
    papers: tuple[NewPaper, ...] = ()
    source: str = ""

    def commands(self) -> Iterator[PlannedCommand[HouseholdCommand]]:
        """The commands, in the order in which they are carried out."""
        if self.for_papers is not None and self.papers:
            take = TakePapers(self.household_id, self.papers, self.source)
            yield PlannedCommand(take, self.for_papers)
        if self.decision is not None:
            kind = ExitPoverty if self.leaving else ClassifyHousehold
            yield PlannedCommand(kind(self.household_id, self.decision), self.context)
        if self.causes:
            yield PlannedCommand(RecordCauses(self.household_id, self.causes), self.for_causes)


def groups_of(
    plans: Sequence[PlannedDecision],
) -> list[list[PlannedCommand[HouseholdCommand]]]:
    """The plans as groups of commands. Raises ValueError for two plans of one household."""
    if len({plan.household_id for plan in plans}) < len(plans):
        raise ValueError("one plan for each household")
    return [list(plan.commands()) for plan in plans]
