"""What is asked of review rounds, against folding every round in Python."""

from collections import Counter
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.households.events import Registered
from domain.households.movements import exit_kind
from domain.households.number import fold_number
from domain.reviews.round import ReviewedHousehold, RoundRecord
from projections.catch_up import catch_up
from projections.engine.ledger import LedgerEvent
from projections.households.state import as_of
from projections.households.state import fold as fold_household
from projections.reviews import handed_lists as handed
from projections.reviews import households as reviewed
from projections.reviews import rounds as asked
from projections.reviews.fold import fold
from projections.reviews.round_step import READY, STEPS, SURVEYED, recorded_step
from tests.conftest import Postgres
from tests.projections.engine.test_same_rows import FEW, world_in
from tests.projections.random_histories import AREAS, histories_in, seeds

DAYS = st.dates(date(2022, 2, 1), date(2025, 6, 1))


class Survey(NamedTuple):
    """The latest survey of a household."""

    survey_id: UUID
    on: date


def rounds_of(histories: dict[UUID, list[LedgerEvent]]) -> dict[UUID, RoundRecord]:
    return {
        id_: fold(history)
        for id_, history in histories.items()
        if history[0].topic.startswith("review.")
    }


def surveys_of(histories: dict[UUID, list[LedgerEvent]]) -> dict[UUID, Survey]:
    found = {}
    for id_, history in histories.items():
        if isinstance(history[0].event, Registered):
            surveys = fold_household(history).surveys
            if surveys:
                found[id_] = Survey(surveys[-1].survey_id, surveys[-1].on)
    return found


def step_on(round_: RoundRecord, one: ReviewedHousehold, survey: Survey | None, on: date) -> str:
    """The step as the field has it: surveyed since it was listed, ready when its posting ended."""
    step = recorded_step(round_, one)
    if step in ("listed", "sent_back") and survey is not None:
        used = one.result.survey_id if one.result else None
        if survey.on >= one.since and survey.survey_id != used:
            return SURVEYED
    if step == "posted" and (one.until is None or one.until < on):
        return READY
    return step


@FEW
@given(seed=seeds(), things=st.integers(20, 80), on=DAYS)
def test_steps_are_counted_by_village_as_folding_every_round_gives(
    postgres: Postgres, seed: int, things: int, on: date
) -> None:
    with world_in(postgres, seed, things, rounds=True) as (database, world, keyring):
        catch_up(database.pool, keyring, batch=9)
        histories = histories_in(world.events)
        rounds, surveys = rounds_of(histories), surveys_of(histories)
        with database.pool.connection() as conn:
            counted = asked.progress(conn, list(rounds), on=on)
            for id_, round_ in rounds.items():
                steps = {
                    one.household: step_on(round_, one, surveys.get(one.household), on)
                    for one in round_.households.values()
                }
                expected = Counter(
                    (one.village, steps[one.household]) for one in round_.households.values()
                )
                assert {
                    (one.village, one.step): one.households
                    for one in counted
                    if one.round_id == id_
                } == expected
                assert set(steps.values()) <= set(STEPS)
                for step in STEPS:
                    rows = reviewed.households(
                        conn, keyring, [id_], on=on, steps=[step], limit=1_000
                    )
                    assert {row.household_id for row in rows} == {
                        one for one, its in steps.items() if its == step
                    }
                    _in_order_of_the_list(rows, round_)


def _in_order_of_the_list(rows: list[Any], round_: RoundRecord) -> None:
    order = list(round_.households)
    for village in {row.village for row in rows}:
        places = [
            (fold_number(row.number), order.index(row.household_id))
            for row in rows
            if row.village == village
        ]
        assert places == sorted(places)


@FEW
@given(seed=seeds(), things=st.integers(20, 80), areas=st.sets(st.sampled_from(AREAS), min_size=1))
def test_rounds_of_an_area_are_listed_with_what_waits_in_them(
    postgres: Postgres, seed: int, things: int, areas: set[str]
) -> None:
    with world_in(postgres, seed, things, rounds=True) as (database, world, keyring):
        catch_up(database.pool, keyring, batch=9)
        rounds = rounds_of(histories_in(world.events))
        there = {id_ for id_, one in rounds.items() if one.area in areas}
        with database.pool.connection() as conn:
            found = asked.rounds(conn, units=areas)
            assert {row.round_id for row in found} == there
            running = asked.rounds(conn, units=None, running=True)
            assert {row.round_id for row in running} == {
                id_ for id_, one in rounds.items() if one.closed_on is None
            }
            for id_, round_ in rounds.items():
                row = asked.round_of(conn, id_)
                assert row is not None
                assert row.households == len(round_.households)
                waiting = asked.requests(conn, [id_], waiting=True)
                assert {one.request_id for one in waiting} == {
                    key
                    for key, one in round_.requests.items()
                    if one.refused_on is None and one.household not in round_.households
                }
                open_ = asked.grievances(conn, [id_], waiting=True)
                assert {one.grievance_id for one in open_} == {
                    key for key, one in round_.grievances.items() if one.is_open
                }
                assert sum(asked.recorded_steps(conn, [id_])[id_].values()) == row.households


