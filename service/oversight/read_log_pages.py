"""Pages of break-glass access and of the read log."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from marshmallow import EXCLUDE, fields, validate
from psycopg import Connection

from domain.calendar import end_of_day
from projections.areas import areas
from projections.households import register
from service.access import break_glass, read_log
from service.access.authorization import RequestArea, RequestContext, Rule, own_name
from service.http.cursors import Cursor
from service.http.parsing import UNIT, AccountName
from service.oversight import api
from service.oversight.permissions import May
from service.oversight.schemas import GrantBody
from service.ui import forms, labels, navigation, paging
from service.ui.forms import Choice, Field, Form
from service.ui.i18n import lazy as _l
from service.ui.page_routes import PageBlueprint
from service.ui.render import day, moment_in_sentence, render

pages = PageBlueprint("reading", __name__)

_DAYS = ("as_of", "known_at", "changed", "since")
_FILTERS = {
    "words": _l("theo tên, mã hộ, số định danh hoặc nơi ở"),
    "class": _l("Phân loại"),
    "village": _l("Thôn, tổ dân phố"),
    "flag": _l("Nhóm đối tượng"),
    "newly_escaped": _l("Mới thoát nghèo"),
    "ended": _l("Gồm cả hộ đã ngừng quản lý"),
    "cause": _l("Nguyên nhân"),
    "indicator": _l("Chỉ số thiếu hụt"),
    "movement": _l("Diễn biến"),
    "since": _l("Từ ngày"),
    "changed": _l("Thay đổi từ ngày"),
    "as_of": _l("Tính đến ngày"),
    "known_at": _l("Dữ liệu ghi đến hết ngày"),
    "kind": _l("Kết quả kiểm tra"),
    "outcome": _l("Kết quả"),
    "further": _l("trang tiếp theo"),
    "table": _l("Biểu"),
}
GRANTS, LOG = "grants pages", "read-log pages"
FOUND = 12
OPEN = Rule(May.OPEN_AREA)


class OpenQuery(forms.QueryForm):
    """The commune to open: the one that was refused, or a name or code to look for."""

    area = fields.String(load_default="", validate=validate.Regexp(f"^{UNIT}$"))
    q = fields.String(load_default="", validate=validate.Length(max=200))


class OpenForm(GrantBody):
    """The body of the API's command; what else a form carries is left out."""

    class Meta:
        """Unknown inputs are ignored."""

        unknown = EXCLUDE


def _opening(context: RequestContext) -> tuple[Field, ...]:
    asked = (context.body or {}).get("area") or context.query.get("area", "")

    @cache
    def communes() -> tuple[Choice, ...]:
        found = _communes(context, asked, context.query.get("q", ""))
        return tuple(Choice(unit, name) for unit, name in found)

    return (
        Field("area", _("Xã, phường, đặc khu"), "radio", required=True, choices=communes,
              initial=lambda: communes()[0].value if len(communes()) == 1 else ""),
        Field("reason", _("Lý do"), "area", required=True, most=1000, rows=3,
              help=_("Ít nhất 10 ký tự: lý do cần xem, theo công việc, văn bản nào. Không ghi tên "
                     "hoặc số định danh cá nhân.")),
    )  # fmt: skip


OPENING = Form(OpenForm, _opening)


class AreaQuery(forms.QueryForm):
    """An area; left out, the one where the account begins."""

    area = fields.String(load_default="", validate=validate.Regexp(f"^{UNIT}$"))


class GrantsQuery(AreaQuery):
    """Which opened communes: those after a place."""

    after = Cursor(GRANTS)


class LogQuery(AreaQuery):
    """Which readings: of an account, from a day to the end of another, after a place."""

    account = AccountName(load_default=None)
    since = forms.TypedDay(load_default=None)
    until = forms.TypedDay(load_default=None)
    after = Cursor(LOG)


@pages.get("/mo-dia-ban", rule=OPEN, query=OpenQuery)
def opened(context: RequestContext) -> str:
    """Shows the communes open to the account now, and the form that opens one."""
    with context.services.reading() as conn:
        in_force = break_glass.open_for(conn, own_name(context), now=context.services.clock())
    return render(
        "oversight/access_opened.html",
        title=_("Xem hồ sơ ngoài địa bàn"),
        in_force=in_force,
        filled=OPENING.bound(context),
        q=context.query.get("q", ""),
    )


@pages.post(
    "/mo-dia-ban",
    rule=OPEN,
    form=OPENING,
    again=opened,
    beside=dict.fromkeys(("area_unknown", "area_not_valid_on", "not_a_commune"), "area"),
)
def open_area(context: RequestContext) -> Any:
    """Opens a commune for three hours, as the API does."""
    grant = api.open_area(context).body
    name, until = navigation.unit_name(grant.area), moment_in_sentence(grant.expires_at)
    flash(_("Được xem %(name)s đến %(moment)s.", name=name, moment=until))
    return redirect(url_for("reading.opened"), 303)


def place(context: RequestContext, _path: dict[str, Any]) -> RequestArea:
    """The area asked for, or where the account begins."""
    area = context.query.get("area")
    if area:
        return RequestArea(context.services.areas().resolved(area, context.today))
    return RequestArea(navigation.standing_unit(context, context.roles[0].area, context.today)[0])


