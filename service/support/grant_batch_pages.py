"""The pages of grant batches: those of an area, one with progress, its approval, its list."""

from typing import Any
from uuid import UUID

from flask import Response, flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.support.grant_batch import GrantBatch
from domain.support.grant_batch_commands import ApproveBatch
from projections.support import grant_batches, programmes
from projections.support.grant_batches import BatchRow
from projections.support.households import named_households
from service.access.authentication import check_sign_in
from service.access.authorization import RequestContext, Rule, own_name
from service.access.errors import PasswordOver, TooManyFailures, WrongPassword
from service.access.named_households import moved
from service.access.read_log import note_several
from service.http.commands import Circumstances, context_of, wait_until_visible
from service.http.cursors import Cursor
from service.http.headers import XLSX
from service.papers import pdf
from service.problems import NoSuchThing, status_of
from service.support import area_choice, places, settlement_list, words
from service.support.case_forms import paper, when
from service.support.case_pages import OF_PASSWORD
from service.support.grant_batches_api import TASK
from service.support.permissions import May
from service.ui import form_errors, navigation, paging
from service.ui.forms import Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import refusal_text, render

pages = PageBlueprint("grant_batch_pages", __name__)

PLACES = "grant batches"
SHOWN_BY = ("grant_batches", "cases", "budget_balances")
READ = Rule(May.READ_CASES, area_choice.place(May.READ_CASES))
READ_BATCH = Rule(May.READ_CASES, places.batch)
APPROVE = Rule(May.APPROVE_CASES, places.batch)
PRINT = Rule(May.PRINT_SETTLEMENTS, places.batch)


class BatchesQuery(area_choice.AreaOfPage):
    """The area, and the place where the list goes on."""

    after = Cursor(PLACES)


class ApprovalBody(Circumstances):
    """The approval, with the password typed again."""

    present = fields.String(required=True, validate=validate.Length(max=1000))


def _fields(context: RequestContext) -> tuple[Field, ...]:
    return (
        when(context, _("Ngày phê duyệt")),
        *paper(required=True),
        Field("present", _("Mật khẩu của anh/chị"), "password", required=True, most=1000,
              autocomplete="current-password", help=_("Nhập lại mật khẩu để ký phê duyệt.")),
    )  # fmt: skip


FORM = Form(ApprovalBody, _fields)


@pages.get("/dot-chi-tra", rule=READ, query=BatchesQuery)
def batches_page(context: RequestContext) -> str:
    """The batches of an area, a page of them."""
    came = context.query["after"]
    place = paging.place_of(came)
    unit, day = navigation.standing_unit(context, context.area, context.today)
    units = context.services.areas().units_within(context.area, context.today)
    with context.services.reading() as conn:
        found = grant_batches.batches(
            conn, areas=units, after=UUID(place[0]) if place else None, limit=paging.PAGE + 1
        )
        titles = words.benefit_titles(programmes.programmes(conn), context.today)
    return render(
        "support/grant_batches.html",
        title=_("Đợt chi trả"),
        area_name=navigation.area_name(context, unit, day),
        unit=context.area,
        areas=area_choice.areas_offered(context, May.READ_CASES),
        page=paging.page(PLACES, found, came, lambda one: [str(one.batch_id)]),
        titles=titles,
        said=words,
    )


@pages.get("/dot-chi-tra/<uuid:grant_batch_id>", rule=READ_BATCH)
def batch_page(context: RequestContext, grant_batch_id: UUID) -> str:
    """One batch: its money, how far it is, the refused, and the form that approves it."""
    found = _batch(context, grant_batch_id)
    loaded = context.services.application.support.find(GrantBatch, grant_batch_id)
    signed = sorted(loaded.signed_by) if loaded is not None else []
    refused = _refused(context, found)
    note_several(context, "list", len(refused))
    with context.services.reading() as conn:
        titles = words.benefit_titles(programmes.programmes(conn), context.today)
    title = titles.get((found.programme, found.benefit), found.benefit)
    done = found.granted + len(found.refused)
    return render(
        "support/grant_batch.html",
        title=title,
        crumbs=[(_("Đợt chi trả"), url_for("grant_batch_pages.batches_page")), (title, "")],
        batch=found,
        refused=refused,
        signed=signed,
        done=done / found.recipients if found.recipients else 0,
        area_name=navigation.recorded_name(context, found.area, context.today),
        may_approve=found.status == "drawn_up"
        and navigation.may_in(May.APPROVE_CASES.value, context, found.area),
        may_print=navigation.may_in(May.PRINT_SETTLEMENTS.value, context, found.area),
        filled=FORM.bound(context),
        said=words,
    )


