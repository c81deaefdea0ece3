"""The pages of the household's own view: two codes open it, and it is readable on an old phone.

They need no account and no script. Each shows one household, that of the session, and whatever
else stands in an address is compared with it. A look leaves a line in the read log.
"""

from typing import Any
from uuid import UUID, uuid4

from flask import flash, g, make_response, redirect, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.errors import Refusal
from domain.own_view.codes import household_itself
from domain.own_view.contests import ConfirmReceipt, DenyReceipt, LodgeContest
from domain.own_view.limits import published_limits
from domain.own_view.one_time_codes import read_code
from domain.own_view.own_view import own_view_id
from domain.text import NOTE
from projections.support import cases
from service.access.authorization import PUBLIC, RequestContext
from service.access.read_log import note_own_view
from service.http.commands import wait_until_visible
from service.http.parsing import OptionalText, Text
from service.own_view import household_page, page_access, sessions, words
from service.own_view.errors import PaperCodeMalformed
from service.own_view.paper_codes import read_paper_code
from service.problems import NoSuchThing, RequestError, status_of
from service.ui import form_errors, forms
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("own_view", __name__)

SHOWN_BY = ("contests", "cases")
# What is wrong with the two codes together is said once, above the form.
BESIDE = form_errors.ByCode({"paper_code_malformed": "paper", "one_time_code_malformed": "code"})


class PaperQuery(forms.QueryForm):
    """The code of the paper, where its QR code led here."""

    ma = fields.String(load_default="", validate=validate.Length(max=100))


class OpeningForm(forms.QueryForm):
    """The two codes as typed."""

    paper = fields.String(load_default="", validate=validate.Length(max=100))
    code = fields.String(load_default="", validate=validate.Length(max=50))


class ContestForm(forms.QueryForm):
    """What the household contests, and why."""

    about = fields.String(required=True, validate=validate.OneOf(list(words.CHOSEN_SUBJECTS)))
    text = Text(NOTE, required=True, least=1)


class DenialForm(forms.QueryForm):
    """What the household says of support that did not arrive."""

    text = OptionalText(NOTE)


class NoInput(forms.QueryForm):
    """A button."""


@pages.get("/ho-cua-toi", rule=PUBLIC, query=PaperQuery)
def own(context: RequestContext) -> Any:
    """The household's own page; the form for its two codes where it is not open."""
    household_id = _household_of(context)
    if household_id is None:
        return _opening_page(context.query.get("ma", ""))
    page = household_page.page_of(context, household_id)
    _note(context, household_id, page.household.area)
    return render(
        "own_view/own.html",
        title=_("Hộ của tôi"),
        page=page,
        said=words,
        limits=published_limits().on(context.today),
    )


@pages.post("/ho-cua-toi", rule=PUBLIC, form=OpeningForm, again=own)
def open_own(context: RequestContext) -> Any:
    """Opens the page with the code of a paper and a one-time code."""
    try:
        # What cannot be a code looks nothing up, and is no try.
        paper, code = read_paper_code(context.body["paper"]), read_code(context.body["code"])
        _page, secret = page_access.opened(context, paper, code)
    except (Refusal, RequestError) as refused:
        return _refused(context, refused)
    response = make_response(redirect(url_for("own_view.own"), 303))
    sessions.keep_in_cookie(context, response, secret)
    return response


def _refused(context: RequestContext, refused: Refusal | RequestError) -> Any:
    """The form again, with the reason and a key of its own: the next try is another command."""
    g.typed.key = uuid4().hex
    g.typed.values.pop("code", None)
    form_errors.note(refused, BESIDE)
    status = status_of(refused.code)
    page = make_response(
        _opening_page(context.body["paper"], malformed=isinstance(refused, PaperCodeMalformed)),
        status if status == 429 else 422,
    )
    page.headers.extend(getattr(refused, "headers", None) or {})
    return page


def _opening_page(paper: str, *, malformed: bool = False) -> str:
    limits = published_limits().on(g.context.today)
    return render(
        "own_view/open.html",
        title=_("Hộ của tôi"),
        paper=paper,
        malformed=malformed,
        limits=limits,
    )


@pages.post("/ho-cua-toi/dong", rule=PUBLIC, form=NoInput)
def close(context: RequestContext) -> Any:
    """Closes the page: the code that opened it opens nothing any more."""
    secret = sessions.secret_of_request(context)
    with context.services.pool.connection() as conn:
        sessions.close_session(conn, secret, now=context.services.clock())
    flash(_("Đã đóng trang. Muốn xem lại, hãy xin mã một lần mới."))
    response = make_response(redirect(url_for("own_view.own"), 303))
    sessions.keep_in_cookie(context, response, "")
    return response


# What the household says.


