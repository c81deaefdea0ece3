"""The support cases and the plan of a household, for the page of the household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Flask, g

from projections.households import sentences
from projections.households.deprivations import indicator_names
from projections.support import cases, plan_progress, programmes
from projections.support.cases import CaseRow
from projections.support.plan_progress import PlanProgress
from service.config import Settings
from service.support import case_view, words
from service.support.permissions import May
from service.ui import navigation
from service.ui.i18n import in_language


@dataclass(frozen=True, slots=True)
class CaseOfHousehold:
    """A case with the name of its benefit, its state, and what it waits for."""

    case: CaseRow
    benefit: str
    status: Any
    next_step: Any
    amount: str
    period: str


def register(app: Flask, settings: Settings) -> None:
    """Lets the page of a household show its cases."""
    app.jinja_env.globals["cases_of_household"] = cases_of_household
    app.jinja_env.globals["benefit_name"] = benefit_name
    app.jinja_env.globals["plans_of_household"] = plans_of_household
    app.jinja_env.globals["case_words"] = CaseWords()


class CaseWords:
    """The words for what the plan of a household shows of its cases."""

    def benefit(self, one: CaseRow) -> str:
        """The title of the benefit of a case."""
        return benefit_name(one.programme, one.benefit)

    def status(self, one: CaseRow) -> Any:
        """The state of a case."""
        return words.STATUSES[one.status]

    def money(self, amount: int) -> str:
        """An amount with its unit."""
        return words.money(amount)

    def indicators(self, codes: Sequence[str], on: date) -> str:
        """The names of indicators by the standard of a day."""
        known = indicator_names(on, in_language())
        return ", ".join(known.get(one, one) for one in codes)


def plans_of_household(household_id: UUID) -> list[PlanProgress]:
    """The plans of a household, the latest first; none for an account that reads no cases there."""
    if not navigation.may_here(May.READ_CASES.value):
        return []
    with g.context.services.reading() as conn:
        return plan_progress.plans(conn, household_id)


def benefit_name(programme: str, code: str) -> str:
    """The title of a benefit of the household's record in the reader's language."""
    return sentences.benefit(programme, code, in_language())


def cases_of_household(household_id: UUID) -> list[CaseOfHousehold]:
    """The cases of a household; none for an account that reads no cases there."""
    if not navigation.may_here(May.READ_CASES.value):
        return []
    context = g.context
    with context.services.reading() as conn:
        found = cases.cases(conn, areas=None, household=household_id, limit=200)
        titles = words.benefit_titles(programmes.programmes(conn), context.today) if found else {}
    found.sort(key=lambda one: one.period_from, reverse=True)
    return [
        CaseOfHousehold(
            one,
            titles.get((one.programme, one.benefit), one.benefit),
            words.STATUSES[one.status],
            case_view.next_step(one),
            words.money(one.amount),
            words.period(one.period_from, one.period_until),
        )
        for one in found
    ]
