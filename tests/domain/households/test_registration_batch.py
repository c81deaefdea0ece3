"""Thousands of households at a time: each is recorded or refused by itself."""

from dataclasses import replace
from datetime import date

import pytest

from domain.commands.batch import CommandBatch
from domain.commands.command import Outcome
from domain.errors import CommandReused
from domain.households import events
from domain.households.classification_batch import PlannedDecision
from domain.households.decisions import ClassInput, Figures
from domain.households.errors import (
    ClassNotGiven,
    DecisionWithoutPaper,
    HouseholdNumberTaken,
    IdentityNumberMalformed,
    IdentityNumberTaken,
    PersonInAnotherHousehold,
)
from domain.households.handler import HouseholdBatch
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from tests.calls import decide_many, planned, record_many
from tests.given import CHAIRMAN, HUONG_SO, OLD_WARD, Life, command_id, names, paper
from tests.histories import AN, FAMILY, POOR, REGISTERED, family

LISTED = date(2022, 12, 12)
POOR_BY_LIST = ClassInput("poor", figures=POOR, listing="old")


def called(number: int) -> str:
    """A word for a number: names have no digits."""
    return str(number).translate(str.maketrans("0123456789", "abcdeghikl"))


def person(number: int, **what: object) -> NewMember:
    return NewMember(name=f"Người {called(number)}", relation="head", **what)  # type: ignore[arg-type]


def household(number: int, *members: NewMember, **what: object) -> NewHousehold:
    return NewHousehold(
        area=what.pop("area", HUONG_SO),  # type: ignore[arg-type]
        village="Tổ dân phố 1",
        members=members or (person(number), replace(person(number), relation="child")),
        number=f"N{number}",
        address=f"{number} Nguyễn Trãi",
        source="import:1",
        **what,  # type: ignore[arg-type]
    )


def plan(life: Life, given: NewHousehold, *, row: object = None, **asked: object):
    context = life.context(
        LISTED,
        recorded="2022-12-15",
        document=asked.pop("document", paper()),  # type: ignore[arg-type]
        command_id=command_id("import", row or given.number),
    )
    asked = {"decision": POOR_BY_LIST, "causes": ["2"], **asked}
    return planned(context, given, **asked)


def stored(database) -> int:
    with database.pool.connection() as conn:
        return conn.execute("select count(*) from store.events").fetchone()[0]


def test_a_list_of_households_is_saved_at_once_with_class_and_causes(life, application, keyring):
    plans = [plan(life, household(n), needs=["credit"]) for n in range(50)]
    outcomes = record_many(application, plans)
    assert all(isinstance(one, Outcome) for one in outcomes)
    assert {one.version for one in outcomes} == {4}
    made = life.events(outcomes[7].aggregate_id)
    assert names(made) == ["Registered", "Classified", "CausesRecorded", "NeedsRecorded"]
    assert made[1].movement == "opening"
    assert made[1].document == paper()
    assert keyring.reveal(made[0].members[0].private) == {"name": f"Người {called(7)}"}
    assert keyring.reveal(made[0].address) == {"address": "7 Nguyễn Trãi"}
    assert outcomes[7].persons == tuple(one.person_id for one in made[0].members)


def test_the_same_list_again_records_nothing_and_answers_the_same(life, application, database):
    def again() -> list:
        return record_many(application, [plan(life, household(n)) for n in range(20)])

    first = again()
    before = stored(database)
    second = again()
    assert [replace(one, repeated=False, seq=None) for one in second] == first
    assert {one.repeated for one in second} == {True}
    assert stored(database) == before


def test_a_list_that_stopped_half_way_goes_on(life, application):
    plans = [plan(life, household(n)) for n in range(20)]
    record_many(application, plans[:8])
    outcomes = record_many(application, [plan(life, household(n)) for n in range(20)])
    assert [one.repeated for one in outcomes] == [True] * 8 + [False] * 12


def test_a_command_that_was_registered_by_hand_is_the_same_command(life, application):
    context = life.context(LISTED, command_id=command_id("import", "N1"), document=paper())
    first = life.households.register(context, household(1))
    (second,) = record_many(application, [plan(life, household(1), decision=None, causes=[])])
    assert second == replace(first, repeated=True)


def test_refusals_stand_in_their_place_and_touch_no_other(given, life, application, database):
    given(family)  # has AN's number and TDP5-017
    before = stored(database)
    outcomes = record_many(
        application,
        [
            plan(life, household(1)),
            plan(life, household(2, replace(AN, name="Hồ Văn An"))),
            plan(life, replace(household(3), number="TDP5-017")),
            plan(life, household(4, area=OLD_WARD)),
            plan(life, household(5), decision=ClassInput("near_poor", figures=POOR)),
            plan(life, household(6), document=None),
            plan(life, household(7)),
        ],
    )
    assert [getattr(one, "code", "") for one in outcomes] == [
        "",
        PersonInAnotherHousehold.code,
        HouseholdNumberTaken.code,
        "area_not_valid_on",
        ClassNotGiven.code,
        DecisionWithoutPaper.code,
        "",
    ]
    assert stored(database) == before + 2 * 3


