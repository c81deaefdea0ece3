"""Authorization of a request: the rule of its route, a role with the permission, and the area.

Every route declares a rule; all else is denied. The order is always the same: authentication; a
role with the permission; the values of the request; a role with the permission whose area covers
the area of the request (`service.access.scope`). An area outside is denied. An object whose
existence is confidential is answered like an unknown one, with 404.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from domain.errors import Refusal
from service.access import break_glass
from service.access.authentication import HeldRole
from service.access.errors import NotAllowed, OutsideArea
from service.access.permissions import Permission
from service.access.scope import RequestArea, RequestContext, covers
from service.problems import NoSuchThing, RequestError


@dataclass(frozen=True, slots=True)
class Rule:
    """The authorization rule of a route: the permission, and how to find the area of the request.

    `may` None admits every account that works, and `public` every request. `where` None means that
    the permission has no area.
    """

    may: Permission | None = None
    where: Callable[[RequestContext, dict[str, Any]], RequestArea] | None = None
    public: bool = False


PUBLIC = Rule(public=True)
SIGNED_IN = Rule()

_RULE = "__route_rule__"


def allow(rule: Rule) -> Callable[[Any], Any]:
    """Attaches the rule to a view; the blueprints check it before the view runs."""

    def mark(view: Any) -> Any:
        setattr(view, _RULE, rule)
        return view

    return mark


def rule_of(view: Any) -> Rule | None:
    """The rule that a view declares; None where it declares none."""
    return getattr(view, _RULE, None)


def routes_without_rule(app: Any) -> list[str]:
    """The endpoints of a Flask application whose view declares no rule."""
    return sorted(name for name, view in app.view_functions.items() if rule_of(view) is None)


# The area of an object that does not exist.
_NOWHERE = RequestArea("nowhere", hidden=True)


def require_permission(context: RequestContext, rule: Rule) -> None:
    """Step 1 of authorization: a role of the account has the permission. Raises NotAllowed."""
    if rule.public:
        return
    if context.account is None:
        raise NotAllowed
    if rule.may is None:
        context.roles = context.account.roles
        return
    context.roles = tuple(held for held in context.account.roles if held.role in rule.may.roles)
    if not context.roles:
        raise NotAllowed(permission=rule.may.value)


def resolve_area(context: RequestContext, rule: Rule, path: dict[str, Any]) -> None:
    """Step 2 of authorization: a role with the permission covers the area of the request."""
    if rule.public or rule.may is None:
        context.role = context.roles[0] if context.roles else None
        return
    if rule.where is None:
        context.role = context.roles[0]
        return
    try:
        context.place = rule.where(context, path)
    except NoSuchThing:
        # As much work as for an object outside the area, so that both answers take as long.
        _role_covering(context, _NOWHERE)
        _use_break_glass(context, _NOWHERE, rule.may)
        raise
    context.role = _role_covering(context, context.place)
    if context.role is None:
        _use_break_glass(context, context.place, rule.may)


def done_before(context: RequestContext) -> str:
    """The schema that holds a command of this id and account ("store", "office"), "" for none.

    The rights that the account has since lost do not matter.
    """
    if context.command_id is None or context.account is None:
        return ""
    with context.services.reading() as conn:
        row = conn.execute(
            "select 'store' from store.commands"
            " where command_id = %(id)s and account = %(account)s"
            " union all select 'office' from office.commands"
            " where command_id = %(id)s and account = %(account)s",
            {"id": context.command_id, "account": context.account.account},
        ).fetchone()
    return row[0] if row else ""


def settle_repeat(context: RequestContext, rule: Rule, path: dict[str, Any], schema: str) -> None:
    """Lets a refused request through where its command was `done_before`.

    The household moved away meanwhile, or the role ended: what is done already is not refused
    afterwards. The command finds its first answer, or refuses an id that was used for something
    else; it records nothing either way.
    """
    context.repeat = schema
    if rule.where is not None and context.place is None:
        with suppress(RequestError, Refusal):
            context.place = rule.where(context, path)
    if context.place is not None:
        context.role = _role_covering(context, context.place)
    context.role = context.role or next(iter(context.roles), None)


def _role_covering(context: RequestContext, place: RequestArea) -> HeldRole | None:
    """The first role that reaches the place, and all places in `also`; None if there is none."""
    for held in context.roles:
        if all(covers(context, held, one) for one in (place, *context.also)):
            return held
    return None


def permissions_at(context: RequestContext, place: RequestArea) -> frozenset[Permission]:
    """Everything that some role of the account allows at a place."""
    held = context.account.roles if context.account else ()
    here = {one.role for one in held if covers(context, one, place)}
    return frozenset(one for one in context.services.permissions.values() if one.roles & here)


def _use_break_glass(context: RequestContext, place: RequestArea, may: Permission) -> None:
    if context.account is not None and may.by_reason:
        with context.services.reading() as conn:
            opened = break_glass.open_for(
                conn, context.account.account, now=context.services.clock()
            )
        areas = context.services.areas()
        for grant in opened:
            if (
                place is not _NOWHERE
                and not context.also
                and areas.covers(grant.area, place.area, context.today)
            ):
                context.role, context.grant_id = context.roles[0], grant.id
                return
    if place is _NOWHERE:
        context.role = context.grant_id = None
        return
    if place.hidden:
        raise NoSuchThing
    raise OutsideArea
