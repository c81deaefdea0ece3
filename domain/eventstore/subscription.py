"""The subscription polls the ledger for new events."""

from abc import abstractmethod
from collections.abc import Sequence
from threading import Event

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription


class LedgerRecorder(ApplicationRecorder):
    """A recorder that orders its events by a ledger."""

    @abstractmethod
    def extend_ledger(self) -> int:
        """Takes settled events into the ledger; returns how many."""


class PollingSubscription(Subscription[LedgerRecorder]):
    """Reads the ledger on, and looks again after a while: no message can be lost that way.

    An idle reader costs two small statements per interval; `stop()` wakes it at once.
    """

    _BATCH = 500

    def __init__(
        self,
        recorder: LedgerRecorder,
        gt: int | None,
        topics: Sequence[str],
        *,
        poll_seconds: float,
    ) -> None:
        super().__init__(recorder, gt, topics)
        self._poll_seconds = poll_seconds
        self._read: list[Notification] = []
        self._stopped = Event()

    def stop(self) -> None:
        """Ends the iteration, from any thread, before or while it runs."""
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        while not self._stopped.is_set():
            if self._read:
                return self._read.pop()
            self._fetch()
            if not self._read and self._recorder.extend_ledger():
                self._fetch()
            if not self._read:
                self._stopped.wait(self._poll_seconds)
        raise StopIteration

    def _fetch(self) -> None:
        found = self._recorder.select_notifications(
            self._last_notification_id or 0,
            self._BATCH,
            topics=self._topics,
            inclusive_of_start=False,
        )
        if found:
            self._last_notification_id = found[-1].id
            self._read = list(reversed(found))
