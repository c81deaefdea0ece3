"""CommandRunner about the household as a whole."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from domain import text
from domain.commands.claims import past_key, person_key
from domain.commands.context import CommandContext
from domain.commands.outcome import Claim, Outcome, Release
from domain.errors import StaleVersion
from domain.households.assessment import carry_class
from domain.households.commands.members import claim_number, release_number
from domain.households.commands.runner import CommandResult, CommandRunner, settle
from domain.households.household import Household
from domain.households.person_name import village as village_name
from domain.matching.evidence import BIRTH, NAME, PERSON_TWICE, compare_persons
from domain.matching.records import describe
from domain.matching.settlement import Anyway, Settlement, pass_or_refuse


class RelocationCommands(CommandRunner):
    """A household moves, splits, merges, ends."""

    def move(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        village: str,
        area: str = "",
        address: str | None = None,
        number: str | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Moves within a commune or to another one.

        `area` is a unit id or a code, in force on the effective date; "" is the same commune, or
        the one that has taken over all its land. `address` None keeps it within a commune and
        leaves it out between communes; so does `number`. A commune that took over the land of the
        former one, or a part of it, counts as the same. Refused: HouseholdNumberTaken, and what
        the directory refuses.
        """

        def act(household: Household, facts: CommandContext) -> CommandResult:
            unit = self._commune(area, household, facts)
            here = self._same_land(household, unit, facts)
            also = CommandResult()
            sealed = household.address if here else None
            if address is not None:
                sealed, also.sealers = self._address(household.id, household.address, address)
            now = household.number if here else ""
            if number is not None:
                now = text.clean("number", number, text.CODE)
            if (unit, now) != (household.area, household.number):
                also.releases = release_number(household, facts)
                also.claims = claim_number(household.id, unit, now, facts)
            household.move(
                facts,
                area=unit,
                village=village_name("village", village),
                number=now,
                address=sealed,
            )
            return also

        asked = {"area": area, "village": village, "address": address, "number": number}
        return self._ask("move", household_id, facts, asked, expected_version, act)

    def split(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        persons: Mapping[UUID, str],
        village: str,
        area: str = "",
        address: str = "",
        number: str = "",
        new_head: UUID | None = None,
        keep_class: bool = False,
        new_household_id: UUID | None = None,
        expected_version: int | None = None,
        anyway: Anyway | None = None,
    ) -> Outcome:
        """Some members form a household of their own; both are saved together.

        `persons` maps those who go to their relation to their head, one of them. `new_head`
        heads those who stay, where the head goes. With `keep_class` the new household carries the
        class of the old one, which needs the paper that says so; without it, it has none until
        it is classified. `area` "" is the same commune, or the one that has taken over all its
        land. The outcome's `created` is its id. A child as head of either household is
        PossibleMatch, unless `anyway` passes the warning.
        """
        created = new_household_id or uuid4()

        def act(household: Household, facts: CommandContext) -> CommandResult:
            new_number = text.clean("number", number, text.CODE)
            unit = self._commune(area, household, facts)
            sealed, sealers = self._address(created, None, address)
            new = household.split(
                facts,
                new_household=created,
                persons=persons,
                area=unit,
                village=village_name("village", village),
                number=new_number,
                address=sealed,
                new_head=new_head,
            )
            if keep_class:
                carry_class(household, facts, new)
            self._confirm_head(new, facts, anyway)
            if new_head is not None:
                self._confirm_head(household, facts, anyway)
            also = CommandResult(others=[new], created=created, sealers=sealers)
            also.claims = claim_number(created, unit, new_number, facts)
            _go_over(also, tuple(persons), household, new, facts)
            return also

        asked = {
            "persons": {str(person): relation for person, relation in persons.items()},
            "village": village,
            "area": area,
            "address": address,
            "number": number,
            "new_head": new_head,
            "keep_class": keep_class,
            "new_household": new_household_id,
        } | ({"anyway": anyway.reason} if anyway else {})
        return self._ask("split", household_id, facts, asked, expected_version, act)

    def merge(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        into: UUID,
        relations: Mapping[UUID, str],
        expected_version: int | None = None,
        into_version: int | None = None,
        anyway: Anyway | None = None,
    ) -> Outcome:
        """All members go over into household `into`, and this one ends; both saved together.

        `relations` maps each of them to the relation to the head there. A person who seems to
        be recorded in both is PossibleMatch, unless `anyway` passes it.
        """

        def act(household: Household, facts: CommandContext) -> CommandResult:
            other = household if into == household.id else self.load(into)
            if into_version is not None and other.version != into_version:
                raise StaleVersion(expected=into_version, actual=other.version)
            household.merge_into(facts, other, relations=relations)
            settle(other, facts, self._twice(other, tuple(relations), anyway), "entry")
            also = CommandResult(others=[other], releases=release_number(household, facts))
            _go_over(also, tuple(relations), household, other, facts)
            return also

        asked: dict[str, Any] = {
            "into": into,
            "relations": {str(person): relation for person, relation in relations.items()},
        }
        if anyway is not None:
            asked["anyway"] = anyway.reason
        return self._ask("merge", household_id, facts, asked, expected_version, act)

    def _commune(self, area: str, household: Household, facts: CommandContext) -> str:
        """The commune named, or where the household lives on the effective date."""
        if area:
            return self._directory.require(area, facts.effective_on)
        return self._directory.commune_of(household.area, facts.effective_on)

    def _same_land(self, household: Household, unit: str, facts: CommandContext) -> bool:
        """Whether a commune is the household's own, or stands on land of that one."""
        if unit == household.area:
            return True
        return unit in self._directory.communes_on_land_of(household.area, facts.effective_on)

    def _twice(
        self, household: Household, came: tuple[UUID, ...], anyway: Anyway | None
    ) -> tuple[Settlement, ...]:
        """What is recorded where one of those who came seems to be in the household already,
        under another id."""
        revealed = self._casework.keyring.reveal_many(
            one.private for one in household.members.values()
        )
        members = describe(household, lambda p: revealed.get((p.subject, p.sealed))).members
        for one in members:
            for other in members:
                if one.person not in came or other.person in came:
                    continue
                agrees, _, differs = compare_persons(one, other)
                if {NAME, BIRTH} <= agrees and not differs:
                    return pass_or_refuse((), (PERSON_TWICE,), anyway)
        return ()

    def dissolve(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        reason: str,
        expected_version: int | None = None,
    ) -> Outcome:
        """Ends the household: `reason` is a code of DISSOLVE_REASONS."""

        def act(household: Household, facts: CommandContext) -> CommandResult:
            left = tuple(household.members)
            household.dissolve(facts, reason=reason)
            day = facts.effective_on
            return CommandResult(
                releases=[
                    *release_number(household, facts),
                    *(Release(person_key(person), household.id, day) for person in left),
                ]
            )

        return self._ask("dissolve", household_id, facts, {"reason": reason}, expected_version, act)


def _go_over(
    also: CommandResult,
    persons: tuple[UUID, ...],
    old: Household,
    new: Household,
    facts: CommandContext,
) -> None:
    """The claims to persons pass from one household to another on the day they go over."""
    day = facts.effective_on
    for person in persons:
        also.releases.append(Release(person_key(person), old.id, day))
        also.claims.append(Claim(person_key(person), new.id, day))
        also.claims.append(Claim(past_key(person, old.id), old.id, old.stays[person][-1].since))
