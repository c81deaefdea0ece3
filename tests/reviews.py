"""A review round of made-up households, step by step, through the real write side.

`Autumn` is one commune with its households and one round. Each method is one step with values that
are taken; a test changes what it is about. Days are those of autumn 2026.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.commands.batch import PlannedCommand
from domain.commands.command import Actor, Command, CommandContext, Document, Outcome
from domain.errors import Refusal
from domain.households.decisions import ClassifyHousehold, ClassInput, Figures
from domain.households.person import NewMember
from domain.households.registration import (
    NewHousehold,
    RegisterHousehold,
    RegisterListedHousehold,
    plan_registration,
)
from domain.households.surveys import RecordSurvey, SurveyInput
from domain.matching.settlement import Anyway
from domain.reviews.consultations import AnswerConsultation, SendConsultation
from domain.reviews.decisions import (
    GiveSecondSignature,
    RequireSecondSignature,
    SignDecision,
    current_decision_list,
)
from domain.reviews.grievances import AnswerGrievance, LodgeGrievance
from domain.reviews.meetings import HoldMeeting, ResultInput
from domain.reviews.new_round import OpenRound
from domain.reviews.notices import GiveNotices
from domain.reviews.postings import PostResults
from domain.reviews.requests import ReceiveRequest, RefuseRequest, ScreenRequest
from domain.reviews.review_list import ListCurrentList, ListHouseholds, UnlistHouseholds
from domain.reviews.round import Round
from domain.reviews.round_end import CloseRound
from tests.given import HUONG_SO

CASE_WORKER = Actor("canbo", "case_worker", HUONG_SO)
SURVEYOR = Actor("khaosat", "surveyor", HUONG_SO)
CHAIRMAN = Actor("chutich", "chairman", HUONG_SO)
DEPUTY = Actor("phochutich", "chairman", HUONG_SO)
PROVINCE = Actor("tinh", "province_officer", "46@2004-07-08")

REGISTERED = date(2025, 3, 3)
RECOGNISED = date(2025, 12, 20)
OPENED = date(2026, 9, 7)
LISTED = date(2026, 9, 8)
SURVEYED = date(2026, 9, 15)
MET = date(2026, 9, 21)
POSTED = date(2026, 9, 22)
POSTED_UNTIL = date(2026, 9, 25)  # three working days
READY = date(2026, 9, 28)
ANSWERED = date(2026, 10, 1)
NOTICED_UNTIL = date(2026, 10, 1)  # three working days from READY
SIGNED = date(2026, 10, 5)
CLOSED = date(2026, 10, 9)

VILLAGE = "Tổ dân phố 5"
SIGNS = {f"sign_{at}": at <= 2 for at in range(1, 10)}

POOR, NEAR_POOR, ABOVE = (140, 40), (140, 20), (200, 10)
"""Scores B1 and B2 of the urban standard 2022-2026."""


def decision_paper(number: str = "101/QĐ-UBND", signed_on: date = SIGNED) -> Document:
    """A decision with a number."""
    return Document(number, signed_on, "chutich")


class Autumn:
    """A commune with households and a round; `ids` are the households in the order made.

    Two of them in one commune number their households from another `first`.
    """

    def __init__(
        self, application: SocaiApplication, area: str = HUONG_SO, *, first: int = 1
    ) -> None:
        self.first = first
        self.application = application
        self.area = area
        self.ids: list[UUID] = []
        self.surveys: dict[UUID, UUID] = {}
        self.round_id = uuid4()
        self.outcome: Outcome | None = None

    def run(
        self,
        command: Command[Any],
        on: date,
        *,
        by: Actor = CASE_WORKER,
        document: Document | None = None,
        command_id: UUID | None = None,
        recorded: date | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Runs a command that is effective on a day, and recorded on it at 10:00 in Việt Nam."""
        at = datetime.combine(recorded or on, time(3), tzinfo=UTC)
        actor = replace(by, area=self.area) if by.area == HUONG_SO else by
        context = CommandContext(on, actor, command_id or uuid4(), at, document)
        self.outcome = self.application.run(command, context, expected_version=expected_version)
        return self.outcome

    # ---- households ------------------------------------------------------------------------------

    def household(
        self,
        class_: str = "poor",
        *,
        village: str = VILLAGE,
        no_labour: bool = False,
        since: date = REGISTERED,
    ) -> UUID:
        """A household of one person, of a class recognised last year; "" of none."""
        at = self.first + len(self.ids)
        entry = NewHousehold(
            area=self.area,
            village=village,
            members=(NewMember(f"Hồ Thị {_word(at)}", "head", birth_year=1930 + at % 60),),
            number=f"H{at}",
            no_labour_capacity=no_labour or None,
        )
        made = self.run(RegisterHousehold(entry, anyway=Anyway("Đã kiểm tra")), since)
        self.ids.append(made.aggregate_id)
        if class_:
            self.classify(made.aggregate_id, class_)
        return made.aggregate_id

    def classify(self, household: UUID, class_: str, on: date = RECOGNISED) -> None:
        """An older decision."""
        b1, b2 = {"poor": POOR, "near_poor": NEAR_POOR}.get(class_, ABOVE)
        given = ClassInput(class_, figures=Figures("urban", b1=b1, b2=b2))
        paper = Document("9/QĐ-UBND", on, "chutich")
        self.run(ClassifyHousehold(household, given), on, by=CHAIRMAN, document=paper)

    def survey(
        self,
        household: UUID,
        scores: tuple[int, int] = POOR,
        on: date = SURVEYED,
        by: Actor = SURVEYOR,
    ) -> UUID:
        """Form B of a household."""
        form = SurveyInput("B", "urban", by.account, b1=scores[0], b2=scores[1])
        made = self.run(RecordSurvey(household, form), on, by=by)
        assert made.created is not None
        self.surveys[household] = made.created
        return made.created

    # ---- steps of the round ----------------------------------------------------------------------

    def open(self, on: date = OPENED, **given: Any) -> Outcome:
        """The periodic round of 2026, or another one."""
        asked = {"area": self.area, "track": "periodic", "year": 2026, **given}
        made = self.run(OpenRound(**asked), on)
        self.round_id = made.aggregate_id
        return made

    def put_on_list(self, *ids: UUID, on: date = LISTED, source: str = "current_list") -> Outcome:
        """Households are listed; without ids all there are."""
        return self.run(ListHouseholds(self.round_id, source, ids or tuple(self.ids)), on)

    def list_current(self, *ids: UUID, on: date = LISTED) -> Outcome:
        """The whole current list, of which a read model proposes households."""
        return self.run(ListCurrentList(self.round_id, ids or tuple(self.ids)), on)

    def unlist(self, *ids: UUID, on: date = READY, reason: str = "error") -> Outcome:
        """Households leave the round."""
        return self.run(UnlistHouseholds(self.round_id, ids, reason), on)

    def request(self, household: UUID, kind: str = "entry", on: date = OPENED) -> UUID:
        """A request is received."""
        made = self.run(ReceiveRequest(self.round_id, household, kind), on)
        assert made.created is not None
        return made.created

    def screen(self, request: UUID, on: date = LISTED, **given: Any) -> Outcome:
        """Form A with two signs."""
        asked: dict[str, Any] = {"form": "A", "answers": SIGNS, **given}
        return self.run(ScreenRequest(self.round_id, request, **asked), on)

    def refuse(self, request: UUID, *reasons: str, on: date = READY) -> Outcome:
        """A request is refused."""
        return self.run(RefuseRequest(self.round_id, request, reasons or ("above_line",)), on)

    def meet(
        self,
        *ids: UUID,
        on: date = MET,
        attendance: int = 40,
        votes: int = 35,
        village: str = VILLAGE,
        chaired_by: str = "village_head",
    ) -> Outcome:
        """A meeting votes on the last survey of each."""
        results = tuple(ResultInput(one, self.surveys[one], votes) for one in ids or self.ids)
        return self.run(HoldMeeting(self.round_id, village, attendance, chaired_by, results), on)

    def post(self, *ids: UUID, on: date = POSTED, again: bool = False) -> Outcome:
        """Results are posted; without ids all that wait."""
        places = ("village_house", "commune_office")
        return self.run(PostResults(self.round_id, places, ids or None, again), on)

    def complain(self, household: UUID, on: date = POSTED, by: str = "household") -> UUID:
        """A grievance."""
        made = self.run(LodgeGrievance(self.round_id, household, by, "Nhà tôi khó khăn"), on)
        assert made.created is not None
        return made.created

    def reverify(self, grievance: UUID, on: date) -> Outcome:
        """A grievance is answered."""
        return self.run(AnswerGrievance(self.round_id, grievance), on)

    def report(self, on: date = READY) -> Outcome:
        """The list is reported to the province."""
        return self.run(SendConsultation(self.round_id), on)

    def answer(self, on: date = ANSWERED, by: Actor = PROVINCE, opinion: str = "agrees") -> Outcome:
        """The province answers."""
        return self.run(AnswerConsultation(self.round_id, opinion), on, by=by)

    def notify(self, *ids: UUID, on: date = READY, last_day: date | None = None) -> Outcome:
        """Notices of all that lose a status."""
        return self.run(GiveNotices(self.round_id, households=ids or None, last_day=last_day), on)

    def digest(
        self, kind: str, on: date = SIGNED, list_code: str = "result",
        households: Sequence[UUID] | None = None, current: Sequence[UUID] = (),
    ) -> str:  # fmt: skip
        """The digest of the list of a decision as a reader sees it."""
        services = self.application.rounds.services()
        round_ = self.now()
        found = services.households([*round_.households])
        return current_decision_list(
            round_, services, found, list_code, kind, on, households, current
        ).digest

    def require_second(
        self, kind: str = "exit", on: date = SIGNED, by: Actor = CHAIRMAN
    ) -> Outcome:
        """The list of a decision is laid before a second account."""
        digest = self.digest(kind, on)
        return self.run(RequireSecondSignature(self.round_id, "result", kind, digest), on, by=by)

    def second(self, kind: str = "exit", on: date = SIGNED, by: Actor = DEPUTY) -> Outcome:
        """The second signature."""
        digest = self.digest(kind, on)
        return self.run(
            GiveSecondSignature(self.round_id, "result", kind, digest, "Đã đối chiếu"), on, by=by
        )

    def sign(
        self,
        kind: str = "recognition",
        number: str = "101/QĐ-UBND",
        on: date = SIGNED,
        by: Actor = CHAIRMAN,
        digest: str | None = None,
        households: tuple[UUID, ...] | None = None,
        current: tuple[UUID, ...] = (),
        **more: Any,
    ) -> Outcome:
        """A decision is signed on the list as it is."""
        read = digest or self.digest(kind, on, households=households, current=current)
        command = SignDecision(self.round_id, "result", kind, read, households, current)
        return self.run(command, on, by=by, document=decision_paper(number, on), **more)

    def close(self, on: date = CLOSED, outcome: str = "completed", reason: str = "") -> Outcome:
        """The round ends."""
        return self.run(CloseRound(self.round_id, outcome, reason), on, by=CHAIRMAN)

    # ---- points on the way -----------------------------------------------------------------------

    def listed(self, *classes: str) -> None:
        """Households of these classes, on the list of the round."""
        for class_ in classes or ("poor",):
            self.household(class_)
        self.open()
        self.put_on_list()

    def met(self, *classes: str, scores: Iterable[tuple[int, int]] = ()) -> None:
        """Listed, surveyed and voted on."""
        self.listed(*classes)
        given = [*scores] or [POOR] * len(self.ids)
        for one, its in zip(self.ids, given, strict=True):
            self.survey(one, its)
        self.meet()

    def posted(self, *classes: str, scores: Iterable[tuple[int, int]] = ()) -> None:
        """Met, and posted."""
        self.met(*classes, scores=scores)
        self.post()

    def ready(self, *classes: str, scores: Iterable[tuple[int, int]] = ()) -> None:
        """Posted to the end, reported and answered, with notices whose last day has passed."""
        self.posted(*classes, scores=scores)
        self.report()
        self.notify()
        self.answer()

    # ---- what is on record -----------------------------------------------------------------------

    def now(self) -> Round:
        """The round as it stands in the store."""
        return self.application.rounds.load(self.round_id)

    def events(self) -> list[Any]:
        """All events of the round, from the store."""
        return list(self.application.events.get(self.round_id))

    def class_of(self, household: UUID, on: date = CLOSED) -> str:
        """The recognised class of a household."""
        return self.application.households.load(household).class_on(on)


