"""Match keys are blind indexes by which candidates are found, stored beside the events.

A key is an HMAC under the index key: it tells nothing without it. Each holds the unit, so that a
look-up stays among some thousand households; a look-up asks for every unit of the lineage.

    named and born    name and birth year in the unit              every member
    named here        name in the village                          every member
    born alike        birth date and sex in the unit               the head
    alike here        birth year and sex in the village            the head

The last two find a misspelt name; how alike it is shows on the candidates themselves. Where the sex
is unknown on either side, it is looked up under every sex it may be.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.households.codes import SEXES
from domain.matching.evidence import Described, DescribedHousehold
from domain.matching.names import fold_name, fold_village

Blind = Callable[[str], bytes]


class MatchKey(NamedTuple):
    """One key of one member of a household, as it is stored."""

    key: bytes
    person: UUID
    household: UUID


def keys_of(
    household_id: UUID, household: DescribedHousehold, head: UUID | None, blind: Blind
) -> list[MatchKey]:
    """The keys of all members of a household on record."""
    found = []
    for one in household.members:
        if one.person is None:
            continue
        heads = (one.sex,) if one.person == head else ()
        plain = _plain(household.unit, household.village, one, sexes=heads)
        found += [MatchKey(blind(key), one.person, household_id) for key in plain]
    return found


def looked_up(household: DescribedHousehold, units: Iterable[str], blind: Blind) -> list[bytes]:
    """The keys that the household would be found by, if it is on record, in any of the units."""
    head = household.head
    sexes = (head.sex, "") if head.sex else ("", *SEXES)
    return [
        blind(key) for unit in units for key in _plain(unit, household.village, head, sexes=sexes)
    ]


def fellows_looked_up(
    household: DescribedHousehold, units: Iterable[str], blind: Blind
) -> list[bytes]:
    """The keys under which members other than the head are found, by name and birth."""
    named = [
        (fold_name(one.name), year)
        for one in household.members[1:]
        if (year := _year(one.birth_date, one.birth_year))
    ]
    return [blind(_born(unit, name, year)) for unit in units for name, year in named if name]


def identity_text(unit: str, household: DescribedHousehold) -> str:
    """The text of a household that may have neither number nor papers: its head, in the village.

    Two households can share it; the claim to it only keeps two that come at the same moment from
    both being recorded unseen (`domain.households.claims`).
    """
    head = household.head
    year = _year(head.birth_date, head.birth_year)
    return "\x1f".join(
        ("household", unit, fold_village(household.village), fold_name(head.name), head.sex, year)
    )


def _plain(unit: str, village: str, person: Described, *, sexes: Iterable[str]) -> list[str]:
    """The keys in clear; those of a head for each of the sexes, of another member for none."""
    name, here = fold_name(person.name), fold_village(village)
    year = _year(person.birth_date, person.birth_year)
    found = []
    if name:
        found.append(_born(unit, name, year))
        found.append(f"here\x1f{unit}\x1f{here}\x1f{name}")
    for sex in sexes if year else ():
        found.append(f"alike\x1f{unit}\x1f{here}\x1f{year}\x1f{sex}")
        if person.birth_date is not None:
            found.append(f"day\x1f{unit}\x1f{person.birth_date.isoformat()}\x1f{sex}")
    return found


def _born(unit: str, name: str, year: str) -> str:
    return f"born\x1f{unit}\x1f{name}\x1f{year}"


def _year(birth_date: date | None, birth_year: int | None) -> str:
    return str(birth_date.year if birth_date else birth_year or "")
