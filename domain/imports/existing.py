"""A household of a list that is on record already: the list can give it a class and causes.

Who lives in it is not changed by a list: a person who is on one side only is reported, and a
person decides whether somebody joined, left, or was left out by mistake.
"""

from dataclasses import dataclass
from uuid import UUID

from domain.casework import Casework
from domain.claims import held, identity_key, number_key, person_key
from domain.errors import Refusal
from domain.facts import Facts
from domain.households.commands.standing import cleaned, standard_for
from domain.households.household import Household
from domain.households.inputs import ClassInput
from domain.households.refusals import HouseholdEnded
from domain.imports.findings import Finding
from domain.imports.listed import ListedHousehold, ListedMember


class HouseholdElsewhere(Refusal):
    """The household is recorded in another commune: record its move first."""

    code = "household_elsewhere"


class NobodyInCommon(Refusal):
    """The household with this number has none of these persons: one of the two is wrong."""

    code = "nobody_in_common"


@dataclass(slots=True)
class Existing:
    """Compares households of a list with those on record, and records what a list may change."""

    casework: Casework
    dry_run: bool = False

    def of(self, listed: ListedHousehold) -> UUID | None:
        """The household that has the number and the head of this one, where the two agree."""
        by_number = self._holder(number_key(listed.area, listed.number)) if listed.number else None
        person = self._person(listed.head)
        by_head = self._holder(person_key(person)) if person else None
        if by_number and by_head and by_number != by_head:
            return None
        return by_number or by_head

    def row_of(self, listed: ListedHousehold, person: UUID) -> int | None:
        """The row of a person who is known by identity number."""
        for member in listed.members:
            if self._person(member) == person:
                return member.row
        return None

    def take(
        self, listed: ListedHousehold, known: UUID, facts: Facts, for_causes: Facts,
        decision: ClassInput,
    ) -> tuple[bool, list[Finding]]:  # fmt: skip
        """Whether the decision of the list is news, and in what else the list differs.

        Raises HouseholdElsewhere, HouseholdEnded, NobodyInCommon, and whatever `classify` refuses.
        """
        household = self.casework.households.load(known)
        if household.ended_on is not None:
            raise HouseholdEnded(ended_on=household.ended_on, how=household.ended_how)
        self._check_place(household, listed)
        findings = self._differences(household, listed)
        if self._has_decision(household, facts, decision):
            return False, findings
        if self.dry_run:
            standard = standard_for(self.casework.standards, decision, facts)
            household.classify(facts, cleaned(decision), standard)
            return True, findings
        self.casework.households.classify(known, facts, decision)
        if listed.causes:
            self.casework.households.record_causes(known, for_causes, causes=listed.causes)
        return True, findings

    def _person(self, member: ListedMember) -> UUID | None:
        if not member.id_number:
            return None
        return self._holder(identity_key(self.casework.keyring.blind_index(member.id_number)))

    def _holder(self, key: bytes) -> UUID | None:
        claim = held(self.casework.pool, [key]).get(key)
        return claim.holder if claim is not None and claim.until is None else None

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
        present = household.members
        revealed = self.casework.keyring.reveal_many(one.private for one in present.values())
        unmatched: list[tuple[str, str, int | None]] = []
        for one in present.values():
            private = revealed[one.private.subject, one.private.sealed]
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


def _same(one: tuple[str, str, int | None], member: ListedMember) -> bool:
    number, name, birth_year = one
    if number and member.id_number:
        return number == member.id_number
    return name == member.name.casefold() and birth_year == member.birth_year
