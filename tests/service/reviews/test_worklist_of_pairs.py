"""Pairs of households that may be one are on the worklist of who can settle them."""

from typing import Any

import psycopg
import pytest

from service.access import authentication
from tests.reviews import Autumn
from tests.service.conftest import AN_HOA, HUE, Office
from tests.service.duplicates.found_pairs import found
from tests.service.reviews.villages import MIDDLE, in_the_middle, on_day

D = "/api/v1/duplicates"
KINDS = ("duplicate", "duplicate_runs", "merger")


@pytest.fixture(scope="module")
def other(office: Office) -> str:
    """A household of another ward."""
    return str(office.household()["household_id"])


@pytest.fixture(scope="module")
def middle(office: Office, other: str) -> Autumn:
    """A round of a ward in the middle of its way; the ward's case worker is "an.hoa"."""
    office.account("an.hoa", ("case_worker", AN_HOA))
    office.account("hue", ("province_officer", HUE))
    on_day(office, MIDDLE)
    return in_the_middle(office, AN_HOA)


@pytest.fixture(autouse=True)
def _today(office: Office, middle: Autumn) -> None:
    on_day(office, MIDDLE)
    with psycopg.connect(office.database.url) as conn:
        for name in ("an.hoa", "hue"):
            _, office.tokens[name] = authentication.issue_token(
                conn, name, label="", now=office.clock.now
            )


def of_pairs(office: Office, account: str) -> dict[str, Any]:
    """The items of an account about pairs, by kind."""
    answer = office.request(account, "GET", "/api/v1/worklist?limit=200")
    assert answer.status_code == 200, answer.json
    return {one["kind"]: one for one in answer.json["items"] if one["kind"] in KINDS}


def settle(office: Office, account: str, pair: str, verdict: str) -> Any:
    body = {"effective_on": f"{MIDDLE}", "verdict": verdict, "reason": "Đã đến hai nhà"}
    version = office.request(account, "GET", f"{D}/{pair}").headers["ETag"].strip('"')
    answer = office.request(
        account, "POST", f"{D}/{pair}/settlement", body, version=int(version)
    )  # fmt: skip
    assert answer.status_code == 201, answer.json
    office.nudge.catch_up()
    return answer


def test_a_pair_of_a_round_has_the_last_day_of_the_round_and_goes_when_it_is_settled(
    office: Office, middle: Autumn
) -> None:
    assert of_pairs(office, "an.hoa") == {}
    pair = found(office, str(middle.ids[0]), str(middle.ids[1]))
    one = of_pairs(office, "an.hoa")["duplicate"]
    assert one["title"].startswith("1 cặp hộ nghi trùng chờ kết luận, cũ nhất ngày ")
    assert one["title"].endswith("; 1 cặp làm chưa ký được quyết định")
    assert (one["due_on"], one["blocked_by"], one["link"]) == ("2026-12-14", "", "/trung-lap")
    settle(office, "an.hoa", pair, "same_household")
    merger = of_pairs(office, "an.hoa")
    assert set(merger) == {"merger"}
    assert "chưa nhập hộ" in merger["merger"]["title"]
    version = office.request("an.hoa", "GET", f"{D}/{pair}").headers["ETag"].strip('"')
    reopened = office.request(
        "an.hoa", "POST", f"{D}/{pair}/reopening",
        {"effective_on": f"{MIDDLE}", "reason": "Ghi nhầm"}, version=int(version),
    )  # fmt: skip
    assert reopened.status_code == 201, reopened.json
    office.nudge.catch_up()
    settle(office, "an.hoa", pair, "different")
    assert of_pairs(office, "an.hoa") == {}


def test_a_pair_with_another_commune_waits_for_the_province(
    office: Office, middle: Autumn, other: str
) -> None:
    pair = found(office, str(middle.ids[2]), other)
    one = of_pairs(office, "an.hoa")
    assert set(one) == {"duplicate_runs"}
    assert one["duplicate_runs"]["blocked_by"].startswith("cấp trên")
    assert one["duplicate_runs"]["due_on"] == "2026-12-14"
    theirs = of_pairs(office, "hue")
    assert set(theirs) == {"duplicate"}
    assert "giữa hai xã" in theirs["duplicate"]["title"]
    settle(office, "hue", pair, "different")
    assert of_pairs(office, "an.hoa") == of_pairs(office, "hue") == {}


def test_an_item_names_no_person(office: Office, middle: Autumn) -> None:
    pair = found(office, str(middle.ids[0]), str(middle.ids[3]))
    said = str(of_pairs(office, "an.hoa"))
    assert "Hồ Thị" not in said
    assert str(middle.ids[0]) not in said
    settle(office, "an.hoa", pair, "different")
