"""A listed household beside the one on record: whether its decision is news, and who is missing."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from domain.households.decisions import ClassInput
from domain.households.errors import HouseholdEnded
from domain.households.papers import NewPaper
from domain.imports.listed_household import ListedHousehold, ListedMember
from domain.imports.match import (
    DecisionWithdrawn,
    HouseholdElsewhere,
    HouseholdMatcher,
    NobodyInCommon,
    check_withdrawn,
    has_paper,
    withdrawn_since,
)
from tests.domain.households.conftest import application, life
from tests.given import CHAIRMAN, HUONG_SO, RURAL, Life, a_few_areas, paper
from tests.histories import AN, BINH, CUC, DECIDED, DUNG, FAMILY, POOR, REGISTERED, decide, family

__all__ = ["application", "life"]

NUMBER = "12/QĐ-UBND"
PAPER = paper(NUMBER, DECIDED)
ROWS = {one.name: row for row, one in enumerate((AN, BINH, CUC, DUNG), start=5)}


def member(one: Any, **other: Any) -> ListedMember:
    told = {
        "row": ROWS.get(one.name, 50), "name": one.name, "relation": one.relation,
        "sex": one.sex, "birth_date": one.birth_date, "birth_year": one.birth_year,
        "id_number": one.id_number, "ethnicity": "", "meritorious": False, "able_to_work": None,
        **other,
    }  # fmt: skip
    return ListedMember(**told)


def listed(*members: ListedMember, **other: Any) -> ListedHousehold:
    told: dict[str, Any] = {
        "row": 5, "area": HUONG_SO, "area_type": "urban", "village": "Tổ dân phố 5",
        "address": "", "number": "TDP5-017", "effective_on": DECIDED, "class_": "poor",
        "listing": "", "b1": 150, "b2": 40, "income": None, "decision_number": NUMBER,
        "decision_date": DECIDED, "ethnic_minority": None, "no_labour_capacity": None,
        "meritorious": None, "causes": (),
        "members": members or tuple(member(one) for one in (AN, BINH, CUC, DUNG)), **other,
    }  # fmt: skip
    return ListedHousehold(**told)


def matcher(life: Life, one: ListedHousehold, **asked: Any) -> HouseholdMatcher:
    known: Any = {one.row: SimpleNamespace(household_id=life.id)}
    return HouseholdMatcher(life.application, [one], known, **asked)


def compared(
    life: Life, one: ListedHousehold, *, by: Any = PAPER, class_: str = "poor"
) -> tuple[bool, list[tuple[int, str]]]:
    context = life.context(one.effective_on, document=by)
    news, findings = matcher(life, one).compare(one, context, ClassInput(class_))
    return news, [(found.row, found.code) for found in findings]


def decided(life: Life) -> None:
    """The family with the decision that the list names."""
    family(life)
    decide(life, DECIDED, number=NUMBER, class_="poor", figures=POOR)


def withdrawn(life: Life) -> None:
    """That decision, withdrawn."""
    decided(life)
    life.do(
        "withdraw", "2023-02-01", kind="decision", entry=2, reason="Ghi nhầm",
        by=CHAIRMAN, document=paper("5/QĐ-UBND", "2023-02-01"),
    )  # fmt: skip


# The decision.


def test_a_decision_is_news_until_it_is_recorded_by_this_paper_with_this_class(life: Life) -> None:
    family(life)
    assert compared(life, listed()) == (True, [])
    decide(life, DECIDED, number=NUMBER, class_="poor", figures=POOR)
    assert compared(life, listed()) == (False, [])
    assert compared(life, listed(), by=None)[0]
    assert compared(life, listed(), by=paper("13/QĐ-UBND", DECIDED))[0]
    assert compared(life, listed(), by=paper(NUMBER, "2022-12-11"))[0]
    assert compared(life, listed(), class_="near_poor")[0]
    assert compared(life, listed(effective_on=date(2022, 12, 13)))[0]


@pytest.mark.parametrize(
    ("other", "counts"),
    [
        ({}, True),
        ({"class_": ""}, True),
        ({"class_": "near_poor"}, False),
        ({"decision_number": "13/QĐ-UBND"}, False),
        ({"decision_date": date(2022, 12, 11)}, False),
        ({"effective_on": date(2022, 12, 13)}, False),
    ],
)
def test_a_paper_counts_with_its_number_its_days_and_its_class(
    life: Life, other: dict[str, Any], counts: bool
) -> None:
    decided(life)
    assert has_paper(life.now(), listed(**other)) is counts


@pytest.mark.parametrize(
    ("other", "refused"),
    [
        ({}, True),
        ({"class_": ""}, True),
        ({"class_": "near_poor"}, False),
        ({"b1": 151}, False),
        ({"b2": 41}, False),
        ({"income": 900_000}, False),
        ({"decision_number": "13/QĐ-UBND"}, False),
        ({"decision_date": date(2022, 12, 11)}, False),
        ({"effective_on": date(2022, 12, 13)}, False),
    ],
)
def test_a_withdrawn_decision_is_not_brought_back_and_another_is_none(
    life: Life, other: dict[str, Any], refused: bool
) -> None:
    withdrawn(life)
    one = listed(**other)
    by = paper(one.decision_number, one.decision_date)
    if not refused:
        check_withdrawn(life.now(), one)
        assert compared(life, one, by=by)[0]
        return
    with pytest.raises(DecisionWithdrawn) as found:
        compared(life, one, by=by)
    assert found.value.values["withdrawn_on"] == date(2023, 2, 1)


def test_a_household_whose_decision_was_withdrawn_is_found_until_it_is_recorded_again(
    life: Life,
) -> None:
    decided(life)
    one = listed()
    assert withdrawn_since(life.application, [one], {}) == {}
    assert withdrawn_since(life.application, [one], {5: life.id}) == {}
    life.do(
        "withdraw", "2023-02-01", kind="decision", entry=2, reason="Ghi nhầm",
        by=CHAIRMAN, document=paper("5/QĐ-UBND", "2023-02-01"),
    )  # fmt: skip
    assert withdrawn_since(life.application, [one], {5: life.id}).keys() == {5}
    assert withdrawn_since(life.application, [one], {6: life.id}) == {}
    decide(life, DECIDED, number=NUMBER, class_="poor", figures=POOR)
    assert withdrawn_since(life.application, [one], {5: life.id}) == {}


# The place and the end.


def test_a_household_elsewhere_or_ended_is_refused(life: Life) -> None:
    family(life)
    one = listed(area=RURAL)
    found = matcher(life, one)
    areas: Any = SimpleNamespace(directory=a_few_areas())
    found.application = SimpleNamespace(areas=areas)  # type: ignore[assignment]
    with pytest.raises(HouseholdElsewhere):
        found.compare(one, life.context(DECIDED), ClassInput("poor"))
    life.do("dissolve", "2023-05-01", reason="moved_away")
    with pytest.raises(HouseholdEnded):
        compared(life, listed())


# The persons.


def test_who_is_on_one_side_only_is_said(life: Life) -> None:
    family(life)
    stranger = replace(DUNG, name="Phan Văn Lý")
    told = (member(AN), member(BINH), member(stranger, row=9))
    assert compared(life, listed(*told)) == (
        True,
        [(9, "member_not_in_record"), (5, "member_not_on_list")],
    )
    (_, missing) = matcher(life, listed(*told)).compare(
        listed(*told), life.context(DECIDED), ClassInput("poor")
    )[1]
    assert missing.values == {"count": 2}


def test_one_person_on_record_is_not_two_on_a_list(life: Life) -> None:
    family(life)
    twins = (member(AN), member(BINH), member(CUC), member(DUNG), member(DUNG, row=9))
    assert compared(life, listed(*twins)) == (True, [(9, "member_not_in_record")])


def test_a_household_without_one_person_in_common_is_another_unless_a_person_said_so(
    life: Life,
) -> None:
    family(life)
    one = listed(member(replace(AN, name="Phan Văn Lý", id_number="")))
    with pytest.raises(NobodyInCommon):
        compared(life, one)
    settled = matcher(life, one, settled=True)
    news, findings = settled.compare(one, life.context(DECIDED), ClassInput("poor"))
    assert (news, len(findings)) == (True, 2)


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({}, True),
        ({"birth_year": None}, True),
        ({"birth_year": 1983}, True),  # the number and the name are enough
        ({"name": "Lê Thị Bính"}, True),
        ({"name": "Phan Văn Lý"}, True),  # the number and the birth are enough
        ({"name": "Phan Văn Lý", "birth_year": None}, False),
        ({"id_number": ""}, True),
        ({"id_number": "", "birth_year": None}, True),
        ({"id_number": "", "birth_year": 1983}, False),
        ({"id_number": "", "name": "Lê Thị Bính"}, False),
        ({"id_number": "", "sex": "male"}, False),
        ({"id_number": "046182009999"}, False),
        ({"id_number": "191230001"}, True),
    ],
)
def test_a_person_is_the_same_by_two_kinds_of_evidence(
    life: Life, changed: dict[str, Any], same: bool
) -> None:
    family(life)
    told = (member(AN), member(BINH, **changed), member(CUC), member(DUNG))
    codes = [code for _, code in compared(life, listed(*told))[1]]
    assert codes == ([] if same else ["member_not_in_record", "member_not_on_list"])


# Papers.


@pytest.mark.parametrize(
    ("on_record", "told", "taken"),
    [
        ("", "046303001234", True),
        ("", "191230001", True),
        ("191230001", "046303001234", True),
        ("191230001", "191230002", False),
        ("046303001234", "046303009999", False),
        ("046303001234", "191230001", False),
        ("191230001", "", False),
    ],
)
def test_a_list_gives_a_number_to_who_had_none_or_a_shorter_one(
    life: Life, on_record: str, told: str, taken: bool
) -> None:
    people = (AN, replace(CUC, id_number=on_record))
    life.register(REGISTERED, replace(FAMILY, members=people))
    one = listed(member(AN), member(CUC, id_number=told))
    expected = (NewPaper(life["cúc"], told),) if taken else ()
    assert matcher(life, one).new_papers(one) == expected


def test_a_number_is_given_to_nobody_where_two_rows_may_be_the_person(life: Life) -> None:
    family(life)
    one = listed(
        member(AN), member(CUC, id_number="046300000001"),
        member(CUC, row=9, id_number="046300000002"),
    )  # fmt: skip
    assert matcher(life, one).new_papers(one) == ()


def test_who_is_erased_gets_no_number(life: Life) -> None:
    family(life)
    life.do("forget_person", "2023-01-01", person_id=life["cúc"], legal_basis="NĐ 13/2023")
    one = listed(member(AN), member(CUC, id_number="046300000001"))
    assert matcher(life, one).new_papers(one) == ()
