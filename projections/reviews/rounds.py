"""Queries review rounds: the list of an area, how far each is, and what in it waits for an answer.

Nothing here names a person. The step of a household is one of `round_step.STEPS`; which of the two
that depend on other facts it is, is decided here, on the day that is asked about.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.eventstore.postgres import Connection, SqlRow
from projections.engine import sql

PAGE = 50

SHOWN_STEP = """case
  when h.step in ('listed', 'sent_back') and s.surveyed_on >= h.since
       and s.survey_id is distinct from h.survey_id then 'surveyed'
  when h.step = 'posted' and (h.until is null or h.until < %(on)s) then 'ready'
  else h.step end"""
# Surveys are looked up one by one: the households of a commune are few among all of them.
WITH_SURVEYS = """read.round_households h
  left join lateral (select * from read.surveys s
                      where s.household_id = h.household_id and s.latest offset 0) s on true"""

# Only these steps depend on a survey.
_WITH_FRESH_SURVEYS = """read.round_households h
  left join lateral (select * from read.surveys s
                      where s.household_id = h.household_id and s.latest
                        and h.step in ('listed', 'sent_back') offset 0) s on true"""


# The exit that the result of a household is, as `domain.households.movements.exit_kind` names it.
_LOSS = """case
  when class_before = 'poor' and class = 'near_poor' then 'to_near_poor'
  when class_before in ('poor', 'near_poor') and class not in ('', 'poor', 'near_poor')
  then 'above_near_poor' else '' end"""


class RoundList(Struct, frozen=True):
    """A list that a round makes: its code, its standard, the year it is counted in and used in."""

    code: str
    standard: str
    counted_in: int
    used_in: int


class RoundRow(Struct, frozen=True):
    """One round. `last_on` is the latest day of a step; `version` that of its last event."""

    round_id: UUID
    area: str
    track: str
    year: int
    month: int | None
    procedure: str
    lists: tuple[RoundList, ...]
    opened_on: date
    last_on: date
    closed_on: date | None
    outcome: str
    households: int
    version: int


class StepCount(Struct, frozen=True):
    """The households of one village in one step. `posted_until` is the earliest last day of their
    postings, `answer_by` of the re-verification of their grievances."""

    round_id: UUID
    village: str
    step: str
    households: int
    posted_until: date | None
    answer_by: date | None


class RequestRow(Struct, frozen=True):
    """A request; `outcome` is that of form A, "" before it. `listed`: its household is reviewed."""

    round_id: UUID
    request_id: UUID
    household_id: UUID
    kind: str
    received_on: date
    outcome: str
    refused_on: date | None
    listed: bool


class GrievanceRow(Struct, frozen=True):
    """A grievance, with the village of its household.

    `surveyed`: there is a survey since; `voted`: a result rests on it.
    """

    round_id: UUID
    grievance_id: UUID
    household_id: UUID
    village: str
    lodged_on: date
    due_on: date | None
    late: bool
    answered_on: date | None
    outcome: str
    surveyed: bool
    voted: bool


class ConsultationRow(Struct, frozen=True):
    """A report to the level above, and its answer; `asked` is an actor of the procedure.

    `outdated`: a class in the list has changed since, so that it has to be reported again.
    """

    round_id: UUID
    list_code: str
    asked: str
    sent_on: date
    due_on: date | None
    answered_on: date | None
    opinion: str
    outdated: bool


class SignatureRow(Struct, frozen=True):
    """A second signature that the brake asked for; `given_by` is "" before it is given."""

    round_id: UUID
    list_code: str
    kind: str
    list_digest: str
    required_by: str
    required_on: date
    given_by: str
    given_on: date | None


class DecisionRow(Struct, frozen=True):
    """A decision that was signed, and the number of its households."""

    round_id: UUID
    list_code: str
    kind: str
    number: str
    signed_on: date
    households: int


_lists = msgspec.json.Decoder(tuple[RoundList, ...]).decode
_COLUMNS = """select r.round_id, r.area, r.track, r.year, r.month, r.procedure, r.lists::text,
       r.opened_on, r.last_on, r.closed_on, r.outcome, r.households, r.version
  from read.rounds r """


def rounds(
    conn: Connection,
    *,
    units: Iterable[str] | None,
    running: bool = False,
    after: tuple[int, str, str] | None = None,
    limit: int = PAGE,
) -> list[RoundRow]:
    """Rounds of these units, None being all, the latest first; with `running` those not closed.

    `after` is the place of the last row before: year, day of opening (ISO), id.
    """
    year, opened, last = after or (None, None, None)
    found = sql.execute_unprepared(
        conn,
        _COLUMNS
        + """where (%(units)s::text[] is null or r.area = any(%(units)s))
   and (not %(running)s or r.closed_on is null)
   and (%(year)s::int is null
        or (r.year, r.opened_on, r.round_id) < (%(year)s, %(opened)s::date, %(last)s::uuid))
 order by r.year desc, r.opened_on desc, r.round_id desc limit %(limit)s""",
        {
            "units": None if units is None else sorted(set(units)),
            "running": running,
            "year": year,
            "opened": opened,
            "last": last,
            "limit": limit,
        },
    )
    return [_round(row) for row in found]


def round_of(conn: Connection, round_id: UUID) -> RoundRow | None:
    """One round; None where the read model has none."""
    row = conn.execute(f"{_COLUMNS} where r.round_id = %s".encode(), [round_id]).fetchone()
    return _round(row) if row else None


def _round(row: SqlRow) -> RoundRow:
    return RoundRow(*(*row[:6], _lists(row[6]), *row[7:]))


def recorded_steps(conn: Connection, round_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """The households of each round by step as recorded: neither "surveyed" nor "ready"."""
    found: dict[UUID, dict[str, int]] = {one: {} for one in round_ids}
    query = """select round_id, step, sum(households)::bigint from read.round_counts
 where round_id = any(%(rounds)s) group by 1, 2"""
    for id_, step, number in sql.execute_unprepared(conn, query, {"rounds": list(round_ids)}):
        found[id_][step] = number
    return found


def progress(conn: Connection, round_ids: Collection[UUID], *, on: date) -> list[StepCount]:
    """The households of rounds by village and step on a day, the villages in their order."""
    query = f"""
