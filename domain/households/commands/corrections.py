"""CommandRunner that correct what was written."""

from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from domain import text
from domain.commands.claims import identity_key
from domain.commands.context import CommandContext
from domain.commands.outcome import Claim, Outcome, Release
from domain.households import normalize
from domain.households.codes import FLAGS, RELATIONS, RESIDENCES, SEXES, known
from domain.households.commands.members import claim_number, release_number
from domain.households.commands.runner import CommandResult, CommandRunner
from domain.households.errors import ChangeOfPapers, PersonIsForgotten
from domain.households.events import Change
from domain.households.household import Household
from domain.households.identity import id_number, implausible
from domain.households.inputs import HouseholdCorrection, Keep, MemberCorrection
from domain.households.person_name import person_name, village
from domain.matching.settlement import Anyway

PRIVATE = ("name", "birth_date", "id_number", "id_issued_on", "phone", "health")


class CorrectionCommands(CommandRunner):
    """What was written about a person or a household was wrong, or has become so."""

    def correct_member(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        person_id: UUID,
        correction: MemberCorrection,
        reason: str,
        expected_version: int | None = None,
        anyway: Anyway | None = None,
    ) -> Outcome:
        """Corrects what was written about a person, as of the effective date.

        `reason` is a code of CORRECTION_REASONS. What already reads so is no change. A birth that
        makes the head a child is PossibleMatch, unless `anyway` passes the warning.
        """

        def act(household: Household, facts: CommandContext) -> CommandResult:
            also = self._correct_member(household, facts, person_id, correction, reason)
            born = {type(correction.birth_date), type(correction.birth_year)} != {Keep}
            if born and person_id == household.head and household.pending_events:
                self._confirm_head(household, facts, anyway)
            return also

        asked = {"person": person_id, "correction": correction, "reason": reason}
        asked |= {"anyway": anyway.reason} if anyway else {}
        return self._ask("correct_member", household_id, facts, asked, expected_version, act)

    def _correct_member(
        self,
        household: Household,
        facts: CommandContext,
        person_id: UUID,
        correction: MemberCorrection,
        reason: str,
    ) -> CommandResult:
        member = household.member(person_id)
        before = self._casework.keyring.reveal(member.private)
        if before is None:
            raise PersonIsForgotten(person_id=person_id)
        after, clear = _corrected(correction, before, member.birth_year, facts)
        also, changes = CommandResult(), []
        for attribute, value in clear.items():
            was = getattr(member, attribute)
            if value != was:
                changes.append(Change(attribute, was, value))
        former, new = before.get("id_number", ""), after.get("id_number", "")
        if reason != "error" and 0 < len(former) < len(new):
            raise ChangeOfPapers(field="id_number")
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
        self, person_id: UUID, before: dict[str, Any], after: dict[str, Any], facts: CommandContext
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
        facts: CommandContext,
        *,
        correction: HouseholdCorrection,
        reason: str,
        expected_version: int | None = None,
    ) -> Outcome:
        """Corrects number, village, address, residence or flags, as of the effective date.

        `reason` is a code of CORRECTION_REASONS. Refused: HouseholdNumberTaken.
        """

        def act(household: Household, facts: CommandContext) -> CommandResult:
            return self._correct_household(household, facts, correction, reason)

        asked = {"correction": correction, "reason": reason}
        return self._ask("correct_household", household_id, facts, asked, expected_version, act)

    def _correct_household(
        self,
        household: Household,
        facts: CommandContext,
        correction: HouseholdCorrection,
        reason: str,
    ) -> CommandResult:
        also, changes = CommandResult(), []
        wanted: dict[str, Any] = {}
        if not isinstance(correction.number, Keep):
            wanted["number"] = text.clean("number", correction.number, text.CODE)
        if not isinstance(correction.village, Keep):
            wanted["village"] = village("village", correction.village)
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


def _corrected(
    correction: MemberCorrection,
    before: dict[str, Any],
    birth_year: int | None,
    facts: CommandContext,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is private, and what is in clear, after a correction."""
    given = {
        one.name: getattr(correction, one.name)
        for one in fields(correction)
        if not isinstance(getattr(correction, one.name), Keep)
    }
    after, clear = dict(before), dict(given)
    if "name" in given:
        after["name"] = person_name("name", given["name"])
    if "id_number" in given:
        after["id_number"] = id_number(given["id_number"])
    for what, limit in (("phone", text.CODE), ("health", text.NOTE)):
        if what in given:
            after[what] = text.clean(what, given[what], limit)
    if "id_issued_on" in given:
        normalize.issued(given["id_issued_on"], facts.recorded_on)
        after["id_issued_on"] = given["id_issued_on"] and given["id_issued_on"].isoformat()
    if "birth_date" in given or "birth_year" in given:
        day, year = given.get("birth_date"), given.get("birth_year", birth_year)
        if "birth_date" not in given and before.get("birth_date", "").startswith(f"{year}-"):
            day = date.fromisoformat(before["birth_date"])
        clear["birth_year"] = normalize.birth(
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