def test_two_rows_of_one_list_do_not_share_a_person_or_a_number(life, application):
    outcomes = record_many(
        application,
        [
            plan(life, household(1, person(1, id_number="046080001234"))),
            plan(life, household(2, person(2, id_number="046 080 001 234"))),
            plan(life, replace(household(3), number="N1"), row="3"),
        ],
    )
    assert isinstance(outcomes[0], Outcome)
    assert isinstance(outcomes[1], PersonInAnotherHousehold)
    assert outcomes[1].values["household_id"] == outcomes[0].aggregate_id
    assert isinstance(outcomes[2], HouseholdNumberTaken)


def test_a_row_that_stands_twice_is_recorded_once(life, application, database):
    outcomes = record_many(application, [plan(life, household(1)), plan(life, household(1))])
    assert outcomes[1] == replace(outcomes[0], repeated=True)
    other = record_many(application, [plan(life, household(1)), plan(life, household(2), row="N1")])
    assert isinstance(other[1], CommandReused)
    assert stored(database) == 3


def test_a_known_person_who_is_free_is_taken_in_under_their_id(given, life, application):
    given(family)
    life.do("dissolve", "2022-12-01", reason="moved_away")
    an = life["an"]
    (outcome,) = record_many(application, [plan(life, household(1, AN))])
    assert outcome.persons == (an,)
    assert "members/0/known_person" in outcome.notes
    (other,) = record_many(
        application, [plan(life, household(2, replace(AN, sex="female", birth_date=None)))]
    )
    assert isinstance(other, PersonInAnotherHousehold)


def test_a_free_number_of_somebody_else_is_refused_in_a_list_too(given, life, application):
    given(family)
    life.do("dissolve", "2022-12-01", reason="moved_away")
    (outcome,) = record_many(application, [plan(life, household(1, replace(AN, sex="female")))])
    assert isinstance(outcome, IdentityNumberTaken)


def test_a_dry_run_answers_and_saves_nothing(given, life, application, database):
    given(family)
    before = stored(database)
    plans = [plan(life, household(1)), plan(life, household(2, AN))]
    outcomes = record_many(application, plans, dry_run=True)
    assert isinstance(outcomes[0], Outcome)
    assert isinstance(outcomes[1], PersonInAnotherHousehold)
    assert stored(database) == before


def test_what_is_wrong_by_itself_is_told_before_anything_is_asked(life):
    with pytest.raises(IdentityNumberMalformed):
        plan(life, household(1, person(1, id_number="1")))


def test_what_somebody_took_meanwhile_is_found_and_the_rest_saved(
    given, life, application, monkeypatch
):
    """Between asking for the claims and saving, another process registers one of them."""
    first = life
    plans = [plan(life, household(n)) for n in range(5)]
    taken = []

    def put(*args: object, **kwargs: object) -> object:
        if not taken:
            taken.append(True)
            first.register(REGISTERED, replace(FAMILY, number="N3"))
        return original(*args, **kwargs)

    original = application.events.put
    monkeypatch.setattr(application.events, "put", put)
    outcomes = record_many(application, plans)
    assert isinstance(outcomes[3], HouseholdNumberTaken)
    assert [isinstance(one, Outcome) for one in outcomes] == [True, True, True, False, True]


def test_where_somebody_keeps_writing_each_is_tried_by_itself(life, application, monkeypatch):
    plans = [plan(life, household(n)) for n in range(3)]
    monkeypatch.setattr(CommandBatch, "save", lambda *_: False)
    outcomes = record_many(application, plans)
    assert all(isinstance(one, Outcome) for one in outcomes)
    again = record_many(application, [plan(life, household(n)) for n in range(4)])
    assert [one.repeated for one in again] == [True, True, True, False]


def test_an_empty_list_is_nothing(application):
    assert record_many(application, []) == []


def test_figures_of_a_list_may_leave_the_area_type_to_the_place(life, application):
    bare = ClassInput(figures=Figures(b1=170, b2=40))
    (outcome,) = record_many(application, [plan(life, household(1), decision=bare)])
    classified = life.events(outcome.aggregate_id)[1]
    assert isinstance(classified, events.Classified)
    assert classified.facts["area_type"] == "urban"


def test_a_registration_done_singly_while_its_batch_is_asked_is_answered_as_done(
    life, application, monkeypatch
):
    given = household(1, replace(person(1), id_number="046080001234"))
    plans = [plan(life, given), plan(life, household(2))]
    alone = plan(life, given)
    first = []
    reads_claims = HouseholdBatch.read_ahead

    def register_singly_first(batch, asked):
        if not first:
            first.append(application.run(alone.command, alone.context))
        reads_claims(batch, asked)

    monkeypatch.setattr(HouseholdBatch, "read_ahead", register_singly_first)
    done, other = record_many(application, plans)
    assert isinstance(done, Outcome), done
    assert done.aggregate_id == first[0].aggregate_id
    assert done.repeated
    assert isinstance(other, Outcome)
    assert not other.repeated


def test_a_decision_done_singly_while_its_batch_is_asked_is_answered_as_done(
    life, application, monkeypatch
):
    family(life)
    context = life.context("2022-12-12", document=paper(), by=CHAIRMAN)
    asked = PlannedDecision(life.id, context, ClassInput("poor", figures=POOR), context)
    first = []
    loads = application.households.load_many

    def classify_singly_first(ids):
        if not first:
            first.append(life.households.classify(life.id, context, asked.decision))
            life.do("dissolve", "2022-12-12", reason="moved_away")
        return loads(ids)

    monkeypatch.setattr(application.households, "load_many", classify_singly_first)
    (done,) = decide_many(application, [asked])
    assert done == replace(first[0], repeated=True)
