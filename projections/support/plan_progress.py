"""Reads what became of the plans of a household: the cases of each step, deprivations then and now.

A plan is named by the version of the event that agreed it, as cases name it.
"""

from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection
from domain.households import events as e
from projections.engine import ledger
from projections.engine.ledger import LedgerEvent
from projections.households.state import withdrawn_versions
from projections.support import cases
from projections.support.cases import CaseRow


class StepProgress(Struct, frozen=True):
    """A step of a plan, by its place from 1, and the cases that it became."""

    step: int
    text: str
    cases: list[CaseRow]


class Deprivations(Struct, frozen=True):
    """The indicators that a household fell short of at a survey."""

    on: date
    codes: tuple[str, ...]


class PlanProgress(Struct, frozen=True):
    """A plan with its steps. `then` is of the last survey up to its day, `now` of a later one."""

    plan: int
    goal: str
    responsible: str
    on: date
    review_on: date | None
    steps: list[StepProgress]
    then: Deprivations | None
    now: Deprivations | None

    @property
    def gone(self) -> list[str]:
        """The deprivations of then that are none now."""
        if self.then is None or self.now is None:
            return []
        return [one for one in self.then.codes if one not in self.now.codes]

    @property
    def come(self) -> list[str]:
        """The deprivations of now that were none then."""
        if self.then is None or self.now is None:
            return []
        return [one for one in self.now.codes if one not in self.then.codes]


def plans(conn: Connection, household_id: UUID) -> list[PlanProgress]:
    """The plans of a household that were not withdrawn, the latest first."""
    rows = [row for row in ledger.history(conn, household_id) if isinstance(row, LedgerEvent)]
    withdrawn = withdrawn_versions(rows)
    counted = [row for row in rows if row.version not in withdrawn]
    agreed = sorted(
        (
            (row.event.effective_on, row.seq, row.version, row.event)
            for row in counted
            if isinstance(row.event, e.PlanAgreed)
        ),
        key=itemgetter(0, 1),
    )
    if not agreed:
        return []
    surveys = sorted(
        (
            (row.event.effective_on, row.seq, tuple(row.event.deprived))
            for row in counted
            if isinstance(row.event, e.Surveyed) and row.event.deprived is not None
        ),
        key=itemgetter(0, 1),
    )
    of_household = cases.cases(conn, areas=None, household=household_id, limit=1000)
    return [
        _progress(version, plan, of_household, surveys)
        for _on, _seq, version, plan in reversed(agreed)
    ]


def _progress(
    version: int,
    plan: e.PlanAgreed,
    of_household: Sequence[CaseRow],
    surveys: Sequence[tuple[date, int, tuple[str, ...]]],
) -> PlanProgress:
    before = [one for one in surveys if one[0] <= plan.effective_on]
    after = [one for one in surveys if one[0] > plan.effective_on]
    return PlanProgress(
        plan=version,
        goal=plan.goal,
        responsible=plan.responsible,
        on=plan.effective_on,
        review_on=plan.review_on,
        steps=[
            StepProgress(
                at,
                text,
                [one for one in of_household if (one.plan, one.plan_step) == (version, at)],
            )
            for at, text in enumerate(plan.steps, 1)
        ],
        then=Deprivations(before[-1][0], before[-1][2]) if before else None,
        now=Deprivations(after[-1][0], after[-1][2]) if after else None,
    )
