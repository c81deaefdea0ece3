"""The read model `surveys` holds the surveys of each household, without those withdrawn."""

from collections.abc import Sequence

from domain.eventstore.personal import Keyring
from domain.households import events as e
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow
from projections.households.state import InEffect, in_effect

SURVEY_EVENTS: frozenset[type] = frozenset({e.Surveyed, e.SurveyWithdrawn, e.MergedInto,
                                            e.Dissolved})  # fmt: skip


class Surveys(PerAggregateProjection[InEffect]):
    """One row for each survey; `latest` marks the last in the order of effect.

    The review asks it whether a household was surveyed since it was listed.
    """

    name = "surveys"
    version = 1
    topics = ("household.",)
    tables = (
        Table(
            "surveys",
            {
                "household_id": "uuid not null",
                "survey_id": "uuid not null",
                "surveyed_on": "date not null",
                "surveyor": 'text not null collate "C"',
                "latest": "boolean not null",
            },
            key=("household_id", "survey_id"),
            indexes=("create index {table}_latest on {table} (household_id) where latest",),
        ),
    )

    fold = staticmethod(in_effect)
    events = SURVEY_EVENTS

    def changes(self, histories: Sequence[AggregateHistory[InEffect]], keyring: Keyring) -> Changes:
        """The rows that differ; a household without surveys has none."""
        deletes: list[TableRow] = []
        inserts: list[TableRow] = []
        for history in histories:
            before = history.state_before
            was = _rows(history, before) if before is not None else {}
            now = _rows(history, history.state)
            deletes += [key for key, row in was.items() if now.get(key) != row]
            inserts += [row for key, row in now.items() if was.get(key) != row]
        return Changes(deletes={self.name: deletes}, inserts={self.name: inserts})


def _rows(history: AggregateHistory[InEffect], state: InEffect) -> dict[TableRow, TableRow]:
    surveys = list(state.record.surveys.values())
    id_ = history.aggregate_id
    return {
        (id_, one.survey_id): (
            id_, one.survey_id, one.effective_on, one.surveyor, one is surveys[-1]
        )
        for one in surveys
    }  # fmt: skip
