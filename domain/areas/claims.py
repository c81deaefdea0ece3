"""The claim of an administrative unit to its official code."""

from uuid import UUID

from domain.areas.errors import CodeInUse
from domain.commands.claims import Claim, ClaimKind


def _code_in_use(claim: Claim, holder: UUID) -> CodeInUse:
    return CodeInUse(codes=[CODE.subject(claim.key).decode()])


CODE = ClaimKind(b"a", _code_in_use)
CLAIM_KINDS = (CODE,)


def area_code_key(code: str) -> bytes:
    """The claim to an official code, held by an administrative unit."""
    return CODE.key(code.encode())
