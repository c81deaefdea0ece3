"""Listed households as the matcher takes them, and what its answers mean for a row."""

from domain.errors import Refusal
from domain.households.identity import implausible
from domain.households.number import fold_number
from domain.households.refusals import HouseholdNumberTaken
from domain.imports.existing import NobodyInCommon
from domain.imports.findings import Finding
from domain.imports.listed import ListedHousehold, ListedMember
from domain.matching import evidence as matching
from domain.matching.evidence import Described, DescribedHousehold
from domain.matching.matcher import Match
from domain.matching.refusals import IdentityNumberContradicts


def described_listed(listed: ListedHousehold) -> DescribedHousehold:
    """A household of a list as the matcher takes it."""
    return DescribedHousehold(
        listed.area,
        listed.village,
        fold_number(listed.number),
        tuple(
            Described(one.name, one.birth_date, one.birth_year, one.sex, one.id_number)
            for one in listed.members
        ),
    )


def contradiction(match: Match) -> Refusal:
    """Why a number that belongs to somebody else refuses a row."""
    first = match.candidates[0]
    agrees = first.evidence.agrees
    if matching.IDENTITY_NUMBER in agrees:
        return IdentityNumberContradicts(household_id=first.household_id)
    if len(match.candidates) > 1:
        return HouseholdNumberTaken(household_id=first.household_id)
    return NobodyInCommon(household_id=first.household_id)


def doubtful_numbers(household: ListedHousehold) -> list[Finding]:
    """A remark for each identity number that says another sex, birth year or province."""
    return [
        Finding(one.row, "id_doubtful", "id_number")
        for one in household.members
        if one.id_number and implausible(one.id_number, one.sex, year_of(one))
    ]


def year_of(one: ListedMember) -> int | None:
    """The birth year of a listed person."""
    return one.birth_date.year if one.birth_date else one.birth_year
