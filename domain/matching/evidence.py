"""Compares two descriptions of a household: certain, possible or none, with the evidence.

Pure: what a list, a form or a request says of a household on one side, what is on record on the
other. Certain needs two kinds of evidence that agree and none that contradicts. A number alone,
against another name and another birth, is a contradiction: one of the two is a typing error.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from domain.matching.names import fold_name, fold_village, likely_one_name

CERTAIN, POSSIBLE, NONE, CONTRADICTION = "certain", "possible", "none", "contradiction"

# Kinds of evidence, as events, the API and the pages name them.
IDENTITY_NUMBER, NUMBER, NAME, BIRTH, SEX = "id_number", "number", "name", "birth", "sex"
VILLAGE, MEMBERS = "village", "members"
OF_A_PERSON = frozenset({IDENTITY_NUMBER, NAME, BIRTH, SEX})
# A name or an identity number that is nearly the same: neither agrees nor contradicts.
NEARLY = {NAME: "name_nearly", IDENTITY_NUMBER: "id_number_nearly"}
# Warnings that a person passes in the same way as a possible match.
CHILD_HEAD, PERSON_TWICE = "child_head", "person_twice"
OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Described:
    """One person as described anywhere; what is unknown is "" or None."""

    name: str = field(repr=False)
    birth_date: date | None = field(default=None, repr=False)
    birth_year: int | None = field(default=None, repr=False)
    sex: str = ""
    id_number: str = field(default="", repr=False)
    person: UUID | None = None


@dataclass(frozen=True, slots=True)
class DescribedHousehold:
    """A household as described anywhere; the first member is the head.

    `number` is folded (`domain.households.number`), `unit` a unit id.
    """

    unit: str
    village: str
    number: str
    members: tuple[Described, ...] = field(repr=False)

    @property
    def head(self) -> Described:
        """The head of the household."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The verdict of a comparison, and the kinds that agree, nearly agree, and differ.

    `person` is the member on record who was compared with the member described at the place
    `member`: the head, or another one where others are looked for.
    """

    verdict: str
    agrees: tuple[str, ...] = ()
    nearly: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    person: UUID | None = None
    member: int = 0

    def codes(self) -> tuple[str, ...]:
        """The evidence as an event keeps it: "name", "name_nearly", "not:birth"."""
        near = tuple(NEARLY.get(kind, kind) for kind in self.nearly)
        return (*self.agrees, *near, *(f"not:{kind}" for kind in self.differs))

    def of_couple(self) -> tuple[str, ...]:
        """The codes of the two persons compared; none where neither name nor identity number
        comes close."""
        if self.member:
            return BIRTH, NAME
        if not {IDENTITY_NUMBER, NAME} & {*self.agrees, *self.nearly}:
            return ()
        nearly = tuple(NEARLY[kind] for kind in self.nearly)
        against = tuple(f"not:{kind}" for kind in self.differs if kind in OF_A_PERSON)
        return (*(kind for kind in self.agrees if kind in OF_A_PERSON), *nearly, *against)


def compare_persons(
    person: Described, other: Described
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Kinds that agree, nearly agree and differ between two persons; unknown kinds are in none.

    A number of nine digits and one of twelve can be one person's and say nothing. Where one side
    knows only the year of birth, the year decides. Equal sex is no evidence, another is.
    """
    agrees, nearly, differs = set(), set(), set()
    if person.id_number and other.id_number:
        if person.id_number == other.id_number:
            agrees.add(IDENTITY_NUMBER)
        elif len(person.id_number) == len(other.id_number):
            differs.add(IDENTITY_NUMBER)
            if _one_slip(person.id_number, other.id_number):
                nearly.add(IDENTITY_NUMBER)
    a, b = fold_name(person.name), fold_name(other.name)
    if a and b:
        if a == b:
            agrees.add(NAME)
        else:
            (nearly if likely_one_name(a, b) else differs).add(NAME)
    same_birth = _same_birth(person, other)
    if same_birth is not None:
        (agrees if same_birth else differs).add(BIRTH)
    if person.sex and other.sex and person.sex != other.sex:
        differs.add(SEX)
    return frozenset(agrees), frozenset(nearly), frozenset(differs)


