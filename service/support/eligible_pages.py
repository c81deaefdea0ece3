"""The pages of those who seem to qualify for a benefit: the list, as Excel, a batch from it."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.errors import Refusal
from domain.support.budget import MOST_MONEY
from domain.support.entitlement import entitlement, period_of
from domain.support.grant_batch import MOST_RECIPIENTS, Recipient
from domain.support.grant_batch_commands import DrawUpBatch
from domain.support.programme import Benefit, Programme, programme_id
from domain.text import CODE
from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from projections.support import eligible
from projections.support.eligible import Eligible
from projections.support.households import NamedHousehold
from service.access.authorization import RequestContext, Rule
from service.access.named_households import named_within_reach
from service.access.read_log import note_listed
from service.households import handed_lists
from service.households.permissions import May as HouseholdsMay
from service.http.commands import Circumstances, context_of, wait_until_visible
from service.http.cursors import Cursor
from service.http.headers import XLSX
from service.http.parsing import Whole
from service.problems import RequestError
from service.support import area_choice, words
from service.support.case_forms import lines_that_pay, paper, said_of_rate, when
from service.support.eligible_api import notes_of, units_asked
from service.support.permissions import May
from service.support.request_pages import benefits_offered
from service.ui import forms, labels, navigation, paging, render
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint, answered_before

pages = PageBlueprint("eligible_pages", __name__)

PLACES = "who qualifies"
READ = Rule(May.READ_CASES, area_choice.place(May.READ_CASES))
HAND_OVER = Rule(HouseholdsMay.HAND_OVER, area_choice.place(HouseholdsMay.HAND_OVER))
DRAW_UP = Rule(May.WORK_ON_CASES, area_choice.place(May.WORK_ON_CASES))


class ListTooLong(RequestError):
    """The list has more households than one file or one batch holds."""

    code = "eligible_list_too_long"


class EligibleQuery(area_choice.AreaOfPage):
    """The benefit ("programme/code"), the area, the day, and whether the served are listed too."""

    benefit = fields.String(load_default="", validate=validate.Length(max=2 * CODE))
    on = forms.TypedPastDay(load_default=None)
    every = fields.String(load_default="", validate=validate.OneOf(["", "yes"]))
    after = Cursor(PLACES)


class BatchBody(Circumstances):
    """A batch for the households that are ticked, or for all of the list."""

    area = fields.String(load_default=None, validate=validate.Regexp(r"[0-9]{2,5}(@[0-9-]{10})?$"))
    benefit = fields.String(required=True, validate=validate.Length(min=3, max=2 * CODE))
    on = forms.TypedPastDay(required=True)
    scope = fields.String(required=True, validate=validate.OneOf(["ticked", "all"]))
    household = fields.List(fields.UUID(), load_default=list)
    line_id = fields.UUID(required=True)
    amount = Whole(1, MOST_MONEY, load_default=None, allow_none=True)


def benefit_asked(context: RequestContext, given: str, on: date) -> tuple[str, Benefit] | None:
    """The programme and the benefit of "programme/code" on a day; None where none is given then."""
    code, _slash, benefit = given.partition("/")
    found = context.services.application.support.find(Programme, programme_id(code))
    if found is None or not found.is_in_force(on):
        return None
    try:
        return code, found.benefit(benefit, on)
    except Refusal:
        return None


def _asked(context: RequestContext) -> dict[str, Any]:
    """The benefit, day and so on, of the address or of the form that was sent."""
    given = {**EligibleQuery().load({}), **(context.query or {})}
    if not context.query:
        given |= {
            name: value for name, value in (context.body or {}).items() if name in ("benefit", "on")
        }
    return given | {"on": given["on"] or context.today}


def _fields(context: RequestContext) -> tuple[Field, ...]:
    asked = _asked(context)
    found = benefit_asked(context, asked["benefit"], asked["on"])
    lines: tuple[Choice, ...] = ()
    amount, said = "", ""
    if found is not None:
        code, benefit = found
        lines = lines_that_pay(context, context.area, code, benefit.node)
        amount, said = _amount(context, code, benefit, asked["on"])
    return (
        Field("benefit", "", "hidden", initial=asked["benefit"]),
        Field("on", "", "hidden", initial=asked["on"].isoformat()),
        Field("area", "", "hidden", initial=context.area),
        Field("household", "", "many"),  # shown as the ticks of the list
        Field("scope", _("Chi cho"), "radio", required=True, initial="ticked", choices=(
            Choice("ticked", _("Các hộ đã đánh dấu trên trang này")),
            Choice("all", _("Cả danh sách chưa được hỗ trợ")),
        )),
        Field("line_id", _("Nguồn vốn chi"), "choice", required=True, choices=lines,
              blank=_("chọn nguồn vốn"),
              help="" if lines else _("Chưa có nguồn vốn nào của chính sách này trong địa bàn. "
                                      "Công chức cấp tỉnh mở nguồn vốn và giao vốn trước.")),
        Field("amount", _("Số tiền mỗi hộ (đồng)"), "money", initial=amount, help=said),
        when(context, _("Ngày lập danh sách")),
        *paper(),
    )  # fmt: skip


def _amount(context: RequestContext, code: str, benefit: Benefit, on: date) -> tuple[str, str]:
    programme = context.services.application.support.find(Programme, programme_id(code))
    if programme is None:
        return "", ""
    try:
        due = entitlement(programme, benefit, period_of(benefit, on))
    except Refusal:
        return "", _("Chưa có mức hỗ trợ có hiệu lực trong kỳ này.")
    return (str(due.amount) if due.amount is not None else ""), said_of_rate(due)


FORM = Form(BatchBody, _fields)


@pages.get("/doi-tuong-huong", rule=READ, query=EligibleQuery)
def list_page(context: RequestContext) -> str:
    """The households of an area that seem to qualify for a benefit, with the reason of each."""
    asked = _asked(context)
    unit, day = navigation.standing_unit(context, context.area, context.today)
    found = benefit_asked(context, asked["benefit"], asked["on"]) if asked["benefit"] else None
    page, names = _page(context, asked, found) if found else (None, {})
    may_draw = navigation.may_in(May.WORK_ON_CASES.value, context, context.area)
    period = period_of(found[1], asked["on"]) if found else None
    kept = {
        "benefit": asked["benefit"], "area": context.area or None,
        "on": render.day(asked["on"]), "every": asked["every"] or None,
    }  # fmt: skip
    return render.render(
        "support/eligible.html",
        title=_("Đối tượng hưởng chính sách"),
        area_name=navigation.area_name(context, unit, day),
        unit=context.area,
        areas=area_choice.areas_offered(context, May.READ_CASES),
        asked=asked,
        kept=kept,
        benefits=benefits_offered(context),
        benefit=found[1] if found else None,
        period=period,
        page=page,
        names=names,
        notes=[words.NOTES[one] for one in notes_of(found[1])] if found else [],
        may_draw=may_draw and found is not None,
        may_hand_over=navigation.may_in(HouseholdsMay.HAND_OVER.value, context, context.area),
        by_person=found is not None and found[1].counted == "person",
        filled=FORM.bound(context) if found else None,
        said=words,
    )


def _page(
    context: RequestContext, asked: dict[str, Any], found: tuple[str, Benefit]
) -> tuple[paging.Page, dict[UUID, NamedHousehold]]:
    came = asked["after"]
    place = paging.place_of(came)
    rows = _rows(
        context, found, asked, after=UUID(place[0]) if place else None, limit=paging.PAGE + 1
    )
    shown = rows[: paging.PAGE]
    note_listed(context, shown)
    with context.services.reading() as conn:
        names = named_within_reach(context, conn, [one.household_id for one in shown])
    return paging.page(PLACES, rows, came, lambda one: [str(one.household_id)]), names


def _rows(
    context: RequestContext,
    found: tuple[str, Benefit],
    asked: dict[str, Any],
    *,
    after: UUID | None,
    limit: int,
    unserved: bool | None = None,
) -> list[Eligible]:
    code, benefit = found
    only = asked.get("every") != "yes" if unserved is None else unserved
    units = units_asked(context, benefit, asked["on"])
    with context.services.reading() as conn:
        return eligible.eligible(
            conn, benefit, programme=code, areas=units, on=asked["on"], unserved=only,
            after=after, limit=limit,
        )  # fmt: skip


@pages.get("/doi-tuong-huong.xlsx", rule=READ, query=EligibleQuery)
def workbook(context: RequestContext) -> Response:
    """The whole list as Excel, without identity numbers."""
    asked, found, rows = _exported(context)
    note_listed(context, rows, export=True)
    with context.services.reading() as conn:
        names = named_within_reach(context, conn, [one.household_id for one in rows])
    content = _workbook(context, asked, found, rows, names)
    return _file(content, "doi-tuong-huong.xlsx")


def _exported(
    context: RequestContext,
) -> tuple[dict[str, Any], tuple[str, Benefit] | None, list[Eligible]]:
    """What is asked for, the benefit, and the whole list. Raises ListTooLong."""
    asked = _asked(context)
    found = benefit_asked(context, asked["benefit"], asked["on"])
    if found is None:
        return asked, None, []
    rows = _rows(context, found, asked, after=None, limit=MOST_RECIPIENTS + 1)
    if len(rows) > MOST_RECIPIENTS:
        raise ListTooLong(at_most=MOST_RECIPIENTS)
    return asked, found, rows


def _file(content: bytes, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, content_type=XLSX, headers=headers)


def _handed(context: RequestContext, kind: str) -> Response:
    """The list with identity numbers, for an office that pays or insures."""
    asked, _found, rows = _exported(context)
    note_listed(context, rows, export=True)
    ids = [one.household_id for one in rows]
    listed = handed_lists.chosen(context, kind, _("Đối tượng"), ids, asked["on"])
    return _file(handed_lists.workbook(context, listed), f"doi-tuong-huong-{kind}.xlsx")


@pages.get("/doi-tuong-huong/bao-hiem.xlsx", rule=HAND_OVER, query=EligibleQuery)
def insurance(context: RequestContext) -> Response:
    """The list of a benefit for the insurance agency: each person, with identity number."""
    return _handed(context, handed_lists.INSURANCE)


@pages.get("/doi-tuong-huong/ngan-hang.xlsx", rule=HAND_OVER, query=EligibleQuery)
def bank(context: RequestContext) -> Response:
    """The list of a benefit for the policy bank: each head, with identity number."""
    return _handed(context, handed_lists.BANK)


def _workbook(
    context: RequestContext,
    asked: dict[str, Any],
    found: tuple[str, Benefit] | None,
    rows: list[Eligible],
    names: dict[UUID, NamedHousehold],
) -> bytes:
    headings = (
        _("STT"), _("Mã hộ"), _("Chủ hộ"), _("Thôn, tổ dân phố"), _("Xã, phường, đặc khu"),
        _("Phân loại"), _("Căn cứ"), _("Số nhân khẩu"), _("Đã hỗ trợ"), _("Đang làm hồ sơ"),
        _("Số tiền"),
    )  # fmt: skip
    title = words.benefit_title(found[1]) if found else _("Chưa chọn chính sách")
    with new_workbook() as (book, content):
        formats, sheet = Formats(book), book.add_worksheet(_("Đối tượng"))
        sheet.set_column(1, len(headings) - 1, 18)
        write_cell(sheet, 0, 0, title, formats)
        said = _("Tính đến ngày %(day)s", day=render.day(asked["on"]))
        write_cell(sheet, 1, 0, said, formats)
        for column, heading in enumerate(headings):
            sheet.write_string(3, column, heading, formats.head)
        for at, one in enumerate(rows, 1):
            known = names.get(one.household_id)
            cells = (
                at, known.number if known else "", known.head if known else "",
                known.village if known else "",
                navigation.area_name(context, one.area, context.today),
                str(labels.CLASSES.get(one.class_, one.class_)),
                words.why(one.by, one.escaped_until), one.persons, one.served, one.open,
            )  # fmt: skip
            for column, cell in enumerate(cells):
                write_cell(sheet, 3 + at, column, cell, formats)
    return content.getvalue()


def _again(context: RequestContext) -> str:
    context.query = {}
    return list_page(context)


@pages.post(
    "/doi-tuong-huong",
    rule=DRAW_UP,
    form=FORM,
    again=_again,
    several=frozenset({"household"}),
    beside={
        "recipients_missing": "scope",
        "amount_needed": "amount",
        "amount_not_by_rate": "amount",
        "rate_not_valid": "amount",
        "line_of_another_project": "line_id",
        "budget_line_unknown": "line_id",
        "support_effective_in_future": "effective_on",
        "benefit_not_in_force": "effective_on",
    },
)
def draw_up(context: RequestContext) -> Any:
    """Draws up a batch of grants for those chosen, and goes to it."""
    body = context.body
    before = answered_before(context, url_for("grant_batch_pages.batches_page"))
    if before is not None:
        return before
    code, _slash, benefit = body["benefit"].partition("/")
    command = DrawUpBatch(
        context.area, code, benefit, body["on"], body["line_id"], _recipients(context, body)
    )
    outcome = context.services.application.run(command, context_of(context))
    wait_until_visible(context, outcome.seq, ("grant_batches",))
    flash(_("Đã lập đợt chi trả. Chủ tịch UBND cấp xã phê duyệt thì bắt đầu thực hiện."))
    return redirect(
        url_for("grant_batch_pages.batch_page", grant_batch_id=outcome.aggregate_id), 303
    )


def _recipients(context: RequestContext, body: dict[str, Any]) -> tuple[Recipient, ...]:
    """Those ticked, or all who are not served yet; each is decided by itself later.

    Raises ListTooLong for more households than one batch holds.
    """
    if body["scope"] == "ticked":
        chosen = list(dict.fromkeys(body["household"]))
    else:
        found = benefit_asked(context, body["benefit"], body["on"])
        most = MOST_RECIPIENTS
        rows = (
            _rows(context, found, body, after=None, limit=most + 1, unserved=True) if found else []
        )
        if len(rows) > most:
            raise ListTooLong(at_most=most)
        chosen = [one.household_id for one in rows]
    return tuple(Recipient(one, None, body["amount"]) for one in chosen)
