"""Claims: what can be in one place only, and who has it.

A person is in one active household, an identity number is one person's, a household number is
one household's in its commune. Claims are taken in the transaction of the events that need them,
so concurrent writers cannot both have one.

    p + person                a member: held by the household, free from the day they leave
    i + blind index           an identity number: held by the person for good
    n + unit id + / + number  a household number: held by the household until it ends or moves;
                              folded (`domain.households.number`)
    n + ... + # + household   the same number of a second household, recorded when numbers were
                              not yet folded
    w + blind text            who a household is by its head and village, for one without number
                              and papers: held by it, so that two lists cannot record it twice
    h + person + household    once a member: held by that household, so that erasing finds it
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg_pool import ConnectionPool

from domain.households.number import fold_number

if TYPE_CHECKING:
    from domain.eventstore.personal import Keyring

_LAST = UUID(int=2**128 - 1)


def person_key(person: UUID) -> bytes:
    """The claim to a person, held by a household."""
    return b"p" + person.bytes


def identity_key(blind_index: bytes) -> bytes:
    """The claim to an identity number, held by a person."""
    return b"i" + blind_index


def number_key(unit: str, number: str) -> bytes:
    """The claim to a household number in a commune, held by a household.

    A number has one key in all its spellings; "007" and "7" are one number.
    """
    return b"n" + unit.encode() + b"/" + fold_number(number).encode()


def second_number_key(unit: str, number: str, household: UUID) -> bytes:
    """The claim of a household to a number that another one in the commune had before it.

    Only numbers that were recorded before spellings were folded can have been given twice.
    """
    return number_key(unit, number) + b"#" + household.hex.encode()


def described_key(blind_text: bytes) -> bytes:
    """The claim to a head in a village, held by a household. See `domain.matching.keys`."""
    return b"w" + blind_text


def next_described_key(key: bytes, holder: UUID) -> bytes:
    """The claim of a household that was told apart from `holder`, which holds `key`."""
    return b"w" + hashlib.blake2b(key + holder.bytes, digest_size=16).digest()


def past_key(person: UUID, household: UUID) -> bytes:
    """The trace that a person was once in a household, held by that household."""
    return b"h" + person.bytes + household.bytes


def area_code_key(code: str) -> bytes:
    """The claim to an official code, held by an administrative unit."""
    return b"a" + code.encode()


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A claim as it stands: `until` is the first day on which it is free, None while it is held."""

    holder: UUID
    since: date
    until: date | None

    def free_for(self, holder: UUID, since: date) -> bool:
        """Whether `holder` could take it from `since` on."""
        return self.holder == holder or (self.until is not None and self.until <= since)


def find_claims(pool: ConnectionPool[Any], keys: Iterable[bytes]) -> dict[bytes, StoredClaim]:
    """The claims that stand for these keys, released ones included; one query."""
    wanted = list(keys)
    if not wanted:
        return {}
    with pool.connection() as conn, conn.cursor(binary=True) as cursor:
        cursor.execute(
            "select key, holder, since, until from store.claims where key = any(%b::bytea[])",
            [wanted],
        )
        return {row[0]: StoredClaim(*row[1:]) for row in cursor}


class ClaimReader:
    """Claims as they stand in the store; see `held`."""

    def __init__(self, pool: ConnectionPool[Any], keyring: "Keyring") -> None:
        self._pool = pool
        self._keyring = keyring

    def identity(self, id_number: str) -> bytes:
        """The key of the claim to an identity number."""
        return identity_key(self._keyring.blind_index(id_number))

    def look(self, keys: Iterable[bytes]) -> Mapping[bytes, StoredClaim]:
        """The claims that stand for these keys, released ones included."""
        return find_claims(self._pool, keys)

    def holder(self, key: bytes) -> UUID | None:
        """Who holds this key now."""
        claim = self.look([key]).get(key)
        return claim.holder if claim is not None and claim.until is None else None

    def is_newcomer(self, holder: UUID) -> bool:
        """Whether the holder is part of the same save; one save holds one household here."""
        return False


def keys_of(pool: ConnectionPool[Any], holder: UUID) -> set[bytes]:
    """The keys of all claims that a person or household holds or held last."""
    with pool.connection() as conn, conn.cursor(binary=True) as cursor:
        cursor.execute("select key from store.claims where holder = %b", [holder])
        return {row[0] for row in cursor}


def households_of_person(pool: ConnectionPool[Any], person: UUID) -> set[UUID]:
    """Every household that a person is or ever was a member of."""
    with pool.connection() as conn, conn.cursor(binary=True) as cursor:
        cursor.execute(
            "select holder from store.claims where key = %b or key between %b and %b",
            [person_key(person), past_key(person, UUID(int=0)), past_key(person, _LAST)],
        )
        return {row[0] for row in cursor}
