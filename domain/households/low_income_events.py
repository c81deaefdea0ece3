"""Events of low-income workers (người lao động có thu nhập thấp): a status of a person.

Nghị định 30/2025/NĐ-CP made it. It is recorded with the household that the person is a member of,
as the income that it rests on is the household's. A class here is never edited once events of it
are stored.
"""

from uuid import UUID

from domain.households.event_parts import Comparison, HouseholdEvent


class LowIncomeWorkerRecognised(HouseholdEvent):
    """A signed decision recognises a member as a low-income worker, from the effective date on.

    `standard` and its digest hold the ceiling. `proposed` is what they gave for the survey,
    "recognised" or "not_recognised", "" where they could not say; the decision is against it only
    with an `override_reason`. `survey_id` is None where no survey was named, `round_id` where the
    decision is of no review round.
    """

    TOPIC = "household.low_income_worker_recognised:1"

    person_id: UUID
    standard: str
    standard_digest: str
    survey_id: UUID | None
    round_id: UUID | None
    proposed: str
    override_reason: str
    comparisons: tuple[Comparison, ...]
    reasons: tuple[str, ...]


class LowIncomeRecognitionWithdrawn(HouseholdEvent):
    """The recognition of a member is withdrawn: from the effective date on it does not hold.

    `reasons` are codes of `domain.households.codes.LOW_INCOME_WITHDRAWALS`.
    """

    TOPIC = "household.low_income_recognition_withdrawn:1"

    person_id: UUID
    reasons: tuple[str, ...]
