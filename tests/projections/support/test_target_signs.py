"""Signs that a target bends decisions, on the decisions of a ward: seen, not seen, as known."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.commands.command import CommandContext, Document
from domain.errors import Refusal
from domain.households.decisions import ClassInput, Figures
from domain.households.events import Classified
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from domain.households.surveys import SurveyInput
from projections.catch_up import catch_up
from projections.support import target_signs
from projections.support.target_signs import ANSWERS, EXITS, SCORES, Period, Sign
from tests import calls
from tests.calls import planned, record_many
from tests.domain.support.conftest import PROVINCE, province_and_communes
from tests.given import CASE_WORKER, CHAIRMAN, HUONG_SO, RURAL
from tests.standards import standards

LETTERS = "abcdefghij"
LINE = 175  # of B1 in towns, in the standard of 2022-2025
YEAR = Period(2023, date(2024, 3, 31))
UNITS = {"": None, HUONG_SO: frozenset({HUONG_SO}), RURAL: frozenset({RURAL})}


@pytest.fixture
def application(database: Any, keyring: Any, clock: Any) -> SocaiApplication:
    clock.advance(days=600)
    return SocaiApplication(
        database.pool, keyring, standards(), clock, directory=province_and_communes()
    )


@pytest.fixture
def names() -> Iterator[str]:
    """Names of heads, each another one."""
    return (
        "Hồ Văn S" + "".join(LETTERS[int(digit)] for digit in str(number))
        for number in range(10_000)
    )


def circumstances(on: str, number: str = "12/QĐ-UBND") -> CommandContext:
    day = date.fromisoformat(on)
    paper = Document(number, day, "chutich")
    recorded = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return CommandContext(day, CHAIRMAN, uuid4(), recorded, paper)


def decided(
    application: SocaiApplication, names: Iterator[str], scores: list[int], on: str = "2023-11-20"
) -> list[UUID]:
    """Households that are recognised on a day by these scores of B1."""
    plans = []
    for b1 in scores:
        home = NewHousehold(
            area=HUONG_SO, village="Tổ 5", number=str(uuid4())[:12], household_id=uuid4(),
            members=(NewMember(next(names), "head", birth_year=1970),),
        )  # fmt: skip
        class_ = "poor" if b1 <= LINE else "not_poor"
        figures = Figures("urban", b1=b1, b2=40)
        plans.append(planned(circumstances(on), home, decision=ClassInput(class_, figures=figures)))
    made = []
    for answer in record_many(application, plans):
        assert not isinstance(answer, Refusal), answer
        made.append(answer.aggregate_id)
    return made


def classify(application: SocaiApplication, household: UUID, on: str, b1: int, **more: Any) -> Any:
    """The household is recognised anew by a score."""
    class_ = "poor" if b1 <= LINE else "not_poor"
    given = ClassInput(class_, figures=Figures("urban", b1=b1, b2=40))
    return calls.households(application).classify(household, circumstances(on), given, **more)


def shown(
    database: Any, keyring: Any, application: SocaiApplication, of: Period = YEAR
) -> dict[str, dict[str, Sign]]:
    catch_up(database.pool, keyring)
    with database.pool.connection() as conn:
        found = target_signs.signs(conn, application.standards, UNITS, of)
    return {area: {one.sign: one for one in signs} for area, signs in found.items()}


def behind(database: Any, application: SocaiApplication, sign: str, of: Period = YEAR) -> set[UUID]:
    with database.pool.connection() as conn:
        units = UNITS[HUONG_SO]
        return set(target_signs.households(conn, application.standards, sign, units, of))


def banded(two_below: int, below: int, past: int, two_past: int) -> list[int]:
    """Scores in the four bands around the line, the same number at each score of a band."""
    bands = ((-19, two_below), (-9, below), (1, past), (11, two_past))
    return [LINE + first + at % 10 for first, count in bands for at in range(count)]


def test_scores_that_crowd_just_past_the_line_are_a_sign_and_a_bell_is_none(
    database: Any, keyring: Any, application: SocaiApplication, names: Iterator[str]
) -> None:
    homes = decided(application, names, banded(20, 21, 20, 17))
    before = shown(database, keyring, application)
    assert not before[HUONG_SO][SCORES].raised
    lifted = homes[20:38]
    for home in lifted:
        classify(application, home, "2023-12-10", LINE + 3)
    found = shown(database, keyring, application)
    sign = found[HUONG_SO][SCORES]
    assert sign.numbers == {"two_below": 20, "below": 3, "past": 38, "two_past": 17}
    assert sign.raised
    assert found[""][SCORES] == sign
    assert found[RURAL][SCORES].numbers["past"] == 0
    assert set(lifted) < behind(database, application, SCORES)
    earlier = Period(2023, date(2023, 12, 9))
    assert shown(database, keyring, application, earlier) == before
    at = datetime(2023, 12, 1, tzinfo=UTC)
    assert shown(database, keyring, application, YEAR._replace(known_at=at)) == before


def test_exits_before_the_cut_off_and_entries_after_it_are_a_sign(
    database: Any, keyring: Any, application: SocaiApplication, names: Iterator[str]
) -> None:
    listed = decided(application, names, [150] * 8, "2023-03-01")
    others = decided(application, names, [200] * 7, "2023-03-01")
    for home in listed:
        classify(application, home, "2023-12-28", 190)
    alone = shown(database, keyring, application)[HUONG_SO][EXITS]
    assert (alone.numbers["exits_before"], alone.raised) == (8, False), "a round alone is no sign"
    for home in others:
        classify(application, home, "2024-01-10", 150)
    sign = shown(database, keyring, application)[HUONG_SO][EXITS]
    assert sign.numbers == {
        "exits_before": 8, "exits_after": 0, "entries_before": 0, "entries_after": 7,
        "papers_before": 1, "papers_after": 0,
    }  # fmt: skip
    assert (sign.raised, sign.chance) == (True, "0.0002")
    assert behind(database, application, EXITS) == set(listed)


def test_a_withdrawn_decision_counts_as_known_before_and_no_more(
    database: Any, keyring: Any, application: SocaiApplication, names: Iterator[str]
) -> None:
    [home] = decided(application, names, [150], "2023-03-01")
    classify(application, home, "2023-12-28", 190)
    [version] = [
        one.originator_version
        for one in application.events.get(home)
        if isinstance(one, Classified) and one.class_ == "not_poor"
    ]
    run = calls.households(application)
    run.withdraw(
        home, circumstances("2024-01-20"), kind="decision", entry=version, reason="Ghi nhầm"
    )
    sign = shown(database, keyring, application)[HUONG_SO][EXITS]
    assert sign.numbers["exits_before"] == 0
    then = YEAR._replace(known_at=datetime(2024, 1, 1, tzinfo=UTC))
    assert shown(database, keyring, application, then)[HUONG_SO][EXITS].numbers["exits_before"] == 1


def surveyed(application: SocaiApplication, household: UUID, on: str, answer: str) -> UUID:
    """Form B of a household; `answer` is what it says."""
    form = SurveyInput("B", "urban", "khaosat", answers={"note": answer}, b1=150, b2=40)
    run = calls.households(application)
    context = circumstances(on)
    made: UUID = run.survey(
        household, CommandContext(context.effective_on, CASE_WORKER, uuid4(), context.recorded_at),
        form,
    ).created  # fmt: skip
    return made


def test_another_class_on_the_same_answers_is_a_sign_and_on_other_answers_none(
    database: Any, keyring: Any, application: SocaiApplication, names: Iterator[str]
) -> None:
    homes = decided(application, names, [150] * 10, "2023-01-05")
    run = calls.households(application)
    for at, home in enumerate(homes):
        for on, class_ in (("2023-03-01", "poor"), ("2023-12-05", "not_poor")):
            again = "as before" if at < 7 else on
            survey = surveyed(application, home, on, again)
            reason = "" if class_ == "poor" else "Hội nghị thôn thống nhất"
            given = ClassInput(class_, survey_id=survey, override_reason=reason)
            run.classify(home, circumstances(on), given)
    sign = shown(database, keyring, application)[HUONG_SO][ANSWERS]
    assert sign.numbers == {"unchanged_answers": 7, "to_better": 7, "to_worse": 0}
    assert (sign.raised, sign.chance) == (True, "0.0079")
    assert behind(database, application, ANSWERS) == set(homes[:7])


def test_an_area_without_decisions_has_no_sign(
    database: Any, keyring: Any, application: SocaiApplication
) -> None:
    for signs in shown(database, keyring, application).values():
        assert all((one.chance, one.raised) == ("1.0000", False) for one in signs.values())
    assert PROVINCE not in UNITS
