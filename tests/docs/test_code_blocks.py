"""Every code block of the documentation is run, or is named here with what is looked at instead.

Blocks of a shell are run in their order on a clone of this checkout, whose data are those of the
first release; blocks of SQL on a server of their own; blocks of Python as they are.
"""

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from babel.messages.pofile import read_po

from service.config import SETTINGS
from service.embedded import Postgres
from service.operations.migrate import pending
from service.operations.supervision import procfile
from tests.conftest import server_folder
from tests.docs.calls import refuse_unknown_calls, refuse_unknown_settings
from tests.domain.eventstore.test_proof_format import EXAMPLE
from tests.systems import ROOT, System, borrow_libraries, clone, free_port, plain_environment

PAGES = ("README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
CATALOGUE = "service/translations/en/LC_MESSAGES/messages.po"
DEFAULTS = {row.variable: row.default for row in SETTINGS}
FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?<=\n\n)((?: {4}\S.*\n)+)")


@dataclass(frozen=True)
class Block:
    """One code block: its page, the language that it names, its text without indentation."""

    page: str
    language: str
    text: str

    @property
    def first(self) -> str:
        return self.text.splitlines()[0].strip()

    @property
    def name(self) -> str:
        return f"{self.page}: {self.first}"


def blocks_of(page: str) -> Iterator[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    for indentation, language, body in FENCED.findall(text):
        yield Block(page, language, re.sub(f"^{indentation}", "", body, flags=re.MULTILINE))
    for body in INDENTED.findall(FENCED.sub("", text)):
        yield Block(page, "indented", re.sub("^ {4}", "", body, flags=re.MULTILINE))


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def see_drawing(block: Block) -> None:
    """Each room that is drawn, and each machinery by its name, is a folder."""
    rooms = re.findall(r"subgraph (\w+)\[", block.text)
    assert rooms
    assert [room for room in rooms if not (ROOT / room).is_dir()] == []
    named = set(re.findall(r"\[(\w+): ", block.text)) - {"capability"}
    assert [name for name in named if not [*ROOT.glob(name), *ROOT.glob(f"*/{name}")]] == []


def see_unit(block: Block) -> None:
    """The unit calls a verb with options that it has and processes that are there."""
    unit = configparser.ConfigParser()
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(block.text)
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])
    assert Path(program).name == "socai"
    refuse_unknown_calls(shlex.join(["./socai", *arguments]))
    processes = arguments[arguments.index("--only") + 1].split(",")
    assert set(processes) <= set(procfile(ROOT / "Procfile"))
    assert unit["Service"]["KillSignal"] == "SIGTERM"


def see_proxy(block: Block) -> None:
    """The proxy leads to the usual address and lets through an upload of the usual limit."""
    assert f"{DEFAULTS['SOCAI_HOST']}:{DEFAULTS['SOCAI_PORT']}" in block.text
    (size,) = re.findall(r"(?:client_max_body_size|max_size) (\d+)(?:m|MB)\b", block.text)
    assert int(size) * 2**20 >= int(str(DEFAULTS["SOCAI_UPLOAD_LIMIT"]))
    refuse_unknown_settings(block.text)
    assert block.text.count("{") == block.text.count("}")


def see_bytes(block: Block) -> None:
    """Bytes in hexadecimal digits."""
    assert bytes.fromhex(block.text)


def see_formula(block: Block) -> None:
    """The formula is what the code on the same page calculates."""
    assert block.text.strip() == "leaf = SHA-256( 0x00 || entry )"
    (code,) = (one for one in BLOCKS if one.page == block.page and one.language == "python")
    names = run_python(code)
    assert names["leaf"](*EXAMPLE) == sha256(b"\x00" + names["entry"](*EXAMPLE)).digest()


@dataclass(frozen=True)
class NotRun:
    """Why a block is not run, and what is looked at instead."""

    reason: str
    look: Callable[[Block], None]


