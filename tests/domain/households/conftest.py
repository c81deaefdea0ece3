"""`given(history)` on the write side of the test's database, with a few areas."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.application import SocaiApplication
from tests.given import Given, Life, Step, a_few_areas
from tests.standards import standards


@pytest.fixture
def application(database: Any, keyring: Any, clock: Any) -> SocaiApplication:
    """The write side on the test's database; its directory knows three communes."""
    return SocaiApplication(database.pool, keyring, standards(), clock, directory=a_few_areas())


@pytest.fixture
def life(application: SocaiApplication) -> Life:
    """A household of which nothing is known yet."""
    return Life(application)


@pytest.fixture
def given(life: Life) -> Callable[..., Given]:
    """given(history, ...) brings a household to a point of its life."""

    def at(*history: Step) -> Given:
        return Given(life, *history)

    return at
