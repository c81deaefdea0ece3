"""`./socai backup` and `./socai restore`."""

import sys
from pathlib import Path

import click

from service.cli.progress import progress_bar
from service.operations import backups
from service.operations.instance import instance


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything that must survive to FILE, while the system runs. Keys are kept apart."""
    with instance(queue=False) as running:
        size = backups.back_up(running.settings, file)
        click.echo(f"{file}: {size / 2**20:.1f} MB")
        click.echo(f"The keys are not in it; keep {_keys(running.settings.data)} elsewhere.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Read a backup into an empty system whose keys are those of the backup, and verify it."""
    with instance(queue=False) as running, progress_bar("verifying", "events") as progress:
        report = backups.restore(running.settings, file, progress)
    if not report.ok:
        click.echo(f"BROKEN: {len(report.problems)} problems; ./socai verify lists them")
        sys.exit(1)
    click.echo(f"restored: {report.events} events, all verified")


def _keys(data: Path) -> str:
    folder = data / "keys"
    return str(folder) if folder.exists() else "SOCAI_MASTER_KEY and SOCAI_INDEX_KEY"
