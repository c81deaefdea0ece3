"""Review rounds by the API: each command by its path, and a round as its own events have it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.commands.command import Outcome
from domain.reviews.codes import HANDED_LISTS
from domain.reviews.round import Round
from domain.reviews.steps import LOW_INCOME
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.errors import AreaNeeded
from service.access.read_log import note_several
from service.http import cursors
from service.http.commands import etag, wait_until_visible
from service.http.parsing import language
from service.http.routes import Answer, ApiBlueprint
from service.reviews import handed_view, round_view, worker_view
from service.reviews.permissions import May
from service.reviews.places import require_whole, units_of_rounds
from service.reviews.round_commands import (
    HAND_OVER,
    ONE,
    ROUTES,
    RoundRoute,
    current_list_of,
    round_place,
)
from service.reviews.round_schemas import (
    LISTED,
    DecisionListSchema,
    DecisionQuery,
    GrievancesQuery,
    GrievancesSchema,
    HandedListsQuery,
    ListsToHandOverSchema,
    ReviewedHouseholdsSchema,
    ReviewedQuery,
    RoundResultSchema,
    RoundSchema,
    RoundsQuery,
    RoundsSchema,
)

ROUNDS = "/api/v1/rounds"
# The read model that shows the classes which a decision gives.
SHOWN_BY = ("register", "handed_lists")

routes = ApiBlueprint(
    "review rounds",
    __name__,
    url_prefix=ROUNDS,
    description="Review rounds of communes. Each path under a round is one step.",
)

LIST = Rule(May.READ_ROUNDS, asked_area)
READ = Rule(May.READ_ROUNDS, round_place)
READ_TEXTS = Rule(May.READ_GRIEVANCES, round_place)


@routes.get("", rule=LIST, query=RoundsQuery, answer=RoundsSchema)
def list_rounds(context: RequestContext) -> Any:
    """The rounds of an area in a year, by unit, track and month, page by page."""
    year = context.query["year"] or context.today.year
    units = units_of_rounds(context, context.area)
    if units is None:
        raise AreaNeeded(areas=[])
    rounds, limit = context.services.application.rounds, context.query["limit"]
    start = context.query["after"][0] if context.query["after"] else 0
    found = round_view.rounds_of(context, units, year)[start : start + limit + 1]
    page = cursors.page(LISTED, found, limit, lambda _: [start + limit])
    services = rounds.services()
    shown = [rounds.load(one) for one in page["items"]]
    return {
        "area": context.area,
        "year": year,
        "items": [round_view.summary(context, one, services.procedure(one)) for one in shown],
        "next": page["next"],
    }


@routes.get(ONE, rule=READ, answer=RoundSchema, etag=True)
def get_round(context: RequestContext, round_id: UUID) -> Answer:
    """A round with its steps, time limits, requests, grievances and decisions."""
    rounds = context.services.application.rounds
    round_ = rounds.load(round_id)
    body = round_view.whole(context, round_, rounds.services().procedure(round_), language())
    note_several(context, "list", len(round_.households))
    return Answer(body, 200, {"ETag": etag(round_.version)})


@routes.get(
    f"{ONE}/listings", rule=READ, query=ReviewedQuery, answer=ReviewedHouseholdsSchema, etag=True
)
def list_reviewed(context: RequestContext, round_id: UUID) -> Answer:
    """The households of a round with the step that each waits for.

    A surveyor who is kept to some villages sees those of one of them.
    """
    rounds, query = context.services.application.rounds, context.query
    round_ = rounds.load(round_id)
    body = round_view.reviewed_page(
        round_,
        rounds.services().procedure(round_),
        step=query["step"],
        village=round_view.village_of(context, query["village"]),
        after=query["after"],
        limit=query["limit"],
    )
    note_several(context, "list", len(body["items"]))
    return Answer(body, 200, {"ETag": etag(round_.version)})


@routes.get(
    f"{ONE}/decisions", rule=READ, query=DecisionQuery, answer=DecisionListSchema, etag=True
)
def get_decision_list(context: RequestContext, round_id: UUID) -> Answer:
    """The list of a decision as it would be signed, with its digest and what holds it up.

    On a monthly track `households`, or `ready`, keep a part of the round; a signature takes the
    same `households` with the digest.
    An account that is kept to some villages does not read it: it names households of all of them.
    """
    require_whole(context)
    round_ = context.services.application.rounds.load(round_id)
    workers = round_.track == LOW_INCOME
    body = _workers_to_sign(context, round_) if workers else _households_to_sign(context, round_)
    note_several(context, "list", len(body["workers"] if workers else body["items"]))
    return Answer(body, 200, {"ETag": etag(round_.version)})


def _households_to_sign(context: RequestContext, round_: Round) -> dict[str, Any]:
    query = context.query
    return round_view.decision_body(
        context.services.application.rounds.services(),
        round_,
        query["on"] or context.today,
        language(),
        list_code=query["list_code"] if query["list_code"] in round_.lists else "result",
        kind=query["kind"],
        households=query["households"],
        ready=query["ready"],
        current_list=current_list_of(context, round_.id),
        after=query["after"],
        limit=query["limit"],
    )


def _workers_to_sign(context: RequestContext, round_: Round) -> dict[str, Any]:
    query = context.query
    return worker_view.decision_body(
        context.services.application.rounds.services(),
        round_,
        query["on"] or context.today,
        language(),
        kind=query["kind"],
        after=query["after"],
        limit=query["limit"],
    )


@routes.get(
    f"{ONE}/handed-lists",
    rule=HAND_OVER,
    query=HandedListsQuery,
    answer=ListsToHandOverSchema,
    etag=True,
)
def get_handed_lists(context: RequestContext, round_id: UUID) -> Answer:
    """The lists that the commune hands over after a decision, and what changed since it did."""
    round_ = context.services.application.rounds.load(round_id)
    found = handed_view.shown(context, round_, *HANDED_LISTS, on=context.query["on"])
    note_several(context, "list", sum(len(one.changes) for one in found))
    body = {"items": [handed_view.body(one, language()) for one in found]}
    return Answer(body, 200, {"ETag": etag(round_.version)})


@routes.get(f"{ONE}/grievances", rule=READ_TEXTS, query=GrievancesQuery, answer=GrievancesSchema)
def list_grievances(context: RequestContext, round_id: UUID) -> Any:
    """The grievances of a round with their texts, the latest first."""
    round_ = context.services.application.rounds.load(round_id)
    body = round_view.grievances(context, round_, limit=context.query["limit"])
    note_several(context, "list", len(body["items"]))
    return body


@dataclass(frozen=True, slots=True)
class RoundAnswer:
    """What the answer of a command shows; see `RoundResultSchema`."""

    round_id: UUID
    version: int
    seq: int | None
    status: str
    repeated: bool
    created: UUID | None
    notes: tuple[str, ...]


def _view(route: RoundRoute) -> Callable[..., Answer]:
    def view(context: RequestContext, **path: Any) -> Answer:
        return _answer(context, route.run(context, path))

    view.__name__, view.__doc__ = route.name, route.summary
    return view


def _answer(context: RequestContext, outcome: Outcome) -> Answer:
    """What was recorded; 202 where the read models do not show it yet."""
    visible = wait_until_visible(context, outcome.seq, SHOWN_BY)
    body = RoundAnswer(
        round_id=outcome.aggregate_id,
        version=outcome.version,
        seq=outcome.seq,
        status="visible" if visible else "still_updating",
        repeated=outcome.repeated,
        created=outcome.created,
        notes=outcome.notes,
    )
    headers = {"ETag": etag(outcome.version), "Location": f"{ROUNDS}/{outcome.aggregate_id}"}
    return Answer(body, 201 if visible else 202, headers)


for _route in ROUTES:
    routes.post(
        _route.path,
        rule=_route.rule,
        body=_route.body,
        example=_route.example,
        answer=RoundResultSchema,
        statuses=(201, 202),
        etag=True,
        changes=bool(_route.path),
    )(_view(_route))
