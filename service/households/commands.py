"""A command about a household: its declaration, and how it is run for an account.

A declaration says by which path the API takes the command, who may send it, what its body holds,
and which command is made of a checked body. The API (`api_commands`) and the forms (`form`) use
the same one. Each is in the file of its subject; `subjects` lists them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from marshmallow import Schema

from domain.commands.command import Outcome
from domain.errors import Refusal, StaleVersion
from domain.households.errors import IdentityNumberTaken, PersonInAnotherHousehold
from domain.households.handler import HouseholdChange, HouseholdCommand
from domain.matching.errors import PossibleMatch
from service.access import authorization, identity_hits
from service.access.authorization import RequestContext, Rule
from service.households import free_text
from service.households.file_view import HouseholdView
from service.households.permissions import May
from service.http.commands import context_of
from service.http.parsing import holds
from service.matching import candidates

# The values of a path by name: household_id, person_id, entry.
Path = dict[str, Any]
Maker = Callable[..., HouseholdCommand]
Run = Callable[[RequestContext, HouseholdCommand, HouseholdView], Outcome]

ONE = "/<uuid:household_id>"
A_MEMBER = f"{ONE}/members/<uuid:person_id>"

MAY_SCREEN = Rule(May.SCREEN, authorization.household)
MAY_SURVEY = Rule(May.SURVEY, authorization.household)
MAY_AMEND = Rule(May.AMEND, authorization.household)
MAY_SUPPORT = Rule(May.SUPPORT, authorization.household)
MAY_SIGN = Rule(May.SIGN, authorization.household)

# What a body says of a person who may be on record elsewhere.
PERSONS = ("id_number", "person_id")
# The read models that show what a command recorded, and are waited for after it.
SHOWN_BY = ("household_file", "timeline", "register")
# Refusals that name a person of whatever household; others name one of the household asked about.
_ABOUT_OTHERS = (PersonInAnotherHousehold, IdentityNumberTaken)
_CIRCUMSTANCES = frozenset({"effective_on", "document", "anyway"})


def run(context: RequestContext, command: HouseholdCommand, reading: HouseholdView) -> Outcome:
    """Runs a command on the version that the request names; notes name the texts of its body
    that hold a member's name. A refusal that met a household elsewhere says only what the account
    may know. Raises what the runner raises."""
    _refuse_version_unseen(context)
    if not context.repeat and holds(context.body, *PERSONS):
        identity_hits.refuse_if_spent(context)
        identity_hits.refuse_persons_elsewhere(context)
    naming = tuple(f"{path}/{free_text.NOTE}" for path in texts_with_names(context, reading))
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
    return replace(outcome, notes=(*outcome.notes, *naming)) if naming else outcome


def texts_with_names(context: RequestContext, reading: HouseholdView) -> list[str]:
    """The free texts of the body ("note", "steps/0") that hold the name of a member; none of a
    repeat, whose texts are stored already."""
    if context.repeat or not holds(context.body, *free_text.FREE):
        return []
    return free_text.fields_naming_members(context, reading)


def _refuse_version_unseen(context: RequestContext) -> None:
    """StaleVersion for a version that was not there when the right to change it was found: the
    household might have moved in between."""
    expected, seen = context.expected_version, context.place.version if context.place else None
    if expected is not None and seen is not None and expected > seen:
        raise StaleVersion(expected=expected, actual=seen)


def _own(context: RequestContext, refused: Refusal) -> bool:
    """Whether a refusal names no household, or the one that was asked about."""
    named = refused.values.get("household_id")
    if named is None:
        return "person_id" not in refused.values or not isinstance(refused, _ABOUT_OTHERS)
    return context.place is not None and named == context.place.household_id


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
    execute: Run = run

    def run(self, context: RequestContext, path: Path, reading: HouseholdView) -> Outcome:
        """Runs the command that the checked body of the request asks for. Raises Refusal."""
        return self.execute(context, self.make(context, **path), reading)


def of_fields(
    command: type[HouseholdChange], **converted: Callable[[dict[str, Any]], Any]
) -> Maker:
    """Makes a command whose fields are those of the path and the body.

    `converted` are fields that are made of the body otherwise, by name.
    """

    def make(context: RequestContext, household_id: UUID, **path: Any) -> HouseholdCommand:
        fields = {**path, **without_circumstances(context.body)}
        fields |= {name: convert(context.body) for name, convert in converted.items()}
        if "anyway" in command.__dataclass_fields__:
            fields["anyway"] = candidates.anyway_of(context)
        return command(household_id, **fields)

    return make


def without_circumstances(body: dict[str, Any]) -> dict[str, Any]:
    """The body of a command without what every command has."""
    return {name: value for name, value in body.items() if name not in _CIRCUMSTANCES}
