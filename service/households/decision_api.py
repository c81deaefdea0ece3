"""Signed decisions of a commune as they are read: which there are, and each as a paper."""

from typing import Any

from flask import Response
from marshmallow import fields

from projections.households import check_codes, signed_decisions
from projections.households.signed_decisions import SignedDecision
from service.access.authorization import RequestArea, RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.households import decision_paper
from service.households.permissions import May
from service.http.parsing import AreaQuery, Output, QueryInteger
from service.http.routes import ApiBlueprint
from service.papers import pdf
from service.problems import NoSuchThing

FILE_NAME = "quyet-dinh.pdf"

routes = ApiBlueprint(
    "signed decisions", __name__, url_prefix="/api/v1/decisions", description="Signed decisions."
)


class DecisionsQuery(AreaQuery):
    """Whose decisions."""

    limit = QueryInteger(1, 200, load_default=50)


class SignedDecisionSchema(Output):
    """One decision over all households that it is about."""

    area = fields.String(required=True)
    number = fields.String(required=True)
    signed_on = fields.Date(required=True, allow_none=True)
    effective_on = fields.Date(required=True)
    households = fields.Integer(required=True)
    exits = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)
    check_code = fields.String(required=True)
    pdf = fields.String(required=True, metadata={"description": "Path of the paper."})


class SignedDecisionsSchema(Output):
    """The latest decisions of an area, the newest first."""

    items = fields.List(fields.Nested(SignedDecisionSchema), required=True)


def found_by(context: RequestContext, code: str) -> SignedDecision:
    """The decision of a check code. Raises NoSuchThing."""
    key = check_codes.read(code)
    if key is not None:
        with context.services.reading() as conn:
            found = signed_decisions.by_check_key(conn, key)
        if found is not None:
            return found
    raise NoSuchThing


def of_code(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The commune of a decision. Raises NoSuchThing."""
    return RequestArea(found_by(context, path["decision_code"]).area, hidden=True)


LIST = Rule(May.READ_HOUSEHOLDS, asked_area)
READ = Rule(May.READ_HOUSEHOLDS, of_code)


@routes.get("", rule=LIST, query=DecisionsQuery, answer=SignedDecisionsSchema)
def list_decisions(context: RequestContext) -> Any:
    """The latest decisions of an area and the units below it; names no household."""
    return {"items": listed(context, context.area, context.query["limit"])}


def listed(context: RequestContext, area: str, limit: int) -> list[dict[str, Any]]:
    """The latest decisions of an area, each with its check code and the path of its paper."""
    units = context.services.areas().units_within(area, context.today)
    with context.services.reading() as conn:
        found = signed_decisions.of_areas(conn, units, limit=limit)
    return [{**one._asdict(), **_addresses(one)} for one in found]


def _addresses(decision: SignedDecision) -> dict[str, str]:
    code = check_codes.written(decision.check_key)
    return {"check_code": code, "pdf": f"{routes.url_prefix}/{code}.pdf"}


@routes.get(
    "/<string:decision_code>.pdf",
    rule=READ,
    answer=None,
    content_type=pdf.MEDIA_TYPE,
    content={"type": "string", "format": "binary"},
)
def print_decision(context: RequestContext, decision_code: str) -> Response:
    """The decision with its list, from the record. Reading is logged."""
    return printed(context, decision_code)


def printed(context: RequestContext, decision_code: str) -> Response:
    """The answer with the paper; the read log has a line of how many households it names."""
    decision = found_by(context, decision_code)
    document, households = decision_paper.printed(context, decision)
    note_several(context, "export", households, decision=decision_code)
    return pdf.response(document, FILE_NAME)
