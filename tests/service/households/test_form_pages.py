"""Doing things from the page of a household, without a script: what a browser sends."""

import re
from typing import Any
from uuid import uuid4

import pytest

from tests.service.bodies import REGISTER
from tests.service.conftest import AN_HOA, Office
from tests.service.households.poor_household import H, filled, poor


def at(household: str, path: str) -> str:
    return f"/ho/{household}/ghi/{path}"


def send(someone: Any, address: str, /, **typed: Any) -> Any:
    """Loads a form and records what it says, with these fields typed over."""
    values = filled(someone.text(address), **typed)
    return someone.client.post(address, data=values, headers={"Accept": "text/html"})


def history(office: Office, household: str) -> list[dict[str, Any]]:
    answer = office.request("auditor", "GET", f"{H}/{household}/history")
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def last(office: Office, household: str) -> str:
    return str(history(office, household)[-1]["type"].removeprefix("household."))


def members(office: Office, household: str) -> list[str]:
    shown = office.request("auditor", "GET", f"{H}/{household}").json
    return [one["person_id"] for one in shown["members"]]


SURVEY = {"effective_on": "15/09/2022", "income": "1.200.000",
          "deprived": ["employment", "nutrition", "health_insurance"],
          "area_type": "urban"}  # fmt: skip