@FEW
@given(seed=seeds(), things=st.integers(20, 80))
def test_a_page_of_rounds_goes_on_where_the_one_before_ended(
    postgres: Postgres, seed: int, things: int
) -> None:
    with world_in(postgres, seed, things, rounds=True) as (database, _, keyring):
        catch_up(database.pool, keyring)
        with database.pool.connection() as conn:
            whole = asked.rounds(conn, units=None)
            one_by_one, place = [], None
            while page := asked.rounds(conn, units=None, after=place, limit=1):
                one_by_one += page
                last = page[-1]
                place = last.year, last.opened_on.isoformat(), str(last.round_id)
        assert one_by_one == whole
        assert [row.year for row in whole] == sorted((row.year for row in whole), reverse=True)


@FEW
@given(seed=seeds(), things=st.integers(20, 80), on=DAYS)
def test_a_household_has_a_row_in_each_round_that_reviews_it(
    postgres: Postgres, seed: int, things: int, on: date
) -> None:
    with world_in(postgres, seed, things, rounds=True) as (database, world, keyring):
        catch_up(database.pool, keyring)
        rounds = rounds_of(histories_in(world.events))
        with database.pool.connection() as conn:
            for home in world.homes:
                rows = reviewed.rounds_of_household(conn, keyring, home.id, on=on)
                assert {row.round_id for row in rows} == {
                    id_ for id_, one in rounds.items() if home.id in one.households
                }
            for id_, round_ in rounds.items():
                changed = sum(number for *_, number in reviewed.changes(conn, id_))
                results = [one for one in round_.households.values() if one.result]
                assert changed == len([one for one in results if one.class_on_list("result")])
                doubtful = reviewed.households(conn, keyring, [id_], on=on, sort="doubt")
                doubts = [row.doubt for row in doubtful]
                assert doubts == sorted(doubts, reverse=True)


@FEW
@given(seed=seeds(), things=st.integers(30, 90), on=DAYS)
def test_lists_handed_over_are_found_with_the_households_that_changed_since(
    postgres: Postgres, seed: int, things: int, on: date
) -> None:
    with world_in(postgres, seed, things, rounds=True) as (database, world, keyring):
        catch_up(database.pool, keyring, batch=7)
        histories = histories_in(world.events)
        rounds = rounds_of(histories)
        classes = {
            home.id: (state.area, state.classes["national"].class_)
            for home in world.homes
            if (state := state_on(histories[home.id], on)) is not None
            and state.ended is None
            and "national" in state.classes
        }
        with database.pool.connection() as conn:
            for id_, round_ in rounds.items():
                rows = handed.of_round(conn, id_)
                assert [(one.handed_list, one.number, one.households) for one in rows] == [
                    (code, each.number, len(each.households))
                    for code, every in sorted(round_.handed_lists.items())
                    for each in every
                ]
                for code, every in round_.handed_lists.items():
                    sent = {key: one.kind for key, one in every[-1].households.items()}
                    now = {
                        key: class_
                        for key, (area, class_) in classes.items()
                        if area == round_.area and class_ in ("poor", "near_poor")
                    }
                    differing = [key for key in {*sent, *now} if sent.get(key) != now.get(key)]
                    found = handed.changed(conn, id_, code, [round_.area], on=on)
                    assert found == len(differing)
            every_row = handed.of_areas(conn, None, since=2022)
            assert len(every_row) == sum(
                len(its) for one in rounds.values() for its in one.handed_lists.values()
            )
            last = handed.decided_rounds(conn, None, ("periodic",), since=2022)
            decided = {id_ for id_, one in rounds.items() if one.decisions}
            assert {one.round_id for one in last} <= decided
            assert {one.area for one in last} == {rounds[one].area for one in decided}


def state_on(history: list[LedgerEvent], on: date) -> Any:
    """A household as it was on a day; None before its first one."""
    counting = as_of(history, on, None)
    return fold_household(counting) if counting else None


def loses_without_notice(round_: RoundRecord, one: ReviewedHousehold) -> bool:
    """Whether the result takes a status, the posting was begun, and no notice says that loss."""
    class_ = one.class_on_list("result")
    loss = exit_kind(one.class_before, class_) if class_ else ""
    noticed = next((reason for reason, _ in one.notices.values()), "")
    return recorded_step(round_, one) == "posted" and bool(loss) and noticed != loss


@FEW
@given(seed=seeds(), things=st.integers(40, 160))
def test_the_households_that_lose_a_status_without_a_notice_are_counted(
    postgres: Postgres, seed: int, things: int
) -> None:
    with world_in(postgres, seed, things, rounds=True) as (database, world, keyring):
        catch_up(database.pool, keyring)
        rounds = rounds_of(histories_in(world.events))
        with database.pool.connection() as conn:
            counted = asked.without_notice(conn, list(rounds))
        expected = {
            id_: sum(loses_without_notice(round_, one) for one in round_.households.values())
            for id_, round_ in rounds.items()
        }
        assert counted == {id_: number for id_, number in expected.items() if number}
