"""What one administrator may do: only to accounts and roles within the area of the role.

The API and the pages call the same functions. An account lies where its roles lie that have not
ended; without any, where it was made, or where its last roles lay. What is outside looks as if it
did not exist.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.areas.codes import COUNTRY
from service.access import accounts, authentication
from service.access.acts import By
from service.access.authentication import Account
from service.access.authorization import RequestContext, own_name
from service.access.errors import AreaNeeded, OutsideArea
from service.accounts.permissions import May
from service.problems import NoSuchThing

_AT_ONCE = 200


def administered_account(context: RequestContext, name: str) -> Account:
    """The account with every role it ever had. Raises NoSuchThing, also for one outside."""
    with context.services.reading() as conn:
        account = authentication.account_named(conn, name, on=None)
    if account is None or not within_area(context, account):
        raise NoSuchThing
    return account


def administered_accounts(context: RequestContext, after: str, *, limit: int) -> list[Account]:
    """At most `limit` accounts of the area after this name, in the order of their names."""
    found: list[Account] = []
    with context.services.reading() as conn:
        while len(found) < limit:
            page = accounts.accounts_after(conn, after, limit=_AT_ONCE)
            found.extend(one for one in page if within_area(context, one))
            if len(page) < _AT_ONCE:
                break
            after = page[-1].account
    return found[:limit]


def within_area(context: RequestContext, account: Account) -> bool:
    """Whether all that an account may still do lies within the administrator's area."""
    today = context.today
    live = [one for one in account.roles if one.valid_until is None or one.valid_until >= today]
    areas = {one.area for one in live}
    if not areas and account.area == COUNTRY:
        areas = {one.area for one in account.roles}
    return all(_covered(context, area) for area in areas or {account.area})


def reaches_area(context: RequestContext, area: str) -> bool:
    """Whether a role could be given there."""
    return _covered(context, area)


def require_area(context: RequestContext, area: str) -> None:
    """Raises OutsideArea where a role could not be given there."""
    if not _covered(context, area):
        raise OutsideArea


def home_area(context: RequestContext) -> str:
    """Where the accounts that the administrator makes are administered. Raises AreaNeeded."""
    own = {held.area for held in _roles(context)}
    if COUNTRY in own:
        return COUNTRY
    if len(own) > 1:
        raise AreaNeeded(areas=sorted(own))
    return own.pop()


def by(context: RequestContext, reason: str = "") -> By:
    """The administrator who asks, now, for this reason."""
    if context.account is None:
        raise NoSuchThing
    return By(context.account.account, context.services.clock(), reason.strip())


def make_account(
    context: RequestContext,
    conn: Connection[Any],
    account: str,
    *,
    name: str,
    office: str,
    reason: str,
    password: str | None,
) -> None:
    """Makes an account without any role; its password is for one use. Raises AccountTaken."""
    accounts.create_account(
        conn,
        account=account,
        name=name,
        office=office,
        password=password,
        created_by=own_name(context),
        now=context.services.clock(),
        area=home_area(context),
        once=True,
        reason=reason,
    )


def give_role(
    context: RequestContext,
    conn: Connection[Any],
    account: str,
    role: str,
    area: str,
    *,
    villages: Iterable[str],
    valid_from: date | None,
    valid_until: date | None,
    reason: str,
    role_id: UUID | None = None,
) -> None:
    """Gives an account a role from a day on, today where none is said.

    The unit has to be in force on that day. Raises AreaUnknown, AreaNotValidOn, OutsideArea.
    """
    valid_from = valid_from or context.today
    context.services.areas().in_force(area, valid_from)
    require_area(context, area)
    accounts.grant_role(
        conn,
        account=account,
        role=role,
        area=area,
        villages=tuple(villages),
        valid_from=valid_from,
        valid_until=valid_until,
        granted_by=own_name(context),
        now=context.services.clock(),
        role_id=role_id,
        reason=reason,
    )


def end_role(
    context: RequestContext,
    conn: Connection[Any],
    account: str,
    role_id: UUID,
    *,
    last_day: date | None,
    reason: str,
) -> None:
    """Ends a role with a day, today where none is said."""
    administered_account(context, account)
    accounts.end_role(
        conn, account, role_id, last_day=last_day or context.today, by=by(context, reason)
    )


def disable(context: RequestContext, conn: Connection[Any], name: str, reason: str) -> None:
    """Ends an account, its sessions and its tokens; nothing is deleted."""
    administered_account(context, name)
    accounts.disable_account(conn, name, now=context.services.clock(), by=by(context, reason))
    authentication.close_sessions(conn, name)


def reopen(context: RequestContext, conn: Connection[Any], name: str, reason: str) -> None:
    """A disabled account works again. Raises OtherAdministrator for the one who disabled it."""
    administered_account(context, name)
    accounts.reopen_account(conn, name, by=by(context, reason))


def reset_password(context: RequestContext, conn: Connection[Any], name: str, reason: str) -> str:
    """A one-time password, seen only here; sessions and tokens of the account end."""
    administered_account(context, name)
    authentication.close_sessions(conn, name)
    return accounts.reset_password(conn, name, by=by(context, reason))


def _roles(context: RequestContext) -> list[authentication.HeldRole]:
    return [held for held in context.roles if held.role in May.MANAGE_ACCOUNTS.roles]


def _covered(context: RequestContext, area: str) -> bool:
    directory = context.services.areas()
    return any(
        held.area == area or directory.covers(held.area, area, context.today)
        for held in _roles(context)
    )
