"""The list of those who seem to qualify: by class and year, served or not yet."""

from typing import Any

import pytest

from tests.service.conftest import HUONG_SO, Office
from tests.service.support.programmes_and_lines import listed, load, post


@pytest.fixture(scope="module")
def homes(office: Office) -> dict[str, str]:
    """Two households on the list of 2022, one listed in June 2023, one never."""
    load(office)
    made = {}
    for name, on in (("a", "2022-12-01"), ("b", "2022-12-01"), ("june", "2023-06-15"), ("no", "")):
        made[name] = str(office.household()["household_id"])
        if on:
            listed(office, made[name], on)
    return made


def ask(office: Office, by: str = "case_worker", **query: Any) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = office.request(by, "GET", f"/api/v1/eligible?{asked}")
    assert answer.status_code == 200, answer.json
    return answer.json


def found(answer: Any) -> dict[str, str]:
    return {one["household_id"]: one["by"] for one in answer["items"]}


def test_the_list_of_the_year_before_and_decisions_of_the_year_count(
    office: Office, homes: dict[str, str]
) -> None:
    asked = {"benefit": "policies/electricity"}
    march = ask(office, on="2023-03-01", **asked)
    assert (march["period_from"], march["period_until"]) == ("2023-01-01", "2023-03-31")
    assert found(march) == {homes["a"]: "list", homes["b"]: "list"}
    july = found(ask(office, on="2023-07-01", **asked))
    assert july == {homes["a"]: "list", homes["b"]: "list", homes["june"]: "decision"}
    assert found(ask(office, on="2022-11-01", **asked)) == {}
    assert found(ask(office, "far.case_worker", on="2023-07-01", **asked)) == {}


def test_a_household_with_a_case_is_served_or_open_and_not_among_the_unserved(
    office: Office, homes: dict[str, str]
) -> None:
    asked = {"benefit": "policies/electricity", "area": HUONG_SO}
    body = {"household_id": homes["a"], "programme": "policies", "benefit": "electricity"}
    post(office, "cases", {"effective_on": "2023-03-01", **body}, by="case_worker")
    march = ask(office, on="2023-03-15", **asked)
    counts = {one["household_id"]: (one["served"], one["open"]) for one in march["items"]}
    assert (counts[homes["a"]], counts[homes["b"]]) == ((0, 1), (0, 0))
    unserved = ask(office, on="2023-03-15", unserved="true", **asked)
    assert found(unserved) == {homes["b"]: "list"}
    assert homes["a"] in found(ask(office, on="2023-04-15", unserved="true", **asked))


def test_a_grant_without_a_case_serves_a_household_and_a_case_that_ended_without_one_does_not(
    office: Office, homes: dict[str, str]
) -> None:
    asked = {"benefit": "policies/electricity", "area": HUONG_SO, "on": "2023-08-01"}
    grant = {
        "effective_on": "2023-07-05", "programme": "policies", "benefit": "electricity",
        "amount": 165_000, "period_from": "2023-07-01", "period_until": "2023-09-30",
        "source": "local", "funding_year": 2023,
    }  # fmt: skip
    file = office.request("case_worker", "GET", f"/api/v1/households/{homes['a']}")
    version = int(file.headers["ETag"].strip('"'))
    post(office, f"households/{homes['a']}/support", grant, version, "case_worker")
    body = {"household_id": homes["b"], "programme": "policies", "benefit": "electricity"}
    case = post(office, "cases", {"effective_on": "2023-07-01", **body}, by="case_worker")["id"]
    assert found(ask(office, unserved="true", **asked)).keys() == {homes["june"]}
    post(office, f"cases/{case}/closing", {"effective_on": "2023-07-02"}, 1, "case_worker")
    assert found(ask(office, unserved="true", **asked)).keys() == {homes["june"], homes["b"]}
    counts = {one["household_id"]: (one["served"], one["open"]) for one in
              ask(office, **asked)["items"]}  # fmt: skip
    assert (counts[homes["a"]], counts[homes["b"]]) == ((1, 0), (0, 0))


def test_newly_escaped_households_are_listed_until_their_last_day(
    office: Office, homes: dict[str, str]
) -> None:
    escaped = str(office.household()["household_id"])
    listed(office, escaped, "2022-12-01")
    signed = {
        "effective_on": "2023-02-01",
        "document": {"number": "30/QĐ-UBND", "signed_on": "2023-02-01", "signer": "Chủ tịch"},
        "class": "not_poor",
        "figures": {"area_type": "urban", "b1": 180, "b2": 10},
    }
    file = office.request("chairman", "GET", f"/api/v1/households/{escaped}")
    version = int(file.headers["ETag"].strip('"'))
    post(office, f"households/{escaped}/classifications", signed, version, "chairman")
    answer = ask(office, benefit="policies/credit_newly_escaped", on="2023-03-01")
    (only,) = answer["items"]
    assert answer["notes"] == []
    assert (only["household_id"], only["by"]) == (escaped, "newly_escaped")
    assert only["newly_escaped_until"] == "2026-02-01"
    training = ask(office, benefit="2021-2025/vocational_training", on="2023-03-01")
    assert found(training)[escaped] == "list"  # of the list of the year before
    poor = found(ask(office, benefit="policies/electricity", on="2023-03-01"))
    assert poor[escaped] == "list"


def test_pages_go_on_and_notes_say_what_is_left_out(office: Office, homes: dict[str, str]) -> None:
    asked = {"benefit": "2021-2025/vocational_training", "on": "2023-07-01"}
    whole = ask(office, **asked)
    assert whole["notes"] == ["persons_not_listed"]
    first = ask(office, limit=3, **asked)
    rest = ask(office, limit=3, after=first["next"], **asked)
    assert found(first) | found(rest) == found(whole)
    assert rest["next"] is None


@pytest.mark.parametrize("benefit", ["policies/nothing", "nowhere/electricity", "electricity"])
def test_an_unknown_benefit_is_refused(office: Office, homes: Any, benefit: str) -> None:
    answer = office.request("case_worker", "GET", f"/api/v1/eligible?benefit={benefit}")
    assert (answer.status_code, answer.json["code"]) == (404, "benefit_unknown")
