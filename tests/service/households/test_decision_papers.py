"""A signed decision as a paper with its list, from what is on record of its households."""

from typing import Any

from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import H, poor
from tests.service.papers.reading import text
from tests.service.readings import lines

DECISIONS = "/api/v1/decisions"


def found(office: Office, number: str) -> dict[str, Any]:
    items = office.request("auditor", "GET", f"{DECISIONS}?area={HUONG_SO}").json["items"]
    (one,) = (one for one in items if one["number"] == number)
    return dict(one)


def leave(office: Office, household: str, number: str, class_: str = "not_poor") -> None:
    body = {
        "effective_on": "2023-11-30",
        "document": {"number": number, "signed_on": "2023-11-30", "signer": "Trần Văn Ký"},
        "class": class_,
    }
    now = office.request("auditor", "GET", f"{H}/{household}").json["version"]
    left = office.request("chairman", "POST", f"{H}/{household}/exits", body, version=now)
    assert left.status_code == 201, left.json


def paper(office: Office, number: str) -> str:
    answer = office.request("auditor", "GET", found(office, number)["pdf"])
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    return text(answer.data)


def test_a_recognition_decision_lists_its_households(office: Office) -> None:
    poor(office, village="Tổ dân phố 7")
    listed = found(office, "12/QĐ-UBND")
    assert (listed["signed_on"], listed["exits"], listed["withdrawn"]) == ("2022-12-01", 0, 0)
    said = paper(office, "12/QĐ-UBND")
    for one in (
        "Số: 12/QĐ-UBND", "Hương Sơ, ngày 01 tháng 12 năm 2022", "danh sách hộ nghèo, hộ cận nghèo",
        "Nghị định 07/2021/NĐ-CP", "I. HỘ NGHÈO", "Tổ dân phố 7", "Hồ Thị Bưởi", "1961",
        listed["check_code"],
    ):  # fmt: skip
        assert one in said, one
    assert "Cam" not in said  # a member who is not the head
    assert "1.200.000" not in said


def test_an_exit_decision_is_one_of_its_own(office: Office) -> None:
    leave(office, poor(office), "40/QĐ-UBND")
    said = paper(office, "40/QĐ-UBND")
    assert "công nhận danh sách hộ thoát nghèo, hộ thoát cận nghèo năm 2023" in said
    assert "Hộ thoát nghèo: 1 hộ, 2 nhân khẩu" in said
    assert "Trần Văn Ký" in said
    assert found(office, "40/QĐ-UBND")["exits"] == 1


def test_an_entry_that_was_withdrawn_is_not_on_the_paper(office: Office) -> None:
    stays, withdrawn = poor(office, village="Thôn Ở Lại"), poor(office, village="Thôn Rút Lại")
    for household in (stays, withdrawn):
        leave(office, household, "41/QĐ-UBND")
    reason = {
        "reason": "Ghi nhầm hộ",
        "document": {"number": "42/QĐ-UBND", "signed_on": "2023-12-01"},
    }
    shown = office.request("auditor", "GET", f"{H}/{withdrawn}").json
    path = f"{H}/{withdrawn}/classifications/{shown['version'] - 1}/withdrawal"
    answer = office.request("chairman", "POST", path, reason, version=shown["version"])
    assert answer.status_code == 201, answer.json
    said = paper(office, "41/QĐ-UBND")
    assert "Thôn Ở Lại" in said
    assert "Thôn Rút Lại" not in said
    assert found(office, "41/QĐ-UBND")["withdrawn"] == 1


def test_printing_a_decision_is_logged_with_how_many_it_names(office: Office) -> None:
    leave(office, poor(office), "43/QĐ-UBND")
    before = lines(office, "auditor")
    paper(office, "43/QĐ-UBND")
    assert lines(office, "auditor")[len(before) :] == [("export", None, HUONG_SO)]


def test_a_wrong_code_prints_nothing(office: Office) -> None:
    for code in ("AAAAAA-AAAAAA-AAAAAA-AAAAAA", "x"):
        assert office.request("auditor", "GET", f"{DECISIONS}/{code}.pdf").status_code == 404


def test_the_page_lists_decisions_and_prints_them(person: Any, with_passwords: Office) -> None:
    poor(with_passwords)
    reader = person("auditor")
    page = reader.text(f"/quyet-dinh?area={HUONG_SO}")
    assert "12/QĐ-UBND" in page
    code = found(with_passwords, "12/QĐ-UBND")["check_code"]
    assert f"/quyet-dinh/{code}.pdf" in page
    assert reader.get(f"/quyet-dinh/{code}.pdf").data.startswith(b"%PDF")
