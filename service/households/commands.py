"""What can be recorded about a household: one declaration for each command.

A declaration says by which path the API takes the command, who may send it, what its body holds,
and which command is made of a checked body. The API (`api_commands`) and the forms (`form`) use
the same one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import Schema

from domain.commands.command import Outcome
from domain.households import relocation
from domain.households.corrections import (
    CorrectHousehold,
    CorrectMember,
    HouseholdCorrection,
    MemberCorrection,
)
from domain.households.decisions import ClassifyHousehold, ClassInput, ExitPoverty
from domain.households.erasure import ForgetPerson
from domain.households.handler import HouseholdChange, HouseholdCommand
from domain.households.members import ChangeHead, JoinMember, LeaveMember
from domain.households.needs_and_plan import AgreePlan, RecordCauses, RecordNeeds
from domain.households.papers import ChangePapers, NewPaper
from domain.households.registration import NewHousehold, RegisterHousehold
from domain.households.support import GrantSupport, SupportInput
from domain.households.surveys import RecordScreening, RecordSurvey, SurveyInput
from domain.households.withdrawals import WithdrawEntry
from service.access import scope
from service.access.authorization import Rule
from service.access.scope import RequestContext, asked_area
from service.households import assessment_schemas as f
from service.households import carried_classes, erasure, examples, execution
from service.households import command_schemas as c
from service.households.file_view import HouseholdView
from service.households.permissions import May
from service.households.withdrawal_schemas import DecisionWithdrawalBody, WithdrawalBody
from service.matching.candidates import anyway_of

# The values of a path by name: household_id, person_id, entry.
Path = dict[str, Any]
Maker = Callable[..., HouseholdCommand]
Run = Callable[[RequestContext, HouseholdCommand, HouseholdView], Outcome]

_CIRCUMSTANCES = frozenset({"effective_on", "document", "anyway"})

REGISTER = Rule(May.REGISTER, asked_area)
SCREEN = Rule(May.SCREEN, scope.household)
SURVEY = Rule(May.SURVEY, scope.household)
AMEND = Rule(May.AMEND, scope.household)
SPLIT = Rule(May.AMEND, scope.household_and_area)
MERGE = Rule(May.AMEND, scope.both_households)
SUPPORT = Rule(May.SUPPORT, scope.household)
SIGN = Rule(May.SIGN, scope.household)
FORGET = Rule(May.FORGET, scope.household)


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """One command about a household.

    `path` follows the address of all households; `summary` says in the API document what is
    recorded. `make` gets the request, whose body the schema has checked, and the values of the
    path. `execute` runs the command and does what else belongs to it.
    """

    name: str
    path: str
    rule: Rule
    body: type[Schema]
    make: Maker
    example: dict[str, Any]
    summary: str
    execute: Run = execution.run

    def run(self, context: RequestContext, path: Path, reading: HouseholdView) -> Outcome:
        """Runs the command that the checked body of the request asks for. Raises Refusal."""
        return self.execute(context, self.make(context, **path), reading)


def _of_fields(
    command: type[HouseholdChange], **converted: Callable[[dict[str, Any]], Any]
) -> Maker:
    """Makes a command whose fields are those of the path and the body.

    `converted` are fields that are made of the body otherwise, by name.
    """

    def make(context: RequestContext, household_id: UUID, **path: Any) -> HouseholdCommand:
        fields = {**path, **_without_circumstances(context.body)}
        fields |= {name: convert(context.body) for name, convert in converted.items()}
        if "anyway" in command.__dataclass_fields__:
            fields["anyway"] = anyway_of(context)
        return command(household_id, **fields)

    return make


def _without_circumstances(body: dict[str, Any]) -> dict[str, Any]:
    """The body of a command without what every command has."""
    return {name: value for name, value in body.items() if name not in _CIRCUMSTANCES}


def _register(context: RequestContext) -> HouseholdCommand:
    body = _without_circumstances(context.body)
    household = NewHousehold(**{**body, "members": tuple(body["members"]), "area": context.area})
    return RegisterHousehold(household, anyway_of(context))


def _survey(context: RequestContext, household_id: UUID) -> HouseholdCommand:
    """The survey; without a surveyor, by the account that sends it."""
    given = _without_circumstances(context.body)
    if given.get("deprived") is not None:
        given["deprived"] = tuple(given["deprived"])
    given["attachments"] = tuple(given["attachments"])
    survey = SurveyInput(**{"surveyor": context.actor.account, **given})
    return RecordSurvey(household_id, survey)


def _classify(context: RequestContext, household_id: UUID) -> HouseholdCommand:
    return ClassifyHousehold(household_id, ClassInput(**_without_circumstances(context.body)))


def _leave_poverty(context: RequestContext, household_id: UUID) -> HouseholdCommand:
    return ExitPoverty(household_id, ClassInput(**_without_circumstances(context.body)))


def _grant_support(context: RequestContext, household_id: UUID) -> HouseholdCommand:
    return GrantSupport(household_id, SupportInput(**_without_circumstances(context.body)))


def _change_papers(
    context: RequestContext, household_id: UUID, person_id: UUID
) -> HouseholdCommand:
    papers = (NewPaper(person_id, context.body["id_number"]),)
    return ChangePapers(household_id, papers, f"entry:{context.body['reason']}")


def _merge(context: RequestContext, household_id: UUID) -> HouseholdCommand:
    body = _without_circumstances(context.body)
    relations = _relations({"persons": body.pop("persons")})
    return relocation.MergeHousehold(
        household_id, **body, relations=relations, anyway=anyway_of(context)
    )


def _withdraw(kind: str) -> Maker:
    def make(context: RequestContext, household_id: UUID, entry: int) -> HouseholdCommand:
        return WithdrawEntry(household_id, kind, entry, context.body["reason"])

    return make


def _relations(body: dict[str, Any]) -> dict[UUID, str]:
    return {one["person_id"]: one["relation"] for one in body["persons"]}


_FORGETTING = """\
Destroy a person's key on a legal basis: the record stays, the person is unreadable.

