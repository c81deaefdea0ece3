"""Claims of the own view: which household the code on a paper leads to.

o + code of a paper        held by the own view of the household for good

So a try asks the store itself, and no read model: a paper that was just printed leads to its
household at once, and one that leads nowhere is known to.
"""

from uuid import UUID

from domain.commands.claims import Claim, ClaimKind
from domain.commands.command import CommandContext
from domain.errors import Refusal
from domain.own_view.errors import PaperCodeTaken


def _taken(claim: Claim, holder: UUID) -> Refusal:
    return PaperCodeTaken()


PAPER = ClaimKind(b"o", _taken)
CLAIM_KINDS = (PAPER,)


def paper_key(code: bytes) -> bytes:
    """The claim to the code of a paper."""
    return PAPER.key(code)


def claim_paper(code: bytes, own_view: UUID, context: CommandContext) -> Claim:
    """Leads the code of a paper to an own view."""
    return Claim(paper_key(code), own_view, context.effective_on)
