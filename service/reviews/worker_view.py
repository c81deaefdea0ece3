"""The workers of a round as the API shows them, and the list of their decision."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.errors import Refusal
from domain.households.household import Household
from domain.reviews.decision_list import require_ready, require_settled, require_there
from domain.reviews.handler import RoundServices
from domain.reviews.reviewed_worker import ReviewedWorker
from domain.reviews.round import ReviewedHousehold, Round
from domain.reviews.steps import DONE
from domain.reviews.worker_decisions import WorkerEntry, worker_list
from service import problems


def worker_body(one: ReviewedWorker) -> dict[str, Any]:
    """A worker with the outcome; "" before the result of the household."""
    outcome = one.outcome
    return {
        "request_id": one.request_id,
        "person_id": one.person_id,
        "computed": outcome.computed if outcome else "",
        "outcome": outcome.outcome if outcome else "",
        "override_reason": outcome.override_reason if outcome else "",
        "recognised_on": one.recognised_on,
        "refused_on": one.refused_on,
    }


def decision_body(
    services: RoundServices,
    round_: Round,
    on: date,
    language: str,
    *,
    kind: str,
    after: UUID | None,
    limit: int,
) -> dict[str, Any]:
    """The list of the decision as it is on a day, with what holds it up; of exits there is none."""
    now = worker_list(round_, round_.id)
    every = now.entries if kind == "recognition" else ()
    entries = [one for one in every if after is None or one.outcome.person_id > after]
    procedure = services.procedure(round_)
    waiting = [one for one in round_.households.values() if procedure.next_step(one) != DONE]
    found = services.households([one.household for one in waiting])
    return {
        "list_code": "result",
        "kind": kind,
        "on": on,
        "digest": now.digest,
        "count": len(every),
        "also_named": (),
        "held_up_by": held_up(services, round_, found, waiting, on, language),
        "brake": None,
        "items": (),
        "workers": [_entry(one) for one in entries[:limit]],
        "next": entries[limit - 1].outcome.person_id if len(entries) > limit else None,
    }


def _entry(one: WorkerEntry) -> dict[str, Any]:
    return {
        "person_id": one.outcome.person_id,
        "household_id": one.reviewed.household,
        "request_id": one.outcome.request_id,
        "village": one.reviewed.village,
        "survey_id": one.survey_id,
        "computed": one.outcome.computed,
        "override_reason": one.outcome.override_reason,
    }


def held_up(
    services: RoundServices,
    round_: Round,
    found: Mapping[UUID, Household],
    waiting: Sequence[ReviewedHousehold],
    on: date,
    language: str,
    also: Callable[[], None] = lambda: None,
) -> dict[str, Any] | None:
    """The refusal that a signature on these households would meet; None where there is none.

    `also` checks what else the decision waits for.
    """
    try:
        require_there(round_, services, found, waiting, on)
        require_ready(round_, services.procedure(round_), waiting, on)
        require_settled(services, waiting)
        also()
    except Refusal as refusal:
        return {
            "code": refusal.code,
            "title": problems.title(refusal.code, language),
            "values": {name: _plain(value) for name, value in refusal.values.items()},
        }
    return None


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
