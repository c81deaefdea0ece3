"""Drafts of form B by the API: for a program that a surveyor fills in form B with."""

from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate

from service.access.authorization import RequestContext
from service.access.read_log import note_read
from service.households import draft_pages
from service.households.commands import MAY_SURVEY, ONE
from service.households.survey_drafts import DraftSave
from service.http.parsing import Input, Output, Text, Whole
from service.http.routes import Answer, ApiBlueprint

MOST_INPUTS = 200
EXAMPLE = {
    "device": "phone-1",
    "number": 1,
    "version": 0,
    "key": "7f0c1b6e",
    "inputs": {"answers.toilet": "none"},
}

routes = ApiBlueprint(
    "survey drafts",
    __name__,
    url_prefix="/api/v1/households",
    description="Form B while it is filled in: no event, and gone with its survey.",
)


class DraftInputs(fields.Dict):
    """What is typed so far, by the names of the form's inputs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            keys=Text(100, least=1),
            metadata={
                "additionalProperties": {"type": "string", "maxLength": 2000},
                "maxProperties": MOST_INPUTS,
                "example": {"answers.toilet": "none", "income": "1.200.000"},
            },
            **kwargs,
        )

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        inputs = super()._deserialize(value, attr, data, **kwargs)
        if len(inputs) > MOST_INPUTS:
            raise ValidationError(f"Longer than maximum length {MOST_INPUTS}.")
        if not all(isinstance(one, str) and len(one) <= 2000 for one in inputs.values()):
            raise ValidationError("Not a valid string.")
        return inputs


class DraftBody(Input):
    """One save: `number` rises with each of a device, `version` is the one it read, 0 for none.

    A number that is not above the last of the same device changes nothing.
    """

    device = Text(60, least=1, required=True)
    number = Whole(1, 10**12, required=True)
    version = Whole(0, 10**6, required=True)
    key = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "Names the form, so that it is recorded once."},
    )
    inputs = DraftInputs(required=True)


class SavedDraftSchema(Output):
    """The version of the draft after a save."""

    version = fields.Integer(required=True)


class DraftSchema(SavedDraftSchema):
    """The draft of the account for a household; version 0 and nothing else where it has none."""

    key = fields.String()
    device = fields.String()
    saved_at = fields.DateTime()
    expires_at = fields.DateTime()
    inputs = fields.Dict(keys=fields.String(), required=True)


@routes.get(f"{ONE}/survey-draft", rule=MAY_SURVEY, answer=DraftSchema)
def get_draft(context: RequestContext, household_id: UUID) -> Any:
    """The draft of form B that this account keeps for a household. Reading is logged."""
    draft = draft_pages.read(context, household_id)
    note_read(context, household_id, context.area, "file")
    if draft is None:
        return {"version": 0, "inputs": {}}
    return {
        "key": draft.form_key,
        "version": draft.version,
        "device": draft.device,
        "saved_at": draft.saved_at,
        "expires_at": draft.expires_at,
        "inputs": draft.inputs,
    }


@routes.post(
    f"{ONE}/survey-draft",
    rule=MAY_SURVEY,
    keyed=False,
    body=DraftBody,
    answer=SavedDraftSchema,
    errors=(409,),
    example=EXAMPLE,
)
def save_draft(context: RequestContext, household_id: UUID) -> Any:
    """Keep form B as it is so far; `draft_changed` where another device saved meanwhile."""
    body = context.body
    given = DraftSave(body["device"], body["number"], body["version"], body["key"], body["inputs"])
    return {"version": draft_pages.save(context, household_id, given)}


@routes.delete(f"{ONE}/survey-draft", rule=MAY_SURVEY, answer=None)
def delete_draft(context: RequestContext, household_id: UUID) -> Answer:
    """Throw the draft away; one that is not there is gone already."""
    draft_pages.discard(context, household_id)
    return Answer(None, 204)
