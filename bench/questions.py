"""The questions of officers, each asked about many communes, provinces or households in turn."""

import math
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg_pool import ConnectionPool

from bench import office
from bench.harness import percentile
from bench.ours import KEYS
from bench.results import Row
from bench.server import BenchServer
from domain.areas.directory import AreaDirectoryCache
from domain.areas.lineage import Lineage
from domain.eventstore.personal import Keyring
from domain.households.codes import LISTED
from domain.support.programme import Benefit, Qualification
from projections.areas import areas, breakdown, figures
from projections.engine import sql
from projections.engine.tables import FOREVER
from projections.households import deprivations, file, movements, register, timeline
from projections.support import coverage

RUNS = 30
WARM_UP = 3
TODAY = date(2026, 11, 25)
KNOWN_AT = datetime(2026, 10, 20, tzinfo=UTC)
ELECTRICITY = Benefit(
    "electricity", "electricity", "", "electricity", "household", "quarter",
    Qualification(classes=("poor", "near_poor")), "", "seen",
)  # fmt: skip
NOTHING, COMMON, THREE = "hoyen", "an", "nguyen van an"


@dataclass(frozen=True, slots=True)
class Example:
    """One thing to ask about: a commune, its province, and a household that lives there."""

    commune: str
    province: str
    household: UUID


@dataclass(frozen=True, slots=True)
class Reader:
    """A connection of the service, and the office that questions are asked about."""

    conn: psycopg.Connection[Any]
    keyring: Keyring
    lineage: Lineage
    communes: tuple[tuple[str, str], ...]
    """Every commune with households, with its province."""
    long: UUID
    """The household with a history of thousands of events."""

    def units(self, unit: str) -> frozenset[str]:
        """The units whose households count under a unit."""
        return self.lineage.counted(unit, TODAY).all

    def asked(self, rng: random.Random) -> Example:
        """Something to ask about, where households live."""
        commune, province = rng.choice(self.communes)
        page = register.households(self.conn, self.keyring, units=[commune], limit=20)
        return Example(commune, province, rng.choice(page.households).household_id)


Question = Callable[[Reader, Example], object]


def _list(place: str, **filters: Any) -> Question:
    """A page of the list of a commune or a province, or of its households that are found."""

    def ask(reader: Reader, asked: Example) -> object:
        named: set[str] = set()
        if filters.get("q"):
            for unit in areas.find(reader.conn, on=TODAY, q=filters["q"], limit=20):
                named |= reader.units(unit.unit)
        units = reader.units(getattr(asked, place))
        return register.households(
            reader.conn, reader.keyring, units=units, named_units=named, **filters
        )

    return ask


def _counted(place: str, **filters: Any) -> Question:
    """How long such a list is."""

    def ask(reader: Reader, asked: Example) -> object:
        units = reader.units(getattr(asked, place))
        return register.count(reader.conn, units=units, **filters)

    return ask


def _figures(place: str, known_at: datetime | None = None) -> Question:
    def ask(reader: Reader, asked: Example) -> object:
        unit = getattr(asked, place, "")
        return figures.area_figures(reader.conn, reader.lineage, unit, on=TODAY, known_at=known_at)

    return ask


def _below(reader: Reader, asked: Example) -> object:
    return breakdown.breakdown(reader.conn, reader.lineage, asked.province, on=TODAY)


def _movements(place: str) -> Question:
    def ask(reader: Reader, asked: Example) -> object:
        unit = getattr(asked, place, "")
        units = reader.units(unit) if unit else None
        return movements.movements(reader.conn, unit, units, from_=office.FROM, to=office.TO)

    return ask


LISTED_SPANS = """
select count(*), sum(persons) from read.status_spans
 where (%(units)s::text[] is null or area = any(%(units)s)) and class = any(%(listed)s)
   and scope = 'national' and known_to = %(forever)s
   and (valid_from <= %(from)s and valid_to > %(from)s
        or valid_from <= %(to)s and valid_to > %(to)s)
"""


def _listed_spans(place: str) -> Question:
    """Reads the spans that are listed on one of the two days of the movements, and counts them."""

    def ask(reader: Reader, asked: Example) -> object:
        unit = getattr(asked, place, "")
        parameters = {
            "units": sorted(reader.units(unit)) if unit else None,
            "listed": list(LISTED),
            "forever": FOREVER,
            "from": office.FROM,
            "to": office.TO,
        }
        return sql.execute_unprepared(reader.conn, LISTED_SPANS, parameters).fetchall()

    return ask


