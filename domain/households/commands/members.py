"""CommandRunner about members and the head."""

from uuid import UUID

from domain import text
from domain.commands.claims import (
    households_of_person,
    identity_key,
    keys_of,
    number_key,
    person_key,
    second_number_key,
)
from domain.commands.context import CommandContext, Personal
from domain.commands.outcome import Claim, Outcome, Release
from domain.households import normalize
from domain.households.codes import JOIN_REASONS, known
from domain.households.commands.runner import CommandResult, CommandRunner, settle
from domain.households.errors import HeadMissing
from domain.households.household import Household
from domain.households.inputs import NewMember
from domain.households.normalize import Person
from domain.households.number import fold_number
from domain.matching.matcher import near_of
from domain.matching.records import described_entry
from domain.matching.settlement import Anyway, Settlement, pass_or_refuse

PRIVATE = ("name", "birth_date", "id_number", "id_issued_on", "phone", "health")


class MemberCommands(CommandRunner):
    """A person joins, leaves, is corrected, becomes the head, is forgotten."""

    def join_member(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        member: NewMember,
        reason: str,
        expected_version: int | None = None,
        anyway: Anyway | None = None,
    ) -> Outcome:
        """A person joins: `reason` is a code of JOIN_REASONS. `persons` of the outcome is their id.

        Refused: PersonInAnotherHousehold, IdentityNumberTaken, PersonAlreadyMember, what is
        wrong with the person's data, and at last PossibleMatch: somebody in the commune comes
        close to a person who was not named by id; `anyway` passes it.
        """

        def act(household: Household, facts: CommandContext) -> CommandResult:
            person = normalize.person(member, facts.effective_on, facts.recorded_on)
            household.admit(facts)
            known("reason", reason, JOIN_REASONS)
            if person.clear["relation"] == "head":
                raise HeadMissing(heads=2)
            people, also = self._newcomers((person,), household.id, facts)
            household.join(facts, member=people[0], reason=reason)
            settle(household, facts, self._like(person, household, also, anyway), "entry")
            also.notes += tuple(f"members/0/{note}" for note in person.notes)
            return also

        return self._ask(
            "join_member",
            household_id,
            facts,
            {"member": member, "reason": reason} | ({"anyway": anyway.reason} if anyway else {}),
            expected_version,
            act,
        )

    def _like(
        self, person: Person, household: Household, also: CommandResult, anyway: Anyway | None
    ) -> tuple[Settlement, ...]:
        """What is recorded of persons in the commune who come close to one who joins.

        One who is known, by id or by identity number, is compared with nobody.
        """
        if also.known:
            return ()
        given = described_entry(household.area, household.village, "", (person,))
        (match,) = self.matcher.find([given])
        near = [one for one in near_of(match) if one.household.ended_on is None]
        return pass_or_refuse(near, (), anyway)

    def leave_member(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        person_id: UUID,
        reason: str,
        new_head: UUID | None = None,
        relation_before: str = "",
        expected_version: int | None = None,
        anyway: Anyway | None = None,
    ) -> Outcome:
        """A person leaves: `reason` is a code of LEAVE_REASONS.

        The head leaves only with a `new_head` among the others (HeadNeedsSuccessor); a child as
        new head is PossibleMatch, unless `anyway` passes the warning. When the
        last member leaves, the household is dissolved in the same save.
        """

        def act(household: Household, facts: CommandContext) -> CommandResult:
            household.leave(
                facts,
                person_id=person_id,
                reason=reason,
                new_head=new_head,
                relation_before=relation_before,
            )
            if new_head is not None:
                self._confirm_head(household, facts, anyway)
            day = facts.effective_on
            also = CommandResult(releases=[Release(person_key(person_id), household.id, day)])
            if household.ended_on is not None:
                also.releases += release_number(household, facts)
            return also

        asked = {
            "person": person_id,
            "reason": reason,
            "new_head": new_head,
            "relation_before": relation_before,
        } | ({"anyway": anyway.reason} if anyway else {})
        return self._ask("leave_member", household_id, facts, asked, expected_version, act)

    def change_head(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        head: UUID,
        reason: str,
        relation_before: str = "",
        expected_version: int | None = None,
        anyway: Anyway | None = None,
    ) -> Outcome:
        """Another member becomes the head: `reason` is a code of HEAD_REASONS.

        A child is PossibleMatch, unless `anyway` passes the warning.

        `relation_before` is what the former head is to the new one; "" follows from what the new
        head was to the former (a child's parent, a spouse's spouse).
        """

        def act(household: Household, facts: CommandContext) -> None:
            household.change_head(facts, head=head, reason=reason, relation_before=relation_before)
            if household.pending_events:
                self._confirm_head(household, facts, anyway)

        asked = {"head": head, "reason": reason, "relation_before": relation_before}
        asked |= {"anyway": anyway.reason} if anyway else {}
        return self._ask("change_head", household_id, facts, asked, expected_version, act)

    def forget_person(
        self,
        household_id: UUID,
        facts: CommandContext,
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

        def act(household: Household, facts: CommandContext) -> CommandResult:
            basis = text.required("legal_basis", legal_basis, text.NOTE)
            household.forget(facts, person_id=person_id, legal_basis=basis)
            if not household.pending_events:
                return CommandResult()
            pool = self._casework.pool
            others = [
                self.load(one)
                for one in sorted(households_of_person(pool, person_id) - {household.id})
            ]
            also = CommandResult(others=others, forget=[person_id])
            for one in others:
                one.forget(facts, person_id=person_id, legal_basis=basis)
            for one in (household, *others):
                also.releases.append(Release(person_key(person_id), one.id, None))
                also.releases += self._descriptions_of(one)
                if one.stays.keys() <= one.forgotten:
                    also.forget.append(one.id)
            also.releases += self._numbers_of(person_id, (household, *others))
            return also

        asked = {"person": person_id, "legal_basis": legal_basis}
        return self._ask("forget_person", household_id, facts, asked, expected_version, act)

    def _numbers_of(self, person_id: UUID, households: tuple[Household, ...]) -> list[Release]:
        """The claims to identity numbers that the person has or had in these households."""
        known = self._identity_claims(person_id)
        sealed: list[Personal] = []
        for one in households:
            member = one.members.get(person_id) or one.former.get(person_id)
            sealed += [member.private] if member else []
        values = self._casework.keyring.reveal_many(sealed).values()
        numbers = {value["id_number"] for value in values if value and value.get("id_number")}
        blind = self._casework.keyring.blind_index
        keys = known | {identity_key(blind(one)) for one in numbers}
        return [Release(key, person_id, None) for key in sorted(keys)]

    def _identity_claims(self, person_id: UUID) -> set[bytes]:
        """The claims to all identity numbers that a person ever had, former papers too."""
        return {key for key in keys_of(self._casework.pool, person_id) if key[:1] == b"i"}

    def _descriptions_of(self, household: Household) -> list[Release]:
        """The claims to what a household was known by: made of its head's name and birth."""
        keys = keys_of(self._casework.pool, household.id)
        return [Release(key, household.id, None) for key in sorted(keys) if key[:1] == b"w"]


def release_number(
    household: Household, facts: CommandContext, *, error: bool = False
) -> list[Release]:
    """Lets the household's number go from the effective date; with `error` as if never had."""
    if not fold_number(household.number):
        return []
    until = None if error else facts.effective_on
    area, number, id_ = household.area, household.number, household.id
    return [
        Release(number_key(area, number), id_, until),
        Release(second_number_key(area, number, id_), id_, None),
    ]


def claim_number(household_id: UUID, area: str, number: str, facts: CommandContext) -> list[Claim]:
    """Takes a household number in a commune; nothing for a household without a number."""
    if not fold_number(number):
        return []
    return [Claim(number_key(area, number), household_id, facts.effective_on)]
