"""A gunicorn worker that gives a thread to a request only once the request has arrived.

Gunicorn's own threaded worker reads headers and bodies in its threads, and its main loop waits for
each client to close: as many slow clients as there are threads stop the service. Here the kernel
keeps what has arrived, and the main loop looks at it without taking it (MSG_PEEK). It asks to be
woken only by more than it has seen (SO_RCVLOWAT), so a client that drips costs next to nothing. A
request that is not complete in time is closed.

A body that is longer than `KEPT_BY_KERNEL`, or of unknown length, is read by a thread all the same.
The service authenticates its sender first, and reads none of an unauthenticated one; the body gets
`BODY_SECONDS` and a minimum speed, and its connection is not kept.
"""

import re
import socket
import struct
import threading
import time
from contextlib import suppress
from fcntl import ioctl
from functools import partial
from selectors import EVENT_READ
from termios import FIONREAD
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

HEADER_SECONDS = 10.0
BODY_SECONDS = 20.0
BYTES_A_SECOND = 16 * 1024  # slower than this, a body does not come in time
LONGEST_HEADER = 64 * 1024
KEPT_BY_KERNEL = 64 * 1024
LINGER_SECONDS = 2.0
START_SECONDS = 120.0

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)


class Connection(TConn):
    """A connection that closes without keeping the main loop waiting."""

    linger: Any = None
    low_water = 0

    def close(self, graceful: bool = False) -> None:
        """Close at once, or let the client read to the end first."""
        if graceful and self.linger is not None:
            self.linger(self)
        else:
            super().close()


class PatientWorker(ThreadWorker):
    """Waits for whole requests in the main loop, and runs each in a thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: dict[Connection, float] = {}
        self.read_until: dict[Connection, float] = {}
        self.lingering: dict[Connection, float] = {}
        self.notify()  # or gunicorn would wait for ever for one that froze before its first word

    def load_wsgi(self) -> None:
        """Load the application; on a busy machine that may take longer than silence is allowed."""
        loaded = threading.Event()

        def wait() -> None:
            until = time.monotonic() + START_SECONDS
            while not loaded.wait(1) and time.monotonic() < until:
                self.notify()

        threading.Thread(target=wait, name="starting", daemon=True).start()
        try:
            super().load_wsgi()
        finally:
            loaded.set()

    def accept(self, listener: Any) -> None:
        """Take a connection, and wait for its first request."""
        with suppress(BlockingIOError, ConnectionAbortedError):
            client, address = listener.accept()
            self.nr_conns += 1
            conn = Connection(self.cfg, client, address, listener.getsockname())
            conn.linger = self.linger
            self.await_request(conn)

    def on_client_socket_readable(self, conn: Connection, client: Any) -> None:
        """A kept connection brings its next request."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.await_request(conn)

    def await_request(self, conn: Connection) -> None:
        """Let a request arrive; `murder_keepalived` closes it when its time is over."""
        conn.sock.setblocking(False)
        self.arriving[conn] = time.monotonic() + HEADER_SECONDS
        self.poller.register(conn.sock, EVENT_READ, partial(self.look_at, conn))

    def look_at(self, conn: Connection, _client: Any) -> None:
        """What of the request has arrived: hand it over, or wait for more of it."""
        try:
            header = conn.sock.recv(LONGEST_HEADER, socket.MSG_PEEK)
            held = struct.unpack("i", ioctl(conn.sock, FIONREAD, b"\0" * 4))[0]
        except BlockingIOError:
            return
        except OSError:
            self.let_go(conn)
            return
        if not header:
            self.let_go(conn)
            return
        end = header.find(b"\r\n\r\n")
        if end < 0 and len(header) < LONGEST_HEADER:
            self.wake_at(conn, held + 1)
            return
        length = _LENGTH.search(header, 0, end + 2) if end >= 0 else None
        body = int(length[1]) if length else 0
        whole = end + 4 + min(body, KEPT_BY_KERNEL)
        if end >= 0 and held < whole and self.wake_at(conn, whole):
            seconds = HEADER_SECONDS + body / BYTES_A_SECOND
            self.arriving[conn] = min(self.arriving[conn] + seconds, time.monotonic() + seconds)
            return
        if end >= 0 and (body > KEPT_BY_KERNEL or _CHUNKED.search(header, 0, end + 2)):
            self.read_until[conn] = time.monotonic() + BODY_SECONDS + body / BYTES_A_SECOND
        self.hand_over(conn)

    def wake_at(self, conn: Connection, bytes_held: int) -> bool:
        """Look again when so much has arrived. False where it was asked for already: the kernel
        woke us because it keeps no more."""
        if conn.low_water >= bytes_held:
            return False
        conn.low_water = bytes_held
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, bytes_held)
        return True

    def hand_over(self, conn: Connection) -> None:
        """Give the request to a thread."""
        self.poller.unregister(conn.sock)
        del self.arriving[conn]
        conn.low_water = 0
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        conn.data_ready = True
        self.enqueue_req(conn)

    def let_go(self, conn: Connection) -> None:
        """Close a connection whose request did not come."""
        with suppress(KeyError, ValueError, OSError):
            self.poller.unregister(conn.sock)
        self.arriving.pop(conn, None)
        self.nr_conns -= 1
        conn.close()

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        """A connection with a long body is not kept: its rest would have to be read first."""
        return conn not in self.read_until and super()._keepalive_after(conn, keepalive)

    def finish_request(self, conn: Connection, fs: Any) -> None:
        """The answer is sent; the connection is kept or closed."""
        self.read_until.pop(conn, None)
        super().finish_request(conn, fs)

    def linger(self, conn: Connection) -> None:
        """Close a connection once its client has, so that the answer is not cut off."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, EVENT_READ, partial(self.drain, conn))
        except (OSError, ValueError, KeyError):
            conn.close()
            return
        self.lingering[conn] = time.monotonic() + LINGER_SECONDS

    def drain(self, conn: Connection, _client: Any) -> None:
        """Throw away what a client still sends; at its end, close."""
        with suppress(BlockingIOError, OSError):
            if conn.sock.recv(64 * 1024):
                return
        self.end_linger(conn)

    def end_linger(self, conn: Connection) -> None:
        """Close a connection whose answer has been read, or should have been."""
        del self.lingering[conn]
        with suppress(KeyError, ValueError, OSError):
            self.poller.unregister(conn.sock)
        conn.close()

    def murder_keepalived(self, force: bool = False) -> None:
        """Close what took too long, and end the reading of bodies that do not come."""
        super().murder_keepalived(force)
        now = time.monotonic()
        for conn in [one for one, until in self.arriving.items() if force or until < now]:
            self.let_go(conn)
        for conn in [one for one, until in self.lingering.items() if force or until < now]:
            self.end_linger(conn)
        for conn in [one for one, until in list(self.read_until.items()) if until < now]:
            self.read_until.pop(conn, None)
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_RD)  # its thread reads an end and goes on
