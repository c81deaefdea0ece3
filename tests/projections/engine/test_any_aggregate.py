"""The engine follows an aggregate that it has never heard of, beside households: batches, parking
and a rebuild by several workers give the same rows."""

import threading
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from projections.catch_up import StillFailing, catch_up, unpark
from projections.engine import ledger, parking
from projections.engine.batch import prepare, read_batch
from projections.engine.ledger import LedgerEvent
from projections.read_models import MODELS, make_tables
from projections.rebuild import rebuild_job
from tests.conftest import Database
from tests.projections.dumps import Dump, dump, empty
from tests.projections.engine import funds
from tests.projections.engine.funds import FundBalances, FundPayments, PaidIn, PaidOut
from tests.projections.random_histories import make_world, record, some_keyring

OURS = (FundBalances(), FundPayments())
ALL = (*MODELS, *OURS)


@pytest.fixture
def saves(database: Database) -> list[list[Any]]:
    """Funds and households in one ledger; the read models of both have their tables."""
    keyring = some_keyring(database.pool)
    world = make_world(3, 30, keyring.sealer())
    paid = funds.payments(seed=3, funds=12, count=150)
    mixed = [save for pair in zip(world.saves, paid, strict=False) for save in pair]
    record(database, [*mixed, *paid[len(world.saves) :]], world.sealer)
    with database.pool.connection() as conn:
        make_tables(conn, OURS)
    return paid


def rows(database: Database) -> Dump:
    with database.pool.connection() as conn:
        return dump(conn, ALL)


def waiting(database: Database) -> list[parking.Parked]:
    with database.pool.connection() as conn:
        return parking.listed(conn)


def last_of(saves: list[list[Any]]) -> Any:
    """The event of the fund that has the most."""
    return max((event for (event,) in saves), key=lambda event: event.originator_version)


def overdraw(database: Database, after: Any) -> UUID:
    """A payment that the fold refuses, and one behind it; returns the fund."""
    at = (after.originator_id, after.originator_version)
    bad = PaidOut(at[0], at[1] + 1, after.timestamp, amount=10**15)
    behind = PaidIn(at[0], at[1] + 2, after.timestamp, amount=10**16)
    record(database, [[bad], [behind]])
    return after.originator_id


def test_any_cut_into_batches_gives_the_rows_of_every_aggregate(
    database: Database, saves: list[list[Any]]
) -> None:
    keyring = some_keyring(database.pool)
    catch_up(database.pool, keyring, ALL)
    at_once = rows(database)
    balances = {fund: int(balance) for fund, _, balance in at_once["test_fund_balances"]}
    for fund in {event.originator_id for (event,) in saves}:
        events = [event for (event,) in saves if event.originator_id == fund]
        state = funds.fold([LedgerEvent(0, fund, 0, "", e.timestamp, e) for e in events])
        assert balances[str(fund)] == state.balance
    assert at_once["household_file"]
    with database.pool.connection() as conn:
        empty(conn, ALL)
    catch_up(database.pool, keyring, ALL, batch=7)
    assert rows(database) == at_once
    assert waiting(database) == []


def test_an_aggregate_of_any_kind_is_parked_alone_and_taken_in_when_it_is_mended(
    database: Database, saves: list[list[Any]]
) -> None:
    keyring = some_keyring(database.pool)
    fund = overdraw(database, last_of(saves))
    catch_up(database.pool, keyring, ALL, batch=9)
    before = rows(database)
    assert {(one.model, one.originator_id, one.waiting) for one in waiting(database)} == {
        (model.name, fund, 2) for model in OURS
    }
    assert all(one.reason.startswith("ValueError in") for one in waiting(database))
    with pytest.raises(StillFailing):
        unpark(database.pool, keyring, OURS[0], fund)

    class Mended(FundBalances):
        """Shows a debt as it is."""

        @staticmethod
        def fold(events: Sequence[LedgerEvent]) -> funds.Fund:
            signs = {funds.Opened: 0, PaidIn: 1, PaidOut: -1}
            sums = [signs[type(e.event)] * getattr(e.event, "amount", 0) for e in events]
            return funds.Fund(events[0].event.name, sum(sums), len(events) - 1)

    assert unpark(database.pool, keyring, Mended(), fund) == 2
    assert {one.model for one in waiting(database)} == {OURS[1].name}
    after = rows(database)
    changed = set(after["test_fund_balances"]) ^ set(before["test_fund_balances"])
    assert {row[0] for row in changed} == {str(fund)}
    assert after["household_file"] == before["household_file"]


def test_several_workers_rebuild_an_aggregate_of_any_kind(
    database: Database, saves: list[list[Any]]
) -> None:
    keyring = some_keyring(database.pool)
    fund = overdraw(database, last_of(saves))
    catch_up(database.pool, keyring, ALL, batch=11)
    before, parked = rows(database), waiting(database)
    rebuild = rebuild_job.request(database.pool, parts=16, known=ALL)
    workers = [
        threading.Thread(target=rebuild_job.work, args=(database.pool, keyring, rebuild, ALL))
        for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert rebuild_job.work(database.pool, keyring, rebuild, ALL)
    assert rows(database) == before
    assert [(p.model, p.originator_id, p.seq) for p in waiting(database)] == [
        (p.model, p.originator_id, p.seq) for p in parked
    ]
    assert {p.originator_id for p in parked} == {fund}


def test_read_models_of_one_fold_share_the_folded_states(
    database: Database, saves: list[list[Any]]
) -> None:
    keyring = some_keyring(database.pool)
    with database.pool.connection() as conn:
        conn.set_autocommit(True)
        ledger.extend(conn)
        head = ledger.head(conn)
        batch = read_batch(conn, 0, head, OURS, head)
        conn.set_autocommit(False)
    first, second = prepare(batch, OURS, keyring, {})
    aggregates = {event.originator_id for (event,) in saves}
    assert {one.aggregate_id for one in first.histories} == aggregates
    assert all(
        one.state is other.state
        for one, other in zip(first.histories, second.histories, strict=True)
    )
