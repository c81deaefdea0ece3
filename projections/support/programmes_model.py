"""The read model `programmes` holds one row for each programme, with its tree and benefits."""

from collections.abc import Sequence

import msgspec

from domain.eventstore.mapper import aggregate_of
from domain.eventstore.personal import Keyring
from domain.support.programme import Programme
from projections.engine.bulk_copy import JsonBytes
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow
from projections.support.programmes import DefinedBenefit, ProgrammeBody

_encode = msgspec.json.Encoder().encode


def programme_of(events: Sequence[LedgerEvent]) -> Programme:
    """The programme that these events make."""
    found = aggregate_of(row.event for row in events)
    if not isinstance(found, Programme):
        raise TypeError("these events make no programme")
    return found


class Programmes(PerAggregateProjection[Programme]):
    """Programmes with all definitions of their benefits and all rates."""

    name = "programmes"
    version = 1
    topics = ("programme.",)
    tables = (
        Table(
            "programmes",
            {
                "id": "uuid not null",
                "version": "integer not null",
                "code": 'text not null collate "C"',
                "level": "text not null",
                "area": 'text not null collate "C"',
                "valid_from": "date not null",
                "last_day": "date",
                "body": "jsonb not null",
            },
            key=("id",),
            indexes=("create unique index {table}_code on {table} (code)",),
        ),
    )
    fold = staticmethod(programme_of)

    def changes(
        self, histories: Sequence[AggregateHistory[Programme]], keyring: Keyring
    ) -> Changes:
        """The row of each programme that has new events."""
        return Changes(
            deletes={self.name: [(one.aggregate_id,) for one in histories if not one.is_new]},
            inserts={self.name: [_row(one.state) for one in histories]},
        )


def _row(programme: Programme) -> TableRow:
    body = ProgrammeBody(
        title=programme.title,
        title_en=programme.title_en,
        nodes=list(programme.nodes.values()),
        sources=list(programme.sources),
        benefits=[DefinedBenefit(since, one) for since, one in programme.definitions],
        rates=programme.rates,
    )
    return (
        programme.id, programme.version, programme.code, programme.level, programme.area,
        programme.valid_from, programme.last_day, JsonBytes(_encode(body)),
    )  # fmt: skip
