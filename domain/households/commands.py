"""What can be asked of households: each command loads, asks the aggregate, and saves.

Every command takes `Facts` (when it was so, who records it, the command's id, the moment, the
paper) and answers with an `Outcome`. A repeated command id answers as it did the first time and
records nothing. A command that changes nothing records nothing and answers with the version as
it is. `expected_version` is the version the caller last read: if somebody saved since,
StaleVersion; without it the command is run again on the newer state, a few times at most.

All refusals are in `domain.households.refusals` and `domain.errors`. Personal data comes in as
plain text (`domain.households.inputs`), is sealed here, and never gets into an event, a message
or a log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from domain.errors import Refusal
from domain.facts import Facts
from domain.households.events import Answers
from domain.households.inputs import (
    ClassInput,
    HouseholdCorrection,
    MemberCorrection,
    NewHousehold,
    NewMember,
    SupportInput,
    SurveyInput,
)
from domain.recording import Outcome

if TYPE_CHECKING:
    from domain.casework import Casework


class Directory(Protocol):
    """Where areas are looked up."""

    def require(self, unit_or_code: str, on: date) -> str:
        """The unit id of a commune-level unit in force on `on`; refuses what is not."""


@dataclass(frozen=True, slots=True)
class PlannedRegistration:
    """A registration checked by itself, ready for `record_many`. Made by `plan_registration`."""

    facts: Facts
    household: NewHousehold
    decision: ClassInput | None
    causes: tuple[str, ...]
    needs: tuple[str, ...]
    digest: bytes
    notes: tuple[str, ...]


class HouseholdCommands:
    """The commands about households, on one Casework."""

    def __init__(self, casework: "Casework", directory: Directory) -> None:
        raise NotImplementedError

    # The household and its members.

    def register(self, facts: Facts, household: NewHousehold) -> Outcome:
        """Enters a household with its members; claims the persons, numbers and household number."""
        raise NotImplementedError

    def join_member(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        member: NewMember,
        reason: str,
        expected_version: int | None = None,
    ) -> Outcome:
        """A person joins: reason birth, marriage, moved_in, adoption, returned or error."""
        raise NotImplementedError

    def leave_member(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        person_id: UUID,
        reason: str,
        new_head: UUID | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """A person leaves: reason death, moved_out, marriage, away or error.

        The head leaves only with a `new_head` among the others. When the last member leaves, the
        household is dissolved in the same save.
        """
        raise NotImplementedError

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
        """Corrects what was written about a person, as of the effective date."""
        raise NotImplementedError

    def correct_household(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        correction: HouseholdCorrection,
        reason: str,
        expected_version: int | None = None,
    ) -> Outcome:
        """Corrects number, village, address, residence or flags, as of the effective date."""
        raise NotImplementedError

    def change_head(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        head: UUID,
        reason: str,
        relation_before: str = "other",
        expected_version: int | None = None,
    ) -> Outcome:
        """Another member heads it; `relation_before` is what the former head is to the new one."""
        raise NotImplementedError

    # The household as a whole.

    def move(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        area: str,
        village: str,
        address: str | None = None,
        number: str | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Moves within a commune or to another one.

        `address` None keeps it within a commune and clears it between communes; so does `number`.
        """
        raise NotImplementedError

    def split(
        self,
        household_id: UUID,
        facts: Facts,
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
    ) -> Outcome:
        """Some members form a household of their own; both are saved together.

        `persons` maps those who go to their relation to the new head (one is "head"). `new_head`
        heads those who stay, where the head goes. With `keep_class` the new household carries
        the class of the old one, which needs the paper that says so. `area` "" is the same
        commune. The outcome's `created` is the new household.
        """
        raise NotImplementedError

    def merge(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        into: UUID,
        relations: Mapping[UUID, str],
        expected_version: int | None = None,
        into_version: int | None = None,
    ) -> Outcome:
        """All members go over into household `into`, and this one ends; both saved together.

        `relations` maps each of them to the relation to the head there.
        """
        raise NotImplementedError

    def dissolve(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        reason: str,
        expected_version: int | None = None,
    ) -> Outcome:
        """Ends the household: reason death, moved_away, error or other."""
        raise NotImplementedError

    # What was found and decided.

    def screen(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        form: str,
        answers: Answers,
        outcome: str,
        override_reason: str = "",
        expected_version: int | None = None,
    ) -> Outcome:
        """Records Form A: outcome "survey" (go on to Form B) or "not_poor"."""
        raise NotImplementedError

    def survey(
        self,
        household_id: UUID,
        facts: Facts,
        survey: SurveyInput,
        *,
        expected_version: int | None = None,
    ) -> Outcome:
        """Records Form B of the effective date; the outcome's `created` is the survey id."""
        raise NotImplementedError

    def classify(
        self,
        household_id: UUID,
        facts: Facts,
        decision: ClassInput,
        *,
        expected_version: int | None = None,
    ) -> Outcome:
        """A signed decision gives the household its class, with the figures and reasons."""
        raise NotImplementedError

    def exit(
        self,
        household_id: UUID,
        facts: Facts,
        decision: ClassInput,
        *,
        expected_version: int | None = None,
    ) -> Outcome:
        """As classify, for a listed household that leaves poverty or near-poverty."""
        raise NotImplementedError

    def record_causes(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        causes: Sequence[str],
        note: str = "",
        expected_version: int | None = None,
    ) -> Outcome:
        """Why it is poor: codes of `codes.CAUSES`."""
        raise NotImplementedError

    def record_needs(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        needs: Sequence[str],
        note: str = "",
        expected_version: int | None = None,
    ) -> Outcome:
        """What it needs: codes of `codes.NEEDS`."""
        raise NotImplementedError

    def agree_plan(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        goal: str,
        steps: Sequence[str],
        responsible: str,
        review_on: date | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Agrees the plan for this household; `responsible` is an office or account."""
        raise NotImplementedError

    def grant_support(
        self,
        household_id: UUID,
        facts: Facts,
        support: SupportInput,
        *,
        expected_version: int | None = None,
    ) -> Outcome:
        """Grants one support; the outcome's `created` is the support id."""
        raise NotImplementedError

    def forget_person(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        person_id: UUID,
        legal_basis: str,
        expected_version: int | None = None,
    ) -> Outcome:
        """Destroys the person's key in the save that records it, and removes the claims.

        Also for one who left, and for a household that has ended. Whoever is still a member
        stays counted, unreadable.
        """
        raise NotImplementedError

    # Thousands at a time.

    def plan_registration(
        self,
        facts: Facts,
        household: NewHousehold,
        *,
        decision: ClassInput | None = None,
        causes: Sequence[str] = (),
        needs: Sequence[str] = (),
    ) -> PlannedRegistration:
        """Checks one registration (with its class, causes and needs) by itself; asks no database.

        `facts.command_id` must be of this household alone and the same on every try, for
        instance uuid5(import id, household's row), so that an import can be run again. Raises
        whatever is wrong with it.
        """
        raise NotImplementedError

    def record_many(
        self, plans: Sequence[PlannedRegistration], *, dry_run: bool = False
    ) -> list[Outcome | Refusal]:
        """Saves many registrations, thousands in one transaction; answers each, in order.

        A refusal of one (a person who is already elsewhere, a number taken, a reused command)
        is in the list in its place and touches no other; `seq` is None. With `dry_run` nothing
        is saved, and the answers are what would have been.
        """
        raise NotImplementedError

    # Questions.

    def version(self, household_id: UUID) -> int:
        """The version of a household as it is now; HouseholdUnknown if there is none."""
        raise NotImplementedError
