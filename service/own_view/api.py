"""Routes of one-time codes and contests. What a household does itself has pages only."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response

from domain.own_view.limits import published_limits
from domain.own_view.one_time_codes import grouped
from service.access.authorization import RequestContext, Rule, asked_area
from service.http import cursors
from service.http.commands import wait_until_visible
from service.http.routes import Answer, ApiBlueprint
from service.own_view import code_pages, contest_pages, schemas, slip
from service.own_view.permissions import May
from service.papers import pdf

routes = ApiBlueprint(
    "own_view_api",
    __name__,
    url_prefix="/api/v1",
    description="One-time codes that open a household's own view, and what households contest.",
)

LIST = Rule(May.READ_CONTESTS, asked_area)


@routes.post(
    "/households/<uuid:household_id>/one-time-codes",
    rule=code_pages.GIVE,
    body=schemas.OneTimeCodeBody,
    answer=schemas.OneTimeCodeSchema,
    statuses=(201,),
    example={"way": "counter"},
)
def give_one_time_code(context: RequestContext, household_id: UUID) -> Answer:
    """Give a household a one-time code. It is shown here and never again."""
    given = code_pages.give(context, household_id)
    own_view = context.services.application.own_views.of_household(household_id)
    now = context.services.clock()
    known = own_view.code.valid_until if own_view and own_view.code else None
    body = {
        "household_id": household_id,
        "code_id": given.outcome.created,
        "code": grouped(given.code) if given.code else None,
        "paper_code": given.papers.printed or None,
        "slip": given.sealed or None,
        "valid_until": known or published_limits().on(context.today).valid_until(now),
        "repeated": given.outcome.repeated,
    }
    where = {"Location": f"/api/v1/households/{household_id}"}
    return Answer(body, 201, where)


@routes.post(
    "/households/<uuid:household_id>/one-time-codes/slip",
    rule=code_pages.GIVE,
    keyed=False,
    body=schemas.SlipBody,
    answer=None,
    content_type=pdf.MEDIA_TYPE,
    content={"type": "string", "format": "binary"},
    errors=(409,),
    example={"slip": "bm8tY29kZS1vZi1hbnktaG91c2Vob2xk"},
)
def print_one_time_code(context: RequestContext, household_id: UUID) -> Response:
    """The slip with the code that was just given, as a PDF for the household. Reading is logged."""
    document = slip.printed(context, household_id, context.body["slip"])
    return pdf.response(document, slip.FILE_NAME)


@routes.post(
    "/households/<uuid:household_id>/one-time-codes/revocation",
    rule=code_pages.GIVE,
    answer=schemas.CodeRevokedSchema,
    statuses=(201,),
)
def revoke_one_time_code(context: RequestContext, household_id: UUID) -> Answer:
    """Revoke the last code of a household, and close what it opened."""
    context.body = {}
    outcome = code_pages.revoke(context, household_id)
    body = {"household_id": household_id, "repeated": outcome.repeated}
    return Answer(body, 201, {"Location": f"/api/v1/households/{household_id}"})


@routes.get("/contests", rule=LIST, query=schemas.ContestsQuery, answer=schemas.ContestsSchema)
def list_contests(context: RequestContext) -> Any:
    """What households of an area contest, lodged first."""
    query, came = context.query, context.query["after"]
    after = (date.fromisoformat(str(came[0])), UUID(str(came[1]))) if came else None
    limit = query["limit"]
    found = contest_pages.listed(context, waiting=query["waiting"], after=after, limit=limit + 1)
    return cursors.page(
        schemas.PLACES,
        found,
        limit,
        lambda one: [one.lodged_on.isoformat(), str(one.contest_id)],
    )


@routes.get(
    "/households/<uuid:household_id>/contests/<uuid:contest_id>",
    rule=contest_pages.READ,
    answer=schemas.ContestToldSchema,
)
def get_contest(context: RequestContext, household_id: UUID, contest_id: UUID) -> Any:
    """One contest with what the household wrote, and its answer."""
    found, said = contest_pages.one_of(context, household_id, contest_id)
    told = {name: getattr(found, name) for name in found.__struct_fields__}
    return {**told, "text": said.text, "answer": said.answer}


@routes.post(
    "/households/<uuid:household_id>/contests/<uuid:contest_id>/answer",
    rule=contest_pages.ANSWER,
    body=schemas.ContestAnswerBody,
    answer=schemas.ContestAnsweredSchema,
    statuses=(201, 202),
    example={"outcome": "kept", "text": "Kết quả đúng theo Phiếu B. Mời đến xem Phiếu B."},
)
def answer_contest(context: RequestContext, household_id: UUID, contest_id: UUID) -> Answer:
    """Answer a contest; the household reads it in its own view."""
    outcome = contest_pages.answer(context, household_id, contest_id)
    visible = wait_until_visible(context, outcome.seq, contest_pages.SHOWN_BY)
    body = {
        "household_id": household_id,
        "contest_id": contest_id,
        "seq": outcome.seq,
        "status": "visible" if visible else "still_updating",
        "repeated": outcome.repeated,
    }
    where = {"Location": f"/api/v1/households/{household_id}/contests/{contest_id}"}
    return Answer(body, 201 if visible else 202, where)
