"""Each refusal of a review says by which rule it is: a legal text, or the system's own."""

import ast
import inspect
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.errors import RULE_OF_THE_SYSTEM, Refusal
from domain.reviews import errors
from domain.reviews.errors import LegalRefusal, ReviewRefusal

ROOT = Path(__file__).resolve().parents[3]
BASES = (Refusal, ReviewRefusal, LegalRefusal)
KINDS = [
    one
    for _, one in inspect.getmembers(errors, inspect.isclass)
    if issubclass(one, ReviewRefusal) and one not in BASES
]
LAWFUL = {one.__name__ for one in KINDS if issubclass(one, LegalRefusal)}
OWN = {one.code for one in KINDS if not issubclass(one, LegalRefusal)}


def test_every_code_of_the_table_is_a_refusal_that_says_its_rule() -> None:
    table = tomllib.loads((ROOT / "service/reviews/problems.toml").read_text("utf-8"))
    of_commands = {code for code in table if code in {one.code for one in KINDS}}
    assert of_commands == set(table)


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.code)
def test_a_refusal_without_a_legal_text_is_a_rule_of_the_system(kind: type[Refusal]) -> None:
    assert kind(step="decision").values == {"step": "decision", "source": RULE_OF_THE_SYSTEM}
    assert kind(source="").values["source"] == RULE_OF_THE_SYSTEM
    assert kind(source="967/QĐ-BNNMT").values["source"] == "967/QĐ-BNNMT"


def raised() -> Iterator[tuple[str, int, str, ast.Call]]:
    """Every place of the domain that makes a refusal which a legal text orders."""
    for file in sorted((ROOT / "domain/reviews").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if name in LAWFUL:
                yield file.name, node.lineno, name, node


def gives_source(call: ast.Call) -> bool:
    """Whether a call names the source, itself or in the values known before."""
    names = {keyword.arg for keyword in call.keywords}
    spread = [one.value for one in call.keywords if one.arg is None]
    return "source" in names or any(
        isinstance(one, ast.Name) and one.id == "known" for one in spread
    )


def test_every_refusal_by_law_is_made_with_its_source() -> None:
    places = list(raised())
    assert {name for _, _, name, _ in places} == LAWFUL
    assert [place[:3] for place in places if not gives_source(place[3])] == []


def test_the_values_known_before_a_survey_is_refused_hold_its_source() -> None:
    file = ast.parse((ROOT / "domain/reviews/meetings.py").read_text("utf-8"))
    known = [
        node.value
        for node in ast.walk(file)
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "known"
    ]
    keys: list[Any] = [key.value for one in known if isinstance(one, ast.Dict) for key in one.keys]
    assert "source" in keys


def test_the_page_of_rounds_lists_the_rules_of_the_system() -> None:
    text = (ROOT / "docs/reviews.md").read_text("utf-8")
    _, found, after = text.partition("\n### Rules of the system\n")
    assert found
    assert set(re.findall(r"`(\w+)`", after.partition("\n#")[0])) - {"source"} == OWN | {
        RULE_OF_THE_SYSTEM
    }
