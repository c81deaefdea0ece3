"""Schemas of the questions of form B. Texts are in the language that the client prefers."""

from marshmallow import fields

from service.http.parsing import Day, Input, Output

CERTAINTIES = ["seen", "memory", "draft", "unknown"]


class QuestionsQuery(Input):
    """The day of the visit, which may be one to come."""

    on = Day(load_default=None, metadata={"description": "In force on this day; else today."})


class AnswerChoiceSchema(Output):
    """One answer that can be chosen."""

    code = fields.String(required=True)
    text = fields.String(required=True)


class QuestionSchema(Output):
    """One question; its answer is yes or no, a number up to `most`, or a code of `choices`."""

    code = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["yes_no", "count", "whole", "choice"]})
    text = fields.String(required=True)
    help = fields.String(required=True)
    choices = fields.List(fields.Nested(AnswerChoiceSchema), required=True)
    most = fields.Integer(required=True)
    certainty = fields.String(required=True, metadata={"enum": CERTAINTIES})


class IndicatorQuestionsSchema(Output):
    """An indicator with its definition, and the questions that decide it; none where unknown."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    deprived_when = fields.String(required=True)
    certainty = fields.String(required=True, metadata={"enum": CERTAINTIES})
    questions = fields.List(fields.String(), required=True)


class QuestionsSchema(Output):
    """The questions of form B by the standard of a day; `missing` says why there are none."""

    on = fields.Date(required=True)
    standard = fields.String(required=True)
    edition = fields.String(required=True)
    form = fields.String(required=True)
    missing = fields.String(required=True)
    indicators = fields.List(fields.Nested(IndicatorQuestionsSchema), required=True)
    questions = fields.List(fields.Nested(QuestionSchema), required=True)


class ScoreCardSchema(Output):
    """One score card; `name` is its version, "@" and the SHA-256 of its content. `in_use`: it is
    the newest of its standard, area type and provinces. Without `areas` it holds everywhere."""

    name = fields.String(required=True)
    version = fields.String(required=True)
    standard = fields.String(required=True)
    area_type = fields.String(required=True)
    region = fields.String(required=True)
    areas = fields.List(fields.String(), required=True)
    document = fields.String(required=True)
    imported_by = fields.String(required=True)
    imported_at = fields.DateTime(required=True)
    in_use = fields.Boolean(required=True)
    items = fields.Integer(required=True)


class ScoreCardsSchema(Output):
    """All score cards that were imported."""

    score_cards = fields.List(fields.Nested(ScoreCardSchema), required=True)
