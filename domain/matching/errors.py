"""Refusals of matching. None of them holds personal data."""

from collections.abc import Iterable
from typing import cast
from uuid import UUID

from domain.errors import Refusal
from domain.matching.candidate import Candidate


class PossibleMatch(Refusal):
    """This may be on record already, or there is something to confirm: look, then say which."""

    # `candidates` are for the API and the pages: those that a reader may see go into `shown`;
    # `warnings` are codes of `domain.matching.evidence`.
    code = "possible_match"

    def __init__(
        self, candidates: tuple[Candidate, ...] = (), warnings: tuple[str, ...] = ()
    ) -> None:
        self.shown: dict[str, list[object]] = {}
        self.candidates = candidates
        self.warnings = warnings
        super().__init__(candidates=len(candidates), warnings=list(warnings))


class HouseholdDescribed(Refusal):
    """A household with this head in this village was recorded a moment ago."""

    code = "household_described"

    @property
    def households(self) -> frozenset[UUID]:
        """The households that it names."""
        return frozenset(cast("Iterable[UUID]", self.values["households"]))


class IdentityNumberContradicts(Refusal):
    """The identity number is that of a person on record with another name and birth."""

    code = "identity_number_contradicts"


class MatchingNotReady(Refusal):
    """The index of who is on record is still being made; try again in a few minutes."""

    code = "matching_not_ready"


class AnywayWithoutReason(Refusal):
    """Registering in spite of a possible match takes a reason."""

    code = "anyway_without_reason"


def not_described(household_id: UUID) -> HouseholdDescribed:
    """The refusal, naming the household."""
    return HouseholdDescribed(household_id=household_id, households=[household_id])
