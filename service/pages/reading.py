"""Reading outside one's area for a stated reason, and the record of it: what was opened by whom and
why, and who read which household."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from marshmallow import EXCLUDE, fields, validate

from domain.calendar import end_of_day
from projections.queries import areas, register
from service import grants, readlog, territory
from service.access import Asked, Place
from service.api import oversight
from service.api.accounts import own_name
from service.cursors import Cursor
from service.pages import navigation, paging, typed, words
from service.pages.frame import Pages
from service.pages.showing import day, moment, show
from service.pages.texts import lazy as _l
from service.permissions import May, Rule
from service.schemas.accounts import AccountName, GrantBody
from service.schemas.fields import UNIT

pages = Pages("reading", __name__)

_DAYS = ("as_of", "known_at", "changed", "since")
_FILTERS = {
    "words": _l("theo tên, số hộ, số định danh hoặc nơi ở"),
    "class": _l("Loại hộ"),
    "village": _l("Thôn, tổ"),
    "flag": _l("Đặc điểm"),
    "newly_escaped": _l("Mới thoát nghèo"),
    "ended": _l("Cả hộ đã kết thúc"),
    "cause": _l("Nguyên nhân"),
    "indicator": _l("Chỉ số thiếu hụt"),
    "movement": _l("Diễn biến"),
    "since": _l("Từ ngày"),
    "changed": _l("Thay đổi từ ngày"),
    "as_of": _l("Tính đến ngày"),
    "known_at": _l("Như đã biết ngày"),
    "kind": _l("Loại dòng"),
    "outcome": _l("Kết quả"),
    "further": _l("trang tiếp theo"),
}
GRANTS, LOG = "grants pages", "read-log pages"
FOUND = 12
OPEN = Rule(May.OPEN_AREA)


class OpenQuery(typed.Form):
    """Which commune: the one that was refused, or the name or code of one to look for."""

    area = fields.String(load_default="", validate=validate.Regexp(f"^{UNIT}$"))
    q = fields.String(load_default="", validate=validate.Length(max=200))


class OpenForm(GrantBody):
    """The body of the API's command; what else a form carries is left out."""

    class Meta:
        """Unknown inputs are ignored."""

        unknown = EXCLUDE


class AreaQuery(typed.Form):
    """An area; left out, the one where the account begins."""

    area = fields.String(load_default="", validate=validate.Regexp(f"^{UNIT}$"))


class GrantsQuery(AreaQuery):
    """Which opened communes: those after a place."""

    after = Cursor(GRANTS)


class LogQuery(AreaQuery):
    """Which readings: of an account, from a day to the end of another, after a place."""

    account = AccountName(load_default=None)
    since = typed.TypedDay(load_default=None)
    until = typed.TypedDay(load_default=None)
    after = Cursor(LOG)


@pages.get("/mo-dia-ban", rule=OPEN, query=OpenQuery)
def opened(asked: Asked) -> str:
    """What is open to the account now, and the form that opens a commune."""
    query, body = asked.query, asked.body or {}
    with asked.wiring.reading() as conn:
        in_force = grants.open_now(conn, own_name(asked), now=asked.wiring.clock())
    q = query.get("q", "")
    return show(
        "reading/opened.html",
        title=_("Đọc ngoài địa bàn"),
        in_force=in_force,
        communes=_communes(asked, body.get("area") or query.get("area", ""), q),
        q=q,
    )


@pages.post(
    "/mo-dia-ban",
    rule=OPEN,
    form=OpenForm,
    again=opened,
    beside=dict.fromkeys(("area_unknown", "area_not_valid_on", "not_a_commune"), "area"),
)
def open_area(asked: Asked) -> Any:
    """Opens a commune for three hours, as the API does."""
    grant = oversight.open_area(asked).body
    name, until = navigation.unit_name(grant.area), moment(grant.expires_at)
    flash(_("Đã mở %(name)s để đọc đến %(moment)s.", name=name, moment=until))
    return redirect(url_for("reading.opened"), 303)


def place(asked: Asked, _path: dict[str, Any]) -> Place:
    """The area asked for, or where the account begins."""
    area = asked.query.get("area")
    if area:
        return Place(territory.resolved(asked.wiring.areas(), area, asked.today))
    return Place(navigation.standing_unit(asked, asked.roles[0].area, asked.today)[0])


