"""The runner records a command once: when it is repeated, and when others write meanwhile."""

import multiprocessing
import threading
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest

from domain.commands.command import Outcome
from domain.errors import CommandReused, Refusal, StaleVersion
from domain.households import events
from domain.households.corrections import MemberCorrection
from domain.households.errors import IdentityNumberTaken, PersonInAnotherHousehold
from domain.households.person import NewMember
from tests import histories
from tests.claimants import casework_on, register_an
from tests.given import CHAIRMAN, Life, happened
from tests.histories import AN, FAMILY, REGISTERED, family


def stored(database) -> tuple[int, int]:
    """How many events and commands are stored."""
    with database.pool.connection() as conn:
        return tuple(
            conn.execute(f"select count(*) from store.{table}").fetchone()[0]
            for table in ("events", "commands")
        )


# Repeats.


def test_a_repeated_command_answers_as_the_first_did_and_records_nothing(given, life, database):
    given(family)
    again = uuid4()
    baby = replace(histories.CUC, name="Em")

    def join(life: Life) -> Outcome:
        return life.do("join_member", "2023-01-15", member=baby, reason="birth", command_id=again)

    first = join(life)
    before = stored(database)
    second = join(life)
    assert second == replace(first, repeated=True)
    assert stored(database) == before


def test_a_repeat_is_known_whatever_happened_since_and_whenever_it_comes(given, life):
    given(family)
    context = life.context("2023-02-01", command_id=uuid4())
    first = life.households.change_head(life.id, context, head=life["bình"], reason="agreement")
    life.do("change_head", "2023-03-01", head=life["cúc"], reason="agreement")
    later = replace(context, recorded_at=life.context("2023-04-01").recorded_at)
    second = life.households.change_head(life.id, later, head=life["bình"], reason="agreement")
    assert second == replace(first, repeated=True)
    assert life.now().head == life["cúc"]


def test_a_repeated_registration_answers_with_the_same_household(life, database):
    once = uuid4()
    first = life.register(REGISTERED, FAMILY, command_id=once)
    second = life.register(REGISTERED, FAMILY, command_id=once)
    assert second == replace(first, repeated=True)
    assert stored(database) == (1, 1)


@pytest.mark.parametrize(
    "otherwise",
    [
        lambda life, id_: life.do("dissolve", "2023-02-01", reason="error", command_id=id_),
        lambda life, id_: life.do("dissolve", "2023-02-02", reason="other", command_id=id_),
        lambda life, id_: life.do(
            "dissolve", "2023-02-01", reason="other", command_id=id_, by=CHAIRMAN
        ),
        lambda life, id_: life.do("record_causes", "2023-02-01", causes=["1"], command_id=id_),
    ],
)
def test_a_command_id_is_not_used_for_anything_else(given, life, otherwise):
    given(family)
    used = uuid4()
    life.do("dissolve", "2023-02-01", reason="other", command_id=used)
    with pytest.raises(CommandReused):
        otherwise(life, used)


def test_a_command_that_changed_nothing_is_known_too(given, life):
    given(family)
    once = uuid4()
    first = life.do("change_head", "2023-02-01", head=life["an"], reason="error", command_id=once)
    assert first.version == 1
    life.do("change_head", "2023-03-01", head=life["bình"], reason="agreement")
    life.do("change_head", "2023-02-01", head=life["an"], reason="error", command_id=once)
    assert life.now().head == life["bình"]


def test_a_refused_command_may_be_tried_again_under_its_id(given, life):
    given(family)
    once = uuid4()
    with pytest.raises(StaleVersion):
        life.do("dissolve", "2023-02-01", reason="other", command_id=once, expected_version=9)
    life.do("dissolve", "2023-02-01", reason="other", command_id=once, expected_version=1)


def test_the_same_command_many_times_at_once_is_done_once(given, life, database):
    given(family)
    context = life.context("2023-01-15", command_id=uuid4())
    baby = replace(histories.CUC, name="Em")

    def join(_: int) -> Outcome:
        return life.households.join_member(life.id, context, member=baby, reason="birth")

    outcomes = at_once(8, join)
    assert {replace(one, repeated=False, seq=None) for one in outcomes} == {
        replace(outcomes[0], repeated=False, seq=None)
    }
    assert len(life.events()) == 2
    assert stored(database) == (2, 2)


