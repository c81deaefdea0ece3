"""Review rounds of the demo, as they stand on the day of the load.

The ward of Huế whose accounts the demo has is in the middle of its autumn round, with a monthly
round beside it that waits for the signature; another commune of Huế has reported its list to the
province; those of Hà Tĩnh have closed their rounds. The households are those of the localities as
they are on that day.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from domain.application import SocaiApplication
from domain.population.population import Denominators
from domain.reviews.codes import HANDED_LISTS
from domain.reviews.consultations import AnswerConsultation, SendConsultation
from domain.reviews.grievances import LodgeGrievance
from domain.reviews.load import published
from domain.reviews.notices import GiveNotices
from domain.reviews.requests import RefuseRequest
from domain.reviews.review_list import ListCurrentList, ListHouseholds
from domain.reviews.round_end import CloseRound
from domain.reviews.workers import DetermineWorkers, WorkersInput
from service.demo.plans import NEAR, OUT, POOR
from service.demo.round_days import (
    AutumnDays,
    ClosedDays,
    MonthDays,
    ReportedDays,
    RoundDays,
    round_days,
)
from service.demo.round_runner import Office, RoundRunner

GOES_ON, REPORTED, CLOSED = "goes_on", "reported", "closed"
LISTED = (POOR, NEAR)
TO_SIGN, TO_EXIT = 40, 14
"""Households of the monthly round that wait for the signature, and those of them that leave."""
LEAVING_PERCENT = 8
"""The share of a commune's list that a round takes off it at most: the brake stops at ten."""
FEW = 10
REQUESTS = 3
INCOMES = (2_100_000, 2_600_000, 4_200_000)
"""The monthly income of a person in households whose head asks: the last one is too high."""
GRIEVANCE = "Gia đình có người ốm nặng từ tháng trước, đề nghị xem lại kết quả."
SCREENED_OUT = 5
"""Signs of form A of a request that goes no further."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today with its households, in an order that does not change.

    `shows` says which round it has: one that goes on, one that waits for the answer of the
    province, or one that was closed. `residents` are made up.
    """

    office: Office
    ids: Sequence[UUID]
    shows: str
    residents: Denominators


def record_rounds(
    application: SocaiApplication,
    communes: Iterable[Commune],
    today: date,
    finished: Callable[[str], None],
    is_finished: Callable[[str], bool],
) -> None:
    """Records the rounds of the communes; `finished` is told each one that is whole."""
    days = round_days(published(), today)
    for commune in communes:
        for name, story in _stories(application, commune, days):
            piece = f"round/{commune.office.area}/{name}"
            if not is_finished(piece):
                story().record()
                finished(piece)


def _stories(
    application: SocaiApplication, commune: Commune, days: RoundDays
) -> Iterator[tuple[str, Callable[[], "_Story"]]]:
    """The rounds of a commune in their order; each is told on what the one before left."""
    office = commune.office
    autumn, month, closed = days.autumn, days.month, days.closed
    if commune.shows == REPORTED:
        if days.reported:
            asks = RoundRunner(application, office, "periodic", days.reported.opened.year)
            yield "reported", partial(_Closed, asks, commune, days.reported)
        return
    if commune.shows == CLOSED:
        autumn = month = None
    if closed and not autumn:
        ended = RoundRunner(application, office, "periodic", closed.closed.year)
        yield "closed", partial(_Closed, ended, commune, closed, closed)
    if month and (autumn or not closed or closed.closed < month.opened):
        year, number = month.opened.year, month.opened.month
        monthly = RoundRunner(application, office, "on_demand", year, number)
        yield "month", partial(_Month, monthly, commune, month)
    if autumn:
        goes_on = RoundRunner(application, office, "periodic", autumn.opened.year)
        yield "autumn", partial(_Autumn, goes_on, commune, autumn)
    if month and commune.shows == GOES_ON:
        year, number = month.opened.year, month.opened.month
        workers = RoundRunner(application, office, "low_income", year, number)
        yield "workers", partial(_Workers, workers, commune, month)


