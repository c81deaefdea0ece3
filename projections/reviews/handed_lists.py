"""Queries the lists that communes handed over, the rounds that wait for it, and what changed since.

Nothing here names a person.
"""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection
from projections.engine import sql
from projections.engine.tables import FOREVER


class HandedRow(Struct, frozen=True):
    """A list that was handed over: of which round, the how many-th time, when and how."""

    round_id: UUID
    handed_list: str
    number: int
    area: str
    year: int
    handed_on: date
    due_on: date | None
    means: str
    digest: str
    account: str
    letter: str
    households: int
    persons: int


class DecidedRound(Struct, frozen=True):
    """A round with a signed decision: the day of the last one, and the households without one."""

    round_id: UUID
    area: str
    track: str
    year: int
    signed_on: date
    left: int


_COLUMNS = """select round_id, handed_list, number, area, year, handed_on, due_on, means, digest,
       account, letter, households, persons
  from read.handed_lists """


def of_round(conn: Connection, round_id: UUID) -> list[HandedRow]:
    """The lists that were handed over in a round, in their order."""
    query = _COLUMNS + "where round_id = %(round)s order by handed_list, number"
    return [HandedRow(*row) for row in sql.execute_unprepared(conn, query, {"round": round_id})]


def of_areas(conn: Connection, units: Iterable[str] | None, *, since: int) -> list[HandedRow]:
    """The lists that communes handed over in the rounds from a year on; None are all communes."""
    query = (
        _COLUMNS
        + """where (%(units)s::text[] is null or area = any(%(units)s)) and year >= %(since)s
 order by handed_on, number"""
    )
    parameters = {"units": None if units is None else sorted(set(units)), "since": since}
    return [HandedRow(*row) for row in sql.execute_unprepared(conn, query, parameters)]


def decided_rounds(
    conn: Connection, units: Iterable[str] | None, tracks: Collection[str], *, since: int
) -> list[DecidedRound]:
    """The round of each commune and track that was decided on last, from a year on."""
    query = """
with decided as (
  select r.round_id, r.area, r.track, r.year, max(d.signed_on) as signed_on
    from read.rounds r join read.round_decisions d using (round_id)
   where (%(units)s::text[] is null or r.area = any(%(units)s))
     and r.track = any(%(tracks)s) and r.year >= %(since)s
   group by r.round_id, r.area, r.track, r.year),
last as (
  select distinct on (area, track) * from decided order by area, track, signed_on desc, round_id)
select l.round_id, l.area, l.track, l.year, l.signed_on,
       coalesce((select sum(c.households) from read.round_counts c
                  where c.round_id = l.round_id
                    and c.step not in ('decided', 'not_recognised')), 0)::int
  from last l order by l.area, l.track"""
    parameters = {
        "units": None if units is None else sorted(set(units)),
        "tracks": list(tracks),
        "since": since,
    }
    return [DecidedRound(*row) for row in sql.execute_unprepared(conn, query, parameters)]


def changed(
    conn: Connection, round_id: UUID, handed_list: str, units: Collection[str], *, on: date
) -> int:
    """Counts the households that are poor or near-poor on a day and were not handed over as that,
    or the other way round."""
    query = """
with sent as (
  select household_id, kind from read.handed_households
   where round_id = %(round)s and handed_list = %(list)s and kind in ('poor', 'near_poor')),
now as (
  select household_id, class from read.status_spans
   where area = any(%(units)s) and scope = 'national' and class in ('poor', 'near_poor')
     and known_to = %(forever)s
     and valid_from <= %(on)s and valid_to > %(on)s)
select count(*) from sent full join now using (household_id)
 where sent.kind is distinct from now.class"""
    parameters = {
        "round": round_id,
        "list": handed_list,
        "units": sorted(units),
        "on": on,
        "forever": FOREVER,
    }
    found = sql.execute_unprepared(conn, query, parameters).fetchone()
    return int(found[0]) if found else 0
