"""Activities, models, local programmes and targets at pages, typed and refused by name."""

import re
from typing import Any

from tests.service.conftest import CITY, HUE, HUONG_SO, Office
from tests.service.persons import Person
from tests.service.support.programmes_and_lines import load, post

DAY = "01/04/2023"


def found(pattern: str, text: str) -> str:
    """The first group of a pattern in a page."""
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def test_an_activity_is_planned_held_and_corrected(person: Any, with_passwords: Office) -> None:
    worker: Person = person("case_worker")
    new = "/hoat-dong/moi"
    typed = {
        "area": HUONG_SO, "kind": "legal_aid", "title": "Trợ giúp pháp lý tại thôn",
        "year": "2023", "effective_on": DAY,
    }  # fmt: skip
    assert worker.send(new, new, **typed).status_code == 303
    at = found(r"(/hoat-dong/[0-9a-f-]{36}/ket-qua)", worker.text(f"/hoat-dong?area={HUONG_SO}"))
    few = {"sessions": "1", "persons": "9", "turns": "8", "effective_on": DAY}
    refused = worker.send(at, at, **few)
    assert refused.status_code == 422
    assert "số lượt không ít hơn số người" in refused.text
    assert worker.send(at, at, **{**few, "turns": "12"}).status_code == 303
    mend = at.replace("ket-qua", "dinh-chinh")
    other = {**few, "turns": "13", "reason": "Đếm thiếu"}
    assert worker.send(mend, mend, **other).status_code == 422, "a correction needs a paper"
    done = worker.send(mend, mend, **other, **{"document.number": "9/BC-UBND"})
    assert done.status_code == 303, done.text
    assert "Trợ giúp pháp lý tại thôn" in worker.text(f"/hoat-dong?area={HUONG_SO}&kind=legal_aid")


def test_a_model_starts_takes_a_household_in_and_ends(person: Any, with_passwords: Office) -> None:
    office, worker = with_passwords, person("case_worker")
    new = "/mo-hinh/moi"
    typed = {
        "area": HUONG_SO, "kind": "livelihood", "title": "Nuôi ong", "funding_year": "2023",
        "effective_on": DAY, "document.number": "3/QĐ-UBND",
    }  # fmt: skip
    done = worker.send(new, new, **typed)
    assert done.status_code == 303, done.text
    model = done.headers["Location"]
    home = str(office.household(number="ONG-1")["household_id"])
    at = f"{model}/ho"
    nobody = worker.send(at, at, number="ONG-2", effective_on=DAY)
    assert nobody.status_code == 422
    assert "Không có hộ mang mã này" in nobody.text
    assert worker.send(at, at, number="ong-1", effective_on=DAY).status_code == 303
    assert f"/ho/{home}" in worker.text(model)
    end = f"{model}/ket-thuc"
    assert worker.send(end, end, ending="finished", effective_on="01/11/2023").status_code == 303
    late = worker.send(model, at, number="ONG-1", effective_on="01/12/2023")
    assert late.status_code in (303, 422)
    assert "Hoàn thành" in worker.text(model)


