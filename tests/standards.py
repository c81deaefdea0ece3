"""The standards that come with the program, read once for all tests of a process."""

from functools import cache

from domain.standards import load_standards
from domain.standards.standard import Standards


@cache
def standards() -> Standards:
    """The standards as `load_standards` reads them; nothing changes them."""
    return load_standards()
