"""The pages of the acts of a round: one form for each, and that which opens a round."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from flask import flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.commands.command import Outcome
from domain.errors import Refusal
from domain.reviews import codes
from domain.reviews.errors import RequestMissing
from domain.reviews.new_round import OpenRound
from service.access.authorization import RequestArea, RequestContext, Rule
from service.http.commands import Circumstances, context_of, wait_until_visible
from service.http.parsing import Unit, Whole
from service.problems import RequestError, status_of
from service.reviews import acts, places, words
from service.reviews.listing_acts import list_request
from service.reviews.permissions import May
from service.reviews.round_forms import RoundForm, asked_id, choices, paper, round_of, when
from service.ui import form_errors, navigation
from service.ui.forms import BoundForm, Choice, Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import refusal_text, render

pages = PageBlueprint("round_acts", __name__)

SHOWN_BY = ("rounds", "round_households", "surveys")


class OpeningBody(Circumstances):
    """A round of a track for a period."""

    area = Unit(load_default=None)
    track = fields.String(required=True, validate=validate.OneOf(list(codes.ROUND_TRACKS)))
    year = Whole(2021, 2100, required=True)
    month = Whole(1, 12, load_default=None)
    opening_list = fields.Boolean(load_default=False)


def _opening(context: RequestContext) -> tuple[Field, ...]:
    communes = tuple(
        Choice(unit, navigation.unit_name(unit))
        for unit in navigation.areas_of(context, May.CONDUCT.value)
    )
    return (
        Field("area", _("Xã, phường"), "choice", required=True, choices=communes,
              asked=len(communes) > 1, initial=communes[0].value if communes else ""),
        Field("track", _("Cách rà soát"), "choice", required=True,
              choices=choices(words.TRACKS), initial="periodic"),
        Field("year", _("Năm"), "whole", required=True, initial=str(context.today.year)),
        Field("month", _("Tháng"), "whole",
              help=_("Chỉ ghi khi rà soát thường xuyên hằng tháng.")),
        Field("opening_list", _("Lập cả danh sách đầu kỳ theo chuẩn của năm sau"), "tick",
              help=_("Chỉ dùng cho rà soát định kỳ của năm cuối trước khi đổi chuẩn nghèo.")),
        when(context, _("Ngày mở đợt")),
        *paper(label=_("Số, ký hiệu kế hoạch")),
    )  # fmt: skip


OPENING = Form(OpeningBody, _opening)


def _place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The commune chosen in the form; else the account's own."""
    chosen = (context.body or {}).get("area")
    if chosen:
        return RequestArea(context.services.areas().resolved(chosen, context.today))
    return places.own(context, path)


OPEN = Rule(May.CONDUCT, _place)


@pages.get("/ra-soat/mo", rule=OPEN)
def show_open(context: RequestContext) -> str:
    """The form that opens a round."""
    return render(
        "reviews/open.html",
        title=_("Mở đợt rà soát"),
        crumbs=[(_("Đợt rà soát"), url_for("rounds.rounds")), (_("Mở đợt rà soát"), "")],
        filled=OPENING.bound(context, request.form or None),
    )


@pages.post(
    "/ra-soat/mo",
    rule=OPEN,
    form=OPENING,
    again=show_open,
    beside={
        "round_outside_window": "effective_on",
        "round_day_in_future": "effective_on",
        "round_month_wrong": "month",
        "no_opening_list": "opening_list",
        "track_not_in_force": "track",
        "procedure_not_loaded": "effective_on",
        "no_procedure_in_force": "effective_on",
        "round_exists": "track",
        "not_a_commune": "area",
        "area_not_valid_on": "area",
    },
)
def open_round(context: RequestContext) -> Any:
    """Opens a round, and goes to its page."""
    body = context.body
    command = OpenRound(
        context.area, body["track"], body["year"], body["month"], body["opening_list"]
    )
    outcome = context.services.application.run(command, context_of(context))
    wait_until_visible(context, outcome.seq, SHOWN_BY)
    flash(_("Đã mở đợt rà soát."))
    return redirect(url_for("rounds.round_page", round_id=outcome.aggregate_id), 303)


def _show(form: RoundForm) -> Callable[..., Any]:
    def view(context: RequestContext, round_id: UUID) -> Any:
        return _page(context, form, form.form.bound(context))

    view.__name__ = f"show_{form.name}"
    view.__doc__ = f"The form: {form.name}."
    return view


def _send(form: RoundForm) -> Callable[..., Any]:
    def view(context: RequestContext, round_id: UUID) -> Any:
        filled = form.form.bound(context, request.form)
        if "find" in request.form or g.typed.given_back:
            g.typed.shown_again = True
            return _page(context, form, filled)
        try:
            context.body = form.form.read(context, request.form)
            outcome = form.run(context, round_id)
        except (Refusal, RequestError) as refused:
            form_errors.note(refused, form_errors.ByCode(form.beside))
            return make_response(_page(context, form, filled), max(status_of(refused.code), 400))
        if form.name == "screening":
            _list_screened(context, round_id)
        wait_until_visible(context, outcome.seq, SHOWN_BY)
        flash(_said(form, outcome))
        return redirect(url_for("rounds.round_page", round_id=round_id), 303)

    view.__name__ = f"send_{form.name}"
    view.__doc__ = f"Records what the form says: {form.name}."
    return view


def _said(form: RoundForm, outcome: Outcome) -> str:
    return acts.made(form, outcome)


def _list_screened(context: RequestContext, round_id: UUID) -> None:
    """Lists the household that form A lets in; where that is refused, says why."""
    command = list_request(context, round_id, context.body["request"])
    circumstances = context_of(context)
    listing = replace(circumstances, command_id=uuid5(circumstances.command_id, "listing"))
    try:
        context.services.application.run(command, listing)
    except RequestMissing:  # form A does not let it in
        return
    except Refusal as refused:
        flash(refusal_text(refused.code, {}), "warn")


def _page(context: RequestContext, form: RoundForm, filled: BoundForm) -> str:
    row = round_of(context)
    title = words.round_title(row.track, row.year, row.month)
    back = url_for("rounds.round_page", round_id=row.round_id)
    return render(
        "reviews/act.html",
        title=form.title,
        form=form,
        filled=filled,
        back=back,
        round_title=title,
        commune=navigation.unit_name(row.area),
        refuse=_refusal_of(form, row.round_id),
        crumbs=[(_("Đợt rà soát"), url_for("rounds.rounds")), (title, back), (form.title, "")],
    )


def _refusal_of(form: RoundForm, round_id: UUID) -> str:
    """Beside form A, the address of the refusal of the same request."""
    if form.name not in ("screening", "request_listing"):
        return ""
    return url_for("round_acts.show_refusal", round_id=round_id, request=asked_id("request"))


for _form in acts.FORMS:
    _path = f"/ra-soat/<uuid:round_id>/ghi/{_form.path}"
    pages.get(_path, rule=_form.rule)(_show(_form))
    pages.post(_path, rule=_form.rule, gives_back=True, several=acts.SEVERAL)(_send(_form))