class _Story(ABC):
    """A round of a commune with the households that it may list."""

    def __init__(self, runner: RoundRunner, commune: Commune, listed_on: date) -> None:
        self.runner = runner
        self.commune = commune
        self.random = runner.random
        application = runner.application
        directory = application.areas.directory
        self.area_type = directory.unit(commune.office.area).area_type_on(listed_on)
        found = application.households.load_many(commune.ids)
        area = commune.office.area
        self.found = {
            id_: found[id_]
            for id_ in commune.ids
            if id_ in found
            and found[id_].ended_on is None
            and directory.covers(area, found[id_].area, listed_on)
        }
        self.class_of = {id_: one.class_on(listed_on) for id_, one in self.found.items()}
        self.may_leave = len(self.of_class(*LISTED)) * LEAVING_PERCENT // 100

    @abstractmethod
    def record(self) -> None:
        """Records the round."""

    def of_class(self, *classes: str) -> list[UUID]:
        """The households of these classes on the day of the listing."""
        return [one for one, class_ in self.class_of.items() if class_ in classes]

    def list_current(self, on: date) -> None:
        """Lists the current list of the commune."""
        proposed = tuple(self.of_class(*LISTED))
        self.runner.run("listing", lambda: ListCurrentList(self.runner.round_id, proposed), on)

    def list_requests(self, households: Sequence[UUID], on: date) -> None:
        """Lists the households of requests."""
        command = ListHouseholds(self.runner.round_id, "request", tuple(households))
        self.runner.run("listing/requests", lambda: command, on)

    def give_notices(self, on: date) -> None:
        """Gives notice to all who lose a status."""
        self.runner.run("notices", lambda: GiveNotices(self.runner.round_id), on)

    def villages(self, households: Iterable[UUID]) -> dict[str, list[UUID]]:
        """The households by village, in the order of their numbers."""
        by_village: dict[str, list[UUID]] = {}
        for one in households:
            by_village.setdefault(self.found[one].village, []).append(one)
        return dict(sorted(by_village.items(), key=_in_order))

    def listed(self) -> dict[str, list[UUID]]:
        """The households on the list of the round by village."""
        on_list = self.runner.round().households
        return self.villages(one for one in self.found if one in on_list)

    def result(self, household: UUID) -> str:
        """The class that the survey of a household finds; most stay what they are.

        No household with a protected mark leaves the list, and few others: the brake stops none.
        """
        before, drawn = self.class_of[household], self.random.random()
        marked = self.found[household].flags.no_labour_capacity is True
        if before == OUT:
            return NEAR if drawn < 0.5 else POOR
        if drawn < 0.07 and not marked and self.may_leave:
            self.may_leave -= 1
            return OUT
        if drawn < 0.14 and before == POOR and not marked:
            return NEAR
        return POOR if before == NEAR and drawn > 0.98 else before


class _Autumn(_Story):
    """A periodic round that goes on: half surveyed, two villages met, one posted."""

    def __init__(self, runner: RoundRunner, commune: Commune, days: AutumnDays) -> None:
        super().__init__(runner, commune, days.listed)
        self.days = days

    def record(self) -> None:
        """Records the round as far as it went."""
        runner, days = self.runner, self.days
        runner.open(days.opened)
        self.list_current(days.listed)
        villages = self.listed()
        surveyed = dict(_first_half(villages))
        wanted: dict[UUID, tuple[str, date]] = {}
        for place, (_, households) in enumerate(surveyed.items()):
            day = days.surveyed[min(place, len(days.surveyed) - 1)]
            wanted |= {one: (self.result(one), day) for one in households}
        runner.survey(wanted, self.area_type)
        posted, met, *_ = [name for name, found in surveyed.items() if found == villages[name]]
        runner.meet(posted, villages[posted], days.met)
        runner.post(days.posted, villages[posted])
        runner.meet(met, villages[met], days.met_next, against=1)
        complaint = LodgeGrievance(runner.round_id, villages[posted][0], "household", GRIEVANCE)
        runner.run("grievance", lambda: complaint, days.complained)
        for household in self.of_class(OUT)[:REQUESTS]:
            runner.receive(household, "entry", days.complained, ("illness",))


class _Month(_Story):
    """A monthly round in which the posting has ended and 40 households can be signed."""

    def __init__(self, runner: RoundRunner, commune: Commune, days: MonthDays) -> None:
        super().__init__(runner, commune, days.listed)
        self.days = days

    def record(self) -> None:
        """Records the round up to the day before the signature."""
        runner, days = self.runner, self.days
        exits, entries = self._chosen()
        runner.open(days.opened)
        for one in exits:
            runner.receive(one, "exit", days.opened)
        requests = [runner.receive(one, "entry", days.opened, ("illness",)) for one in entries]
        for one in requests:
            runner.screen(one, days.listed)
        self.list_requests([*exits, *entries], days.listed)
        wanted = dict.fromkeys(exits, (OUT, days.surveyed[0]))
        wanted |= dict.fromkeys(entries, (POOR, days.surveyed[1]))
        runner.survey(wanted, self.area_type)
        for village, households in self.villages([*exits, *entries]).items():
            runner.meet(village, households, days.met)
        runner.post(days.posted)
        self.give_notices(days.posted)

    def _chosen(self) -> tuple[list[UUID], list[UUID]]:
        """Households of the last villages that ask to leave the list, and to be poor."""
        villages = self.villages(self.of_class(*LISTED)).values()
        last = [
            one for households in reversed(villages) if len(households) >= FEW for one in households
        ]
        marked = {one for one in last if self.found[one].flags.no_labour_capacity is True}
        exits = [one for one in last if one not in marked][:TO_EXIT]
        near = [one for one in last if self.class_of[one] == NEAR and one not in exits]
        return exits, near[: TO_SIGN - TO_EXIT]


