"""The pages of lists of recipients: one is uploaded, tried row by row, and made a batch."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from domain.support.budget import MOST_MONEY
from domain.support.grant_list import LIMITS
from domain.text import CODE
from projections.support import grant_lists, programmes
from projections.support.grant_lists import GrantList, ListedRow
from projections.support.households import NamedHousehold, named_households
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_several
from service.http.commands import Circumstances, wait_until_visible
from service.http.parsing import Day, OptionalText, PastDay, Whole
from service.http.uploads import ONE_FILE
from service.support import area_choice, grant_list_request, words
from service.support.case_forms import lines_of_area, when
from service.support.grant_lists_api import errors_of
from service.support.permissions import May
from service.support.request_pages import benefits_offered
from service.ui import forms, navigation, render
from service.ui.forms import Choice, Field, Form
from service.ui.i18n import lazy as _l
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("grant_list_pages", __name__)

PATH = "/dot-chi-tra/danh-sach"
ONE = f"{PATH}/<uuid:grant_list_id>"
ROWS = 100
"""Rows of a page of a list."""
READ = Rule(May.READ_CASES, area_choice.place(May.READ_CASES))
UPLOAD = Rule(May.WORK_ON_CASES, area_choice.place(May.WORK_ON_CASES))
READ_ONE = Rule(May.READ_CASES, grant_list_request.place)
DRAW_UP = Rule(May.WORK_ON_CASES, grant_list_request.place)
STATES = {
    "waiting": ("running", _l("Đang kiểm tra")),
    "checked": ("done", _l("Đã kiểm tra")),
    "refused": ("refused", _l("Tệp không hợp lệ")),
}


class UploadBody(forms.QueryForm):
    """A file for a benefit ("programme/code"), a day of its period, and the line that pays."""

    file = Upload(required=True)
    area = fields.String(load_default=None, validate=validate.Regexp(r"[0-9]{2,5}(@[0-9-]{10})?$"))
    benefit = fields.String(required=True, validate=validate.Length(min=3, max=2 * CODE))
    period = Day(required=True)
    effective_on = PastDay(required=True)
    line_id = fields.UUID(required=True)
    amount = Whole(1, MOST_MONEY, load_default=None, allow_none=True)
    unit = OptionalText(CODE)


class RowsQuery(forms.QueryForm):
    """Which rows, and how many are passed over."""

    which = fields.String(
        load_default="all", validate=validate.OneOf(["all", "fitting", "refused"])
    )
    skip = fields.Integer(load_default=0, validate=validate.Range(0, 1_000_000))


def _upload(context: RequestContext) -> tuple[Field, ...]:
    areas = area_choice.areas_offered(context, May.WORK_ON_CASES)
    return (
        Field("file", _("Tệp Excel (.xlsx)"), "file", required=True),
        Field("area", _("Địa bàn"), "choice", required=True, verbatim=True,
              choices=tuple(Choice(unit, name) for unit, name in areas), initial=context.area),
        Field("benefit", _("Chính sách"), "choice", required=True,
              choices=lambda: benefits_offered(context), blank=_("chọn chính sách")),
        Field("period", _("Một ngày của kỳ hưởng"), "day", required=True,
              initial=context.today.isoformat(),
              help=_("Hệ thống lấy tháng, quý hoặc năm chứa ngày này theo chính sách.")),
        Field("line_id", _("Nguồn vốn chi"), "choice", required=True,
              choices=lambda: lines_of_area(context, context.area), blank=_("chọn nguồn vốn")),
        Field("amount", _("Số tiền mỗi hộ (đồng)"), "money",
              help=_("Dùng cho dòng không ghi số tiền, khi chính sách không có mức cố định.")),
        Field("unit", _("Đơn vị tính của hiện vật"), most=60,
              help=_("Chỉ ghi khi danh sách là hiện vật, có cột Số lượng: con, kg, suất ...")),
        when(context, _("Ngày lập danh sách")),
    )  # fmt: skip


FORM = Form(UploadBody, _upload)


def _draw_up(context: RequestContext) -> tuple[Field, ...]:
    return (when(context, _("Ngày lập đợt chi trả")),)


BATCH_FORM = Form(Circumstances, _draw_up)


@pages.get(PATH, rule=READ, query=area_choice.AreaOfPage)
def lists_page(context: RequestContext) -> str:
    """The latest lists of an area, and the form that uploads another."""
    units = context.services.areas().units_within(context.area, context.today)
    unit, day = navigation.standing_unit(context, context.area, context.today)
    with context.services.reading() as conn:
        found = grant_lists.of_areas(conn, units)
        titles = words.benefit_titles(programmes.programmes(conn), context.today)
    return render.render(
        "support/grant_lists.html",
        title=_("Danh sách chi trả từ Excel"),
        area_name=navigation.area_name(context, unit, day),
        unit=context.area,
        found=found,
        titles=titles,
        states=STATES,
        filled=FORM.bound(context, request.form or None),
        may_upload=navigation.may_in(May.WORK_ON_CASES.value, context, context.area),
        crumbs=[
            (_("Đợt chi trả"), url_for("grant_batch_pages.batches_page")),
            (_("Danh sách từ Excel"), ""),
        ],
    )


@pages.post(
    PATH,
    rule=UPLOAD,
    form=FORM,
    again=lists_page,
    upload=True,
    largest=ONE_FILE,
    beside={
        "import_empty_file": "file",
        "import_too_large": "file",
        "programme_unknown": "benefit",
        "benefit_unknown": "benefit",
        "benefit_not_in_force": "period",
        "period_too_far": "period",
        "budget_line_unknown": "line_id",
    },
)
def upload_list(context: RequestContext) -> Any:
    """Keeps the file for a worker to check; nothing is granted."""
    body = context.body
    programme, _slash, benefit = body["benefit"].partition("/")
    asked = grant_list_request.ListRequest(
        programme,
        benefit,
        body["period"],
        body["effective_on"],
        body["line_id"],
        body["amount"],
        body["unit"],
    )
    file = body["file"]
    content = file.read(LIMITS.file_bytes + 1)
    list_id = grant_list_request.keep(context, asked, content, file.filename or "")
    return redirect(url_for("grant_list_pages.list_page", grant_list_id=list_id), 303)


@pages.get(ONE, rule=READ_ONE, query=RowsQuery)
def list_page(context: RequestContext, grant_list_id: UUID) -> str:
    """What was found of each row, and the form that draws up the batch."""
    query = context.query or RowsQuery().load({})
    with context.services.reading() as conn:
        found = grant_lists.get(conn, grant_list_id)
        rows = grant_lists.rows(conn, grant_list_id, which=query["which"])
        titles = words.benefit_titles(programmes.programmes(conn), context.today)
    page = rows[query["skip"] : query["skip"] + ROWS]
    names = _named(context, found, page)
    note_several(context, "list", len(page))
    title = titles.get((found.programme, found.benefit), found.benefit)
    return render.render(
        "support/grant_list.html",
        title=title,
        listed=found,
        state=STATES[found.status],
        rows=page,
        names=names,
        which=query["which"],
        skip=query["skip"],
        at_once=ROWS,
        number=len(rows),
        say=lambda code: render.refusal_text(code, {}),
        area_name=navigation.recorded_name(context, found.area, context.today),
        may_draw=navigation.may_in(May.WORK_ON_CASES.value, context, found.area),
        filled=BATCH_FORM.bound(context, request.form or None),
        said=words,
        crumbs=[
            (_("Đợt chi trả"), url_for("grant_batch_pages.batches_page")),
            (_("Danh sách từ Excel"), url_for("grant_list_pages.lists_page")), (title, ""),
        ],
    )  # fmt: skip


def _named(
    context: RequestContext, found: GrantList, page: list[ListedRow]
) -> dict[UUID, NamedHousehold]:
    """The households of the rows that live in the area now; others are not named."""
    units = context.services.areas().units_within(found.area, context.today)
    ids = [one.household_id for one in page if one.household_id is not None]
    with context.services.reading() as conn:
        named = named_households(conn, context.services.keyring, ids)
    return {id_: one for id_, one in named.items() if units is None or one.area in units}


@pages.get(f"{ONE}/dong-loi.xlsx", rule=DRAW_UP)
def errors(context: RequestContext, grant_list_id: UUID) -> Response:
    """The rows that do not fit as Excel, with their own columns."""
    return errors_of(context, grant_list_id)


@pages.post(
    f"{ONE}/ghi/lap-dot",
    rule=DRAW_UP,
    form=BATCH_FORM,
    again=list_page,
    beside={
        "support_effective_in_future": "effective_on",
        "line_of_another_project": "",
        "grant_list_not_ready": "",
        "grant_list_drawn": "",
    },
)
def draw_up_list(context: RequestContext, grant_list_id: UUID) -> Any:
    """Draws up a batch of the rows that fit, and goes to it."""
    with context.services.reading() as conn:
        found = grant_lists.get(conn, grant_list_id)
        rows = grant_lists.rows(conn, grant_list_id)
    outcome = grant_list_request.draw_up(context, found, rows)
    wait_until_visible(context, outcome.seq, ("grant_batches",))
    flash(_("Đã lập đợt chi trả. Chủ tịch UBND cấp xã phê duyệt thì bắt đầu thực hiện."))
    return redirect(
        url_for("grant_batch_pages.batch_page", grant_batch_id=outcome.aggregate_id), 303
    )
