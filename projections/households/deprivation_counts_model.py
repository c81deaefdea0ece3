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
_Found = tuple[date, int, tuple[str, ...]]
"""A survey: its day, its place in the ledger, and the indicators."""

SURVEY_EVENTS = frozenset({e.Surveyed, e.SurveyWithdrawn})
_place = itemgetter(0, 1)


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
        sums: dict[_Key, int] = defaultdict(int)
        for history in histories:
            now, before = _spans(history)
            surveys = _surveys(history.events)
            earlier = _surveys(history.events[: history.before])
            if now != before or surveys != earlier:
                _add(sums, before, earlier, -1)
                _add(sums, now, surveys, 1)
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
    sums: dict[_Key, int], spans: Iterable[Span], surveys: Sequence[_Found], sign: int
) -> None:
    for span in spans:
        first = bisect_right(surveys, span.valid_from, key=itemgetter(0))
        day = span.valid_from
        codes = _codes(surveys[first - 1] if first else None)
        for survey in surveys[first:]:
            if survey[0] >= span.valid_to:
                break
            _count(sums, span, day, survey[0], codes, sign)
            day, codes = survey[0], _codes(survey)
        _count(sums, span, day, span.valid_to, codes, sign)


def _codes(survey: _Found | None) -> tuple[str, ...]:
    return (ALL,) if survey is None else (ALL, SURVEYED, *survey[2])


def _count(
    sums: dict[_Key, int], span: Span, since: date, until: date, codes: Sequence[str], sign: int
) -> None:
    """Counts a household under these codes from a day up to another."""
    for day, by in ((since, sign), (until, -sign)):
        if day == ALWAYS or since == until:
            continue
        month = day.replace(day=1)
        for code in codes:
            sums[span.area, span.class_, False, day, code] += by
            sums[span.area, span.class_, True, month, code] += by