NOT_RUN = {
    "docs/architecture.md: flowchart LR": NotRun("a drawing", see_drawing),
    "docs/operations.md: [Service]": NotRun("needs systemd as process 1", see_unit),
    "docs/operations.md: server {": NotRun("needs nginx and a certificate", see_proxy),
    "docs/operations.md: socai.example.vn {": NotRun("needs Caddy and a domain", see_proxy),
    "docs/proof-format.md: leaf = SHA-256( 0x00 || entry )": NotRun("a formula", see_formula),
    # tests/domain/eventstore/test_proof_format.py compares them with what the code makes
    "docs/proof-format.md: 736f6361692f6576656e742f310a6f1c1a520b0e4c579d1e3a8f5a3c2b1000000002":
        NotRun("bytes", see_bytes),
    "docs/proof-format.md: 6daa542badf24e71304da3aced379cb9514ac46fc48176c9bc1f043ff1340391":
        NotRun("bytes", see_bytes),
}  # fmt: skip


def run_python(block: Block) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(block.text, block.page, "exec"), names)
    return names


READ = {"python": run_python, "json": lambda block: json.loads(block.text),
        "toml": lambda block: tomllib.loads(block.text)}  # fmt: skip
SHELL = ("", "sh", "bash")


def test_every_block_is_run_or_its_reason_is_named() -> None:
    run = (*READ, *SHELL, "sql")
    unknown = [one.name for one in BLOCKS if one.language not in run and one.name not in NOT_RUN]
    assert unknown == []


def test_no_reason_is_kept_for_a_block_that_is_gone() -> None:
    assert set(NOT_RUN) <= {block.name for block in BLOCKS}


@pytest.mark.parametrize("name", NOT_RUN)
def test_a_block_that_is_not_run_holds_what_can_be_seen_without(name: str) -> None:
    (block,) = (one for one in BLOCKS if one.name == name)
    assert NOT_RUN[name].reason
    NOT_RUN[name].look(block)


@pytest.mark.parametrize(
    "block", [one for one in BLOCKS if one.language in READ], ids=lambda block: block.name
)
def test_code_and_values_can_be_read(block: Block) -> None:
    READ[block.language](block)


# The shell


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with its libraries, and in its data folder the system of the first release."""
    made = clone(tmp_path_factory.mktemp("docs"))
    borrow_libraries(made, "run", "test")
    keys = json.loads((ROOT / "tests" / "first_release" / "keys.json").read_text())
    folder = made / "var" / "keys"
    folder.mkdir(parents=True, mode=0o700)
    for name, key in keys.items():
        (folder / f"{name.removesuffix('_key')}.key").write_text(key)
    home = made.parent / "home"
    home.mkdir()
    # An answer that refuses is a failure of the block.
    (home / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
    restored = bash("./socai restore tests/first_release/data.dump", made, free_port())
    assert restored.startswith("restored: "), restored
    return made


def environment(checkout: Path, port: int) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = plain_environment(checkout.parent / "home")
    return {**kept, "PATH": path, "SOCAI_PORT": str(port)}


def bash(text: str, checkout: Path, port: int) -> str:
    """Run lines of a shell in the checkout; returns what they print."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=checkout, env=environment(checkout, port), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def keys_in_place(checkout: Path) -> None:
    """What the page says before `restore`: the keys first."""
    (checkout.parent / "backup").mkdir()
    shutil.copytree(checkout / "var" / "keys", checkout.parent / "srv" / "new" / "keys")


def catalogue_is_the_same(checkout: Path, printed: str) -> None:
    """The texts were extracted before they were committed: nothing is new or left over."""
    then, now = (catalogue(root / CATALOGUE) for root in (ROOT, checkout))
    assert now == then


def catalogue(file: Path) -> tuple[dict[str, Any], list[str]]:
    """The texts with their English ones, and those that need a look or are kept without use."""
    with file.open("rb") as opened:
        read = read_po(opened)
    texts = {str(message.id): message.string for message in read if message.id}
    return texts, [*(str(one.id) for one in read if one.id and one.fuzzy), *map(str, read.obsolete)]


def answer_is_json(checkout: Path, printed: str) -> None:
    assert json.loads(printed)["as_of"] == "2022-12-31"


