"""A person is forgotten: counted, and unreadable."""

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.eventstore.errors import SubjectForgotten
from domain.households import events
from domain.households.corrections import MemberCorrection
from domain.households.errors import PersonIsForgotten, PersonUnknown
from tests import histories
from tests.given import happened
from tests.histories import AN, alone, dissolved, family


def test_a_forgotten_person_is_counted_and_unreadable(given, life, keyring):
    given(family).when(
        lambda life: life.do(
            "forget_person", "2023-02-01", person_id=life["an"], legal_basis="Luật 91/2025/QH15"
        )
    ).then(happened(events.PersonForgotten, legal_basis="Luật 91/2025/QH15"))
    an = life.now().members[life["an"]]
    assert keyring.reveal(an.private) is None
    assert (an.sex, an.birth_year) == ("male", 1980)
    # The number can be given by somebody new, of whom nothing is known.
    life.register("2023-02-02", replace(histories.ALONE, members=(AN,)))
    assert life.outcome.notes == ()


def test_forgetting_again_records_nothing(given):
    given(histories.forgotten).when(
        lambda life: life.do(
            "forget_person", "2023-03-01", person_id=life["dũng"], legal_basis="again"
        )
    ).then_nothing()


def test_a_forgotten_member_can_still_leave_but_not_be_corrected_or_return(given, life):
    given(histories.forgotten).when(
        lambda life: life.do(
            "correct_member",
            "2023-03-01",
            person_id=life["dũng"],
            correction=MemberCorrection(sex="female"),
            reason="error",
        )
    ).then(PersonIsForgotten)
    given().when(
        lambda life: life.do("leave_member", "2023-03-01", person_id=life["dũng"], reason="away")
    ).then(happened(events.MemberLeft))
    with pytest.raises(SubjectForgotten):
        life.do(
            "join_member",
            "2023-04-01",
            member=replace(histories.DUNG, person_id=life["dũng"]),
            reason="returned",
        )


def test_a_person_is_forgotten_in_every_household_they_were_in(given, life):
    given(family)
    first, an = life.id, life["an"]
    life.do("leave_member", "2023-02-01", person_id=an, reason="marriage", new_head=life["bình"])
    alone(life)
    second = life.id
    life.do("join_member", "2023-02-01", member=replace(AN, relation="spouse"), reason="marriage")
    life.do("forget_person", "2023-05-01", person_id=an, legal_basis="x")
    for household in (first, second):
        assert life.events(household)[-1].person_id == an
        assert type(life.events(household)[-1]) is events.PersonForgotten


def test_the_address_goes_with_the_last_readable_person(given, life, keyring):
    given(family)
    address = life.now().address
    for word in ("an", "bình", "cúc"):
        life.do("forget_person", "2023-02-01", person_id=life[word], legal_basis="x")
    assert keyring.reveal(address) is not None
    life.do("forget_person", "2023-02-01", person_id=life["dũng"], legal_basis="x")
    assert keyring.reveal(address) is None


def test_a_person_of_an_ended_household_can_be_forgotten(given):
    given(dissolved).when(
        lambda life: life.do("forget_person", "2024-01-01", person_id=life["an"], legal_basis="x")
    ).then(happened(events.PersonForgotten))


def test_somebody_who_was_never_there_cannot_be_forgotten(given):
    given(family).when(
        lambda life: life.do("forget_person", "2024-01-01", person_id=uuid4(), legal_basis="x")
    ).then(PersonUnknown)
