"""`./socai duplicates`: what a search for duplicates needs beside the rest, installed once."""

import click

from projections.duplicates import linkage
from service.operations.failure import Failure


@click.command()
def duplicates() -> None:
    """Install the libraries that a search for duplicates over an area needs (250 MB).

    The call itself installs them; a service that runs uses them from the next search on.
    """
    if not linkage.is_installed():
        raise Failure("the libraries of the search are missing; call ./socai duplicates again")
    click.echo("searches for duplicates can be started now, on the page /trung-lap")
