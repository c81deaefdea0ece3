"""Rounds: reports to the level above, the brake, signers who surveyed, and decisions beside one."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.application import SocaiApplication
from domain.areas.directory import AreaDirectory
from domain.areas.unit import Unit
from domain.commands.command import Actor, Document
from domain.households.decisions import ClassifyHousehold, ClassInput, ExitPoverty, Figures
from domain.households.errors import SignerIsSurveyor, UnderReview
from domain.reviews import errors
from domain.reviews.decisions import GiveSecondSignature, RequireSecondSignature, SignDecision
from domain.reviews.events import ConsultationSent, Decided
from domain.standards import load_standards
from tests.given import HUONG_SO
from tests.reviews import (
    ABOVE,
    CHAIRMAN,
    CLOSED,
    DECREE,
    DEPUTY,
    LISTED,
    MET,
    NEAR_POOR,
    POOR,
    POSTED,
    READY,
    SIGNED,
    SURVEYOR,
    Autumn,
    decision_paper,
    refused,
)

BEGUN = date(2026, 9, 15)
VISITED = date(2026, 9, 16)
VOTED = date(2026, 9, 17)
SHOWN = date(2026, 9, 18)
OVER = date(2026, 9, 24)
NOTICED = date(2026, 10, 5)


# ---- the brake ----------------------------------------------------------------------------------


def leaving_by_request(autumn: Autumn, leaving: int, staying: int) -> tuple[UUID, ...]:
    """A monthly round of requests for exit that can be signed; others are on the list."""
    gone = [autumn.household() for _ in range(leaving)]
    others = [autumn.household() for _ in range(staying)]
    autumn.open(BEGUN, track="on_demand", month=9)
    for one in gone:
        autumn.request(one, "exit", BEGUN)
    autumn.put_on_list(*gone, on=BEGUN, source="request")
    for one in gone:
        autumn.survey(one, ABOVE, VISITED)
    autumn.meet(*gone, on=VOTED)
    autumn.post(on=SHOWN)
    autumn.notify(on=OVER)
    return (*gone, *others)


def test_a_round_that_is_signed_in_parts_passes_the_brake_no_sooner(autumn: Autumn) -> None:
    current = leaving_by_request(autumn, 4, 16)
    first, second = current[:2], current[2:4]
    autumn.sign("exit", "101", NOTICED, households=first, current=current)
    later = date(2026, 10, 6)
    refused(
        autumn, errors.SecondSignatureMissing,
        lambda: autumn.sign("exit", "102", later, households=second, current=current),
        removed=4, listed=20, limit_percent=10,
    )  # fmt: skip
    digest = autumn.digest("exit", later, households=second, current=current)
    asked = "result", "exit", digest
    require = RequireSecondSignature(autumn.round_id, *asked, second, current)
    autumn.run(require, later, by=CHAIRMAN)
    assert (autumn.events()[-1].removed, autumn.events()[-1].listed) == (4, 20)
    autumn.run(GiveSecondSignature(autumn.round_id, *asked, "Đã đối chiếu"), later, by=DEPUTY)
    autumn.sign("exit", "102", later, households=second, current=current)


def test_a_recognition_after_many_exits_needs_no_second_signature(autumn: Autumn) -> None:
    autumn.ready("poor", "poor", scores=[POOR, ABOVE])
    autumn.require_second()
    autumn.second()
    autumn.sign("exit", "101")
    autumn.sign("recognition", "102", date(2026, 10, 6))


# ---- the households that become near-poor -------------------------------------------------------


@pytest.mark.parametrize("first", ["recognition", "exit"])
def test_the_exit_decision_names_who_became_near_poor_whichever_is_signed_first(
    autumn: Autumn, first: str
) -> None:
    scores = [POOR] * 10 + [NEAR_POOR, ABOVE]
    autumn.ready(*["poor"] * 12, scores=scores)
    changed = autumn.ids[10]
    second = "exit" if first == "recognition" else "recognition"
    autumn.sign(first, "101", SIGNED)
    autumn.sign(second, "102", date(2026, 10, 7))
    (exit_,) = [one for one in autumn.events() if isinstance(one, Decided) and one.kind == "exit"]
    assert exit_.also_named == (changed,)
    autumn.close()


def test_a_part_of_a_monthly_round_names_who_became_near_poor_in_the_part_before(
    autumn: Autumn,
) -> None:
    changed, leaving = autumn.household(), autumn.household()
    others = tuple(autumn.household() for _ in range(18))
    autumn.open(BEGUN, track="on_demand", month=9)
    for one, scores in ((changed, NEAR_POOR), (leaving, ABOVE)):
        autumn.request(one, "exit", BEGUN)
        autumn.survey(one, scores, VISITED)
    autumn.put_on_list(changed, leaving, on=BEGUN, source="request")
    autumn.meet(changed, leaving, on=VOTED)
    autumn.post(on=SHOWN)
    autumn.notify(on=OVER)
    autumn.sign("recognition", "101", NOTICED, households=(changed,))
    current = (changed, leaving, *others)
    later = date(2026, 10, 6)
    autumn.sign("exit", "102", later, households=(leaving,), current=current)
    assert autumn.events()[-1].also_named == (changed,)


# ---- who signs ----------------------------------------------------------------------------------


def test_who_took_an_earlier_survey_of_the_round_does_not_sign(autumn: Autumn) -> None:
    autumn.listed()
    household = autumn.ids[0]
    autumn.survey(household, by=Actor(CHAIRMAN.account, "surveyor", HUONG_SO))
    autumn.meet(votes=3)
    autumn.survey(household, on=date(2026, 9, 22), by=SURVEYOR)
    autumn.meet(on=date(2026, 9, 23))
    autumn.post(on=date(2026, 9, 24))
    autumn.report(date(2026, 10, 1))
    autumn.answer(date(2026, 10, 2))
    refused(autumn, SignerIsSurveyor, autumn.sign)
    digest = autumn.digest("recognition")
    paper = Document("101/QĐ-UBND", SIGNED, DEPUTY.account)
    command = SignDecision(autumn.round_id, "result", "recognition", digest)
    autumn.run(command, SIGNED, by=DEPUTY, document=paper)


def test_the_second_signature_is_of_nobody_who_surveyed_who_leaves(autumn: Autumn) -> None:
    autumn.listed("poor", "poor")
    staying, leaving = autumn.ids
    autumn.survey(staying)
    autumn.survey(leaving, ABOVE, by=Actor(DEPUTY.account, "surveyor", HUONG_SO))
    autumn.meet()
    autumn.post()
    autumn.report()
    autumn.notify()
    autumn.answer()
    autumn.require_second()
    refused(autumn, SignerIsSurveyor, autumn.second)
    autumn.second(by=Actor("tinh", "province_officer", "46@2004-07-08"))


# ---- the list that was reported -----------------------------------------------------------------


def objected(autumn: Autumn, scores: tuple[int, int]) -> None:
    """A household objects to its notice after the answer of the province, and is reviewed again."""
    autumn.posted(*["poor"] * 11, scores=[POOR] * 10 + [ABOVE])
    autumn.report()
    autumn.answer()
    autumn.notify(on=SIGNED)
    leaving = autumn.ids[10]
    grievance = autumn.complain(leaving, on=date(2026, 10, 8))
    again = date(2026, 10, 12)
    autumn.survey(leaving, scores, on=again)
    autumn.meet(leaving, on=again)
    autumn.reverify(grievance, again)
    autumn.post(on=again, again=True)


def test_a_list_that_changed_since_it_was_reported_is_reported_again(autumn: Autumn) -> None:
    objected(autumn, POOR)
    day = date(2026, 10, 19)
    refused(
        autumn, errors.ConsultationOutdated, lambda: autumn.sign(on=day),
        step="consultation", source=DECREE, count=1, households=[str(autumn.ids[10])],
    )  # fmt: skip
    autumn.report(day)
    assert isinstance(autumn.events()[-1], ConsultationSent)
    refused(autumn, errors.ConsultationRepeated, lambda: autumn.report(day))
    refused(autumn, errors.ConsultationMissing, lambda: autumn.sign(on=day))
    autumn.answer(date(2026, 10, 20))
    autumn.sign(on=date(2026, 10, 20))
    assert autumn.class_of(autumn.ids[10], date(2026, 10, 20)) == "poor"


def test_a_result_that_was_kept_or_a_household_that_has_gone_changes_no_report(
    autumn: Autumn,
) -> None:
    objected(autumn, ABOVE)
    day = date(2026, 10, 19)
    refused(autumn, errors.ConsultationRepeated, lambda: autumn.report(day))
    autumn.sign(on=day)
    autumn.sign("exit", "102", day)


# ---- decisions beside the round -----------------------------------------------------------------


def test_no_decision_beside_an_open_round_passes_its_steps_by(autumn: Autumn) -> None:
    autumn.posted()
    household = autumn.ids[0]
    autumn.complain(household)
    given = ClassInput("not_poor", figures=Figures("urban", b1=ABOVE[0], b2=ABOVE[1]))
    paper = decision_paper("77/QĐ-UBND", READY)
    for command in (ClassifyHousehold(household, given), ExitPoverty(household, given)):
        values = refused(
            autumn, UnderReview,
            lambda command=command: autumn.run(command, READY, by=CHAIRMAN, document=paper),
        )  # fmt: skip
        assert (values["round_id"], values["since"]) == (autumn.round_id, LISTED)
    assert autumn.class_of(household) == "poor"


def test_an_older_decision_may_be_recorded_late_and_a_closed_round_holds_nothing(
    autumn: Autumn,
) -> None:
    autumn.listed()
    household = autumn.ids[0]
    autumn.classify(household, "near_poor", on=date(2026, 9, 7))
    autumn.close(outcome="abandoned", reason="Mở nhầm", on=MET)
    autumn.classify(household, "not_poor", on=READY)
    assert autumn.class_of(household) == "not_poor"


def test_a_household_that_the_round_decided_on_is_held_by_it_no_more(autumn: Autumn) -> None:
    autumn.ready("poor", "poor", scores=[POOR, ABOVE])
    autumn.sign()
    household, waits = autumn.ids
    autumn.classify(household, "near_poor", on=CLOSED)
    assert autumn.class_of(household) == "near_poor"
    refused(autumn, UnderReview, lambda: autumn.classify(waits, "poor", on=CLOSED))


# ---- households taken off the list --------------------------------------------------------------


def test_a_household_that_lives_there_is_not_taken_off_as_gone(autumn: Autumn) -> None:
    autumn.listed()
    for reason in ("moved_away", "ended"):
        refused(
            autumn, errors.UnlistingReasonWrong,
            lambda reason=reason: autumn.unlist(autumn.ids[0], reason=reason),
            households=[str(autumn.ids[0])],
        )  # fmt: skip


def test_taking_a_household_off_the_list_ends_no_grievance(autumn: Autumn) -> None:
    autumn.posted()
    autumn.complain(autumn.ids[0], on=POSTED)
    refused(autumn, errors.GrievanceOpen, lambda: autumn.unlist(autumn.ids[0], reason="error"))


def test_a_household_of_the_current_list_that_was_taken_off_is_listed_again(
    autumn: Autumn,
) -> None:
    autumn.posted("poor", "poor")
    out = autumn.ids[1]
    autumn.unlist(out, reason="error")
    refused(
        autumn, errors.HouseholdsLeftOut, autumn.report,
        step="listing", source=DECREE, households=[str(out)],
    )  # fmt: skip
    autumn.put_on_list(out, on=READY)
    autumn.survey(out, on=READY)
    autumn.meet(out, on=READY)
    autumn.post(on=READY)
    autumn.report(date(2026, 10, 2))
    refused(autumn, errors.StepNotInTrack, lambda: autumn.unlist(out, reason="error", on=SIGNED))


def test_a_round_that_leaves_out_the_current_list_is_not_completed(autumn: Autumn) -> None:
    autumn.listed()
    autumn.unlist(autumn.ids[0], on=MET, reason="error")
    refused(autumn, errors.HouseholdsLeftOut, lambda: autumn.close(MET))
    autumn.close(MET, outcome="abandoned", reason="Mở nhầm")


# ---- numbers after a merger ---------------------------------------------------------------------

OLD, HEIR = "19790@2016-01-01", "19791@2025-07-01"
JULY = date(2025, 7, 1)


def begun(application: SocaiApplication, area: str, first: int, month: int) -> Autumn:
    """A monthly round of one request that can be signed from the 25th of its month on."""
    autumn = Autumn(application, area, first=first)

    def day(at: int) -> date:
        return date(2025, month, at)

    household = autumn.household("", since=day(2))
    autumn.open(day(16), track="on_demand", year=2025, month=month)
    autumn.screen(autumn.request(household, on=day(16)), on=day(16))
    autumn.put_on_list(household, on=day(16), source="request")
    autumn.survey(household, on=day(17))
    autumn.meet(on=day(18))
    autumn.post(on=day(19))
    return autumn


def test_a_commune_that_was_merged_takes_its_numbers_from_the_one_it_is_in(
    database: Any, keyring: Any, clock: Any
) -> None:
    """The chairman of the new commune signs what the old one began: one book of numbers."""

    def unit(id_: str, name: str, until: date | None = None) -> Unit:
        code, _, since = id_.partition("@")
        first = date.fromisoformat(since)
        return Unit(
            id=id_,
            code=code,
            level="commune",
            valid_from=first,
            certain=True,
            source="tests",
            names=((first, name),),
            kinds=((first, "phường"),),
            area_types=((first, "urban"),),
            parents=((first, ""),),
            valid_to=until,
            ending="merged" if until else "",
            heirs=(HEIR,) if until else (),
        )

    units = [unit(OLD, "Phường Cũ", JULY), unit(HEIR, "Phường Mới")]
    application = SocaiApplication(
        database.pool, keyring, load_standards(), clock, directory=AreaDirectory(units)
    )
    june = begun(application, OLD, 1, 6)
    june.sign(on=date(2025, 7, 7), number="5/QĐ-UBND")
    july = begun(application, HEIR, 40, 7)
    day = date(2025, 7, 28)
    refused(july, errors.DecisionNumberTaken, lambda: july.sign(on=day, number="5/QĐ-UBND"))
    july.sign(on=day, number="6/QĐ-UBND")
