"""Declares the denominators of a unit, compared with what the register counts there."""

from domain.areas.handler import AreaOutcome
from domain.commands.command import CommandContext
from domain.population.commands import CorrectPopulation, DeclarePopulation
from domain.population.population import Denominators, ListedCounts
from projections.areas.figures import area_figures
from service.access.authorization import RequestContext

FIGURES = (
    "households",
    "persons",
    "households_by_ethnicity",
    "persons_by_ethnicity",
    "rate_bases",
    "source",
)


def declare(request: RequestContext, context: CommandContext) -> AreaOutcome:
    """Declares the figures of the body, or corrects them where it gives a reason.

    Refuses what would put a rate above 100%, and what the domain refuses.
    """
    run, body = request.services.application.run, request.body
    figures = Denominators(**{name: body[name] for name in FIGURES})
    listed = _listed(request, context)
    if not body["correction_reason"]:
        return run(DeclarePopulation(request.area, figures, listed), context)
    return run(CorrectPopulation(request.area, figures, body["correction_reason"], listed), context)


def _listed(request: RequestContext, context: CommandContext) -> ListedCounts:
    with request.services.reading() as conn:
        now = area_figures(
            conn, request.services.areas().lineage, request.area, on=context.effective_on
        ).counts
    by_class = {
        "poor": now.poor.households,
        "near_poor": now.near_poor.households,
        "average": now.average.households,
    }
    persons = now.poor.persons + now.near_poor.persons + now.average.persons
    return ListedCounts(households=sum(by_class.values()), persons=persons, by_class=by_class)
