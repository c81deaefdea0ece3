"""The office whose routes the pages name."""

from tests.service.conftest import furnished, office

__all__ = ["furnished", "office"]
