"""Coverage over the API, at its pages and as Excel, with the right to see households or without."""

import io
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.service.conftest import AN_HOA, HUE, HUONG_SO, Office
from tests.service.support.programmes_and_lines import PAPER, change, line, listed, load, post

BENEFIT = "policies/electricity"
HOUSE = "2021-2025/housing_new"
ON = "2023-05-10"
PAGE = "/ho-tro/do-bao-phu"


@pytest.fixture(scope="module")
def homes(office: Office) -> dict[str, str]:
    """Six households in two villages of a ward: of five that qualify two are served, and one is
    served that does not qualify: the decision on it was withdrawn later. One of the five had a new
    house, asked for in March."""
    load(office)
    made = {}
    for at, name in enumerate(("a", "b", "c", "d", "e", "not poor")):
        made[name] = str(office.household(village="Tổ 1" if at < 4 else "Tổ 2")["household_id"])
        listed(office, made[name])
    for name in ("a", "b", "not poor"):
        support(office, made[name])
    withdrawn(office, made["not poor"])
    housed(office, made["c"])
    return made


def withdrawn(office: Office, household: str) -> None:
    """The first decision on a household, by which it was poor, was an error."""
    body = {
        "reason": "Nhầm hộ",
        "document": {"number": "15/QĐ-UBND", "signed_on": "2023-06-01", "signer": "Chủ tịch"},
    }  # fmt: skip
    answer = office.request("chairman", "GET", f"/api/v1/households/{household}")
    version = int(answer.headers["ETag"].strip('"'))
    path = f"households/{household}/classifications/2/withdrawal"
    post(office, path, body, version, "chairman")


def support(office: Office, household: str) -> None:
    """Electricity of the second quarter, as recorded on the household."""
    body = {
        "effective_on": "2023-04-05", "programme": "policies", "benefit": "electricity",
        "amount": 165_000, "period_from": "2023-04-01", "period_until": "2023-06-30",
        "source": "local", "funding_year": 2023,
    }  # fmt: skip
    answer = office.request("case_worker", "GET", f"/api/v1/households/{household}")
    version = int(answer.headers["ETag"].strip('"'))
    post(office, f"households/{household}/support", body, version, "case_worker")


def housed(office: Office, household: str) -> None:
    """A new house, requested on 1 March and delivered on 10 April: after 40 days."""
    pays = line(office, node="5")
    change(office, pays, "allocations", amount=100_000_000)
    programme, _, code = HOUSE.partition("/")
    body = {"household_id": household, "programme": programme, "benefit": code}
    case = post(office, "cases", {"effective_on": "2023-03-01", **body}, by="case_worker")["id"]
    for path, by, more in (
        ("assessments", "case_worker", {}),
        ("approvals", "chairman", {"document": PAPER["document"], "line_id": pays}),
        ("grants", "case_worker", {}),
        ("disbursements", "case_worker", {"amount": 40_000_000}),
        ("deliveries", "case_worker", {}),
    ):
        shown = office.request("case_worker", "GET", f"/api/v1/cases/{case}").json
        sent = {"effective_on": "2023-04-10", **more}
        post(office, f"cases/{case}/{path}", sent, shown["version"], by)


def ask(office: Office, by: str = "province_officer", **query: Any) -> Any:
    asked = {"benefit": BENEFIT, "area": HUONG_SO, "on": ON, **query}
    text = "&".join(f"{name}={value}" for name, value in asked.items() if value is not None)
    answer = office.request(by, "GET", f"/api/v1/coverage?{text}")
    assert answer.status_code == 200, answer.json
    return answer.json


def test_a_ward_is_counted_with_its_villages_and_shares(office: Office, homes: Any) -> None:
    said = ask(office)
    total = said["total"]
    assert {name: total[name] for name in ("eligible", "served", "covered", "unserved")} == {
        "eligible": 5, "served": 3, "covered": 2, "unserved": 3,
    }  # fmt: skip
    assert (total["outside"], total["leaked"]) == (1, 1)
    assert total["coverage_percent"] == "40.00"
    assert total["undercoverage_percent"] == "60.00"
    assert total["leakage_percent"] == "33.33"
    assert total["groups"]["disability"] is None
    assert "disability_not_on_record" in said["notes"]
    assert (said["smallest"], total["hidden"]) == (None, [])
    villages = {one["village"]: (one["eligible"], one["served"]) for one in said["items"]}
    assert villages == {"Tổ 1": (4, 2), "Tổ 2": (1, 1)}
    assert (said["period_from"], said["period_until"]) == ("2023-04-01", "2023-06-30")


def test_a_city_is_counted_by_its_wards_and_another_ward_has_none(
    office: Office, homes: Any
) -> None:
    said = ask(office, area=HUE)
    assert said["total"]["eligible"] == 5
    below = {one["unit"]: one["eligible"] for one in said["items"] if one["eligible"]}
    assert sum(below.values()) == 5
    assert ask(office, area=AN_HOA)["total"]["eligible"] == 0


def test_a_delivery_has_its_days_from_the_request(office: Office, homes: Any) -> None:
    total = ask(office, benefit=HOUSE)["total"]
    assert total["delivery"] == {"cases": 1, "median_days": 40, "p90_days": 40}
    assert (total["served"], total["afterwards"]["granted"]) == (1, 1)
    assert ask(office, benefit=HOUSE, on="2023-04-09")["total"]["delivery"]["cases"] == 0


def test_what_was_not_known_yet_is_not_counted(office: Office, homes: Any) -> None:
    said = ask(office, known_at="2023-12-19T00:00:00Z")
    assert said["total"]["eligible"] == 0, "everything was recorded on the 20th"


