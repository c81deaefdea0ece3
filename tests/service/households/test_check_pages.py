"""The public page behind a QR code: whether a paper is valid, and nothing of the person."""

import re
from datetime import date
from typing import Any

import pytest

from projections.households import check_codes
from service.access.throttle import PER_CHECKER
from tests.service.conftest import Office
from tests.service.households.poor_household import H, certified, poor

WRONG = "AAAAAA-BBBBBB-CCCCCC-DDDDDD"


def look(office: Office, code: str, address: str = "192.0.2.1") -> Any:
    """The page as a stranger sees it."""
    client = office.app.test_client()
    return client.get(f"/kiem-tra/{code}", environ_base={"REMOTE_ADDR": address})


def code_of(office: Office, household: str) -> str:
    answer = office.request("auditor", "GET", f"/api/v1/certificates?household={household}")
    return str(answer.json["items"][0]["check_code"])


def withdraw(office: Office, household: str, certificate: str) -> None:
    body = {"effective_on": "2023-02-01", "certificate_id": certificate, "reason": "error"}
    path = f"{H}/{household}/certificate-withdrawals"
    now = office.request("auditor", "GET", f"{H}/{household}").json["version"]
    assert office.request("chairman", "POST", path, body, version=now).status_code == 201


@pytest.fixture
def household(office: Office) -> str:
    office.services.redis.flushdb()
    return poor(office)


def test_a_valid_certificate_says_so_and_names_no_person(office: Office, household: str) -> None:
    certified(office, household)
    page = look(office, code_of(office, household))
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    for said in ("Còn hiệu lực", "Giấy chứng nhận", "/GCN-HN.HCN", "Phường Hương Sơ", "20/12/2022"):
        assert said in text, said
    for kept in ("Bưởi", "Văn Cam", "Tổ dân phố", household, 'poor"'):
        assert kept not in text, kept
    shown = re.sub(r"<[^>]*>", " ", text)  # without the tokens, in which any digits may stand
    assert not re.search(r"\b1961\b", shown)


def test_a_withdrawn_certificate_says_since_when(office: Office, household: str) -> None:
    certificate = certified(office, household)
    code = code_of(office, household)
    withdraw(office, household, certificate)
    assert "Đã thu hồi từ ngày 01/02/2023" in look(office, code).get_data(as_text=True)


def test_a_household_that_left_the_list_has_a_certificate_that_is_valid_no_more(
    office: Office, household: str
) -> None:
    certified(office, household)
    code = code_of(office, household)
    leaving = {
        "effective_on": "2023-11-30",
        "document": {"number": "40/QĐ-UBND", "signed_on": "2023-11-30"},
        "class": "not_poor",
    }
    left = office.request("chairman", "POST", f"{H}/{household}/exits", leaving, version=5)
    assert left.status_code == 201, left.json
    text = look(office, code).get_data(as_text=True)
    assert "Không còn hiệu lực từ ngày 30/11/2023" in text


def test_a_decision_has_a_page_as_well(office: Office, household: str) -> None:
    area = office.request("auditor", "GET", f"{H}/{household}").json["area"]
    key = check_codes.decision_key(office.services.keyring, area, "12/QĐ-UBND", date(2022, 12, 1))
    text = look(office, check_codes.written(key)).get_data(as_text=True)
    assert "Quyết định công nhận hộ nghèo, hộ cận nghèo" in text
    assert "Còn hiệu lực" in text
    assert "Bưởi" not in text


def test_a_code_is_read_as_it_may_be_typed(office: Office, household: str) -> None:
    certified(office, household)
    code = code_of(office, household)
    for typed in (code.lower(), code.replace("-", ""), code.replace("-", " ")):
        assert look(office, typed).status_code == 200


@pytest.mark.parametrize("code", [WRONG, "x", "' or 1=1", "a" * 500, "7KQ2M9"])
def test_every_wrong_code_has_the_same_answer(office: Office, household: str, code: str) -> None:
    known, asked = look(office, WRONG), look(office, code)
    assert (asked.status_code, known.status_code) == (404, 404)
    assert _body(asked) == _body(known)


def _body(page: Any) -> str:
    text: str = page.get_data(as_text=True)
    return text[text.index("<main") : text.index("</main>")]


def test_guessing_is_stopped_even_with_a_right_code_in_between(
    office: Office, household: str
) -> None:
    certified(office, household)
    code = code_of(office, household)
    for _ in range(PER_CHECKER):
        assert look(office, WRONG, "192.0.2.9").status_code == 404
        assert look(office, code, "192.0.2.8").status_code == 200
    stopped = look(office, WRONG, "192.0.2.9")
    assert stopped.status_code == 429
    assert "Retry-After" in stopped.headers
    assert look(office, code, "192.0.2.9").status_code == 429
    assert look(office, code, "192.0.2.8").status_code == 200


def test_looking_leaves_no_line_in_the_read_log(office: Office, household: str) -> None:
    certified(office, household)
    code = code_of(office, household)
    with office.services.pool.connection() as conn:
        before = conn.execute("select count(*) from office.read_log").fetchone()
        look(office, code)
        assert conn.execute("select count(*) from office.read_log").fetchone() == before


def test_codes_of_two_papers_have_nothing_in_common(office: Office, household: str) -> None:
    certificate = certified(office, household)
    keyring = office.services.keyring
    codes = {check_codes.certificate_key(keyring, one) for one in (certificate, household)}
    assert len(codes) == 2
    assert certificate.replace("-", "")[:6] not in code_of(office, household).lower()


def typed(office: Office, code: str) -> Any:
    """The form for a code as a stranger sends it."""
    return office.app.test_client().get("/kiem-tra", query_string={"code": code})


def test_a_code_that_is_typed_leads_to_its_page(office: Office, household: str) -> None:
    certified(office, household)
    code = code_of(office, household)
    for way in (code, code.lower(), code.replace("-", " "), f"  {code.replace('-', '')} "):
        answer = typed(office, way)
        assert answer.status_code == 303, way
        assert answer.headers["Location"].endswith(f"/kiem-tra/{code}")
    assert look(office, code).status_code == 200


def test_a_text_that_is_no_code_is_told_so_beside_the_input(office: Office) -> None:
    empty = typed(office, "")
    assert empty.status_code == 200
    assert '<label for="code">' in empty.text
    assert "aria-invalid" not in empty.text
    wrong = typed(office, "12/GCN-HN.HCN")
    assert wrong.status_code == 422
    assert "đúng 24 ký tự" in wrong.text
    assert 'aria-describedby="code-help code-error" aria-invalid="true"' in wrong.text
    assert 'value="12/GCN-HN.HCN"' in wrong.text
