"""The support cases of a household, for the page of the household."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask, g

from projections.households import sentences
from projections.support import cases, programmes
from projections.support.cases import CaseRow
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


def benefit_name(programme: str, code: str) -> str:
    """The title of a benefit of the household's record in the reader's language."""
    return sentences.benefit(programme, code, in_language())


def cases_of_household(household_id: UUID) -> list[CaseOfHousehold]:
    """The cases of a household; none for an account that reads no cases."""
    if not navigation.may(May.READ_CASES.value):
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
