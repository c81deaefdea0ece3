"""A household of a list that is on record already: the list can give it a class and causes.

Who lives in it is not changed by a list: a person who is on one side only is reported, and a
person decides whether somebody joined, left, or was left out by mistake.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.casework import Casework
from domain.claims import Held, held, identity_key, number_key, person_key
from domain.errors import Refusal
from domain.facts import Facts
from domain.households.household import Household
from domain.households.inputs import ClassInput
from domain.households.refusals import HouseholdEnded
from domain.imports.exits import has_left
from domain.imports.findings import Finding
from domain.imports.listed import ListedHousehold, ListedMember


class HouseholdElsewhere(Refusal):
    """The household is recorded in another commune: record its move first."""

    code = "household_elsewhere"


class NobodyInCommon(Refusal):
    """The household with this number has none of these persons: one of the two is wrong."""

    code = "nobody_in_common"


class Existing:
    """Some households of a list beside those on record: who they are, and what is different.

    `known` says by row which household a listed one is known to be; of the others, their number
    and their head's identity number do. Everything is read at once, in a few queries.
    """

    def __init__(
        self,
        casework: Casework,
        listed: Sequence[ListedHousehold],
        known: Mapping[int, UUID],
    ) -> None:
        self.casework = casework
        self._heads = {
            one.row: identity_key(casework.keyring.blind_index(one.head.id_number))
            for one in listed
            if one.head.id_number
        }
        numbers = [number_key(one.area, one.number) for one in listed if one.number]
        claims = held(casework.pool, [*numbers, *self._heads.values()])
        persons = [person_key(claim.holder) for key, claim in claims.items() if key[:1] == b"i"]
        self._claims = claims | held(casework.pool, persons)
        found = [known.get(one.row) or self._named(one) for one in listed]
        self.ids = {one.row: id_ for one, id_ in zip(listed, found, strict=True) if id_}
        self._households = casework.households.load_many(set(self.ids.values()))
        self._revealed = casework.keyring.reveal_many(
            member.private for one in self._households.values() for member in one.members.values()
        )

    def compare(
        self, listed: ListedHousehold, facts: Facts, decision: ClassInput
    ) -> tuple[bool, list[Finding]]:
        """Whether the decision of the list is news for its household, and in what else they differ.

        Raises HouseholdElsewhere, HouseholdEnded, NobodyInCommon.
        """
        household = self._households[self.ids[listed.row]]
        if household.ended_on is not None:
            raise HouseholdEnded(ended_on=household.ended_on, how=household.ended_how)
        self._check_place(household, listed)
        findings = self._differences(household, listed)
        if listed.leaves:
            # Lists of exits may name heads alone, so who is not on them says nothing.
            findings = [one for one in findings if one.code != "member_not_on_list"]
            return not has_left(household, listed, facts), findings
        return not self._has_decision(household, facts, decision), findings

    def _named(self, listed: ListedHousehold) -> UUID | None:
        """The household that has the number and the head of this one, where the two agree."""
        by_number = self._holder(number_key(listed.area, listed.number)) if listed.number else None
        person = self._holder(self._heads.get(listed.row, b""))
        by_head = self._holder(person_key(person)) if person else None
        if by_number and by_head and by_number != by_head:
            return None
        return by_number or by_head

    def _holder(self, key: bytes) -> UUID | None:
        return _holder(self._claims, key)

    def _check_place(self, household: Household, listed: ListedHousehold) -> None:
        """The same commune, or the one that the household's own commune went over into."""
        if household.area == listed.area:
            return
        place = self.casework.areas.directory.lineage.place(household.area, listed.effective_on)
        if not place.exact or place.node != listed.area:
            raise HouseholdElsewhere(household_id=household.id, area=household.area)

    @staticmethod
    def _has_decision(household: Household, facts: Facts, decision: ClassInput) -> bool:
        """Whether this paper is recorded: the same number and day with the same class."""
        paper = facts.document
        return any(
            one.scope == decision.scope
            and one.class_ == decision.class_
            and one.effective_on == facts.effective_on
            and one.document is not None
            and paper is not None
            and (one.document.number, one.document.signed_on) == (paper.number, paper.signed_on)
            for one in household.decisions
        )

    def _differences(self, household: Household, listed: ListedHousehold) -> list[Finding]:
        """Persons who are only on the list, and how many are only on record.

        A person is the same by identity number, or by name and birth year where either side has
        no number. Erased persons cannot be compared and count as on the list.
        """
        unmatched: list[tuple[str, str, int | None]] = []
        for one in household.members.values():
            private = self._revealed[one.private.subject, one.private.sealed]
            if private is not None:
                name = str(private.get("name", "")).casefold()
                unmatched.append((str(private.get("id_number", "")), name, one.birth_year))
        findings = []
        for member in listed.members:
            match = next((one for one in unmatched if _same(one, member)), None)
            if match is None:
                findings.append(Finding(member.row, "member_not_in_record", "member"))
            else:
                unmatched.remove(match)
        if len(findings) == len(listed.members):
            raise NobodyInCommon(household_id=household.id)
        if unmatched:
            values = {"count": len(unmatched)}
            findings.append(Finding(listed.row, "member_not_on_list", "", values))
        return findings


def row_of(casework: Casework, listed: ListedHousehold, person: UUID) -> int | None:
    """The row of a person of a list who is known by identity number."""
    blind = casework.keyring.blind_index
    keys = {one.row: identity_key(blind(one.id_number)) for one in listed.members if one.id_number}
    claims = held(casework.pool, keys.values())
    return next((row for row, key in keys.items() if _holder(claims, key) == person), None)


def _holder(claims: Mapping[bytes, Held], key: bytes) -> UUID | None:
    claim = claims.get(key)
    return claim.holder if claim is not None and claim.until is None else None


def _same(one: tuple[str, str, int | None], member: ListedMember) -> bool:
    number, name, birth_year = one
    if number and member.id_number:
        return number == member.id_number
    return name == member.name.casefold() and birth_year == member.birth_year
