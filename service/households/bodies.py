"""Bodies of commands: what several have in common, and how a paper is shown."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from domain.text import NOTE
from service.http.parsing import Input, Output, Text

# For examples of bodies, which stand in the OpenAPI document. All made up.
EXAMPLE_PAPER = {
    "number": "12/QĐ-UBND",
    "signed_on": "2022-12-01",
    "signer": "Chủ tịch UBND phường",
}
EXAMPLE_REASON = {"reason": "Ghi nhầm sang hộ này"}
A_PERSON = "3e0d9b56-6a0b-4a57-9d86-3a6a6b1f2a11"


class PaperSchema(Output):
    """The paper that something rests on."""

    number = fields.String(required=True)
    signed_on = fields.Date(required=True, allow_none=True)
    signer = fields.String(required=True)


class AnywaySchema(Input):
    """Go on in spite of what comes close (`possible_match`): why, and which were looked at."""

    reason = Text(NOTE, least=1, required=True, metadata={"example": "Hai bà trùng tên, năm sinh"})
    seen = fields.List(
        fields.String(validate=validate.Length(1, 64)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(0, 100),
        metadata={"description": "Each `ref` that was shown; left out: all."},
    )


def anyway() -> fields.Nested:
    """The field of a body that may go on in spite of what comes close."""
    return fields.Nested(AnywaySchema, load_default=None, allow_none=True)


def at_least_one(given: dict[str, Any]) -> None:
    """Refuses a part of a body that gives no attribute at all."""
    if not given:
        raise ValidationError("Missing data: give at least one attribute.")
