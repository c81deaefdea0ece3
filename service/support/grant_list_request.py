"""Lists of recipients that an account uploads: kept for a worker to check, then made a batch."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.commands.command import Command, Outcome
from domain.support.budget_commands import find_line
from domain.support.eligibility import benefit_in_force
from domain.support.errors import GrantListDrawn, GrantListNotReady
from domain.support.grant_batch import Recipient, RecipientInKind
from domain.support.grant_batch_commands import DrawUpBatch, DrawUpBatchInKind, batch_of_list
from projections.support import grant_list_job, grant_lists
from projections.support.grant_lists import GrantList, ListedRow
from service.access.authorization import RequestArea, RequestContext, done_before, own_name
from service.http.commands import context_of, once
from service.problems import NoSuchThing

TASK = "check_grant_list"


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What a list is for: the benefit, a day of its period, the line that pays."""

    programme: str
    benefit: str
    period: date
    effective_on: date
    line_id: UUID
    amount: int | None
    unit: str = ""


def place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the list of the path. Raises NoSuchThing."""
    with context.services.reading() as conn:
        try:
            found = grant_lists.get(conn, path["grant_list_id"])
        except grant_lists.GrantListUnknown:
            raise NoSuchThing from None
    return RequestArea(found.area, hidden=True)


def keep(context: RequestContext, asked: ListRequest, file: bytes, file_name: str) -> UUID:
    """Keeps a list and asks a worker to check it; its id.

    Raises BenefitUnknown, BenefitNotInForce, ProgrammeUnknown, BudgetLineUnknown, EmptyFile,
    WorkbookTooLarge.
    """
    services = context.services.application.support.services()
    benefit_in_force(services, asked.programme, asked.benefit, asked.period)
    find_line(services, asked.line_id)

    def act(conn: Any, list_id: UUID) -> dict[str, Any]:
        grant_list_job.request(
            conn,
            context.services.keyring,
            list_id=list_id,
            area=context.area,
            programme=asked.programme,
            benefit=asked.benefit,
            period=asked.period,
            line_id=asked.line_id,
            amount=asked.amount,
            unit=asked.unit,
            effective_on=asked.effective_on,
            account=own_name(context),
            requested_at=context.services.clock(),
            file=file,
            file_name=file_name,
        )
        return {"id": str(list_id)}

    named = [context.area, repr(asked), hashlib.sha256(file).hexdigest()]
    made, _repeated = once(context, "keep_grant_list", named, act)
    list_id = UUID(made["id"])
    context.services.nudge.job(TASK, list_id)
    return list_id


def draw_up(context: RequestContext, found: GrantList, rows: list[ListedRow]) -> Outcome:
    """Draws up the one batch of the rows that fit, and keeps with the list which it is.

    Raises GrantListNotReady, GrantListDrawn, and what DrawUpBatch refuses.
    """
    fitting = [one for one in rows if not one.code and one.household_id is not None]
    if found.status != "checked" or not fitting:
        raise GrantListNotReady(status=found.status, fitting=len(fitting))
    of_list = batch_of_list(found.id)
    if found.batch_id not in {None, of_list} and not done_before(context):
        raise GrantListDrawn(batch_id=found.batch_id)
    about = found.area, found.programme, found.benefit, found.period, found.line_id
    command: Command[Outcome]
    if found.unit:
        goods = [
            RecipientInKind(one.household_id, one.quantity or 0, one.person_id)
            for one in fitting
            if one.household_id is not None
        ]
        command = DrawUpBatchInKind(*about, found.unit, tuple(goods), found.id)
    else:
        paid = [
            Recipient(one.household_id, one.person_id, one.amount)
            for one in fitting
            if one.household_id is not None
        ]
        command = DrawUpBatch(*about, tuple(paid), found.id)
    try:
        outcome = context.services.application.run(command, context_of(context))
    except GrantListDrawn:
        # The process ended after the batch was recorded, before the list knew of it.
        _note(context, found, of_list)
        raise
    _note(context, found, outcome.aggregate_id)
    return outcome


def _note(context: RequestContext, found: GrantList, batch_id: UUID) -> None:
    with context.services.pool.connection() as conn:
        grant_list_job.note_batch(conn, found.id, batch_id)
