"""A client that openapi-python-client makes of the document can be installed and used."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.bodies import REGISTER
from tests.service.conftest import Office
from tests.service.ui.browser import served

# What a program of an office would do with the client; answers one line of JSON.
PROGRAM = """
import json, sys
from datetime import date
from uuid import UUID, uuid4
from socai_client import AuthenticatedClient
from socai_client.api.figures import get_counts
from socai_client.api.household_commands import register_household
from socai_client.api.households import get_household
from socai_client.models import Counts, Problem, CommandResult, RegisterBody

address, token, body = sys.argv[1:]
with AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True) as client:
    key = str(uuid4())
    made, again = (
        register_household.sync(
            client=client, body=RegisterBody.from_dict(json.loads(body)), idempotency_key=key
        )
        for _ in range(2)
    )
    assert isinstance(made, CommandResult) and isinstance(again, CommandResult)
    assert again.household_id == made.household_id
    household = get_household.sync(made.household_id, client=client)
    missing = get_household.sync_detailed(uuid4(), client=client)
    assert isinstance(missing.parsed, Problem)
    counts = get_counts.sync(client=client, as_of=date(2022, 6, 2), area="19804")
    assert isinstance(counts, Counts)
print(json.dumps({
    "head": [member.name for member in household.members][0],
    "missing": [int(missing.status_code), missing.parsed.code],
    "as_of": counts.as_of.isoformat(),
}))
"""


def run(*command: str | Path, **environment: str) -> str:
    """What a program says on stdout; it must end well."""
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def address(office: Office) -> Iterator[str]:
    with served(office.app) as address:
        yield address


@pytest.fixture(scope="module")
def document(office: Office) -> dict[str, Any]:
    said: dict[str, Any] = office.app.test_client().get("/api/v1/openapi.json").json
    return said


@pytest.fixture(scope="module")
def generated(document: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client's project, under the name that the generator made of the title."""
    folder = tmp_path_factory.mktemp("generated")
    path = folder / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    generate = "from openapi_python_client.cli import app; app()"
    command = [sys.executable, "-c", generate, "generate", "--path", str(path)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    (project,) = [each for each in folder.iterdir() if each.is_dir()]
    return project


def test_the_package_has_a_name_that_can_be_installed(generated: Path) -> None:
    assert generated.name == "socai-client"
    assert (generated / "socai_client" / "__init__.py").exists()


def test_the_client_has_a_function_for_every_route(
    generated: Path, document: dict[str, Any]
) -> None:
    routes = [
        method for path in document["paths"].values() for method in path if method != "parameters"
    ]
    functions = [
        path
        for path in (generated / "socai_client" / "api").rglob("*.py")
        if path.stem != "__init__"
    ]
    assert len(functions) == len(routes)


def test_the_client_is_installed_and_asks_the_running_service(
    generated: Path, address: str, office: Office, tmp_path: Path
) -> None:
    run(
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--no-index", "--no-build-isolation", "--no-deps", "--target", tmp_path, generated,
    )  # fmt: skip
    said = run(
        sys.executable,
        "-c",
        PROGRAM,
        address,
        office.tokens["case_worker"],
        json.dumps(REGISTER),
        PYTHONPATH=str(tmp_path),
    )
    assert json.loads(said) == {
        "head": "Hồ Thị Bưởi",
        "missing": [404, "not_found"],
        "as_of": "2022-06-02",
    }
