"""Programmes, their benefits and rates: what is defined, what is refused, what counts on a day."""

from dataclasses import replace
from datetime import date

import pytest

from domain.errors import StaleVersion
from domain.households.errors import UnknownCode
from domain.support.errors import (
    BenefitForNone,
    BenefitUnknown,
    MalformedProgramme,
    NodeUnknown,
    ProgrammeClosed,
    ProgrammeExists,
    ProgrammePeriodInvalid,
    ProgrammeTreeInvalid,
    ProgrammeUnknown,
    RateInvalid,
    SupportDocumentMissing,
)
from domain.support.load import parse, published
from domain.support.programme import (
    Benefit,
    BenefitDefined,
    Node,
    NodesAdded,
    ProgrammeDefined,
    Qualification,
    Rate,
    RateChanged,
)
from domain.support.programme_commands import (
    ChangeRate,
    CloseProgramme,
    DefineBenefit,
    DefineProgramme,
)
from tests.domain.support.conftest import PROVINCE, SupportOffice

CASH = Benefit(
    code="monthly_cash",
    node="cash",
    title="Hỗ trợ thu nhập hằng tháng",
    content="income",
    counted="household",
    period="month",
    qualification=Qualification(classes=("poor", "near_poor")),
    source="37/2025/NQ-HĐND",
    certainty="seen",
)
RATE = Rate(
    benefit="monthly_cash",
    valid_from=date(2023, 1, 1),
    valid_until=None,
    per="month",
    amount=500_000,
    at_most=None,
    source="37/2025/NQ-HĐND",
    certainty="seen",
)
LOCAL = DefineProgramme(
    code="hue-nq-37-2025",
    title="Chính sách hỗ trợ của tỉnh",
    level="local",
    area=PROVINCE,
    valid_from=date(2023, 1, 1),
    valid_until=date(2025, 12, 31),
    nodes=(Node("cash", "", "policy", "Hỗ trợ thu nhập", "seen"),),
)


def here(benefit: Benefit) -> Benefit:
    """A benefit of the local programme, which is for its own area."""
    return replace(benefit, qualification=replace(benefit.qualification, areas=(PROVINCE,)))


def test_a_local_resolution_is_defined_with_benefit_and_rate(office: SupportOffice) -> None:
    office.do(LOCAL, "2023-01-05")
    office.do(DefineBenefit(LOCAL.code, CASH), "2023-01-05")
    office.do(ChangeRate(LOCAL.code, RATE), "2023-01-05")
    programme = office.programme(LOCAL.code)
    kinds = [type(event) for event in office.events(programme.id)]
    assert kinds == [ProgrammeDefined, BenefitDefined, RateChanged]
    assert programme.benefit("monthly_cash", date(2023, 2, 1)) == here(CASH)
    assert programme.rate("monthly_cash", date(2023, 2, 1)) == RATE
    assert programme.rate("monthly_cash", date(2022, 12, 31)) is None


def test_the_same_again_is_nothing_and_new_nodes_are_added(office: SupportOffice) -> None:
    whole = replace(LOCAL, benefits=(CASH,), rates=(RATE,))
    office.do(whole, "2023-01-05")
    assert office.do(whole, "2023-01-05").version == 3
    more = replace(whole, nodes=(*LOCAL.nodes, Node("house", "", "policy", "Nhà ở", "seen")))
    office.do(more, "2023-01-05")
    assert isinstance(office.events(office.programme(LOCAL.code).id)[-1], NodesAdded)


def test_a_later_definition_and_a_later_rate_count_from_their_days(office: SupportOffice) -> None:
    office.do(replace(LOCAL, benefits=(CASH,), rates=(RATE,)), "2023-01-05")
    poor_alone = replace(CASH, qualification=Qualification(classes=("poor",)))
    office.do(DefineBenefit(LOCAL.code, poor_alone), "2023-07-01")
    raised = replace(RATE, valid_from=date(2023, 7, 1), amount=600_000)
    office.do(ChangeRate(LOCAL.code, raised), "2023-07-01")
    programme = office.programme(LOCAL.code)
    assert programme.benefit(CASH.code, date(2023, 6, 30)) == here(CASH)
    assert programme.benefit(CASH.code, date(2023, 7, 1)) == here(poor_alone)
    assert [programme.rate(CASH.code, date(2023, month, 1)).amount for month in (6, 7)] == [
        500_000,
        600_000,
    ]


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (replace(LOCAL, area=""), ProgrammeTreeInvalid),
        (replace(LOCAL, nodes=()), ProgrammeTreeInvalid),
        (replace(LOCAL, nodes=(Node("a", "b", "policy", "A", "seen"),)), ProgrammeTreeInvalid),
        (replace(LOCAL, nodes=(LOCAL.nodes[0],) * 2), ProgrammeTreeInvalid),
        (replace(LOCAL, nodes=(Node("a", "", "idea", "A", "seen"),)), UnknownCode),
        (replace(LOCAL, valid_until=date(2022, 1, 1)), ProgrammePeriodInvalid),
        (replace(LOCAL, code="2021-2025"), ProgrammeExists),
        (DefineBenefit("nowhere", CASH), ProgrammeUnknown),
        (DefineBenefit("policies", CASH), NodeUnknown),
        (
            DefineBenefit("policies", replace(CASH, node="credit", qualification=Qualification())),
            BenefitForNone,
        ),
        (DefineBenefit("policies", replace(CASH, node="credit", counted="cow")), UnknownCode),
        (ChangeRate("policies", RATE), BenefitUnknown),
        (ChangeRate("policies", replace(RATE, benefit="electricity", amount=0)), RateInvalid),
        (ChangeRate("policies", replace(RATE, benefit="electricity", amount=-5)), RateInvalid),
        (ChangeRate("policies", replace(RATE, benefit="electricity", amount=None)), RateInvalid),
        (ChangeRate("policies", replace(RATE, benefit="electricity", at_most=5)), RateInvalid),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    office: SupportOffice, command: DefineProgramme, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        office.do(command, "2023-01-05")


