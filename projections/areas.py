"""areas: units as they were on any day, found by any name they ever had; and their denominators.

`areas` has one row for each unit, `area_spans` one for each stretch of days in which its name,
kind, area type and parent stayed the same, `area_heirs` one for each unit that took over land
when it ended, `denominators` one for each time that something was
known of the inhabitants of a unit on a day.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from psycopg import Connection

from domain.areas import events as e
from domain.areas.codes import bare_name
from domain.areas.unit import Unit, begin, evolve
from projections.ledger import LedgerEvent
from projections.read_model import FOREVER, Changes, Table
from projections.vietnamese import fold, lexemes, words
from projections.writing import JsonBytes, Lexemes, replace_rows

if TYPE_CHECKING:
    from domain.eventstore.personal import Keyring

_decode_unit = msgspec.json.Decoder(Unit).decode
_encode = msgspec.json.Encoder().encode
_Declaration = e.PopulationDeclared | e.PopulationCorrected


class Areas:
    """Follows the ledger in order; a unit's rows are a function of its own events.

    `valid_to` and `until` are the first day without it, null while it lasts. `state` is the whole
    unit, from which its next rows are made. `plain` is the name without kind and marks; `words`
    has every word of the full name with and without marks. In `denominators`, `day` is the day
    the figures are of, and `known_from` to `known_to` when they were held to be true.
    """

    name = "areas"
    version = 1
    topics = ("area.", "population.")
    tables = (
        Table(
            "areas",
            {
                "unit": 'text not null collate "C"',
                "code": 'text not null collate "C"',
                "level": "text not null",
                "valid_from": "date not null",
                "valid_to": "date",
                "certain": "boolean not null",
                "ending": "text not null",
                "complete": "boolean not null",
                "state": "jsonb not null",
            },
            key=("unit",),
            indexes=("create index {table}_code on {table} (code, valid_from)",),
        ),
        Table(
            "area_heirs",
            {
                "unit": 'text not null collate "C"',
                "heir": 'text not null collate "C"',
                "since": "date not null",
                "extent": "text not null",
            },
            key=("unit", "heir"),
            indexes=("create index {table}_heir on {table} (heir)",),
        ),
        Table(
            "area_spans",
            {
                "unit": 'text not null collate "C"',
                "since": "date not null",
                "until": "date",
                "name": "text not null",
                "kind": "text not null",
                "area_type": "text not null",
                "parent": 'text not null collate "C"',
                "plain": 'text not null collate "C"',
                "words": "tsvector not null",
            },
            key=("unit", "since"),
            indexes=(
                "create index {table}_parent on {table} (parent)",
                "create index {table}_words on {table} using gin (words)",
            ),
        ),
        Table(
            "denominators",
            {
                "unit": 'text not null collate "C"',
                "day": "date not null",
                "known_from": "timestamptz not null",
                "known_to": "timestamptz not null",
                "households": "bigint",
                "persons": "bigint",
                "by_ethnicity": "jsonb not null",
                "rate_bases": "jsonb not null",
                "source": "text not null",
            },
            key=("unit", "day", "known_from"),
        ),
    )

    def project(
        self, conn: Connection[Any], events: Sequence[LedgerEvent], keyring: "Keyring"
    ) -> None:
        """Folds the events of each unit and replaces its rows."""
        of_units = [fact.event for fact in events if isinstance(fact.event, e.AREA_EVENTS)]
        declared: list[_Declaration] = [
            fact.event
            for fact in events
            if isinstance(fact.event, e.PopulationDeclared | e.PopulationCorrected)
        ]
        changes = Changes()
        if of_units:
            _fold_units(conn, of_units, changes)
        if declared:
            _fold_denominators(conn, declared, changes)
        replace_rows(conn, self.tables, changes)


def _fold_units(conn: Connection[Any], events: Sequence[e.AreaEvent], changes: Changes) -> None:
    before = _units(conn, {event.unit for event in events})
    after = dict(before)
    for event in events:
        if isinstance(event, e.Established):
            after[event.unit] = begin(event)
        else:
            after[event.unit] = evolve(event, after[event.unit])
    changes.deletes["areas"] = [(unit,) for unit in before]
    changes.deletes["area_spans"] = [
        (unit.id, since) for unit in before.values() for since, *_ in _stretches(unit)
    ]
    changes.deletes["area_heirs"] = [
        (unit.id, heir) for unit in before.values() for heir in unit.heirs
    ]
    changes.inserts["area_heirs"] = [
        (unit.id, heir, unit.valid_to, unit.extent)
        for unit in after.values()
        for heir in unit.heirs
    ]
    changes.inserts["areas"] = [_row(unit) for unit in after.values()]
    changes.inserts["area_spans"] = [span for unit in after.values() for span in _spans(unit)]


def _units(conn: Connection[Any], ids: set[str]) -> dict[str, Unit]:
    rows = conn.execute(
        "select unit, state::text from areas where unit = any(%s)", [sorted(ids)]
    ).fetchall()
    return {unit: _decode_unit(state) for unit, state in rows}


def _row(unit: Unit) -> tuple[Any, ...]:
    return (
        unit.id, unit.code, unit.level, unit.valid_from, unit.valid_to, unit.certain, unit.ending,
        unit.complete, JsonBytes(_encode(unit)),
    )  # fmt: skip


def _stretches(unit: Unit) -> Iterable[tuple[date, date | None]]:
    """The days on which something changes, each with the day of the next change."""
    days = sorted(
        day
        for day in unit.days_of_change
        if day >= unit.valid_from and (unit.valid_to is None or day < unit.valid_to)
    )
    return zip(days, [*days[1:], unit.valid_to], strict=True)


def _spans(unit: Unit) -> Iterable[tuple[Any, ...]]:
    for since, until in _stretches(unit):
        name = unit.name_on(since)
        found = dict.fromkeys(lexeme for word in words(name) for lexeme in lexemes(word))
        yield (
            unit.id, since, until, name, unit.kind_on(since), unit.area_type_on(since),
            unit.parent_on(since), fold(bare_name(name)), Lexemes(found),
        )  # fmt: skip


def _fold_denominators(
    conn: Connection[Any], events: Sequence[_Declaration], changes: Changes
) -> None:
    """Closes what was held to be true until now, and adds what is held from now on."""
    keys = sorted({(event.unit, event.effective_on) for event in events})
    known = conn.execute(
        "select d.unit, d.day, d.known_from, d.known_to, d.households, d.persons,"
        " d.by_ethnicity::text, d.rate_bases::text, d.source from denominators d"
        " join unnest(%s::text[], %s::date[]) as k (unit, day) using (unit, day)"
        " where d.known_to = %s",
        [[unit for unit, _ in keys], [day for _, day in keys], FOREVER],
    ).fetchall()
    open_ = {
        (row[0], row[1]): (*row[:6], JsonBytes(row[6].encode()), JsonBytes(row[7].encode()), row[8])
        for row in known
    }
    closed: list[tuple[Any, ...]] = []
    deletes = [row[:3] for row in open_.values()]
    for event in events:
        key = event.unit, event.effective_on
        earlier = open_.get(key)
        if earlier is not None and earlier[2] < event.timestamp:
            closed.append((*earlier[:3], event.timestamp, *earlier[4:]))
        open_[key] = _denominators(event)
    changes.deletes["denominators"] = deletes
    changes.inserts["denominators"] = [*closed, *open_.values()]


def _denominators(event: _Declaration) -> tuple[Any, ...]:
    by_ethnicity = {
        "households": event.households_by_ethnicity,
        "persons": event.persons_by_ethnicity,
    }
    return (
        event.unit, event.effective_on, event.timestamp, FOREVER, event.households, event.persons,
        JsonBytes(_encode(by_ethnicity)), JsonBytes(_encode(event.rate_bases)), event.source,
    )  # fmt: skip
