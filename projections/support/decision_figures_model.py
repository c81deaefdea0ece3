"""The read model `decision_figures` holds the figures that each national decision was made by."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.eventstore.personal import Keyring
from domain.households import events as e
from domain.standards.standard import NATIONAL
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection, no_state
from projections.engine.tables import FOREVER, Changes, Table, TableRow


class DecisionFigures(PerAggregateProjection[None]):
    """One row for each national decision; it counts from `known_from` until it is withdrawn.

    `area` is where the household lived on that day, as known when the decision was recorded: the
    commune that decided. `answers` is a digest of form B, null where the decision has none.
    """

    name = "decision_figures"
    version = 1
    topics = ("household.",)
    tables = (
        Table(
            "decision_figures",
            {
                "household_id": "uuid not null",
                "version": "integer not null",
                "area": 'text not null collate "C"',
                "effective_on": "date not null",
                "known_from": "timestamptz not null",
                "known_to": "timestamptz not null",
                "class": "text not null",
                "class_before": "text not null",
                "paper": 'text not null collate "C"',
                "standard": "text not null",
                "standard_digest": "text not null",
                "area_type": "text not null",
                "b1": "integer",
                "answers": "bytea",
            },
            key=("household_id", "version"),
            indexes=("create index {table}_of_area on {table} (area, effective_on)",),
        ),
    )
    fold = staticmethod(no_state)
    events: ClassVar[frozenset[type] | None] = frozenset({e.Classified, e.ClassificationWithdrawn})

    def changes(self, histories: Sequence[AggregateHistory[None]], keyring: Keyring) -> Changes:
        """The rows of new decisions, and those of decisions that were withdrawn now."""
        deletes: list[TableRow] = []
        inserts: list[TableRow] = []
        for history in histories:
            new = {row.version for row in history.new_events}
            withdrawn_now = {
                row.event.withdraws
                for row in history.new_events
                if isinstance(row.event, e.ClassificationWithdrawn)
            }
            for row in _rows(history.events):
                version = row[1]
                if version in new:
                    inserts.append(row)
                elif version in withdrawn_now:
                    deletes.append(row[:2])
                    inserts.append(row)
        return Changes(deletes={self.name: deletes}, inserts={self.name: inserts})


def _rows(events: Sequence[LedgerEvent]) -> Iterator[TableRow]:
    """The rows of a household, in the order of recording."""
    withdrawn: dict[int, datetime] = {}
    for row in events:
        if isinstance(row.event, e.ClassificationWithdrawn):
            withdrawn.setdefault(row.event.withdraws, row.event.timestamp)
    homes: list[tuple[date, int, str]] = []
    surveys: dict[UUID, e.Surveyed] = {}
    for row in events:
        event = row.event
        if isinstance(event, e.Registered):
            homes.append((date.min, row.version, event.area))
        elif isinstance(event, e.Moved):
            homes.append((event.effective_on, row.version, event.area))
        elif isinstance(event, e.Surveyed):
            surveys[event.survey_id] = event
        elif isinstance(event, e.Classified) and event.scope == NATIONAL:
            survey = surveys.get(event.survey_id) if event.survey_id is not None else None
            b1 = event.facts.get("b1")
            yield (
                row.originator_id, row.version,
                max(one for one in homes if one[0] <= event.effective_on)[2],
                event.effective_on, event.timestamp, withdrawn.get(row.version, FOREVER),
                event.class_, event.class_before,
                event.document.number if event.document else "",
                event.standard, event.standard_digest, str(event.facts.get("area_type") or ""),
                b1 if isinstance(b1, int) else None,
                _digest(survey) if survey is not None else None,
            )  # fmt: skip


def _digest(survey: e.Surveyed) -> bytes | None:
    """The digest of what form B says; None where the form was not kept."""
    if not survey.answers:
        return None
    said = survey.form, survey.score_card, survey.area_type, survey.answers
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).digest()[:16]
