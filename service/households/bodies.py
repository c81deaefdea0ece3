"""Bodies of commands: what several have in common, and how a paper is shown."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from domain.commands.command import Document
from domain.text import CODE, NAME, NOTE
from service.http.parsing import Day, Input, OptionalText, Output, Text

# For examples of bodies, which stand in the OpenAPI document. All made up.
EXAMPLE_PAPER = {
    "number": "12/QĐ-UBND",
    "signed_on": "2022-12-01",
    "signer": "Chủ tịch UBND phường",
}
A_PERSON = "3e0d9b56-6a0b-4a57-9d86-3a6a6b1f2a11"


class DocumentSchema(Input):
    """The paper that it rests on."""

    number = Text(CODE, least=1, required=True, metadata={"example": "12/QĐ-UBND"})
    signed_on = Day(load_default=None, allow_none=True)
    signer = OptionalText(NAME)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Document:
        """A Document of the domain."""
        return Document(**data)


class PaperSchema(Output):
    """The paper that something rests on."""

    number = fields.String(required=True)
    signed_on = fields.Date(required=True, allow_none=True)
    signer = fields.String(required=True)


class Circumstances(Input):
    """When it was so, and the paper it rests on; part of every command."""

    effective_on = Day(required=True, metadata={"description": "The day it was so."})
    document = fields.Nested(DocumentSchema, load_default=None, allow_none=True)


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
