"""The circumstances of a command as its request gives them, and waiting for what it recorded.

The recorder extends the ledger after its commit and returns the command's own seq. A route nudges
the workers and waits up to a second for the read models that show the command to reach that seq.
"""

from collections.abc import Sequence

from domain.commands.context import CommandContext
from domain.errors import CommandReused
from projections import status
from projections.engine import freshness
from service.access.request_context import RequestContext
from service.http.faults import FAULTS


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
