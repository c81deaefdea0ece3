"""A grant in words is checked by the rules of the benefit that its words name, or is said to be
unchecked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.commands.batch import PlannedCommand
from domain.errors import Refusal
from domain.households.errors import DoubleGrant
from domain.households.support import GrantSupport, SupportInput
from domain.standards import load_standards
from domain.support.case_commands import AssessCase, RequestCase
from domain.support.errors import DoesNotQualify, LowerOfSameContent, SameContentGranted
from domain.support.grant_batch import GrantBatch, Recipient
from domain.support.grant_batch_commands import ApproveBatch, DrawUpBatch
from domain.support.programme import Benefit, Node, Qualification
from domain.support.programme_commands import CloseProgramme, DefineBenefit, DefineProgramme
from projections.support import grant_job
from tests.domain.support.conftest import PROVINCE, SupportOffice, province_and_communes
from tests.given import CASE_WORKER, CHAIRMAN, HUONG_SO, RURAL, Life, paper
from tests.histories import DECIDED, NEAR_POOR, POOR, alone, decide, family, near_poor, poor

POWER = SupportInput(
    programme="QĐ 12 của phường",
    benefit="  HỖ TRỢ tiền   điện hộ nghèo",
    period_from=date(2023, 1, 1),
    period_until=date(2023, 3, 31),
    source="local",
    funding_year=2023,
    amount=165_000,
)
PRODUCTION = replace(
    POWER, programme="Dự án của xã", benefit="hỗ trợ phát triển SẢN XUẤT cộng đồng",
    amount=10_000_000, period_until=date(2023, 12, 31),
)  # fmt: skip
MODEL = replace(PRODUCTION, benefit="Hỗ trợ tham gia mô hình sinh kế", amount=5_000_000)
RICE = replace(POWER, programme="Tết", benefit="Gạo", amount=None, quantity=10, unit="kg")
NEXT_RICE = replace(RICE, period_from=date(2024, 1, 1), period_until=date(2024, 12, 31))
BY_CODE = {"programme": "policies", "benefit": "electricity"}
TET = Benefit(
    code="rice", node="tet", title="Gạo", content="rice", counted="household", period="year",
    qualification=Qualification(classes=("poor",)), source="NQ", certainty="seen",
)  # fmt: skip


def local(code: str, area: str) -> DefineProgramme:
    return DefineProgramme(
        code=code, title="Quà Tết", level="local", area=area, valid_from=date(2023, 1, 1),
        valid_until=None, nodes=(Node("tet", "", "policy", "Quà", "seen"),), benefits=(TET,),
    )  # fmt: skip


@pytest.fixture
def office(office: SupportOffice, clock: Any) -> SupportOffice:
    clock.advance(days=300)
    return office


@pytest.fixture
def life(application: SocaiApplication) -> Life:
    return Life(application)


def by_form(life: Life, support: SupportInput, on: str = "2023-02-01", **more: Any) -> Any:
    return life.do("grant_support", on, support, **more)


def by_case(office: SupportOffice, household: UUID, benefit: str, amount: int) -> None:
    case = office.do(
        RequestCase(household, "2021-2025", benefit, date(2023, 2, 1)), "2023-02-01",
        by=CASE_WORKER,
    ).created  # fmt: skip
    assert case is not None
    office.do(AssessCase(case, amount=amount), "2023-02-02", by=CASE_WORKER)


def by_batch(office: SupportOffice, household: UUID, benefit: str, amount: int) -> list[str]:
    """The codes of the refused."""
    line = office.funded(100_000_000, node="2", area=HUONG_SO)
    command = DrawUpBatch(
        HUONG_SO, "2021-2025", benefit, date(2023, 2, 1), line,
        (Recipient(household, amount=amount),),
    )  # fmt: skip
    batch = office.do(command, "2023-02-01", by=CASE_WORKER).created
    assert batch is not None
    office.do(ApproveBatch(batch), "2023-02-02", by=CHAIRMAN)
    assert grant_job.run(office.application, batch, office.application.clock)
    done = office.application.support.find(GrantBatch, batch)
    assert done is not None
    return [one.code for one in done.refused]


@pytest.mark.parametrize("words", [{}, BY_CODE])
@pytest.mark.parametrize("history", [near_poor, family])
def test_a_class_that_does_not_qualify_is_refused_in_words_and_by_code(
    office: SupportOffice, life: Life, history: Callable[[Life], None], words: dict[str, str]
) -> None:
    history(life)
    before = life.now().version
    with pytest.raises(DoesNotQualify) as refused:
        by_form(life, replace(POWER, **words))
    assert refused.value.values["benefit"] == "electricity"
    assert life.now().version == before


@pytest.mark.parametrize("words", [{}, BY_CODE])
def test_who_qualifies_on_the_day_is_granted_without_a_note(
    office: SupportOffice, life: Life, words: dict[str, str]
) -> None:
    poor(life)
    assert by_form(life, replace(POWER, **words)).notes == ()
    assert len(life.now().supports) == 1


def test_the_class_is_that_of_the_period_and_not_of_the_recording(
    office: SupportOffice, life: Life
) -> None:
    near_poor(life)
    decide(life, "2023-06-15", number="20/QĐ-UBND", figures=POOR)
    with pytest.raises(DoesNotQualify):
        by_form(life, POWER, recorded="2023-07-01")
    third = replace(POWER, period_from=date(2023, 7, 1), period_until=date(2023, 9, 30))
    assert by_form(life, third, on="2023-07-01").notes == ()


@pytest.mark.parametrize("first", ["words", "code"])
def test_the_lower_of_one_content_is_refused_by_every_way(
    office: SupportOffice, life: Life, first: str
) -> None:
    poor(life)
    higher = PRODUCTION
    if first == "code":
        higher = replace(higher, programme="2021-2025", benefit="community_production")
    by_form(life, higher)
    with pytest.raises(LowerOfSameContent) as refused:
        by_form(life, MODEL)
    assert refused.value.values["granted"] == "2021-2025/community_production"
    with pytest.raises(LowerOfSameContent):
        by_form(life, replace(MODEL, programme="2021-2025", benefit="livelihood_model"))
    with pytest.raises(LowerOfSameContent):
        by_case(office, life.id, "livelihood_model", 5_000_000)
    assert by_batch(office, life.id, "livelihood_model", 5_000_000) == ["lower_of_same_content"]
    assert len(life.now().supports) == 1


def test_before_the_higher_one_the_lower_is_withdrawn(office: SupportOffice, life: Life) -> None:
    poor(life)
    by_form(life, MODEL)
    with pytest.raises(SameContentGranted):
        by_form(life, PRODUCTION)
    with pytest.raises(SameContentGranted):
        by_case(office, life.id, "community_production", 10_000_000)


def test_what_is_given_each_month_is_compared_by_the_month(
    office: SupportOffice, life: Life
) -> None:
    poor(life)
    year = replace(
        POWER, benefit="Hỗ trợ đóng bảo hiểm y tế hộ cận nghèo", amount=1_200_000,
        person_id=life["an"], period_until=date(2023, 12, 31),
    )  # fmt: skip
    card = replace(
        year, benefit="Thẻ bảo hiểm y tế hộ nghèo", amount=90_000, period_until=date(2023, 1, 31)
    )
    by_form(life, card)
    decide(life, "2023-01-20", number="20/QĐ-UBND", figures=NEAR_POOR)
    with pytest.raises(SameContentGranted):
        by_form(life, year)
    with pytest.raises(LowerOfSameContent):
        by_form(life, replace(year, amount=1_080_000))


def test_a_second_grant_is_double_before_anything_else(office: SupportOffice, life: Life) -> None:
    poor(life)
    by_form(life, POWER)
    with pytest.raises(DoubleGrant):
        by_form(life, replace(POWER, **BY_CODE))


def test_words_that_name_no_benefit_are_recorded_with_a_note(
    office: SupportOffice, life: Life
) -> None:
    family(life)
    assert by_form(life, RICE).notes == ("benefit_not_found",)
    assert len(life.now().supports) == 1


def test_words_of_two_benefits_are_recorded_with_a_note_and_a_code_is_checked(
    office: SupportOffice, life: Life
) -> None:
    office.do(local("gao-tinh", PROVINCE), "2023-01-01")
    office.do(local("gao-phuong", HUONG_SO), "2023-01-01")
    family(life)
    assert by_form(life, RICE).notes == ("benefit_of_several",)
    with pytest.raises(DoesNotQualify):
        by_form(life, replace(NEXT_RICE, programme="gao-tinh"))


def test_a_local_programme_of_another_area_is_not_meant(office: SupportOffice, life: Life) -> None:
    family(life)
    office.do(local("gao-xa", RURAL), "2023-01-01")
    assert by_form(life, RICE).notes == ("benefit_not_found",)
    office.do(local("gao-phuong", HUONG_SO), "2023-01-01")
    with pytest.raises(DoesNotQualify):
        by_form(life, NEXT_RICE)


def test_a_programme_counts_in_its_own_time_alone(office: SupportOffice, life: Life) -> None:
    family(life)
    office.do(local("gao-phuong", HUONG_SO), "2023-01-01")
    office.do(CloseProgramme("gao-phuong", "hết hạn"), "2023-06-30")
    before = replace(RICE, period_from=date(2022, 12, 1), period_until=date(2022, 12, 31))
    after = replace(RICE, period_from=date(2023, 7, 1), period_until=date(2023, 7, 31))
    assert by_form(life, before).notes == ("benefit_not_found",)
    assert by_form(life, after, on="2023-07-01").notes == ("benefit_not_found",)
    assert by_form(
        life, replace(after, programme="gao-phuong", period_from=date(2023, 8, 1),
                      period_until=date(2023, 8, 31)), on="2023-08-01",
    ).notes == ("benefit_not_found",)  # fmt: skip
    with pytest.raises(DoesNotQualify):
        by_form(life, replace(RICE, period_from=date(2023, 2, 1), period_until=date(2023, 2, 28)))


def test_a_benefit_that_another_process_defines_is_known_at_the_next_grant(
    office: SupportOffice, life: Life, database: Any, keyring: Any, clock: Any
) -> None:
    family(life)
    assert by_form(life, RICE).notes == ("benefit_not_found",)
    directory = province_and_communes()
    other = SocaiApplication(database.pool, keyring, load_standards(), clock, directory=directory)
    elsewhere = SupportOffice(other)
    elsewhere.do(replace(local("gao-phuong", HUONG_SO), benefits=()), "2023-01-05")
    elsewhere.do(DefineBenefit("gao-phuong", TET), "2023-01-05")
    with pytest.raises(DoesNotQualify):
        by_form(life, NEXT_RICE)


def test_a_repeat_is_answered_as_before_though_the_class_is_another_one_now(
    office: SupportOffice, life: Life
) -> None:
    poor(life)
    once, support = uuid4(), replace(POWER, support_id=uuid4())
    first = by_form(life, support, command_id=once)
    life.do(
        "withdraw", "2023-02-02", kind="decision",
        entry=life.now().decisions[0].originator_version, reason="Nhầm hộ", by=CHAIRMAN,
        document=paper("21/QĐ-UBND", "2023-02-02"),
    )  # fmt: skip
    version = life.now().version
    again = by_form(life, support, command_id=once)
    assert (again.repeated, again.created, again.notes) == (True, first.created, first.notes)
    by_form(life, support)
    assert life.now().version == version
    with pytest.raises(DoesNotQualify):
        by_form(life, replace(POWER, period_from=date(2023, 4, 1),
                              period_until=date(2023, 6, 30)), on="2023-04-01")  # fmt: skip


def test_each_of_many_grants_is_checked_by_itself(office: SupportOffice, life: Life) -> None:
    poor(life)
    listed = life.id
    other = Life(office.application)
    alone(other)
    decide(other, DECIDED, figures=NEAR_POOR)
    groups = [
        [PlannedCommand(GrantSupport(home, support), life.context("2023-02-01"))]
        for home, support in ((other.id, POWER), (listed, POWER), (other.id, RICE))
    ]
    refused, granted, unchecked = office.application.run_many(groups)
    assert isinstance(refused, DoesNotQualify)
    assert not isinstance(granted, Refusal)
    assert granted.notes == ()
    assert not isinstance(unchecked, Refusal)
    assert unchecked.notes == ("benefit_not_found",)
