"""Schemas of cases that are requested for the steps of a household's plan."""

from marshmallow import fields, validate

from domain.support.plan_cases import MOST_STEPS
from domain.text import CODE
from service.http.commands import Circumstances
from service.http.parsing import Day, Input, Output, Text, Whole
from service.support.answers import RecordedSchema
from service.support.case_schemas import CaseSchema


class StepBenefitBody(Input):
    """The benefit of a step; `period` is any day of its period, left out `effective_on`."""

    step = Whole(1, MOST_STEPS, required=True)
    programme = Text(CODE, least=1, required=True)
    benefit = Text(CODE, least=1, required=True)
    period = Day(load_default=None, allow_none=True)
    person_id = fields.UUID(load_default=None, allow_none=True)


class PlanCasesBody(Circumstances):
    """The plan, by the version of the event that agreed it, and the steps that become cases."""

    plan = Whole(1, 1_000_000, required=True)
    steps = fields.List(
        fields.Nested(StepBenefitBody),
        required=True,
        validate=validate.Length(min=1, max=MOST_STEPS),
    )


class StepCaseSchema(Output):
    """The case of a step."""

    step = fields.Integer(required=True)
    case_id = fields.UUID(required=True)


class PlanCasesSchema(RecordedSchema):
    """What was recorded, and the case of each step that was asked for, in their order."""

    cases = fields.List(fields.Nested(StepCaseSchema), required=True)


class DeprivationsSchema(Output):
    """The indicators that a survey found the household to fall short of."""

    on = fields.Date(required=True)
    codes = fields.List(fields.String(), required=True)


class StepProgressSchema(Output):
    """A step of the plan, and the cases that it became."""

    step = fields.Integer(required=True)
    text = fields.String(required=True)
    cases = fields.List(fields.Nested(CaseSchema), required=True)


class PlanProgressSchema(Output):
    """A plan: its steps, and the deprivations of the last survey before it and after it."""

    plan = fields.Integer(required=True)
    goal = fields.String(required=True)
    responsible = fields.String(required=True)
    on = fields.Date(required=True)
    review_on = fields.Date(required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepProgressSchema), required=True)
    then = fields.Nested(DeprivationsSchema, required=True, allow_none=True)
    now = fields.Nested(DeprivationsSchema, required=True, allow_none=True)


class SuggestedBenefitSchema(Output):
    """A benefit that a need or a cause leads to. `refused` is the code by which the household does
    not qualify for it today, "" where it does."""

    programme = fields.String(required=True)
    benefit = fields.String(required=True)
    title = fields.String(required=True)
    counted = fields.String(required=True)
    refused = fields.String(required=True)


class SuggestionSchema(Output):
    """A need or a cause of the household; without benefits where it is not known what it leads
    to."""

    kind = fields.String(required=True, metadata={"enum": ["need", "cause"]})
    code = fields.String(required=True)
    certainty = fields.String(required=True)
    benefits = fields.List(fields.Nested(SuggestedBenefitSchema), required=True)


class PlansSchema(Output):
    """The plans of a household, the latest first, and what its needs and causes suggest."""

    plans = fields.List(fields.Nested(PlanProgressSchema), required=True)
    suggestions = fields.List(fields.Nested(SuggestionSchema), required=True)
