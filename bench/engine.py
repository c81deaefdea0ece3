"""Measurements of the read models' engine, with the CPU time of Python and of PostgreSQL apart.

Wall time says what a machine does that does nothing else; CPU seconds per event also say it where
cores are missing, or are shared.
"""

import multiprocessing
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import psycopg
from psycopg_pool import ConnectionPool

from bench import synthetic
from bench.harness import percentile
from bench.isolated_runs import Spent, alone, project_all
from bench.ours import AREA, KEYS
from bench.peers import library
from bench.results import Row
from bench.server import BenchServer, Database
from domain.eventstore.mapper import StateMapper
from domain.eventstore.personal import Keyring, Sealer
from domain.households import events as e
from domain.households.events import HouseholdEvent
from projections.catch_up import catch_up
from projections.engine import ledger
from projections.read_models import MODELS
from projections.rebuild import rebuild_job
from projections.rebuild.priority import in_background

LONG = 2_000  # events of one household
BATCH = 1_000
LATER = date(2024, 5, 1)
TABLES = [table.name for model in MODELS for table in model.tables]
Kind = Callable[[dict[str, Any]], HouseholdEvent]


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of the server's sessions, and of the process that asks."""

    python: float
    postgres: float

    def per_event(self, events: int) -> str:
        """Both in microseconds."""
        return (
            f"{self.python / events * 1e6:,.0f} µs of Python and"
            f" {self.postgres / events * 1e6:,.0f} µs of PostgreSQL an event"
        )


