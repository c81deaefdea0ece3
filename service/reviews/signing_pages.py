"""The page of the lists to sign: who enters, leaves, stays or changes, with reason and vote.

The chairman reads, types the number of each decision and the password again, and signs. Each list
is signed as it was read: its digest goes along. Where one of the two decisions is refused after
the other was signed, the page says which is signed and what the other waits for.
"""

from typing import Any
from uuid import UUID, uuid5

from flask import flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.commands.command import Command, CommandContext, Document
from domain.errors import Refusal
from domain.reviews.codes import DECISION_KINDS
from domain.reviews.decisions import GiveSecondSignature, RequireSecondSignature, SignDecision
from domain.reviews.steps import LOW_INCOME
from projections.reviews import households as reviewed
from service.access.authentication import check_sign_in
from service.access.authorization import RequestContext, Rule, own_name
from service.access.errors import PasswordOver, TooManyFailures, WrongPassword
from service.access.read_log import note_listed
from service.http import cursors
from service.http.commands import wait_until_visible
from service.http.cursors import Cursor
from service.problems import RequestError, status_of
from service.reviews import words
from service.reviews.act_pages import SHOWN_BY
from service.reviews.decision_view import ToSign, change_of, doubts, to_sign
from service.reviews.permissions import May
from service.reviews.places import of_round, require_whole
from service.reviews.round_forms import round_of
from service.ui import form_errors, forms, navigation, paging
from service.ui.forms import Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import refusal_text, render

pages = PageBlueprint("round_signing", __name__)

PLACES = "lists to sign"
READ = Rule(May.READ_ROUNDS, of_round)
SIGN = Rule(May.SIGN, of_round)
SECOND = Rule(May.COUNTERSIGN, of_round)
_SHOWN_BY = (*SHOWN_BY, "household_file", "timeline", "register", "status_spans", "counts")


class ListQuery(forms.QueryForm):
    """Which list of the round, which decision, which changes, and where to go on."""

    list_code = fields.String(
        data_key="list", load_default="result", validate=validate.OneOf(["result", "opening"])
    )
    kind = fields.String(load_default="", validate=validate.OneOf(["", *DECISION_KINDS]))
    change = fields.String(load_default="", validate=validate.OneOf(["", *words.CHANGES]))
    after = Cursor(PLACES)


class SigningBody(forms.QueryForm):
    """The numbers of the decisions, the day, the digests of what was read, and the password."""

    list_code = fields.String(
        data_key="list", load_default="result", validate=validate.OneOf(["result", "opening"])
    )
    signed_on = forms.TypedPastDay(required=True)
    number = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    digest = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    present = fields.String(required=True, validate=validate.Length(max=1000))


class SecondBody(forms.QueryForm):
    """One list, and for the second signature a reason and the password."""

    list_code = fields.String(
        data_key="list", load_default="result", validate=validate.OneOf(["result", "opening"])
    )
    kind = fields.String(required=True, validate=validate.OneOf(list(DECISION_KINDS)))
    digest = fields.String(required=True, validate=validate.Length(max=64))
    reason = fields.String(load_default="", validate=validate.Length(max=2000))
    present = fields.String(load_default="", validate=validate.Length(max=1000))


@pages.get("/ra-soat/<uuid:round_id>/ky", rule=READ, query=ListQuery)
def to_sign_page(context: RequestContext, round_id: UUID) -> Any:
    """The lists to sign of a round."""
    require_whole(context)
    if round_of(context).track == LOW_INCOME:
        return redirect(url_for("round_workers.to_sign", round_id=round_id))
    return _page(context, round_id)


def _again(context: RequestContext, round_id: UUID) -> str:
    context.query = {
        **ListQuery().load({}),
        "list_code": (context.body or {}).get("list_code", "result"),
    }
    return _page(context, round_id)


