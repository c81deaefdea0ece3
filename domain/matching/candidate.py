"""A candidate is a household on record that comes close to one described."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.households.household import Household
from domain.matching.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A household on record that comes close, and what speaks for and against it."""

    household: Household = field(repr=False)
    evidence: Evidence

    @property
    def household_id(self) -> UUID:
        """The id of the household."""
        return self.household.id
