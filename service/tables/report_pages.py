"""The pages of locked reports: what was given out, its corrections, and what changed since."""

import json
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, url_for
from flask_babel import gettext
from marshmallow import fields, validate

from projections.oversight import reports as queries
from projections.tables.titles import TITLES
from service.access.authorization import RequestArea, RequestContext, Rule
from service.http.commands import context_of, wait_until_visible
from service.http.headers import XLSX
from service.http.parsing import Text
from service.tables import pages as table_pages
from service.tables import presenter, reports
from service.tables.papers import PDF
from service.tables.permissions import May
from service.tables.workbook import saved_as
from service.ui import forms, navigation, render
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("report_pages", __name__)


class ReportsQuery(forms.QueryForm):
    """The area whose reports are shown."""

    area = fields.String(
        load_default=None, validate=validate.Regexp(r"[0-9]{2,5}(@[0-9-]{10})?$|country$")
    )


class ReportQuery(forms.QueryForm):
    """Which figures of the report, and whether they are taken along as a file."""

    version = fields.Integer(load_default=1, validate=validate.Range(1, 1_000_000))
    take = fields.String(load_default="", validate=validate.OneOf(["", "excel", "json", "pdf"]))


class LockForm(forms.QueryForm):
    """The area and the period of the table that is locked."""

    area = fields.String(required=True, validate=validate.Regexp(r"[0-9]{2,5}(@[0-9-]{10})?$"))
    from_ = forms.TypedPastDay(data_key="from", required=True)
    to = forms.TypedPastDay(required=True)


class CorrectionForm(forms.QueryForm):
    """Why the figures changed."""

    reason = Text(500, least=1, required=True)


def lock_place(context: RequestContext, _: dict[str, Any]) -> RequestArea:
    """The area of the form, as it stands on the last day."""
    body = context.body or {}
    if not body.get("area"):
        return RequestArea(context.roles[0].area)
    on = body.get("to") or context.today
    return RequestArea(context.services.areas().resolved(body["area"], on))


LIST = Rule(May.READ_TABLES, table_pages.place)
READ = Rule(May.READ_TABLES, reports.place)
LOCK = Rule(May.LOCK, lock_place)
CORRECT = Rule(May.LOCK, reports.place)


@pages.get("/bao-cao-da-chot", rule=LIST, query=ReportsQuery)
def listed(context: RequestContext) -> Any:
    """The locked reports of an area and of the units below it."""
    with context.services.reading() as conn:
        found = queries.reports(conn, reports.units_of(context, context.area))
    return render.render(
        "tables/reports.html",
        title=gettext("Báo cáo đã chốt"),
        found=found,
        titles={name: presenter.title(name) for name in TITLES},
        name_of=lambda one: navigation.area_name(context, one.area, one.last_day),
    )


@pages.post("/bieu-bao-cao/<table:table>/chot", rule=LOCK, form=LockForm)
def lock(context: RequestContext, table: str) -> Any:
    """Locks the table; the report is shown next."""
    outcome = reports.lock(context, context_of(context), table)
    wait_until_visible(context, outcome.seq, ("reports",))
    flash(gettext("Đã chốt báo cáo."))
    return redirect(url_for("report_pages.report", report_id=outcome.aggregate_id), 303)


@pages.get("/bao-cao-da-chot/<uuid:report_id>", rule=READ, query=ReportQuery)
def report(context: RequestContext, report_id: UUID) -> Any:
    """One report: the locked figures or a correction, and what changed since the last."""
    query = context.query
    found, version = reports.loaded(context, report_id), query.get("version", 1)
    one = reports.given(found, version)
    if query.get("take"):
        return _file(context, found, version, query["take"])
    document = json.loads(one.figures)
    return render.render(
        "tables/report.html",
        title=f"{document['name']}. {document['title']}",
        crumbs=[(gettext("Báo cáo đã chốt"), url_for("report_pages.listed")), (found.table, "")],
        report=found,
        version=version,
        given=one,
        document=document,
        measured=any(row["measure"] for row in document["totals"]),
        measure=presenter.measure,
        reason_of=presenter.reason,
        changes=reports.changes_since(context, found),
        may_correct=reports.may_lock(context, found.area),
        address=lambda number, **also: url_for(
            "report_pages.report", report_id=report_id, version=number, **also
        ),
        correct_at=url_for("report_pages.correct", report_id=report_id),
    )


@pages.post(
    "/bao-cao-da-chot/<uuid:report_id>/dinh-chinh",
    rule=CORRECT,
    form=CorrectionForm,
    again=report,
    beside={"report_reason_missing": "reason", "report_unchanged": "reason"},
)
def correct(context: RequestContext, report_id: UUID) -> Any:
    """Puts the figures as they are now beside the locked ones."""
    outcome = reports.correct(context, context_of(context), report_id, context.body["reason"])
    wait_until_visible(context, outcome.seq, ("reports",))
    flash(gettext("Đã ghi đính chính. Số liệu đã chốt vẫn được giữ nguyên."))
    address = url_for("report_pages.report", report_id=report_id, version=outcome.version)
    return redirect(address, 303)


def _file(context: RequestContext, found: Any, version: int, form: str) -> Response:
    last_day = f"{found.last_day}"
    if form == "json":
        headers = saved_as(found.table, last_day, "json")
        content = reports.json_of(found, version)
        return Response(content, content_type="application/json", headers=headers)
    media_type, ending = (PDF, "pdf") if form == "pdf" else (XLSX, "xlsx")
    content = reports.file_of(context, found, version, media_type)
    headers = saved_as(found.table, last_day, ending)
    return Response(content, content_type=media_type, headers=headers)
