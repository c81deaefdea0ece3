"""Balances of money by day: a pot of changes, and the sums of a budget line."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class Pot:
    """Changes of an amount by day. What it holds on a day is the sum up to that day."""

    changes: dict[date, int] = field(default_factory=dict)

    def add(self, day: date, amount: int) -> None:
        """Adds to what it holds from a day on."""
        self.changes[day] = self.changes.get(day, 0) + amount

    def on(self, day: date) -> int:
        """The amount that it holds at the end of a day."""
        return sum(amount for since, amount in self.changes.items() if since <= day)

    def lowest_from(self, day: date) -> int:
        """The least that it holds at the end of that day or of a later one."""
        holds = lowest = self.on(day)
        for since in sorted(one for one in self.changes if one > day):
            holds += self.changes[since]
            lowest = min(lowest, holds)
        return lowest


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a line by kind of movement, in đồng. `disbursed` counts `of_commitments` too."""

    allocated: int = 0
    adjusted: int = 0
    received: int = 0
    carried_in: int = 0
    passed_down: int = 0
    carried_over: int = 0
    committed: int = 0
    released: int = 0
    disbursed: int = 0
    of_commitments: int = 0
    recovered: int = 0

    @property
    def incoming(self) -> int:
        """All money that came to the line."""
        return self.allocated + self.adjusted + self.received + self.carried_in

    @property
    def open_commitments(self) -> int:
        """Money set aside and neither released nor paid."""
        return self.committed - self.released - self.of_commitments

    @property
    def spent(self) -> int:
        """Money paid and not recovered."""
        return self.disbursed - self.recovered

    @property
    def available(self) -> int:
        """The rest: money that may be passed down, carried over, committed or paid."""
        gone = self.passed_down + self.carried_over
        return self.incoming - gone - self.open_commitments - self.spent
