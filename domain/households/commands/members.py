"""Commands about members and the head."""

from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from domain.claims import households_of, identity_key, number_key, person_key
from domain.facts import Facts, Personal
from domain.households import entering, text
from domain.households.codes import FLAGS, RELATIONS, RESIDENCES, SEXES, known
from domain.households.commands.asking import Also, Commands
from domain.households.events import Change
from domain.households.household import Household
from domain.households.identity import id_number, implausible
from domain.households.inputs import (
    HouseholdCorrection,
    Keep,
    MemberCorrection,
    NewMember,
)
from domain.households.refusals import PersonIsForgotten
from domain.recording import Claim, Outcome, Release

PRIVATE = ("name", "birth_date", "id_number", "id_issued_on", "phone", "health")


class MemberCommands(Commands):
    """A person joins, leaves, is corrected, becomes the head, is forgotten."""

    def join_member(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        member: NewMember,
        reason: str,
        expected_version: int | None = None,
    ) -> Outcome:
        """A person joins: `reason` is a code of JOIN_REASONS. `persons` of the outcome is their id.

        Refused: PersonInAnotherHousehold, IdentityNumberTaken, PersonAlreadyMember, and what is
        wrong with the person's data.
        """

        def act(household: Household, facts: Facts) -> Also:
            person = entering.person(member, facts.effective_on)
            people, also = self._newcomers((person,), household.id, facts)
            household.join(facts, member=people[0], reason=reason)
            also.notes += tuple(f"members/0/{note}" for note in person.notes)
            return also

        return self._ask(
            "join_member",
            household_id,
            facts,
            {"member": member, "reason": reason},
            expected_version,
            act,
        )

    def leave_member(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        person_id: UUID,
        reason: str,
        new_head: UUID | None = None,
        relation_before: str = "",
        expected_version: int | None = None,
    ) -> Outcome:
        """A person leaves: `reason` is a code of LEAVE_REASONS.

        The head leaves only with a `new_head` among the others (HeadNeedsSuccessor). When the
        last member leaves, the household is dissolved in the same save.
        """

        def act(household: Household, facts: Facts) -> Also:
            household.leave(
                facts,
                person_id=person_id,
                reason=reason,
                new_head=new_head,
                relation_before=relation_before,
            )
            day = facts.effective_on
            also = Also(releases=[Release(person_key(person_id), household.id, day)])
            if household.ended_on is not None:
                also.releases += release_number(household, facts)
            return also

        asked = {
            "person": person_id,
            "reason": reason,
            "new_head": new_head,
            "relation_before": relation_before,
        }
        return self._ask("leave_member", household_id, facts, asked, expected_version, act)

    def correct_member(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        person_id: UUID,
        correction: MemberCorrection,
        reason: str,
        expected_version: int | None = None,
    ) -> Outcome:
        """Corrects what was written about a person, as of the effective date.

        `reason` is a code of CORRECTION_REASONS. What already reads so is no change.
        """

        def act(household: Household, facts: Facts) -> Also:
            return self._correct_member(household, facts, person_id, correction, reason)

        asked = {"person": person_id, "correction": correction, "reason": reason}
        return self._ask("correct_member", household_id, facts, asked, expected_version, act)

    def _correct_member(
        self,
        household: Household,
        facts: Facts,
        person_id: UUID,
        correction: MemberCorrection,
        reason: str,
    ) -> Also:
        member = household.member(person_id)
        before = self._casework.keyring.reveal(member.private)
        if before is None:
            raise PersonIsForgotten(person_id=person_id)
        after, clear = _corrected(correction, before, member.birth_year, facts)
        also, changes = Also(), []
        for attribute, value in clear.items():
            was = getattr(member, attribute)
            if value != was:
                changes.append(Change(attribute, was, value))
        if after != before:
            sealer = self._casework.keyring.sealer([person_id])
            also.sealers.append(sealer)
            changes.append(Change("private", member.private, sealer.seal(person_id, after)))
            also.claims, also.releases = self._renumber(person_id, before, after, facts)
        household.correct_member(facts, person_id=person_id, changes=tuple(changes), reason=reason)
        now = household.members[person_id]
        also.notes = tuple(
            f"members/0/{note}"
            for note in implausible(after.get("id_number", ""), now.sex, now.birth_year)
        )
        return also

    def _renumber(
        self, person_id: UUID, before: dict[str, Any], after: dict[str, Any], facts: Facts
    ) -> tuple[list[Claim], list[Release]]:
        was, now = before.get("id_number", ""), after.get("id_number", "")
        if was == now:
            return [], []
        blind = self._casework.keyring.blind_index
        claims = [Claim(identity_key(blind(now)), person_id, facts.effective_on)] if now else []
        releases = [Release(identity_key(blind(was)), person_id, None)] if was else []
        return claims, releases

    def correct_household(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        correction: HouseholdCorrection,
        reason: str,
        expected_version: int | None = None,
    ) -> Outcome:
        """Corrects number, village, address, residence or flags, as of the effective date.

        `reason` is a code of CORRECTION_REASONS. Refused: HouseholdNumberTaken.
        """

        def act(household: Household, facts: Facts) -> Also:
            return self._correct_household(household, facts, correction, reason)

        asked = {"correction": correction, "reason": reason}
        return self._ask("correct_household", household_id, facts, asked, expected_version, act)

    def _correct_household(
        self, household: Household, facts: Facts, correction: HouseholdCorrection, reason: str
    ) -> Also:
        also, changes = Also(), []
        wanted: dict[str, Any] = {}
        if not isinstance(correction.number, Keep):
            wanted["number"] = text.clean("number", correction.number, text.CODE)
        if not isinstance(correction.village, Keep):
            wanted["village"] = text.clean("village", correction.village)
        if not isinstance(correction.residence, Keep):
            wanted["residence"] = known("residence", correction.residence, RESIDENCES)
        if not isinstance(correction.address, Keep):
            wanted["address"], also.sealers = self._address(
                household.id, household.address, correction.address
            )
        for flag in FLAGS:
            if not isinstance(getattr(correction, flag), Keep):
                wanted[flag] = getattr(correction, flag)
        for attribute, value in wanted.items():
            was = getattr(household.flags if attribute in FLAGS else household, attribute)
            if value != was:
                changes.append(Change(attribute, was, value))
        if "number" in wanted and wanted["number"] != household.number:
            also.releases += release_number(household, facts, error=True)
            also.claims += claim_number(household.id, household.area, wanted["number"], facts)
        household.correct(facts, changes=tuple(changes), reason=reason)
        return also

    def change_head(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        head: UUID,
        reason: str,
        relation_before: str = "",
        expected_version: int | None = None,
    ) -> Outcome:
        """Another member becomes the head: `reason` is a code of HEAD_REASONS.

        `relation_before` is what the former head is to the new one; "" follows from what the new
        head was to the former (a child's parent, a spouse's spouse).
        """

        def act(household: Household, facts: Facts) -> None:
            household.change_head(facts, head=head, reason=reason, relation_before=relation_before)

        asked = {"head": head, "reason": reason, "relation_before": relation_before}
        return self._ask("change_head", household_id, facts, asked, expected_version, act)

    def forget_person(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        person_id: UUID,
        legal_basis: str,
        expected_version: int | None = None,
    ) -> Outcome:
        """Destroys a person's key in the save that records it, and removes the claims.

        Recorded in every household that the person is or was a member of. Whoever is still a
        member stays counted, unreadable. The address of a household goes with the last of its
        persons who was still readable.
        """

        def act(household: Household, facts: Facts) -> Also:
            basis = text.required("legal_basis", legal_basis, text.NOTE)
            household.forget(facts, person_id=person_id, legal_basis=basis)
            if not household.pending_events:
                return Also()
            pool = self._casework.pool
            others = [
                self.load(one) for one in sorted(households_of(pool, person_id) - {household.id})
            ]
            also = Also(others=others, forget=[person_id])
            for one in others:
                one.forget(facts, person_id=person_id, legal_basis=basis)
            for one in (household, *others):
                also.releases.append(Release(person_key(person_id), one.id, None))
                if one.stays.keys() <= one.forgotten:
                    also.forget.append(one.id)
            also.releases += self._numbers_of(person_id, (household, *others))
            return also

        asked = {"person": person_id, "legal_basis": legal_basis}
        return self._ask("forget_person", household_id, facts, asked, expected_version, act)

    def _numbers_of(self, person_id: UUID, households: tuple[Household, ...]) -> list[Release]:
        """The claims to identity numbers that the person has or had in these households."""
        sealed: list[Personal] = []
        for one in households:
            member = one.members.get(person_id) or one.former.get(person_id)
            sealed += [member.private] if member else []
        values = self._casework.keyring.reveal_many(sealed).values()
        numbers = {value["id_number"] for value in values if value and value.get("id_number")}
        blind = self._casework.keyring.blind_index
        return [Release(identity_key(blind(one)), person_id, None) for one in sorted(numbers)]


