"""Events that withdraw an entry of a household which was recorded by error.

A class here is never edited once events of it are stored.
"""

from domain.households.event_parts import HouseholdEvent


class Withdrawal(HouseholdEvent):
    """An entry of this household was recorded by error: from its recording on it counts no more.

    `withdraws` is the `originator_version` of that entry; `effective_on` is the entry's own, so
    that a withdrawal counts on the same days. The entry stays in the history, and whatever was
    known before the withdrawal stays known so. `reason` is free text that names no person.
    """

    TOPIC = "household.withdrawal"

    withdraws: int
    reason: str


class ScreeningWithdrawn(Withdrawal):
    """A quick screening (`screened`) was recorded by error."""

    TOPIC = "household.screening_withdrawn:1"


class SurveyWithdrawn(Withdrawal):
    """A survey (`surveyed`) was recorded by error; no decision in force rests on it."""

    TOPIC = "household.survey_withdrawn:1"


class ClassificationWithdrawn(Withdrawal):
    """A decision (`classified`) was recorded by error; withdrawn by the chairman, on a paper."""

    TOPIC = "household.classification_withdrawn:1"


class ExitWithdrawn(Withdrawal):
    """The exit (`left_poverty`) goes with its decision, which is withdrawn in the same save."""

    TOPIC = "household.exit_withdrawn:1"


class CausesWithdrawn(Withdrawal):
    """Causes of poverty (`causes_recorded`) were recorded by error."""

    TOPIC = "household.causes_withdrawn:1"


class NeedsWithdrawn(Withdrawal):
    """Needs (`needs_recorded`) were recorded by error."""

    TOPIC = "household.needs_withdrawn:1"


class PlanWithdrawn(Withdrawal):
    """A plan (`plan_agreed`) was recorded by error."""

    TOPIC = "household.plan_withdrawn:1"


class SupportWithdrawn(Withdrawal):
    """Support (`support_granted`) was recorded by error."""

    TOPIC = "household.support_withdrawn:1"
