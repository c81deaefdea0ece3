"""The commands about review rounds: each path of the API with its rule, body and example.

Pages use the same declarations: `make` gives the command of a checked body.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import Schema

from domain.commands.command import Outcome
from domain.errors import StaleVersion
from domain.reviews.consultations import AnswerConsultation, SendConsultation
from domain.reviews.decisions import GiveSecondSignature, RequireSecondSignature, SignDecision
from domain.reviews.errors import RoundUnknown
from domain.reviews.grievances import AnswerGrievance, LodgeGrievance
from domain.reviews.handed_lists import HandOverList
from domain.reviews.handler import RoundCommand
from domain.reviews.meetings import DetermineResults, HoldMeeting
from domain.reviews.new_round import OpenRound
from domain.reviews.notices import GiveNotices
from domain.reviews.postings import PostResults
from domain.reviews.requests import ReceiveRequest, RefuseRequest, ScreenRequest
from domain.reviews.review_list import ListCurrentList, ListHouseholds, UnlistHouseholds
from domain.reviews.round_end import CloseRound
from domain.reviews.steps import LOW_INCOME, PERIODIC
from domain.reviews.worker_decisions import SignWorkers
from domain.reviews.workers import DetermineWorkers
from projections.households.register import listed_households
from service.access.authorization import RequestArea, RequestContext, Rule, asked_area
from service.http.commands import context_of
from service.problems import NoSuchThing
from service.reviews import round_bodies as bodies
from service.reviews.handed_view import candidates
from service.reviews.permissions import May

ONE = "/<uuid:round_id>"
A_REQUEST = f"{ONE}/requests/<uuid:request_id>"
_CIRCUMSTANCES = frozenset({"effective_on", "document"})


def round_place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of a round, from its own events. Raises NoSuchThing.

    A surveyor who is kept to some villages reaches a round of the commune by one of them.
    """
    try:
        found = context.services.application.rounds.load(path["round_id"])
    except RoundUnknown:
        raise NoSuchThing from None
    villages = [village for held in context.roles for village in held.villages]
    return RequestArea(
        found.area, villages[0] if villages else None, hidden=True, version=found.version
    )


CONDUCT = Rule(May.CONDUCT, round_place)
OPEN = Rule(May.CONDUCT, asked_area)
CONSULT = Rule(May.CONSULT, round_place)
SIGN = Rule(May.SIGN, round_place)
COUNTERSIGN = Rule(May.COUNTERSIGN, round_place)
HAND_OVER = Rule(May.HAND_OVER, round_place)

Make = Callable[..., RoundCommand]


@dataclass(frozen=True, slots=True)
class RoundRoute:
    """One command about a round.

    `path` follows the address of all rounds. `make` gets the request, whose body the schema has
    checked, and the values of the path.
    """

    name: str
    path: str
    rule: Rule
    body: type[Schema]
    make: Make
    example: dict[str, Any]
    summary: str

    def run(self, context: RequestContext, path: dict[str, Any]) -> Outcome:
        """Runs the command on the version that the request names. Raises Refusal."""
        expected, seen = context.expected_version, context.place.version if context.place else None
        if expected is not None and seen is not None and expected > seen:
            raise StaleVersion(expected=expected, actual=seen)
        return context.services.application.run(
            self.make(context, **path), context_of(context), expected_version=expected
        )


