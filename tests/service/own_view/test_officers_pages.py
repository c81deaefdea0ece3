"""The officers' pages: a code that is shown once, its slip, and contests with their answers."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.service.conftest import HUONG_SO, NOW, Office
from tests.service.households.poor_household import H, certified, poor
from tests.service.own_view.household_phone import (
    SLIP,
    Phone,
    certificate_code,
    contested,
    given,
    paper_of,
)
from tests.service.papers.reading import text
from tests.service.readings import lines

SEALED = re.compile(r'name="slip" value="([^"]+)"')


@pytest.fixture
def household(with_passwords: Office) -> str:
    with_passwords.services.redis.flushdb()
    return poor(with_passwords)


def page_of(household: str) -> str:
    return f"/ho/{household}/ma-mot-lan"


def test_a_code_is_given_shown_once_and_opens_the_page(
    person: Any, office: Office, household: str
) -> None:
    officer = person("case_worker")
    assert f'href="{page_of(household)}"' in officer.text(f"/ho/{household}")
    shown = officer.send(page_of(household), page_of(household), way="counter", _key="one")
    assert shown.status_code == 200
    found = SLIP.search(shown.text)
    assert found
    assert shown.headers["Cache-Control"] == "no-store"
    assert paper_of(office, household) in shown.text  # it has no certificate
    again = officer.send(page_of(household), page_of(household), way="counter", _key="one")
    assert again.status_code == 303
    assert "không hiện lại được" in officer.text(page_of(household))
    assert Phone(office).type(paper_of(office, household), found[1]).status_code == 303
    assert "Đã dùng lúc" in officer.text(page_of(household))


def test_the_slip_leaves_out_the_code_of_a_certificate(
    person: Any, office: Office, household: str
) -> None:
    certified(office, household)
    officer = person("case_worker")
    shown = officer.send(page_of(household), page_of(household), way="letter").text
    assert certificate_code(office, household) not in shown
    assert paper_of(office, household) not in shown
    assert "in dưới hình QR của giấy chứng nhận" in shown


def slip_of(office: Office, household: str, by: str = "case_worker") -> tuple[str, str]:
    """A code that was just given, and what its slip is asked for with."""
    path = f"{H}/{household}/one-time-codes"
    answer = office.request(by, "POST", path, {"way": "counter"}).json
    return answer["code"], answer["slip"]


def print_slip(office: Office, household: str, sealed: str, by: str = "case_worker") -> Any:
    return office.request(by, "POST", f"{H}/{household}/one-time-codes/slip", {"slip": sealed})


def test_the_slip_is_a_pdf_with_the_code_that_names_no_person(
    person: Any, office: Office, household: str
) -> None:
    officer = person("case_worker")
    shown = officer.send(page_of(household), page_of(household), way="counter").text
    code, sealed = SLIP.search(shown), SEALED.search(shown)
    assert code
    assert sealed
    assert code[1].replace(" ", "") not in sealed[1]
    before = len(lines(office, "case_worker"))
    said = officer.send(page_of(household), f"{page_of(household)}/giay-bao", slip=sealed[1])
    assert said.status_code == 200
    assert said.mimetype == "application/pdf"
    assert said.headers["Cache-Control"] == "no-store"
    paper = text(said.data)
    assert code[1] in paper
    assert paper_of(office, household) in paper  # it has no certificate
    assert "UBND phường Hương Sơ" in paper
    for kept in ("Bưởi", "Hộ nghèo", household):
        assert kept not in paper
    kinds = [what for what, *_ in lines(office, "case_worker")[before:]]
    assert kinds == ["file", "file"], "the page of the form and the print"


def test_a_slip_is_printed_for_who_gave_the_code_while_it_can_be_used(
    office: Office, household: str
) -> None:
    code, sealed = slip_of(office, household)
    other = poor(office)
    slip_of(office, other)
    office.account("second.worker", ("case_worker", HUONG_SO))
    assert text(print_slip(office, household, sealed).data).count(code) == 1
    for refused in (
        print_slip(office, household, sealed[:-8] + "AAAAAAA="),
        print_slip(office, household, "ê"),
        print_slip(office, other, sealed),
        print_slip(office, household, sealed, by="second.worker"),
    ):
        assert (refused.status_code, refused.json["code"]) == (409, "slip_not_printed")
        assert code not in refused.text
    assert Phone(office).type(paper_of(office, household), code).status_code == 303
    assert print_slip(office, household, sealed).status_code == 409, "the code was used"


@pytest.mark.parametrize("what", ["revoked", "replaced", "over"])
def test_a_code_that_is_of_no_use_is_not_printed(office: Office, household: str, what: str) -> None:
    _, sealed = slip_of(office, household)
    if what == "revoked":
        office.request("case_worker", "POST", f"{H}/{household}/one-time-codes/revocation")
    elif what == "replaced":
        slip_of(office, household)
    else:
        office.clock.now = NOW + timedelta(hours=73)
    assert print_slip(office, household, sealed).status_code == 409


def test_a_wrong_person_or_way_is_told_beside_the_input(
    person: Any, office: Office, household: str
) -> None:
    officer = person("case_worker")
    assert officer.send(page_of(household), page_of(household), way="").status_code == 422
    wrong = "11111111-0000-4000-8000-000000000001"
    sent = officer.send(page_of(household), page_of(household), way="counter", person_id=wrong)
    assert sent.status_code == 422
    assert office.services.application.own_views.of_household(UUID(household)) is None


def test_revoking_says_what_it_did(person: Any, office: Office, household: str) -> None:
    given(office, household)
    officer = person("case_worker")
    assert "Chưa dùng" in officer.text(page_of(household))
    sent = officer.send(page_of(household), f"{page_of(household)}/thu-hoi")
    assert sent.status_code == 303
    assert "Đã thu hồi" in officer.text(page_of(household))


def test_a_closed_household_gets_no_code(office: Office, household: str) -> None:
    version = office.request("case_worker", "GET", f"{H}/{household}").json["version"]
    end = {"effective_on": "2023-12-01", "reason": "moved_away"}
    office.request("case_worker", "POST", f"{H}/{household}/dissolution", end, version=version)
    answer = office.request(
        "case_worker", "POST", f"{H}/{household}/one-time-codes", {"way": "counter"}
    )
    assert (answer.status_code, answer.json["code"]) == (409, "household_ended")


def test_a_repeat_of_the_api_does_not_show_the_code_again(office: Office, household: str) -> None:
    path, body = f"{H}/{household}/one-time-codes", {"way": "counter"}
    first = office.request("case_worker", "POST", path, body, key="k1").json
    second = office.request("case_worker", "POST", path, body, key="k1").json
    assert first["code"]
    assert second["code"] is None
    assert second["repeated"]
    assert first["code_id"] == second["code_id"]


def test_a_contest_is_on_the_list_and_is_answered(
    person: Any, office: Office, household: str
) -> None:
    contest = contested(office, household, "Con thứ hai chưa có tên")
    officer = person("case_worker")
    listed = officer.text(f"/y-kien-cua-ho?area={HUONG_SO}")
    address = f"/y-kien-cua-ho/{household}/{contest}"
    assert f'href="{address}"' in listed
    assert "Con thứ hai" not in listed
    assert "Con thứ hai chưa có tên" in officer.text(address)
    empty = officer.send(address, address, outcome="changed", text="")
    assert empty.status_code == 422
    sent = officer.send(address, address, outcome="changed", text="Đã ghi tên con")
    assert sent.status_code == 303
    assert f'href="{address}"' not in officer.text(f"/y-kien-cua-ho?area={HUONG_SO}")
    assert "Đã ghi tên con" in officer.text(address)
    assert f'href="{address}"' in officer.text(f"/y-kien-cua-ho?area={HUONG_SO}&state=all")
    path = f"{H}/{household}/contests/{contest}/answer"
    body = {"outcome": "kept", "text": "Lần nữa"}
    again = office.request("chairman", "POST", path, body)
    assert (again.status_code, again.json["code"]) == (409, "contest_answered")


def test_an_auditor_sees_contests_and_answers_none(
    person: Any, office: Office, household: str
) -> None:
    contest = contested(office, household)
    auditor = person("auditor")
    text = auditor.text(f"/y-kien-cua-ho/{household}/{contest}")
    assert "Gửi trả lời" not in text


def test_contests_of_other_communes_are_not_listed(office: Office, household: str) -> None:
    contest = contested(office, household)
    mine = office.request("case_worker", "GET", "/api/v1/contests").json["items"]
    assert contest in {one["contest_id"] for one in mine}
    far = office.request("far.case_worker", "GET", "/api/v1/contests").json["items"]
    assert contest not in {one["contest_id"] for one in far}


def test_a_page_of_contests_leads_to_the_next(office: Office, household: str) -> None:
    for number in range(3):
        contested(office, household, f"Việc {number}")
    first = office.request("case_worker", "GET", "/api/v1/contests?limit=2").json
    assert len(first["items"]) == 2
    rest = office.request("case_worker", "GET", f"/api/v1/contests?limit=2&after={first['next']}")
    assert rest.status_code == 200
    ids = {one["contest_id"] for one in first["items"]}
    assert not ids & {one["contest_id"] for one in rest.json["items"]}
