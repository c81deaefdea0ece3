"""Lists of recipients in Excel: uploaded here, checked by a worker, made a batch of grants."""

from typing import Any
from uuid import UUID

from flask import Response

from domain.support.grant_list import LIMITS
from projections.spreadsheets.grant_list_errors import error_sheet
from projections.support import grant_lists
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.http import parsing
from service.http.headers import XLSX
from service.http.routes import Answer, ApiBlueprint
from service.http.uploads import ONE_FILE
from service.problems import title
from service.support import grant_list_request
from service.support import grant_list_schemas as schemas
from service.support.answers import RecordedSchema, answered
from service.support.permissions import May

routes = ApiBlueprint(
    "grant lists",
    __name__,
    url_prefix="/api/v1/grant-lists",
    description="Lists of recipients in Excel: a dry run of each row, then one batch of grants.",
)

UPLOAD = Rule(May.WORK_ON_CASES, asked_area)
READ = Rule(May.READ_CASES, grant_list_request.place)
DRAW_UP = Rule(May.WORK_ON_CASES, grant_list_request.place)
ONE = "/<uuid:grant_list_id>"


@routes.post(
    "",
    rule=UPLOAD,
    body=schemas.GrantListForm,
    body_is="form",
    largest=ONE_FILE,
    answer=schemas.GrantListSchema,
    statuses=(202,),
)
def upload_grant_list(context: RequestContext) -> Answer:
    """Upload a list for a dry run; ask for what was found by its id. Nothing is granted."""
    body = context.body
    asked = grant_list_request.ListRequest(
        body["programme"], body["benefit"], body["period"], body["effective_on"],
        body["line_id"], body["amount"], body["unit"],
    )  # fmt: skip
    file = body["file"]
    content = file.read(LIMITS.file_bytes + 1)
    list_id = grant_list_request.keep(context, asked, content, file.filename or "")
    with context.services.reading() as conn:
        found = grant_lists.get(conn, list_id)
    return Answer(found, 202, {"Location": f"/api/v1/grant-lists/{list_id}"})


@routes.get(ONE, rule=READ, query=schemas.GrantListQuery, answer=schemas.GrantListWithRowsSchema)
def get_grant_list(context: RequestContext, grant_list_id: UUID) -> Any:
    """What was found of each row: whom it is, or why it does not fit and how to mend it."""
    query, language = context.query, parsing.language()
    with context.services.reading() as conn:
        found = grant_lists.get(conn, grant_list_id)
        rows = grant_lists.rows(conn, grant_list_id, which=query["which"])
    page = rows[query["skip"] : query["skip"] + query["limit"]]
    note_several(context, "list", len(page))
    shown = [
        {
            **{name: getattr(one, name) for name in one.__struct_fields__},
            "sentence": title(one.code, language) if one.code else "",
        }
        for one in page
    ]
    return {**{name: getattr(found, name) for name in found.__struct_fields__}, "rows": shown}


@routes.get(
    f"{ONE}/errors",
    rule=DRAW_UP,
    answer=None,
    content_type=XLSX,
    content={"type": "string", "format": "binary"},
)
def grant_list_errors(context: RequestContext, grant_list_id: UUID) -> Response:
    """The rows that do not fit, with their own columns, as a list that can be mended."""
    return errors_of(context, grant_list_id)


def errors_of(context: RequestContext, grant_list_id: UUID) -> Response:
    """The error sheet. Each one that is taken along is logged."""
    with context.services.reading() as conn:
        found = grant_lists.get(conn, grant_list_id)
        language = parsing.language()
        content = error_sheet(
            conn, context.services.keyring, grant_list_id, lambda code: title(code, language)
        )
    note_several(context, "export", found.refused)
    name = f"dong-can-kiem-tra-{grant_list_id}.xlsx"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, content_type=XLSX, headers=headers)


@routes.post(
    f"{ONE}/batches",
    rule=DRAW_UP,
    body=schemas.BatchOfListBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={"effective_on": "2023-03-01"},
)
def draw_up_batch_of_list(context: RequestContext, grant_list_id: UUID) -> Answer:
    """Draw up a batch of the rows that fit; the chairman approves it, then each is decided."""
    with context.services.reading() as conn:
        found = grant_lists.get(conn, grant_list_id)
        rows = grant_lists.rows(conn, grant_list_id)
    outcome = grant_list_request.draw_up(context, found, rows)
    return answered(context, outcome, ("grant_batches",), "/api/v1/grant-batches/{id}")
