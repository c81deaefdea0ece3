"""One account at two browsers: what ends at one does not end at the other."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from service.access import accounts, authentication
from tests.service.conftest import NOW, Office


@pytest.fixture
def conn(office: Office) -> Any:
    with psycopg.connect(office.database.url, autocommit=True) as conn:
        yield conn


def holder(conn: Any, secret: str, after: timedelta = timedelta(0)) -> str | None:
    found = authentication.account_of_session(conn, secret, now=NOW + after)
    return found.account if found else None


def test_signing_in_again_ends_no_session_that_still_runs(conn: Any) -> None:
    office, home = (authentication.open_session(conn, "auditor", now=NOW) for _ in range(2))
    assert (holder(conn, office), holder(conn, home)) == ("auditor", "auditor")
    later = authentication.open_session(conn, "auditor", now=NOW + timedelta(hours=1))
    for secret in (office, home, later):
        assert holder(conn, secret, timedelta(hours=1)) == "auditor"


def test_signing_in_clears_away_the_sessions_that_have_ended(conn: Any) -> None:
    def rows() -> int:
        found = conn.execute("select count(*) from office.sessions where account = 'inspector'")
        return int(found.fetchone()[0])

    authentication.open_session(conn, "inspector", now=NOW)
    authentication.open_session(
        conn, "inspector", now=NOW + authentication.IDLE_FOR - timedelta(seconds=1)
    )
    assert rows() == 2
    authentication.open_session(conn, "inspector", now=NOW + authentication.IDLE_FOR)
    assert rows() == 2, "the first was idle for too long"


def test_signing_out_ends_one_session_and_a_new_password_all(conn: Any) -> None:
    first, second = (authentication.open_session(conn, "chairman", now=NOW) for _ in range(2))
    other = authentication.open_session(conn, "surveyor", now=NOW)
    authentication.close_session(conn, first)
    assert (holder(conn, first), holder(conn, second)) == (None, "chairman")
    accounts.set_password(conn, "chairman", "một mật khẩu mới và dài")
    assert holder(conn, second) is None
    assert holder(conn, other) == "surveyor"


def test_closing_the_sessions_of_one_account_leaves_those_of_others(conn: Any) -> None:
    mine, theirs = (
        authentication.open_session(conn, account, now=NOW)
        for account in ("case_worker", "auditor")
    )
    authentication.close_sessions(conn, "case_worker")
    assert (holder(conn, mine), holder(conn, theirs)) == (None, "auditor")
