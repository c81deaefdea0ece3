"""The summary of what is wrong names each input and what was typed, and leads there."""

import html
import re
from typing import Any

from tests.service.conftest import Office
from tests.service.households.poor_household import H, filled, poor
from tests.service.persons import Person

LINE = re.compile(r'<li><a href="#f-([^"]+)">(.*?)</a></li>', re.S)


def summary(page: str) -> dict[str, str]:
    """What the summary says of each input, as a reader sees it."""
    start = page.index('id="refusal"')
    found = LINE.findall(page[start : page.index("</div>", start)])
    return {name: html.unescape(re.sub(r"<[^>]+>", "", said)) for name, said in found}


def send(someone: Person, address: str, /, **typed: Any) -> Any:
    values = filled(someone.text(address), **typed)
    return someone.client.post(address, data=values, headers={"Accept": "text/html"})


def test_a_form_about_a_household_names_inputs_and_values_in_their_order(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    answer = send(person("case_worker"), f"/ho/{household}/ghi/them-nguoi", member__name="",
                  effective_on="31/02/2023", member__birth_year="19x0")  # fmt: skip
    assert answer.status_code == 422
    found = summary(answer.text)
    assert list(found) == ["effective_on", "member.name", "member.birth_year"]
    assert found["effective_on"].startswith("Là thành viên từ ngày “31/02/2023”: ")
    assert found["member.name"] == "Họ và tên: Bắt buộc nhập. Hãy nhập mục này"
    assert found["member.birth_year"].startswith("Năm sinh “19x0”: ")
    for name in found:
        assert f'id="f-{name}"' in answer.text
    assert re.search(r'id="refusal" tabindex="-1" autofocus', answer.text)


def test_a_refusal_of_the_record_stands_at_its_input_and_is_said_once(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    answer = send(person("case_worker"), f"/ho/{household}/ghi/them-nguoi",
                  member__name="Hồ Văn Khế", effective_on="01/01/2030")  # fmt: skip
    assert answer.status_code == 422
    found = summary(answer.text)
    assert found["effective_on"].startswith("Là thành viên từ ngày “01/01/2030”: ")
    heading = re.search(r'id="refusal".*?<strong>(.*?)</strong>', answer.text, re.S)
    assert heading
    assert heading[1] not in found["effective_on"]


def test_a_row_says_whose_it_is(person: Any) -> None:
    someone = person("case_worker")
    values = {**filled(someone.text("/ho/moi")), "village": "Tổ 1", "members.0.name": "Hồ Văn Na",
              "members.1.name": "Lê Thị Lê", "members.1.relation": "spouse",
              "members.1.birth_date": "40/13/1980"}  # fmt: skip
    answer = someone.client.post("/ho/moi", data=values, headers={"Accept": "text/html"})
    found = summary(answer.text)
    assert found["members.1.birth_date"].startswith("Thành viên thứ 2, Ngày sinh “40/13/1980”: ")


def test_other_forms_do_the_same_and_never_show_a_password(person: Any) -> None:
    administrator = person("administrator")
    answer = administrator.send("/tai-khoan", "/tai-khoan", account="Có Dấu", name="")
    found = summary(answer.text)
    assert "“Có Dấu”" in found["account"]
    assert not found["account"].startswith("“")
    assert found["name"].endswith(": Bắt buộc nhập. Hãy nhập mục này")
    own = administrator.send("/tai-khoan/cua-toi", "/tai-khoan/cua-toi/mat-khau",
                             present="the present one", password="short")  # fmt: skip
    assert own.status_code == 422
    said = summary(own.text)
    assert said
    assert "short" not in str(said)
    assert "the present one" not in own.text


def test_what_was_typed_is_text_in_the_summary(person: Any, with_passwords: Office) -> None:
    household = poor(with_passwords)
    answer = send(person("case_worker"), f"/ho/{household}/ghi/them-nguoi",
                  effective_on="<script>1</script>")  # fmt: skip
    assert answer.status_code == 422
    assert "<script>1" not in answer.text


def test_a_correction_that_changes_nothing_says_so(person: Any, with_passwords: Office) -> None:
    household, worker = poor(with_passwords), person("case_worker")
    someone = with_passwords.request("auditor", "GET", f"{H}/{household}").json["members"][1]
    for address in (f"/ho/{household}/ghi/sua",
                    f"/ho/{household}/ghi/nguoi/{someone['person_id']}/sua"):  # fmt: skip
        answer = send(worker, address, effective_on="01/07/2022")
        assert answer.status_code == 422
        assert "không có mục nào được sửa" in answer.text
    assert with_passwords.request("auditor", "GET", f"{H}/{household}").json["version"] == 4


def test_a_move_to_where_it_is_says_that_nothing_was_recorded(
    person: Any, with_passwords: Office
) -> None:
    household, worker = poor(with_passwords), person("case_worker")
    answer = send(worker, f"/ho/{household}/ghi/chuyen-di", village="Tổ dân phố 3")
    assert answer.status_code == 303
    assert "recorded" not in answer.headers["Location"]
    assert "không lưu thêm" in worker.text(answer.headers["Location"])
