"""Keeps the hits of identity numbers on households that the account does not answer for.

Such a row is refused with one sentence, whatever else agrees or differs: a list tried with other
names and dates must not tell who has a number. Every hit is kept, to be noted in the read log
where that household lives.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.application import SocaiApplication
from domain.calendar import day_of
from domain.commands.claims import ClaimReader
from domain.commands.command import Actor
from domain.errors import Refusal
from domain.households.claims import identity_key, person_key
from domain.households.errors import HouseholdUnknown, IdentityNumberTaken, PersonInAnotherHousehold
from domain.households.household import Household
from domain.matching.candidate import Candidate
from domain.matching.errors import IdentityNumberContradicts
from domain.matching.evidence import IDENTITY_NUMBER

_BY_NUMBER = (PersonInAnotherHousehold, IdentityNumberTaken, IdentityNumberContradicts)


class HolderOutsideArea(Refusal):
    """The identity number belongs to a person whom this office does not answer for."""

    code = "number_of_somebody_elsewhere"


@dataclass(slots=True)
class Elsewhere:
    """Households that an account does not answer for at a moment; `hits` are those that were met,
    with the unit in which each lives."""

    application: SocaiApplication
    actor: Actor
    now: datetime
    hits: dict[UUID, str] = field(default_factory=dict)
    _covered: dict[str, bool] = field(default_factory=dict)

    def by_number(self, candidates: Iterable[Candidate], refused: Refusal | None) -> Refusal | None:
        """The refusal of a row that an identity number leads elsewhere: that of its head, or that
        of a member, for which the row was `refused` before; None where none does."""
        for one in candidates:
            if IDENTITY_NUMBER in one.evidence.agrees and self._is_outside(one.household):
                return self._hit(one.household)
        told = self.told(refused) if refused is not None else None
        return told if isinstance(told, HolderOutsideArea) else None

    def told(self, refusal: Refusal) -> Refusal:
        """The refusal, or in its place the one that says no more than that it is elsewhere."""
        if not isinstance(refusal, _BY_NUMBER):
            return refusal
        household = self._met(refusal.values)
        if household is None:
            return refusal
        if not self._is_outside(household):
            refusal.values.setdefault("household_id", household.id)
            return refusal
        return self._hit(household, refusal.values.get("member"))

    def note_holder(self, id_number: str) -> None:
        """Keeps the hit of a number that was left to its holder."""
        key = identity_key(self.application.keyring.blind_index(id_number))
        held = ClaimReader(self.application.pool).look([key]).get(key)
        household = self._met({"person_id": held.holder}) if held else None
        if household is not None and self._is_outside(household):
            self._hit(household)

    def _hit(self, household: Household, member: object = None) -> Refusal:
        self.hits[household.id] = household.area
        index = {} if member is None else {"member": member}
        return HolderOutsideArea(household_id=household.id, **index)

    def _is_outside(self, household: Household) -> bool:
        unit = household.area
        if unit not in self._covered:
            directory, on = self.application.areas.directory, day_of(self.now)
            self._covered[unit] = directory.covers(self.actor.area, unit, on)
        return not self._covered[unit]

    def _met(self, values: Mapping[str, object]) -> Household | None:
        """The household that a refusal names, or the one that the person it names is in, or was
        in last."""
        id_, person = values.get("household_id"), values.get("person_id")
        if id_ is None and isinstance(person, UUID):
            key = person_key(person)
            held = ClaimReader(self.application.pool).look([key]).get(key)
            id_ = held.holder if held else None
        try:
            return self.application.households.load(id_) if isinstance(id_, UUID) else None
        except HouseholdUnknown:
            return None
