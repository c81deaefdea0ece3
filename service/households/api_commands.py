"""The API of the commands about a household: each path of `subjects` runs its command and answers
with the household's new state.

201 with the new state, or 202 where it is recorded but the read models do not show it yet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.commands.command import Outcome
from service.access import authorization
from service.access.authorization import RequestContext
from service.access.read_log import note_read
from service.households import file_view
from service.households.commands import SHOWN_BY, CommandRoute
from service.households.schemas import CommandResultSchema
from service.households.subjects import COMMANDS, WITHDRAWALS
from service.http.commands import etag, wait_until_visible
from service.http.faults import FAULTS
from service.http.routes import Answer, ApiBlueprint

HOUSEHOLDS = "/api/v1/households"

routes = ApiBlueprint(
    "household commands",
    __name__,
    url_prefix=HOUSEHOLDS,
    description="What is recorded about a household. Each path is one command.",
)
withdrawals = ApiBlueprint(
    "withdrawals",
    __name__,
    url_prefix=HOUSEHOLDS,
    description="What was recorded by error is withdrawn: the history keeps both.",
)


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """What the answer of a command shows; see `CommandResultSchema`."""

    household_id: UUID
    version: int
    seq: int | None
    status: str
    repeated: bool
    created: UUID | None
    persons: tuple[UUID, ...]
    notes: tuple[str, ...]
    household: dict[str, Any] | None


def _view(command: CommandRoute) -> Callable[..., Answer]:
    def view(context: RequestContext, **path: Any) -> Answer:
        reading = file_view.HouseholdView(context, path.get("household_id"))
        return _answer(context, command.run(context, path, reading))

    view.__name__, view.__doc__ = command.name, command.summary
    return view


def _answer(context: RequestContext, outcome: Outcome) -> Answer:
    """What was recorded, with the household as it is now where the read models show it."""
    visible, household = wait_until_visible(context, outcome.seq, SHOWN_BY), None
    if visible and not context.repeat:
        try:
            household = _seen(context, outcome)
        except FAULTS:  # it is recorded, whether or not it can be shown
            visible = False
    body = CommandAnswer(
        household_id=outcome.aggregate_id,
        version=outcome.version,
        seq=outcome.seq,
        status="visible" if visible else "still_updating",
        repeated=outcome.repeated,
        created=outcome.created,
        persons=outcome.persons,
        notes=outcome.notes,
        household=household,
    )
    headers = {
        "ETag": etag(outcome.version),
        "Location": f"{HOUSEHOLDS}/{outcome.aggregate_id}",
    }
    return Answer(body, 201 if visible else 202, headers)


def _seen(context: RequestContext, outcome: Outcome) -> dict[str, Any] | None:
    """The household as it is now; None where the account no longer reaches it.

    A repeat may come after it moved away, and a move itself may lead there. Seeing it leaves a
    line in the read log, but for one that was registered just now: it holds only what was sent.
    """
    if not authorization.within_reach(context, outcome.aggregate_id):
        return None
    household = file_view.as_it_is(context, outcome.aggregate_id)
    if household is not None and (outcome.repeated or outcome.version > 1):
        note_read(context, outcome.aggregate_id, household["area"], "file")
    return household


for _blueprint, _commands in ((routes, COMMANDS), (withdrawals, WITHDRAWALS)):
    for _command in _commands:
        _blueprint.post(
            _command.path,
            rule=_command.rule,
            body=_command.body,
            example=_command.example,
            answer=CommandResultSchema,
            statuses=(201, 202),
            etag=True,
            changes=bool(_command.path),
        )(_view(_command))
