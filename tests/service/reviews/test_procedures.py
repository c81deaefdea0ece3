"""The procedure of a day, by the API and on its page, with what is not known said."""

import re
from html import unescape
from typing import Any

import pytest

from service.reviews.schemas import EXAMPLE
from tests.service.conftest import Office

PATH = "/api/v1/procedures"
PAGE = "/quy-trinh-ra-soat"


def plain(page: str) -> str:
    """The text of a page without its tags."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))


# ---- by the API ---------------------------------------------------------------------------------


def test_the_version_of_a_day_comes_with_its_tracks_and_with_what_is_not_loaded(
    office: Office,
) -> None:
    body = office.request("surveyor", "GET", f"{PATH}?on=2026-11-27").json
    assert body["on"] == "2026-11-27"
    (version,) = body["items"]
    assert (version["id"], version["loaded"], len(version["digest"])) == ("2025-2026", True, 64)
    assert [track["code"] for track in version["tracks"]] == [
        "periodic", "on_demand_entry", "on_demand_exit", "farm_average", "low_income_worker",
    ]  # fmt: skip
    (missing,) = body["not_loaded"]
    assert (missing["id"], missing["codes"]) == ("2027", ["1.116214", "1.116215"])
    assert "chưa có quy trình này" in missing["why"]


def test_a_track_has_its_steps_in_order_with_who_acts_and_in_how_many_days(office: Office) -> None:
    asked = office.request("chairman", "GET", f"{PATH}?on=27/11/2026&track=periodic").json
    (track,) = asked["items"][0]["tracks"]
    assert track["number"] == {"value": "1.011606", "source": "2306/QĐ-BNNMT", "certainty": "seen"}
    assert (track["window"]["first"], track["window"]["last"]) == ("09-01", "12-14")
    assert track["starts_monthly_on"] is None
    assert track["screening"] == {"used": True, "fewer_than": 4, "certainty": "seen"}
    assert [one["code"] for one in track["requests"]] == ["form_01"]
    steps = {step["code"]: step for step in track["steps"]}
    assert list(steps) == [
        "request", "listing", "survey", "meeting", "posting", "consultation", "decision",
    ]  # fmt: skip
    assert steps["meeting"]["agreement_percent"] == {"value": 50, "certainty": "seen"}
    assert steps["consultation"]["answered_by"]["code"] == "province_chairman"
    limits = steps["posting"]["time_limits"]
    assert [(one["code"], one["days"], one["units"]) for one in limits] == [
        ("posting", 3, ["working"]), ("reverification", 7, ["working"]),
        ("reposting", 3, ["working"]),
    ]  # fmt: skip


def test_a_limit_that_texts_disagree_about_names_both_units(office: Office) -> None:
    asked = office.request("auditor", "GET", f"{PATH}?on=2026-11-27&track=on_demand_entry").json
    (whole,) = asked["items"][0]["tracks"][0]["time_limits"]
    assert (whole["days"], whole["units"]) == (15, ["calendar", "working"])
    assert "ngày làm việc" in whole["note"]


def test_what_is_not_known_is_null_and_said(office: Office) -> None:
    asked = office.request("surveyor", "GET", f"{PATH}?on=2025-03-01&track=low_income_worker").json
    (track,) = asked["items"][0]["tracks"]
    assert track["number"] == {"value": None, "source": "30/2025/NĐ-CP", "certainty": "unknown"}
    assert track["screening"]["used"] is None
    assert track["open_questions"]


def test_a_version_that_is_not_loaded_is_answered_empty(office: Office) -> None:
    (version,) = office.request("surveyor", "GET", f"{PATH}?on=2027-01-01&track=periodic").json[
        "items"
    ]
    assert (version["id"], version["loaded"], version["tracks"]) == ("2027", False, [])


def test_the_example_of_the_document_is_an_answer(office: Office) -> None:
    asked = office.request("surveyor", "GET", f"{PATH}?on=2027-01-01", **{"Accept-Language": "en"})
    assert asked.json == EXAMPLE


def test_without_a_day_it_is_the_version_of_today(office: Office) -> None:
    body = office.request("administrator", "GET", PATH).json
    assert (body["on"], body["items"][0]["id"]) == ("2023-12-20", "2021-2025")


def test_texts_are_in_the_language_that_is_preferred(office: Office) -> None:
    asked = office.request("surveyor", "GET", PATH, **{"Accept-Language": "en"}).json
    assert asked["items"][0]["tracks"][0]["title"] == "Periodic yearly review"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("on=2021-08-31", "no_procedure_in_force"),
        ("on=2024-01-01&track=low_income_worker", "track_not_in_force"),
        ("track=yearly", "fields_refused"),
        ("on=13/2026", "fields_refused"),
    ],
)
def test_what_there_is_not_is_refused_by_name(office: Office, query: str, code: str) -> None:
    answer = office.request("surveyor", "GET", f"{PATH}?{query}")
    assert (answer.status_code, answer.json["code"]) == (422, code)


# ---- on its page --------------------------------------------------------------------------------


def test_every_role_is_led_to_the_page(person: Any) -> None:
    for account in ("surveyor", "case_worker", "administrator"):
        assert f'href="{PAGE}"' in person(account).text("/tro-giup")


def test_the_page_shows_who_acts_in_how_many_days_and_counts_them(person: Any) -> None:
    page = plain(person("case_worker").text(f"{PAGE}?on=27/11/2026&begins=20/11/2026"))
    assert "Mã thủ tục 1.011606" in page
    assert "từ ngày 01/09 đến hết ngày 14/12" in page
    assert "trả lời: Chủ tịch UBND cấp tỉnh" in page
    assert "Tỷ lệ đồng ý: từ 50% trở lên" in page
    assert "Phúc tra: 7 ngày làm việc" in page
    # The 24th is a public holiday.
    assert "Trả lời xin ý kiến 5 ngày làm việc ngày cấp tỉnh nhận được báo cáo 30/11/2026" in page
    assert "tạm tính)" not in page


def test_the_page_counts_both_where_the_texts_disagree(person: Any) -> None:
    page = plain(
        person("surveyor").text(f"{PAGE}?on=27/11/2026&track=on_demand_exit&begins=15/12/2026")
    )
    assert "30/12/2026 (ngày theo lịch)" in page
    assert re.search(r"06/01/2027 \(ngày làm việc\) +\( ?tạm tính ?\)", page)
    assert "15 ngày tính theo ngày lịch hay ngày làm việc." in page


def test_the_page_says_what_is_not_known(person: Any) -> None:
    page = plain(person("surveyor").text(f"{PAGE}?on=27/11/2026&track=farm_average"))
    assert "Niêm yết kết quả phúc tra: Chưa xác định" in page
    assert "Có họp dân và có niêm yết lại kết quả phúc tra hay không." in page


def test_the_page_says_that_a_version_is_not_loaded(person: Any) -> None:
    page = plain(person("surveyor").text(f"{PAGE}?on=01/01/2027"))
    assert "hai thủ tục mới 1.116214 và 1.116215 đã được công bố" in page
    assert "Các bước, theo thứ tự" not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("on=31/08/2021", "Hệ thống chưa có quy trình rà soát của ngày 31/08/2021."),
        ("on=01/01/2024&track=low_income_worker", "Ngày 01/01/2024 chưa có cách rà soát này."),
    ],
)
def test_the_page_says_where_there_was_none(person: Any, query: str, said: str) -> None:
    assert said in plain(person("surveyor").text(f"{PAGE}?{query}"))


def test_the_page_marks_what_was_inferred_or_remembered(person: Any) -> None:
    page = plain(person("surveyor").text(f"{PAGE}?on=01/10/2024"))
    assert "trả lời: Chủ tịch UBND cấp huyện" in page
    assert "Trả lời xin ý kiến: 5 ngày làm việc (chưa đối chiếu văn bản)" in page
    assert "(suy ra, cần đối chiếu văn bản)" in page


def test_a_day_that_cannot_be_read_is_left_out_and_named(person: Any) -> None:
    page = person("surveyor").text(f"{PAGE}?on=40/13/2026&begins=x")
    assert "Đã bỏ qua điều kiện lọc không hợp lệ" in page
    assert "Quy trình rà soát từ ngày 01/09/2021" in page


def test_the_page_reads_in_english(person: Any) -> None:
    reader = person("surveyor")
    reader.send("/tro-giup", "/ngon-ngu", language="en", next="/")
    page = plain(reader.text(f"{PAGE}?on=27/11/2026"))
    assert "Answer to the consultation" in page
    assert "The chairman of the provincial People's Committee" in page
    assert not re.search(r"Bước|Thời hạn|ngày làm việc", page)
