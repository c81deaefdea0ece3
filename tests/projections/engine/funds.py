"""A small aggregate of the tests, unknown to the engine: a fund with payments in and out."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import AggregateEvent

from domain.eventstore.mapper import register_events
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table
from tests.domain.eventstore.saves import NOON


class FundEvent(AggregateEvent):
    """A fact about one fund."""

    TOPIC: ClassVar[str] = "test_fund.event"


class Opened(FundEvent):
    """A fund begins, empty."""

    TOPIC = "test_fund.opened:1"

    name: str


class PaidIn(FundEvent):
    """Money comes in, in đồng."""

    TOPIC = "test_fund.paid_in:1"

    amount: int


class PaidOut(FundEvent):
    """Money goes out, in đồng."""

    TOPIC = "test_fund.paid_out:1"

    amount: int


register_events((Opened, PaidIn, PaidOut))


@dataclass
class Fund:
    """What the events of a fund come to."""

    name: str = ""
    balance: int = 0
    payments: int = 0


def fold(events: Sequence[LedgerEvent]) -> Fund:
    """The fund after these events. Raises ValueError where it has paid out what it had not."""
    fund = Fund()
    for one in events:
        match one.event:
            case Opened(name=name):
                fund.name = name
            case PaidIn(amount=amount):
                fund.balance, fund.payments = fund.balance + amount, fund.payments + 1
            case PaidOut(amount=amount):
                fund.balance, fund.payments = fund.balance - amount, fund.payments + 1
        if fund.balance < 0:
            raise ValueError("more was paid out than was there")
    return fund


class FundBalances(PerAggregateProjection[Fund]):
    """One row for each fund."""

    name = "test_fund_balances"
    version = 1
    topics = ("test_fund.",)
    tables = (
        Table(
            "test_fund_balances",
            {"fund": "uuid not null", "name": "text not null", "balance": "bigint not null"},
            key=("fund",),
        ),
    )
    fold = staticmethod(fold)

    def changes(self, histories: Sequence[AggregateHistory[Fund]], keyring: Any) -> Changes:
        """The row of each fund that has new events."""
        return Changes(
            deletes={self.name: [(one.aggregate_id,) for one in histories if not one.is_new]},
            inserts={
                self.name: [
                    (one.aggregate_id, one.state.name, one.state.balance) for one in histories
                ]
            },
        )


class FundPayments(PerAggregateProjection[Fund]):
    """One row for each fund, made from the same fold: how many payments it has seen."""

    name = "test_fund_payments"
    version = 1
    topics = ("test_fund.",)
    tables = (
        Table(
            "test_fund_payments",
            {"fund": "uuid not null", "payments": "bigint not null"},
            key=("fund",),
        ),
    )
    fold = staticmethod(fold)

    def changes(self, histories: Sequence[AggregateHistory[Fund]], keyring: Any) -> Changes:
        """The row of each fund whose number of payments changed."""
        changed = [
            one
            for one in histories
            if one.state_before is None or one.state_before.payments != one.state.payments
        ]
        return Changes(
            deletes={self.name: [(one.aggregate_id,) for one in changed if not one.is_new]},
            inserts={self.name: [(one.aggregate_id, one.state.payments) for one in changed]},
        )


def payments(seed: int, funds: int, count: int) -> list[list[FundEvent]]:
    """Funds that are opened and paid into and out of in turn; each save is one event."""
    rng = random.Random(seed)
    ids = [UUID(int=rng.getrandbits(128), version=4) for _ in range(funds)]
    states = {id_: Fund() for id_ in ids}
    versions = dict.fromkeys(ids, 0)
    saves: list[list[FundEvent]] = []
    for number in range(count):
        id_ = rng.choice(ids)
        fund = states[id_]
        versions[id_] += 1
        stamp = (id_, versions[id_], NOON + timedelta(minutes=number))
        event: FundEvent
        if versions[id_] == 1:
            event = Opened(*stamp, name=f"Quỹ {number}")
        elif fund.balance and rng.random() < 0.4:
            event = PaidOut(*stamp, amount=rng.randint(1, fund.balance))
            fund.balance -= event.amount
        else:
            event = PaidIn(*stamp, amount=rng.randint(1, 1_000_000))
            fund.balance += event.amount
        saves.append([event])
    return saves
