"""Expected roles of each route, and its line in the read log, by capability.

The lines are in `expectations.py` of the tests of each capability. A route without a line fails
the tests, and so does a line without a route.
"""

from importlib import import_module
from pathlib import Path

from service.capabilities import CAPABILITIES
from tests.service.expected import Expected

# The tests of the frame of the pages have a table too.
FOLDERS = ("ui", *(one.name for one in CAPABILITIES))


def collect(kind: str) -> dict[str, Expected]:
    """The lines of all folders for "API" or "PAGES"; no route has two."""
    found: dict[str, Expected] = {}
    for folder in FOLDERS:
        if (Path(__file__).parent / folder / "expectations.py").is_file():
            module = import_module(f"tests.service.{folder}.expectations")
            lines = getattr(module, kind, {})
            twice = found.keys() & lines.keys()
            assert not twice, twice
            found |= lines
    return found


API = collect("API")
PAGES = collect("PAGES")
