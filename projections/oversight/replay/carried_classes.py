"""Classes that households took along when they split off, and whether the decision was withdrawn.

Such a class is a decision of the new household without figures of its own. It rests on the decision
that stood in the old household on the day of the split, as it was recorded then; where that one was
carried over itself, on the one before it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.eventstore.postgres import Connection, uuid_array
from domain.households.events import SplitOff
from domain.standards.reasons import CARRIED_OVER, parsed
from projections.oversight.replay.recorded_decisions import (
    DECODERS,
    DecisionRecord,
    Detail,
    ReplayOutcome,
    Withdrawn,
)


class SplitRecord(Struct, frozen=True, gc=False):
    """The household that a split made."""

    TOPIC = SplitOff.TOPIC

    new_household: UUID


class Carried(NamedTuple):
    """A class that was carried over: to which household, from which, and the day of the split."""

    household_id: UUID
    source: UUID
    scope: str
    on: date


class _Entry(NamedTuple):
    """An event of a household; `seq` is None where the ledger does not have it yet."""

    version: int
    seq: int | None
    said: DecisionRecord | Withdrawn | SplitRecord


_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    DecisionRecord.TOPIC: DECODERS[DecisionRecord.TOPIC],
    Withdrawn.TOPIC: DECODERS[Withdrawn.TOPIC],
    SplitRecord.TOPIC: msgspec.json.Decoder(SplitRecord),
}
_ENTRIES = (
    "select e.originator_id, e.originator_version, e.topic, e.state, l.seq"
    " from store.events e left join store.ledger l using (position)"
    " where e.originator_id = any(%b) and e.topic = any(%b)"
    " order by e.originator_id, e.originator_version"
)


def carried_from(household_id: UUID, decided: DecisionRecord) -> Carried | None:
    """The household that the class of a decision was carried over from; None if it was not."""
    if not decided.figures.is_empty:
        return None
    for text in decided.reasons:
        code, values = parsed(text)
        if code == CARRIED_OVER and "household" in values:
            source = UUID(values["household"])
            return Carried(household_id, source, decided.scope, decided.effective_on)
    return None


def with_withdrawn_sources(
    conn: Connection,
    outcomes: Iterable[ReplayOutcome],
    found: Mapping[int, Carried],
    upto: int,
) -> list[ReplayOutcome]:
    """The outcomes, where those of carried classes (`found`, by seq) name the decision that they
    rest on if it was withdrawn up to the ledger position `upto`."""
    said = dict[int, Detail]()
    open_ = dict(found)
    while open_:
        sources = _entries(conn, {one.source for one in open_.values()})
        further = dict[int, Carried]()
        for seq, one in open_.items():
            told, earlier = _rests_on(one, sources.get(one.source, []), upto)
            if told:
                said[seq] = told
            elif earlier:
                further[seq] = earlier
        open_ = further
    return [
        one._replace(detail={**one.detail, "carried_over": said[one.seq]})
        if one.seq in said
        else one
        for one in outcomes
    ]


def _rests_on(
    one: Carried, entries: list[_Entry], upto: int
) -> tuple[Detail | None, Carried | None]:
    """The detail of the decision that a class rests on, if it was withdrawn; otherwise the class
    from which that one was carried over itself."""
    split = next(
        (
            entry.version
            for entry in entries
            if isinstance(entry.said, SplitRecord) and entry.said.new_household == one.household_id
        ),
        None,
    )
    if split is None:
        return None, None
    withdrawals = {
        entry.said.withdraws: (entry, entry.said)
        for entry in entries
        if isinstance(entry.said, Withdrawn)
    }
    stood = [
        (entry.said.effective_on, entry.version, entry.said)
        for entry in entries
        if isinstance(entry.said, DecisionRecord)
        and entry.version < split
        and entry.said.scope == one.scope
        and entry.said.effective_on <= one.on
        and not (entry.version in withdrawals and withdrawals[entry.version][0].version < split)
    ]
    if not stood:
        return None, None
    day, version, decision = max(stood, key=itemgetter(0, 1))
    if version in withdrawals:
        entry, withdrawn = withdrawals[version]
        if entry.seq is not None and entry.seq <= upto:
            return {
                "paper": _paper(decision),
                "effective_on": day.isoformat(),
                "withdrawn": {"seq": entry.seq, "paper": _paper(withdrawn)},
            }, None
    return None, carried_from(one.source, decision)


def _paper(said: DecisionRecord | Withdrawn) -> str:
    return said.document.number if said.document else ""


def _entries(conn: Connection, households: Iterable[UUID]) -> dict[UUID, list[_Entry]]:
    """Decisions, withdrawals and splits of households, by version; what cannot be read is left
    out (`verify` names it)."""
    found: dict[UUID, list[_Entry]] = {}
    with conn.cursor(binary=True) as cursor:
        cursor.execute(_ENTRIES.encode(), [uuid_array(households), list(_DECODERS)])
        for household_id, version, topic, state, seq in cursor:
            try:
                said = _DECODERS[topic].decode(state)
            except msgspec.MsgspecError:
                continue
            found.setdefault(household_id, []).append(_Entry(version, seq, said))
    return found
