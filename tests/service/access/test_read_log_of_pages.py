"""Every page that shows people leaves a line; made from the table of routes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from projections.imports.import_job import run
from tests.service.conftest import HUONG_SO, NOW, Office
from tests.service.expectations import PAGES
from tests.service.expected import ANYBODY
from tests.service.households.poor_household import filled, poor
from tests.service.persons import CSRF, Person
from tests.service.readings import lines
from tests.service.ui.visits import Visits

ASIDE = {"POST /dang-xuat", "GET /dia-ban/ca-nuoc"}


@pytest.fixture(scope="module")
def visits(with_passwords: Office) -> Visits:
    made = Visits(with_passwords)
    run(
        with_passwords.services.application,
        UUID(made.ids["import_id"]),
        with_passwords.services.clock,
    )
    return made


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ASIDE])
def test_a_page_leaves_the_line_that_the_table_says(visits: Visits, page: str) -> None:
    roles = PAGES[page].roles
    role = "" if roles == ANYBODY else roles.split()[-1]
    before = len(lines(visits.office, role))
    answer = visits.request(role, page)
    new = [what for what, _, _ in lines(visits.office, role)[before:]]
    expected = PAGES[page].reading.rstrip("?")
    if page == "POST /ho" and answer.status_code == 303:  # without words it leads to the list
        expected = ""
    # A form that is refused is shown again, with what it is about.
    again = (
        "/ghi", "/ky", "/xac-dinh", "/trung-lap/", "/de-nghi-ho-tro", "/phe-duyet",
        "/ma-mot-lan", "/y-kien-cua-ho/", "/tap-huan", "/xoa-du-lieu",
        "/ma-mot-lan", "/y-kien-cua-ho/", "/tap-huan", "/danh-sach-gui",
    )  # fmt: skip
    comes_back = any(part in page for part in again)
    if expected and (answer.status_code < 400 or comes_back):
        assert set(new) == ({"file", "history"} if page == "GET /ho/{household_id}" else {expected})
    else:
        assert new == []


@pytest.mark.parametrize("headers", [{}, {"X-Part": "preview"}])
def test_a_form_leaves_its_line_whatever_the_headers_say(
    person: Any, with_passwords: Office, headers: dict[str, str]
) -> None:
    household = poor(with_passwords)
    someone: Person = person("surveyor")
    for method in ("GET", "HEAD"):
        before = len(lines(with_passwords, "surveyor"))
        answer = someone.client.open(
            f"/ho/{household}/ghi/khao-sat", method=method,
            headers={"Accept": "text/html", **headers},
        )  # fmt: skip
        assert answer.status_code == 200
        new = lines(with_passwords, "surveyor")[before:]
        assert new == [("file", UUID(household), HUONG_SO)]


def test_a_preview_of_a_survey_on_record_leaves_one_line_and_not_one_a_keystroke(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    someone: Person = person("chairman")
    address = f"/ho/{household}/ghi/quyet-dinh"
    typed = filled(someone.text(address))
    with_passwords.clock.now = NOW + timedelta(hours=1)
    before = len(lines(with_passwords, "chairman"))
    for number in ("4", "40", "40/QĐ"):
        answer = someone.client.post(
            address, data={**typed, "document.number": number}, headers={"X-Part": "preview"}
        )
        assert answer.status_code == 200
        assert "Phân loại dự kiến" in answer.text
    assert lines(with_passwords, "chairman")[before:] == [("file", UUID(household), HUONG_SO)]


def test_a_preview_of_typed_figures_shows_no_person_and_leaves_no_line(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    someone: Person = person("surveyor")
    found = CSRF.search(someone.text("/tro-giup"))
    assert found
    with_passwords.clock.now = NOW + timedelta(minutes=20)  # the survey answered with the file
    before = len(lines(with_passwords, "surveyor"))
    for income in ("1", "12", "120"):
        answer = someone.client.post(
            f"/ho/{household}/ghi/khao-sat",
            data={"csrf_token": found[1], "income": income, "area_type": "urban"},
            headers={"Accept": "text/html", "X-Part": "preview"},
        )
        assert answer.status_code == 200
    assert lines(with_passwords, "surveyor")[before:] == []


def test_the_look_up_of_the_merge_form_leaves_a_line_of_whom_it_found(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    head = {"name": "Châu Thị Thanh Long", "relation": "head", "id_number": "046161007777"}
    other = with_passwords.household(members=[head])["household_id"]
    someone: Person = person("case_worker")
    address = f"/ho/{household}/ghi/nhap-ho"
    for words in ("046161007777", "thanh long"):
        answer = someone.send(address, address, **{"into.q": words, "find": "into"})
        assert other in answer.text, answer.text
    path = f"/api/v1/read-log?household={other}&account=case_worker"
    found = with_passwords.request("auditor", "GET", path).json["items"]
    assert [one["what"] for one in found][:2] == ["search", "search"]
    assert all(one["households"] == [other] for one in found[:2])


def test_an_export_leaves_a_line_with_its_filter_and_its_size(
    person: Any, with_passwords: Office
) -> None:
    poor(with_passwords)
    someone: Person = person("case_worker")
    form = {"take": "excel", "area": HUONG_SO, "class": "poor", "q": ""}
    answer = someone.send("/ho", "/ho", **form)
    assert answer.status_code == 200
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    path = "/api/v1/read-log?account=case_worker"
    line = with_passwords.request("auditor", "GET", path).json["items"][0]
    assert (line["what"], line["filter"]) == ("export", {"class": "poor"})
    assert line["count"] >= 1
    shown = person("auditor").text("/nhat-ky-doc?account=case_worker")
    assert "xuất tệp" in shown
    assert "Phân loại: Hộ nghèo" in shown
