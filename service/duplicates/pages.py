"""The pages of duplicates: the queue of an area, a pair side by side, and the form that settles."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.areas.codes import COUNTRY
from projections.duplicates.pairs import OPEN, STATES, Place
from service.access.authorization import RequestArea, RequestContext, Rule
from service.duplicates import presenter, rights, view
from service.duplicates.permissions import May
from service.duplicates.schemas import ReopeningBody, SettlementBody
from service.http.commands import wait_until_visible
from service.http.cursors import Cursor
from service.ui import forms, navigation, paging
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

PLACES = "duplicates pages"

pages = PageBlueprint("duplicate_pages", __name__)


def queue_place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area asked for, or that of the first role; a village for a role that is kept to some."""
    area = context.query.get("area")
    if area:
        unit = context.services.areas().resolved(area, context.today)
    else:
        unit, _day = navigation.standing_unit(context, context.roles[0].area, context.today)
    kept = [one for held in context.roles if held.area == unit for one in held.villages]
    return RequestArea(unit, kept[0] if kept else None)


LIST = Rule(May.READ_DUPLICATES, queue_place)


class QueueQuery(forms.QueryForm):
    """The area, open or settled, and the place where the list goes on."""

    area = fields.String(load_default=None, validate=validate.Regexp(r"[0-9]{2,5}(@[0-9-]{10})?$"))
    state = fields.String(load_default=OPEN, validate=validate.OneOf(STATES))
    after = Cursor(PLACES)


@pages.get("/trung-lap", rule=LIST, query=QueueQuery)
def queue(context: RequestContext) -> str:
    """The pairs of an area that wait for an answer, or have one."""
    query = context.query
    came, state = query["after"], query["state"]
    found = view.queue(context, state, after=_place(came), limit=paging.PAGE)
    unit, day = navigation.standing_unit(context, context.area, context.today)
    return render(
        "duplicates/queue.html",
        title=_("Hộ nghi trùng"),
        page=paging.page(
            PLACES, found, came, lambda one: one["place"], count=view.count(context, state)
        ),
        state=state,
        unit=context.area,
        area_name=navigation.area_name(context, unit, day),
        areas=_areas(context, unit),
        kept={"area": context.area or None, "state": state if state != OPEN else None},
        said=presenter,
    )


def _place(came: Any) -> Place | None:
    place = paging.place_of(came)
    return None if place is None else (int(place[0]), UUID(place[1]))


def _areas(context: RequestContext, unit: str) -> list[tuple[str, str]]:
    """The areas to choose from: the account's own, the one shown, and the units right below."""
    lineage, today = context.services.areas().lineage, context.today
    held = navigation.areas_of(context, May.READ_DUPLICATES.value)
    own = [navigation.standing_unit(context, one, today)[0] for one in held]
    below = [] if unit == COUNTRY else lineage.children(unit, today)
    units = [one for one in dict.fromkeys([*own, unit, *below]) if one != COUNTRY]
    return navigation.named(context, units, today)


@pages.get("/trung-lap/<uuid:duplicate_id>", rule=rights.READ)
def pair(context: RequestContext, duplicate_id: UUID) -> str:
    """A pair side by side: what agrees, what differs, and the form that settles it."""
    told = view.one(context, duplicate_id)
    settled = told["state"] != OPEN
    may_settle = told["within_reach"] and navigation.may(May.SETTLE_DUPLICATES.value)
    return render(
        "duplicates/pair.html",
        title=_("Cặp hộ nghi trùng"),
        crumbs=[(_("Hộ nghi trùng"), url_for("duplicate_pages.queue")), (_("Cặp hộ"), "")],
        pair=told,
        couples=presenter.compared(told),
        filled=(REOPENING if settled else SETTLEMENT).bound(context),
        may_settle=may_settle,
        said=presenter,
    )


def _settlement(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("verdict", _("Kết luận"), "radio", required=True,
              choices=tuple(Choice(code, word) for code, word in presenter.VERDICTS.items())),
        Field("reason", _("Căn cứ"), "area", required=True, most=2000,
              help=_("Ví dụ: đã đối chiếu giấy tờ, đã hỏi trưởng thôn. Không ghi tên người vào "
                     "mục này.")),
        *_circumstances(context, _("Ngày kết luận")),
    )  # fmt: skip


def _reopening(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("reason", _("Lý do mở lại"), "area", required=True, most=2000,
              help=_("Không ghi tên người vào mục này.")),
        *_circumstances(context, _("Ngày mở lại")),
    )  # fmt: skip


def _circumstances(context: RequestContext, label: str) -> tuple[Field, ...]:
    return (
        Field("effective_on", label, "day", required=True, initial=context.today.isoformat()),
        Field("document.number", _("Số, ký hiệu văn bản"), most=60),
        Field("document.signed_on", _("Ngày ký văn bản"), "day"),
    )


SETTLEMENT = Form(SettlementBody, _settlement)
REOPENING = Form(ReopeningBody, _reopening)


@pages.post(
    "/trung-lap/<uuid:duplicate_id>/ket-luan",
    rule=rights.SETTLE,
    form=SETTLEMENT,
    again=pair,
    beside={
        "duplicate_reason_missing": "reason",
        "duplicate_in_future": "effective_on",
        "duplicate_settled": "verdict",
    },
)
def settle(context: RequestContext, duplicate_id: UUID) -> Any:
    """Settles a pair. What follows from the answer is done by the forms of the households."""
    outcome = view.settle(context, duplicate_id)
    wait_until_visible(context, outcome.seq, view.SHOWN_BY)
    flash(_("Đã lưu kết luận."))
    return redirect(url_for("duplicate_pages.pair", duplicate_id=duplicate_id), 303)


@pages.post(
    "/trung-lap/<uuid:duplicate_id>/mo-lai",
    rule=rights.SETTLE,
    form=REOPENING,
    again=pair,
    beside={"duplicate_reason_missing": "reason", "duplicate_in_future": "effective_on"},
)
def reopen(context: RequestContext, duplicate_id: UUID) -> Any:
    """Opens a pair again that was settled by error."""
    outcome = view.reopen(context, duplicate_id)
    wait_until_visible(context, outcome.seq, view.SHOWN_BY)
    flash(_("Đã mở lại cặp hộ nghi trùng."))
    return redirect(url_for("duplicate_pages.pair", duplicate_id=duplicate_id), 303)
