"""A worker of a household under review, on the track of low-income workers."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.reviews import events


@dataclass(slots=True)
class ReviewedWorker:
    """A worker by the request; `outcome` is None before the result of the household."""

    request_id: UUID
    person_id: UUID
    outcome: events.WorkerOutcome | None = None
    recognised_on: date | None = None
    refused_on: date | None = None

    @property
    def is_answered(self) -> bool:
        """Whether the request has its decision or its refusal."""
        return self.recognised_on is not None or self.refused_on is not None
