"""`./socai programmes`: the load of the published programmes of support."""

from datetime import UTC, datetime

import click
from psycopg_pool import ConnectionPool

from domain.application import SocaiApplication
from domain.commands.command import Actor
from domain.eventstore.personal import Keyring
from domain.standards import load_standards
from domain.support.load import load_published
from service.operations.instance import instance

ACTOR = Actor("socai", "administrator")


@click.command()
def programmes() -> None:
    """Load the published programmes with their benefits and rates, or what is new in them."""
    with (
        instance(queue=False) as running,
        ConnectionPool(running.settings.database_url, min_size=1, max_size=2) as pool,
    ):
        settings = running.settings
        keyring = Keyring(pool, settings.master_key, settings.index_key)
        application = SocaiApplication(pool, keyring, load_standards())
        changed = load_published(application.run, ACTOR, datetime.now(tz=UTC))
    for code in changed:
        click.echo(f"loaded {code}")
    if not changed:
        click.echo("the published programmes are loaded already")
