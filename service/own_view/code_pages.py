"""The officer's page of one-time codes: give one, print its slip, revoke it.

A code is shown by the page that gives it, once, for offices that write it down; the slip is a PDF.
"""

from typing import Any, NamedTuple
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.commands.command import Outcome
from domain.own_view.codes import CODE_WAYS
from domain.own_view.limits import published_limits
from domain.own_view.one_time_codes import GiveCode, RevokeCode, grouped, new_code
from projections.households import file
from projections.households.sentences import ERASED
from service.access import authorization
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_read
from service.http.commands import context_of
from service.own_view import sessions, slip, words
from service.own_view.paper_codes import PaperCodes, codes_of
from service.own_view.permissions import May
from service.papers import pdf
from service.ui import forms
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("own_view_codes", __name__)

GIVE = Rule(May.GIVE_CODES, authorization.household)


class GivenCode(NamedTuple):
    """A code that was just given, alone and sealed for its slip; both are "" for a repeat."""

    outcome: Outcome
    code: str
    sealed: str
    papers: PaperCodes


class CodeBody(forms.QueryForm):
    """The member that asks for the code, and the way in which it gets it."""

    person_id = fields.UUID(load_default=None, allow_none=True)
    way = fields.String(required=True, validate=validate.OneOf(list(CODE_WAYS)))


class SlipForm(forms.QueryForm):
    """The sealed code, as the page that shows it carries it."""

    slip = fields.String(required=True, validate=validate.Length(max=slip.LONGEST))


class NoInput(forms.QueryForm):
    """A button."""


def _giving(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("way", _("Cách trao"), "radio", required=True, initial="counter",
              choices=tuple(Choice(code, word) for code, word in words.WAYS.items())),
        Field("person_id", _("Người đến nhận mã"), "choice", choices=lambda: _members(context),
              blank=_("Không ghi (gửi kèm giấy)"), verbatim=True,
              help=_("Thành viên của hộ, đã đối chiếu giấy tờ tùy thân.")),
    )  # fmt: skip


def _members(context: RequestContext) -> tuple[Choice, ...]:
    household_id = context.place.household_id if context.place else None
    if household_id is None:
        return ()
    with context.services.reading() as conn:
        state = file.household(conn, household_id)
        sealed = {one.person_id: one.private for one in state.members} if state else {}
        open_ = context.services.keyring.reveal_many(sealed.values(), conn)
    names = {id_: open_[one.subject, one.sealed] for id_, one in sealed.items()}
    return tuple(
        Choice(str(id_), ERASED if value is None else value.get("name", ""))
        for id_, value in names.items()
    )


GIVING = Form(CodeBody, _giving)


@pages.get("/ho/<uuid:household_id>/ma-mot-lan", rule=GIVE)
def code_page(context: RequestContext, household_id: UUID) -> str:
    """The state of the household's code, and the form that gives one."""
    note_read(context, household_id, context.area, "file")
    own_view = context.services.application.own_views.of_household(household_id)
    limits = published_limits().on(context.today)
    code, now = own_view.code if own_view else None, context.services.clock()
    return render(
        "own_view/code.html",
        title=_("Mã một lần cho hộ"),
        crumbs=[
            (_("Hộ"), url_for("household.file", household_id=household_id)),
            (_("Mã một lần"), ""),
        ],
        household_id=household_id,
        code=code,
        works=code is not None and code.can_be_used(now, limits),
        locked_until=limits.locked_until(code.wrong) if code else None,
        at=now,
        limits=limits,
        filled=GIVING.bound(context),
    )


@pages.post(
    "/ho/<uuid:household_id>/ma-mot-lan",
    rule=GIVE,
    form=GIVING,
    again=code_page,
    beside=dict.fromkeys(("person_unknown", "person_not_member_then"), "person_id"),
)
def give_code(context: RequestContext, household_id: UUID) -> Any:
    """Gives a code and shows it, this once: the code is kept nowhere."""
    given = give(context, household_id)
    if not given.code:
        flash(_("Mã đã được cấp từ lần gửi trước và không hiện lại được. Hãy cấp mã khác."), "warn")
        return redirect(url_for("own_view_codes.code_page", household_id=household_id), 303)
    note_read(context, household_id, context.area, "file")
    limits = published_limits().on(context.today)
    return render(
        "own_view/given.html",
        title=_("Mã một lần vừa cấp"),
        crumbs=(),
        household_id=household_id,
        code=grouped(given.code),
        sealed=given.sealed,
        papers=given.papers,
        address=slip.address_of(context),
        valid_until=limits.valid_until(context.services.clock()),
        limits=limits,
    )


@pages.post(
    "/ho/<uuid:household_id>/ma-mot-lan/giay-bao", rule=GIVE, form=SlipForm, again=code_page
)
def print_slip(context: RequestContext, household_id: UUID) -> Any:
    """The slip with the code that was just given, as a PDF. Reading is logged."""
    document = slip.printed(context, household_id, context.body["slip"])
    return pdf.response(document, slip.FILE_NAME)


@pages.post("/ho/<uuid:household_id>/ma-mot-lan/thu-hoi", rule=GIVE, form=NoInput)
def revoke_code(context: RequestContext, household_id: UUID) -> Any:
    """Revokes the last code, and closes what it opened."""
    revoke(context, household_id)
    flash(_("Đã thu hồi mã một lần và đóng trang đang mở."))
    return redirect(url_for("own_view_codes.code_page", household_id=household_id), 303)


def give(context: RequestContext, household_id: UUID) -> GivenCode:
    """Gives a code, for the API and the page; it is shown only after the commit."""
    services = context.services
    household = services.application.households.load(household_id)
    papers, code = codes_of(services.keyring, household), new_code()
    command = GiveCode(
        household_id, context.body["person_id"], context.body["way"], code, papers.keys
    )
    outcome = services.application.run(command, context_of(context))
    if outcome.repeated or outcome.created is None:
        return GivenCode(outcome, "", "", papers)
    sealed = slip.sealed_code(context, household_id, outcome.created, code)
    return GivenCode(outcome, code, sealed, papers)


def revoke(context: RequestContext, household_id: UUID) -> Outcome:
    """Revokes the last code of a household, for the API and the page."""
    outcome = context.services.application.run(RevokeCode(household_id), context_of(context))
    with context.services.pool.connection() as conn:
        sessions.close_sessions(conn, household_id, now=context.services.clock())
    return outcome
