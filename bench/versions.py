"""Measures another commit beside this version, in turns, on the same machine in the same hour."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click

from bench.results import Row

ROOT = Path(__file__).parents[1]
TURNS = 2
Rows = Mapping[str, Row]
"""Rows by bar."""


class UnknownCommit(click.BadParameter):
    """The repository has no commit of that name."""


class Version(NamedTuple):
    """A version that is measured: its name in the table, and the folder with its files."""

    name: str
    folder: Path


@contextmanager
def checked_out(name: str, root: Path = ROOT) -> Iterator[Version]:
    """The files of a commit in a folder of their own. Raises UnknownCommit."""
    found = _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if found.returncode:
        raise UnknownCommit(f"there is no commit {name!r} in {root}")
    commit = found.stdout.strip()
    with tempfile.TemporaryDirectory(prefix="socai-bench-") as made:
        folder = Path(made) / "version"
        done = _git(root, "worktree", "add", "--detach", str(folder), commit)
        if done.returncode:
            raise click.ClickException(f"git worktree: {done.stderr.strip()}")
        try:
            yield Version(commit[:12], folder)
        finally:
            _git(root, "worktree", "remove", "--force", str(folder))


def compare(name: str, arguments: Sequence[str]) -> str:
    """The table of this version beside a commit, each measured in turn with these arguments."""
    with checked_out(name) as other:
        here = Version("this version", ROOT)
        found: dict[str, list[Rows]] = {here.name: [], other.name: []}
        for _ in range(TURNS):
            found[here.name].append(measured_here(arguments))
            found[other.name].append(measured_there(other.folder, arguments))
    return table(found)


def measured_here(arguments: Sequence[str]) -> Rows:
    """The rows of a run of this version, which leaves its files as they are."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        _run([sys.executable, "-m", "bench", "--rows", file.name, *arguments], ROOT)
        return {row["bar"]: Row(**row) for row in json.loads(Path(file.name).read_text())}


def measured_there(folder: Path, arguments: Sequence[str]) -> Rows:
    """The rows of a run of the version in a folder, in an environment of its own."""
    results = folder / "bench" / "results.json"
    results.unlink(missing_ok=True)
    _run([str(folder / "socai"), "bench", *arguments], folder)
    measurements = json.loads(results.read_text())["measurements"].values()
    return {row["bar"]: Row(**row) for one in measurements for row in one["rows"]}


def table(found: Mapping[str, Sequence[Rows]]) -> str:
    """Each bar with what every turn of each version gave; "-" where a version has no such bar."""
    runs = [(name, rows) for name, turns in found.items() for rows in turns]
    heads = [f"{name}, {number}" for name, turns in found.items() for number in _turns(turns)]
    lines = [" | ".join(["| bar", *heads]) + " |", "| --- " * (len(runs) + 1) + "|"]
    for bar in dict.fromkeys(bar for _, rows in runs for bar in rows):
        cells = [rows[bar].ours if bar in rows else "-" for _, rows in runs]
        lines.append(" | ".join([f"| {bar}", *cells]) + " |")
    return "\n".join(lines)


def _turns(turns: Sequence[Rows]) -> range:
    return range(1, len(turns) + 1)


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, check=False)
    if done.returncode:
        raise click.ClickException(f"{' '.join(command)} failed in {folder}")


def _git(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    git = shutil.which("git")
    if git is None:
        raise click.ClickException("git is needed to compare with a commit")
    return subprocess.run(
        [git, "-C", str(root), *arguments], capture_output=True, text=True, check=False
    )
