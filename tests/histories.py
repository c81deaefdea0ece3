"""Named points in the life of a household. Each takes a `Life` and brings it there.

The people are made up. Unless a test says otherwise the household is the same: a couple with two
children in phường Hương Sơ, registered on 15 November 2022.
"""

from datetime import date

from domain.households.decisions import ClassInput, Figures
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from domain.households.support import SupportInput
from domain.households.surveys import SurveyInput
from tests.given import CHAIRMAN, HUONG_SO, SURVEYOR, Life, paper

REGISTERED = date(2022, 11, 15)
SURVEYED = date(2022, 11, 20)
DECIDED = date(2022, 12, 12)

AN = NewMember(
    name="Hồ Văn An",
    relation="head",
    sex="male",
    birth_date=date(1980, 5, 1),
    id_number="046080001234",
    ethnicity="Kinh",
    phone="0905 000 001",
)
BINH = NewMember(
    name="Lê Thị Bình",
    relation="spouse",
    sex="female",
    birth_year=1982,
    id_number="046182005678",
    ethnicity="Kinh",
)
CUC = NewMember(
    name="Hồ Thị Cúc", relation="child", sex="female", birth_date=date(2000, 2, 3), ethnicity="Kinh"
)
DUNG = NewMember(name="Hồ Văn Dũng", relation="child", sex="male", birth_year=2003)

FAMILY = NewHousehold(
    area=HUONG_SO,
    village="Tổ dân phố 5",
    members=(AN, BINH, CUC, DUNG),
    number="TDP5-017",
    address="12 kiệt 3 đường Nguyễn Văn Linh",
)
ALONE = NewHousehold(
    area=HUONG_SO,
    village="Tổ dân phố 2",
    members=(NewMember(name="Trần Thị Én", relation="head", sex="female", birth_year=1945),),
    number="TDP2-001",
)

FORM_B = SurveyInput(
    form="B:07/2021/TT-BLĐTBXH",
    score_card="2022-2026/urban",
    area_type="urban",
    surveyor="khaosat",
    answers={"household_size": 4, "roof": "tôn"},
    b1=150,
    b2=40,
    place="Tổ dân phố 5",
)
POOR = Figures(area_type="urban", b1=150, b2=40)
NEAR_POOR = Figures(area_type="urban", b1=160, b2=20)
NOT_LISTED = Figures(area_type="urban", b1=180, b2=10)


def family(life: Life) -> None:
    """Registered: An (head), Bình (spouse), Cúc and Dũng (children)."""
    life.register(REGISTERED, FAMILY)


def alone(life: Life) -> None:
    """Registered: one old woman, Én."""
    life.register(REGISTERED, ALONE)


def surveyed(life: Life) -> None:
    """The family, surveyed with B1 150 and B2 40 (poor by the urban rule of 2022-2026)."""
    family(life)
    outcome = life.do("survey", SURVEYED, FORM_B, by=SURVEYOR)
    life.notes["survey"] = outcome.created


def poor(life: Life) -> None:
    """The family, surveyed and classified as poor."""
    surveyed(life)
    decide(life, DECIDED, survey_id=life.notes["survey"])


def decide(life: Life, on: date | str, *, number: str = "12/QĐ-UBND", **decision: object) -> None:
    """A signed decision of that day on the class."""
    life.do(
        "classify",
        on,
        ClassInput(**decision),  # type: ignore[arg-type]
        by=CHAIRMAN,
        document=paper(number, on),
    )


def near_poor(life: Life) -> None:
    """The family, near-poor by the bare figures of an official list."""
    family(life)
    decide(life, DECIDED, figures=NEAR_POOR)


def escaped(life: Life) -> None:
    """Poor, and a year later recognised as out of poverty, above the near-poor line."""
    poor(life)
    decide(life, "2023-12-12", number="30/QĐ-UBND", figures=NOT_LISTED)


def poor_again(life: Life) -> None:
    """Escaped, and back on the list a year after."""
    escaped(life)
    decide(life, "2024-12-12", number="41/QĐ-UBND", figures=POOR)


def supported(life: Life) -> None:
    """Poor, with a year of electricity support and causes, needs and a plan."""
    poor(life)
    life.do("record_causes", "2022-12-20", causes=["2", "7"])
    life.do("record_needs", "2022-12-20", needs=["credit", "health"])
    life.do(
        "agree_plan",
        "2022-12-21",
        goal="Thoát nghèo trước cuối năm 2024",
        steps=["Vay vốn chăn nuôi", "Khám bệnh định kỳ"],
        responsible="Tổ dân phố 5",
        review_on=date(2023, 6, 30),
    )
    life.do("grant_support", "2023-01-05", ELECTRICITY)


ELECTRICITY = SupportInput(
    programme="Hỗ trợ tiền điện",
    benefit="electricity",
    period_from=date(2023, 1, 1),
    period_until=date(2023, 12, 31),
    source="central",
    funding_year=2023,
    amount=708_000,
)


def widowed(life: Life) -> None:
    """Poor; An died and Bình heads the household."""
    poor(life)
    life.do(
        "leave_member", "2023-03-01", person_id=life["an"], reason="death", new_head=life["bình"]
    )


def dissolved(life: Life) -> None:
    """The family moved away for good, and the household ended."""
    family(life)
    life.do("dissolve", "2023-05-01", reason="moved_away")


def forgotten(life: Life) -> None:
    """The family, with Dũng erased."""
    family(life)
    life.do(
        "forget_person",
        "2023-02-01",
        person_id=life["dũng"],
        legal_basis="Yêu cầu xoá dữ liệu theo Luật 91/2025/QH15",
    )
