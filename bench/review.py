"""A review round of one commune: its list, its two signed decisions, and the papers that follow.

Households, surveys and meetings are made up and not measured. The papers are printed from values
at hand, so that the time is that of the typesetter.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from datetime import time as moment
from typing import Any
from uuid import UUID, uuid4

from bench import papers
from bench.isolated_runs import Spent, alone
from bench.ours import AREA, KEYS, application
from bench.results import Row
from bench.server import BenchServer
from domain.application import SocaiApplication
from domain.commands.batch import PlannedCommand
from domain.commands.command import Actor, Command, CommandContext, Document, Outcome
from domain.eventstore.personal import Keyring
from domain.households.decisions import ClassInput, Figures
from domain.households.person import NewMember
from domain.households.registration import (
    NewHousehold,
    RegisterListedHousehold,
    plan_registration,
)
from domain.households.surveys import RecordSurvey, SurveyInput
from domain.reviews.consultations import AnswerConsultation, SendConsultation
from domain.reviews.decisions import SignDecision, current_decision_list
from domain.reviews.meetings import HoldMeeting, ResultInput
from domain.reviews.new_round import OpenRound
from domain.reviews.notices import GiveNotices
from domain.reviews.postings import PostResults
from domain.reviews.review_list import ListCurrentList
from projections.catch_up import catch_up
from service.papers import pdf
from service.papers.contents import Decision, DecisionGroup, DecisionRow, Heading, Signature

MOST = 30  # seconds of an act
EXIT_EVERY = 20
VILLAGES = 30
LETTERS = "BCDGHKLMNPQRSTVX"
CASE_WORKER = Actor("canbo", "case_worker", AREA)
SURVEYOR = Actor("khaosat", "surveyor", AREA)
CHAIRMAN = Actor("chutich", "chairman", AREA)
PROVINCE = Actor("tinh", "province_officer", AREA)
LISTED_BEFORE = date(2025, 12, 20)
OPENED, LISTED, SURVEYED = date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 15)
MET, POSTED, READY = date(2026, 9, 21), date(2026, 9, 22), date(2026, 9, 28)
ANSWERED, SIGNED = date(2026, 10, 1), date(2026, 10, 5)
POOR, ABOVE = (140, 40), (200, 10)


def rows(server: BenchServer, households: int) -> list[Row]:
    """The list and the decisions, and the print of the papers."""
    database = server.migrated()
    spent = alone(run_round, database.url, households)
    server.drop(database)
    took = spent.answer
    decision = alone(print_decision, households)
    certificates = papers.printed_alone(households)
    exits = households // EXIT_EVERY
    return [
        Row(
            f"a review round of {households:,} households: listed / two decisions signed",
            f"{took['listed']:,.1f} s / {took['signed']:,.1f} s, {spent.memory:,.0f} MiB; in every"
            f" read model {took['shown']:,.1f} s later",
            "-",
            f"stated; each part under {MOST} s",
            max(took["listed"], took["signed"]) < MOST,
            f"{households - exits:,} are recognised and {exits:,} leave the list",
        ),
        Row(
            "... its papers printed: decision with its list / certificates",
            f"{_printed(decision)} / {_printed(certificates)}",
            "-",
            "stated",
            True,
        ),
    ]


def _printed(spent: Spent) -> str:
    size, typesetter = spent.answer
    return (
        f"{spent.seconds:,.1f} s, {spent.memory + typesetter:,.0f} MiB with the typesetter,"
        f" {size / 2**20:,.1f} MiB of PDF"
    )


# ---- the round ------------------------------------------------------------------------------


def run_round(url: str, households: int) -> dict[str, float]:
    """The seconds of listing, of both signatures, and of the read models afterwards."""
    office = application(url)
    ids = _on_record(office, households)
    round_id = _run(office, OpenRound(AREA, "periodic", 2026), OPENED).aggregate_id
    took = {"listed": _seconds(lambda: _run(office, ListCurrentList(round_id, ids), LISTED))}
    _surveyed_and_met(office, round_id, ids)
    _run(office, PostResults(round_id, ("village_house", "commune_office"), None), POSTED)
    _run(office, SendConsultation(round_id), READY)
    _run(office, GiveNotices(round_id), READY)
    _run(office, AnswerConsultation(round_id, "agrees"), ANSWERED, by=PROVINCE)
    catch_up(office.pool, Keyring(office.pool, *KEYS))
    took["signed"] = _seconds(lambda: _signed(office, round_id))
    took["shown"] = _seconds(lambda: catch_up(office.pool, Keyring(office.pool, *KEYS)))
    decided = [len(one.households) for one in office.rounds.load(round_id).decisions]
    if sum(decided) != households:
        raise RuntimeError(f"the round is not decided whole: {decided}")
    return took


def _signed(office: SocaiApplication, round_id: UUID) -> None:
    for number, kind in (("101/QĐ-UBND", "recognition"), ("102/QĐ-UBND", "exit")):
        services = office.rounds.services()
        round_ = office.rounds.load(round_id)
        found = services.households([*round_.households])
        read = current_decision_list(round_, services, found, "result", kind, SIGNED).digest
        _run(
            office, SignDecision(round_id, "result", kind, read), SIGNED, by=CHAIRMAN,
            document=Document(number, SIGNED, "chutich"),
        )  # fmt: skip


def _on_record(office: SocaiApplication, households: int) -> tuple[UUID, ...]:
    paper = Document("9/QĐ-UBND", LISTED_BEFORE, "chutich")
    decision = ClassInput("poor", figures=Figures("rural", b1=POOR[0], b2=POOR[1]))
    groups = []
    for n in range(households):
        entry = NewHousehold(
            area=AREA,
            village=f"Thôn {n % VILLAGES}",
            members=(NewMember(f"Hồ Thị {_word(n)}", "head", birth_year=1930 + n % 70),),
            number=f"H{n}",
        )
        command = RegisterListedHousehold(entry, decision=decision, apart=frozenset())
        groups.append([plan_registration(_context(LISTED_BEFORE, CASE_WORKER, paper), command)])
    return tuple(one.aggregate_id for one in _all(office.run_many(groups)))


def _surveyed_and_met(office: SocaiApplication, round_id: UUID, ids: Sequence[UUID]) -> None:
    plans = []
    for n, id_ in enumerate(ids):
        b1, b2 = ABOVE if n % EXIT_EVERY == 0 else POOR
        form = SurveyInput("B", "rural", SURVEYOR.account, b1=b1, b2=b2)
        plans.append([PlannedCommand(RecordSurvey(id_, form), _context(SURVEYED, SURVEYOR))])
    results = [
        ResultInput(id_, one.created, 35)
        for id_, one in zip(ids, _all(office.run_many(plans)), strict=True)
        if one.created is not None
    ]
    for at in range(VILLAGES):
        of_village = tuple(results[at::VILLAGES])
        if of_village:
            meeting = HoldMeeting(round_id, f"Thôn {at}", 40, "village_head", of_village)
            _run(office, meeting, MET)


def _word(number: int) -> str:
    """A given name that no other number has, as names have no digits."""
    number, first = divmod(number, len(LETTERS))
    above, second = divmod(number, len(LETTERS))
    return f"{LETTERS[first]}ua {LETTERS[second]}o{LETTERS[above % len(LETTERS)].lower()}"


def _all(outcomes: Sequence[object]) -> list[Outcome]:
    done = [one for one in outcomes if isinstance(one, Outcome)]
    if len(done) != len(outcomes):
        raise RuntimeError("not all households were recorded")
    return done


def _context(on: date, by: Actor, document: Document | None = None) -> CommandContext:
    return CommandContext(on, by, uuid4(), datetime.combine(on, moment(3), tzinfo=UTC), document)


def _run(
    office: SocaiApplication,
    command: Command[Any],
    on: date,
    *,
    by: Actor = CASE_WORKER,
    document: Document | None = None,
) -> Outcome:
    done: Outcome = office.run(command, _context(on, by, document))
    return done


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


# ---- its papers -----------------------------------------------------------------------------


def print_decision(households: int) -> tuple[int, float]:
    """The size of the decision with its list in bytes, and the memory of the typesetter in MiB."""
    listed = [
        DecisionRow(
            head=f"Hồ Thị Số {n}",
            birth_year=1930 + n % 70,
            sex="Nữ",
            village=f"Thôn {n % VILLAGES}",
            persons=4,
            class_="Hộ nghèo",
            class_before="Hộ nghèo",
        )
        for n in range(households)
    ]
    content = Decision(
        heading=Heading(
            issuer=("Ủy ban nhân dân", "xã Mẫu"), place="Mẫu", number="101/QĐ-UBND", day=SIGNED
        ),
        leaving=False,
        year=SIGNED.year,
        commune="xã Mẫu",
        effective_on=SIGNED,
        bases=papers.BASES,
        groups=[
            DecisionGroup(
                title="Hộ nghèo", households=households, persons=4 * households, rows=listed
            )
        ],
        signature=Signature(office="Chủ tịch", name="Nguyễn Thị Ẩn", recipients=("Lưu: VT",)),
        code=pdf.check_code(f"https://socai.example.vn/kiem-tra/{1:024d}"),
    )
    return len(pdf.printed("decision", content, day=SIGNED)), papers.typesetter_memory()
