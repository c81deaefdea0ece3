"""Schemas of budget lines, their movements and balances. Money is in đồng."""

from marshmallow import fields

from domain.households.codes import SOURCES
from domain.support import codes
from domain.support.budget import MOST_MONEY
from domain.text import CODE, NAME, NOTE
from service.http.commands import Circumstances
from service.http.parsing import (
    BothClocks,
    Code,
    Input,
    OptionalText,
    Output,
    QueryInteger,
    Text,
    Unit,
    Whole,
)


class BudgetMoney(Whole):
    """Money of a budget, above zero, in đồng."""

    def __init__(self) -> None:
        super().__init__(1, MOST_MONEY, required=True)


class Year(Whole):
    """A budget year."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(1990, 2199, **kwargs)


class LinesQuery(Input):
    """The lines of an area and the units below, of a year in which their money may be spent."""

    area = Unit()
    year = QueryInteger(1990, 2199, load_default=None)


class BalancesQuery(BothClocks):
    """The lines of an area and the units below, of a year, on both clocks.

    `programme`, `node`, `source` and `kind` leave out all other lines.
    """

    area = Unit()
    year = QueryInteger(1990, 2199, load_default=None)
    programme = OptionalText(CODE)
    node = OptionalText(CODE)
    source = Code(SOURCES, load_default=None)
    kind = Code(codes.LINE_KINDS, load_default=None)


class LineBody(Circumstances):
    """A line without money. `spending_year` is `allocation_year` for new money."""

    area = Unit(required=True)
    programme = Text(CODE, least=1, required=True, metadata={"example": "2021-2025"})
    node = Text(CODE, least=1, required=True, metadata={"example": "2"})
    source = Code(SOURCES, required=True)
    kind = Code(codes.LINE_KINDS, required=True)
    allocation_year = Year(required=True)


class AmountBody(Circumstances):
    """An amount on a paper."""

    amount = BudgetMoney()


class AdjustmentBody(Circumstances):
    """An amount by which the allocation is raised, or lowered where it is negative."""

    amount = Whole(-MOST_MONEY, MOST_MONEY, required=True)
    reason = Text(NOTE, least=1, required=True)


class TransferBody(AmountBody):
    """Money that is passed down to a unit; `node` is that of the line where it is left out."""

    area = Unit(required=True)
    node = OptionalText(CODE)


class CarryOverBody(AmountBody):
    """Money that is carried to a later year; programme and node stay where they are left out."""

    spending_year = Year(required=True)
    programme = OptionalText(CODE)
    node = OptionalText(CODE)
    legal_basis = Text(
        NAME, least=1, required=True, metadata={"example": "Nghị quyết 104/2023/QH15"}
    )


class CommitmentBody(AmountBody):
    """Money that is set aside."""

    purpose = OptionalText(NOTE)


class ReleaseBody(AmountBody):
    """Money of a commitment that is available again."""

    commitment = fields.UUID(required=True)


class DisbursementBody(AmountBody):
    """Money that is paid, of a commitment or of what is available."""

    commitment = fields.UUID(load_default=None, allow_none=True)
    purpose = OptionalText(NOTE)


class RecoveryBody(AmountBody):
    """Money of a disbursement that came back."""

    disbursement = fields.UUID(required=True)
    reason = Text(NOTE, least=1, required=True)


class TotalsSchema(Output):
    """Sums. incoming = passed_down + carried_over + open_commitments + spent + available.

    Of several lines, what one of them passed down or carried over to another one is in no sum.
    """

    allocated = fields.Integer(required=True)
    adjusted = fields.Integer(required=True)
    received = fields.Integer(required=True)
    carried_in = fields.Integer(required=True)
    incoming = fields.Integer(required=True)
    passed_down = fields.Integer(required=True)
    carried_over = fields.Integer(required=True)
    committed = fields.Integer(required=True)
    released = fields.Integer(required=True)
    open_commitments = fields.Integer(required=True)
    disbursed = fields.Integer(required=True)
    recovered = fields.Integer(required=True)
    spent = fields.Integer(required=True)
    available = fields.Integer(required=True)


class LineSchema(Output):
    """A line with its sums. `carried` says that it is money of an earlier year's budget."""

    line = fields.UUID(required=True)
    area = fields.String(required=True)
    programme = fields.String(required=True)
    node = fields.String(required=True)
    source = fields.String(required=True)
    kind = fields.String(required=True)
    allocation_year = fields.Integer(required=True)
    spending_year = fields.Integer(required=True)
    carried = fields.Boolean(required=True)
    totals = fields.Nested(TotalsSchema, required=True)


class MoneyMovementSchema(Output):
    """One movement. `about` is the other line, the commitment or the disbursement."""

    version = fields.Integer(required=True)
    effective_on = fields.Date(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    what = fields.String(required=True)
    amount = fields.Integer(required=True)
    about = fields.UUID(required=True, allow_none=True)
    document = fields.String(required=True)


class LineWithMovementsSchema(LineSchema):
    """A line with its movements in the order of recording."""

    version = fields.Integer(required=True)
    movements = fields.List(fields.Nested(MoneyMovementSchema), required=True)


class LinesSchema(Output):
    """Lines."""

    items = fields.List(fields.Nested(LineSchema), required=True)


class BalancesSchema(Output):
    """Balances by line, and the sums of new and of carried money, which are never one figure."""

    area = fields.String(required=True)
    year = fields.Integer(required=True, allow_none=True)
    as_of = fields.Date(required=True)
    known_at = fields.AwareDateTime(required=True, allow_none=True)
    new = fields.Nested(TotalsSchema, required=True)
    carried = fields.Nested(TotalsSchema, required=True)
    lines = fields.List(fields.Nested(LineSchema), required=True)
