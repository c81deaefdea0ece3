"""Lists, searches and single households, through real commands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from psycopg import Connection

from domain.application import SocaiApplication
from domain.households.corrections import HouseholdCorrection
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from projections.catch_up import catch_up
from projections.engine import ledger
from projections.households import file
from projections.households.state import fold
from tests.given import CHAIRMAN, HUONG_SO, OLD_WARD, RURAL, Life, a_few_areas, paper
from tests.histories import (
    ALONE,
    BINH,
    REGISTERED,
    alone,
    dissolved,
    escaped,
    family,
    forgotten,
    near_poor,
    poor,
    poor_again,
    supported,
    surveyed,
    widowed,
)
from tests.projections.random_histories import make_world, record, some_keyring
from tests.projections.recorded_offices import Office
from tests.standards import standards

UNABLE = HouseholdCorrection(no_labour_capacity=True)


@pytest.fixture
def office(database: Any, keyring: Any, clock: Any) -> Office:
    return Office(
        SocaiApplication(database.pool, keyring, standards(), clock, directory=a_few_areas())
    )


def home_of(head: str, **given: Any) -> Callable[[Life], None]:
    """A household of one person, by name."""

    def register_it(life: Life) -> None:
        member = NewMember(name=head, relation="head", sex="male", birth_year=1970)
        household = NewHousehold(
            **{"area": HUONG_SO, "village": "Tổ dân phố 1", "members": (member,), **given}
        )
        life.register("2022-11-15", household)

    return register_it


def test_a_list_is_in_vietnamese_order_and_paged_without_a_name_in_the_cursor(
    office: Office,
) -> None:
    names = ["Trần Văn Đức", "Lê Thị Ân", "Bùi Văn An", "Đỗ Thị Ánh", "Cao Văn Dũng"]
    for name in names:
        office.live(name, home_of(name))
    seen: list[str] = []
    after = None
    while True:
        page = office.ask(limit=2, after=after)
        seen += [one.head for one in page.households]
        if page.next is None:
            break
        assert page.next[-1] == str(page.households[-1].household_id)
        after = page.next
    assert seen == ["Bùi Văn An", "Đỗ Thị Ánh", "Lê Thị Ân", "Cao Văn Dũng", "Trần Văn Đức"]


def test_a_household_is_found_by_any_member_by_number_and_by_village(office: Office) -> None:
    office.live("an", family)
    office.live("én", alone)
    assert office.search("le thi binh") == ["Hồ Văn An"]
    assert office.search("Cúc") == ["Hồ Văn An"]
    assert office.search("cúc dung") == ["Hồ Văn An"]
    assert office.search("tdp2 001") == ["Trần Thị Én"]
    assert office.search("TDP5-0") == ["Hồ Văn An"]
    assert office.search("tổ dân phố 2") == ["Trần Thị Én"]
    assert office.search("nobody") == []
    assert office.search("!!!") == []
    assert office.search("Bình", [RURAL]) == []


def test_an_identity_number_is_found_through_the_blind_index_alone(office: Office) -> None:
    office.live("an", family)
    assert office.search("046182005678") == ["Hồ Văn An"]
    assert office.search("0461 8200 5678") == ["Hồ Văn An"]
    assert office.search("046182005679") == []
    assert office.search("046182005678", [RURAL]) == []
    with office.conn() as conn:
        assert "046182005678" not in str(conn.execute("select * from read.register").fetchall())


def test_a_household_number_that_looks_like_an_identity_number_is_found(office: Office) -> None:
    office.live("én", lambda life: life.register(
        REGISTERED, replace(ALONE, number="19804-0064")))  # fmt: skip
    for typed in ("19804-0064", "19804 0064", "19804.64", "19804-64"):
        assert office.search(typed) == ["Trần Thị Én"], typed
    assert office.search("19804-0065") == []
    assert office.search("19804-0064", [RURAL]) == []


def test_whoever_left_is_no_longer_found_and_whoever_came_is(office: Office) -> None:
    office.live("an", widowed)
    assert office.search("Hồ Văn An") == []
    assert office.search("046080001234") == []
    assert office.search("Bình") == [BINH.name]


def test_a_forgotten_person_has_no_word_left_in_the_register(office: Office) -> None:
    life = office.live("an", family)
    assert office.search("Dũng") == ["Hồ Văn An"]
    office.live("an", lambda life: forget(life, "dũng"))
    assert office.search("Dũng") == []
    office.live("an", lambda life: forget(life, "an"))
    page = office.ask()
    assert [one.head for one in page.households] == ["[đã xoá]"]
    assert page.households[0].persons == 4
    assert office.search("046080001234") == []
    with office.conn() as conn:
        (row,) = conn.execute("select words::text, name_key from read.register").fetchall()
    assert "an" not in row[0].replace("'", "").split()
    assert row[1] == "~"
    assert life.id == page.households[0].household_id


def forget(life: Life, who: str) -> None:
    life.do("forget_person", "2023-02-01", person_id=life[who], legal_basis="Luật 91/2025/QH15")


def test_what_has_ended_is_listed_only_when_asked_for_and_found_by_its_number_alone(
    office: Office,
) -> None:
    office.live("an", dissolved)
    assert office.ask().households == ()
    (one,) = office.ask(ended=True).households
    assert (one.ended, one.persons, one.head) == (True, 0, "")
    assert office.ask(ended=True, q="Hồ Văn An").households == ()
    assert len(office.ask(ended=True, q="TDP5-017").households) == 1


def test_filters_narrow_the_list(office: Office) -> None:
    office.live("an", poor)
    office.live("én", alone)
    assert [one.class_ for one in office.ask(class_="poor").households] == ["poor"]
    assert [one.head for one in office.ask(class_="").households] == ["Trần Thị Én"]
    assert office.ask(class_="near_poor").households == ()
    assert [one.head for one in office.ask(village="Tổ dân phố 2").households] == ["Trần Thị Én"]
    assert office.ask(flags=("no_labour_capacity",)).households == ()
    assert len(office.ask([HUONG_SO, RURAL]).households) == 2


def test_newly_escaped_are_found_for_36_months(office: Office) -> None:
    office.live("an", escaped)
    assert len(office.ask(newly_escaped_on=date(2026, 12, 11)).households) == 1
    assert office.ask(newly_escaped_on=date(2026, 12, 13)).households == ()


def test_a_list_as_of_a_day_holds_who_lived_there_then_in_the_class_of_then(
    office: Office,
) -> None:
    life = office.live("an", poor)
    life.do("move", "2023-06-01", area=RURAL, village="Thôn 1", recorded="2023-06-20")
    then = office.ask(as_of=date(2023, 1, 1)).households
    assert [(one.area, one.class_, one.persons) for one in then] == [(HUONG_SO, "poor", 4)]
    assert office.ask(as_of=date(2022, 11, 1)).households == ()
    assert office.ask(as_of=date(2023, 6, 1)).households == ()
    assert len(office.ask([RURAL], as_of=date(2023, 6, 1)).households) == 1
    before_it_was_known = datetime(2023, 6, 10, tzinfo=UTC)
    (still,) = office.ask(as_of=date(2023, 6, 1), known_at=before_it_was_known).households
    assert still.area == HUONG_SO
    assert len(office.ask(known_at=before_it_was_known).households) == 1
    assert office.ask().households == ()


def test_words_that_name_a_unit_find_who_lives_there(office: Office) -> None:
    office.live("an", family)
    assert office.ask(q="An Hòa", named_units=[OLD_WARD]).households == ()
    assert len(office.ask(q="Hương Sơ", named_units=[HUONG_SO]).households) == 1


# One household.


def state_of(conn: Connection[Any], life: Life, **asked: Any) -> Any:
    return file.household(conn, life.id, **asked)


def test_a_household_is_shown_as_it_was_on_a_day_and_as_it_was_known(office: Office) -> None:
    life = office.live("an", poor)
    life.do(
        "leave_member", "2023-01-10", person_id=life["cúc"], reason="moved_out",
        recorded="2023-03-01",
    )  # fmt: skip
    office.catch_up()
    with office.conn() as conn:
        now = state_of(conn, life)
        early = state_of(conn, life, as_of=date(2022, 12, 1))
        in_february = datetime(2023, 2, 1, tzinfo=UTC)
        as_known = state_of(conn, life, as_of=date(2023, 2, 1), known_at=in_february)
        assert state_of(conn, life, as_of=date(2022, 11, 14)) is None
        assert state_of(conn, life, known_at=datetime(2022, 11, 1, tzinfo=UTC)) is None
        assert state_of(conn, life, as_of=date(2023, 2, 1)) == now
    assert (len(now.members), len(now.former_members), now.national_class) == (3, 1, "poor")
    assert (len(early.members), early.national_class, early.version) == (4, "", 2)
    assert (len(as_known.members), as_known.national_class) == (4, "poor")


def moved_on(life: Life) -> None:
    """Poor, moved to another commune, corrected there, with a child born and the head changed."""
    poor(life)
    life.do("move", "2023-03-01", area=RURAL, village="Thôn 1", number="T1-2")
    life.do("correct_household", "2023-03-05", correction=UNABLE, reason="judged")
    life.do("change_head", "2023-04-01", head=life["bình"], reason="agreement")
    child = NewMember(name="Hồ Thị Phúc", relation="child", birth_year=2023)
    life.do("join_member", "2023-05-01", member=child, reason="birth")


def withdrawn(life: Life) -> None:
    """Supported, and everything of it but the registration was recorded by error."""
    supported(life)
    for kind, entry in (
        ("support", 7), ("plan", 6), ("needs", 5), ("causes", 4), ("decision", 3), ("survey", 2),
    ):  # fmt: skip
        life.do(
            "withdraw", "2023-02-10", kind=kind, entry=entry, reason="Ghi nhầm hộ", by=CHAIRMAN,
            document=paper("15/QĐ-UBND", "2023-02-10"),
        )  # fmt: skip


def test_what_was_withdrawn_is_in_no_list_and_no_file_and_was_before_that_was_known(
    office: Office,
) -> None:
    life = office.live("an", withdrawn)
    assert office.ask(class_="poor").households == ()
    assert len(office.ask(class_="").households) == 1
    before = datetime(2023, 2, 1, tzinfo=UTC)
    assert len(office.ask(class_="poor", known_at=before).households) == 1
    assert office.ask(class_="poor", as_of=date(2023, 1, 1)).households == ()
    with office.conn() as conn:
        now, then = state_of(conn, life), state_of(conn, life, known_at=before)
        on_the_day = state_of(conn, life, as_of=date(2023, 1, 10))
    for state in (now, on_the_day):
        assert (state.classes, state.surveys, state.support) == ({}, [], [])
        assert (state.causes, state.needs, state.plan) == (None, None, None)
    assert now.version == 13
    assert (then.national_class, len(then.surveys), len(then.support)) == ("poor", 1, 1)
    assert then.causes.codes == ("2", "7")


def test_a_withdrawn_exit_is_no_longer_newly_escaped(office: Office) -> None:
    life = office.live("an", escaped)
    on = date(2024, 6, 1)
    assert len(office.ask(newly_escaped_on=on).households) == 1
    life.do(
        "withdraw", "2024-02-10", kind="decision", entry=4, reason="Ghi nhầm hộ", by=CHAIRMAN,
        document=paper("15/QĐ-UBND", "2024-02-10"),
    )  # fmt: skip
    assert office.ask(newly_escaped_on=on).households == ()
    assert len(office.ask(class_="poor").households) == 1
    with office.conn() as conn:
        state = state_of(conn, life)
    assert (state.newly_escaped_until, state.left_poverty) == (None, "")


def test_a_household_that_the_read_model_does_not_have_yet_is_folded(office: Office) -> None:
    life = office.live("an", family)
    with office.conn() as conn:
        folded = state_of(conn, life)
        assert file.home(conn, life.id) is None
        assert state_of(conn, life, as_of=date(2022, 11, 14)) is None
        assert file.household(conn, uuid4()) is None
    office.catch_up()
    with office.conn() as conn:
        assert state_of(conn, life) == folded
        assert file.home(conn, life.id) == (HUONG_SO, "Tổ dân phố 5")


def test_the_file_holds_what_was_found_decided_and_given(office: Office) -> None:
    life = office.live("an", supported)
    office.catch_up()
    with office.conn() as conn:
        state = state_of(conn, life)
    standing = state.classes["national"]
    assert (standing.class_, standing.standard, standing.document.number) == (
        "poor", "2022-2026", "12/QĐ-UBND",
    )  # fmt: skip
    assert standing.survey_id == state.surveys[0].survey_id
    assert standing.reasons
    assert state.causes.codes == ("2", "7")
    assert state.needs.codes == ("health", "credit")
    assert state.plan.review_on == date(2023, 6, 30)
    assert state.support[0].amount == 708_000


def test_no_word_of_a_person_stands_in_clear_outside_the_register(office: Office) -> None:
    office.live("an", supported)
    office.live("én", alone)
    office.catch_up()
    with office.conn() as conn:
        tables = [
            name
            for (name,) in conn.execute(
                "select tablename from pg_tables where schemaname = 'read'"
                " and tablename <> 'register'"
            ).fetchall()
        ]
        for table in tables:
            rows = str(conn.execute(f"select t::text from read.{table} t").fetchall())
            for secret in ("Hồ Văn", "Bình", "Én", "0460800", "0905", "Văn Linh"):
                assert secret not in rows, table


def test_forgetting_changes_no_count_and_no_file_but_what_can_be_read(office: Office) -> None:
    life = office.live("an", forgotten)
    office.catch_up()
    with office.conn() as conn:
        state = state_of(conn, life)
    assert len(state.members) == 4
    assert state.forgotten == [life["dũng"]]
    sealed = [member.private for member in state.members]
    revealed = office.application.keyring.reveal_many(sealed)
    assert sum(value is None for value in revealed.values()) == 1


@pytest.mark.parametrize(
    "history",
    [
        family, alone, surveyed, poor, near_poor, escaped, poor_again, supported, widowed,
        dissolved, forgotten, moved_on, withdrawn,
    ],
    ids=lambda history: history.__name__,
)  # fmt: skip
def test_the_file_and_the_write_side_remember_the_same(
    office: Office, history: Callable[[Life], None]
) -> None:
    life = office.live("it", history)
    office.catch_up()
    written = life.now()
    with office.conn() as conn:
        read = state_of(conn, life)
    assert (read.number, read.area, read.village, read.head, read.residence) == (
        written.number, written.area, written.village, written.head, written.residence,
    )  # fmt: skip
    assert (read.version, read.flags) == (written.version, written.flags)
    assert {one.person_id: one.relation for one in read.members} == {
        id_: one.relation for id_, one in written.members.items()
    }
    assert {one.person_id for one in read.former_members} == set(written.former)
    assert set(read.forgotten) == written.forgotten
    assert (read.ended.on if read.ended else None) == written.ended_on
    assert read.national_class == written.class_on(date(2030, 1, 1))
    assert [one.survey_id for one in read.surveys] == list(written.surveys)


def test_a_row_of_the_file_is_what_folding_the_events_gives(database: Any) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(21, 60, keyring.sealer())
    record(database, world.saves, world.sealer)
    catch_up(database.pool, keyring)
    with database.pool.connection() as conn:
        for home in world.homes:
            context = ledger.history(conn, home.id)
            assert file.household(conn, home.id) == fold(context)