select h.round_id, h.village, {SHOWN_STEP} as shown, count(*), min(h.until),
       min(h.grievance_due_on)
  from {_WITH_FRESH_SURVEYS}
 where h.round_id = any(%(rounds)s)
 group by h.round_id, h.village_key, h.village, shown
 order by h.round_id, h.village_key, h.village, shown"""
    found = sql.execute_unprepared(conn, query, {"rounds": list(round_ids), "on": on})
    return [StepCount(*row) for row in found]


def requests(
    conn: Connection, round_ids: Collection[UUID], *, waiting: bool = False
) -> list[RequestRow]:
    """The requests of rounds by day; with `waiting` those neither refused nor listed."""
    query = """
select round_id, request_id, household_id, kind, received_on, outcome, refused_on, listed
  from read.round_requests
 where round_id = any(%(rounds)s) and (not %(waiting)s or refused_on is null and not listed)
 order by received_on, request_id"""
    parameters = {"rounds": list(round_ids), "waiting": waiting}
    return [RequestRow(*row) for row in sql.execute_unprepared(conn, query, parameters)]


def grievances(
    conn: Connection, round_ids: Collection[UUID], *, waiting: bool = False
) -> list[GrievanceRow]:
    """The grievances of rounds by their last day; with `waiting` those that wait for an answer."""
    query = """
