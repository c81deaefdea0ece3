"""What is public is documented, and views are short."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

import service
from service.access.permissions import ROLES
from service.capabilities import permissions
from tests.service.conftest import Office
from tests.service.expectations import API
from tests.service.expected import ANYBODY

DOCS = Path(service.__path__[0]).parent / "docs"
LONGEST_VIEW = 20


@pytest.fixture(scope="module")
def document(office: Office) -> Any:
    return office.app.test_client().get("/api/v1/openapi.json").json


def operations(document: Any) -> Any:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation, methods.get("parameters", [])


def test_every_route_has_a_line_in_the_page_and_every_line_a_door() -> None:
    page = (DOCS / "api.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `((?:GET|POST|DELETE) [^`]+)` \|", page, re.MULTILINE))
    assert listed == set(API)


def test_the_page_of_permissions_is_the_table_that_is_used() -> None:
    page = (DOCS / "permissions.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE))
    assert set(rows) == set(ROLES)
    for role in ROLES:
        listed = set(re.findall(r"`([a-z_]+\.[a-z]+)`", rows[role]))
        if role == "inspector":
            listed |= set(re.findall(r"`([a-z_]+\.[a-z]+)`", rows["auditor"]))
        held = {name for name, one in permissions().items() if role in one.roles}
        assert listed == held, role


def test_the_document_describes_every_door(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    assert {route for route, _, _ in operations(document)} == set(API)


def test_the_document_is_enough_to_make_a_client(document: Any) -> None:
    names = set()
    for route, operation, shared in operations(document):
        assert operation["summary"].endswith((".", "`")), route
        names.add(operation["operationId"])
        declared = {p["name"] for p in (*operation["parameters"], *shared) if p["in"] == "path"}
        assert declared == set(re.findall(r"{(\w+)}", route)), route
        public = API[route].roles == ANYBODY
        assert operation["security"] == ([] if public else [{"token": []}]), route
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert answer["$ref"] == f"#/components/responses/PROBLEM_{status}", route
        if "requestBody" in operation:
            content = operation["requestBody"]["content"]
            assert set(content) <= {"application/json", "multipart/form-data"}, route
            if "application/json" in content and not route.endswith(("roles", "end")):
                assert "example" in content["application/json"], route
    assert len(names) == len(API)
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    problem = document["components"]["responses"]["PROBLEM_422"]["content"]
    assert set(problem) == {"application/problem+json"}


def test_every_reference_of_the_document_leads_somewhere(document: Any) -> None:
    text = str(document)
    for kind, name in set(re.findall(r"#/components/(\w+)/(\w+)", text)):
        assert name in document["components"][kind]


def test_every_body_that_is_taken_refuses_fields_it_does_not_know(document: Any) -> None:
    for name, schema in document["components"]["schemas"].items():
        if name.endswith(("Body", "Form")):
            assert schema["additionalProperties"] is False, name


def test_a_view_is_under_20_lines() -> None:
    long, views = {}, 0
    for module in Path(service.__path__[0]).glob("*/*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(map(_is_route, node.decorator_list)):
                views += 1
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines >= LONGEST_VIEW:
                    long[f"{module.name}:{node.name}"] = lines
    assert views > 30
    assert not long


def _is_route(decorator: ast.expr) -> bool:
    """Whether it is a route of the API: `@routes.get(...)` or the like."""
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and isinstance(decorator.func.value, ast.Name)
        and decorator.func.value.id == "routes"
    )
