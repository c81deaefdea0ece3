"""Areas opened by a reason, as they are listed and counted; and lines of the read log counted."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from service.access import break_glass, read_log
from service.problems import NoSuchThing
from tests.service.conftest import AN_HOA, HUONG_SO, NOW, Office


@pytest.fixture
def conn(office: Office) -> Iterator[Any]:
    with psycopg.connect(office.database.url) as conn:
        yield conn
        conn.rollback()


def opened(conn: Any, area: str, minutes: int = 0, account: str = "far.case_worker") -> UUID:
    grant = break_glass.open_break_glass(
        conn, grant_id=uuid4(), account=account, area=area, reason="Đối chiếu hồ sơ",
        now=NOW + timedelta(minutes=minutes),
    )  # fmt: skip
    return grant.id


def test_grants_are_listed_newest_first_page_by_page_and_counted(conn: Any) -> None:
    assert break_glass.count_grants(conn, None) == 0
    first, second, third = (opened(conn, HUONG_SO, minutes) for minutes in range(3))
    elsewhere = opened(conn, AN_HOA, 5)
    page = break_glass.accesses_in(conn, [HUONG_SO], limit=2)
    assert [one.id for one in page] == [third, second]
    after = (page[-1].granted_at, page[-1].id)
    rest = break_glass.accesses_in(conn, [HUONG_SO], after=after, limit=2)
    assert [one.id for one in rest] == [first]
    every = break_glass.accesses_in(conn, None, limit=9)
    assert [one.id for one in every] == [elsewhere, third, second, first]
    assert break_glass.accesses_in(conn, [], limit=9) == []
    counted = [break_glass.count_grants(conn, areas) for areas in (None, [HUONG_SO], [])]
    assert counted == [4, 3, 0]


def test_grants_of_one_moment_are_all_listed(conn: Any) -> None:
    ids = {opened(conn, HUONG_SO) for _ in range(3)}
    found, after = [], None
    while page := break_glass.accesses_in(conn, None, after=after, limit=1):
        found += [one.id for one in page]
        after = (page[0].granted_at, page[0].id)
    assert (len(found), set(found)) == (3, ids)


def test_a_grant_is_open_for_its_account_from_its_moment_to_its_end(conn: Any) -> None:
    grant = opened(conn, HUONG_SO)
    opened(conn, AN_HOA, account="case_worker")

    def open_at(after: timedelta) -> list[UUID]:
        now = NOW + after
        return [one.id for one in break_glass.open_for(conn, "far.case_worker", now=now)]

    assert open_at(timedelta(0)) == [grant]
    assert open_at(break_glass.OPEN_FOR - timedelta(microseconds=1)) == [grant]
    assert open_at(break_glass.OPEN_FOR) == []


def test_a_grant_is_found_by_its_id_and_no_other(conn: Any) -> None:
    grant = opened(conn, HUONG_SO)
    assert break_glass.access_with_id(conn, grant).area == HUONG_SO
    with pytest.raises(NoSuchThing):
        break_glass.access_with_id(conn, uuid4())


def test_lines_are_counted_up_to_a_limit_that_is_said(
    conn: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted(most: int) -> tuple[int, bool]:
        monkeypatch.setattr(read_log, "MOST_COUNTED", most)
        return read_log.count_reads(conn, areas=[HUONG_SO])

    assert counted(5) == (0, False)
    for _ in range(3):
        conn.execute(
            read_log._INSERT + " values (%s, 'case_worker', 'case_worker', %s, null, %s, 'list',"
            " null, 'r', 1, '{}', '{}')",
            [NOW, HUONG_SO, HUONG_SO],
        )
    assert (counted(4), counted(3), counted(2)) == ((3, False), (3, False), (2, True))
    assert read_log.count_reads(conn, areas=[AN_HOA]) == (0, False)
    assert read_log.count_reads(conn, areas=[], above=[HUONG_SO])[0] == 2
