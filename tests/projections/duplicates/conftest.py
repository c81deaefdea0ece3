"""The write side of the test's database, with a few areas; left out without the libraries."""

import pytest

from projections.duplicates import linkage
from tests.domain.households.conftest import application, life

__all__ = ["application", "life"]

collect_ignore_glob = [] if linkage.is_installed() else ["test_search*.py"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says that tests were left out."""
    if not linkage.is_installed():
        terminalreporter.write_line("Left out: searches for duplicates. Install the extra.")
