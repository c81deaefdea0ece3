"""Claims of a pair to its two households, which say at once that a household has an open pair.

    q + household + other     held by the pair from its finding until it is settled as different

So a command asks the store itself, in the moment it is decided, and no read model.
"""

from collections.abc import Iterable
from uuid import UUID

from domain.commands.claims import Claim, ClaimKind, Release
from domain.commands.command import CommandContext
from domain.duplicates.pair import Pair
from domain.errors import Refusal, StaleVersion
from domain.eventstore.postgres import Pool, autocommitting, uuid_array


def _pair_taken(claim: Claim, holder: UUID) -> Refusal:
    return StaleVersion(aggregates=[str(holder)])  # its key names its holder: no other can have it


PAIR = ClaimKind(b"q", _pair_taken)
CLAIM_KINDS = (PAIR,)

_FIRST, _LAST = UUID(int=0).bytes, UUID(int=2**128 - 1).bytes


def pair_keys(pair: Pair) -> tuple[bytes, bytes]:
    """The keys of a pair: one for each household."""
    first, second = pair.first.bytes, pair.second.bytes
    return PAIR.key(first, second), PAIR.key(second, first)


def take_households(pair: Pair, context: CommandContext) -> list[Claim]:
    """Takes both households for a pair that waits."""
    return [Claim(key, pair.id, context.effective_on) for key in pair_keys(pair)]


def let_households_go(pair: Pair) -> list[Release]:
    """Lets both households go, as if the pair had never had them."""
    return [Release(key, pair.id, None) for key in pair_keys(pair)]


def pairs_of(pool: Pool, households: Iterable[UUID]) -> set[UUID]:
    """The pairs that hold one of these households; one query."""
    with autocommitting(pool) as conn, conn.cursor(binary=True) as cursor:
        cursor.execute(
            "select distinct c.holder from unnest(%b) as h (id) cross join lateral"
            " (select holder from store.claims where key between %b || uuid_send(h.id) || %b"
            " and %b || uuid_send(h.id) || %b) as c",
            [uuid_array(households), PAIR.prefix, _FIRST, PAIR.prefix, _LAST],
        )
        return {row[0] for row in cursor}
