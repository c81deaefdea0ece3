"""The pages of certificates: each as a paper."""

from uuid import UUID

from flask import Response

from service.access import authorization
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_read
from service.households import certificate_paper
from service.households.certificate_api import FILE_NAME
from service.households.permissions import May
from service.papers import pdf
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("certificate_pages", __name__)

READ = Rule(May.READ_HOUSEHOLDS, authorization.household)


@pages.get("/ho/<uuid:household_id>/giay-chung-nhan/<uuid:certificate_id>.pdf", rule=READ)
def printed(context: RequestContext, household_id: UUID, certificate_id: UUID) -> Response:
    """The certificate as a paper. Reading is logged."""
    note_read(context, household_id, context.area, "file")
    document = certificate_paper.printed(context, household_id, certificate_id)
    return pdf.response(document, FILE_NAME)
