"""What a withdrawal takes. It has no day of its own: it takes effect with what it withdraws."""

from marshmallow import fields

from domain.text import NOTE
from service.households.command_schemas import DocumentSchema
from service.http.parsing import Input, Text


class WithdrawalBody(Input):
    """Why an entry was recorded by error, and the paper that says so, if there is one."""

    reason = Text(NOTE, least=1, required=True, metadata={"description": "Names no person."})
    document = fields.Nested(DocumentSchema, load_default=None, allow_none=True)


class DecisionWithdrawalBody(WithdrawalBody):
    """Why a decision was recorded by error, and the paper by which it is withdrawn."""

    document = fields.Nested(DocumentSchema, required=True)
