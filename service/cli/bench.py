"""`./socai bench`: how fast it is, beside its peers, measured now."""

import os
import subprocess
import sys

import click

from service.config import ROOT
from service.failures import Failure


class PeersMissing(Failure):
    """The programs to compare with could not be installed."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Measure the bars and write docs/benchmarks.md. ARGUMENTS: --quick, or names of measurements.

    The peers (Django with history triggers) are installed on the first call.
    """
    os.chdir(ROOT)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*install, "-e", ".[bench]"], capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1][:200]
        raise PeersMissing(f"the peers could not be installed: {said}")
    command = [sys.executable, "-m", "bench", *arguments]
    os.execve(sys.executable, command, dict(os.environ))  # noqa: S606
