"""Runner of one review round of the demo: each step becomes a command of its day."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid5

from domain.application import SocaiApplication
from domain.commands.batch import PlannedCommand
from domain.commands.command import Actor, CommandContext, Document
from domain.errors import Refusal
from domain.households.certificates import IssueCertificate
from domain.households.events import Answers
from domain.households.handler import HouseholdCommand
from domain.households.household import Household
from domain.households.surveys import RecordSurvey, SurveyInput
from domain.reviews.decisions import SignDecision, current_decision_list
from domain.reviews.handed_lists import HandOverList, list_now
from domain.reviews.handler import RoundCommand
from domain.reviews.meetings import HoldMeeting, ResultInput
from domain.reviews.new_round import OpenRound
from domain.reviews.postings import PostResults
from domain.reviews.requests import ReceiveRequest, ScreenRequest
from domain.reviews.round import Round, round_id
from service.demo.plans import NEAR, OUT, POOR
from service.demo.run_steps import FORMS, NAMESPACE, OFFICES

STANDARD = "2022-2026"
INCOME_FORM = "Phụ lục VIII"
SCREENING_FORM = "A/TT07-2021"
PLACES = ("commune_office", "village_house")
MOST_SURVEYS = 500
"""Surveys saved together."""


@dataclass(frozen=True, slots=True)
class Office:
    """A commune with the ending of its accounts, and the province that it reports to."""

    area: str
    accounts: str
    province: str
    province_account: str


class RoundRunner:
    """Carries out the steps of one round. A step that was carried out before is left out.

    Ids follow from commune and period, so that an interrupted load goes on where it was.
    """

    def __init__(
        self, application: SocaiApplication, office: Office, track: str, year: int,
        month: int | None = None,
    ) -> None:  # fmt: skip
        self.application = application
        self.office = office
        self.track, self.year, self.month = track, year, month
        self.round_id = round_id(office.area, track, year, month)
        self.random = Random(f"socai demo {office.area} {track} {year} {month}")  # noqa: S311
        self._of_day: Counter[date] = Counter()

    def own_id(self, *what: object) -> UUID:
        """An id of something of the round; the same for each load."""
        return uuid5(NAMESPACE, "/".join(map(str, (self.round_id, *what))))

    def round(self) -> Round:
        """The round as it is on record."""
        return self.application.rounds.load(self.round_id)

    def run(
        self, what: str, make: Callable[[], RoundCommand], on: date, *,
        by: str = "case_worker", number: str = "",
    ) -> None:  # fmt: skip
        """Carries out one command, which is made only where it is not on record yet."""
        context = self._context(self.own_id(what), on, by, number)
        if not self.application.runner.find_commands([context.command_id]):
            self.application.run(make(), context)

    def open(self, on: date) -> None:
        """Opens the round."""
        command = OpenRound(self.office.area, self.track, self.year, self.month)
        self.run("open", lambda: command, on)

    def receive(
        self, household: UUID, kind: str, on: date, reasons: tuple[str, ...] = (),
        person: UUID | None = None,
    ) -> UUID:  # fmt: skip
        """Receives a request, of a person where one is named; returns its id."""
        name = f"request/{household}" if person is None else f"request/{person}"
        command = ReceiveRequest(self.round_id, household, kind, reasons=reasons, person_id=person)
        self.run(name, lambda: command, on)
        return uuid5(self.own_id(name), "request")

    def screen(self, request: UUID, on: date, signs: int = 2) -> None:
        """Fills in form A with so many signs."""
        answers: Answers = {f"sign_{number}": number <= signs for number in range(1, 10)}
        command = ScreenRequest(self.round_id, request, SCREENING_FORM, answers)
        self.run(f"screening/{request}", lambda: command, on)

    def survey(self, wanted: Mapping[UUID, tuple[str, date]], area_type: str) -> None:
        """Fills in form B of households, such that each has its class, on its day."""
        plans = []
        for household, (class_, on) in wanted.items():
            b1, b2 = self._points(class_, urban=area_type == "urban")
            context = self._context(self.own_id("survey", household), on, "surveyor")
            form = SurveyInput(
                form=FORMS[STANDARD],
                score_card=f"{STANDARD}/{area_type}",
                area_type=area_type,
                surveyor=context.actor.account,
                answers={"electricity_kwh_a_month": 20 + 5 * self.random.randrange(14)},
                b1=b1,
                b2=b2,
                survey_id=self.survey_of(household),
            )
            plans.append([PlannedCommand(RecordSurvey(household, form), context)])
        self.run_many(plans)

    def survey_income(self, wanted: Mapping[UUID, tuple[int, date]], area_type: str) -> None:
        """Records the income of households of the past twelve months, each on its day."""
        plans = []
        for household, (income, on) in wanted.items():
            context = self._context(self.own_id("survey", household), on, "surveyor")
            form = SurveyInput(
                form=INCOME_FORM,
                area_type=area_type,
                surveyor=context.actor.account,
                income=income,
                deprived=(),
                survey_id=self.survey_of(household),
            )
            plans.append([PlannedCommand(RecordSurvey(household, form), context)])
        self.run_many(plans)

    def survey_of(self, household: UUID) -> UUID:
        """The id of the survey of a household in this round."""
        return self.own_id("form_b", household)

    def meet(self, village: str, households: Iterable[UUID], on: date, against: int = 0) -> None:
        """Holds a village meeting, where the first `against` households have too few votes."""
        attendance = self.random.randrange(34, 71)
        results = tuple(
            ResultInput(
                one,
                self.survey_of(one),
                attendance * 2 // 5 if place < against
                else attendance - self.random.randrange(attendance // 4),
            )
            for place, one in enumerate(households)
        )  # fmt: skip
        command = HoldMeeting(self.round_id, village, attendance, "village_head", results)
        self.run(f"meeting/{village}", lambda: command, on)

    def post(self, on: date, households: Sequence[UUID] | None = None) -> None:
        """Posts the results that wait for it, or those of some households."""
        chosen = None if households is None else tuple(households)
        self.run("posting", lambda: PostResults(self.round_id, PLACES, chosen), on)

    def sign(self, kind: str, number: str, on: date) -> None:
        """The chairman signs a decision on the list as it stands."""

        def command() -> SignDecision:
            services, round_ = self.application.rounds.services(), self.round()
            found = services.households([*round_.households])
            listed = current_decision_list(round_, services, found, "result", kind, on)
            return SignDecision(self.round_id, "result", kind, listed.digest)

        self.run(f"decision/{kind}", command, on, by="chairman", number=number)

    def hand_over(self, handed_list: str, proposed: Sequence[UUID], on: date) -> None:
        """Records that a list of the commune was handed over, as it stands."""

        def command() -> HandOverList:
            services, round_ = self.application.rounds.services(), self.round()
            now = list_now(round_, services, handed_list, on, proposed)
            return HandOverList(
                self.round_id, handed_list, "document_system", now.digest, tuple(proposed)
            )

        self.run(f"handed_list/{handed_list}", command, on)

    def give_certificates(self, households: Sequence[UUID], on: date) -> None:
        """Gives certificates, numbered in order."""
        self.run_many(
            [
                [
                    PlannedCommand(
                        IssueCertificate(one, f"chutich.{self.office.accounts}", serial),
                        self._context(self.own_id("certificate", one), on, "chairman"),
                    )
                ]
                for serial, one in enumerate(households, 1)
            ]
        )

    def households(self) -> dict[UUID, Household]:
        """The households on the list of the round, by id."""
        return self.application.households.load_many(self.round().households)

    def run_many(self, plans: Sequence[Sequence[PlannedCommand[HouseholdCommand]]]) -> None:
        """Carries out commands about households, some hundred in a save."""
        for first in range(0, len(plans), MOST_SURVEYS):
            for answer in self.application.run_many(plans[first : first + MOST_SURVEYS]):
                if isinstance(answer, Refusal):
                    raise answer

    def _context(self, command_id: UUID, on: date, by: str, number: str = "") -> CommandContext:
        """The circumstances of a step: one minute after the step before it on that day."""
        self._of_day[on] += 1
        at = datetime.combine(on, time(1), UTC) + timedelta(seconds=20 * self._of_day[on])
        office = self.office
        actor = Actor(f"{OFFICES.get(by, by)}.{office.accounts}", by, office.area)
        if by == "province_officer":
            actor = Actor(office.province_account, by, office.province)
        paper = Document(number, on, actor.account) if number else None
        return CommandContext(on, actor, command_id, at, paper)

    def _points(self, class_: str, *, urban: bool) -> tuple[int, int]:
        """B1 and B2 that give a class by the standard of 2022-2026."""
        line, draw = 140 if not urban else 175, self.random.randrange
        if class_ == POOR:
            return line - 5 * draw(0, 12), 10 * draw(3, 7)
        if class_ == NEAR:
            return line - 5 * draw(0, 10), 10 * draw(0, 3)
        assert class_ == OUT  # noqa: S101 - the callers know three classes
        return 175 + 5 * draw(1, 12), 10 * draw(0, 3)
