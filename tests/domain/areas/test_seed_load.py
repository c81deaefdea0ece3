"""Loading the country's units into the event store."""

import secrets
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from threading import Thread
from typing import Any

import psycopg
import pytest

from domain.application import SocaiApplication
from domain.areas.area import AreaUnit
from domain.areas.commands import NewUnit
from domain.areas.directory import _ALL, _SINCE, AreaDirectoryCache
from domain.areas.seed import load
from domain.areas.seed.load import Loaded, is_loaded, load_national
from domain.areas.seed.national import Plan
from domain.eventstore.personal import Keyring
from tests.calls import areas_of
from tests.conftest import fresh_database
from tests.domain.areas.conftest import context
from tests.standards import standards

LOADED_AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def count(application: Any) -> int:
    with application.pool.connection() as conn:
        row = conn.execute("select count(*) from store.events").fetchone()
    return row[0]


@dataclass
class Country:
    """A database with the units of the whole country, and what its loading told."""

    application: SocaiApplication
    loaded: Loaded
    told: list[tuple[int, int]]


@pytest.fixture(scope="module")
def loaded(postgres: Any) -> Iterator[Country]:
    """The whole country, loaded once for the tests that only read it."""
    databases = fresh_database(postgres)
    database = next(databases)
    keyring = Keyring(database.pool, secrets.token_bytes(32), secrets.token_bytes(32))
    application = SocaiApplication(database.pool, keyring, standards())
    told: list[tuple[int, int]] = []
    done = load_national(application, LOADED_AT, progress=lambda *all_: told.append(all_))
    yield Country(application, done, told)
    databases.close()


def test_the_whole_country_is_loaded_and_looked_up_at_once(loaded: Country) -> None:
    directory = loaded.application.areas.directory
    assert loaded.loaded.units == len(directory) == loaded.told[-1][0] == loaded.told[-1][1]
    assert loaded.loaded.events == count(loaded.application)
    assert directory.require("19804", date(2022, 12, 15)) == "19804@2004-07-08"
    assert directory.require("19804", TODAY) == "19804@2025-07-01"


def test_each_official_code_is_held_by_the_unit_that_bears_it_today(loaded: Country) -> None:
    application = loaded.application
    standing = {
        unit.code
        for unit in application.areas.directory.lineage.units.values()
        if not unit.valid_to
    }
    with application.pool.connection() as conn:
        held = {
            bytes(row[0]).decode()
            for row in conn.execute(
                "select substr(key, 2) from store.claims where substr(key, 1, 1) = 'a'::bytea"
            )
        }
    assert held == standing


def test_a_second_load_adds_nothing(loaded: Country) -> None:
    again = load_national(loaded.application, LOADED_AT)
    assert (again.units, again.events, again.already_there) == (0, 0, loaded.loaded.units)
    assert count(loaded.application) == loaded.loaded.events


@pytest.fixture
def one_province(monkeypatch: pytest.MonkeyPatch, national: Plan) -> int:
    """A country of one province, saved in several portions; returns how many units it has."""
    ours = replace(national, units=tuple(only("01", national.units)))
    monkeypatch.setattr(load, "plan", lambda moment: deepcopy(ours))  # loading empties it
    monkeypatch.setattr(load, "_UNITS_A_SAVE", 100)
    return len(ours.units)


def only(province: str, units: tuple[AreaUnit, ...]) -> Iterator[AreaUnit]:
    """The units of a province, with all below it."""
    found: set[str] = set()
    for level in ("province", "district", "commune"):
        for one in units:
            under = one.unit.last_parent
            if one.unit.level == level and (one.unit.code == province or under in found):
                found.add(one.unit.id)
                yield one


def test_a_load_that_was_killed_goes_on_where_it_stopped(
    application: Any, one_province: int
) -> None:
    class Killed(Exception):
        pass

    def kill(done: int, _: int) -> None:
        if done > one_province // 3:
            raise Killed

    with pytest.raises(Killed):
        load_national(application, LOADED_AT, progress=kill)
    half = count(application)
    assert half
    assert not is_loaded(application)
    loaded = load_national(application, LOADED_AT)
    assert 0 < loaded.already_there < loaded.already_there + loaded.units == one_province
    assert count(application) == half + loaded.events
    assert is_loaded(application)
    stored = AreaDirectoryCache(application.pool).refresh()
    assert len(stored) == one_province
    assert stored.lineage.day(TODAY).counted("").units


def test_another_process_sees_a_change_when_it_looks_again(
    application: Any, one_province: int
) -> None:
    now = [0.0]
    elsewhere = AreaDirectoryCache(application.pool, look_again_after=1.0, clock=lambda: now[0])
    assert len(elsewhere.directory) == 0
    load_national(application, LOADED_AT)
    assert len(elsewhere.directory) == 0
    now[0] = 1.0
    assert len(elsewhere.directory) == len(application.areas.directory) == one_province


def test_what_was_written_early_and_committed_late_is_not_missed(
    application: Any, database: Any
) -> None:
    elsewhere = AreaDirectoryCache(application.pool)
    new = NewUnit("46", "Tỉnh Thừa Thiên Huế")
    late = Thread(target=areas_of(application).establish, args=(context(TODAY), new))
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("insert into store.claims values ('a46', gen_random_uuid(), %s)", [TODAY])
        late.start()  # its event is written; its claim waits for that of the owner
        while not owner.execute("select 1 from pg_locks where not granted").fetchone():
            late.join(0.01)
            assert late.is_alive()
        areas_of(application).establish(context(TODAY), NewUnit("01", "Thành phố Hà Nội"))
        assert [unit.code for unit in elsewhere.refresh().lineage.units.values()] == ["01"]
        owner.rollback()
    late.join()
    assert {unit.code for unit in elsewhere.refresh().lineage.units.values()} == {"01", "46"}


@pytest.mark.parametrize("query", [_ALL, _SINCE.format(7)])
def test_looking_for_news_does_not_walk_through_all_events(application: Any, query: str) -> None:
    """The condition has to be that of the index, word for word."""
    with application.pool.connection() as conn:
        conn.execute("set enable_seqscan = off")
        conn.execute("set enable_bitmapscan = off")
        plan = [row[0] for row in conn.execute(f"explain {query}").fetchall()]
    assert any("area_events_by_tx" in line for line in plan), plan
