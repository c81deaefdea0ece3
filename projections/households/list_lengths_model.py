"""The read model `list_lengths` holds the number of households of each unit and class, as the
read model `register` has them: the length of a list without its rows."""

from collections import defaultdict
from collections.abc import Sequence

from domain.eventstore.personal import Keyring
from domain.standards.standard import NATIONAL
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table
from projections.households.spans import SPAN_EVENTS
from projections.households.state import InEffect, in_effect


class ListLengths(PerAggregateProjection[InEffect]):
    """A row counts the households of a unit and class that have not ended."""

    name = "list_lengths"
    version = 1
    topics = ("household.",)
    tables = (
        Table(
            "list_lengths",
            {
                "area": 'text not null collate "C"',
                "class": "text not null",
                "households": "integer not null",
            },
            key=("area", "class"),
            key_first=True,
        ),
    )

    fold = staticmethod(in_effect)
    events = SPAN_EVENTS

    def changes(self, histories: Sequence[AggregateHistory[InEffect]], keyring: Keyring) -> Changes:
        """The sums to add to each row, in the order of keys so that writers cannot deadlock."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for history in histories:
            before = None if history.state_before is None else _counted(history.state_before)
            now = _counted(history.state)
            if now == before:
                continue
            if now is not None:
                sums[now] += 1
            if before is not None:
                sums[before] -= 1
        rows = [(*key, sums[key]) for key in sorted(sums) if sums[key]]
        return Changes(sums={"list_lengths": rows})


def _counted(household: InEffect) -> tuple[str, str] | None:
    """The unit and class under which a household counts; None where it has ended."""
    record = household.record
    if record.ended_on is not None:
        return None
    classes = [one.class_ for one in record.decisions if one.scope == NATIONAL]
    return record.area, classes[-1] if classes else ""
