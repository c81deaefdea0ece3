"""What HTTP says of a command: its key and version, its circumstances, and whether it is shown.

Two headers make a change safe: `Idempotency-Key` and `If-Match`. A POST outside the ledger is done
once: a repeat of its key answers as the first did (`once`).

The recorder extends the ledger after its commit and returns the command's own seq. A route nudges
the workers and waits up to a second for the read models that show the command to reach that seq.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import g, request
from marshmallow import fields, post_load
from psycopg import Connection
from psycopg.types.json import Jsonb

from domain.commands.command import CommandContext, Document
from domain.errors import CommandReused
from domain.text import CODE, NAME
from projections import status
from projections.engine import freshness
from service.access.authentication import Account
from service.access.authorization import RequestContext
from service.http.faults import FAULTS
from service.http.parsing import Day, Input, OptionalText, Text
from service.problems import Malformed, StaleRead, VersionNeeded

Made = dict[str, Any]

# The name space of command ids made from an account and the key it sent.
_KEYS = UUID("5b0f6a3e-6d3b-5c0e-9d0a-0b7f3c1d2e4f")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


class DocumentSchema(Input):
    """The paper that it rests on."""

    number = Text(CODE, least=1, required=True, metadata={"example": "12/QĐ-UBND"})
    signed_on = Day(load_default=None, allow_none=True)
    signer = OptionalText(NAME)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Document:
        """A Document of the domain."""
        return Document(**data)


class Circumstances(Input):
    """When it was so, and the paper it rests on; part of every command."""

    effective_on = Day(required=True, metadata={"description": "The day it was so."})
    document = fields.Nested(DocumentSchema, load_default=None, allow_none=True)


def command_id_of_request(account: Account | None) -> UUID:
    """The command id that belongs to this account and its key; the same key, the same id.

    Without a key one is made. The answer names the key in use, so that even then a client that
    got the headers can repeat. Raises Malformed on a key that is not 1 to 200 visible ASCII
    characters.
    """
    key = request.headers.get("Idempotency-Key", str(uuid4()))
    refuse_malformed_key(key)
    g.idempotency_key = key
    return uuid5(uuid5(_KEYS, account.account if account else ""), key)


def refuse_malformed_key(key: str) -> None:
    """Raises Malformed on a key that is empty or not 1 to 200 visible ASCII characters."""
    if not _KEY.fullmatch(key):
        raise Malformed(
            "Idempotency-Key: 1 to 200 visible ASCII characters.", header="Idempotency-Key"
        )


def version_of_request() -> int:
    """The version in `If-Match`. Raises VersionNeeded without one, StaleRead on a foreign tag.

    A weak tag is taken as well: a proxy that compresses makes strong tags weak.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        raise VersionNeeded
    version = _ETAG.fullmatch(given)
    if version is None:
        raise StaleRead(if_match="?")
    return int(version[1])


def etag(version: int) -> str:
    """The ETag of a household at a version."""
    return f'"{version}"'


def context_of(context: RequestContext) -> CommandContext:
    """The circumstances of a command as the request gives them.

    What has no day of its own (a withdrawal) is given today's, which its command does not look
    at. Raises CommandReused for a repeat of what is no command of the ledger.
    """
    if context.repeat not in ("", "store"):
        raise CommandReused(command_id=context.command_id)
    return CommandContext(
        effective_on=context.body.get("effective_on", context.today),
        actor=context.actor,
        command_id=context.needed_command_id,
        recorded_at=context.services.clock(),
        document=context.body.get("document"),
    )


def wait_until_visible(context: RequestContext, seq: int | None, models: Sequence[str]) -> bool:
    """Nudges the workers and waits a little for the read models; False: not there yet.

    A command is recorded whether or not the nudge could be sent, and whatever becomes of the
    database after its commit.
    """
    services = context.services
    if not services.nudge.catch_up():
        services.metrics.nudge_lost()
    seconds = services.settings.wait_milliseconds / 1000
    try:
        target = seq or _head(context)
        if target is None:
            return False
        return freshness.wait_until(services.pool, models, target, timeout=seconds)
    except FAULTS:
        return False


def _head(context: RequestContext) -> int | None:
    """The ledger's head, where all that is stored is in it; None where something waits to be.

    For a command without a seq: it recorded nothing, or was not in the ledger yet.
    """
    with context.services.pool.connection() as conn:
        now = status.ledger_status(conn)
    return None if now.unsequenced else now.length


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
