"""Papers of a member change: another identity number, from a form or from a list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.commands.claims import Claim
from domain.commands.command import LEFT_OUT, CommandContext, CommandResult
from domain.errors import CommandReused, Refusal
from domain.eventstore.personal import Personal
from domain.households import events
from domain.households.codes import PAPER_REASONS
from domain.households.errors import (
    IdentityNumberTaken,
    PaperOutdated,
    PersonIsForgotten,
    TextMissing,
)
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household
from domain.households.identity import id_number, implausible


@dataclass(frozen=True, slots=True)
class NewPaper:
    """The identity number that a person has now."""

    person_id: UUID
    id_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangePapers(HouseholdChange):
    """Members have other identity numbers from now on; the former stay theirs, to be found by.

    `source` is "entry", or "entry:REASON" with a code of PAPER_REASONS.
    Refused: IdentityNumberTaken, IdentityNumberMalformed, PaperOutdated, TextMissing,
    PersonUnknown, PersonIsForgotten, OutOfOrder, UnknownCode.
    """

    NAME: ClassVar[str] = "change_papers"
    papers: Sequence[NewPaper]
    source: str = field(default="entry", metadata=LEFT_OUT)

    def arguments(self) -> dict[str, object]:
        """The values of the fingerprint: the numbers without their blanks, and a reason."""
        papers = [[one.person_id, id_number(one.id_number)] for one in self.papers]
        source = {"source": self.source} if ":" in self.source else {}
        return {"household": self.household_id, "papers": papers, **source}

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the numbers that are other ones, with their claims."""
        entry, _, reason = self.source.partition(":")
        if entry == "entry" and reason:
            text.known("reason", reason, PAPER_REASONS)
        members = [household.member(one.person_id) for one in self.papers]
        values = services.keyring.reveal_each([one.private for one in members])
        sealer = services.keyring.sealer([one.person_id for one in self.papers])
        result = CommandResult(household, sealers=[sealer])
        for index, (paper, member, value) in enumerate(
            zip(self.papers, members, values, strict=True)
        ):
            number = id_number(paper.id_number)
            if not number:
                raise TextMissing(field="id_number")
            if value is None:
                raise PersonIsForgotten(person_id=paper.person_id)
            if value.get("id_number") == number:
                continue
            if len(value.get("id_number", "")) > len(number):
                raise PaperOutdated(field="id_number")
            change_papers(
                household,
                context,
                person_id=paper.person_id,
                after=sealer.seal(paper.person_id, {**value, "id_number": number}),
                source=self.source,
            )
            key = services.identity_key(number)
            result.claims.append(Claim(key, paper.person_id, context.effective_on))
            doubts = implausible(number, member.sex, member.birth_year)
            result.notes += tuple(f"members/{index}/{doubt}" for doubt in doubts)
        return result


@dataclass(frozen=True, slots=True)
class TakePapers(HouseholdChange):
    """The identity numbers that a list gives members, each taken by itself.

    A number is taken with its event, claim and key, or is left with a note that says why:
    "papers/INDEX/CODE" with the code of the refusal. Numbers that are asked for again were
    corrected since they were recorded: all are left.
    """

    NAME: ClassVar[str] = "change_papers"
    ANSWERED_AGAIN: ClassVar[bool] = False
    papers: Sequence[NewPaper]
    source: str = field(metadata=LEFT_OUT)

    def arguments(self) -> dict[str, object]:
        """The values that the fingerprint is made of: the numbers as the list gives them."""
        papers = [[one.person_id, one.id_number] for one in self.papers]
        return {"household": self.household_id, "papers": papers}

    def keys_needed(self, services: HouseholdServices, context: CommandContext) -> Iterable[bytes]:
        """The claims to the numbers."""
        return [services.identity_key(one.id_number) for one in self.papers]

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the numbers that can be taken."""
        result = CommandResult(household, recorded_unchanged=False)
        if services.is_recorded(context.command_id):
            result.notes = tuple(_note(i, CommandReused()) for i in range(len(self.papers)))
            return result
        sealer = services.keyring.sealer([one.person_id for one in self.papers])
        result.sealers.append(sealer)
        keys = [services.identity_key(one.id_number) for one in self.papers]
        holders = services.claims.look(keys)
        for index, (paper, key) in enumerate(zip(self.papers, keys, strict=True)):
            claim = Claim(key, paper.person_id, context.effective_on)
            try:
                if key in holders and not holders[key].free_for(claim.holder, claim.since):
                    raise IdentityNumberTaken(person_id=holders[key].holder)
                member = household.member(paper.person_id)
                value = services.keyring.reveal(member.private)
                if value is None or value.get("id_number") == paper.id_number:
                    continue
                change_papers(
                    household,
                    context,
                    person_id=paper.person_id,
                    after=sealer.seal(paper.person_id, {**value, "id_number": paper.id_number}),
                    source=self.source,
                )
            except Refusal as refusal:
                result.notes += (_note(index, refusal),)
                continue
            result.claims.append(claim)
        return result


def _note(index: int, refusal: Refusal) -> str:
    """The note of an outcome that says why a number was not taken."""
    return f"papers/{index}/{refusal.code}"


def change_papers(
    household: Household, context: CommandContext, *, person_id: UUID, after: Personal, source: str
) -> None:
    """Records another identity number of a member; `after` seals all private values with it.

    Refused before the person's coming and before an earlier correction of private values.
    """
    household.require_open_on(context)
    member = household.member(person_id)
    household.require_not_before(
        context,
        household.stays[person_id][-1].since,
        household.corrected_on.get((person_id, "private")),
    )
    household.record(
        events.PapersChanged,
        context,
        person_id=person_id,
        before=member.private,
        after=after,
        source=source,
    )
