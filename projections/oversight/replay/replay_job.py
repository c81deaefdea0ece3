"""The job of a replay decides again the decisions of some units and a period, up to a seq.

Households are cut into parts by id. Any number of workers may run one replay at once: each takes
a part that is free, reads the histories of its households, and writes outcomes and the part
in one short transaction. Killed at any moment, it goes on with the parts that are not written.
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from domain.eventstore.postgres import Connection, Pool, SqlRow, autocommitting
from domain.jobs.parts import claim_in_transaction
from domain.standards import Standards
from domain.standards.score_card import read_score_cards
from projections.oversight.replay.carried_classes import (
    Carried,
    carried_from,
    with_withdrawn_sources,
)
from projections.oversight.replay.decide_again import DecideAgain
from projections.oversight.replay.outcomes import Scope, digest_of, write_part
from projections.oversight.replay.recorded_decisions import (
    DECODERS,
    DecisionRecord,
    ReplayOutcome,
    ResidenceRecord,
    SurveyRecord,
    UnreadableDecision,
    Withdrawn,
    unreadable,
    withdrawn,
)
from projections.oversight.replay.runs import REPLAYS, ReplayUnknown

_IDS = 1 << 128

_READ = """
select e.originator_id, e.originator_version, e.topic, e.state,
       case when e.topic = any(%b::text[]) then
           (select l.seq from store.ledger l where l.position = e.position)
       end
  from store.events e
 where {whose} and e.topic = any(%b::text[])
 order by e.originator_id, e.originator_version
"""
_IN_RANGE = "e.originator_id between %b::uuid and %b::uuid"
_NAMED = "e.originator_id = any(%b::uuid[])"
_LIVED = (
    f"select e.originator_id, e.state from store.events e where {_IN_RANGE} and topic = any(%b)"
)
_PLACES = [topic for topic, decoder in DECODERS.items() if decoder.type is ResidenceRecord]
_DECISIONS = [topic for topic in DECODERS if topic not in _PLACES]
# The events that count up to the replay's place in the ledger, which is read for them alone.
_PLACED = [DecisionRecord.TOPIC, Withdrawn.TOPIC]


class _Stored(NamedTuple):
    """One event of a household as it is read; `seq` is None where it was not asked for, or where
    the event is not in the ledger yet."""

    household_id: UUID
    version: int
    topic: str
    state: bytes
    seq: int | None


def run(
    pool: Pool,
    standards: Standards,
    replay_id: UUID,
    now: datetime,
    hands: int = 2,
) -> bool:
    """Works on a replay until no part is left to take. True: the replay is done.

    Safe to run twice and by several workers at once. False where others still work on parts.
    Each of `hands` threads has a connection of the pool, so that one decides while the server
    reads for another.
    """
    with autocommitting(pool) as conn:
        scope = _begin(conn, replay_id, now)
    if scope is None:
        return True
    stop = threading.Event()
    with ThreadPoolExecutor(hands, thread_name_prefix="replay") as threads:
        at_work = [threads.submit(_do_parts, pool, standards, scope, stop) for _ in range(hands)]
        try:
            for hand in as_completed(at_work):
                hand.result()
        finally:
            stop.set()  # one that failed, or a worker told to end, ends the others soon
    with autocommitting(pool) as conn:
        return _finish(conn, scope, now)


def _do_parts(pool: Pool, standards: Standards, scope: Scope, stop: threading.Event) -> None:
    with pool.connection() as conn:
        again = DecideAgain(standards, read_score_cards(conn))
        conn.commit()
        while not stop.is_set() and _do_next_part(conn, scope, again):
            continue


def _begin(conn: Connection, replay_id: UUID, now: datetime) -> Scope | None:
    """The scope of an unfinished replay, marked as running; None if it is done."""
    try:
        row = REPLAYS.begin(conn, replay_id, now, "units, from_on, to_on, seq, parts")
    except LookupError:
        raise ReplayUnknown(replay=replay_id) from None
    return None if row is None else Scope(replay_id, frozenset(row[0]), *row[1:])


def _do_next_part(conn: Connection, scope: Scope, again: DecideAgain) -> bool:
    """Does one part that is not done and that no other worker has. False: there is none.

    The transaction gets an id only with its first row, at the end: reading holds no writer back.
    """
    for part in _open_parts(conn, scope):
        with conn.transaction():
            if claim_in_transaction(conn, scope.replay_id, part) and _is_open(conn, scope, part):
                write_part(conn, scope, part, _outcomes(conn, scope, part, again))
                return True
    return False


def _open_parts(conn: Connection, scope: Scope) -> list[int]:
    """The parts that are not written yet."""
    with conn.transaction():
        rows = conn.execute(
            "select part from office.replay_parts where replay_id = %s", [scope.replay_id]
        )
        done = {part for (part,) in rows}
    return [part for part in range(scope.parts) if part not in done]


def _is_open(conn: Connection, scope: Scope, part: int) -> bool:
    """Whether no other worker has written the part meanwhile."""
    written = conn.execute(
        "select from office.replay_parts where replay_id = %s and part = %s",
        [scope.replay_id, part],
    ).fetchone()
    return written is None


def _outcomes(conn: Connection, scope: Scope, part: int, again: DecideAgain) -> list[ReplayOutcome]:
    """The outcomes of the households of one part, household by household."""
    carried: dict[int, Carried] = {}
    found: list[ReplayOutcome] = []
    for _, stored in groupby(_events(conn, scope, part), key=itemgetter(0)):
        found += _of_household(scope, [_Stored._make(row) for row in stored], again, carried)
    return with_withdrawn_sources(conn, found, carried, scope.seq) if carried else found


def _of_household(
    scope: Scope, stored: Sequence[_Stored], again: DecideAgain, carried: dict[int, Carried]
) -> Iterator[ReplayOutcome]:
    """The outcomes of one household's decisions, in the order of their recording.

    Those of classes that it took along are noted in `carried`, by seq.
    """
    area = ""
    surveys: dict[UUID, SurveyRecord] = {}
    undone = _undone(scope, stored)
    for one in stored:
        if one.topic == DecisionRecord.TOPIC:
            if one.seq is None or one.seq > scope.seq or (scope.units and area not in scope.units):
                continue
            outcome = _outcome(again, one.seq, one.household_id, one.state, surveys, carried)
            if one.version in undone:
                outcome = withdrawn(outcome, *undone[one.version])
            on = outcome.effective_on
            if on is None or scope.from_on <= on <= scope.to_on:
                yield outcome
        elif one.topic == SurveyRecord.TOPIC:
            survey = _read(one.topic, one.state)
            if survey is not None:
                surveys[survey.survey_id] = survey
        elif one.topic != Withdrawn.TOPIC:
            lives = _read(one.topic, one.state)
            area = lives.area if lives is not None else ""


def _undone(scope: Scope, stored: Sequence[_Stored]) -> dict[int, tuple[int, Withdrawn]]:
    """The withdrawals up to the replay's place, by the version of the decision: seq and event."""
    found = {}
    for one in stored:
        if one.topic == Withdrawn.TOPIC and one.seq is not None and one.seq <= scope.seq:
            said = _read(one.topic, one.state)
            if said is not None:
                found[said.withdraws] = (one.seq, said)
    return found


