"""Locked reports: lock a table, correct a locked one, and have what was given out again."""

from typing import Any
from uuid import UUID

from flask import Response

from projections.oversight import reports as queries
from service.access.authorization import RequestContext, Rule, asked_area
from service.http.commands import context_of, wait_until_visible
from service.http.routes import Answer, ApiBlueprint
from service.tables import reports
from service.tables.api import JSON, wanted_form
from service.tables.papers import PDF
from service.tables.permissions import May
from service.tables.schemas import (
    CorrectionBody,
    LockBody,
    ReportChangesSchema,
    ReportOutcomeSchema,
    ReportQuery,
    ReportSchema,
    ReportsQuery,
    ReportsSchema,
)
from service.tables.workbook import saved_as

routes = ApiBlueprint(
    "reports", __name__, url_prefix="/api/v1/reports", description="Locked reports."
)

READ = Rule(May.READ_TABLES, reports.place)
LIST = Rule(May.READ_TABLES, asked_area)
LOCK = Rule(May.LOCK, asked_area)
CORRECT = Rule(May.LOCK, reports.place)


@routes.get("", rule=LIST, query=ReportsQuery, answer=ReportsSchema)
def list_reports(context: RequestContext) -> Any:
    """The locked reports of an area and of the units below it, with their corrections."""
    query = context.query
    units = reports.units_of(context, context.area)
    with context.services.reading() as conn:
        found = queries.reports(conn, units, table=query["table"])
    return {"items": found}


@routes.post(
    "", rule=LOCK, body=LockBody, answer=ReportOutcomeSchema, statuses=(201, 202),
    example={"table": "R2", "area": "46", "from": "2021-12-31", "to": "2022-12-31"},
)  # fmt: skip
def lock_report(context: RequestContext) -> Answer:
    """Lock a table of one's own area. A table that does not balance is refused."""
    outcome = reports.lock(context, context_of(context), context.body["table"])
    return _answer(context, outcome)


@routes.get("/<uuid:report_id>", rule=READ, query=ReportQuery, answer=ReportSchema, errors=(406,))
def get_report(context: RequestContext, report_id: UUID) -> Response:
    """What was given out, the same bytes each time: `version` 1 is the locked report."""
    report = reports.loaded(context, report_id)
    version = context.query["version"]
    form = wanted_form((JSON, *reports.FORMS))
    if form in reports.FORMS:
        content = reports.file_of(context, report, version, form)
        ending = "pdf" if form == PDF else "xlsx"
        headers = saved_as(report.table, f"{report.last_day}", ending)
        return Response(content, content_type=form, headers=headers)
    return Response(reports.json_of(report, version), content_type=JSON)


@routes.get("/<uuid:report_id>/changes", rule=READ, answer=ReportChangesSchema)
def get_report_changes(context: RequestContext, report_id: UUID) -> Any:
    """The cells that read otherwise now than in what was given out last."""
    report = reports.loaded(context, report_id)
    found = reports.changes_since(context, report)
    return {"report_id": report_id, "items": [one._asdict() for one in found]}


@routes.post(
    "/<uuid:report_id>/corrections",
    rule=CORRECT,
    body=CorrectionBody,
    answer=ReportOutcomeSchema,
    statuses=(201, 202),
    example={"reason": "Quyết định 31/QĐ-UBND được ghi muộn"},
)
def correct_report(context: RequestContext, report_id: UUID) -> Answer:
    """Put the figures as they are now beside the locked ones, with the reason."""
    outcome = reports.correct(context, context_of(context), report_id, context.body["reason"])
    return _answer(context, outcome)


def _answer(context: RequestContext, outcome: Any) -> Answer:
    visible = wait_until_visible(context, outcome.seq, ("reports",))
    report = reports.loaded(context, outcome.aggregate_id)
    body = {
        "report_id": report.id,
        "version": outcome.version,
        "digest": report.given[outcome.version - 1].digest,
        "seq": outcome.seq,
        "repeated": outcome.repeated,
        "status": "visible" if visible else "still_updating",
    }
    where = {"Location": f"/api/v1/reports/{report.id}"}
    return Answer(body, 201 if visible else 202, where)
