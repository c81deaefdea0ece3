"""Claims of households and persons, and the refusal of each.

A person is in one active household, an identity number is one person's, a household number is
one household's in its commune.

    p + person                a member: held by the household, free from the day they leave
    i + blind index           an identity number: held by the person for good
    n + unit id + / + number  a household number: held by the household until it ends or moves;
                              folded (`domain.households.number`)
    n + ... + # + household   the same number of a second household, recorded when numbers were
                              not yet folded
    w + blind text            who a household is by its head and village, for one without number
                              and papers: held by it, so that two lists cannot record it twice
    c + unit id + / + year + / + serial
                              a certificate number: held by the certificate for good
    h + person + household    once a member: held by that household, so that erasing finds it

The claims of rounds to a household under review (r + household) and to a worker who asked
(l + person) are declared by `domain.reviews.claims`; here are their keys, for what a decision
outside of the round asks.
"""

import hashlib
from uuid import UUID

from domain.commands.claims import Claim, ClaimKind, Release
from domain.commands.command import CommandContext
from domain.errors import Refusal, StaleVersion
from domain.eventstore.postgres import Pool, autocommitting
from domain.households.errors import (
    CertificateNumberTaken,
    HouseholdNumberTaken,
    IdentityNumberTaken,
    PersonInAnotherHousehold,
)
from domain.households.household import Household
from domain.households.number import fold_number
from domain.matching.errors import not_described

_LAST = UUID(int=2**128 - 1)


def _person_elsewhere(claim: Claim, holder: UUID) -> Refusal:
    return PersonInAnotherHousehold(person_id=person_of(claim.key), household_id=holder)


def _described(claim: Claim, holder: UUID) -> Refusal:
    return not_described(holder)


def _identity_taken(claim: Claim, holder: UUID) -> Refusal:
    return IdentityNumberTaken(person_id=holder)


def _number_taken(claim: Claim, holder: UUID) -> Refusal:
    unit, _, folded = NUMBER.subject(claim.key).decode().partition("/")
    return HouseholdNumberTaken(area=unit, number=claim.written or folded, household_id=holder)


def _trace_taken(claim: Claim, holder: UUID) -> Refusal:
    return StaleVersion(aggregates=[str(holder)])  # its key names its holder: no other can have it


def _certificate_taken(claim: Claim, holder: UUID) -> Refusal:
    unit, year, _serial = CERTIFICATE.subject(claim.key).decode().split("/")
    return CertificateNumberTaken(area=unit, year=int(year), number=claim.written)


REVIEWED, WORKER = b"r", b"l"
"""First bytes of the claims of rounds."""

PERSON = ClaimKind(b"p", _person_elsewhere)
DESCRIPTION = ClaimKind(b"w", _described, read_again=True)
IDENTITY = ClaimKind(b"i", _identity_taken, read_again=True)
NUMBER = ClaimKind(b"n", _number_taken)
TRACE = ClaimKind(b"h", _trace_taken)
CERTIFICATE = ClaimKind(b"c", _certificate_taken, read_again=True)
CLAIM_KINDS = (PERSON, DESCRIPTION, IDENTITY, NUMBER, TRACE, CERTIFICATE)
"""In the order in which a save that is refused for several says so."""


def person_key(person: UUID) -> bytes:
    """The claim to a person, held by a household."""
    return PERSON.key(person.bytes)


def person_of(key: bytes) -> UUID:
    """The person that a claim of the kind PERSON is about."""
    return UUID(bytes=PERSON.subject(key))


def identity_key(blind_index: bytes) -> bytes:
    """The claim to an identity number, held by a person."""
    return IDENTITY.key(blind_index)


def number_key(unit: str, number: str) -> bytes:
    """The claim to a household number in a commune, held by a household.

    A number has one key in all its spellings; "007" and "7" are one number.
    """
    return NUMBER.key(unit.encode(), b"/", fold_number(number).encode())


def second_number_key(unit: str, number: str, household: UUID) -> bytes:
    """The claim of a household to a number that another one in the commune had before it.

    Only numbers that were recorded before spellings were folded can have been given twice.
    """
    return number_key(unit, number) + b"#" + household.hex.encode()


def review_key(household: UUID) -> bytes:
    """The claim to the review of a household, held by an open round."""
    return REVIEWED + household.bytes


def worker_review_key(person: UUID) -> bytes:
    """The claim to the request of a low-income worker, held by an open round."""
    return WORKER + person.bytes


def described_key(blind_text: bytes) -> bytes:
    """The claim to a head in a village, held by a household. See `domain.matching.keys`."""
    return DESCRIPTION.key(blind_text)


def next_described_key(key: bytes, holder: UUID) -> bytes:
    """The claim of a household that was told apart from `holder`, which holds `key`."""
    return DESCRIPTION.key(hashlib.blake2b(key + holder.bytes, digest_size=16).digest())


def past_key(person: UUID, household: UUID) -> bytes:
    """The trace that a person was once in a household, held by that household."""
    return TRACE.key(person.bytes, household.bytes)


def certificate_key(unit: str, year: int, serial: int) -> bytes:
    """The claim to a certificate number of a commune and year; keys are in the order of serials."""
    return CERTIFICATE.key(f"{unit}/{year}/{serial:06d}".encode())


def last_certificate_serial(pool: Pool, unit: str, year: int) -> int:
    """The highest serial that a commune has given in a year; 0 before the first one."""
    first, last = certificate_key(unit, year, 0), certificate_key(unit, year, 999_999)
    with autocommitting(pool) as conn, conn.cursor(binary=True) as cursor:
        cursor.execute(
            "select max(key) from store.claims where key between %b and %b", [first, last]
        )
        (key,) = cursor.fetchone() or (None,)
    return int(key.rpartition(b"/")[2]) if key else 0


def release_number(
    household: Household, context: CommandContext, *, error: bool = False
) -> list[Release]:
    """Lets the household's number go from the effective date; with `error` as if never had."""
    if not fold_number(household.number):
        return []
    until = None if error else context.effective_on
    area, number, id_ = household.area, household.number, household.id
    return [
        Release(number_key(area, number), id_, until),
        Release(second_number_key(area, number, id_), id_, None),
    ]


def claim_number(
    household_id: UUID, area: str, number: str, context: CommandContext
) -> list[Claim]:
    """Takes a household number in a commune; nothing for a household without a number."""
    if not fold_number(number):
        return []
    return [Claim(number_key(area, number), household_id, context.effective_on, number)]


def households_of_person(pool: Pool, person: UUID) -> set[UUID]:
    """Every household that a person is or ever was a member of."""
    with autocommitting(pool) as conn, conn.cursor(binary=True) as cursor:
        cursor.execute(
            "select holder from store.claims where key = %b or key between %b and %b",
            [person_key(person), past_key(person, UUID(int=0)), past_key(person, _LAST)],
        )
        return {row[0] for row in cursor}
