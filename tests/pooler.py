"""Transaction pooler between clients and PostgreSQL, like PgBouncer.

Each transaction gets the server session that waited longest, so hardly ever the one before.
Prepared statements of a client follow it, as with PgBouncer from 1.22 on; everything else that
belongs to a session stays in it, for the next client. It speaks the protocol, so that whole
processes can connect through it.

The pooler never waits for the rest of a message: the server keeps half a row back until it has the
Sync that the client sent behind its question.
"""

import hashlib
import queue
import select
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from psycopg import pq
from psycopg.conninfo import make_conninfo

_PLAIN = 196608  # protocol 3.0
_HEADER = struct.Struct("!cI")  # the size counts itself and the body
_TOLD = ("server_version", "server_encoding", "client_encoding", "DateStyle", "TimeZone",
         "integer_datetimes", "standard_conforming_strings", "IntervalStyle")  # fmt: skip


class Stream:
    """A socket with the bytes read from it that are no whole message yet."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self._read = bytearray()

    def messages(self) -> list[tuple[bytes, bytes]]:
        """The messages that are whole by now. To be called where the socket is readable."""
        more = self.socket.recv(1 << 16)
        if not more:
            raise ConnectionResetError
        self._read += more
        found, start = [], 0
        while len(self._read) - start >= _HEADER.size:
            kind, size = _HEADER.unpack_from(self._read, start)
            if len(self._read) - start <= size:
                break
            found.append((kind, bytes(self._read[start + _HEADER.size : start + 1 + size])))
            start += 1 + size
        del self._read[:start]
        return found


class Session:
    """One session at the server; `prepared` are the statements that it knows."""

    def __init__(self, url: str) -> None:
        self.pq = pq.PGconn.connect(url.encode())
        assert self.pq.status == pq.ConnStatus.OK, self.pq.error_message
        self.socket = socket.fromfd(self.pq.socket, socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.setblocking(True)
        self.stream = Stream(self.socket)
        self.prepared: set[bytes] = set()

    def close(self) -> None:
        self.pq.finish()
        self.socket.close()


class Pooler:
    """`url` leads here; `sessions` are what it has at the server."""

    def __init__(self, url: str, folder: Path, sessions: int) -> None:
        self.server_url = url
        self.free: queue.Queue[Session] = queue.Queue()
        first = Session(url)
        self.told = b"".join(
            _made(b"S", name.encode() + b"\0" + value + b"\0")
            for name in _TOLD
            if (value := first.pq.parameter_status(name.encode()))
        )
        self.free.put(first)
        for _ in range(sessions - 1):
            self.free.put(Session(url))
        self.url = make_conninfo(url, host=str(folder), port=5432)
        self.transactions = 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / ".s.PGSQL.5432"))
        self.listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()
        while not self.free.empty():
            self.free.get().close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=Client(self, client).serve, daemon=True).start()


class Client:
    """One client, and the session of its transaction while it is in one."""

    def __init__(self, pooler: Pooler, client: socket.socket) -> None:
        self.pooler, self.client, self.stream = pooler, client, Stream(client)
        self.session: Session | None = None
        self.statements: dict[bytes, bytes] = {}  # by the client's name: the rest of its Parse
        self.asked = 0  # answers that the server still owes
        self.extended = False
        self.status = b"I"
        self.parsing: deque[tuple[bytes, bool]] = deque()  # server's name, did the client ask
        self.closing: deque[bool] = deque()

    def serve(self) -> None:
        with self.client, suppress(OSError, struct.error):
            self._greet()
            while self._step():
                continue
        if self.session is not None:  # gone in the middle: its transaction goes with it
            self.session.close()
            with suppress(AssertionError):
                self.pooler.free.put(Session(self.pooler.server_url))

    def _greet(self) -> None:
        while True:
            (size,) = struct.unpack("!I", _exactly(self.client, 4))
            (code,) = struct.unpack("!I", _exactly(self.client, size - 4)[:4])
            if code == _PLAIN:
                break
            self.client.sendall(b"N")  # nothing is encrypted
        ready = _made(b"R", b"\0\0\0\0") + self.pooler.told + _made(b"K", b"\0" * 8)
        self.client.sendall(ready + _made(b"Z", b"I"))

    def _step(self) -> bool:
        session = self.session
        sockets = [self.client] if session is None else [self.client, session.socket]
        readable = select.select(sockets, [], [])[0]
        if session is not None and session.socket in readable:
            for kind, body in session.stream.messages():
                self._answer(session, kind, body)
            return True
        return all(self._take(kind, body) for kind, body in self.stream.messages())

    def _take(self, kind: bytes, body: bytes) -> bool:
        """Handles one message of the client; False where it disconnects."""
        if kind == b"X":
            return False
        if kind == b"Q" and body == b"DEALLOCATE ALL\0":
            self.statements.clear()
            self.client.sendall(_made(b"C", body) + _made(b"Z", self.status))
            return True
        if self.session is None:
            self.session = self.pooler.free.get(timeout=60)
            self.pooler.transactions += 1
        self._ask(self.session, kind, body)
        return True

    def _ask(self, session: Session, kind: bytes, body: bytes) -> None:
        """Sends the message to the server, after the statements that this session has not prepared
        yet.
        """
        if kind in (b"Q", b"S"):
            self.asked += 1
            self.extended = kind == b"S"
        out = b""
        if kind == b"P":
            name, rest = body.split(b"\0", 1)
            if name:
                self.statements[name] = rest
                body = self._server_name(rest) + b"\0" + rest
                if self._knows(session, self._server_name(rest)):
                    out = _made(b"C", b"S" + self._server_name(rest) + b"\0")
                    self.closing.append(False)
            self.parsing.append((body.split(b"\0", 1)[0], True))
        elif kind == b"B":
            portal, name, rest = body.split(b"\0", 2)
            out, known = self._prepared(session, name)
            body = portal + b"\0" + known + b"\0" + rest
        elif kind == b"D" and body[:1] == b"S":
            out, known = self._prepared(session, body[1:-1])
            body = b"S" + known + b"\0"
        elif kind == b"C":
            self.closing.append(True)
            self.statements.pop(body[1:-1], None)
        session.socket.sendall(out + _made(kind, body))

    def _prepared(self, session: Session, name: bytes) -> tuple[bytes, bytes]:
        """Returns the message that prepares the client's statement in this session, and its name
        there.
        """
        if not name:
            return b"", name
        rest = self.statements[name]
        known = self._server_name(rest)
        if self._knows(session, known):
            return b"", known
        self.parsing.append((known, False))
        return _made(b"P", known + b"\0" + rest), known

    def _knows(self, session: Session, name: bytes) -> bool:
        return name in session.prepared or any(name == one for one, _ in self.parsing)

    @staticmethod
    def _server_name(rest: bytes) -> bytes:
        return b"s" + hashlib.sha256(rest).hexdigest()[:32].encode()

    def _answer(self, session: Session, kind: bytes, body: bytes) -> None:
        """Sends the answer to the client, without answers to messages of the pooler."""
        if kind == b"1":
            name, asked = self.parsing.popleft()
            if name:
                session.prepared.add(name)
            if not asked:
                return
        elif kind == b"3" and not self.closing.popleft():
            return
        elif kind == b"G" and self.extended:
            self.asked -= 1  # the Sync that came before the rows is not answered
        elif kind == b"Z":
            self.asked -= 1
            self.status = body
            if not self.asked:
                self.parsing.clear()
                self.closing.clear()
                if body == b"I":
                    self.session = None
                    self.pooler.free.put(session)
        self.client.sendall(_made(kind, body))


def _exactly(sock: socket.socket, size: int) -> bytes:
    got = bytearray()
    while len(got) < size:
        more = sock.recv(size - len(got))
        if not more:
            raise ConnectionResetError
        got += more
    return bytes(got)


def _made(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


@contextmanager
def pooler(url: str, folder: Path, sessions: int = 8) -> Iterator[Pooler]:
    """A pooler before the server of this URL, which is that of a unix socket; its own socket is
    made in `folder`."""
    made = Pooler(url, folder, sessions)
    try:
        yield made
    finally:
        made.close()
