"""Looks up what else is on record of a case: the support of its household, and its batch.

A grant that was recorded by error is withdrawn on the household. Its case pays and delivers nothing
from then on, and its claim gives way to a new request of the same benefit.
"""

from collections.abc import Collection
from datetime import date

from domain.commands.claims import Release, StoredClaim
from domain.households.household import Household
from domain.support.budget import BudgetLine
from domain.support.case import SupportCase
from domain.support.case_errors import GrantWithdrawn
from domain.support.grant_batch import GrantBatch
from domain.support.handler import SupportServices


def require_on_record(case: SupportCase, services: SupportServices) -> None:
    """Raises GrantWithdrawn where the support of a case was withdrawn from the household."""
    if _is_withdrawn(case, services.household(case.household_id)):
        raise GrantWithdrawn(case_id=case.id)


def let_go(services: SupportServices, key: bytes) -> list[Release]:
    """The release of a claim by a case whose support was withdrawn; none of any other case."""
    held = services.claims.look([key]).get(key)
    if held is None or not is_held_in_vain(services, held):
        return []
    return [Release(key, held.holder, None)]


def is_held_in_vain(services: SupportServices, held: StoredClaim) -> bool:
    """Whether a claim is that of a case whose support was withdrawn."""
    case = services.find(SupportCase, held.holder)
    home = services.find(Household, case.household_id) if case is not None else None
    return case is not None and home is not None and _is_withdrawn(case, home)


def _is_withdrawn(case: SupportCase, home: Household) -> bool:
    return case.granted_on is not None and case.id not in home.supports


def recovered(case: SupportCase, services: SupportServices) -> int:
    """The đồng that came back of the payments of a case, by its budget line."""
    line = services.find(BudgetLine, case.line_id) if case.line_id is not None else None
    if line is None:
        return 0
    paid = [line.disbursements[one] for one in case.payments]
    return sum(one.amount - one.left.on(date.max) for one in paid)


def signers(case: SupportCase, services: SupportServices) -> tuple[str, Collection[str]]:
    """The act by which a case was approved, and the accounts that signed it."""
    if case.batch_id is None:
        return "case_approval", case.signed_by
    batch = services.find(GrantBatch, case.batch_id)
    return "batch_approval", batch.signers if batch is not None else ()
