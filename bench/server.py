"""Server of the measurements, with our databases and those of the peers."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from service.embedded import Postgres
from service.operations.migrate import APP_ROLE, migrate

OWNER = "bench_owner"


@dataclass(frozen=True, slots=True)
class Database:
    """One database. `url` logs in as the service's role, `superuser_url` as the server's."""

    name: str
    url: str
    superuser_url: str


class BenchServer:
    """A server with fsync on, in a folder that is removed afterwards."""

    def __init__(self, server: Postgres, password: str) -> None:
        self.server = server
        self._password = password

    def empty(self) -> Database:
        """A database with nothing in it, for a peer."""
        return self._database("postgres")

    def migrated(self) -> Database:
        """A database with our tables."""
        made = self._database(OWNER)
        with psycopg.connect(self.server.url(made.name, OWNER), autocommit=True) as owner:
            migrate(owner)
        return made

    def _database(self, owner: str) -> Database:
        name = "b" + secrets.token_hex(6)
        self.server.ensure_database(name, owner)
        return Database(name, self.server.url(name, APP_ROLE), self.server.url(name))

    def drop(self, database: Database) -> None:
        with psycopg.connect(self.server.url(), autocommit=True) as admin:
            admin.execute(f'drop database "{database.name}" with (force)')


@contextmanager
def bench_server() -> Iterator[BenchServer]:
    """Start a server for the measurements, and remove it afterwards."""
    password = secrets.token_urlsafe(12)
    with tempfile.TemporaryDirectory(prefix="socai-bench-") as folder:
        server = Postgres(Path(folder) / "pg", password, durable=True)
        server.start()
        try:
            server.ensure_role(OWNER, password)
            server.ensure_role(APP_ROLE, password)
            server.let_act_as(OWNER, APP_ROLE)
            yield BenchServer(server, password)
        finally:
            server.stop("immediate")