RECORD = Rule(May.READ_READ_LOG, place)


@pages.get("/mo-dia-ban/da-mo", rule=RECORD, query=GrantsQuery)
def given(context: RequestContext) -> str:
    """Lists the opened communes with account and reason, newest first."""
    came = context.query["after"]
    with context.services.reading() as conn:
        found = break_glass.accesses_in(
            conn, units_of(context), after=paging.place_of(came), limit=paging.PAGE + 1
        )
        count = break_glass.count_grants(conn, units_of(context))
    return render(
        "oversight/access_given.html",
        title=_("Các lượt mở quyền xem"),
        page=paging.page(
            GRANTS, found, came, lambda one: [one.granted_at, one.id], count=(count, False)
        ),
        now_=context.services.clock(),
        **of_area(context),
    )


@pages.get("/nhat-ky-doc", rule=RECORD, query=LogQuery)
def log(context: RequestContext) -> str:
    """Lists the lines of the read log, newest first."""
    query, wanted = context.query, _wanted(context)
    place = paging.place_of(query["after"])
    with context.services.reading() as conn:
        before = place[0] if place else None
        found = read_log.reads(conn, **wanted, before=before, limit=paging.PAGE + 1)
        count = read_log.count_reads(conn, **wanted)
        page = paging.page(LOG, found, query["after"], lambda one: [one.id], count=count)
        households = _households(context, conn, page.rows)
    read_log.note_several(context, "log", len(households))
    kept = {name: query[name] for name in ("area", "account") if query[name]}
    kept |= {name: query[name].isoformat() for name in ("since", "until") if query[name]}
    return render(
        "oversight/read_log.html",
        title=_("Nhật ký truy cập hồ sơ"),
        page=page,
        households=households,
        asked_for=_asked_for,
        query=query,
        kept=kept,
        **of_area(context),
    )


def _wanted(context: RequestContext) -> dict[str, Any]:
    """Which lines are asked for: of the area, of an account, between the ends of two days."""
    query = context.query
    since, until = query["since"], query["until"]
    return {
        "areas": units_of(context),
        "above": context.services.areas().above(context.area, context.today),
        "account": query["account"],
        "since": end_of_day(since - timedelta(days=1)) if since else None,
        "until": end_of_day(until) if until else None,
    }


def _households(
    context: RequestContext, conn: Connection[Any], shown: Sequence[read_log.Read]
) -> dict[UUID, register.HouseholdRow]:
    """The households of some lines that live in the area, by id."""
    listed = register.households(
        conn,
        context.services.keyring,
        units=units_of(context),
        ended=True,
        only=_named(shown),
        limit=register.MOST_HOUSEHOLDS,
    )
    return {one.household_id: one for one in listed.households}


def _asked_for(one: read_log.Read) -> list[str]:
    """Says the filters of a line about several households."""
    said = []
    for name, value in one.filter.items():
        word = _FILTERS.get(name)
        if word is not None:
            shown = (
                "" if value is True else day(str(value)) if name in _DAYS else _code(name, value)
            )
            said.append(f"{word}: {shown}" if shown else str(word))
    return said


def _code(name: str, value: object) -> str:
    if name == "class":
        return str(labels.CLASSES.get(str(value), value))
    if name == "flag":
        return str(labels.FLAGS.get(str(value), str(value)))
    return str(value)


def _named(shown: Sequence[read_log.Read]) -> list[UUID]:
    """The households of some lines, those first that have a line of their own."""
    own = [one.household_id for one in shown if one.household_id]
    found = [household_id for one in shown for household_id in one.households]
    return list(dict.fromkeys([*own, *found]))[: register.MOST_HOUSEHOLDS]


def units_of(context: RequestContext) -> list[str] | None:
    """The units of the area shown; None is the country."""
    return context.services.areas().units_within(context.area, context.today)


def of_area(context: RequestContext) -> dict[str, Any]:
    """The area shown, and those to choose from."""
    own = [
        navigation.standing_unit(context, unit, context.today)[0]
        for unit in navigation.areas_of(context, May.READ_READ_LOG)
    ]
    wanted = dict.fromkeys([*own, context.area])
    return {
        "unit": context.area,
        "areas": [(unit, navigation.area_name(context, unit, context.today)) for unit in wanted],
    }


def _communes(context: RequestContext, chosen: str, q: str) -> list[tuple[str, str]]:
    """Returns the commune chosen and those of that name, each with the units above it, as they are
    today, also after a merger."""
    directory, today = context.services.areas(), context.today
    units = [chosen]
    if q.strip():
        with context.services.reading() as conn:
            found = areas.find(conn, on=today, q=q, level="commune", limit=FOUND)
        units += [one.unit for one in found]
    standing = (
        one
        for unit in units
        if unit in directory.lineage.units
        for one in directory.communes_on_land_of(unit, today)
    )
    return [
        (unit, ", ".join(directory.name_of(one, today) for one in
                         (unit, *directory.lineage.path(unit, today)) if one))
        for unit in dict.fromkeys(standing)
    ]  # fmt: skip
