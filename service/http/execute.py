"""Carrying out one command: facts, command, nudge, a short wait, answer.

The recorder extends the ledger after its commit and returns the command's own seq. The door nudges
the workers and waits up to a second for the household's read models to reach that seq: 201 with
the new state, or 202 where it is recorded but not visible yet.
"""

from collections.abc import Callable, Sequence
from typing import Any

from domain.commands.context import CommandContext
from domain.commands.result import Outcome
from domain.errors import CommandReused, Refusal, StaleVersion
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


def context_of(asked: RequestContext) -> CommandContext:
    """The circumstances of a command as the request gives them.

    What has no day of its own (a withdrawal) is given today's, which its command does not look
    at. Raises CommandReused for a repeat of what is no command of the ledger.
    """
    if asked.repeat not in ("", "store"):
        raise CommandReused(command_id=asked.command_id)
    return CommandContext(
        effective_on=asked.body.get("effective_on", asked.today),
        actor=asked.actor,
        command_id=asked.needed_command_id,
        recorded_at=asked.wiring.clock(),
        document=asked.body.get("document"),
    )


def execute(asked: RequestContext, command: Callable[[CommandContext], Outcome]) -> Answer:
    """Runs a command about a household and answers with the household's new state."""
    _refuse_version_unseen(asked)
    naming: tuple[str, ...] = ()
    if not asked.repeat:
        identity_hits.refuse_if_spent(asked)
        identity_hits.refuse_persons_elsewhere(asked)
        naming = free_text.notes_of(asked)
    try:
        outcome = command(context_of(asked))
    except PossibleMatch as possible:
        candidates.tell(asked, possible)
        raise
    except Refusal as refused:
        if not _own(asked, refused):
            identity_hits.hide_what_is_outside(asked, refused)
        raise
    visible, household = wait_until_visible(asked, outcome.seq), None
    if visible and not asked.repeat:
        try:
            household = _seen(asked, outcome)
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


def _refuse_version_unseen(asked: RequestContext) -> None:
    """StaleVersion for a version that was not there when the right to change it was found: the
    household might have moved in between."""
    expected, seen = asked.expected_version, asked.place.version if asked.place else None
    if expected is not None and seen is not None and expected > seen:
        raise StaleVersion(expected=expected, actual=seen)


def _seen(asked: RequestContext, outcome: Outcome) -> dict[str, Any] | None:
    """The household as it is now; None where the account no longer reaches it.

    A repeat may come after it moved away, and a move itself may lead there. Seeing it leaves a
    line in the read log, but for one that was registered just now: it holds only what was sent.
    """
    if not route_areas.within_reach(asked, outcome.aggregate_id):
        return None
    household = file_view.as_it_is(asked, outcome.aggregate_id)
    if household is not None and (outcome.repeated or outcome.version > 1):
        note_read(asked, outcome.aggregate_id, household["area"], "file")
    return household


def _own(asked: RequestContext, refused: Refusal) -> bool:
    """Whether a refusal names no household, or the one that was asked about."""
    named = refused.values.get("household_id")
    if named is None:
        return "person_id" not in refused.values or not isinstance(refused, _ABOUT_OTHERS)
    return asked.place is not None and named == asked.place.household_id


def wait_until_visible(
    asked: RequestContext, seq: int | None, models: Sequence[str] = WAITED_FOR
) -> bool:
    """Nudges the workers and waits a little for the read models; False: not there yet.

    A command is recorded whether or not the nudge could be sent, and whatever becomes of the
    database after its commit.
    """
    wiring = asked.wiring
    if not wiring.nudge.catch_up():
        wiring.metrics.nudge_lost()
    seconds = wiring.settings.wait_milliseconds / 1000
    try:
        target = seq or _head(asked)
        if target is None:
            return False
        return freshness.wait_until(wiring.pool, models, target, timeout=seconds)
    except FAULTS:
        return False


def _head(asked: RequestContext) -> int | None:
    """The ledger's head, where all that is stored is in it; None where something waits to be.

    For a command without a seq: it recorded nothing, or was not in the ledger yet.
    """
    with asked.wiring.pool.connection() as conn:
        now = status.ledger_status(conn)
    return None if now.unsequenced else now.length