select g.round_id, g.grievance_id, g.household_id, coalesce(h.village, ''), g.lodged_on, g.due_on,
       g.late, g.answered_on, g.outcome, coalesce(s.surveyed_on >= g.lodged_on, false),
       coalesce(s.surveyed_on >= g.lodged_on and s.survey_id = h.survey_id, false)
  from read.round_grievances g
  left join read.round_households h using (round_id, household_id)
  left join lateral (select * from read.surveys s
                      where s.household_id = g.household_id and s.latest offset 0) s on true
 where g.round_id = any(%(rounds)s)
   and (not %(waiting)s or g.answered_on is null and not g.late)
 order by g.due_on nulls last, g.lodged_on, g.grievance_id"""
    parameters = {"rounds": list(round_ids), "waiting": waiting}
    return [GrievanceRow(*row) for row in sql.execute_unprepared(conn, query, parameters)]


def consultations(conn: Connection, round_ids: Collection[UUID]) -> list[ConsultationRow]:
    """The reports of rounds to the level above."""
    query = """select round_id, list_code, asked, sent_on, due_on, answered_on, opinion, outdated
  from read.round_consultations where round_id = any(%(rounds)s) order by sent_on, list_code"""
    return [ConsultationRow(*row) for row in _of(conn, query, round_ids)]


def signatures(conn: Connection, round_ids: Collection[UUID]) -> list[SignatureRow]:
    """The second signatures that were asked for in rounds."""
    query = """select round_id, list_code, kind, list_digest, required_by, required_on, given_by,
       given_on
  from read.round_signatures where round_id = any(%(rounds)s) order by required_on, list_digest"""
    return [SignatureRow(*row) for row in _of(conn, query, round_ids)]


def decisions(conn: Connection, round_ids: Collection[UUID]) -> list[DecisionRow]:
    """The decisions of rounds."""
    query = """select round_id, list_code, kind, number, signed_on, households
  from read.round_decisions where round_id = any(%(rounds)s) order by signed_on, number"""
    return [DecisionRow(*row) for row in _of(conn, query, round_ids)]


def decision_of(
    conn: Connection, area: str, number: str, signed_on: date | None
) -> DecisionRow | None:
    """The decision of a round of a commune with this number and day; None where no round has it."""
    query = """select d.round_id, d.list_code, d.kind, d.number, d.signed_on, d.households
  from read.rounds r join read.round_decisions d using (round_id)
 where r.area = %(area)s and d.number = %(number)s and d.signed_on = %(signed_on)s limit 1"""
    parameters = {"area": area, "number": number, "signed_on": signed_on}
    row = sql.execute_unprepared(conn, query, parameters).fetchone()
    return DecisionRow(*row) if row else None


def without_notice(conn: Connection, round_ids: Collection[UUID]) -> dict[UUID, int]:
    """The households of each round that lose a status by their result without a notice of it.

    A poor household that becomes near-poor loses one too. A notice of another loss is none.
    """
    query = f"""select round_id, count(*) from read.round_households
 where round_id = any(%(rounds)s) and step = 'posted' and {_LOSS} <> ''
   and (notice_on is null or notice_reason <> {_LOSS})
 group by 1"""
    return dict(_of(conn, query, round_ids).fetchall())


def objections_until(
    conn: Connection, round_ids: Collection[UUID], *, on: date
) -> dict[UUID, date]:
    """The last day on which a household of each round can still object to its notice."""
    query = """select round_id, max(notice_on) from read.round_households
 where round_id = any(%(rounds)s) and step = 'posted' and notice_on >= %(on)s group by 1"""
    return dict(
        sql.execute_unprepared(conn, query, {"rounds": list(round_ids), "on": on}).fetchall()
    )


def _of(conn: Connection, query: str, round_ids: Collection[UUID]) -> Any:
    return sql.execute_unprepared(conn, query, {"rounds": list(round_ids)})


def rounds_of(conn: Connection, household_id: UUID) -> list[UUID]:
    """Every round that reviews a household or has a request of it, by id."""
    query = """select round_id from read.round_households where household_id = %(household)s
 union select round_id from read.round_requests where household_id = %(household)s order by 1"""
    rows = sql.execute_unprepared(conn, query, {"household": household_id}).fetchall()
    return [id_ for (id_,) in rows]