def _deprivations(place: str) -> Question:
    def ask(reader: Reader, asked: Example) -> object:
        units = reader.units(getattr(asked, place))
        return deprivations.deprivations(reader.conn, units, on=TODAY)

    return ask


def _coverage(place: str) -> Question:
    """Whom a benefit reached: those who qualify, those served, and the days of their cases."""

    def ask(reader: Reader, asked: Example) -> object:
        units = sorted(reader.units(getattr(asked, place)))
        question = coverage.Question("NTP-2021-2025", ELECTRICITY, units, TODAY)
        return coverage.groups(reader.conn, question), coverage.delivered(reader.conn, question)

    return ask


def _household_page(reader: Reader, asked: Example) -> object:
    """What the page of a household reads: its state and the newest of its history."""
    return (
        file.household(reader.conn, asked.household),
        timeline.positions(reader.conn, asked.household),
        timeline.history(reader.conn, reader.keyring, asked.household, newest=True, limit=20),
    )


def _long_history(reader: Reader, asked: Example) -> object:
    return timeline.history(reader.conn, reader.keyring, reader.long, newest=True, limit=20)


def _one_event(reader: Reader, asked: Example) -> object:
    return timeline.recorded(reader.conn, reader.long, 1_000)


@dataclass(frozen=True, slots=True)
class Bar:
    """One question, the milliseconds that 95 of 100 answers take at most, and what it cannot do
    without."""

    ask: Question
    most: int = 60
    limit: str = ""
    least: Question | None = None
    """The least that any answer must read, measured beside it."""


EACH_MOVED = (
    "between any two days each household that moved is looked at, as one that came and went is no"
    " movement; those that stayed are read in an index"
)
SOME_DAYS = "the changes of every commune are added up by the day on which they became known"
BY_MONTH = "the changes of every commune, indicator and month are added up"
EVERY_COMMUNE = "the changes of every commune and day of the province are added up"
EACH_SERVED = "of each household the class is looked at, and of each one served that of the day"
OF_ONE_COMMUNE = "every household of the commune is looked at for the words"
OF_THE_COUNTRY = (
    "the words are looked up for the whole country, which takes most of the time, and the"
    " households of the province picked out of those that have them"
)
EACH_BLOCK = (
    "each row of the page and each key of a head lies in a block of its own, which memory no longer"
    " holds (inferred: a commune as large takes 2.3 ms among 200,000 households)"
)


QUESTIONS: Mapping[str, Bar] = {
    "list of a commune": Bar(_list("commune"), limit=EACH_BLOCK),
    "list of a province": Bar(_list("province")),
    "list of a province, the poor by village": Bar(
        _list("province", class_="poor", sort="village"),
        limit="each unit gives a page of its own out of an index",
    ),
    "list of a commune on a past day": Bar(
        _list("commune", as_of=office.FROM),
        limit="of each household of the page is looked up where it was",
    ),
    "list of a province on a past day": Bar(
        _list("province", as_of=office.FROM),
        limit="every household that lived there is sorted by its name of today",
    ),
    "length of the list of a province": Bar(
        _counted("province"), limit="the lengths of every unit are added up"
    ),
    "search that finds nothing, commune": Bar(_list("commune", q=NOTHING), limit=OF_ONE_COMMUNE),
    "search that finds nothing, province": Bar(_list("province", q=NOTHING), limit=OF_THE_COUNTRY),
    "search of a common word, commune": Bar(_list("commune", q=COMMON)),
    "search of a common word, province": Bar(_list("province", q=COMMON)),
    "search of three words, commune": Bar(_list("commune", q=THREE), limit=OF_ONE_COMMUNE),
    "search of three words, province": Bar(_list("province", q=THREE), limit=OF_THE_COUNTRY),
    "counts of a commune": Bar(_figures("commune")),
    "counts of a province": Bar(_figures("province"), limit=EVERY_COMMUNE),
    "counts of a province as known then": Bar(_figures("province", KNOWN_AT), limit=SOME_DAYS),
    "counts of the communes of a province": Bar(_below),
    "movements of a commune": Bar(
        _movements("commune"), limit=EACH_MOVED, least=_listed_spans("commune")
    ),
    "movements of a province": Bar(
        _movements("province"), 300, EACH_MOVED, _listed_spans("province")
    ),
    "movements of the country": Bar(
        _movements("country"), 2_000, EACH_MOVED, _listed_spans("country")
    ),
    "deprivations of a commune": Bar(_deprivations("commune"), limit=BY_MONTH),
    "deprivations of a province": Bar(_deprivations("province"), limit=BY_MONTH),
    "coverage of a commune": Bar(_coverage("commune"), limit=EACH_SERVED),
    "coverage of a province": Bar(_coverage("province"), 2_000, EACH_SERVED),
    "page of a household": Bar(_household_page),
    "newest 20 of 2,000 events": Bar(_long_history),
    "one of 2,000 events": Bar(_one_event),
}


