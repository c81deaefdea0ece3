"""Certificates for many households: asked for by the chairman, followed, printed in one PDF."""

import re
from typing import Any
from uuid import UUID

import pytest

from projections.households import certificate_job
from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import CERTIFICATE, H, certified_together, filled, poor
from tests.service.papers.reading import pages
from tests.service.readings import lines
from tests.service.ui.browser import PASSWORD

BATCHES = "/api/v1/certificate-batches"


def ask(office: Office, **asked: Any) -> Any:
    return office.request("chairman", "POST", BATCHES, {**CERTIFICATE, "area": HUONG_SO, **asked})


def number_of(office: Office, household: str) -> int:
    shown = office.request("auditor", "GET", f"{H}/{household}").json
    return int(shown["certificates"][-1]["number"].partition("/")[0])


def test_all_who_have_none_are_given_one_village_by_village(office: Office) -> None:
    second = poor(office, village="Tổ dân phố 12")
    first = poor(office, village="Tổ dân phố 2")
    other = office.household(village="Tổ dân phố 1")["household_id"]
    batch = certified_together(office)
    found = office.request("auditor", "GET", f"{BATCHES}/{batch}").json
    assert (found["status"], found["refused"], found["progress"]) == ("done", 0, 1.0)
    assert found["issued"] == found["households"] >= 2
    assert number_of(office, first) < number_of(office, second)
    assert office.request("auditor", "GET", f"{H}/{other}").json["certificates"] == []
    again = ask(office)
    assert (again.status_code, again.json["code"]) == (409, "no_certificate_due")


def test_those_of_one_village_or_decision_are_given_alone(office: Office) -> None:
    here, elsewhere = poor(office, village="Tổ dân phố 21"), poor(office, village="Tổ dân phố 22")
    assert ask(office, decision="99/QĐ-UBND").json["code"] == "no_certificate_due"
    batch = certified_together(office, village="Tổ dân phố 21", decision="12/QĐ-UBND")
    found = office.request("auditor", "GET", f"{BATCHES}/{batch}").json
    assert (found["households"], found["issued"]) == (1, 1)
    assert number_of(office, here)
    assert office.request("auditor", "GET", f"{H}/{elsewhere}").json["certificates"] == []


def test_a_household_that_left_meanwhile_is_named_with_the_reason(office: Office) -> None:
    leaver = poor(office, village="Tổ dân phố 31")
    asked = ask(office, village="Tổ dân phố 31").json
    ends = {"effective_on": "2022-12-15", "reason": "error"}
    ended = office.request("case_worker", "POST", f"{H}/{leaver}/dissolution", ends, version=4)
    assert ended.status_code == 201, ended.json
    _work(office, asked["id"])
    found = office.request("auditor", "GET", f"{BATCHES}/{asked['id']}").json
    assert found["refusals"] == [{"household_id": leaver, "refusal": "household_ended"}]


def _work(office: Office, batch: str) -> None:
    certificate_job.run(office.services.application, UUID(batch), office.services.clock)
    office.nudge.catch_up()


def test_one_key_asks_once(office: Office) -> None:
    poor(office, village="Tổ dân phố 41")
    body = {**CERTIFICATE, "area": HUONG_SO, "village": "Tổ dân phố 41"}
    ids = {
        office.request("chairman", "POST", BATCHES, body, key="cert-once").json["id"]
        for _ in range(2)
    }
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"effective_on": "2031-01-01"}, 422), ({"signer": ""}, 422), ({"area": "46"}, 403)],
)
def test_what_cannot_be_asked_for_is_refused(
    office: Office, asked: dict[str, str], status: int
) -> None:
    assert ask(office, **asked).status_code == status


def test_all_papers_of_an_act_are_one_pdf_in_the_order_of_their_numbers(office: Office) -> None:
    for at in range(3):
        poor(office, village=f"Tổ dân phố 5{at}")
    batch = certified_together(office)
    before = lines(office, "auditor")
    answer = office.request("auditor", "GET", f"{BATCHES}/{batch}.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    found = [re.search(r"Số: (\d+)/GCN-HN.HCN", page) for page in pages(answer.data)]
    numbers = [int(one[1]) for one in found if one]
    assert len(numbers) >= 3
    assert numbers == sorted(set(numbers))
    assert [what for what, _, _ in lines(office, "auditor")[len(before) :]] == ["export"]


def test_the_chairman_asks_on_a_page_and_follows_it(person: Any, with_passwords: Office) -> None:
    poor(with_passwords, village="Tổ dân phố 61")
    chairman = person("chairman")
    page = chairman.text("/giay-chung-nhan")
    form = filled(page.replace('class="card"', 'class="record"', 1), signer="Nguyễn Thị Ẩn")
    assert 'name="present"' in page
    form["effective_on"] = "20/12/2022"
    for wrong in ("", "another password"):
        refused = chairman.client.post("/giay-chung-nhan", data={**form, "present": wrong})
        assert refused.status_code in (401, 403, 422), refused.get_data(as_text=True)
        assert "mật khẩu" in refused.get_data(as_text=True).casefold()
        assert 'name="signer"' in refused.get_data(as_text=True)
    form["present"] = PASSWORD
    form["effective_on"] = "20/12/2022"
    sent = chairman.client.post("/giay-chung-nhan", data=form)
    assert sent.status_code == 303, sent.get_data(as_text=True)
    address = sent.headers["Location"]
    assert "Tiến độ" in chairman.text(address)
    _work(with_passwords, address.rpartition("/")[2])
    done = chairman.text(address)
    assert "In tất cả (PDF)" in done
    assert chairman.get(f"{address}.pdf").data.startswith(b"%PDF")
    read = person("auditor").text("/giay-chung-nhan")
    assert 'name="signer"' in page
    assert 'name="signer"' not in read