def test_the_households_behind_a_count_are_listed_and_the_log_says_so(
    office: Office, homes: dict[str, str]
) -> None:
    def behind(by: str = "case_worker", **query: Any) -> Any:
        asked = {"benefit": BENEFIT, "area": HUONG_SO, "on": ON, **query}
        text = "&".join(f"{name}={value}" for name, value in asked.items())
        return office.request(by, "GET", f"/api/v1/coverage/households?{text}")

    found = behind(what="unserved").json["items"]
    assert {one["household_id"] for one in found} == {homes[name] for name in "cde"}
    (leaked,) = behind(what="leaked").json["items"]
    assert leaked["household_id"] == homes["not poor"]
    assert len(behind(what="eligible", of_village="Tổ 2").json["items"]) == 1
    first = behind(what="eligible", limit=2).json
    rest = behind(what="eligible", after=first["next"]).json["items"]
    assert len(first["items"]) + len(rest) == 5
    assert behind("surveyor", what="eligible").status_code == 403
    assert behind("administrator", what="eligible").status_code == 403


def test_small_counts_are_held_back_from_those_who_may_not_see_households(
    office: Office, homes: Any
) -> None:
    said = ask(office, "surveyor")
    assert said["smallest"] == 5
    assert "small_counts_held_back" in said["notes"]
    total = said["total"]
    assert (total["covered"], total["unserved"], total["leaked"]) == (None, None, None)
    assert {"covered", "unserved", "leaked", "served"} <= set(total["hidden"])
    assert total["coverage_percent"] is None
    for one in said["items"]:
        assert one["eligible"] in (0, None) or one["eligible"] >= 5


def test_who_may_see_all_asks_for_a_copy_to_hand_on(office: Office, homes: Any) -> None:
    assert ask(office, held_back="true")["total"] == ask(office, "surveyor")["total"]


def test_a_province_sets_its_smallest_count(office: Office, homes: Any) -> None:
    sent = {"effective_on": "2023-12-01", "document": {"number": "1/QĐ"}, "area": HUE}
    for households in (2, 5):
        post(office, "smallest-counts", {**sent, "households": households})
        assert ask(office, "surveyor")["smallest"] == households
        sent["effective_on"] = "2023-12-02"
    wrong = {**sent, "area": HUONG_SO, "households": 3}
    answer = office.request("province_officer", "POST", "/api/v1/smallest-counts", wrong)
    assert (answer.status_code, answer.json["code"]) == (422, "smallest_count_of_province")


def test_an_unknown_benefit_is_refused(office: Office, homes: Any) -> None:
    answer = office.request("auditor", "GET", f"/api/v1/coverage?benefit=policies/x&area={HUE}")
    assert (answer.status_code, answer.json["code"]) == (404, "benefit_unknown")


# Pages.


@pytest.fixture
def told(with_passwords: Office, homes: dict[str, str]) -> dict[str, str]:
    """The same households, in an office with passwords."""
    with_passwords.nudge.catch_up()
    return homes


def test_the_page_shows_table_and_chart_and_leads_to_the_households(
    person: Any, told: dict[str, str]
) -> None:
    officer = person("case_worker")
    empty = officer.text(f"{PAGE}?area={HUONG_SO}")
    assert "Chọn một chính sách" in empty
    page = officer.text(f"{PAGE}?area={HUONG_SO}&benefit={BENEFIT}&on=10/05/2023")
    assert "<svg" in page
    assert "40,00%" in page
    assert "không chứng minh" in page
    assert "khuyết tật" in page
    behind = re.search(r'href="(/ho-tro/do-bao-phu/ho\?[^"]*what=unserved[^"]*)"', page)
    assert behind
    shown = officer.text(behind.group(1).replace("&amp;", "&"))
    assert told["e"] in shown
    assert told["a"] not in shown
    assert f"{PAGE}?benefit" in officer.text(
        f"/doi-tuong-huong?area={HUONG_SO}&benefit={BENEFIT}&on=10/05/2023&every=yes"
    )
    assert PAGE in officer.text("/chuong-trinh?programme=policies")


def test_the_page_holds_small_counts_back_and_says_whose_limit_it_is(
    person: Any, told: dict[str, str]
) -> None:
    address = f"{PAGE}?area={HUONG_SO}&benefit={BENEFIT}&on=10/05/2023"
    page = person("surveyor").text(address)
    assert "không phải quy định của pháp luật" in page
    assert "40,00%" not in page
    assert "/do-bao-phu/ho" not in page
    assert "<svg" not in page
    assert "che</abbr>" in person("case_worker").text(f"{address}&held_back=yes")


def test_the_workbook_has_the_same_figures_and_holds_back_alike(
    person: Any, told: dict[str, str]
) -> None:
    address = f"{PAGE}.xlsx?area={HUONG_SO}&benefit={BENEFIT}&on=10/05/2023"

    def rows(by: str) -> list[list[Any]]:
        answer = person(by).get(address)
        assert answer.status_code == 200, answer.text
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
        found = sheet.to_python()
        head = next(at for at, row in enumerate(found) if row[0] == "Địa bàn")
        return found[head:]

    heading, total, village = rows("case_worker")[:3]
    assert heading[1:5] == [
        "Thuộc đối tượng", "Thuộc đối tượng, đã hỗ trợ", "Thuộc đối tượng, chưa hỗ trợ",
        "Đã hỗ trợ",
    ]  # fmt: skip
    assert total[1:7] == [5, 2, 3, 3, 1, 40]
    assert village[:2] == ["Tổ 1", 4]
    assert rows("surveyor")[1][2:6] == ["che"] * 4
