"""The plan of a household: suggested benefits, cases of its steps, what came of it."""

import re
from typing import Any

import pytest

from tests.service.conftest import Office
from tests.service.persons import Person
from tests.service.support.programmes_and_lines import PAPER, change, line, listed, load, post

DAY = "01/06/2023"
PLAN = {
    "effective_on": "2023-01-10",
    "goal": "Thoát nghèo trong năm 2023",
    "steps": ["Sửa mái nhà", "Nuôi bò sinh sản"],
    "responsible": "Hội Phụ nữ phường",
}


def version_of(office: Office, household: str) -> int:
    answer = office.request("case_worker", "GET", f"/api/v1/households/{household}")
    return int(answer.headers["ETag"].strip('"'))


@pytest.fixture
def household(with_passwords: Office) -> str:
    """A poor household with needs, causes and a plan, surveyed before it."""
    office = with_passwords
    load(office)
    id_ = str(office.household()["household_id"])
    survey = {
        "effective_on": "2022-09-15", "form": "B/TT07-2021", "area_type": "urban",
        "income": 1_200_000, "deprived": ["employment", "nutrition", "health_insurance"],
    }  # fmt: skip
    for path, body in (
        ("surveys", survey),
        ("needs", {"effective_on": "2022-12-20", "needs": ["housing", "other"]}),
        ("causes", {"effective_on": "2022-12-20", "causes": ["7"]}),
    ):
        post(office, f"households/{id_}/{path}", body, version_of(office, id_), "case_worker")
    listed(office, id_)
    post(office, f"households/{id_}/plan", PLAN, version_of(office, id_), "case_worker")
    return id_


def plans(office: Office, household: str) -> Any:
    answer = office.request("case_worker", "GET", f"/api/v1/households/{household}/plans")
    assert answer.status_code == 200, answer.json
    return answer.json


def test_needs_and_causes_suggest_benefits_and_say_where_none_is_known(
    with_passwords: Office, household: str
) -> None:
    found = {
        (one["kind"], one["code"]): one for one in plans(with_passwords, household)["suggestions"]
    }
    housing = {
        f"{one['programme']}/{one['benefit']}": one["refused"]
        for one in found["need", "housing"]["benefits"]
    }
    assert housing["2021-2025/housing_repair"] == ""
    insured = {one["benefit"]: one["refused"] for one in found["cause", "7"]["benefits"]}
    assert insured["health_insurance_poor"] == ""
    assert insured["health_insurance_near_poor"] == "does_not_qualify"
    assert (found["need", "other"]["certainty"], found["need", "other"]["benefits"]) == (
        "unknown", [],
    )  # fmt: skip


def test_steps_become_cases_in_one_act_and_what_came_of_them_is_shown(
    person: Any, with_passwords: Office, household: str
) -> None:
    office = with_passwords
    (plan,) = plans(office, household)["plans"]
    steps = [
        {"step": 1, "programme": "2021-2025", "benefit": "housing_repair"},
        {"step": 2, "programme": "2021-2025", "benefit": "livelihood_model"},
    ]
    at = f"households/{household}/plan-cases"
    wrong = {"effective_on": "2023-03-01", "plan": plan["plan"]}
    bad = [steps[0], {**steps[1], "benefit": "overseas_work"}]
    answer = office.request("case_worker", "POST", f"/api/v1/{at}", {**wrong, "steps": bad})
    assert (answer.status_code, answer.json["code"]) == (422, "beneficiary_mismatch")
    assert answer.json["values"]["step"] == 2
    made = post(office, at, {**wrong, "steps": steps}, by="case_worker")
    cases = {one["step"]: one["case_id"] for one in made["cases"]}
    assert made["created"] == cases[1]
    pays = line(office, node="5", kind="development", source="mobilised")
    change(office, pays, "allocations", amount=100_000_000)

    def step(path: str, by: str = "case_worker", **body: Any) -> None:
        shown = office.request("case_worker", "GET", f"/api/v1/cases/{cases[1]}").json
        sent = {"effective_on": "2023-04-01", **body}
        post(office, f"cases/{cases[1]}/{path}", sent, shown["version"], by)

    step("assessments")
    step("approvals", "chairman", document=PAPER["document"], line_id=pays)
    step("grants")
    step("deliveries")
    step("confirmations", means="signature")
    survey = {
        "effective_on": "2023-05-15", "form": "B/TT07-2021", "area_type": "urban",
        "income": 1_300_000, "deprived": ["employment", "latrine"],
    }  # fmt: skip
    at = f"households/{household}/surveys"
    post(office, at, survey, version_of(office, household), "case_worker")

    (plan,) = plans(office, household)["plans"]
    first, second = plan["steps"]
    assert [one["case_id"] for one in first["cases"]] == [cases[1]]
    assert first["cases"][0]["confirmed_on"] == "2023-04-01"
    assert second["cases"][0]["delivered_on"] is None
    assert sorted(plan["then"]["codes"]) == ["employment", "health_insurance", "nutrition"]
    assert sorted(plan["now"]["codes"]) == ["employment", "latrine"]
    officer: Person = person("case_worker")
    shown = officer.text(f"/ho/{household}")
    assert "Kết quả thực hiện kế hoạch" in shown
    assert shown.count("01/04/2023") >= 2
    assert "hết thiếu hụt" in shown
    assert "mới thiếu hụt" in shown
    assert "Sửa mái nhà" in officer.text(f"/ho-so-ho-tro/{cases[1]}")


def test_the_page_makes_cases_of_the_steps_and_shows_a_refusal_beside_its_step(
    person: Any, with_passwords: Office, household: str
) -> None:
    officer: Person = person("case_worker")
    at = f"/ho/{household}/de-nghi-ho-tro/ke-hoach"
    shown = officer.text(at)
    assert "Sửa mái nhà" in shown
    assert "(gợi ý)" in shown
    assert "Chưa biết chính sách nào dành cho mục này" in shown
    plan = re.search(r'name="plan" value="(\d+)"', shown)
    assert plan
    typed = {"plan": plan[1], "period": DAY, "effective_on": DAY}
    none = officer.send(at, at, **typed)
    assert none.status_code == 422
    assert "Chưa chọn chính sách" in none.text
    chosen = {"benefit.1": "2021-2025/housing_repair", "benefit.2": "2021-2025/overseas_work"}
    refused = officer.send(at, at, **typed, **chosen)
    assert refused.status_code == 422
    assert 'id="e-benefit.2"' in refused.text
    chosen["benefit.2"] = "2021-2025/livelihood_model"
    made = officer.send(at, at, **typed, **chosen)
    assert made.status_code == 303, made.text
    cases = with_passwords.request(
        "case_worker", "GET", f"/api/v1/cases?household={household}"
    ).json["items"]
    assert sorted((one["plan_step"], one["benefit"]) for one in cases) == [
        (1, "housing_repair"),
        (2, "livelihood_model"),
    ]
    assert "Việc này đã có 1 hồ sơ" in officer.text(at)


def test_a_household_without_a_plan_is_told_so(person: Any, with_passwords: Office) -> None:
    load(with_passwords)
    household = with_passwords.household()["household_id"]
    officer: Person = person("case_worker")
    shown = officer.text(f"/ho/{household}/de-nghi-ho-tro/ke-hoach")
    assert "Hộ chưa có kế hoạch hỗ trợ" in shown
    assert "Chưa ghi nhu cầu và nguyên nhân nghèo" in shown
