"""The declaration of all who live in a unit, in the section of figures."""

from service.access import authorization
from service.access.authorization import RequestContext, Rule
from service.http.commands import context_of, wait_until_visible
from service.http.openapi import FIGURES
from service.http.routes import Answer
from service.population.declare import declare
from service.population.permissions import May
from service.population.schemas import DeclarationSchema, PopulationBody

routes = FIGURES

DECLARE = Rule(May.DECLARE_POPULATION, authorization.unit)
OUTCOME = ("unit", "version", "seq", "repeated")


@routes.post(
    "/areas/<unit:unit>/population",
    rule=DECLARE,
    body=PopulationBody,
    answer=DeclarationSchema,
    statuses=(201, 202),
    example={"effective_on": "2022-12-31", "households": 3500, "persons": 13000},
)
def declare_population(context: RequestContext, unit: str) -> Answer:
    """Declare who lives in a unit on a day, or correct it, giving the reason."""
    outcome = declare(context, context_of(context))
    visible = wait_until_visible(context, outcome.seq, ("denominators",))
    status = "visible" if visible else "still_updating"
    body = {"status": status, **{name: getattr(outcome, name) for name in OUTCOME}}
    where = {"Location": f"/api/v1/areas/{outcome.unit}/population"}
    return Answer(body, 201 if visible else 202, where)
