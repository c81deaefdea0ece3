"""Embedded servers of one data folder, shared by the processes that use them.

Each process holds a shared lock while it uses them; the last one to leave stops them. The operating
system drops the lock of a killed process, so nothing has to be cleaned up after `kill -9`.
"""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO

from service.embedded.postgres import Postgres
from service.embedded.valkey import Valkey
from service.operations.keys import secret_file
from service.operations.migrate import APP_ROLE

OWNER_ROLE = "socai_owner"
DATABASE = "socai"


class Servers:
    """Use as a context manager: the wanted servers run inside it.

    `environment` holds the variables that the rest of the system needs to reach them.
    """

    def __init__(self, data: Path, *, postgres: bool = True, valkey: bool = True) -> None:
        self.data = data
        self.wants_postgres = postgres
        self.wants_valkey = valkey
        self.environment: dict[str, str] = {}
        self._users: IO[str] | None = None

    @property
    def postgres(self) -> Postgres:
        """The embedded PostgreSQL of this data folder."""
        return Postgres(self.data / "postgres", self._secret("superuser"))

    @property
    def valkey(self) -> Valkey:
        """The embedded Valkey of this data folder."""
        return Valkey(self.data / "valkey")

    def __enter__(self) -> "Servers":
        if not (self.wants_postgres or self.wants_valkey):
            return self
        (self.data / "run").mkdir(parents=True, exist_ok=True)
        with exclusive(self.data / "run" / "servers.lock"):
            self._users = (self.data / "run" / "users.lock").open("a")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            if self.wants_postgres:
                self._start_postgres()
            if self.wants_valkey:
                valkey = self.valkey
                valkey.start()
                self.environment["REDIS_URL"] = valkey.url
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._users is None:
            return
        with exclusive(self.data / "run" / "servers.lock"), self._users as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else still works with them
            if self.wants_valkey:
                self.valkey.stop()
            if self.wants_postgres:
                self.postgres.stop()

    def revive(self) -> bool:
        """Start again what died meanwhile. True: `environment` is another one now."""
        before = dict(self.environment)
        if self._users is not None:
            with exclusive(self.data / "run" / "servers.lock"):
                if self.wants_postgres and self.postgres.process() is None:
                    self._start_postgres()
                if self.wants_valkey and not self.valkey.answers():
                    self.valkey.start()
        return self.environment != before

    def _start_postgres(self) -> None:
        postgres = self.postgres
        postgres.start()
        postgres.ensure_role(APP_ROLE, self._secret("app"))
        postgres.ensure_role(OWNER_ROLE, self._secret("owner"), member_of=APP_ROLE)
        postgres.let_act_as(OWNER_ROLE, APP_ROLE)
        postgres.ensure_database(DATABASE, OWNER_ROLE)
        self.environment["DATABASE_URL"] = postgres.url(DATABASE, APP_ROLE, self._secret("app"))
        self.environment["DATABASE_OWNER_URL"] = postgres.url(
            DATABASE, OWNER_ROLE, self._secret("owner")
        )

    def _secret(self, name: str) -> str:
        return secret_file(
            self.data / "postgres-passwords" / name, lambda: secrets.token_urlsafe(24)
        )


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file; waits until it is free."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
