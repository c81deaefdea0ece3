"""Pairs by the API: the queue, what each account may see of a pair, its answer."""

import json
from typing import Any

import pytest

from tests.service.conftest import AN_HOA, CITY, HUE, HUONG_SO, Office
from tests.service.duplicates.found_pairs import found
from tests.service.readings import lines

D = "/api/v1/duplicates"
SETTLEMENT = {
    "effective_on": "2023-03-01",
    "verdict": "different",
    "reason": "Đã đối chiếu giấy tờ",
    "document": {"number": "07/BB-UBND"},
}
OF_AN_HOA = "Huỳnh Thị Bưởi"


@pytest.fixture(scope="module")
def here(office: Office) -> tuple[str, str]:
    """Two households of Hương Sơ."""
    return office.household()["household_id"], office.household()["household_id"]


@pytest.fixture(scope="module")
def there(office: Office) -> str:
    """A household of An Hòa, whose case worker is "an.hoa"."""
    office.account("an.hoa", ("case_worker", AN_HOA))
    body = {
        "effective_on": "2022-06-01", "area": "19774", "village": "Tổ dân phố 9", "number": "AH-77",
        "members": [
            {"name": OF_AN_HOA, "relation": "head", "sex": "female", "birth_date": "1961-04-03",
             "id_number": "046161004321"},
        ],
    }  # fmt: skip
    answer = office.request("an.hoa", "POST", "/api/v1/households", body)
    assert answer.status_code == 201, answer.json
    return str(answer.json["household_id"])


@pytest.fixture(scope="module")
def own(office: Office, here: tuple[str, str]) -> str:
    """A pair within Hương Sơ."""
    return found(office, *here, score=930, codes=("birth", "name", "not:village"))


@pytest.fixture(scope="module")
def across(office: Office, here: tuple[str, str], there: str) -> str:
    """A pair of Hương Sơ and An Hòa."""
    return found(office, here[0], there, score=990, codes=("id_number", "name"))


def test_a_pair_within_the_area_is_shown_with_both_sides_and_its_evidence(
    office: Office, own: str, here: tuple[str, str]
) -> None:
    before = len(lines(office, "case_worker"))
    answer = office.request("case_worker", "GET", f"{D}/{own}")
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"1"'
    told = answer.json
    assert {side["household_id"] for side in told["sides"]} == set(here)
    assert [len(side["members"]) for side in told["sides"]] == [2, 2]
    assert (told["state"], told["score"], told["within_reach"]) == ("open", 930, True)
    assert told["evidence"] == ["birth", "name", "not:village"]
    new = lines(office, "case_worker")[before:]
    assert sorted((what, str(id_)) for what, id_, _ in new) == sorted(("file", id_) for id_ in here)


@pytest.mark.parametrize(("account", "name"), [("case_worker", "Hương Sơ"), ("an.hoa", "An Hòa")])
def test_a_commune_sees_its_own_side_and_of_the_other_only_the_commune(
    office: Office, across: str, here: tuple[str, str], there: str, account: str, name: str
) -> None:
    before = len(lines(office, account))
    answer = office.request(account, "GET", f"{D}/{across}")
    assert answer.status_code == 200
    own, other = answer.json["sides"]
    assert own["within_reach"]
    assert name in own["area_name"]
    assert not other["within_reach"]
    assert other["members"] == []
    assert all(
        other[field] is None
        for field in ("household_id", "number", "village", "persons", "ended", "head")
    )
    assert answer.json["evidence"] == answer.json["couples"] == []
    assert answer.json["score"] is None
    noted = [str(id_) for _, id_, _ in lines(office, account)[before:]]
    assert noted == [own["household_id"]]


def test_nothing_of_the_household_elsewhere_leaks_from_queue_pair_or_page(
    office: Office, across: str, there: str
) -> None:
    queue = office.request("case_worker", "GET", f"{D}?area={HUONG_SO}")
    pair = office.request("case_worker", "GET", f"{D}/{across}")
    settled = office.request(
        "case_worker", "POST", f"{D}/{across}/settlement", SETTLEMENT, version=1
    )
    told = json.dumps([queue.json, pair.json, settled.json], ensure_ascii=False)
    assert across in told
    for secret in (there, OF_AN_HOA, "046161004321", "AH-77", "Tổ dân phố 9", 'id_number"]'):
        assert secret not in told, secret
    assert (settled.status_code, settled.json["code"]) == (409, "duplicate_across_areas")


