"""Checks a person whom a command names: what stays clear is apart from what gets sealed."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from domain import text
from domain.eventstore.personal import Personal, PersonalValues
from domain.households.codes import RELATIONS, RESIDENCES, SEXES
from domain.households.errors import (
    BirthImpossible,
    BirthInFuture,
    BirthYearContradicts,
    IssuedInFuture,
)
from domain.households.events import Member
from domain.households.identity import id_number, implausible
from domain.households.person_name import person_name

EARLIEST_BIRTH = 1850


@dataclass(frozen=True, slots=True)
class NewMember:
    """A person who enters a household.

    `relation` and `residence` are codes of `domain.households.codes`. Give `birth_date` or only
    `birth_year`; both may be unknown. `id_number` is a CCCD (12 digits) or CMND (9 digits), ""
    if the person has none. `person_id` names a person who is already known; without it, a person
    whose identity number is known keeps their id, and any other person gets a new one.
    """

    name: str = field(repr=False)
    relation: str
    sex: str = ""
    birth_date: date | None = field(default=None, repr=False)
    birth_year: int | None = field(default=None, repr=False)
    id_number: str = field(default="", repr=False)
    id_issued_on: date | None = field(default=None, repr=False)
    ethnicity: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    health: str = field(default="", repr=False)
    residence: str = "permanent"
    able_to_work: bool | None = None
    meritorious: bool = False
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person checked: `clear` are fields of `Member`, `private` is what gets sealed."""

    clear: dict[str, Any] = field(repr=False)
    private: PersonalValues = field(repr=False)
    id_number: str = field(repr=False)
    person_id: UUID | None
    notes: tuple[str, ...]

    def member(self, person_id: UUID, private: Personal) -> Member:
        """The member as an event holds it."""
        return Member(person_id=person_id, private=private, **self.clear)


def checked_person(given: NewMember, on: date, recorded_on: date) -> Person:
    """One person as of a day. Raises what is wrong with the text, codes, number or birth."""
    require_issued(given.id_issued_on, recorded_on)
    number = id_number(given.id_number)
    birth_year = birth_year_of(given.birth_date, given.birth_year, on)
    clear = {
        "relation": text.known("relation", given.relation, RELATIONS),
        "sex": text.known("sex", given.sex, SEXES) if given.sex else "",
        "birth_year": birth_year,
        "ethnicity": text.ethnicity(given.ethnicity),
        "residence": text.known("residence", given.residence, RESIDENCES),
        "able_to_work": given.able_to_work,
        "meritorious": given.meritorious,
    }
    private: PersonalValues = {"name": person_name("name", given.name)}
    if given.birth_date is not None:
        private["birth_date"] = given.birth_date.isoformat()
    if number:
        private["id_number"] = number
    if given.id_issued_on is not None:
        private["id_issued_on"] = given.id_issued_on.isoformat()
    if given.phone:
        private["phone"] = text.clean("phone", given.phone, text.CODE)
    if given.health:
        private["health"] = text.clean("health", given.health, text.NOTE)
    notes = tuple(implausible(number, given.sex, birth_year)) if number else ()
    return Person(clear, private, number, given.person_id, notes)


def require_issued(issued_on: date | None, recorded_on: date) -> None:
    """Raises IssuedInFuture for a card of a day that has not come."""
    if issued_on is not None and issued_on > recorded_on:
        raise IssuedInFuture(recorded_on=recorded_on)


def birth_year_of(birth_date: date | None, birth_year: int | None, on: date) -> int | None:
    """The birth year, from the date where there is one; the day may be unknown."""
    if birth_date is not None:
        if birth_year is not None and birth_year != birth_date.year:
            raise BirthYearContradicts()
        if birth_date > on:
            raise BirthInFuture(effective_on=on)
        birth_year = birth_date.year
    if birth_year is not None:
        if birth_year > on.year:
            raise BirthInFuture(effective_on=on)
        if birth_year < EARLIEST_BIRTH:
            raise BirthImpossible()
    return birth_year
