"""The official tables of one large province: each table with its identities, asked one by one."""

import time
from datetime import date

from bench import office, questions
from bench.harness import percentile
from bench.questions import Reader
from bench.results import Row
from bench.server import BenchServer
from projections.tables.official import TABLES, official_table

RUNS = 3
MOST = 2_000  # milliseconds of the slowest table
COMMUNES = 100
TO = date(2026, 11, 24)


def rows(server: BenchServer, households: int) -> list[Row]:
    """The slowest table of the province with most listed households, and all of them together."""
    database = server.migrated()
    office.fill(database.url, database.superuser_url, households, COMMUNES)
    with questions.reader_of(database.url) as reader:
        province, listed = largest(reader)
        taken = {name: milliseconds(reader, name, province) for name in TABLES}
        every = {name: milliseconds(reader, name, province, villages=True) for name in TABLES}
    server.drop(database)
    slowest = max(taken, key=lambda name: taken[name])
    return [
        Row(
            f"an official table of a province, {listed:,} listed households",
            f"{taken[slowest]:,.0f} ms ({slowest}, the slowest)",
            "-",
            f"under {MOST:,} ms",
            taken[slowest] < MOST,
            "each listed household of the province is looked at",
        ),
        Row(
            "... all of R1 to R13, one after the other",
            f"{sum(taken.values()):,.0f} ms; with villages {sum(every.values()):,.0f} ms",
            "-",
            "no bar",
            True,
        ),
    ]


def largest(reader: Reader) -> tuple[str, int]:
    """The province with most listed households, and how many it has."""
    rows = reader.conn.execute(
        "select area, sum(households) from read.counts where class in ('poor', 'near_poor')"
        " and effective_on <= %s group by 1",
        [TO],
    ).fetchall()
    listed: dict[str, int] = {}
    provinces = dict(reader.communes)
    for area, number in rows:
        listed[provinces[area]] = listed.get(provinces[area], 0) + int(number)
    province = max(listed, key=lambda one: listed[one])
    return province, listed[province]


def milliseconds(reader: Reader, name: str, province: str, *, villages: bool = False) -> float:
    """The time that half of the answers took at most."""
    samples = []
    for _ in range(RUNS):
        started = time.perf_counter()
        found = official_table(
            reader.conn, reader.lineage, name, province, from_=office.FROM, to=TO, villages=villages
        )
        samples.append((time.perf_counter() - started) * 1_000)
        if not found.balances:
            raise RuntimeError(f"{name} does not balance")
    return percentile(samples, 0.5)
