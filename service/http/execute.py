"""Runs one command about a household and answers with its new state.

The recorder extends the ledger after its commit and returns the command's own seq. The route nudges
the workers and waits up to a second for the household's read models to reach that seq: 201 with
the new state, or 202 where it is recorded but not visible yet.
"""

from collections.abc import Sequence
from typing import Any

from domain.commands.context import CommandContext
from domain.commands.result import Outcome
from domain.errors import CommandReused, Refusal, StaleVersion
from domain.households.commands.handler import HouseholdCommand
from domain.households.errors import IdentityNumberTaken, PersonInAnotherHousehold
from domain.matching.errors import PossibleMatch
from projections import status
from projections.engine import freshness
from service.access import identity_hits, route_areas
from service.access.authorize import RequestContext
from service.access.read_log import note_read
from service.households import file_view, free_text
from service.http.api_routes import Answer
from service.http.faults import FAULTS
from service.http.preconditions import etag
from service.matching import candidates

# Refusals that name a person of whatever household; others name one of the household asked about.
_ABOUT_OTHERS = (PersonInAnotherHousehold, IdentityNumberTaken)
WAITED_FOR = ("household_file", "timeline", "register")


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


def execute(context: RequestContext, command: HouseholdCommand) -> Answer:
    """Runs a command about a household and answers with the household's new state."""
    _refuse_version_unseen(context)
    naming: tuple[str, ...] = ()
    if not context.repeat:
        identity_hits.refuse_if_spent(context)
        identity_hits.refuse_persons_elsewhere(context)
        naming = free_text.notes_of(context)
    try:
        outcome = context.services.application.run(
            command, context_of(context), expected_version=context.expected_version
        )
    except PossibleMatch as possible:
        candidates.tell(context, possible)
        raise
    except Refusal as refused:
        if not _own(context, refused):
            identity_hits.hide_what_is_outside(context, refused)
        raise
    visible, household = wait_until_visible(context, outcome.seq), None
    if visible and not context.repeat:
        try:
            household = _seen(context, outcome)
        except FAULTS:  # it is recorded, whether or not it can be shown
            visible = False
    body = {
        "household_id": outcome.aggregate_id,
        "version": outcome.version,
        "seq": outcome.seq,
        "status": "visible" if visible else "still_updating",
        "repeated": outcome.repeated,
        "created": outcome.created,
        "persons": outcome.persons,
        "notes": (*outcome.notes, *naming),
        "household": household,
    }
    headers = {
        "ETag": etag(outcome.version),
        "Location": f"/api/v1/households/{outcome.aggregate_id}",
    }
    return Answer(body, 201 if visible else 202, headers)


def _refuse_version_unseen(context: RequestContext) -> None:
    """StaleVersion for a version that was not there when the right to change it was found: the
    household might have moved in between."""
    expected, seen = context.expected_version, context.place.version if context.place else None
    if expected is not None and seen is not None and expected > seen:
        raise StaleVersion(expected=expected, actual=seen)


def _seen(context: RequestContext, outcome: Outcome) -> dict[str, Any] | None:
    """The household as it is now; None where the account no longer reaches it.

    A repeat may come after it moved away, and a move itself may lead there. Seeing it leaves a
    line in the read log, but for one that was registered just now: it holds only what was sent.
    """
    if not route_areas.within_reach(context, outcome.aggregate_id):
        return None
    household = file_view.as_it_is(context, outcome.aggregate_id)
    if household is not None and (outcome.repeated or outcome.version > 1):
        note_read(context, outcome.aggregate_id, household["area"], "file")
    return household


def _own(context: RequestContext, refused: Refusal) -> bool:
    """Whether a refusal names no household, or the one that was asked about."""
    named = refused.values.get("household_id")
    if named is None:
        return "person_id" not in refused.values or not isinstance(refused, _ABOUT_OTHERS)
    return context.place is not None and named == context.place.household_id


def wait_until_visible(
    context: RequestContext, seq: int | None, models: Sequence[str] = WAITED_FOR
) -> bool:
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
