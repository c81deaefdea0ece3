"""Authorization of a request: its account, its permission, its area.

The order is always the same: authentication; a role with the permission; the values of the request;
a role with the permission whose area covers the area of the request. An area outside is denied. An
object whose existence is confidential is answered like an unknown one, with 404.
"""

from contextlib import suppress
from typing import Any

from domain.errors import Refusal
from service.access import break_glass, scope
from service.access.accounts import HeldRole
from service.access.errors import AreaNeeded, NotAllowed, OutsideArea
from service.access.permissions import Permission
from service.access.request_context import RequestArea, RequestContext
from service.access.rules import Rule
from service.problems import NoSuchThing, RequestError

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


def covers(context: RequestContext, held: HeldRole | None, place: RequestArea) -> bool:
    """Whether a role's area, and its villages where it is kept to some, hold a place."""
    return (
        held is not None and _covers(context, held.area, place.area) and _village_fits(held, place)
    )


def permissions_at(context: RequestContext, place: RequestArea) -> frozenset[Permission]:
    """Everything that some role of the account allows at a place."""
    held = context.account.roles if context.account else ()
    here = {one.role for one in held if covers(context, one, place)}
    return frozenset(one for one in context.services.permissions.values() if one.roles & here)


def _covers(context: RequestContext, held: str, unit: str) -> bool:
    return scope.covers(context.services.areas(), held, unit, context.today)


def _village_fits(held: HeldRole, place: RequestArea) -> bool:
    if not held.villages:
        return True
    wanted = (place.village or "").casefold()
    return any(village.casefold() == wanted for village in held.villages)


def _use_break_glass(context: RequestContext, place: RequestArea, may: Permission) -> None:
    if context.account is not None and may.by_reason:
        with context.services.reading() as conn:
            opened = break_glass.open_for(
                conn, context.account.account, now=context.services.clock()
            )
        for grant in opened:
            if (
                place is not _NOWHERE
                and not context.also
                and _covers(context, grant.area, place.area)
            ):
                context.role, context.grant_id = context.roles[0], grant.id
                return
    if place is _NOWHERE:
        context.role = context.grant_id = None
        return
    if place.hidden:
        raise NoSuchThing
    raise OutsideArea


# The days that a request can ask about; a bare code is read as of the first that is given.
_DAYS = ("as_of", "effective_on", "to")

# How the area of a request is found. Each takes the request and the values in its path.


def asked_area(context: RequestContext, _: dict[str, Any]) -> RequestArea:
    """The area named in the query or body; unnamed, the only area the account has.

    A bare code is read as of the day that is asked about.
    """
    given = {**context.query, **(context.body or {})}
    village = given.get("village") or _only_village(context.roles)
    if given.get("area"):
        day = next((given[name] for name in _DAYS if given.get(name)), context.today)
        return RequestArea(scope.resolved(context.services.areas(), given["area"], day), village)
    own = {held.area for held in context.roles}
    if len(own) != 1:
        raise AreaNeeded(areas=sorted(own))
    return RequestArea(own.pop(), village)


def _only_village(roles: tuple[HeldRole, ...]) -> str | None:
    """The village of an account that is kept to a single one, which then need not be named."""
    kept = {village for held in roles for village in held.villages or ("",)}
    return kept.pop() or None if len(kept) == 1 else None