def values(context: RequestContext) -> dict[str, Any]:
    """The body without what every command has, with lists as tuples."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in context.body.items()
        if name not in _CIRCUMSTANCES
    }


def of_fields(command: Callable[..., RoundCommand]) -> Make:
    """Makes a command whose fields are those of the path and the body."""

    def make(context: RequestContext, round_id: UUID, **path: Any) -> RoundCommand:
        return command(round_id, **path, **values(context))

    return make


def _open(context: RequestContext) -> RoundCommand:
    return OpenRound(**{**values(context), "area": context.area})


def _screen(context: RequestContext, round_id: UUID, request_id: UUID) -> RoundCommand:
    """Screens a request; without an outcome it is that of the rule."""
    given = values(context)
    return ScreenRequest(round_id, request_id, **{**given, "outcome": given["outcome"] or ""})


def _list(context: RequestContext, round_id: UUID) -> RoundCommand:
    """Lists the households named, or the whole current list."""
    source, named = context.body["source"], context.body["households"]
    if named is None and source == "current_list":
        return ListCurrentList(round_id, proposed_list(context, context.area))
    return ListHouseholds(round_id, source, tuple(named or ()))


def _of_list(command: Callable[..., RoundCommand]) -> Make:
    """Makes a command about the list of a decision; a monthly one knows the size of the list."""

    def make(context: RequestContext, round_id: UUID) -> RoundCommand:
        current = current_list_of(context, round_id)
        return command(round_id, **values(context), current_list=current)

    return make


def _sign(context: RequestContext, round_id: UUID) -> RoundCommand:
    """The signature of a list: of households, or of workers on the track that reviews persons."""
    given = values(context)
    track = context.services.application.rounds.load(round_id).track
    if track == LOW_INCOME and given["kind"] == "recognition":
        return SignWorkers(round_id, given["digest"], given["households"])
    return _of_list(SignDecision)(context, round_id)


def _hand_over(context: RequestContext, round_id: UUID) -> RoundCommand:
    """A list that was handed over, with the households that a read model has on it."""
    area = context.services.application.rounds.load(round_id).area
    return HandOverList(round_id, **values(context), listed=candidates(context, area))


def current_list_of(context: RequestContext, round_id: UUID) -> tuple[UUID, ...]:
    """The households that may be on the commune's list, where a round does not hold them all."""
    found = context.services.application.rounds.load(round_id)
    return () if found.track == PERIODIC else proposed_list(context, found.area)


def proposed_list(context: RequestContext, area: str) -> tuple[UUID, ...]:
    """The households that a read model has on the list of a commune; a command checks each."""
    units = context.services.areas().units_within(area, context.today)
    with context.services.reading() as conn:
        return listed_households(conn, units or ())


def _route(
    name: str,
    path: str,
    body: type[Schema],
    make: Make,
    example: dict[str, Any],
    summary: str,
    rule: Rule = CONDUCT,
) -> RoundRoute:
    day = {"effective_on": "2026-10-05"}
    return RoundRoute(name, path, rule, body, make, {**day, **example}, summary)


_HOUSEHOLDS = {"households": [bodies.A_HOUSEHOLD]}
_RESULT = {"household_id": bodies.A_HOUSEHOLD, "survey_id": bodies.A_SURVEY}
_DIGEST = {"kind": "recognition", "digest": bodies.A_DIGEST}

OPEN_ROUND = _route(
    "open_round", "", bodies.RoundBody, _open,
    {"effective_on": "2026-09-07", "area": "19804", "track": "periodic", "year": 2026},
    "A commune opens a review round.", OPEN,
)  # fmt: skip
SIGN_DECISION = _route(
    "sign_decision", f"{ONE}/decisions", bodies.RoundDecisionBody, _sign,
    {**_DIGEST, "document": bodies.EXAMPLE_DECISION},
    "The chairman signs a decision on a list.", SIGN,
)  # fmt: skip

