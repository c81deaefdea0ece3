"""What a release holds: the committed source, its bill of materials, and their checksums."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (".ci", "requirements", "service", "projections", "domain", "workers")
FILES = ("socai", "pyproject.toml", "docs/licences.md", "README.md", "LICENSE")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with what a release needs, committed."""
    there = tmp_path / "checkout"
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, there / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (there / "docs").mkdir()
    for file in FILES:
        shutil.copy(ROOT / file, there / file)
    (there / ".gitignore").write_text("__pycache__/\n*.egg-info/\n")
    git(there, "init", "--quiet")
    git(there, "add", "--all")
    git(there, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "all")
    return there


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)


def release(checkout: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Runs the script with this Python in an environment that counts as filled."""
    environment = checkout.parent / "environment"
    (environment / "bin").mkdir(parents=True)
    python = environment / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    locked = hashlib.sha256((checkout / "requirements" / "run.txt").read_bytes()).hexdigest()
    (environment / "socai.stamp").write_text(f"run {locked} {checkout}\n")
    return subprocess.run(
        [str(checkout / ".ci" / "release"), str(folder)],
        env={
            **os.environ, "SOCAI_VENV": str(environment), "PYTHONPATH": str(checkout),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
    )  # fmt: skip


def test_a_release_has_its_bill_of_materials_beside_the_source(
    checkout: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = release(checkout, out)
    assert done.returncode == 0, done.stderr
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    archive, bill = out / f"socai-{version}.tar.gz", out / f"socai-{version}.cdx.json"
    said = json.loads(bill.read_text(encoding="utf-8"))
    assert said["bomFormat"] == "CycloneDX"
    assert {"gunicorn", "flask"} <= {one["name"] for one in said["components"]}
    with tarfile.open(archive) as source:
        assert f"socai-{version}/service/app.py" in source.getnames()
    sums = dict(line.split()[::-1] for line in (out / "SHA256SUMS").read_text().splitlines())
    assert sums == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (archive, bill)
    }


def test_what_is_not_committed_is_no_release(checkout: Path, tmp_path: Path) -> None:
    (checkout / "service" / "forgotten.py").write_text("")
    done = release(checkout, tmp_path / "out")
    assert done.returncode == 1
    assert "commit or remove first" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []
