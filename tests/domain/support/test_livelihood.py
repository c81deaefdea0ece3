"""Livelihood models: a household joins by its number, and when one may end."""

from uuid import UUID

import pytest

from domain.errors import Refusal
from domain.support.errors import HouseholdNumberUnknown, ModelClosed, RecipientElsewhere
from domain.support.livelihood import (
    CloseModel,
    JoinModel,
    JoinModelByNumber,
    LivelihoodModel,
    StartModel,
)
from tests.domain.support.conftest import PROVINCE, SupportOffice
from tests.domain.support.households import poor_households
from tests.given import HUONG_SO, RURAL

NUMBER = "Tổ 5-0"


def model(office: SupportOffice, area: str) -> UUID:
    """A model of an area that started on 1 June 2023."""
    command = StartModel(area, "livelihood", "Nuôi bò sinh sản", "2021-2025", "2", 2023)
    return office.do(command, "2023-06-01").aggregate_id


def joined(office: SupportOffice, id_: UUID) -> set[UUID]:
    found = office.application.support.find(LivelihoodModel, id_)
    assert found is not None
    return set(found.households)


@pytest.mark.parametrize("unit", ["", HUONG_SO])
def test_a_household_joins_a_model_above_its_commune_by_its_number(
    office: SupportOffice, unit: str
) -> None:
    (home,) = poor_households(office.application, 1)
    started = model(office, PROVINCE)
    office.do(JoinModelByNumber(started, NUMBER, unit), "2023-06-02")
    assert joined(office, started) == {home}


def test_a_number_of_another_commune_has_the_answer_of_one_that_no_household_has(
    office: SupportOffice,
) -> None:
    poor_households(office.application, 1)
    started = model(office, RURAL)
    told = []
    for number in (NUMBER, "Tổ 5-999"):
        with pytest.raises(Refusal) as refused:
            office.do(JoinModelByNumber(started, number, HUONG_SO), "2023-06-02")
        told.append((type(refused.value), set(refused.value.values)))
    assert told == [(HouseholdNumberUnknown, {"number", "area"})] * 2


def test_a_household_of_another_commune_does_not_join(office: SupportOffice) -> None:
    (home,) = poor_households(office.application, 1)
    with pytest.raises(RecipientElsewhere):
        office.do(JoinModel(model(office, RURAL), home), "2023-06-02")


def test_a_model_ends_neither_before_it_started_nor_before_a_household_joined(
    office: SupportOffice,
) -> None:
    (home,) = poor_households(office.application, 1)
    cows = StartModel(HUONG_SO, "livelihood", "Nuôi bò", "2021-2025", "2", 2023)
    started = office.do(cows, "2023-03-01").created
    assert started is not None
    with pytest.raises(ModelClosed):
        office.do(CloseModel(started, "stopped"), "2023-02-28", recorded="2023-06-01")
    office.do(JoinModel(started, home), "2023-04-01")
    with pytest.raises(ModelClosed):
        office.do(CloseModel(started, "finished"), "2023-03-31", recorded="2023-06-01")
    office.do(CloseModel(started, "finished"), "2023-04-01", recorded="2023-06-01")
    found = office.application.support.find(LivelihoodModel, started)
    assert found is not None
    assert found.ending == "finished"
