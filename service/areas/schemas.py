"""Administrative units as they were on a day."""

from marshmallow import fields

from domain.areas.codes import LEVELS
from service.http.cursors import Cursor
from service.http.parsing import Code, Day, Input, Output, QueryInteger, Text, Unit


class AreasQuery(Input):
    """Which units. `q` is words of a name, past names too, or the beginning of a code."""

    q = Text(200, load_default="", metadata={"example": "huong so"})
    parent = Unit(load_default=None)
    level = Code(LEVELS, load_default=None)
    on = Day(load_default=None, metadata={"description": "In force on this day; else today."})
    limit = QueryInteger(1, 200, load_default=50)
    after = Cursor("areas")


class AreaQuery(Input):
    """A unit as it was on a day."""

    on = Day(load_default=None, metadata={"description": "As it was on this day; else today."})


class RelativeSchema(Output):
    """A unit that this one came from or went to; the whole of its land or a part."""

    unit = fields.String(required=True)
    name = fields.String(required=True)
    extent = fields.String(required=True, metadata={"enum": ["whole", "part"]})


class AreaSchema(Output):
    """One unit on a day. `valid_to` is the first day without it."""

    unit = fields.String(required=True, metadata={"example": "19804@2004-07-08"})
    code = fields.String(required=True)
    name = fields.String(required=True)
    level = fields.String(required=True)
    kind = fields.String(required=True)
    area_type = fields.String(required=True, allow_none=True)
    parent = fields.String(required=True)
    parent_name = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)
    certain = fields.Boolean(required=True)
    complete = fields.Boolean(required=True)
    successors = fields.List(fields.Nested(RelativeSchema), required=True)
    predecessors = fields.List(fields.Nested(RelativeSchema), required=True)
    found_by = fields.String(required=True, allow_none=True)


class AreasSchema(Output):
    """A page of units, best match first."""

    items = fields.List(fields.Nested(AreaSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class PeriodSchema(Output):
    """What a unit was called, was, and belonged to, from `since` up to the day before `until`."""

    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    area_type = fields.String(required=True, allow_none=True)
    parent = fields.String(required=True)


class AreaInFullSchema(AreaSchema):
    """One unit with those above it on that day, and all it ever was."""

    path = fields.List(fields.Nested(AreaSchema), required=True)
    periods = fields.List(fields.Nested(PeriodSchema), required=True)
