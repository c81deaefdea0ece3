"""`./socai`: the list of verbs, and the report of errors."""

import importlib
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from service.operations.failure import Failure

# Verb -> (where it is written, what it does). Imported on use: `token` must not wait for a
# spreadsheet reader.
VERBS = {
    "up": ("service.cli.up:up", "Start everything and print the address; Ctrl-C stops it."),
    "test": ("service.cli.test:test", "Run the whole test suite on real servers."),
    "import": ("service.cli.imports:import_", "Take in an official household list."),
    "template": ("service.cli.imports:template", "Write an empty list to fill in."),
    "programmes": (
        "service.cli.programmes:programmes",
        "Load the published programmes of support, or what is new in them.",
    ),
    "demo": ("service.cli.demo:demo", "Load the five localities into an empty system."),
    "token": ("service.cli.accounts:token", "Print an API token for an account."),
    "account": ("service.cli.accounts:account", "Accounts: add, list, disable, reopen; acts."),
    "status": ("service.cli.status:status", "Processes, ledger, read models, queues."),
    "rebuild": ("service.cli.rebuild:rebuild", "Rebuild read models beside the live ones."),
    "verify": ("service.cli.verify:verify", "Recompute the whole ledger from stored events."),
    "bench": ("service.cli.bench:bench", "Measure the bars of docs/benchmarks.md."),
    "duplicates": ("service.cli.duplicates:duplicates", "Install what searches for them need."),
    "score-card": ("service.cli.score_card:score_card", "Score cards of B1: import, list."),
    "mutate": ("service.cli.mutate:mutate", "Measure how many changed lines the tests notice."),
    "backup": ("service.cli.backup:backup", "Write everything that must survive, keys apart."),
    "restore": ("service.cli.backup:restore", "Read a backup into an empty system."),
    "sbom": ("service.cli.sbom:sbom", "Write the software bill of materials (CycloneDX)."),
    "migrate": ("service.cli.migrate:migrate", "Bring the database to this version's shape."),
}


class Verbs(click.Group):
    """A group whose commands are imported when they are called, each with `--data`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one verb."""
        if cmd_name not in VERBS:
            return None
        module, attribute = VERBS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        _take_data(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs from the table, without importing them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, what) for verb, (_, what) in VERBS.items()])


def _take_data(command: click.Command) -> None:
    """Give a verb, and the verbs below it, `--data DIR`, which sets SOCAI_DATA."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _take_data(below)
    if any(option.name == "data" for option in command.params):
        return
    option = click.Option(
        ["--data"],
        type=click.Path(file_okay=False, path_type=Path),
        expose_value=False,
        callback=_use_data,
        help="Folder of this instance's data (SOCAI_DATA); keeps two instances apart.",
    )
    command.params.append(option)


def _use_data(ctx: click.Context, option: click.Parameter, value: Path | None) -> None:
    if value is not None:
        os.environ["SOCAI_DATA"] = str(value.absolute())


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
def socai() -> None:
    """Sổ Cái keeps the record of every household that a commune lists as poor or near-poor."""


def main() -> None:
    """Run a verb; say an expected failure in one line and exit 1 (2 for wrong usage)."""
    try:
        socai.main(prog_name="socai", standalone_mode=False)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.UsageError as wrong:
        verb = wrong.ctx.command_path if wrong.ctx else "socai"
        fail(f"{wrong.format_message()} (see: ./{verb} --help)", wrong.exit_code)
    except click.ClickException as wrong:
        fail(wrong.format_message(), wrong.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Failure as failure:
        fail(str(failure))
    except Exception as error:
        explained = _explain(error)
        if not explained:
            raise
        fail(explained)


def _explain(error: Exception) -> str:
    """One line for a refusal or a server that does not answer; "" for a fault of ours."""
    import psycopg
    import redis

    from domain.errors import Refusal

    if isinstance(error, Refusal):
        return str(error)
    if isinstance(error, psycopg.OperationalError | redis.ConnectionError):
        text = " ".join(str(error).split())[:300]
        return f"a server does not answer: {text}; is it running, is its URL right?"
    return ""


def fail(message: str, code: int = 1) -> NoReturn:
    """Say one line on stderr and leave."""
    click.echo(f"socai: {message}", err=True)
    sys.exit(code)
