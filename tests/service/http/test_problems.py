"""One table of problems: a status and two titles for everything that any room can refuse."""

import importlib
import pkgutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import domain
import projections
import service
from domain.errors import Refusal
from service.problems import RequestError, problem, status_of, table

TABLE = {code: row for code, row in table().items() if code != "field"}


def refusals() -> Iterator[type[Exception]]:
    for room in (domain, projections, service):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if module.name.rpartition(".")[2] not in ("__main__", "wsgi", "gunicorn_conf"):
                importlib.import_module(module.name)
    waiting: list[type[Exception]] = [Refusal, RequestError]
    while waiting:
        one = waiting.pop()
        waiting.extend(one.__subclasses__())
        if not one.__module__.startswith("tests"):
            yield one


def test_every_refusal_of_every_room_has_a_status_and_a_title_in_both_languages() -> None:
    missing = {one.__qualname__: one.code for one in refusals() if one.code not in TABLE}  # type: ignore[attr-defined]
    assert not missing


def test_the_table_lists_nothing_that_nobody_refuses() -> None:
    of_http = {"method_not_allowed", "not_acceptable", "unavailable", "internal"}
    codes = {one.code for one in refusals()}  # type: ignore[attr-defined]
    assert set(TABLE) == codes | of_http


def test_every_row_is_whole() -> None:
    for code, row in TABLE.items():
        assert set(row) == {"status", "vi", "en"}, code
        assert 400 <= row["status"] <= 599, code
        assert row["vi"] != row["en"], code


def test_no_code_stands_twice_in_the_file() -> None:
    text = Path(service.__path__[0], "texts", "problems.toml").read_text("utf-8")
    assert len(tomllib.loads(text)) == len(TABLE) + 1


@pytest.mark.parametrize(
    ("language", "title"), [("vi", "Hồ sơ vừa được"), ("en", "This was changed")]
)
def test_the_one_body_has_a_title_in_the_language_asked_for(language: str, title: str) -> None:
    body = problem(
        "stale_version",
        language=language,
        message="Read again.",
        values={"have": 3},
        request_id="r",
    )
    assert body["title"].startswith(title)
    assert body["status"] == status_of("stale_version") == 412
    assert body["code"] == "stale_version"
    assert body["values"] == {"have": 3}
    assert body["type"] == "urn:socai:problem:stale_version"


def test_a_refusal_that_nobody_listed_is_still_an_answer() -> None:
    assert problem("never_heard_of", language="vi", message="")["status"] == 422
