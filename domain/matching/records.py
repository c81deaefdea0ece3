"""Describes households on record for the matcher, and makes the match keys of a save."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from domain.commands.command import CommandResult
from domain.eventstore.personal import Keyring, Personal, PersonalValues
from domain.eventstore.recorder import MatchKeyChange
from domain.households.events import Member
from domain.households.household import Household
from domain.households.number import fold_number
from domain.households.person import Person
from domain.matching.evidence import Described, DescribedHousehold
from domain.matching.keys import keys_of

Value = Callable[[Personal], PersonalValues | None]


def persons_of(household: Household) -> list[Member]:
    """The members by whom a household is known, the head first.

    Of a household that was dissolved, those who were in it on its last day: a list that names
    it again is about that household. Of one that merged into another, none.
    """
    found = list(household.members.values())
    if household.ended_on is not None and household.ended_how != "merged":
        found = [
            household.former[id_]
            for id_, stays in household.stays.items()
            if id_ in household.former and stays[-1].until == household.ended_on
        ]
    return sorted(found, key=lambda one: one.person_id != household.head)


def describe(household: Household, value: Value) -> DescribedHousehold:
    """The household with the persons who can still be read; `value` reads sealed values."""
    persons = []
    for one in persons_of(household):
        read = None if one.person_id in household.forgotten else value(one.private)
        if read is not None:
            persons.append(described(read, one.sex, one.birth_year, one.person_id))
    return DescribedHousehold(
        household.area, household.village, fold_number(household.number), tuple(persons)
    )


def described(
    private: PersonalValues, sex: str, birth_year: int | None, person: UUID | None = None
) -> Described:
    """One person from the values that are sealed and those that are not."""
    birth = private.get("birth_date")
    return Described(
        name=str(private.get("name") or ""),
        birth_date=date.fromisoformat(birth) if birth else None,
        birth_year=birth_year,
        sex=sex,
        id_number=str(private.get("id_number") or ""),
        person=person,
    )


def described_entry(
    unit: str, village: str, number: str, persons: Sequence[Person]
) -> DescribedHousehold:
    """A household that is about to be registered, its head first."""
    ordered = sorted(persons, key=lambda one: one.clear["relation"] != "head")
    return DescribedHousehold(
        unit,
        village,
        fold_number(number),
        tuple(described(one.private, one.clear["sex"], one.clear["birth_year"]) for one in ordered),
    )


def match_keys(
    changed: Sequence[Household], results: Sequence[CommandResult], keyring: Keyring
) -> MatchKeyChange:
    """The match keys that a save of these results changes: all keys of the households whose persons
    or place it changes, and which households' keys they replace.

    Those of a new household replace none, unless one of its persons is known. What the sealers of
    the results sealed is taken from them, as their keys are not stored yet.
    """
    sealers = [sealer for result in results for sealer in result.sealers]
    new = {sealed: value for sealer in sealers for sealed, value in sealer.sealed.items()}
    known = [
        member.private
        for one in changed
        for member in persons_of(one)
        if member.private.sealed not in new
    ]
    revealed = keyring.reveal_many(known) if known else {}

    def value(personal: Personal) -> PersonalValues | None:
        if personal.sealed in new:
            return new[personal.sealed]
        return revealed.get((personal.subject, personal.sealed))

    keys = [
        key
        for one in changed
        for key in keys_of(one.id, describe(one, value), one.head, keyring.blind_text)
    ]
    returned = {person for result in results for person in result.known}
    replaced = {one.id for one in changed if one.version > len(one.pending_events)}
    replaced |= {key.household for key in keys if key.person in returned}
    return MatchKeyChange(keys, sorted(replaced))
