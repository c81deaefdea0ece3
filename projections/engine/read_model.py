"""Base classes of read models, and the history that a projection gets.

There are two kinds. The rows of most are a pure function of the history of each aggregate, so any
cut into batches and any split of the aggregates gives the same rows (`PerAggregateProjection`).
The others follow the ledger event by event, in order (`SequentialProjection`).
Neither reads a clock, the network, a random number, or another read model.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import ClassVar, Generic, TypeVar, cast
from uuid import UUID

from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection
from projections.engine.ledger import LedgerEvent
from projections.engine.tables import Changes, Table

State = TypeVar("State")
Made = TypeVar("Made")
Fold = Callable[[Sequence[LedgerEvent]], State]
"""Makes the state of one aggregate from its events, given in ledger order."""


class AggregateHistory(Generic[State]):
    """The events of one aggregate up to a ledger position, in ledger order.

    The first `before` events are projected already; the others are new. A state is folded once,
    when it is first asked for, and shared by the read models of a batch that have the same fold.
    """

    def __init__(
        self, aggregate_id: UUID, events: list[LedgerEvent], fold: Fold[State], before: int = 0
    ) -> None:
        self.aggregate_id = aggregate_id
        self.events = events
        self.fold = fold
        self.before = before
        self._made: dict[object, object] = {}

    @property
    def is_new(self) -> bool:
        """No event of it was projected before: there are no rows to replace."""
        return self.before == 0

    @property
    def new_events(self) -> list[LedgerEvent]:
        """The events that are not projected yet."""
        return self.events[self.before :] if self.before else self.events

    @cached_property
    def new_kinds(self) -> set[type]:
        """The classes of the new events."""
        return {type(row.event) for row in self.new_events}

    def once(self, make: "Callable[[AggregateHistory[State]], Made]") -> Made:
        """Calls a function of this history, once for all read models of a batch."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("Made", self._made[make])

    @cached_property
    def state(self) -> State:
        """The aggregate with all its events."""
        return self.fold(self.events)

    @cached_property
    def state_before(self) -> State | None:
        """The aggregate as it was before the new events; None if it is new."""
        return self.fold(self.events[: self.before]) if self.before else None


def no_state(events: Sequence[LedgerEvent]) -> None:
    """The fold of read models that look at the events alone."""


class ReadModel(ABC):
    """The base class of every read model. A change of `version` rebuilds it beside the old one.

    `topics` are beginnings of topics ("household."); `tables` belong to this model alone.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    topics: ClassVar[tuple[str, ...]]
    tables: ClassVar[tuple[Table, ...]]


class PerAggregateProjection(ReadModel, Generic[State]):
    """A read model whose rows are a function of the history of each aggregate with its topics.

    `events` are the kinds of events that can change a row, None where all can. An aggregate whose
    new events are all of other kinds is not looked at, unless it is new.
    """

    events: ClassVar[frozenset[type] | None] = None

    @staticmethod
    @abstractmethod
    def fold(events: Sequence[LedgerEvent], /) -> State:
        """The state that `changes` finds in a history; models of one fold share it."""

    @abstractmethod
    def changes(self, histories: Sequence[AggregateHistory[State]], keyring: Keyring) -> Changes:
        """The changes that the new events of these aggregates make. Touches no read model."""

    def looks_at(self, history: AggregateHistory[State]) -> bool:
        """Whether the new events of this aggregate can change a row."""
        kinds = self.events
        if kinds is None or history.before == 0:
            return True
        return not kinds.isdisjoint(history.new_kinds)


class SequentialProjection(ReadModel):
    """A read model that takes events in ledger order."""

    @abstractmethod
    def project(self, conn: Connection, events: Sequence[LedgerEvent], keyring: Keyring) -> None:
        """Writes what a batch changes, in the caller's transaction and search path.

        Calculates first and writes last, so that the transaction stays short.
        """
