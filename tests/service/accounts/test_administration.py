"""Acts of administration are facts; an administrator acts within an area only."""

import re
from datetime import timedelta
from typing import Any

import argon2
import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, RaiseException
from redis import Redis

from service.access import accounts, acts, authentication
from service.access.acts import By
from tests.service.conftest import AN_HOA, HA_TINH, HUE, HUONG_SO, NOW, THACH_LINH, Office

A = "/api/v1/accounts"
WHY = {"reason": "Theo quyết định 12/QĐ-UBND"}
PASSWORD = "mot hai ba bon nam"


@pytest.fixture(scope="module", autouse=True)
def hue(office: Office) -> None:
    """An administrator of Huế alone."""
    office.account("hue.admin", ("administrator", HUE))


def log(office: Office, account: str, watcher: str = "auditor") -> list[tuple[Any, ...]]:
    """The acts on an account as an auditor reads them: (actor, act, role, reason), oldest first."""
    answer = office.request(watcher, "GET", f"/api/v1/administration?account={account}")
    assert answer.status_code == 200, answer.json
    return [
        (one["actor"], one["act"], one["role"], one["reason"])
        for one in reversed(answer.json["items"])
    ]


def test_every_act_on_an_account_is_kept_with_who_and_why(office: Office) -> None:
    body = {
        "account": "ke.toan",
        "name": "Người Kế Toán",
        "reason": "Tuyển dụng",
        "roles": [{"role": "case_worker", "area": HUONG_SO}],
    }
    made = office.request("administrator", "POST", A, body)
    assert made.status_code == 201, made.json
    at = f"{A}/ke.toan"
    role = {"role": "surveyor", "area": HUONG_SO, "reason": "Kiêm nhiệm"}
    given = office.request("administrator", "POST", f"{at}/roles", role).json["roles"]
    (first,) = [one["id"] for one in given if one["role"] == "case_worker"]
    for path in (f"roles/{first}/end", "password", "disabled"):
        assert office.request("administrator", "POST", f"{at}/{path}", WHY).status_code in (
            200,
            201,
        )
    assert office.request("hue.admin", "POST", f"{at}/reopened", WHY).status_code == 200
    why = WHY["reason"]
    assert log(office, "ke.toan") == [
        ("administrator", "account_made", None, "Tuyển dụng"),
        ("administrator", "role_given", "case_worker", "Tuyển dụng"),
        ("administrator", "role_given", "surveyor", "Kiêm nhiệm"),
        ("administrator", "role_ended", "case_worker", why),
        ("administrator", "password_reset", None, why),
        ("administrator", "disabled", None, why),
        ("hue.admin", "reopened", None, why),
    ]


def test_what_is_done_without_a_reason_is_refused(office: Office) -> None:
    office.account("khong.ly.do", ("auditor", HUE))
    for path in ("disabled", "reopened", "password"):
        for body in ({}, {"reason": "vì"}):
            answer = office.request("administrator", "POST", f"{A}/khong.ly.do/{path}", body)
            assert (answer.status_code, answer.json["code"]) == (422, "fields_refused")
            assert answer.json["errors"][0]["field"] == "body.reason"


def test_an_act_is_read_where_the_account_works_and_nowhere_else(office: Office) -> None:
    office.account("o.hue", ("case_worker", HUONG_SO))
    assert office.request("administrator", "POST", f"{A}/o.hue/password", WHY).status_code == 201
    assert "password_reset" in str(log(office, "o.hue"))
    assert log(office, "o.hue", "far.auditor") == []
    assert office.request("administrator", "GET", "/api/v1/administration").status_code == 403


def test_no_role_of_the_service_changes_adds_or_takes_away_an_act(database: Any) -> None:
    with psycopg.connect(database.url, autocommit=True) as conn:
        accounts.create_account(conn, account="an", name="An", created_by="t", now=NOW)
        for statement in (
            "update office.acts set reason = 'x'",
            "delete from office.acts",
            "truncate office.acts",
            "insert into office.acts (acted_at, actor, account, act, reason, areas)"
            " values (now(), 'x', 'an', 'disabled', '', '{}')",
            "select office.note_act('an', 'disabled', '{}')",
        ):
            with pytest.raises(InsufficientPrivilege):
                conn.execute(statement)
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        for statement in ("update office.acts set reason = 'x'", "delete from office.acts"):
            with pytest.raises(RaiseException, match="append-only"):
                owner.execute(statement)


def test_a_change_that_names_nobody_is_that_of_the_database_role(database: Any) -> None:
    with psycopg.connect(database.url, autocommit=True) as conn:
        accounts.create_account(conn, account="an", name="An", created_by="t", now=NOW)
        conn.execute("update office.accounts set disabled_at = now() where account = 'an'")
        found = acts.acts_in(conn, None, account="an", limit=9)
    assert [(one.actor, one.act) for one in found] == [
        ("database:socai_app", "disabled"),
        ("t", "account_made"),
    ]


