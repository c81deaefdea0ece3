"""Random histories of support: no row is missing, and balances are right on both clocks."""

from datetime import UTC, date, datetime, time
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.support import (
    activity,
    budget,
    case_events,
    grant_batch,
    livelihood,
    officer,
    programme,
    signing_rules,
    smallest_count,
    target,
)
from domain.support.budget import BudgetEvent, Opened, totals
from projections.catch_up import catch_up
from projections.read_models import MODELS
from projections.rebuild import rebuild_job
from projections.support import balances
from tests.conftest import Postgres
from tests.projections.engine.test_same_rows import FEW, dumped, world_in
from tests.projections.random_histories import histories_in, make_world, seeds
from tests.projections.random_support import STEPS, with_support

MODULES = (
    activity, budget, case_events, grant_batch, livelihood, officer, programme, signing_rules,
    smallest_count, target,
)  # fmt: skip
TOPICS = {event.TOPIC for module in MODULES for event in module.EVENTS}
TOPICS |= {event.TOPIC for event in officer.COUNT_EVENTS}
OURS = tuple(
    model
    for model in MODELS
    if any(topic.startswith(beginning) for topic in TOPICS for beginning in model.topics)
)
DAYS = st.dates(date(2020, 6, 1), date(2023, 1, 1))
MOMENTS = st.dates(date(2021, 12, 1), date(2022, 12, 31)).map(
    lambda day: datetime.combine(day, time(12), UTC)
)


def test_every_kind_of_event_of_support_comes_up_in_some_history() -> None:
    found: set[str] = set()
    for seed in range(12):
        world = with_support(make_world(seed, 3), 40 * len(STEPS))
        found |= {event.TOPIC for event in world.events}
    assert found >= TOPICS
    assert len(OURS) > 6


@FEW
@given(seed=seeds(), things=st.integers(30, 90), on=DAYS, known=MOMENTS, cut=st.integers(1, 9))
def test_balances_are_those_of_the_events_on_both_clocks_also_after_a_rebuild(
    postgres: Postgres, seed: int, things: int, on: date, known: datetime, cut: int
) -> None:
    with world_in(postgres, seed, things, support=True) as (database, world, keyring):
        catch_up(database.pool, keyring, batch=cut)
        before = dumped(database)
        assert all(before[table.name] for model in OURS for table in model.tables[:1])
        assert rebuild_job.work(database.pool, keyring, rebuild_job.request(database.pool, parts=3))
        assert dumped(database) == before
        lines: dict[UUID, list[BudgetEvent]] = {
            id_: [row.event for row in history if isinstance(row.event, BudgetEvent)]
            for id_, history in histories_in(world.events).items()
            if isinstance(history[0].event, Opened)
        }
        with database.pool.connection() as conn:
            now = balances.balances(conn)
            then = balances.balances(conn, as_of=on, known_at=known)
    assert {one.line: one.totals for one in now} == {
        id_: totals(events) for id_, events in lines.items()
    }
    assert {one.line: one.totals for one in then} == {
        id_: totals(one for one in events if one.timestamp <= known and one.effective_on <= on)
        for id_, events in lines.items()
        if events[0].timestamp <= known
    }
