"""The signing rules of an area: their versions by act, and a new version from a day on."""

from typing import Any

from marshmallow import fields, validate

from domain.support.codes import SIGNING_ACTS, STEPS_APART
from domain.support.signing_rules import (
    AddSigningVersion,
    SigningRules,
    SigningVersion,
    Tier,
    signing_rules_id,
)
from service.access.authorization import RequestContext, Rule, asked_area
from service.http.parsing import Code, Input, Output, Unit
from service.http.routes import Answer, ApiBlueprint
from service.support.answers import RecordedSchema, record
from service.support.case_schemas import SigningRulesBody
from service.support.permissions import May

routes = ApiBlueprint(
    "signing rules",
    __name__,
    url_prefix="/api/v1/signing-rules",
    description="How many accounts sign an act, by amount, and which steps they may not take.",
)

READ = Rule(May.READ_SIGNING, asked_area)
SET = Rule(May.SET_SIGNING, asked_area)
ADDRESS = "/api/v1/signing-rules"


class SigningQuery(Input):
    """The rules of an area itself; those of the units above hold where it has none."""

    area = Unit()


class SigningVersionBody(SigningRulesBody):
    """The rules of an act from `effective_on` on; `apart` are steps for other accounts."""

    act = Code(SIGNING_ACTS, required=True)
    apart = fields.List(
        Code(STEPS_APART), load_default=list, validate=validate.Length(max=len(STEPS_APART))
    )


class TierSchema(Output):
    """So many signatures from an amount on."""

    from_amount = fields.Integer(required=True)
    signatures = fields.Integer(required=True)


class SigningVersionSchema(Output):
    """One version; `act` is "" for rules that are of all acts. `document` is its legal source."""

    act = fields.String(required=True)
    since = fields.Date(required=True)
    tiers = fields.List(fields.Nested(TierSchema), required=True)
    apart = fields.List(fields.String(), required=True)
    document = fields.String(required=True)
    account = fields.String(required=True)


class SigningRulesSchema(Output):
    """All versions of an area, the latest first."""

    area = fields.String(required=True)
    versions = fields.List(fields.Nested(SigningVersionSchema), required=True)


def versions_of(context: RequestContext, area: str) -> list[SigningVersion]:
    """The versions of an area, the latest first; of one day those recorded later first."""
    rules = context.services.application.support.find(SigningRules, signing_rules_id(area))
    found = list(reversed(rules.versions)) if rules is not None else []
    return sorted(found, key=lambda one: one.since, reverse=True)


@routes.get("", rule=READ, query=SigningQuery, answer=SigningRulesSchema)
def list_versions(context: RequestContext) -> Any:
    """The versions of the signing rules of an area."""
    shown = [
        {
            "act": one.act, "since": one.since, "tiers": one.tiers, "apart": one.apart,
            "document": one.document.number if one.document else "", "account": one.account,
        }
        for one in versions_of(context, context.area)
    ]  # fmt: skip
    return {"area": context.area, "versions": shown}


@routes.post(
    "/versions",
    rule=SET,
    body=SigningVersionBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-01-01",
        "document": {"number": "12/QĐ-UBND"},
        "area": "46",
        "act": "case_approval",
        "tiers": [
            {"from_amount": 0, "signatures": 1},
            {"from_amount": 50000000, "signatures": 2},
        ],
        "apart": ["disburse"],
    },
)
def add_version(context: RequestContext) -> Answer:
    """Add a version of the signing rules of an act, from a day after that of the last one."""
    body = context.body
    tiers = tuple(Tier(**one) for one in body["tiers"])
    command = AddSigningVersion(context.area, body["act"], tiers, tuple(body["apart"]))
    return record(context, command, ("cases",), ADDRESS)
