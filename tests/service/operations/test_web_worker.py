"""The worker's rules one by one on real sockets: what waits, is handed over, is closed."""

import socket
import struct
import time
from collections.abc import Iterator
from concurrent.futures import Future
from fcntl import ioctl
from selectors import DefaultSelector
from termios import FIONREAD
from typing import Any

import pytest
from gunicorn.config import Config

from service.operations import web_worker
from service.operations.web_worker import Connection, PatientWorker

HEAD = b"POST /x HTTP/1.1\r\nHost: x\r\n"


class Kept(PatientWorker):
    """Notes what it would give to a thread."""

    def __init__(self) -> None:
        super().__init__(1, 1, [], None, 10, Config(), None)
        self.poller = DefaultSelector()
        self.given: list[Connection] = []

    def enqueue_req(self, conn: Connection) -> None:
        self.given.append(conn)

    def turn(self) -> None:
        """One round of the main loop."""
        self.wait_for_and_dispatch_events(0.2)
        self.murder_keepalived()


class Clock:
    """The worker's clock, which a test sets on."""

    def __init__(self) -> None:
        self.now = time.monotonic()

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(web_worker, "time", made)
    return made


@pytest.fixture
def worker(clock: Clock) -> Iterator[Kept]:
    made = Kept()
    yield made
    made.murder_keepalived(force=True)
    made.poller.close()
    made.tmp.close()


