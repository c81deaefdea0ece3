"""Schemas of declarations of all who live in a unit."""

from marshmallow import fields, validate

from service.http.commands import Circumstances
from service.http.parsing import OptionalText, Output, Text, Whole

MOST = 1_000_000_000


class ByEthnicity(fields.Dict):
    """Figures by the name of the ethnic group."""

    def __init__(self) -> None:
        super().__init__(
            keys=Text(100, least=1),
            values=Whole(0, MOST),
            load_default=dict,
            validate=validate.Length(max=100),
        )


class PopulationBody(Circumstances):
    """All resident households and persons of a unit on `effective_on`, listed or not.

    With a `correction_reason` it corrects what was declared for that day, as a whole.
    """

    households = Whole(1, MOST, load_default=None, allow_none=True)
    persons = Whole(1, MOST, load_default=None, allow_none=True)
    households_by_ethnicity = ByEthnicity()
    persons_by_ethnicity = ByEthnicity()
    rate_bases = fields.Dict(
        keys=fields.String(validate=validate.OneOf(["poor", "near_poor", "average"])),
        values=Whole(1, MOST),
        load_default=dict,
        metadata={"description": "Another base for the rate of a class, where one was published."},
    )
    source = OptionalText(500)
    correction_reason = OptionalText(500)


class DeclarationSchema(Output):
    """What was recorded of a unit's denominators."""

    unit = fields.String(required=True)
    version = fields.Integer(required=True)
    seq = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": ["visible", "still_updating"]})
    repeated = fields.Boolean(required=True)
