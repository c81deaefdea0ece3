"""Places in lists: they hold whatever happens, tell nothing, and belong to one list and account."""

import base64
from typing import Any
from urllib.parse import quote

import pytest

from tests.service.bodies import REGISTER
from tests.service.conftest import AN_HOA, HUONG_SO, Office

H = "/api/v1/households"


def named(name: str, **more: Any) -> dict[str, Any]:
    return {**more, "members": [{"name": name, "relation": "head"}]}


def heads(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [one["head"] for one in answer.json["items"]]


@pytest.fixture
def village(office: Office, request: Any) -> str:
    """A village with five households, of this test only."""
    place = f"Thôn {request.node.name.translate(str.maketrans('[]_', '   '))}"[:60]
    for name in ("Lê Ất", "Lê Bính", "Lê Đinh", "Lê Giáp", "Lê Mậu"):
        office.household(village=place, **named(name))
    return place


def test_a_place_holds_when_the_household_it_stood_on_moves_away_or_is_renamed(
    office: Office, village: str
) -> None:
    path = f"{H}?village={village}&limit=2"
    first = office.request("case_worker", "GET", path)
    assert heads(first) == ["Lê Ất", "Lê Bính"]
    stood_on = first.json["items"][1]["household_id"]
    body = {"effective_on": "2023-01-01", "area": AN_HOA, "village": "Tổ 1"}
    moved = office.request("case_worker", "POST", f"{H}/{stood_on}/moves", body, version=1)
    assert moved.status_code == 201, moved.json
    on = office.request("case_worker", "GET", f"{path}&after={first.json['next']}")
    assert heads(on) == ["Lê Đinh", "Lê Giáp"]
    person = office.request("case_worker", "GET", f"{H}/{on.json['items'][1]['household_id']}").json
    corrected = office.request(
        "case_worker",
        "POST",
        f"{H}/{person['household_id']}/members/{person['head']}/corrections",
        {"effective_on": "2023-01-01", "reason": "error", "correction": {"name": "Lê An"}},
        version=1,
    )
    assert corrected.status_code == 201, corrected.json
    rest = office.request("case_worker", "GET", f"{path}&after={on.json['next']}")
    assert heads(rest) == ["Lê Mậu"]


def test_a_place_tells_nothing(office: Office, village: str) -> None:
    first = office.request("case_worker", "GET", f"{H}?village={village}&limit=1").json
    raw = base64.urlsafe_b64decode(first["next"] + "==")
    assert first["items"][0]["household_id"].encode() not in raw
    assert "Ất".encode() not in raw
    assert first["items"][0]["household_id"] not in first["next"]


def test_a_place_of_another_list_or_account_or_none_is_an_error(
    office: Office, village: str
) -> None:
    good = office.request("case_worker", "GET", f"{H}?village={village}&limit=1").json["next"]
    elsewhere = office.household()["household_id"]
    flipped = ("A" if good[0] != "A" else "B") + good[1:]
    for place in (elsewhere, "x", "0", flipped, good + "A", good[:-4], "é" * 40, "a" * 3000):
        answer = office.request("case_worker", "GET", f"{H}?limit=1&after={quote(place)}")
        assert (answer.status_code, answer.json["code"]) == (400, "cursor_unknown"), place
    foreign = office.request("surveyor", "GET", f"{H}?limit=1&after={good}")
    assert foreign.json["code"] == "cursor_unknown"
    search = {"text": "le", "limit": 1, "after": good}
    other = office.request("case_worker", "POST", "/api/v1/searches", search)
    assert other.json["code"] == "cursor_unknown"


@pytest.mark.parametrize(
    ("account", "path"),
    [
        ("administrator", "/api/v1/accounts"),
        ("case_worker", f"/api/v1/imports?area={HUONG_SO}"),
        ("inspector", "/api/v1/replays"),
        ("inspector", "/api/v1/read-log"),
        ("inspector", "/api/v1/areas"),
    ],
)
def test_an_unknown_place_is_an_error_in_every_list(
    office: Office, account: str, path: str
) -> None:
    joint = "&" if "?" in path else "?"
    for place in ("1", "nobody", "2023-01-01"):
        answer = office.request(account, "GET", f"{path}{joint}after={place}")
        assert (answer.status_code, answer.json["code"]) == (400, "cursor_unknown")


def test_replays_are_paged_and_none_is_left_out(office: Office) -> None:
    for day in ("2022-03-01", "2022-04-01", "2022-05-01"):
        office.request("inspector", "POST", "/api/v1/replays", {"from": "2022-01-01", "to": day})
    seen, path = [], "/api/v1/replays?limit=2"
    while True:
        page = office.request("inspector", "GET", path).json
        seen += [one["to"] for one in page["items"]]
        if page["next"] is None:
            break
        path = f"/api/v1/replays?limit=2&after={page['next']}"
    assert len(seen) == len(set(seen)) == 3


def test_a_surveyor_of_a_village_gets_full_pages_of_that_village(office: Office) -> None:
    place = "Tổ trong danh sách"
    office.account("of.village", ("surveyor", HUONG_SO), villages=(place,))
    for n, letter in enumerate("abcdefgh"):
        office.household(
            village=place if n % 2 else "Tổ ngoài danh sách", **named(f"Bùi Bờ {letter}")
        )
    seen, after = [], None
    while True:
        body = {"text": "bui bo", "limit": 2, "area": HUONG_SO, "village": place, "after": after}
        page = office.request("of.village", "POST", "/api/v1/searches", body)
        assert page.status_code == 200, page.json
        assert len(page.json["items"]) == 2
        seen += heads(page)
        after = page.json["next"]
        if after is None:
            break
    assert seen == ["Bùi Bờ b", "Bùi Bờ d", "Bùi Bờ f", "Bùi Bờ h"]


def test_a_search_by_identity_number_keeps_to_its_limit(office: Office) -> None:
    said = {"name": "Bùi Thị Lê", "relation": "head", "id_number": "046161008888"}
    office.household(members=[said])
    office.request("case_worker", "POST", H, {**REGISTER, "number": "0461-61008888"})
    body = {"text": "046161008888", "limit": 1}
    page = office.request("case_worker", "POST", "/api/v1/searches", body).json
    assert len(page["items"]) == 1
