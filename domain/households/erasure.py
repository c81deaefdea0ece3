"""Erasure destroys the key of a person: what was sealed for them can never be read again."""

from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.commands.claims import Release, keys_of
from domain.commands.command import LEFT_OUT, CommandContext, CommandResult
from domain.eventstore.personal import Personal
from domain.households import events
from domain.households.claims import DESCRIPTION, IDENTITY, households_of_person, person_key
from domain.households.errors import PersonUnknown
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household


@dataclass(frozen=True, slots=True)
class ForgetPerson(HouseholdChange):
    """A person's key is destroyed in the save that records it, and the claims are removed.

    Recorded in every household that the person is or was a member of. One who is still a
    member stays counted, unreadable. The address of a household goes with the last of its
    persons who was still readable. `files` are sealed files beside the ledger that hold the person:
    their keys go in the same save, so that nothing that ends a process leaves one readable.
    """

    NAME: ClassVar[str] = "forget_person"
    person_id: UUID
    legal_basis: str
    files: tuple[UUID, ...] = field(default=(), metadata=LEFT_OUT)

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the erasure in all households of the person."""
        basis = text.required("legal_basis", self.legal_basis, text.NOTE)
        forget(household, context, person_id=self.person_id, legal_basis=basis)
        if not household.pending_events:
            return CommandResult(household)
        ids = households_of_person(services.pool, self.person_id) - {household.id}
        others = [services.load(one) for one in sorted(ids)]
        result = CommandResult(household, others=others, forget=[self.person_id, *self.files])
        for one in others:
            forget(one, context, person_id=self.person_id, legal_basis=basis)
        for one in (household, *others):
            result.releases.append(Release(person_key(self.person_id), one.id, None))
            result.releases += _descriptions_of(one, services)
            if one.stays.keys() <= one.forgotten:
                result.forget.append(one.id)
        result.releases += self._numbers((household, *others), services)
        return result

    def _numbers(
        self, households: tuple[Household, ...], services: HouseholdServices
    ) -> list[Release]:
        """The claims to all identity numbers that the person ever had, former papers too."""
        keys = {key for key in keys_of(services.pool, self.person_id) if IDENTITY.has(key)}
        sealed: list[Personal] = []
        for one in households:
            member = one.members.get(self.person_id) or one.former.get(self.person_id)
            sealed += [member.private] if member else []
        values = services.keyring.reveal_many(sealed).values()
        numbers = {value["id_number"] for value in values if value and value.get("id_number")}
        keys |= {services.identity_key(one) for one in numbers}
        return [Release(key, self.person_id, None) for key in sorted(keys)]


def _descriptions_of(household: Household, services: HouseholdServices) -> list[Release]:
    """The claims to what a household was known by: made of its head's name and birth."""
    keys = keys_of(services.pool, household.id)
    return [Release(key, household.id, None) for key in sorted(keys) if DESCRIPTION.has(key)]


def forget(
    household: Household, context: CommandContext, *, person_id: UUID, legal_basis: str
) -> None:
    """Records that a person's key is destroyed, whether still a member, gone, or ended with it.

    Erasing is a duty towards the person, so neither an end nor a later fact stands against it.
    """
    household.require_within_lifetime(context)
    if person_id not in household.stays:
        raise PersonUnknown(person_id=person_id)
    if person_id in household.forgotten:
        return
    household.record(events.PersonForgotten, context, person_id=person_id, legal_basis=legal_basis)
