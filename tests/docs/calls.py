"""Calls of the command line in a text, and whether verbs, options and settings are there."""

import re
import shlex
from collections.abc import Iterator

import click

from service.cli.main import socai
from service.config import SETTINGS

SETTING = re.compile(r"\b(?:SOCAI|DATABASE|REDIS)_[A-Z_]+\b")
# Read by the launcher before there are settings.
OF_THE_LAUNCHER = {"SOCAI_PYTHON", "SOCAI_VENV"}


def calls(text: str) -> Iterator[list[str]]:
    """The arguments of every call of `./socai`."""
    for call in re.findall(r"\./socai\b([^\n`)|;,]*)", text):
        yield shlex.split(call, comments=True)


def refuse_unknown_calls(text: str) -> None:
    """Fail on a verb or an option that is not there."""
    for arguments in calls(text):
        unknown = unknown_part(arguments)
        assert unknown == "", f"./socai {shlex.join(arguments)}: {unknown}"


def unknown_part(arguments: list[str]) -> str:
    """The first verb or option of a call that is not there; "" if all are."""
    command: click.Command = socai
    for word in arguments:
        context = click.Context(command)
        if word.startswith("-"):
            taken = command.context_settings.get("ignore_unknown_options", False)
            options = {
                name for param in command.get_params(context) for name in getattr(param, "opts", ())
            }
            if not taken and word.split("=")[0] not in {*options, "--help", "-h"}:
                return word
        elif isinstance(command, click.Group):
            below = command.get_command(context, word)
            if below is None:
                return word
            command = below
    return ""


def refuse_unknown_settings(text: str) -> None:
    """Fail on a variable that no setting reads."""
    known = {row.variable for row in SETTINGS} | OF_THE_LAUNCHER
    known |= {row.file_variable for row in SETTINGS if row.secret}
    assert set(SETTING.findall(text)) <= known
