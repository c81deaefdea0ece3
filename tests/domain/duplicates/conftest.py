"""The write side of the test's database, with a few areas."""

from tests.domain.households.conftest import application, life

__all__ = ["application", "life"]
