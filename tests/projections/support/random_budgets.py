"""Random histories of budget lines and programmes, recorded through their commands."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from domain.commands.command import Actor, CommandContext, Document
from domain.errors import Refusal
from domain.support.budget import BudgetLine
from domain.support.budget_commands import (
    AdjustAllocation,
    AllocateMoney,
    CarryOverMoney,
    CommitMoney,
    DisburseMoney,
    OpenLine,
    PassDownMoney,
    RecoverMoney,
    ReleaseMoney,
)
from domain.support.load import published
from tests.domain.support.conftest import PROVINCE
from tests.given import HUONG_SO, RURAL

OFFICER = Actor("tinh.hue", "province_officer", PROVINCE)
FIRST = datetime(2025, 1, 1, tzinfo=UTC)


def record(application: Any, seed: int, count: int = 80) -> None:
    """Programmes, and `count` commands about lines with effective days in no order."""
    rng = random.Random(seed)
    moment = FIRST

    def run(command: Any, on: date) -> Any:
        nonlocal moment
        moment += timedelta(minutes=rng.choice((0, 1, 7)))
        context = CommandContext(on, OFFICER, uuid4(), moment, Document("12/QĐ-UBND"))
        return application.run(command, context)

    for command in published():
        run(command, command.valid_from)
    key = (PROVINCE, "2021-2025", "3", "central", "recurrent", 2022, 2022)
    lines: list[UUID] = [run(OpenLine(*key), date(2022, 1, 1)).aggregate_id]
    run(AllocateMoney(lines[0], 5_000), date(2022, 1, 1))
    for command in (
        PassDownMoney(lines[0], HUONG_SO, "3.1", 500),
        CarryOverMoney(lines[0], 2023, "2021-2025", "3", 500, "Nghị quyết"),
    ):
        lines.append(run(command, date(2022, 2, 1)).created)
    for _ in range(count):
        line = rng.choice(lines)
        known = application.support.find(BudgetLine, line)
        amount = rng.randint(1, 60)
        command = rng.choice(
            (
                AllocateMoney(line, amount),
                AdjustAllocation(line, rng.choice((amount, -amount)), "Điều chỉnh"),
                PassDownMoney(line, rng.choice((HUONG_SO, RURAL)), "3.1", amount),
                CarryOverMoney(line, 2023, "2021-2025", "3", amount, "Nghị quyết"),
                CommitMoney(line, amount, ""),
                DisburseMoney(line, amount),
                *(DisburseMoney(line, amount, one) for one in list(known.commitments)[:2]),
                *(ReleaseMoney(line, one, amount) for one in list(known.commitments)[:2]),
                *(RecoverMoney(line, one, amount, "Sai") for one in list(known.disbursements)[:2]),
            )
        )
        try:
            done = run(command, date(2022, 1, 1) + timedelta(days=rng.randrange(700)))
        except Refusal:
            continue
        if isinstance(command, PassDownMoney | CarryOverMoney) and done.created not in lines:
            lines.append(done.created)