@pages.get("/ho-cua-toi/khong-dong-y", rule=PUBLIC)
def contest_form(context: RequestContext) -> Any:
    """The form for what the household does not agree with."""
    household_id = _household_of(context)
    if household_id is None:
        return _open_first()
    return render(
        "own_view/contest.html",
        title=_("Không đồng ý, phản ánh"),
        subjects=[(one, words.SUBJECTS[one]) for one in words.CHOSEN_SUBJECTS],
        limits=published_limits().on(context.today),
    )


@pages.post("/ho-cua-toi/khong-dong-y", rule=PUBLIC, form=ContestForm, again=contest_form)
def lodge_contest(context: RequestContext) -> Any:
    """Takes what the household contests."""
    household_id = _household_of(context)
    if household_id is None:
        return _open_first()
    body = context.body
    command = LodgeContest(household_id, body["about"], body["text"])
    outcome = _run(context, household_id, command)
    if "grievance" in outcome.notes:
        flash(_("Đã gửi. Ý kiến được nhận là khiếu nại trong đợt rà soát đang làm."))
    else:
        flash(_("Đã gửi. Câu trả lời sẽ hiện ở trang này."))
    return redirect(url_for("own_view.own", _anchor="contests"), 303)


@pages.post("/ho-cua-toi/ho-tro/<uuid:case_id>/da-nhan", rule=PUBLIC, form=NoInput)
def confirm_receipt(context: RequestContext, case_id: UUID) -> Any:
    """The household confirms that the support of a case reached it."""
    household_id = _household_of(context)
    if household_id is None:
        return _open_first()
    _run(context, household_id, ConfirmReceipt(household_id, case_id))
    flash(_("Đã ghi: gia đình đã nhận hỗ trợ."))
    return redirect(url_for("own_view.own", _anchor="support"), 303)


@pages.get("/ho-cua-toi/ho-tro/<uuid:case_id>/chua-nhan", rule=PUBLIC)
def denial_form(context: RequestContext, case_id: UUID) -> Any:
    """The form by which the household says that support did not arrive."""
    household_id = _household_of(context)
    if household_id is None:
        return _open_first()
    with context.services.reading() as conn:
        found = cases.case(conn, case_id)
    if found is None or found.household_id != household_id:
        raise NoSuchThing
    page = household_page.page_of(context, household_id)
    _note(context, household_id, page.household.area)
    shown = next(one for one in page.cases if one.case_id == case_id)
    return render("own_view/not_received.html", title=_("Chưa nhận được hỗ trợ"), one=shown)


@pages.post(
    "/ho-cua-toi/ho-tro/<uuid:case_id>/chua-nhan", rule=PUBLIC, form=DenialForm, again=denial_form
)
def deny_receipt(context: RequestContext, case_id: UUID) -> Any:
    """The household says that the support of a case did not reach it."""
    household_id = _household_of(context)
    if household_id is None:
        return _open_first()
    _run(context, household_id, DenyReceipt(household_id, case_id, context.body["text"]))
    flash(_("Đã ghi: gia đình chưa nhận được hỗ trợ. UBND xã, phường sẽ trả lời ở trang này."))
    return redirect(url_for("own_view.own", _anchor="contests"), 303)


def _run(
    context: RequestContext,
    household_id: UUID,
    command: LodgeContest | ConfirmReceipt | DenyReceipt,
) -> Any:
    """Records what the household says, in the unit where it lives now."""
    application = context.services.application
    area = application.households.load(household_id).area
    outcome = application.run(command, page_access.household_context(context, area))
    wait_until_visible(context, outcome.seq, SHOWN_BY)
    return outcome


def _household_of(context: RequestContext) -> UUID | None:
    """The household of the session; None where none is open, or the office revoked its code.

    The revocation is asked of the events: the session may have begun at the same moment, or the
    request that revoked may have ended before it closed the session.
    """
    secret = sessions.secret_of_request(context)
    if not secret:
        return None
    limits = published_limits().on(context.today)
    with context.services.pool.connection() as conn:
        page = sessions.page_of(conn, secret, now=context.services.clock(), limits=limits)
    if page is None:
        return None
    own_view = context.services.application.own_views.find(own_view_id(page.household_id))
    if own_view is None or own_view.is_closed:
        return None
    g.form_owner = f"own view\0{secret}"
    return page.household_id


def _note(context: RequestContext, household_id: UUID, area: str) -> None:
    note_own_view(context, household_id, household_itself(area))


def _open_first() -> Any:
    """To the form for the codes: the page is closed, and nothing was recorded."""
    flash(_("Trang đã đóng nên chưa lưu gì. Hãy nhập lại mã, hoặc xin mã một lần mới."), "warn")
    return redirect(url_for("own_view.own"), 303)
