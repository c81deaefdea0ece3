"""Certificates as they are read: those of a household, and each as a paper."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields

from projections.households import certificates, check_codes
from service.access import authorization
from service.access.authorization import RequestArea, RequestContext, Rule
from service.access.read_log import note_read
from service.households import certificate_paper
from service.households.permissions import May
from service.http.parsing import Input, Output
from service.http.routes import ApiBlueprint
from service.papers import pdf

routes = ApiBlueprint(
    "certificates", __name__, url_prefix="/api/v1", description="Certificates of households."
)


FILE_NAME = "giay-chung-nhan.pdf"


class CertificatesQuery(Input):
    """The household whose certificates are asked for."""

    household = fields.UUID(required=True)


class ListedCertificate(Output):
    """One certificate, whether it is valid today, and its check code."""

    certificate_id = fields.UUID(required=True)
    number = fields.String(required=True)
    area = fields.String(required=True)
    class_ = fields.String(required=True, data_key="class")
    issued_on = fields.Date(required=True)
    decision_number = fields.String(required=True)
    decision_signed_on = fields.Date(required=True, allow_none=True)
    valid = fields.Boolean(required=True)
    ended_on = fields.Date(required=True, allow_none=True)
    ended_by = fields.String(required=True)
    check_code = fields.String(required=True)
    pdf = fields.String(required=True, metadata={"description": "Path of the paper."})


class CertificatesSchema(Output):
    """The certificates of a household, the newest first."""

    household_id = fields.UUID(required=True)
    items = fields.List(fields.Nested(ListedCertificate), required=True)


def _of_the_query(context: RequestContext, _: dict[str, Any]) -> RequestArea:
    return authorization.household(context, {"household_id": context.query["household"]})


READ = Rule(May.READ_HOUSEHOLDS, authorization.household)


@routes.get(
    "/certificates",
    rule=Rule(May.READ_HOUSEHOLDS, _of_the_query),
    query=CertificatesQuery,
    answer=CertificatesSchema,
)
def list_certificates(context: RequestContext) -> Any:
    """The certificates of a household, and whether each is valid today. Reading is logged."""
    household_id = context.query["household"]
    note_read(context, household_id, context.area, "file")
    with context.services.reading() as conn:
        found = certificates.of_household(conn, household_id)
    items = [
        {
            **one._asdict(),
            "valid": one.valid_on(context.today),
            "check_code": check_codes.written(one.check_key),
            "pdf": f"/api/v1/households/{household_id}/certificates/{one.certificate_id}.pdf",
        }
        for one in found
    ]
    return {"household_id": household_id, "items": items}


@routes.get(
    "/households/<uuid:household_id>/certificates/<uuid:certificate_id>.pdf",
    rule=READ,
    answer=None,
    content_type=pdf.MEDIA_TYPE,
    content={"type": "string", "format": "binary"},
)
def print_certificate(
    context: RequestContext, household_id: UUID, certificate_id: UUID
) -> Response:
    """The certificate as a paper, as known when it was issued. Reading is logged."""
    note_read(context, household_id, context.area, "file")
    document = certificate_paper.printed(context, household_id, certificate_id)
    return pdf.response(document, FILE_NAME)
