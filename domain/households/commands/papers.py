"""Commands about who a person or household is: a change of papers, and a settled match."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.claims import identity_key
from domain.errors import Refusal
from domain.facts import Facts
from domain.households.commands.asking import Also, Commands
from domain.households.household import Household
from domain.households.identity import id_number
from domain.households.refusals import OutOfOrder
from domain.matching.settlement import SAME, Settlement
from domain.recording import Claim, Outcome


@dataclass(frozen=True, slots=True)
class NewPaper:
    """The identity number that a person has now."""

    person_id: UUID
    id_number: str = field(repr=False)


class PaperCommands(Commands):
    """Papers change, and a person says who a household is."""

    def change_papers(
        self,
        household_id: UUID,
        facts: Facts,
        *,
        papers: Sequence[NewPaper],
        source: str = "entry",
        expected_version: int | None = None,
    ) -> Outcome:
        """Members have other identity numbers from now on; the former stay theirs, to be found by.

        Refused: IdentityNumberTaken, IdentityNumberMalformed, PersonUnknown, OutOfOrder.
        """

        def act(household: Household, facts: Facts) -> Also:
            return self._change_papers(household, facts, papers, source)

        asked = {"papers": [[one.person_id, id_number(one.id_number)] for one in papers]}
        return self._ask("change_papers", household_id, facts, asked, expected_version, act)

    def _change_papers(
        self, household: Household, facts: Facts, papers: Sequence[NewPaper], source: str
    ) -> Also:
        keyring = self._casework.keyring
        members = [household.member(one.person_id) for one in papers]
        values = keyring.reveal_each([one.private for one in members])
        sealer = keyring.sealer([one.person_id for one in papers])
        also = Also(sealers=[sealer])
        for paper, value in zip(papers, values, strict=True):
            number = id_number(paper.id_number)
            if value is None or value.get("id_number") == number:
                continue
            after = {**value, "id_number": number}
            household.change_papers(
                facts,
                person_id=paper.person_id,
                after=sealer.seal(paper.person_id, after),
                source=source,
            )
            key = identity_key(keyring.blind_index(number))
            also.claims.append(Claim(key, paper.person_id, facts.effective_on))
        return also

    def settle_same(
        self, household_id: UUID, facts: Facts, settled: Settlement, *, source: str
    ) -> Outcome:
        """A person said that a row of a list is this household; recorded once for each source."""

        def act(household: Household, facts: Facts) -> None:
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

    def _papers_if_in_order(
        self, household: Household, facts: Facts, papers: Sequence[NewPaper], source: str
    ) -> Also:
        """As `_change_papers`; a late list that says less than is known changes nothing."""
        try:
            return self._change_papers(household, facts, papers, source)
        except (OutOfOrder, Refusal):
            return Also()