def measure(server: BenchServer, sizes: dict[str, int]) -> list[Row]:
    """First build, rebuild, steady catch-up, one command, one long history."""
    households = sizes["events"] // synthetic.EVENTS_PER_HOUSEHOLD
    database = _filled(server, households)
    rows = _builds(server, database, households, sizes["peer"])
    rows += _steady(server, database, households // 2)
    rows += _single(database)
    rows += _long(database)
    server.drop(database)
    return rows + _memory(server, households)


def _filled(server: BenchServer, households: int) -> Database:
    database = server.migrated()
    synthetic.fill(database.superuser_url, KEYS, [AREA], households)
    return database


def _builds(server: BenchServer, database: Database, households: int, peer: int) -> list[Row]:
    """All read models from nothing: by two processes, by one, and again beside readers."""
    events = households * synthetic.EVENTS_PER_HOUSEHOLD
    cost = {}
    for processes in (1, 2):
        before = _server_seconds(server)
        seconds, python, waits = _rebuilt(database, processes)
        cost[processes] = seconds, Cost(python, _server_seconds(server) - before), waits
    copied = _raw_copy(server, database)
    done, spent = library.catch_up(server.empty().superuser_url, peer)
    rate, theirs = events / cost[2][0], done / spent
    share, linear = copied / cost[2][0], cost[1][0] / cost[2][0] / 2
    slower = percentile(cost[2][2], 0.95) / percentile(_reads(database, 2), 0.95)
    return [
        Row(
            f"first build of all read models, {events:,} events, 2 processes",
            f"{rate:,.0f} events/s; {cost[2][1].per_event(events)}",
            f"library ProjectionRunner, one table: {theirs:,.0f} ({rate / theirs:.0f} times)",
            "25,000 events/s or 25 times",
            rate >= 25_000 or rate >= 25 * theirs,
            "both cores are busy: Python's folding, and PostgreSQL's rows and indexes",
        ),
        Row(
            "... beside raw COPY of the resulting rows",
            f"{share:.2f} of it",
            f"{copied:,.1f} s, no index, one session",
            "0.25",
            share >= 0.25,
            "events are decoded and folded, and rows indexed, which the COPY does not",
        ),
        Row(
            "... 2 processes beside 1",
            f"{linear:.2f} of linear; {cost[1][1].per_event(events)} with 1",
            f"1 process: {events / cost[1][0]:,.0f} events/s",
            "0.8 of linear as far as there are cores",
            linear >= 0.8,
            "one process and its session at the server keep more than one of two cores busy",
        ),
        Row(
            "... a reader's p95 meanwhile",
            f"{slower:.1f} times that of a quiet server",
            f"{len(cost[2][2]):,} reads",
            "1.2 times",
            slower <= 1.2,
            "reader, server and two builders share two cores",
        ),
    ]


def partitions(server: BenchServer, households: int) -> list[Row]:
    """All read models by one, two and four processes on as many partitions, in CPU seconds."""
    database = _filled(server, households)
    events, cost, seconds = households * synthetic.EVENTS_PER_HOUSEHOLD, {}, {}
    for processes in (1, 2, 4):
        before = _server_seconds(server)
        seconds[processes], python, _ = _rebuilt(database, processes)
        cost[processes] = Cost(python, _server_seconds(server) - before)
    server.drop(database)
    whole = {n: one.python + one.postgres for n, one in cost.items()}
    cores = os.cpu_count() or 1
    return [
        Row(
            f"read models by {processes} processes on as many partitions, {events:,} events",
            f"{cost[processes].per_event(events)}; {events / seconds[processes]:,.0f} events/s on"
            f" {cores} cores",
            f"1 process: {cost[1].per_event(events)}; {events / seconds[1]:,.0f} events/s",
            "0.8 of linear: at most 1.25 times the CPU seconds an event",
            whole[processes] <= 1.25 * whole[1],
            f"{whole[processes] / whole[1]:.2f} times: processes that share {cores} cores take the"
            " caches from each other",
        )
        for processes in (2, 4)
    ]


def _rebuilt(database: Database, processes: int) -> tuple[float, float, list[float]]:
    """Seconds, CPU seconds of the builders, and how long a reader waited each time."""
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes + 1)
    spent = context.Queue()
    with ConnectionPool(database.url, min_size=1, max_size=2, open=True) as pool:
        rebuild = rebuild_job.request(pool)
    builders = [
        context.Process(target=_build, args=(database.url, rebuild, ready, spent))
        for _ in range(processes)
    ]
    for builder in builders:
        builder.start()
    ready.wait(60)
    waits: list[float] = []
    over = threading.Event()
    reader = threading.Thread(target=_read, args=(database.url, over, waits))
    started = time.perf_counter()
    reader.start()
    python = sum(spent.get() for _ in builders)
    seconds = time.perf_counter() - started
    over.set()
    for one in (reader, *builders):
        one.join()
    return seconds, python, waits


def _build(url: str, rebuild: int, ready: Any, spent: Any) -> None:
    with ConnectionPool(url, min_size=4, max_size=6, open=True) as pool:
        pool.wait()
        ready.wait(60)
        before = time.process_time()
        keyring = Keyring(pool, *KEYS)
        while not in_background(lambda: rebuild_job.work(pool, keyring, rebuild)):
            time.sleep(0.05)
        spent.put(time.process_time() - before)


def _read(url: str, over: threading.Event, waits: list[float]) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        while True:
            started = time.perf_counter()
            conn.execute("select class, sum(households) from read.counts group by class")
            waits.append(time.perf_counter() - started)
            if over.wait(0.02):
                return


def _reads(database: Database, seconds: float) -> list[float]:
    """How long the same reader waits while nothing else is done."""
    over, waits = threading.Event(), list[float]()
    reader = threading.Thread(target=_read, args=(database.url, over, waits))
    reader.start()
    over.wait(seconds)
    over.set()
    reader.join()
    return waits


