"""`./socai score-card`: score cards of B1, imported with the paper that issues them."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import click
import psycopg

from domain.calendar import day_of
from domain.commands.command import Document
from domain.standards.errors import ScoreCardVersionTaken
from domain.standards.score_card import import_score_card, read_score_cards
from service.access import authentication
from service.cli.parameters import Day
from service.operations.instance import instance
from service.standards.permissions import May


@click.group("score-card")
def score_card() -> None:
    """Score cards of B1: points of each answer, by standard, area type and region."""


@score_card.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sha256", required=True, help="Checksum of FILE, as on the paper that issues it.")
@click.option("--document", required=True, help="Number of the paper that issues the card.")
@click.option("--signed-on", type=Day(), help="Day of the paper.")
@click.option("--signer", default="", help="Who signed it.")
@click.option("--by", required=True, help="Account of the province officer or administrator.")
def import_(
    file: Path, sha256: str, document: str, signed_on: date | None, signer: str, by: str
) -> None:
    """Import the score card in FILE; the same file again changes nothing."""
    content = file.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256.strip().lower():
        raise click.ClickException(f"{file} has the checksum {found}; compare it with the paper")
    now = datetime.now(tz=UTC)
    with (
        instance(queue=False) as running,
        psycopg.connect(running.settings.database_url) as conn,
    ):
        account = authentication.account_named(conn, by, on=day_of(now))
        held = {one.role for one in account.roles} if account else set()
        if held.isdisjoint(May.IMPORT_SCORE_CARDS.roles):
            raise click.ClickException(
                f"{by} is neither province officer nor administrator today; name another account"
            )
        paper = Document(document.strip(), signed_on, signer.strip())
        try:
            name = import_score_card(conn, content, by=by, at=now, document=paper)
        except ScoreCardVersionTaken as taken:
            raise click.ClickException(
                "another card has this version; give this one another version"
            ) from taken
    click.echo(name)


@score_card.command("list")
def list_() -> None:
    """List the cards that were imported, the newest first."""
    with (
        instance(queue=False) as running,
        psycopg.connect(running.settings.database_url) as conn,
    ):
        cards = read_score_cards(conn).cards
    for one in cards:
        card = one.card
        where = f"{card.standard}, {card.area_type}, {card.region}"
        click.echo(f"{one.name}  {where}  {one.document}  {one.imported_by}")
    if not cards:
        click.echo("no score card is imported: B1 is entered as a total")
