"""The benefits that the needs and causes of a household suggest, and whether it qualifies."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.errors import Refusal
from domain.households.household import Household
from domain.support.eligibility import basis
from domain.support.programme import Benefit
from domain.support.suggestions import Reason, suggested
from projections.support import programmes
from service.access.authorization import RequestContext
from service.support import words


@dataclass(frozen=True, slots=True)
class SuggestedBenefit:
    """A benefit of a programme. `refused` is the code by which the household does not qualify for
    it on the day; "" where it does. `of` is the programme in the reader's language."""

    programme: str
    of: str
    definition: Benefit
    refused: str

    @property
    def benefit(self) -> str:
        """Its code."""
        return self.definition.code

    @property
    def title(self) -> str:
        """Its title."""
        return self.definition.title

    @property
    def counted(self) -> str:
        """What it counts."""
        return self.definition.counted


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A need or a cause of a household with the benefits that it leads to."""

    kind: str
    code: str
    certainty: str
    benefits: tuple[SuggestedBenefit, ...]


def suggestions(context: RequestContext, household_id: UUID, on: date) -> list[Suggestion]:
    """What the needs and causes of a household lead to among the benefits in force on a day.

    Whether it qualifies is decided on its own events. Raises HouseholdUnknown.
    """
    household = context.services.application.households.load(household_id)
    directory = context.services.areas()
    with context.services.reading() as conn:
        rows = programmes.programmes(conn, on=on)
    titles = {row.code: words.title_of(row) for row in rows}
    offered = [
        (row.code, one)
        for row in rows
        if not row.area or directory.lies_in(row.area, household.area, on)
        for one in row.benefits(on)
    ]
    needs = household.needs[-1].needs if household.needs else ()
    causes = household.causes[-1].causes if household.causes else ()
    reasons = suggested(needs, causes, offered, on)
    return [_judged(context, household, one, on, titles) for one in reasons]


def _judged(
    context: RequestContext, household: Household, reason: Reason, on: date, titles: dict[str, str]
) -> Suggestion:
    benefits = []
    for programme, benefit in reason.benefits:
        refused = ""
        try:
            basis(household, benefit, on, context.services.areas())
        except Refusal as refusal:
            refused = refusal.code
        benefits.append(SuggestedBenefit(programme, titles[programme], benefit, refused))
    return Suggestion(reason.kind, reason.code, reason.certainty, tuple(benefits))
