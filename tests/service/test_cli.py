"""The command line as a whole: one list, help everywhere, one line for what went wrong."""

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from service.cli.main import VERBS, Verbs, socai

ROOT = Path(__file__).resolve().parents[2]


def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "service.cli", *arguments],
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
    )


def commands_below(command: click.Command, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        return [path]
    return [path, *(found for name in command.commands for found in
                    commands_below(command.commands[name], (*path, name)))]  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_answers_help_and_takes_a_data_folder(verb: str) -> None:
    assert isinstance(socai, Verbs)
    command = socai.get_command(click.Context(socai), verb)
    assert command is not None
    for path in commands_below(command, (verb,)):
        answer = CliRunner().invoke(socai, [*path, "--help"])
        assert answer.exit_code == 0, answer.output
        assert "--data" in answer.output


def test_help_lists_every_verb_without_importing_any() -> None:
    answer = CliRunner().invoke(socai, ["--help"])
    for verb in VERBS:
        assert re.search(rf"^  {verb} +[A-Z]", answer.output, re.MULTILINE), verb


def test_every_verb_of_the_list_is_named_in_the_changelog_and_the_contract_is_kept() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for verb in VERBS:
        assert f"`{verb}`" in text or f"`./socai {verb}`" in text, verb
    promised = "up test import demo token account status rebuild verify bench backup restore"
    assert set(promised.split()) <= set(VERBS)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["fly"], 2, "No such command 'fly'"),
        (["verify", "--fly"], 2, "No such option"),
        (["up", "--port", "0"], 2, "Invalid value for '--port'"),
        (["restore", "/nowhere/file"], 2, "does not exist"),
        (["up", "--only", "web,chef"], 1, "no process chef in the Procfile"),
        (["status", "--data", "/proc/nowhere"], 1, "/proc/nowhere"),
    ],
)
def test_what_went_wrong_is_one_line_and_a_code(arguments: list[str], code: int, said: str) -> None:
    answer = call(*arguments)
    assert answer.returncode == code
    (line,) = answer.stderr.splitlines()
    assert line.startswith("socai: ")
    assert said in line
    assert answer.stdout == ""


def test_a_database_that_does_not_answer_is_one_line() -> None:
    key, other = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
    answer = call(
        "status",
        DATABASE_URL="postgresql://socai_app:hidden@127.0.0.1:1/socai",
        REDIS_URL="redis://127.0.0.1:1",
        SOCAI_MASTER_KEY=key,
        SOCAI_INDEX_KEY=other,
        SOCAI_SESSION_KEY=key,
    )
    assert answer.returncode == 1
    (line,) = answer.stderr.splitlines()
    assert "a server does not answer" in line
    assert "hidden" not in line
