"""A household of two grown members and a round of low-income workers, step by step."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.households.low_income import standing_on
from domain.households.person import NewMember
from domain.households.registration import NewHousehold, RegisterHousehold
from domain.households.surveys import RecordSurvey, SurveyInput
from domain.matching.settlement import Anyway
from domain.reviews.requests import ReceiveRequest
from domain.reviews.worker_decisions import SignWorkers, worker_list
from domain.reviews.workers import DetermineWorkers, OutcomeInput, WorkersInput
from tests.reviews import CHAIRMAN, REGISTERED, SURVEYOR, VILLAGE, Autumn, decision_paper

BEGUN = date(2026, 10, 15)
VISITED = date(2026, 10, 16)
FOUND = date(2026, 10, 17)
SHOWN = date(2026, 10, 19)
LAST_DAY = date(2026, 10, 26)  # five working days
SIGNED = date(2026, 10, 27)
CEILING = 3_000_000


class Workers:
    """A commune with one household of two grown members, and a round of October 2026."""

    def __init__(
        self, autumn: Autumn, number: str = "H901", head: str = "An", child: str = "Bình"
    ) -> None:
        self.autumn = autumn
        self.household, (self.an, self.binh) = self.new_household(number, head, child)
        self.requests: dict[UUID, UUID] = {}

    def new_household(self, number: str, *names: str) -> tuple[UUID, tuple[UUID, ...]]:
        members = tuple(
            NewMember(f"Hồ Thị {name}", "head" if at == 0 else "child", birth_year=1970 + 20 * at)
            for at, name in enumerate(names)
        )
        entry = NewHousehold(area=self.autumn.area, village=VILLAGE, members=members, number=number)
        made = self.autumn.run(RegisterHousehold(entry, anyway=Anyway("Đã kiểm tra")), REGISTERED)
        return made.aggregate_id, made.persons

    def open(self, month: int = 10, on: date = BEGUN) -> None:
        self.autumn.open(on, track="low_income", month=month)

    def ask(self, person: UUID | None, household: UUID | None = None, on: date = BEGUN) -> UUID:
        command = ReceiveRequest(
            self.autumn.round_id, household or self.household, person_id=person
        )
        made = self.autumn.run(command, on)
        assert made.created is not None
        if person is not None:
            self.requests[person] = made.created
        return made.created

    def survey(self, income: int | None = CEILING, on: date = VISITED, area: str = "urban") -> UUID:
        figures: dict[str, Any] = (
            {"b1": 200, "b2": 10} if income is None else {"income": income, "deprived": ()}
        )
        form = SurveyInput("Phụ lục VIII", area, SURVEYOR.account, **figures)
        made = self.autumn.run(RecordSurvey(self.household, form), on, by=SURVEYOR)
        assert made.created is not None
        self.autumn.surveys[self.household] = made.created
        return made.created

    def determine(self, *outcomes: OutcomeInput, on: date = FOUND) -> None:
        survey = self.autumn.surveys[self.household]
        given = WorkersInput(self.household, survey, outcomes)
        self.autumn.run(DetermineWorkers(self.autumn.round_id, (given,)), on)

    def digest(self, *households: UUID) -> str:
        return worker_list(self.autumn.now(), self.autumn.round_id, households or None).digest

    def sign(self, on: date = SIGNED, number: str = "41/QĐ-UBND", **given: Any) -> None:
        by = given.pop("by", CHAIRMAN)
        command = SignWorkers(self.autumn.round_id, given.pop("digest", None) or self.digest())
        self.autumn.run(command, on, by=by, document=decision_paper(number, on), **given)

    def listed(self, *persons: UUID) -> None:
        """Opened, asked for by these persons, and on the list."""
        self.open()
        for one in persons or (self.an, self.binh):
            self.ask(one)
        self.autumn.put_on_list(self.household, on=BEGUN, source="request")

    def posted(self, *persons: UUID, income: int | None = CEILING) -> None:
        """Listed, surveyed, determined and posted."""
        self.listed(*persons)
        self.survey(income)
        self.determine()
        self.autumn.post(on=SHOWN)

    def is_worker(self, person: UUID, on: date = SIGNED) -> bool:
        household = self.autumn.application.households.load(self.household)
        return standing_on(household, person, on) is not None
