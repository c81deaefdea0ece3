"""`./socai verify`: check that every recorded event is there, unchanged and in order."""

import sys

import click
import psycopg

from projections.engine import ledger
from service.cli.progress import progress_bar
from service.operations.instance import instance


@click.command()
def verify() -> None:
    """Recompute the whole ledger from the stored events; exit code 1 when anything is wrong."""
    with (
        instance(queue=False) as running,
        psycopg.connect(running.settings.database_url, autocommit=True) as conn,
        progress_bar("verifying", "events") as progress,
    ):
        report = ledger.verify(conn, progress)
    for problem in report.problems:
        click.echo(f"{problem.kind}: {problem.text}")
    if not report.ok:
        more = "" if report.complete else "at least "
        click.echo(f"BROKEN: {more}{len(report.problems)} problems in {report.events} events")
        sys.exit(1)
    waiting = f"; {report.pending} not in the ledger yet" if report.pending else ""
    click.echo(f"whole: {report.events} events verified in {report.seconds:.1f} s{waiting}")
