"""A question with several forms gives one answer in each, and that of a plain count in Python."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from unittest import mock
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from projections.catch_up import catch_up
from projections.engine import ledger, sql
from projections.engine.tables import FOREVER
from projections.households import deprivations, movements, register, register_query, timeline
from projections.households.sentences import ERASED, Names, sentence
from projections.households.spans import Span, spans_of
from projections.vietnamese import search_words
from tests.conftest import Postgres
from tests.projections.engine.test_same_rows import FEW, world_in
from tests.projections.households.test_counts_and_movements import (
    DAYS,
    SOME_AREAS,
    _in_ledger_order,
)
from tests.projections.random_histories import AREAS, seeds

WORDS = st.sampled_from(
    ("an", "nguyen", "nguyễn van an", "hoa", "Hồ Thị Hoà", "h", "thon 1", "hn-1", "hn", "khong ai")
)
LISTED = ("poor", "near_poor")


@contextmanager
def few_units(most: int) -> Iterator[None]:
    """So many units are few; and three households are looked through for words."""
    with mock.patch.object(sql, "FEW_UNITS", most), mock.patch.object(register_query, "_WALKED", 3):
        yield


def in_each_form(ask: Callable[..., Any], *what: Any, **asked: Any) -> Any:
    """The one answer that both forms give."""
    with few_units(10):
        of_few = ask(*what, **asked)
    with few_units(0):
        assert ask(*what, **asked) == of_few
    return of_few


def moved(conn: Any, areas: set[str], way: str, **asked: Any) -> list[UUID]:
    return sorted(movements.moved_households(conn, areas, way, class_="poor", **asked))


@FEW
@given(seed=seeds(), things=st.integers(10, 80), areas=SOME_AREAS, data=st.data())
def test_movements_of_few_and_of_many_units_are_those_of_a_plain_count(
    postgres: Postgres, seed: int, things: int, areas: set[str], data: st.DataObject
) -> None:
    with world_in(postgres, seed, things) as (database, world, keyring):
        catch_up(database.pool, keyring)
        spans = [spans_of(history) for history in _in_ledger_order(database).values()]
        moments = sorted({event.timestamp for event in world.events})
        with database.pool.connection() as conn:
            for _ in range(4):
                first, last = sorted((data.draw(DAYS), data.draw(DAYS)))
                known_at = data.draw(st.sampled_from([None, *moments]))
                days: dict[str, Any] = {"from_": first, "to": last, "known_at": known_at}
                found = in_each_form(movements.movements, conn, "x", areas, **days)
                rows = list(plain_moves(spans, areas, first, last, known_at))
                assert found.poor == movements._movement("poor", rows)
                assert found.near_poor == movements._movement("near_poor", rows)
                for way in ("closing", "newly_arising", "other_out", "member_change_in"):
                    assert len(in_each_form(moved, conn, areas, way, **days)) == sum(
                        row.households for row in rows if way in movements._ways("poor", row)
                    )


def plain_moves(
    households: Iterable[list[Span]],
    areas: set[str],
    first: date,
    last: date,
    known_at: datetime | None,
) -> Iterator[movements._Row]:
    """The row of each household that is listed in the areas on one of the days."""
    for spans in households:
        known = [
            one
            for one in spans
            if one.scope == "national"
            and (one.known_to == FOREVER if known_at is None
                 else one.known_from <= known_at < one.known_to)
        ]  # fmt: skip
        at = {
            day: next((one for one in known if one.valid_from <= day < one.valid_to), None)
            for day in (first, last)
        }
        opening, closing = at[first], at[last]
        if not any(
            one and one.area in areas and one.class_ in LISTED for one in (opening, closing)
        ):
            continue
        earlier = {one.class_ for one in known if one.valid_from < first}
        persons = opening.persons if opening else 0, closing.persons if closing else 0
        yield movements._Row(
            opening.class_ if opening and opening.area in areas else None,
            closing.class_ if closing and closing.area in areas else None,
            opening.class_ if opening and opening.area not in areas else None,
            bool(closing and closing.from_split),
            "poor" in earlier,
            bool(earlier & set(LISTED)),
            1,
            *persons,
            max(persons[1] - persons[0], 0),
            max(persons[0] - persons[1], 0),
        )


@FEW
@given(seed=seeds(), things=st.integers(10, 80), data=st.data())
def test_deprivations_of_the_country_are_those_of_all_its_units(
    postgres: Postgres, seed: int, things: int, data: st.DataObject
) -> None:
    with world_in(postgres, seed, things) as (database, world, keyring):
        catch_up(database.pool, keyring)
        moments = sorted({event.timestamp for event in world.events})
        with database.pool.connection() as conn:
            for _ in range(4):
                on, known_at = data.draw(DAYS), data.draw(st.sampled_from([None, *moments]))
                asked: dict[str, Any] = {"on": on, "known_at": known_at}
                found = deprivations.deprivations(conn, None, **asked)
                assert deprivations.deprivations(conn, AREAS, **asked) == found
                since, known = {"since": on}, {"known_at": known_at}
                for ask, of in (
                    (deprivations.deprived_households, {"indicator": None, **asked}),
                    (deprivations.caused_households, {"cause": "2", **asked}),
                    (deprivations.changed_households, {**since, **known}),
                ):
                    everywhere = sorted(ask(conn, None, **of))
                    assert sorted(ask(conn, AREAS, **of)) == everywhere


@FEW
@given(seed=seeds(), things=st.integers(10, 80), areas=SOME_AREAS, data=st.data())
def test_sums_of_listed_households_are_those_of_their_latest_surveys(
    postgres: Postgres, seed: int, things: int, areas: set[str], data: st.DataObject
) -> None:
    with world_in(postgres, seed, things) as (database, _, keyring):
        catch_up(database.pool, keyring)
        with database.pool.connection() as conn:
            for _ in range(6):
                units, on = data.draw(st.sampled_from([None, areas])), data.draw(DAYS)
                summed = deprivations.deprivations(conn, units, on=on)
                with mock.patch.object(deprivations, "stand_together", return_value=False):
                    assert deprivations.deprivations(conn, units, on=on) == summed


@FEW
@given(seed=seeds(), things=st.integers(10, 80), areas=SOME_AREAS)
def test_the_length_of_a_list_that_is_stored_is_that_of_its_rows(
    postgres: Postgres, seed: int, things: int, areas: set[str]
) -> None:
    with world_in(postgres, seed, things) as (database, _, keyring):
        catch_up(database.pool, keyring)
        with database.pool.connection() as conn:
            for units in (None, areas):
                for of in ({}, {"class_": "poor"}, {"class_": ""}, {"classes": LISTED},
                           {"class_": "poor", "classes": ["near_poor"]}, {"village": ""},
                           {"only": []}, {"flags": ["meritorious"]}, {"ended": True}):  # fmt: skip
                    asked: dict[str, Any] = {"units": units, **of}
                    listed = every_page(conn, keyring, **asked, limit=200)
                    assert register.count(conn, **asked) == (len(listed), False)


@FEW
@given(
    seed=seeds(),
    things=st.integers(10, 80),
    areas=SOME_AREAS,
    descending=st.booleans(),
    limit=st.integers(1, 4),
)
def test_a_list_by_village_is_in_its_order_whatever_the_pages(
    postgres: Postgres, seed: int, things: int, areas: set[str], descending: bool, limit: int
) -> None:
    with world_in(postgres, seed, things) as (database, _, keyring):
        catch_up(database.pool, keyring)
        way = "desc" if descending else "asc"
        with database.pool.connection() as conn:
            rows = conn.execute(
                "select household_id from read.register where not ended and area = any(%s)"
                f" and class = 'poor' order by village_key {way}, area {way}, name_key {way},"
                f" household_id {way}",
                [sorted(areas)],
            ).fetchall()
            asked: dict[str, Any] = {
                "units": areas, "class_": "poor", "sort": "village", "descending": descending,
            }  # fmt: skip
            assert every_page(conn, keyring, **asked, limit=limit) == [id_ for (id_,) in rows]


@FEW
@given(
    seed=seeds(),
    things=st.integers(10, 80),
    areas=SOME_AREAS,
    q=WORDS,
    on=DAYS,
    descending=st.booleans(),
    limit=st.integers(1, 4),
)
def test_a_search_finds_in_each_form_what_a_plain_look_at_every_row_finds(
    postgres: Postgres,
    seed: int,
    things: int,
    areas: set[str],
    q: str,
    on: date,
    descending: bool,
    limit: int,
) -> None:
    with world_in(postgres, seed, things) as (database, _, keyring):
        catch_up(database.pool, keyring)
        with database.pool.connection() as conn:
            for text in ("", q):
                wanted = plain_search(conn, areas, text, descending=descending)
                asked: dict[str, Any] = {
                    "units": areas, "q": text, "limit": limit, "descending": descending,
                }  # fmt: skip
                assert in_each_form(every_page, conn, keyring, **asked) == wanted
                assert in_each_form(every_page_back, conn, keyring, **asked) == wanted
                assert register.count(conn, units=areas, q=text) == (len(wanted), False)
                past = asked | {"as_of": on}
                whole = every_page(conn, keyring, **past | {"limit": 200})
                assert in_each_form(every_page, conn, keyring, **past) == whole
                assert in_each_form(every_page_back, conn, keyring, **past) == whole
                in_each_form(register.count, conn, units=areas, q=text, as_of=on)


def every_page(conn: Any, keyring: Any, **asked: Any) -> list[UUID]:
    """The list from its first page on."""
    found: list[UUID] = []
    after: register.Place | None = None
    while True:
        page = register.households(conn, keyring, after=after, **asked)
        found += [one.household_id for one in page.households]
        after = page.next
        if after is None:
            return found


def every_page_back(conn: Any, keyring: Any, **asked: Any) -> list[UUID]:
    """The list from its last page back."""
    found: list[UUID] = []
    beyond = ("name down", "", str(UUID(int=0)))
    before: register.Place | None = (
        beyond if asked["descending"] else ("name up", "~~", str(UUID(int=2**128 - 1)))
    )
    while before is not None:
        page = register.households(conn, keyring, before=before, **asked)
        found = [one.household_id for one in page.households] + found
        before = page.previous
    return found


def plain_search(conn: Any, areas: set[str], q: str, *, descending: bool) -> list[UUID]:
    """The households that answer to a text, by a look at every row."""
    rows = conn.execute(
        "select household_id, area, ended, name_key, number_key, tsvector_to_array(words)"
        " from read.register"
    ).fetchall()
    prefix = "".join(filter(str.isalnum, q.lower()))
    looked_for = search_words(q)
    found = [
        (name_key, id_.bytes, id_)
        for id_, area, ended, name_key, number_key, words in rows
        if area in areas and not ended
        if not q
        or all(any(word.startswith(one) for word in words) for one in looked_for)
        or number_key.startswith(prefix)
    ]
    return [id_ for *_, id_ in sorted(found, reverse=descending)]


@FEW
@given(seed=seeds(), things=st.integers(10, 80), limit=st.integers(1, 6))
def test_a_page_of_a_history_says_what_the_whole_of_it_says(
    postgres: Postgres, seed: int, things: int, limit: int
) -> None:
    with world_in(postgres, seed, things) as (database, _, keyring):
        catch_up(database.pool, keyring)
        with database.pool.connection() as conn:
            for id_ in _in_ledger_order(database):
                before: int | None = None
                while True:
                    asked: dict[str, Any] = {"newest": True, "before": before, "limit": limit}
                    page = timeline.history(conn, keyring, id_, **asked)
                    assert [
                        (one.seq, one.sentence, one.withdrawn_by) for one in page.entries
                    ] == plain_entries(conn, keyring, id_, [one.seq for one in page.entries])
                    for one in page.entries:
                        stored = timeline.recorded(conn, one.household_id, one.version)
                        assert stored is not None
                        assert stored.originator_version == one.version
                    before = page.next
                    if before is None:
                        break
                assert timeline.recorded(conn, id_, 10_000) is None


def plain_entries(
    conn: Any, keyring: Any, household_id: UUID, shown: list[int]
) -> list[tuple[int, str, int | None]]:
    """Sentences of some events, from every event of the households whose events they are; of
    another household none after the last that is shown."""
    rows = conn.execute(
        "select originator_id, max(seq) from read.timeline"
        " where household_id = %s and seq = any(%s) group by 1",
        [household_id, shown],
    ).fetchall()
    last = dict(rows)
    last.pop(household_id, None)
    events = sorted(
        (
            row
            for history in ledger.histories_of(conn, [household_id, *last]).values()
            for row in history
            if row.event is not None and row.seq <= last.get(row.originator_id, row.seq)
        ),
        key=lambda row: row.seq,
    )
    names: dict[UUID, str] = {}
    for row in events:
        private = [(one.person_id, one.private) for one in timeline._members(row.event)]
        if isinstance(row.event, timeline.e.MemberCorrected):
            private += [
                (row.event.person_id, change.after)
                for change in row.event.changes
                if change.attribute == "private"
            ]  # type: ignore[misc]
        for person, personal in private:
            value = keyring.reveal(personal)
            names[person] = ERASED if value is None else value.get("name", "")
    withdrawn = {
        (row.originator_id, row.event.withdraws): row.version
        for row in events
        if isinstance(row.event, timeline.e.Withdrawal)
    }
    said = Names(lambda person: names.get(person, "?"), lambda unit, _: unit, keyring.reveal)
    return [
        (row.seq, sentence(row.event, said), withdrawn.get((row.originator_id, row.version)))  # type: ignore[arg-type]
        for row in events
        if row.seq in shown
    ]


def test_units_are_few_up_to_a_number_and_the_country_is_not() -> None:
    assert sql.few(["a"] * sql.FEW_UNITS)
    assert not sql.few(["a"] * (sql.FEW_UNITS + 1))
    assert not sql.few(None)
    assert len(AREAS) <= sql.FEW_UNITS
