"""`./socai mutate`: how many changed lines of the product the tests notice."""

import os
import sys

import click

from service.config import ROOT


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def mutate(arguments: tuple[str, ...]) -> None:
    """Measure the mutation score and write docs/mutation.md. ARGUMENTS: --sample N, --seed S.

    `./socai` installs mutmut on the first call. All mutants take days, a sample an hour.
    """
    os.chdir(ROOT)
    command = [sys.executable, "-m", "tests.mutation", *arguments]
    os.execve(sys.executable, command, dict(os.environ))  # noqa: S606
