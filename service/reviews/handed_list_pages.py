"""The page on which it is recorded that a list of the commune was handed over, and how it changed.

The list is read with its digest, which goes along: where it changed since, nothing is recorded.
"""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.commands.command import CommandContext, Document
from domain.reviews import codes
from domain.reviews.handed_lists import TRACKS, HandOverList
from projections.reviews.rounds import RoundRow
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_several
from service.http.commands import wait_until_visible
from service.problems import NoSuchThing
from service.reviews import handed_view, words
from service.reviews.handed_view import ShownList
from service.reviews.permissions import May
from service.reviews.places import of_round
from service.reviews.round_forms import round_of
from service.ui import forms, navigation
from service.ui.forms import Form
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint
from service.ui.render import refusal_text, render

pages = PageBlueprint("round_handed_lists", __name__)

HAND_OVER = Rule(May.HAND_OVER, of_round)
SHOWN_BY = ("handed_lists",)
MOST_CHANGES = 200


class ListQuery(forms.QueryForm):
    """Which list, and the day on which it is looked at."""

    handed_list = fields.String(
        data_key="list", load_default="insurance", validate=validate.OneOf(list(codes.HANDED_LISTS))
    )
    on = forms.TypedPastDay(load_default=None)


class HandingBody(forms.QueryForm):
    """A list as it was read, with the day and the means of the hand-over, and its letter."""

    handed_list = fields.String(
        data_key="list", required=True, validate=validate.OneOf(list(codes.HANDED_LISTS))
    )
    digest = fields.String(required=True, validate=validate.Length(64, 64))
    effective_on = forms.TypedPastDay(required=True)
    means = fields.String(required=True, validate=validate.OneOf(list(codes.HANDING_MEANS)))
    letter = fields.String(load_default="", validate=validate.Length(max=60))


@pages.get("/ra-soat/<uuid:round_id>/danh-sach-gui", rule=HAND_OVER, query=ListQuery)
def show(context: RequestContext, round_id: UUID) -> str:
    """A list of the commune: its counts, the hand-overs, and the changes since the last one."""
    return _page(context, context.query["handed_list"], context.query["on"])


def _again(context: RequestContext, round_id: UUID) -> str:
    body = context.body or {}
    return _page(context, body.get("handed_list", "insurance"), body.get("effective_on"))


@pages.post(
    "/ra-soat/<uuid:round_id>/danh-sach-gui",
    rule=HAND_OVER,
    form=Form(HandingBody),
    again=_again,
    beside={
        "round_day_in_future": "effective_on",
        "step_too_early": "effective_on",
        "handed_list_changed": "effective_on",
    },
)
def hand_over(context: RequestContext, round_id: UUID) -> Any:
    """Records that the list was handed over, as it was read."""
    body = context.body
    letter = body["letter"].strip()
    circumstances = CommandContext(
        effective_on=body["effective_on"],
        actor=context.actor,
        command_id=context.needed_command_id,
        recorded_at=context.services.clock(),
        document=Document(letter, body["effective_on"]) if letter else None,
    )
    command = HandOverList(
        round_id, body["handed_list"], body["means"], body["digest"],
        handed_view.candidates(context, round_of(context).area),
    )  # fmt: skip
    outcome = context.services.application.run(command, circumstances)
    wait_until_visible(context, outcome.seq, SHOWN_BY)
    flash(_("Đã ghi lần gửi: %(what)s.", what=words.HANDED_LISTS[body["handed_list"]]))
    return redirect(
        url_for("round_handed_lists.show", round_id=round_id, list=body["handed_list"]), 303
    )


def _page(context: RequestContext, handed_list: str, on: date | None) -> str:
    row = round_of(context)
    if row.track not in TRACKS:
        raise NoSuchThing
    round_ = context.services.application.rounds.load(row.round_id)
    (found,) = handed_view.shown(context, round_, handed_list, on=on)
    changes = found.changes[:MOST_CHANGES]
    homes = context.services.application.households.load_many(one.household for one in changes)
    note_several(context, "list", len(changes))
    due = found.due.of(row.year) if found.due else None
    return render(
        "reviews/handed_lists.html",
        **_head(row),
        round=row,
        shown=found,
        today=context.today,
        homes=homes,
        changes_shown=changes,
        due=due,
        rule=found.due.what.in_language(in_language()) if found.due else "",
        overdue=due is not None and due < context.today and not found.handed,
        held_up=refusal_text(found.held_up_by, {}) if found.held_up_by else "",
        kinds=words.HANDED_KINDS,
        means=words.HANDING_MEANS,
        differences=words.LIST_DIFFERENCES,
        receivers=words.RECEIVERS,
        excel=_excel(row, found),
        counted=handed_view.counted,
    )


def _excel(row: RoundRow, found: ShownList) -> str:
    file = "insurance" if found.now.handed_list == "insurance" else "bank"
    return url_for(f"handed_lists.{file}", area=row.area, as_of=found.now.on.isoformat())


def _head(row: RoundRow) -> dict[str, Any]:
    title = words.round_title(row.track, row.year, row.month)
    own = _("Danh sách gửi đi")
    back = url_for("rounds.round_page", round_id=row.round_id)
    return {
        "title": own,
        "round_title": title,
        "commune": navigation.unit_name(row.area),
        "back": back,
        "crumbs": [(_("Đợt rà soát"), url_for("rounds.rounds")), (title, back), (own, "")],
    }
