"""CommandRunner about who a person or household is: a change of papers, and a settled match."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.commands.claims import ClaimReader, identity_key
from domain.commands.context import CommandContext
from domain.commands.outcome import Claim, Outcome
from domain.errors import Refusal
from domain.households.codes import PAPER_REASONS, known
from domain.households.commands.runner import CommandResult, CommandRunner
from domain.households.errors import (
    IdentityNumberTaken,
    PaperOutdated,
    PersonIsForgotten,
    TextMissing,
)
from domain.households.household import Household
from domain.households.identity import id_number, implausible
from domain.matching.settlement import SAME, Settlement


@dataclass(frozen=True, slots=True)
class NewPaper:
    """The identity number that a person has now."""

    person_id: UUID
    id_number: str = field(repr=False)


class PaperCommands(CommandRunner):
    """Papers change, and a person says who a household is."""

    def change_papers(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        papers: Sequence[NewPaper],
        source: str = "entry",
        expected_version: int | None = None,
    ) -> Outcome:
        """Members have other identity numbers from now on; the former stay theirs, to be found by.

        `source` is "entry", or "entry:REASON" with a code of PAPER_REASONS.
        Refused: IdentityNumberTaken, IdentityNumberMalformed, PaperOutdated, TextMissing,
        PersonUnknown, PersonIsForgotten, OutOfOrder, UnknownCode.
        """
        entry, _, why = source.partition(":")
        if entry == "entry" and why:
            known("reason", why, PAPER_REASONS)

        def act(household: Household, facts: CommandContext) -> CommandResult:
            return self._change_papers(household, facts, papers, source)

        asked: dict[str, Any] = {
            "papers": [[one.person_id, id_number(one.id_number)] for one in papers]
        }
        if why:
            asked["source"] = source
        return self._ask("change_papers", household_id, facts, asked, expected_version, act)

    def _change_papers(
        self, household: Household, facts: CommandContext, papers: Sequence[NewPaper], source: str
    ) -> CommandResult:
        keyring = self._casework.keyring
        members = [household.member(one.person_id) for one in papers]
        values = keyring.reveal_each([one.private for one in members])
        sealer = keyring.sealer([one.person_id for one in papers])
        also, notes = CommandResult(sealers=[sealer]), []
        for index, (paper, member, value) in enumerate(zip(papers, members, values, strict=True)):
            number = id_number(paper.id_number)
            if not number:
                raise TextMissing(field="id_number")
            if value is None:
                raise PersonIsForgotten(person_id=paper.person_id)
            if value.get("id_number") == number:
                continue
            if len(value.get("id_number", "")) > len(number):
                raise PaperOutdated(field="id_number")
            after = {**value, "id_number": number}
            household.change_papers(
                facts,
                person_id=paper.person_id,
                after=sealer.seal(paper.person_id, after),
                source=source,
            )
            key = identity_key(keyring.blind_index(number))
            also.claims.append(Claim(key, paper.person_id, facts.effective_on))
            doubts = implausible(number, member.sex, member.birth_year)
            notes += [f"members/{index}/{doubt}" for doubt in doubts]
        also.notes = tuple(notes)
        return also

    def settle_same(
        self, household_id: UUID, facts: CommandContext, settled: Settlement, *, source: str
    ) -> Outcome:
        """A person said that a row of a list is this household; recorded once for each source."""

        def act(household: Household, facts: CommandContext) -> None:
            household.settle_match(
                facts,
                candidate=settled.candidate,
                verdict=SAME,
                evidence=settled.evidence,
                reason=settled.reason,
                source=source,
            )

        asked: dict[str, Any] = {"settled": settled, "source": source}
        return self._ask("settle_same", household_id, facts, asked, None, act)

    def take_papers(
        self, household_id: UUID, facts: CommandContext, *, papers: Sequence[NewPaper], source: str
    ) -> Outcome:
        """As `change_papers`, but each number by itself, with a note for one that is not taken."""

        def act(household: Household, facts: CommandContext) -> CommandResult:
            claims = ClaimReader(self._casework.pool, self._casework.keyring)
            return self._take_papers(household, facts, papers, source, claims)

        asked = {"papers": [[one.person_id, one.id_number] for one in papers]}
        return self._ask("change_papers", household_id, facts, asked, None, act)

    def _take_papers(
        self,
        household: Household,
        facts: CommandContext,
        papers: Sequence[NewPaper],
        source: str,
        claims: ClaimReader,
    ) -> CommandResult:
        """Each number is taken with its event, claim and key, or is left with a note that says why.

        A note is "papers/INDEX/CODE" with the code of the refusal.
        """
        keyring = self._casework.keyring
        sealer = keyring.sealer([one.person_id for one in papers])
        also, notes = CommandResult(sealers=[sealer]), []
        keys = [claims.identity(one.id_number) for one in papers]
        holders = claims.look(keys)
        for index, (paper, key) in enumerate(zip(papers, keys, strict=True)):
            claim = Claim(key, paper.person_id, facts.effective_on)
            try:
                if key in holders and not holders[key].free_for(claim.holder, claim.since):
                    raise IdentityNumberTaken(person_id=holders[key].holder)
                value = keyring.reveal(household.member(paper.person_id).private)
                if value is None or value.get("id_number") == paper.id_number:
                    continue
                household.change_papers(
                    facts,
                    person_id=paper.person_id,
                    after=sealer.seal(paper.person_id, {**value, "id_number": paper.id_number}),
                    source=source,
                )
            except Refusal as refusal:
                notes.append(paper_note(index, refusal))
                continue
            also.claims.append(claim)
        also.notes = tuple(notes)
        return also


def paper_note(index: int, refusal: Refusal) -> str:
    """The note of an outcome that says why a number was not taken."""
    return f"papers/{index}/{refusal.code}"