@pytest.mark.parametrize(
    "command",
    [
        lambda life, context, turn: life.households.leave_member(
            life.id, context, person_id=life["dũng"], reason="away", expected_version=1
        ),
        lambda life, context, turn: life.households.leave_member(
            life.id, context, person_id=life["dũng"], reason="away"
        ),
        lambda life, context, turn: life.households.dissolve(
            life.id, context, reason="other", expected_version=1
        ),
        lambda life, context, turn: life.households.split(
            life.id, context, persons={life["dũng"]: "head"}, village="Tổ 9", number=f"N{turn}"
        ),
        lambda life, context, turn: life.households.register(
            context, replace(FAMILY, number=f"N{turn}", members=people(turn, others=True)[:1])
        ),
    ],
    ids=["leave_a_version", "leave", "dissolve", "split", "register"],
)
def test_all_who_send_one_command_at_once_get_the_answer_of_the_first(life, database, command):
    for turn in range(8):
        life.register(REGISTERED, replace(FAMILY, number=f"T{turn}", members=people(turn)))
        before = stored(database)
        context = life.context("2023-01-15", command_id=uuid4())
        outcomes = at_once(8, lambda _, context=context, turn=turn: command(life, context, turn))
        assert {type(one) for one in outcomes} == {Outcome}, outcomes
        assert len({replace(one, repeated=False, seq=None) for one in outcomes}) == 1
        assert [one.repeated for one in outcomes].count(False) == 1
        assert stored(database)[1] == before[1] + 1


SURNAMES = ("Trần", "Nguyễn", "Phạm", "Võ", "Đặng", "Bùi", "Phan", "Lý")
MIDDLES = ("Quang", "Hữu", "Đình", "Mạnh", "Thế", "Ngọc", "Kim", "Bá")


def people(turn: int, *, others: bool = False) -> tuple[NewMember, ...]:
    """The members of a family that nobody takes for that of another turn: other surnames and
    years of birth, only the head with an identity number; `others` are a second such family."""
    middle = MIDDLES[(turn + 3) % len(MIDDLES) if others else turn]
    years = 2 * turn + (1 if others else 0)
    return tuple(
        replace(
            member,
            name=f"{SURNAMES[turn]} {middle} {member.name.split()[-1]}",
            id_number=f"0460{80 + years % 20}{turn:0>5}{int(others)}" if place == 0 else "",
            birth_date=member.birth_date
            and member.birth_date.replace(year=member.birth_date.year - years),
            birth_year=member.birth_year and member.birth_year - years,
        )
        for place, member in enumerate(FAMILY.members)
    )


def test_a_refusal_of_another_command_under_the_same_id_is_no_answer(given, life):
    given(family)
    once = uuid4()
    life.do("dissolve", "2023-02-01", reason="other", command_id=once)
    with pytest.raises(CommandReused):
        life.do("leave_member", "2023-02-01", person_id=life["an"], reason="away", command_id=once)


def at_once(writers: int, run) -> list:
    """Runs something in many threads that all start at the same moment."""
    barrier = threading.Barrier(writers)

    def start(number: int):
        barrier.wait(timeout=30)
        try:
            return run(number)
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(writers) as pool:
        return list(pool.map(start, range(writers)))


# Versions.


def test_a_version_that_was_read_is_held_against_the_one_that_is(given):
    given(family).when(
        lambda life: life.do("record_causes", "2023-01-01", causes=["1"], expected_version=2)
    ).then(StaleVersion, expected=2, actual=1)
    given().when(
        lambda life: life.do("record_causes", "2023-01-01", causes=["1"], expected_version=1)
    ).then(happened(events.CausesRecorded))


def test_of_many_who_read_the_same_version_one_saves(given, life):
    given(family)

    def write(number: int) -> Outcome:
        return life.households.record_causes(
            life.id, life.context("2023-01-01"), causes=[str(number + 1)], expected_version=1
        )

    outcomes = at_once(6, write)
    assert Counter(type(one) for one in outcomes) == {Outcome: 1, StaleVersion: 5}
    assert len(life.events()) == 2


