"""Official lists in Excel: uploaded, tried first without recording, then recorded; row by row.

The work is done by a worker; the page shows how far it is, by itself where scripts run, by loading
it again where they do not.
"""

import hashlib
from datetime import date
from functools import cache, partial
from typing import Any
from uuid import UUID

from flask import Response, flash, g, redirect, request, url_for
from flask_babel import gettext
from flask_smorest.fields import Upload
from marshmallow import fields, validate
from psycopg import Connection

from domain.calendar import day_of
from domain.imports.errors import NoList
from domain.imports.remarks import FIELD_NAMES, KINDS
from projections.imports import imports as queries
from projections.imports.matches import SettledOtherwise
from projections.imports.sealed_files import FileDestroyed, open_file
from projections.spreadsheets.household_list_template import list_template
from projections.spreadsheets.import_errors import error_sheet as made_error_sheet
from service.access import authorization
from service.access.authorization import RequestArea, RequestContext, Rule
from service.access.read_log import note_several
from service.http.commands import once
from service.imports import visible_households
from service.imports.permissions import May
from service.imports.request import TASK, request_import, workbook
from service.matching import candidates
from service.problems import NoSuchThing
from service.ui import forms, navigation, render
from service.ui.forms import Choice, Field, Form
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("import_pages", __name__)

REMARKS = 100
COUNTRY_CHOICE = "country"


class UploadForm(forms.QueryForm):
    """A list for an area. It is tried first, unless the form says otherwise."""

    file = Upload(required=True)
    area = fields.String(
        load_default=None, validate=validate.Regexp(r"[0-9]{2,5}(@[0-9-]{10})?$|country$")
    )
    effective_on = forms.TypedDay(load_default=None)
    sheet = fields.String(load_default="", validate=validate.Length(max=100))
    at_once = fields.Boolean(load_default=False)


class RowsQuery(forms.QueryForm):
    """Which rows to show: remarks of a kind, or the households of an outcome."""

    kind = fields.String(load_default=None, validate=validate.OneOf(list(KINDS)))
    outcome = fields.String(load_default=None, validate=validate.OneOf(queries.OUTCOMES))
    skip = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))
    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**40))


class SettleForm(forms.QueryForm):
    """Who a row is: `same_as` is a household on record, "" another one."""

    same_as = fields.UUID(load_default=None, allow_none=True)
    reason = fields.String(load_default="", validate=validate.Length(max=2000))
    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**40))


def place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the form, or the one that the account holds."""
    given = (context.body or {}).get("area")
    if given == COUNTRY_CHOICE:
        return RequestArea("")
    if given:
        return RequestArea(context.services.areas().resolved(given, _day(context)))
    return RequestArea(navigation.standing_unit(context, context.roles[0].area, context.today)[0])


def _upload(context: RequestContext) -> tuple[Field, ...]:
    day = _day(context)
    of_day = day != context.today

    @cache
    def areas() -> tuple[Choice, ...]:
        return tuple(Choice(unit, name) for unit, name in _areas(context, day))

    def proposed() -> str:
        return areas()[0].value if areas() and (len(areas()) == 1 or not of_day) else ""

    return (
        Field("file", gettext("Tệp Excel (.xlsx)"), "file", required=True),
        Field("effective_on", gettext("Ngày có hiệu lực"), "day",
              help=gettext("Để trống: theo ngày quyết định ghi trong danh sách.")),
        Field("area", gettext("Địa bàn tại ngày đó") if of_day else gettext("Địa bàn"), "choice",
              required=True, by_day=True, choices=areas, initial=proposed,
              asked=lambda: of_day or len(areas()) > 1,
              blank=lambda: gettext("chọn đơn vị") if of_day and len(areas()) > 1 else None),
        Field("sheet", gettext("Tên trang tính"), most=100, size="short",
              help=gettext("Khi tệp có nhiều danh sách.")),
        Field("at_once", "", "hidden"),
    )  # fmt: skip


UPLOAD = Form(UploadForm, _upload)


def _day(context: RequestContext) -> date:
    """The day from which the list holds, as typed; today where none can be read."""
    typed: date | None = (context.body or {}).get("effective_on")
    return typed or context.today


@pages.get("/nhap-danh-sach", rule=Rule(May.READ_IMPORTS, place))
def imports(context: RequestContext) -> str:
    """The latest imports of one's area, and the form for another."""
    within = context.services.areas().units_within(context.area, context.today)
    with context.services.reading() as conn:
        found = queries.of_areas(conn, within, limit=50)
    return render.render(
        "imports/imports.html",
        title=gettext("Nhập danh sách"),
        found=found,
        filled=UPLOAD.bound(context),
        name_of=navigation.unit_name,
    )


