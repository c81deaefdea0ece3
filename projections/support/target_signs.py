"""Queries signs that a target bends decisions, each by an exact test, and the households behind it.

A sign says that what was decided is unlikely where targets bend nothing. It proves nothing about
one household or one account; docs/support.md says what else may look alike.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection
from domain.households.codes import LISTED
from domain.standards.errors import UnknownStandard
from domain.standards.standard import Standards
from domain.support.codes import SIGNS
from projections.engine.tables import FOREVER
from projections.support import exact_tests

BAND = 10
"""Points of B1 in one band: as many multiples of five and of ten in each."""
AROUND = timedelta(days=30)
FALSE_ALARM = Fraction(1, 100)
"""Where nothing was bent, at most this share of tests shows a sign."""
SCORES, EXITS, ANSWERS = SIGNS


class Sign(Struct, frozen=True):
    """One sign: the numbers behind it, the chance of so much where nothing was bent (rounded up to
    four decimals), and whether that chance is at most `FALSE_ALARM`."""

    sign: str
    numbers: dict[str, int]
    chance: str
    raised: bool


class Period(NamedTuple):
    """The year whose last day is the cut-off, with the decisions up to a day, as known then."""

    year: int
    until: date
    known_at: datetime | None = None

    @property
    def first(self) -> date:
        """The first day of the year."""
        return date(self.year, 1, 1)

    @property
    def cut_off(self) -> date:
        """The last day of the year: the class of that day is what a target is counted by."""
        return date(self.year, 12, 31)


class _Line(NamedTuple):
    """A line of B1 of one edition of a standard, for one kind of area."""

    standard: str
    digest: str
    area_type: str
    bound: int


_KNOWN = """case when %(known_at)s::timestamptz is null then known_to = %(forever)s
                 else known_from <= %(known_at)s and known_to > %(known_at)s end"""
_HERE = "(%(units)s::text[] is null or area = any(%(units)s))"
# Each household once, by its last decision of the year: decisions on one household are no chances
# of their own.
_LAST_OF_YEAR = f"""
select distinct on (household_id) household_id, area, standard, standard_digest, area_type, b1
  from read.decision_figures
 where {_HERE} and effective_on between %(first)s and %(last)s and {_KNOWN}
 order by household_id, effective_on desc, version desc
"""
_SCORES = f"""
select area, standard, standard_digest, area_type, b1, count(*) from ({_LAST_OF_YEAR}) d
 where b1 is not null group by 1, 2, 3, 4, 5
"""
_LINES = f"""
select distinct standard, standard_digest, area_type from read.decision_figures
 where {_HERE} and effective_on between %(first)s and %(last)s and {_KNOWN} and b1 is not null
"""
_SCORED = f"""
select household_id from ({_LAST_OF_YEAR}) d
  join unnest(%(standards)s::text[], %(digests)s::text[], %(area_types)s::text[],
              %(bounds)s::integer[]) as l (standard, standard_digest, area_type, bound)
 using (standard, standard_digest, area_type)
 where b1 > bound and b1 <= bound + %(band)s order by 1
"""
_RANK = "array_position(array['poor', 'near_poor'], {})"
_EXIT = f"""class_before = any(%(listed)s)
   and coalesce({_RANK.format("class")}, 3) > {_RANK.format("class_before")}"""
_ENTRY = "class = any(%(listed)s) and class_before <> all(%(listed)s)"
_AROUND = f"""
  from read.decision_figures
 where {_HERE} and effective_on between %(from)s and %(to)s and {_KNOWN}
"""
_EXITS = f"""
select area, count(*) filter (where early and is_exit),
       count(*) filter (where not early and is_exit),
       count(*) filter (where early and is_entry), count(*) filter (where not early and is_entry),
       count(distinct paper) filter (where early and is_exit),
       count(distinct paper) filter (where not early and is_exit)
  from (select area, paper, effective_on <= %(cut_off)s as early, {_EXIT} as is_exit,
               {_ENTRY} as is_entry {_AROUND}) d
 group by 1
"""
_EXITED = f"""
select distinct household_id {_AROUND} and effective_on <= %(cut_off)s and {_EXIT} order by 1
"""
_PAIRS = f"""
with pairs as (
    select household_id, area, effective_on, class, answers, standard_digest,
           lag(class) over earlier as was, lag(answers) over earlier as answers_before,
           lag(standard_digest) over earlier as digest_before
      from read.decision_figures
     where {_KNOWN} and household_id in (
        select household_id from read.decision_figures
         where {_HERE} and effective_on between %(first)s and %(last)s)
    window earlier as (partition by household_id order by effective_on, version)
), same as (
    select household_id, area, class, was, coalesce({_RANK.format("class")}, 3) as rank,
           coalesce({_RANK.format("was")}, 3) as rank_was
      from pairs
     where {_HERE} and effective_on between %(first)s and %(last)s
       and answers = answers_before and standard_digest = digest_before
)"""
_SAME = f"""{_PAIRS}
select area, count(*), count(*) filter (where rank > rank_was),
       count(*) filter (where rank < rank_was) from same group by 1
