"""One table of problems: a status and two titles for everything that any room can refuse."""

import importlib
import pkgutil
import shutil
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from flask import Flask

import domain
import projections
import service
from service.capabilities import CAPABILITIES, MACHINERY, problem_table
from service.problems import (
    EXTENSION,
    OF_HTTP,
    ProblemTablesWrong,
    collect,
    problem,
    refusals,
    status_of,
)

TABLE = problem_table()
OWNERS = (*MACHINERY, *(one.name for one in CAPABILITIES))


@pytest.fixture
def answering() -> Iterator[None]:
    """An application that has no more than the table."""
    app = Flask("answering")
    app.extensions[EXTENSION] = TABLE
    with app.app_context():
        yield


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tables, for a test to change before they are collected."""
    for owner in OWNERS:
        (tmp_path / owner).mkdir()
        with as_file(files("service").joinpath(owner, "problems.toml")) as file:
            if file.is_file():
                shutil.copy(file, tmp_path / owner)
    monkeypatch.setattr("service.problems.files", lambda _: tmp_path)
    return tmp_path


def test_every_refusal_of_every_room_has_a_status_and_a_title_in_both_languages() -> None:
    for room in (domain, projections, service):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if module.name.rpartition(".")[2] not in ("__main__", "wsgi", "gunicorn_conf"):
                importlib.import_module(module.name)
    codes = {refusal.code for refusal in refusals()}
    assert set(TABLE.problems) == codes | OF_HTTP


def test_every_problem_is_whole() -> None:
    for code, one in TABLE.problems.items():
        assert 400 <= one.status <= 599, code
        assert one.vi != one.en, code


def test_every_folder_with_a_table_is_collected() -> None:
    found = {file.parent.name for file in Path(service.__path__[0]).glob("**/problems.toml")}
    assert found == {one.owner for one in TABLE.problems.values()} | {"accounts"}
    assert found <= set(OWNERS)


def add(tables: Path, owner: str, text: str) -> None:
    with (tables / owner / "problems.toml").open("a", encoding="utf-8") as file:
        file.write(text)


ROW = 'status = 422\nvi = "Không được"\nen = "No"\n'


def test_a_code_in_two_tables_keeps_the_service_from_starting(tables: Path) -> None:
    add(tables, "areas", f"\n[household_unknown]\n{ROW}")
    with pytest.raises(ProblemTablesWrong, match="household_unknown stands in areas and household"):
        collect(OWNERS)


def test_a_field_in_two_tables_keeps_the_service_from_starting(tables: Path) -> None:
    add(tables, "areas", '\n[field.required]\nvi = "Bắt buộc"\n')
    with pytest.raises(ProblemTablesWrong, match=r"field\.required stands twice"):
        collect(OWNERS)


def test_a_text_without_a_refusal_keeps_the_service_from_starting(tables: Path) -> None:
    add(tables, "areas", f"\n[never_refused]\n{ROW}")
    with pytest.raises(ProblemTablesWrong, match="never_refused"):
        collect(OWNERS)


def test_a_text_in_the_table_of_another_capability_keeps_the_service_from_starting(
    tables: Path,
) -> None:
    file = tables / "areas" / "problems.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("[area_unknown]", "[area_known]"), "utf-8")
    add(tables, "matching", f"\n[area_unknown]\n{ROW}")
    with pytest.raises(ProblemTablesWrong, match="area_known, area_unknown"):
        collect(OWNERS)


def test_a_refusal_without_a_text_keeps_the_service_from_starting(tables: Path) -> None:
    (tables / "matching" / "problems.toml").unlink()
    with pytest.raises(ProblemTablesWrong, match="no table has"):
        collect(OWNERS)


@pytest.mark.parametrize(
    ("language", "title"), [("vi", "Hồ sơ vừa được"), ("en", "This was changed")]
)
@pytest.mark.usefixtures("answering")
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


@pytest.mark.usefixtures("answering")
def test_a_refusal_without_a_text_is_still_an_answer() -> None:
    assert problem("never_heard_of", language="vi", message="")["status"] == 422
