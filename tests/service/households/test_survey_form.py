"""Form B on its page: answers, not totals; what the record knows; the class at once. No script."""

import html
import re
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from domain.commands.command import Document
from domain.standards.score_card import import_score_card
from service.access import authentication
from tests.domain.standards.test_questions import WELL
from tests.domain.standards.test_score_card import INVENTED, NAME
from tests.service.conftest import AN_HOA, Office
from tests.service.households.poor_household import H, filled

HEAD = {"name": "Hồ Thị Bưởi", "relation": "head", "sex": "female", "birth_date": "1980-05-02"}
CHILD = {"name": "Hồ Thị Na", "relation": "child", "sex": "female", "birth_date": "2014-03-01"}
LATE_2026 = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
# Answers as a browser sends them; `members` and `children_under_16` come from the record.
ANSWERED = {
    **{f"answers__{code}": str(answer) for code, answer in WELL.items()
       if code not in ("members", "children_under_16")},
    "answers__uses_internet": "yes", "answers__shared_means": "yes",
    "answers__personal_means": "yes", "effective_on": "15/09/2022", "area_type": "urban",
    "income": "1.200.000", "confirmed": "yes",
}  # fmt: skip


def at(household: str) -> str:
    return f"/ho/{household}/ghi/phieu-b"


def household(office: Office, *members: dict[str, Any]) -> str:
    made = office.household(members=list(members or (HEAD, CHILD)))
    return str(made["household_id"])


def send(someone: Any, household: str, /, button: str = "", **typed: Any) -> Any:
    values = filled(someone.text(at(household)), **typed)
    if button:
        values[button] = "end"
    return someone.client.post(at(household), data=values, headers={"Accept": "text/html"})


def at_a_later_day(office: Office, now: datetime) -> None:
    """Sets the clock, and gives tokens that are good on that day."""
    office.clock.now = now
    with psycopg.connect(office.database.url) as conn:
        for account in ("surveyor", "case_worker", "auditor"):
            _, office.tokens[account] = authentication.issue_token(conn, account, label="", now=now)


