"""Counts and movements, and the denominators they rest on."""

from marshmallow import ValidationError, fields, validates_schema

from service.http.parsing import (
    AreaQuery,
    BothClocks,
    Output,
    PastDay,
    PastMoment,
    Unit,
)


class CountsQuery(BothClocks):
    """Which area, as of which day, as known when."""

    area = Unit()


class MovementsQuery(AreaQuery):
    """Between the end of one day and the end of another."""

    from_ = PastDay(data_key="from", required=True)
    to = PastDay(required=True)
    known_at = PastMoment(load_default=None)

    @validates_schema
    def in_order(self, data: dict[str, object], **_: object) -> None:
        """Refuses a period that ends before it begins."""
        if "from_" in data and "to" in data and data["to"] < data["from_"]:  # type: ignore[operator]
            raise ValidationError("Must be greater than or equal to `from`.", "to")


class AllSchema(Output):
    """All resident households and persons; null where they were not declared."""

    households = fields.Integer(required=True, allow_none=True)
    persons = fields.Integer(required=True, allow_none=True)


class ClassCountSchema(Output):
    """One class. Rates are in percent with two decimals, null without a denominator."""

    households = fields.Integer(required=True)
    persons = fields.Integer(required=True)
    rate_percent = fields.String(required=True, allow_none=True, metadata={"example": "1.61"})
    persons_rate_percent = fields.String(required=True, allow_none=True)
    rate_base = fields.Integer(required=True, allow_none=True)
    no_labour_capacity = fields.Integer(required=True)
    ethnic_minority = fields.Integer(required=True)
    meritorious = fields.Integer(required=True)


class PlacingSchema(Output):
    """Households of former units whose land was divided: counted here, in no unit below."""

    households = fields.Integer(required=True)
    persons = fields.Integer(required=True)


class NoteSchema(Output):
    """Something a reader of the figures must know."""

    code = fields.String(required=True)
    values = fields.Dict(required=True)


class CountsSchema(Output):
    """Households and persons by class for the whole tree below an area."""

    area = fields.String(required=True)
    as_of = fields.Date(required=True)
    known_at = fields.DateTime(required=True, allow_none=True)
    seq = fields.Integer(required=True)
    all = fields.Nested(AllSchema, required=True)
    poor = fields.Nested(ClassCountSchema, required=True)
    near_poor = fields.Nested(ClassCountSchema, required=True)
    average = fields.Nested(ClassCountSchema, required=True)
    not_poor = fields.Nested(ClassCountSchema, required=True)
    unclassified = fields.Nested(ClassCountSchema, required=True)
    to_be_placed = fields.Nested(PlacingSchema, required=True)
    record_starts = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The first day with figures here; null: not in the record."},
    )
    notes = fields.List(fields.Nested(NoteSchema), required=True)


class MovedSchema(Output):
    """Households that moved in one way, and their persons."""

    households = fields.Integer(required=True)
    persons = fields.Integer(required=True)


class MovementSchema(Output):
    """One class: opening + came - went = closing, for households and persons."""

    opening = fields.Nested(MovedSchema, required=True)
    came = fields.Dict(keys=fields.String(), values=fields.Nested(MovedSchema), required=True)
    went = fields.Dict(keys=fields.String(), values=fields.Nested(MovedSchema), required=True)
    unchanged = fields.Nested(MovedSchema, required=True)
    member_change_in = fields.Integer(required=True)
    member_change_out = fields.Integer(required=True)
    closing = fields.Nested(MovedSchema, required=True)
    balances = fields.Boolean(required=True)


class MovementsSchema(Output):
    """How the poor and near-poor households of an area came and went between two days."""

    area = fields.String(required=True)
    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)
    known_at = fields.DateTime(required=True, allow_none=True)
    seq = fields.Integer(required=True)
    look_back = fields.String(required=True)
    record_starts = fields.Date(
        required=True,
        allow_none=True,
        metadata={
            "description": "The first day with figures here; null: not in the record. Of a period"
            " that begins before it, newly_arising are all who stood on the first list."
        },
    )
    notes = fields.List(fields.Nested(NoteSchema), required=True)
    poor = fields.Nested(MovementSchema, required=True)
    near_poor = fields.Nested(MovementSchema, required=True)


class PopulationSchema(Output):
    """All who live in a unit, as in force on a day: declared for it, or summed from below."""

    unit = fields.String(required=True)
    on = fields.Date(required=True)
    known_at = fields.DateTime(required=True, allow_none=True)
    households = fields.Integer(required=True, allow_none=True)
    persons = fields.Integer(required=True, allow_none=True)
    rate_bases = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    declared_on = fields.Date(required=True, allow_none=True)
    source = fields.String(required=True)
    notes = fields.List(fields.Nested(NoteSchema), required=True)