def compare_households(given: DescribedHousehold, recorded: DescribedHousehold) -> Evidence:
    """Compares two descriptions: the evidence for and against one household."""
    person, (agrees, nearly, differs) = _closest(given.head, recorded.members)
    for_, against = set(agrees), set(differs)
    same_unit = given.unit == recorded.unit
    if given.number and recorded.number:
        if given.number == recorded.number:
            for_.add(NUMBER)
        elif same_unit:
            against.add(NUMBER)
    if given.village and fold_village(given.village) == fold_village(recorded.village):
        for_.add(VILLAGE)
    head = person if {NAME, IDENTITY_NUMBER} & (agrees | nearly) else None
    fellows = _fellows(given, recorded, head)
    if fellows is not None:
        (for_ if fellows else against).add(MEMBERS)
    verdict = _verdict(for_, set(nearly), against, same_unit=same_unit)
    if verdict == CERTAIN and not _sure_birth(given.head, person, for_):
        verdict = POSSIBLE
    if verdict == NONE and person and same_name_and_birth(given.head, person):
        verdict = POSSIBLE
    return Evidence(
        verdict,
        tuple(sorted(for_)),
        tuple(sorted(nearly)),
        tuple(sorted(against)),
        person.person if person else None,
    )


def compare_fellows(given: DescribedHousehold, recorded: DescribedHousehold) -> Evidence | None:
    """The evidence that members described, other than the head, are in a household on record.

    One is enough by name and day of birth, where a first of January counts only in the same
    village; two are enough by name and year. Persons with the same identity number are left out:
    the claims know them. None where too few are found.
    """
    same_village = bool(given.village) and fold_village(given.village) == fold_village(
        recorded.village
    )
    others, found, sure, first = list(recorded.members), list[Described](), False, 0
    for place, one in enumerate(given.members[1:], 1):
        other = next((other for other in others if _alike(one, other)), None)
        if other is None:
            continue
        others.remove(other)
        found.append(other)
        first = first or place
        sure = (
            sure
            or _whole_day(one, other)
            or (same_village and one.birth_date is not None and one.birth_date == other.birth_date)
        )
    if not sure and len(found) < 2:
        return None
    agrees = (MEMBERS, VILLAGE) if same_village else (MEMBERS,)
    return Evidence(POSSIBLE, agrees, person=found[0].person, member=first)


def _alike(one: Described, other: Described) -> bool:
    """Whether name and birth agree and nothing contradicts, without the same identity number."""
    agrees, _, differs = compare_persons(one, other)
    return {NAME, BIRTH} <= agrees and not differs and IDENTITY_NUMBER not in agrees


def _whole_day(one: Described, other: Described) -> bool:
    """Whether both were born on one day that is known: a first of January may mean the year."""
    day = one.birth_date
    return day is not None and day == other.birth_date and (day.month, day.day) != (1, 1)


def _verdict(for_: set[str], nearly: set[str], against: set[str], *, same_unit: bool) -> str:
    person_unlike = NAME in against and (BIRTH in against or BIRTH not in for_)
    if IDENTITY_NUMBER in for_ and person_unlike:
        return CONTRADICTION
    if NUMBER in for_ and IDENTITY_NUMBER not in for_ and person_unlike and MEMBERS not in for_:
        return CONTRADICTION if same_unit else NONE
    contradicts = against - {NUMBER} if {IDENTITY_NUMBER, NAME, BIRTH} <= for_ else against
    if not contradicts and _two_kinds(for_):
        return CERTAIN
    # A new head among the people of the same number: the people are known, the head is news.
    if NUMBER in for_ and MEMBERS in for_ and against <= {NAME, BIRTH, SEX, IDENTITY_NUMBER}:
        return CERTAIN
    return POSSIBLE if _possible(for_, nearly, against) else NONE


