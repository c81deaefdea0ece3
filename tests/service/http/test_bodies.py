"""What every POST route refuses before it asks what is meant: a body with two readings, or none."""

import io
from typing import Any
from uuid import uuid4

import pytest

from tests.service.bodies import REGISTER
from tests.service.conftest import HUONG_SO, Office
from tests.service.expectations import API
from tests.service.expected import ANYBODY

OF_A_FILE = ("/imports", "/attachments", "/grant-lists")
JSON_DOORS = sorted(
    route for route in API if route.startswith("POST ") and not route.endswith(OF_A_FILE)
)


def send(office: Office, route: str, data: bytes, **headers: str) -> Any:
    method, path = route.split(" ")
    names = (
        "household_id", "person_id", "token_id", "role_id", "import_id", "line_id", "case_id",
        "round_id", "request_id", "batch_id", "grant_batch_id", "grant_list_id",
        "target_id",
        "activity_id", "model_id", "duplicate_id", "search_id", "report_id", "certificate_id",
        "officer_id",
        "contest_id",
    )  # fmt: skip
    ids = {name: str(uuid4()) for name in names}
    path = path.format(
        **ids, unit=HUONG_SO, name="nobody", entry=2, row=4, code="x1", programme="x1",
        digest="0" * 64, photo="0" * 64,
    )  # fmt: skip
    roles = API[route].roles
    account = "case_worker" if roles == ANYBODY else roles.split()[0]
    return office.app.test_client().open(
        path,
        method=method,
        data=data,
        headers={
            "Authorization": f"Bearer {office.tokens[account]}",
            "Content-Type": "application/json",
            "If-Match": '"1"',
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )


@pytest.mark.parametrize("route", JSON_DOORS)
def test_a_key_twice_is_refused_by_name_at_every_door(office: Office, route: str) -> None:
    for body, field in (
        (b'{"effective_on": "2022-01-01", "effective_on": "2022-01-02"}', "body.effective_on"),
        (b'{"member": {"name": "A", "name": "B"}}', "body.member.name"),
        (b'{"members": [{"x": 1}, {"name": "A", "name": "A"}]}', "body.members.1.name"),
        ('{"ê": 1, "e\u0302": 2}'.encode(), "body.ê"),
    ):
        answer = send(office, route, body)
        assert answer.status_code == 400, answer.json
        assert answer.json["code"] == "given_twice"
        assert answer.json["values"] == {"field": field}


@pytest.mark.parametrize("route", JSON_DOORS)
def test_what_is_no_number_and_no_text_is_refused_by_name_at_every_door(
    office: Office, route: str
) -> None:
    for literal in (b"NaN", b"Infinity", b"-Infinity", b"1e400", b"9" * 5000, b"9" * 30):
        answer = send(office, route, b'{"answers": {"q": [' + literal + b"]}}")
        assert answer.status_code == 400, (literal[:9], answer.json)
        assert answer.json["values"] == {"field": "body.answers.q.0"}
    for text in (rb"\u0000", rb"\ud800", rb"\u001b", rb"\u202e"):
        answer = send(office, route, b'{"note": "a' + text + b'"}')
        assert answer.status_code == 422
        assert answer.json["errors"][0]["field"] == "body.note"


@pytest.mark.parametrize("route", ["POST /api/v1/imports", *JSON_DOORS])
@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 201])
def test_an_idempotency_key_that_is_none_is_refused_by_name(
    office: Office, route: str, key: str
) -> None:
    if route == "POST /api/v1/imports":
        answer = upload(office, Idempotency_Key=key)
    else:
        answer = send(office, route, b"{}", Idempotency_Key=key)
    assert answer.status_code in (400, 422)  # 422 where {} lacks a field, which is said first
    if answer.status_code == 400:
        assert answer.json["values"] == {"header": "Idempotency-Key"}


def test_a_registration_with_an_empty_key_records_nothing(office: Office) -> None:
    answer = office.request("case_worker", "POST", "/api/v1/households", REGISTER, key="")
    assert answer.status_code == 400
    assert answer.json["values"] == {"header": "Idempotency-Key"}


def upload(office: Office, data: Any = None, **headers: str) -> Any:
    file = (io.BytesIO(b"PK"), "a.xlsx")
    return office.app.test_client().post(
        "/api/v1/imports",
        data=data or {"file": file, "area": HUONG_SO},
        headers={
            "Authorization": f"Bearer {office.tokens['case_worker']}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )


def test_a_form_field_or_a_file_twice_is_refused_by_name(office: Office) -> None:
    def file(name: str = "a.xlsx") -> tuple[io.BytesIO, str]:
        return io.BytesIO(b"PK"), name

    for data, field in (
        ({"file": file(), "area": [HUONG_SO, HUONG_SO]}, "area"),
        ({"file": [file(), file("b.xlsx")], "area": HUONG_SO}, "file"),
        ({"file": [file(), "text"], "area": HUONG_SO}, "file"),
        ({"file": file(), "area": HUONG_SO, "dry_run": ["true", "false"]}, "dry_run"),
    ):
        answer = upload(office, data)
        assert answer.status_code == 400, answer.json
        assert answer.json["code"] == "given_twice"
        assert answer.json["values"] == {"field": field}


def test_a_file_name_that_is_no_text_is_refused_by_name(office: Office) -> None:
    answer = upload(office, {"file": (io.BytesIO(b"PK"), "a\x1bb.xlsx"), "area": HUONG_SO})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "body.file"


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1/counts?area={HUONG_SO}&area={HUONG_SO}",
        "/api/v1/households?area=19804&limit=1&limit=2&area=19804",
    ],
)
def test_a_parameter_twice_is_answered_as_a_key_twice_is(office: Office, path: str) -> None:
    answer = office.request("case_worker", "GET", path)
    assert (answer.status_code, answer.json["code"]) == (400, "given_twice")
    assert answer.json["values"]["field"] in ("query.area", "query.limit")
