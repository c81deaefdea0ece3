"""Certificates for many households at once: asked for, followed, printed.

One act of the chairman: every listed household of a commune, of a village or of one decision that
has no valid certificate. A worker gives them, numbered village by village.
"""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields
from psycopg import Connection

from domain.households.codes import LISTED
from domain.households.person_name import signer
from domain.text import CODE, NAME
from domain.text import required as required_text
from projections.households import certificate_batches, certificate_job, certificates
from projections.households.certificate_batches import CertificateBatch
from service.access.authorization import RequestArea, RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.households import certificate_paper
from service.households.permissions import May
from service.http.commands import once
from service.http.parsing import AreaQuery, Input, Output, PastDay, Text, Unit
from service.http.routes import Answer, ApiBlueprint
from service.papers import pdf
from service.problems import NoSuchThing, RequestError

TASK = "issue_certificates"
MOST = 20_000
SHOWN = 50
FILE_NAME = "giay-chung-nhan.pdf"

routes = ApiBlueprint(
    "certificate batches",
    __name__,
    url_prefix="/api/v1/certificate-batches",
    description="Certificates for many households at once.",
)


class NoCertificateDue(RequestError):
    """No household of the area is to be given a certificate."""

    code = "no_certificate_due"


class TooManyCertificates(RequestError):
    """More households than one act takes."""

    code = "too_many_certificates"


class BatchBody(Input):
    """Whose certificates are given, on which day, and who signs."""

    area = Unit()
    village = Text(200, load_default=None, allow_none=True)
    decision = Text(CODE, load_default=None, allow_none=True, about="Number of one decision.")
    effective_on = PastDay(required=True, metadata={"description": "The day of the certificates."})
    signer = Text(NAME, least=1, required=True)


class BatchSchema(Output):
    """One act, as far as it has come; `households` are those that it is for."""

    id = fields.UUID(required=True)
    area = fields.String(required=True)
    village = fields.String(required=True, allow_none=True)
    decision = fields.String(required=True, allow_none=True)
    effective_on = fields.Date(required=True)
    signer = fields.String(required=True)
    account = fields.String(required=True)
    requested_at = fields.DateTime(required=True)
    started_at = fields.DateTime(required=True, allow_none=True)
    finished_at = fields.DateTime(required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": ["waiting", "running", "done"]})
    error = fields.String(required=True)
    households = fields.Integer(required=True)
    issued = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    progress = fields.Float(required=True)


class RefusedSchema(Output):
    """A household that was given none, and the code of the refusal."""

    household_id = fields.UUID(required=True)
    refusal = fields.String(required=True)


class BatchWithRefusals(BatchSchema):
    """One act with the households that were refused, up to a thousand."""

    refusals = fields.List(fields.Nested(RefusedSchema), required=True)


class BatchesSchema(Output):
    """The latest acts of an area, the newest first."""

    items = fields.List(fields.Nested(BatchSchema), required=True)


def of_batch(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The commune that certificates were asked for. Raises NoSuchThing."""
    with context.services.reading() as conn:
        try:
            found = certificate_batches.get(conn, path["batch_id"])
        except certificate_batches.BatchUnknown:
            raise NoSuchThing from None
    return RequestArea(found.area, found.village, hidden=True)


SIGN = Rule(May.SIGN, asked_area)
LIST = Rule(May.READ_HOUSEHOLDS, asked_area)
READ = Rule(May.READ_HOUSEHOLDS, of_batch)


@routes.post(
    "",
    rule=SIGN,
    body=BatchBody,
    answer=BatchSchema,
    statuses=(202,),
    example={"area": "19804", "effective_on": "2022-12-20", "signer": "Nguyễn Thị Ẩn"},
)
def issue_certificates(context: RequestContext) -> Answer:
    """Give a certificate to every listed household that has none; a worker does it."""
    batch_id = asked(context)
    with context.services.reading() as conn:
        found = shown(certificate_batches.get(conn, batch_id))
    return Answer(found, 202, {"Location": f"{routes.url_prefix}/{batch_id}"})


def asked(context: RequestContext) -> UUID:
    """Puts the act in the table of jobs, once for a key. Raises NoCertificateDue."""
    made, _ = once(context, TASK, context.body, partial(_request, context))
    batch_id = UUID(made["id"])
    context.services.nudge.job(TASK, batch_id)
    return batch_id


def _request(context: RequestContext, conn: Connection[Any], batch_id: UUID) -> dict[str, Any]:
    body, day = context.body, context.body["effective_on"]
    due = certificates.households_without(
        conn,
        context.services.areas().units_within(context.area, day) or [],
        LISTED,
        on=day,
        village=body["village"],
        decision=body["decision"],
    )
    if not due:
        raise NoCertificateDue
    if len(due) > MOST:
        raise TooManyCertificates(households=len(due), at_most=MOST)
    certificate_job.request(
        conn,
        batch_id=batch_id,
        area=context.area,
        village=body["village"],
        decision=body["decision"],
        effective_on=day,
        signer=required_text("signer", signer("signer", body["signer"])),
        actor=context.actor,
        requested_at=context.services.clock(),
        households=[one.household_id for one in due],
    )
    return {"id": str(batch_id)}


@routes.get("", rule=LIST, query=AreaQuery, answer=BatchesSchema)
def list_certificate_batches(context: RequestContext) -> Any:
    """The latest acts of an area and the units below it."""
    within = context.services.areas().units_within(context.area, context.today)
    with context.services.reading() as conn:
        found = certificate_batches.of_areas(conn, within, limit=SHOWN)
    return {"items": [shown(one) for one in found]}


@routes.get("/<uuid:batch_id>", rule=READ, answer=BatchWithRefusals)
def get_certificate_batch(context: RequestContext, batch_id: UUID) -> Any:
    """One act as far as it has come, with the households that were refused."""
    with context.services.reading() as conn:
        found = certificate_batches.get(conn, batch_id)
        refused = certificate_batches.refused(conn, batch_id, limit=1000)
    return {**shown(found), "refusals": refused}


@routes.get(
    "/<uuid:batch_id>.pdf",
    rule=READ,
    answer=None,
    content_type=pdf.MEDIA_TYPE,
    content={"type": "string", "format": "binary"},
)
def print_certificate_batch(context: RequestContext, batch_id: UUID) -> Response:
    """All certificates of one act as one PDF, in the order of their numbers. Reading is logged."""
    return printed(context, batch_id)


def printed(context: RequestContext, batch_id: UUID) -> Response:
    """The answer with all certificates of one act; the read log has a line of how many."""
    with context.services.reading() as conn:
        wanted = certificate_batches.issued(conn, batch_id)
    if not wanted:
        raise NoSuchThing
    note_several(context, "export", len(wanted), certificates=str(batch_id))
    return pdf.response(certificate_paper.printed_together(context, wanted), FILE_NAME)


def shown(batch: CertificateBatch) -> dict[str, Any]:
    """The act with its progress, for its schema."""
    return {**batch._asdict(), "progress": batch.progress}
