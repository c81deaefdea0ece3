"""Official lists in Excel: uploaded here, read by a worker, their refused rows given back."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response
from psycopg import Connection

from projections.imports import imports
from projections.spreadsheets.household_list_template import list_template
from projections.spreadsheets.import_errors import error_sheet as made_error_sheet
from service.access import authorization
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.http import cursors, parsing
from service.http.commands import Made, once
from service.http.headers import XLSX
from service.http.routes import Answer, ApiBlueprint
from service.imports import visible_households
from service.imports.permissions import May
from service.imports.request import TASK, request_import, workbook
from service.imports.schemas import (
    ImportForm,
    ImportQuery,
    ImportSchema,
    ImportsQuery,
    ImportsSchema,
    ImportWithRemarksSchema,
    ListedHouseholdsSchema,
    OutcomesQuery,
    SettleBody,
    WaitingQuery,
    WaitingRowSchema,
    WaitingRowsSchema,
)
from service.matching import candidates

_BINARY = {"type": "string", "format": "binary"}

routes = ApiBlueprint(
    "imports", __name__, url_prefix="/api/v1/imports", description="Official lists."
)

READ = Rule(May.READ_IMPORTS, authorization.import_)


@routes.post(
    "",
    rule=Rule(May.IMPORT, asked_area),
    body=ImportForm,
    body_is="form",
    answer=ImportSchema,
    statuses=(202,),
)
def start_import(context: RequestContext) -> Answer:
    """Upload a list. Ask for its progress by the id; the same file again changes nothing."""
    file = context.body["file"].read()
    named = {**context.body, "file": hashlib.sha256(file).hexdigest()}
    made, _ = once(context, "start_import", named, _request(context, file))
    import_id = UUID(made["id"])
    context.services.nudge.job(TASK, import_id)
    with context.services.reading() as conn:
        started = imports.get(conn, import_id)
    return Answer(started, 202, {"Location": f"/api/v1/imports/{import_id}"})


@routes.get("", rule=Rule(May.READ_IMPORTS, asked_area), query=ImportsQuery, answer=ImportsSchema)
def list_imports(context: RequestContext) -> Any:
    """The latest imports of an area and the units below it, newest first."""
    within = context.services.areas().units_within(context.area, context.today)
    limit = context.query["limit"]
    with context.services.reading() as conn:
        found = imports.of_areas(conn, within, limit=limit + 1, after=context.query["after"])
    return cursors.page("imports", found, limit, lambda one: [one.requested_at, one.id])


@routes.get(
    "/template",
    rule=Rule(May.IMPORT),
    answer=None,
    content_type=XLSX,
    content=_BINARY,
)
def template(context: RequestContext) -> Response:
    """The empty list, ready to be filled in."""
    return workbook(list_template(), "mau-danh-sach-ho-ngheo.xlsx")


@routes.get("/<uuid:import_id>", rule=READ, query=ImportQuery, answer=ImportWithRemarksSchema)
def get_import(context: RequestContext, import_id: UUID) -> Any:
    """How far an import is, and what was said of its rows."""
    query, said = context.query, parsing.language()
    with context.services.reading() as conn:
        found = imports.get(conn, import_id)
        counts = imports.remark_counts(conn, import_id)
        which = {name: query[name] for name in ("kind", "skip", "limit")}
        page = imports.remarks(conn, context.services.keyring, import_id, **which)
    note_several(context, "import", len(page), import_=str(import_id))
    page = visible_households.remarks(context, page)
    remarks = [
        {**remark._asdict(), "column": remark.column, "sentence": remark.sentence(said)}
        for remark in page
    ]
    return {**found._asdict(), "remarks": remarks, "remark_counts": counts}


@routes.get(
    "/<uuid:import_id>/households",
    rule=READ,
    query=OutcomesQuery,
    answer=ListedHouseholdsSchema,
)
def listed_households(context: RequestContext, import_id: UUID) -> Any:
    """What came of the households of the list, by row: recorded, given a class, refused."""
    query = context.query
    with context.services.reading() as conn:
        imports.get(conn, import_id)
        page = imports.outcomes(
            conn,
            context.services.keyring,
            import_id,
            outcome=query["outcome"],
            skip=query["skip"],
            limit=query["limit"],
        )
        counts = imports.outcome_counts(conn, import_id)
    note_several(context, "import", len(page), import_=str(import_id))
    return {
        "items": [one._asdict() for one in visible_households.outcomes(context, page)],
        "counts": counts,
    }


@routes.get(
    "/<uuid:import_id>/errors",
    rule=READ,
    answer=None,
    content_type=XLSX,
    content=_BINARY,
    errors=(409,),
)
def error_sheet(context: RequestContext, import_id: UUID) -> Response:
    """The refused rows as a list that can be mended and imported again."""
    with context.services.reading() as conn:
        sheet = made_error_sheet(conn, context.services.keyring, import_id)
        rows = imports.remark_counts(conn, import_id)
    note_several(context, "export", sum(rows.values()), import_=str(import_id))
    return workbook(sheet, f"dong-bi-tu-choi-{import_id}.xlsx")


@routes.get(
    "/<uuid:import_id>/matches",
    rule=Rule(May.IMPORT, authorization.import_),
    query=WaitingQuery,
    answer=WaitingRowsSchema,
)
def list_matches(context: RequestContext, import_id: UUID) -> Any:
    """Households of the list that may be on record: each waits for a person to say which."""
    rows = candidates.waiting(context, import_id, **context.query)
    note_several(context, "import", len(rows), import_=str(import_id))
    return {"items": rows}


@routes.post(
    "/<uuid:import_id>/matches/<int:row>",
    rule=Rule(May.IMPORT, authorization.import_),
    keyed=False,
    body=SettleBody,
    answer=WaitingRowSchema,
    errors=(409,),
    example={"same_as": None, "reason": "Hai bà trùng tên, khác năm sinh"},
)
def settle_match(context: RequestContext, import_id: UUID, row: int) -> Any:
    """Say who the household of a row is; it is recorded at once. The same again changes nothing."""
    body = context.body
    candidates.settle_row(context, import_id, row, same=body["same_as"], reason=body["reason"])
    note_several(context, "import", 1, import_=str(import_id))
    return candidates.waiting(context, import_id, row=row)[0]


def _request(context: RequestContext, file: bytes) -> Callable[[Connection[Any], UUID], Made]:
    body = context.body
    return partial(request_import, context, file, body["file"].filename or "", body["dry_run"])
