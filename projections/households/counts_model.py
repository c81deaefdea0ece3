"""The read model `counts` holds the changes of households and persons by unit, class and day.

A row holds what changes in one unit and class on one day, by the day in Việt Nam on which it became
known; a sum up to a day is the count on that day, and a sum of what was known before another day is
that count as known then. Rows are sums over the spans of the national scope: a span counts from the
day on which it became known, and is taken back on the day from which it is no longer so. `shard`
(the first two bits of the household's id) keeps workers that rebuild different households out of
each other's rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from domain.calendar import day_of
from domain.eventstore.personal import Keyring
from domain.standards.standard import NATIONAL
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import ALWAYS, FOREVER, Changes, Table
from projections.households.spans import SPAN_EVENTS, Span, span_changes, spans_of

_Key = tuple[str, str, date, date, int]  # of a row of the table
_MEASURES = ("households", "persons", "no_labour_capacity", "ethnic_minority", "meritorious")


class Counts(PerAggregateProjection[list[Span]]):
    """The read model of changes in each unit and class on each day."""

    name = "counts"
    version = 2
    topics = ("household.",)
    tables = (
        Table(
            "counts",
            {
                "area": "text not null",
                "class": "text not null",
                "effective_on": "date not null",
                "known_on": "date not null",
                "shard": "smallint not null",
                **dict.fromkeys(_MEASURES, "integer not null"),
            },
            key=("area", "class", "effective_on", "known_on", "shard"),
            key_first=True,
        ),
    )

    fold = staticmethod(spans_of)
    events = SPAN_EVENTS

    def changes(
        self, histories: Sequence[AggregateHistory[list[Span]]], keyring: Keyring
    ) -> Changes:
        """The sums to add to each row, in the order of keys so that writers cannot deadlock."""
        sums: dict[_Key, list[int]] = defaultdict(lambda: [0] * len(_MEASURES))
        for history in histories:
            gone, come = history.once(span_changes)
            _add(sums, gone, -1)
            _add(sums, come, 1)
        rows = [(*key, *sums[key]) for key in sorted(sums) if any(sums[key])]
        return Changes(sums={"counts": rows})


def _add(sums: dict[_Key, list[int]], spans: Iterable[Span], sign: int) -> None:
    for span in spans:
        if span.scope != NATIONAL:
            continue
        _add_known(sums, span, span.known_from, sign)
        if span.known_to != FOREVER:
            _add_known(sums, span, span.known_to, -sign)


def _add_known(sums: dict[_Key, list[int]], span: Span, moment: datetime, sign: int) -> None:
    known_on, shard = day_of(moment), span.household_id.int >> 126
    measures = (
        1, span.persons, span.no_labour_capacity, span.ethnic_minority, span.meritorious,
    )  # fmt: skip
    for day, by in ((span.valid_from, sign), (span.valid_to, -sign)):
        if day != ALWAYS:
            row = sums[span.area, span.class_, day, known_on, shard]
            for i, measure in enumerate(measures):
                row[i] += by * measure
