"""The table of a kind of long jobs: what waits, who works on it, why an attempt stopped.

A job stands in a table of its own kind, which holds what was asked for and how far it has come.
Here is what all kinds have in common. A message of the queue names a job and nothing else; a job
whose message or worker is lost is found again by `unfinished`.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import psycopg

from domain.eventstore.postgres import Connection, Pool, SqlRow, autocommitting
from domain.jobs.leases import Lease, held

JobId = TypeVar("JobId")


@dataclass(frozen=True)
class JobTable(Generic[JobId]):
    """The table of one kind of job.

    `finished` is the SQL condition of a row whose work is done, `left_over` that of one which has
    something left all the same, `began` the SQL assignments by which an attempt begins, `error`
    the column that says why the last one stopped, and `order` the columns by which the oldest job
    comes first. With `most_attempts` the column `attempts` counts attempts that got no further
    than the one before: a job beyond that many is given up. Kinds on which several workers take
    part at once have no such count.
    """

    kind: str
    table: str
    finished: str
    left_over: str = "false"
    began: str = ""
    error: str = "error"
    order: str = "requested_at, id"
    most_attempts: int | None = None

    @property
    def _open(self) -> str:
        return f"not ({self.finished}) or {self.left_over}"

    def unfinished(self, conn: Connection) -> list[JobId]:
        """Jobs that wait or were left, oldest first: a sweep offers them to the workers again."""
        rows = conn.execute(
            f"select id from {self.table} where {self._open} order by {self.order}"
        ).fetchall()
        return [job for (job,) in rows]

    def begin(self, conn: Connection, job: JobId, now: datetime, returning: str) -> SqlRow | None:
        """Marks an attempt as begun, before anything is read, so that one that kills its worker
        counts as well; returns the columns asked for, None where the job is finished.

        Raises LookupError where there is no such job.
        """
        count = "" if self.most_attempts is None else ", attempts = least(attempts + 1, 1000)"
        row: SqlRow | None = conn.execute(
            f"update {self.table} set {self.error} = '',"
            f" started_at = coalesce(started_at, %s), {self.began}{count}"
            f" where id = %s and not ({self.finished}) returning {returning}",
            [now, job],
        ).fetchone()
        if row is None and not self.is_known(conn, job):
            raise LookupError(f"there is no {self.kind} {job}")
        return row

    def is_known(self, conn: Connection, job: JobId) -> bool:
        """Whether there is such a job."""
        known = conn.execute(f"select from {self.table} where id = %s", [job]).fetchone()
        return known is not None

    def name_of(self, job: JobId) -> str:
        """The name of a job's leases: the kind and the id."""
        return f"{self.kind} {job}"

    def is_given_up(self, attempts: int) -> bool:
        """Whether so many attempts without progress are too many."""
        return self.most_attempts is not None and attempts > self.most_attempts

    @contextmanager
    def attempt(
        self,
        pool: Pool,
        job: JobId,
        told_to_end: type[BaseException] | tuple[type[BaseException], ...] = (),
    ) -> Iterator[None]:
        """Writes beside the job why the work on it stopped, and raises that again.

        The name of the error's class is written and nothing of its text, which may quote what is
        personal. An attempt that `told_to_end` stopped from outside is taken back.
        """
        try:
            yield
        except told_to_end:
            self._take_back(pool, job)
            raise
        except Exception as error:
            self._write_error(pool, job, type(error).__name__)
            raise

    @contextmanager
    def alone(self, pool: Pool, job: JobId) -> Iterator[Lease | None]:
        """The lease of a whole job, kept while the block runs; None where another one has it."""
        with autocommitting(pool) as conn, held(pool, conn, self.name_of(job)) as lease:
            yield lease

    def _write_error(self, pool: Pool, job: JobId, error: str) -> None:
        # The server may be away.
        with suppress(psycopg.OperationalError), autocommitting(pool) as conn:
            conn.execute(
                f"update {self.table} set {self.error} = %s where id = %s and ({self._open})",
                [error, job],
            )

    def _take_back(self, pool: Pool, job: JobId) -> None:
        if self.most_attempts is None:
            return
        with autocommitting(pool) as conn:
            conn.execute(
                f"update {self.table} set attempts = greatest(attempts - 1, 0) where id = %s", [job]
            )
