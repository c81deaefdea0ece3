"""A traceback or a line of a log that prints what a caller handed in tells nothing of a person."""

import dataclasses
from datetime import date
from typing import Any

import msgspec
import pytest

from domain.households import person, registration
from domain.households.corrections import HouseholdCorrection, MemberCorrection
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from domain.imports.listed_household import ListedHousehold, ListedMember
from tests.given import HUONG_SO

BORN, ISSUED = date(1981, 7, 23), date(2019, 4, 17)
PERSONAL: dict[str, Any] = {
    "name": "Hồ Văn Kín",
    "birth_date": BORN,
    "birth_year": 1981,
    "id_number": "046081009876",
    "id_issued_on": ISSUED,
    "ethnicity": "Pa Cô",
    "phone": "0905123987",
    "health": "bệnh hiếm",
}
SIGNS = ("Kín", "1981", "(1981, 7, 23)", "046081009876", "2019", "Pa Cô", "0905123987", "hiếm",
         "kiệt 3")  # fmt: skip


def told(thing: object) -> list[str]:
    return [sign for sign in SIGNS for shown in (repr(thing), str(thing)) if sign in shown]


MEMBER = NewMember(relation="head", sex="male", **PERSONAL)
HOUSEHOLD = NewHousehold(
    area=HUONG_SO, village="Tổ 5", members=(MEMBER,), number="N1", address="12 kiệt 3"
)


@pytest.mark.parametrize(
    "thing",
    [
        MEMBER,
        MemberCorrection(**PERSONAL),
        HouseholdCorrection(address="12 kiệt 3"),
        HOUSEHOLD,
        person.checked_person(MEMBER, date(2022, 11, 15), date(2022, 11, 15)),
        registration.checked_registration(HOUSEHOLD, date(2022, 11, 15), date(2022, 11, 15)),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_its_repr_shows_nothing_of_a_person(thing: object) -> None:
    assert told(thing) == []
    assert told([thing]) == []
    assert told({"one": thing}) == []


@pytest.mark.parametrize("kind", [NewMember, MemberCorrection], ids=lambda kind: kind.__name__)
def test_every_personal_field_that_there_is_was_tried(kind: type) -> None:
    """A field that is added belongs to PERSONAL, or to those that tell nothing by themselves."""
    plain = {"relation", "sex", "residence", "able_to_work", "meritorious", "person_id"}
    assert {one.name for one in dataclasses.fields(kind)} - plain == PERSONAL.keys()


def test_a_row_of_a_list_shows_no_more_than_its_number() -> None:
    said = {
        field.name: "Kín" if field.type is str else None
        for field in msgspec.structs.fields(ListedMember)
    }
    assert repr(ListedMember(**{**said, "row": 7})) == "ListedMember(row=7)"
    household = {field.name: "Kín" for field in msgspec.structs.fields(ListedHousehold)}
    assert told(ListedHousehold(**{**household, "row": 7})) == []
