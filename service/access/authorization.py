"""Authorization of a request: its context, the rule of its route, its area, and the decision.

Every route declares a rule; all else is denied. The order is always the same: authentication; a
role with the permission; the values of the request; a role with the permission whose area covers
the area of the request. An area outside is denied. An object whose existence is confidential is
answered like an unknown one, with 404.

The area of a household is read from its own events, not from a read model, which may lag: the right
to see it changes in the moment of its move. A role covers the units whose land belongs to its unit,
also after mergers.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from eventsourcing.persistence import MapperDeserialisationError

from domain.areas.errors import AreaNotValidOn, AreaUnknown
from domain.calendar import day_of
from domain.commands.command import Actor
from domain.errors import Refusal
from domain.households.errors import HouseholdUnknown
from projections.households import file
from projections.imports import imports
from projections.oversight.replay import runs
from projections.oversight.replay.runs import ReplayUnknown
from service.access import break_glass
from service.access.authentication import Account, HeldRole
from service.access.errors import AreaNeeded, NotAllowed, OutsideArea
from service.access.permissions import Permission
from service.problems import NoSuchThing, RequestError
from service.services import Services

WHOLE_COUNTRY = ""


@dataclass(frozen=True, slots=True)
class RequestArea:
    """The area of a request: a unit ("" is the country), and perhaps a village in it.

    `hidden` answers 404 for everything outside. `household_id` and `version` are set where the
    request is about one household.
    """

    area: str
    village: str | None = None
    hidden: bool = False
    household_id: UUID | None = None
    version: int | None = None


@dataclass(slots=True)
class RequestContext:
    """A request with its account, values and, once authorized, the role and area it acts in.

    `repeat` says that the account used this command id before and may no longer do what it asks:
    it gets the answer of then, and nothing else. Its value is the schema that holds the command.
    """

    services: Services
    account: Account | None = None
    query: Any = field(default_factory=dict)
    body: Any = None
    roles: tuple[HeldRole, ...] = ()
    role: HeldRole | None = None
    place: RequestArea | None = None
    also: tuple[RequestArea, ...] = ()
    grant_id: UUID | None = None
    command_id: UUID | None = None
    expected_version: int | None = None
    request_id: str = ""
    repeat: str = ""

    @property
    def today(self) -> date:
        """The civil day in Việt Nam."""
        return day_of(self.services.clock())

    @property
    def actor(self) -> Actor:
        """The account with the role and area it acts in; known once the request is authorized."""
        if self.account is not None and self.role is None and self.repeat:
            return Actor(self.account.account, "")
        if self.account is None or self.role is None:
            raise NotAllowed
        return Actor(self.account.account, self.role.role, self.role.area)

    @property
    def needed_command_id(self) -> UUID:
        """The command id of a request whose route takes an Idempotency-Key."""
        if self.command_id is None:
            raise ValueError("this route takes no Idempotency-Key")
        return self.command_id

    @property
    def area(self) -> str:
        """The area unit of the request, "" for the whole country."""
        return self.place.area if self.place else WHOLE_COUNTRY


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


def own_name(context: RequestContext) -> str:
    """The login name of the account that asks."""
    if context.account is None:
        raise NoSuchThing
    return context.account.account


def covers(context: RequestContext, held: HeldRole | None, place: RequestArea) -> bool:
    """Whether a role's area, and its villages where it is kept to some, hold a place."""
    return (
        held is not None and _covers(context, held.area, place.area) and _village_fits(held, place)
    )


def _covers(context: RequestContext, held: str, unit: str) -> bool:
    return context.services.areas().covers(held, unit, context.today)


def _village_fits(held: HeldRole, place: RequestArea) -> bool:
    if not held.villages:
        return True
    wanted = (place.village or "").casefold()
    return any(village.casefold() == wanted for village in held.villages)


# The days that a request can ask about; a bare code is read as of the first that is given.
_DAYS = ("as_of", "on", "effective_on", "to")

# How the area of a request is found. Each takes the request and the values in its path.


