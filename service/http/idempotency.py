"""A POST outside the ledger is done once: a repeat of its key answers as the first did."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from domain.errors import CommandReused
from service.access.request_context import RequestContext

Made = dict[str, Any]


def once(
    context: RequestContext, what: str, arguments: Any, act: Callable[[Connection[Any], UUID], Made]
) -> tuple[Made, bool]:
    """Runs `act(conn, command_id)` in one transaction with the note that it was done.

    `act` answers with ids only, which are kept; on a repeat they come back with True. The same
    key for something else raises CommandReused. Two at the same moment: the second waits.
    """
    command_id, account = context.needed_command_id, context.account
    if account is None:
        raise ValueError("only an account can ask once")
    if context.repeat not in ("", "office"):
        raise CommandReused(command_id=command_id)
    digest = hashlib.sha256(
        json.dumps([what, arguments], sort_keys=True, default=str).encode()
    ).digest()
    with context.services.pool.connection() as conn, conn.transaction():
        mine = conn.execute(
            "insert into office.commands (command_id, account, digest, recorded_at)"
            " values (%s, %s, %s, %s) on conflict (command_id) do nothing returning 1",
            (command_id, account.account, digest, context.services.clock()),
        ).fetchone()
        if mine is None:
            return _as_before(conn, command_id, digest), True
        made = act(conn, command_id)
        conn.execute(
            "update office.commands set answer = %s where command_id = %s",
            (Jsonb(made), command_id),
        )
        return made, False


def _as_before(conn: Connection[Any], command_id: UUID, digest: bytes) -> Made:
    row = conn.execute(
        "select digest, answer from office.commands where command_id = %s", (command_id,)
    ).fetchone()
    if row is None or bytes(row[0]) != digest:
        raise CommandReused(command_id=command_id)
    answer: Made = row[1]
    return answer
