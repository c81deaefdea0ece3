"""What may come in over the wire, and what is refused by name."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from service.capabilities import problem_table
from service.http import parsing
from service.http.parsing import Day, Input, Moment, QueryInteger
from service.problems import BodyTooLarge, FieldsRefused, Malformed, WrongContentType


class Body(Schema):
    class Meta:
        unknown = RAISE

    name = fields.String(required=True)
    answers = fields.Dict()


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask("test")
    app.config["MAX_CONTENT_LENGTH"] = 1000
    return app


def parsed(app: Flask, data: bytes, content_type: str = "application/json") -> Any:
    with app.test_request_context("/", method="POST", data=data, content_type=content_type):
        return parsing.json_body(request, Body())


def refused(app: Flask, data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(FieldsRefused) as caught:
        parsed(app, data)
    return [(error["field"], error["code"]) for error in caught.value.errors]


def test_text_becomes_nfc_and_keeps_its_apostrophes(app: Flask) -> None:
    decomposed = '{"name": "Y M\'No\u0302ng \u00ca \u0110e\u0302"}'.encode()
    assert parsed(app, decomposed)["name"] == "Y M'Nông Ê Đê"


def test_an_unknown_field_is_refused_by_its_name(app: Flask) -> None:
    assert refused(app, b'{"name": "a", "nmae": "b"}') == [("body.nmae", "unknown_field")]


def test_a_missing_field_is_refused_by_its_name(app: Flask) -> None:
    assert refused(app, b"{}") == [("body.name", "required")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (rb'{"name": "a\u0000b"}', "control_character"),
        (rb'{"name": "a\u001bb"}', "control_character"),
        (rb'{"name": "\ud800"}', "not_text"),
        (rb'{"name": "abc\u202egnp"}', "not_text"),
    ],
)
def test_text_that_is_no_text_is_refused(app: Flask, data: bytes, code: str) -> None:
    assert refused(app, data) == [("body.name", code)]


def test_text_is_checked_wherever_it_stands(app: Flask) -> None:
    inner = rb'{"name": "a", "answers": {"x": ["b", {"c": "\u0000"}]}}'
    assert refused(app, inner) == [("body.answers.x.1.c", "control_character")]
    name = rb'{"name": "a", "answers": {"\ud800": 1}}'
    assert refused(app, name) == [("body.answers", "not_text")]


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'"text"', b"null", b'{"name": NaN}', b'{"name": "\xff"}', b"[" * 900],
)
def test_a_body_that_is_no_json_object_is_malformed(app: Flask, data: bytes) -> None:
    with pytest.raises(Malformed):
        parsed(app, data)


def test_a_body_nested_too_deeply_is_malformed(app: Flask) -> None:
    with pytest.raises(Malformed):
        parsed(app, b'{"name": "a", "answers": ' + b'{"a":' * 50 + b"1" + b"}" * 51)


def test_a_number_longer_than_any_figure_is_malformed(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    with pytest.raises(Malformed):
        parsed(app, b'{"name": ' + b"9" * 6000 + b"}")


def test_another_content_type_is_refused(app: Flask) -> None:
    with pytest.raises(WrongContentType):
        parsed(app, b'{"name": "a"}', "text/plain")


def test_a_body_over_the_limit_is_refused(app: Flask) -> None:
    with pytest.raises(BodyTooLarge):
        parsed(app, b'{"name": "' + b"a" * 2000 + b'"}')


class Query(Input):
    day = Day()
    moment = Moment()
    limit = QueryInteger(1, 200)


def queried(app: Flask, text: str) -> Any:
    with app.test_request_context("/?" + text):
        return parsing.query_values(request, Query())


def test_a_moment_may_be_a_day_and_then_is_its_end_in_viet_nam(app: Flask) -> None:
    moment = queried(app, "moment=2022-12-31")["moment"]
    assert moment.isoformat() == "2022-12-31T23:59:59.999999+07:00"


def test_a_plus_that_became_a_blank_is_a_plus_again(app: Flask) -> None:
    moment = queried(app, "moment=2022-12-31T08:00:00+07:00")["moment"]
    assert moment.isoformat() == "2022-12-31T08:00:00+07:00"


@pytest.mark.parametrize("day", ["1/12/2022", "01/12/2022", "1-12-2022", "2022-12-01"])
def test_a_day_is_taken_as_people_write_it(app: Flask, day: str) -> None:
    asked = queried(app, f"day={day}&moment={day}")
    assert asked["day"].isoformat() == "2022-12-01"
    assert asked["moment"].isoformat() == "2022-12-01T23:59:59.999999+07:00"


@pytest.mark.parametrize("name", ["day", "moment"])
@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("12/2022", "day_missing"),
        ("2022", "day_missing"),
        ("30/02/2022", "no_such_day"),
        ("1/1/2200", "day_out_of_range"),
        ("tomorrow", "day_unreadable"),
    ],
)
def test_what_is_no_day_is_refused_with_the_reason(
    app: Flask, name: str, day: str, code: str
) -> None:
    with pytest.raises(FieldsRefused) as caught:
        queried(app, f"{name}={day}")
    assert [(error["field"], error["code"]) for error in caught.value.errors] == [
        (f"query.{name}", code)
    ]
    assert code in problem_table().fields


@pytest.mark.parametrize(
    ("code", "validator", "value", "said"),
    [
        ("length", validate.Length(min=12, max=200), "x", "từ 12 đến 200"),
        ("length", validate.Length(max=1000), "x" * 1001, "nhiều nhất 1.000"),
        ("length", validate.Length(min=12), "x", "ít nhất 12"),
        ("range", validate.Range(min=0, max=1_000_000), -1, "từ 0 đến 1.000.000"),
        ("range", validate.Range(min=1), 0, "từ 1 trở lên"),
        ("range", validate.Range(max=60), 61, "từ 60 trở xuống"),
        ("length", validate.Length(equal=2), "x", "rút ngắn hoặc nhập thêm"),
    ],
)
def test_a_limit_of_a_field_is_said_in_vietnamese(
    code: str, validator: Any, value: object, said: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        validator(value)
    text = problem_table().field_message(code, str(refused.value.messages[0]))
    assert said in text.lower()
    assert "hãy" in text.lower()
    assert "{" not in text


@pytest.mark.parametrize(
    "text",
    [
        "moment=2022-12-31T08:00:00",
        "moment=0001-01-01T00:00:00%2B14:00",
        "moment=9999-12-31",
        "moment=2022-02-30",
        "day=20221231",
        "day=1899-12-31",
        "day=2022-02-30",
        "limit=0",
        "limit=201",
        "limit=1e2",
        "limit=9999999999999999999999",
        "unknown=1",
        "day=%00",
    ],
)
def test_a_parameter_that_says_nothing_sensible_is_refused(app: Flask, text: str) -> None:
    with pytest.raises(FieldsRefused):
        queried(app, text)


@pytest.mark.parametrize(
    "body",
    [
        {"number": "1"},
        {"member": {"number": "1"}},
        {"members": [{}, {"number": "1"}]},
        {"pair": ("", {"other": "1"})},
        {"member": SimpleNamespace(number="1")},
    ],
)
def test_a_value_is_found_wherever_it_stands_in_a_body(body: dict[str, Any]) -> None:
    assert parsing.holds(body, "number", "other")
    assert not parsing.holds(body, "name")


@pytest.mark.parametrize("body", [None, {}, {"number": ""}, {"members": [{"number": None}]}])
def test_what_was_left_empty_is_not_in_a_body(body: Any) -> None:
    assert not parsing.holds(body, "number")
