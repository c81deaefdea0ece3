"""Schemas of programmes, benefits and rates."""

from marshmallow import fields

from domain.households.codes import CLASSES
from domain.support import codes
from domain.support.programme import MOST_RATE
from domain.text import CODE, NAME, NOTE
from service.http.commands import Circumstances
from service.http.parsing import Code, Day, Input, OptionalText, Output, Text, Unit, Whole

PROGRAMME = r"^[a-z0-9][a-z0-9-]{1,62}$"


class ProgrammesQuery(Input):
    """Of which day; all programmes where it is left out. With `area` its local ones only."""

    on = Day(load_default=None)
    area = Unit(load_default=None)


class BenefitsQuery(Input):
    """Of which day (today where it is left out), and of which programme."""

    on = Day(load_default=None)
    programme = Text(CODE, load_default="")


class NodeBody(Input):
    """A place in the tree of a programme, each after the one above it."""

    code = Text(CODE, least=1, required=True, metadata={"example": "cash"})
    parent = OptionalText(CODE)
    kind = Code(codes.NODE_KINDS, required=True)
    title = Text(NAME, least=1, required=True)
    title_en = OptionalText(NAME)


class ProgrammeBody(Circumstances):
    """A programme of a province or commune: a local resolution with its tree."""

    code = Text(63, least=2, required=True, metadata={"example": "hue-nq-37-2025"})
    title = Text(NAME, least=1, required=True)
    title_en = OptionalText(NAME)
    area = Unit(required=True)
    valid_from = Day(required=True)
    valid_until = Day(load_default=None, allow_none=True)
    nodes = fields.List(fields.Nested(NodeBody), required=True)


class BenefitBody(Circumstances):
    """A benefit of a programme, as it is from `effective_on` on."""

    code = Text(CODE, least=1, required=True, metadata={"example": "monthly_cash"})
    node = Text(CODE, least=1, required=True, metadata={"example": "cash"})
    title = Text(NAME, least=1, required=True)
    title_en = OptionalText(NAME)
    content = Text(
        CODE,
        least=1,
        required=True,
        metadata={"description": "What it is for: of one content the highest benefit only."},
    )
    counted = Code(codes.COUNTED, required=True)
    period = Code(codes.PERIODS, required=True)
    classes = fields.List(Code(CLASSES), load_default=list)
    newly_escaped = fields.Boolean(load_default=False)
    groups = fields.List(Code(codes.GROUPS), load_default=list)
    areas = fields.List(Unit(), load_default=list)
    source = Text(CODE, least=1, required=True, metadata={"example": "37/2025/NQ-HĐND"})
    note = OptionalText(NOTE)
    note_en = OptionalText(NOTE)


class RateBody(Circumstances):
    """A rate of a benefit: `amount`, or `at_most`, or neither where it is not known."""

    benefit = Text(CODE, least=1, required=True, metadata={"example": "monthly_cash"})
    valid_from = Day(required=True)
    valid_until = Day(load_default=None, allow_none=True)
    per = Code(codes.PERIODS, required=True)
    amount = Whole(1, MOST_RATE, load_default=None, allow_none=True)
    at_most = Whole(1, MOST_RATE, load_default=None, allow_none=True)
    source = Text(CODE, least=1, required=True)
    note = OptionalText(NOTE)
    note_en = OptionalText(NOTE)


class ClosingBody(Circumstances):
    """The end of a programme; `effective_on` is its last day."""

    reason = Text(NOTE, least=1, required=True)


class NodeSchema(Output):
    """A place in the tree."""

    code = fields.String(required=True)
    parent = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    certainty = fields.String(required=True)


class ProgrammeSourceSchema(Output):
    """A legal text."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    certainty = fields.String(required=True)
    signed_on = fields.Date(required=True, allow_none=True)
    in_force_on = fields.Date(required=True, allow_none=True)


class RateSchema(Output):
    """A rate in its days, in đồng; without a figure where it was not found."""

    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    per = fields.String(required=True)
    amount = fields.Integer(required=True, allow_none=True)
    at_most = fields.Integer(required=True, allow_none=True)
    source = fields.String(required=True)
    certainty = fields.String(required=True)
    note = fields.String(required=True)


class BenefitSchema(Output):
    """A benefit as defined on a day, with the rate that is valid on it."""

    programme = fields.String(required=True)
    code = fields.String(required=True)
    node = fields.String(required=True)
    title = fields.String(required=True)
    content = fields.String(required=True)
    counted = fields.String(required=True)
    period = fields.String(required=True)
    classes = fields.List(fields.String(), required=True)
    newly_escaped = fields.Boolean(required=True)
    groups = fields.List(fields.String(), required=True)
    areas = fields.List(fields.String(), required=True)
    source = fields.String(required=True)
    certainty = fields.String(required=True)
    note = fields.String(required=True)
    rate = fields.Nested(RateSchema, required=True, allow_none=True)
    rate_known = fields.Boolean(required=True)


class ProgrammeSchema(Output):
    """A programme with its tree; `benefits` are those of the day asked about."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    level = fields.String(required=True)
    area = fields.String(required=True)
    valid_from = fields.Date(required=True)
    last_day = fields.Date(required=True, allow_none=True)
    nodes = fields.List(fields.Nested(NodeSchema), required=True)
    sources = fields.List(fields.Nested(ProgrammeSourceSchema), required=True)
    benefits = fields.List(fields.Nested(BenefitSchema), required=True)


class ProgrammesSchema(Output):
    """Programmes by code."""

    items = fields.List(fields.Nested(ProgrammeSchema), required=True)


class BenefitsSchema(Output):
    """The benefits of a day."""

    on = fields.Date(required=True)
    items = fields.List(fields.Nested(BenefitSchema), required=True)
