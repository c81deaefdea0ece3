"""Bodies of the commands about review rounds."""

from typing import Any

from marshmallow import fields, post_load, validate

from domain.households.codes import CLASSES, LOW_INCOME_OUTCOMES, SCREENINGS
from domain.reviews import codes
from domain.reviews.meetings import OverriddenClass, ResultInput
from domain.reviews.review_list import AN_ACT
from domain.reviews.workers import OutcomeInput, WorkersInput
from domain.text import CODE, NOTE
from service.http.commands import Circumstances
from service.http.parsing import Code, Day, Input, OptionalText, Text, Unit, Whole

MOST_PERSONS = 100_000
A_HOUSEHOLD = "7d1c1f0e-5a0b-4c57-9d86-3a6a6b1f2a22"
A_SURVEY = "9b1c1f0e-5a0b-4c57-9d86-3a6a6b1f2a33"
A_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
EXAMPLE_DECISION = {
    "number": "101/QĐ-UBND",
    "signed_on": "2026-10-05",
    "signer": "Chủ tịch UBND phường",
}


def households(*, required: bool) -> fields.List:
    """The field of a body that names households."""
    more: dict[str, Any] = {"required": True} if required else {"load_default": None}
    return fields.List(
        fields.UUID(),
        allow_none=not required,
        validate=validate.Length(min=1 if required else 0, max=AN_ACT),
        **more,
    )


def list_code() -> Code:
    """The field of a body that names a list of the round."""
    return Code(codes.LISTS, data_key="list", load_default="result")


class RoundBody(Circumstances):
    """A round of a commune, by the procedure in force on `effective_on`."""

    area = Unit(required=True)
    track = Code(codes.ROUND_TRACKS, required=True)
    year = Whole(2021, 2199, required=True)
    month = Whole(1, 12, load_default=None, allow_none=True)
    opening_list = fields.Boolean(
        load_default=False,
        metadata={"description": "Also the list that the next year's standard opens with."},
    )


