"""Runs one command about a household for an account: what its body may name, and what a refusal
tells.

Raises what the runner raises; a refusal that met a household elsewhere says only what the account
may know.
"""

from dataclasses import replace

from domain.commands.command import Outcome
from domain.errors import Refusal, StaleVersion
from domain.households.errors import IdentityNumberTaken, PersonInAnotherHousehold
from domain.households.handler import HouseholdCommand
from domain.matching.errors import PossibleMatch
from service.access import identity_hits
from service.access.scope import RequestContext
from service.households import free_text
from service.households.file_view import HouseholdView
from service.http.commands import context_of
from service.matching import candidates

# The read models that show what a command recorded, and are waited for after it.
SHOWN_BY = ("household_file", "timeline", "register")
# Refusals that name a person of whatever household; others name one of the household asked about.
_ABOUT_OTHERS = (PersonInAnotherHousehold, IdentityNumberTaken)


def run(context: RequestContext, command: HouseholdCommand, reading: HouseholdView) -> Outcome:
    """Runs a command on the version that the request names; notes name the texts of its body
    that hold a member's name."""
    _refuse_version_unseen(context)
    naming: tuple[str, ...] = ()
    if not context.repeat:
        identity_hits.refuse_if_spent(context)
        identity_hits.refuse_persons_elsewhere(context)
        naming = free_text.notes_of(context, reading)
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