RECORD = Rule(May.READ_READ_LOG, place)


@pages.get("/mo-dia-ban/da-mo", rule=RECORD, query=GrantsQuery)
def given(asked: Asked) -> str:
    """Which communes were opened by whom and why, newest first."""
    came = asked.query["after"]
    with asked.wiring.reading() as conn:
        found = grants.grants_in(
            conn, units_of(asked), after=paging.place_of(came), limit=paging.PAGE + 1
        )
        count = grants.count_grants(conn, units_of(asked))
    return show(
        "reading/given.html",
        title=_("Các lần mở địa bàn"),
        page=paging.page(
            GRANTS, found, came, lambda one: [one.granted_at, one.id], count=(count, False)
        ),
        now_=asked.wiring.clock(),
        **of_area(asked),
    )


@pages.get("/nhat-ky-doc", rule=RECORD, query=LogQuery)
def log(asked: Asked) -> str:
    """Which account saw which households, newest first."""
    query = asked.query
    before_day, until = timedelta(days=1), query["until"]
    place = paging.place_of(query["after"])
    wanted: dict[str, Any] = {
        "areas": units_of(asked),
        "above": list(territory.above(asked.wiring.areas(), asked.area, asked.today)),
        "account": query["account"],
        "since": end_of_day(query["since"] - before_day) if query["since"] else None,
        "until": end_of_day(until) if until else None,
    }
    with asked.wiring.reading() as conn:
        before = place[0] if place else None
        found = readlog.reads(conn, **wanted, before=before, limit=paging.PAGE + 1)
        count = readlog.count_reads(conn, **wanted)
        page = paging.page(LOG, found, query["after"], lambda one: [one.id], count=count)
        listed = register.households(
            conn,
            asked.wiring.keyring,
            units=units_of(asked),
            ended=True,
            only=_named(page.rows),
            limit=register.MOST,
        )
    readlog.note_several(asked, "log", len(listed.households))
    kept = {name: query[name] for name in ("area", "account") if query[name]}
    kept |= {name: query[name].isoformat() for name in ("since", "until") if query[name]}
    return show(
        "reading/log.html",
        title=_("Nhật ký đọc"),
        page=page,
        households={one.household_id: one for one in listed.households},
        asked_for=_asked_for,
        query=query,
        kept=kept,
        **of_area(asked),
    )


def _asked_for(one: readlog.Read) -> list[str]:
    """How several households were asked for, in words."""
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
        return str(words.CLASSES.get(str(value), value))
    if name == "flag":
        return str(words.FLAGS.get(str(value), str(value)))
    return str(value)


def _named(shown: Sequence[readlog.Read]) -> list[UUID]:
    """The households of some lines, those first that have a line of their own."""
    own = [one.household_id for one in shown if one.household_id]
    found = [household_id for one in shown for household_id in one.households]
    return list(dict.fromkeys([*own, *found]))[: register.MOST]


def units_of(asked: Asked) -> list[str] | None:
    """The units of the area shown; None is the country."""
    return territory.units_within(asked.wiring.areas(), asked.area, asked.today)


def of_area(asked: Asked) -> dict[str, Any]:
    """The area shown, and those to choose from."""
    own = [
        navigation.standing_unit(asked, unit, asked.today)[0]
        for unit in navigation.areas_of(asked, May.READ_READ_LOG)
    ]
    wanted = dict.fromkeys([*own, asked.area])
    return {
        "unit": asked.area,
        "areas": [(unit, navigation.area_name(asked, unit, asked.today)) for unit in wanted],
    }


def _communes(asked: Asked, chosen: str, q: str) -> list[tuple[str, str]]:
    """The commune chosen and those of that name, each with what it lies in: as they stand today,
    whatever became of the unit that was meant."""
    directory, today = asked.wiring.areas(), asked.today
    units = [chosen]
    if q.strip():
        with asked.wiring.reading() as conn:
            found = areas.find(conn, on=today, q=q, level="commune", limit=FOUND)
        units += [one.unit for one in found]
    standing = (
        one
        for unit in units
        if unit in directory.lineage.units
        for one in directory.communes_on_land_of(unit, today)
    )
    return [
        (unit, ", ".join(territory.name_of(directory, one, today) for one in
                         (unit, *directory.lineage.path(unit, today)) if one))
        for unit in dict.fromkeys(standing)
    ]  # fmt: skip
