"""The read model `timeline` holds one thin row for each event that concerns a household.

An event that names another household (a split, a merger) concerns both and has a row in each
timeline. No sentence is stored: it is made from the event when it is shown.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from operator import itemgetter
from uuid import UUID

from domain.eventstore.personal import Keyring
from domain.households import events as e
from projections.engine.read_model import AggregateHistory, PerAggregateProjection, no_state
from projections.engine.tables import Changes, Table, TableRow


class Timeline(PerAggregateProjection[None]):
    """Rows are only ever added: what was known when an event was recorded does not change.

    `area` is where the household lived on the day of the event, as known when it was recorded;
    in the other household's timeline it is that of the household whose event it is.
    """

    name = "timeline"
    version = 1
    topics = ("household.",)
    tables = (
        Table(
            "timeline",
            {
                "household_id": "uuid not null",
                "seq": "bigint not null",
                "originator_id": "uuid not null",
                "version": "integer not null",
                "topic": "text not null",
                "effective_on": "date not null",
                "recorded_at": "timestamptz not null",
                "account": "text not null",
                "role": "text not null",
                "document": "text not null",
                "area": "text not null",
            },
            key=("household_id", "seq"),
        ),
    )

    fold = staticmethod(no_state)

    def changes(self, histories: Sequence[AggregateHistory[None]], keyring: Keyring) -> Changes:
        """A row for each new event in the timeline of each household concerned."""
        return Changes(inserts={"timeline": [row for h in histories for row in _rows(h)]})


def concerned(event: e.HouseholdEvent) -> tuple[UUID, ...]:
    """The household of an event, and the other one that it names."""
    own = event.originator_id
    match event:
        case e.SplitOff():
            return own, event.new_household
        case e.MergedInto():
            return own, event.into
        case e.MembersReceived():
            return own, event.merged_from
        case e.Registered(split_from=UUID() as other):
            return own, other
    return (own,)


def _rows(history: AggregateHistory[None]) -> Iterator[TableRow]:
    places: list[tuple[date, int, str]] = []
    for index, row in enumerate(history.events):
        seq, event = row.seq, row.event
        if isinstance(event, _PLACING):
            place = (event.effective_on, seq, event.area)
            places.insert(bisect_right(places, place), place)
        if index < history.before:
            continue
        if len(places) == 1:
            area = places[0][2]
        else:
            at = bisect_right(places, (event.effective_on, seq), key=itemgetter(0, 1))
            area = places[max(at - 1, 0)][2]
        rest = (
            seq, event.originator_id, event.originator_version, event.TOPIC, event.effective_on,
            event.timestamp, event.actor.account, event.actor.role,
            event.document.number if event.document else "", area,
        )  # fmt: skip
        for household_id in (
            concerned(event) if isinstance(event, _NAMING) else (history.aggregate_id,)
        ):
            yield household_id, *rest


_PLACING = (e.Registered, e.Moved)
_NAMING = (e.Registered, e.SplitOff, e.MergedInto, e.MembersReceived)
