"""Commands that correct what was written about a person or a household."""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.commands.claims import Claim, Release
from domain.commands.command import IF_GIVEN
from domain.commands.context import CommandContext, PersonalValues
from domain.commands.result import CommandResult
from domain.households import membership, normalize
from domain.households.codes import FLAGS, RELATIONS, RESIDENCES, SEXES, known
from domain.households.commands.handler import HouseholdChange, HouseholdServices
from domain.households.commands.members import claim_number, release_number
from domain.households.commands.settlements import confirm_head
from domain.households.errors import ChangeOfPapers, PersonIsForgotten
from domain.households.events import Change, CorrectedValue
from domain.households.household import Household
from domain.households.identity import id_number, implausible
from domain.households.inputs import HouseholdCorrection, Keep, MemberCorrection
from domain.households.person_name import person_name, village
from domain.matching.settlement import Anyway

PRIVATE = ("name", "birth_date", "id_number", "id_issued_on", "phone", "health")


@dataclass(frozen=True, slots=True)
class CorrectMember(HouseholdChange):
    """Corrects what was written about a person, as of the effective date.

    `reason` is a code of CORRECTION_REASONS. What already reads so is no change. A birth that
    makes the head a child is PossibleMatch, unless `anyway` passes the warning.
    """

    NAME: ClassVar[str] = "correct_member"
    person_id: UUID
    correction: MemberCorrection
    reason: str
    anyway: Anyway | None = field(default=None, metadata=IF_GIVEN)

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the changes, sealed where they are personal, and moves the identity number."""
        member = household.member(self.person_id)
        before = services.keyring.reveal(member.private)
        if before is None:
            raise PersonIsForgotten(person_id=self.person_id)
        after, clear = _corrected(self.correction, before, member.birth_year, context)
        result, changes = CommandResult(household), []
        for attribute, value in clear.items():
            was = getattr(member, attribute)
            if value != was:
                changes.append(Change(attribute, was, value))
        former, new = before.get("id_number", ""), after.get("id_number", "")
        if self.reason != "error" and 0 < len(former) < len(new):
            raise ChangeOfPapers(field="id_number")
        if after != before:
            sealer = services.keyring.sealer([self.person_id])
            result.sealers.append(sealer)
            sealed = sealer.seal(self.person_id, after)
            changes.append(Change("private", member.private, sealed))
            self._renumber(result, before, after, context, services)
        membership.correct_member(
            household, context, person_id=self.person_id, changes=tuple(changes), reason=self.reason
        )
        now = household.members[self.person_id]
        result.notes = tuple(
            f"members/0/{note}" for note in implausible(new, now.sex, now.birth_year)
        )
        born = {type(self.correction.birth_date), type(self.correction.birth_year)} != {Keep}
        if born and self.person_id == household.head and household.pending_events:
            confirm_head(household, context, services, self.anyway)
        return result

    def _renumber(
        self,
        result: CommandResult,
        before: PersonalValues,
        after: PersonalValues,
        context: CommandContext,
        services: HouseholdServices,
    ) -> None:
        was, now = before.get("id_number", ""), after.get("id_number", "")
        if was == now:
            return
        if now:
            key = services.identity_key(now)
            result.claims.append(Claim(key, self.person_id, context.effective_on))
        if was:
            result.releases.append(Release(services.identity_key(was), self.person_id, None))


@dataclass(frozen=True, slots=True)
class CorrectHousehold(HouseholdChange):
    """Number, village, address, residence or flags are corrected, as of the effective date.

    `reason` is a code of CORRECTION_REASONS. Refused: HouseholdNumberTaken.
    """

    NAME: ClassVar[str] = "correct_household"
    correction: HouseholdCorrection
    reason: str

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the changes, and moves the household number."""
        correction, result, changes = self.correction, CommandResult(household), []
        wanted: dict[str, CorrectedValue] = {}
        number = household.number
        if not isinstance(correction.number, Keep):
            number = wanted["number"] = text.clean("number", correction.number, text.CODE)
        if not isinstance(correction.village, Keep):
            wanted["village"] = village("village", correction.village)
        if not isinstance(correction.residence, Keep):
            wanted["residence"] = known("residence", correction.residence, RESIDENCES)
        if not isinstance(correction.address, Keep):
            wanted["address"], result.sealers = services.address(
                household.id, household.address, correction.address
            )
        for flag in FLAGS:
            if not isinstance(getattr(correction, flag), Keep):
                wanted[flag] = getattr(correction, flag)
        for attribute, value in wanted.items():
            was = getattr(household.flags if attribute in FLAGS else household, attribute)
            if value != was:
                changes.append(Change(attribute, was, value))
        if number != household.number:
            result.releases += release_number(household, context, error=True)
            result.claims += claim_number(household.id, household.area, number, context)
        membership.correct(household, context, changes=tuple(changes), reason=self.reason)
        return result


def _corrected(
    correction: MemberCorrection,
    before: PersonalValues,
    birth_year: int | None,
    context: CommandContext,
) -> tuple[PersonalValues, dict[str, CorrectedValue]]:
    """What is private, and what is in clear, after a correction."""
    given = {
        one.name: getattr(correction, one.name)
        for one in fields(correction)
        if not isinstance(getattr(correction, one.name), Keep)
    }
    after = dict(before)
    clear: dict[str, CorrectedValue] = {
        name: value for name, value in given.items() if name not in PRIVATE
    }
    if "name" in given:
        after["name"] = person_name("name", given["name"])
    if "id_number" in given:
        after["id_number"] = id_number(given["id_number"])
    for what, limit in (("phone", text.CODE), ("health", text.NOTE)):
        if what in given:
            after[what] = text.clean(what, given[what], limit)
    if "id_issued_on" in given:
        normalize.issued(given["id_issued_on"], context.recorded_on)
        after["id_issued_on"] = _iso(given["id_issued_on"])
    if "birth_date" in given or "birth_year" in given:
        day, year = given.get("birth_date"), given.get("birth_year", birth_year)
        if "birth_date" not in given and before.get("birth_date", "").startswith(f"{year}-"):
            day = date.fromisoformat(before["birth_date"])
        clear["birth_year"] = normalize.birth(
            day, year if "birth_year" in given or day is None else None, context.effective_on
        )
        after["birth_date"] = _iso(day)
    for what, codes in (("relation", RELATIONS), ("residence", RESIDENCES)):
        if what in given:
            known(what, given[what], codes)
    if given.get("sex"):
        known("sex", given["sex"], SEXES)
    if "ethnicity" in given:
        clear["ethnicity"] = text.ethnicity(given["ethnicity"])
    return {name: value for name, value in after.items() if value}, clear


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