def _raw_copy(server: BenchServer, database: Database) -> float:
    """Seconds that one COPY of the rows of each read model takes into a table without indexes."""
    seconds = 0.0
    with psycopg.connect(database.superuser_url, autocommit=True) as conn:
        for name in TABLES:
            with conn.cursor().copy(f"copy read.{name} to stdout (format binary)") as out:
                rows = b"".join(bytes(part) for part in out)
            conn.execute(f"create table public.raw_copy (like read.{name})")
            started = time.perf_counter()
            with conn.cursor().copy("copy public.raw_copy from stdin (format binary)") as copy:
                copy.write(rows)
            seconds += time.perf_counter() - started
            conn.execute("drop table public.raw_copy")
    return seconds


def _steady(server: BenchServer, database: Database, households: int) -> list[Row]:
    """One event on each of many known households; first causes, which change no span and no
    entry of the register, then a decision, which does."""
    ids = _households(database)[:households]
    wanted = "under 100 µs of Python and 60 µs of PostgreSQL"
    rows = []
    for name, kind, bar in (("causes", causes, True), ("a decision", decision, False)):
        _record(database, [(id_, kind) for id_ in ids])
        cost = alone(_caught_up, database.url, _pid(server), BATCH).answer
        rows.append(
            Row(
                f"steady: {name} on each of {len(ids):,} known households, batches of {BATCH:,}",
                cost.per_event(len(ids)),
                "-",
                wanted if bar else "no bar",
                not bar or (cost.python < 100e-6 * len(ids) and cost.postgres < 60e-6 * len(ids)),
                "a household's earlier events are read and folded again for each",
            )
        )
    return rows


def _caught_up(url: str, server: int, batch: int) -> Cost:
    with ConnectionPool(url, min_size=6, max_size=6, open=True) as pool:
        pool.wait()
        keyring = Keyring(pool, *KEYS)
        before, sessions = time.process_time(), _sessions(server)
        catch_up(pool, keyring, batch=batch)
        return Cost(
            time.process_time() - before,
            sum(seconds - sessions.get(pid, 0.0) for pid, seconds in _sessions(server).items()),
        )


def _single(database: Database) -> list[Row]:
    """The statements of one command's catch-up: causes, a decision."""
    most = 0
    for id_, kind in zip(_households(database)[:2], (causes, decision), strict=True):
        _record(database, [(id_, kind)])
        most = max(most, alone(_statements, database.url).answer)
    return [
        Row("one command's catch-up", f"{most} statements", "-", "at most 15", most <= 15)
    ]  # fmt: skip


def _statements(url: str) -> int:
    """The statements that the server answered while one nudge was worked at."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trace"
        trace = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        with ConnectionPool(
            url, min_size=3, max_size=3, open=True, configure=lambda one: one.pgconn.trace(trace)
        ) as pool:
            pool.wait()
            catch_up(pool, Keyring(pool, *KEYS))
        return file.read_text(errors="replace").count("\tCommandComplete\t")


def _long(database: Database) -> list[Row]:
    """One more event of a household that has LONG of them."""
    id_ = _households(database)[-1]
    _record(database, [(id_, kind) for kind in (causes, decision) * (LONG // 2)][: LONG - 5])
    alone(project_all, database.url)
    times, told = [], []
    for kind, name in ((causes, "causes"), (decision, "a decision")):
        _record(database, [(id_, kind)])
        wall, python = alone(_one_nudge, database.url).answer
        times.append(wall * 1000)
        told.append(f"{wall * 1000:,.0f} ms for {name} (Python {python * 1000:,.0f})")
    return [
        Row(
            f"one more event of a household of {LONG:,}",
            ", ".join(told),
            "-",
            "under 50 ms",
            max(times) < 50,
            "all its events are read and folded",
        )
    ]


def _one_nudge(url: str) -> tuple[float, float]:
    """Seconds of one nudge in all, and of Python's CPU."""
    with ConnectionPool(url, min_size=3, max_size=3, open=True) as pool:
        pool.wait()
        keyring = Keyring(pool, *KEYS)
        with pool.connection() as conn:
            ledger.head(conn)
        started, python = time.perf_counter(), time.process_time()
        catch_up(pool, keyring)
        return time.perf_counter() - started, time.process_time() - python


