"""What is found and decided about a household: screening, survey, decision, support."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from domain.households import codes
from domain.households.decisions import Figures
from domain.text import CODE, NAME, NOTE
from service.households.command_schemas import Circumstances, DocumentSchema
from service.http.parsing import Code, Day, Input, Money, OptionalText, Text, Whole


class Answered(fields.Dict):
    """Answers of a form by item code: texts, whole numbers, yes or no, lists of texts."""

    def __init__(self, **kwargs: Any) -> None:
        texts = {"type": "string", "maxLength": NOTE}
        super().__init__(
            keys=Text(60, least=1),
            metadata={
                "additionalProperties": {
                    "anyOf": [
                        texts,
                        {"type": "integer", "minimum": -(2**53), "maximum": 2**53},
                        {"type": "boolean"},
                        {"type": "null"},
                        {"type": "array", "items": texts, "maxItems": 100},
                    ]
                },
                "description": "Answers by item code. Must hold no personal data.",
            },
            **kwargs,
        )

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        answers = super()._deserialize(value, attr, data, **kwargs)
        if len(answers) > 300:
            raise ValidationError("Longer than maximum length 300.")
        for answer in answers.values():
            if not self._fits(answer):
                raise ValidationError("Not a valid answer: text, whole number, yes or no, list.")
        return answers

    @staticmethod
    def _fits(answer: Any) -> bool:
        if isinstance(answer, list):
            return len(answer) <= 100 and all(
                isinstance(text, str) and len(text) <= NOTE for text in answer
            )
        if isinstance(answer, int):
            return abs(answer) <= 2**53
        return answer is None or (isinstance(answer, str) and len(answer) <= NOTE)


class ScreeningBody(Circumstances):
    """Form A: the quick screening of a household that asked to be reviewed."""

    form = Text(CODE, least=1, required=True, metadata={"example": "A/TT07-2021"})
    answers = Answered(load_default=dict)
    outcome = Code(codes.SCREENINGS, required=True)
    override_reason = OptionalText(NOTE)


class SurveyBody(Circumstances):
    """Form B: give the income with the deprivations, or both scores, or all of them."""

    form = Text(CODE, least=1, required=True, metadata={"example": "B/TT07-2021"})
    area_type = Code(codes.AREA_TYPES, required=True)
    surveyor = Text(CODE, about="Account of who surveyed; left out, whoever sends this.")
    score_card = OptionalText(CODE)
    answers = Answered(load_default=dict)
    income = Money(allow_none=True, metadata={"description": "VND per head and month."})
    b1 = Whole(0, 10_000, allow_none=True)
    b2 = Whole(0, 10_000, allow_none=True)
    deprived = fields.List(
        Text(CODE, least=1),
        allow_none=True,
        validate=validate.Length(max=50),
        metadata={"description": "Codes of the deprived indicators of the standard."},
    )
    place = OptionalText(NAME)
    attachments = fields.List(
        fields.String(validate=validate.Regexp("^[0-9a-f]{64}$")),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": "SHA-256 of each attachment, in hex."},
    )


class FiguresSchema(Input):
    """Bare figures, where the survey itself is not at hand."""

    area_type = Code(codes.AREA_TYPES)
    income = Money(allow_none=True)
    deprived_count = Whole(0, 50, allow_none=True)
    b1 = Whole(0, 10_000, allow_none=True)
    b2 = Whole(0, 10_000, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Figures:
        """Figures of the domain."""
        return Figures(**data)


class DecisionBody(Circumstances):
    """A signed decision on the class of a household; its paper stands in `document`."""

    document = fields.Nested(DocumentSchema, required=True)
    class_ = Code(
        codes.CLASSES,
        data_key="class",
        allow_none=True,
        metadata={"description": "Left out: what the standard gives."},
    )
    survey_id = fields.UUID(allow_none=True)
    figures = fields.Nested(FiguresSchema, allow_none=True)
    standard = Text(CODE, about="Id of a standard; left out, the one in force.")
    scope = Text(CODE, least=1, about='"national", or the id of a local standard.')
    override_reason = Text(NOTE)
    listing = Code(codes.LISTINGS)


class SupportBody(Circumstances):
    """One support granted. Give `amount`, or `quantity` and `unit`."""

    programme = Text(CODE, least=1, required=True, metadata={"example": "DA2-2023"})
    benefit = Text(CODE, least=1, required=True, metadata={"example": "cow"})
    person_id = fields.UUID(allow_none=True)
    amount = Money(allow_none=True, metadata={"description": "VND."})
    quantity = Whole(1, 1_000_000, allow_none=True)
    unit = Text(CODE)
    period_from = Day(required=True)
    period_until = Day(required=True)
    source = Code(codes.SOURCES, required=True)
    funding_year = Whole(1990, 2199, required=True)