def _batch(context: RequestContext, batch_id: UUID) -> BatchRow:
    with context.services.reading() as conn:
        found = grant_batches.batch(conn, batch_id)
    if found is None:
        raise NoSuchThing
    return found


def _refused(context: RequestContext, found: BatchRow) -> list[tuple[int, UUID | None, str, str]]:
    """The refused: place in the list, household, name of its head, and why.

    A household that lives elsewhere is not named, and its page is not led to.
    """
    units = context.services.areas().units_within(found.area, context.today)
    with context.services.reading() as conn:
        known = named_households(
            conn, context.services.keyring, [one.household_id for one in found.refused]
        )
    rows: list[tuple[int, UUID | None, str, str]] = []
    for one in found.refused:
        household = known.get(one.household_id)
        here = household is not None and (units is None or household.area in units)
        name = household.head if household is not None and here else moved()
        id_ = one.household_id if here else None
        rows.append((one.row + 1, id_, name, refusal_text(one.code, {})))
    return rows


@pages.post(
    "/dot-chi-tra/<uuid:grant_batch_id>/phe-duyet",
    rule=APPROVE,
    form=FORM,
    again=batch_page,
    beside={
        "support_document_missing": "document.number",
        "money_missing": "effective_on",
        "money_not_of_that_year": "effective_on",
        "support_effective_in_future": "effective_on",
        "case_step_too_early": "effective_on",
    },
)
def approve(context: RequestContext, grant_batch_id: UUID) -> Any:
    """Signs a batch after the password was typed again; the last signature starts it."""
    try:
        check_sign_in(context.services, request, own_name(context), context.body["present"])
    except (WrongPassword, TooManyFailures, PasswordOver) as refused:
        form_errors.note(refused, form_errors.ByCode(OF_PASSWORD))
        g.typed.refusal = g.typed.refusal or refusal_text(refused.code, {})
        answer = make_response(batch_page(context, grant_batch_id), status_of(refused.code))
        answer.headers.extend(getattr(refused, "headers", None) or {})
        return answer
    outcome = context.services.application.run(
        ApproveBatch(grant_batch_id), context_of(context), expected_version=context.expected_version
    )
    context.services.nudge.job(TASK, grant_batch_id)
    wait_until_visible(context, outcome.seq, SHOWN_BY)
    if "signatures_missing" in outcome.notes:
        flash(_("Đã ký. Số tiền này cần thêm tài khoản khác ký theo quy định của đơn vị."), "warn")
    else:
        flash(_("Đã phê duyệt. Hệ thống đang ghi hỗ trợ cho từng hộ."))
    return redirect(url_for("grant_batch_pages.batch_page", grant_batch_id=grant_batch_id), 303)


@pages.get("/dot-chi-tra/<uuid:grant_batch_id>/quyet-toan.pdf", rule=PRINT)
def settlement_pdf(context: RequestContext, grant_batch_id: UUID) -> Response:
    """The settlement list of a batch to be signed on paper."""
    found = settlement_list.gathered(context, _batch(context, grant_batch_id))
    note_several(context, "export", len(found.rows))
    return pdf.response(settlement_list.printed(context, found), "danh-sach-chi-tra.pdf")


@pages.get("/dot-chi-tra/<uuid:grant_batch_id>/quyet-toan.xlsx", rule=PRINT)
def settlement_workbook(context: RequestContext, grant_batch_id: UUID) -> Response:
    """The settlement list of a batch as Excel."""
    found = settlement_list.gathered(context, _batch(context, grant_batch_id))
    note_several(context, "export", len(found.rows))
    headers = {
        "Content-Disposition": 'attachment; filename="danh-sach-chi-tra.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(settlement_list.workbook(found), content_type=XLSX, headers=headers)
