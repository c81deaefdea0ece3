"""Schemas of support cases and of signing rules."""

from typing import Any

from marshmallow import fields, validate

from domain.support import codes
from domain.support.budget import MOST_MONEY
from domain.support.case_commands import MOST_ATTACHMENTS
from domain.support.signing_rules import MOST_SIGNATURES
from domain.text import CODE, NOTE
from service.http.commands import Circumstances
from service.http.parsing import (
    AccountName,
    Code,
    Day,
    Input,
    OptionalText,
    Output,
    PastDay,
    QueryInteger,
    Text,
    Unit,
    Whole,
)


class Digests(fields.List):
    """Attachments, each by the SHA-256 of its content in small hexadecimal digits."""

    def __init__(self) -> None:
        digest = fields.String(validate=validate.Regexp(r"^[0-9a-f]{64}$"))
        super().__init__(digest, load_default=list, validate=validate.Length(max=MOST_ATTACHMENTS))


class CasesQuery(Input):
    """The cases of an area and the units below; `after` is the last id of the page before."""

    area = Unit()
    status = Code(codes.CASE_STATUSES, load_default=None)
    benefit = OptionalText(2 * CODE, metadata={"example": "2021-2025/housing_new"})
    household = fields.UUID(load_default=None)
    after = fields.UUID(load_default=None)
    limit = QueryInteger(1, 200, load_default=50)


class EligibleQuery(Input):
    """A benefit (programme/code) in an area on a day, today where it is left out.

    `unserved` leaves out the households that have it, or a case of it, for the period of the day.
    """

    benefit = Text(2 * CODE, least=3, required=True, metadata={"example": "policies/electricity"})
    area = Unit()
    on = PastDay(load_default=None)
    unserved = fields.Boolean(load_default=False)
    after = fields.UUID(load_default=None)
    limit = QueryInteger(1, 200, load_default=100)


class CaseRequestBody(Circumstances):
    """A request. `period` is any day of the period; left out, `effective_on`."""

    household_id = fields.UUID(required=True)
    programme = Text(CODE, least=1, required=True)
    benefit = Text(CODE, least=1, required=True)
    period = Day(load_default=None, allow_none=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    origin = Code(codes.CASE_ORIGINS, load_default="request")
    attachments = Digests()
    note = OptionalText(NOTE)


class AssignmentBody(Circumstances):
    """The account that works on the case."""

    account = AccountName(required=True)


class AssessmentBody(Circumstances):
    """The amount or the goods; an exact rate gives the amount by itself."""

    amount = Whole(1, MOST_MONEY, load_default=None, allow_none=True)
    quantity = Whole(1, 1_000_000, load_default=None, allow_none=True)
    unit = OptionalText(CODE)
    attachments = Digests()
    note = OptionalText(NOTE)


class ApprovalBody(Circumstances):
    """The budget line that pays."""

    line_id = fields.UUID(required=True)


class RefusalBody(Circumstances):
    """The reasons of a refusal."""

    reasons = fields.List(
        Code(codes.REFUSAL_REASONS), required=True, validate=validate.Length(min=1, max=10)
    )
    note = OptionalText(NOTE)


class PaymentBody(Circumstances):
    """A part of the approved amount."""

    amount = Whole(1, MOST_MONEY, required=True)


class DeliveryBody(Circumstances):
    """Delivery of the money, the goods or the service."""

    quantity = Whole(1, 1_000_000, load_default=None, allow_none=True)
    attachments = Digests()


class ConfirmationBody(Circumstances):
    """How the beneficiary confirmed."""

    means = Code(codes.CONFIRMATIONS, required=True)
    attachments = Digests()


class FollowUpBody(Circumstances):
    """Whether it helped."""

    outcome = Code(codes.FOLLOW_UPS, required=True)
    note = OptionalText(NOTE)


class CaseTransferBody(Circumstances):
    """The commune where the household lives now."""

    area = Unit(required=True)


class NoteBody(Circumstances):
    """A note, which is sealed."""

    note = OptionalText(NOTE)


class CaseNoteBody(NoteBody):
    """A note, which is sealed, and photos by their digests."""

    attachments = Digests()


class TierBody(Input):
    """So many signatures from an amount on."""

    from_amount = Whole(0, MOST_MONEY, required=True)
    signatures = Whole(1, MOST_SIGNATURES, required=True)


class SigningRulesBody(Circumstances):
    """The signing rules of an area, from `effective_on` on; the first tier begins with 0."""

    area = Unit(required=True)
    tiers = fields.List(
        fields.Nested(TierBody), required=True, validate=validate.Length(min=1, max=10)
    )


class StepSchema(Output):
    """One step of a case."""

    what = fields.String(required=True)
    version = fields.Integer(required=True)
    effective_on = fields.Date(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    account = fields.String(required=True)


class CaseSchema(Output):
    """A case as it is now; money is in đồng."""

    case_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    household_id = fields.UUID(required=True)
    area = fields.String(required=True)
    programme = fields.String(required=True)
    benefit = fields.String(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    period_from = fields.Date(required=True)
    period_until = fields.Date(required=True)
    status = fields.String(required=True)
    assigned_to = fields.String(required=True)
    amount = fields.Integer(required=True, allow_none=True)
    quantity = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True)
    line_id = fields.UUID(required=True, allow_none=True)
    batch_id = fields.UUID(required=True, allow_none=True)
    disbursed = fields.Integer(required=True)
    followed_up = fields.String(required=True)
    plan = fields.Integer(required=True, allow_none=True)
    plan_step = fields.Integer(required=True, allow_none=True)
    delivered_on = fields.Date(required=True, allow_none=True)
    confirmed_on = fields.Date(required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)


class EligibleSchema(Output):
    """A household that seems to qualify: `by` the list of the year before, a decision of the year,
    or as newly escaped, then until `newly_escaped_until`.

    `served` counts its grants for the period, `open` its cases that are not granted yet.
    """

    household_id = fields.UUID(required=True)
    area = fields.String(required=True)
    held_class = fields.String(required=True, attribute="class_", data_key="class")
    by = fields.String(required=True)
    persons = fields.Integer(required=True)
    escaped_until = fields.Date(required=True, allow_none=True, data_key="newly_escaped_until")
    served = fields.Integer(required=True)
    open = fields.Integer(required=True)


class EligibleListSchema(Output):
    """A page of the list; `notes` say what it does not hold."""

    benefit = fields.String(required=True)
    on = fields.Date(required=True)
    period_from = fields.Date(required=True)
    period_until = fields.Date(required=True)
    notes = fields.List(fields.String(), required=True)
    items = fields.List(fields.Nested(EligibleSchema), required=True)
    next = fields.UUID(required=True, allow_none=True)


class CasesSchema(Output):
    """A page of cases; `next` is None on the last one."""

    items = fields.List(fields.Nested(CaseSchema), required=True)
    next = fields.UUID(required=True, allow_none=True)


EXAMPLE: dict[str, Any] = {"effective_on": "2023-03-01"}