def test_a_local_programme_and_its_changes_rest_on_a_document(office: SupportOffice) -> None:
    for command in (LOCAL, DefineBenefit("policies", replace(CASH, node="credit"))):
        with pytest.raises(SupportDocumentMissing):
            office.do(command, "2023-01-05", document=None)


def test_a_closed_programme_is_changed_up_to_its_last_day_only(office: SupportOffice) -> None:
    office.do(replace(LOCAL, benefits=(CASH,)), "2023-01-05")
    office.do(CloseProgramme(LOCAL.code, "Hết hiệu lực"), "2024-06-30")
    programme = office.programme(LOCAL.code)
    assert programme.is_in_force(date(2024, 6, 30))
    assert not programme.is_in_force(date(2024, 7, 1))
    office.do(ChangeRate(LOCAL.code, RATE), "2024-06-30")
    with pytest.raises(ProgrammeClosed):
        office.do(ChangeRate(LOCAL.code, replace(RATE, amount=1)), "2024-07-01")


def test_a_change_of_an_older_version_is_refused(office: SupportOffice) -> None:
    office.do(replace(LOCAL, benefits=(CASH,)), "2023-01-05")
    with pytest.raises(StaleVersion):
        office.do(ChangeRate(LOCAL.code, RATE), "2023-01-05", expected_version=1)


# The published programmes.


def test_the_published_programmes_are_loaded_once(office: SupportOffice) -> None:
    before = {one.code: office.programme(one.code).version for one in published()}
    assert set(before) == {"2021-2025", "2026-2035", "policies"}
    for command in published():
        office.do(command, command.valid_from, recorded="2023-03-01", document=None)
    assert {code: office.programme(code).version for code in before} == before


def test_both_versions_of_the_tree_stand_beside_each_other(office: SupportOffice) -> None:
    old, new = office.programme("2021-2025"), office.programme("2026-2035")
    assert [one.code for one in old.nodes.values() if not one.parent] == list("1234567")
    assert old.is_below("3.1", "3")
    assert not old.is_below("3", "3.1")
    below = [sum(1 for one in new.nodes.values() if one.parent == up) for up in ("1", "2")]
    assert below == [10, 5]


def test_a_rate_that_was_not_found_stays_empty_and_says_so(office: SupportOffice) -> None:
    policies = office.programme("policies")
    of_2023 = policies.rate("electricity", date(2023, 5, 1))
    assert of_2023 is not None
    assert (of_2023.amount, of_2023.at_most, of_2023.certainty) == (None, None, "unknown")
    seen = policies.rate("electricity", date(2025, 2, 1))
    assert seen is not None
    assert (seen.amount, seen.certainty) == (61_333, "seen")
    for programme in published():
        for rate in programme.rates:
            empty = rate.amount is None and rate.at_most is None
            assert empty == (rate.certainty == "unknown"), rate


FILE = """
code = "x"
valid_from = 2023-01-01
title = { vi = "X", en = "X" }
[[sources]]
number = "1/NQ"
title = "Nghị quyết 1"
certainty = "seen"
[[nodes]]
code = "1"
kind = "policy"
title = { vi = "A", en = "A" }
certainty = "seen"
[[benefits]]
code = "b"
node = "1"
title = { vi = "B", en = "B" }
content = "c"
counted = "person"
period = "month"
classes = ["poor"]
source = "1/NQ"
certainty = "seen"
[[rates]]
benefit = "b"
valid_from = 2023-01-01
per = "month"
amount = 5
source = "1/NQ"
certainty = "seen"
"""


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('code = "x"', 'code = "y"', "code"),
        ('source = "1/NQ"', 'source = "2/NQ"', "benefits.b"),
        ("amount = 5\n", "", "rates.b"),
        ('benefit = "b"', 'benefit = "c"', "rates.c"),
        ("[[nodes]]", "[[knots]]", ""),
        ("= 2023", "= = 2023", ""),
    ],
)
def test_a_malformed_file_is_refused_by_place(old: str, new: str, where: str) -> None:
    assert parse(FILE, file="x.toml").benefits[0].code == "b"
    with pytest.raises(MalformedProgramme) as refused:
        parse(FILE.replace(old, new), file="x.toml")
    assert refused.value.values["where"] == where
