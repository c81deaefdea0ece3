"""Next year's decisions about thousands of households: each is recorded or refused by itself."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from domain.commands.batch import CommandBatch
from domain.commands.claims import ClaimReader
from domain.commands.command import Outcome
from domain.errors import CommandReused
from domain.households.claims import identity_key
from domain.households.classification_batch import PlannedDecision
from domain.households.corrections import MemberCorrection
from domain.households.decisions import ClassInput
from domain.households.errors import ClassNotGiven, DecisionWithoutPaper, HouseholdUnknown
from domain.households.papers import NewPaper
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from tests.calls import decide_many
from tests.given import HUONG_SO, Life, command_id, names, paper
from tests.histories import AN, BINH, DUNG, FAMILY, NEAR_POOR, POOR

REGISTERED, DECIDED = date(2022, 11, 15), date(2023, 12, 11)
POOR_BY_LIST = ClassInput("poor", figures=POOR, listing="old")


@pytest.fixture
def street(life: Life) -> list[UUID]:
    """Ten households without a class."""
    return [
        life.households.register(
            life.context(REGISTERED),
            NewHousehold(
                HUONG_SO, "Tổ 1", (NewMember(name=f"Người {chr(97 + n)}", relation="head"),)
            ),
        ).aggregate_id
        for n in range(10)
    ]


def plan(life: Life, household: UUID, **asked: object) -> PlannedDecision:
    document = asked.pop("document", paper())
    context = [
        life.context(
            DECIDED,
            recorded="2023-12-15",
            document=document,  # type: ignore[arg-type]
            command_id=command_id(what, str(household)),
        )
        for what in ("classify", "causes")
    ]
    asked = {"decision": POOR_BY_LIST, "causes": ("2",), **asked}
    return PlannedDecision(household, context[0], for_causes=context[1], **asked)  # type: ignore[arg-type]


def stored(database) -> int:
    with database.pool.connection() as conn:
        return conn.execute("select count(*) from store.events").fetchone()[0]


def test_known_households_get_their_class_and_causes_at_once(life, street, application):
    outcomes = decide_many(application, [plan(life, one) for one in street])
    assert [one.aggregate_id for one in outcomes] == street
    assert {one.version for one in outcomes} == {3}
    made = life.events(street[4])
    assert names(made) == ["Registered", "Classified", "CausesRecorded"]
    assert (made[1].class_, made[1].document, made[2].causes) == ("poor", paper(), ("2",))


def test_they_get_what_one_command_at_a_time_gives(life, street, application):
    together, alone = street[0], street[1]
    decide_many(application, [plan(life, together)])
    asked = plan(life, alone)
    life.households.classify(alone, asked.context, asked.decision)
    life.households.record_causes(alone, asked.for_causes, causes=asked.causes)
    for one, other in zip(life.events(together)[1:], life.events(alone)[1:], strict=True):
        own = {"originator_id", "command_id"}
        said, alike = vars(one), vars(other)
        assert type(one) is type(other)
        assert {k: v for k, v in said.items() if k not in own} == {
            k: v for k, v in alike.items() if k not in own
        }


def test_the_same_decisions_again_record_nothing_and_answer_the_same(
    life, street, application, database
):
    first = decide_many(application, [plan(life, one) for one in street[:4]])
    before = stored(database)
    again = decide_many(application, [plan(life, one) for one in street[:4]])
    assert [replace(one, repeated=False, seq=None) for one in again] == first
    assert {one.repeated for one in again} == {True}
    assert stored(database) == before
    other = plan(life, street[0], decision=ClassInput("near_poor", figures=NEAR_POOR))
    assert isinstance(decide_many(application, [other])[0], CommandReused)


def test_refusals_stand_in_their_place_and_leave_nothing_half_done(
    life, street, application, database
):
    before = stored(database)
    outcomes = decide_many(
        application,
        [
            plan(life, street[0]),
            plan(life, street[1], decision=ClassInput("near_poor", figures=POOR)),
            plan(life, street[2], document=None),
            plan(life, uuid4()),
            plan(life, street[4], causes=("99",)),
            plan(life, street[5]),
        ],
    )
    assert [getattr(one, "code", "") for one in outcomes] == [
        "",
        ClassNotGiven.code,
        DecisionWithoutPaper.code,
        HouseholdUnknown.code,
        "unknown_code",
        "",
    ]
    assert stored(database) == before + 2 * 2
    assert names(life.events(street[4])) == ["Registered"]


def test_two_plans_of_one_household_are_not_taken_together(life, street, application):
    with pytest.raises(ValueError, match="one plan for each household"):
        decide_many(application, [plan(life, street[0]), plan(life, street[0])])


def test_a_dry_run_answers_and_saves_nothing(life, street, application, database):
    before = stored(database)
    plans = [plan(life, street[0]), plan(life, street[1], document=None)]
    good, bad = decide_many(application, plans, dry_run=True)
    assert isinstance(good, Outcome)
    assert isinstance(bad, DecisionWithoutPaper)
    assert stored(database) == before


def test_what_somebody_saved_meanwhile_is_kept_and_built_upon(
    life, street, application, monkeypatch
):
    """Between reading and saving, another process records something about one of them."""
    original, meanwhile = application.events.put, []

    def put(*args: object, **kwargs: object) -> object:
        if not meanwhile:
            meanwhile.append(True)
            life.households.record_needs(street[3], life.context("2023-12-01"), needs=("credit",))
        return original(*args, **kwargs)

    monkeypatch.setattr(application.events, "put", put)
    outcomes = decide_many(application, [plan(life, one) for one in street])
    assert all(isinstance(one, Outcome) for one in outcomes)
    expected = ["Registered", "NeedsRecorded", "Classified", "CausesRecorded"]
    assert names(life.events(street[3])) == expected
    assert names(life.events(street[4])) == ["Registered", "Classified", "CausesRecorded"]


def test_where_somebody_always_writes_each_is_recorded_by_itself(
    life, street, application, monkeypatch
):
    """As if every save together lost its race."""
    monkeypatch.setattr(CommandBatch, "save", lambda *_: False)
    outcomes = decide_many(
        application, [plan(life, street[0]), plan(life, street[1], document=None)]
    )
    assert names(life.events(street[0])) == ["Registered", "Classified", "CausesRecorded"]
    assert isinstance(outcomes[1], DecisionWithoutPaper)


# New identity numbers of a list that comes late.

NUMBERS = {"an": "046090000001", "bình": "046190000002"}
TOLD_APART = (replace(AN, id_number="191230001"), replace(BINH, id_number="191230002"))


def plan_with_papers(life: Life, numbers: dict[str, str], **asked: object) -> PlannedDecision:
    for_papers = life.context(
        DECIDED, recorded="2023-12-15", document=paper(), command_id=command_id("papers")
    )
    papers = tuple(NewPaper(life[name], number) for name, number in numbers.items())
    return plan(life, life.id, for_papers=for_papers, papers=papers, source="import:1", **asked)


def claimed(life: Life, number: str) -> UUID | None:
    claims = ClaimReader(life.application.pool)
    return claims.holder(identity_key(life.application.keyring.blind_index(number)))


@pytest.fixture
def couple(life: Life) -> Life:
    """Two persons with old numbers; a later correction stands between the list and Bình's."""
    life.register(REGISTERED, replace(FAMILY, members=TOLD_APART))
    life.do(
        "correct_member", "2024-02-01", person_id=life["bình"],
        correction=MemberCorrection(phone="0905 000 009"), reason="changed",
    )  # fmt: skip
    return life


