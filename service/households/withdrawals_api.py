"""Withdrawing what was recorded about a household by error.

Each kind of entry has a path, which asks for the permission of recording it. `entry` is the version
of the entry in the household's history.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from domain.households.commands.withdrawals import WithdrawEntry
from service.access.authorize import RequestContext
from service.access.permissions import Rule
from service.households import carried_classes, examples
from service.households.api_commands import AMEND, SCREEN, SIGN, SUPPORT, SURVEY
from service.households.withdrawal_schemas import DecisionWithdrawalBody, WithdrawalBody
from service.http.api_routes import Answer, ApiBlueprint
from service.http.execute import execute
from service.http.receipts import CommandResultSchema

routes = ApiBlueprint(
    "withdrawals",
    __name__,
    url_prefix="/api/v1/households/<uuid:household_id>",
    description="What was recorded by error is withdrawn: the history keeps both.",
)


def _door(rule: Rule, **other: Any) -> dict[str, Any]:
    """What all of these paths take and give."""
    return {
        "rule": rule,
        "body": WithdrawalBody,
        "example": examples.WITHDRAWAL,
        "answer": CommandResultSchema,
        "statuses": (201, 202),
        "etag": True,
        "changes": True,
        **other,
    }


@routes.post("/screenings/<entry:entry>/withdrawal", **_door(SCREEN))
def withdraw_screening(context: RequestContext, household_id: UUID, entry: int) -> Answer:
    """Withdraw a screening (form A)."""
    return _withdraw(context, household_id, "screening", entry)


@routes.post("/surveys/<entry:entry>/withdrawal", **_door(SURVEY))
def withdraw_survey(context: RequestContext, household_id: UUID, entry: int) -> Answer:
    """Withdraw a survey (form B) on which no decision in force rests."""
    return _withdraw(context, household_id, "survey", entry)


@routes.post(
    "/classifications/<entry:entry>/withdrawal",
    **_door(SIGN, body=DecisionWithdrawalBody, example=examples.DECISION_WITHDRAWAL),
)
def withdraw_decision(context: RequestContext, household_id: UUID, entry: int) -> Answer:
    """Withdraw a decision, on a paper; an exit that it recorded goes with it.

    A household that split off with the class keeps it: `notes` name it, as "carried_over/ID/ENTRY",
    or "carried_over/elsewhere" where it lies outside the area.
    """
    answer = _withdraw(context, household_id, "decision", entry)
    carried_over = carried_classes.notes_of(context, household_id, entry)
    body = {**answer.body, "notes": (*answer.body["notes"], *carried_over)}
    return replace(answer, body=body)


@routes.post("/support/<entry:entry>/withdrawal", **_door(SUPPORT))
def withdraw_support(context: RequestContext, household_id: UUID, entry: int) -> Answer:
    """Withdraw support that was granted."""
    return _withdraw(context, household_id, "support", entry)


@routes.post("/causes/<entry:entry>/withdrawal", **_door(AMEND))
def withdraw_causes(context: RequestContext, household_id: UUID, entry: int) -> Answer:
    """Withdraw a recording of causes."""
    return _withdraw(context, household_id, "causes", entry)


@routes.post("/needs/<entry:entry>/withdrawal", **_door(AMEND))
def withdraw_needs(context: RequestContext, household_id: UUID, entry: int) -> Answer:
    """Withdraw a recording of needs."""
    return _withdraw(context, household_id, "needs", entry)


@routes.post("/plan/<entry:entry>/withdrawal", **_door(AMEND))
def withdraw_plan(context: RequestContext, household_id: UUID, entry: int) -> Answer:
    """Withdraw a plan."""
    return _withdraw(context, household_id, "plan", entry)


def _withdraw(context: RequestContext, household_id: UUID, kind: str, entry: int) -> Answer:
    return execute(context, WithdrawEntry(household_id, kind, entry, context.body["reason"]))