class RequestBody(Circumstances):
    """A household's request; `form` left out is the procedure's.

    On the track of low-income workers `person_id` is the member who asks; null on the others.
    """

    household_id = fields.UUID(required=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    kind = Code(codes.REQUEST_KINDS, load_default="entry")
    form = OptionalText(CODE)
    reasons = fields.List(
        Code(codes.REQUEST_REASONS), load_default=list, validate=validate.Length(max=20)
    )


class RequestScreeningBody(Circumstances):
    """Form A of a request: every answer that is true is a sign."""

    form = Text(CODE, least=1, required=True)
    answers = fields.Dict(
        keys=Text(60, least=1),
        values=fields.Boolean(),
        required=True,
        validate=validate.Length(max=100),
    )
    outcome = Code(SCREENINGS, load_default=None, allow_none=True)
    override_reason = OptionalText(NOTE)


class RequestRefusalBody(Circumstances):
    """A refusal in writing; `note` names no person."""

    reasons = fields.List(
        Code(codes.REFUSAL_REASONS), required=True, validate=validate.Length(max=20)
    )
    note = OptionalText(NOTE)


class ListingBody(Circumstances):
    """Households to review. Without `households`: the whole current list."""

    source = Code(codes.LISTING_SOURCES, required=True)
    households = households(required=False)


class UnlistingBody(Circumstances):
    """Households that are not reviewed in this round any more."""

    households = households(required=True)
    reason = Code(codes.UNLISTING_REASONS, required=True)


class OverriddenClassBody(Input):
    """A class that is not the one computed, on a list of the round."""

    list_code = list_code()
    class_ = Code(CLASSES, data_key="class", required=True)
    reason = Text(NOTE, least=1, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> OverriddenClass:
        """An OverriddenClass of the domain."""
        return OverriddenClass(**data)


class ResultBody(Input):
    """The result of a household: its survey, and the votes for it."""

    household_id = fields.UUID(required=True)
    survey_id = fields.UUID(required=True)
    votes_for = Whole(0, MOST_PERSONS, load_default=0)
    overrides = fields.List(
        fields.Nested(OverriddenClassBody), load_default=list, validate=validate.Length(max=2)
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ResultInput:
        """A ResultInput of the domain."""
        return ResultInput(**{**data, "overrides": tuple(data["overrides"])})


def results() -> fields.List:
    """The field of a body that holds results of households."""
    return fields.List(
        fields.Nested(ResultBody), required=True, validate=validate.Length(min=1, max=2_000)
    )


class MeetingBody(Circumstances):
    """A village meeting; `chaired_by` is an actor of the procedure."""

    village = Text(200, least=1, required=True)
    attendance = Whole(0, MOST_PERSONS, required=True)
    chaired_by = Text(60, least=1, load_default="village_head")
    results = results()


class ResultsBody(Circumstances):
    """Results that follow from the surveys, on a track without village meeting."""

    results = results()


class OutcomeBody(Input):
    """The outcome for a worker; left out, what the standard gives. Another one has a reason."""

    person_id = fields.UUID(required=True)
    outcome = Code(LOW_INCOME_OUTCOMES, load_default=None, allow_none=True)
    reason = OptionalText(NOTE)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> OutcomeInput:
        """An OutcomeInput of the domain."""
        return OutcomeInput(data["person_id"], data["outcome"] or "", data["reason"])


class WorkerResultBody(Input):
    """The result of a household for its workers; those not named have the outcome computed."""

    household_id = fields.UUID(required=True)
    survey_id = fields.UUID(required=True)
    outcomes = fields.List(
        fields.Nested(OutcomeBody), load_default=list, validate=validate.Length(max=50)
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> WorkersInput:
        """A WorkersInput of the domain."""
        return WorkersInput(**{**data, "outcomes": tuple(data["outcomes"])})


class WorkerResultsBody(Circumstances):
    """Outcomes that follow from the surveys, on the track of low-income workers."""

    results = fields.List(
        fields.Nested(WorkerResultBody), required=True, validate=validate.Length(min=1, max=2_000)
    )


class PostingBody(Circumstances):
    """A posting. Without `households`: all that wait for it. `again` posts re-verified results."""

    places = fields.List(
        Code(codes.POSTING_PLACES), required=True, validate=validate.Length(max=10)
    )
    households = households(required=False)
    again = fields.Boolean(load_default=False)


class GrievanceBody(Circumstances):
    """A grievance about the result of a household; its text is sealed."""

    household_id = fields.UUID(required=True)
    lodged_by = Code(codes.GRIEVANCE_SOURCES, load_default="household")
    text = Text(NOTE, least=1, required=True)


class ReverificationBody(Circumstances):
    """A grievance is answered by the result that was voted on since."""

    grievance_id = fields.UUID(required=True)


class ConsultationBody(Circumstances):
    """A list of the round is reported."""

    list_code = list_code()


class ConsultationAnswerBody(Circumstances):
    """The level above answers; `note` names no person."""

    list_code = list_code()
    opinion = Code(codes.OPINIONS, required=True)
    note = OptionalText(NOTE)


class NoticesBody(Circumstances):
    """Notices. Without `households`: all that lose a status; without `last_day`: the earliest."""

    list_code = list_code()
    households = households(required=False)
    last_day = Day(load_default=None, allow_none=True)


class RoundDecisionBody(Circumstances):
    """The decision on a list as it was read: `digest` is that of the list."""

    list_code = list_code()
    kind = Code(codes.DECISION_KINDS, required=True)
    digest = Text(64, least=64, required=True)
    households = households(required=False)


class SecondSignatureBody(Circumstances):
    """The second signature of a list that the brake stopped."""

    list_code = list_code()
    kind = Code(codes.DECISION_KINDS, required=True)
    digest = Text(64, least=64, required=True)
    reason = Text(NOTE, least=1, required=True)


class HandOverBody(Circumstances):
    """A list of the commune was handed over as it was read: `digest` is that of the list."""

    handed_list = Code(codes.HANDED_LISTS, required=True)
    means = Code(codes.HANDING_MEANS, required=True)
    digest = Text(64, least=64, required=True)


class RoundEndBody(Circumstances):
    """The end of a round: completed, or abandoned with a reason."""

    outcome = Code(codes.CLOSING_OUTCOMES, load_default="completed")
    reason = OptionalText(NOTE)
