"""The read model `areas` holds units as they were on any day, with every name they had.

`areas` has one row for each unit, `area_spans` one for each stretch of days in which its name,
kind, area type and parent stayed the same, `area_heirs` one for each unit that took over land
when it ended, `denominators` one for each time that something was
known of the inhabitants of a unit on a day.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

import msgspec

from domain.areas import events as e
from domain.areas.codes import bare_name
from domain.areas.unit import Unit, begin, evolve
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection
from projections.engine.bulk_copy import JsonBytes, Lexemes, replace_rows
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import SequentialProjection
from projections.engine.tables import Changes, Table, TableRow
from projections.vietnamese import fold_diacritics, lexemes, words

_decode_unit = msgspec.json.Decoder(Unit).decode
_encode = msgspec.json.Encoder().encode


class Areas(SequentialProjection):
    """Follows the ledger in order; a unit's rows are a function of its own events.

    `valid_to` and `until` are the first day without it, null while it lasts. `state` is the whole
    unit, from which its next rows are made. `plain` is the name without kind and marks; `words`
    has every word of the full name with and without marks. In `denominators`, `day` is the day
    the figures are of, and `known_from` to `known_to` when they were held to be true.
    """

    name = "areas"
    version = 1
    topics = ("area.",)
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
    )

    def project(self, conn: Connection, events: Sequence[LedgerEvent], keyring: Keyring) -> None:
        """Folds the events of each unit and replaces its rows."""
        changes = _changes(conn, [cast("e.AreaEvent", row.event) for row in events])
        replace_rows(conn, self.tables, changes)


def _changes(conn: Connection, events: Sequence[e.AreaEvent]) -> Changes:
    changes = Changes()
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
    return changes


def _units(conn: Connection, ids: set[str]) -> dict[str, Unit]:
    rows = conn.execute(
        "select unit, state::text from areas where unit = any(%s)", [sorted(ids)]
    ).fetchall()
    return {unit: _decode_unit(state) for unit, state in rows}


def _row(unit: Unit) -> TableRow:
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


def _spans(unit: Unit) -> Iterable[TableRow]:
    for since, until in _stretches(unit):
        name = unit.name_on(since)
        found = dict.fromkeys(lexeme for word in words(name) for lexeme in lexemes(word))
        yield (
            unit.id, since, until, name, unit.kind_on(since), unit.area_type_on(since),
            unit.parent_on(since), fold_diacritics(bare_name(name)), Lexemes(found),
        )  # fmt: skip
