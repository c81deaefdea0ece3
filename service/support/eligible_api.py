"""The list of households that seem to qualify for a benefit, served or not yet."""

from datetime import date
from typing import Any

from domain.support.entitlement import period_of
from domain.support.errors import BenefitNotInForce, BenefitUnknown
from domain.support.programme import Benefit, Programme, programme_id
from projections.support import eligible
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_listed
from service.http.routes import ApiBlueprint
from service.support.case_schemas import EligibleListSchema, EligibleQuery
from service.support.permissions import May

routes = ApiBlueprint(
    "eligible",
    __name__,
    url_prefix="/api/v1",
    description="The households that seem to qualify for a benefit.",
)

READ = Rule(May.READ_CASES, asked_area)


@routes.get("/eligible", rule=READ, query=EligibleQuery, answer=EligibleListSchema)
def list_eligible(context: RequestContext) -> Any:
    """The households of an area that seem to qualify on a day, and which are served."""
    query, on = context.query, context.query["on"] or context.today
    programme, benefit = _benefit(context, on)
    units = units_asked(context, benefit, on)
    asked = {name: query[name] for name in ("unserved", "after", "limit")}
    with context.services.reading() as conn:
        found = eligible.eligible(conn, benefit, programme=programme, areas=units, on=on, **asked)
    note_listed(context, found)
    period = period_of(benefit, on)
    return {
        "benefit": query["benefit"],
        "on": on,
        "period_from": period.first,
        "period_until": period.last,
        "notes": notes_of(benefit),
        "items": found,
        "next": found[-1].household_id if len(found) == query["limit"] else None,
    }


def _benefit(context: RequestContext, on: date) -> tuple[str, Benefit]:
    """The benefit that the query names, as defined on a day.

    Raises BenefitUnknown, and BenefitNotInForce where its programme gives none on that day.
    """
    code, _, benefit = context.query["benefit"].partition("/")
    found = context.services.application.support.find(Programme, programme_id(code))
    if found is None:
        raise BenefitUnknown(programme=code, benefit=benefit, on=on)
    defined = found.benefit(benefit, on)
    if not found.is_in_force(on):
        raise BenefitNotInForce(programme=code, benefit=benefit, on=on)
    return code, defined


def units_asked(context: RequestContext, benefit: Benefit, on: date) -> list[str] | None:
    """The units of the area of the request, those alone that a benefit is kept to."""
    areas = context.services.areas()
    units = areas.units_within(context.area, on)
    kept_to = [areas.units_in(one, on) for one in benefit.qualification.areas]
    if not kept_to or any(one is None for one in kept_to):
        return units
    within = {unit for one in kept_to for unit in one or ()}
    return sorted(within) if units is None else [unit for unit in units if unit in within]


def notes_of(benefit: Benefit) -> list[str]:
    """What the list leaves out."""
    return ["persons_not_listed"] if benefit.counted == "person" else []
