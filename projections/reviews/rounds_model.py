"""The read model `rounds` holds review rounds: how far each is, and what in it waits for an answer.

It names no person. Households are in `round_households`.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import msgspec

from domain.eventstore.personal import Keyring
from domain.reviews.round import RoundRecord
from projections.engine.bulk_copy import JsonBytes
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table
from projections.reviews.fold import Rows, differences, fold
from projections.reviews.round_step import recorded_step
from projections.vietnamese import place_key

_encode = msgspec.json.Encoder(order="deterministic").encode
_TEXT, _UUID, _DAY = 'text not null collate "C"', "uuid not null", "date not null"


class Rounds(PerAggregateProjection[RoundRecord]):
    """One row for each round, and rows for what belongs to it.

    `lists` is JSON: code, standard, year counted in, year used in. `last_on` is the latest day of
    a step. `round_counts` counts the households of a village in a step; `due_on` is the earliest
    last day of theirs: of the re-verification in the step "grievance", else of the posting. A
    consultation is `outdated` where a class in its list has changed since.
    """

    name = "rounds"
    version = 2
    topics = ("review.",)
    tables = (
        Table(
            "rounds",
            {
                "round_id": _UUID,
                "area": _TEXT,
                "track": _TEXT,
                "year": "integer not null",
                "month": "integer",
                "procedure": _TEXT,
                "lists": "jsonb not null",
                "opened_on": _DAY,
                "last_on": _DAY,
                "closed_on": "date",
                "outcome": _TEXT,
                "households": "integer not null",
                "version": "integer not null",
            },
            key=("round_id",),
            indexes=(
                "create index {table}_area on {table} (area, year desc, opened_on desc)",
                "create index {table}_open on {table} (area) where closed_on is null",
            ),
        ),
        Table(
            "round_counts",
            {
                "round_id": _UUID,
                "village": "text not null",
                "village_key": _TEXT,
                "step": _TEXT,
                "households": "integer not null",
                "due_on": "date",
            },
            key=("round_id", "village", "step"),
        ),
        Table(
            "round_requests",
            {
                "round_id": _UUID,
                "request_id": _UUID,
                "household_id": _UUID,
                "kind": _TEXT,
                "received_on": _DAY,
                "outcome": _TEXT,
                "refused_on": "date",
                "listed": "boolean not null",
            },
            key=("round_id", "request_id"),
        ),
        Table(
            "round_grievances",
            {
                "round_id": _UUID,
                "grievance_id": _UUID,
                "household_id": _UUID,
                "lodged_on": _DAY,
                "due_on": "date",
                "late": "boolean not null",
                "answered_on": "date",
                "outcome": _TEXT,
            },
            key=("round_id", "grievance_id"),
        ),
        Table(
            "round_consultations",
            {
                "round_id": _UUID,
                "list_code": _TEXT,
                "asked": _TEXT,
                "sent_on": _DAY,
                "due_on": "date",
                "answered_on": "date",
                "opinion": _TEXT,
                "outdated": "boolean not null",
            },
            key=("round_id", "list_code"),
        ),
        Table(
            "round_signatures",
            {
                "round_id": _UUID,
                "list_code": _TEXT,
                "kind": _TEXT,
                "list_digest": _TEXT,
                "required_by": _TEXT,
                "required_on": _DAY,
                "given_by": _TEXT,
                "given_on": "date",
            },
            key=("round_id", "list_code", "kind", "list_digest"),
        ),
        Table(
            "round_decisions",
            {
                "round_id": _UUID,
                "list_code": _TEXT,
                "kind": _TEXT,
                "number": "text not null",
                "signed_on": _DAY,
                "households": "integer not null",
            },
            key=("round_id", "list_code", "kind", "number"),
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
    events = history.events if round_ is history.state else history.events[: history.before]
    last_on = max(row.event.effective_on for row in events)
    lists = [
        {
            "code": one.code,
            "standard": one.standard,
            "counted_in": one.counted_in,
            "used_in": one.used_in,
        }
        for one in round_.lists.values()
    ]
    signatures = round_.second_signatures.items()
    return {
        "rounds": {
            (id_,): (
                id_, round_.area, round_.track, round_.year, round_.month, round_.procedure,
                JsonBytes(_encode(lists)), round_.opened_on, last_on, round_.closed_on,
                round_.outcome, len(round_.households), events[-1].version,
            )
        },
        "round_counts": {
            (id_, village, step): (id_, village, place_key(village), step, number, due_on)
            for (village, step), (number, due_on) in _counts(round_).items()
        },
        "round_requests": {
            (id_, key): (
                id_, key, one.household, one.kind, one.received_on, one.outcome, one.refused_on,
                one.household in round_.households,
            )
            for key, one in round_.requests.items()
        },
        "round_grievances": {
            (id_, key): (
                id_, key, one.household, one.lodged_on, one.due_on, one.late, one.answered_on,
                one.outcome,
            )
            for key, one in round_.grievances.items()
        },
        "round_consultations": {
            (id_, code): (
                id_, code, one.to, one.sent_on, one.due_on, one.answered_on, one.opinion,
                bool(round_.changed_since_report(code)),
            )
            for code, one in round_.consultations.items()
        },
        "round_signatures": {
            (id_, *key): (
                id_, *key, one.required_by, one.required_on, one.account, one.given_on
            )
            for key, one in signatures
        },
        "round_decisions": {
            (id_, one.list_code, one.kind, one.number): (
                id_, one.list_code, one.kind, one.number, one.signed_on, one.household_count
            )
            for one in round_.decisions
        },
    }  # fmt: skip


def _counts(round_: RoundRecord) -> dict[tuple[str, str], tuple[int, date | None]]:
    numbers: Counter[tuple[str, str]] = Counter()
    due: dict[tuple[str, str], date] = {}
    for one in round_.households.values():
        step = recorded_step(round_, one)
        key = one.village, step
        numbers[key] += 1
        waits = [
            grievance.due_on
            for grievance in one.grievances.values()
            if grievance.is_open and grievance.due_on is not None
        ]
        day = min(waits, default=None) if step == "grievance" else one.until
        if day is not None:
            due[key] = min(due.get(key, day), day)
    return {key: (number, due.get(key)) for key, number in numbers.items()}
