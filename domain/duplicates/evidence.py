"""Evidence of a pair: what it says, and whether it says more than what was known.

Pure. A settlement holds for its evidence: a pair is open again only where something new speaks for
one household or one person, or where something that spoke against it is gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from domain.duplicates.codes import MOST_COUPLES
from domain.duplicates.events import Couple

AGAINST = "not:"


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """The evidence of a pair: codes of the two households, and the couples of persons.

    The first person of a couple is of the first household.
    """

    households: tuple[str, ...]
    couples: tuple[Couple, ...]

    def ordered(self) -> "PairEvidence":
        """The same evidence in the order in which events hold it."""
        couples = sorted(self.couples, key=lambda one: (one.first, one.second))
        return PairEvidence(
            tuple(sorted(self.households)),
            tuple(
                Couple(one.first, one.second, tuple(sorted(one.evidence)))
                for one in couples[:MOST_COUPLES]
            ),
        )

    def turned(self) -> "PairEvidence":
        """The same evidence seen from the other household."""
        return PairEvidence(
            self.households,
            tuple(Couple(one.second, one.first, one.evidence) for one in self.couples),
        )


def ordered_pair(
    household: UUID, other: UUID, evidence: PairEvidence
) -> tuple[UUID, UUID, PairEvidence]:
    """A pair with the lower id first, and its evidence in that order: the same from both sides."""
    if household < other:
        return household, other, evidence.ordered()
    return other, household, evidence.turned().ordered()


def says_more(found: PairEvidence, known: PairEvidence) -> bool:
    """Whether evidence says more for one household or person than what is known."""
    if codes_say_more(found.households, known.households):
        return True
    before = {(one.first, one.second): one.evidence for one in known.couples}
    return any(
        (one.first, one.second) not in before
        or codes_say_more(one.evidence, before[one.first, one.second])
        for one in found.couples
    )


def codes_say_more(found: Iterable[str], known: Iterable[str]) -> bool:
    """Whether a code for it is new, or one against it is gone."""
    new, old = set(found), set(known)
    return any(code not in old for code in new if not code.startswith(AGAINST)) or any(
        code not in new for code in old if code.startswith(AGAINST)
    )