def test_writers_who_expect_no_version_all_get_through(given, life):
    given(family)
    kids = [replace(histories.DUNG, name=f"Bé {chr(97 + n)}", birth_year=2020) for n in range(4)]

    def join(number: int) -> Outcome:
        return life.households.join_member(
            life.id, life.context("2023-01-15"), member=kids[number], reason="birth"
        )

    outcomes = at_once(4, join)
    assert [one for one in outcomes if not isinstance(one, Outcome)] == []
    assert {one.version for one in outcomes} == {2, 3, 4, 5}
    assert len(life.now().members) == 8


# One person, one household, one number.


def test_of_many_households_that_want_one_person_one_gets_them(life):
    def register(number: int) -> Outcome:
        household = replace(FAMILY, number=f"N{number}", members=(AN,))
        return life.households.register(life.context(REGISTERED), household)

    outcomes = at_once(8, register)
    assert Counter(type(one) for one in outcomes) == {Outcome: 1, PersonInAnotherHousehold: 7}


def test_of_many_processes_that_want_one_person_one_gets_them(database):
    processes, turns = 4, 15
    with multiprocessing.get_context("spawn").Manager() as manager:
        ready = manager.Barrier(processes)
        with ProcessPoolExecutor(
            processes, mp_context=multiprocessing.get_context("spawn")
        ) as pool:
            answers = list(
                pool.map(
                    register_an,
                    [database.url] * processes,
                    range(processes),
                    [turns] * processes,
                    [ready] * processes,
                )
            )
    for turn in zip(*answers, strict=True):
        assert Counter(turn) == {"": 1, PersonInAnotherHousehold.code: processes - 1}
    application = casework_on(database.pool)
    with database.pool.connection() as conn:
        rows = conn.execute("select distinct originator_id from store.events").fetchall()
    living = Counter(one for (id_,) in rows for one in application.households.load(id_).members)
    assert len(living) == turns
    assert set(living.values()) == {1}


def test_of_many_households_that_want_one_known_person_one_gets_them(given, life):
    given(family)
    life.do("dissolve", "2023-05-01", reason="moved_away")
    coming = replace(AN, person_id=life["an"], id_number="")

    def register(number: int) -> Outcome:
        household = replace(FAMILY, number=f"N{number}", members=(coming,))
        return life.households.register(life.context("2023-06-01"), household)

    outcomes = at_once(8, register)
    assert Counter(type(one) for one in outcomes) == {Outcome: 1, PersonInAnotherHousehold: 7}


def test_a_number_is_one_persons_however_many_claim_it_at_once(given, life):
    given(family)
    who = ["an", "bình", "cúc", "dũng"]

    def correct(number: int) -> Outcome:
        return life.households.correct_member(
            life.id,
            life.context("2023-02-01"),
            person_id=life[who[number]],
            correction=MemberCorrection(id_number="046080777777"),
            reason="papers",
        )

    outcomes = at_once(4, correct)
    assert Counter(type(one) for one in outcomes) == {Outcome: 1, IdentityNumberTaken: 3}


def test_households_that_pull_at_each_others_members_never_share_one(life):
    """Splits, mergers, departures and arrivals at the same time, for a while."""
    homes = []
    for number in range(4):
        members = tuple(
            replace(
                AN,
                name=f"{('Bàn', 'Chảo', 'Lò', 'Giàng')[number]} {('Pao', 'Seo', 'Tả', 'Vừ')[k]}",
                id_number="",
                relation="head" if k == 0 else "child",
            )
            for k in range(4)
        )
        outcome = life.register(REGISTERED, replace(FAMILY, number=f"{number}", members=members))
        homes.append(outcome)
    people = [person for home in homes for person in home.persons]

    def pull(number: int) -> None:
        for turn in range(12):
            person = people[(number * 7 + turn * 5) % len(people)]
            home = homes[(number + turn) % len(homes)].aggregate_id
            day = f"2023-{1 + turn:02d}-{1 + number:02d}"
            for household in homes:
                try:
                    life.households.leave_member(
                        household.aggregate_id, life.context(day), person_id=person, reason="away"
                    )
                except Refusal:
                    continue
            try:
                life.households.join_member(
                    home,
                    life.context(day),
                    member=replace(AN, id_number="", relation="child", person_id=person),
                    reason="returned",
                )
            except Refusal:
                continue

    assert [one for one in at_once(6, pull) if one is not None] == []
    living = Counter(person for home in homes for person in life.now(home.aggregate_id).members)
    assert max(living.values()) == 1
