"""What the commands about a household and its members take. Codes are those of the domain."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from domain.commands.command import Document
from domain.households import codes
from domain.households.person import NewMember
from domain.text import CODE, NAME, NOTE
from service.http.parsing import Code, Day, Input, OptionalText, Text, Unit, Whole

EXAMPLE_DOCUMENT = {"number": "12/QĐ-UBND", "signed_on": "2022-12-01", "signer": "Chủ tịch UBND"}
YEARS = (1850, 2199)


class DocumentSchema(Input):
    """The paper that it rests on."""

    number = Text(CODE, least=1, required=True, metadata={"example": "12/QĐ-UBND"})
    signed_on = Day(load_default=None, allow_none=True)
    signer = OptionalText(NAME)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Document:
        """A Document of the domain."""
        return Document(**data)


class Circumstances(Input):
    """When it was so, and the paper it rests on; part of every command."""

    effective_on = Day(required=True, metadata={"description": "The day it was so."})
    document = fields.Nested(DocumentSchema, load_default=None, allow_none=True)


class PrivateSchema(Input):
    """Attributes of a person that are sealed under the person's own key, and some in clear."""

    sex = Code(["", *codes.SEXES])
    birth_date = Day(allow_none=True)
    birth_year = Whole(*YEARS, allow_none=True)
    id_number = Text(20, about="Căn cước (12 digits) or CMND (9 digits); empty if none.")
    id_issued_on = Day(allow_none=True)
    ethnicity = Text(CODE, metadata={"example": "Kinh"})
    phone = Text(30)
    health = Text(NOTE)
    residence = Code(codes.RESIDENCES)
    able_to_work = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    meritorious = fields.Boolean(truthy={True}, falsy={False})