def _word(number: int) -> str:
    """A name that no other number has."""
    letters = "BCDGHKLMNPQRSTVX"
    text = ""
    while number:
        number, at = divmod(number, len(letters))
        text += letters[at] + "uaeioy"[at % 6]
    return text.capitalize()


def many(autumn: Autumn, number: int, *, leaving: int = 0) -> None:
    """Poor households with a survey, in a few saves; the last `leaving` have scores of no poverty.

    The round is opened and lists them all.
    """
    paper = Document("9/QĐ-UBND", RECOGNISED, "chutich")
    listed = ClassInput("poor", figures=Figures("urban", b1=POOR[0], b2=POOR[1]))
    at = datetime.combine(RECOGNISED, time(3), tzinfo=UTC)
    entries = [
        plan_registration(
            CommandContext(RECOGNISED, CASE_WORKER, uuid4(), at, paper),
            RegisterListedHousehold(
                NewHousehold(
                    area=autumn.area,
                    village=f"Tổ dân phố {n % 30}",
                    members=(NewMember(f"Hồ Thị {_word(n + 1)}", "head", birth_year=1950),),
                    number=f"H{n}",
                ),
                decision=listed,
                apart=frozenset(),
            ),
        )
        for n in range(number)
    ]
    made = autumn.application.run_many([[one] for one in entries])
    autumn.ids = [one.aggregate_id for one in made if isinstance(one, Outcome)]
    assert len(autumn.ids) == number, made[:1]
    autumn.open()
    autumn.list_current()
    surveyed = datetime.combine(SURVEYED, time(3), tzinfo=UTC)
    plans = []
    for n, id_ in enumerate(autumn.ids):
        b1, b2 = ABOVE if n >= number - leaving else POOR
        form = SurveyInput("B", "urban", SURVEYOR.account, b1=b1, b2=b2)
        context = CommandContext(SURVEYED, SURVEYOR, uuid4(), surveyed)
        plans.append([PlannedCommand(RecordSurvey(id_, form), context)])
    done = autumn.application.run_many(plans)
    for id_, one in zip(autumn.ids, done, strict=True):
        assert isinstance(one, Outcome), one
        assert one.created is not None
        autumn.surveys[id_] = one.created


def meet_all(autumn: Autumn) -> None:
    """One meeting for each village, of all that are listed."""
    by_village: dict[str, list[UUID]] = {}
    for one in autumn.now().households.values():
        by_village.setdefault(one.village, []).append(one.household)
    for village, ids in by_village.items():
        autumn.meet(*ids, village=village)


DECREE = "2306/QĐ-BNNMT"
"""The legal text of the periodic track in the autumn of 2026."""


def refused(
    autumn: Autumn, refusal: type[Refusal], act: Callable[[], Any], **values: object
) -> dict[str, object]:
    """The values of a refusal, after which the round is as it was."""
    before = len(autumn.events()) if autumn.application.rounds.exists(autumn.round_id) else 0
    with pytest.raises(refusal) as caught:
        act()
    assert type(caught.value) is refusal
    for name, value in values.items():
        assert caught.value.values[name] == value, caught.value.values
    after = len(autumn.events()) if autumn.application.rounds.exists(autumn.round_id) else 0
    assert after == before
    return caught.value.values