# Each form with what is typed into it, and the event that it ends in.
CASES: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "survey": ("surveyor", "khao-sat", SURVEY, "surveyed"),
    "screening": ("surveyor", "nhan-dang-nhanh", {"effective_on": "10/09/2022"}, "screened"),
    "decision": (
        "chairman",
        "quyet-dinh",
        {
            "effective_on": "02/12/2023",
            "document__number": "40/QĐ-UBND",
            "document__signed_on": "02/12/2023",
            "class": "near_poor",
            "override_reason": "Rà soát lại theo biên bản họp thôn",
        },
        "left_poverty",
    ),
    "exit": (
        "chairman",
        "thoat-ngheo",
        {
            "effective_on": "02/12/2023",
            "document__number": "41/QĐ-UBND",
            "document__signed_on": "02/12/2023",
            "survey_id": "",
            "class": "average",
            "figures__area_type": "urban",
            "figures__income": "2.500.000",
            "figures__deprived_count": "1",
        },
        "left_poverty",
    ),
    "support": (
        "case_worker",
        "ho-tro",
        {"programme": "BHYT-2023", "benefit": "thẻ", "amount": "900.000",
         "effective_on": "01/03/2023"},
        "support_granted",
    ),
    "join": (
        "case_worker",
        "them-nguoi",
        {"effective_on": "01/03/2023", "member__name": "Hồ Văn Dừa",
         "member__birth_date": "1/3/2023"},
        "member_joined",
    ),
    "causes": ("case_worker", "nguyen-nhan", {"causes": ["2", "7"]}, "causes_recorded"),
    "needs": ("case_worker", "nhu-cau", {"needs": ["housing"]}, "needs_recorded"),
    "plan": (
        "case_worker",
        "phuong-an",
        {"goal": "Thoát nghèo năm 2024", "steps": "Vay vốn\nHọc nghề",
         "responsible": "Hội Nông dân"},
        "plan_agreed",
    ),
    "correct": (
        "case_worker",
        "sua",
        {"correction__village": "Tổ dân phố 5", "effective_on": "01/07/2022"},
        "corrected",
    ),
    "move": (
        "case_worker",
        "chuyen-di",
        {"effective_on": "01/08/2023", "village": "Tổ dân phố 9"},
        "moved",
    ),
    "dissolve": ("case_worker", "ket-thuc", {"effective_on": "01/08/2023"}, "dissolved"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_form_records_its_event_and_leads_back_to_it_marked(
    person: Any, with_passwords: Office, name: str
) -> None:
    account, path, typed, event = CASES[name]
    household = poor(with_passwords)
    someone = person(account)
    answer = send(someone, at(household, path), **typed)
    assert answer.status_code == 303, answer.text[answer.text.find("refusal") :][:600]
    assert last(with_passwords, household) == event
    back = someone.text(answer.headers["Location"].partition("#")[0])
    assert 'class="event fresh"' in back
    assert "vừa ghi" in back


def test_people_leave_are_corrected_and_take_over(person: Any, with_passwords: Office) -> None:
    household = poor(with_passwords)
    head, child = members(with_passwords, household)
    worker = person("case_worker")
    corrected = send(
        worker,
        at(household, f"nguoi/{child}/sua"),
        effective_on="01/07/2022",
        correction__birth_date="03/05/1990",
    )
    assert corrected.status_code == 303
    event = history(with_passwords, household)[-1]
    assert [one["attribute"] for one in event["changes"]] == ["birth_date"]
    refused = send(worker, at(household, f"nguoi/{head}/roi-ho"), effective_on="01/08/2023",
                   reason="death")  # fmt: skip
    assert refused.status_code == 422
    assert 'id="e-new_head"' in refused.text
    left = send(worker, at(household, f"nguoi/{head}/roi-ho"), effective_on="01/08/2023",
                reason="death", new_head=child)  # fmt: skip
    assert left.status_code == 303
    assert members(with_passwords, household) == [child]


def test_a_household_splits_and_merges(person: Any, with_passwords: Office) -> None:
    household = poor(with_passwords, number="NHAP-9001")
    _, child = members(with_passwords, household)
    worker = person("case_worker")
    split = send(
        worker,
        at(household, "tach-ho"),
        effective_on="01/08/2023",
        persons=[child],
        **{f"relation.{child}": "head"},
    )
    assert split.status_code == 303, split.text
    (new,) = {
        one["household_id"] for one in history(with_passwords, household) if not one["own"]
    } or {""}
    assert members(with_passwords, new) == [child]
    found = worker.client.post(
        at(new, "nhap-ho"),
        data={**filled(worker.text(at(new, "nhap-ho"))), "into.q": "NHAP-9001", "find": "into"},
    )
    assert f'value="{household}"' in found.text
    merged = send(worker, at(new, "nhap-ho"), into=household, effective_on="01/09/2023")
    assert merged.status_code == 303, merged.text
    assert set(members(with_passwords, household)) >= {child}


def test_a_split_of_no_member_says_beside_them_that_none_is_chosen(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    answer = send(person("case_worker"), at(household, "tach-ho"), effective_on="01/08/2023")
    assert answer.status_code == 422
    assert answer.text.count("Chưa chọn. Hãy chọn ít nhất một mục.") == 2  # summary and field
    assert "Độ dài" not in answer.text


def test_a_split_made_by_hand_stays_within_the_area_of_the_account(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    _, child = members(with_passwords, household)
    typed = {"effective_on": "01/08/2023", "persons": [child], f"relation.{child}": "head"}
    answer = send(person("case_worker"), at(household, "tach-ho"), area=AN_HOA, **typed)
    assert answer.status_code == 404
    assert len(members(with_passwords, household)) == 2


def test_a_move_finds_another_commune(person: Any, with_passwords: Office) -> None:
    household = poor(with_passwords)
    worker = person("case_worker")
    address = at(household, "chuyen-di")
    asked = {**filled(worker.text(address)), "area.q": "An Hòa", "find": "area"}
    found = worker.client.post(address, data=asked)
    assert found.status_code == 200
    assert f'value="{AN_HOA}"' in found.text
    moved = send(worker, address, area=AN_HOA, village="Tổ 2", effective_on="01/08/2023")
    assert moved.status_code == 303
    assert worker.get(f"/ho/{household}").status_code == 404


def test_sending_the_same_form_twice_records_once(person: Any, with_passwords: Office) -> None:
    household = poor(with_passwords)
    worker = person("case_worker")
    address = at(household, "nguyen-nhan")
    values = filled(worker.text(address), causes=["1"])
    first = worker.client.post(address, data=values)
    again = worker.client.post(address, data=values)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert len(history(with_passwords, household)) == 5


def test_whoever_comes_second_sees_what_changed_and_keeps_what_they_typed(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    worker = person("case_worker")
    address = at(household, "phuong-an")
    typed = {"goal": "Mua bò", "steps": "Vay vốn", "responsible": "Chị Lan"}
    values = filled(worker.text(address), **typed)
    causes = {"effective_on": "2023-07-01", "causes": ["7"]}
    meanwhile = with_passwords.request(
        "case_worker", "POST", f"{H}/{household}/causes", causes, version=4
    )
    assert meanwhile.status_code == 201
    answer = worker.client.post(address, data=values)
    assert answer.status_code == 409
    assert "hồ sơ đã được cập nhật trong lúc nhập" in answer.text
    assert "có người ốm đau, bệnh nặng, tai nạn" in answer.text
    assert answer.text.count('class="event"') == 1
    kept = filled(answer.text)
    assert (kept["goal"], kept["responsible"], kept["_version"]) == ("Mua bò", "Chị Lan", "5")
    assert worker.client.post(address, data=kept).status_code == 303
    assert last(with_passwords, household) == "plan_agreed"


def test_only_what_was_changed_by_hand_is_corrected_after_somebody_else(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    worker = person("case_worker")
    address = at(household, "sua")
    values = filled(worker.text(address), correction__number="HS-8", effective_on="01/07/2022")
    other = {"effective_on": "2022-07-01", "reason": "error",
             "correction": {"village": "Tổ dân phố 6"}}  # fmt: skip
    path = f"{H}/{household}/corrections"
    assert with_passwords.request("case_worker", "POST", path, other, version=4).status_code == 201
    stale = worker.client.post(address, data=values)
    assert stale.status_code == 409
    assert worker.client.post(address, data=filled(stale.text)).status_code == 303
    shown = with_passwords.request("auditor", "GET", f"{H}/{household}").json
    assert (shown["number"], shown["village"]) == ("HS-8", "Tổ dân phố 6")


@pytest.mark.parametrize(
    ("account", "path", "typed", "field"),
    [
        ("surveyor", "khao-sat", {**SURVEY, "effective_on": "01/01/2024"}, "effective_on"),
        ("surveyor", "khao-sat", {**SURVEY, "effective_on": "x"}, "effective_on"),
        ("surveyor", "khao-sat", {"effective_on": "15/09/2022", "deprived": []}, "income"),
        ("surveyor", "khao-sat", {**SURVEY, "income": "nhiều"}, "income"),
        ("chairman", "quyet-dinh", {"document.signed_on": "01/12/2022"}, "document.number"),
        (
            "chairman",
            "quyet-dinh",
            {"document.number": "9/QĐ", "document.signed_on": "01/12/2022", "class": "average"},
            "override_reason",
        ),
        ("case_worker", "ho-tro", {"programme": "DA2-2023", "benefit": "cow", "quantity": "1"},
         "period_from"),
        ("case_worker", "ho-tro", {"programme": "x", "benefit": "y"}, "amount"),
        ("case_worker", "them-nguoi", {"member.name": "A", "member.id_number": "123"},
         "member.id_number"),
        ("case_worker", "nguyen-nhan", {"causes": []}, "causes"),
        ("case_worker", "nhap-ho", {"effective_on": "01/09/2023"}, "into"),
    ],
)  # fmt: skip
def test_a_refusal_stands_beside_its_field_and_nothing_is_lost_or_recorded(
    person: Any, with_passwords: Office, account: str, path: str, typed: dict[str, Any], field: str
) -> None:
    household = poor(with_passwords)
    answer = send(person(account), at(household, path), **typed)
    assert answer.status_code in (409, 422), answer.status_code
    assert f'id="e-{field}"' in answer.text, re.findall(r'id="e-[^"]+"', answer.text)
    assert 'role="alert"' in answer.text
    kept = filled(answer.text)
    for name, value in typed.items():
        if value not in ("", []):
            assert kept[name] == value
    assert len(history(with_passwords, household)) == 4


def test_the_class_is_computed_before_anything_is_recorded(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    address = at(household, "khao-sat")
    surveyor = person("surveyor")
    values = filled(surveyor.text(address), **SURVEY)
    page = surveyor.client.post(address, data={**values, "preview": "1"})
    assert page.status_code == 200
    assert "Phân loại dự kiến: Hộ nghèo" in page.text
    assert 'value="1.200.000"' in page.text
    part = surveyor.client.post(address, data=values, headers={"X-Part": "preview"})
    assert "Phân loại dự kiến: Hộ nghèo" in part.text
    assert "<form" not in part.text
    for income, said in (("2.000.000", "Hộ nghèo"), ("2.000.001", "Hộ có mức sống trung bình")):
        typed = {**values, "income": income, "preview": "1"}
        assert f"Phân loại dự kiến: {said}" in surveyor.client.post(address, data=typed).text
    without = {**values, "income": "", "deprived": [], "preview": "1"}
    assert "Chưa đủ để tính" in surveyor.client.post(address, data=without).text
    assert len(history(with_passwords, household)) == 4


@pytest.mark.parametrize("account", ["surveyor", "chairman", "auditor", "far.case_worker"])
def test_a_form_opens_only_to_who_may_use_it(
    person: Any, with_passwords: Office, account: str
) -> None:
    household = poor(with_passwords)
    someone = person(account)
    assert someone.get(at(household, "ho-tro")).status_code in (403, 404)
    answer = someone.client.post(at(household, "ho-tro"), data={"csrf_token": "x"})
    assert answer.status_code in (400, 403, 404, 422)
    assert someone.get(at(str(uuid4()), "ho-tro")).status_code in (403, 404)


def test_a_member_of_another_household_is_not_found_here(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    other = with_passwords.household(members=[{**REGISTER["members"][0], "name": "Người Khác"}])
    stranger = members(with_passwords, other["household_id"])[0]
    answer = person("case_worker").get(at(household, f"nguoi/{stranger}/sua"))
    assert answer.status_code == 404
