"""Units on a day: found by any name they ever had, with those before and after them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.areas.codes import COUNTRY
from domain.areas.commands import NewUnit
from domain.areas.seed.load import load_national
from domain.commands.command import Actor, CommandContext, Document
from domain.population.population import Denominators
from projections.areas import areas as queries
from projections.areas.areas_model import Areas
from projections.catch_up import catch_up
from projections.engine.apply import in_schema
from projections.engine.ledger import LedgerEvent, read
from projections.population.population import denominator
from projections.population.population_model import Denominators as DenominatorRows
from tests.calls import Calls, areas_of

BEGIN, LATER, REFORM = date(2020, 1, 1), date(2022, 7, 1), date(2025, 7, 1)
PROVINCE, CITY = "46@2020-01-01", "474@2020-01-01"
HUONG_SO, AN_HOA, HUONG_AN = "19804@2020-01-01", "19803@2020-01-01", "19804@2025-07-01"
NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


def context(on: date, at: datetime = NOW) -> CommandContext:
    return CommandContext(
        on, Actor("tinh.hue", "province_officer"), uuid4(), at, Document("1314/NQ")
    )


def some_units(commands: Calls) -> None:
    """A city of two wards that become one, and a commune beside them."""
    for new in (
        NewUnit("46", "Tỉnh Thừa Thiên Huế"),
        NewUnit("474", "Thành phố Huế", PROVINCE),
        NewUnit("19804", "Phường Hương Sơ", CITY),
        NewUnit("19803", "Phường An Hòa", CITY),
        NewUnit("19981", "Xã Thủy Bằng", CITY),
    ):
        commands.establish(context(BEGIN), new)
    commands.rename(PROVINCE, context(LATER), name="Thành phố Huế")
    commands.rename("19981@2020-01-01", context(LATER), name="Phường Thủy Bằng")
    for unit in (HUONG_SO, AN_HOA, "19981@2020-01-01"):
        commands.put_under(unit, context(REFORM), parent=PROVINCE)
    commands.close(CITY, context(REFORM), reason="level_abolished")
    commands.merge(
        context(REFORM), [HUONG_SO, AN_HOA], NewUnit("19804", "Phường Hương An", PROVINCE)
    )


@pytest.fixture
def conn(application: Any, keyring: Any) -> Any:
    some_units(areas_of(application))
    catch_up(application.pool, keyring)
    with application.pool.connection() as conn:
        yield conn


def found(conn: Any, q: str, on: date, **more: Any) -> list[str]:
    return [one.unit for one in queries.find(conn, q=q, on=on, **more)]


def test_a_unit_is_found_with_and_without_marks_by_its_beginning_and_by_its_code(
    conn: Any,
) -> None:
    for q in ("Hương Sơ", "huong so", "P. Hương Sơ", "phường hương", "HƯƠNG S", "19804"):
        assert found(conn, q, LATER) == [HUONG_SO], q
    assert found(conn, "Hường Sơ", LATER) == []
    assert found(conn, "!?", LATER) == []
    assert found(conn, "198", LATER) == [AN_HOA, HUONG_SO]


def test_a_past_name_leads_to_the_unit_that_holds_the_land_today(conn: Any) -> None:
    (area,) = queries.find(conn, q="huong so", on=REFORM)
    assert (area.unit, area.name, area.found_by) == (HUONG_AN, "Phường Hương An", "Phường Hương Sơ")
    (area,) = queries.find(conn, q="Hương An", on=REFORM)
    assert (area.unit, area.found_by) == (HUONG_AN, None)
    (area,) = queries.find(conn, q="tỉnh thừa thiên huế", on=REFORM)
    assert (area.unit, area.name) == (PROVINCE, "Thành phố Huế")


def test_a_name_of_later_is_not_yet_known_but_the_unit_is(conn: Any) -> None:
    assert found(conn, "Hương An", LATER) == []
    assert found(conn, "huong", date(2019, 1, 1)) == []


def test_the_best_match_comes_first(conn: Any) -> None:
    assert found(conn, "huế", LATER) == [PROVINCE, CITY]
    assert found(conn, "", LATER, level="commune") == [
        AN_HOA,
        HUONG_SO,
        "19981@2020-01-01",
    ]
    assert found(conn, "", LATER, level="commune", limit=1, offset=1) == [HUONG_SO]


def test_a_unit_shows_all_that_it_was_on_the_day(conn: Any) -> None:
    area = queries.area(conn, "19981@2020-01-01", BEGIN)
    assert area is not None
    assert (area.name, area.kind, area.area_type) == ("Xã Thủy Bằng", "xã", "rural")
    assert (area.parent, area.parent_name) == (CITY, "Thành phố Huế")
    area = queries.area(conn, "19981@2020-01-01", REFORM)
    assert area is not None
    assert (area.name, area.area_type, area.parent) == ("Phường Thủy Bằng", "urban", PROVINCE)
    province = queries.area(conn, PROVINCE, BEGIN)
    assert province is not None
    assert (province.area_type, province.parent, province.name) == (
        None,
        "",
        "Tỉnh Thừa Thiên Huế",
    )
    assert queries.area(conn, "99@2020-01-01", BEGIN) is None


def test_a_unit_names_those_before_and_after_it(conn: Any) -> None:
    old, new = queries.shown(conn, [HUONG_SO, HUONG_AN], REFORM)
    assert [(one.unit, one.name, one.extent) for one in old.successors] == [
        (HUONG_AN, "Phường Hương An", "whole")
    ]
    assert (old.valid_from, old.valid_to) == (BEGIN, REFORM)
    assert [one.unit for one in new.predecessors] == [AN_HOA, HUONG_SO]
    assert new.valid_to is None


def test_the_tree_is_that_of_the_day(conn: Any) -> None:
    def names(areas: list[queries.Area]) -> list[str]:
        return [one.name for one in areas]

    assert names(queries.children(conn, COUNTRY, BEGIN)) == ["Tỉnh Thừa Thiên Huế"]
    assert names(queries.children(conn, PROVINCE, LATER)) == ["Thành phố Huế"]
    assert names(queries.children(conn, PROVINCE, REFORM)) == [
        "Phường Hương An",
        "Phường Thủy Bằng",
    ]
    assert names(queries.path(conn, HUONG_SO, LATER)) == ["Thành phố Huế", "Thành phố Huế"]
    assert names(queries.path(conn, HUONG_AN, REFORM)) == ["Thành phố Huế"]
    assert queries.path(conn, PROVINCE, REFORM) == []


def test_all_that_a_unit_was_is_listed_by_day(conn: Any) -> None:
    assert [
        (one.since, one.until, one.name) for one in queries.periods(conn, "19981@2020-01-01")
    ] == [
        (BEGIN, LATER, "Xã Thủy Bằng"),
        (LATER, REFORM, "Phường Thủy Bằng"),
        (REFORM, None, "Phường Thủy Bằng"),
    ]


# Denominators.


def declare(application: Any, unit: str, on: date, at: datetime, **figures: Any) -> None:
    areas_of(application).declare_population(unit, context(on, at), figures=Denominators(**figures))


def test_the_last_declaration_before_the_day_is_in_force(application: Any, keyring: Any) -> None:
    some_units(areas_of(application))
    declare(application, HUONG_SO, date(2021, 12, 15), NOW, households=3_400)
    declare(
        application, HUONG_SO, date(2022, 12, 15), NOW, households=3_488, rate_bases={"poor": 3_480}
    )
    catch_up(application.pool, keyring)
    lineage = application.areas.directory.lineage
    with application.pool.connection() as conn:
        early = denominator(conn, lineage, HUONG_SO, on=date(2021, 12, 14))
        assert (early.households, early.declared_on) == (None, None)
        then = denominator(conn, lineage, HUONG_SO, on=date(2022, 12, 14))
        assert (then.households, then.rate_bases) == (3_400, {})
        assert [note.code for note in then.notes] == ["denominator_declared_on"]
        last = denominator(conn, lineage, HUONG_SO, on=date(2022, 12, 15))
        assert (last.households, last.rate_bases) == (3_488, {"poor": 3_480})
        assert last.notes == ()


def test_a_correction_shows_only_once_it_was_known(application: Any, keyring: Any) -> None:
    some_units(areas_of(application))
    day = date(2022, 12, 15)
    declare(application, HUONG_SO, day, NOW, households=3_488)
    areas_of(application).correct_population(
        HUONG_SO,
        context(day, NOW + timedelta(days=30)),
        figures=Denominators(households=3_500),
        reason="đếm lại",
    )
    catch_up(application.pool, keyring)
    lineage = application.areas.directory.lineage
    with application.pool.connection() as conn:

        def as_known(at: datetime | None) -> int | None:
            return denominator(conn, lineage, HUONG_SO, on=day, known_at=at).households

        assert as_known(None) == 3_500
        assert as_known(NOW - timedelta(seconds=1)) is None
        assert as_known(NOW) == 3_488
        assert as_known(NOW + timedelta(days=29)) == 3_488
        assert as_known(NOW + timedelta(days=30)) == 3_500


def test_without_a_declaration_of_its_own_the_units_below_are_added_up(
    application: Any, keyring: Any
) -> None:
    some_units(areas_of(application))
    day = date(2022, 12, 15)
    declare(application, HUONG_SO, day, NOW, households=3_488, persons=13_000)
    declare(application, AN_HOA, day, NOW, households=2_000)
    catch_up(application.pool, keyring)
    lineage = application.areas.directory.lineage
    with application.pool.connection() as conn:
        missing = denominator(conn, lineage, CITY, on=day)
        assert missing.households is None
        assert [(note.code, note.values) for note in missing.notes] == [
            ("denominator_missing_below", {"missing": 1, "units": 3})
        ]
    declare(application, "19981@2020-01-01", day, NOW, households=1_000)
    catch_up(application.pool, keyring)
    with application.pool.connection() as conn:
        for unit in (CITY, PROVINCE, COUNTRY):
            below = denominator(conn, lineage, unit, on=day)
            assert (below.households, below.persons, below.declared_on) == (6_488, None, None)
            assert below.notes[0].code == "denominator_from_below"
    declare(application, CITY, day, NOW, households=7_000)
    catch_up(application.pool, keyring)
    with application.pool.connection() as conn:
        own = denominator(conn, lineage, CITY, on=day)
        assert own.households == 7_000
        assert [(note.code, note.values) for note in own.notes] == [
            ("denominator_differs", {"of": "households", "declared": 7_000, "below": 6_488})
        ]


# The rows.

TABLES = ("areas", "area_heirs", "area_spans", "denominators")


def rows(conn: Any, schema: str = "read") -> dict[str, list[Any]]:
    return {
        table: conn.execute(f"select * from {schema}.{table} t order by t::text").fetchall()
        for table in TABLES
    }


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cuts=st.lists(st.integers(1, 30), min_size=1, max_size=12))
def test_any_cut_into_batches_gives_the_same_rows(
    conn: Any, application: Any, keyring: Any, cuts: list[int]
) -> None:
    """The same events once more, cut otherwise, into empty tables."""
    if not conn.execute("select 1 from read.denominators").fetchone():
        for at, households in ((NOW, 3_488), (NOW + timedelta(days=1), 3_400)):
            unit = {NOW: HUONG_SO}.get(at, AN_HOA)
            declare(application, unit, LATER, at, households=households)
        areas_of(application).correct_population(
            HUONG_SO, context(LATER, NOW), figures=Denominators(households=3_500), reason="sai"
        )
        conn.rollback()
        catch_up(application.pool, keyring)
    expected = rows(conn)
    events: list[LedgerEvent] = [
        row for row in read(conn, 0, 10_000) if row.topic.startswith(("area.", "population."))
    ]
    conn.rollback()
    with in_schema(conn, "read"):
        for table in TABLES:
            conn.execute(f"delete from {table}")
        left = events
        for cut in [*cuts, len(events)]:
            for model in (Areas(), DenominatorRows()):
                its = [row for row in left[:cut] if row.topic.startswith(model.topics)]
                model.project(conn, its, keyring)
            left = left[cut:]
    assert rows(conn) == expected
    conn.rollback()


def test_the_whole_country_is_in_its_rows_as_it_is_in_memory(
    application: Any, keyring: Any
) -> None:
    load_national(application, NOW)
    catch_up(application.pool, keyring)
    lineage = application.areas.directory.lineage
    with application.pool.connection() as conn:
        assert conn.execute("select count(*) from read.parked").fetchone()[0] == 0
        for day in (date(2022, 12, 15), date(2025, 3, 1), date(2026, 11, 20)):
            shown = dict(
                conn.execute(
                    "select unit, parent from read.area_spans where since <= %s"
                    " and (until is null or until > %s)",
                    [day, day],
                ).fetchall()
            )
            assert shown == lineage.day(day).parents
        (area,) = queries.find(conn, q="huong so", on=date(2026, 11, 20), level="commune", limit=1)
        assert (area.name, area.found_by) == ("Phường Hương An", "Phường Hương Sơ")
        assert len(queries.children(conn, "474@2004-07-08", date(2022, 12, 15))) == 36
        assert [one.name for one in queries.find(conn, q="ea sup", on=date(2023, 12, 31))] == [
            "Huyện Ea Súp",
            "Thị trấn Ea Súp",
        ]
