"""The codes on the papers of a household: of its certificates, or of the letter itself.

A household without any certificate gets a code of its own on the slip with the one-time code.
"""

from typing import NamedTuple
from uuid import UUID

from domain.eventstore.personal import Keyring
from domain.households.household import Household
from projections.households import check_codes
from service.own_view.errors import PaperCodeMalformed


class PaperCodes(NamedTuple):
    """All codes that lead to a household, and the one that the slip prints, "" where none need be.

    Where a certificate is there, the slip leads to it: the two codes then lie on two papers.
    """

    keys: tuple[bytes, ...]
    printed: str


def letter_key(keyring: Keyring, household_id: UUID) -> bytes:
    """The code of the letter to a household."""
    return keyring.blind_text(f"own_view/letter/{household_id}")[: check_codes.LENGTH]


def codes_of(keyring: Keyring, household: Household) -> PaperCodes:
    """The codes on the papers of a household as they are now."""
    letter = letter_key(keyring, household.id)
    certificates = [check_codes.certificate_key(keyring, one) for one in household.certificates]
    printed = "" if certificates else check_codes.written(letter)
    return PaperCodes((*certificates, letter), printed)


def read_paper_code(typed: str) -> bytes:
    """The code of a paper as typed, or as it stands in an address. Raises PaperCodeMalformed."""
    key = check_codes.read(typed.strip())
    if key is None:
        raise PaperCodeMalformed
    return key
