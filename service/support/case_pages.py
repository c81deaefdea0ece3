"""The pages of support cases: the board of an area, one case with its steps, and its forms."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.errors import Refusal
from domain.support.case import SupportCase
from domain.support.codes import CASE_STATUSES
from projections.support import case_papers, cases, grants
from projections.support.cases import CaseRow
from service.access.authentication import check_sign_in
from service.access.authorization import RequestContext, Rule, own_name
from service.access.errors import PasswordOver, TooManyFailures, WrongPassword
from service.access.read_log import note_listed, note_read
from service.households import attachments
from service.http.commands import context_of, wait_until_visible
from service.http.cursors import Cursor
from service.problems import NoSuchThing, RequestError, status_of
from service.support import area_choice, case_attachments, case_view, places, words
from service.support.case_forms import FORMS, CaseForm, SignedApprovalBody
from service.support.permissions import May
from service.ui import form_errors, navigation, paging
from service.ui.forms import BoundForm
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("case_pages", __name__)

PLACES = "case pages"
SHOWN_BY = ("cases", "budget_balances", "timeline", "household_file")
OF_PASSWORD = {one.code: "present" for one in (WrongPassword, TooManyFailures, PasswordOver)}
AFTER_WITHDRAWAL = frozenset({"ghi-chu", "theo-doi", "chuyen", "ket-thuc"})
"""The steps that are left of a case whose support was withdrawn."""
COLUMN = 12
"""Cases of each column of the board; all of them are on the list of the state."""
READ = Rule(May.READ_CASES, area_choice.place(May.READ_CASES))
READ_CASE = Rule(May.READ_CASES, places.case)


class CasesQuery(area_choice.AreaOfPage):
    """The area, and for the list one state and the place where it goes on."""

    status = fields.String(load_default="", validate=validate.OneOf(["", *CASE_STATUSES]))
    after = Cursor(PLACES)


@pages.get("/ho-so-ho-tro", rule=READ, query=CasesQuery)
def board(context: RequestContext) -> str:
    """The cases of an area by state; with `status` all of one state, a page of them."""
    status, units = context.query["status"], _units(context)
    unit, day = navigation.standing_unit(context, context.area, context.today)
    with context.services.reading() as conn:
        numbers = cases.counts(conn, areas=units)
    given = {
        "title": _("Hồ sơ hỗ trợ"),
        "area_name": navigation.area_name(context, unit, day),
        "unit": context.area,
        "areas": area_choice.areas_offered(context, May.READ_CASES),
        "numbers": numbers,
        "status": status,
        "said": words,
        "next_step": case_view.next_step,
        "today": context.today,
    }
    if status:
        return render("support/cases.html", **given, page=_listed(context, status, units, numbers))
    columns = []
    for one in words.WAITS:
        with context.services.reading() as conn:
            columns.append((one, cases.cases(conn, areas=units, status=one, limit=COLUMN)))
    every = [one for _status, found in columns for one in found]
    note_listed(context, every)
    shown = {one.case.case_id: one for one in case_view.shown(context, every)}
    board_of = [(code, [shown[one.case_id] for one in found]) for code, found in columns]
    return render("support/board.html", **given, columns=board_of, empty=not any(numbers.values()))


def _units(context: RequestContext) -> list[str] | None:
    return context.services.areas().units_within(context.area, context.today)


def _listed(
    context: RequestContext, status: str, units: list[str] | None, numbers: dict[str, int]
) -> paging.Page:
    came = context.query["after"]
    place = paging.place_of(came)
    with context.services.reading() as conn:
        found = cases.cases(
            conn, areas=units, status=status, limit=paging.PAGE + 1,
            after=UUID(place[0]) if place else None,
        )  # fmt: skip
    note_listed(context, found[: paging.PAGE])
    return paging.page(
        PLACES, case_view.shown(context, found), came, lambda one: [str(one.case.case_id)],
        count=(numbers.get(status, 0), False),
    )  # fmt: skip


@pages.get("/ho-so-ho-tro/<uuid:case_id>", rule=READ_CASE)
def case_page(context: RequestContext, case_id: UUID) -> str:
    """One case: its household, amount, what it waits for, and each step."""
    found = _case(context, case_id)
    note_read(context, found.household_id, found.area, "file")
    (told,) = case_view.shown(context, [found])
    with context.services.reading() as conn:
        papers = case_papers.papers(conn, context.services.keyring, case_id)
        named = {digest for one in papers.values() for digest in one.attachments}
        kept = attachments.kept(conn, found.household_id, named)
        withdrawn = bool(grants.withdrawn(conn, [(found.household_id, found.case_id)]))
    may_act = [one for one in FORMS if found.status in one.statuses and _may(one, context, found)]
    done = case_view.steps_done(found)
    if withdrawn:
        may_act = [one for one in may_act if one.path in AFTER_WITHDRAWAL]
    elif _goods_left(context, case_id):
        done -= {"delivered"}
    return render(
        "support/case.html",
        title=told.benefit,
        crumbs=[(_("Hồ sơ hỗ trợ"), url_for("case_pages.board")), (told.benefit, "")],
        told=told,
        one=found,
        papers=papers,
        plan_step=case_view.plan_step(context, found),
        kept=kept,
        may_look=navigation.may_in(May.READ_CASE_PHOTOS.value, context, found.area),
        forms=[one for one in may_act if not _is_done(one, found, done)],
        next_step=_("Khoản hỗ trợ đã được rút lại") if withdrawn else case_view.next_step(found),
        area_name=navigation.recorded_name(context, found.area, context.today),
        said=words,
        today=context.today,
    )


def _goods_left(context: RequestContext, case_id: UUID) -> bool:
    """Whether a part of the goods was delivered, and a part is left."""
    case = context.services.application.support.find(SupportCase, case_id)
    return case is not None and 0 < case.delivered < (case.quantity or 0)


def _may(form: CaseForm, context: RequestContext, found: CaseRow) -> bool:
    return navigation.may_in(form.may.value, context, found.area)


def _is_done(form: CaseForm, found: CaseRow, done: set[str]) -> bool:
    """Whether a step need not be offered: it is done, or its turn has not come."""
    if form.path == "chi-tra":
        return found.batch_id is not None or found.disbursed >= (found.amount or 0)
    if form.path == "xac-nhan":
        return "confirmed" in done or "delivered" not in done
    if form.path == "doi-chieu":
        return "reconciled" in done or "confirmed" not in done
    return form.path == "ban-giao" and "delivered" in done


def _case(context: RequestContext, case_id: UUID) -> CaseRow:
    with context.services.reading() as conn:
        found = cases.case(conn, case_id)
    if found is None:
        raise NoSuchThing
    return found


# ---- the forms ----------------------------------------------------------------------------------


def _show(form: CaseForm) -> Callable[..., Any]:
    def view(context: RequestContext, case_id: UUID) -> Any:
        return _form_page(context, form, case_id, form.form.bound(context))

    view.__name__ = f"show_{form.path.replace('-', '_')}"
    view.__doc__ = f"The form: {form.path}."
    return view


def _send(form: CaseForm) -> Callable[..., Any]:
    def view(context: RequestContext, case_id: UUID) -> Any:
        filled = form.form.bound(context, request.form)
        if g.typed.given_back:
            return _form_page(context, form, case_id, filled)
        try:
            context.body = form.form.read(context, request.form)
            if form.takes_photos:
                household_id = _case(context, case_id).household_id
                photos = case_attachments.of_form(context, household_id)
                context.body["attachments"] = photos
            _sign(context, form)
            outcome = context.services.application.run(
                form.command(case_id, context.body), context_of(context),
                expected_version=context.expected_version,
            )  # fmt: skip
        except (Refusal, RequestError) as refused:
            beside = {**form.beside, **OF_PASSWORD, **case_attachments.BESIDE}
            form_errors.note(refused, form_errors.ByCode(beside))
            page = make_response(
                _form_page(context, form, case_id, filled), max(status_of(refused.code), 400)
            )
            page.headers.extend(getattr(refused, "headers", None) or {})
            return page
        wait_until_visible(context, outcome.seq, SHOWN_BY)
        flash(_("Đã lưu: %(what)s.", what=form.title))
        for code in outcome.notes:
            flash(_said_of_note(code), "warn")
        return redirect(url_for("case_pages.case_page", case_id=case_id), 303)

    view.__name__ = f"send_{form.path.replace('-', '_')}"
    view.__doc__ = f"Records what the form says: {form.path}."
    return view


def _sign(context: RequestContext, form: CaseForm) -> None:
    """Checks the password of an approval. Raises what signing in raises."""
    if form.body is SignedApprovalBody:
        check_sign_in(context.services, request, own_name(context), context.body["present"])


def _said_of_note(code: str) -> str:
    if code == "signatures_missing":
        return _("Đã ký. Số tiền này cần thêm tài khoản khác ký theo quy định của đơn vị.")
    if code == "rate_unknown":
        return _("Chính sách chưa có mức trong hệ thống: số tiền theo văn bản đã nhập.")
    return code


def _form_page(context: RequestContext, form: CaseForm, case_id: UUID, filled: BoundForm) -> str:
    found = _case(context, case_id)
    note_read(context, found.household_id, found.area, "file")
    (told,) = case_view.shown(context, [found])
    back = url_for("case_pages.case_page", case_id=case_id)
    return render(
        "support/act.html",
        title=form.title,
        form=form,
        filled=filled,
        told=told,
        version=found.version,
        back=back,
        crumbs=[
            (_("Hồ sơ hỗ trợ"), url_for("case_pages.board")), (told.benefit, back),
            (form.title, ""),
        ],
    )  # fmt: skip


for _form in FORMS:
    _path = f"/ho-so-ho-tro/<uuid:case_id>/ghi/{_form.path}"
    pages.get(_path, rule=_form.rule)(_show(_form))
    pages.post(
        _path, rule=_form.rule, gives_back=True, upload=_form.takes_photos,
        several=frozenset({"reasons"}) | case_attachments.SEVERAL,
    )(_send(_form))  # fmt: skip
