"""The list of those who seem to qualify agrees with what the household's own events decide."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.application import SocaiApplication
from domain.errors import Refusal
from domain.households.errors import DoubleGrant
from domain.households.support import GrantSupport, SupportInput
from domain.support.case_commands import RequestCase
from domain.support.eligibility import basis
from domain.support.load import published
from domain.support.programme import Benefit, Node, Qualification
from domain.support.programme_commands import DefineProgramme
from projections.catch_up import catch_up
from projections.support.eligible import Eligible, eligible
from tests.conftest import Database
from tests.domain.support.conftest import SupportOffice, context, province_and_communes
from tests.domain.support.households import poor_households
from tests.given import HUONG_SO, RURAL, Life
from tests.histories import NEAR_POOR, NOT_LISTED, POOR, decide
from tests.standards import standards

FIRST, LAST = date(2022, 12, 1), date(2027, 6, 1)


def benefit(*classes: str, newly_escaped: bool = False) -> Benefit:
    return Benefit(
        "loan", "credit", "Vay vốn", "credit", "household", "year",
        Qualification(classes, newly_escaped), "", "seen",
    )  # fmt: skip


BENEFITS = (
    benefit("poor"),
    benefit("poor", "near_poor"),
    benefit("poor", "near_poor", newly_escaped=True),
    benefit(newly_escaped=True),
)


@pytest.fixture
def application(database: Database, keyring: Any, clock: Any) -> SocaiApplication:
    clock.advance(days=2000)
    return SocaiApplication(
        database.pool, keyring, standards(), clock, directory=province_and_communes()
    )


def ask(database: Database, wanted: Benefit, on: date, **more: Any) -> dict[Any, Eligible]:
    with database.pool.connection() as conn:
        given = {"programme": "policies", "areas": None, **more}
        found = eligible(conn, wanted, on=on, **given)
    return {one.household_id: one for one in found}


@pytest.mark.parametrize("seed", range(3))
def test_who_is_on_the_list_is_whom_the_events_let_qualify(
    database: Database, application: SocaiApplication, keyring: Any, seed: int
) -> None:
    rng = random.Random(seed)
    homes = poor_households(application, 8)
    for home in homes:
        life, on = Life(application), date(2022, 12, 12)
        life.id = home
        for number in range(rng.randint(0, 4)):
            on += timedelta(days=rng.randint(20, 500))
            if on.year < 2027:
                figures = rng.choice((POOR, NEAR_POOR, NOT_LISTED, NOT_LISTED))
                decide(life, on, number=f"{number + 20}/QĐ-UBND", figures=figures)
    catch_up(database.pool, keyring)
    directory = province_and_communes()
    loaded = application.households.load_many(homes)
    days = [FIRST + timedelta(days=rng.randrange((LAST - FIRST).days)) for _ in range(40)]
    days += [one.effective_on for home in loaded.values() for one in home.exits]
    days += [
        one.newly_escaped_until
        for home in loaded.values()
        for one in home.exits
        if one.newly_escaped_until is not None
    ]
    for wanted in BENEFITS:
        for on in days:
            expected = {}
            for home in loaded.values():
                try:
                    expected[home.id] = basis(home, wanted, on, directory)
                except Refusal:
                    continue
            found = ask(database, wanted, on)
            assert found.keys() == expected.keys(), (wanted.qualification, on)
            for id_, why in expected.items():
                escaped = why.by == "newly_escaped"
                assert (found[id_].by == "newly_escaped") == escaped
                assert (found[id_].escaped_until is not None) == escaped


def test_a_household_is_newly_escaped_for_36_months_unless_its_exit_is_withdrawn(
    database: Database, application: SocaiApplication, keyring: Any
) -> None:
    (home,) = poor_households(application, 1)
    life = Life(application)
    life.id = home
    decide(life, "2023-12-12", number="30/QĐ-UBND", figures=NOT_LISTED)
    catch_up(database.pool, keyring)
    wanted, last = BENEFITS[-1], date(2026, 12, 12)
    (exit_,) = life.now().exits
    assert exit_.newly_escaped_until is not None
    last = exit_.newly_escaped_until
    assert ask(database, wanted, date(2023, 12, 11)) == {}
    assert ask(database, wanted, date(2023, 12, 12))[home].escaped_until == last
    assert home in ask(database, wanted, last)
    assert ask(database, wanted, last + timedelta(days=1)) == {}
    assert ask(database, wanted, last, areas=[RURAL]) == {}
    assert home in ask(database, wanted, last, areas=[HUONG_SO])


# What was granted, by whatever words.

QUARTERS = [(date(2023, month, 1), date(2023, month + 2, 28)) for month in (1, 4, 7, 10)]
PROGRAMMES = ("policies", "2021-2025", "nghi-quyet", "Tết Quý Mão", "hỗ trợ tiền điện")
WORDS = (
    "electricity", "Hỗ trợ tiền điện", "  HỖ TRỢ tiền điện hộ nghèo", "housing_new",
    "Xây mới nhà ở", "sửa chữa NHÀ Ở", "housing_repair", "A new house", "Gạo", "gạo.",
    "Hỗ trợ phát triển sản xuất cộng đồng", "rice",
)  # fmt: skip
ASKED = (
    ("policies", "electricity"), ("2021-2025", "housing_new"), ("2021-2025", "housing_repair"),
    ("2021-2025", "community_production"), ("nghi-quyet", "rice"), ("nghi-quyet", "electricity"),
)  # fmt: skip


def resolution() -> DefineProgramme:
    """A local programme in which the code of one published benefit is the title of another one."""

    def benefit(code: str, title: str, period: str) -> Benefit:
        return Benefit(
            code, "1", title, code, "household", period, Qualification(("poor",)), "NQ", "seen"
        )

    return DefineProgramme(
        code="nghi-quyet", title="Nghị quyết", level="local", area=HUONG_SO,
        valid_from=date(2022, 1, 1), valid_until=None,
        nodes=(Node("1", "", "policy", "Quà", "seen"),),
        benefits=(
            benefit("electricity", "Xây mới nhà ở", "quarter"), benefit("rice", "Gạo", "year"),
        ),
    )  # fmt: skip


@pytest.fixture
def office(application: SocaiApplication) -> SupportOffice:
    made = SupportOffice(application)
    for command in (*published(), resolution()):
        made.do(command, command.valid_from, recorded="2022-12-15")
    return made


def granted_at_random(office: SupportOffice, rng: random.Random, homes: list[UUID]) -> None:
    """Supports by the form of households, of which some are refused and some withdrawn."""
    for home in homes:
        for _ in range(rng.randint(0, 3)):
            first, last = rng.choice(QUARTERS)
            support = SupportInput(
                rng.choice(PROGRAMMES), rng.choice(WORDS), first, last, "local", 2023,
                amount=rng.choice((100_000, 200_000)),
            )  # fmt: skip
            try:
                office.do(GrantSupport(home, support), first, recorded="2023-12-28")
            except Refusal:
                continue
        life = Life(office.application)
        life.id = home
        for one in list(life.now().supports.values())[: rng.randint(0, 4) // 4]:
            life.do("withdraw", "2023-12-29", kind="support", entry=one.originator_version,
                    reason="Nhập nhầm")  # fmt: skip


def is_double(office: SupportOffice, home: UUID, programme: str, code: str, on: date) -> bool:
    """Whether a case that is requested now is refused as a double grant."""
    try:
        office.application.support.decide(
            RequestCase(home, programme, code, on), context(on, recorded="2023-12-30"), None
        )
    except DoubleGrant:
        return True
    return False


@pytest.mark.parametrize("seed", range(6))
def test_who_is_listed_as_not_served_is_never_refused_as_a_double_grant(
    database: Database, office: SupportOffice, keyring: Any, seed: int
) -> None:
    homes = poor_households(office.application, 10)
    granted_at_random(office, random.Random(seed), homes)
    catch_up(database.pool, keyring)
    doubles = 0
    for programme, code in ASKED:
        for first, _last in QUARTERS:
            wanted = office.programme(programme).benefit(code, first)
            listed = ask(database, wanted, first, programme=programme)
            unserved = ask(database, wanted, first, programme=programme, unserved=True)
            assert listed.keys() == set(homes)
            for home in homes:
                double = is_double(office, home, programme, code, first)
                assert (home not in unserved) == double, (programme, code, first)
                assert (listed[home].served > 0) == double
                doubles += double
    assert doubles > 10


def test_until_the_grants_have_their_words_those_by_code_are_served(
    database: Database, office: SupportOffice, keyring: Any
) -> None:
    by_code, in_words = poor_households(office.application, 2)
    first, last = QUARTERS[0]
    for home, benefit_ in ((by_code, "electricity"), (in_words, "Hỗ trợ tiền điện hộ nghèo")):
        support = SupportInput("policies", benefit_, first, last, "local", 2023, amount=1_000)
        office.do(GrantSupport(home, support), first)
    catch_up(database.pool, keyring)
    wanted = office.programme("policies").benefit("electricity", first)
    assert ask(database, wanted, first, unserved=True) == {}
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("update read.positions set version = 2 where model = 'grants'")
        owner.execute("alter table read.grants drop column words")
    assert ask(database, wanted, first, unserved=True).keys() == {in_words}
