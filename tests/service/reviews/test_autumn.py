"""A whole autumn of a ward: 300 households from the list to the certificates, and every table.

The figures of the tables are worked out by hand from `KINDS`, with the sum beside each.
"""

from typing import Any

import pytest

from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import certified_together
from tests.service.reviews.autumn_of_a_ward import (
    KINDS,
    ONE,
    THREE,
    TWO,
    WardAutumn,
)

PERIOD = "from=2023-08-31&to=2023-12-20"


@pytest.fixture(scope="module")
def autumn(office: Office) -> WardAutumn:
    """The ward after its autumn."""
    ward = WardAutumn(office)
    ward.on_record()
    declared = office.request(
        "province_officer", "POST", f"/api/v1/areas/{HUONG_SO}/population",
        {
            "effective_on": "2023-08-31", "households": 2000, "persons": 7000,
            "households_by_ethnicity": {"Kinh": 1900, "Tà Ôi": 100},
            "persons_by_ethnicity": {"Kinh": 6600, "Tà Ôi": 400},
        },
    )  # fmt: skip
    assert declared.status_code == 201, declared.json
    assert ward.open().status_code == 201
    ward.listing()
    assert ward.read()["waiting"] == {"meeting": 300}
    ward.survey_all()
    ward.meetings_and_postings()
    ward.five_grievances()
    ward.reported_and_noticed()
    ward.two_decisions()
    _causes(ward)
    return ward


def _causes(ward: WardAutumn) -> None:
    """Two causes of a poor household, one of a near-poor one."""
    for household, causes in ((ward.of["A1"][0], ["1", "3"]), (ward.of["C6"][0], ["2"])):
        at = f"/api/v1/households/{household}"
        version = ward.office.request("case_worker", "GET", at).json["version"]
        body = {"effective_on": "2023-10-23", "causes": causes}
        done = ward.office.request("case_worker", "POST", f"{at}/causes", body, version=version)
        assert done.status_code == 201, done.json


def table(ward: WardAutumn, name: str) -> Any:
    """A table of the ward, every identity of which holds."""
    address = f"/api/v1/tables/{name}?area={HUONG_SO}&{PERIOD}"
    answer = ward.office.request("case_worker", "GET", address)
    assert answer.status_code == 200, answer.json
    found = answer.json
    assert [one for one in found["identities"] if not one["holds"]] == []
    assert found["identities"]
    assert found["balances"]
    return found


def cells(row: Any) -> dict[str, Any]:
    """The cells that are neither empty nor nought."""
    return {code: cell for code, cell in row["cells"].items() if cell not in (None, 0, "0.00")}


def by_village(found: Any, measure: str = "") -> dict[str, dict[str, Any]]:
    """The rows of the villages."""
    return {one["name"]: cells(one) for one in found["rows"] if one["measure"] == measure}


def total(found: Any, measure: str = "") -> dict[str, Any]:
    """The row of the ward."""
    (row,) = [one for one in found["totals"] if one["measure"] == measure]
    return cells(row)


def test_the_round_ends_with_two_decisions_and_every_household_decided(
    autumn: WardAutumn,
) -> None:
    shown = autumn.read()
    assert (shown["outcome"], shown["households"], shown["waiting"]) == (
        "completed", 300, {"done": 300},
    )  # fmt: skip
    # 155 poor and 129 near-poor by the recognition; 4 + 5 + 4 + 2 leave the list by the exit.
    assert [(one["kind"], one["households"]) for one in shown["decisions"]] == [
        ("recognition", 284), ("exit", 15),
    ]  # fmt: skip
    grievances = autumn.read("/grievances", by="case_worker")["items"]
    assert sorted(one["late"] for one in grievances) == [False] * 4 + [True]


def test_the_register_has_the_class_of_each_household(autumn: WardAutumn) -> None:
    found: dict[str, str] = {}
    after = ""
    while True:
        address = f"/api/v1/households?area={HUONG_SO}&limit=200{after}"
        page = autumn.office.request("case_worker", "GET", address).json
        found |= {one["household_id"]: one["class"] for one in page["items"]}
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(found) == 301
    # A household that was never on a list, and is not now, has no class.
    gone = {"poor": "not_listed", "near_poor": "not_listed", "": ""}
    assert {one: found[one] for _, one in autumn.all_households} == {
        one: KINDS[key].after or gone[KINDS[key].before] for key, one in autumn.all_households
    }