@pytest.mark.parametrize("together", [True, False])
def test_a_number_is_taken_with_its_claim_and_another_left_with_a_note(
    couple, keyring, monkeypatch, together
):
    if not together:
        monkeypatch.setattr(CommandBatch, "save", lambda *_: False)
    (done,) = decide_many(couple.application, [plan_with_papers(couple, NUMBERS)])
    assert done.notes == ("papers/1/out_of_order",)
    made = names(couple.events())
    assert (made.count("PapersChanged"), made.count("Classified")) == (1, 1)
    assert claimed(couple, NUMBERS["an"]) == couple["an"]
    assert claimed(couple, NUMBERS["bình"]) is None
    kept = [keyring.reveal(couple.now().members[couple[one]].private) for one in NUMBERS]
    assert [one["id_number"] for one in kept] == [NUMBERS["an"], "191230002"]


@pytest.mark.parametrize("together", [True, False])
def test_a_number_of_another_person_is_left_with_a_note(couple, life, monkeypatch, together):
    head = replace(DUNG, relation="head", birth_year=1960, id_number=NUMBERS["an"])
    other = replace(FAMILY, number="9", members=(head,))
    here, persons = couple.id, dict(couple.persons)
    life.register(REGISTERED, other)
    life.id, life.persons = here, persons
    if not together:
        monkeypatch.setattr(CommandBatch, "save", lambda *_: False)
    (done,) = decide_many(life.application, [plan_with_papers(life, {"an": NUMBERS["an"]})])
    assert done.notes == ("papers/0/identity_number_taken",)
    assert "PapersChanged" not in names(life.events())
    assert "Classified" in names(life.events())


def test_a_number_that_was_corrected_since_is_not_passed_over_in_silence(couple):
    asked = plan_with_papers(couple, {"an": NUMBERS["an"]})
    decide_many(couple.application, [asked])
    couple.do(
        "correct_member", "2024-03-01", person_id=couple["an"],
        correction=MemberCorrection(id_number="191230001"), reason="error",
    )  # fmt: skip
    (again,) = decide_many(couple.application, [replace(asked, decision=None, causes=())])
    assert again.notes == ("papers/0/command_reused",)


def test_a_refused_decision_takes_no_number(couple):
    wrong = plan_with_papers(couple, {"an": NUMBERS["an"]}, decision=ClassInput("near_poor",
                             figures=POOR))  # fmt: skip
    assert isinstance(decide_many(couple.application, [wrong])[0], ClassNotGiven)
    assert claimed(couple, NUMBERS["an"]) is None
    assert "PapersChanged" not in names(couple.events())


@pytest.mark.parametrize("together", [True, False])
def test_a_number_that_is_on_record_is_no_news_and_the_others_are_taken(
    couple, monkeypatch, together
):
    if not together:
        monkeypatch.setattr(CommandBatch, "save", lambda *_: False)
    couple.do(
        "forget_person", "2024-02-01", person_id=couple["bình"], legal_basis="NĐ 13/2023"
    )  # fmt: skip
    asked = plan_with_papers(couple, {"an": "191230001"})
    (done,) = decide_many(couple.application, [asked])
    assert done.notes == ()
    assert "PapersChanged" not in names(couple.events())
    assert claimed(couple, "191230001") == couple["an"]
