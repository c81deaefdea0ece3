"""Signing in, tokens, and the accounts page of the administrator, over HTTP."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from redis import Redis

from domain.areas.commands import NewUnit
from domain.commands.command import CommandContext, Document
from service.access import accounts, authentication
from tests.calls import areas_of
from tests.service.conftest import CITY, FIRST_DAY, HUONG_SO, NOW, SETTER, Office

PASSWORD = "mot hai ba bon nam"
WHY = {"reason": "Theo quyết định 12/QĐ-UBND"}


@pytest.fixture
def signer(office: Office) -> str:
    Redis.from_url(office.services.settings.redis_url).flushall()
    with psycopg.connect(office.database.url) as conn:
        accounts.set_password(conn, "case_worker", PASSWORD)
        # Tokens end with the password.
        _, office.tokens["case_worker"] = authentication.issue_token(
            conn, "case_worker", label="", now=NOW
        )
    return "case_worker"


def sign_in(office: Office, account: str, password: str = PASSWORD, **more: Any) -> Any:
    body = {"account": account, "password": password, **more}
    return office.request("", "POST", "/api/v1/tokens", body)


def test_a_password_gives_a_token_that_works_and_can_be_ended(office: Office, signer: str) -> None:
    given = sign_in(office, signer, label="máy tính bảng", days=3)
    assert given.status_code == 201
    office.tokens["tablet"] = given.json["token"]
    me = office.request("tablet", "GET", "/api/v1/me").json
    assert me["account"] == signer
    assert [(held["role"], held["area"]) for held in me["roles"]] == [("case_worker", HUONG_SO)]
    mine = office.request("tablet", "GET", "/api/v1/tokens").json["items"]
    (tablet,) = [token for token in mine if token["label"] == "máy tính bảng"]
    assert "token" not in tablet
    assert office.request("tablet", "DELETE", f"/api/v1/tokens/{tablet['id']}").status_code == 204
    assert office.request("tablet", "GET", "/api/v1/me").status_code == 401


def test_a_token_is_over_when_its_days_are(office: Office, signer: str) -> None:
    office.tokens["short"] = sign_in(office, signer, days=1).json["token"]
    office.clock.now = NOW + timedelta(days=1)
    assert office.request("short", "GET", "/api/v1/me").status_code == 401


def test_after_five_wrong_passwords_even_the_right_one_waits(office: Office, signer: str) -> None:
    for _ in range(5):
        wrong = sign_in(office, signer, "sai")
        assert (wrong.status_code, wrong.json["code"]) == (401, "wrong_password")
    refused = sign_in(office, signer)
    assert (refused.status_code, refused.json["code"]) == (429, "too_many_failures")
    assert int(refused.headers["Retry-After"]) > 0
    assert office.request(signer, "GET", "/api/v1/me").status_code == 200


def test_an_unknown_account_is_told_the_same(office: Office, signer: str) -> None:
    unknown = sign_in(office, "khong.co").json
    wrong = sign_in(office, signer, "sai").json
    assert {**unknown, "request_id": ""} == {**wrong, "request_id": ""}


def test_who_keeps_sending_wrong_tokens_waits_and_a_right_one_still_works(
    office: Office, signer: str
) -> None:
    office.tokens["forged"] = "socai_" + "x" * 43
    codes = [office.request("forged", "GET", "/api/v1/me").status_code for _ in range(51)]
    assert codes == [401] * 50 + [429]
    assert office.request(signer, "GET", "/api/v1/me").status_code == 200


def test_the_administrator_makes_accounts_gives_roles_and_ends_them(office: Office) -> None:
    body = {
        "account": "canbo.moi",
        "name": "Đoàn Văn Mới",
        "password": PASSWORD,
        "roles": [{"role": "case_worker", "area": HUONG_SO}],
    }
    made = office.request("administrator", "POST", "/api/v1/accounts", body, key="k-account")
    assert made.status_code == 201
    assert PASSWORD not in made.get_data(as_text=True)
    again = office.request("administrator", "POST", "/api/v1/accounts", body, key="k-account")
    assert (again.status_code, again.json) == (201, made.json)
    taken = office.request("administrator", "POST", "/api/v1/accounts", body)
    assert (taken.status_code, taken.json["code"]) == (409, "account_taken")

    one = "/api/v1/accounts/canbo.moi"
    chairman = {"role": "chairman", "area": HUONG_SO}
    refused = office.request("administrator", "POST", f"{one}/roles", chairman)
    assert (refused.status_code, refused.json["code"]) == (409, "roles_exclude")
    role = made.json["roles"][0]["id"]
    ended = office.request("administrator", "POST", f"{one}/roles/{role}/end", WHY)
    assert ended.json["roles"][0]["valid_until"] == "2023-12-20"
    disabled = office.request("administrator", "POST", f"{one}/disabled", WHY)
    assert disabled.json["disabled_at"] is not None
    assert office.request("administrator", "GET", "/api/v1/accounts/khong.co").status_code == 404


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ({"role": "auditor", "area": "99999@2004-07-08"}, "area_unknown"),
        ({"role": "auditor", "area": "46"}, "fields_refused"),
        ({"role": "king", "area": ""}, "fields_refused"),
        ({"role": "auditor", "area": "", "valid_from": "2022-02-02", "valid_until": "2022-01-01"},
         "dates_reversed"),
    ],
)  # fmt: skip
def test_a_role_is_held_in_a_unit_that_exists_and_for_a_time(
    office: Office, role: dict[str, str], code: str
) -> None:
    answer = office.request("administrator", "POST", "/api/v1/accounts/nobody/roles", role)
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_a_role_begins_on_a_day_on_which_its_unit_is_in_force(office: Office) -> None:
    """As the page demands it, by the same refusal; also with a new account."""
    areas = areas_of(office.services.application)
    old, ended = f"19801@{FIRST_DAY}", date(2023, 7, 1)

    def on(day: date) -> CommandContext:
        return CommandContext(day, SETTER, uuid4(), NOW, Document("124/2004/QĐ-TTg"))

    areas.establish(on(FIRST_DAY), NewUnit("19801", "Phường Cũ", parent=CITY))
    areas.close(old, on(ended), reason="error")
    areas.refresh()
    office.request("administrator", "POST", "/api/v1/accounts", {"account": "co", "name": "Cơ"})
    path = "/api/v1/accounts/co/roles"
    for day in (None, "2023-07-01", "2004-07-07"):
        role = {"role": "auditor", "area": old, "valid_from": day}
        answer = office.request("administrator", "POST", path, role)
        assert (answer.status_code, answer.json["code"]) == (422, "area_not_valid_on"), day
        body = {"account": "co.hai", "name": "Cơ", "roles": [role]}
        answer = office.request("administrator", "POST", "/api/v1/accounts", body)
        assert (answer.status_code, answer.json["code"]) == (422, "area_not_valid_on"), day
    assert office.request("administrator", "GET", "/api/v1/accounts/co.hai").status_code == 404
    role = {"role": "auditor", "area": old, "valid_from": "2023-06-30"}
    assert office.request("administrator", "POST", path, role).status_code == 201


def test_accounts_are_paged_by_name(office: Office) -> None:
    first = office.request("administrator", "GET", "/api/v1/accounts?limit=3").json
    after = f"/api/v1/accounts?limit=3&after={first['next']}"
    second = office.request("administrator", "GET", after).json
    names = [one["account"] for one in (*first["items"], *second["items"])]
    assert names == sorted(names)
    assert len(set(names)) == 6
