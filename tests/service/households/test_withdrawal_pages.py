"""What was recorded by error is withdrawn at the pages: the button, the form, what is seen then."""

from typing import Any

import pytest

from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import H, filled, poor
from tests.service.households.test_form_pages import history, last, send
from tests.service.households.test_withdrawals_api import split_with_class

WHY = "Ghi nhầm sang hộ này"
PAPER = {"document__number": "15/QĐ-UBND", "document__signed_on": "20/12/2022"}
REFUSED = "Rút lại lần ghi nhầm này"


def event(household: str, version: int) -> str:
    return f"/ho/{household}/su-kien/{version}"


def form(household: str, kind: str, entry: int) -> str:
    return f"/ho/{household}/ghi/rut-lai/{kind}/{entry}"


def test_the_page_of_a_decision_leads_the_chairman_to_its_withdrawal(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    chairman = person("chairman")
    page = chairman.text(event(household, 3))
    address = form(household, "quyet-dinh", 3)
    assert f'href="{address}"' in page
    asking = chairman.text(address)
    assert "Công nhận là hộ nghèo" in asking
    assert "Sau khi rút lại, hộ không còn kết quả công nhận." in asking
    done = send(chairman, address, reason=WHY, **PAPER)
    assert done.status_code == 303, done.text
    assert last(with_passwords, household) == "classification_withdrawn"

    gone = chairman.text(event(household, 3))
    assert "đã rút lại lúc" in gone
    assert WHY in gone
    assert "15/QĐ-UBND" in gone
    assert f'href="{event(household, 5)}"' in gone
    assert f'href="{address}"' not in gone
    withdrawal = chairman.text(event(household, 5))
    assert f'href="{event(household, 3)}"' in withdrawal
    for said in (WHY, "15/QĐ-UBND", "chairman", "Chủ tịch UBND", "Xem lần ghi đã rút lại: số 3"):
        assert said in withdrawal, said
    assert "rut-lai" not in withdrawal


def test_the_file_the_list_and_the_timeline_say_what_was_withdrawn(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords, village="Tổ dân phố 11")
    send(person("chairman"), form(household, "quyet-dinh", 3), reason=WHY, **PAPER)
    worker = person("case_worker")
    file = worker.text(f"/ho/{household}")
    assert "Chưa có quyết định công nhận." in file
    assert "rút lại lần ghi số 3" in file
    assert f'href="{event(household, 5)}">đã rút lại' in file
    assert "Xếp theo thời điểm ghi" in file
    listed = f"/ho?area={HUONG_SO}&village=T%E1%BB%95+d%C3%A2n+ph%E1%BB%91+11&class="
    assert household not in worker.text(f"{listed}poor")
    assert household in worker.text(listed)
    only = worker.text(f"/ho/{household}?kind=corrections")
    assert "rút lại lần ghi số 3" in only


@pytest.mark.parametrize(
    ("role", "kind", "entry", "records"),
    [
        ("case_worker", "ho-tro", 4, "support_withdrawn"),
        ("case_worker", "nguyen-nhan", 5, "causes_withdrawn"),
        ("case_worker", "nhu-cau", 6, "needs_withdrawn"),
        ("case_worker", "phuong-an", 7, "plan_withdrawn"),
        ("surveyor", "phieu-a", 8, "screening_withdrawn"),
        ("surveyor", "phieu-b", 9, "survey_withdrawn"),
    ],
)
def test_each_kind_of_entry_is_withdrawn_from_its_own_page(
    person: Any, with_passwords: Office, role: str, kind: str, entry: int, records: str
) -> None:
    household = much_recorded(with_passwords)
    someone = person(role)
    address = form(household, kind, entry)
    assert f'href="{address}"' in someone.text(event(household, entry))
    assert f'href="{address}"' not in person("auditor").text(event(household, entry))
    done = send(someone, address, reason=WHY)
    assert done.status_code == 303, done.text
    assert last(with_passwords, household) == records
    assert history(with_passwords, household)[entry - 1]["withdrawn_by"] == 10


def much_recorded(office: Office) -> str:
    """A poor household with a cow, causes, needs, a plan, a screening and a second survey."""
    from service.households import needs_and_plan, surveys
    from tests.service.bodies import SURVEY

    household = poor(office)
    later = {"effective_on": "2023-01-10"}
    for version, (by, path, body) in enumerate(
        (
            ("case_worker", "causes", needs_and_plan.RECORD_CAUSES.example),
            ("case_worker", "needs", needs_and_plan.RECORD_NEEDS.example),
            ("case_worker", "plan", needs_and_plan.AGREE_PLAN.example),
            ("surveyor", "screenings", surveys.SCREEN.example),
            ("surveyor", "surveys", SURVEY),
        ),
        4,
    ):
        done = office.request(
            by, "POST", f"{H}/{household}/{path}", {**body, **later}, version=version
        )
        assert done.status_code == 201, done.json
    return household


def test_a_case_worker_is_told_who_withdraws_a_decision_and_others_are_offered_nothing(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    assert "do Chủ tịch UBND cấp xã rút lại" in person("case_worker").text(event(household, 3))
    for role in ("auditor", "surveyor", "province_officer"):
        assert REFUSED not in person(role).text(event(household, 3)), role
    assert REFUSED not in person("case_worker").text(event(household, 1))
    assert person("case_worker").get(form(household, "quyet-dinh", 3)).status_code == 403


def test_a_refusal_comes_back_with_what_was_typed_and_names_the_decision(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    answer = send(person("surveyor"), form(household, "phieu-b", 2), reason=WHY)
    assert answer.status_code == 409
    assert "Hãy rút lại quyết định đó trước" in answer.text
    assert "12/QĐ-UBND" in answer.text
    assert "lần ghi số: 3" in answer.text
    assert WHY in answer.text
    empty = send(person("case_worker"), form(household, "ho-tro", 4), reason="")
    assert empty.status_code == 422
    assert 'id="e-reason"' in empty.text
    unsigned = send(person("chairman"), form(household, "quyet-dinh", 3), reason=WHY)
    assert unsigned.status_code == 422
    assert 'id="e-document.number"' in unsigned.text


def test_an_exit_leads_to_its_decision(person: Any, with_passwords: Office) -> None:
    from tests.service.bodies import DECISION

    household = poor(with_passwords)
    leaving = {
        **DECISION,
        "effective_on": "2023-12-01",
        "document": {**DECISION["document"], "signed_on": "2023-12-01"},
        "class": "average",
        "figures": {"area_type": "urban", "income": 2_500_000, "deprived_count": 1},
    }
    with_passwords.request("chairman", "POST", f"{H}/{household}/exits", leaving, version=4)
    chairman = person("chairman")
    assert f'href="{form(household, "quyet-dinh", 5)}"' in chairman.text(event(household, 6))
    asking = chairman.text(form(household, "quyet-dinh", 5))
    assert "kết quả công nhận của hộ là: Hộ nghèo, từ 01/12/2022" in asking
    refused = send(chairman, form(household, "quyet-dinh", 3), reason=WHY, **PAPER)
    assert refused.status_code == 409
    assert "lần ghi số: 5" in refused.text


def test_a_form_of_an_entry_of_another_kind_or_of_none_is_not_there(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    worker = person("case_worker")
    for kind, entry in (("ho-tro", 3), ("phuong-an", 1), ("nhu-cau", 99), ("ho-tro", 0)):
        assert worker.get(form(household, kind, entry)).status_code == 404, (kind, entry)
    assert worker.get(form(household, "ho-tro", 10**30)).status_code == 404


@pytest.mark.parametrize(
    ("role", "path", "leads"),
    [
        ("surveyor", "khao-sat", "kind=standing#timeline"),
        ("surveyor", "nhan-dang-nhanh", "kind=standing#timeline"),
        ("chairman", "quyet-dinh", "kind=standing#timeline"),
        ("case_worker", "ho-tro", "kind=support#timeline"),
        ("case_worker", "phuong-an", "kind=support#timeline"),
        ("case_worker", "chuyen-di", "/ghi/sua"),
        ("case_worker", "them-nguoi", "/ghi/sua"),
    ],
)
def test_every_form_leads_whoever_recorded_wrongly_to_where_it_is_put_right(
    person: Any, with_passwords: Office, role: str, path: str, leads: str
) -> None:
    household = poor(with_passwords)
    page = person(role).text(f"/ho/{household}/ghi/{path}")
    assert f'{leads}">Nếu trước đây ghi nhầm' in page


def test_reading_the_form_leaves_a_line_in_the_read_log(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    person("chairman").text(form(household, "quyet-dinh", 3))
    items = with_passwords.request("auditor", "GET", f"/api/v1/read-log?area={HUONG_SO}").json
    assert any(
        one["household_id"] == household and one["account"] == "chairman" for one in items["items"]
    )


def test_sent_twice_it_is_withdrawn_once(person: Any, with_passwords: Office) -> None:
    household = poor(with_passwords)
    worker = person("case_worker")
    address = form(household, "ho-tro", 4)
    values = filled(worker.text(address), reason=WHY)
    for _ in range(2):
        sent = worker.client.post(address, data=values, headers={"Accept": "text/html"})
        assert sent.status_code == 303
    assert len(history(with_passwords, household)) == 5


def test_the_form_leads_to_the_household_that_took_the_class_along(
    person: Any, with_passwords: Office
) -> None:
    source, new = split_with_class(with_passwords)
    page = person("chairman").text(f"/ho/{source}/ghi/rut-lai/quyet-dinh/2")
    assert "Hộ tách ngày 01/04/2023" in page
    assert f'href="/ho/{new}/ghi/rut-lai/quyet-dinh/2"' in page
