"""The read model `status_spans` holds the spans of all households. What a span is and how events
make spans stands in `projections.households.spans`."""

from collections.abc import Sequence

from domain.eventstore.personal import Keyring
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import FOREVER, Changes, Table, TableRow
from projections.households.spans import SPAN_EVENTS, Span, span_changes, spans_of


class StatusSpans(PerAggregateProjection[list[Span]]):
    """The spans of every household."""

    name = "status_spans"
    version = 2
    topics = ("household.",)
    tables = (
        Table(
            "status_spans",
            {
                "household_id": "uuid not null",
                "scope": "text not null",
                "class": "text not null",
                "area": "text not null",
                "persons": "integer not null",
                "no_labour_capacity": "boolean not null",
                "ethnic_minority": "boolean not null",
                "meritorious": "boolean not null",
                "from_split": "boolean not null",
                "village": "text not null",
                "ethnicity": "text not null",
                "female_head": "boolean not null",
                "ethnicities": "text[] not null",
                "birth_years": "integer[] not null",
                "valid_from": "date not null",
                "valid_to": "date not null",
                "known_from": "timestamptz not null",
                "known_to": "timestamptz not null",
                "seq": "bigint not null",
            },
            key=("household_id", "scope", "known_from", "valid_from"),
            indexes=(
                "create index {table}_area on {table} (area, known_from)",
                "create index {table}_closed on {table} (area, known_to)"
                " where known_to < '9999-01-01 00:00:00+00'",
                "create index {table}_now on {table} (area, class, valid_from, valid_to)"
                " include (household_id, persons)"
                f" where scope = 'national' and known_to = '{FOREVER.isoformat()}'",
            ),
        ),
    )

    fold = staticmethod(spans_of)
    events = SPAN_EVENTS

    def changes(
        self, histories: Sequence[AggregateHistory[list[Span]]], keyring: Keyring
    ) -> Changes:
        """Spans that closed on the second clock go and come back with their end; new ones come."""
        deletes: list[TableRow] = []
        inserts: list[TableRow] = []
        for history in histories:
            gone, come = history.once(span_changes)
            deletes.extend((s.household_id, s.scope, s.known_from, s.valid_from) for s in gone)
            inserts.extend(come)
        return Changes({"status_spans": deletes}, {"status_spans": inserts})
