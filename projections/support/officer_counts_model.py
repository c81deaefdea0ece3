"""The read model `officer_counts` holds the numbers of officers of each unit, each from a day."""

from collections.abc import Sequence

from domain.eventstore.personal import Keyring
from domain.support.officer import OfficersCounted, OfficersCountedAnew
from projections.engine.read_model import AggregateHistory, PerAggregateProjection, no_state
from projections.engine.tables import Changes, Table, TableRow


class OfficerCounts(PerAggregateProjection[None]):
    """One row for each number that was recorded; of one day the one recorded last counts."""

    name = "officer_counts"
    version = 1
    topics = ("officer_count.",)
    tables = (
        Table(
            "officer_counts",
            {
                "area": 'text not null collate "C"',
                "version": "integer not null",
                "valid_from": "date not null",
                "officers": "integer not null",
                "known_from": "timestamptz not null",
            },
            key=("area", "version"),
        ),
    )
    fold = staticmethod(no_state)

    def changes(self, histories: Sequence[AggregateHistory[None]], keyring: Keyring) -> Changes:
        """A row for each new number."""
        rows: list[TableRow] = []
        for history in histories:
            first = history.events[0].event
            if not isinstance(first, OfficersCounted):
                raise TypeError("the numbers of officers begin with a unit")
            rows += [
                (first.area, row.version, row.event.effective_on, row.event.officers,
                 row.event.timestamp)
                for row in history.new_events
                if isinstance(row.event, OfficersCounted | OfficersCountedAnew)
            ]  # fmt: skip
        return Changes(inserts={self.name: rows})
