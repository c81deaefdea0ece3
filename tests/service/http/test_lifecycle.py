"""What surrounds every request: errors of one shape, limits, logs without persons, figures."""

import json
import re
from typing import Any

import pytest
import structlog
from redis import Redis

from tests.service.bodies import REGISTER
from tests.service.conftest import Office

H = "/api/v1/households"
PROBLEM = {"type", "title", "status", "detail", "code", "values", "request_id"}


def sent(office: Office, method: str, path: str, **more: Any) -> Any:
    token = {"Authorization": f"Bearer {office.tokens['case_worker']}"}
    headers = {**token, **more.pop("headers", {})}
    return office.app.test_client().open(path, method=method, headers=headers, **more)


def told(answer: Any) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    assert set(answer.json) >= PROBLEM
    assert answer.json["status"] == answer.status_code
    assert answer.headers["X-Request-Id"] == answer.json["request_id"]
    return answer.status_code, answer.json["code"]


def test_errors_of_every_kind_have_the_one_body(office: Office) -> None:
    json_type = {"content_type": "application/json"}
    assert told(sent(office, "GET", "/api/v1/nothing")) == (404, "not_found")
    assert told(sent(office, "GET", f"{H}/not-an-id")) == (404, "not_found")
    assert told(sent(office, "PATCH", H)) == (405, "method_not_allowed")
    assert told(sent(office, "OPTIONS", H)) == (405, "method_not_allowed")
    assert told(sent(office, "POST", H, data=b"{", **json_type)) == (400, "malformed")
    assert told(sent(office, "POST", H, data=b"")) == (415, "wrong_content_type")
    assert told(sent(office, "POST", H, data={"a": "b"})) == (415, "wrong_content_type")
    assert told(sent(office, "GET", f"{H}?limit=0")) == (422, "fields_refused")
    assert told(sent(office, "POST", "/api/v1/imports", json={})) == (415, "wrong_content_type")


def test_a_wrong_method_names_the_right_ones(office: Office) -> None:
    assert sent(office, "PATCH", H).headers["Allow"] == "GET, HEAD, POST"


def test_a_body_over_the_limit_is_refused_before_it_is_read(office: Office) -> None:
    body = json.dumps({**REGISTER, "address": "x" * 2_000_000})
    answer = sent(office, "POST", H, data=body, content_type="application/json")
    assert told(answer) == (413, "body_too_large")


def test_control_characters_are_refused_wherever_they_are(office: Office) -> None:
    body = json.dumps({**REGISTER, "village": "Tổ\u0000 3"})
    answer = sent(office, "POST", H, data=body, content_type="application/json")
    assert told(answer) == (422, "fields_refused")
    assert answer.json["errors"][0]["code"] == "control_character"
    assert told(sent(office, "GET", f"{H}?q=%00")) == (422, "fields_refused")
    assert told(sent(office, "GET", f"{H}/%00")) == (404, "not_found")


def test_names_of_every_people_are_kept(office: Office) -> None:
    members = [{"name": "Y Sen Ê Ban", "relation": "head", "ethnicity": "Ê Đê"},
               {"name": "H'Mai Ksơr", "relation": "child", "ethnicity": "M'Nông"}]  # fmt: skip
    shown = office.household(members=members)["household"]["members"]
    assert [(one["name"], one["ethnicity"]) for one in shown] == [
        ("Y Sen Ê Ban", "Ê Đê"),
        ("H'Mai Ksơr", "M'Nông"),
    ]


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer socai_" + "a" * 43, "Bearer socai_ă"],
)
def test_without_a_token_that_works_nobody_gets_in(office: Office, given: str) -> None:
    Redis.from_url(office.services.settings.redis_url).flushall()
    answer = office.app.test_client().get(
        H, headers={"Authorization": given.encode().decode("latin-1")}
    )
    assert told(answer) == (401, "not_signed_in")


def test_logs_name_the_route_and_the_account_and_no_person(office: Office) -> None:
    with structlog.testing.capture_logs() as lines:
        office.request("case_worker", "GET", f"{H}?q=Quýt bí mật")
        office.household(members=[{"name": "Lý Thị Bí Mật", "relation": "head"}])
        office.request("case_worker", "GET", f"{H}/00000000-0000-0000-0000-000000000000")
    text = json.dumps(lines, ensure_ascii=False, default=str)
    assert "/api/v1/households/<uuid:household_id>" in text
    assert '"account": "case_worker"' in text
    for secret in ("Quýt", "Bí Mật", "00000000-0000", office.tokens["case_worker"]):
        assert secret not in text


def test_a_failure_of_our_own_is_told_without_its_message(office: Office, monkeypatch: Any) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("Lý Thị Bí Mật")

    monkeypatch.setattr("service.households.list_query.household_list", fail)
    with structlog.testing.capture_logs() as lines:
        answer = office.request("case_worker", "GET", H)
    assert told(answer) == (500, "internal")
    assert "Bí Mật" not in answer.get_data(as_text=True)
    (logged,) = [line for line in lines if line["event"] == "failure"]
    assert logged["error"] == "ValueError"
    assert "test_lifecycle.py" in logged["frames"][-1]
    assert "Bí Mật" not in json.dumps(lines, ensure_ascii=False, default=str)


def test_it_is_alive_ready_and_measured(office: Office) -> None:
    client = office.app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    office.household()
    office.workers_beat()
    ready = client.get("/readyz").json
    assert (ready["status"], ready["database"], ready["queue"]) == ("ok", "ok", "ok")
    assert (ready["lag"], ready["parked"]) == (0, 0)
    figures = client.get("/metrics").get_data(as_text=True)
    assert f"socai_ledger_length {float(ready['ledger_length'])}" in figures
    assert 'socai_lag{model="register"} 0.0' in figures
    assert 'route="/api/v1/households",status="201"' in figures
    labels = re.findall(r"\{.*\}", figures)  # any five digits may stand in a moment
    assert not [label for label in labels if "19804" in label]


def test_without_the_queue_it_is_ready_and_says_so(office: Office, monkeypatch: Any) -> None:
    def gone(*_: Any) -> None:
        from redis.exceptions import ConnectionError as Gone

        raise Gone

    monkeypatch.setattr(type(office.services.redis), "ping", gone)
    ready = office.app.test_client().get("/readyz")
    assert (ready.status_code, ready.json["status"]) == (200, "degraded")


def test_what_a_request_read_through_goes_back_however_it_ends(
    office: Office, monkeypatch: Any
) -> None:
    single = office.services.single
    taken = single.get_stats().get("requests_num", 0)
    nowhere = f"{H}/00000000-0000-0000-0000-000000000000"
    for path in (H, nowhere, "/ho", "/dang-nhap"):
        office.request("case_worker", "GET", path)
    monkeypatch.setattr("service.households.list_query.household_list", lambda *_: 1 / 0)
    office.request("case_worker", "GET", H)
    now = single.get_stats()
    assert now["requests_num"] > taken
    assert now["pool_available"] == now["pool_size"]


def test_without_the_database_it_answers_503_and_says_when_to_come_back(
    office: Office, monkeypatch: Any
) -> None:
    from psycopg_pool import PoolTimeout

    def gone(*_: Any, **__: Any) -> None:
        raise PoolTimeout

    monkeypatch.setattr(type(office.services.pool), "connection", gone)
    monkeypatch.setattr(type(office.services.single), "getconn", gone)
    for path in ("/readyz", H):
        answer = office.request("case_worker", "GET", path)
        assert told(answer) == (503, "unavailable")
        assert answer.headers["Retry-After"] == "2"
    assert b"socai_database_up 0.0" in office.app.test_client().get("/metrics").data
