"""`./socai bench`: how fast it is, beside its peers, measured now."""

import os
import sys

import click

from service.config import ROOT


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Measure the bars and write docs/benchmarks.md. ARGUMENTS: --quick, or names of measurements.

    `./socai` installs the peers (Django with history triggers) on the first call.
    """
    os.chdir(ROOT)
    command = [sys.executable, "-m", "bench", *arguments]
    os.execve(sys.executable, command, dict(os.environ))  # noqa: S606
