"""docs/proof-format.md is true: its own code, its example and the database agree."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.eventstore.saves import one

PAGE = (Path(__file__).parents[3] / "docs" / "proof-format.md").read_text(encoding="utf-8")
EXAMPLE = (
    UUID("6f1c1a52-0b0e-4c57-9d1e-3a8f5a3c2b10"),
    2,
    datetime(2022, 12, 12, 5, 0, 0, 123456, tzinfo=UTC),
    "household.causes_recorded:1",
    '{"causes":["1","8"],"note":"Mất mùa"}'.encode(),
)


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """The names that the page's own code defines."""
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(code[1], names)
    return names


def shown(after: str) -> bytes:
    """The bytes of the block that follows a phrase of the page."""
    block = re.search(re.escape(after) + r"\n\n((?:    [0-9a-f]+\n)+)", PAGE)
    assert block is not None
    return bytes.fromhex(block[1].replace("\n", "").replace(" ", ""))


def test_the_example_is_what_the_code_on_the_page_makes(page: dict[str, Any]) -> None:
    assert shown("has this entry of 113 bytes:") == page["entry"](*EXAMPLE)
    assert shown("and this leaf:") == page["leaf"](*EXAMPLE)
    assert len(page["entry"](*EXAMPLE)) == 113
    assert (len(EXAMPLE[4].decode()), len(EXAMPLE[4])) == (37, 40)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    originator_id=st.uuids(),
    version=st.integers(0, 2**31 - 1),
    microseconds=st.integers(-(10**16), 10**17),
    topic=st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1),
    state=st.binary(),
)
def test_the_database_makes_the_leaves_of_the_page(
    page: dict[str, Any],
    leaf_connection: psycopg.Connection[Any],
    originator_id: UUID,
    version: int,
    microseconds: int,
    topic: str,
    state: bytes,
) -> None:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    made = one(
        leaf_connection,
        "select store.leaf(%s, %s, %s, %s, %s)",
        [originator_id, version, topic, state, at],
    )
    assert made == page["leaf"](originator_id, version, at, topic, state)


@pytest.fixture
def leaf_connection(database: Any) -> Any:
    with psycopg.connect(database.url, autocommit=True) as conn:
        yield conn
