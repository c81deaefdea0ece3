"""The job of deciding again: what it takes in, what it leaves out, and how it survives."""

import hashlib
import json
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from domain.application import SocaiApplication
from domain.households import events
from domain.households.decisions import ClassInput
from projections.oversight.replay import job_store, replay_job, runs
from projections.oversight.replay.recorded_decisions import ReplayOutcome
from projections.oversight.replay.sentences import source_withdrawn
from tests import histories
from tests.given import CHAIRMAN, Life, a_few_areas, paper
from tests.projections.oversight.decisions import (
    ABOVE,
    HERE,
    NEAR_POOR,
    POOR,
    STANDARDS,
    THERE,
    House,
    overwrite_state,
    record,
    state_of,
)
from workers import resume_jobs
from workers.broker import TASKS
from workers.replays import run_replay

NOW = datetime(2024, 1, 2, 3, tzinfo=UTC)
YEAR = {"from_on": date(2022, 1, 1), "to_on": date(2022, 12, 31)}


@pytest.fixture
def ask(database: Any) -> Callable[..., UUID]:
    """Requests a replay of phường Hương Sơ in 2022, or what is said otherwise."""

    def asked(parts: int = 1, **other: Any) -> UUID:
        what: dict[str, Any] = {
            "replay_id": uuid4(), "area": HERE, "units": [HERE], **YEAR,
            "requested_by": "thanhtra", "requested_at": NOW, **other,
        }  # fmt: skip
        with database.pool.connection() as conn:
            replay = job_store.request(conn, **what)
            conn.execute("update office.replays set parts = %s where id = %s", [parts, replay.id])
        return replay.id

    return asked


@pytest.fixture
def run(database: Any) -> Callable[[UUID], runs.Replay]:
    def ran(replay_id: UUID) -> runs.Replay:
        replay_job.run(database.pool, STANDARDS, replay_id, NOW)
        with database.pool.connection() as conn:
            return runs.get(conn, replay_id)

    return ran


@pytest.fixture
def found(database: Any) -> Callable[..., list[runs.ReplayedDecision]]:
    def pages(replay_id: UUID, **how: Any) -> list[runs.ReplayedDecision]:
        with database.pool.connection() as conn:
            return runs.outcomes(conn, replay_id, **how)

    return pages