def _corrected(
    correction: MemberCorrection, before: dict[str, Any], birth_year: int | None, facts: Facts
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is private, and what is in clear, after a correction."""
    given = {
        one.name: getattr(correction, one.name)
        for one in fields(correction)
        if not isinstance(getattr(correction, one.name), Keep)
    }
    after, clear = dict(before), dict(given)
    if "name" in given:
        after["name"] = text.required("name", given["name"])
    if "id_number" in given:
        after["id_number"] = id_number(given["id_number"])
    for what, limit in (("phone", text.CODE), ("health", text.NOTE)):
        if what in given:
            after[what] = text.clean(what, given[what], limit)
    if "id_issued_on" in given:
        after["id_issued_on"] = given["id_issued_on"] and given["id_issued_on"].isoformat()
    if "birth_date" in given or "birth_year" in given:
        day, year = given.get("birth_date"), given.get("birth_year", birth_year)
        if "birth_date" not in given and before.get("birth_date", "").startswith(f"{year}-"):
            day = date.fromisoformat(before["birth_date"])
        clear["birth_year"] = entering.birth(
            day, year if "birth_year" in given or day is None else None, facts.effective_on
        )
        after["birth_date"] = day and day.isoformat()
    for what, codes in (("relation", RELATIONS), ("residence", RESIDENCES)):
        if what in given:
            known(what, given[what], codes)
    if given.get("sex"):
        known("sex", given["sex"], SEXES)
    if "ethnicity" in given:
        clear["ethnicity"] = text.ethnicity(given["ethnicity"])
    return (
        {what: value for what, value in after.items() if value},
        {what: value for what, value in clear.items() if what not in PRIVATE},
    )


def release_number(household: Household, facts: Facts, *, error: bool = False) -> list[Release]:
    """Lets the household's number go from the effective date; with `error` as if never had."""
    if not household.number:
        return []
    key = number_key(household.area, household.number)
    return [Release(key, household.id, None if error else facts.effective_on)]


def claim_number(household_id: UUID, area: str, number: str, facts: Facts) -> list[Claim]:
    """Takes a household number in a commune; nothing for a household without a number."""
    if not number:
        return []
    return [Claim(number_key(area, number), household_id, facts.effective_on)]
