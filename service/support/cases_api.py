"""Support cases: worked on by the case worker of the commune, approved by its chairman."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from marshmallow import Schema

from domain.commands.command import Command, Outcome
from domain.support import case_commands as commands
from domain.support.case import SupportCase
from domain.support.signing_rules import SetSigningRules, Tier
from projections.support import cases
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_listed, note_read
from service.http.commands import Circumstances, etag
from service.http.routes import Answer, ApiBlueprint
from service.problems import NoSuchThing
from service.support import case_attachments, places
from service.support import case_schemas as schemas
from service.support.answers import RecordedSchema, record
from service.support.permissions import May

routes = ApiBlueprint(
    "cases",
    __name__,
    url_prefix="/api/v1",
    description="Support cases: each path is one step.",
)

READ = Rule(May.READ_CASES, asked_area)
READ_CASE = Rule(May.READ_CASES, places.case)
REQUEST = Rule(May.WORK_ON_CASES, places.household_of_body)
WORK = Rule(May.WORK_ON_CASES, places.case)
APPROVE = Rule(May.APPROVE_CASES, places.case)
SET_SIGNING = Rule(May.SET_SIGNING, asked_area)
SHOWN_BY = ("cases",)
CASE = "/api/v1/cases/{id}"
PAPER = {"document": {"number": "12/QĐ-UBND"}}
SOME_ID = "11111111-0000-4000-8000-000000000001"


@routes.get("/cases", rule=READ, query=schemas.CasesQuery, answer=schemas.CasesSchema)
def list_cases(context: RequestContext) -> Any:
    """The cases of an area and the units below, a page of them."""
    query = context.query
    units = context.services.areas().units_within(context.area, context.today)
    asked = {name: query[name] for name in ("status", "benefit", "household", "after", "limit")}
    with context.services.reading() as conn:
        found = cases.cases(conn, areas=units, **asked)
    note_listed(context, found)
    return {
        "items": found,
        "next": found[-1].case_id if len(found) == query["limit"] else None,
    }


@routes.get("/cases/<uuid:case_id>", rule=READ_CASE, answer=schemas.CaseSchema, etag=True)
def get_case(context: RequestContext, case_id: UUID) -> Any:
    """One case with its steps."""
    with context.services.reading() as conn:
        found = cases.case(conn, case_id)
    if found is None:
        raise NoSuchThing
    note_read(context, found.household_id, found.area, "file")
    return Answer(found, 200, {"ETag": etag(found.version)})


@routes.post(
    "/cases",
    rule=REQUEST,
    body=schemas.CaseRequestBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-03-01",
        "household_id": SOME_ID,
        "programme": "2021-2025",
        "benefit": "housing_new",
    },
)
def request_case(context: RequestContext) -> Answer:
    """Request a benefit for a household or a member of it."""
    body = context.body
    case_attachments.hold(context, body["household_id"], body["attachments"])
    command = commands.RequestCase(
        body["household_id"],
        body["programme"],
        body["benefit"],
        body["period"] or body["effective_on"],
        body["person_id"],
        body["origin"],
        tuple(body["attachments"]),
        body["note"],
    )
    return record(context, command, SHOWN_BY, CASE)


@routes.post(
    "/signing-rules",
    rule=SET_SIGNING,
    body=schemas.SigningRulesBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-01-01",
        **PAPER,
        "area": "46",
        "tiers": [
            {"from_amount": 0, "signatures": 1},
            {"from_amount": 50000000, "signatures": 2},
        ],
    },
)
def set_signing_rules(context: RequestContext) -> Answer:
    """Set how many accounts sign the approval of a case, by amount."""
    tiers = tuple(Tier(**one) for one in context.body["tiers"])
    return record(context, SetSigningRules(context.area, tiers), SHOWN_BY, "/api/v1/cases")


def _household(context: RequestContext, case_id: UUID) -> UUID:
    found = context.services.application.support.find(SupportCase, case_id)
    if found is None:
        raise NoSuchThing
    return found.household_id


Make = Callable[[RequestContext, UUID], Command[Outcome]]


def _step(
    path: str, rule: Rule, body: type[Schema], example: dict[str, Any]
) -> Callable[[Make], Make]:
    """Declares a path below a case, whose function makes the command of a checked body."""

    def declare(make: Make) -> Make:
        def view(context: RequestContext, case_id: UUID) -> Answer:
            if named := context.body.get("attachments"):
                case_attachments.hold(context, _household(context, case_id), named)
            return record(context, make(context, case_id), SHOWN_BY, CASE)

        view.__name__, view.__doc__ = make.__name__, make.__doc__
        routes.post(
            f"/cases/<uuid:case_id>/{path}",
            rule=rule,
            body=body,
            answer=RecordedSchema,
            statuses=(201, 202),
            etag=True,
            changes=True,
            example={**schemas.EXAMPLE, **example},
        )(view)
        return make

    return declare


@_step("notes", WORK, schemas.CaseNoteBody, {"note": "Đã đến nhà hộ, nhà đang xây"})
def note_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Keep a note or photos with the case, at any step."""
    body = context.body
    return commands.NoteCase(case_id, body["note"], tuple(body["attachments"]))