def _memory(server: BenchServer, households: int) -> list[Row]:
    """The memory of a first build in the order of the ledger, at two sizes."""
    spent: list[Spent] = []
    sizes = households // 3, households * 3
    for size in sizes:
        database = _filled(server, size)
        spent.append(alone(project_all, database.url))
        server.drop(database)
    growth = spent[1].memory / spent[0].memory
    return [
        Row(
            f"memory of catching up from nothing, {sizes[1] * 5:,} events",
            f"{spent[1].memory:,.0f} MiB",
            f"a ninth of the events: {spent[0].memory:,.0f} MiB",
            "the same: at most 1.5 times",
            growth <= 1.5,
        )
    ]


def _households(database: Database) -> list[UUID]:
    with psycopg.connect(database.superuser_url) as conn:
        rows = conn.execute(
            "select originator_id from store.events where originator_version = 1"
            " order by originator_id"
        ).fetchall()
    ids = [id_ for (id_,) in rows]
    random.Random(1).shuffle(ids)  # noqa: S311
    return ids


def _record(database: Database, what: list[tuple[UUID, Kind]]) -> None:
    """Stores an event of a kind for each household named, in order."""
    mapper = StateMapper()
    with psycopg.connect(database.superuser_url) as conn:
        versions: dict[UUID, tuple[int, datetime]] = {
            id_: (version, at)
            for id_, version, at in conn.execute(
                "select originator_id, max(originator_version), max(recorded_at) from store.events"
                " where originator_id = any(%s) group by 1",
                [[id_ for id_, _ in what]],
            )
        }
        stored = []
        for id_, kind in what:
            last, at = versions[id_]
            version, now = last + 1, max(at, datetime(2024, 5, 1, tzinfo=UTC)) + timedelta(hours=1)
            versions[id_] = version, now
            circumstances = {
                "originator_id": id_, "originator_version": version, "timestamp": now,
                "effective_on": now.date(), "actor": synthetic.ACTOR,
                "command_id": UUID(int=version), "document": None,
            }  # fmt: skip
            stored.append(mapper.to_stored_event(kind(circumstances)))
        synthetic.copy_events(conn, stored, _no_sealer())


def _no_sealer() -> Sealer:
    """A sealer that has sealed nothing: these events name no person."""
    return Keyring(None, *KEYS).sealer()  # type: ignore[arg-type]


def causes(circumstances: dict[str, Any]) -> HouseholdEvent:
    """Causes of poverty are recorded."""
    return e.CausesRecorded(causes=("2",), note="", **circumstances)


def decision(circumstances: dict[str, Any]) -> HouseholdEvent:
    """Another class is decided every time."""
    class_ = ("poor", "near_poor", "average")[circumstances["originator_version"] // 2 % 3]
    return e.Classified(
        scope="national", class_=class_, class_before="", movement="unchanged", proposed=class_,
        override_reason="", standard="2022-2026", standard_digest="0" * 64, survey_id=None,
        facts={"b1": 100}, comparisons=(), reasons=(), **circumstances,
    )  # fmt: skip


def _pid(server: BenchServer) -> int:
    process = server.server.process()
    if process is None:
        raise RuntimeError("the server is away")
    return process.pid


def _server_seconds(server: BenchServer) -> float:
    """CPU seconds of the server since it began: of all its processes, ended ones too."""
    process = psutil.Process(_pid(server))
    ended = process.cpu_times()
    return sum(_sessions(process.pid, only_ours=False).values()) + (
        ended.children_user + ended.children_system
    )


def _sessions(server: int, *, only_ours: bool = True) -> dict[int, float]:
    """CPU seconds of each process of the server, or of each session of the service's role."""
    found = {}
    for process in psutil.Process(server).children():
        try:
            if not only_ours or "socai_app" in " ".join(process.cmdline()):
                times = process.cpu_times()
                found[process.pid] = times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return found
