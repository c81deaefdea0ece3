"""The fingerprint of every command stays as it is stored: an old command is known when repeated.

`fingerprints.json` was made of the first release's commands. A fingerprint that is not as it was
would let a command of before be carried out a second time.
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.application import SocaiApplication
from domain.areas.commands import (
    ChangeAreaType,
    CloseUnit,
    EstablishUnit,
    MergeUnits,
    NewUnit,
    PutUnitUnder,
    RenameUnit,
    SplitUnit,
    TransferPart,
)
from domain.commands.command import Actor, Command, CommandContext, Document
from domain.duplicates.commands import (
    FindDuplicate,
    FoundEvidence,
    ReopenDuplicate,
    SettleDuplicate,
)
from domain.duplicates.events import Couple
from domain.eventstore.personal import Keyring
from domain.households.certificates import (
    IssueCertificate,
    ReplaceCertificate,
    WithdrawCertificate,
)
from domain.households.corrections import (
    CorrectHousehold,
    CorrectMember,
    HouseholdCorrection,
    MemberCorrection,
)
from domain.households.decisions import ClassifyHousehold, ClassInput, ExitPoverty, Figures
from domain.households.erasure import ForgetPerson
from domain.households.low_income import RecogniseLowIncomeWorker, WithdrawLowIncomeRecognition
from domain.households.members import ChangeHead, JoinMember, LeaveMember
from domain.households.needs_and_plan import AgreePlan, RecordCauses, RecordNeeds
from domain.households.papers import ChangePapers, NewPaper, TakePapers
from domain.households.person import NewMember
from domain.households.registration import NewHousehold, RegisterHousehold, RegisterListedHousehold
from domain.households.relocation import (
    DissolveHousehold,
    MergeHousehold,
    MoveHousehold,
    SplitHousehold,
)
from domain.households.settlements import SettleSame
from domain.households.support import GrantSupport, SupportInput
from domain.households.surveys import RecordScreening, RecordSurvey, SurveyInput
from domain.households.withdrawals import WithdrawEntry
from domain.matching.settlement import SAME, SOMEBODY_ELSE, Anyway, Settlement
from domain.oversight.commands import CorrectReport, LockReport
from domain.oversight.report import Figures as ReportFigures
from domain.own_view.contests import AnswerContest, ConfirmReceipt, DenyReceipt, LodgeContest
from domain.own_view.one_time_codes import GiveCode, RevokeCode, UseCode
from domain.population.commands import CorrectPopulation, DeclarePopulation
from domain.population.population import Denominators, ListedCounts
from domain.reviews.consultations import AnswerConsultation, SendConsultation
from domain.reviews.decisions import GiveSecondSignature, RequireSecondSignature, SignDecision
from domain.reviews.grievances import AnswerGrievance, LodgeGrievance
from domain.reviews.handed_lists import HandOverList
from domain.reviews.meetings import (
    DetermineResults,
    HoldMeeting,
    OverriddenClass,
    ResultInput,
)
from domain.reviews.new_round import OpenRound
from domain.reviews.notices import GiveNotices
from domain.reviews.postings import PostResults
from domain.reviews.requests import ReceiveRequest, RefuseRequest, ScreenRequest
from domain.reviews.review_list import ListCurrentList, ListHouseholds, UnlistHouseholds
from domain.reviews.round_end import CloseRound
from domain.reviews.worker_decisions import SignWorkers
from domain.reviews.workers import DetermineWorkers, OutcomeInput, WorkersInput
from domain.support import budget_commands as budget
from domain.support import case_commands as case
from domain.support import grant_batch_commands as batch
from domain.support.activity import (
    CorrectActivity,
    HeldFigures,
    HoldActivity,
    PlanActivity,
    ReportActivity,
)
from domain.support.case import PlanStep
from domain.support.grant_batch import Recipient, RecipientInKind, RefusedRecipient
from domain.support.livelihood import CloseModel, JoinModel, JoinModelByNumber, StartModel
from domain.support.officer import (
    CountOfficers,
    EnterOfficer,
    LeaveOfficer,
    MoveOfficer,
    RecordTraining,
    WithdrawTraining,
)
from domain.support.officer_erasure import ForgetOfficer
from domain.support.plan_cases import RequestCasesOfPlan, StepBenefit
from domain.support.programme import (
    Benefit,
    LegalSource,
    Node,
    Qualification,
    Rate,
)
from domain.support.programme_commands import (
    ChangeRate,
    CloseProgramme,
    DefineBenefit,
    DefineBenefitWithRate,
    DefineProgramme,
)
from domain.support.signing_rules import AddSigningVersion, SetSigningRules, Tier
from domain.support.smallest_count import SetSmallestCount
from domain.support.target import (
    DeclaredDay,
    PassRateTargetDown,
    PassTargetDown,
    ReviseRateTarget,
    ReviseTarget,
    SetRateTarget,
    SetTarget,
)
from tests.standards import standards

STORED = json.loads((Path(__file__).parent / "fingerprints.json").read_text(encoding="utf-8"))

HOUSEHOLD = UUID("11111111-0000-4000-8000-000000000001")
OTHER = UUID("11111111-0000-4000-8000-000000000002")
PERSON = UUID("22222222-0000-4000-8000-000000000001")
CHILD = UUID("22222222-0000-4000-8000-000000000002")
OWN = UUID("33333333-0000-4000-8000-000000000001")

PLAIN = CommandContext(
    date(2022, 12, 12),
    Actor("canbo", "case_worker", "19753@2021-07-01"),
    UUID("44444444-0000-4000-8000-000000000001"),
    datetime(2022, 12, 15, 3, tzinfo=UTC),
)
ON_PAPER = CommandContext(
    date(2023, 1, 5),
    Actor("chutich", "chairman", "19753@2021-07-01"),
    UUID("44444444-0000-4000-8000-000000000002"),
    datetime(2023, 1, 6, 3, tzinfo=UTC),
    Document("12/QĐ-UBND", date(2023, 1, 4), "chutich"),
)

MEMBER = NewMember(
    name="Hồ Văn An",
    relation="head",
    sex="male",
    birth_date=date(1980, 5, 1),
    id_number="046080001234",
    id_issued_on=date(2021, 6, 1),
    ethnicity="Kinh",
    phone="0905 000 001",
    able_to_work=True,
)
ENTRY = NewHousehold(
    area="19753@2021-07-01",
    village="Tổ dân phố 5",
    members=(MEMBER, NewMember("Hồ Thị Cúc", "child", birth_year=2010, person_id=CHILD)),
    number="TDP5-017",
    address="12 kiệt 3",
    ethnic_minority=False,
    household_id=HOUSEHOLD,
)
BY_FIGURES = ClassInput("poor", figures=Figures("urban", b1=150, b2=40), listing="old")
BY_SURVEY = ClassInput(
    "near_poor", survey_id=OWN, standard="2022-2026", override_reason="Nhà mới cháy"
)
SURVEY = SurveyInput(
    form="B:07/2021/TT-BLĐTBXH",
    area_type="urban",
    surveyor="khaosat",
    score_card="2022-2026/urban",
    answers={"roof": "tôn", "household_size": 4, "assets": ["xe máy"], "owner": True},
    b1=150,
    b2=40,
    deprived=("health", "work"),
    place="Tổ 5",
    attachments=("0" * 64,),
    survey_id=OWN,
)
SUPPORT = SupportInput(
    programme="Hỗ trợ tiền điện",
    benefit="electricity",
    period_from=date(2023, 1, 1),
    period_until=date(2023, 12, 31),
    source="central",
    funding_year=2023,
    person_id=PERSON,
    amount=708_000,
)
SETTLED = Settlement(OTHER, SAME, ("name", "birth"), "Cùng một nhà")
UNIT = "19804@2020-01-01"
ROUND = UUID("55555555-0000-4000-8000-000000000001")
RESULT = ResultInput(HOUSEHOLD, OWN, 31, (OverriddenClass("result", "poor", "Nhà mới cháy"),))
NEW_UNIT = NewUnit("19805", "Phường Mới", "474@2020-01-01", "urban", (UNIT,))
FIGURES = Denominators(
    households=3_488,
    persons=13_100,
    households_by_ethnicity={"Kinh": 3_000, "Cơ Tu": 400},
    rate_bases={"near_poor": 3_400},
    source="báo cáo",
)

BENEFIT = Benefit(
    code="cash",
    node="income",
    title="Hỗ trợ thu nhập",
    content="income",
    counted="household",
    period="month",
    qualification=Qualification(("poor",), True, ("meritorious",), ("46@2004-07-08",)),
    source="37/2025/NQ-HĐND",
    certainty="seen",
)
RATE = Rate("cash", date(2023, 1, 1), None, "month", 500_000, None, "37/2025/NQ-HĐND", "seen")
PROGRAMME = DefineProgramme(
    code="hue-nq-37-2025",
    title="Chính sách của tỉnh",
    level="local",
    area="46@2004-07-08",
    valid_from=date(2023, 1, 1),
    valid_until=date(2025, 12, 31),
    nodes=(Node("income", "", "policy", "Thu nhập", "seen"),),
    sources=(LegalSource("37/2025/NQ-HĐND", "Nghị quyết", "seen", date(2025, 11, 18)),),
    benefits=(BENEFIT,),
    rates=(RATE,),
)
LINE = ("46@2004-07-08", "2021-2025", "2", "central", "recurrent", 2023, 2023)

COMMANDS: dict[str, Command[Any]] = {
    "register": RegisterHousehold(ENTRY),
    "register anyway": RegisterHousehold(ENTRY, anyway=Anyway("Mồ côi")),
    "register of a list": RegisterListedHousehold(
        ENTRY,
        decision=BY_FIGURES,
        causes=("2", "7"),
        needs=("credit",),
        settled=(Settlement(OTHER, SOMEBODY_ELSE, ("name",), "Người khác"),),
        apart=frozenset({OTHER}),
    ),
    "screen": RecordScreening(
        HOUSEHOLD, form="A", answers={"tv": True}, outcome="survey", override_reason="Mất việc"
    ),
    "survey": RecordSurvey(HOUSEHOLD, SURVEY),
    "survey by income": RecordSurvey(
        HOUSEHOLD, SurveyInput("B", "rural", "khaosat", income=900_000, deprived=())
    ),
    "classify": ClassifyHousehold(HOUSEHOLD, BY_SURVEY),
    "classify by figures": ClassifyHousehold(HOUSEHOLD, BY_FIGURES),
    "exit": ExitPoverty(HOUSEHOLD, ClassInput("not_poor")),
    "recognise a worker": RecogniseLowIncomeWorker(HOUSEHOLD, PERSON, OWN, "Mất việc"),
    "withdraw a recognition": WithdrawLowIncomeRecognition(HOUSEHOLD, PERSON, ("error",)),
    "join": JoinMember(HOUSEHOLD, member=MEMBER, reason="birth"),
    "join anyway": JoinMember(HOUSEHOLD, member=MEMBER, reason="marriage", anyway=Anyway("Đã hỏi")),
    "leave": LeaveMember(
        HOUSEHOLD, person_id=PERSON, reason="death", new_head=CHILD, relation_before="parent"
    ),
    "leave without more": LeaveMember(HOUSEHOLD, person_id=PERSON, reason="away"),
    "head": ChangeHead(HOUSEHOLD, head=CHILD, reason="agreement", relation_before="parent"),
    "forget": ForgetPerson(HOUSEHOLD, person_id=PERSON, legal_basis="Luật 91/2025/QH15"),
    "correct a member": CorrectMember(
        HOUSEHOLD,
        person_id=PERSON,
        correction=MemberCorrection(name="Hồ Văn Ân", birth_date=None, meritorious=True),
        reason="papers",
    ),
    "correct a household": CorrectHousehold(
        HOUSEHOLD,
        correction=HouseholdCorrection(number="", no_labour_capacity=None),
        reason="error",
    ),
    "papers": ChangePapers(HOUSEHOLD, papers=[NewPaper(PERSON, "0460 8000 1234")]),
    "papers of a list": TakePapers(
        HOUSEHOLD, papers=(NewPaper(PERSON, "046080005678"),), source="import:1"
    ),
    "settle": SettleSame(HOUSEHOLD, SETTLED, source="import:1"),
    "move": MoveHousehold(HOUSEHOLD, village="Tổ 9"),
    "move with more": MoveHousehold(
        HOUSEHOLD, village="Tổ 9", area="19960", address="3 Lê Lợi", number="X1"
    ),
    "split": SplitHousehold(HOUSEHOLD, persons={CHILD: "head", PERSON: "parent"}, village="Tổ 9"),
    "split with more": SplitHousehold(
        HOUSEHOLD,
        persons={PERSON: "head"},
        village="Tổ 9",
        area="19960",
        address="3 Lê Lợi",
        number="X1",
        new_head=CHILD,
        keep_class=True,
        new_household_id=OTHER,
    ),
    "merge": MergeHousehold(
        HOUSEHOLD, into=OTHER, relations={CHILD: "child", PERSON: "other"}, into_version=7
    ),
    "merge anyway": MergeHousehold(
        HOUSEHOLD, into=OTHER, relations={PERSON: "other"}, anyway=Anyway("Hai người")
    ),
    "dissolve": DissolveHousehold(HOUSEHOLD, reason="other"),
    "causes": RecordCauses(HOUSEHOLD, causes=("7", "2"), note="Ốm đau"),
    "causes without a note": RecordCauses(HOUSEHOLD, causes=["2"]),
    "needs": RecordNeeds(HOUSEHOLD, needs=("credit",), note="Vay"),
    "plan": AgreePlan(
        HOUSEHOLD,
        goal="Thoát nghèo",
        steps=("Vay vốn", "Khám bệnh"),
        responsible="Tổ 5",
        review_on=date(2023, 6, 30),
    ),
    "support": GrantSupport(HOUSEHOLD, SUPPORT),
    "support in kind": GrantSupport(
        HOUSEHOLD,
        SupportInput(
            "Tết",
            "rice",
            date(2023, 1, 1),
            date(2023, 1, 9),
            "mobilised",
            2023,
            quantity=15,
            unit="kg",
            support_id=OWN,
        ),
    ),
    "certificate": IssueCertificate(HOUSEHOLD, "Nguyễn Văn Chủ", 12),
    "certificate with the next number": IssueCertificate(HOUSEHOLD, "Nguyễn Văn Chủ"),
    "withdraw a certificate": WithdrawCertificate(HOUSEHOLD, OTHER, "moved"),
    "replace a certificate": ReplaceCertificate(HOUSEHOLD, OTHER, "lost", "Nguyễn Văn Chủ"),
    "withdraw": WithdrawEntry(HOUSEHOLD, kind="decision", entry=4, reason="Ghi nhầm hộ"),
    "establish": EstablishUnit(NEW_UNIT),
    "rename": RenameUnit(UNIT, name="Phường Hương Sơ"),
    "area type": ChangeAreaType(UNIT, area_type="rural"),
    "put under": PutUnitUnder(UNIT, parent="46@2020-01-01"),
    "transfer": TransferPart(UNIT, to="19803@2020-01-01", what="Tổ 3"),
    "merge units": MergeUnits((UNIT, "19803@2020-01-01"), NEW_UNIT),
    "split a unit": SplitUnit(UNIT, [NEW_UNIT, NewUnit("19806", "Xã B")]),
    "close": CloseUnit(UNIT, reason="Giải thể"),
    "declare": DeclarePopulation(UNIT, figures=FIGURES, listed=ListedCounts(households=3)),
    "correct figures": CorrectPopulation(
        UNIT, figures=Denominators(households=1), reason="Đếm lại"
    ),
    "find a duplicate": FindDuplicate(
        HOUSEHOLD,
        OTHER,
        "bulk",
        973,
        FoundEvidence(("name", "birth"), (Couple(PERSON, CHILD, ("name", "not:birth")),)),
    ),
    "settle a duplicate": SettleDuplicate(OWN, "different", "Hai người trùng tên"),
    "reopen a duplicate": ReopenDuplicate(OWN, "Ghi nhầm cặp"),
    "open a round": OpenRound(UNIT, "periodic", 2026, opening_list=True),
    "open a monthly round": OpenRound(UNIT, "on_demand", 2026, 10),
    "receive a request": ReceiveRequest(ROUND, HOUSEHOLD, "entry", reasons=("illness",)),
    "receive a worker's request": ReceiveRequest(ROUND, HOUSEHOLD, person_id=PERSON),
    "determine workers": DetermineWorkers(
        ROUND, (WorkersInput(HOUSEHOLD, OWN, (OutcomeInput(PERSON, "recognised", "Mất việc"),)),)
    ),
    "sign workers": SignWorkers(ROUND, "0" * 64, (HOUSEHOLD,)),
    "screen a request": ScreenRequest(
        ROUND, OWN, form="A", answers={"car": False}, outcome="survey", override_reason="Ốm"
    ),
    "refuse a request": RefuseRequest(ROUND, OWN, reasons=("above_line",), note="Phiếu B"),
    "list households": ListHouseholds(ROUND, "request", (HOUSEHOLD, OTHER)),
    "list the current list": ListCurrentList(ROUND, (HOUSEHOLD,)),
    "unlist households": UnlistHouseholds(ROUND, (HOUSEHOLD,), "moved_away"),
    "hold a meeting": HoldMeeting(ROUND, "Tổ 5", 40, "village_head", (RESULT,)),
    "determine results": DetermineResults(ROUND, (RESULT,)),
    "post results": PostResults(ROUND, ("village_house",), (HOUSEHOLD,)),
    "post results again": PostResults(ROUND, ("village_house",), again=True),
    "lodge a grievance": LodgeGrievance(ROUND, HOUSEHOLD, "household", "Thu nhập ghi sai"),
    "answer a grievance": AnswerGrievance(ROUND, OWN),
    "send a consultation": SendConsultation(ROUND),
    "answer a consultation": AnswerConsultation(ROUND, "remarks", note="Xem lại tổ 5"),
    "give notices": GiveNotices(ROUND, households=(HOUSEHOLD,), last_day=date(2023, 1, 9)),
    "require a second signature": RequireSecondSignature(ROUND, "result", "exit", "0" * 64),
    "give a second signature": GiveSecondSignature(
        ROUND, "result", "exit", "0" * 64, reason="Đã đối chiếu"
    ),
    "sign a decision": SignDecision(
        ROUND, "result", "recognition", "0" * 64, current_list=(OTHER,)
    ),
    "hand over a list": HandOverList(ROUND, "insurance", "post", "0" * 64, listed=(OTHER,)),
    "close a round": CloseRound(ROUND, "abandoned", "Mở nhầm"),
    "define a programme": PROGRAMME,
    "define a benefit": DefineBenefit("policies", BENEFIT),
    "change a rate": ChangeRate("policies", RATE),
    "define a benefit with its rate": DefineBenefitWithRate("policies", BENEFIT, RATE),
    "close a programme": CloseProgramme("policies", "Hết hiệu lực"),
    "open a line": budget.OpenLine(*LINE),
    "allocate": budget.AllocateMoney(OWN, 5),
    "adjust": budget.AdjustAllocation(OWN, -5, "Giảm"),
    "pass down": budget.PassDownMoney(OWN, UNIT, "2", 5),
    "carry over": budget.CarryOverMoney(OWN, 2024, "2026-2035", "2.2", 5, "NQ 104/2023/QH15"),
    "commit": budget.CommitMoney(OWN, 5, "Bò sinh sản"),
    "release": budget.ReleaseMoney(OWN, OTHER, 5),
    "disburse": budget.DisburseMoney(OWN, 5),
    "disburse a commitment": budget.DisburseMoney(OWN, 5, OTHER, "Đợt 1"),
    "request a case": case.RequestCase(HOUSEHOLD, "2021-2025", "housing_new", date(2023, 3, 1)),
    "request a case for a person": case.RequestCase(
        HOUSEHOLD, "policies", "learning_costs", date(2023, 3, 1), PERSON, "plan", ("0" * 64,), "Ốm"
    ),
    "request a case of a plan": case.RequestCase(
        HOUSEHOLD, "2021-2025", "housing_new", date(2023, 3, 1), plan_step=PlanStep(4, 1)
    ),
    "request cases of a plan": RequestCasesOfPlan(
        HOUSEHOLD, 4, (StepBenefit(1, "policies", "electricity", date(2023, 3, 1), PERSON),)
    ),
    "note on a case": case.NoteCase(OWN, "Nhà dột", ("0" * 64,)),
    "assign a case": case.AssignCase(OWN, "canbo"),
    "assess a case": case.AssessCase(OWN, 5, 2, "con", ("0" * 64,), "Ốm"),
    "approve a case": case.ApproveCase(OWN, OTHER),
    "refuse a case": case.RefuseCase(OWN, ("no_money",), "Hết vốn"),
    "grant a case": case.GrantCase(OWN),
    "disburse a case": case.DisburseCase(OWN, 5),
    "deliver a case": case.DeliverCase(OWN, 2, ("0" * 64,)),
    "confirm a case": case.ConfirmCase(OWN, "fingerprint", ("0" * 64,)),
    "reconcile a case": case.ReconcileCase(OWN),
    "follow a case up": case.FollowUpCase(OWN, "helped", "Bò đẻ"),
    "transfer a case": case.TransferCase(OWN, UNIT),
    "close a case": case.CloseCase(OWN),
    "reopen a case": case.ReopenCase(OWN, "Bổ sung"),
    "draw a batch up": batch.DrawUpBatch(
        UNIT, "policies", "electricity", date(2023, 1, 1), OWN, (Recipient(HOUSEHOLD, PERSON, 5),)
    ),
    "draw a batch of goods up": batch.DrawUpBatchInKind(
        UNIT,
        "2021-2025",
        "livelihood_model",
        date(2023, 1, 1),
        OWN,
        "con",
        (RecipientInKind(HOUSEHOLD, 2),),
    ),
    "approve a batch": batch.ApproveBatch(OWN),
    "grant to a recipient": batch.GrantToRecipient(OWN, 3, Recipient(HOUSEHOLD)),
    "finish a batch": batch.FinishBatch(OWN, (RefusedRecipient(3, HOUSEHOLD, "x"),)),
    "set a target": SetTarget(UNIT, "poor_households_down", 2022, 331),
    "pass a target down": PassTargetDown(OWN, UNIT, 20),
    "revise a target": ReviseTarget(OWN, 25, "Điều chỉnh"),
    "set a target that is a rate": SetRateTarget(
        UNIT, "poor_rate_down", 2024, 32, (DeclaredDay(UNIT, date(2023, 12, 31)),)
    ),
    "pass a rate down": PassRateTargetDown(OWN, UNIT, 20),
    "revise a rate": ReviseRateTarget(OWN, 25, "Điều chỉnh"),
    "enter an officer": EnterOfficer(UNIT, "canbo"),
    "enter a named officer": EnterOfficer(UNIT, "", "Lê Thị Bình"),
    "move an officer": MoveOfficer(OWN, UNIT),
    "let an officer leave": LeaveOfficer(OWN),
    "forget an officer": ForgetOfficer(OWN, "Luật 91/2025/QH15"),
    "train officers": RecordTraining(OWN, (OTHER, PERSON)),
    "withdraw a training": WithdrawTraining(OWN, OTHER, "Ghi nhầm"),
    "count officers": CountOfficers(UNIT, 12),
    "add signing rules": AddSigningVersion(UNIT, "case_approval", (Tier(0, 1),), ("disburse",)),
    "report an activity": ReportActivity(
        UNIT, "job_fair", 2023, "Phiên giao dịch", HeldFigures(persons=5), "2021-2025", "4.3"
    ),
    "join a model by number": JoinModelByNumber(OWN, "H-7", UNIT),
    "plan an activity": PlanActivity(UNIT, "job_fair", 2023, "Phiên giao dịch", "2021-2025", "4.3"),
    "hold an activity": HoldActivity(OWN, HeldFigures(sessions=2, persons=5, turns=9, amount=7)),
    "correct an activity": CorrectActivity(OWN, HeldFigures(persons=4), "Đếm trùng"),
    "start a model": StartModel(UNIT, "livelihood", "Nuôi bò", "2021-2025", "2", 2023, OTHER),
    "join a model": JoinModel(OWN, HOUSEHOLD),
    "close a model": CloseModel(OWN, "finished", "Đã bàn giao"),
    "set signing rules": SetSigningRules(UNIT, (Tier(0, 1), Tier(50_000_000, 2))),
    "set a smallest count": SetSmallestCount(UNIT, 5),
    "recover": budget.RecoverMoney(OWN, OTHER, 5, "Chi thừa"),
    "lock": LockReport(
        "R2", UNIT, date(2021, 12, 31), date(2022, 12, 31), ReportFigures(7, "{}", "d")
    ),
    "give a one-time code": GiveCode(HOUSEHOLD, PERSON, "counter", "12345678", (b"0" * 15,)),
    "use a one-time code": UseCode(b"0" * 15, "12345678"),
    "revoke a one-time code": RevokeCode(HOUSEHOLD),
    "lodge a contest": LodgeContest(HOUSEHOLD, "class", "Thu nhập ghi sai"),
    "answer a contest": AnswerContest(HOUSEHOLD, OWN, "kept", "Đúng theo Phiếu B"),
    "confirm a receipt": ConfirmReceipt(HOUSEHOLD, OWN),
    "deny a receipt": DenyReceipt(HOUSEHOLD, OWN, "Chưa nhận"),
    "correct a report": CorrectReport(OTHER, "Ghi muộn", ReportFigures(9, "{}", "e")),
}


def subclasses(kind: type) -> set[type]:
    """All classes below one."""
    return {one for below in kind.__subclasses__() for one in (below, *subclasses(below))}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_fingerprint_is_as_it_was(name: str) -> None:
    keyring = Keyring(None, b"m" * 32, b"i" * 32)  # type: ignore[arg-type]
    application = SocaiApplication(None, keyring, standards())  # type: ignore[arg-type]
    made = [
        application.runner.fingerprint(COMMANDS[name], context).hex()
        for context in (PLAIN, ON_PAPER)
    ]
    assert made == STORED[name]


def test_every_command_has_an_example() -> None:
    ours = [one for one in subclasses(Command) if one.__module__.startswith("domain.")]
    commands = {one.__qualname__ for one in ours if "NAME" in vars(one)}
    assert {type(one).__qualname__ for one in COMMANDS.values()} == commands


def test_every_fingerprint_that_is_kept_is_compared() -> None:
    assert STORED.keys() == COMMANDS.keys()
    every = [one for pair in STORED.values() for one in pair]
    assert len(set(every)) == len(every)
