"""A commune with a round of 2023, spoken to by the API."""

from typing import Any
from uuid import UUID

from tests.service.conftest import Office

ROUNDS = "/api/v1/rounds"
VILLAGES = ("Tổ dân phố 3", "Tổ dân phố 4")
POOR = {"b1": 140, "b2": 40}
NEAR_POOR = {"b1": 140, "b2": 20}
ABOVE = {"b1": 200, "b2": 10}
PAPER = {"number": "9/QĐ-UBND", "signed_on": "2022-12-20", "signer": "Chủ tịch"}
LETTERS = "BCDGHKLMNPQRSTVXBCDGHKLMNPQRSTVX"


class Commune:
    """A commune with a round, spoken to by the API."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.households: list[str] = []
        self.surveys: dict[str, str] = {}
        self.path = ""
        self.version = 0

    def poor_household(self, at: int) -> str:
        """A poor household of one of two villages."""
        head = {"name": f"Đoàn {LETTERS[at]}ua {LETTERS[-at - 1]}ien", "relation": "head"}
        made = self.office.household(
            village=VILLAGES[at % 2], members=[head], effective_on="2022-06-01"
        )
        decided = self.office.request(
            "chairman", "POST", f"/api/v1/households/{made['household_id']}/classifications",
            {"effective_on": "2022-12-20", "document": PAPER, "class": "poor",
             "figures": {"area_type": "urban", **POOR}},
            version=made["version"],
        )  # fmt: skip
        assert decided.status_code == 201, decided.json
        self.households.append(made["household_id"])
        return str(made["household_id"])

    def survey(self, household: str, day: str, **figures: Any) -> None:
        """Form B of a household."""
        at = f"/api/v1/households/{household}"
        version = self.office.services.application.households.load(UUID(household)).version
        body = {"effective_on": day, "form": "B", "area_type": "urban", **figures}
        made = self.office.request("surveyor", "POST", f"{at}/surveys", body, version=version)
        assert made.status_code == 201, made.json
        self.surveys[household] = made.json["created"]

    def open(self, **changed: Any) -> Any:
        """The periodic round of 2023."""
        body = {"effective_on": "2023-09-05", "area": "19804", "track": "periodic", "year": 2023}
        made = self.office.request("case_worker", "POST", ROUNDS, {**body, **changed})
        if made.status_code == 201:
            self.path = f"{ROUNDS}/{made.json['round_id']}"
            self.version = made.json["version"]
        return made

    def step(self, name: str, day: str, by: str = "case_worker", **body: Any) -> Any:
        """A step of the round on the version read last."""
        answer = self.office.request(
            by, "POST", f"{self.path}/{name}", {"effective_on": day, **body}, version=self.version
        )
        if answer.status_code == 201:
            self.version = answer.json["version"]
        return answer

    def meet(self, village: str, day: str, *ids: str, votes: int = 30) -> Any:
        """A meeting of a village."""
        results = [
            {"household_id": one, "survey_id": self.surveys[one], "votes_for": votes} for one in ids
        ]
        return self.step("meetings", day, village=village, attendance=40, results=results)

    def read(self, more: str = "", by: str = "chairman") -> Any:
        """What the API shows of the round."""
        answer = self.office.request(by, "GET", self.path + more)
        assert answer.status_code == 200, answer.json
        return answer.json

    def of_village(self, village: str) -> list[str]:
        """The households of a village."""
        return self.households[VILLAGES.index(village) :: 2]
