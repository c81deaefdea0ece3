"""Accounts, roles and tokens on a real database."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import argon2
import psycopg
import pytest

from service.access import accounts, acts, authentication
from service.access.errors import AccountNameRefused, AccountTaken, DatesReversed, RolesExclude
from service.problems import NoSuchThing

NOW = datetime(2022, 12, 15, 2, 0, tzinfo=UTC)
AREA = "19804@2004-07-08"
# That of the product: read before the tests put a cheap one in its place.
HASHER = authentication._hasher


@pytest.fixture
def conn(database: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url) as conn:
        accounts.create_account(
            conn, account="khaosat", name="Lê Thị Na", password="mot hai ba bon", created_by="t",
            now=NOW,
        )  # fmt: skip
        yield conn


def grant(conn: Any, role: str, account: str = "khaosat", **more: Any) -> Any:
    given = {"area": AREA, "valid_from": date(2022, 1, 1), "granted_by": "t", "now": NOW, **more}
    return accounts.grant_role(conn, account=account, role=role, **given)


def roles_on(conn: Any, day: date) -> list[str]:
    account = authentication.account_named(conn, "khaosat", on=day)
    assert account is not None
    return [held.role for held in account.roles]


def test_a_password_is_kept_only_as_an_argon2id_hash(conn: Any) -> None:
    (kept,) = conn.execute("select password_hash from office.accounts").fetchone()
    assert kept.startswith("$argon2id$")
    assert authentication.check_password(conn, "khaosat", "mot hai ba bon")
    assert not authentication.check_password(conn, "khaosat", "mot hai ba nam")
    assert not authentication.check_password(conn, "khongco", "mot hai ba bon")


def test_an_account_is_kept_as_it_was_made_with_the_act_and_its_reason(conn: Any) -> None:
    accounts.create_account(
        conn, account="canbo", name="Đỗ Văn An", office="UBND phường", password="mot hai ba bon",
        created_by="quantri", now=NOW, area=AREA, once=True, reason="Đề nghị số 5",
    )  # fmt: skip
    assert authentication.account_named(conn, "canbo", on=NOW.date()) == authentication.Account(
        "canbo", "Đỗ Văn An", "UBND phường", "quantri", NOW, None, AREA, NOW + timedelta(days=7)
    )
    (act,) = acts.acts_in(conn, None, account="canbo", limit=2)
    assert (act.actor, act.act, act.acted_at, act.reason) == (
        "quantri", "account_made", NOW, "Đề nghị số 5"
    )  # fmt: skip


@pytest.mark.parametrize(("password", "once"), [("mot hai ba bon", False), (None, True)])
def test_a_password_is_to_be_changed_only_where_one_was_given_for_once(
    conn: Any, password: str | None, once: bool
) -> None:
    accounts.create_account(
        conn, account="canbo", name="An", password=password, once=once, created_by="t", now=NOW
    )
    made = authentication.account_named(conn, "canbo", on=NOW.date())
    assert made is not None
    assert (made.once_until, made.office, made.area, made.roles) == (None, "", "", ())
    assert authentication.check_password(conn, "canbo", "mot hai ba bon") == (password is not None)


def test_a_refused_name_is_repeated_up_to_its_length(conn: Any) -> None:
    with pytest.raises(AccountNameRefused) as refused:
        accounts.create_account(conn, account="A" * 70, name="An", created_by="t", now=NOW)
    assert refused.value.values == {"account": "A" * 63}
    with pytest.raises(AccountTaken) as taken:
        accounts.create_account(conn, account="khaosat", name="An", created_by="t", now=NOW)
    assert taken.value.values == {"account": "khaosat"}


def test_a_password_is_hashed_at_the_cost_that_is_advised() -> None:
    parameters = argon2.extract_parameters(HASHER.hash("mot hai ba bon"))
    assert parameters == argon2.profiles.RFC_9106_LOW_MEMORY


def test_a_token_is_256_random_bits_and_only_its_digest_is_kept(conn: Any) -> None:
    token, secret = authentication.issue_token(conn, "khaosat", label="may quet", now=NOW)
    assert len(secret.removeprefix("socai_")) == 43
    (kept,) = conn.execute("select digest from office.tokens").fetchone()
    assert kept == hashlib.sha256(secret.encode()).digest()
    found = authentication.account_of_token(conn, secret, now=NOW)
    assert found is not None
    assert found.account == "khaosat"
    assert authentication.tokens_of(conn, "khaosat") == [token]


def test_a_token_ends_with_its_time(conn: Any) -> None:
    life = timedelta(days=2)
    _, secret = authentication.issue_token(conn, "khaosat", label="", now=NOW, lifetime=life)
    before, after = NOW + life - timedelta(seconds=1), NOW + life
    assert authentication.account_of_token(conn, secret, now=before) is not None
    assert authentication.account_of_token(conn, secret, now=after) is None


def test_a_revoked_token_is_nobodys(conn: Any) -> None:
    token, secret = authentication.issue_token(conn, "khaosat", label="", now=NOW)
    authentication.revoke_token(conn, "khaosat", token.id, now=NOW)
    assert authentication.account_of_token(conn, secret, now=NOW) is None


def test_nobody_revokes_the_token_of_another_account(conn: Any) -> None:
    accounts.create_account(conn, account="khac", name="Khác", created_by="t", now=NOW)
    token, secret = authentication.issue_token(conn, "khaosat", label="", now=NOW)
    with pytest.raises(NoSuchThing):
        authentication.revoke_token(conn, "khac", token.id, now=NOW)
    assert authentication.account_of_token(conn, secret, now=NOW) is not None


def test_disabling_an_account_ends_its_tokens_and_its_password(conn: Any) -> None:
    _, secret = authentication.issue_token(conn, "khaosat", label="", now=NOW)
    accounts.disable_account(conn, "khaosat", now=NOW)
    assert authentication.account_of_token(conn, secret, now=NOW) is None
    assert not authentication.check_password(conn, "khaosat", "mot hai ba bon")
    with pytest.raises(NoSuchThing):
        authentication.issue_token(conn, "khaosat", label="", now=NOW)


def test_a_role_is_held_from_its_first_to_its_last_day(conn: Any) -> None:
    grant(conn, "surveyor", valid_from=date(2022, 3, 1), valid_until=date(2022, 3, 31))
    assert roles_on(conn, date(2022, 2, 28)) == []
    assert roles_on(conn, date(2022, 3, 1)) == ["surveyor"]
    assert roles_on(conn, date(2022, 3, 31)) == ["surveyor"]
    assert roles_on(conn, date(2022, 4, 1)) == []


def test_a_role_that_ends_today_is_gone_tomorrow(conn: Any) -> None:
    role = grant(conn, "surveyor")
    accounts.end_role(conn, "khaosat", role, last_day=date(2022, 12, 15))
    assert roles_on(conn, date(2022, 12, 15)) == ["surveyor"]
    assert roles_on(conn, date(2022, 12, 16)) == []


def test_a_role_that_had_not_begun_is_taken_back(conn: Any) -> None:
    role = grant(conn, "surveyor", valid_from=date(2023, 1, 1))
    accounts.end_role(conn, "khaosat", role, last_day=date(2022, 12, 15))
    assert roles_on(conn, date(2023, 1, 1)) == []


def test_a_role_of_another_account_cannot_be_ended_in_its_name(conn: Any) -> None:
    role = grant(conn, "surveyor")
    with pytest.raises(NoSuchThing):
        accounts.end_role(conn, "khac", role, last_day=date(2022, 12, 15))
    with pytest.raises(NoSuchThing):
        accounts.end_role(conn, "khaosat", uuid4(), last_day=date(2022, 12, 15))


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("surveyor", "chairman"),
        ("chairman", "case_worker"),
        ("administrator", "auditor"),
        ("inspector", "administrator"),
    ],
)
def test_roles_that_exclude_each_other_are_not_held_at_once(
    conn: Any, held: str, asked: str
) -> None:
    grant(conn, held)
    with pytest.raises(RolesExclude):
        grant(conn, asked, area="48@2004-07-08")


def test_a_surveyor_may_become_chairman_when_the_first_role_has_ended(conn: Any) -> None:
    grant(conn, "surveyor", valid_until=date(2022, 6, 30))
    grant(conn, "chairman", valid_from=date(2022, 7, 1))
    assert roles_on(conn, date(2022, 7, 1)) == ["chairman"]


def test_a_role_cannot_end_before_it_begins(conn: Any) -> None:
    with pytest.raises(DatesReversed):
        grant(conn, "surveyor", valid_until=date(2021, 12, 31))


def test_an_account_name_is_taken_once_and_is_plain(conn: Any) -> None:
    with pytest.raises(AccountTaken):
        accounts.create_account(conn, account="khaosat", name="Khác", created_by="t", now=NOW)
    with pytest.raises(AccountNameRefused):
        accounts.create_account(conn, account="Khảo Sát", name="Khác", created_by="t", now=NOW)


def test_a_role_is_refused_to_an_account_that_does_not_exist(conn: Any) -> None:
    with pytest.raises(NoSuchThing):
        grant(conn, "surveyor", account="khongco")
