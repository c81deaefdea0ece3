"""The read model `worker_decisions` holds the workers whom each decision of a round recognises."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar, NamedTuple
from uuid import UUID

from domain.eventstore.personal import Keyring
from domain.households import events as e
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow
from projections.households.check_codes import worker_decision_key


class _Recognition(NamedTuple):
    """A row without its check key."""

    household_id: UUID
    version: int
    round_id: UUID
    number: str
    signed_on: date | None
    effective_on: date
    withdrawn_on: date | None


Recognitions = Mapping[TableRow, _Recognition]


def recognitions(events: Sequence[LedgerEvent]) -> Recognitions:
    """The recognitions of a household by decisions of rounds, by key, with their withdrawals.

    A withdrawal takes back the last recognition of the person that took effect by its day.
    """
    rows: dict[TableRow, _Recognition] = {}
    of_person: dict[UUID, list[TableRow]] = {}
    for row in events:
        event = row.event
        if isinstance(event, e.LowIncomeWorkerRecognised):
            paper = event.document
            if event.round_id is None or paper is None or not paper.number:
                continue
            key = event.originator_id, row.version
            of_person.setdefault(event.person_id, []).append(key)
            rows[key] = _Recognition(
                event.originator_id, row.version, event.round_id, paper.number, paper.signed_on,
                event.effective_on, None,
            )  # fmt: skip
        elif isinstance(event, e.LowIncomeRecognitionWithdrawn):
            known = of_person.get(event.person_id, ())
            earlier = [one for one in known if rows[one].effective_on <= event.effective_on]
            if earlier:
                last = max(earlier, key=lambda one: rows[one].effective_on)
                rows[last] = rows[last]._replace(withdrawn_on=event.effective_on)
    return rows


class WorkerDecisions(PerAggregateProjection[Recognitions]):
    """One row for each worker whom a signed decision of a round recognises.

    `withdrawn_on` is the day on which the recognition was withdrawn, null while it was not. All
    rows of one round and number have the same `check_key`.
    """

    name = "worker_decisions"
    version = 1
    topics = ("household.",)
    tables = (
        Table(
            "worker_decisions",
            {
                "household_id": "uuid not null",
                "version": "integer not null",
                "round_id": "uuid not null",
                "number": 'text not null collate "C"',
                "signed_on": "date",
                "effective_on": "date not null",
                "withdrawn_on": "date",
                "check_key": "bytea not null",
            },
            key=("household_id", "version"),
            indexes=("create index {table}_check on {table} (check_key)",),
        ),
    )

    fold = staticmethod(recognitions)
    events: ClassVar[frozenset[type] | None] = frozenset({
        e.LowIncomeWorkerRecognised, e.LowIncomeRecognitionWithdrawn,
    })  # fmt: skip

    def changes(
        self, histories: Sequence[AggregateHistory[Recognitions]], keyring: Keyring
    ) -> Changes:
        """The rows that differ. A check key is made of each decision once."""
        deletes: list[TableRow] = []
        inserts: list[TableRow] = []
        keys: dict[TableRow, bytes] = {}
        for history in histories:
            before, now = history.state_before or {}, history.state
            deletes += [key for key, row in before.items() if now.get(key) != row]
            for key, row in now.items():
                if before.get(key) != row:
                    decision = row.round_id, row.number
                    if decision not in keys:
                        keys[decision] = worker_decision_key(keyring, *decision)
                    inserts.append((*row, keys[decision]))
        return Changes(deletes={"worker_decisions": deletes}, inserts={"worker_decisions": inserts})
