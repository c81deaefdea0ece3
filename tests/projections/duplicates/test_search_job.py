"""A search finds planted duplicates, leaves namesakes and twins alone, and survives a kill."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from domain.application import SocaiApplication
from domain.commands.command import Actor, CommandContext
from domain.duplicates.commands import SettleDuplicate
from domain.duplicates.pair import pair_id
from projections.catch_up import catch_up
from projections.duplicates import linkage, pairs, search_job, searches
from tests.given import HUONG_SO, RURAL
from tests.projections.duplicates.planted_office import PlantedOffice

PROVINCE = Actor("tinh", "province_officer", "46@2004-07-08")
UNITS = [HUONG_SO, RURAL]
NOW = datetime(2023, 3, 1, 3, tzinfo=UTC)
# What a search must reach on the planted office; see docs/duplicates.md.
RECALL, PRECISION = 0.95, 0.90


def ask(application: SocaiApplication, units: list[str] = UNITS) -> UUID:
    with application.pool.connection() as conn:
        return searches.request(
            conn, search_id=uuid4(), area=units[0], units=units, by=PROVINCE, at=NOW
        ).id


def state(application: SocaiApplication, search_id: UUID) -> searches.Search:
    with application.pool.connection() as conn:
        return searches.get(conn, search_id)


def found(application: SocaiApplication) -> dict[frozenset[UUID], pairs.PairRow]:
    catch_up(application.pool, application.keyring)
    with application.pool.connection() as conn:
        rows = pairs.queue(conn, units=None, state="open", limit=200)
    return {frozenset((one.first.household_id, one.second.household_id)): one for one in rows}


@pytest.fixture
def office(application: SocaiApplication) -> PlantedOffice:
    planted = PlantedOffice(application)
    planted.fill(households=150, each=5)
    catch_up(application.pool, application.keyring)
    return planted


def test_planted_duplicates_are_found_and_people_who_look_alike_are_not(
    office: PlantedOffice,
) -> None:
    application = office.application
    search = ask(application)
    assert search_job.run(application, search, lambda: NOW)
    done = state(application, search)
    assert (done.status, done.progress, done.error) == ("done", 1.0, "")
    assert done.households == 150 + 2 * (len(office.duplicates) + len(office.alike))
    proposed = found(application)
    hits = proposed.keys() & office.duplicates.keys()
    missed = Counter(office.duplicates[one] for one in office.duplicates.keys() - hits)
    wrong = [one for one in proposed if one not in office.duplicates]
    assert len(hits) / len(office.duplicates) >= RECALL, missed
    assert len(hits) / len(proposed) >= PRECISION, [proposed[one] for one in wrong]
    assert not proposed.keys() & office.alike.keys(), [
        office.alike[one] for one in proposed.keys() & office.alike.keys()
    ]
    swapped = [proposed[one] for one in hits if office.duplicates[one] == "swapped"]
    assert swapped
    for row in swapped:
        assert any("birth_swapped" in codes for _, _, codes in row.couples)


def test_another_search_of_the_same_people_records_nothing_new(office: PlantedOffice) -> None:
    application = office.application
    first, second = ask(application), ask(application)
    search_job.run(application, first, lambda: NOW)
    length = events(application)
    search_job.run(application, second, lambda: NOW)
    assert events(application) == length
    assert state(application, first).found == state(application, second).found > 0
    assert state(application, second).recorded == 0


def test_a_search_that_is_killed_at_any_pair_begins_again_and_records_each_pair_once(
    office: PlantedOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = office.application
    search = ask(application)
    for at in (0, 1, 7, 19):
        with monkeypatch.context() as patch:
            patch.setattr(search_job, "_record", _killed_at(at))
            with pytest.raises(KeyboardInterrupt):
                search_job.run(application, search, lambda: NOW)
        with application.pool.connection() as conn:
            assert searches.unfinished(conn) == [search]
    assert search_job.run(application, search, lambda: NOW)
    done = state(application, search)
    assert (done.status, done.recorded + done.passed_over) == ("done", done.found)
    with application.pool.connection() as conn:
        rows = conn.execute(
            "select originator_id, count(*) from store.events where topic like 'duplicate.%%'"
            " group by originator_id"
        ).fetchall()
    assert {count for _, count in rows} == {1}
    assert len(rows) == done.recorded


def _killed_at(at: int) -> Any:
    real, calls = search_job._record, [0]

    def record(*arguments: Any) -> Any:
        if calls[0] == at:
            raise KeyboardInterrupt
        calls[0] += 1
        return real(*arguments)

    return record


def test_a_search_that_stops_again_and_again_is_given_up(
    application: SocaiApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = ask(application)

    def broken(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(search_job, "find_close", broken)
    for _ in range(searches.MOST_ATTEMPTS):
        with pytest.raises(MemoryError), searches.SEARCHES.attempt(application.pool, search):
            search_job.run(application, search, lambda: NOW)
    assert search_job.run(application, search, lambda: NOW)
    assert state(application, search).status == "failed"


def test_a_pair_that_was_settled_stays_settled(office: PlantedOffice) -> None:
    application = office.application
    search_job.run(application, ask(application), lambda: NOW)
    (one, *_) = found(application)
    pair = pair_id(*one)
    context = CommandContext(NOW.date(), PROVINCE, uuid4(), NOW)
    application.run(SettleDuplicate(pair, "different", "Hai hộ khác nhau"), context)
    search_job.run(application, ask(application), lambda: NOW)
    assert one not in found(application)
    assert not application.duplicates.unsettled(one)


def test_a_search_of_one_commune_names_no_household_of_another(office: PlantedOffice) -> None:
    application = office.application
    search_job.run(application, ask(application, [HUONG_SO]), lambda: NOW)
    across = found(application).keys() & office.duplicates.keys()
    assert not across


def test_nothing_of_a_search_is_on_disk_or_in_its_row(
    office: PlantedOffice, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    application = office.application
    search = ask(application)
    search_job.run(application, search, lambda: NOW)
    assert list(tmp_path.rglob("*")) == []
    with application.pool.connection() as conn:
        row = conn.execute(
            "select t::text from office.duplicate_searches t where id = %s", [search]
        ).fetchone()
    assert row is not None
    assert "Phượng" not in row[0]


def test_a_comparison_that_needs_more_memory_than_it_is_given_ends_and_spills_nothing(
    office: PlantedOffice, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny = msgspec.structs.replace(linkage.settings(), memory_mib=1)
    with pytest.raises(MemoryError):
        search_job.find_close(office.application, UNITS, tiny, lambda *_: None)
    assert list(tmp_path.rglob("*")) == []


def events(application: SocaiApplication) -> int:
    with application.pool.connection() as conn:
        row = conn.execute("select count(*) from store.events").fetchone()
    assert row is not None
    return int(row[0])
