"""The write side of the test's database, with a few areas."""

from tests.domain.households.conftest import casework, life

__all__ = ["casework", "life"]
