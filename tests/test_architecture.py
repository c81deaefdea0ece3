"""The rules of the house, as tests: the import law, types, form, and what no file may hold."""

import ast
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from service.capabilities import CAPABILITIES

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = Path(sys.executable).parent
ROOMS = ("domain", "projections", "workers", "service")

# Longer than 500 lines or 70 lines, for a reason that is better than a cut in two.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}

CONNECTORS = {"connect", "ConnectionPool", "Redis", "from_url", "RedisBroker", "make_broker"}


@cache
def tracked() -> tuple[Path, ...]:
    """Files of the repository, without what .gitignore leaves out."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:  # an unpacked archive
        names = [path for room in (*ROOMS, "tests", "docs") for path in (ROOT / room).rglob("*")]
    return tuple(path for path in names if path.is_file() and "__pycache__" not in path.parts)


def python_files(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and name.startswith(tuple(f"{folder}/" for folder in folders)):
            yield name, parsed(path)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"


def test_domain_projections_workers_and_service_import_only_what_they_may() -> None:
    run(str(PROGRAMS / "lint-imports"), "--no-cache")


def test_every_writer_of_a_read_model_is_named_in_the_import_law() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    named = {name for one in contracts for name in one.get("protected_modules", ())}
    writers = {
        path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        for path in tracked()
        if path.name.endswith("_model.py") and path.parent.name != "engine"
    }
    assert writers <= named, writers - named


# Modules of one room that import each other, with the decision record that says why.
CIRCLES: dict[frozenset[str], str] = {}


@pytest.mark.parametrize("room", ["domain", "projections", "workers", "service"])
def test_no_modules_of_a_room_import_each_other_in_a_circle(room: str) -> None:
    """Imports for type checkers and those inside functions count as any other."""
    imports = {module_of(name): imported(name, tree) for name, tree in python_files(room)}
    circles = {group for group in circles_of(imports) if group not in CIRCLES}
    assert not circles


@pytest.mark.parametrize("room", ROOMS)
def test_no_import_of_a_room_is_hidden_from_the_running_program(room: str) -> None:
    """One for type checkers alone hides a circle, or hides nothing."""
    found = [
        name
        for name, tree in python_files(room)
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == "TYPE_CHECKING"
    ]
    assert not found


def test_a_circle_of_imports_is_seen() -> None:
    imports = {"a": {"b"}, "b": {"c", "e"}, "c": {"a"}, "d": {"a"}, "e": {"e"}}
    assert circles_of(imports) == {frozenset("abc")}


def module_of(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(name: str, tree: ast.Module) -> set[str]:
    """What a module imports, as dotted names of modules or of names in them."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports relative to itself"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def circles_of(imports: dict[str, set[str]]) -> set[frozenset[str]]:
    """Groups of modules of which each reaches every other one by imports."""
    modules = imports.keys()
    arrows = {
        module: {name if name in modules else name.rpartition(".")[0] for name in names} & modules
        for module, names in imports.items()
    }

    def reached_from(module: str) -> set[str]:
        seen: set[str] = set()
        waiting = [module]
        while waiting:
            for found in arrows[waiting.pop()] - seen:
                seen.add(found)
                waiting.append(found)
        return seen

    reached = {module: reached_from(module) for module in imports}
    groups = {
        frozenset(other for other in reached[module] if module in reached[other])
        for module in imports
    }
    return {group for group in groups if len(group) > 1}


