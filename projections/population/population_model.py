"""The read model `denominators` holds the population of units by day, on both clocks.

One row for each time that something was known. A correction closes a row and adds another.
"""

from collections.abc import Sequence
from typing import cast

import msgspec

from domain.areas.events import PopulationCorrected, PopulationDeclared
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection
from projections.engine.bulk_copy import JsonBytes, replace_rows
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import SequentialProjection
from projections.engine.tables import FOREVER, Changes, Table, TableRow

_encode = msgspec.json.Encoder().encode
_Declaration = PopulationDeclared | PopulationCorrected


class Denominators(SequentialProjection):
    """Follows the ledger in order. `day` is the day the figures are of, and `known_from` to
    `known_to` when they were held to be true."""

    name = "denominators"
    version = 1
    topics = ("population.",)
    tables = (
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

    def project(self, conn: Connection, events: Sequence[LedgerEvent], keyring: Keyring) -> None:
        """Closes what was held to be true until now, and adds what is held from now on."""
        replace_rows(
            conn, self.tables, _changes(conn, [cast("_Declaration", row.event) for row in events])
        )


def _changes(conn: Connection, events: Sequence[_Declaration]) -> Changes:
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
    closed: list[TableRow] = []
    deletes = [row[:3] for row in open_.values()]
    for event in events:
        key = event.unit, event.effective_on
        earlier = open_.get(key)
        if earlier is not None and earlier[2] < event.timestamp:
            closed.append((*earlier[:3], event.timestamp, *earlier[4:]))
        open_[key] = _row(event)
    return Changes(
        deletes={"denominators": deletes},
        inserts={"denominators": [*closed, *open_.values()]},
    )


def _row(event: _Declaration) -> TableRow:
    by_ethnicity = {
        "households": event.households_by_ethnicity,
        "persons": event.persons_by_ethnicity,
    }
    return (
        event.unit, event.effective_on, event.timestamp, FOREVER, event.households, event.persons,
        JsonBytes(_encode(by_ethnicity)), JsonBytes(_encode(event.rate_bases)), event.source,
    )  # fmt: skip
