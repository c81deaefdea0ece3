"""Compares listed households with those on record; a list gives these a class and causes only.

Who lives in it is not changed by a list: a person who is on one side only is reported, and a
person decides whether a person joined, left, or was left out by mistake.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from domain.application import SocaiApplication
from domain.calendar import day_of
from domain.commands.claims import StoredClaim, find_claims
from domain.commands.command import CommandContext
from domain.errors import Refusal
from domain.eventstore.personal import PersonalValues
from domain.households.claims import identity_key
from domain.households.decisions import ClassInput
from domain.households.errors import HouseholdEnded
from domain.households.events import ClassificationWithdrawn, Member
from domain.households.household import Household
from domain.households.papers import NewPaper
from domain.imports.exits import has_left
from domain.imports.listed_household import ListedHousehold, ListedMember
from domain.imports.remarks import Remark
from domain.matching.candidate import Candidate
from domain.matching.evidence import BIRTH, IDENTITY_NUMBER, NAME, Described, compare_persons
from domain.matching.records import described
from domain.standards.standard import NATIONAL


class HouseholdElsewhere(Refusal):
    """The household is recorded in another commune: record its move first."""

    code = "household_elsewhere"


class NobodyInCommon(Refusal):
    """The household with this number has none of these persons: one of the two is wrong."""

    code = "nobody_in_common"


class DecisionWithdrawn(Refusal):
    """This decision was recorded and withdrawn: a list does not bring it back."""

    code = "decision_withdrawn"


def check_withdrawn(household: Household, listed: ListedHousehold) -> None:
    """DecisionWithdrawn if the decision of the list, with these figures, was withdrawn.

    Another class or other figures by the same paper are another decision, and can be recorded.
    """
    paper = (listed.decision_number, listed.decision_date)
    figures = {"income": listed.income, "b1": listed.b1, "b2": listed.b2}
    for one in household.withdrawn_decisions:
        if (
            one.scope == NATIONAL
            and one.effective_on == listed.effective_on
            and one.class_ == (listed.class_ or one.class_)
            and one.document is not None
            and (one.document.number, one.document.signed_on) == paper
            and all(one.facts.get(name) == value for name, value in figures.items())
        ):
            day = day_of(household.withdrawn[one.originator_version].timestamp)
            raise DecisionWithdrawn(household_id=household.id, withdrawn_on=day)


def withdrawn_since(
    application: SocaiApplication, listed: Sequence[ListedHousehold], known: Mapping[int, UUID]
) -> dict[int, DecisionWithdrawn]:
    """By row, households recorded by an earlier list whose decision was withdrawn since.

    `known` says by row which household was recorded. One whose decision was recorded again, by
    hand, is not among them.
    """
    ids = (
        application.recorder.having(ClassificationWithdrawn.TOPIC, known.values())
        if known
        else set()
    )
    households = application.households.load_many(ids)
    found = {}
    for one in listed:
        household = households.get(known[one.row]) if one.row in known else None
        if household is None or has_paper(household, one):
            continue
        try:
            check_withdrawn(household, one)
        except DecisionWithdrawn as refusal:
            found[one.row] = refusal
    return found


def has_paper(household: Household, listed: ListedHousehold) -> bool:
    """Whether the decision of the list counts in the record: its number and day with its class."""
    return any(
        one.scope == NATIONAL
        and one.class_ == (listed.class_ or one.class_)
        and one.effective_on == listed.effective_on
        and one.document is not None
        and (one.document.number, one.document.signed_on)
        == (listed.decision_number, listed.decision_date)
        for one in household.decisions
    )


class HouseholdMatcher:
    """Some households of a list beside those on record that they are, and what is different.

    `known` says by row which household a listed one is, as the matcher or a person said. With
    `settled` a person did, and the members need not agree. Everything is read at once.
    """

    def __init__(
        self,
        application: SocaiApplication,
        listed: Sequence[ListedHousehold],
        known: Mapping[int, Candidate],
        *,
        settled: bool = False,
    ) -> None:
        self.application = application
        self._settled = settled
        self._known = known
        self.ids = {one.row: known[one.row].household_id for one in listed}
        self._households = application.households.load_many(set(self.ids.values()))
        self._revealed = application.keyring.reveal_many(
            member.private for one in self._households.values() for member in one.members.values()
        )

    def compare(
        self, listed: ListedHousehold, context: CommandContext, decision: ClassInput
    ) -> tuple[bool, list[Remark]]:
        """Whether the decision of the list is news for its household, and in what else they differ.

        Raises HouseholdElsewhere, HouseholdEnded, NobodyInCommon, DecisionWithdrawn.
        """
        household = self._households[self.ids[listed.row]]
        if household.ended_on is not None:
            raise HouseholdEnded(
                ended_on=household.ended_on, how=household.ended_how, household_id=household.id
            )
        self._check_place(household, listed)
        findings = self._differences(household, listed)
        if listed.leaves:
            # Lists of exits may name heads alone, so who is not on them says nothing.
            findings = [one for one in findings if one.code != "member_not_on_list"]
            news = not has_left(household, listed, context)
        else:
            news = not self._has_decision(household, context, decision)
        if news:
            check_withdrawn(household, listed)
        return news, findings

    def new_papers(self, listed: ListedHousehold) -> tuple[NewPaper, ...]:
        """The identity numbers that the list gives persons who had none, or had a CMND.

        Whether they can be taken the command says.
        """
        household = self._households[self.ids[listed.row]]
        return tuple(NewPaper(*paper) for paper in self._papers(household, listed))

    def _papers(self, household: Household, listed: ListedHousehold) -> Iterator[tuple[UUID, str]]:
        """Persons surely on both sides with the number that is new, CMND to CCCD or none to any."""
        for one in household.members.values():
            private = self._private(one)
            if private is None or one.person_id in household.forgotten:
                continue
            person = described(private, one.sex, one.birth_year, one.person_id)
            if len(person.id_number) == 12:
                continue
            same = [member for member in listed.members if _surely(person, member)]
            if len(same) != 1 or not same[0].id_number:
                continue
            if len(same[0].id_number) > len(person.id_number):
                yield one.person_id, same[0].id_number

    def _private(self, member: Member) -> PersonalValues | None:
        return self._revealed.get((member.private.subject, member.private.sealed))

    def _check_place(self, household: Household, listed: ListedHousehold) -> None:
        """The same commune, or one that went over whole into the other, whichever came first: a
        list may be of before the merger after which the household was moved."""
        lineage = self.application.areas.directory.lineage
        own, named, day = household.area, listed.area, listed.effective_on
        if own == named:
            return
        if own in lineage.units and lineage.units[own].valid_from > day:
            own, named, day = named, own, lineage.units[own].valid_from
        place = lineage.place(own, day)
        if not place.exact or place.node != named:
            raise HouseholdElsewhere(household_id=household.id, area=household.area)

    @staticmethod
    def _has_decision(household: Household, context: CommandContext, decision: ClassInput) -> bool:
        """Whether this paper is recorded: the same number and day with the same class."""
        paper = context.document
        return any(
            one.scope == decision.scope
            and one.class_ == decision.class_
            and one.effective_on == context.effective_on
            and one.document is not None
            and paper is not None
            and (one.document.number, one.document.signed_on) == (paper.number, paper.signed_on)
            for one in household.decisions
        )

    def _differences(self, household: Household, listed: ListedHousehold) -> list[Remark]:
        """Persons who are only on the list, and how many are only on record.

        A person is the same by identity number, or by name and birth where the numbers do not
        contradict. Erased persons cannot be compared and count as on the list.
        """
        unmatched = [
            described(private, one.sex, one.birth_year, one.person_id)
            for one in household.members.values()
            if (private := self._private(one)) is not None
        ]
        findings = []
        for member in listed.members:
            match = next((one for one in unmatched if _surely(one, member)), None)
            if match is None:
                findings.append(Remark(member.row, "member_not_in_record", "member"))
            else:
                unmatched.remove(match)
        if len(findings) == len(listed.members) and not self._settled:
            raise NobodyInCommon(household_id=household.id)
        if unmatched:
            values = {"count": len(unmatched)}
            findings.append(Remark(listed.row, "member_not_on_list", "", values))
        return findings


def _surely(person: Described, member: ListedMember) -> bool:
    """Whether a person on record is the one of a row: two kinds agree and none contradicts, or
    the identity number agrees and the name is at least alike."""
    listed = Described(
        member.name, member.birth_date, member.birth_year, member.sex, member.id_number
    )
    agrees, _, differs = compare_persons(person, listed)
    if IDENTITY_NUMBER in agrees:
        return NAME not in differs or BIRTH in agrees
    unknown = BIRTH not in agrees and BIRTH not in differs
    return NAME in agrees and not differs and (BIRTH in agrees or unknown)


def row_of(application: SocaiApplication, listed: ListedHousehold, person: UUID) -> int | None:
    """The row of a person of a list who is known by identity number."""
    blind = application.keyring.blind_index
    keys = {one.row: identity_key(blind(one.id_number)) for one in listed.members if one.id_number}
    claims = find_claims(application.pool, keys.values())
    return next((row for row, key in keys.items() if _holder(claims, key) == person), None)


def _holder(claims: Mapping[bytes, StoredClaim], key: bytes) -> UUID | None:
    claim = claims.get(key)
    return claim.holder if claim is not None and claim.until is None else None