def some_houses() -> list[House]:
    """Households whose ids are spread over all parts: every fourth decided wrongly."""
    houses = []
    for n in range(40):
        house = House(HERE, UUID(int=(n * (1 << 128) // 40) + 5))
        survey = house.surveyed(POOR if n % 2 else NEAR_POOR)
        wrong = {"class_": "poor", "proposed": "poor"} if n % 4 == 0 else {}
        houses.append(house.decided(POOR if n % 2 else NEAR_POOR, survey=survey, **wrong))
    return houses


def test_a_replay_counts_what_is_the_same_different_and_not_reproducible(
    database: Any, ask: Any, run: Any, found: Any
) -> None:
    wrong = House().decided(NEAR_POOR, class_="poor", proposed="poor")
    record(database.pool, House().decided(POOR), wrong, House().decided(None))
    replay = run(ask())
    assert (replay.same, replay.different, replay.not_reproducible) == (1, 1, 1)
    assert (replay.status, replay.progress, replay.finished_at) == ("done", 1.0, NOW)
    (different,) = found(replay.id, outcome="different")
    assert different.household_id == wrong.id
    assert different.detail["differences"][0]["recomputed"] == "near_poor"


def test_a_decision_belongs_to_the_commune_where_the_household_was_then(
    database: Any, ask: Any, run: Any, found: Any
) -> None:
    before = House(HERE).decided(POOR).moved(THERE, date(2022, 12, 20))
    after = House(THERE).moved(HERE).decided(POOR)
    elsewhere = House(THERE).decided(POOR)
    late = House(HERE).decided(POOR, date(2022, 3, 1)).moved(THERE).decided(NEAR_POOR)
    record(database.pool, before, after, elsewhere, late)
    here = run(ask())
    assert sorted(d.household_id for d in found(here.id)) == sorted([before.id, after.id, late.id])
    assert [d.recorded for d in found(here.id) if d.household_id == late.id] == ["poor"]
    assert run(ask(area="", units=[])).same == 5


def test_only_decisions_that_take_effect_in_the_period_count_both_days_included(
    database: Any, ask: Any, run: Any
) -> None:
    house = House()
    for on in ((2022, 1, 31), (2022, 2, 1), (2022, 2, 28), (2022, 3, 1)):
        house.decided(POOR, date(*on))
    record(database.pool, house)
    assert run(ask(from_on=date(2022, 2, 1), to_on=date(2022, 2, 28))).same == 2


def test_a_replay_is_bound_to_a_ledger_position(database: Any, ask: Any, run: Any) -> None:
    house = House().decided(POOR)
    head = record(database.pool, house)
    first = run(ask())
    record(database.pool, house.decided(ABOVE, date(2022, 12, 20)), House().decided(POOR))
    bound = run(ask(seq=head))
    assert (first.seq, bound.seq) == (head, head)
    assert (first.same, bound.same) == (1, 1)
    assert first.digest == bound.digest
    later = run(ask())
    assert later.same == 3
    assert later.digest != first.digest


def test_a_withdrawn_decision_is_called_so_as_far_as_the_replay_knows(
    database: Any, ask: Any, run: Any, found: Any
) -> None:
    wrong = House().decided(NEAR_POOR, class_="poor", proposed="poor")
    right = House().decided(POOR).decided(POOR, date(2022, 12, 16))
    head = record(database.pool, wrong, right)
    before = run(ask())
    assert (before.same, before.different, before.withdrawn) == (2, 1, 0)
    record(database.pool, wrong.withdrew(2), right.withdrew(2))
    now = run(ask())
    assert (now.same, now.different, now.not_reproducible, now.withdrawn) == (1, 0, 0, 2)
    again = run(ask(seq=head))
    assert (again.same, again.different, again.withdrawn) == (2, 1, 0)
    assert again.digest == before.digest
    of_wrong, of_right = sorted(
        found(now.id, outcome="withdrawn"), key=lambda one: one.household_id == right.id
    )
    assert of_wrong.household_id == wrong.id
    assert of_wrong.detail["withdrawn"] == {"seq": head + 1, "paper": "15/QĐ-UBND"}
    assert of_wrong.detail["differences"][0]["recomputed"] == "near_poor"
    assert "differences" not in of_right.detail
    assert "Hồ Văn An" not in str(found(now.id))


@pytest.mark.parametrize("parts", [2, 7, 64])
def test_the_digest_does_not_depend_on_how_the_work_was_cut(
    database: Any, ask: Any, run: Any, parts: int
) -> None:
    record(database.pool, *some_houses())
    whole, cut = run(ask(parts=1)), run(ask(parts=parts))
    assert (cut.same, cut.different, cut.not_reproducible) == (30, 10, 0)
    assert cut.digest == whole.digest


def test_a_stranger_can_compute_the_digest_from_the_outcomes(
    database: Any, ask: Any, run: Any, found: Any
) -> None:
    record(database.pool, *some_houses())
    replay = run(ask(parts=3))
    asked = {"units": [HERE], "from": "2022-01-01", "to": "2022-12-31", "seq": replay.seq}

    def canonical(value: Any) -> bytes:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    digest = hashlib.sha256(b"socai/replay/1\n" + canonical(asked) + b"\n")
    for d in found(replay.id, limit=1000):
        plain = {
            "seq": d.seq, "household_id": str(d.household_id), "recorded": d.recorded,
            "effective_on": str(d.effective_on), "outcome": d.outcome, **d.detail,
        }  # fmt: skip
        digest.update(hashlib.sha256(canonical(plain)).digest())
    assert digest.hexdigest() == replay.digest


def test_outcomes_are_paged_in_the_order_of_the_ledger(
    database: Any, ask: Any, run: Any, found: Any
) -> None:
    record(database.pool, *some_houses())
    replay = run(ask(parts=5))
    first = found(replay.id, limit=30)
    rest = found(replay.id, after=first[-1].seq, limit=30)
    seqs = [d.seq for d in first + rest]
    assert (len(first), len(rest)) == (30, 10)
    assert seqs == sorted(set(seqs))
    assert len(found(replay.id, outcome="different")) == 10


def test_an_event_that_was_damaged_is_not_reproducible_and_stops_nothing(
    database: Any, ask: Any, run: Any, found: Any
) -> None:
    odd, lost = House().decided(POOR), House().decided(POOR)
    record(database.pool, odd, lost, House().decided(POOR))
    state = msgspec.json.decode(state_of(odd.last()))
    overwrite_state(
        database.superuser_url, odd.id, 2, msgspec.json.encode({**state, "facts": {"b1": 1.5}})
    )
    overwrite_state(database.superuser_url, lost.id, 2, b"\x00")
    replay = run(ask())
    assert (replay.same, replay.not_reproducible) == (1, 2)
    details = {d.household_id: d for d in found(replay.id, outcome="not_reproducible")}
    assert details[odd.id].detail["missing"][0]["what"] == "record_unreadable"
    assert (details[odd.id].recorded, details[lost.id].effective_on) == ("poor", None)


def test_running_a_replay_twice_changes_nothing(database: Any, ask: Any, run: Any) -> None:
    record(database.pool, *some_houses())
    replay_id = ask(parts=4)
    assert run(replay_id) == run(replay_id)


def test_two_workers_share_the_parts_of_one_replay(database: Any, ask: Any, run: Any) -> None:
    record(database.pool, *some_houses())
    alone, shared = run(ask(parts=16)), ask(parts=16)
    start = threading.Barrier(3)
    errors: list[BaseException] = []

    def work() -> None:
        start.wait()
        try:
            replay_job.run(database.pool, STANDARDS, shared, NOW)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = run(shared)
    assert errors == []
    assert together.digest == alone.digest
    assert (together.same, together.different) == (30, 10)


KILLED = """
    import os, signal, sys
    from datetime import UTC, datetime
    from uuid import UUID
    from psycopg_pool import ConnectionPool
    from domain.standards import load_standards
    from projections.oversight.replay import replay_job

    write, written = replay_job.write_part, []

    def write_and_die(conn, scope, part, outcomes):
        write(conn, scope, part, outcomes)
        written.append(part)
        if len(written) == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    replay_job.write_part = write_and_die
    pool = ConnectionPool(sys.argv[1], min_size=1, max_size=1, open=True)
    replay_job.run(pool, load_standards(), UUID(sys.argv[2]), datetime.now(UTC), hands=1)
"""


def test_a_replay_whose_worker_was_killed_goes_on_with_the_parts_that_are_not_written(
    database: Any, ask: Any, run: Any, found: Any
) -> None:
    record(database.pool, *some_houses())
    whole, replay_id = run(ask()), ask(parts=8)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), database.url, str(replay_id)]
    killed = subprocess.run(command, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    with database.pool.connection() as conn:
        left = runs.get(conn, replay_id)
        assert runs.unfinished(conn) == [replay_id]
    assert (left.status, left.progress, left.digest) == ("running", 0.25, "")
    assert len(found(replay_id)) == left.same + left.different == 10
    done = run(replay_id)
    assert (done.digest, done.same, done.different) == (whole.digest, 30, 10)


def test_reading_holds_back_nobody(
    database: Any, ask: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction of a part has no id until it writes, so the ledger can go on."""
    record(database.pool, *some_houses())
    write, ids = replay_job.write_part, []

    def watched(conn: Any, scope: Any, part: int, outcomes: list[ReplayOutcome]) -> None:
        ids.append(conn.execute("select pg_current_xact_id_if_assigned()").fetchone()[0])
        write(conn, scope, part, outcomes)

    monkeypatch.setattr(replay_job, "write_part", watched)
    run(ask(parts=3))
    assert ids == [None, None, None]


def test_a_worker_that_freezes_while_it_sends_outcomes_holds_back_nobody(
    database: Any, ask: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made ready and sent as one statement: until the server has all of it there is no id."""
    house = House()
    for year in range(2005, 2022):
        for month in range(1, 13):
            for day in range(1, 29):
                house.decided(POOR, date(year, month, day))
    record(database.pool, house)
    make_ready, ids = ReplayOutcome.canonical, []

    def watched(self: ReplayOutcome) -> bytes:
        if len(ids) % 200 == 0:
            with psycopg.connect(database.superuser_url) as admin:
                ids.extend(
                    admin.execute(
                        "select backend_xid::text from pg_stat_activity where datname = %s"
                        " and pid <> pg_backend_pid() and xact_start is not null",
                        [database.name],
                    ).fetchall()
                )
        else:
            ids.append(("-",))
        return make_ready(self)

    monkeypatch.setattr(ReplayOutcome, "canonical", watched)
    run(ask(from_on=date(2000, 1, 1)))
    assert {one for (one,) in ids} == {None, "-"}


def test_the_service_cannot_change_an_outcome(database: Any, ask: Any, run: Any) -> None:
    record(database.pool, House().decided(POOR))
    run(ask())
    for statement in (
        "update office.replay_outcomes set outcome = 'same'",
        "delete from office.replay_outcomes",
        "delete from office.replays",
    ):
        with database.pool.connection() as conn, pytest.raises(psycopg.errors.Error):
            conn.execute(statement)


# ---- decisions that the commands recorded -------------------------------------------------------


def test_what_the_commands_recorded_is_decided_again(
    database: Any, keyring: Any, clock: Any, ask: Any, run: Any, found: Any
) -> None:
    application = SocaiApplication(
        database.pool, keyring, STANDARDS, clock, directory=a_few_areas()
    )
    life = Life(application)
    histories.poor(life)
    histories.decide(life, "2023-12-12", number="30/QĐ-UBND", figures=histories.NOT_LISTED)
    histories.decide(life, "2024-12-12", number="41/QĐ-UBND", class_="poor")
    histories.decide(
        life, "2025-06-12", number="7/QĐ-UBND", figures=histories.POOR, class_="near_poor",
        override_reason="Theo biên bản họp thôn",
    )  # fmt: skip
    replay = run(ask(to_on=date(2025, 12, 31)))
    decisions = found(replay.id)
    assert [(d.recorded, d.outcome) for d in decisions] == [
        ("poor", "same"),
        ("not_listed", "same"),
        ("poor", "not_reproducible"),
        ("near_poor", "different"),
    ]
    assert [d.detail["by_survey"] for d in decisions] == ["same", "none", "none", "none"]
    assert decisions[2].detail["missing"][0]["what"] == "figures_not_recorded"
    assert decisions[3].detail["differences"][0]["what"] == "overridden"
    assert "Tổ dân phố" not in str([d.detail for d in decisions])


def split_off(life: Life, on: str, head: str, *others: str) -> Life:
    """The household of some who leave together and take the class along."""
    persons = {life[head]: "head", **{life[one]: "other" for one in others}}
    done = life.do(
        "split", on, persons=persons, village="Tổ dân phố 2", keep_class=True,
        document=paper("3/QĐ-UBND", on),
    )  # fmt: skip
    new = Life(life.application)
    new.id, new.persons = done.created, life.persons
    return new


def withdraw_decision(life: Life, on: str, number: str) -> None:
    """Withdraws the decision of a paper."""
    (entry,) = [
        one.originator_version
        for one in life.events()
        if isinstance(one, events.Classified) and one.document.number == number
    ]
    life.do(
        "withdraw", on, kind="decision", entry=entry, reason="Ghi nhầm hộ Hồ Văn An",
        by=CHAIRMAN, document=paper("15/QĐ-UBND", on),
    )  # fmt: skip


def test_a_carried_class_says_that_the_decision_it_rests_on_was_withdrawn(
    database: Any, keyring: Any, clock: Any, ask: Any, run: Any, found: Any
) -> None:
    """In the household that split off, and in one that split off from that one."""
    application = SocaiApplication(
        database.pool, keyring, STANDARDS, clock, directory=a_few_areas()
    )
    life = Life(application)
    histories.poor(life)
    second = split_off(life, "2023-03-01", "cúc", "dũng")
    third = split_off(second, "2023-06-01", "dũng")
    histories.decide(life, "2023-12-12", number="30/QĐ-UBND", figures=histories.NEAR_POOR)
    year = {"to_on": date(2023, 12, 31)}
    before = run(ask(**year))
    assert not any("carried_over" in one.detail for one in found(before.id))
    withdraw_decision(life, "2024-01-10", "30/QĐ-UBND")
    later = run(ask(**year))
    assert not any("carried_over" in one.detail for one in found(later.id))
    withdraw_decision(life, "2024-01-11", "12/QĐ-UBND")
    replay = run(ask(**year))
    said = {one.household_id: one for one in found(replay.id) if "carried_over" in one.detail}
    assert said.keys() == {second.id, third.id}
    for one in said.values():
        assert one.outcome == "not_reproducible"  # the class was not withdrawn itself
        assert one.detail["carried_over"] == {
            "paper": "12/QĐ-UBND",
            "effective_on": "2022-12-12",
            "withdrawn": {"seq": replay.seq, "paper": "15/QĐ-UBND"},
        }
        told = source_withdrawn(one.detail["carried_over"])
        assert "quyết định số 12/QĐ-UBND của hộ cũ, có hiệu lực từ ngày 12/12/2022" in told
        assert "đã rút lại" in told
        assert "withdrawn" in source_withdrawn(one.detail["carried_over"], "en")
    again = run(ask(seq=before.seq, **year))
    assert again.digest == before.digest
    assert run(ask(parts=7, **year)).digest == replay.digest


def test_a_carried_class_rests_on_the_decision_that_stood_when_the_household_split(
    database: Any, keyring: Any, clock: Any, ask: Any, run: Any, found: Any
) -> None:
    application = SocaiApplication(
        database.pool, keyring, STANDARDS, clock, directory=a_few_areas()
    )
    life = Life(application)
    histories.poor(life)
    histories.decide(life, "2023-02-01", number="20/QĐ-UBND", figures=histories.NEAR_POOR)
    withdraw_decision(life, "2023-02-10", "20/QĐ-UBND")
    split_off(life, "2023-03-01", "cúc")
    year = {"to_on": date(2023, 12, 31)}
    assert not any("carried_over" in one.detail for one in found(run(ask(**year)).id))
    # Recorded after the split, in effect from before it: not what the class rests on.
    life.do(
        "classify", "2023-02-20", ClassInput(figures=histories.NEAR_POOR), recorded="2023-03-05",
        by=CHAIRMAN, document=paper("21/QĐ-UBND", "2023-02-20"),
    )  # fmt: skip
    withdraw_decision(life, "2023-03-10", "21/QĐ-UBND")
    assert not any("carried_over" in one.detail for one in found(run(ask(**year)).id))
    withdraw_decision(life, "2023-03-11", "12/QĐ-UBND")
    (said,) = [one for one in found(run(ask(**year)).id) if "carried_over" in one.detail]
    assert said.detail["carried_over"]["paper"] == "12/QĐ-UBND"


# ---- asking -------------------------------------------------------------------------------------


def test_the_same_id_again_is_answered_with_the_replay_as_it_stands(
    database: Any, ask: Any, run: Any
) -> None:
    record(database.pool, House().decided(POOR))
    done = run(ask())
    assert ask(replay_id=done.id, from_on=date(2020, 1, 1)) == done.id
    assert run(done.id) == done


def test_a_period_that_ends_before_it_begins_is_refused(ask: Any) -> None:
    with pytest.raises(job_store.PeriodReversed):
        ask(from_on=date(2022, 2, 1), to_on=date(2022, 1, 31))


def test_a_position_that_the_ledger_has_not_reached_is_refused(database: Any, ask: Any) -> None:
    head = record(database.pool, House().decided(POOR))
    with pytest.raises(job_store.SeqNotReached) as refused:
        ask(seq=head + 1)
    assert refused.value.values == {"seq": head + 1, "head": head}


def test_too_many_units_are_refused(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_store, "MOST_UNITS", 1)
    with pytest.raises(job_store.TooManyUnits):
        ask(units=[HERE, THERE])


def test_an_area_without_units_is_never_taken_for_the_whole_country(ask: Any) -> None:
    with pytest.raises(ValueError, match="units"):
        ask(units=[])


def test_an_unknown_replay_is_refused(database: Any) -> None:
    with database.pool.connection() as conn, pytest.raises(runs.ReplayUnknown):
        runs.get(conn, uuid4())


def test_replays_of_areas_are_listed_newest_first(database: Any, ask: Any) -> None:
    old = ask(requested_at=datetime(2023, 1, 1, tzinfo=UTC))
    new = ask(requested_at=datetime(2024, 2, 1, tzinfo=UTC))
    there = ask(area=THERE, units=[THERE])
    with database.pool.connection() as conn:
        assert [r.id for r in runs.of_areas(conn, [HERE])] == [new, old]
        assert [r.id for r in runs.of_areas(conn, None, limit=2)] == [new, there]


def test_an_empty_ledger_is_replayed_to_an_empty_result(ask: Any, run: Any) -> None:
    replay = run(ask())
    assert (replay.status, replay.same, replay.seq) == ("done", 0, 0)
    assert len(replay.digest) == 64


# ---- the worker ---------------------------------------------------------------------------------


def parts_of_a_worker(database: Any) -> Any:
    return SimpleNamespace(pool=database.pool, standards=STANDARDS, clock=lambda: NOW)


def test_the_task_runs_a_replay_and_may_be_sent_twice(database: Any, ask: Any) -> None:
    record(database.pool, House().decided(POOR))
    replay_id = ask()
    for _ in range(2):
        run_replay(parts_of_a_worker(database), str(replay_id))
    with database.pool.connection() as conn:
        assert runs.get(conn, replay_id).status == "done"


def test_a_task_for_a_replay_that_is_not_there_is_dropped(database: Any) -> None:
    run_replay(parts_of_a_worker(database), str(uuid4()))


def test_what_stopped_a_replay_stands_beside_it_until_it_is_tried_again(
    database: Any, ask: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(database.pool, House().decided(POOR))
    replay_id = ask()

    def fails(*_: Any) -> None:
        raise OSError("disk full at /var/secret")

    with monkeypatch.context() as broken:
        broken.setattr(replay_job, "write_part", fails)
        with pytest.raises(OSError, match="disk full"):
            run_replay(parts_of_a_worker(database), str(replay_id))
    with database.pool.connection() as conn:
        stopped = runs.get(conn, replay_id)
    assert (stopped.status, stopped.error) == ("running", "OSError")
    assert (run(replay_id).error, run(replay_id).status) == ("", "done")


def test_the_sweep_of_unfinished_jobs_offers_replays_to_this_task() -> None:
    assert ("run_replay", runs.unfinished) in resume_jobs.KINDS
    assert "run_replay" in TASKS.by_name
