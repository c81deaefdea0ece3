"""Describes listed households for the matcher, and turns its answers into remarks."""

from domain.errors import Refusal
from domain.households.errors import HouseholdNumberTaken
from domain.households.number import fold_number
from domain.imports.listed_household import ListedHousehold, ListedMember
from domain.imports.match import NobodyInCommon
from domain.matching import evidence as matching
from domain.matching.errors import IdentityNumberContradicts
from domain.matching.evidence import Described, DescribedHousehold
from domain.matching.matcher import Match


def described_listed(listed: ListedHousehold) -> DescribedHousehold:
    """A household of a list as the matcher takes it."""
    return DescribedHousehold(
        listed.area,
        listed.village,
        fold_number(listed.number),
        tuple(described_member(one) for one in listed.members),
    )


def described_member(member: ListedMember) -> Described:
    """A person of a list as the matcher takes them."""
    return Described(
        member.name, member.birth_date, member.birth_year, member.sex, member.id_number
    )


def contradiction(match: Match) -> Refusal:
    """The refusal of a row whose identity number belongs to another person."""
    first = match.candidates[0]
    agrees = first.evidence.agrees
    if matching.IDENTITY_NUMBER in agrees:
        return IdentityNumberContradicts(household_id=first.household_id)
    if len(match.candidates) > 1:
        return HouseholdNumberTaken(household_id=first.household_id)
    return NobodyInCommon(household_id=first.household_id)
