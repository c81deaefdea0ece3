"""Many poor households at once, registered as of an official list."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from domain.commands.command import CommandContext, Document
from domain.errors import Refusal
from domain.households.decisions import ClassInput, Figures
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from tests.calls import planned, record_many
from tests.given import CHAIRMAN, HUONG_SO

DECIDED = date(2022, 12, 12)
POOR = ClassInput("poor", figures=Figures("urban", b1=150, b2=40), listing="old")
LETTERS = "abcdefghij"


def poor_households(application: Any, count: int, village: str = "Tổ 5") -> list[UUID]:
    """Households of Hương Sơ on the list of 12 December 2022, of one member each."""
    plans = []
    for number in range(count):
        name = "Hồ Văn S" + "".join(LETTERS[int(digit)] for digit in str(number))
        home = NewHousehold(
            area=HUONG_SO,
            village=village,
            members=(NewMember(name, "head", birth_year=1960 + number % 30),),
            number=f"{village}-{number}",
            household_id=uuid4(),
        )
        context = CommandContext(
            DECIDED,
            CHAIRMAN,
            uuid4(),
            datetime(2022, 12, 14, 3, tzinfo=UTC),
            Document("12/QĐ-UBND", DECIDED, "chutich"),
        )
        plans.append(planned(context, home, decision=POOR))
    made = []
    for answer in record_many(application, plans):
        if isinstance(answer, Refusal):
            raise answer
        made.append(answer.aggregate_id)
    return made
