"""Queries the households under review, with the names of their heads, in the order of the list."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from msgspec import Struct

from domain.eventstore.personal import Keyring, Personal
from domain.eventstore.postgres import Connection, SqlRow
from projections.engine import sql
from projections.households.sentences import ERASED
from projections.reviews.rounds import PAGE, SHOWN_STEP, WITH_SURVEYS

CHANGES = ("enters", "leaves", "changes", "stays", "not_listed")
"""What a result does to a household on the list of poor and near-poor."""

_LISTED = "('poor', 'near_poor')"
CHANGE = f"""case
  when h.class = '' then ''
  when h.class in {_LISTED} and h.class_before not in {_LISTED} then 'enters'
  when h.class not in {_LISTED} and h.class_before in {_LISTED} then 'leaves'
  when h.class not in {_LISTED} then 'not_listed'
  when h.class = h.class_before then 'stays' else 'changes' end"""
# An override, a grievance, a second attempt, or a result that the standard did not compute.
DOUBT = """case when h.class = '' then 0 else
  (h.override_reason <> '')::int * 4 + (h.grievances > 0)::int * 2 + (h.attempts > 1)::int end"""


class ReviewedRow(Struct, frozen=True):
    """A household in a round. `surveyed_on` and `surveyor` are of its latest survey since the day
    from which one counts, None and "" without one. `change` is one of CHANGES, "" without a result;
    `doubt` is 0 where nothing is doubtful. `head` as in the list of households."""

    round_id: UUID
    household_id: UUID
    place: int
    village: str
    step: str
    source: str
    kind: str
    listed_on: date
    since: date
    attempts: int
    class_before: str
    class_: str
    computed: str
    override_reason: str
    opening_class: str
    votes_for: int | None
    attendance: int | None
    result_on: date | None
    posted_on: date | None
    until: date | None
    grievances: int
    grievance_due_on: date | None
    notice_reason: str
    notice_on: date | None
    decided: str
    refused_on: date | None
    survey_id: UUID | None
    surveyed_on: date | None
    surveyor: str
    change: str
    doubt: int
    number: str
    area: str
    head: str


_COLUMNS = f"""
select h.round_id, h.household_id, h.place, h.village, {SHOWN_STEP} as shown, h.source, h.kind,
       h.listed_on, h.since, h.attempts, h.class_before, h.class, h.computed, h.override_reason,
       h.opening_class, h.votes_for, h.attendance, h.result_on, h.posted_on, h.until, h.grievances,
       h.grievance_due_on, h.notice_reason, h.notice_on, h.decided, h.refused_on,
       case when s.surveyed_on >= h.since then s.survey_id end as survey,
       case when s.surveyed_on >= h.since then s.surveyed_on end as surveyed_on,
       case when s.surveyed_on >= h.since then s.surveyor else '' end as surveyor,
       {CHANGE} as change, {DOUBT} as doubt,
       coalesce(g.number, ''), coalesce(g.area, ''), g.head_subject, g.head_sealed
  from {WITH_SURVEYS}
  left join lateral (select * from read.register g
                      where g.household_id = h.household_id offset 0) g on true