"""
_CHANGED = f"{_PAIRS} select distinct household_id from same where rank <> rank_was order by 1"


def signs(
    conn: Connection, standards: Standards, areas: Mapping[str, frozenset[str] | None], of: Period
) -> dict[str, list[Sign]]:
    """The signs of each area, by its key. The values are the units counted under it; None: all."""
    whole = _joined(areas.values())
    asked = _asked(whole, of)
    scores: dict[str, Counter[int]] = {}
    lines = _lines(conn, standards, asked)
    for area, standard, digest, area_type, b1, households in conn.execute(_SCORES.encode(), asked):
        bound = lines.get((standard, digest, area_type))
        band = None if bound is None else (b1 - bound - 1) // BAND
        if band is not None and -2 <= band < 2:
            scores.setdefault(area, Counter())[band] += households
    exits = {row[0]: row[1:] for row in conn.execute(_EXITS.encode(), asked)}
    same = {row[0]: row[1:] for row in conn.execute(_SAME.encode(), asked)}
    return {
        key: [
            _of_scores(_sum_bands(scores, units)),
            _of_exits(_sum_rows(exits, units, 6)),
            _of_answers(_sum_rows(same, units, 3)),
        ]
        for key, units in areas.items()
    }


def households(
    conn: Connection,
    standards: Standards,
    sign: str,
    units: frozenset[str] | None,
    of: Period,
) -> list[UUID]:
    """The households whose decisions make up a sign in these units (None: all)."""
    asked = _asked(units, of)
    if sign == SCORES:
        lines = [_Line(*key, bound) for key, bound in _lines(conn, standards, asked).items()]
        asked |= {
            "standards": [one.standard for one in lines],
            "digests": [one.digest for one in lines],
            "area_types": [one.area_type for one in lines],
            "bounds": [one.bound for one in lines],
            "band": BAND,
        }
    query = {SCORES: _SCORED, EXITS: _EXITED, ANSWERS: _CHANGED}[sign]
    return [id_ for (id_,) in conn.execute(query.encode(), asked)]


def _of_scores(bands: Counter[int]) -> Sign:
    two_below, below, past, two_past = (bands[band] for band in (-2, -1, 0, 1))
    numbers = {"two_below": two_below, "below": below, "past": past, "two_past": two_past}
    return _sign(SCORES, numbers, exact_tests.crowding(two_below, below, past, two_past))


def _of_exits(row: Sequence[int]) -> Sign:
    names = (
        "exits_before", "exits_after", "entries_before", "entries_after", "papers_before",
        "papers_after",
    )  # fmt: skip
    numbers = dict(zip(names, row, strict=True))
    return _sign(EXITS, numbers, exact_tests.earlier_than_others(*row[:4]))


def _of_answers(row: Sequence[int]) -> Sign:
    unchanged, better, worse = row
    numbers = {"unchanged_answers": unchanged, "to_better": better, "to_worse": worse}
    return _sign(ANSWERS, numbers, exact_tests.more_often(better, worse))


def _sign(sign: str, numbers: dict[str, int], chance: Fraction) -> Sign:
    whole, left = divmod(chance.numerator * 10_000, chance.denominator)
    shown = min(10_000, whole + bool(left))
    return Sign(sign, numbers, f"{shown // 10_000}.{shown % 10_000:04}", chance <= FALSE_ALARM)


def _lines(
    conn: Connection, standards: Standards, asked: Mapping[str, object]
) -> dict[tuple[str, str, str], int]:
    """The line of B1 above which a household is not listed, by edition and kind of area."""
    found = {}
    for standard, digest, area_type in conn.execute(_LINES.encode(), asked):
        try:
            steps = standards.edition(standard, digest).score_steps.get(area_type, ())
        except UnknownStandard:
            continue
        bounds = [one.bound for one in steps if one.deprived in LISTED and one.bound is not None]
        if bounds:
            found[standard, digest, area_type] = max(bounds)
    return found


def _asked(units: frozenset[str] | None, of: Period) -> dict[str, object]:
    return {
        "units": None if units is None else sorted(units),
        "first": of.first,
        "last": min(of.cut_off, of.until),
        "from": of.cut_off - AROUND + timedelta(days=1),
        "to": min(of.cut_off + AROUND, of.until),
        "cut_off": of.cut_off,
        "known_at": of.known_at,
        "forever": FOREVER,
        "listed": list(LISTED),
    }


def _joined(groups: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    whole: frozenset[str] = frozenset()
    for one in groups:
        if one is None:
            return None
        whole |= one
    return whole


def _sum_bands(found: Mapping[str, Counter[int]], units: frozenset[str] | None) -> Counter[int]:
    whole: Counter[int] = Counter()
    for area, bands in found.items():
        if units is None or area in units:
            whole.update(bands)
    return whole


def _sum_rows(
    found: Mapping[str, Sequence[int]], units: frozenset[str] | None, width: int
) -> list[int]:
    rows = [row for area, row in found.items() if units is None or area in units]
    return [sum(row[at] for row in rows) for at in range(width)]