def _events(conn: Connection, scope: Scope, part: int) -> list[SqlRow]:
    """What is needed of a part's households, by household and version.

    Where units are named, only households that lived in one of them at some time; whose place
    cannot be read is in none (`verify` names such events).
    """
    first = UUID(int=part * _IDS // scope.parts)
    last = UUID(int=(part + 1) * _IDS // scope.parts - 1)
    with conn.cursor(binary=True) as cursor:
        if not scope.units:
            query = _READ.format(whose=_IN_RANGE)
            return cursor.execute(query, [_PLACED, first, last, _DECISIONS]).fetchall()
        cursor.execute(_LIVED, [first, last, _PLACES])
        lived = {
            originator
            for originator, state in cursor
            if (lives := _read(_PLACES[0], state)) is not None and lives.area in scope.units
        }
        query = _READ.format(whose=_NAMED)
        return cursor.execute(query, [_PLACED, list(lived), list(DECODERS)]).fetchall()


def _read(topic: str, state: bytes) -> Any:
    """What a stored event says, or None if it does not read as one."""
    try:
        return DECODERS[topic].decode(state)
    except msgspec.MsgspecError:
        return None


def _outcome(
    again: DecideAgain,
    seq: int,
    household_id: UUID,
    state: bytes,
    surveys: dict[UUID, SurveyRecord],
    carried: dict[int, Carried],
) -> ReplayOutcome:
    decided: DecisionRecord | None = _read(DecisionRecord.TOPIC, state)
    if decided is None:
        return unreadable(seq, household_id, _rest(state))
    if (source := carried_from(household_id, decided)) is not None:
        carried[seq] = source
    survey = surveys.get(decided.survey_id) if decided.survey_id else None
    return again.outcome(seq, household_id, decided, survey)


def _rest(state: bytes) -> UnreadableDecision:
    try:
        return msgspec.json.decode(state, type=UnreadableDecision)
    except msgspec.MsgspecError:
        return UnreadableDecision()


def _finish(conn: Connection, scope: Scope, now: datetime) -> bool:
    """Sums up if every part is written. Two workers may do it: they write the same."""
    with conn.transaction():
        sums = conn.execute(
            "select count(*), sum(same), sum(different), sum(not_reproducible), sum(withdrawn)"
            " from office.replay_parts where replay_id = %s",
            [scope.replay_id],
        ).fetchone()
        if sums is None or sums[0] < scope.parts:
            return False
        digest = digest_of(conn, scope)
    conn.execute(
        "update office.replays set status = 'done', same = %s, different = %s,"
        " not_reproducible = %s, withdrawn = %s, digest = %s, finished_at = %s"
        " where id = %s and status <> 'done'",
        [*sums[1:], digest, now, scope.replay_id],
    )
    return True
