"""The read model `register` holds the list of households, to be filtered, searched and sorted.

The only read model that holds names in the clear, as words to search by: of the present members
of households that have not ended. No other person can be found by name or identity
number: one who left, is forgotten, or whose household ended has no words here. It is left out of
backups for the same reason; it can be rebuilt.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from domain.eventstore.personal import Keyring, Personal, PersonalValues
from domain.households import events as e
from domain.households.number import fold_number
from domain.standards.standard import NATIONAL
from projections.engine.bulk_copy import ByteStrings, Lexemes
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow
from projections.households.state import InEffect, forgotten, in_effect, newly_escaped_until
from projections.vietnamese import lexemes, place_key, sort_key, words

Revealed = Iterator[PersonalValues | None]


class Entry(NamedTuple):
    """All that a row depends on; where it is the same before and after, the row stays."""

    number: str
    area: str
    village: str
    class_: str
    newly_escaped_until: date | None
    ended: bool
    head: Personal | None
    members: tuple[Personal, ...]
    flags: tuple[bool | None, bool | None, bool | None]
    forgotten: tuple[UUID, ...]
    registered_on: date


# An entry depends on what these events change, and on nothing that others do.
REGISTER_EVENTS: frozenset[type] = frozenset({
    e.Registered, e.MemberJoined, e.MemberLeft, e.MemberCorrected, e.HouseholdCorrected,
    e.HeadChanged, e.Moved, e.SplitOff, e.MergedInto, e.MembersReceived, e.Dissolved, e.Classified,
    e.LeftPoverty, e.PapersChanged, e.PersonForgotten, e.ClassificationWithdrawn, e.ExitWithdrawn,
})  # fmt: skip


class Register(PerAggregateProjection[InEffect]):
    """One row for each household, ended ones too.

    `head_subject` and `head_sealed` are the head's sealed values, to be revealed when shown.
    `name_key` puts rows in Vietnamese order (`projections.vietnamese.sort_key`); "~" after all.
    `village_key` orders villages, numbers by their size.
    `words` holds each member's words with and without diacritics; `id_indexes` the blind index of
    each member's identity number; `number_key` the folded household number.
    """

    name = "register"
    version = 3
    topics = ("household.",)
    tables = (
        Table(
            "register",
            {
                "household_id": "uuid not null",
                "number": "text not null",
                "number_key": 'text not null collate "C"',
                "area": 'text not null collate "C"',
                "village": "text not null",
                "village_key": 'text not null collate "C"',
                "class": "text not null",
                "newly_escaped_until": "date",
                "ended": "boolean not null",
                "persons": "integer not null",
                "no_labour_capacity": "boolean",
                "ethnic_minority": "boolean",
                "meritorious": "boolean",
                "registered_on": "date not null",
                "head_subject": "uuid",
                "head_sealed": "bytea",
                "name_key": 'text not null collate "C"',
                "words": "tsvector not null",
                "id_indexes": "bytea[] not null",
            },
            key=("household_id",),
            indexes=(
                "create index {table}_area on {table} (area, name_key, household_id)"
                " include (class, ended)",
                "create index {table}_villages on {table}"
                " (area, village_key, name_key, household_id) include (class, ended, village)",
                "create index {table}_names on {table} (name_key, household_id)",
                "create index {table}_number on {table} (number_key)",
                "create index {table}_words on {table} using gin (words)",
                "create index {table}_ids on {table} using gin (id_indexes)",
            ),
        ),
    )

    fold = staticmethod(in_effect)
    events = REGISTER_EVENTS

    def changes(self, histories: Sequence[AggregateHistory[InEffect]], keyring: Keyring) -> Changes:
        """Rows that differ in anything; the personal values of all of them in one query."""
        changed: list[tuple[AggregateHistory[InEffect], Entry]] = []
        for history in histories:
            entry = entry_of(history.state)
            before = history.state_before
            if before is None or entry_of(before) != entry:
                changed.append((history, entry))
        revealed = iter(
            keyring.reveal_each([personal for _, entry in changed for personal in entry.members])
        )
        return Changes(
            deletes={"register": [(h.aggregate_id,) for h, _ in changed if not h.is_new]},
            inserts={"register": [_row(h.aggregate_id, e, revealed, keyring) for h, e in changed]},
        )


@lru_cache(maxsize=10_000)
def _village_words(village: str) -> tuple[str, ...]:
    return tuple([lexeme for word in words(village) for lexeme in lexemes(word)])


def entry_of(household: InEffect) -> Entry:
    """The values that the row of a household is made from."""
    record = household.record
    present = record.members if record.ended_on is None else {}
    head, flags = present.get(record.head), record.flags
    classes = [one.class_ for one in record.decisions if one.scope == NATIONAL]
    return Entry(
        record.number,
        record.area,
        record.village,
        classes[-1] if classes else "",
        newly_escaped_until(household),
        record.ended_on is not None,
        head.private if head is not None else None,
        tuple([member.private for member in present.values()]),
        (flags.no_labour_capacity, flags.ethnic_minority, flags.meritorious),
        tuple(forgotten(household)),
        record.registered_on,
    )


def _row(household_id: UUID, entry: Entry, revealed: Revealed, keyring: Keyring) -> TableRow:
    """Takes the values of its members from `revealed`, which has them in order."""
    found = list(_village_words(entry.village))
    id_indexes = []
    name_key = ""
    for personal in entry.members:
        value = next(revealed)
        if value is None:
            continue
        name = value.get("name") or ""
        for word in words(name):
            found += lexemes(word)
        if value.get("id_number"):
            id_indexes.append(keyring.blind_index(value["id_number"]))
        if personal is entry.head:
            name_key = sort_key(name)
    return (
        household_id, entry.number, fold_number(entry.number), entry.area, entry.village,
        place_key(entry.village),
        entry.class_, entry.newly_escaped_until, entry.ended, len(entry.members), *entry.flags,
        entry.registered_on, entry.head.subject if entry.head else None,
        entry.head.sealed if entry.head else None, name_key or "~", Lexemes(dict.fromkeys(found)),
        ByteStrings(id_indexes),
    )  # fmt: skip
