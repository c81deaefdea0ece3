"""A nudge is quick, harmless when lost, and arrives where the workers look."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from dramatiq import Worker

from service.embedded import Valkey
from service.nudge import JOBS, NUDGES, Notifier
from workers import broker as workers_broker
from workers.broker import Tasks, make_broker


def test_service_and_workers_agree_on_the_names_of_queues() -> None:
    assert workers_broker.NUDGES.name == NUDGES
    assert workers_broker.JOBS.name == JOBS


def test_a_nudge_and_a_job_reach_the_tasks_of_their_names(valkey: Valkey) -> None:
    seen: list[tuple[Any, ...]] = []
    tasks = Tasks()

    @tasks.on(workers_broker.NUDGES)
    def catch_up(parts: Any) -> None:
        seen.append(("catch_up", parts))

    @tasks.on(workers_broker.JOBS)
    def run_import(parts: Any, job_id: str) -> None:
        seen.append(("run_import", parts, job_id))

    broker = make_broker(valkey.url, "one")
    tasks.declare(broker, "the parts")
    nudge = Notifier(valkey.url, "one")
    job = uuid4()

    assert nudge.catch_up()
    assert nudge.job("run_import", job)

    worker = Worker(broker, worker_timeout=50)
    worker.start()
    try:
        broker.join(NUDGES, timeout=10_000)
        broker.join(JOBS, timeout=10_000)
        worker.join()
    finally:
        worker.stop()
        nudge.close()
    assert sorted(seen) == [("catch_up", "the parts"), ("run_import", "the parts", str(job))]


def test_a_nudge_to_one_instance_is_not_seen_by_another(valkey: Valkey) -> None:
    Notifier(valkey.url, "one").catch_up()

    assert make_broker(valkey.url, "one").do_qsize(NUDGES) == 1
    assert make_broker(valkey.url, "two").do_qsize(NUDGES) == 0


def test_without_redis_a_nudge_is_dropped_and_redis_left_alone_for_a_while(
    tmp_path: Path, valkey: Valkey
) -> None:
    now = 100.0
    nudge = Notifier(f"unix://{tmp_path}/nobody.sock", "one", now=lambda: now)
    assert not nudge.catch_up()

    nudge = Notifier(valkey.url, "one", now=lambda: now)
    assert nudge.catch_up()
    valkey.stop()
    assert not nudge.catch_up()
    valkey.start()
    assert not nudge.catch_up(), "it must not try again at once"
    now += 1.5
    assert nudge.catch_up()
    assert make_broker(valkey.url, "one").do_qsize(NUDGES) == 1
