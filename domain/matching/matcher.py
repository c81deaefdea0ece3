"""The matcher judges described households: certain, possible or none, with its evidence."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.eventstore.personal import Keyring, Personal, Revealed
from domain.eventstore.postgres import Pool
from domain.households.household import Household
from domain.matching.candidate import Candidate
from domain.matching.evidence import (
    CERTAIN,
    CHILD_HEAD,
    CONTRADICTION,
    IDENTITY_NUMBER,
    MEMBERS,
    NONE,
    NUMBER,
    OF_AGE,
    POSSIBLE,
    Described,
    DescribedHousehold,
    compare_fellows,
    compare_households,
)
from domain.matching.lookup import Lookup
from domain.matching.records import describe

Load = Callable[[Iterable[UUID]], dict[UUID, Household]]
Related = Callable[[str], Sequence[str]]
Home = tuple[Household, DescribedHousehold]


@dataclass(frozen=True, slots=True)
class Match:
    """The answer about one household described.

    `certain` is the household it is; otherwise `candidates` are those that a person must look at
    (POSSIBLE) or that contradict it (CONTRADICTION). `apart` are households that share some
    trait and are surely others.
    """

    verdict: str
    certain: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()
    apart: frozenset[UUID] = frozenset()


class Matcher:
    """Answers who described households are. `related` gives the units of a unit's lineage."""

    def __init__(self, pool: Pool, keyring: Keyring, load: Load, related: Related) -> None:
        self._lookup = Lookup(pool, keyring)
        self._keyring = keyring
        self._load = load
        self._related = related

    def find(
        self,
        described: Sequence[DescribedHousehold],
        *,
        sources: Sequence[str] = (),
        of_source: Container[UUID] = (),
        also: Mapping[int, frozenset[UUID]] | None = None,
    ) -> list[Match]:
        """The answer for each description, in order; a few queries for all of them.

        Households recorded from its `sources` entry (an import) are no candidates for a row of
        the same list; those that are known to be are given as `of_source`, which saves loading
        them. `also` are further households to compare, by index. Where the head does not say who
        the household is for certain, the other members are looked for as well.
        Raises MatchingNotReady.
        """
        units: dict[str, Sequence[str]] = {}
        for one in described:
            if one.unit not in units:
                units[one.unit] = self._related(one.unit)
        found = self._lookup.candidates([(one, units[one.unit]) for one in described])
        for index, ids in (also or {}).items():
            found[index] += [id_ for id_ in ids if id_ not in found[index]]
        own: list[frozenset[UUID]] = []
        for index, near in enumerate(found):
            same_list = [id_ for id_ in near if sources and sources[index] and id_ in of_source]
            own.append(frozenset(same_list))
            found[index] = [id_ for id_ in near if id_ not in same_list]
        homes = self._described({id_ for ids in found for id_ in ids})
        answers = [
            self._answer(
                one,
                [homes[i] for i in ids if i in homes],
                sources[index] if sources else "",
                own[index],
            )
            for index, (one, ids) in enumerate(zip(described, found, strict=True))
        ]
        unsure = [
            index
            for index, (one, answer) in enumerate(zip(described, answers, strict=True))
            if answer.verdict in (NONE, POSSIBLE) and len(one.members) > 1
        ]
        fellows = self._lookup.with_fellows(
            [(described[index], units[described[index].unit]) for index in unsure]
        )
        for place, index in enumerate(unsure):
            if sources and sources[index]:
                fellows[place] = [id_ for id_ in fellows[place] if id_ not in of_source]
        homes |= self._described({id_ for ids in fellows for id_ in ids} - homes.keys())
        for index, more in zip(unsure, fellows, strict=True):
            compared = [homes[i] for i in dict.fromkeys((*found[index], *more)) if i in homes]
            source = sources[index] if sources else ""
            answers[index] = _with_fellows(answers[index], described[index], compared, source)
        return answers

    def _described(self, ids: Iterable[UUID]) -> dict[UUID, Home]:
        """The households of these ids, each with what of it can be read."""
        households = self._load(ids)
        revealed = self._reveal(households.values())
        return {
            id_: (one, describe(one, lambda p: revealed.get((p.subject, p.sealed))))
            for id_, one in households.items()
        }

    def _reveal(self, households: Iterable[Household]) -> Revealed:
        sealed: list[Personal] = []
        for one in households:
            sealed += [member.private for member in one.members.values()]
            if one.ended_on is not None:
                sealed += [member.private for member in one.former.values()]
        return self._keyring.reveal_many(sealed) if sealed else {}

    @staticmethod
    def _answer(
        household_described: DescribedHousehold,
        near: list[Home],
        source: str,
        own: frozenset[UUID],
    ) -> Match:
        certain: list[Candidate] = []
        possible: list[Candidate] = []
        against: list[Candidate] = []
        apart: set[UUID] = set(own)
        for household, recorded in near:
            if (source and household.source == source) or not recorded.members:
                apart.add(household.id)
                continue
            evidence = compare_households(household_described, recorded)
            candidate = Candidate(household, evidence)
            if evidence.verdict == CERTAIN:
                certain.append(candidate)
            elif evidence.verdict == POSSIBLE:
                possible.append(candidate)
            elif evidence.verdict == CONTRADICTION:
                against.append(candidate)
            else:
                apart.add(household.id)
        return _decided(certain, possible, against, frozenset(apart))


def _decided(
    certain: list[Candidate],
    possible: list[Candidate],
    against: list[Candidate],
    apart: frozenset[UUID],
) -> Match:
    """One answer from the comparisons with all candidates.

    What holds by a number is stronger than what holds by name and birth: only the latter is
    shaken by other candidates that come close.
    """
    if against:
        return Match(CONTRADICTION, None, (*against, *possible, *certain), apart)
    strong = [one for one in certain if {IDENTITY_NUMBER, NUMBER, MEMBERS} & {*one.evidence.agrees}]
    if len(strong) == 1:
        certain, possible = strong, []
    if len(certain) == 1 and not possible:
        return Match(CERTAIN, certain[0], (), apart)
    if certain or possible:
        return Match(POSSIBLE, None, (*certain, *possible), apart)
    return Match(NONE, None, (), apart)


def _with_fellows(
    match: Match, given: DescribedHousehold, near: Iterable[Home], source: str
) -> Match:
    """The answer with households where other members than the head are, as far as they go on."""
    known = {one.household_id for one in near_of(match)}
    more = [
        Candidate(household, evidence)
        for household, recorded in near
        if household.id not in known
        and household.ended_on is None
        and not (source and household.source == source)
        and (evidence := compare_fellows(given, recorded)) is not None
    ]
    if not more:
        return match
    apart = match.apart - {one.household_id for one in more}
    return Match(POSSIBLE, None, (*match.candidates, *more), apart)


def near_of(match: Match) -> tuple[Candidate, ...]:
    """All households that come close, a certain one among them."""
    return (match.certain, *match.candidates) if match.certain else match.candidates


def warnings_about(household: DescribedHousehold, on: date) -> tuple[str, ...]:
    """Warnings about a household itself, for a person to confirm: a head who is not of age."""
    return warnings_about_head(household.head, on)


def warnings_about_head(head: Described, on: date) -> tuple[str, ...]:
    """Warnings about the head of a household on a day, for a person to confirm."""
    return (CHILD_HEAD,) if _is_child(head, on) else ()


def _is_child(head: Described, on: date) -> bool:
    if head.birth_date is not None:
        born = head.birth_date
        return (on.year - born.year - ((on.month, on.day) < (born.month, born.day))) < OF_AGE
    return head.birth_year is not None and on.year - head.birth_year < OF_AGE
