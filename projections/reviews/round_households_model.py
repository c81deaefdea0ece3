"""The read model `round_households` holds the households under review, as their round's steps went.

It holds no name: names are asked of `register` for the page that shows them.
"""

from collections.abc import Sequence

from domain.eventstore.personal import Keyring
from domain.reviews.round import ReviewedHousehold, RoundRecord
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow
from projections.reviews.fold import Rows, differences, fold
from projections.reviews.round_step import recorded_step
from projections.vietnamese import place_key

RESULT, OPENING = "result", "opening"


class RoundHouseholds(PerAggregateProjection[RoundRecord]):
    """One row for each household on the list of households to review of a round.

    `place` is its place in the order of listing. `since` is the day from which a survey counts.
    `survey_id`, `computed`, `class`, `opening_class`, the votes and `result_on` are of its latest
    result, "" or null before. `notice_on` is the last day to object. `decided` and
    `opening_decided` are the kinds of the decisions on the two lists, "" before.
    """

    name = "round_households"
    version = 1
    topics = ("review.",)
    tables = (
        Table(
            "round_households",
            {
                "round_id": "uuid not null",
                "household_id": "uuid not null",
                "place": "integer not null",
                "village": "text not null",
                "village_key": 'text not null collate "C"',
                "source": 'text not null collate "C"',
                "kind": 'text not null collate "C"',
                "step": 'text not null collate "C"',
                "listed_on": "date not null",
                "since": "date not null",
                "attempts": "integer not null",
                "class_before": 'text not null collate "C"',
                "survey_id": "uuid",
                "result_on": "date",
                "computed": 'text not null collate "C"',
                "class": 'text not null collate "C"',
                "override_reason": "text not null",
                "opening_class": 'text not null collate "C"',
                "votes_for": "integer",
                "attendance": "integer",
                "posted_on": "date",
                "until": "date",
                "grievances": "integer not null",
                "grievance_due_on": "date",
                "notice_reason": 'text not null collate "C"',
                "notice_on": "date",
                "decided": 'text not null collate "C"',
                "opening_decided": 'text not null collate "C"',
                "refused_on": "date",
            },
            key=("round_id", "household_id"),
            indexes=(
                "create index {table}_household on {table} (household_id)",
                "create index {table}_place on {table} (round_id, village_key, place)",
            ),
        ),
    )

    fold = staticmethod(fold)

    def changes(
        self, histories: Sequence[AggregateHistory[RoundRecord]], keyring: Keyring
    ) -> Changes:
        """The rows that differ."""
        return differences(self.tables, histories, _rows)


def _rows(history: AggregateHistory[RoundRecord], round_: RoundRecord) -> Rows:
    id_ = history.aggregate_id
    return {
        "round_households": {
            (id_, one.household): (id_, one.household, place, *_row(round_, one))
            for place, one in enumerate(round_.households.values(), start=1)
        }
    }


def _row(round_: RoundRecord, one: ReviewedHousehold) -> TableRow:
    result = one.result
    proposed = {each.list_code: each for each in result.proposed} if result else {}
    own, opening = proposed.get(RESULT), proposed.get(OPENING)
    due = [each.due_on for each in one.grievances.values() if each.is_open and each.due_on]
    notices = list(one.notices.values())
    return (
        one.village, place_key(one.village), one.source, one.kind, recorded_step(round_, one),
        one.listed_on, one.since, one.attempts, one.class_before,
        result.survey_id if result else None, one.result_on,
        own.computed if own else "", own.class_ if own else "",
        own.override_reason if own else "", opening.class_ if opening else "",
        result.votes_for if result else None, one.attendance if result else None,
        one.posted_on, one.until, len(one.grievances), min(due, default=None),
        notices[0][0] if notices else "", max((day for _, day in notices), default=None),
        one.decided.get(RESULT, ""), one.decided.get(OPENING, ""), one.refused_on,
    )  # fmt: skip
