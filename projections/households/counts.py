"""Queries the numbers of households and persons by class, on a day, as known at a moment."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple, Protocol

from msgspec import Struct

from domain.areas.lineage import CountedUnits
from domain.eventstore.postgres import Connection
from projections.engine import sql
from projections.households import count_changes

CLASSES = ("poor", "near_poor", "average", "not_poor", "not_listed", "")
COUNTRY = ""


class Population(Protocol):
    """The denominators of a unit: all who live there, listed or not, as declared for a day.

    `rate_bases` ({class: households}) names another base where the office that published a
    rate used one.
    """

    @property
    def households(self) -> int | None: ...

    @property
    def persons(self) -> int | None: ...

    @property
    def rate_bases(self) -> Mapping[str, int]: ...


class Note(Struct, frozen=True):
    """A note for the reader of the figures: a code, and its subject.

    no_denominator; rate_base (class, households): this rate rests on another base than `all`;
    rate_above_hundred (class); to_be_placed (households): some live in former units whose land
    was divided, and count in no unit below this one.
    """

    code: str
    values: dict[str, str | int] = {}


class All(Struct, frozen=True):
    """All resident households and persons; None where they were not declared."""

    households: int | None
    persons: int | None


class ClassCount(Struct, frozen=True):
    """One class. Rates are shares of all, in percent with two decimals, rounded half up; None
    where there is no denominator. `rate_base` is the number of households the rate is of."""

    households: int
    persons: int
    rate_percent: str | None
    persons_rate_percent: str | None
    rate_base: int | None
    no_labour_capacity: int
    ethnic_minority: int
    meritorious: int


class Placing(Struct, frozen=True):
    """The counted units of an area, and those whose households are yet to be placed in a unit
    below."""

    households: int
    persons: int


class Counts(Struct, frozen=True):
    """The figures of one area. `seq` is the ledger position they rest on.

    `not_listed` are neither poor nor near-poor, and more is not known of them; `unclassified` are
    registered and wait for their first decision.
    """

    area: str
    as_of: date
    known_at: datetime | None
    seq: int
    all: All
    poor: ClassCount
    near_poor: ClassCount
    average: ClassCount
    not_poor: ClassCount
    not_listed: ClassCount
    unclassified: ClassCount
    to_be_placed: Placing
    notes: tuple[Note, ...]


class _Sum(NamedTuple):
    households: int = 0
    persons: int = 0
    no_labour_capacity: int = 0
    ethnic_minority: int = 0
    meritorious: int = 0

    def plus(self, other: "_Sum") -> "_Sum":
        return _Sum(*(a + b for a, b in zip(self, other, strict=True)))


_STANDING = """
select p.seq, s.* from read.positions p left join ({}) s on true where p.model = %(model)s
"""
_SUMS = """
select class, area = any(%(loose)s), sum(households), sum(persons), sum(no_labour_capacity),
       sum(ethnic_minority), sum(meritorious)
  from {} c
 where effective_on <= %(on)s and (%(units)s::text[] is null or area = any(%(units)s))
 group by 1, 2
"""


def counts(
    conn: Connection,
    area: str,
    counted: CountedUnits | None,
    *,
    as_of: date,
    known_at: datetime | None = None,
    population: Population | None = None,
) -> Counts:
    """The figures of `area`, a unit id or "" for the country, whose counted units are given.

    `counted` is what `Lineage.counted(area, day)` says, None for every unit. Without `known_at`
    all that is known now counts, of the ledger up to `seq`.
    """
    units = None if counted is None else sorted(counted.all)
    loose = [] if counted is None else sorted(counted.to_be_placed)
    parameters = {
        "units": units,
        "loose": loose,
        "on": as_of,
        "model": "counts",
        **count_changes.known(known_at),
    }
    query = _STANDING.format(_SUMS.format(count_changes.changes(conn, known_at)))
    rows = sql.execute_unprepared(conn, query, parameters).fetchall()
    sums = dict.fromkeys(CLASSES, _Sum())
    placing = _Sum()
    for _, class_, is_loose, *figures in rows:
        if class_ is None:
            continue  # nothing is counted there
        found = _Sum(*map(int, figures))
        sums[class_] = sums.get(class_, _Sum()).plus(found)
        if is_loose:
            placing = placing.plus(found)
    notes = list(_notes(sums, population, placing))
    return Counts(
        area=area,
        as_of=as_of,
        known_at=known_at,
        seq=rows[0][0] if rows else 0,
        all=All(
            population.households if population else None,
            population.persons if population else None,
        ),
        poor=_class_count("poor", sums, population),
        near_poor=_class_count("near_poor", sums, population),
        average=_class_count("average", sums, population),
        not_poor=_class_count("not_poor", sums, population),
        not_listed=_class_count("not_listed", sums, population),
        unclassified=_class_count("", sums, population),
        to_be_placed=Placing(placing.households, placing.persons),
        notes=tuple(notes),
    )


_BY_UNIT = """
select area, class, sum(households), sum(persons) from {} c
 where effective_on <= %(on)s and (%(units)s::text[] is null or area = any(%(units)s))
   and class = any(%(classes)s)
 group by 1, 2
"""


def by_unit(
    conn: Connection,
    units: Iterable[str] | None,
    *,
    on: date,
    known_at: datetime | None = None,
    classes: Iterable[str] = ("poor", "near_poor", "average"),
) -> dict[tuple[str, str], tuple[int, int]]:
    """Households and persons by unit as recorded and class, from the sums by day."""
    parameters = {
        "units": None if units is None else sorted(units),
        "on": on,
        "classes": list(classes),
        **count_changes.known(known_at),
    }
    query = _BY_UNIT.format(count_changes.changes(conn, known_at))
    rows = sql.execute_unprepared(conn, query, parameters)
    return {(area, class_): (int(h), int(p)) for area, class_, h, p in rows}


def rate_percent(part: int, whole: int | None) -> str | None:
    """part / whole in percent with two decimals, rounded half up: 1 of 8 is "12.50".

    None without a whole, and where the part is greater than the whole.
    """
    if not whole or part > whole:
        return None
    hundredths = (20_000 * part + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02}"


def _class_count(
    class_: str, sums: Mapping[str, _Sum], population: Population | None
) -> ClassCount:
    found = sums[class_]
    base = _base(class_, population)
    return ClassCount(
        households=found.households,
        persons=found.persons,
        rate_percent=rate_percent(found.households, base),
        persons_rate_percent=rate_percent(
            found.persons, population.persons if population else None
        ),
        rate_base=base,
        no_labour_capacity=found.no_labour_capacity,
        ethnic_minority=found.ethnic_minority,
        meritorious=found.meritorious,
    )


def _base(class_: str, population: Population | None) -> int | None:
    if population is None:
        return None
    return population.rate_bases.get(class_, population.households)


def _notes(
    sums: Mapping[str, _Sum], population: Population | None, placing: _Sum
) -> Iterable[Note]:
    if population is None or population.households is None:
        yield Note("no_denominator")
    for class_ in ("poor", "near_poor", "average"):
        base = _base(class_, population)
        if population is not None and base is not None and base != population.households:
            yield Note("rate_base", {"class": class_, "households": base})
        if base is not None and sums[class_].households > base:
            yield Note("rate_above_hundred", {"class": class_})
    if placing.households:
        yield Note("to_be_placed", {"households": placing.households})