def test_r1_counts_the_poor_and_the_near_poor_among_all_residents(autumn: WardAutumn) -> None:
    found = table(autumn, "R1")
    assert by_village(found) == {
        # 50 + 5 poor, 6 + 30 near-poor; 50x2 + 5x3 poor persons, 6x2 + 30x3 near-poor ones.
        ONE: {"3": 55, "5": 36, "9": 115, "11": 102},
        # 45 + 6 and 5 + 36 + 3; 45x2 + 6x4 and 5x2 + 36x3 + 3x4.
        TWO: {"3": 51, "5": 44, "9": 114, "11": 130},
        # 44 + 5 and 6 + 38 + 5; 44x2 + 5x4 and 6x2 + 38x3 + 5x4.
        THREE: {"3": 49, "5": 49, "9": 108, "11": 146},
    }
    assert total(found) == {
        "1": 2000, "2": 7000,
        "3": 155, "4": "7.75",  # 55 + 51 + 49; 155 / 2000
        "5": 129, "6": "6.45",  # 36 + 44 + 49; 129 / 2000
        "9": 337, "10": "4.81",  # 115 + 114 + 108; 337 / 7000 = 4.814
        "11": 378, "12": "5.40",  # 102 + 130 + 146; 378 / 7000
    }  # fmt: skip


def test_r2_moves_the_poor_from_opening_to_closing(autumn: WardAutumn) -> None:
    found = table(autumn, "R2")
    assert by_village(found, "households") == {
        ONE: {"1": 60, "2": 6, "3": 4, "5": 5, "9": 55},  # 60 - 6 - 4 + 5
        TWO: {"1": 50, "2": 5, "7": 6, "9": 51},  # 50 - 5 + 6
        THREE: {"1": 50, "2": 6, "6": 2, "7": 3, "9": 49},  # 50 - 6 + 2 + 3
    }
    assert total(found, "households") == {
        "1": 160, "2": 17, "3": 4, "5": 5, "6": 2, "7": 9, "9": 155,
    }  # fmt: skip
    # Persons: two for a household that was poor, three for a near-poor one, four for a new one.
    assert by_village(found, "persons") == {
        ONE: {"1": 120, "2": 12, "3": 8, "5": 15, "9": 115},
        TWO: {"1": 100, "2": 10, "7": 24, "9": 114},
        THREE: {"1": 100, "2": 12, "6": 8, "7": 12, "9": 108},
    }
    assert total(found, "persons") == {
        "1": 320, "2": 34, "3": 8, "5": 15, "6": 8, "7": 36, "9": 337,
    }  # fmt: skip


def test_r3_moves_the_near_poor_from_opening_to_closing(autumn: WardAutumn) -> None:
    found = table(autumn, "R3")
    assert by_village(found, "households") == {
        ONE: {"1": 40, "2": 5, "3": 5, "5": 6, "9": 36},  # 40 - 5 - 5 + 6
        TWO: {"1": 40, "2": 4, "5": 5, "7": 3, "9": 44},  # 40 - 4 + 5 + 3
        THREE: {"1": 40, "2": 2, "5": 6, "7": 5, "9": 49},  # 40 - 2 + 6 + 5
    }
    assert total(found, "households") == {"1": 120, "2": 11, "3": 5, "5": 17, "7": 8, "9": 129}
    # 11x3 left, 5x3 became poor, 17x2 came from the poor, 8x4 are new.
    assert total(found, "persons") == {"1": 360, "2": 33, "3": 15, "5": 34, "7": 32, "9": 378}
    assert by_village(found, "persons")[TWO] == {"1": 120, "2": 12, "5": 10, "7": 12, "9": 130}


