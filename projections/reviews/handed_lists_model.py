"""The read model `handed_lists` holds the lists that communes handed over after a decision."""

from collections.abc import Sequence

from domain.eventstore.personal import Keyring
from domain.reviews.round import RoundRecord
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table
from projections.reviews.fold import Rows, differences, fold


class HandedLists(PerAggregateProjection[RoundRecord]):
    """One row for each hand-over of a list, and one for each household of the last one.

    `persons` counts the members of the households. It names no person.
    """

    name = "handed_lists"
    version = 1
    topics = ("review.",)
    tables = (
        Table(
            "handed_lists",
            {
                "round_id": "uuid not null",
                "handed_list": 'text not null collate "C"',
                "number": "integer not null",
                "area": 'text not null collate "C"',
                "year": "integer not null",
                "handed_on": "date not null",
                "due_on": "date",
                "means": 'text not null collate "C"',
                "digest": 'text not null collate "C"',
                "account": "text not null",
                "letter": "text not null",
                "households": "integer not null",
                "persons": "integer not null",
            },
            key=("round_id", "handed_list", "number"),
            indexes=("create index {table}_area on {table} (area, year)",),
        ),
        Table(
            "handed_households",
            {
                "round_id": "uuid not null",
                "handed_list": 'text not null collate "C"',
                "household_id": "uuid not null",
                "kind": 'text not null collate "C"',
            },
            key=("round_id", "handed_list", "household_id"),
        ),
    )

    fold = staticmethod(fold)

    def changes(
        self, histories: Sequence[AggregateHistory[RoundRecord]], keyring: Keyring
    ) -> Changes:
        """The rows that differ."""
        return differences(self.tables, histories, _rows)


def _rows(history: AggregateHistory[RoundRecord], round_: RoundRecord) -> Rows:
    id_ = history.aggregate_id
    every = [(code, one) for code, its in round_.handed_lists.items() for one in its]
    last = [(code, its[-1]) for code, its in round_.handed_lists.items()]
    return {
        "handed_lists": {
            (id_, code, one.number): (
                id_, code, one.number, round_.area, round_.year, one.handed_on, one.due_on,
                one.means, one.digest, one.account, one.letter, len(one.households),
                sum(each.persons for each in one.households.values()),
            )
            for code, one in every
        },
        "handed_households": {
            (id_, code, key): (id_, code, key, each.kind)
            for code, one in last
            for key, each in one.households.items()
        },
    }  # fmt: skip