def _two_kinds(for_: set[str]) -> bool:
    """Whether what agrees is enough where nothing contradicts."""
    if IDENTITY_NUMBER in for_:
        return bool(for_ & {NAME, BIRTH})
    if NUMBER in for_:
        return bool(for_ & {NAME, BIRTH, MEMBERS})
    return {NAME, BIRTH} <= for_ or {NAME, VILLAGE, MEMBERS} <= for_


def _possible(for_: set[str], nearly: set[str], against: set[str]) -> bool:
    if for_ & {IDENTITY_NUMBER, NUMBER}:
        return True
    if SEX in against:
        return False
    named = NAME in for_ or NAME in nearly
    numbers_differ = IDENTITY_NUMBER in against and IDENTITY_NUMBER not in nearly
    if not named or (numbers_differ and MEMBERS not in for_):
        return False
    if NAME in nearly and against & {NUMBER, MEMBERS}:
        return False
    if BIRTH in for_:
        return NAME in for_ or VILLAGE in for_ or MEMBERS in for_
    if BIRTH in against:
        return MEMBERS in for_
    return VILLAGE in for_ and (NAME in for_ or MEMBERS in for_)


def _sure_birth(head: Described, person: Described | None, for_: set[str]) -> bool:
    """Whether name and birth alone are enough: not by the year only, nor by a first of January,
    which is an unknown day; the village or a fellow member must then agree as well."""
    if for_ & {IDENTITY_NUMBER, NUMBER, MEMBERS, VILLAGE} or person is None:
        return True
    return _whole_day(head, person)


def same_name_and_birth(person: Described, other: Described) -> bool:
    """Whether two persons have one name and were born on one day, which both sides know."""
    return (
        person.birth_date is not None
        and person.birth_date == other.birth_date
        and fold_name(person.name) == fold_name(other.name)
        and not (person.sex and other.sex and person.sex != other.sex)
    )


def _closest(
    head: Described, members: Sequence[Described]
) -> tuple[Described | None, tuple[frozenset[str], frozenset[str], frozenset[str]]]:
    """The member most like the head described; the one on record as head among equals."""
    best: Described | None = None
    found: tuple[frozenset[str], frozenset[str], frozenset[str]] = (
        frozenset(), frozenset(), frozenset({NAME}),
    )  # fmt: skip
    best_rank: tuple[int, ...] | None = None
    for member in members:
        compared = compare_persons(head, member)
        agrees, nearly, differs = compared
        rank = (
            IDENTITY_NUMBER in agrees,
            2 * (NAME in agrees) + (NAME in nearly) + (BIRTH in agrees) - len(differs),
        )
        if best_rank is None or rank > best_rank:
            best, found, best_rank = member, compared, rank
    return best, found


def _fellows(
    given: DescribedHousehold, recorded: DescribedHousehold, person: Described | None
) -> bool | None:
    """Whether a fellow member is on both sides; None where too few are known to tell."""
    others = [one for one in recorded.members if one is not person]
    fellows = given.members[1:]
    if not others or not fellows:
        return None
    for one in fellows:
        for other in others:
            agrees, _, differs = compare_persons(one, other)
            if IDENTITY_NUMBER in agrees and NAME not in differs:
                return True
            if NAME in agrees and not differs & {BIRTH, SEX, IDENTITY_NUMBER}:
                return True
    return False if min(len(others), len(fellows)) > 1 else None


def _same_birth(person: Described, other: Described) -> bool | None:
    if person.birth_date and other.birth_date:
        return person.birth_date == other.birth_date
    year, other_year = _year(person), _year(other)
    return None if year is None or other_year is None else year == other_year


def _year(person: Described) -> int | None:
    return person.birth_date.year if person.birth_date else person.birth_year


def _one_slip(number: str, other: str) -> bool:
    """Whether two numbers of one length differ in one figure, or by two that changed places."""
    at = [i for i, (x, y) in enumerate(zip(number, other, strict=True)) if x != y]
    if len(at) == 1:
        return True
    return len(at) == 2 and (number[at[0]], number[at[1]]) == (other[at[1]], other[at[0]])