def test_who_acts_does_not_outlive_the_act_in_a_longer_transaction(database: Any) -> None:
    with psycopg.connect(database.url) as conn:
        accounts.create_account(conn, account="an", name="An", created_by="t", now=NOW)
        accounts.set_password(conn, "an", PASSWORD, by=By("quantri", NOW, "quên"))
        conn.execute("update office.accounts set disabled_at = now() where account = 'an'")
        (last, *_) = acts.acts_in(conn, None, account="an", limit=1)
    assert (last.actor, last.act) == ("database:socai_app", "disabled")


@pytest.mark.parametrize("path", ["", "/roles", "/password", "/disabled", "/reopened"])
def test_an_account_of_another_area_looks_as_if_it_did_not_exist(office: Office, path: str) -> None:
    if path == "":
        answers = [
            office.request("hue.admin", "GET", f"{A}/{one}") for one in ("far.chairman", "x.y")
        ]
    else:
        body = {"role": "auditor", "area": HUE} if path == "/roles" else WHY
        answers = [
            office.request("hue.admin", "POST", f"{A}/{one}{path}", body)
            for one in ("far.chairman", "x.y")
        ]
    for answer in answers:
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert {**answers[0].json, "request_id": ""} == {**answers[1].json, "request_id": ""}


def test_an_administrator_lists_and_gives_roles_within_the_area_only(office: Office) -> None:
    office.account("two.places", ("auditor", HUE), ("auditor", HA_TINH))
    found: list[str] = []
    after = ""
    while after is not None:
        page = office.request("hue.admin", "GET", f"{A}?limit=2&after={after}").json
        found += [one["account"] for one in page["items"]]
        after = page["next"]
    assert {"case_worker", "auditor", "hue.admin"} <= set(found)
    assert not {"far.case_worker", "administrator", "two.places"} & set(found)
    body = {"account": "moi.hue", "name": "Mới"}
    assert office.request("hue.admin", "POST", A, body).status_code == 201
    at = f"{A}/moi.hue/roles"
    for area, status in ((HUONG_SO, 201), (AN_HOA, 201), (THACH_LINH, 403), ("", 403)):
        role = {"role": "auditor", "area": area}
        assert office.request("hue.admin", "POST", at, role).status_code == status, area
    outside = {**body, "account": "moi.ht", "roles": [{"role": "auditor", "area": HA_TINH}]}
    assert office.request("hue.admin", "POST", A, outside).status_code == 403
    assert office.request("administrator", "GET", f"{A}/moi.ht").status_code == 404
    # Whoever holds a role elsewhere as well is administered from above.
    refused = office.request("hue.admin", "POST", f"{A}/two.places/password", WHY)
    assert refused.status_code == 404


def test_who_disabled_an_account_does_not_open_it_again(office: Office) -> None:
    office.account("nghi.viec", ("auditor", HUE))
    at = f"{A}/nghi.viec"
    assert office.request("hue.admin", "POST", f"{at}/disabled", WHY).status_code == 200
    assert office.request("nghi.viec", "GET", "/api/v1/me").status_code == 401
    refused = office.request("hue.admin", "POST", f"{at}/reopened", WHY)
    assert (refused.status_code, refused.json["code"]) == (409, "other_administrator")
    opened = office.request("administrator", "POST", f"{at}/reopened", WHY)
    assert opened.json["disabled_at"] is None
    assert [held["role"] for held in opened.json["roles"]] == ["auditor"]
    # The tokens that ended with it stay ended.
    assert office.request("nghi.viec", "GET", "/api/v1/me").status_code == 401


def test_a_one_time_password_gives_no_token_and_ends_those_there_were(office: Office) -> None:
    Redis.from_url(office.services.settings.redis_url).flushall()
    office.account("quen.mk", ("auditor", HUE))
    given = office.request("administrator", "POST", f"{A}/quen.mk/password", WHY, key="reset")
    password = given.json["password"]
    assert re.fullmatch(r"[\w-]{16}", password)
    assert office.request("quen.mk", "GET", "/api/v1/me").status_code == 401
    body = {"account": "quen.mk", "password": password}
    refused = office.request("", "POST", "/api/v1/tokens", body)
    assert (refused.status_code, refused.json["code"]) == (403, "password_to_change")
    again = office.request("administrator", "POST", f"{A}/quen.mk/password", WHY, key="reset")
    assert (again.status_code, again.json["password"]) == (201, None)
    office.clock.now = NOW + accounts.ONCE_FOR
    over = office.request("", "POST", "/api/v1/tokens", body)
    assert (over.status_code, over.json["code"]) == (401, "password_over")


