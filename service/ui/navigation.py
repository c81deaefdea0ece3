"""Where one is, and where one may go: made from the rules of the pages themselves.

A link is shown only where its page would open to the account: what one may not see is not shown.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, g, request, url_for
from flask_babel import force_locale, gettext

from domain.areas.codes import COUNTRY
from domain.areas.names import without_kind
from projections.vietnamese import sort_key, words
from service.access.authorization import RequestContext, permissions_at, rule_of

PART_OF = {
    "eligible_pages": "case_pages",
    "grant_batch_pages": "case_pages",
    "support_requests": "case_pages",
    "budget_pages": "programme_pages",
    "activity_pages": "programme_pages",
    "model_pages": "programme_pages",
    "programme_form_pages": "programme_pages",
    "target_pages": "programme_pages",
    "coverage_pages": "case_pages",
    "target_sign_pages": "programme_pages",
    "officer_pages": "programme_pages",
    "signing_rules_pages": "programme_pages",
}
"""Pages that have no entry of their own, with the pages whose entry is marked for them."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of the navigation; `here` is true for the page that is shown."""

    text: str
    address: str
    here: bool = False


def may(permission: str) -> bool:
    """Whether some role of the account that asks has this permission, somewhere."""
    return bool(roles_with(permission))


def roles_with(permission: str) -> list[Any]:
    """The roles of the account that asks which have this permission."""
    context = g.get("context")
    if context is None or context.account is None:
        return []
    roles = context.services.permissions[permission].roles
    return [held for held in context.account.roles if held.role in roles]


def may_in(permission: str, context: RequestContext, unit: str) -> bool:
    """Whether a role with this permission reaches all of a unit."""
    directory = context.services.areas()
    return any(
        not held.villages and directory.covers(held.area, unit, context.today)
        for held in roles_with(permission)
    )


def may_here(permission: str) -> bool:
    """Whether a role with this permission reaches the place of the request: for a page that shows
    what belongs to another permission than its own. What is read by reason has no part of it."""
    context = g.get("context")
    if context is None or context.place is None:
        return False
    return context.services.permissions[permission] in permissions_at(context, context.place)


def links() -> list[Link]:
    """The navigation of the account that asks."""
    wanted = (
        ("worklist.read", gettext("Việc cần làm"), "worklist_pages.worklist_page"),
        ("counts.read", gettext("Tổng quan"), "overview.home"),
        ("households.read", gettext("Danh sách hộ"), "lists.households"),
        ("tables.read", gettext("Biểu báo cáo"), "table_pages.home"),
        ("figures.read", gettext("Số liệu đã công bố"), "published_figures.listing"),
        ("imports.read", gettext("Nhập danh sách"), "import_pages.imports"),
        ("cases.read", gettext("Hỗ trợ"), "case_pages.board"),
        ("contests.read", gettext("Ý kiến của hộ"), "contest_pages.contest_list"),
        ("programmes.read", gettext("Chương trình, vốn"), "programme_pages.tree_page"),
        ("duplicates.read", gettext("Hộ nghi trùng"), "duplicate_pages.queue"),
        ("households.read", gettext("Quyết định công nhận"), "decision_pages.decisions"),
        ("households.sign", gettext("Giấy chứng nhận"), "certificate_pages.issues"),
        ("households.handover", gettext("Danh sách gửi đi"), "handed_lists.lists"),
        ("rounds.read", gettext("Đợt rà soát"), "rounds.rounds"),
        ("procedures.read", gettext("Quy trình rà soát"), "review_pages.procedure"),
        ("score_cards.import", gettext("Bảng điểm B1"), "score_cards.cards"),
        ("replays.read", gettext("Đối chiếu phân loại"), "deciding.replays"),
        ("readlog.read", gettext("Nhật ký truy cập hồ sơ"), "reading.log"),
        ("system.watch", gettext("Vận hành"), "operations.operations"),
        ("accounts.manage", gettext("Tài khoản"), "account_pages.accounts"),
    )
    return [
        Link(text, _address(endpoint), _is_here(endpoint))
        for permission, text, endpoint in wanted
        if may(permission) and has_page(endpoint)
    ]


def home_address(context: RequestContext) -> str:
    """Where an account begins: its work, its area, its households, or the running of the system."""
    for permission, endpoint in (
        ("worklist.read", "worklist_pages.worklist_page"),
        ("counts.read", "overview.home"),
        ("households.read", "lists.households"),
        ("system.watch", "operations.operations"),
    ):
        if roles_with(permission) and has_page(endpoint):
            return url_for(endpoint)
    return url_for("start.help_page")


