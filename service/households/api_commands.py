"""What can be recorded about a household: one path per command of the domain."""

from typing import Any
from uuid import UUID

from domain.households.commands.assessment import (
    ClassifyHousehold,
    ExitPoverty,
    RecordScreening,
    RecordSurvey,
)
from domain.households.commands.corrections import CorrectHousehold, CorrectMember
from domain.households.commands.handler import HouseholdChange
from domain.households.commands.members import ChangeHead, ForgetPerson, JoinMember, LeaveMember
from domain.households.commands.needs_and_plan import (
    AgreePlan,
    GrantSupport,
    RecordCauses,
    RecordNeeds,
)
from domain.households.commands.papers import ChangePapers, NewPaper
from domain.households.commands.registration import RegisterHousehold
from domain.households.commands.relocation import (
    DissolveHousehold,
    MergeHousehold,
    MoveHousehold,
    SplitHousehold,
)
from domain.households.inputs import (
    HouseholdCorrection,
    MemberCorrection,
    NewHousehold,
)
from service.access import route_areas
from service.access.authorize import RequestContext, asked_area
from service.access.permissions import May, Rule
from service.households import assessment_schemas as f
from service.households import command_schemas as c
from service.households import erasure, examples
from service.http.api_routes import Answer, ApiBlueprint
from service.http.execute import execute
from service.http.receipts import CommandResultSchema
from service.matching.candidates import anyway_of

routes = ApiBlueprint(
    "household commands",
    __name__,
    url_prefix="/api/v1/households",
    description="What is recorded about a household. Each path is one command.",
)

REGISTER = Rule(May.REGISTER, asked_area)
SCREEN = Rule(May.SCREEN, route_areas.household)
SURVEY = Rule(May.SURVEY, route_areas.household)
AMEND = Rule(May.AMEND, route_areas.household)
SPLIT = Rule(May.AMEND, route_areas.household_and_area)
MERGE = Rule(May.AMEND, route_areas.both_households)
SUPPORT = Rule(May.SUPPORT, route_areas.household)
SIGN = Rule(May.SIGN, route_areas.household)
FORGET = Rule(May.FORGET, route_areas.household)

_NEW: dict[str, Any] = {"answer": CommandResultSchema, "statuses": (201, 202), "etag": True}
_ON_ONE: dict[str, Any] = {**_NEW, "changes": True}


@routes.post("", rule=REGISTER, body=c.RegisterBody, example=examples.REGISTER, **_NEW)
def register_household(context: RequestContext) -> Answer:
    """Enter a household with its members in the register."""
    body = c.without_circumstances(context.body)
    household = NewHousehold(**{**body, "members": tuple(body["members"]), "area": context.area})
    anyway = anyway_of(context)
    return execute(context, RegisterHousehold(household, anyway))


@routes.post(
    "/<uuid:household_id>/screenings",
    rule=SCREEN,
    body=f.ScreeningBody,
    example=examples.SCREENING,
    **_ON_ONE,
)
def screen(context: RequestContext, household_id: UUID) -> Answer:
    """Record form A, the quick screening."""
    return _with_body(context, household_id, RecordScreening)


@routes.post(
    "/<uuid:household_id>/surveys",
    rule=SURVEY,
    body=f.SurveyBody,
    example=examples.SURVEY,
    **_ON_ONE,
)
def survey(context: RequestContext, household_id: UUID) -> Answer:
    """Record form B, the survey. `created` of the answer is the survey's id."""
    made = f.SurveyBody().made(context.body, context.actor.account)
    return execute(context, RecordSurvey(household_id, made))


@routes.post(
    "/<uuid:household_id>/classifications",
    rule=SIGN,
    body=f.DecisionBody,
    example=examples.DECISION,
    **_ON_ONE,
)
def classify(context: RequestContext, household_id: UUID) -> Answer:
    """Record a signed decision that gives the household its class."""
    made = f.DecisionBody().made(context.body)
    return execute(context, ClassifyHousehold(household_id, made))


@routes.post(
    "/<uuid:household_id>/exits",
    rule=SIGN,
    body=f.DecisionBody,
    example=examples.EXIT,
    **_ON_ONE,
)
def leave_poverty(context: RequestContext, household_id: UUID) -> Answer:
    """Record a signed decision by which a listed household leaves poverty or near-poverty."""
    made = f.DecisionBody().made(context.body)
    return execute(context, ExitPoverty(household_id, made))


@routes.post(
    "/<uuid:household_id>/support",
    rule=SUPPORT,
    body=f.SupportBody,
    example=examples.SUPPORT,
    **_ON_ONE,
)
def grant_support(context: RequestContext, household_id: UUID) -> Answer:
    """Record support that was granted. `created` of the answer is its id."""
    made = f.SupportBody().made(context.body)
    return execute(context, GrantSupport(household_id, made))


@routes.post(
    "/<uuid:household_id>/members", rule=AMEND, body=c.JoinBody, example=examples.JOIN, **_ON_ONE
)
def join_member(context: RequestContext, household_id: UUID) -> Answer:
    """A person joins the household. `persons` of the answer has the person's id."""
    return _with_body(context, household_id, JoinMember, anyway=anyway_of(context))


@routes.post(
    "/<uuid:household_id>/members/<uuid:person_id>/departure",
    rule=AMEND,
    body=c.LeaveBody,
    example=examples.LEAVE,
    **_ON_ONE,
)
def leave_member(context: RequestContext, household_id: UUID, person_id: UUID) -> Answer:
    """A person leaves the household."""
    return _with_body(
        context, household_id, LeaveMember, person_id=person_id, anyway=anyway_of(context)
    )


