"""Claims of cases: one benefit, one beneficiary, one period is held by one case.

    g + programme / benefit / + household or person + / + first day of the period, or "once"

The case holds it from its request on, and lets it go where it is refused, or closed without a grant
that stands: one that was withdrawn from the household's record as an error stands no more, and
gives way to a new request.
"""

from uuid import UUID

from domain.commands.claims import Claim, ClaimKind
from domain.errors import Refusal
from domain.support.entitlement import Period
from domain.support.errors import CaseExists


def _case_exists(claim: Claim, holder: UUID) -> Refusal:
    return CaseExists(case_id=holder)


GRANT = ClaimKind(b"g", _case_exists)
CLAIM_KINDS = (GRANT,)


def grant_key(programme: str, benefit: str, beneficiary: UUID, period: Period) -> bytes:
    """The claim to a benefit for a beneficiary in a period, held by a case."""
    named = f"{programme}/{benefit}/".encode()
    return GRANT.key(named, beneficiary.bytes, b"/", period.key.encode())
