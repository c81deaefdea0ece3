"""A log line says what happened and never to whom."""

import json
import logging

import pytest
import structlog

from domain import log_setup
from domain.errors import Refusal


@pytest.fixture(autouse=True)
def as_before() -> object:
    """Put the loggers back as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_plain_values_stay_and_people_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    log_setup.configure("INFO", "json")
    structlog.get_logger("tests").info(
        "household registered",
        seq=12,
        tasks=["catch_up"],
        name="Nguyễn Thị Kín",
        id_number="046080001234",
        q="nguyen thi kin",
        household={"head": "Nguyễn Thị Kín"},
        members=[{"name": "Nguyễn Thị Kín"}],
    )
    text = json.dumps(line := lines(capsys)[0], ensure_ascii=False)
    assert line["seq"] == 12
    assert line["tasks"] == ["catch_up"]
    assert line["household"] == "[dict]"
    assert "Kín" not in text
    assert "046080001234" not in text
    assert "nguyen" not in text


def test_an_exception_is_told_without_the_values_it_quotes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_setup.configure("INFO", "json")
    try:
        int("Nguyễn Thị Kín")
    except ValueError:
        logging.getLogger("library").exception("it failed")
    (line,) = lines(capsys)
    error = line["error"]
    assert isinstance(error, dict)
    assert error["type"] == "builtins.ValueError"
    assert any("test_log_setup.py" in place for place in error["at"])
    assert "Kín" not in json.dumps(line, ensure_ascii=False)


def test_a_refusal_is_told_by_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    log_setup.configure("INFO", "json")
    try:
        raise Refusal("no", number=1)
    except Refusal:
        structlog.get_logger("tests").exception("refused")
    error = lines(capsys)[0]["error"]
    assert isinstance(error, dict)
    assert error["code"] == "refused"


def test_the_level_holds_for_every_library(capsys: pytest.CaptureFixture[str]) -> None:
    log_setup.configure("WARNING", "json")
    logging.getLogger("library").info("chatter")
    structlog.get_logger("tests").warning("look here")
    assert [line["event"] for line in lines(capsys)] == ["look here"]
