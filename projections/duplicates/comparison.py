"""Compares two households on record, and says the evidence of a pair in codes.

The words of the evidence are those of the matcher (`domain.matching.evidence`), so that an answer
that an officer gave there holds here as well.
"""

from collections.abc import Iterable
from uuid import UUID

from domain.duplicates.commands import FoundEvidence
from domain.duplicates.events import Couple
from domain.matching.evidence import (
    BIRTH,
    IDENTITY_NUMBER,
    NAME,
    NEARLY,
    Described,
    DescribedHousehold,
    Evidence,
    compare_households,
    compare_persons,
)

BIRTH_SWAPPED = "birth_swapped"
_OTHER_NUMBER, _OTHER_BIRTH = f"not:{IDENTITY_NUMBER}", f"not:{BIRTH}"


def codes_of_couple(person: Described, other: Described) -> tuple[str, ...]:
    """The codes of what agrees, nearly agrees and differs between two persons."""
    agrees, nearly, differs = compare_persons(person, other)
    evidence = Evidence("", tuple(sorted(agrees)), tuple(sorted(nearly)), tuple(sorted(differs)))
    codes = list(evidence.codes())
    if _OTHER_BIRTH in codes and is_swapped(person, other):
        codes[codes.index(_OTHER_BIRTH)] = BIRTH_SWAPPED
    return tuple(codes)


def is_swapped(person: Described, other: Described) -> bool:
    """Whether the birth dates are one with day and month in each other's place."""
    born, day = person.birth_date, other.birth_date
    if born is None or day is None or born == day:
        return False
    return (born.year, born.month, born.day) == (day.year, day.day, day.month)


def is_told_apart(person: Described, other: Described, codes: Iterable[str]) -> bool:
    """Whether two identity numbers tell the persons apart: both are known, they differ in more
    than a slip of the pen, and name and whole birth date are not the same."""
    said = set(codes)
    if _OTHER_NUMBER not in said or NEARLY[IDENTITY_NUMBER] in said:
        return False
    born = person.birth_date
    whole = born is not None and born == other.birth_date and (born.month, born.day) != (1, 1)
    return not (whole and NAME in said)


def evidence_of(
    first: DescribedHousehold, second: DescribedHousehold, couples: Iterable[tuple[UUID, UUID]]
) -> FoundEvidence | None:
    """The evidence of a pair; None where no couple is left that may be one person.

    The couples are persons of the first and of the second household.
    """
    here = {one.person: one for one in first.members}
    there = {one.person: one for one in second.members}
    found = []
    for person, other in couples:
        if person not in here or other not in there:
            continue
        codes = codes_of_couple(here[person], there[other])
        if not is_told_apart(here[person], there[other], codes):
            found.append(Couple(person, other, codes))
    if not found:
        return None
    return FoundEvidence(compare_households(first, second).codes(), tuple(found))
