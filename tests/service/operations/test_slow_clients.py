"""Clients that send slowly, or not at all, take no thread from those who do."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
import requests

from tests.service.conftest import Office
from tests.service.http.test_conformance import answer_of, environment_of

SLOW = 20


@pytest.fixture(scope="module")
def port(office: Office, tmp_path_factory: Any) -> Iterator[int]:
    """A web server with one process and two threads."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {**os.environ, **environment_of(office, port, tmp_path_factory.mktemp("slow"))}
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            "service/operations/gunicorn_conf.py",
            "service.wsgi:app",
        ],
        env={**environment, "SOCAI_WEB_THREADS": "2"},
        stdout=subprocess.DEVNULL,
    )
    try:
        answer_of(f"http://127.0.0.1:{port}", server)
        yield port
    finally:
        server.terminate()
        server.wait(30)


HEAD = b"POST /api/v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
SENT = {
    "nothing": b"",
    "half a line": b"GET /heal",
    "half a header": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ",
    "no body": HEAD + b"Content-Length: 900\r\n\r\n",
    "half a body": HEAD + b'Content-Length: 900\r\n\r\n{"account": "',
    "answered and not closed": b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "half a long body": HEAD + b"Content-Length: 1000000\r\n\r\n" + b" " * 400_000,
}


@pytest.mark.parametrize("what", SENT)
def test_twenty_slow_clients_keep_nobody_waiting(port: int, what: str) -> None:
    with ExitStack() as open_ones:
        slow = [
            open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _ in range(SLOW)
        ]
        for one in slow:
            one.sendall(SENT[what])
        began = time.monotonic()
        for _ in range(10):
            answer = requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
            assert answer.status_code == 200
            for one in slow:
                if what != "nothing":
                    with suppress(ConnectionError):
                        one.sendall(b"x")  # they drip on
        assert time.monotonic() - began < 5


def test_a_request_in_pieces_is_answered_once_it_is_whole(port: int) -> None:
    body = b'{"account": "nobody.here", "password": "' + b"x" * 30_000 + b'"}'
    whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        for _ in range(2):  # the connection is kept
            for start in range(0, len(whole), 7_000):
                client.sendall(whole[start : start + 7_000])
            answer = b""
            while b'"request_id"' not in answer:
                answer += client.recv(65536)
            assert answer.startswith(b"HTTP/1.1 4"), answer[:200]


def test_a_body_longer_than_the_kernel_keeps_arrives(port: int, office: Office) -> None:
    token = {"Authorization": f"Bearer {office.tokens['case_worker']}"}
    files = {"file": ("danh sach.xlsx", b"PK\x03\x04" + b"x" * 6_000_000)}
    answer = requests.post(
        f"http://127.0.0.1:{port}/api/v1/imports",
        files=files,
        data={"area": "19804"},
        headers=token,
        timeout=60,
    )
    assert answer.status_code in (202, 401), answer.text  # the token is of the office's own clock
    long = requests.post(
        f"http://127.0.0.1:{port}/api/v1/tokens", data=b" " * 3_000_000, timeout=60,
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert long.status_code == 413, long.text


def test_pieces_of_unknown_number_are_read(port: int) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"account": "nobody.here",'
        yield b'"password": "none at all"}'

    answer = requests.post(
        f"http://127.0.0.1:{port}/api/v1/tokens", data=pieces(), timeout=20,
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    assert answer.status_code in (400, 401, 411, 413, 422), answer.text


def test_a_request_that_does_not_come_is_closed(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=40) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        began = time.monotonic()
        with suppress(ConnectionResetError):
            assert client.recv(100) == b""
        assert 5 < time.monotonic() - began < 30
