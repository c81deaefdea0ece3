"""Schemas of the official tables."""

from marshmallow import ValidationError, fields, validates_schema

from projections.tables.table import REASONS
from projections.tables.titles import COUNTED
from service.http.cursors import Cursor
from service.http.parsing import (
    AreaQuery,
    Code,
    Input,
    Output,
    PastDay,
    PastMoment,
    QueryInteger,
    Text,
    Unit,
)


class PeriodQuery(AreaQuery):
    """An area and the ends of two days, as known at a moment.

    Left out, `to` is today and `from` the last day of the year before it.
    """

    from_ = PastDay(data_key="from", load_default=None)
    to = PastDay(load_default=None)
    known_at = PastMoment(load_default=None)

    @validates_schema
    def in_order(self, data: dict[str, object], **_: object) -> None:
        """Refuses a period that ends before it begins."""
        first, last = data.get("from_"), data.get("to")
        if first and last and last < first:  # type: ignore[operator]
            raise ValidationError("Must be greater than or equal to `from`.", "to")


class TableQuery(PeriodQuery):
    """The same, with the rows that are asked for."""

    villages = fields.Boolean(
        load_default=None,
        metadata={"description": "Rows of villages; left out, those of a commune alone."},
    )


class ListQuery(PeriodQuery):
    """The same, page by page; `limit` counts households."""

    limit = QueryInteger(1, 200, load_default=50)
    after = Cursor("tables")


class ColumnSchema(Output):
    """A column. `compared` is false for every heading: the text of the form was not at hand."""

    code = fields.String(required=True)
    heading = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["count", "percent", "text", "tick"]})
    seen = fields.Boolean(
        required=True, metadata={"description": "The heading is one that a province uses."}
    )
    compared = fields.Boolean(
        required=True, metadata={"description": "It was compared with the text of the form."}
    )


class TableRowSchema(Output):
    """A row. Counts are whole numbers, percentages text with two decimals; an empty cell has its
    reason in `empty`."""

    unit = fields.String(required=True)
    village = fields.String(required=True)
    name = fields.String(required=True)
    level = fields.String(required=True)
    depth = fields.Integer(required=True)
    measure = fields.String(required=True, metadata={"enum": ["", "households", "persons"]})
    cells = fields.Dict(keys=fields.String(), required=True)
    empty = fields.Dict(
        keys=fields.String(), values=fields.String(metadata={"enum": list(REASONS)}), required=True
    )


class DifferenceSchema(Output):
    """A household of which a read model says otherwise than its entries do, and by how much."""

    household_id = fields.UUID(required=True)
    href = fields.String(required=True)
    households = fields.Integer(required=True)
    persons = fields.Integer(required=True)
    deprivations = fields.Integer(required=True)


class IdentitySchema(Output):
    """An equation between figures. `difference` is its left side less its right side."""

    rule = fields.String(required=True, metadata={"example": "R2.9=1-2-3-4+5+6+7+8"})
    unit = fields.String(required=True)
    measure = fields.String(required=True)
    holds = fields.Boolean(required=True)
    difference = fields.Integer(required=True)
    households = fields.List(fields.Nested(DifferenceSchema), required=True)


class TableNoteSchema(Output):
    """What a reader of the table must know."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    values = fields.Dict(required=True)


class TableSchema(Output):
    """An official table of an area and a period, as known at a moment, up to a ledger position."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)
    known_at = fields.DateTime(required=True, allow_none=True)
    seq = fields.Integer(required=True)
    columns = fields.List(fields.Nested(ColumnSchema), required=True)
    rows = fields.List(fields.Nested(TableRowSchema), required=True)
    totals = fields.List(fields.Nested(TableRowSchema), required=True)
    identities = fields.List(fields.Nested(IdentitySchema), required=True)
    balances = fields.Boolean(required=True)
    notes = fields.List(fields.Nested(TableNoteSchema), required=True)


class ListedMemberSchema(Output):
    """A member of a listed household. `cells` are by the codes of the columns."""

    household_id = fields.UUID(required=True)
    unit = fields.String(required=True)
    village = fields.String(required=True)
    village_name = fields.String(required=True)
    cells = fields.Dict(keys=fields.String(), required=True)


class MemberListSchema(Output):
    """A page of the members of listed households."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)
    known_at = fields.DateTime(required=True, allow_none=True)
    seq = fields.Integer(required=True)
    columns = fields.List(fields.Nested(ColumnSchema), required=True)
    items = fields.List(fields.Nested(ListedMemberSchema), required=True)
    notes = fields.List(fields.Nested(TableNoteSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class LockBody(Input):
    """The table to be locked, its area and its period."""

    table = Code(COUNTED, required=True)
    area = Unit(required=True)
    from_ = PastDay(data_key="from", required=True)
    to = PastDay(required=True)

    @validates_schema
    def in_order(self, data: dict[str, object], **_: object) -> None:
        """Refuses a period that ends before it begins."""
        if "from_" in data and "to" in data and data["to"] < data["from_"]:  # type: ignore[operator]
            raise ValidationError("Must be greater than or equal to `from`.", "to")


class CorrectionBody(Input):
    """Why the figures changed. No names of persons."""

    reason = Text(500, least=1, required=True)


class ReportsQuery(AreaQuery):
    """The area, and perhaps one table."""

    table = Code(COUNTED, load_default=None)


class ReportQuery(Input):
    """Which figures: 1 are the locked ones, then each correction."""

    version = QueryInteger(1, 1_000_000, load_default=1)


class ReportOutcomeSchema(Output):
    """What was recorded of a report."""

    report_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    digest = fields.String(required=True)
    seq = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": ["visible", "still_updating"]})
    repeated = fields.Boolean(required=True)


class GivenReportSchema(Output):
    """Figures that were given out; `reason` is that of a correction."""

    report_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    table = fields.String(required=True)
    area = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    given_at = fields.DateTime(required=True)
    account = fields.String(required=True)
    seq = fields.Integer(required=True)
    digest = fields.String(required=True)
    reason = fields.String(required=True)


class ReportsSchema(Output):
    """The locked reports of an area."""

    items = fields.List(fields.Nested(GivenReportSchema), required=True)


class LockedTableSchema(TableSchema):
    """A table as it was locked: its ledger position stands beside it."""

    class Meta:
        """The position is that of the report."""

        exclude = ("seq", "known_at")


class ReportSchema(Output):
    """A report as it was given out, the same bytes each time."""

    report_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    given_at = fields.DateTime(required=True)
    account = fields.String(required=True)
    seq = fields.Integer(required=True)
    digest = fields.String(required=True)
    reason = fields.String(required=True)
    table = fields.Nested(LockedTableSchema, required=True)


class ReportChangeSchema(Output):
    """A cell that reads otherwise now; null where the row was not, or is no more."""

    row = fields.String(required=True)
    measure = fields.String(required=True)
    column = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    now = fields.Raw(required=True, allow_none=True)


class ReportChangesSchema(Output):
    """What changed since a report was given out last."""

    report_id = fields.UUID(required=True)
    items = fields.List(fields.Nested(ReportChangeSchema), required=True)
