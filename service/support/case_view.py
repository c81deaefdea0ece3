"""What the pages of cases show: cases with the names of their heads, and what each waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from projections.support import balances, plan_progress, programmes
from projections.support.cases import CaseRow
from projections.support.households import NamedHousehold
from service.access.authorization import RequestContext
from service.access.named_households import named_within_reach
from service.support import words


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case with the name of its household and benefit. `pay_until` is the last day on which its
    money may be paid; None where no line pays yet, or all is paid."""

    case: CaseRow
    household: NamedHousehold | None
    benefit: str
    since: date
    pay_until: date | None

    @property
    def head(self) -> str:
        """The name of the head, or what is said where there is none."""
        known = self.household.head if self.household else ""
        return known or _("(hộ đã ngừng quản lý)")

    def overdue(self, today: date) -> bool:
        """Whether the money may not be paid any more."""
        return self.pay_until is not None and self.pay_until < today


def shown(context: RequestContext, found: Sequence[CaseRow]) -> list[ShownCase]:
    """Cases as they are shown. Who shows them writes the read log."""
    with context.services.reading() as conn:
        households = named_within_reach(context, conn, {one.household_id for one in found})
        titles = words.benefit_titles(programmes.programmes(conn), context.today)
        lines = {one.line_id for one in found if one.line_id is not None}
        years = {
            line: held[0].key.spending_year
            for line in lines
            if (held := balances.balances(conn, line=line))
        }
    return [
        ShownCase(
            one,
            households.get(one.household_id),
            titles.get((one.programme, one.benefit), one.benefit),
            one.steps[-1].effective_on if one.steps else one.period_from,
            _pay_until(one, years),
        )
        for one in found
    ]


def _pay_until(one: CaseRow, years: dict[Any, int]) -> date | None:
    paid = one.amount is None or one.disbursed >= one.amount
    if one.status not in ("approved", "granted") or paid or one.line_id not in years:
        return None
    return date(years[one.line_id], 12, 31)


def plan_step(context: RequestContext, one: CaseRow) -> str:
    """The step of the household's plan that a case comes of; "" where it comes of none."""
    if one.plan is None:
        return ""
    with context.services.reading() as conn:
        plans = plan_progress.plans(conn, one.household_id)
    steps = (step for plan in plans if plan.plan == one.plan for step in plan.steps)
    return next((step.text for step in steps if step.step == one.plan_step), "")


def steps_done(one: CaseRow) -> set[str]:
    """The steps that are done. After the household said that it received nothing, the steps from
    the delivery on are to be done again."""
    denied = max((step.version for step in one.steps if step.what == "receipt_denied"), default=0)
    return {
        step.what
        for step in one.steps
        if step.version > denied or step.what not in ("delivered", "confirmed", "reconciled")
    }


def next_step(one: CaseRow) -> Any:
    """What a case waits for, in words."""
    if one.status != "granted":
        return words.WAITS.get(one.status, "")
    done = steps_done(one)
    if one.batch_id is None and one.disbursed < (one.amount or 0):
        return _("Chờ chi trả")
    for what, said in (
        ("delivered", _("Chờ bàn giao cho hộ")),
        ("confirmed", _("Chờ hộ xác nhận")),
        ("reconciled", _("Chờ đối chiếu")),
        ("followed_up", _("Chờ theo dõi sau hỗ trợ")),
    ):
        if what not in done:
            return said
    return _("Đã xong các bước")