@_step("assignments", WORK, schemas.AssignmentBody, {"account": "canbo.huongso"})
def assign_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Give the case to an account."""
    return commands.AssignCase(case_id, context.body["account"])


@_step("assessments", WORK, schemas.AssessmentBody, {"amount": 40_000_000})
def assess_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Assess the case: whether the household qualifies, the amount or the goods."""
    body = context.body
    return commands.AssessCase(
        case_id,
        body["amount"],
        body["quantity"],
        body["unit"],
        tuple(body["attachments"]),
        body["note"],
    )


@_step("approvals", APPROVE, schemas.ApprovalBody, {**PAPER, "line_id": SOME_ID})
def approve_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Sign the approval; the last signature commits the money."""
    return commands.ApproveCase(case_id, context.body["line_id"])


@_step("refusals", APPROVE, schemas.RefusalBody, {"reasons": ["papers_missing"]})
def refuse_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Refuse the case, with reasons."""
    return commands.RefuseCase(case_id, tuple(context.body["reasons"]), context.body["note"])


@_step("grants", WORK, Circumstances, {})
def grant_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Grant the support: it stands on the household's record under the id of the case."""
    return commands.GrantCase(case_id)


@_step("disbursements", WORK, schemas.PaymentBody, {"amount": 20_000_000})
def disburse_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Pay a part of the approved amount; `created` is the disbursement."""
    return commands.DisburseCase(case_id, context.body["amount"])


@_step("deliveries", WORK, schemas.DeliveryBody, {})
def deliver_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Record that it reached the beneficiary."""
    body = context.body
    return commands.DeliverCase(case_id, body["quantity"], tuple(body["attachments"]))


@_step("confirmations", WORK, schemas.ConfirmationBody, {"means": "signature"})
def confirm_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Record that the beneficiary confirmed the receipt."""
    body = context.body
    return commands.ConfirmCase(case_id, body["means"], tuple(body["attachments"]))


@_step("reconciliations", WORK, Circumstances, {})
def reconcile_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Record that approved, paid and delivered agree."""
    return commands.ReconcileCase(case_id)


@_step("follow-ups", WORK, schemas.FollowUpBody, {"outcome": "helped"})
def follow_up_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Record whether the support helped."""
    return commands.FollowUpCase(case_id, context.body["outcome"], context.body["note"])


@_step("transfers", WORK, schemas.CaseTransferBody, {"area": "19774"})
def transfer_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Transfer the case to the commune where its household lives now."""
    return commands.TransferCase(case_id, context.body["area"])


@_step("closing", WORK, schemas.NoteBody, {})
def close_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """End the case; what is left of its money is available again."""
    return commands.CloseCase(case_id, context.body["note"])


@_step("reopening", WORK, schemas.NoteBody, {})
def reopen_case(context: RequestContext, case_id: UUID) -> Command[Outcome]:
    """Take a refused or closed case up again."""
    return commands.ReopenCase(case_id, context.body["note"])
