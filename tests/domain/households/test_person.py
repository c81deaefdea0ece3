"""A person of a command is checked, and not shown."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.commands.command import Document
from domain.households import person, registration
from domain.households.corrections import MemberCorrection
from domain.households.errors import (
    BirthImpossible,
    BirthInFuture,
    BirthYearContradicts,
    IssuedInFuture,
    SignedInFuture,
)
from domain.households.person import NewMember
from tests.given import Life
from tests.histories import AN, CUC, FAMILY, REGISTERED

# Births.


TODAY = date(2022, 11, 15)


def test_a_year_alone_is_enough_and_so_is_nothing():
    assert person.birth_year_of(None, 1950, TODAY) == 1950
    assert person.birth_year_of(None, None, TODAY) is None
    assert person.birth_year_of(date(1950, 3, 1), None, TODAY) == 1950


@pytest.mark.parametrize(
    ("day", "year", "refusal"),
    [
        (date(2022, 11, 16), None, BirthInFuture),
        (None, 2023, BirthInFuture),
        (date(1980, 1, 1), 1981, BirthYearContradicts),
        (None, 1849, BirthImpossible),
    ],
)
def test_births_that_cannot_be_are_refused(day, year, refusal):
    with pytest.raises(refusal):
        person.birth_year_of(day, year, TODAY)


def test_births_on_the_edge_of_what_can_be_are_taken():
    assert person.birth_year_of(TODAY, None, TODAY) == 2022
    assert person.birth_year_of(TODAY, 2022, TODAY) == 2022
    assert person.birth_year_of(None, 2022, TODAY) == 2022
    assert person.birth_year_of(None, 1850, TODAY) == 1850


def test_what_is_told_of_a_person_is_either_sealed_or_in_clear():
    given = replace(
        CUC, id_number="0463 0000 0001", id_issued_on=TODAY, phone="0905  000 009",
        health="Khiếm thị", residence="temporary", able_to_work=False, meritorious=True,
    )  # fmt: skip
    checked = person.checked_person(given, TODAY, TODAY)
    assert checked.private == {
        "name": "Hồ Thị Cúc",
        "birth_date": "2000-02-03",
        "id_number": "046300000001",
        "id_issued_on": "2022-11-15",
        "phone": "0905 000 009",
        "health": "Khiếm thị",
    }
    assert checked.clear == {
        "relation": "child",
        "sex": "female",
        "birth_year": 2000,
        "ethnicity": "Kinh",
        "residence": "temporary",
        "able_to_work": False,
        "meritorious": True,
    }
    assert checked.notes == ()
    little = person.checked_person(NewMember(name="Hồ", relation="child"), TODAY, TODAY)
    assert little.private == {"name": "Hồ"}
    assert (little.clear["sex"], little.clear["birth_year"], little.notes) == ("", None, ())


# Nothing personal is shown.


def test_no_input_shows_personal_data_when_printed():
    shown = repr(FAMILY) + repr(registration.checked_registration(FAMILY, TODAY, TODAY)) + repr(AN)
    for secret in ("Hồ Văn An", "046080001234", "0905", "Nguyễn Văn Linh", "1980"):
        assert secret not in shown
    assert "Hồ" not in repr(NewMember(name="Hồ", relation="head", phone="1", health="x"))


# The future.


def test_no_paper_is_signed_and_no_card_issued_after_the_day_of_recording(life: Life) -> None:
    tomorrow = REGISTERED + timedelta(days=1)
    late = Document("12/QĐ-UBND", tomorrow)
    with pytest.raises(SignedInFuture):
        life.register(REGISTERED, FAMILY, document=late)
    issued = replace(FAMILY, members=(replace(AN, id_issued_on=tomorrow),))
    with pytest.raises(IssuedInFuture) as refused:
        life.register(REGISTERED, issued)
    assert refused.value.values["member"] == 0
    life.register(REGISTERED, FAMILY, recorded=tomorrow, document=late)
    for command, said in (
        ("record_causes", {"causes": ["1"], "document": Document("1", date(2099, 1, 1))}),
        ("join_member", {"member": replace(CUC, name="Hồ Thị Em", id_issued_on=date(2099, 1, 1)),
                         "reason": "birth"}),
        ("correct_member", {"person_id": life["an"], "reason": "papers",
                            "correction": MemberCorrection(id_issued_on=date(2099, 1, 1))}),
    ):  # fmt: skip
        with pytest.raises((SignedInFuture, IssuedInFuture)):
            life.do(command, "2023-01-10", **said)
