"""The fingerprint of every command stays as it is stored: an old command is known when repeated.

`fingerprints.json` was made of the first release's commands. A fingerprint that is not as it was
would let a command of before be carried out a second time.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.application import SocaiApplication
from domain.areas.runner import NewUnit
from domain.commands.context import Actor, CommandContext, Document
from domain.eventstore.personal import Keyring
from domain.households.commands.papers import NewPaper
from domain.households.inputs import (
    ClassInput,
    Figures,
    HouseholdCorrection,
    MemberCorrection,
    NewHousehold,
    NewMember,
    SupportInput,
    SurveyInput,
)
from domain.matching.settlement import SAME, SOMEBODY_ELSE, Anyway, Settlement
from domain.population.population import Denominators, ListedCounts
from domain.standards import load_standards

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
NEW_UNIT = NewUnit("19805", "Phường Mới", "474@2020-01-01", "urban", (UNIT,))
FIGURES = Denominators(
    households=3_488,
    persons=13_100,
    households_by_ethnicity={"Kinh": 3_000, "Cơ Tu": 400},
    rate_bases={"near_poor": 3_400},
    source="báo cáo",
)

Do = Callable[[SocaiApplication, CommandContext], Any]

COMMANDS: dict[str, Do] = {
    "register": lambda a, c: a.households.register(c, ENTRY),
    "register anyway": lambda a, c: a.households.register(c, ENTRY, anyway=Anyway("Mồ côi")),
    "register of a list": lambda a, c: a.households.plan_registration(
        c,
        ENTRY,
        decision=BY_FIGURES,
        causes=("2", "7"),
        needs=("credit",),
        settled=(Settlement(OTHER, SOMEBODY_ELSE, ("name",), "Người khác"),),
        apart=frozenset({OTHER}),
    ),
    "screen": lambda a, c: a.households.screen(
        HOUSEHOLD, c, form="A", answers={"tv": True}, outcome="survey", override_reason="Mất việc"
    ),
    "survey": lambda a, c: a.households.survey(HOUSEHOLD, c, SURVEY),
    "survey by income": lambda a, c: a.households.survey(
        HOUSEHOLD, c, SurveyInput("B", "rural", "khaosat", income=900_000, deprived=())
    ),
    "classify": lambda a, c: a.households.classify(HOUSEHOLD, c, BY_SURVEY),
    "classify by figures": lambda a, c: a.households.classify(HOUSEHOLD, c, BY_FIGURES),
    "exit": lambda a, c: a.households.exit(HOUSEHOLD, c, ClassInput("not_poor")),
    "join": lambda a, c: a.households.join_member(HOUSEHOLD, c, member=MEMBER, reason="birth"),
    "join anyway": lambda a, c: a.households.join_member(
        HOUSEHOLD, c, member=MEMBER, reason="marriage", anyway=Anyway("Đã hỏi")
    ),
    "leave": lambda a, c: a.households.leave_member(
        HOUSEHOLD, c, person_id=PERSON, reason="death", new_head=CHILD, relation_before="parent"
    ),
    "leave without more": lambda a, c: a.households.leave_member(
        HOUSEHOLD, c, person_id=PERSON, reason="away"
    ),
    "head": lambda a, c: a.households.change_head(
        HOUSEHOLD, c, head=CHILD, reason="agreement", relation_before="parent"
    ),
    "forget": lambda a, c: a.households.forget_person(
        HOUSEHOLD, c, person_id=PERSON, legal_basis="Luật 91/2025/QH15"
    ),
    "correct a member": lambda a, c: a.households.correct_member(
        HOUSEHOLD,
        c,
        person_id=PERSON,
        correction=MemberCorrection(name="Hồ Văn Ân", birth_date=None, meritorious=True),
        reason="papers",
    ),
    "correct a household": lambda a, c: a.households.correct_household(
        HOUSEHOLD,
        c,
        correction=HouseholdCorrection(number="", no_labour_capacity=None),
        reason="error",
    ),
    "papers": lambda a, c: a.households.change_papers(
        HOUSEHOLD, c, papers=[NewPaper(PERSON, "0460 8000 1234")]
    ),
    "papers of a list": lambda a, c: a.households.take_papers(
        HOUSEHOLD, c, papers=(NewPaper(PERSON, "046080005678"),), source="import:1"
    ),
    "settle": lambda a, c: a.households.settle_same(HOUSEHOLD, c, SETTLED, source="import:1"),
    "move": lambda a, c: a.households.move(HOUSEHOLD, c, village="Tổ 9"),
    "move with more": lambda a, c: a.households.move(
        HOUSEHOLD, c, village="Tổ 9", area="19960", address="3 Lê Lợi", number="X1"
    ),
    "split": lambda a, c: a.households.split(
        HOUSEHOLD, c, persons={CHILD: "head", PERSON: "parent"}, village="Tổ 9"
    ),
    "split with more": lambda a, c: a.households.split(
        HOUSEHOLD,
        c,
        persons={PERSON: "head"},
        village="Tổ 9",
        area="19960",
        address="3 Lê Lợi",
        number="X1",
        new_head=CHILD,
        keep_class=True,
        new_household_id=OTHER,
    ),
    "merge": lambda a, c: a.households.merge(
        HOUSEHOLD, c, into=OTHER, relations={CHILD: "child", PERSON: "other"}, into_version=7
    ),
    "merge anyway": lambda a, c: a.households.merge(
        HOUSEHOLD, c, into=OTHER, relations={PERSON: "other"}, anyway=Anyway("Hai người")
    ),
    "dissolve": lambda a, c: a.households.dissolve(HOUSEHOLD, c, reason="other"),
    "causes": lambda a, c: a.households.record_causes(
        HOUSEHOLD, c, causes=("7", "2"), note="Ốm đau"
    ),
    "causes without a note": lambda a, c: a.households.record_causes(HOUSEHOLD, c, causes=["2"]),
    "needs": lambda a, c: a.households.record_needs(HOUSEHOLD, c, needs=("credit",), note="Vay"),
    "plan": lambda a, c: a.households.agree_plan(
        HOUSEHOLD,
        c,
        goal="Thoát nghèo",
        steps=("Vay vốn", "Khám bệnh"),
        responsible="Tổ 5",
        review_on=date(2023, 6, 30),
    ),
    "support": lambda a, c: a.households.grant_support(HOUSEHOLD, c, SUPPORT),
    "support in kind": lambda a, c: a.households.grant_support(
        HOUSEHOLD,
        c,
        SupportInput("Tết", "rice", date(2023, 1, 1), date(2023, 1, 9), "mobilised", 2023,
                     quantity=15, unit="kg", support_id=OWN),
    ),
    "withdraw": lambda a, c: a.households.withdraw(
        HOUSEHOLD, c, kind="decision", entry=4, reason="Ghi nhầm hộ"
    ),
    "establish": lambda a, c: a.areas.establish(c, NEW_UNIT),
    "rename": lambda a, c: a.areas.rename(UNIT, c, name="Phường Hương Sơ"),
    "area type": lambda a, c: a.areas.change_area_type(UNIT, c, area_type="rural"),
    "put under": lambda a, c: a.areas.put_under(UNIT, c, parent="46@2020-01-01"),
    "transfer": lambda a, c: a.areas.transfer_part(UNIT, c, to="19803@2020-01-01", what="Tổ 3"),
    "merge units": lambda a, c: a.areas.merge(c, (UNIT, "19803@2020-01-01"), NEW_UNIT),
    "split a unit": lambda a, c: a.areas.split(UNIT, c, [NEW_UNIT, NewUnit("19806", "Xã B")]),
    "close": lambda a, c: a.areas.close(UNIT, c, reason="Giải thể"),
    "declare": lambda a, c: a.areas.declare_population(
        UNIT, c, figures=FIGURES, listed=ListedCounts(households=3)
    ),
    "correct figures": lambda a, c: a.areas.correct_population(
        UNIT, c, figures=Denominators(households=1), reason="Đếm lại"
    ),
}  # fmt: skip


class _FingerprintTaken(Exception):
    pass


@pytest.fixture
def fingerprint(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, CommandContext], str]:
    """The fingerprint of a command, under an index key that is always the same."""
    keyring = Keyring(None, b"m" * 32, b"i" * 32)  # type: ignore[arg-type]
    application = SocaiApplication(None, keyring, load_standards())  # type: ignore[arg-type]
    made: list[bytes] = []
    digest = application.digest

    def stop(*asked: Any) -> bytes:
        made.append(digest(*asked))
        raise _FingerprintTaken

    monkeypatch.setattr(application, "digest", stop)

    def taken(name: str, context: CommandContext) -> str:
        with pytest.raises(_FingerprintTaken):
            COMMANDS[name](application, context)
        return made[-1].hex()

    return taken


@pytest.mark.parametrize("name", COMMANDS)
def test_a_fingerprint_is_as_it_was(
    fingerprint: Callable[[str, CommandContext], str], name: str
) -> None:
    assert [fingerprint(name, PLAIN), fingerprint(name, ON_PAPER)] == STORED[name]


def test_every_fingerprint_that_is_kept_is_compared() -> None:
    assert STORED.keys() == COMMANDS.keys()
    every = [one for pair in STORED.values() for one in pair]
    assert len(set(every)) == len(every)