class _Workers(_Story):
    """A monthly round of low-income workers whose outcomes are posted: two of three recognised."""

    def __init__(self, runner: RoundRunner, commune: Commune, days: MonthDays) -> None:
        super().__init__(runner, commune, days.listed)
        self.days = days

    def record(self) -> None:
        """Records the round up to the posting."""
        runner, days = self.runner, self.days
        asking = self.of_class(OUT)[REQUESTS : REQUESTS + len(INCOMES)]
        if not asking:
            return
        runner.open(days.opened)
        for one in asking:
            runner.receive(one, "entry", days.opened, person=self.found[one].head)
        self.list_requests(asking, days.listed)
        incomes = dict(zip(asking, INCOMES, strict=False))
        runner.survey_income(
            {one: (income, days.surveyed[0]) for one, income in incomes.items()}, self.area_type
        )
        results = tuple(WorkersInput(one, runner.survey_of(one)) for one in asking)
        found = DetermineWorkers(runner.round_id, results)
        runner.run("results", lambda: found, days.met)
        runner.post(days.posted)


class _Closed(_Story):
    """A periodic round that was reported to the province, or went to its end as well."""

    def __init__(
        self, runner: RoundRunner, commune: Commune, days: ReportedDays,
        ending: ClosedDays | None = None,
    ) -> None:  # fmt: skip
        super().__init__(runner, commune, days.listed)
        self.days = days
        self.ending = ending

    def record(self) -> None:
        """Records the round up to the report, and its decisions where it has ended."""
        runner, days = self.runner, self.days
        runner.open(days.opened)
        self.list_current(days.listed)
        self._requests()
        villages = self.listed()
        results: dict[UUID, tuple[str, date]] = {}
        for place, (_, households) in enumerate(villages.items()):
            day = days.surveyed[place % len(days.surveyed)]
            results |= {one: (self.result(one), day) for one in households}
        runner.survey(results, self.area_type)
        for village, households in villages.items():
            runner.meet(village, households, days.met)
        runner.post(days.posted)
        self.give_notices(days.posted)
        runner.run("report", lambda: SendConsultation(runner.round_id), days.reported)
        if self.ending:
            self._end({one: class_ for one, (class_, _) in results.items()}, self.ending)

    def _end(self, results: Mapping[UUID, str], days: ClosedDays) -> None:
        """The province agrees, the chairman signs, certificates are given, the round is closed."""
        runner = self.runner
        answer = AnswerConsultation(runner.round_id, "agrees")
        runner.run("answer", lambda: answer, days.answered, by="province_officer")
        recognised = [one for one, class_ in results.items() if class_ in LISTED]
        if recognised:
            runner.sign("recognition", "211/QĐ-UBND", days.signed)
        if any(_loses(self.class_of[one], class_) for one, class_ in results.items()):
            runner.sign("exit", "212/QĐ-UBND", days.signed)
        runner.give_certificates(recognised, days.signed)
        close = CloseRound(runner.round_id)
        runner.run("closing", lambda: close, days.closed, by="chairman")
        for handed_list in HANDED_LISTS:
            runner.hand_over(handed_list, self.commune.ids, days.closed)

    def _requests(self) -> None:
        """Some who are not listed ask for a review; form A ends one of the requests."""
        runner, days = self.runner, self.days
        asking = self.of_class(OUT)[: REQUESTS + 1]
        requests = [runner.receive(one, "entry", days.opened, ("illness",)) for one in asking]
        for place, request in enumerate(requests):
            runner.screen(request, days.listed, SCREENED_OUT if place == REQUESTS else 2)
        if asking:
            self.list_requests(asking[:REQUESTS], days.listed)
        for request in requests[REQUESTS:]:
            refusal = RefuseRequest(runner.round_id, request, ("screened_out",))
            runner.run(f"refusal/{request}", lambda: refusal, days.listed)  # noqa: B023 - now


def _loses(before: str, class_: str) -> bool:
    """Whether an exit decision names a household."""
    return before in LISTED and class_ not in (before, POOR)


def _first_half(villages: Mapping[str, list[UUID]]) -> Iterator[tuple[str, list[UUID]]]:
    """The first villages, up to half of all households; the last of them in part."""
    left = sum(map(len, villages.values())) // 2
    for village, households in villages.items():
        if left:
            yield village, households[:left]
            left -= len(households[:left])


def _in_order(village: tuple[str, list[UUID]]) -> tuple[bool, str, int]:
    """Villages by their numbers, those of a few households last."""
    name, households = village
    number = re.search(r"[0-9]+", name)
    few = len(households) < FEW
    return (few, name[: number.start()], int(number.group())) if number else (few, name, 0)
