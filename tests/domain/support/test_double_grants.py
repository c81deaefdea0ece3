"""One benefit goes to one beneficiary once for a period, by whichever way it is granted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from domain.application import SocaiApplication
from domain.households.double_grants import Grant, NamedBenefit, free_words, is_same
from domain.households.errors import DoubleGrant
from domain.households.support import SupportInput
from domain.matching.names import fold_name
from domain.support.case_commands import ApproveCase, AssessCase, GrantCase, RequestCase
from domain.support.grant_batch import GrantBatch, Recipient
from domain.support.grant_batch_commands import ApproveBatch, DrawUpBatch
from projections.support import grant_job
from tests.domain.support.conftest import SupportOffice
from tests.given import CASE_WORKER, CHAIRMAN, HUONG_SO, Life
from tests.histories import poor

QUARTER = SupportInput(
    programme="policies",
    benefit="electricity",
    period_from=date(2023, 1, 1),
    period_until=date(2023, 3, 31),
    source="local",
    funding_year=2023,
    amount=165_000,
)
HOUSE = replace(QUARTER, programme="2021-2025", benefit="housing_new", amount=40_000_000)
IN_WORDS = (
    {"programme": "Hỗ trợ tiền điện", "benefit": "electricity"},
    {"programme": "QĐ 12 của huyện", "benefit": "  HỖ TRỢ tiền   điện "},
    {"programme": "policies", "benefit": "Hỗ trợ tiền điện"},
)
"""The benefit policies/electricity as the form of a household may have it."""


@pytest.fixture
def office(office: SupportOffice, clock: Any) -> SupportOffice:
    clock.advance(days=300)
    return office


@pytest.fixture
def life(application: SocaiApplication) -> Life:
    made = Life(application)
    poor(made)
    return made


def by_form(life: Life, support: SupportInput, on: str = "2023-02-01") -> Any:
    return life.do("grant_support", on, support)


def by_case(office: SupportOffice, household: UUID) -> UUID:
    line = office.funded(10_000_000, node="electricity", programme="policies", area=HUONG_SO)
    case = office.do(
        RequestCase(household, "policies", "electricity", date(2023, 2, 1)), "2023-02-01",
        by=CASE_WORKER,
    ).created  # fmt: skip
    assert case is not None
    office.do(AssessCase(case, amount=165_000), "2023-02-02", by=CASE_WORKER)
    office.do(ApproveCase(case, line), "2023-02-03", by=CHAIRMAN)
    office.do(GrantCase(case), "2023-02-04", by=CASE_WORKER)
    return case


def by_batch(office: SupportOffice, household: UUID) -> list[str]:
    """The codes of the refused."""
    line = office.funded(10_000_000, node="electricity", programme="policies", area=HUONG_SO)
    command = DrawUpBatch(
        HUONG_SO, "policies", "electricity", date(2023, 1, 1), line,
        (Recipient(household, amount=165_000),),
    )  # fmt: skip
    batch = office.do(command, "2023-03-01", by=CASE_WORKER).created
    assert batch is not None
    office.do(ApproveBatch(batch), "2023-03-02", by=CHAIRMAN)
    assert grant_job.run(office.application, batch, office.application.clock)
    done = office.application.support.find(GrantBatch, batch)
    assert done is not None
    return [one.code for one in done.refused]


WAYS: dict[str, Callable[[SupportOffice, Life], Any]] = {
    "form": lambda office, life: by_form(life, QUARTER),
    "case": lambda office, life: by_case(office, life.id),
    "batch": lambda office, life: by_batch(office, life.id),
}


@pytest.mark.parametrize("first", WAYS)
@pytest.mark.parametrize("second", WAYS)
def test_what_was_granted_one_way_is_refused_every_other_way(
    office: SupportOffice, life: Life, first: str, second: str
) -> None:
    WAYS[first](office, life)
    if second == "batch":
        assert by_batch(office, life.id) == ["double_grant"]
    else:
        with pytest.raises(DoubleGrant):
            WAYS[second](office, life)
    assert len(office.application.households.load(life.id).supports) == 1


@pytest.mark.parametrize("words", IN_WORDS)
def test_free_words_that_name_a_benefit_are_that_benefit(
    office: SupportOffice, life: Life, words: dict[str, str]
) -> None:
    by_form(life, replace(QUARTER, **words))
    with pytest.raises(DoubleGrant):
        by_case(office, life.id)
    assert by_batch(office, life.id) == ["double_grant"]


@pytest.mark.parametrize("words", IN_WORDS)
def test_a_case_is_not_granted_again_in_free_words(
    office: SupportOffice, life: Life, words: dict[str, str]
) -> None:
    case = by_case(office, life.id)
    with pytest.raises(DoubleGrant) as refused:
        by_form(life, replace(QUARTER, **words))
    assert refused.value.values["support_id"] == case
    by_form(life, replace(QUARTER, **words, period_from=date(2023, 4, 1),
                          period_until=date(2023, 6, 30)))  # fmt: skip


def test_a_grant_by_form_after_the_request_stops_the_assessment(
    office: SupportOffice, life: Life
) -> None:
    case = office.do(
        RequestCase(life.id, "policies", "electricity", date(2023, 2, 1)), "2023-02-01"
    ).created
    assert case is not None
    by_form(life, QUARTER)
    with pytest.raises(DoubleGrant):
        office.do(AssessCase(case, amount=165_000), "2023-02-02", by=CASE_WORKER)


def test_what_is_given_once_is_refused_in_another_year_too(
    office: SupportOffice, life: Life
) -> None:
    by_form(life, HOUSE)
    later = replace(HOUSE, period_from=date(2023, 8, 1), period_until=date(2023, 8, 1))
    with pytest.raises(DoubleGrant):
        by_form(life, later, on="2023-08-01")
    with pytest.raises(DoubleGrant):
        office.do(
            RequestCase(life.id, "2021-2025", "housing_new", date(2023, 8, 1)), "2023-08-01",
            by=CASE_WORKER,
        )  # fmt: skip


def test_free_words_that_differ_are_two_benefits_and_the_same_words_one(life: Life) -> None:
    rice = replace(QUARTER, programme="Tết", benefit="Gạo", amount=None, quantity=10, unit="kg")
    by_form(life, rice)
    by_form(life, replace(rice, benefit="Chăn ấm"))
    with pytest.raises(DoubleGrant):
        by_form(life, replace(rice, programme="Tết Quý Mão", benefit="gạo."))


texts = st.sampled_from(["Gạo", " gạo ", "GẠO", "Hỗ trợ tiền điện", "electricity", "Chăn"])
days = st.dates(date(2023, 1, 1), date(2023, 12, 31))
POWER = NamedBenefit(
    "policies", "electricity", False, frozenset({"electricity", "hỗ trợ tiền điện"})
)


def known(programme: str, benefit: str) -> NamedBenefit | None:
    named = programme == "policies" and fold_name(benefit) in POWER.words
    return POWER if named else None


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    first, last = sorted((draw(days), draw(days)))
    programme = draw(st.sampled_from(["policies", "Tết"]))
    return Grant(programme, draw(texts), None, first, last)


@examples(grants(), grants())
def test_whether_two_grants_are_one_does_not_depend_on_their_order(
    one: Grant, other: Grant
) -> None:
    for names in (known, free_words):
        assert is_same(one, other, names) == is_same(other, one, names)
        assert is_same(one, one, names)
