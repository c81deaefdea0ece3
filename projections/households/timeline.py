"""Queries the history of a household: each event with its sentence and its changes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, cast
from uuid import UUID

from msgspec import Struct

from domain.commands.command import Actor, Document
from domain.eventstore.personal import Keyring, Personal
from domain.eventstore.postgres import Connection
from domain.households import events as e
from projections.engine import ledger
from projections.households.sentences import ERASED, Changed, Names, changes, sentence

MOST_ENTRIES = 500
_NAMING = [
    kind.TOPIC.partition(":")[0]
    for kind in (e.Registered, e.MembersReceived, e.MemberJoined, e.MemberCorrected)
]
_WITHDRAWING = [kind.TOPIC.partition(":")[0] for kind in e.Withdrawal.__subclasses__()]
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
    those, with `own` without other households' events. With `newest` the last of them, with seq <
    `before` if that is given; `next` is then the seq to go on before. Of the events, those of the
    page are read, those that withdraw one, and, where a person is named, those that give names.

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
    beside = _beside(conn, household_id, rows)
    events = _events(conn, [*(seq for seq, _, _ in rows), *beside.withdrawals])
    revealed = keyring.reveal_many(_sealed(events.values()), conn)
    names = Names(
        person=_PersonNames(conn, keyring, beside.naming),
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


class _Beside(NamedTuple):
    """The seqs of events that a page needs beside its own: those by which its persons are named,
    and those that withdraw entries."""

    naming: list[int]
    withdrawals: list[int]


def _beside(conn: Connection, household_id: UUID, rows: Sequence[tuple[int, UUID, str]]) -> _Beside:
    """Of another household none after the last that is shown: it may live elsewhere since."""
    last: dict[UUID, int | None] = {originator: seq for seq, originator, _ in rows}
    last[household_id] = None
    found = conn.execute(
        """
        select t.seq, split_part(t.topic, ':', 1) = any(%(naming)s)
          from unnest(%(households)s::uuid[], %(last)s::bigint[]) as h (household_id, last)
          join read.timeline t using (household_id)
         where t.originator_id = t.household_id and t.seq <= coalesce(h.last, t.seq)
           and split_part(t.topic, ':', 1) = any(%(naming)s || %(withdrawing)s)
        """,
        {
            "households": list(last),
            "last": list(last.values()),
            "naming": _NAMING,
            "withdrawing": _WITHDRAWING,
        },
    ).fetchall()
    return _Beside(
        [seq for seq, names in found if names], [seq for seq, names in found if not names]
    )


def _events(conn: Connection, seqs: Iterable[int]) -> dict[int, ledger.LedgerEvent]:
    """The events at these places that can be read, by seq."""
    found = ledger.at(conn, sorted(set(seqs)))
    return {row.seq: row for row in found if row.event is not None}


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


def _sealed(events: Iterable[ledger.LedgerEvent]) -> list[Personal]:
    """The personal values of these events that were members' or a household's."""
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
    return sealed


class _PersonNames:
    """Gives the last name that a person had in the events at some places of the ledger.

    They are read when the first name is asked for: most events name no person.
    """

    def __init__(self, conn: Connection, keyring: Keyring, seqs: Sequence[int]) -> None:
        self._conn, self._keyring, self._seqs = conn, keyring, seqs
        self._found: dict[UUID, str] | None = None

    def __call__(self, person: UUID) -> str:
        if self._found is None:
            self._found = self._read()
        return self._found.get(person, "?")

    def _read(self) -> dict[UUID, str]:
        last: dict[UUID, Personal] = {}
        for row in ledger.at(self._conn, self._seqs):
            if row.event is None:
                continue
            last.update((one.person_id, one.private) for one in _members(row.event))
            if isinstance(row.event, e.MemberCorrected):
                for change in row.event.changes:
                    if change.attribute == "private" and isinstance(change.after, Personal):
                        last[row.event.person_id] = change.after
        revealed = self._keyring.reveal_many(last.values(), self._conn)
        return {
            person: ERASED if value is None else value.get("name", "")
            for person, personal in last.items()
            for value in [revealed[personal.subject, personal.sealed]]
        }


def recorded(conn: Connection, household_id: UUID, version: int) -> e.HouseholdEvent | None:
    """One event of a household as it is stored; personal values are sealed. None: no such one."""
    row = ledger.recorded(conn, household_id, version)
    return cast("e.HouseholdEvent", row.event) if row and row.event else None


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