def test_a_local_programme_is_defined_with_its_benefit_and_rate(
    person: Any, with_passwords: Office
) -> None:
    load(with_passwords)
    officer: Person = person("province_officer")
    new = "/chuong-trinh/moi"
    paper = {"effective_on": "05/01/2023", "document.number": "37/2025/NQ-HĐND"}
    typed = {
        "area": HUE, "code": "hue-nq-01-2023", "title": "Chính sách của tỉnh",
        "valid_from": "01/01/2023", "valid_until": "31/12/2025",
        "contents": "cash | Hỗ trợ thu nhập\nhouse | Hỗ trợ nhà ở", **paper,
    }  # fmt: skip
    crossed = officer.send(new, new, **{**typed, "valid_until": "31/12/2022"})
    assert crossed.status_code == 422
    assert "Ngày cuối trước ngày đầu" in crossed.text
    doubled = officer.send(new, new, **{**typed, "contents": "cash | Một\ncash | Hai"})
    assert doubled.status_code == 422
    assert officer.send(new, new, **typed).status_code == 303
    taken = officer.send(new, new, **{**typed, "valid_from": "02/01/2023"})
    assert taken.status_code == 422
    assert "của một chương trình khác" in taken.text
    at = "/chuong-trinh/hue-nq-01-2023/chinh-sach"
    benefit = {
        "code": "monthly", "node": "cash", "title": "Hỗ trợ hằng tháng", "content": "income",
        "counted": "household", "period": "month", "source": "37/2025/NQ-HĐND", **paper,
    }  # fmt: skip
    none = officer.send(at, at, **benefit)
    assert none.status_code == 422
    assert "phải có đối tượng" in none.text
    assert officer.send(at, at, **benefit, classes="poor").status_code == 303
    at = "/chuong-trinh/hue-nq-01-2023/muc"
    rate = {
        "benefit": "monthly", "valid_from": "01/01/2023", "per": "month", "amount": "500.000",
        "source": "37/2025/NQ-HĐND", **paper,
    }  # fmt: skip
    early = officer.send(at, at, **{**rate, "valid_from": "01/01/2020"})
    assert early.status_code == 422
    assert "ngoài thời gian" in early.text
    for wrong in ("-5", "0", "500.000,5"):
        assert officer.send(at, at, **{**rate, "amount": wrong}).status_code == 422, wrong
    assert officer.send(at, at, **rate).status_code == 303
    shown = officer.text("/chuong-trinh?programme=hue-nq-01-2023&on=01/06/2023")
    assert "500.000 đồng" in shown


def test_a_rate_is_set_at_the_page_only_with_a_denominator(
    person: Any, with_passwords: Office
) -> None:
    office, officer = with_passwords, person("province_officer")
    new = "/chi-tieu/moi"
    typed = {
        "area": HUE, "measure": "poor_rate_down", "year": "2023", "percent_points": "0,32",
        "effective_on": "05/01/2023", "document.number": "108/KH-UBND",
    }  # fmt: skip
    refused = officer.send(new, new, **typed)
    assert refused.status_code == 422
    assert "chưa có tổng số hộ dân cư" in refused.text
    neither = officer.send(new, new, **{**typed, "percent_points": ""})
    assert neither.status_code == 422
    body = {"effective_on": "2022-12-31", "households": 1000}
    answer = office.request("province_officer", "POST", f"/api/v1/areas/{HUE}/population", body)
    assert answer.status_code == 201, answer.json
    assert officer.send(new, new, **typed).status_code == 303
    shown = officer.text(f"/chi-tieu?area={HUE}&year=2023")
    assert "0,32 điểm phần trăm" in shown
    target = found(r'href="(/chi-tieu/[0-9a-f-]{36})"', shown)
    one = officer.text(target)
    assert "12/2023" in one
    assert "Tỷ lệ" in one


def test_a_target_shows_its_months_and_what_was_passed_down(
    person: Any, with_passwords: Office
) -> None:
    office, officer = with_passwords, person("province_officer")
    target = {
        "effective_on": "2023-01-05", "document": {"number": "109/KH-UBND"}, "area": CITY,
        "measure": "near_poor_households_down", "year": 2023, "households": 43,
    }  # fmt: skip
    made = post(office, "targets", target)["id"]
    part = {**target, "area": HUONG_SO, "households": 50}
    for name in ("measure", "year"):
        part.pop(name)
    post(office, f"targets/{made}/parts", part, 1)
    shown = office.request("auditor", "GET", f"/api/v1/targets/{made}").json
    assert shown["allocated"] == {
        "parts": 1, "households": 50, "percent_points": None, "difference": "7",
    }  # fmt: skip
    assert [one["month"] for one in shown["months"]][::11] == ["2023-01", "2023-12"]
    for one in shown["months"]:
        assert one["opening"] + one["entries"] - one["exits"] == one["closing"]
        assert one["net"] == one["closing"] - one["opening"]
    page = officer.text(f"/chi-tieu/{made}")
    assert "chênh lệch 7" in page
    assert "<svg" in page
