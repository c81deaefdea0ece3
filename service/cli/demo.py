"""`./socai demo`, and what `./socai up` does about the demo."""

from datetime import UTC, datetime
from pathlib import Path

import click
import psycopg
from psycopg_pool import ConnectionPool

from domain.application import SocaiApplication
from domain.eventstore.personal import Keyring
from domain.standards import load_standards
from projections.catch_up import catch_up
from service.cli.progress import progress_bar
from service.config import Settings
from service.demo import loader
from service.demo.accounts import DemoAccount, make_accounts, shown_accounts
from service.operations.instance import instance


@click.command()
def demo() -> None:
    """Load the five localities into an empty system; go on where a load was interrupted."""
    with instance() as running:
        settings = running.settings
        state = _state(settings)
        if state == "other":
            raise click.ClickException(
                "this system holds data that is not the demo's; the demo needs an empty one: "
                "use another folder with --data"
            )
        if state == "loaded":
            click.echo("the demo is loaded already")
            return
        load(settings)
        for account in accounts(settings):
            click.echo(f"{account.name}  {account.password}  {account.what}")
        click.echo(rounds(settings))


def load_at_first_start(settings: Settings) -> None:
    """Loads the demo into an empty system, or the rest of an interrupted load."""
    if _state(settings) in ("empty", "begun"):
        load(settings)


def load(settings: Settings) -> None:
    """Loads the demo with a progress bar, brings the read models up, makes the accounts."""
    with (
        ConnectionPool(
            settings.database_url,
            min_size=1,
            max_size=6,
            # What a crash could take is loaded again: nothing here waits for the disk.
            kwargs={"options": "-c synchronous_commit=off"},
        ) as pool,
        progress_bar("loading the demo", "households and events") as show,
    ):
        keyring = Keyring(pool, settings.master_key, settings.index_key)
        application = SocaiApplication(pool, keyring, load_standards())
        loader.load(application, lambda what, done, total: show(done, total))
        while catch_up(pool, keyring):
            continue
        with pool.connection() as conn:
            make_accounts(conn, _folder(settings), datetime.now(tz=UTC))


def is_loaded(settings: Settings) -> bool:
    """Whether the demo was loaded here."""
    return _state(settings) == "loaded"


def accounts(settings: Settings) -> list[DemoAccount]:
    """The demo's accounts with their passwords; none where it was not loaded."""
    return shown_accounts(_folder(settings)) if is_loaded(settings) else []


def rounds(settings: Settings) -> str:
    """The review rounds of the demo and their day, in one line."""
    with psycopg.connect(settings.database_url) as conn:
        return loader.rounds_shown(conn)


def _folder(settings: Settings) -> Path:
    return settings.data / "demo"


def _state(settings: Settings) -> str:
    """ "empty", "begun", "loaded", or "other" for a system with other data in it."""
    with psycopg.connect(settings.database_url) as conn:
        if loader.is_loaded(conn):
            return "loaded"
        row = conn.execute(
            "select exists(select from office.demo),"
            " exists(select from store.events where topic like 'household.%')"
        ).fetchone()
    begun, used = row if row else (False, False)
    if begun:
        return "begun"
    return "other" if used else "empty"
