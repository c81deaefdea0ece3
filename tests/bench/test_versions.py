"""A commit is measured beside this version, in turns; results keep the history of each bar."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import results, versions
from bench.results import BEGIN, END, Row
from bench.versions import UnknownCommit, Version

GIT = shutil.which("git") or "git"


def row(bar: str, ours: str = "1 ms", *, met: bool = True) -> Row:
    return Row(bar, ours, "-", "under 2 ms", met)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two commits; `first` names the one with one file."""

    def git(*arguments: str) -> None:
        who = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
        subprocess.run([GIT, *who, *arguments], cwd=tmp_path, check=True)

    git("init", "--quiet")
    for name in ("one", "two"):
        (tmp_path / name).write_text(name)
        git("add", name)
        git("commit", "--quiet", "--message", name)
    git("tag", "first", "HEAD~1")
    return tmp_path


def test_a_commit_is_checked_out_beside_and_removed_afterwards(repository: Path) -> None:
    with versions.checked_out("first", repository) as version:
        assert {path.name for path in version.folder.iterdir()} == {".git", "one"}
        assert len(version.name) == 12
    assert not version.folder.exists()
    assert (repository / "two").exists()


def test_a_commit_that_is_unknown_is_refused_by_name(repository: Path) -> None:
    asked = versions.checked_out("yesterday", repository)
    with pytest.raises(UnknownCommit, match="no commit 'yesterday'"), asked:
        pytest.fail("there is no such commit")


def test_versions_are_measured_in_turns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    turns = []

    @contextmanager
    def checked_out(name: str) -> Iterator[Version]:
        yield Version(name, tmp_path)

    def here(arguments: list[str]) -> versions.Rows:
        turns.append(("here", *arguments))
        return {"lists": row("lists", f"{len(turns)} ms"), "new": row("new")}

    def there(folder: Path, arguments: list[str]) -> versions.Rows:
        turns.append(("there", *arguments))
        return {"lists": row("lists", f"{len(turns)} ms")}

    monkeypatch.setattr(versions, "checked_out", checked_out)
    monkeypatch.setattr(versions, "measured_here", here)
    monkeypatch.setattr(versions, "measured_there", there)
    table = versions.compare("abc", ["--quick", "questions"])
    asked = ("--quick", "questions")
    assert turns == [("here", *asked), ("there", *asked)] * 2
    assert table.splitlines() == [
        "| bar | this version, 1 | this version, 2 | abc, 1 | abc, 2 |",
        "| --- | --- | --- | --- | --- |",
        "| lists | 1 ms | 3 ms | 2 ms | 4 ms |",
        "| new | 1 ms | 1 ms | - | - |",
    ]


def test_every_run_is_added_to_the_history_of_its_bars(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, table = tmp_path / "results.json", tmp_path / "benchmarks.md"
    table.write_text(f"Before\n{BEGIN}\n{END}\nAfter\n")
    monkeypatch.setattr(results, "JSON_FILE", file)
    monkeypatch.setattr(results, "TABLE_FILE", table)
    monkeypatch.setattr(results, "commit", iter(("a1", "b2+")).__next__)
    order = ["questions"]
    results.record("questions", [row("lists", "9 ms", met=False)], order, quick=False)
    results.record("questions", [row("lists"), row("searches")], order, quick=True)
    kept = json.loads(file.read_text())
    assert [one["bar"] for one in kept["measurements"]["questions"]["rows"]] == [
        "lists",
        "searches",
    ]
    history = kept["history"]
    assert [(one["commit"], one["run"], one["ours"], one["met"]) for one in history["lists"]] == [
        ("a1", "full", "9 ms", False),
        ("b2+", "quick", "1 ms", True),
    ]
    assert [one["commit"] for one in history["searches"]] == ["b2+"]
    assert all(one["processor"] and one["cores"] for one in history["lists"])
    assert "| lists | 1 ms |" in table.read_text()
