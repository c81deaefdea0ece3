"""Plans of households: what became of their steps, and cases of several steps in one act."""

from typing import Any
from uuid import UUID

from domain.support.plan_cases import RequestCasesOfPlan, StepBenefit
from projections.support import plan_progress
from service.access import authorization
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_read
from service.http.commands import context_of
from service.http.routes import Answer, ApiBlueprint
from service.support import plan_schemas as schemas
from service.support.answers import record
from service.support.permissions import May
from service.support.plan_suggestions import suggestions

routes = ApiBlueprint(
    "plans",
    __name__,
    url_prefix="/api/v1/households/<uuid:household_id>",
    description="Plans of households, and the support cases that their steps become.",
)

READ = Rule(May.READ_CASES, authorization.household)
REQUEST = Rule(May.WORK_ON_CASES, authorization.household)
SHOWN_BY = ("cases",)


@routes.get("/plans", rule=READ, answer=schemas.PlansSchema)
def get_plans(context: RequestContext, household_id: UUID) -> Any:
    """The plans with the cases of each step, deprivations then and now, suggested benefits."""
    note_read(context, household_id, context.area, "file")
    with context.services.reading() as conn:
        found = plan_progress.plans(conn, household_id)
    return {
        "plans": found,
        "suggestions": suggestions(context, household_id, context.today),
    }


@routes.post(
    "/plan-cases",
    rule=REQUEST,
    body=schemas.PlanCasesBody,
    answer=schemas.PlanCasesSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-03-01",
        "plan": 4,
        "steps": [{"step": 1, "programme": "2021-2025", "benefit": "housing_repair"}],
    },
)
def request_plan_cases(context: RequestContext, household_id: UUID) -> Answer:
    """Request a case for each of these steps of the plan: all of them, or none."""
    body = context.body
    steps = tuple(
        StepBenefit(
            one["step"], one["programme"], one["benefit"], one["period"] or body["effective_on"],
            one["person_id"],
        )
        for one in body["steps"]
    )  # fmt: skip
    command = RequestCasesOfPlan(household_id, body["plan"], steps)
    answer = record(context, command, SHOWN_BY, "/api/v1/cases/{id}")
    command_context = context_of(context)
    answer.body["cases"] = [
        {"step": one.step, "case_id": command.case_id(command_context, at)}
        for at, one in enumerate(steps)
    ]
    return answer
