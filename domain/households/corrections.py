"""Corrections change what was written about a person or a household."""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.commands.claims import Claim, Release
from domain.commands.command import IF_GIVEN, CommandContext, CommandResult
from domain.eventstore.personal import PersonalValues
from domain.households import events
from domain.households.claims import claim_number, release_number
from domain.households.codes import CORRECTION_REASONS, FLAGS, RELATIONS, RESIDENCES, SEXES
from domain.households.errors import ChangeOfPapers, HeadByCorrection, PersonIsForgotten
from domain.households.events import Change, CorrectedValue
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household
from domain.households.identity import id_number, implausible
from domain.households.person import birth_year_of, require_issued
from domain.households.person_name import person_name, village
from domain.households.settlements import confirm_head
from domain.matching.settlement import Anyway


class Keep:
    """The type of KEEP: an attribute that a correction leaves as it is."""

    def __repr__(self) -> str:
        return "KEEP"


KEEP = Keep()


@dataclass(frozen=True, slots=True)
class MemberCorrection:
    """The new values of a person's record; an attribute left at KEEP stays as it is."""

    name: str | Keep = field(default=KEEP, repr=False)
    relation: str | Keep = KEEP
    sex: str | Keep = KEEP
    birth_date: date | Keep | None = field(default=KEEP, repr=False)
    birth_year: int | Keep | None = field(default=KEEP, repr=False)
    id_number: str | Keep = field(default=KEEP, repr=False)
    id_issued_on: date | Keep | None = field(default=KEEP, repr=False)
    ethnicity: str | Keep = field(default=KEEP, repr=False)
    phone: str | Keep = field(default=KEEP, repr=False)
    health: str | Keep = field(default=KEEP, repr=False)
    residence: str | Keep = KEEP
    able_to_work: bool | Keep | None = KEEP
    meritorious: bool | Keep = KEEP


@dataclass(frozen=True, slots=True)
class HouseholdCorrection:
    """The new values of the household's own record; an attribute left at KEEP stays as it is."""

    number: str | Keep = KEEP
    village: str | Keep = KEEP
    address: str | Keep = field(default=KEEP, repr=False)
    residence: str | Keep = KEEP
    no_labour_capacity: bool | Keep | None = KEEP
    ethnic_minority: bool | Keep | None = KEEP
    meritorious: bool | Keep | None = KEEP


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
        correct_member(
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
            wanted["residence"] = text.known("residence", correction.residence, RESIDENCES)
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
        correct(household, context, changes=tuple(changes), reason=self.reason)
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
        require_issued(given["id_issued_on"], context.recorded_on)
        after["id_issued_on"] = _iso(given["id_issued_on"])
    if "birth_date" in given or "birth_year" in given:
        day, year = given.get("birth_date"), given.get("birth_year", birth_year)
        if "birth_date" not in given and before.get("birth_date", "").startswith(f"{year}-"):
            day = date.fromisoformat(before["birth_date"])
        clear["birth_year"] = birth_year_of(
            day, year if "birth_year" in given or day is None else None, context.effective_on
        )
        after["birth_date"] = _iso(day)
    for what, codes in (("relation", RELATIONS), ("residence", RESIDENCES)):
        if what in given:
            text.known(what, given[what], codes)
    if given.get("sex"):
        text.known("sex", given["sex"], SEXES)
    if "ethnicity" in given:
        clear["ethnicity"] = text.ethnicity(given["ethnicity"])
    return {name: value for name, value in after.items() if value}, clear


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def correct_member(
    household: Household,
    context: CommandContext,
    *,
    person_id: UUID,
    changes: tuple[events.Change, ...],
    reason: str,
) -> None:
    """Corrects a member's attributes; nothing is recorded where nothing differs.

    Refused before the person's coming and before an earlier correction of the same attribute.
    """
    household.require_open_on(context)
    text.known("reason", reason, CORRECTION_REASONS)
    household.member(person_id)
    if not changes:
        return
    for change in changes:
        if change.attribute == "relation" and "head" in (change.before, change.after):
            raise HeadByCorrection(person_id=person_id)
        household.require_not_before(
            context, household.corrected_on.get((person_id, change.attribute))
        )
    household.require_not_before(context, household.stays[person_id][-1].since)
    household.record(
        events.MemberCorrected, context, person_id=person_id, changes=changes, reason=reason
    )


def correct(
    household: Household,
    context: CommandContext,
    *,
    changes: tuple[events.Change, ...],
    reason: str,
) -> None:
    """Corrects attributes of the household itself; nothing is recorded where nothing differs.

    Number, village and address are those of the place it lives in since its last move.
    """
    household.require_open_on(context)
    text.known("reason", reason, CORRECTION_REASONS)
    if not changes:
        return
    for change in changes:
        if change.attribute in ("number", "village", "address"):
            household.require_not_before(context, household.placed_on)
        household.require_not_before(context, household.corrected_on.get((None, change.attribute)))
    household.record(events.HouseholdCorrected, context, changes=changes, reason=reason)