def test_the_province_sees_both_sides_of_a_pair_across_communes(
    office: Office, across: str, there: str
) -> None:
    told = office.request("province_officer", "GET", f"{D}/{across}").json
    assert all(side["within_reach"] for side in told["sides"])
    assert told["evidence"] == ["id_number", "name"]
    assert OF_AN_HOA in {side["head"] for side in told["sides"]}


def test_the_queue_lists_the_likeliest_first_and_goes_on_page_by_page(
    office: Office, own: str, across: str
) -> None:
    path = f"{D}?area={HUE}&limit=1"
    first = office.request("province_officer", "GET", path).json
    second = office.request("province_officer", "GET", f"{path}&after={first['next']}").json
    assert [one["duplicate_id"] for one in (*first["items"], *second["items"])] == [across, own]
    only = office.request("an.hoa", "GET", f"{D}?area={AN_HOA}").json["items"]
    assert [one["duplicate_id"] for one in only] == [across]
    assert office.request("an.hoa", "GET", f"{D}?area={CITY}").status_code == 403


def test_a_pair_is_settled_once_by_the_version_that_was_read(
    office: Office, here: tuple[str, str]
) -> None:
    third = office.household()["household_id"]
    pair = found(office, here[1], third)
    path = f"{D}/{pair}/settlement"
    assert office.request("case_worker", "POST", path, SETTLEMENT).status_code == 428
    assert office.request("case_worker", "POST", path, SETTLEMENT, version=7).status_code == 412
    done = office.request("case_worker", "POST", path, SETTLEMENT, version=1, key="einmal")
    again = office.request("case_worker", "POST", path, SETTLEMENT, version=1, key="einmal")
    assert (done.status_code, again.status_code) == (201, 201)
    assert again.json["repeated"]
    told = office.request("case_worker", "GET", f"{D}/{pair}").json
    assert (told["state"], told["verdict"], told["settled_by"], told["paper"]) == (
        "settled", "different", "case_worker", "07/BB-UBND",
    )  # fmt: skip
    other = {**SETTLEMENT, "verdict": "same_household"}
    refused = office.request("case_worker", "POST", path, other, version=2)
    assert (refused.status_code, refused.json["code"]) == (409, "duplicate_settled")
    reopened = office.request(
        "case_worker", "POST", f"{D}/{pair}/reopening",
        {"effective_on": "2023-03-02", "reason": "Kết luận nhầm cặp"}, version=2,
    )  # fmt: skip
    assert reopened.status_code == 201
    settled = office.request("case_worker", "GET", f"{D}?state=settled").json["items"]
    assert pair not in {one["duplicate_id"] for one in settled}


def test_an_open_pair_whose_household_was_merged_waits_no_more(office: Office) -> None:
    first, second = office.household(), office.household()
    pair = found(office, first["household_id"], second["household_id"])
    body: dict[str, Any] = {
        "effective_on": "2023-03-01", "into": first["household_id"],
        "persons": [
            {"person_id": second["persons"][0], "relation": "other"},
            {"person_id": second["persons"][1], "relation": "other"},
        ],
        "anyway": {"reason": "Hai người trùng tên"},
    }  # fmt: skip
    merged = office.request(
        "case_worker", "POST", f"/api/v1/households/{second['household_id']}/merge", body, version=2
    )
    if merged.status_code == 412:
        version = office.request(
            "case_worker", "GET", f"/api/v1/households/{second['household_id']}"
        ).json["version"]
        merged = office.request(
            "case_worker", "POST", f"/api/v1/households/{second['household_id']}/merge", body,
            version=version,
        )  # fmt: skip
    assert merged.status_code == 201, merged.json
    listed = office.request("case_worker", "GET", f"{D}?area={HUONG_SO}&limit=200").json["items"]
    assert pair not in {one["duplicate_id"] for one in listed}