@routes.post(
    "/<uuid:household_id>/members/<uuid:person_id>/corrections",
    rule=AMEND,
    body=c.MemberCorrectionBody,
    example=examples.MEMBER_CORRECTION,
    **_ON_ONE,
)
def correct_member(context: RequestContext, household_id: UUID, person_id: UUID) -> Answer:
    """What was written about a person was wrong."""
    return _with_body(
        context,
        household_id,
        CorrectMember,
        person_id=person_id,
        correction=MemberCorrection(**context.body["correction"]),
        anyway=anyway_of(context),
    )


@routes.post(
    "/<uuid:household_id>/members/<uuid:person_id>/papers",
    rule=AMEND,
    body=c.PapersBody,
    example=examples.PAPERS,
    **_ON_ONE,
)
def change_papers(context: RequestContext, household_id: UUID, person_id: UUID) -> Answer:
    """A person has another identity number: a CCCD in place of a CMND, or one now known.

    The former number stays the person's, to be found by.
    """
    papers = (NewPaper(person_id, context.body["id_number"]),)
    source = f"entry:{context.body['reason']}"
    return execute(context, ChangePapers(household_id, papers, source))


@routes.post(
    "/<uuid:household_id>/members/<uuid:person_id>/forgetting",
    rule=FORGET,
    body=c.ForgetBody,
    example=examples.FORGET,
    **_ON_ONE,
)
def forget_person(context: RequestContext, household_id: UUID, person_id: UUID) -> Answer:
    """Destroy a person's key on a legal basis: the record stays, the person is unreadable.

    Kept files of imports that hold the person are destroyed too. `notes` of the answer name them,
    and the texts of the household that hold the name, which no key can erase.
    """
    erasing = erasure.look(context, household_id, person_id)
    command = ForgetPerson
    answer = _with_body(context, household_id, command, person_id=person_id)
    return erasure.finish(context, erasing, answer)


@routes.post(
    "/<uuid:household_id>/corrections",
    rule=AMEND,
    body=c.HouseholdCorrectionBody,
    example=examples.HOUSEHOLD_CORRECTION,
    **_ON_ONE,
)
def correct_household(context: RequestContext, household_id: UUID) -> Answer:
    """What was written about the household itself was wrong, or is judged otherwise."""
    return _with_body(
        context,
        household_id,
        CorrectHousehold,
        correction=HouseholdCorrection(**context.body["correction"]),
    )


@routes.post(
    "/<uuid:household_id>/head", rule=AMEND, body=c.HeadBody, example=examples.HEAD, **_ON_ONE
)
def change_head(context: RequestContext, household_id: UUID) -> Answer:
    """Another member heads the household."""
    return _with_body(context, household_id, ChangeHead, anyway=anyway_of(context))


@routes.post(
    "/<uuid:household_id>/moves", rule=AMEND, body=c.MoveBody, example=examples.MOVE, **_ON_ONE
)
def move(context: RequestContext, household_id: UUID) -> Answer:
    """The household moves, within its commune or to another one."""
    return _with_body(context, household_id, MoveHousehold)


@routes.post(
    "/<uuid:household_id>/split",
    rule=SPLIT,
    body=c.SplitBody,
    example=examples.SPLIT,
    **_ON_ONE,
)
def split(context: RequestContext, household_id: UUID) -> Answer:
    """Some members form a household of their own. `created` of the answer is its id."""
    return _with_body(
        context,
        household_id,
        SplitHousehold,
        persons=_relations(context),
        anyway=anyway_of(context),
    )


@routes.post(
    "/<uuid:household_id>/merge",
    rule=MERGE,
    body=c.MergeBody,
    example=examples.MERGE,
    **_ON_ONE,
)
def merge(context: RequestContext, household_id: UUID) -> Answer:
    """All members go over into another household, and this one ends."""
    body = {name: value for name, value in context.body.items() if name != "persons"}
    context.body = {**body, "relations": _relations(context)}
    return _with_body(context, household_id, MergeHousehold, anyway=anyway_of(context))


@routes.post(
    "/<uuid:household_id>/dissolution",
    rule=AMEND,
    body=c.DissolveBody,
    example=examples.DISSOLVE,
    **_ON_ONE,
)
def dissolve(context: RequestContext, household_id: UUID) -> Answer:
    """The household ends."""
    return _with_body(context, household_id, DissolveHousehold)


@routes.post(
    "/<uuid:household_id>/causes", rule=AMEND, body=c.CausesBody, example=examples.CAUSES, **_ON_ONE
)
def record_causes(context: RequestContext, household_id: UUID) -> Answer:
    """Why the household is poor."""
    return _with_body(context, household_id, RecordCauses)


@routes.post(
    "/<uuid:household_id>/needs", rule=AMEND, body=c.NeedsBody, example=examples.NEEDS, **_ON_ONE
)
def record_needs(context: RequestContext, household_id: UUID) -> Answer:
    """What the household needs."""
    return _with_body(context, household_id, RecordNeeds)


@routes.post(
    "/<uuid:household_id>/plan", rule=AMEND, body=c.PlanBody, example=examples.PLAN, **_ON_ONE
)
def agree_plan(context: RequestContext, household_id: UUID) -> Answer:
    """Agree the plan for this very household."""
    return _with_body(context, household_id, AgreePlan)


def _with_body(
    context: RequestContext, household_id: UUID, command: type[HouseholdChange], **more: Any
) -> Answer:
    """Carries out a command whose fields are those of the body."""
    fields = {**c.without_circumstances(context.body), **more}
    return execute(context, command(household_id, **fields))


def _relations(context: RequestContext) -> dict[UUID, str]:
    return {one["person_id"]: one["relation"] for one in context.body["persons"]}
