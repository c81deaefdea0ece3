"""Signing rules by act: versions from a day on, none that overlaps, steps that are kept apart."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from domain.application import SocaiApplication
from domain.areas.directory import AreaDirectory
from domain.commands.command import Actor
from domain.households.errors import UnknownCode
from domain.standards import load_standards
from domain.support.errors import SigningRulesInvalid, SupportDocumentMissing
from domain.support.office_errors import SigningVersionOverlaps, StepsApart
from domain.support.signing_rules import (
    AddSigningVersion,
    SetSigningRules,
    Tier,
    require_apart,
    signatures_needed,
)
from tests.domain.support.conftest import (
    PROVINCE,
    SupportOffice,
    context,
    province_and_communes,
)
from tests.given import HUONG_SO

ONE = (Tier(0, 1),)
TWO = (Tier(0, 1), Tier(50_000_000, 2))
THREE = (Tier(0, 3),)
CASE, BATCH = "case_approval", "batch_approval"
HUONG_AN, HUE = "19804@2025-07-01", "46@2025-01-01"


def needed(office: SupportOffice, act: str, on: str, amount: int = 60_000_000) -> int:
    services = office.application.support.services()
    return signatures_needed(services, HUONG_SO, amount, date.fromisoformat(on), act)


def test_each_act_has_its_own_rules_from_a_day_on(office: SupportOffice) -> None:
    assert needed(office, CASE, "2023-01-01") == 1
    office.do(AddSigningVersion(PROVINCE, CASE, TWO), "2023-01-01")
    office.do(AddSigningVersion(PROVINCE, BATCH, THREE), "2023-02-01")
    office.do(AddSigningVersion(PROVINCE, CASE, ONE), "2023-03-01")
    assert [needed(office, CASE, on) for on in ("2022-12-31", "2023-01-01", "2023-03-01")] == [
        1, 2, 1,
    ]  # fmt: skip
    assert [needed(office, BATCH, on) for on in ("2023-01-31", "2023-02-01")] == [1, 3]
    assert needed(office, CASE, "2023-01-01", amount=49_999_999) == 1


def test_rules_of_all_acts_count_until_the_first_version_of_an_act(office: SupportOffice) -> None:
    office.do(SetSigningRules(PROVINCE, THREE), "2023-01-01")
    office.do(AddSigningVersion(PROVINCE, CASE, ONE), "2023-02-01")
    assert (needed(office, CASE, "2023-01-31"), needed(office, CASE, "2023-02-01")) == (3, 1)
    assert needed(office, BATCH, "2023-02-01") == 3


def test_the_nearest_unit_with_rules_of_the_act_decides(office: SupportOffice) -> None:
    office.do(AddSigningVersion(PROVINCE, CASE, TWO), "2023-01-01")
    office.do(AddSigningVersion(HUONG_SO, CASE, THREE), "2023-01-01")
    assert needed(office, CASE, "2023-01-01") == 3


@pytest.mark.parametrize("on", ["2023-02-01", "2023-01-15"])
def test_a_version_that_begins_with_another_one_or_before_it_is_refused(
    office: SupportOffice, on: str
) -> None:
    first = AddSigningVersion(PROVINCE, CASE, TWO)
    office.do(first, "2023-02-01")
    assert office.do(first, "2023-02-01").version == 2, "the same again is nothing"
    with pytest.raises(SigningVersionOverlaps):
        office.do(AddSigningVersion(PROVINCE, CASE, ONE), on)
    office.do(AddSigningVersion(PROVINCE, BATCH, ONE), on)


def test_what_may_not_be_is_refused_by_name(office: SupportOffice) -> None:
    with pytest.raises(SupportDocumentMissing):
        office.do(AddSigningVersion(PROVINCE, CASE, ONE), "2023-01-01", document=None)
    for command, refusal in (
        (AddSigningVersion(PROVINCE, "feast", ONE), UnknownCode),
        (AddSigningVersion(PROVINCE, CASE, ONE, ("approve",)), UnknownCode),
        (AddSigningVersion(PROVINCE, CASE, (Tier(0, 2), Tier(5, 1))), SigningRulesInvalid),
        (AddSigningVersion(PROVINCE, CASE, (Tier(1, 1),)), SigningRulesInvalid),
    ):
        with pytest.raises(refusal):
            office.do(command, "2023-01-01")


def test_an_account_that_signed_may_not_take_a_step_that_is_kept_apart(
    office: SupportOffice,
) -> None:
    signed = {"chutich"}

    def step(name: str, account: str, on: str) -> Any:
        return require_apart(
            office.application.support.services(), HUONG_SO, CASE, name, signed,
            context(on, by=Actor(account, "case_worker", HUONG_SO)),
        )  # fmt: skip

    office.do(AddSigningVersion(PROVINCE, CASE, ONE, ("disburse",)), "2023-02-01")
    step("disburse", "chutich", "2023-01-31")
    step("disburse", "canbo", "2023-02-01")
    step("deliver", "chutich", "2023-02-01")
    with pytest.raises(StepsApart):
        step("disburse", "chutich", "2023-02-01")


@pytest.fixture
def after_the_merger(database: Any, keyring: Any, clock: Callable[[], datetime]) -> SupportOffice:
    """An office of a province and a ward that ended, each with one heir."""
    before = {one.id: one for one in province_and_communes().lineage.units.values()}
    ended, city = before[HUONG_SO], before[PROVINCE]
    units = [
        replace(
            city, valid_to=date(2025, 1, 1), ending="merged", heirs=(HUE,)
        ),
        replace(
            city, id=HUE, valid_from=date(2025, 1, 1), names=((date(2025, 1, 1), "Thành phố Huế"),)
        ),
        replace(
            ended,
            parents=(*ended.parents, (date(2025, 1, 1), HUE)),
            valid_to=date(2025, 7, 1), ending="merged", heirs=(HUONG_AN,),
        ),
        replace(
            ended, id=HUONG_AN, code="19804", valid_from=date(2025, 7, 1),
            names=((date(2025, 7, 1), "Phường Hương An"),), parents=((date(2025, 7, 1), HUE),),
        ),
    ]  # fmt: skip
    return SupportOffice(
        SocaiApplication(
            database.pool, keyring, load_standards(), clock, directory=AreaDirectory(units)
        )
    )


def test_a_household_of_a_ward_that_ended_has_the_rules_of_the_day(
    after_the_merger: SupportOffice,
) -> None:
    office = after_the_merger
    office.do(AddSigningVersion(PROVINCE, CASE, TWO), "2023-01-01")
    assert needed(office, CASE, "2024-12-31") == 2
    office.do(AddSigningVersion(HUE, CASE, THREE), "2025-01-01")
    assert needed(office, CASE, "2025-06-30") == 3, "the province of that day, not the one before"
    office.do(AddSigningVersion(HUONG_AN, CASE, TWO), "2025-08-01")
    assert needed(office, CASE, "2025-07-31") == 3, "the ward of that day has no rules yet"
    assert needed(office, CASE, "2025-08-01") == 2
    assert needed(office, CASE, "2024-12-31") == 2, "a day before is asked of the tree of that day"


def test_the_rules_of_a_ward_end_with_it(after_the_merger: SupportOffice) -> None:
    office = after_the_merger
    office.do(AddSigningVersion(HUONG_SO, CASE, THREE), "2023-01-01")
    assert needed(office, CASE, "2025-06-30") == 3
    assert needed(office, CASE, "2025-07-01") == 1
