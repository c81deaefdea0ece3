"""Compares a household of a list of exits with its record: whether it has left, and what.

The list says that a household left poverty, or near-poverty, by a decision of its own, which is
recorded beside the decision that recognised it as near-poor. What is on record already, by this
paper or by an earlier one, is not recorded again.
"""

from domain.commands.command import CommandContext
from domain.errors import Refusal
from domain.households.codes import LISTED
from domain.households.errors import NotListed
from domain.households.household import Household
from domain.imports.listed_household import ListedHousehold
from domain.standards.standard import NATIONAL


class ExitOfUnknown(Refusal):
    """The household that left poverty is not on record."""

    code = "exit_household_unknown"


class ExitOfOtherClass(Refusal):
    """The list says that the household left another class than the one on record."""

    code = "exit_of_other_class"


def has_left(household: Household, listed: ListedHousehold, context: CommandContext) -> bool:
    """Whether the exit is on record. Raises NotListed, ExitOfOtherClass.

    The class on the eve has to be the one that the list says was left; or it is what the
    household became, and the class before that is the one left.
    """
    day = context.effective_on
    before = household.class_before(day)
    if listed.leaves == before or (listed.leaves == "listed" and before in LISTED):
        return _by_this_paper(household, listed, context)
    if listed.class_ in ("", before) and _class_until(household, context) == listed.leaves:
        return True
    if before not in LISTED:
        raise NotListed(class_before=before, day=day)
    raise ExitOfOtherClass(leaves=listed.leaves, before=before)


def _by_this_paper(household: Household, listed: ListedHousehold, context: CommandContext) -> bool:
    paper = context.document
    return paper is not None and any(
        one.scope == NATIONAL
        and one.effective_on == context.effective_on
        and one.document is not None
        and (one.document.number, one.document.signed_on) == (paper.number, paper.signed_on)
        and one.class_ == (listed.class_ or one.class_)
        for one in household.decisions
    )


def _class_until(household: Household, context: CommandContext) -> str:
    """The last class before the one in force on the eve; "" if there was none."""
    earlier = sorted(
        (one for one in household.decisions
         if one.scope == NATIONAL and one.effective_on < context.effective_on),
        key=lambda one: one.effective_on,
    )  # fmt: skip
    classes = [one.class_ for one in earlier]
    return next((one for one in reversed(classes) if one != classes[-1]), "")