def test_tokens_end_with_the_password(office: Office) -> None:
    token = office.account("doi.mk", ("auditor", HUE))
    assert token
    assert office.request("doi.mk", "GET", "/api/v1/me").status_code == 200
    with psycopg.connect(office.database.url) as conn:
        accounts.set_password(conn, "doi.mk", PASSWORD, by=By("doi.mk", NOW))
    assert office.request("doi.mk", "GET", "/api/v1/me").status_code == 401
    assert [act for _, act, _, _ in log(office, "doi.mk")][-2:] == [
        "password_changed",
        "token_ended",
    ]


def test_making_and_ending_a_token_is_an_act(office: Office) -> None:
    Redis.from_url(office.services.settings.redis_url).flushall()
    office.account("tu.lam", ("auditor", HUE))
    with psycopg.connect(office.database.url) as conn:
        accounts.set_password(conn, "tu.lam", PASSWORD, by=By("tu.lam", NOW))
    body = {"account": "tu.lam", "password": PASSWORD, "label": "báo cáo"}
    made = office.request("", "POST", "/api/v1/tokens", body).json
    office.tokens["tu.lam"] = made["token"]
    assert office.request("tu.lam", "DELETE", f"/api/v1/tokens/{made['id']}").status_code == 204
    assert [one[:2] for one in log(office, "tu.lam")][-2:] == [
        ("tu.lam", "token_made"),
        ("tu.lam", "token_ended"),
    ]


def test_a_password_under_newer_parameters_is_no_act(database: Any) -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    with psycopg.connect(database.url) as conn:
        accounts.create_account(conn, account="an", name="An", created_by="t", now=NOW)
        conn.execute("update office.accounts set password_hash = %s", [weak])
        before = len(acts.acts_in(conn, None, account="an", limit=9))
        assert authentication.check_password(conn, "an", PASSWORD)
        row = conn.execute("select password_hash from office.accounts").fetchone()
        assert row is not None
        assert row[0] != weak
        assert len(acts.acts_in(conn, None, account="an", limit=9)) == before


def test_a_sign_in_is_logged_with_address_and_outcome_and_no_word_typed(
    office: Office, capsys: Any
) -> None:
    Redis.from_url(office.services.settings.redis_url).flushall()
    with psycopg.connect(office.database.url) as conn:
        accounts.create_account(
            conn, account="ghi.lai", name="Ghi Lại", password=PASSWORD, created_by="t", now=NOW
        )
    for name, password in (("ghi.lai", PASSWORD), ("ghi.lai", "sai"), ("tran.van.bi.mat", "x")):
        office.request("", "POST", "/api/v1/tokens", {"account": name, "password": password})
    said = [line for line in capsys.readouterr().out.splitlines() if "sign_in " in line]
    told = [tuple(re.findall(r"(?:account|address|outcome)=(\S+)", line)) for line in said]
    assert told == [
        ("ghi.lai", "127.0.0.1", "signed_in"),
        ("ghi.lai", "127.0.0.1", "wrong_password"),
        ("unknown", "127.0.0.1", "wrong_password"),
    ]
    assert "bi.mat" not in str(said)


def test_a_refusal_is_logged_with_account_address_and_outcome(office: Office, capsys: Any) -> None:
    office.request("surveyor", "GET", A)
    office.request("far.chairman", "GET", f"/api/v1/households?area={HUONG_SO}")
    said = [line for line in capsys.readouterr().out.splitlines() if "refused " in line]
    told = [tuple(re.findall(r"(?:account|address|outcome)=(\S+)", line)) for line in said]
    assert told == [
        ("surveyor", "127.0.0.1", "not_allowed"),
        ("far.chairman", "127.0.0.1", "outside_area"),
    ]


@pytest.mark.parametrize(
    "typed", ["aUditor", " auditor ", "\u212aiemtoan", "аuditor", "auditor\u00a0"]
)
def test_a_name_is_compared_in_ascii_alone(typed: str) -> None:
    from service.access.authentication import account_name

    assert account_name(typed) == ("auditor" if typed.isascii() else "")


def test_a_province_administrator_still_sees_an_account_whose_roles_have_ended(
    office: Office,
) -> None:
    office.account("het.vai", ("auditor", HUE))
    role = office.request("hue.admin", "GET", f"{A}/het.vai").json["roles"][0]["id"]
    assert (
        office.request("hue.admin", "POST", f"{A}/het.vai/roles/{role}/end", WHY).status_code == 200
    )
    office.clock.now = NOW + timedelta(days=2)
    assert office.request("hue.admin", "GET", f"{A}/het.vai").status_code == 200
