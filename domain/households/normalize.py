"""Normalises the input of commands: checks it, puts text in NFC, parts clear from private."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from domain import text
from domain.commands.context import CommandContext, Document, Personal, PersonalValues
from domain.errors import Refusal
from domain.households.codes import RELATIONS, RESIDENCES, SEXES, known
from domain.households.errors import (
    AmountInvalid,
    BirthImpossible,
    BirthInFuture,
    BirthYearContradicts,
    IssuedInFuture,
    PersonTwice,
    SignedInFuture,
)
from domain.households.events import Answers, Flags, Member
from domain.households.identity import id_number, implausible
from domain.households.inputs import NewHousehold, NewMember
from domain.households.person_name import person_name, signer, village

EARLIEST_BIRTH = 1850
MOST_ANSWERS = 1000


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


def context(given: CommandContext) -> CommandContext:
    """The same circumstances with the paper's texts in NFC. Raises SignedInFuture."""
    paper = given.document
    if paper is None:
        return given
    number = text.clean("document.number", paper.number, text.CODE)
    signed_by = signer("document.signer", paper.signer)
    if paper.signed_on is not None and paper.signed_on > given.recorded_on:
        raise SignedInFuture(signed_on=paper.signed_on, recorded_on=given.recorded_on)
    if (number, signed_by) == (paper.number, paper.signer):
        return given
    return CommandContext(
        given.effective_on,
        given.actor,
        given.command_id,
        given.recorded_at,
        Document(number, paper.signed_on, signed_by),
    )


def person(given: NewMember, on: date, recorded_on: date) -> Person:
    """One person as of a day. Raises what is wrong with the text, codes, number or birth."""
    issued(given.id_issued_on, recorded_on)
    number = id_number(given.id_number)
    birth_year = birth(given.birth_date, given.birth_year, on)
    clear = {
        "relation": known("relation", given.relation, RELATIONS),
        "sex": known("sex", given.sex, SEXES) if given.sex else "",
        "birth_year": birth_year,
        "ethnicity": text.ethnicity(given.ethnicity),
        "residence": known("residence", given.residence, RESIDENCES),
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


def issued(issued_on: date | None, recorded_on: date) -> None:
    """Raises IssuedInFuture for a card of a day that has not come."""
    if issued_on is not None and issued_on > recorded_on:
        raise IssuedInFuture(recorded_on=recorded_on)


def birth(birth_date: date | None, birth_year: int | None, on: date) -> int | None:
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


@dataclass(frozen=True, slots=True)
class Registration:
    """A household checked, its persons in the order given."""

    number: str
    village: str
    address: str = field(repr=False)
    residence: str
    flags: Flags
    source: str
    persons: tuple[Person, ...]
    notes: tuple[str, ...]


def registration(given: NewHousehold, on: date, recorded_on: date) -> Registration:
    """A household as of a day. A refusal about a person names the index of that `member`."""
    persons = []
    for index, one in enumerate(given.members):
        try:
            persons.append(person(one, on, recorded_on))
        except Refusal as refusal:
            refusal.values["member"] = index
            raise
    numbers = [one.id_number for one in persons if one.id_number]
    if len(set(numbers)) < len(numbers):
        repeated = [i for i, one in enumerate(persons) if numbers.count(one.id_number) > 1]
        raise PersonTwice(members=repeated)
    return Registration(
        number=text.clean("number", given.number, text.CODE),
        village=village("village", given.village),
        address=text.clean("address", given.address, text.NOTE),
        residence=known("residence", given.residence, RESIDENCES),
        flags=Flags(given.no_labour_capacity, given.ethnic_minority, given.meritorious),
        source=text.required("source", given.source),
        persons=tuple(persons),
        notes=tuple(
            f"members/{index}/{note}" for index, one in enumerate(persons) for note in one.notes
        ),
    )


def answers(given: Answers) -> Answers:
    """The answers of a form with every text in NFC. Raises AmountInvalid for too many."""
    if len(given) > MOST_ANSWERS:
        raise AmountInvalid(field="answers", value=len(given), at_most=MOST_ANSWERS)
    cleaned: Answers = {}
    for question, answer in given.items():
        question = text.required("answers", question, text.CODE)
        if isinstance(answer, str):
            cleaned[question] = text.clean("answers", answer, text.NOTE)
        elif isinstance(answer, list):
            cleaned[question] = [text.clean("answers", one, text.NOTE) for one in answer]
        else:
            cleaned[question] = answer
    return cleaned