def test_modules_of_questions_write_nothing() -> None:
    """A question changes nothing; jobs and read models have modules of their own."""
    writes = re.compile(r"\b(insert into|delete from|update \w+\.\w+ set|truncate) ", re.IGNORECASE)
    questions = (
        "projections/areas/", "projections/households/", "projections/population/",
        "projections/support/", "projections/tables/", "projections/spreadsheets/",
        "projections/imports/imports.py",
        "projections/oversight/replay/runs.py", "projections/rebuild/progress.py",
        "projections/status.py",
    )  # fmt: skip
    found = [
        name
        for path in tracked()
        if (name := path.relative_to(ROOT).as_posix()).startswith(questions)
        and name.endswith(".py")
        and not name.endswith(("_model.py", "_job.py"))
        and writes.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_ruff_finds_nothing() -> None:
    run(str(PROGRAMS / "ruff"), "check", "--no-cache", ".")


def test_every_file_is_formatted() -> None:
    run(str(PROGRAMS / "ruff"), "format", "--no-cache", "--check", ".")


def test_types_hold() -> None:
    run(str(PROGRAMS / "mypy"), "--cache-dir=/dev/null")  # a stale cache sees what is not there


ANY_PER_1000_LINES = 5


def test_domain_and_projections_hardly_say_any_type() -> None:
    """A name of `Any` is a place where a rename is found by a run, and not by mypy."""
    lines, found = 0, []
    for name in (*names_in("domain"), *names_in("projections")):
        source = (ROOT / name).read_text(encoding="utf-8")
        lines += source.count("\n")
        found += [f"{name}:{line}" for line in lines_saying_any(source)]
    assert len(found) * 1000 < ANY_PER_1000_LINES * lines, found


def lines_saying_any(source: str) -> list[int]:
    """The lines of each name `Any` outside imports, comments and texts."""
    imports = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    names = [one.start[0] for one in tokens if one.type == tokenize.NAME and one.string == "Any"]
    return [line for line in names if line not in imports]


def test_a_name_of_any_is_counted_and_its_import_is_not() -> None:
    source = 'from typing import (\n    Any,\n)\n# Any\nx: dict[Any, Any] = {\'Any\': """Any"""}\n'
    assert lines_saying_any(source) == [5, 5]


def test_no_file_grows_beyond_500_lines_without_a_reason() -> None:
    long = {
        name: len(tree_lines)
        for name, tree_lines in (
            (path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8").splitlines())
            for path in tracked()
            if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ROOMS
        )
        if len(tree_lines) > 500
    }
    assert set(long) == set(LONG_FILES), long


def test_no_function_grows_beyond_70_lines_without_a_reason() -> None:
    long = {}
    for name, tree in python_files(*ROOMS):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > 70:
                    long[f"{name}:{node.name}"] = lines
    assert set(long) == set(LONG_FUNCTIONS), long


# Nouns of the field that end as a participle does.
NOUNS_IN_ING = {"paging", "parking", "parsing"}


def test_modules_are_named_by_nouns() -> None:
    """A stranger types the noun they look for: `registration`, never `registering`."""
    found = [
        name
        for name, _ in python_files(*ROOMS)
        if re.search(r"(ing|ed)$", Path(name).stem) and Path(name).stem not in NOUNS_IN_ING
    ]
    assert not found


PLAIN_ROOMS = ("domain", "projections", "workers")
# Persons without a noun, and pictures: a docstring names the account, the caller, the API.
NOT_PLAIN = re.compile(
    r"\b(whoever|nobody|somebody|anybody|everybody|someone|anyone|no one|(goes|went|go) home"
    r"|stands? for|stood for|hangs?|hanging|knocks?|routes?|bury|buried)\b",
    re.IGNORECASE,
)
# A first word that makes a riddle of what is described.
RIDDLES = re.compile(r"(what|who|whose|where|why|how|which|from|everything|something)\b", re.I)


@pytest.mark.parametrize("room", PLAIN_ROOMS)
def test_docstrings_speak_plainly(room: str) -> None:
    found = [
        f"{name}:{at} {said[0]}"
        for name, tree in python_files(room)
        for at, _, text in docstrings(tree)
        if (said := NOT_PLAIN.search(text))
    ]
    assert not found


@pytest.mark.parametrize("room", PLAIN_ROOMS)
def test_a_public_docstring_begins_with_a_noun_or_a_verb(room: str) -> None:
    found = [
        f"{name}:{at} {text[:60]}"
        for name, tree in python_files(room)
        for at, public, text in docstrings(tree)
        if public and RIDDLES.match(text)
    ]
    assert not found


def docstrings(tree: ast.Module) -> Iterator[tuple[int, bool, str]]:
    """The docstrings of a module: line, whether public, text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            text = ast.get_docstring(node)
            name = "" if isinstance(node, ast.Module) else node.name
            if text:
                yield getattr(node, "lineno", 1), not name.startswith("_"), text


# What stands in no folder of a capability: the machinery, and what puts the rooms together.
MACHINERY = {
    "domain": {"commands", "eventstore", "jobs"},
    "projections": {"engine", "rebuild", "spreadsheets", "migrations"},
    "service": {
        "access",
        "cli",
        "demo",
        "embedded",
        "http",
        "migrations",
        "operations",
        "papers",
        "ui",
    },
}


@pytest.mark.parametrize("room", MACHINERY)
def test_a_folder_of_a_room_is_a_capability_or_machinery(room: str) -> None:
    folders = {path.parts[1] for path in map(Path, names_in(room)) if len(path.parts) > 2}
    assert folders <= {one.name for one in CAPABILITIES} | MACHINERY[room]


def test_every_capability_has_a_folder_in_the_service() -> None:
    folders = {path.parts[1] for path in map(Path, names_in("service")) if len(path.parts) > 2}
    assert {one.name for one in CAPABILITIES} == folders - MACHINERY["service"]


def names_in(room: str) -> list[str]:
    return [name for name, _ in python_files(room)]


def test_nothing_connects_to_a_server_when_it_is_imported() -> None:
    found = []
    for name, tree in python_files(*ROOMS):
        for statement in tree.body:
            if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
                continue
            for node in ast.walk(statement):
                if isinstance(node, ast.Call):
                    called = node.func
                    title = called.attr if isinstance(called, ast.Attribute) else ""
                    title = called.id if isinstance(called, ast.Name) else title
                    if title in CONNECTORS:
                        found.append(f"{name}:{node.lineno} {title}")
    assert not found


def test_no_test_sleeps_is_skipped_or_is_expected_to_fail() -> None:
    wrong = re.compile(
        r"\b(time\.)?sleep\(|mark\.(skip|skipif|xfail)\b|pytest\.(skip|xfail|importorskip)\("
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix == ".py" and "tests" in path.parts and path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if wrong.search(line)
    ]
    assert not found


def test_nothing_is_left_to_do_in_a_comment() -> None:
    wrong = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b")
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()[:60]}"
        for path in tracked()
        if path.suffix in (".py", ".sql", ".toml") and path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if wrong.search(line)
    ]
    assert not found


TEXTS = {".py", ".md", ".toml", ".sql", ".sh", ".html", ".css", ".js", ".json", ".po", ".txt", ""}


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    """Such as a home folder, in a path, an URL of a file, or a configuration."""
    theirs = re.compile(r"(?<![\w.~-])(/home/|/root/|/Users/|/work/|/opt/|file:///)(?=\w)")
    found = []
    for path in tracked():
        if path.suffix not in TEXTS or path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if theirs.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number} {line.strip()[:80]}")
    assert not found


# Hosts that files may name: sources of law and figures, specifications, and names reserved for
# examples. A host of somebody's network or package mirror is not among them.
HOSTS = re.compile(
    r"(^|\.)(example(\.(org|com|net|vn))?|test|invalid|localhost|gov\.vn|thuvienphapluat\.vn"
    r"|apache\.org|python\.org|postgresql\.org|rfc-editor\.org|ietf\.org|w3\.org|json-schema\.org"
    r"|github\.com|vega\.github\.io|keepachangelog\.com|semver\.org|openxmlformats\.org|microsoft\.com)$"
)


def test_only_public_sources_are_linked() -> None:
    found = []
    for path in tracked():
        if path.suffix not in TEXTS:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for host in re.findall(r"\bhttps?://([A-Za-z0-9.-]+[A-Za-z0-9])", line):
                numeric = re.fullmatch(r"(127\.[0-9.]+|0\.0\.0\.0)", host)
                if not numeric and not HOSTS.search(host.lower()) and "." in host:
                    found.append(f"{path.relative_to(ROOT)}:{number} {host}")
    assert not found


def decisions() -> list[Path]:
    return sorted((ROOT / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("record", decisions(), ids=lambda record: record.name)
def test_a_decision_record_is_short_and_says_what_was_decided(record: Path) -> None:
    lines = record.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", record.name)
    assert lines[0].startswith("# "), "it begins with a title"
    assert 8 <= len(lines) <= 45, f"{len(lines)} lines"


def test_no_two_decision_records_have_one_number() -> None:
    numbers = [record.name[:4] for record in decisions()]
    assert len(numbers) == len(set(numbers))


def declared(*extras: str) -> set[str]:
    """Names of the libraries that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return {re.split(r"[\[<>=!~; ]", name)[0].lower().replace("_", "-") for name in wanted}


@cache
def modules_of_libraries() -> dict[str, list[str]]:
    """Each module that is installed, with the libraries that bring it."""
    return dict(packages_distributions())


@pytest.mark.parametrize(
    ("folders", "extras"),
    [(ROOMS, ("duplicates",)), (("tests",), ("test",))],
    ids=["rooms", "tests"],
)
def test_every_library_that_is_imported_is_asked_for(
    folders: tuple[str, ...], extras: tuple[str, ...]
) -> None:
    """What only comes with another library may be gone with its next version."""
    asked = declared(*extras) | {"pip"}
    providers = modules_of_libraries()
    ours = {*ROOMS, "tests", "bench", *sys.stdlib_module_names}
    found = set()
    for name, tree in python_files(*folders):
        for node in ast.walk(tree):
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules = [node.module]
            for module in (each.split(".")[0] for each in modules):
                provided_by = {each.lower().replace("_", "-") for each in providers.get(module, [])}
                if module not in ours and not provided_by & asked:
                    found.add(f"{name} imports {module}")
    assert not found