def copy_is_whole(checkout: Path, printed: str) -> None:
    assert re.search(r"^restored: \d+ events, all verified$", printed, re.MULTILINE)


BEFORE = {"./socai backup /backup/socai-2026-11-22.dump     # while everything runs": keys_in_place}
AFTER = {
    "TOKEN=$(./socai token kiemtoan)": answer_is_json,
    "./socai backup /backup/socai-2026-11-22.dump     # while everything runs": copy_is_whole,
    "pybabel extract -F service/translations/babel.cfg -k _l --no-location --sort-output"
    " -o messages.pot service": catalogue_is_the_same,
}  # fmt: skip
# The whole suite inside of the suite would not end: of this verb one file.
SMALLER = {"./socai test": "./socai test tests/domain/test_calendar.py"}


@pytest.mark.parametrize(
    "page", list(dict.fromkeys(block.page for block in BLOCKS if block.language in SHELL))
)
def test_the_lines_of_a_page_run_in_their_order(page: str, checkout: Path) -> None:
    port, elsewhere = free_port(), checkout.parent
    running: list[System] = []

    def here(text: str) -> str:
        text = text.replace(f"127.0.0.1:{DEFAULTS['SOCAI_PORT']}", f"127.0.0.1:{port}")
        return re.sub(r"(?<= )/(srv|backup)/", rf"{elsewhere}/\1/", text)

    try:
        for block in (one for one in BLOCKS if one.page == page and one.language in SHELL):
            lines = []
            for line in here(block.text).splitlines():
                words = shlex.split(line, comments=True)
                if words[:2] == ["./socai", "up"]:
                    running.append(start(checkout, words[2:], port, len(running)))
                else:
                    call = shlex.join(words)
                    lines.append(SMALLER.get(call, line))
            BEFORE.get(block.first, lambda _: None)(checkout)
            printed = bash("\n".join(lines), checkout, port)
            AFTER.get(block.first, lambda *_: None)(checkout, printed)
        assert [system.stop() for system in running] == [0] * len(running)
    finally:
        for system in running:
            system.clean_up()


def start(checkout: Path, arguments: list[str], port: int, number: int) -> System:
    """`./socai up` with these arguments, but a free port for the one that they name."""
    data = checkout / "var"
    if "--data" in arguments:
        data = Path(arguments[arguments.index("--data") + 1])
    if "--port" in arguments:
        port = free_port()
        arguments[arguments.index("--port") + 1] = str(port)
    system = System(
        [str(checkout / "socai")], data, checkout.parent / f"log-{number}", port,
        environment(checkout, port),
    )  # fmt: skip
    system.up(*arguments)
    return system


# SQL


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A server on which nothing was made."""
    with server_folder() as folder:
        made = Postgres(folder / "pg", "administrator", durable=False)
        made.start()
        try:
            yield made
        finally:
            made.stop("immediate")


def test_what_an_administrator_makes_is_what_migrate_and_the_service_need(
    server: Postgres, tmp_path: Path
) -> None:
    (block,) = (one for one in BLOCKS if one.language == "sql")
    assert block.page == "docs/operations.md"
    with psycopg.connect(server.url(), autocommit=True) as administrator:
        for statement in filter(str.strip, block.text.split(";")):
            administrator.execute(statement.encode())
    key, other, third = (f"{letter * 43}=" for letter in "AEI")
    urls = {
        "DATABASE_URL": server.url("socai", "socai_app", "..."),
        "DATABASE_OWNER_URL": server.url("socai", "socai_owner", "..."),
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    keys = {"SOCAI_MASTER_KEY": key, "SOCAI_INDEX_KEY": other, "SOCAI_SESSION_KEY": third}
    for verb in ("migrate", "verify"):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "service.cli", verb, "--data", str(tmp_path)],
            env={**plain_environment(tmp_path), "PYTHONPATH": str(ROOT), **urls, **keys},
            cwd="/", capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    with psycopg.connect(urls["DATABASE_URL"]) as service:
        assert pending(service) == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.execute("delete from store.events")
