"""A commune with a review round, on the write side of the test's database."""

from typing import Any

import pytest

from domain.application import SocaiApplication
from tests.given import a_few_areas
from tests.reviews import Autumn
from tests.standards import standards


@pytest.fixture
def application(database: Any, keyring: Any, clock: Any) -> SocaiApplication:
    """The write side on the test's database; its directory knows three communes."""
    return SocaiApplication(database.pool, keyring, standards(), clock, directory=a_few_areas())


@pytest.fixture
def autumn(application: SocaiApplication) -> Autumn:
    """A commune without households."""
    return Autumn(application)
