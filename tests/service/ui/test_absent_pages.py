"""What a form asks for where something was not chosen, or nothing was changed."""

import re
from typing import Any

from tests.service.conftest import Office
from tests.service.households.poor_household import H, filled, poor


def sent(someone: Any, address: str, **typed: Any) -> str:
    values = filled(someone.text(address), **typed)
    answer = someone.client.post(address, data=values, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    return str(answer.text)


def summary(page: str) -> str:
    return re.sub(r"<.*?>", "", page[page.index('id="refusal"') :].partition("</div>")[0])


def test_a_split_asks_what_each_person_ticked_is_to_the_head(
    with_passwords: Office, person: Any
) -> None:
    household = poor(with_passwords)
    shown = with_passwords.request("case_worker", "GET", f"{H}/{household}").json
    child = shown["members"][1]["person_id"]
    page = sent(person("case_worker"), f"/ho/{household}/ghi/tach-ho", persons=[child])
    assert "Hãy chọn quan hệ với chủ hộ cho từng người đã đánh dấu." in summary(page)
    assert "danh mục" not in summary(page)


def test_a_correction_of_nothing_names_no_input_that_was_not_touched(
    with_passwords: Office, person: Any
) -> None:
    household = poor(with_passwords)
    shown = with_passwords.request("case_worker", "GET", f"{H}/{household}").json
    child = shown["members"][1]["person_id"]
    address = f"/ho/{household}/ghi/nguoi/{child}/sua"
    said = summary(sent(person("case_worker"), address, effective_on="01/06/2023"))
    assert "không có mục nào được sửa" in said
    assert "phải có" not in said


def test_a_split_takes_no_village_of_signs_only(with_passwords: Office, person: Any) -> None:
    household = poor(with_passwords)
    shown = with_passwords.request("case_worker", "GET", f"{H}/{household}").json
    child = shown["members"][1]["person_id"]
    someone, address = person("case_worker"), f"/ho/{household}/ghi/tach-ho"
    typed = {"persons": [child], f"relation.{child}": "head", "effective_on": "01/06/2023"}
    page = sent(someone, address, **typed, village="...")
    assert "Thôn, tổ dân phố" in summary(page)
    body = {"effective_on": "2023-06-01", "village": "…",
            "persons": [{"person_id": child, "relation": "head"}]}  # fmt: skip
    answer = with_passwords.request(
        "case_worker", "POST", f"{H}/{household}/split", body, version=4
    )
    assert (answer.status_code, answer.json["code"]) == (422, "name_without_letters")


def test_a_preview_refuses_a_day_to_come_and_half_a_day(
    with_passwords: Office, person: Any
) -> None:
    household = poor(with_passwords)
    for role, form in (("surveyor", "khao-sat"), ("chairman", "quyet-dinh")):
        someone, address = person(role), f"/ho/{household}/ghi/{form}"
        for day, why in (("21/12/2023", "sau ngày hôm nay"), ("12/2022", "Chưa rõ ngày")):
            typed = {"effective_on": day, "b1": "120", "b2": "30", "preview": "1"}
            values = filled(someone.text(address), **typed)
            answer = someone.client.post(address, data=values, headers={"X-Part": "preview"})
            assert answer.status_code == 200
            assert why in answer.text, (form, day, answer.text)
            assert "Phân loại dự kiến:" not in answer.text
