"""The directory cache keeps all units of the event store in memory and up to date.

Units change a few times a year and are asked for thousands of times a second. So each process
folds their events once, and then looks at most once a second whether there are new ones. Events
are found by their transactions: all that had not ended by the last look count as new, so that
what was written early and committed late is not missed.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import cast

from domain.areas.directory import AreaDirectory
from domain.areas.events import AreaEvent, Established
from domain.areas.unit import Unit, begin, evolve
from domain.eventstore.connections import Pool, SqlRow
from domain.eventstore.mapper import StateMapper

# Word for word the condition of the index area_events_by_tx, or it is not used.
_ALL = (
    "select pg_snapshot_xmin(pg_current_snapshot())::text,"
    " array(select position from store.events where topic like 'area.%')"
)
# Events restored from a dump may bear transaction ids yet to come; the first look had them all.
_SINCE = (
    "select pg_snapshot_xmin(pg_current_snapshot())::text,"
    " array(select position from store.events where topic like 'area.%'"
    " and tx >= '{}' and tx < pg_snapshot_xmax(pg_current_snapshot()))"
)
_READ = (
    "select originator_id, originator_version, topic, state, recorded_at, position"
    " from store.events where position = any(%b::bigint[])"
    " order by originator_id, originator_version"
)


class AreaDirectoryCache:
    """The units of one database. Safe to share between threads.

    `look_again_after` seconds may pass until a change made by another process is seen; changes
    made through the same object are seen at once (`look`).
    """

    def __init__(
        self,
        pool: Pool,
        look_again_after: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._mapper = StateMapper()
        self._look_again_after = look_again_after
        self._clock = clock
        self._lock = Lock()
        self._seen: set[int] = set()
        self._unsettled: int | None = None  # the oldest transaction that was open at the last look
        self._units: dict[str, Unit] = {}
        self._directory = AreaDirectory(())
        self._looked_at: float | None = None

    @property
    def directory(self) -> AreaDirectory:
        """All units as known a moment ago."""
        if self._looked_at is None or self._clock() - self._looked_at >= self._look_again_after:
            self.refresh()
        return self._directory

    def refresh(self) -> AreaDirectory:
        """All units as known now."""
        with self._lock:
            with self._pool.connection() as conn, conn.cursor(binary=True) as cursor:
                cursor.execute(_ALL if self._unsettled is None else _SINCE.format(self._unsettled))
                unsettled, positions = cursor.fetchone() or ("0", [])
                if new := set(positions) - self._seen:
                    cursor.execute(_READ, [sorted(new)])
                    self._fold(cursor.fetchall())
                    self._seen |= new
                    self._directory = AreaDirectory(self._units.values())
                self._unsettled = int(unsettled)
            self._looked_at = self._clock()
            return self._directory

    def _fold(self, rows: list[SqlRow]) -> None:
        for originator_id, version, topic, state, recorded_at, _ in rows:
            event = cast(
                "AreaEvent", self._mapper.event(topic, originator_id, version, recorded_at, state)
            )
            if isinstance(event, Established):
                self._units[event.unit] = begin(event)
            else:
                self._units[event.unit] = evolve(event, self._units[event.unit])
