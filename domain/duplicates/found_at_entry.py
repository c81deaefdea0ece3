"""Pairs are found while a household or a member is entered in spite of one that comes close.

Who enters it says why they go on; that is no settlement. The two households wait as an open pair
until an account that reaches both has looked at them side by side.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from domain.commands.claims import Claim
from domain.commands.command import CommandContext
from domain.duplicates.claims import take_households
from domain.duplicates.codes import MATCHER
from domain.duplicates.events import Couple
from domain.duplicates.evidence import PairEvidence, ordered_pair
from domain.duplicates.pair import Pair, pair_id
from domain.duplicates.unsettled_households import LoadPair
from domain.households.household import Household
from domain.matching.candidate import Candidate
from domain.matching.settlement import PassedMatch, Settlement


def found_at_entry(
    load_pair: LoadPair,
    household: Household,
    persons: Sequence[UUID],
    settled: Sequence[Settlement],
    context: CommandContext,
) -> Iterator[tuple[Pair, list[Claim]]]:
    """The pairs of a household with those that were passed, new or on more evidence, with claims.

    `persons` came with the command. A household that is new has no pair yet, so nothing is read.
    """
    is_new = household.version == len(household.pending_events)
    today = replace(context, effective_on=context.recorded_on, document=None)
    for one in settled:
        if not isinstance(one, PassedMatch) or one.candidate == household.id:
            continue
        passed = one.passed
        if passed.household.ended_on is not None:
            continue
        first, second, evidence = ordered_pair(
            household.id, passed.household_id, _evidence(household, persons, passed)
        )
        pair = None if is_new else load_pair(pair_id(first, second))
        if pair is None:
            pair = Pair.find(
                today, first=first, second=second, how=MATCHER, score=None, evidence=evidence
            )
        else:
            pair.find_again(today, how=MATCHER, score=None, evidence=evidence)
        if pair.pending_events:
            yield pair, take_households(pair, today)


def _evidence(household: Household, persons: Sequence[UUID], passed: Candidate) -> PairEvidence:
    """The evidence of the matcher, with the couple of persons that it compared."""
    found = passed.evidence
    # The matcher is told the head first.
    described = sorted(persons, key=lambda one: one != household.head)
    codes = found.of_couple()
    if not codes or found.person is None or found.member >= len(described):
        return PairEvidence(found.codes(), ())
    return PairEvidence(found.codes(), (Couple(described[found.member], found.person, codes),))