Kept files of imports that hold the person are destroyed too. `notes` of the answer name them,
and the texts of the household that hold the name, which no key can erase.
"""
_WITHDRAWING_A_DECISION = """\
Withdraw a decision, on a paper; an exit that it recorded goes with it.

A household that split off with the class keeps it: `notes` name it, as "carried_over/ID/ENTRY",
or "carried_over/elsewhere" where it lies outside the area.
"""
_ONE = "/<uuid:household_id>"
_PERSON = f"{_ONE}/members/<uuid:person_id>"

COMMANDS = (
    CommandRoute(
        "register_household", "", REGISTER, c.RegisterBody, _register, examples.REGISTER,
        "Enter a household with its members in the register.",
    ),
    CommandRoute(
        "screen", f"{_ONE}/screenings", SCREEN, f.ScreeningBody, _of_fields(RecordScreening),
        examples.SCREENING,
        "Record form A, the quick screening.",
    ),
    CommandRoute(
        "survey", f"{_ONE}/surveys", SURVEY, f.SurveyBody, _survey, examples.SURVEY,
        "Record form B, the survey. `created` of the answer is the survey's id.",
    ),
    CommandRoute(
        "classify", f"{_ONE}/classifications", SIGN, f.DecisionBody, _classify, examples.DECISION,
        "Record a signed decision that gives the household its class.",
    ),
    CommandRoute(
        "leave_poverty", f"{_ONE}/exits", SIGN, f.DecisionBody, _leave_poverty, examples.EXIT,
        "Record a signed decision by which a listed household leaves poverty or near-poverty.",
    ),
    CommandRoute(
        "grant_support", f"{_ONE}/support", SUPPORT, f.SupportBody, _grant_support,
        examples.SUPPORT,
        "Record support that was granted. `created` of the answer is its id.",
    ),
    CommandRoute(
        "join_member", f"{_ONE}/members", AMEND, c.JoinBody, _of_fields(JoinMember), examples.JOIN,
        "A person joins the household. `persons` of the answer has the person's id.",
    ),
    CommandRoute(
        "leave_member", f"{_PERSON}/departure", AMEND, c.LeaveBody, _of_fields(LeaveMember),
        examples.LEAVE,
        "A person leaves the household.",
    ),
    CommandRoute(
        "correct_member", f"{_PERSON}/corrections", AMEND, c.MemberCorrectionBody,
        _of_fields(
            CorrectMember, correction=lambda body: MemberCorrection(**body["correction"])
        ),
        examples.MEMBER_CORRECTION,
        "What was written about a person was wrong.",
    ),
    CommandRoute(
        "change_papers", f"{_PERSON}/papers", AMEND, c.PapersBody, _change_papers, examples.PAPERS,
        """A person has another identity number: a CCCD in place of a CMND, or one now known.

        The former number stays the person's, to be found by.
        """,
    ),
    CommandRoute(
        "forget_person", f"{_PERSON}/forgetting", FORGET, c.ForgetBody, _of_fields(ForgetPerson),
        examples.FORGET,
        _FORGETTING,
        erasure.erase,
    ),
    CommandRoute(
        "correct_household", f"{_ONE}/corrections", AMEND, c.HouseholdCorrectionBody,
        _of_fields(
            CorrectHousehold, correction=lambda body: HouseholdCorrection(**body["correction"])
        ),
        examples.HOUSEHOLD_CORRECTION,
        "What was written about the household itself was wrong, or is judged otherwise.",
    ),
    CommandRoute(
        "change_head", f"{_ONE}/head", AMEND, c.HeadBody, _of_fields(ChangeHead), examples.HEAD,
        "Another member heads the household.",
    ),
    CommandRoute(
        "move", f"{_ONE}/moves", AMEND, c.MoveBody, _of_fields(relocation.MoveHousehold),
        examples.MOVE,
        "The household moves, within its commune or to another one.",
    ),
    CommandRoute(
        "split", f"{_ONE}/split", SPLIT, c.SplitBody,
        _of_fields(relocation.SplitHousehold, persons=_relations), examples.SPLIT,
        "Some members form a household of their own. `created` of the answer is its id.",
    ),
    CommandRoute(
        "merge", f"{_ONE}/merge", MERGE, c.MergeBody, _merge, examples.MERGE,
        "All members go over into another household, and this one ends.",
    ),
    CommandRoute(
        "dissolve", f"{_ONE}/dissolution", AMEND, c.DissolveBody,
        _of_fields(relocation.DissolveHousehold), examples.DISSOLVE,
        "The household ends.",
    ),
    CommandRoute(
        "record_causes", f"{_ONE}/causes", AMEND, c.CausesBody, _of_fields(RecordCauses),
        examples.CAUSES,
        "Why the household is poor.",
    ),
    CommandRoute(
        "record_needs", f"{_ONE}/needs", AMEND, c.NeedsBody, _of_fields(RecordNeeds),
        examples.NEEDS,
        "What the household needs.",
    ),
    CommandRoute(
        "agree_plan", f"{_ONE}/plan", AMEND, c.PlanBody, _of_fields(AgreePlan), examples.PLAN,
        "Agree the plan for this very household.",
    ),
)  # fmt: skip


def _withdrawal(kind: str, folder: str, rule: Rule, summary: str, **other: Any) -> CommandRoute:
    """The withdrawal of one kind of entry, which asks for the permission of recording it.

    `entry` of the path is the version of the entry in the household's history.
    """
    return CommandRoute(
        f"withdraw_{kind}",
        f"{_ONE}/{folder}/<entry:entry>/withdrawal",
        rule,
        other.get("body", WithdrawalBody),
        _withdraw(kind),
        other.get("example", examples.WITHDRAWAL),
        summary,
        other.get("execute", execution.run),
    )


WITHDRAWALS = (
    _withdrawal("screening", "screenings", SCREEN, "Withdraw a screening (form A)."),
    _withdrawal(
        "survey", "surveys", SURVEY,
        "Withdraw a survey (form B) on which no decision in force rests.",
    ),
    _withdrawal(
        "decision", "classifications", SIGN,
        _WITHDRAWING_A_DECISION,
        body=DecisionWithdrawalBody, example=examples.DECISION_WITHDRAWAL,
        execute=carried_classes.withdraw,
    ),
    _withdrawal("support", "support", SUPPORT, "Withdraw support that was granted."),
    _withdrawal("causes", "causes", AMEND, "Withdraw a recording of causes."),
    _withdrawal("needs", "needs", AMEND, "Withdraw a recording of needs."),
    _withdrawal("plan", "plan", AMEND, "Withdraw a plan."),
)  # fmt: skip

_BY_NAME = {one.name: one for one in (*COMMANDS, *WITHDRAWALS)}


def command_route(name: str) -> CommandRoute:
    """The declaration of a command by its name. Raises KeyError."""
    return _BY_NAME[name]
