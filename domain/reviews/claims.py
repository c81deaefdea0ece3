"""Claims of review rounds, and the refusal of each.

r + household                    a household under review: held by its round until it closes
l + person                       a worker who asked to be recognised: held by the round likewise
d + unit id / year / number      a number of a decision: held by that decision for good
"""

from uuid import UUID

from domain.commands.claims import Claim, ClaimKind, Release
from domain.commands.command import CommandContext
from domain.errors import Refusal
from domain.households import claims
from domain.reviews.errors import (
    DecisionNumberTaken,
    HouseholdInAnotherRound,
    PersonInAnotherRound,
)


def _in_another_round(claim: Claim, holder: UUID) -> Refusal:
    return HouseholdInAnotherRound(household_id=UUID(bytes=REVIEWED.subject(claim.key)))


def _person_in_another_round(claim: Claim, holder: UUID) -> Refusal:
    return PersonInAnotherRound(person_id=UUID(bytes=WORKER.subject(claim.key)))


def _number_taken(claim: Claim, holder: UUID) -> Refusal:
    return DecisionNumberTaken(number=claim.written, year=claim.since.year)


REVIEWED = ClaimKind(claims.REVIEWED, _in_another_round)
WORKER = ClaimKind(claims.WORKER, _person_in_another_round)
DECISION_NUMBER = ClaimKind(b"d", _number_taken)
CLAIM_KINDS = (REVIEWED, WORKER, DECISION_NUMBER)


def reviewed_key(household: UUID) -> bytes:
    """The claim to the review of a household, held by a round."""
    return REVIEWED.key(household.bytes)


def claim_review(household: UUID, round_id: UUID, context: CommandContext) -> Claim:
    """Takes a household into a round."""
    return Claim(reviewed_key(household), round_id, context.effective_on)


def release_review(household: UUID, round_id: UUID) -> Release:
    """Lets a household go, so that another round may take it on any day."""
    return Release(reviewed_key(household), round_id, None)


def claim_worker(person: UUID, round_id: UUID, context: CommandContext) -> Claim:
    """Takes a worker's request into a round."""
    return Claim(WORKER.key(person.bytes), round_id, context.effective_on)


def release_worker(person: UUID, round_id: UUID) -> Release:
    """Lets a worker go, who may ask in another round on any day."""
    return Release(WORKER.key(person.bytes), round_id, None)


def claim_number(area: str, number: str, decision: UUID, context: CommandContext) -> Claim:
    """Takes a number for a decision of the commune in the year of its signing.

    Blanks and capitals make no other number.
    """
    paper = context.document
    signed_on = paper.signed_on if paper and paper.signed_on else context.effective_on
    folded = "".join(number.split()).casefold()
    key = DECISION_NUMBER.key(f"{area}/{signed_on.year}/{folded}".encode())
    return Claim(key, decision, signed_on, number)
