"""Reading outside one's area for a stated reason, and the record of who read what."""

import re
from datetime import timedelta
from typing import Any

from tests.service.conftest import HUONG_SO, NOW, Office
from tests.service.households.poor_household import poor
from tests.service.persons import Person

OPEN, GIVEN, LOG = "/mo-dia-ban", "/mo-dia-ban/da-mo", "/nhat-ky-doc"
REASON = "Hộ chuyển đến từ xã khác, cần đối chiếu hồ sơ cũ"


def open_(someone: Person, reason: str = REASON, **typed: Any) -> Any:
    return someone.send(f"{OPEN}?area={HUONG_SO}", OPEN, area=HUONG_SO, reason=reason, **typed)


def test_a_refused_reader_is_led_to_the_form_and_reads_for_three_hours(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    stranger: Person = person("far.chairman")
    refused = stranger.get(f"/ho/{household}")
    assert refused.status_code == 404
    assert f'href="{OPEN}"' in refused.text
    outside = stranger.get(f"/ho?area={HUONG_SO}")
    assert outside.status_code == 403
    (way,) = re.findall(rf'href="({OPEN}\?[^"]+)"', outside.text)
    assert "Phường Hương Sơ" in stranger.text(way)

    answer = open_(stranger)
    assert (answer.status_code, answer.headers["Location"]) == (303, OPEN)
    page = stranger.text(OPEN)
    assert "Được xem Phường Hương Sơ đến 12:00 ngày 20/12/2023." in page
    assert REASON in page
    assert stranger.get(f"/ho/{household}").status_code == 200
    assert stranger.get(f"/ho?area={HUONG_SO}").status_code == 200
    assert stranger.get(f"/ho/{household}/ghi/quyet-dinh").status_code == 404

    with_passwords.clock.now = NOW + timedelta(hours=3)
    someone: Person = person("far.chairman")
    assert someone.get(f"/ho/{household}").status_code == 404
    assert "Không có xã, phường nào đang được xem." in someone.text(OPEN)


def test_a_commune_is_found_by_its_name(person: Any) -> None:
    page = person("far.auditor").text(f"{OPEN}?q=huong+so")
    assert f'value="{HUONG_SO}"' in page
    assert "Không tìm thấy xã, phường phù hợp. Hãy kiểm tra tên hoặc mã." in person(
        "far.auditor"
    ).text(f"{OPEN}?q=khong+co")


def test_without_a_reason_nothing_is_opened_and_the_form_says_so(person: Any) -> None:
    someone: Person = person("far.province_officer")
    answer = open_(someone, "tò mò")
    assert answer.status_code == 422
    assert 'id="e-reason"' in answer.text
    assert "tò mò" in answer.text
    assert "Không có xã, phường nào đang được xem." in someone.text(OPEN)


def test_what_is_no_commune_is_refused_beside_the_field(person: Any) -> None:
    someone: Person = person("far.inspector")
    answer = someone.send(OPEN, OPEN, area="46", reason=REASON)
    assert answer.status_code == 422
    assert someone.send(OPEN, OPEN, area="99999", reason=REASON).status_code == 422
    assert "Không có xã, phường nào đang được xem." in someone.text(OPEN)


def test_a_double_click_opens_once(person: Any, with_passwords: Office) -> None:
    someone: Person = person("case_worker")
    form = {"_key": "the same rendering"}
    assert open_(someone, **form).status_code == open_(someone, **form).status_code == 303
    with with_passwords.services.pool.connection() as conn:
        row = conn.execute(
            "select count(*) from office.access_grants where account = 'case_worker'"
        ).fetchone()
    assert row == (1,)


def test_a_refusal_that_a_reason_does_not_help_leads_nowhere(person: Any) -> None:
    assert OPEN not in person("far.surveyor").get(f"/ho?area={HUONG_SO}").text
    assert f'href="{OPEN}?' not in person("far.chairman").get(f"/dia-ban/{HUONG_SO}").text


def test_whoever_oversees_the_commune_sees_who_opened_it_and_why(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    stranger: Person = person("far.case_worker")
    assert open_(stranger, "Đối chiếu hồ sơ hộ chuyển đi theo công văn 12").status_code == 303
    assert stranger.get(f"/ho/{household}").status_code == 200
    given = person("auditor").text(GIVEN)
    assert "far.case_worker" in given
    assert "theo công văn 12" in given
    assert "theo công văn 12" not in person("far.auditor").text(GIVEN)
    log = person("inspector").text(f"{LOG}?account=far.case_worker")
    assert "theo công văn 12" in log
    assert f'href="/ho/{household}"' in log
    assert f"/ho/{household}" not in person("far.inspector").text(LOG)


def test_the_read_log_is_filtered_by_day_and_account_and_goes_on_page_by_page(
    person: Any, with_passwords: Office, monkeypatch: Any
) -> None:
    monkeypatch.setattr("service.ui.paging.PAGE", 2)
    household = poor(with_passwords)
    with_passwords.clock.now = NOW - timedelta(days=40)
    chairman: Person = person("chairman")
    for _ in range(3):
        chairman.text(f"/ho/{household}")
    with_passwords.clock.now = NOW
    person("surveyor").text(f"/ho/{household}")
    auditor: Person = person("auditor")
    days = "since=10/11/2023&until=10/11/2023"
    address: str | None = f"{LOG}?{days}"
    pages = []
    while address:
        page = auditor.text(address)
        pages.append(len(re.findall(r'<th scope="row">10/11/2023', page)))
        assert "surveyor" not in page
        found = re.search(rf'href="({LOG}\?[^"]+)" rel="next"', page)
        address = found[1].replace("&amp;", "&") if found else None
    assert pages == [2, 2, 2]  # each page of a household is its file and its history
    assert "Không có lượt truy cập phù hợp." in auditor.text(f"{LOG}?account=surveyor&{days}")
    assert "Đã bỏ qua điều kiện lọc không hợp lệ" in auditor.text(f"{LOG}?since=hôm+qua")
