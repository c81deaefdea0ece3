"""Memory of long work at a size and at ten times that size: it must not grow with what there is.

Of work that several processes share it is that of the largest one.
"""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench import city, isolated_runs, synthetic
from bench.isolated_runs import Spent
from bench.ours import AREA, KEYS
from bench.results import Row
from bench.server import BenchServer

TIMES = 10
MOST = 1.25
"""What ten times the size may take of the memory: not more, but for what the allocator keeps."""


def rows(server: BenchServer, households: int) -> list[Row]:
    """First build, rebuild, verification and import of so many households and of ten times."""
    builds = {size: _builds(server, size) for size in (households, TIMES * households)}
    return [
        _row("the first build", "households", households, lambda size: builds[size][0]),
        _row("a rebuild", "households", households, lambda size: builds[size][1]),
        _row("verification", "households", households, lambda size: builds[size][2]),
        _row("import", "households", households // 5, lambda size: _import(server, size)),
    ]


def _row(work: str, of: str, size: int, run: Callable[[int], Spent]) -> Row:
    small, large = run(size), run(TIMES * size)
    grown = large.memory / small.memory
    return Row(
        f"memory of {work}, {TIMES * size:,} {of}",
        f"{large.memory:,.0f} MiB, {grown:.2f} times",
        f"of {size:,}: {small.memory:,.0f} MiB",
        f"{MOST} times",
        grown <= MOST,
        f"{grown:.2f} times the memory at {TIMES} times the size",
    )


def _builds(server: BenchServer, households: int) -> tuple[Spent, Spent, Spent]:
    """All read models made from nothing, and again beside those, by one process; verification."""
    database = server.migrated()
    synthetic.fill(database.superuser_url, KEYS, [AREA], households)
    first = isolated_runs.alone(isolated_runs.rebuild_all, database.url)
    again = isolated_runs.alone(isolated_runs.rebuild_all, database.url)
    verified = isolated_runs.alone(isolated_runs.verify, database.url)
    server.drop(database)
    return first, again, verified


def _import(server: BenchServer, households: int) -> Spent:
    database = server.migrated()
    isolated_runs.alone(isolated_runs.load_areas, database.url)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.xlsx"
        city.write(file, households)
        spent = isolated_runs.alone(isolated_runs.import_list, database.url, file)
    server.drop(database)
    if spent.answer["recorded"] != households:
        raise RuntimeError(f"the import is not whole: {spent.answer}")
    return replace(spent, memory=max(spent.memory, spent.answer["beside"]))
