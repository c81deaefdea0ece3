"""Queries the history of a household: each event with its sentence and its changes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import cast
from uuid import UUID

from msgspec import Struct

from domain.commands.command import Actor, Document
from domain.eventstore.personal import Keyring, Personal, Revealed
from domain.eventstore.postgres import Connection
from domain.households import events as e
from projections.engine import ledger
from projections.households.sentences import ERASED, Changed, Names, changes, sentence

MOST_ENTRIES = 500
# By the household and the version of the entry that was withdrawn.
Withdrawn = Mapping[tuple[UUID, int], ledger.LedgerEvent]


class Entry(Struct, frozen=True):
    """One event. `own` is false where it is another household's, which split or merged;
    `household_id` is the household whose event it is, and `version` counts there. `type` is the
    event's topic without its version; `area` where that household lived on the day. `withdraws` is
    the version of the entry that a withdrawal leaves out, `withdrawn_by` that of the withdrawal
    which leaves this one out, `withdrawn_at` its moment; all None for most."""

    seq: int
    version: int
    household_id: UUID
    own: bool
    type: str
    sentence: str
    effective_on: date
    recorded_at: datetime
    actor: Actor
    document: Document | None
    area: str
    changes: tuple[Changed, ...]
    withdraws: int | None = None
    withdrawn_by: int | None = None
    withdrawn_at: datetime | None = None


class History(Struct, frozen=True):
    """A page of entries in ledger order. `next` is the seq to go on after, None at the end."""

    entries: tuple[Entry, ...]
    next: int | None


def history(
    conn: Connection,
    keyring: Keyring,
    household_id: UUID,
    *,
    after: int = 0,
    before: int | None = None,
    newest: bool = False,
    limit: int = 100,
    types: Sequence[str] = (),
    own: bool = False,
    language: str = "vi",
    unit_name: Callable[[str, date], str] = lambda unit, _: unit,
) -> History:
    """At most `limit` (of 500) entries with seq > `after`; with `types` ("household.moved") only
    those, with `own` without other households' events. Keys are asked for once. With `newest` the
    last of them, with seq < `before` if that is given; `next` is then the seq to go on before.

    `unit_name(unit id, day)` gives the names of places; without it they are unit ids.
    """
    limit = max(1, min(limit, MOST_ENTRIES))
    found = conn.execute(
        """
        select seq, originator_id, area from read.timeline
         where household_id = %(household)s and seq > %(after)s
           and (%(before)s::bigint is null or seq < %(before)s)
           and (%(types)s::text[] is null or split_part(topic, ':', 1) = any(%(types)s))
           and (not %(own)s or originator_id = household_id)
         order by seq """
        + ("desc" if newest else "asc")
        + " limit %(limit)s",
        {
            "household": household_id,
            "after": after,
            "before": before,
            "types": list(types) or None,
            "own": own,
            "limit": limit + 1,
        },
    ).fetchall()
    rows = found[:limit]
    going_on = rows[-1][0] if len(found) > limit else None
    rows.sort()
    if not rows:
        return History((), None)
    events = _events(conn, household_id, rows)
    revealed = _revealed(conn, keyring, events.values())
    names = Names(
        person=_person_names(events.values(), revealed),
        unit=unit_name,
        reveal=lambda personal: revealed.get((personal.subject, personal.sealed)),
    )
    withdrawn = _withdrawn(events.values())
    entries = tuple(
        _entry(household_id, events[seq], area, names, language, withdrawn)
        for seq, _, area in rows
        if seq in events
    )
    return History(entries, going_on)


def _events(
    conn: Connection, household_id: UUID, rows: Sequence[tuple[int, UUID, str]]
) -> dict[int, ledger.LedgerEvent]:
    """The events of these households, by seq: more than those asked for, as names come from
    them. Of another household none after the last that is shown: it may live elsewhere since."""
    last = {originator: seq for seq, originator, _ in sorted(rows, key=itemgetter(0))}
    last.pop(household_id, None)
    found = ledger.histories_of(conn, [household_id, *last])
    return {
        row.seq: row
        for events in found.values()
        for row in events
        if row.event is not None and row.seq <= last.get(row.originator_id, row.seq)
    }


def _withdrawn(events: Iterable[ledger.LedgerEvent]) -> Withdrawn:
    return {
        (row.originator_id, row.event.withdraws): row
        for row in events
        if isinstance(row.event, e.Withdrawal)
    }


def _entry(
    household_id: UUID,
    row: ledger.LedgerEvent,
    area: str,
    names: Names,
    language: str,
    withdrawn: Withdrawn,
) -> Entry:
    event = cast("e.HouseholdEvent", row.event)
    by = withdrawn.get((row.originator_id, row.version))
    return Entry(
        seq=row.seq,
        version=row.version,
        household_id=row.originator_id,
        own=row.originator_id == household_id,
        type=row.topic.partition(":")[0],
        sentence=sentence(event, names, language),
        effective_on=event.effective_on,
        recorded_at=row.recorded_at,
        actor=event.actor,
        document=event.document,
        area=area,
        changes=changes(event, names),
        withdraws=event.withdraws if isinstance(event, e.Withdrawal) else None,
        withdrawn_by=by.version if by else None,
        withdrawn_at=by.recorded_at if by else None,
    )


def _members(event: ledger.RecordedEvent) -> Iterable[e.Member]:
    match event:
        case e.Registered() | e.MembersReceived():
            return event.members
        case e.MemberJoined():
            return (event.member,)
    return ()


def _revealed(conn: Connection, keyring: Keyring, events: Iterable[ledger.LedgerEvent]) -> Revealed:
    sealed: list[Personal] = []
    for row in events:
        sealed.extend(member.private for member in _members(row.event))
        if isinstance(row.event, e.MemberCorrected | e.HouseholdCorrected):
            sealed.extend(
                value
                for change in row.event.changes
                for value in (change.before, change.after)
                if isinstance(value, Personal)
            )
    return keyring.reveal_many(sealed, conn)


def _person_names(
    events: Iterable[ledger.LedgerEvent], revealed: Revealed
) -> Callable[[UUID], str]:
    """The last name that each person had in these events."""
    found: dict[UUID, str] = {}

    def learn(person: UUID, personal: Personal) -> None:
        value = revealed.get((personal.subject, personal.sealed))
        found[person] = ERASED if value is None else value.get("name", "")

    for row in sorted(events, key=lambda row: row.seq):
        for member in _members(row.event):
            learn(member.person_id, member.private)
        if isinstance(row.event, e.MemberCorrected):
            for change in row.event.changes:
                if change.attribute == "private" and isinstance(change.after, Personal):
                    learn(row.event.person_id, change.after)
    return lambda person: found.get(person, "?")


def recorded(conn: Connection, household_id: UUID, version: int) -> e.HouseholdEvent | None:
    """One event of a household as it is stored; personal values are sealed. None: no such one."""
    for row in ledger.history(conn, household_id):
        if row.version == version:
            return cast("e.HouseholdEvent | None", row.event)
    return None


def positions(conn: Connection, household_id: UUID) -> list[tuple[int, int | None]]:
    """The seq of each event that concerns a household, in order, with its version where it is the
    household's own."""
    return conn.execute(
        "select seq, case when originator_id = household_id then version end from read.timeline"
        " where household_id = %s order by seq",
        [household_id],
    ).fetchall()


def versions_at(conn: Connection, seqs: Sequence[int]) -> dict[int, int]:
    """The version of each event at these places of the ledger, for a link to it."""
    rows = conn.execute(
        "select l.seq, e.originator_version from store.ledger l"
        " join store.events e using (position) where l.seq = any(%s::bigint[])",
        [list(seqs)],
    ).fetchall()
    return dict(rows)


def areas_at(conn: Connection, seqs: Sequence[int]) -> dict[int, str]:
    """The unit in which the household of each of these events lived on its day, as known when
    recorded."""
    rows = conn.execute(
        "select seq, area from read.timeline t join store.ledger l using (seq)"
        " join store.events e using (position)"
        " where l.seq = any(%s::bigint[]) and t.household_id = e.originator_id",
        [list(seqs)],
    ).fetchall()
    return dict(rows)