def _areas(context: RequestContext, day: date) -> list[tuple[str, str]]:
    """The units to import for as they stand on a day, as (value, name), on the land that is held.

    Where the account reaches none of that day, those of today: an import reads an area as its land.
    """
    directory = context.services.areas()
    held = navigation.areas_of(context, May.IMPORT.value)
    own = [navigation.standing_unit(context, area, context.today) for area in held]
    units = [
        unit
        for area, _on in own
        for unit in (directory.lineage.on_land_of(area, day) if area else [area])
        if any(directory.covers(one, unit, context.today) for one in held)
    ]
    if not units:
        return [(unit, navigation.area_name(context, unit, on)) for unit, on in own]
    return [(unit or COUNTRY_CHOICE, name) for unit, name in navigation.named(context, units, day)]


@pages.post(
    "/nhap-danh-sach",
    rule=Rule(May.IMPORT, place),
    form=UPLOAD,
    again=imports,
    upload=True,
    beside={
        "import_empty_file": "file",
        "import_too_large": "file",
        "effective_in_future": "effective_on",
    },
)
def upload(context: RequestContext) -> Any:
    """Keep the file and let a worker try it; nothing is recorded yet."""
    file = context.body["file"].read()
    return _start(
        context, file, context.body["file"].filename or "", dry_run=not context.body["at_once"]
    )


@pages.get("/nhap-danh-sach/mau", rule=Rule(May.IMPORT))
def template(context: RequestContext) -> Response:
    """The empty list, ready to be filled in."""
    return workbook(list_template(), "mau-danh-sach-ho-ngheo.xlsx")


@pages.get(
    "/nhap-danh-sach/<uuid:import_id>",
    rule=Rule(May.READ_IMPORTS, authorization.import_),
    query=RowsQuery,
)
def import_(context: RequestContext, import_id: UUID) -> str:
    """How far an import is, what it did, and what was said of its rows.

    With an outcome its households take the place of the remarks.
    """
    progress = request.headers.get("X-Part") == "progress"
    with context.services.reading() as conn:
        found = queries.get(conn, import_id)
        values = _rows(context, conn, import_id)
    if not progress:
        number = len(values["households"]) + len(values["remarks"])
        note_several(context, "import", number, import_=str(import_id))
        values["waiting"] = _waiting(context, found)
    return render.render(
        "imports/progress.html" if progress else "imports/import.html",
        title=gettext("Kết quả nhập danh sách"),
        crumbs=[
            (gettext("Nhập danh sách"), url_for("import_pages.imports")),
            (navigation.unit_name(found.area), ""),
        ],
        one=found,
        after=context.query["after"],
        refusal=_refusal(found),
        requested_on=day_of(found.requested_at),
        language=in_language(),
        name_of=navigation.unit_name,
        **values,
    )


def _rows(context: RequestContext, conn: Connection[Any], import_id: UUID) -> dict[str, Any]:
    """The part of the rows that is asked for: the households of an outcome, or else the remarks of
    a kind."""
    kind, outcome, skip = (context.query[name] for name in ("kind", "outcome", "skip"))
    keyring, page = context.services.keyring, {"skip": skip, "limit": REMARKS + 1}
    remarks: list[Any] = []
    households: list[Any] = []
    if outcome:
        households = queries.outcomes(conn, keyring, import_id, outcome=outcome, **page)
    else:
        remarks = queries.remarks(conn, keyring, import_id, kind=kind, **page)
    return {
        "counts": queries.remark_counts(conn, import_id),
        "kind": kind,
        "outcome": outcome,
        "skip": skip,
        "step": REMARKS,
        "households": visible_households.outcomes(context, households[:REMARKS]),
        "remarks": visible_households.remarks(context, remarks[:REMARKS]),
        "more": len(remarks) > REMARKS or len(households) > REMARKS,
    }


def _waiting(context: RequestContext, found: queries.Import) -> list[dict[str, Any]]:
    """The rows that wait for a decision, for an account that may decide."""
    if found.status != "done" or not navigation.may("imports.run"):
        return []
    return candidates.waiting(context, found.id, after=context.query["after"])