@pytest.fixture
def pair(worker: Kept) -> Iterator[tuple[Connection, socket.socket]]:
    """A connection that the worker has just accepted, and its client."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
    ):
        worker.accept(listener)
        (conn,) = worker.arriving
        yield conn, client
        conn.sock.close()


def low_water(conn: Connection) -> int:
    return conn.sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT)


def arrived(conn: Connection, size: int) -> None:
    """Waits until so many bytes lie in the kernel."""
    deadline = time.monotonic() + 10
    while struct.unpack("i", ioctl(conn.sock, FIONREAD, b"\0" * 4))[0] < size:
        assert time.monotonic() < deadline, "not arrived"


def closed(client: socket.socket) -> bool:
    client.settimeout(5)
    try:
        return client.recv(10) == b""
    except ConnectionResetError:
        return True


def test_a_whole_request_is_given_to_a_thread_and_nothing_of_it_is_taken(
    worker: Kept, pair: Any
) -> None:
    conn, client = pair
    assert (worker.nr_conns, worker.given) == (1, [])
    client.sendall(HEAD + b"\r\n")
    arrived(conn, len(HEAD) + 2)
    worker.turn()
    assert (worker.given, worker.arriving, worker.read_until) == ([conn], {}, {})
    assert conn.data_ready is True
    assert conn.sock not in worker.poller.get_map()
    assert conn.sock.recv(1000) == HEAD + b"\r\n"


def test_half_a_header_waits_until_there_is_more_of_it(worker: Kept, pair: Any) -> None:
    conn, client = pair
    client.sendall(HEAD)
    arrived(conn, len(HEAD))
    worker.turn()
    assert (worker.given, list(worker.arriving)) == ([], [conn])
    assert low_water(conn) == len(HEAD) + 1
    client.sendall(b"\r\n")
    arrived(conn, len(HEAD) + 2)
    worker.turn()
    assert worker.given == [conn]
    assert (low_water(conn), conn.low_water) == (1, 0)


@pytest.mark.parametrize("spelled", [b"Content-Length: 50\r\n", b"content-length:50 \r\n"])
def test_a_body_is_waited_for_to_its_last_byte(
    worker: Kept, pair: Any, clock: Clock, spelled: bytes
) -> None:
    conn, client = pair
    head = HEAD + spelled + b"\r\n"
    client.sendall(head + b"x" * 49)
    arrived(conn, len(head) + 49)
    worker.turn()
    assert (worker.given, low_water(conn)) == ([], len(head) + 50)
    assert worker.arriving[conn] == pytest.approx(
        clock.now + web_worker.HEADER_SECONDS + 50 / web_worker.BYTES_A_SECOND
    )
    client.sendall(b"x")
    arrived(conn, len(head) + 50)
    worker.turn()
    assert (worker.given, worker.read_until) == ([conn], {}), "a short body is read at once"


def test_a_body_that_the_kernel_just_keeps_is_waited_for(worker: Kept, pair: Any) -> None:
    conn, client = pair
    head = HEAD + b"Content-Length: %d\r\n\r\n" % web_worker.KEPT_BY_KERNEL
    client.sendall(head + b"x" * web_worker.KEPT_BY_KERNEL)
    arrived(conn, len(head) + web_worker.KEPT_BY_KERNEL)
    worker.turn()
    assert (worker.given, worker.read_until) == ([conn], {})


def test_the_time_of_a_body_ends_with_its_answer(worker: Kept, pair: Any) -> None:
    conn, client = pair
    client.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    arrived(conn, len(HEAD) + 30)
    worker.turn()
    assert conn in worker.read_until
    answered: Future[bool] = Future()
    answered.set_result(False)
    worker.finish_request(conn, answered)
    assert worker.read_until == {}


def test_a_body_that_drips_gains_no_time_by_each_drop(
    worker: Kept, pair: Any, clock: Clock
) -> None:
    conn, client = pair
    head = HEAD + b"Content-Length: 50\r\n\r\n"
    client.sendall(head)
    arrived(conn, len(head))
    began = clock.now
    clock.now += 9
    worker.look_at(conn, conn.sock)
    assert worker.arriving[conn] <= began + 9 + 10.1
    clock.now = began + 9 + 10.2
    worker.murder_keepalived()
    assert closed(client)
    assert worker.given == []


@pytest.mark.parametrize("more", [b"Content-Length: 65537\r\n", b"Transfer-Encoding: chunked\r\n"])
def test_a_body_that_the_kernel_cannot_keep_is_read_by_a_thread_within_a_time(
    worker: Kept, pair: Any, clock: Clock, more: bytes
) -> None:
    conn, client = pair
    head = HEAD + more + b"\r\n"
    client.sendall(head + b"x" * web_worker.KEPT_BY_KERNEL)
    arrived(conn, len(head) + web_worker.KEPT_BY_KERNEL)
    worker.turn()
    assert worker.given == [conn]
    until = worker.read_until[conn]
    assert web_worker.BODY_SECONDS <= until - clock.now < web_worker.BODY_SECONDS + 5
    assert worker._keepalive_after(conn, True) is False
    clock.now = until - 1
    worker.murder_keepalived()
    assert conn in worker.read_until
    clock.now = until + 1
    worker.murder_keepalived()
    assert conn not in worker.read_until
    conn.sock.settimeout(5)
    left = b""
    while more := conn.sock.recv(65536):
        left += more
    assert len(left) == len(head) + web_worker.KEPT_BY_KERNEL, "then its reader meets an end"


def test_a_header_without_an_end_is_given_to_a_thread_that_refuses_it(
    worker: Kept, pair: Any
) -> None:
    conn, client = pair
    client.sendall(HEAD + b"X-Long: " + b"x" * web_worker.LONGEST_HEADER)
    arrived(conn, web_worker.LONGEST_HEADER)
    worker.turn()
    assert worker.given == [conn]


def test_a_request_that_does_not_come_in_time_is_closed(
    worker: Kept, pair: Any, clock: Clock
) -> None:
    conn, client = pair
    clock.now += web_worker.HEADER_SECONDS - 1
    worker.murder_keepalived()
    assert (list(worker.arriving), worker.nr_conns) == ([conn], 1)
    clock.now += 2
    worker.murder_keepalived()
    assert (worker.arriving, worker.nr_conns) == ({}, 0)
    assert closed(client)


def test_a_client_that_goes_away_is_let_go(worker: Kept, pair: Any) -> None:
    conn, client = pair
    client.close()
    worker.turn()
    assert (worker.given, worker.arriving, worker.nr_conns) == ([], {}, 0)
    assert conn.sock.fileno() == -1


def test_a_closing_connection_lets_its_client_read_to_the_end(
    worker: Kept, pair: Any, clock: Clock
) -> None:
    conn, client = pair
    client.sendall(HEAD + b"\r\n")
    arrived(conn, len(HEAD) + 2)
    worker.turn()
    conn.close(graceful=True)
    assert closed(client), "it sees the end of the answer"
    assert conn in worker.lingering
    client.sendall(b"what it still sends")
    worker.turn()
    assert conn in worker.lingering
    clock.now += web_worker.LINGER_SECONDS + 0.1
    worker.murder_keepalived()
    assert worker.lingering == {}
    assert conn.sock.fileno() == -1


def test_a_closing_connection_ends_once_its_client_has(worker: Kept, pair: Any) -> None:
    conn, client = pair
    client.sendall(HEAD + b"\r\n")
    arrived(conn, len(HEAD) + 2)
    worker.turn()
    conn.sock.recv(1000)
    conn.close(graceful=True)
    client.close()
    worker.turn()
    worker.turn()
    assert worker.lingering == {}
    assert conn.sock.fileno() == -1


def test_a_kept_connection_waits_for_its_next_request_in_the_main_loop(
    worker: Kept, pair: Any
) -> None:
    conn, client = pair
    client.sendall(HEAD + b"\r\n")
    arrived(conn, len(HEAD) + 2)
    worker.turn()
    conn.sock.recv(1000)
    conn.sock.setblocking(False)
    conn.set_timeout()
    worker.keepalived_conns.append(conn)
    worker.poller.register(conn.sock, 1, lambda sock: worker.on_client_socket_readable(conn, sock))
    client.sendall(HEAD)
    worker.turn()
    assert list(worker.keepalived_conns) == []
    assert list(worker.arriving) == [conn]
    assert worker.given == [conn], "and not given twice"


def test_a_worker_has_spoken_before_it_starts(worker: Kept) -> None:
    assert worker.tmp.last_update() <= time.monotonic()