@contextmanager
def reader_of(url: str) -> Iterator[Reader]:
    """A reader of a filled database."""
    autocommit = {"autocommit": True}
    with ConnectionPool(url, min_size=1, max_size=2, open=True, kwargs=autocommit) as pool:
        lineage = AreaDirectoryCache(pool).directory.lineage
        with pool.connection() as conn:
            areas_ = conn.execute("select distinct area from read.counts order by area").fetchall()
            (long,) = conn.execute(
                "select household_id from read.household_file order by version desc limit 1"
            ).fetchall()[0]
            communes = tuple((area, lineage.path(area, TODAY)[-1]) for (area,) in areas_)
            yield Reader(conn, Keyring(pool, *KEYS), lineage, communes, long)


@dataclass(frozen=True, slots=True)
class Answered:
    """Milliseconds that half and that 95 of 100 answers took at most."""

    p50: float
    p95: float


def measure(reader: Reader, question: Question, runs: int = RUNS) -> Answered:
    """Ask a question `runs` times, each time about another place or household."""
    rng = random.Random(7)  # noqa: S311
    samples = []
    for run in range(WARM_UP + runs):
        asked = reader.asked(rng)
        started = time.perf_counter()
        question(reader, asked)
        if run >= WARM_UP:
            samples.append((time.perf_counter() - started) * 1_000)
    return Answered(percentile(samples, 0.5), percentile(samples, 0.95))


def measure_all(reader: Reader, runs: int = RUNS) -> dict[str, Answered]:
    """Every question, by name."""
    return {name: measure(reader, bar.ask, runs) for name, bar in QUESTIONS.items()}


def measure_least(reader: Reader, runs: int = RUNS) -> dict[str, Answered]:
    """The least that must be read for those questions of which it is known, by their names."""
    return {name: measure(reader, bar.least, runs) for name, bar in QUESTIONS.items() if bar.least}


def rows(server: BenchServer, households: int, runs: int = RUNS) -> list[Row]:
    """Every question at a tenth of so many households and at all of them, in the same communes."""
    communes = office.communes_of(households)
    found: list[dict[str, Answered]] = []
    least: dict[str, Answered] = {}
    for size in (households // 10, households):
        database = server.migrated()
        office.fill(database.url, database.superuser_url, size, communes)
        with reader_of(database.url) as reader:
            found.append(measure_all(reader, runs))
            least = measure_least(reader, runs)
        server.drop(database)
    return [
        row_of(name, bar, households, *(one[name] for one in found), least.get(name))
        for name, bar in QUESTIONS.items()
    ]


def row_of(
    name: str,
    bar: Bar,
    households: int,
    small: Answered,
    large: Answered,
    least: Answered | None = None,
) -> Row:
    """A question held: fast enough at the larger size, and growing less than with the root of the
    number of households. Growth is that of half of the answers, as single slow ones are chance;
    below a millisecond nothing is said to grow."""
    grown = max(large.p50, 1.0) / max(small.p50, 1.0)
    most = math.sqrt(10)
    missed = [
        *([f"p95 {large.p95:,.1f} ms"] if large.p95 >= bar.most else []),
        *([f"{grown:.1f} times as long"] if grown >= most else []),
    ]
    return Row(
        f"{name}, {households:,} households",
        f"p50 {large.p50:,.1f}, p95 {large.p95:,.1f} ms, {grown:.1f} times that of a tenth",
        f"the listed spans of both days counted: p50 {least.p50:,.1f} ms" if least else "-",
        f"p95 under {bar.most:,} ms, {most:.1f} times",
        not missed,
        f"{', '.join(missed)}: {bar.limit or 'cause not yet known'}",
    )
