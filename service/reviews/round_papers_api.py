"""The papers of a review round as PDF, by the API. Printing one leaves a line in the read log."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import fields, validate

from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_read, note_several
from service.http.parsing import Input, Text
from service.http.routes import ApiBlueprint
from service.papers import pdf
from service.reviews import round_papers, worker_papers
from service.reviews.permissions import May
from service.reviews.places import require_whole
from service.reviews.round_commands import ONE, round_place
from service.reviews.round_papers import Paper

routes = ApiBlueprint(
    "papers of rounds",
    __name__,
    url_prefix="/api/v1/rounds",
    description="The papers of review rounds as PDF.",
)

PRINT = Rule(May.PRINT_PAPERS, round_place)
_PDF: dict[str, Any] = {
    "rule": PRINT,
    "answer": None,
    "content_type": pdf.MEDIA_TYPE,
    "content": {"type": "string", "format": "binary"},
}


class NoticesQuery(Input):
    """The list of the round that the notices are about."""

    list_code = fields.String(
        data_key="list", load_default="result", validate=validate.OneOf(["result", "opening"])
    )


class WorkerDecisionQuery(Input):
    """The number of a decision; left out, the last one of the round."""

    number = Text(60, load_default="")


@routes.get(f"{ONE}/meetings/<uuid:meeting_id>.pdf", **_PDF)
def print_minutes(context: RequestContext, round_id: UUID, meeting_id: UUID) -> Response:
    """The minutes of a village meeting with the votes for each household."""
    return minutes(context, round_id, meeting_id)


@routes.get(f"{ONE}/postings/<uuid:posting_id>.pdf", **_PDF)
def print_posting(context: RequestContext, round_id: UUID, posting_id: UUID) -> Response:
    """The list of a posting: head, village and proposed class, and nothing more."""
    return posting(context, round_id, posting_id)


@routes.get(f"{ONE}/requests/<uuid:request_id>/refusal.pdf", **_PDF)
def print_refusal(context: RequestContext, round_id: UUID, request_id: UUID) -> Response:
    """The letter that refuses a request, with its reasons."""
    return refusal(context, round_id, request_id)


@routes.get(f"{ONE}/worker-decision.pdf", query=WorkerDecisionQuery, **_PDF)
def print_worker_decision(context: RequestContext, round_id: UUID) -> Response:
    """The decision that recognises low-income workers, with its list."""
    return worker_decision(context, round_id, context.query["number"])


@routes.get(f"{ONE}/notices.pdf", query=NoticesQuery, **_PDF)
def print_notices(context: RequestContext, round_id: UUID) -> Response:
    """The notices of all households that lose a status, each on a page of its own."""
    return notices(context, round_id, context.query["list_code"])


@routes.get(f"{ONE}/notices/<uuid:household_id>.pdf", query=NoticesQuery, **_PDF)
def print_notice(context: RequestContext, round_id: UUID, household_id: UUID) -> Response:
    """The notice of one household that loses a status."""
    return notice(context, round_id, context.query["list_code"], household_id)


def minutes(context: RequestContext, round_id: UUID, meeting_id: UUID) -> Response:
    """The minutes of a meeting; a line of the read log has how many households they name."""
    require_whole(context)
    return _of_several(context, round_papers.minutes(context, round_id, meeting_id), "minutes")


def posting(context: RequestContext, round_id: UUID, posting_id: UUID) -> Response:
    """The list of a posting; a line of the read log has how many households it names."""
    require_whole(context)
    return _of_several(context, round_papers.posting(context, round_id, posting_id), "posting")


def refusal(context: RequestContext, round_id: UUID, request_id: UUID) -> Response:
    """The letter that refuses a request; the read log has a line of its household."""
    require_whole(context)
    household, document = round_papers.refusal(context, round_id, request_id)
    note_read(context, household, context.area, "file")
    return pdf.response(document, "tra-loi.pdf")


def worker_decision(context: RequestContext, round_id: UUID, number: str) -> Response:
    """A decision on workers; a line of the read log has how many persons it names."""
    require_whole(context)
    paper = Paper(*worker_papers.decision(context, round_id, number))
    return _of_several(context, paper, "worker_decision")


def notices(context: RequestContext, round_id: UUID, list_code: str) -> Response:
    """All notices on a list; a line of the read log has how many households they name."""
    require_whole(context)
    return _of_several(context, round_papers.notices(context, round_id, list_code), "notices")


def notice(context: RequestContext, round_id: UUID, list_code: str, household_id: UUID) -> Response:
    """The notice of one household; the read log has a line of it."""
    require_whole(context)
    paper = round_papers.notices(context, round_id, list_code, household_id)
    note_read(context, household_id, context.area, "file")
    return pdf.response(paper.document, "thong-bao.pdf")


_FILES = {
    "minutes": "bien-ban.pdf",
    "posting": "niem-yet.pdf",
    "notices": "thong-bao.pdf",
    "worker_decision": "quyet-dinh.pdf",
}


def _of_several(context: RequestContext, paper: Paper, kind: str) -> Response:
    note_several(context, "export", paper.households, paper=kind)
    return pdf.response(paper.document, _FILES[kind])
