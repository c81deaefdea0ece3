"""`./socai token` and `./socai account`: tokens, and accounts with their roles and areas."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import click
import psycopg
from psycopg_pool import ConnectionPool

from domain.areas.directory import AreaDirectoryCache
from domain.calendar import day_of
from domain.errors import Refusal
from service.access import accounts, acts, authentication, sign_ons
from service.access.permissions import ROLES
from service.cli.parameters import Day
from service.operations.instance import instance
from service.problems import RequestError

BY = "cli"


class Refused(click.ClickException):
    """One line for the terminal."""

    def __init__(self, refused: RequestError | Refusal) -> None:
        shown = ", ".join(f"{name}={value}" for name, value in refused.values.items())
        super().__init__(refused.message + (f" ({shown})" if shown else ""))


def _now() -> datetime:
    return datetime.now(tz=UTC)


def _by(reason: str) -> acts.By:
    return acts.By(BY, _now(), reason)


def _run(act: Any) -> Any:
    with instance(queue=False) as running:
        url = running.settings.database_url
        try:
            with psycopg.connect(url) as conn:
                return act(conn, url)
        except (RequestError, Refusal) as refused:
            raise Refused(refused) from None


@click.command()
@click.argument("account")
@click.option("--days", type=click.IntRange(1, 366), default=90, help="How long it is valid.")
@click.option("--label", default="", help="What it is for; shown in the list of tokens.")
@click.option("--reason", default="", help="Why; kept for auditors with every act of this verb.")
def token(account: str, days: int, label: str, reason: str) -> None:
    """Print an API token of ACCOUNT, and nothing else. It is shown once."""
    _, secret = _run(
        lambda conn, _: authentication.issue_token(
            conn, account, label=label, now=_now(), lifetime=timedelta(days=days), by=_by(reason)
        )
    )
    click.echo(secret)


@click.group()
def account() -> None:
    """Accounts of officials, with the roles they hold within areas."""


@account.command("add")
@click.argument("name")
@click.option("--display", required=True, help="The person's name or the office's.")
@click.option("--office", default="", help="Where they work.")
@click.option("--role", "role", type=click.Choice(list(ROLES)), help="A role, with its --area.")
@click.option("--area", help='A code, or a unit id CODE@VALID-FROM; "" is the whole country.')
@click.option("--village", "villages", multiple=True, help="Keep a surveyor to this village.")
@click.option("--until", type=Day(), help="Last day of the role.")
@click.option("--password", is_flag=True, help="Ask for a password; its owner changes it.")
@click.option("--reason", default="", help="Why; kept for auditors.")
def add(
    name: str,
    display: str,
    office: str,
    role: str | None,
    area: str | None,
    villages: tuple[str, ...],
    until: date | None,
    password: bool,
    reason: str,
) -> None:
    """Make the account NAME, or give one that exists another role."""
    if (role is None) != (area is None):
        raise click.UsageError("give --role and --area together")
    secret = click.prompt("Password", hide_input=True, confirmation_prompt=True) if password else ""

    def act(conn: psycopg.Connection[Any], url: str) -> None:
        if authentication.account_named(conn, name, on=None) is None:
            accounts.create_account(
                conn,
                account=name,
                name=display,
                office=office,
                password=secret or None,
                created_by=BY,
                now=_now(),
                area=_unit(url, area) if area else "",
                once=True,
                reason=reason,
            )
        elif secret:
            accounts.set_password(conn, name, secret, by=_by(reason), once=True)
        if role is not None and area is not None:
            accounts.grant_role(
                conn,
                account=name,
                role=role,
                area=_unit(url, area),
                villages=villages,
                valid_from=day_of(_now()),
                valid_until=until,
                granted_by=BY,
                now=_now(),
                reason=reason,
            )

    _run(act)


def _unit(url: str, area: str) -> str:
    """The id of a unit that is in force today, by code or id. "" is the whole country."""
    with ConnectionPool(url, min_size=1, max_size=1, open=True) as pool:
        return AreaDirectoryCache(pool).refresh().in_force(area, day_of(_now()))


@account.command("list")
def list_() -> None:
    """List every account with its roles."""

    def act(conn: psycopg.Connection[Any], _: str) -> list[authentication.Account]:
        return accounts.accounts_after(conn, "", limit=10_000)

    for one in _run(act):
        state = "disabled" if one.disabled_at else "works"
        click.echo(f"{one.account}\t{state}\t{one.name}\t{one.office}")
        for held in one.roles:
            until = held.valid_until or ""
            where = held.area or "the whole country"
            click.echo(f"\t{held.role}\t{where}\t{held.valid_from}..{until}")


_reason = click.option("--reason", required=True, help="Why; kept for auditors.")


@account.command("disable")
@click.argument("name")
@_reason
def disable(name: str, reason: str) -> None:
    """End the account NAME, its sessions and its tokens; nothing is deleted."""

    def act(conn: psycopg.Connection[Any], _: str) -> None:
        accounts.disable_account(conn, name, now=_now(), by=_by(reason))
        authentication.close_sessions(conn, name)

    _run(act)


@account.command("reopen")
@click.argument("name")
@_reason
def reopen(name: str, reason: str) -> None:
    """Open the disabled account NAME again, with the roles that it still holds."""
    _run(lambda conn, _: accounts.reopen_account(conn, name, by=_by(reason)))


@account.command("reset-password")
@click.argument("name")
@_reason
def reset_password(name: str, reason: str) -> None:
    """Print a one-time password of the account NAME, and nothing else. It is good for a week."""

    def act(conn: psycopg.Connection[Any], _: str) -> str:
        authentication.close_sessions(conn, name)
        return accounts.reset_password(conn, name, by=_by(reason))

    click.echo(_run(act))


@account.command("release-sign-on")
@click.argument("name")
@_reason
def release_sign_on(name: str, reason: str) -> None:
    """Let the next single sign-on of the account NAME belong to another person of the provider."""

    def act(conn: psycopg.Connection[Any], _: str) -> None:
        if not sign_ons.release(conn, name, _by(reason)):
            raise click.ClickException(f"{name} is linked to nobody")

    _run(act)


@account.command("end-role")
@click.argument("name")
@click.argument("role", type=click.Choice(list(ROLES)))
@_reason
def end_role(name: str, role: str, reason: str) -> None:
    """End every ROLE of the account NAME with today."""

    def act(conn: psycopg.Connection[Any], _: str) -> None:
        today = day_of(_now())
        found = authentication.account_named(conn, name, on=None)
        held = [one for one in found.roles if one.role == role] if found else []
        live = [one for one in held if one.valid_until is None or one.valid_until > today]
        if not live:
            raise click.ClickException(f"{name} holds no role {role} that could be ended")
        for one in live:
            accounts.end_role(conn, name, one.id, last_day=today, by=_by(reason))

    _run(act)


@account.command("acts")
@click.option("--account", "name", default=None, help="Only acts on or by this account.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100)
def list_acts(name: str | None, limit: int) -> None:
    """List acts of administration, newest first: when, who, whom, what, why."""
    for one in _run(lambda conn, _: acts.acts_in(conn, None, account=name, limit=limit)):
        what = " ".join(filter(None, (one.act, one.role, one.role_area, one.label)))
        click.echo(
            f"{one.acted_at:%Y-%m-%d %H:%M}\t{one.actor}\t{one.account}\t{what}\t{one.reason}"
        )
