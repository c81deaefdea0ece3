"""Drafts of form B: nothing is lost when the connection is cut, nothing overwritten unseen."""

import random
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.service.conftest import NOW, Office
from tests.service.households.poor_household import H, filled
from tests.service.households.test_survey_form import ANSWERED, at, household, plain, send, surveys

PHONE, TABLET = "phone", "tablet"


class Device:
    """A device that fills in form B over a connection that is cut."""

    def __init__(self, office: Office, household: str, name: str = PHONE) -> None:
        self.office, self.path, self.name = office, f"{H}/{household}/survey-draft", name
        self.number, self.version = 0, 0
        self.inputs: dict[str, str] = {}

    def body(self) -> dict[str, Any]:
        return {
            "device": self.name, "number": self.number, "version": self.version,
            "key": "k1", "inputs": dict(self.inputs),
        }  # fmt: skip

    def post(self, body: dict[str, Any], account: str = "surveyor") -> Any:
        return self.office.request(account, "POST", self.path, body)

    def type(self, name: str, value: str) -> dict[str, Any]:
        self.inputs[name] = value
        self.number += 1
        return self.body()

    def save(self) -> Any:
        answer = self.post(self.body())
        if answer.status_code == 200:
            self.version = answer.json["version"]
        return answer

    def read(self, account: str = "surveyor") -> Any:
        return self.office.request(account, "GET", self.path)


def stored(office: Office, sql: str) -> list[Any]:
    with psycopg.connect(office.database.owner_url) as conn:
        return conn.execute(sql).fetchall()


def test_a_draft_is_kept_and_read_again(office: Office) -> None:
    device = Device(office, household(office))
    assert device.read().json == {"inputs": {}, "version": 0}
    device.type("answers.toilet", "none")
    assert device.save().json == {"version": 1}
    found = device.read().json
    assert (found["version"], found["device"], found["key"]) == (1, PHONE, "k1")
    assert found["inputs"] == {"answers.toilet": "none"}


def test_a_draft_is_sealed_and_no_event(office: Office) -> None:
    device = Device(office, household(office))
    before = stored(office, "select count(*) from store.events")
    device.type("note", "nhà bà Bưởi cạnh giếng")
    device.save()
    (row,) = stored(
        office, "select sealed from office.survey_drafts where sealed is not null"
        " order by saved_at desc limit 1"
    )  # fmt: skip
    assert "giếng".encode() not in bytes(row[0])
    assert stored(office, "select count(*) from store.events") == before


def test_a_draft_is_for_its_account_alone(office: Office) -> None:
    device = Device(office, household(office))
    device.type("income", "1")
    device.save()
    assert device.read("case_worker").json["version"] == 0
    assert device.read("chairman").status_code == 403
    assert device.read("far.surveyor").status_code == 404


@pytest.mark.parametrize("seed", range(4))
def test_a_connection_that_is_cut_a_hundred_times_loses_nothing(office: Office, seed: int) -> None:
    """Requests are lost, answers are lost, requests come twice, late and in any order."""
    chance = random.Random(seed)
    device, late, cuts = Device(office, household(office)), [], 0
    for step in range(120):
        body = device.type(f"answers.q{step % 22}", str(chance.randrange(10)))
        match chance.choice(("arrives", "lost", "answer lost", "twice", "late", "old again")):
            case "arrives":
                assert device.save().status_code == 200
            case "lost":
                cuts += 1
            case "answer lost":
                cuts += 1
                assert device.post(body).status_code == 200
            case "twice":
                cuts += 1
                first = device.post(body).json
                assert device.post(body).json == first
            case "late":
                cuts += 1
                late.append(body)
            case "old again" if late:
                cuts += 1
                assert device.post(late.pop(chance.randrange(len(late)))).status_code == 200
    while cuts < 100 or late:
        cuts += 1
        assert device.post(late.pop() if late else device.body()).status_code == 200
    assert device.save().status_code == 200
    assert device.read().json["inputs"] == device.inputs


