"""Memory of long work at a size and at ten times that size: it must not grow with what there is."""

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
    """Verification of the ledger, and import of a list, of so many households and of ten times."""
    return [
        _row("verification", "households", households, lambda size: _verify(server, size)),
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


def _verify(server: BenchServer, households: int) -> Spent:
    database = server.migrated()
    synthetic.fill(database.superuser_url, KEYS, [AREA], households)
    spent = isolated_runs.alone(isolated_runs.verify, database.url)
    server.drop(database)
    return spent


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
    return replace(spent, memory=spent.memory + spent.answer["beside"])
