"""The job that gives certificates to many households, some hundred in one save.

The command of each household has an id of its own, made of the act and the household. Killed at any
moment, the job goes on: what was recorded is answered as it was, and no number is given twice.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from domain.application import SocaiApplication
from domain.commands.batch import PlannedCommand
from domain.commands.command import Actor, CommandContext, Outcome
from domain.errors import Refusal
from domain.eventstore.postgres import Connection, Pool, autocommitting
from domain.households.certificates import IssueCertificate
from domain.households.handler import HouseholdCommand
from domain.jobs.leases import Lease
from projections.households.certificate_batches import BATCHES, BatchUnknown

IN_ONE_SAVE = 200


class _Act(NamedTuple):
    """What an act says of every certificate."""

    effective_on: date
    signer: str
    actor: Actor


def request(
    conn: Connection,
    *,
    batch_id: UUID,
    area: str,
    village: str | None,
    decision: str | None,
    effective_on: date,
    signer: str,
    actor: Actor,
    requested_at: datetime,
    households: Iterable[UUID],
) -> None:
    """Puts the act in the table of jobs, with its households in the order of their numbers."""
    wanted = list(households)
    conn.execute(
        "insert into office.certificate_batches (id, area, village, decision, effective_on, signer,"
        " account, role, role_area, requested_at, households)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            batch_id, area, village, decision, effective_on, signer, actor.account, actor.role,
            actor.area, requested_at, len(wanted),
        ],
    )  # fmt: skip
    conn.execute(
        "insert into office.certificate_batch_households (batch_id, place, household_id)"
        " select %s, o.place, o.id from unnest(%s::uuid[]) with ordinality as o (id, place)",
        [batch_id, wanted],
    )


def run(
    application: SocaiApplication,
    batch_id: UUID,
    clock: Callable[[], datetime],
    in_one_save: int = IN_ONE_SAVE,
) -> bool:
    """Works on an act until each household has its certificate or its refusal. True: it is done.

    Safe to run twice. False where another worker has it. Raises BatchUnknown.
    """
    pool = application.pool
    with BATCHES.alone(pool, batch_id) as lease:
        if lease is None:
            return False
        act = _begin(pool, batch_id, clock())
        while act is not None:
            open_ = _open(pool, batch_id, in_one_save)
            if not open_:
                _finish(pool, batch_id, clock())
                return True
            answers = _issue(application, batch_id, act, [id_ for _, id_ in open_], clock, lease)
            _note(pool, batch_id, [place for place, _ in open_], answers)
            lease.sign()
    return True


def _begin(pool: Pool, batch_id: UUID, now: datetime) -> _Act | None:
    """What the act says; None where it is done."""
    columns = "effective_on, signer, account, role, role_area"
    with autocommitting(pool) as conn:
        try:
            row = BATCHES.begin(conn, batch_id, now, columns)
        except LookupError:
            raise BatchUnknown(batch=batch_id) from None
    return _Act(row[0], row[1], Actor(*row[2:])) if row else None


def _open(pool: Pool, batch_id: UUID, most: int) -> list[tuple[int, UUID]]:
    """The next households that have neither a certificate nor a refusal."""
    with autocommitting(pool) as conn:
        return conn.execute(
            "select place, household_id from office.certificate_batch_households"
            " where batch_id = %s and certificate_id is null and refusal = ''"
            " order by place limit %s",
            [batch_id, most],
        ).fetchall()


def _issue(
    application: SocaiApplication,
    batch_id: UUID,
    act: _Act,
    households: list[UUID],
    clock: Callable[[], datetime],
    lease: Lease,
) -> list[Outcome | Refusal]:
    groups: list[list[PlannedCommand[HouseholdCommand]]] = [
        [
            PlannedCommand(
                IssueCertificate(household_id, act.signer),
                CommandContext(
                    act.effective_on, act.actor, uuid5(batch_id, str(household_id)), clock()
                ),
            )
        ]
        for household_id in households
    ]
    return application.run_many(groups, lease=lease)


def _note(pool: Pool, batch_id: UUID, places: list[int], answers: list[Outcome | Refusal]) -> None:
    """Writes what came of each household."""
    certificates = [None if isinstance(one, Refusal) else one.created for one in answers]
    codes = [one.code if isinstance(one, Refusal) else "" for one in answers]
    with autocommitting(pool) as conn:
        conn.execute(
            "update office.certificate_batch_households h"
            " set certificate_id = o.certificate, refusal = o.refusal"
            " from unnest(%s::integer[], %s::uuid[], %s::text[]) as o (place, certificate, refusal)"
            " where h.batch_id = %s and h.place = o.place",
            [places, certificates, codes, batch_id],
        )


def _finish(pool: Pool, batch_id: UUID, now: datetime) -> None:
    with autocommitting(pool) as conn:
        conn.execute(
            "update office.certificate_batches set status = 'done', finished_at = %s"
            " where id = %s and status <> 'done'",
            [now, batch_id],
        )
