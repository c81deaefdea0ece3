"""What a read model is, and what is handed to it.

There are two kinds. Most answer questions about households: their rows are a pure function of
each household's own history, so any cut into batches and any split of the households gives the
same rows (`PerAggregateProjection`). The others follow the ledger event by event, in order
(`SequentialProjection`).
Neither reads a clock, the network, a random number, or another read model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from psycopg import Connection

from domain.households.events import Registered, Withdrawal
from projections.engine.ledger import LedgerEvent

if TYPE_CHECKING:
    from domain.eventstore.personal import Keyring
    from projections.households.spans import Span
    from projections.households.state import HouseholdState

# Open ends of spans. The last day and moment that Python and PostgreSQL both know.
ALWAYS = date.max
FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a read model: `columns` maps names to SQL types (with "not null" or so).

    Created without schema, in `read` or in `building`. `indexes` are created after loading;
    "{table}" stands for the name. `key_first` makes the primary key before loading, for rows
    that are added up as they come.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    indexes: tuple[str, ...] = ()
    options: str = ""
    key_first: bool = False

    @property
    def types(self) -> list[str]:
        """The bare types, for a binary COPY."""
        return [_bare(spec) for spec in self.columns.values()]


def _bare(spec: str) -> str:
    for word in (" storage", " collate", " not null"):
        spec = spec.split(word)[0]
    return spec


class AggregateHistory:
    """All that is known of one household up to a ledger position, in ledger order.

    The first `before` events are projected already; the others are new. Folds are made once and
    shared by all read models of a batch.
    """

    def __init__(self, household_id: UUID, facts: list[LedgerEvent], before: int = 0) -> None:
        self.household_id = household_id
        self.facts = facts
        self.before = before

    @property
    def is_new(self) -> bool:
        """No event of it was projected before: there are no rows to replace."""
        return self.before == 0

    @property
    def new_facts(self) -> list[LedgerEvent]:
        return self.facts[self.before :] if self.before else self.facts

    @cached_property
    def state(self) -> "HouseholdState":
        """The household with all its events, in the order in which they took effect."""
        from projections.households.fold import fold

        return fold(self.facts)

    @cached_property
    def state_before(self) -> "HouseholdState | None":
        """The household as it was before the new events; None if it is new."""
        from projections.households.fold import fold

        return fold(self.facts[: self.before]) if self.before else None

    @cached_property
    def spans(self) -> "list[Span]":
        from projections.households.spans import spans_of

        return spans_of(self.facts)

    @cached_property
    def spans_before(self) -> "list[Span]":
        from projections.households.spans import spans_of

        return spans_of(self.facts[: self.before])


@dataclass(slots=True)
class Changes:
    """What one read model wants written: per table, keys of rows to delete and rows to insert.

    Keys are tuples in the order of `Table.key`, rows in the order of `Table.columns`.
    """

    deletes: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    inserts: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)


class ReadModel(Protocol):
    """What every read model has. A change of `version` rebuilds it beside the old one.

    `topics` are beginnings of topics ("household."); `tables` belong to this model alone.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def topics(self) -> tuple[str, ...]: ...

    @property
    def tables(self) -> tuple[Table, ...]: ...


class PerAggregateProjection(ReadModel, Protocol):
    """A read model whose rows are a function of each household's history."""

    def changes(self, histories: Sequence[AggregateHistory], keyring: "Keyring") -> Changes:
        """What the new events of these households change. Touches no read model."""

    def write(self, conn: Connection[Any], changes: Changes) -> None:
        """Writes it, in the caller's transaction and search path."""


class SequentialProjection(ReadModel, Protocol):
    """A read model that takes events in ledger order."""

    def project(
        self, conn: Connection[Any], events: Sequence[LedgerEvent], keyring: "Keyring"
    ) -> None:
        """Writes what a batch changes, in the caller's transaction and search path.

        Calculates first and writes last, so that the transaction stays short.
        """


def _in_effect(fact: LedgerEvent) -> tuple[date, int]:
    return fact.event.effective_on, fact.seq


def in_effect_order(facts: Sequence[LedgerEvent]) -> list[LedgerEvent]:
    """The events in the order of (effective_on, seq); the registration always comes first."""
    ordered = sorted(facts, key=_in_effect)
    if type(ordered[0].event) is not Registered:
        place = next((i for i, fact in enumerate(ordered) if type(fact.event) is Registered), 0)
        ordered.insert(0, ordered.pop(place))
    return ordered


def withdrawn_versions(facts: Sequence[LedgerEvent]) -> dict[int, LedgerEvent]:
    """The withdrawals among the events, by the version of the entry that each withdraws."""
    found: dict[int, LedgerEvent] = {}
    for fact in facts:
        if isinstance(fact.event, Withdrawal):
            found.setdefault(fact.event.withdraws, fact)
    return found


def as_of(
    facts: Sequence[LedgerEvent], on: date | None, known_at: datetime | None
) -> list[LedgerEvent]:
    """The events that count for a household on a day, as known at a moment, in effect order.

    Empty if it did not exist then, or nobody knew of it. None is "all" on either clock.
    """
    known = [f for f in facts if known_at is None or f.event.timestamp <= known_at]
    first = next((f for f in known if isinstance(f.event, Registered)), None)
    if first is None or (on is not None and first.event.effective_on > on):
        return []
    return in_effect_order([f for f in known if on is None or f.event.effective_on <= on])
