"""Declaring who lives in a unit, held against what the register counts there."""

from domain.areas.handler import AreaOutcome
from domain.commands.context import CommandContext
from domain.population.commands import CorrectPopulation, DeclarePopulation
from domain.population.population import Denominators, ListedCounts
from projections.households import counts
from service.access import scope
from service.access.authorize import RequestContext

FIGURES = (
    "households",
    "persons",
    "households_by_ethnicity",
    "persons_by_ethnicity",
    "rate_bases",
    "source",
)


def declare(asked: RequestContext, facts: CommandContext) -> AreaOutcome:
    """Declares the figures of the body, or corrects them where it gives a reason.

    Refuses what would put a rate above 100%, and what the domain refuses.
    """
    run, body = asked.wiring.casework.run, asked.body
    figures = Denominators(**{name: body[name] for name in FIGURES})
    listed = _listed(asked, facts)
    if not body["correction_reason"]:
        return run(DeclarePopulation(asked.area, figures, listed), facts)
    return run(CorrectPopulation(asked.area, figures, body["correction_reason"], listed), facts)


def _listed(asked: RequestContext, facts: CommandContext) -> ListedCounts:
    counted = scope.counted(asked.wiring.areas(), asked.area, facts.effective_on)
    with asked.wiring.reading() as conn:
        now = counts.counts(conn, asked.area, counted, as_of=facts.effective_on)
    by_class = {
        "poor": now.poor.households,
        "near_poor": now.near_poor.households,
        "average": now.average.households,
    }
    persons = now.poor.persons + now.near_poor.persons + now.average.persons
    return ListedCounts(households=sum(by_class.values()), persons=persons, by_class=by_class)
