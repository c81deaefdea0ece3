"""Signs that a target bends decisions: for overseers alone, with a line for each look."""

from typing import Any

from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.persons import Person
from tests.service.support.programmes_and_lines import listed, post

SIGN = "exits_before_the_cut_off"
OUT = {
    "document": {"number": "20/QĐ-UBND", "signed_on": "2022-12-20", "signer": "Chủ tịch"},
    "effective_on": "2022-12-20",
    "class": "not_poor",
    "figures": {"area_type": "urban", "b1": 180, "b2": 10},
}


def version_of(office: Office, household: str) -> int:
    answer = office.request("chairman", "GET", f"/api/v1/households/{household}")
    return int(answer.headers["ETag"].strip('"'))


def bent(office: Office) -> list[str]:
    """Eight households leave the list in December 2022, and seven come on it in January."""
    left = [str(office.household()["household_id"]) for _ in range(8)]
    for home in left:
        listed(office, home, "2022-12-01")
        path = f"households/{home}/classifications"
        post(office, path, OUT, version_of(office, home), "chairman")
    for _ in range(7):
        listed(office, str(office.household()["household_id"]), "2023-01-10")
    return left


def test_overseers_see_the_sign_and_the_households_behind_it(
    person: Any, with_passwords: Office
) -> None:
    office = with_passwords
    left = bent(office)
    asked = f"area={HUE}&year=2022"
    answer = office.request("inspector", "GET", f"/api/v1/targets/signs?{asked}")
    assert answer.status_code == 200, answer.json
    assert (answer.json["cut_off"], answer.json["false_alarm"]) == ("2022-12-31", "0.01")
    whole = answer.json["items"][0]
    [sign] = [one for one in whole["signs"] if one["sign"] == SIGN]
    assert sign["numbers"]["exits_before"] == 8
    # The entries of December stand before the cut-off as well: the households were listed there.
    assert sign["numbers"]["entries_after"] == 7
    path = f"/api/v1/targets/signs/households?{asked}&sign={SIGN}"
    found = office.request("auditor", "GET", path).json["households"]
    assert set(left) <= set(found)
    log = office.request("auditor", "GET", f"/api/v1/read-log?area={HUE}").json["items"]
    assert log[0]["filter"] == {"sign": SIGN}
    inspector: Person = person("inspector")
    page = inspector.text(f"/chi-tieu/dau-hieu?{asked}")
    assert "Không chứng tỏ" in page or "Không có dấu hiệu" in page
    homes = inspector.text(f"/chi-tieu/dau-hieu/ho?area={HUONG_SO}&year=2022&sign={SIGN}")
    assert all(f"/ho/{home}" in homes for home in left)


def test_those_who_are_judged_see_no_sign(person: Any, with_passwords: Office) -> None:
    office = with_passwords
    for account in ("case_worker", "chairman", "province_officer"):
        path = f"/api/v1/targets/signs?area={HUONG_SO}&year=2022"
        answer = office.request(account, "GET", path)
        assert (answer.status_code, answer.json["code"]) == (403, "not_allowed"), account
    chairman: Person = person("chairman")
    assert "dau-hieu" not in chairman.text(f"/chi-tieu?area={HUONG_SO}")
