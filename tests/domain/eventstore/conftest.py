"""Further databases for tests that copy data between databases."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import fresh_database


@pytest.fixture
def second_database(postgres: Any) -> Iterator[Any]:
    """A fresh migrated database beside `database`."""
    yield from fresh_database(postgres)


@pytest.fixture
def third_database(postgres: Any) -> Iterator[Any]:
    """And one more."""
    yield from fresh_database(postgres)