def test_r4_to_r7_count_deprivations_and_their_shares(autumn: WardAutumn) -> None:
    # Columns: 1 employment, 3 nutrition, 4 health insurance, 6 school; 7 and 8 housing, 9 water,
    # 10 latrine. Village 1 has the first four, the others the last four.
    poor = table(autumn, "R4")
    assert by_village(poor) == {
        ONE: {"total": 55, "deprivations": 220, "1": 55, "3": 55, "4": 55, "6": 55},
        TWO: {"total": 51, "deprivations": 204, "7": 51, "8": 51, "9": 51, "10": 51},
        THREE: {"total": 49, "deprivations": 196, "7": 49, "8": 49, "9": 49, "10": 49},
    }
    assert total(poor) == {
        "total": 155, "deprivations": 620,  # 155 x 4
        **dict.fromkeys(("1", "3", "4", "6"), 55),
        **dict.fromkeys(("7", "8", "9", "10"), 100),  # 51 + 49
    }  # fmt: skip
    assert total(table(autumn, "R5")) == {
        "total": 155,
        **dict.fromkeys(("1", "3", "4", "6"), "35.48"),  # 55 / 155
        **dict.fromkeys(("7", "8", "9", "10"), "64.52"),  # 100 / 155
    }
    near = table(autumn, "R6")
    assert by_village(near) == {
        ONE: {"total": 36, "deprivations": 72, "1": 36, "4": 36},
        TWO: {"total": 44, "deprivations": 88, "1": 44, "4": 44},
        THREE: {"total": 49, "deprivations": 98, "9": 49, "10": 49},
    }
    assert total(near) == {
        "total": 129, "deprivations": 258, "1": 80, "4": 80, "9": 49, "10": 49,
    }  # fmt: skip
    shares = table(autumn, "R7")
    assert total(shares) == {
        "total": 129, "1": "62.02", "4": "62.02", "9": "37.98", "10": "37.98",  # 80, 49 of 129
    }  # fmt: skip
    assert by_village(shares)[THREE] == {"total": 49, "9": "100.00", "10": "100.00"}


def test_r8_counts_the_target_groups(autumn: WardAutumn) -> None:
    found = table(autumn, "R8")
    # Ten Tà Ôi households in village 3, five without labour capacity in village 2, two persons
    # each; four near-poor ones with a person of merit in village 1, three persons each.
    assert by_village(found, "households") == {
        ONE: {"poor": 55, "poor.none": 55, "near_poor": 36, "near_poor.meritorious": 4,
              "near_poor.none": 32},
        TWO: {"poor": 51, "poor.no_labour_capacity": 5, "poor.none": 46, "near_poor": 44,
              "near_poor.none": 44},
        THREE: {"poor": 49, "poor.ethnic_minority": 10, "poor.none": 39, "near_poor": 49,
                "near_poor.none": 49},
    }  # fmt: skip
    assert total(found, "persons") == {
        "poor": 337, "poor.ethnic_minority": 20, "poor.no_labour_capacity": 10,
        "poor.none": 307,  # 337 - 20 - 10
        "near_poor": 378, "near_poor.meritorious": 12, "near_poor.none": 366,  # 378 - 12
    }  # fmt: skip


def test_r9_counts_the_ethnic_groups_of_the_heads(autumn: WardAutumn) -> None:
    found = table(autumn, "R9")
    assert total(found) == {
        "poor": 155, "poor.kinh": 145, "poor.minority": 10, "poor.taoi": 10,
        "near_poor": 129, "near_poor.kinh": 129,
    }  # fmt: skip
    assert by_village(found)[THREE] == {
        "poor": 49, "poor.kinh": 39, "poor.minority": 10, "poor.taoi": 10,
        "near_poor": 49, "near_poor.kinh": 49,
    }  # fmt: skip


def test_r10_counts_causes(autumn: WardAutumn) -> None:
    found = table(autumn, "R10")
    assert by_village(found) == {
        ONE: {"poor": 55, "poor.1": 1, "poor.3": 1, "near_poor": 36},
        TWO: {"poor": 51, "near_poor": 44},
        THREE: {"poor": 49, "near_poor": 49, "near_poor.2": 1},
    }
    assert total(found) == {
        "poor": 155, "poor.1": 1, "poor.3": 1, "near_poor": 129, "near_poor.2": 1,
    }  # fmt: skip


