"""What is installed: every library is locked with its hashes, as pyproject.toml asks for it."""

import ast
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
SETS = ("run", "test", "bench", "mutation", "duplicates")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
    {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "aarch64"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64"},
)


@dataclass(frozen=True)
class Locked:
    """One version of one library in a file of `requirements/`."""

    requirement: Requirement
    hashes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (only,) = self.requirement.specifier
        assert only.operator == "=="
        return only.version

    def applies(self, machine: dict[str, str]) -> bool:
        marker = self.requirement.marker
        return marker is None or marker.evaluate(machine)


@cache
def locked(name: str) -> tuple[Locked, ...]:
    """The libraries of a set."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    found = []
    for line in lines:
        if line and not line.lstrip().startswith("#"):
            wanted, *hashes = line.split("--hash=")
            found.append(Locked(Requirement(wanted), [each.strip() for each in hashes]))
    return tuple(found)


@cache
def project() -> dict[str, Any]:
    said: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return said


def asked_for(name: str) -> list[Requirement]:
    """What pyproject.toml asks for a set."""
    extra = project()["optional-dependencies"].get(name, [])
    return [Requirement(line) for line in [*project()["dependencies"], *extra]]


def machines() -> list[dict[str, str]]:
    """Every Python on every platform that the lock is for."""
    plain = {key: str(value) for key, value in default_environment().items()}
    return [
        {**plain, **platform, "python_version": python, "python_full_version": f"{python}.5"}
        for python in PYTHONS
        for platform in PLATFORMS
    ]


@pytest.mark.parametrize("name", SETS)
def test_everything_that_is_asked_for_is_locked_in_the_range_that_was_asked(name: str) -> None:
    for machine in machines():
        versions = {each.name: each.version for each in locked(name) if each.applies(machine)}
        for wanted in asked_for(name):
            if wanted.marker is None or wanted.marker.evaluate(machine):
                version = versions.get(canonicalize_name(wanted.name))
                assert version, f"{wanted.name} is not locked: run .ci/lock"
                assert wanted.specifier.contains(version), f"{wanted} but {version}: run .ci/lock"


@pytest.mark.parametrize("name", SETS)
def test_each_library_is_locked_once_for_a_machine_and_carries_hashes(name: str) -> None:
    for each in locked(name):
        assert each.hashes, each.name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in each.hashes), each.name
    for machine in machines():
        names = [each.name for each in locked(name) if each.applies(machine)]
        assert len(names) == len(set(names))
        assert names == sorted(names)


@pytest.mark.parametrize("name", ["test", "bench", "mutation", "duplicates"])
def test_the_larger_sets_hold_all_of_what_runs_in_the_same_versions(name: str) -> None:
    """So an environment of tests can run the service, and one can hold all five."""
    for machine in machines():
        held = {each.name: each for each in locked(name) if each.applies(machine)}
        for each in locked("run"):
            if each.applies(machine):
                same = held.get(each.name)
                assert same, each.name
                assert (same.version, same.hashes) == (each.version, each.hashes), each.name


def test_what_only_tests_need_is_not_installed_to_run() -> None:
    running = {each.name for each in locked("run")}
    assert not running & {
        "pytest",
        "playwright",
        "ruff",
        "mypy",
        "hypothesis",
        "django",
        "locust",
        "mutmut",
    }


@pytest.mark.parametrize("name", SETS)
def test_a_library_brings_only_what_is_locked_too(name: str) -> None:
    """By what installed libraries say of themselves; pip refuses the rest at installation."""
    names = {each.name: each for each in locked(name)}
    machine = {key: str(value) for key, value in default_environment().items()}
    extras = {canonicalize_name(each.name): each.extras for each in asked_for(name)}
    looked_at = 0
    for each in locked(name):
        if not each.applies(machine):
            continue
        try:
            needs = metadata.requires(each.name) or []
        except metadata.PackageNotFoundError:
            continue  # the sets of benchmarks and mutants need not be installed here
        looked_at += 1
        for need in map(Requirement, needs):
            for extra in ("", *extras.get(each.name, ())):
                if need.marker is None or need.marker.evaluate({**machine, "extra": extra}):
                    held = names.get(canonicalize_name(need.name))
                    assert held, f"{each.name} needs {need}"
                    assert need.specifier.contains(held.version, prereleases=True), need
    assert looked_at > 40


def test_the_tests_run_with_the_versions_that_are_locked() -> None:
    machine = {key: str(value) for key, value in default_environment().items()}
    for each in locked("test"):
        if each.applies(machine):
            assert metadata.version(each.name) == each.version, f"{each.name}: run ./socai test"


def test_no_file_of_the_lock_names_an_index() -> None:
    for name in SETS:
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        assert "://" not in text
        assert not re.search(r"^--(index|extra|find|trusted)", text, re.MULTILINE)


def test_launcher_bootstrap_and_project_want_the_same_pythons() -> None:
    first, beyond = (3, 11), (3, 15)
    wanted = SpecifierSet(project()["requires-python"])
    assert wanted == SpecifierSet(f">={first[0]}.{first[1]},<{beyond[0]}.{beyond[1]}")
    bootstrap = ast.parse((ROOT / "service" / "bootstrap.py").read_text(encoding="utf-8"))
    (pythons,) = [
        ast.literal_eval(node.value)
        for node in bootstrap.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PYTHONS"
    ]
    assert pythons == (first, beyond)
    launcher = (ROOT / "socai").read_text(encoding="utf-8")
    assert f"not {first} <= sys.version_info < {beyond}" in launcher
    assert tuple(f"3.{minor}" for minor in range(first[1], beyond[1])) == PYTHONS


IMPORT_ALL = """
import importlib, pkgutil
for room in ("domain", "projections", "workers", "service"):
    package = importlib.import_module(room)
    for module in pkgutil.walk_packages(package.__path__, room + "."):
        if module.name not in RUNNING and not module.name.endswith(".__main__"):
            importlib.import_module(module.name)
"""
RUNNING = {"workers.main", "workers.clock", "service.wsgi", "service.operations.gunicorn_conf"}


def test_nothing_that_we_import_is_about_to_be_taken_away() -> None:
    """Some libraries only print such a warning, whatever the filter; so nothing may be printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"RUNNING = {RUNNING!r}\n{IMPORT_ALL}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