def way_in(code: str) -> str:
    """Where a refused reader may state a reason to read outside their area; "" where none helps.

    Who asked for a household is led to the same address whether or not there is one.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    rule = rule_of(view) if view else None
    if rule is None or rule.may is None or not rule.may.by_reason or not may("access.open"):
        return ""
    if code == "outside_area":
        return url_for("reading.opened", area=g.context.area or None)
    return url_for("reading.opened") if code == "not_found" else ""


def areas_of(context: RequestContext, permission: str) -> list[str]:
    """The units (as they are held) in which the account has this permission; "" is the country."""
    return sorted({held.area for held in roles_with(permission)})


def standing_unit(context: RequestContext, unit: str, on: date) -> tuple[str, date]:
    """A unit with a day on which it stands: itself, the one that took it over, or its last day."""
    lineage = context.services.areas().lineage
    found = lineage.units.get(unit)
    if unit == COUNTRY or found is None:
        return unit, on
    if found.valid_from <= on and (found.valid_to is None or on < found.valid_to):
        return unit, on
    place = lineage.day(on).places.get(unit) if on >= found.valid_from else None
    if place is not None and place.exact and place.node != COUNTRY:
        return place.node, on
    if found.valid_to is not None and on >= found.valid_to:
        return unit, date.fromordinal(found.valid_to.toordinal() - 1)
    return unit, found.valid_from


def area_crumbs(context: RequestContext, unit: str, on: date, **also: Any) -> list[tuple[str, str]]:
    """The units above one and itself, as (name, address); no address where one may not look."""
    directory = context.services.areas()
    above = [] if unit == COUNTRY else [COUNTRY, *reversed(directory.lineage.path(unit, on))]
    crumbs = []
    for one in dict.fromkeys([*above, unit]):
        address = area_address(one, **also) if one != unit and covered(context, one, on) else ""
        crumbs.append((area_name(context, one, on), address))
    return crumbs


def covered(context: RequestContext, unit: str, on: date) -> bool:
    """Whether the account may see the figures of a unit."""
    directory = context.services.areas()
    return any(
        directory.covers(held.area, unit, context.today) for held in roles_with("counts.read")
    )


def area_name(context: RequestContext, unit: str, on: date) -> str:
    """The full name of a unit on a day, "Cả nước" for the country."""
    if unit == COUNTRY:
        return gettext("Cả nước")
    return context.services.areas().name_of(unit, on)


def recorded_name(context: RequestContext, unit: str, on: date) -> str:
    """The full name of a unit that a household is recorded in, said to be former after its end."""
    name, found = area_name(context, unit, on), context.services.areas().lineage.units.get(unit)
    ended = found is not None and found.valid_to is not None and on >= found.valid_to
    return gettext("%(name)s cũ", name=name) if ended else name


def village_in(context: RequestContext, village: str, unit: str, on: date) -> str:
    """A village with the unit that it is recorded in, where its name alone does not tell which.

    In Vietnamese whatever the reader's language: it may be recorded so.
    """
    return villages_in(context, [(village, unit)], on)[village, unit]


def villages_in(
    context: RequestContext, places: Collection[tuple[str, str]], on: date
) -> dict[tuple[str, str], str]:
    """As `village_in`, of many villages, each given with its unit."""
    with force_locale("vi"):
        names = {unit: recorded_name(context, unit, on) for unit in {unit for _, unit in places}}
    return {(village, unit): f"{village} ({names[unit]})" for village, unit in places}


def named(context: RequestContext, units: Iterable[str], on: date) -> list[tuple[str, str]]:
    """Units with their names on a day, by name."""
    found = [(unit, area_name(context, unit, on)) for unit in dict.fromkeys(units)]
    return sorted(found, key=lambda one: place_key(one[1]))


def unit_name(unit: str) -> str:
    """The name of a unit today, or on its last day."""
    context = g.context
    return (
        area_name(context, *standing_unit(context, unit, context.today))
        if unit
        else gettext("cả nước")
    )


def place_key(name: str) -> list[tuple[str, int]]:
    """The place of a unit's name in a list: word by word in Vietnamese order, numbers by size."""
    return [
        ("", int(word)) if word.isdigit() else (sort_key(word), 0)
        for word in words(without_kind(name))
    ]


def area_address(unit: str, **also: Any) -> str:
    """The overview of a unit."""
    given = {name: value for name, value in also.items() if value}
    if unit == COUNTRY:
        return url_for("overview.country", **given)
    return url_for("overview.area", unit=unit, **given)


def _address(endpoint: str) -> str:
    return url_for(endpoint)


def has_page(endpoint: str) -> bool:
    """Whether there is such a page."""
    return endpoint in current_app.view_functions


def _is_here(endpoint: str) -> bool:
    here = (request.endpoint or "").split(".")[0]
    return PART_OF.get(here, here) == endpoint.split(".")[0]