def asked_area(context: RequestContext, _: dict[str, Any]) -> RequestArea:
    """The area named in the query or body; unnamed, the only area the account has.

    A bare code is read as of the day that is asked about.
    """
    given = {**context.query, **(context.body or {})}
    village = given.get("village") or _only_village(context.roles)
    if given.get("area"):
        day = next((given[name] for name in _DAYS if given.get(name)), context.today)
        return RequestArea(context.services.areas().resolved(given["area"], day), village)
    own = {held.area for held in context.roles}
    if len(own) != 1:
        raise AreaNeeded(areas=sorted(own))
    return RequestArea(own.pop(), village)


def _only_village(roles: tuple[HeldRole, ...]) -> str | None:
    """The village of an account that is kept to a single one, which then need not be named."""
    kept = {village for held in roles for village in held.villages or ("",)}
    return kept.pop() or None if len(kept) == 1 else None


def unit(context: RequestContext, path: dict[str, Any], on: date | None = None) -> RequestArea:
    """The area unit that the path names; a bare code as of a day. Raises NoSuchThing."""
    given = {**context.query, **(context.body or {})}
    day = on or given.get("as_of") or given.get("effective_on") or context.today
    try:
        return RequestArea(context.services.areas().resolved(path["unit"], day))
    except (AreaUnknown, AreaNotValidOn):
        raise NoSuchThing from None


def household(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """Returns the area where a household lives now. Raises NoSuchThing."""
    return _home(context, path["household_id"])


def within_reach(context: RequestContext, household_id: UUID) -> bool:
    """Whether the role of the request covers a household as well."""
    try:
        return covers(context, context.role, _home(context, household_id))
    except NoSuchThing:
        return False


def area_of(context: RequestContext, household_id: UUID) -> str:
    """Returns the unit in which a household lives now; "" for an unknown household."""
    try:
        return _home(context, household_id).area
    except NoSuchThing:
        return ""


def all_within_reach(context: RequestContext, household_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Returns those households that the role of the request covers, by one query."""
    wanted = frozenset(household_ids)
    try:
        found = context.services.application.households.load_many(wanted)
    except MapperDeserialisationError:
        return frozenset(one for one in wanted if within_reach(context, one))
    at = {id_: RequestArea(one.area, one.village) for id_, one in found.items()}
    return frozenset(id_ for id_, place in at.items() if covers(context, context.role, place))


def both_households(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """Returns the area of the path's household; that of the body's household must be covered as
    well.

    The second area is put into `context.also`, which is checked like the first.
    """
    context.also = (_home(context, context.body["into"]),)
    return _home(context, path["household_id"])


def household_and_area(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """Returns the area of the path's household; an area that the body names must be covered as
    well.

    The second area is put into `context.also`. Raises AreaUnknown and AreaNotValidOn.
    """
    body = context.body or {}
    if body.get("area"):
        asked = context.services.areas().resolved(body["area"], body["effective_on"])
        context.also = (RequestArea(asked, body["village"]),)
    return _home(context, path["household_id"])


def replay(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area that a replay was asked for. Raises NoSuchThing."""
    with context.services.reading() as conn:
        try:
            found = runs.get(conn, path["replay_id"])
        except ReplayUnknown:
            raise NoSuchThing from None
    return RequestArea(found.area, hidden=True)


def import_(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area that an import was made for. Raises NoSuchThing."""
    with context.services.reading() as conn:
        try:
            found = imports.get(conn, path["import_id"])
        except imports.ImportUnknown:
            raise NoSuchThing from None
    return RequestArea(found.area, hidden=True)


def _home(context: RequestContext, household_id: UUID) -> RequestArea:
    try:
        now = context.services.application.households.load(household_id)
    except HouseholdUnknown:
        raise NoSuchThing from None
    except MapperDeserialisationError:
        return _last_known_home(context, household_id)
    return RequestArea(
        now.area, now.village, hidden=True, household_id=household_id, version=now.version
    )


def _last_known_home(context: RequestContext, household_id: UUID) -> RequestArea:
    """Returns the last area of a household whose events include one that cannot be read: of a newer
    version, or damaged. Such a household is shown; a command refuses it by name."""
    with context.services.reading() as conn:
        home = file.home(conn, household_id)
    if home is None:
        raise NoSuchThing
    return RequestArea(home.area, home.village, hidden=True, household_id=household_id)