@pages.post("/ra-soat/<uuid:round_id>/ky", rule=SIGN, form=Form(SigningBody), again=_again)
def sign(context: RequestContext, round_id: UUID) -> Any:
    """Signs the decisions that have a number, after the password was typed again."""
    body = context.body
    if refused := _password_refused(context):
        return refused(round_id)
    lists = {
        one.kind: one for one in to_sign(context, round_id, body["list_code"], body["signed_on"])
    }
    numbers = {
        kind: number for kind in DECISION_KINDS if (number := body["number"].get(kind, "").strip())
    }
    if not numbers:
        for kind in lists:
            g.typed.errors[f"number.{kind}"] = _("Chưa nhập số quyết định.")
        g.typed.refusal = _("Chưa ký: hãy nhập số của ít nhất một quyết định.")
        return make_response(_again(context, round_id), 422)
    signed: list[str] = []
    names = words.decisions_of(round_of(context).track)
    for kind, number in numbers.items():
        # The form sent twice, or sent again from the page before: what it asks is done.
        if not _is_signed(context, round_id, body["list_code"], kind, number):
            refused_by = _sign(context, round_id, kind, number, lists.get(kind))
            if refused_by is not None:
                g.typed.errors[f"number.{kind}"] = refusal_text(refused_by, {})
                done = _("Đã ký: %(what)s.", what="; ".join(signed)) + " " if signed else ""
                g.typed.refusal = done + _("Chưa ký: %(what)s.", what=names[kind])
                return make_response(_again(context, round_id), max(status_of(refused_by), 400))
        signed.append(str(names[kind]))
    wait_until_visible(context, None, _SHOWN_BY)
    flash(_("Đã ký: %(what)s.", what="; ".join(signed)))
    return redirect(url_for("rounds.round_page", round_id=round_id), 303)


def _is_signed(
    context: RequestContext, round_id: UUID, list_code: str, kind: str, number: str
) -> bool:
    """Whether the round has this decision under this number."""
    round_ = context.services.application.rounds.load(round_id)
    return any(
        (one.list_code, one.kind) == (list_code, kind) and one.number == " ".join(number.split())
        for one in round_.decisions
    )


def _sign(
    context: RequestContext, round_id: UUID, kind: str, number: str, one: ToSign | None
) -> str | None:
    """Signs one decision; the code of the refusal where it is refused."""
    body = context.body
    command = SignDecision(
        round_id, body["list_code"], kind, body["digest"].get(kind, ""),
        one.chosen if one else None, one.current_list if one else (),
    )  # fmt: skip
    try:
        _run(context, command, kind, Document(number, body["signed_on"], own_name(context)))
    except (Refusal, RequestError) as refused:
        return refused.code
    return None


@pages.post(
    "/ra-soat/<uuid:round_id>/ky/chuyen",
    rule=SIGN,
    form=Form(SecondBody),
    again=_again,
    page="to_sign_page",
)
def ask_second(context: RequestContext, round_id: UUID) -> Any:
    """Lays a list that the brake stops before a second account."""
    body = context.body
    lists = to_sign(context, round_id, body["list_code"], context.today)
    one = next((each for each in lists if each.kind == body["kind"]), None)
    command = RequireSecondSignature(
        round_id, body["list_code"], body["kind"], body["digest"],
        one.chosen if one else None, one.current_list if one else (),
    )  # fmt: skip
    return _second(context, round_id, command, _("Đã chuyển danh sách để ký lần hai."))


@pages.post(
    "/ra-soat/<uuid:round_id>/ky/lan-hai",
    rule=SECOND,
    form=Form(SecondBody),
    again=_again,
    page="to_sign_page",
)
def sign_second(context: RequestContext, round_id: UUID) -> Any:
    """The second signature on a list that the brake stopped, after the password again."""
    body = context.body
    if refused := _password_refused(context):
        return refused(round_id)
    command = GiveSecondSignature(
        round_id, body["list_code"], body["kind"], body["digest"], body["reason"]
    )
    return _second(context, round_id, command, _("Đã ký lần hai."))