@pages.post(
    "/nhap-danh-sach/<uuid:import_id>/ghi",
    rule=Rule(May.IMPORT, authorization.import_),
)
def record(context: RequestContext, import_id: UUID) -> Any:
    """Record the list that was tried: the same file, for the same area and day."""
    with context.services.reading() as conn:
        tried = queries.get(conn, import_id)
        if not tried.dry_run or tried.status != "done" or not tried.kept:
            raise NoSuchThing
        try:
            file_name, content = open_file(conn, context.services.keyring, import_id)
        except FileDestroyed:
            raise NoSuchThing from None
    context.body = {"effective_on": tried.effective_on, "sheet": tried.sheet}
    return _start(context, content.read(), file_name, dry_run=False)


def import_of_row(context: RequestContext, import_id: UUID, row: int) -> str:
    """The import again, where what was said of a row was refused: beside the reason of that row,
    as each row that waits has a form of its own."""
    context.query = {
        "kind": None,
        "outcome": None,
        "skip": 0,
        "after": context.body.get("after", 0),
    }
    for kept in (g.typed.errors, g.typed.values):
        if "reason" in kept:
            kept[f"reason.{row}"] = kept.pop("reason")
    return import_(context, import_id)


@pages.post(
    "/nhap-danh-sach/<uuid:import_id>/xac-dinh/<int:row>",
    rule=Rule(May.IMPORT, authorization.import_),
    form=SettleForm,
    again=import_of_row,
    page="import_",
    beside={"anyway_without_reason": "reason"},
)
def settle_match(context: RequestContext, import_id: UUID, row: int) -> Any:
    """Say who the household of a row is, and record what follows."""
    body = context.body
    try:
        outcome = candidates.settle_row(
            context, import_id, row, same=body["same_as"], reason=body["reason"]
        )
        flash(_settled(outcome))
    except SettledOtherwise as refused:
        flash(render.refusal_text(refused.code, {}), "error")
    return redirect(url_for("import_pages.import_", import_id=import_id) + "#matches", 303)


def _settled(outcome: str) -> str:
    said = {
        "recorded": gettext("Đã thêm hộ mới."),
        "reclassified": gettext("Đã thay đổi phân loại của hộ đã có hồ sơ."),
        "already": gettext("Hộ đã có hồ sơ, không có thông tin mới."),
        "refused": gettext("Không lưu được. Hãy xem lý do ở dòng này."),
    }
    return said.get(outcome, gettext("Có thêm hộ gần giống; hãy xem lại dòng này."))


@pages.get(
    "/nhap-danh-sach/<uuid:import_id>/dong-bi-tu-choi",
    rule=Rule(May.READ_IMPORTS, authorization.import_),
)
def error_sheet(context: RequestContext, import_id: UUID) -> Response:
    """The refused rows as a list that can be mended and imported again."""
    with context.services.reading() as conn:
        reason = _refusal(queries.get(conn, import_id))
        sheet = made_error_sheet(conn, context.services.keyring, import_id, reason)
        rows = queries.remark_counts(conn, import_id)
    note_several(context, "export", sum(rows.values()), import_=str(import_id))
    return workbook(sheet, f"dong-bi-tu-choi-{import_id}.xlsx")


def _start(context: RequestContext, file: bytes, file_name: str, *, dry_run: bool) -> Any:
    named = [hashlib.sha256(file).hexdigest(), context.area, context.body["effective_on"], dry_run]
    request_it = partial(request_import, context, file, file_name, dry_run)
    made, repeated = once(context, "page_import", named, request_it)
    import_id = UUID(made["id"])
    context.services.nudge.job(TASK, import_id)
    if not repeated:
        flash(gettext("Đã nhận tệp, đang xử lý. Tiến độ hiển thị bên dưới."))
    return redirect(url_for("import_pages.import_", import_id=import_id), 303)


def _refusal(found: queries.Import) -> str:
    """Why the file was refused; columns by the headings that the template has."""
    if not found.refusal:
        return ""
    code = found.refusal["code"]
    values: dict[str, Any] = dict(found.refusal.get("values") or {})
    if code == NoList.code:
        said = gettext(
            "Trang tính: %(sheets)s. Cột chưa có: %(columns)s.",
            sheets=", ".join(values.get("sheets", ())) or "–",
            columns=", ".join(FIELD_NAMES.get(one, one) for one in values.get("missing", ())),
        )
        return f"{render.refusal_text(code, {})}. {said}"
    if "field" in values:
        values["field"] = FIELD_NAMES.get(values["field"], values["field"])
    return render.refusal_text(code, values)
