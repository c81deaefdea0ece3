"""The read model `livelihood_models` holds one row for each livelihood model and household."""

from collections.abc import Sequence

from domain.eventstore.mapper import aggregate_of
from domain.eventstore.personal import Keyring
from domain.support.livelihood import LivelihoodModel
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow


def model_of(events: Sequence[LedgerEvent]) -> LivelihoodModel:
    """The livelihood model that these events make."""
    found = aggregate_of(row.event for row in events)
    if not isinstance(found, LivelihoodModel):
        raise TypeError("these events make no livelihood model")
    return found


class LivelihoodModels(PerAggregateProjection[LivelihoodModel]):
    """Livelihood models, and the households that joined them."""

    name = "livelihood_models"
    version = 1
    topics = (
        "activity.model_started:",
        "activity.household_joined_model:",
        "activity.model_closed:",
    )
    tables = (
        Table(
            "livelihood_models",
            {
                "model_id": "uuid not null",
                "version": "integer not null",
                "area": 'text not null collate "C"',
                "kind": "text not null",
                "title": "text not null",
                "programme": "text not null",
                "node": "text not null",
                "line_id": "uuid",
                "funding_year": "integer not null",
                "started_on": "date not null",
                "ended_on": "date",
                "ending": "text not null",
            },
            key=("model_id",),
            indexes=("create index {table}_of_area on {table} (area, started_on)",),
        ),
        Table(
            "livelihood_model_households",
            {
                "model_id": "uuid not null",
                "household_id": "uuid not null",
                "joined_on": "date not null",
            },
            key=("model_id", "household_id"),
            indexes=("create index {table}_of_household on {table} (household_id)",),
        ),
    )
    fold = staticmethod(model_of)

    def changes(
        self, histories: Sequence[AggregateHistory[LivelihoodModel]], keyring: Keyring
    ) -> Changes:
        """The rows of each model that has new events; households are only added."""
        return Changes(
            deletes={
                "livelihood_models": [(one.aggregate_id,) for one in histories if not one.is_new]
            },
            inserts={
                "livelihood_models": [_row(one.state) for one in histories],
                "livelihood_model_households": [row for one in histories for row in _joined(one)],
            },
        )


def _row(one: LivelihoodModel) -> TableRow:
    return (
        one.id, one.version, one.area, one.kind, one.title, one.programme, one.node, one.line_id,
        one.funding_year, one.started_on, one.ended_on, one.ending,
    )  # fmt: skip


def _joined(history: AggregateHistory[LivelihoodModel]) -> list[TableRow]:
    before = history.state_before
    known = before.households if before is not None else {}
    return [
        (history.aggregate_id, household, day)
        for household, day in history.state.households.items()
        if household not in known
    ]
