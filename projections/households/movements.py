"""Queries how an area's poor and near-poor households came and went between two days.

Each household moves once, from where it stood on the first day to where it stands on the last
(rules of the movement reports, diễn biến hộ nghèo and hộ cận nghèo): the movements exclude each
other and leave nothing out, so opening + in - out = closing, for households and for persons. What
happened and was undone in between is no movement.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection
from domain.households.codes import LISTED
from projections.engine import sql
from projections.engine.tables import FOREVER

INCOMING = ("newly_arising", "re_poverty", "near_poor_to_poor", "poor_to_near_poor", "other_in")
OUTGOING = ("poor_to_near_poor", "near_poor_to_poor", "exit_above", "other_out")


class Moved(Struct, frozen=True):
    """Households that moved in one way, and their persons: as they are on the last day for those
    who came, as they were on the first day for those who went."""

    households: int
    persons: int


class Movement(Struct, frozen=True):
    """One class between the two days.

    came: newly_arising (never in the class's list before), re_poverty (was, left, and is again:
    tái nghèo, tái cận nghèo), near_poor_to_poor or poor_to_near_poor (from the other list),
    other_in (moved in, or came out of a household that split).
    went: the other list, exit_above (no longer listed), other_out (ended, merged, moved away).
    `unchanged` are those in the class on both days, with their persons of the first day;
    `member_change_in` and `_out` are the persons that these households have more and fewer on
    the last.
    """

    class_: str
    opening: Moved
    came: dict[str, Moved]
    went: dict[str, Moved]
    unchanged: Moved
    member_change_in: int
    member_change_out: int
    closing: Moved

    @property
    def balances(self) -> bool:
        """opening + in - out = closing, for households and for persons."""
        households = (
            self.opening.households
            + sum(moved.households for moved in self.came.values())
            - sum(moved.households for moved in self.went.values())
        )
        persons = (
            self.opening.persons
            + sum(moved.persons for moved in self.came.values())
            - sum(moved.persons for moved in self.went.values())
            + self.member_change_in
            - self.member_change_out
        )
        return (households, persons) == (self.closing.households, self.closing.persons)


class Movements(Struct, frozen=True):
    """The movements of one area. `look_back` is how far an earlier listing is looked for."""

    area: str
    from_: date
    to: date
    known_at: datetime | None
    seq: int
    poor: Movement
    near_poor: Movement
    look_back: str = "whole_history"


class _Row(NamedTuple):
    """Households that share all that decides on their movement; None: not in the area that day."""

    before: str | None
    after: str | None
    elsewhere: str | None
    from_split: bool
    was_poor: bool
    was_listed: bool
    households: int
    persons_before: int
    persons_after: int
    more: int
    fewer: int


# `here` are the units of the area. A household that is not in them on a day may be elsewhere, or
# not be at all: `elsewhere` is its class there on the first day. Earlier listings are looked for
# wherever it lived then. One span that holds on both days is no movement: only of the others,
# `concerned`, are all spans looked at.
_KNOWN = """scope = 'national'
       and case when %(known_at)s::timestamptz is null then known_to = %(forever)s
                else known_from <= %(known_at)s and known_to > %(known_at)s end"""
_HERE = "(%(units)s::text[] is null or area = any(%(units)s))"
_LISTED = f"""
with listed as (
    select household_id, class, persons, valid_from <= %(from)s and valid_to > %(to)s as still
      from read.status_spans
     where {_HERE} and class = any(%(listed)s) and {_KNOWN}
       and (valid_from <= %(from)s and valid_to > %(from)s
            or valid_from <= %(to)s and valid_to > %(to)s)
), concerned as (
    select distinct household_id from listed where not still
)"""
_SPAN = f"""
        select household_id, class, persons, from_split, {_HERE} as here,
               valid_from <= %(from)s and valid_to > %(from)s as first,
               valid_from <= %(to)s and valid_to > %(to)s as last,
               valid_from < %(from)s as earlier
          from read.status_spans"""
_MOVE = """
           max(class) filter (where here and first) as before,
           max(class) filter (where here and last) as after,
           max(class) filter (where not here and first) as elsewhere,
           coalesce(bool_or(from_split) filter (where last), false) as from_split,
           coalesce(bool_or(class = 'poor') filter (where earlier), false) as was_poor,
           coalesce(bool_or(class = any(%(listed)s)) filter (where earlier), false) as was_listed,
           coalesce(max(persons) filter (where first), 0) as persons_before,
           coalesce(max(persons) filter (where last), 0) as persons_after"""
# The spans of the households concerned: of few by one look into the index each, of many by one
# pass over all spans.
_EACH_OF_FEW = f"""
    select c.household_id, m.* from concerned c cross join lateral (
        select {_MOVE} from ({_SPAN} s
         where s.household_id = c.household_id and {_KNOWN}) span) m"""
_EACH_OF_MANY = f"""
    select household_id, {_MOVE} from ({_SPAN} join concerned using (household_id)
         where {_KNOWN}) span group by household_id"""
_MOVES = """, moves as (
    select household_id, class as before, class as after, null as elsewhere,
           false as from_split, false as was_poor, false as was_listed,
           persons as persons_before, persons as persons_after
      from listed where still
    union all"""
_GROUPED = """
select p.seq, s.* from read.positions p left join (
    select before, after, elsewhere, from_split, was_poor, was_listed, count(*),
           sum(persons_before), sum(persons_after),
           sum(greatest(persons_after - persons_before, 0)),
           sum(greatest(persons_before - persons_after, 0))
      from moves group by 1, 2, 3, 4, 5, 6
) s on true where p.model = 'status_spans'
"""


_EACH = """
select household_id, before, after, elsewhere, from_split, was_poor, was_listed, 1,
       persons_before, persons_after, greatest(persons_after - persons_before, 0),
       greatest(persons_before - persons_after, 0)
  from moves
"""


class VillageMove(NamedTuple):
    """Households that came and went alike: where they stood on both days, and in which class.

    `again` is whether they were listed before the first day: in the class "poor", or in any.
    `more` and `fewer` are the persons that they have more and fewer on the last day.
    """

    area_before: str | None
    village_before: str | None
    before: str | None
    area_after: str | None
    village_after: str | None
    after: str | None
    from_split: bool
    was_poor: bool
    was_listed: bool
    households: int
    persons_before: int
    persons_after: int
    more: int
    fewer: int


_BY_VILLAGE = f"""
, moves as (
    select household_id, area as area_before, village as village_before, class as before,
           area as area_after, village as village_after, class as after, false as from_split,
           false as was_poor, false as was_listed, persons as persons_before,
           persons as persons_after
      from listed where still
    union all
    select s.household_id, max(s.area) filter (where first), max(s.village) filter (where first),
           max(s.class) filter (where first), max(s.area) filter (where last),
           max(s.village) filter (where last), max(s.class) filter (where last),
           coalesce(bool_or(from_split) filter (where last), false),
           coalesce(bool_or(s.class = 'poor') filter (where earlier), false),
           coalesce(bool_or(s.class = any(%(listed)s)) filter (where earlier), false),
           coalesce(max(s.persons) filter (where first), 0),
           coalesce(max(s.persons) filter (where last), 0)
      from (
        select household_id, area, village, class, persons, from_split,
               valid_from <= %(from)s and valid_to > %(from)s as first,
               valid_from <= %(to)s and valid_to > %(to)s as last,
               valid_from < %(from)s as earlier
          from read.status_spans
         where household_id = any(array(select household_id from concerned)) and {_KNOWN}) s
     group by 1
)
select area_before, village_before, before, area_after, village_after, after, from_split,
       was_poor, was_listed, count(*), sum(persons_before), sum(persons_after),
       sum(greatest(persons_after - persons_before, 0)),
       sum(greatest(persons_before - persons_after, 0))
  from moves group by 1, 2, 3, 4, 5, 6, 7, 8, 9
"""


def moves_by_village(
    conn: Connection,
    units: Iterable[str] | None,
    *,
    from_: date,
    to: date,
    known_at: datetime | None = None,
) -> list[VillageMove]:
    """All households that were listed in these units on one of the days, by how they moved."""
    listed = _LISTED.replace("class, persons,", "area, village, class, persons,", 1)
    parameters = _asked(units, from_, to, known_at)
    rows = sql.execute_unprepared(conn, listed + _BY_VILLAGE, parameters).fetchall()
    return [VillageMove(*row[:9], *map(int, row[9:])) for row in rows]


def movements(
    conn: Connection,
    area: str,
    units: Iterable[str] | None,
    *,
    from_: date,
    to: date,
    known_at: datetime | None = None,
) -> Movements:
    """Between how it stood at the end of `from_` and at the end of `to`.

    So the closing of one period is the opening of the next, and both are what `counts` says of
    these days with the same units. `units` are those counted under the area, None for the whole
    country; the same ones on both days, so that a change of the map is no movement.
    """
    parameters = _asked(units, from_, to, known_at)
    found = sql.execute_unprepared(conn, _moves(parameters) + _GROUPED, parameters).fetchall()
    rows = [_Row(*row[1:]) for row in found if row[7] is not None]
    return Movements(
        area=area,
        from_=from_,
        to=to,
        known_at=known_at,
        seq=found[0][0] if found else 0,
        poor=_movement("poor", rows),
        near_poor=_movement("near_poor", rows),
    )


def moved_households(
    conn: Connection,
    units: Iterable[str] | None,
    way: str,
    *,
    class_: str,
    from_: date,
    to: date,
    known_at: datetime | None = None,
) -> list[UUID]:
    """The households that `movements` counts in one place: "opening", "closing", "unchanged", a
    way in or out, or "member_change_in" or "_out", of "poor" or "near_poor"."""
    parameters = _asked(units, from_, to, known_at)
    found = sql.execute_unprepared(conn, _moves(parameters) + _EACH, parameters).fetchall()
    return [household for household, *row in found if way in _ways(class_, _Row._make(row))]


def _moves(parameters: Mapping[str, object]) -> str:
    """The query for `moves`: one row for each household that is listed on one of the days."""
    each = _EACH_OF_FEW if sql.few(parameters["units"]) else _EACH_OF_MANY
    return f"{_LISTED}{_MOVES}{each}\n)\n"


def _ways(class_: str, row: _Row) -> set[str]:
    """All the places of the table of a class that a household stands in."""
    ways = set()
    if row.before == class_:
        ways.add("opening")
    if row.after == class_:
        ways.add("closing")
    if row.before == row.after == class_:
        ways.add("unchanged")
        if row.more:
            ways.add("member_change_in")
        if row.fewer:
            ways.add("member_change_out")
    elif row.after == class_:
        ways.add(_how_it_came(class_, row))
    elif row.before == class_:
        ways.add(_how_it_went(class_, row))
    return ways


def _asked(
    units: Iterable[str] | None, from_: date, to: date, known_at: datetime | None
) -> dict[str, object]:
    return {
        "units": None if units is None else sorted(units),
        "from": from_,
        "to": to,
        "known_at": known_at,
        "forever": FOREVER,
        "listed": list(LISTED),
    }


def _movement(class_: str, rows: Iterable[_Row]) -> Movement:
    came: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    went: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    opening, closing, unchanged, change = [0, 0], [0, 0], [0, 0], [0, 0]
    for row in rows:
        if row.before == class_:
            _add(opening, row.households, row.persons_before)
        if row.after == class_:
            _add(closing, row.households, row.persons_after)
        if row.before == row.after == class_:
            _add(unchanged, row.households, row.persons_before)
            _add(change, row.more, row.fewer)
        elif row.after == class_:
            _add(came[_how_it_came(class_, row)], row.households, row.persons_after)
        elif row.before == class_:
            _add(went[_how_it_went(class_, row)], row.households, row.persons_before)
    other = "near_poor_to_poor" if class_ == "poor" else "poor_to_near_poor"
    back = "poor_to_near_poor" if class_ == "poor" else "near_poor_to_poor"
    return Movement(
        class_=class_,
        opening=Moved(*opening),
        came=_all(came, ("newly_arising", "re_poverty", other, "other_in")),
        went=_all(went, (back, "exit_above", "other_out")),
        unchanged=Moved(*unchanged),
        member_change_in=change[0],
        member_change_out=change[1],
        closing=Moved(*closing),
    )


def _how_it_came(class_: str, row: _Row) -> str:
    """Why a household is in the class on the last day that was not in it, here, on the first."""
    if row.before in LISTED:
        return "near_poor_to_poor" if class_ == "poor" else "poor_to_near_poor"
    if row.before is None and row.elsewhere in LISTED:
        return "other_in"
    if row.before is None and row.elsewhere is None and row.from_split:
        return "other_in"
    again = row.was_poor if class_ == "poor" else row.was_listed
    return "re_poverty" if again else "newly_arising"


def _how_it_went(class_: str, row: _Row) -> str:
    """Why a household that was in the class, here, on the first day is not on the last."""
    if row.after in LISTED:
        return "poor_to_near_poor" if class_ == "poor" else "near_poor_to_poor"
    return "other_out" if row.after is None else "exit_above"


def _add(pair: list[int], first: int, second: int) -> None:
    pair[0] += int(first)
    pair[1] += int(second)


def _all(pairs: Mapping[str, list[int]], names: Iterable[str]) -> dict[str, Moved]:
    return {name: Moved(*pairs.get(name, (0, 0))) for name in names}