def plain(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def said(page: str) -> str:
    """What the preview says."""
    return plain(
        page[page.index('id="preview"') : page.index("</form>", page.index('id="preview"'))]
    )


def surveys(office: Office, household: str) -> list[dict[str, Any]]:
    shown = office.request("auditor", "GET", f"{H}/{household}").json
    return list(shown["surveys"])


def test_each_indicator_is_asked_about_with_its_definition(office: Office, person: Any) -> None:
    page = person("surveyor").text(at(household(office)))
    assert page.count('class="ask card"') == 15  # 12 indicators, visit, income, photos
    text = plain(page)
    assert "Thiếu hụt khi nào Có ít nhất một người từ đủ 6 tuổi trở lên không có bảo hiểm" in text
    assert "Chưa đối chiếu với văn bản." in text
    assert "Chưa có bảng điểm B1 của khu vực này" in text
    assert 'name="deprived"' not in page


def test_what_the_ages_on_record_answer_is_filled_in_and_said(office: Office, person: Any) -> None:
    page = person("surveyor").text(at(household(office)))
    values = filled(page)
    assert (values["answers.members"], values["answers.children_under_16"]) == ("2", "1")
    assert values["answers.unschooled_3_5"] == "0", "no child of that age"
    assert "answers.unschooled_6_11" not in values, "the girl of nine has to be asked about"
    assert "answers.uninsured_members" not in values, "insurance is not on record"
    assert "Theo hồ sơ: 2. Hãy hỏi lại hộ." in plain(page)


def test_an_age_that_is_not_certain_fills_in_nothing(office: Office, person: Any) -> None:
    edge = {**CHILD, "birth_date": None, "birth_year": 2007}  # 15 or 16 in December 2023
    values = filled(person("surveyor").text(at(household(office, HEAD, edge))))
    assert values["answers.members"] == "2"
    assert values["answers.children_under_16"] == ""


def test_deprivations_follow_from_the_answers(office: Office, person: Any) -> None:
    one = household(office)
    typed = {**ANSWERED, "answers__toilet": "none", "answers__unschooled_6_11": "1",
             "answers__floor_area_m2": "15"}  # fmt: skip
    answer = send(person("surveyor"), one, **typed)
    assert answer.status_code == 303, plain(answer.text)[:800]
    (survey,) = surveys(office, one)
    assert survey["deprived"] == ["child_attendance", "floor_area", "latrine"]
    assert (survey["surveyor"], survey["income"]) == ("surveyor", 1_200_000)


def test_what_comes_from_the_record_has_to_be_confirmed(office: Office, person: Any) -> None:
    one = household(office)
    answer = send(person("surveyor"), one, **{**ANSWERED, "confirmed": ""})
    assert answer.status_code == 422
    assert "f-confirmed" in answer.text
    assert surveys(office, one) == []


def test_answers_that_are_missing_are_named(office: Office, person: Any) -> None:
    one = household(office)
    typed = {name: value for name, value in ANSWERED.items() if "toilet" not in name}
    answer = send(person("surveyor"), one, **typed)
    assert answer.status_code == 422
    above = plain(answer.text[: answer.text.index('class="record')])
    assert "Loại nhà tiêu : Chưa trả lời. Hãy trả lời câu này." in above
    assert 'id="e-answers.toilet"' in answer.text
    assert surveys(office, one) == []


def test_the_preview_says_what_is_open_and_then_the_class(office: Office, person: Any) -> None:
    one, someone = household(office), person("surveyor")
    begun = said(someone.text(at(one)))
    assert "Số chỉ số thiếu hụt: 0; chưa xác định: 11" in begun
    assert "Nhập thu nhập bình quân, hoặc điểm B1." in begun
    some = {"area_type": "urban", "effective_on": "15/09/2022", "income": "1.200.000"}
    page = send(someone, one, "preview", **some).text
    assert "Tùy các chỉ số chưa xác định: Hộ nghèo hoặc Hộ cận nghèo" in said(page)
    rich = send(someone, one, "preview", **{**some, "income": "2.500.000"}).text
    assert "Phân loại dự kiến: Hộ có mức sống trung bình" in said(rich)
    assert "không làm thay đổi phân loại" in said(rich)
    all_ = send(someone, one, "preview", **{**ANSWERED, "answers__toilet": "none"}).text
    assert "Số chỉ số thiếu hụt: 1 Nhà tiêu hợp vệ sinh." in said(all_)
    assert "Phân loại dự kiến: Hộ cận nghèo" in said(all_)
    assert 'id="state-latrine">Thiếu hụt<' in all_


@pytest.mark.parametrize(
    ("income", "expected"),
    [
        ("1.200.000", "chưa tính được Thu nhập không vượt chuẩn nên phải xét thiếu hụt"),
        ("9.000.000", "giai đoạn 2027-2030: Không thuộc diện nghèo, cận nghèo"),
        ("", "chưa tính được Nhập thu nhập bình quân"),
    ],
)
def test_late_in_2026_the_class_by_the_following_standard_is_shown_or_why_not(
    office: Office, person: Any, income: str, expected: str
) -> None:
    at_a_later_day(office, LATE_2026)
    typed = {**ANSWERED, "effective_on": "26/11/2026", "income": income}
    found = said(send(person("surveyor"), household(office), "preview", **typed).text)
    assert expected in found
    if income:
        assert "Phân loại dự kiến:" in found
        assert "áp dụng tiếp trong năm 2026" in found


def test_earlier_in_the_year_there_is_one_standard(office: Office, person: Any) -> None:
    at_a_later_day(office, LATE_2026)
    typed = {**ANSWERED, "effective_on": "01/06/2026"}
    assert "2027-2030" not in said(
        send(person("surveyor"), household(office), "preview", **typed).text
    )


def test_a_standard_without_questions_takes_deprivations_and_says_why(
    office: Office, person: Any
) -> None:
    at_a_later_day(office, datetime(2027, 3, 1, 2, 0, tzinfo=UTC))
    one, someone = household(office), person("surveyor")
    page = someone.text(at(one))
    assert "Chưa có bộ câu hỏi: chưa có Phụ lục của Nghị định 351/2025/NĐ-CP" in plain(page)
    answer = send(someone, one, effective_on="26/02/2027", area_type="urban", income="1.200.000",
                  deprived=["latrine", "household_waste"])  # fmt: skip
    assert answer.status_code == 303, plain(answer.text)[:600]
    (survey,) = surveys(office, one)
    assert survey["deprived"] == ["household_waste", "latrine"]


def test_a_household_that_moved_away_meanwhile_is_surveyed_no_more(
    office: Office, person: Any
) -> None:
    one, someone = household(office), person("surveyor")
    values = filled(someone.text(at(one)), **ANSWERED)
    move = {"effective_on": "2023-01-10", "area": AN_HOA, "village": "Tổ 1"}
    assert (
        office.request("case_worker", "POST", f"{H}/{one}/moves", move, version=1).status_code
        == 201
    )
    answer = someone.client.post(at(one), data=values, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert surveys(office, one) == []


def test_a_surveyor_surveys_in_the_own_villages_only(office: Office, person: Any) -> None:
    one = household(office)
    name = "surveyor.elsewhere"
    office.account(name, ("surveyor", "19804@2004-07-08"), villages=("Tổ dân phố 9",))
    body = {"effective_on": "2022-09-15", "form": "B", "area_type": "urban", "b1": 1, "b2": 0}
    answer = office.request(name, "POST", f"{H}/{one}/surveys", body, version=1)
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_where_a_score_card_holds_its_items_are_asked_and_score(
    office: Office, person: Any
) -> None:
    """The card is invented, as none is known."""
    with psycopg.connect(office.database.url) as conn:
        import_score_card(
            conn, INVENTED.encode(), by="province_officer", at=office.clock(),
            document=Document("1/QĐ-TEST"),
        )  # fmt: skip
    one, someone = household(office), person("surveyor")
    page = plain(someone.text(at(one)))
    assert "Bảng điểm invented-for-tests, văn bản số 1/QĐ-TEST." in page
    assert "Chưa có bảng điểm B1" not in page
    typed = {**ANSWERED, "income": "", "answers__b1__motorbike": "one",
             "answers__b1__electricity": "below_50", "answers__toilet": "none"}  # fmt: skip
    found = said(send(someone, one, "preview", **typed).text)
    assert "Điểm B1 là 125 điểm" in found
    assert "Phân loại dự kiến: Hộ cận nghèo" in found
    rural = {**typed, "area_type": "rural"}
    assert "Chưa có bảng điểm B1" in plain(send(someone, one, "preview", **rural).text)
    answer = send(someone, one, **typed)
    assert answer.status_code == 303, plain(answer.text)[:900]
    (survey,) = surveys(office, one)
    assert (survey["b1"], survey["b2"], survey["score_card"]) == (125, 10, NAME)


def test_an_item_of_the_card_without_an_answer_is_named(office: Office, person: Any) -> None:
    one = household(office)
    typed = {**ANSWERED, "answers__b1__motorbike": "one"}
    answer = send(person("surveyor"), one, **typed)
    assert answer.status_code == 422
    assert 'id="e-answers.b1.electricity"' in answer.text