def test_a_save_that_comes_late_does_not_undo_a_later_one(office: Office) -> None:
    device = Device(office, household(office))
    early = device.type("income", "1")
    device.type("income", "2")
    device.save()
    assert device.post(early).json == {"version": 1}
    assert device.read().json["inputs"] == {"income": "2"}


def test_two_devices_do_not_overwrite_each_other_unseen(office: Office) -> None:
    one = household(office)
    phone, tablet = Device(office, one), Device(office, one, TABLET)
    phone.type("income", "1")
    phone.save()
    tablet.type("income", "2")
    refused = tablet.save()
    assert (refused.status_code, refused.json["code"]) == (409, "draft_changed")
    assert refused.json["values"]["version"] == 1
    tablet.version = refused.json["values"]["version"]  # the surveyor keeps what is here
    tablet.number += 1
    assert tablet.save().json == {"version": 2}
    phone.type("income", "3")
    assert phone.save().json["code"] == "draft_changed"
    assert tablet.read().json["inputs"] == {"income": "2"}


def test_a_draft_that_was_recorded_meanwhile_does_not_come_back(
    office: Office, person: Any
) -> None:
    one = household(office)
    phone = Device(office, one)
    phone.type("income", "1")
    phone.save()
    assert send(person("surveyor"), one, **ANSWERED).status_code == 303
    assert phone.read().json["version"] == 0, "gone with its survey"
    phone.type("income", "2")
    assert phone.save().json["code"] == "draft_changed"


def test_a_draft_expires(office: Office) -> None:
    device = Device(office, household(office))
    device.type("income", "1")
    device.save()
    office.clock.now = NOW + timedelta(days=13)
    assert device.read().json["version"] == 1
    office.clock.now = NOW + timedelta(days=14)
    assert device.read().json == {"inputs": {}, "version": 0}, "and a sweep removes it"


def test_a_draft_that_is_too_large_is_refused(office: Office) -> None:
    device = Device(office, household(office))
    for number in range(15):
        device.type(f"note{number}", "x" * 2000)
    answer = device.save()
    assert (answer.status_code, answer.json["code"]) == (413, "draft_too_large")


def test_a_draft_is_thrown_away(office: Office) -> None:
    device = Device(office, household(office))
    device.type("income", "1")
    device.save()
    assert office.request("surveyor", "DELETE", device.path).status_code == 204
    assert office.request("surveyor", "DELETE", device.path).status_code == 204
    assert device.read().json == {"inputs": {}, "version": 0}


def test_without_a_script_each_step_saves_and_the_form_opens_with_it(
    office: Office, person: Any
) -> None:
    one, someone = household(office), person("surveyor")
    values = {**filled(someone.text(at(one)), answers__toilet="none"), "step": "telecom"}
    answer = someone.client.post(at(one), data=values, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{at(one)}#part-telecom")
    again = someone.text(at(one))
    assert filled(again)["answers.toilet"] == "none"
    assert filled(again)["_key"] == values["_key"], "one form, recorded once"
    assert "Bản nháp lưu lúc" in plain(again)
    answer = someone.client.post(
        at(one), data={**filled(again), "discard": "1"}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 303
    assert "answers.toilet" not in filled(someone.text(at(one)))


def test_a_form_of_another_device_is_neither_saved_nor_recorded_unseen(
    office: Office, person: Any
) -> None:
    one, someone = household(office), person("surveyor")
    values = filled(someone.text(at(one)), **ANSWERED)
    other = Device(office, one, TABLET)
    other.type("income", "7")
    other.save()
    for more in ({"step": "telecom"}, {}):
        answer = someone.client.post(
            at(one), data={**values, **more}, headers={"Accept": "text/html"}
        )
        assert answer.status_code == 409
        assert "đã được lưu từ thiết bị khác" in plain(answer.text)
        assert surveys(office, one) == []
    # What was typed is still there, and is recorded once the surveyor sends it again.
    again = filled(answer.text)
    assert again["income"] == "1.200.000"
    answer = someone.client.post(at(one), data=again, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert len(surveys(office, one)) == 1


def test_signing_out_clears_what_the_browser_keeps(person: Any) -> None:
    answer = person("surveyor").send("/tro-giup", "/dang-xuat")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
