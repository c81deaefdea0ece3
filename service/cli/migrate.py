"""`./socai migrate`: migration of an own database, before a new version starts."""

import os

import click

from service.config import Settings
from service.operations.instance import ensure_shape, instance


@click.command()
def migrate() -> None:
    """Bring the database to this version's shape. `up` does it itself for an embedded one."""
    if not os.environ.get("DATABASE_URL"):
        with instance(queue=False):
            applied: list[str] = []
    else:
        environment = {"REDIS_URL": "redis://unused", **os.environ}
        applied = ensure_shape(Settings.from_environment(environment), may_migrate=True)
    for name in applied:
        click.echo(f"applied {name}")
    click.echo("the database has the shape of this version")