ROUTES: tuple[RoundRoute, ...] = (
    OPEN_ROUND,
    _route(
        "receive_request", f"{ONE}/requests", bodies.RequestBody, of_fields(ReceiveRequest),
        {"household_id": bodies.A_HOUSEHOLD, "reasons": ["illness"]},
        "A household's request is received.",
    ),
    _route(
        "screen_request", f"{A_REQUEST}/screening", bodies.RequestScreeningBody,
        _screen, {"form": "A/TT07-2021", "answers": {"sign_1": True}},
        "Form A of a request.",
    ),
    _route(
        "refuse_request", f"{A_REQUEST}/refusal", bodies.RequestRefusalBody,
        of_fields(RefuseRequest), {"reasons": ["above_line"]}, "A request is refused in writing.",
    ),
    _route(
        "list_for_review", f"{ONE}/listings", bodies.ListingBody, _list,
        {"source": "current_list"}, "Households come on the list of households to review.",
    ),
    _route(
        "unlist", f"{ONE}/unlistings", bodies.UnlistingBody, of_fields(UnlistHouseholds),
        {**_HOUSEHOLDS, "reason": "moved_away"}, "Households leave the list of the round.",
    ),
    _route(
        "hold_meeting", f"{ONE}/meetings", bodies.MeetingBody, of_fields(HoldMeeting),
        {"village": "Tổ dân phố 5", "attendance": 40, "results": [{**_RESULT, "votes_for": 31}]},
        "A village meeting with its votes.",
    ),
    _route(
        "determine_results", f"{ONE}/results", bodies.ResultsBody, of_fields(DetermineResults),
        {"results": [_RESULT]}, "Results on a track without village meeting.",
    ),
    _route(
        "determine_workers", f"{ONE}/worker-results", bodies.WorkerResultsBody,
        of_fields(DetermineWorkers), {"results": [_RESULT]},
        "Outcomes for low-income workers, on the track that reviews persons.",
    ),
    _route(
        "post_results", f"{ONE}/postings", bodies.PostingBody, of_fields(PostResults),
        {"places": ["village_house", "commune_office"]}, "Results are posted.",
    ),
    _route(
        "lodge_grievance", f"{ONE}/grievances", bodies.GrievanceBody, of_fields(LodgeGrievance),
        {"household_id": bodies.A_HOUSEHOLD, "text": "Thu nhập ghi chưa đúng"},
        "A grievance about a result.",
    ),
    _route(
        "answer_grievance", f"{ONE}/reverifications", bodies.ReverificationBody,
        of_fields(AnswerGrievance), {"grievance_id": bodies.A_HOUSEHOLD},
        "A grievance is answered by re-verification.",
    ),
    _route(
        "send_consultation", f"{ONE}/consultations", bodies.ConsultationBody,
        of_fields(SendConsultation), {"list": "result"}, "The list is reported to the level above.",
    ),
    _route(
        "answer_consultation", f"{ONE}/consultations/answers", bodies.ConsultationAnswerBody,
        of_fields(AnswerConsultation), {"opinion": "agrees"}, "The level above answers.", CONSULT,
    ),
    _route(
        "give_notices", f"{ONE}/notices", bodies.NoticesBody, of_fields(GiveNotices),
        {"list": "result"}, "Households that lose a status have a notice.",
    ),
    _route(
        "require_second_signature", f"{ONE}/second-signature-requests", bodies.RoundDecisionBody,
        _of_list(RequireSecondSignature), {**_DIGEST, "kind": "exit"},
        "A list that the brake stops is laid before a second account.", SIGN,
    ),
    _route(
        "give_second_signature", f"{ONE}/second-signatures", bodies.SecondSignatureBody,
        of_fields(GiveSecondSignature), {**_DIGEST, "kind": "exit", "reason": "Đã đối chiếu"},
        "A second account signs.", COUNTERSIGN,
    ),
    SIGN_DECISION,
    _route(
        "hand_over_list", f"{ONE}/handed-lists", bodies.HandOverBody, _hand_over,
        {"handed_list": "insurance", "means": "document_system", "digest": bodies.A_DIGEST},
        "A list was handed over to the insurance agency or the policy bank.", HAND_OVER,
    ),
    _route(
        "close_round", f"{ONE}/closing", bodies.RoundEndBody, of_fields(CloseRound),
        {"outcome": "completed"}, "The round ends.", SIGN,
    ),
)  # fmt: skip
