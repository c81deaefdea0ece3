"""Embedded servers survive kills, half-made folders, strangers' pids and long paths."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from service.embedded import Postgres, Servers, Valkey, places

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster with something in it, made once, not running."""
    home = tmp_path_factory.mktemp("cluster") / "pg"
    server = Postgres(home, "secret")
    assert server.start() is False
    with psycopg.connect(server.url(), autocommit=True) as conn:
        conn.execute("create table kept as select generate_series(1, 1000) as n")
    server.stop()
    return home


@pytest.fixture
def home(cluster: Path) -> Iterator[Path]:
    """Where that cluster lies; it is stopped after the test."""
    yield cluster
    Postgres(cluster, "secret").stop()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose servers were started once before."""
    folder = tmp_path_factory.mktemp("data")
    with Servers(folder):
        pass
    return folder


def answer(server: Postgres, question: str = "select count(*) from kept") -> object:
    with psycopg.connect(server.url(), autocommit=True) as conn:
        row = conn.execute(question).fetchone()
    return row[0] if row else None


def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait for a condition; fail when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        threading.Event().wait(0.02)


def end(process: psutil.Process | None) -> None:
    """Kill a postmaster and see its backends go."""
    assert process is not None
    family = [process, *process.children(recursive=True)]
    process.kill()
    psutil.wait_procs(family, timeout=10)


def test_a_killed_server_recovers_with_everything_committed(home: Path) -> None:
    server = Postgres(home, "secret")
    server.start()
    with psycopg.connect(server.url(), autocommit=True) as conn:
        conn.execute("insert into kept values (1001)")
    assert answer(server, "show fsync") == "on"
    assert answer(server, "show synchronous_commit") == "on"
    assert Postgres(home, "secret").start() is True, "a running server is adopted"

    end(server.process())
    again = Postgres(home, "secret")
    assert again.process() is None
    again.start()
    assert answer(again) == 1001
    assert again.port == server.port, "the port is remembered"


def test_a_stale_pid_that_belongs_to_another_program_is_not_believed(home: Path) -> None:
    server = Postgres(home, "secret")
    server.start()
    end(server.process())
    for stale in (home / "data" / "postmaster.pid", *home.glob(".s.PGSQL.*.lock")):
        rest = stale.read_text().split("\n", 1)[1]
        stale.write_text(f"{os.getpid()}\n{rest}")
    again = Postgres(home, "secret")
    assert again.process() is None
    again.start()
    assert answer(again) in (1000, 1001)


def test_a_dead_postmaster_that_nobody_has_buried_is_not_believed(home: Path) -> None:
    server = Postgres(home, "secret")
    server.start()
    unburied = subprocess.Popen(["true"])
    until(lambda: psutil.Process(unburied.pid).status() == psutil.STATUS_ZOMBIE)
    killed = server.process()
    rest = (home / "data" / "postmaster.pid").read_text().split("\n", 1)[1]
    end(killed)
    (home / "data" / "postmaster.pid").write_text(f"{unburied.pid}\n{rest}")
    server.start()
    assert answer(server) in (1000, 1001)
    unburied.wait()


def test_a_server_killed_this_moment_starts_again_at_once(home: Path) -> None:
    server = Postgres(home, "secret")
    server.start()
    process = server.process()
    assert process is not None
    process.kill()
    server.start()
    assert answer(server) in (1000, 1001)


def test_an_interrupted_making_is_begun_anew(tmp_path: Path) -> None:
    home = tmp_path
    (home / "data.unfinished" / "base").mkdir(parents=True)
    (home / "data.unfinished" / "PG_VERSION").write_text("18\n")
    (home / "data").mkdir()
    server = Postgres(home, "secret", durable=False)
    server.start()
    assert answer(server, "select 1") == 1
    server.stop("immediate")
    assert not (home / "data.unfinished").exists()


def test_a_remembered_port_that_is_taken_is_exchanged(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (home / "port").write_text(f"{port}\n")
        server = Postgres(home, "secret")
        server.start()
        assert server.port != port
        assert int((home / "port").read_text()) == server.port


def test_a_path_too_long_for_a_socket_works(tmp_path: Path) -> None:
    data = tmp_path / ("a" * 90) / "một thư mục rất dài"
    with Servers(data) as servers:
        url = servers.environment["DATABASE_URL"]
        with psycopg.connect(url) as conn:
            assert conn.execute("select 1").fetchone() == (1,)
        assert servers.valkey.answers()
    assert servers.postgres.process() is None
    assert not servers.valkey.answers()


def test_every_connection_needs_a_password(home: Path) -> None:
    server = Postgres(home, "secret")
    server.start()
    for url in (server.url(password="wrong"), server.tcp_url(password="wrong")):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(url)


def test_nothing_that_is_stored_reaches_the_log_of_the_server(home: Path) -> None:
    server = Postgres(home, "secret")
    server.start()
    with psycopg.connect(server.url(), autocommit=True) as conn:
        conn.execute("create table people (name text primary key)")
        for _ in range(2):
            try:
                conn.execute("insert into people values (%s)", ["Nguyễn Thị Kín"])
            except psycopg.errors.UniqueViolation:
                break
        with pytest.raises(psycopg.errors.UndefinedTable):
            conn.execute("select * from nothing where name = 'Nguyễn Thị Kín'")
    logged = server.log.read_text()
    assert "duplicate key" in logged
    assert "Kín" not in logged


def test_whoever_leaves_last_stops_the_servers(data: Path) -> None:
    first, second = Servers(data), Servers(data)
    with first:
        with second:
            assert second.environment == first.environment
        assert first.postgres.process() is not None
        assert first.valkey.answers()
    assert first.postgres.process() is None
    assert not first.valkey.answers()


def test_servers_of_a_killed_process_are_adopted_and_stopped_by_the_next(data: Path) -> None:
    program = (
        "import sys, signal; from pathlib import Path; from service.embedded import Servers\n"
        "with Servers(Path(sys.argv[1])): print('up', flush=True); signal.pause()"
    )
    killed = subprocess.Popen(
        [sys.executable, "-c", program, data], stdout=subprocess.PIPE, cwd=ROOT
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == b"up\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    servers = Servers(data)
    assert servers.postgres.process() is not None
    with servers:
        pass
    assert servers.postgres.process() is None


def test_a_server_that_dies_is_revived_where_it_was(data: Path) -> None:
    with Servers(data) as servers:
        end(servers.postgres.process())
        servers.valkey.stop()
        assert servers.revive() is False, "the addresses stay the same"
        with psycopg.connect(servers.environment["DATABASE_URL"]) as conn:
            assert conn.execute("select 1").fetchone() == (1,)
        assert servers.valkey.answers()


def test_a_socket_that_nobody_listens_on_does_not_stop_valkey(tmp_path: Path) -> None:
    server = Valkey(tmp_path)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(server.socket))
    server.start()
    assert server.answers()
    server.stop()
    assert not server.answers()


def test_as_root_closed_folders_above_are_opened_for_passing_only(tmp_path: Path) -> None:
    """As an ordinary user there is nobody to let through, and nothing changes."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "data").mkdir()
    places.let_through(closed / "data")
    expected = 0o701 if os.geteuid() == 0 else 0o700
    assert closed.stat().st_mode & 0o777 == expected