class MemberInputSchema(PrivateSchema):
    """A person who enters a household. Exactly one of its first members is the head."""

    name = Text(NAME, least=1, required=True, metadata={"example": "Nguyễn Thị Bưởi"})
    relation = Code(codes.RELATIONS, required=True)
    person_id = fields.UUID(
        allow_none=True, metadata={"description": "A person who is already known."}
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewMember:
        """A NewMember of the domain."""
        return NewMember(**data)


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


def _anyway() -> fields.Nested:
    return fields.Nested(AnywaySchema, load_default=None, allow_none=True)


class RegisterBody(Circumstances):
    """A household as it enters the register."""

    area = Unit(required=True)
    village = Text(NAME, least=1, required=True, metadata={"example": "Tổ dân phố 3"})
    number = OptionalText(CODE, about="The household number in its commune.")
    address = OptionalText(NOTE)
    residence = Code(codes.RESIDENCES, load_default="permanent")
    no_labour_capacity = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    ethnic_minority = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    meritorious = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    members = fields.List(
        fields.Nested(MemberInputSchema), required=True, validate=validate.Length(1, 60)
    )
    anyway = _anyway()


class JoinBody(Circumstances):
    """A person joins."""

    member = fields.Nested(MemberInputSchema, required=True)
    reason = Code(codes.JOIN_REASONS, required=True)
    anyway = _anyway()


class LeaveBody(Circumstances):
    """A person leaves; where the head leaves, another member becomes the head."""

    reason = Code(codes.LEAVE_REASONS, required=True)
    new_head = fields.UUID(load_default=None, allow_none=True)
    anyway = _anyway()


def _something(given: dict[str, Any]) -> None:
    if not given:
        raise ValidationError("Missing data: give at least one attribute.")


class MemberCorrectionBody(Circumstances):
    """What a person's record should say; what is left out stays as it is."""

    reason = Code(codes.CORRECTION_REASONS, required=True)
    correction = fields.Nested(
        lambda: MemberCorrectionSchema(),
        required=True,
        validate=_something,
        metadata={"minProperties": 1},
    )
    anyway = _anyway()


class PapersBody(Circumstances):
    """A person has another identity number from the effective date on: no correction, a fact."""

    id_number = Text(20, least=1, required=True, about="Căn cước (12 digits) or CMND (9 digits).")
    reason = Code(codes.PAPER_REASONS, required=True)


class MemberCorrectionSchema(PrivateSchema):
    """Attributes of a person, each as it should read."""

    name = Text(NAME, least=1)
    relation = Code(codes.RELATIONS)


class HouseholdCorrectionSchema(Input):
    """Attributes of a household, each as it should read."""

    number = Text(CODE)
    village = Text(NAME, least=1)
    address = Text(NOTE)
    residence = Code(codes.RESIDENCES)
    no_labour_capacity = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    ethnic_minority = fields.Boolean(allow_none=True, truthy={True}, falsy={False})
    meritorious = fields.Boolean(allow_none=True, truthy={True}, falsy={False})


class HouseholdCorrectionBody(Circumstances):
    """What the household's own record should say; what is left out stays as it is."""

    reason = Code(codes.CORRECTION_REASONS, required=True)
    correction = fields.Nested(
        HouseholdCorrectionSchema,
        required=True,
        validate=_something,
        metadata={"minProperties": 1},
    )


class HeadBody(Circumstances):
    """Another member heads the household."""

    head = fields.UUID(required=True)
    reason = Code(codes.HEAD_REASONS, required=True)
    relation_before = Code(
        ["", *(code for code in codes.RELATIONS if code != "head")],
        load_default="",
        metadata={"description": "What the former head is to the new one; empty: it follows."},
    )
    anyway = _anyway()


class MoveBody(Circumstances):
    """The household lives elsewhere. Without an area it stays in its commune, or in the one that
    has taken over all its land."""

    area = Unit(load_default="")
    village = Text(NAME, least=1, required=True)
    address = Text(NOTE, load_default=None, allow_none=True)
    number = Text(CODE, load_default=None, allow_none=True)


class SplitPersonSchema(Input):
    """Who goes, and what they are to the head of the new household."""

    person_id = fields.UUID(required=True)
    relation = Code(codes.RELATIONS, required=True)


class PersonsBody(Circumstances):
    """Persons who go over, each once."""

    persons = fields.List(
        fields.Nested(SplitPersonSchema), required=True, validate=validate.Length(1, 60)
    )

    @validates_schema
    def each_once(self, data: dict[str, Any], **_: Any) -> None:
        """Refuses a person who is given twice."""
        given = [one["person_id"] for one in data.get("persons", ())]
        if len(set(given)) < len(given):
            raise ValidationError("Not a valid list: a person is given twice.", "persons")


class SplitBody(PersonsBody):
    """Some members form a household of their own: in the area named, else in the same commune, or
    in the one that has taken over all its land."""

    area = Unit(load_default="")
    village = Text(NAME, least=1, required=True)
    address = OptionalText(NOTE)
    number = OptionalText(CODE)
    new_head = fields.UUID(load_default=None, allow_none=True)
    keep_class = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    anyway = _anyway()


class MergeBody(PersonsBody):
    """All members go over into another household. `into_version` is its ETag as last read."""

    into = fields.UUID(required=True)
    into_version = Whole(1, 10**9, load_default=None, allow_none=True)
    anyway = _anyway()


class DissolveBody(Circumstances):
    """The household ends."""

    reason = Code(codes.DISSOLVE_REASONS, required=True)


class CausesBody(Circumstances):
    """Why the household is poor."""

    causes = fields.List(Code(codes.CAUSES), required=True, validate=validate.Length(max=20))
    note = OptionalText(NOTE)


class NeedsBody(Circumstances):
    """What the household needs."""

    needs = fields.List(Code(codes.NEEDS), required=True, validate=validate.Length(max=20))
    note = OptionalText(NOTE)


class PlanBody(Circumstances):
    """The plan for this very household."""

    goal = Text(NOTE, least=1, required=True)
    steps = fields.List(Text(NOTE, least=1), required=True, validate=validate.Length(min=1, max=50))
    responsible = Text(NAME, least=1, required=True)
    review_on = Day(load_default=None, allow_none=True)


class ForgetBody(Circumstances):
    """The legal basis on which a person's key is destroyed."""

    legal_basis = Text(NOTE, least=1, required=True)
