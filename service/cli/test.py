"""`./socai test`: the whole suite, on real servers, with the house rules in it."""

import os
import sys

import click

from service.config import ROOT

# One more than there are processors: many tests wait, for a server or for a lease that ends.
_PROCESSES = (os.cpu_count() or 1) + 1
_SPREAD = (f"--numprocesses={_PROCESSES}", "--dist=loadfile", "--no-loadscope-reorder")
_QUICK = ("tests/domain", "tests/projections")


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--quick", is_flag=True, help="Only the rules of the domain and the read models.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...], quick: bool) -> None:
    """Run the whole test suite; ARGUMENTS go to pytest (files, -k, -x, ...).

    Nothing of an instance is touched: tests start servers of their own and stop them. The whole
    suite is spread over the processors, each file in one process.
    """
    os.chdir(ROOT)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SOCAI_") and name not in ("DATABASE_URL", "REDIS_URL")
    }
    environment.pop("DATABASE_OWNER_URL", None)
    spread = _SPREAD if quick or not arguments else ()
    folders = _QUICK if quick else ()
    command = [sys.executable, "-m", "pytest", *spread, *folders, *arguments]
    os.execve(sys.executable, command, environment)  # noqa: S606
