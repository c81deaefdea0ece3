"""Households that have an unsettled duplicate, as the store has it at this moment.

A household is unsettled while a pair of it is open. A pair settled as the same goes on to hold both
until it is put right: until one of two same households has ended, or the same person has left one
of the two. A pair with an ended household holds nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from domain.duplicates.claims import pairs_of
from domain.duplicates.codes import SAME_PERSON
from domain.duplicates.pair import Pair
from domain.eventstore.postgres import Pool
from domain.households.household import Household

LoadPair = Callable[[UUID], Pair | None]
LoadHouseholds = Callable[[Iterable[UUID]], Mapping[UUID, Household]]


def unsettled(
    pool: Pool,
    load_pair: LoadPair,
    load_households: LoadHouseholds,
    household_ids: Iterable[UUID],
) -> frozenset[UUID]:
    """Those of the households that have an unsettled duplicate. Reads claims and aggregates."""
    wanted = frozenset(household_ids)
    pairs = [pair for id_ in pairs_of(pool, wanted) if (pair := load_pair(id_)) is not None]
    if not pairs:
        return frozenset()
    homes = load_households({id_ for pair in pairs for id_ in pair.households})
    found = {id_ for pair in pairs if holds(pair, homes) for id_ in pair.households}
    return wanted & found


def holds(pair: Pair, homes: Mapping[UUID, Household]) -> bool:
    """Whether a pair still stands in the way of its two households."""
    first, second = (homes.get(id_) for id_ in pair.households)
    if first is None or second is None:
        return False
    if first.ended_on is not None or second.ended_on is not None:
        return False
    if pair.verdict == SAME_PERSON:
        return any(
            one.first in first.members and one.second in second.members
            for one in pair.evidence.couples
        )
    return True