"""
_SORTS = {
    "place": "h.village_key, coalesce(g.number_key, ''), h.place, h.household_id",
    "doubt": "doubt desc, h.village_key, h.place, h.household_id",
}
# Where a household stands in the order by place.
_PLACE_OF = """(select h.village_key, coalesce(g.number_key, ''), h.place, h.household_id
          from read.round_households h left join read.register g using (household_id)
         where h.round_id = any(%(rounds)s) and h.household_id = %(after)s limit 1)"""


def households(
    conn: Connection,
    keyring: Keyring,
    round_ids: Collection[UUID],
    *,
    on: date,
    steps: Collection[str] = (),
    villages: Collection[str] | None = None,
    change: str = "",
    only: Collection[UUID] | None = None,
    after: UUID | None = None,
    sort: str = "place",
    offset: int = 0,
    limit: int = PAGE,
) -> list[ReviewedRow]:
    """Households of rounds: in some steps, in some villages, of a change of class, or only these.

    Sorted by "place": villages in their order, in each the household numbers, which go from house
    to house, then the order of listing; or by "doubt", the doubtful ones first. `after` leaves out
    those up to the place of a household of these rounds.
    """
    query = f"""{_COLUMNS}
 where h.round_id = any(%(rounds)s)
   and (%(villages)s::text[] is null or h.village = any(%(villages)s))
   and (%(only)s::uuid[] is null or h.household_id = any(%(only)s))
   and (cardinality(%(steps)s::text[]) = 0 or {SHOWN_STEP} = any(%(steps)s))
   and (%(change)s = '' or {CHANGE} = %(change)s)
   and (%(after)s::uuid is null or ({_SORTS["place"]}) > {_PLACE_OF})
 order by {_SORTS[sort]} limit %(limit)s offset %(offset)s"""
    found = sql.execute_unprepared(
        conn,
        query,
        {
            "rounds": list(round_ids),
            "on": on,
            "steps": list(steps),
            "villages": None if villages is None else list(villages),
            "change": change,
            "only": None if only is None else list(only),
            "after": after,
            "limit": limit,
            "offset": offset,
        },
    ).fetchall()
    return _named(conn, keyring, found)


_GONE = """h.round_id = %(round)s and h.refused_on is null and h.decided = ''
   and (g.household_id is null or g.ended or not g.area = any(%(units)s))"""


def gone(
    conn: Connection,
    keyring: Keyring,
    round_id: UUID,
    units: Collection[str],
    *,
    on: date,
    limit: int = PAGE,
) -> list[ReviewedRow]:
    """The households of a round that have moved out of these units or ended, and wait for a
    decision still, in the order of the list. An ended one has no head here."""
    query = f"{_COLUMNS} where {_GONE} order by {_SORTS['place']} limit %(limit)s"
    asked = {"round": round_id, "units": sorted(units), "on": on, "limit": limit}
    return _named(conn, keyring, sql.execute_unprepared(conn, query, asked).fetchall())


def number_gone(conn: Connection, round_id: UUID, units: Collection[str]) -> int:
    """Counts those of `gone`."""
    query = f"""select count(*) from read.round_households h
  left join read.register g using (household_id) where {_GONE}"""
    asked = {"round": round_id, "units": sorted(units)}
    row = sql.execute_unprepared(conn, query, asked).fetchone()
    return int(row[0]) if row else 0


def rounds_of_household(
    conn: Connection, keyring: Keyring, household_id: UUID, *, on: date
) -> list[ReviewedRow]:
    """The places of a household in rounds, open and closed ones, the latest first."""
    query = f"{_COLUMNS} where h.household_id = %(household)s order by h.listed_on desc, h.round_id"
    found = sql.execute_unprepared(conn, query, {"household": household_id, "on": on}).fetchall()
    return _named(conn, keyring, found)


def ids_in_step(conn: Connection, round_id: UUID, village: str, step: str) -> list[UUID]:
    """The households of a village in a step as recorded, in the order of the list."""
    query = """select household_id from read.round_households
 where round_id = %(round)s and village = %(village)s and step = %(step)s order by place"""
    parameters = {"round": round_id, "village": village, "step": step}
    return [id_ for (id_,) in sql.execute_unprepared(conn, query, parameters)]


def changes(conn: Connection, round_id: UUID) -> list[tuple[str, str, str, int]]:
    """Counts the households of each change: (change, class before, class, households)."""
    query = f"""select {CHANGE} as change, h.class_before, h.class, count(*)
  from read.round_households h where h.round_id = %(round)s and h.class <> ''
 group by 1, 2, 3 order by 1, 2, 3"""
    return sql.execute_unprepared(conn, query, {"round": round_id}).fetchall()


def _named(conn: Connection, keyring: Keyring, rows: list[SqlRow]) -> list[ReviewedRow]:
    heads = {row[1]: Personal(row[-2], row[-1]) for row in rows if row[-2] is not None}
    revealed = keyring.reveal_many(heads.values(), conn)
    named = []
    for row in rows:
        head = heads.get(row[1])
        value = revealed[head.subject, head.sealed] if head else {}
        name = ERASED if value is None else value.get("name", "")
        named.append(ReviewedRow(*(*row[:-2], name)))
    return named
