"""The page of the papers of a round, act by act, and each paper as PDF."""

from typing import Any, NamedTuple
from uuid import UUID

from flask import Response, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.eventstore.postgres import Connection
from domain.reviews import events as r
from projections.engine import ledger
from service.access.authorization import RequestContext, Rule
from service.reviews import round_papers_api as papers
from service.reviews import words
from service.reviews.permissions import May
from service.reviews.places import of_round, round_shown
from service.ui import forms, navigation
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("round_papers", __name__)

PRINT = Rule(May.PRINT_PAPERS, of_round)


class NoticesQuery(forms.QueryForm):
    """The list of the round that the notices are about."""

    list_code = fields.String(
        data_key="list", load_default="result", validate=validate.OneOf(["result", "opening"])
    )


class WorkerDecisionQuery(forms.QueryForm):
    """The number of a decision; left out, the last one of the round."""

    number = fields.String(load_default="", validate=validate.Length(max=60))


class PaperRow(NamedTuple):
    """A paper of the round on its page: what it is, of which day and whom, and its address."""

    what: str
    on: Any
    about: str
    households: int
    address: str


@pages.get("/ra-soat/<uuid:round_id>/van-ban", rule=PRINT)
def list_papers(context: RequestContext, round_id: UUID) -> str:
    """Lists the papers of a round by day, the latest first. Names no household."""
    row = round_shown(context, round_id)
    title = words.round_title(row.track, row.year, row.month)
    with context.services.reading() as conn:
        found = papers_of(conn, round_id)
    return render(
        "reviews/papers.html",
        title=_("Văn bản của đợt"),
        round_title=title,
        commune=navigation.unit_name(row.area),
        crumbs=[
            (_("Đợt rà soát"), url_for("rounds.rounds")),
            (title, url_for("rounds.round_page", round_id=round_id)),
            (_("Văn bản của đợt"), ""),
        ],
        papers=found,
    )


def papers_of(conn: Connection, round_id: UUID) -> list[PaperRow]:
    """The papers of a round, the latest first."""
    found: list[PaperRow] = []
    noticed: dict[str, tuple[Any, set[UUID]]] = {}
    for row in ledger.history(conn, round_id):
        event: Any = row.event
        match event:
            case r.MeetingHeld():
                address = url_for(
                    "round_papers.minutes", round_id=round_id, meeting_id=event.meeting_id
                )
                found.append(
                    PaperRow(
                        _("Biên bản họp dân"),
                        event.effective_on,
                        event.village,
                        len(event.results),
                        address,
                    )
                )
            case r.Posted() | r.Reposted():
                found.append(_posting(event, round_id))
            case r.RequestRefused():
                found.append(
                    PaperRow(
                        _("Văn bản trả lời giấy đề nghị"),
                        event.effective_on,
                        "",
                        1,
                        url_for(
                            "round_papers.refusal", round_id=round_id, request_id=event.request_id
                        ),
                    )
                )
            case r.WorkersRecognised():
                found.append(_of_workers(event, round_id))
            case r.NoticeGiven():
                _on, before = noticed.get(event.list_code, (None, set()))
                ids = {one.household for one in event.households}
                noticed[event.list_code] = event.effective_on, before | ids
    for list_code, (on, ids) in noticed.items():
        address = url_for("round_papers.notices", round_id=round_id, list=list_code)
        what = _("Thông báo cho hộ không còn thuộc diện")
        found.append(PaperRow(what, on, str(words.LISTS[list_code]), len(ids), address))
    return sorted(found, key=lambda one: one.on, reverse=True)


def _posting(event: Any, round_id: UUID) -> PaperRow:
    again = isinstance(event, r.Reposted)
    return PaperRow(
        _("Danh sách niêm yết kết quả phúc tra") if again else _("Danh sách niêm yết"),
        event.effective_on,
        "; ".join(str(words.PLACES[one]) for one in event.places),
        len(event.households),
        url_for("round_papers.posting", round_id=round_id, posting_id=event.posting_id),
    )


def _of_workers(event: Any, round_id: UUID) -> PaperRow:
    number = event.document.number if event.document else ""
    return PaperRow(
        _("Quyết định công nhận người lao động có thu nhập thấp"),
        event.effective_on,
        number,
        len({one.household for one in event.workers}),
        url_for("round_papers.worker_decision", round_id=round_id, number=number),
    )


@pages.get("/ra-soat/<uuid:round_id>/bien-ban/<uuid:meeting_id>.pdf", rule=PRINT)
def minutes(context: RequestContext, round_id: UUID, meeting_id: UUID) -> Response:
    """The minutes of a village meeting. Reading is logged."""
    return papers.minutes(context, round_id, meeting_id)


@pages.get("/ra-soat/<uuid:round_id>/niem-yet/<uuid:posting_id>.pdf", rule=PRINT)
def posting(context: RequestContext, round_id: UUID, posting_id: UUID) -> Response:
    """The list of a posting. Reading is logged."""
    return papers.posting(context, round_id, posting_id)


@pages.get("/ra-soat/<uuid:round_id>/tra-loi/<uuid:request_id>.pdf", rule=PRINT)
def refusal(context: RequestContext, round_id: UUID, request_id: UUID) -> Response:
    """The letter that refuses a request. Reading is logged."""
    return papers.refusal(context, round_id, request_id)


@pages.get(
    "/ra-soat/<uuid:round_id>/quyet-dinh-nguoi-lao-dong.pdf", rule=PRINT, query=WorkerDecisionQuery
)
def worker_decision(context: RequestContext, round_id: UUID) -> Response:
    """A decision that recognises low-income workers, with its list. Reading is logged."""
    return papers.worker_decision(context, round_id, context.query["number"])


@pages.get("/ra-soat/<uuid:round_id>/thong-bao.pdf", rule=PRINT, query=NoticesQuery)
def notices(context: RequestContext, round_id: UUID) -> Response:
    """The notices of all households that lose a status. Reading is logged."""
    return papers.notices(context, round_id, context.query["list_code"])


@pages.get(
    "/ra-soat/<uuid:round_id>/thong-bao/<uuid:household_id>.pdf", rule=PRINT, query=NoticesQuery
)
def notice(context: RequestContext, round_id: UUID, household_id: UUID) -> Response:
    """The notice of one household that loses a status. Reading is logged."""
    return papers.notice(context, round_id, context.query["list_code"], household_id)
