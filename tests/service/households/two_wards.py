"""Two wards of Huế with a review and a year of changes, for tests of overviews and lists.

Everything is recorded through the API, with the clock at the day of recording.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.service.bodies import DECISION, REGISTER, SURVEY
from tests.service.conftest import AN_HOA, NOW, Office
from tests.service.households.poor_household import H

REVIEW = datetime(2022, 12, 14, 2, 0, tzinfo=UTC)
YEAR_AFTER = datetime(2023, 11, 20, 2, 0, tzinfo=UTC)
POOR = ("employment", "nutrition", "health_insurance", "latrine")
NEAR_POOR = ("employment", "telecom")


@dataclass(frozen=True)
class Listed:
    """One household of the ward; without `deprived` it was registered only."""

    head: str
    number: str
    village: str = "Tổ dân phố 1"
    deprived: tuple[str, ...] = POOR
    cause: str = ""
    id_number: str = ""
    no_labour_capacity: bool = False


HOUSEHOLDS = (
    Listed("Đặng Thị Ổi", "HS-01", cause="7", no_labour_capacity=True),
    Listed("Hồ Văn Ẩn", "HS-02", cause="7", id_number="046061001234"),
    Listed("Lê Thị Ái", "HS-03", "Tổ dân phố 2", cause="1"),
    Listed("Nguyễn Văn Đào", "HS-04", "Tổ dân phố 2", NEAR_POOR),
    Listed("Nguyễn Thị Dừa", "HS-05", "Tổ dân phố 3", NEAR_POOR),
    Listed("Trần Quý", "HS-06", "Tổ dân phố 10", NEAR_POOR, cause="1"),
    Listed("Phan Văn Chuối", "HS-07", "Tổ dân phố 10", ()),
)
LATER = Listed("Võ Thị Ớt", "HS-08", "Tổ dân phố 10")
NEIGHBOUR = Listed("Bùi Văn Mít", "AH-01")


def fill(office: Office) -> None:
    """A review in December 2022; in November 2023 a household becomes poor, another leaves."""
    for role in ("case_worker", "surveyor", "chairman"):
        office.account(f"anhoa.{role}", (role, AN_HOA))
    office.clock.now = REVIEW
    made = [_listed(office, one) for one in HOUSEHOLDS]
    _listed(office, NEIGHBOUR, area="19774", who="anhoa.")
    for code, households in (("19804", 200), ("19774", 400)):
        people = {"effective_on": "2022-12-14", "households": households, "persons": households * 4}
        _said(
            office.request("province_officer", "POST", f"/api/v1/areas/{code}/population", people)
        )
    office.clock.now = YEAR_AFTER
    _listed(office, LATER, on="2023-10-01", surveyed="2023-10-15", decided="2023-11-01")
    household_id, version = made[2]
    leaving = {
        **_decision("2023-11-15"),
        "class": "average",
        "figures": {"area_type": "urban", "income": 2_500_000, "deprived_count": 1},
    }
    exits = f"{H}/{household_id}/exits"
    _said(office.request("chairman", "POST", exits, leaving, version=version))
    office.clock.now = NOW


def _listed(
    office: Office,
    one: Listed,
    *,
    area: str = "19804",
    who: str = "",
    on: str = "2022-06-01",
    surveyed: str = "2022-09-15",
    decided: str = "2022-12-01",
) -> tuple[str, int]:
    """Registers, surveys and decides; returns the household and its version."""
    head = {**REGISTER["members"][0], "name": one.head}
    if one.id_number:
        head["id_number"] = one.id_number
    body = {
        **REGISTER,
        "effective_on": on,
        "area": area,
        "village": one.village,
        "number": one.number,
        "no_labour_capacity": one.no_labour_capacity,
        "members": [head, REGISTER["members"][1]],
    }
    household_id = _said(office.request(f"{who}case_worker", "POST", H, body))["household_id"]
    if not one.deprived:
        return household_id, 1
    at = f"{H}/{household_id}"
    survey = {**SURVEY, "effective_on": surveyed, "deprived": list(one.deprived)}
    made = _said(office.request(f"{who}surveyor", "POST", f"{at}/surveys", survey, version=1))
    decision = {**_decision(decided), "survey_id": made["created"]}
    path = f"{at}/classifications"
    version = _said(office.request(f"{who}chairman", "POST", path, decision, version=2))["version"]
    if one.cause:
        causes = {"effective_on": decided, "causes": [one.cause]}
        path = f"{at}/causes"
        said = _said(office.request(f"{who}case_worker", "POST", path, causes, version=version))
        version = said["version"]
    return household_id, version


def _decision(on: str) -> dict[str, Any]:
    return {
        **DECISION,
        "effective_on": on,
        "document": {**DECISION["document"], "signed_on": on},
    }


def _said(answer: Any) -> Any:
    assert answer.status_code == 201, answer.json
    return answer.json
