"""The read model `deprivation_counts` holds the changes of listed households by unit, class,
indicator and day.

What counts for a household on a day is its latest survey up to that day that says in which
indicators it is deprived, as the query `projections.households.deprivations` says, of all that is
known now. A sum up to a day is what is counted on it. Each change stands in a row of its day and in
one of its month, so that a sum reads the months before and the days of the last month.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter

from domain.eventstore.personal import Keyring
from domain.households import events as e
from domain.households.codes import LISTED
from domain.standards.standard import NATIONAL
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import ALWAYS, FOREVER, Changes, Table
from projections.households.deprivations import ALL, SURVEYED
from projections.households.spans import SPAN_EVENTS, Span, span_changes, spans_of

_Key = tuple[str, str, bool, date, str]  # of a row of the table
_Change = tuple[str, str, date, tuple[str, ...]]
"""A unit, a class, a day, and the codes under which a household counts from it on, or no more."""
_Found = tuple[date, int, tuple[str, ...]]
"""A survey: its day, its place in the ledger, and the indicators."""

SURVEY_EVENTS = frozenset({e.Surveyed, e.SurveyWithdrawn})
_day = itemgetter(0)


class DeprivationCounts(PerAggregateProjection[list[Span]]):
    """Rows with the code ALL count every listed household, those with SURVEYED the ones whose
    deprivations are known, and all others those deprived in the indicator of that code."""

    name = "deprivation_counts"
    version = 1
    topics = ("household.",)
    tables = (
        Table(
            "deprivation_counts",
            {
                "area": 'text not null collate "C"',
                "class": 'text not null collate "C"',
                "by_month": "boolean not null",
                "effective_on": "date not null",
                "code": 'text not null collate "C"',
                "households": "integer not null",
            },
            key=("area", "class", "by_month", "effective_on", "code"),
            key_first=True,
        ),
    )

    fold = staticmethod(spans_of)
    events = SPAN_EVENTS | SURVEY_EVENTS

    def changes(
        self, histories: Sequence[AggregateHistory[list[Span]]], keyring: Keyring
    ) -> Changes:
        """The sums to add to each row, in the order of keys so that writers cannot deadlock."""
        found: dict[_Change, int] = defaultdict(int)
        for history in histories:
            now, before = _spans(history)
            surveys = _surveys(history.events)
            earlier = _surveys(history.events[: history.before]) if history.before else []
            if now != before or surveys != earlier:
                _add(found, before, earlier, -1)
                _add(found, now, surveys, 1)
        sums: dict[_Key, int] = defaultdict(int)
        for (area, class_, day, codes), households in found.items():
            month = day.replace(day=1)
            for code in codes if households else ():
                sums[area, class_, False, day, code] += households
                sums[area, class_, True, month, code] += households
        rows = [(*key, sums[key]) for key in sorted(sums) if sums[key]]
        return Changes(sums={"deprivation_counts": rows})


def _spans(history: AggregateHistory[list[Span]]) -> tuple[list[Span], list[Span]]:
    """The spans on a list that are known with the new events, and that were without them."""
    now = _listed(history.state)
    if history.is_new:
        return now, []
    if SPAN_EVENTS.isdisjoint(history.new_kinds):
        return now, now
    gone, come = map(_listed, history.once(span_changes))
    return now, [span for span in now if span not in come] + gone


def _listed(spans: Iterable[Span]) -> list[Span]:
    return [
        one
        for one in spans
        if one.class_ in LISTED and one.known_to == FOREVER and one.scope == NATIONAL
    ]


def _surveys(events: Iterable[LedgerEvent]) -> list[_Found]:
    """The surveys that name indicators and are not withdrawn, by day and place in the ledger."""
    found: dict[int, _Found] = {}
    withdrawn = []
    for row in events:
        event = row.event
        if isinstance(event, e.Surveyed) and event.deprived is not None:
            found[row.version] = (event.effective_on, row.seq, event.deprived)
        elif isinstance(event, e.SurveyWithdrawn):
            withdrawn.append(event.withdraws)
    for version in withdrawn:
        found.pop(version, None)
    return sorted(found.values())


def _add(
    found: dict[_Change, int], spans: Iterable[Span], surveys: Sequence[_Found], sign: int
) -> None:
    """Counts each household under its codes from each day on, and no more from the next."""
    for span in spans:
        area, class_, since, until = span.area, span.class_, span.valid_from, span.valid_to
        first = bisect_right(surveys, since, key=_day)
        codes = _codes(surveys[first - 1]) if first else (ALL,)
        found[area, class_, since, codes] += sign
        for survey in surveys[first:]:
            if survey[0] >= until:
                break
            found[area, class_, survey[0], codes] -= sign
            codes = _codes(survey)
            found[area, class_, survey[0], codes] += sign
        if until != ALWAYS:
            found[area, class_, until, codes] -= sign


def _codes(survey: _Found) -> tuple[str, ...]:
    return (ALL, SURVEYED, *survey[2])
