"""The job of a batch of grants decides its recipients in parts, then pays the sum.

Each recipient has a command id of its own, so a part that was recorded is answered as it was when
the job is run again after a kill, and the rest goes on. One worker at a time holds the lease of a
batch, and saves only while it holds it.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from domain.application import SocaiApplication
from domain.commands.batch import PlannedCommand
from domain.commands.command import CommandContext
from domain.errors import Refusal
from domain.eventstore.postgres import autocommitting
from domain.jobs.leases import Lease, held
from domain.support.grant_batch import GrantBatch, RefusedRecipient
from domain.support.grant_batch_commands import FinishBatch, GrantToRecipient
from domain.support.handler import SupportCommand

CHUNK = 500
Progress = Callable[[int, int], None]


def run(
    application: SocaiApplication,
    batch_id: UUID,
    clock: Callable[[], datetime],
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> bool:
    """Works on a batch until it is finished. False: another worker has it, or it has no work.

    Safe to run twice, beside itself, and again after it was killed.
    """
    name = f"grant batch {batch_id}"
    with (
        autocommitting(application.pool) as conn,
        held(application.pool, conn, name) as lease,
    ):
        batch = application.support.find(GrantBatch, batch_id)
        if lease is None or batch is None or batch.status != "approved":
            return False
        _run(application, batch, clock, progress or _silent, chunk, lease)
        return True


def _run(
    application: SocaiApplication,
    batch: GrantBatch,
    clock: Callable[[], datetime],
    progress: Progress,
    chunk: int,
    lease: Lease,
) -> None:
    refused: list[RefusedRecipient] = []
    total = len(batch.recipients)
    for first in range(0, total, chunk):
        rows = range(first, min(first + chunk, total))
        planned: list[list[PlannedCommand[SupportCommand]]] = [
            [
                PlannedCommand(
                    GrantToRecipient(batch.id, row, batch.recipients[row]),
                    _context(batch, batch.command_id(row), clock()),
                )
            ]
            for row in rows
        ]
        answers = application.run_support(planned, lease=lease)
        refused += [
            RefusedRecipient(row, batch.recipients[row].household_id, answer.code)
            for row, answer in zip(rows, answers, strict=True)
            if isinstance(answer, Refusal)
        ]
        progress(rows.stop, total)
    finish = FinishBatch(batch.id, tuple(refused))
    application.run(finish, _context(batch, uuid5(batch.id, "finish"), clock()), lease=lease)


def _context(batch: GrantBatch, command_id: UUID, now: datetime) -> CommandContext:
    """The circumstances of the approval: its day, its account and its paper."""
    approval = batch.approval
    if approval is None:
        raise ValueError("the batch is not approved")
    return CommandContext(approval.effective_on, approval.actor, command_id, now, approval.document)


def _silent(done: int, total: int) -> None:
    """Reports no progress."""
