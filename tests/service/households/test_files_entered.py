"""How many files of the product a survey enters, through the page and through the API.

A reader who follows one act has to open as many. What the workers do for it elsewhere is not in
it. Run with `-rP` to see the files.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

import pytest

from service.config import ROOT
from tests.service.bodies import SURVEY
from tests.service.conftest import Office
from tests.service.households.poor_household import H, filled

ROOMS = ("domain", "projections", "service", "workers")
# No more than now.
MOST_BY_PAGE = 29
MOST_BY_API = 30
MOST_OF_DOMAIN = 15
TYPED = {"effective_on": "15/09/2022", "income": "1.200.000", "deprived": ["employment"]}


@contextmanager
def files_entered() -> Iterator[set[str]]:
    """The files of the product whose functions are called in this thread meanwhile."""
    rooms = tuple(f"{ROOT / room}/" for room in ROOMS)
    found: set[str] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(rooms) and name.endswith(".py"):
            found.add(Path(name).relative_to(ROOT).as_posix())

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(before)


@pytest.fixture
def office_with_workers(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The office, whose read models are brought up in another thread."""
    catch_up = office.nudge.catch_up

    def elsewhere() -> bool:
        worker = Thread(target=catch_up)
        worker.start()
        worker.join()
        return True

    monkeypatch.setattr(office.nudge, "catch_up", elsewhere)
    return office


Survey = Callable[[str], Any]


def entered_by(office: Office, prepared: Callable[[str], Survey]) -> list[str]:
    """The files that a survey of a household enters, once everything is imported and known."""
    for _ in range(2):
        household_id = office.household()["household_id"]
        survey = prepared(household_id)
        with files_entered() as found:
            survey(household_id)
        shown = office.request("auditor", "GET", f"{H}/{household_id}").json
        assert len(shown["surveys"]) == 1
    assert sum(name.startswith("domain/") for name in found) <= MOST_OF_DOMAIN, found
    print(f"{len(found)} files", *sorted(found), sep="\n")
    return sorted(found)


def test_a_survey_through_the_api_enters_few_files(office_with_workers: Office) -> None:
    office = office_with_workers

    def survey(household_id: str) -> None:
        path = f"{H}/{household_id}/surveys"
        answer = office.request("surveyor", "POST", path, SURVEY, version=1)
        assert (answer.status_code, answer.json["status"]) == (201, "visible")

    found = entered_by(office, lambda household_id: survey)
    assert len(found) <= MOST_BY_API, found


def test_a_survey_through_the_page_enters_few_files(
    office_with_workers: Office, person: Any
) -> None:
    surveyor = person("surveyor")

    def prepared(household_id: str) -> Survey:
        page = f"/ho/{household_id}/ghi/khao-sat"
        form = filled(surveyor.text(page), **TYPED)

        def survey(household_id: str) -> None:
            answer = surveyor.client.post(page, data=form, headers={"Accept": "text/html"})
            assert answer.status_code == 303, answer.text[:400]

        return survey

    found = entered_by(office_with_workers, prepared)
    assert len(found) <= MOST_BY_PAGE, found


def test_the_tracer_sees_the_files_that_a_reader_would_open(office_with_workers: Office) -> None:
    path = f"{H}/{office_with_workers.household()['household_id']}/surveys"
    with files_entered() as found:
        office_with_workers.request("surveyor", "POST", path, SURVEY, version=1)
    assert {
        "domain/commands/runner.py",
        "domain/households/surveys.py",
        "service/households/api_commands.py",
    } <= found
    assert not any(name.startswith(("tests/", "workers/")) for name in found)
    assert "projections/catch_up.py" not in found
