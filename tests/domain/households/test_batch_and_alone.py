"""One command, by whichever way it comes: in a list, twice in one list, or by itself."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.application import SocaiApplication
from domain.commands.batch import PlannedCommand
from domain.commands.command import Outcome
from domain.errors import CommandReused, Refusal
from domain.households.classification_batch import PlannedDecision
from domain.households.decisions import ClassInput
from domain.households.errors import DecisionWithoutPaper, PersonInAnotherHousehold
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from domain.matching.errors import HouseholdDescribed
from tests.calls import decide_many, planned, record_many
from tests.given import HUONG_SO, Life, command_id, paper
from tests.histories import AN, POOR, family

LISTED = date(2022, 12, 12)
HERE = NewHousehold(
    area=HUONG_SO,
    village="Tổ 1",
    number="N1",
    members=(NewMember(name="Người Một", relation="head"),),
)
TAKEN = replace(HERE, members=(AN,), number="N2")


def plan(life: Life, household: NewHousehold, row: str) -> PlannedCommand[Any]:
    context = life.context(LISTED, document=paper(), command_id=command_id("import", row))
    return planned(context, household)


def alone(life: Life, household: NewHousehold, row: str) -> Outcome:
    context = life.context(LISTED, document=paper(), command_id=command_id("import", row))
    return life.households.register(context, household)


def stored(database: Any) -> int:
    with database.pool.connection() as conn:
        return int(conn.execute("select count(*) from store.events").fetchone()[0])


def test_a_refused_row_that_stands_twice_is_refused_twice(
    life: Life, application: SocaiApplication
) -> None:
    family(life)
    answers = record_many(application, [plan(life, TAKEN, "2"), plan(life, TAKEN, "2")])
    assert [type(one) for one in answers] == [PersonInAnotherHousehold] * 2
    assert answers[0].values == answers[1].values


def test_a_refused_row_and_another_under_its_command(
    life: Life, application: SocaiApplication
) -> None:
    family(life)
    answers = record_many(application, [plan(life, TAKEN, "2"), plan(life, HERE, "2")])
    assert [type(one) for one in answers] == [PersonInAnotherHousehold, CommandReused]
    good = record_many(application, [plan(life, HERE, "3"), plan(life, TAKEN, "4")])
    assert isinstance(good[0], Outcome), "what was refused took nothing"


def test_what_a_list_recorded_is_answered_when_it_comes_by_itself(
    life: Life, application: SocaiApplication, database: Any
) -> None:
    (first,) = record_many(application, [plan(life, HERE, "1")])
    before = stored(database)
    again = alone(life, HERE, "1")
    assert again.repeated
    assert again == replace(first, repeated=True, seq=again.seq)
    assert stored(database) == before
    with pytest.raises(CommandReused):
        alone(life, replace(HERE, village="Tổ 2"), "1")


def test_what_came_by_itself_is_answered_in_a_list_beside_what_is_new(
    life: Life, application: SocaiApplication, database: Any
) -> None:
    first = alone(life, HERE, "1")
    before = stored(database)
    other = replace(HERE, number="N5")
    old, new, third = record_many(
        application, [plan(life, HERE, "1"), plan(life, other, "5"), plan(life, HERE, "1")]
    )
    assert (old.aggregate_id, old.repeated) == (first.aggregate_id, True)
    assert (third.aggregate_id, third.repeated) == (first.aggregate_id, True)
    assert not new.repeated
    assert stored(database) == before + 1


def test_who_came_by_itself_with_papers_is_known_to_a_list_and_refused_by_none(
    life: Life, application: SocaiApplication, database: Any
) -> None:
    known = replace(HERE, members=(AN,))
    first = alone(life, known, "1")
    before = stored(database)
    for dry_run in (True, False):
        (again,) = record_many(application, [plan(life, known, "1")], dry_run=dry_run)
        assert isinstance(again, Outcome), again
        assert (again.aggregate_id, again.repeated) == (first.aggregate_id, True)
    assert stored(database) == before


@pytest.mark.parametrize(
    "other",
    [
        {"decision": ClassInput("near_poor", figures=POOR, listing="new")},
        {"causes": ("3",)},
        {"needs": ("1",)},
    ],
    ids=["decision", "causes", "needs"],
)
def test_a_row_that_says_otherwise_of_its_class_or_causes_is_no_repeat(
    life: Life, application: SocaiApplication, other: dict[str, Any]
) -> None:
    asked: dict[str, Any] = {
        "decision": ClassInput("poor", figures=POOR, listing="new"),
        "causes": ("2",),
        "needs": (),
    }

    def row(**said: Any) -> PlannedCommand[Any]:
        context = life.context(LISTED, document=paper(), command_id=command_id("import", "1"))
        return planned(context, HERE, **{**asked, **said})

    (first,) = record_many(application, [row()])
    assert isinstance(first, Outcome), first
    again, changed = record_many(application, [row(), row(**other)])
    assert isinstance(again, Outcome)
    assert again.repeated
    assert isinstance(changed, CommandReused)


def test_a_household_that_a_person_came_from_is_not_new_in_the_batch(
    life: Life, application: SocaiApplication
) -> None:
    """It is moved by the batch, and still one on record that a row may be."""
    leaver = NewMember(name="Lê Thị Hai", relation="child", sex="female", id_number="046182005678")
    life.register("2022-11-15", replace(HERE, number="", members=(*HERE.members, leaver)))
    here = life.id
    life.do("leave_member", "2022-11-20", person_id=life["hai"], reason="moved_out")
    comes = replace(HERE, number="N7", village="Tổ 9", members=(replace(leaver, relation="head"),))
    again = replace(HERE, number="")
    rows = [
        planned(
            life.context(LISTED, document=paper(), command_id=command_id("import", row)),
            household,
            apart=frozenset(),
        )
        for row, household in (("1", comes), ("2", again))
    ]
    moved, same = record_many(application, rows)
    assert isinstance(moved, Outcome), moved
    assert isinstance(same, HouseholdDescribed), same
    assert same.households == {here}


def decision(life: Life, household: UUID, **asked: Any) -> PlannedDecision:
    document = asked.pop("document", paper())
    context = [
        life.context(LISTED, document=document, command_id=command_id(what, str(household)))
        for what in ("classify", "causes")
    ]
    given = ClassInput("poor", figures=POOR, listing="new")
    return PlannedDecision(
        household, context[0], given, causes=("2",), for_causes=context[1], **asked
    )


def test_a_decision_is_one_command_in_a_list_and_alone(life: Life, database: Any) -> None:
    family(life)
    asked = decision(life, life.id)
    (first,) = decide_many(life.application, [asked])
    assert not first.repeated
    before = stored(database)
    again = life.households.classify(life.id, asked.context, asked.decision)
    causes = life.households.record_causes(life.id, asked.for_causes, causes=asked.causes)
    assert (again.repeated, causes.repeated) == (True, True)
    assert stored(database) == before


def test_a_decision_alone_is_known_to_a_list(life: Life, database: Any) -> None:
    family(life)
    asked = decision(life, life.id)
    life.households.classify(life.id, asked.context, asked.decision)
    (answer,) = decide_many(life.application, [asked])
    assert not isinstance(answer, Refusal)
    assert [type(one).__name__ for one in life.events()].count("Classified") == 1
    (again,) = decide_many(life.application, [asked])
    assert again.repeated


def test_a_decision_that_was_refused_is_refused_again_in_a_list_and_alone(life: Life) -> None:
    family(life)
    asked = decision(life, life.id, document=None)
    for _ in range(2):
        (answer,) = decide_many(life.application, [asked])
        assert isinstance(answer, DecisionWithoutPaper)
    with pytest.raises(DecisionWithoutPaper):
        life.households.classify(life.id, asked.context, asked.decision)