def test_r11_counts_the_children(autumn: WardAutumn) -> None:
    found = table(autumn, "R11")
    # One child in a household that was listed before, two in a new one.
    assert by_village(found) == {
        # 50 + 5 poor, all deprived in nutrition, insurance and school; 6 + 30 near-poor.
        ONE: {"poor": 55, "poor.nutrition": 55, "poor.health_insurance": 55,
              "poor.child_attendance": 55, "near_poor": 36, "near_poor.health_insurance": 36},
        # 45 + 6x2 and 5 + 36 + 3x2.
        TWO: {"poor": 57, "near_poor": 47, "near_poor.health_insurance": 47},
        # 44 + 5x2 and 6 + 38 + 5x2.
        THREE: {"poor": 54, "near_poor": 54},
    }  # fmt: skip
    assert total(found) == {
        "poor": 166, "poor.nutrition": 55, "poor.health_insurance": 55,
        "poor.child_attendance": 55, "near_poor": 137, "near_poor.health_insurance": 83,  # 36 + 47
    }  # fmt: skip


def test_r12_and_r13_sum_up_the_poor_and_the_near_poor(autumn: WardAutumn) -> None:
    residents = {"1": 2000, "2": 1900, "3": 100, "5": 7000, "6": 6600, "7": 400}
    poor = table(autumn, "R12")
    assert total(poor) == {
        **residents,
        "9": 155, "10": 145, "11": 10, "14": 5, "15": 55,  # women head those of village 1
        "16": 337, "17": 317, "18": 20,  # 10 x 2
        "20": "7.75", "21": "10.00",  # 155 / 2000; 10 / 100
    }  # fmt: skip
    assert by_village(poor)[THREE] == {
        "9": 49, "10": 39, "11": 10, "16": 108, "17": 88, "18": 20,
    }  # fmt: skip
    near = table(autumn, "R13")
    assert total(near) == {
        **residents, "9": 129, "10": 129, "13": 4, "15": 36, "16": 378, "17": 378, "20": "6.45",
    }  # fmt: skip
    assert by_village(near)[TWO] == {"9": 44, "10": 44, "16": 130, "17": 130}


def test_r14_and_r15_list_every_member_of_the_near_poor_and_the_poor(autumn: WardAutumn) -> None:
    # Near-poor: 30 + 36 + 38 old; 17 that were poor and 8 that asked are new.
    assert _listed(autumn, "R14") == {"members": 378, "old": 104, "again": 0, "new": 25}
    # Poor: 50 + 45 + 44 old; two fell back; 5 that were near-poor and 9 that asked are new.
    assert _listed(autumn, "R15") == {"members": 337, "old": 139, "again": 2, "new": 14}


def _listed(ward: WardAutumn, name: str) -> dict[str, int]:
    """How many members a list has, and how many households of each tag."""
    found = {"members": 0, "old": 0, "again": 0, "new": 0}
    after = ""
    while True:
        address = f"/api/v1/tables/{name}?area={HUONG_SO}&{PERIOD}&limit=200{after}"
        page = ward.office.request("case_worker", "GET", address).json
        found["members"] += len(page["items"])
        for tag in ("old", "again", "new"):
            found[tag] += sum(1 for one in page["items"] if one["cells"][tag])
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


def test_the_history_of_a_household_tells_its_autumn(autumn: WardAutumn) -> None:
    household = autumn.of["B6"][0]
    at = f"/api/v1/households/{household}/history"
    entries = autumn.office.request("case_worker", "GET", at).json["items"]
    # Asked, was screened, surveyed, complained, was surveyed again, and has its class.
    assert [one["type"] for one in entries if "certificate" not in one["type"]] == [
        "household.registered", "household.screened", "household.surveyed", "household.surveyed",
        "household.classified",
    ]  # fmt: skip
    assert "88/QĐ-UBND" in str(entries[4])


def test_certificates_of_the_decision_are_given_in_one_act(autumn: WardAutumn) -> None:
    office = autumn.office
    batch = certified_together(
        office, effective_on="2023-10-24", decision="88/QĐ-UBND", signer="Chủ tịch"
    )
    found = office.request("auditor", "GET", f"/api/v1/certificate-batches/{batch}").json
    assert (found["status"], found["households"], found["issued"], found["refused"]) == (
        "done", 284, 284, 0,
    )  # fmt: skip
    for key, has in (("A1", 1), ("B6", 1), ("C5", 1), ("A3", 0), ("B7", 0)):
        shown = office.request("auditor", "GET", f"/api/v1/households/{autumn.of[key][0]}").json
        assert len(shown["certificates"]) == has, key