def _second(context: RequestContext, round_id: UUID, command: Command[Any], said: str) -> Any:
    try:
        _run(context, command, "second", None)
    except (Refusal, RequestError) as refused:
        beside = {"text_missing": "reason"}
        form_errors.note(refused, form_errors.ByCode(beside))
        return make_response(_again(context, round_id), max(status_of(refused.code), 400))
    wait_until_visible(context, None, SHOWN_BY)
    flash(said)
    return redirect(
        url_for("round_signing.to_sign_page", round_id=round_id, list=context.body["list_code"]),
        303,
    )


def _password_refused(context: RequestContext) -> Any:
    """What answers a wrong password; None where it is right."""
    try:
        check_sign_in(context.services, request, own_name(context), context.body["present"] or "")
    except (WrongPassword, TooManyFailures, PasswordOver) as wrong:
        code, headers = wrong.code, wrong.headers

        def answer(round_id: UUID) -> Any:
            g.typed.errors["present"] = refusal_text(code, {})
            g.typed.refusal = _("Chưa ký: mật khẩu chưa đúng.")
            response = make_response(_again(context, round_id), status_of(code))
            response.headers.extend(headers or {})
            return response

        return answer
    return None


def _run(context: RequestContext, command: Command[Any], part: str, paper: Document | None) -> None:
    """Runs one command of the form under an id of its own."""
    signed_on = paper.signed_on if paper else None
    circumstances = CommandContext(
        effective_on=signed_on or context.today,
        actor=context.actor,
        command_id=uuid5(context.needed_command_id, part),
        recorded_at=context.services.clock(),
        document=paper,
    )
    context.services.application.run(command, circumstances)


def _page(context: RequestContext, round_id: UUID) -> str:
    row, query = round_of(context), context.query
    on = (context.body or {}).get("signed_on") or context.today
    lists = to_sign(context, round_id, query["list_code"], on)
    chosen = next((one for one in lists if one.kind == query["kind"]), None)
    chosen = chosen or (lists[0] if lists else None)
    title = words.round_title(row.track, row.year, row.month)
    back = url_for("rounds.round_page", round_id=round_id)
    own = context.account.account if context.account else ""
    return render(
        "reviews/to_sign.html",
        title=_("Danh sách chờ ký"),
        crumbs=[(_("Đợt rà soát"), url_for("rounds.rounds")), (title, back),
                (_("Danh sách chờ ký"), "")],
        round=row,
        round_title=title,
        commune=navigation.unit_name(row.area),
        back=back,
        query=query,
        today=context.today,
        lists_to_sign=lists,
        chosen=chosen,
        own=own,
        page=_rows(context, round_id, chosen) if chosen else None,
        change_of=change_of,
        doubts=doubts,
        numbers=_numbers(lists),
        **{**words.words(), "decision_kinds": words.decisions_of(row.track)},
    )  # fmt: skip


def _numbers(lists: list[ToSign]) -> dict[str, int]:
    """The households of each decision."""
    return {one.kind: len(one.now.entries) for one in lists}


def _rows(context: RequestContext, round_id: UUID, chosen: ToSign) -> Any:
    """A page of entries with the names of their heads, the doubtful ones first."""
    query = context.query
    start = query["after"][0] if query.get("after") else 0
    entries = [
        one for one in chosen.entries if not query["change"] or change_of(one) == query["change"]
    ]
    shown = entries[start : start + paging.PAGE]
    with context.services.reading() as conn:
        rows = reviewed.households(
            conn,
            context.services.keyring,
            [round_id],
            on=context.today,
            only=[one.reviewed.household for one in shown],
            limit=paging.PAGE,
        )
    heads = {one.household_id: one for one in rows}
    if rows:
        note_listed(context, rows)
    more = start + paging.PAGE < len(entries)
    return paging.Page(
        [(one, heads.get(one.reviewed.household)) for one in shown],
        start,
        next=cursors.sealed(PLACES, [start + paging.PAGE] if more else None),
        previous=cursors.sealed(PLACES, [start - paging.PAGE] if start else None),
        total=len(entries),
    )
