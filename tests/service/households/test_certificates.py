"""Certificates by the API and on the page: given, printed, replaced, withdrawn."""

from typing import Any
from uuid import uuid4

import pytest

from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import CERTIFICATE, H, certified, filled, poor
from tests.service.papers.reading import pages
from tests.service.readings import lines


def listed(office: Office, household_id: str) -> list[dict[str, Any]]:
    answer = office.request("auditor", "GET", f"/api/v1/certificates?household={household_id}")
    assert answer.status_code == 200, answer.json
    return list(answer.json["items"])


def certificate_pdf(office: Office, household_id: str, certificate_id: str) -> bytes:
    path = f"{H}/{household_id}/certificates/{certificate_id}.pdf"
    answer = office.request("auditor", "GET", path)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    return bytes(answer.data)


def test_a_certificate_is_given_and_listed_as_valid(office: Office) -> None:
    household = poor(office)
    certificate = certified(office, household)
    (one,) = listed(office, household)
    assert one["certificate_id"] == certificate
    assert one["number"].endswith("/GCN-HN.HCN")
    assert (one["class"], one["issued_on"], one["valid"]) == ("poor", "2022-12-20", True)
    assert (one["decision_number"], one["area"]) == ("12/QĐ-UBND", HUONG_SO)
    assert len(one["check_code"].replace("-", "")) == 24


def test_the_paper_holds_what_form_03_asks_for(office: Office) -> None:
    household = poor(office, address="12 kiệt 3 Lê Lợi")
    certificate = certified(office, household)
    (page,) = pages(certificate_pdf(office, household, certificate))
    for said in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN",
        "PHƯỜNG HƯƠNG SƠ",
        "GIẤY CHỨNG NHẬN",
        "HỘ NGHÈO NĂM 2022",
        "Hương Sơ, ngày 20 tháng 12 năm 2022",
        "/GCN-HN.HCN",
        "Hồ Thị Bưởi",
        "Hồ Văn Cam",
        "1990",
        "12 kiệt 3 Lê Lợi, Tổ dân phố 3, phường Hương Sơ",
        "Quyết định số 12/QĐ-UBND ngày 01/12/2022",
        "Nghị định 07/2021/NĐ-CP ngày 27 tháng 01 năm 2021",
        "Quyết định 24/2021/QĐ-TTg ngày 16 tháng 7 năm 2021",
        "Nguyễn Thị Ẩn",
        listed(office, household)[0]["check_code"],
    ):
        assert said in page, said


def test_a_certificate_is_printed_as_known_when_it_was_issued(office: Office) -> None:
    household = poor(office)
    certificate = certified(office, household)
    before = certificate_pdf(office, household, certificate)
    join = {
        "effective_on": "2022-10-01",
        "member": {"name": "Hồ Thị Đào", "relation": "child", "birth_year": 2010},
        "reason": "moved_in",
    }
    now = office.request("case_worker", "GET", f"{H}/{household}").json["version"]
    joined = office.request("case_worker", "POST", f"{H}/{household}/members", join, version=now)
    assert joined.status_code == 201, joined.json
    assert certificate_pdf(office, household, certificate) == before


def test_a_replaced_certificate_is_valid_no_more_and_the_new_one_is(office: Office) -> None:
    household = poor(office)
    first = certified(office, household)
    body = {**CERTIFICATE, "effective_on": "2023-02-01", "certificate_id": first, "reason": "lost"}
    answer = office.request(
        "chairman", "POST", f"{H}/{household}/certificate-replacements", body, version=5
    )
    assert answer.status_code == 201, answer.json
    newest, oldest = listed(office, household)
    assert (newest["certificate_id"], newest["valid"]) == (answer.json["created"], True)
    assert (oldest["valid"], oldest["ended_on"], oldest["ended_by"]) == (
        False, "2023-02-01", "replaced",
    )  # fmt: skip


def test_a_withdrawn_certificate_says_since_when(office: Office) -> None:
    household = poor(office)
    body = {
        "effective_on": "2023-02-01",
        "certificate_id": certified(office, household),
        "reason": "error",
    }
    path = f"{H}/{household}/certificate-withdrawals"
    assert office.request("chairman", "POST", path, body, version=5).status_code == 201
    (one,) = listed(office, household)
    assert (one["valid"], one["ended_on"], one["ended_by"]) == (False, "2023-02-01", "withdrawn")
    again = office.request("chairman", "POST", path, body, version=6)
    assert (again.status_code, again.json["code"]) == (409, "certificate_ended")


def test_a_household_that_is_not_listed_is_refused_one(office: Office) -> None:
    household = office.household()["household_id"]
    path = f"{H}/{household}/certificates"
    answer = office.request("chairman", "POST", path, CERTIFICATE, version=1)
    assert (answer.status_code, answer.json["code"]) == (409, "certificate_not_due")


def test_a_certificate_of_another_household_is_not_printed_here(office: Office) -> None:
    household, other = poor(office), poor(office)
    certificate = certified(office, household)
    for wanted in (certificate, str(uuid4())):
        path = f"{H}/{other}/certificates/{wanted}.pdf"
        assert office.request("auditor", "GET", path).status_code == 404


def test_each_reading_of_a_certificate_is_logged(office: Office) -> None:
    household = poor(office)
    certificate = certified(office, household)
    before = lines(office, "auditor")
    listed(office, household)
    certificate_pdf(office, household, certificate)
    read = [(what, f"{id_}", area) for what, id_, area in lines(office, "auditor")[len(before) :]]
    assert read == [("file", household, HUONG_SO)] * 2


def test_the_page_of_the_household_shows_and_prints_it(person: Any, with_passwords: Office) -> None:
    household = poor(with_passwords)
    certificate = certified(with_passwords, household)
    reader = person("auditor")
    page = reader.text(f"/ho/{household}")
    assert "Còn hiệu lực" in page
    address = f"/ho/{household}/giay-chung-nhan/{certificate}.pdf"
    assert address in page
    assert reader.get(address).data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("cap-lai-giay-chung-nhan", {"reason": "lost", "signer": "Trần Văn Ký"}, "bị mất"),
        ("thu-hoi-giay-chung-nhan", {"reason": "moved"}, "hộ chuyển đi nơi khác"),
    ],
)
def test_the_chairman_replaces_and_withdraws_it_by_a_form(
    person: Any, with_passwords: Office, path: str, typed: dict[str, str], said: str
) -> None:
    household = poor(with_passwords)
    certified(with_passwords, household)
    chairman, address = person("chairman"), f"/ho/{household}/ghi/{path}"
    sent = chairman.client.post(address, data=filled(chairman.text(address), **typed))
    assert sent.status_code == 303, sent.get_data(as_text=True)
    assert said in chairman.text(f"/ho/{household}")


def test_the_chairman_gives_one_by_a_form(person: Any, with_passwords: Office) -> None:
    household = poor(with_passwords)
    chairman, address = person("chairman"), f"/ho/{household}/ghi/cap-giay-chung-nhan"
    assert "thu-hoi-giay-chung-nhan" not in chairman.text(f"/ho/{household}")
    form = filled(chairman.text(address), signer="Nguyễn Thị Ẩn", serial="41")
    assert chairman.client.post(address, data=form).status_code == 303
    page = chairman.text(f"/ho/{household}")
    assert "Cấp giấy chứng nhận hộ nghèo số 41/GCN-HN.HCN, theo quyết định số 12/QĐ-UBND" in page
    assert "thu-hoi-giay-chung-nhan" in page
