"""Erasing the name of an officer: what beside the sealed name holds it, and the act itself."""

from dataclasses import replace
from uuid import UUID

from domain.commands.command import Outcome
from domain.support.officer_erasure import ForgetOfficer
from projections.support import officers
from projections.support.officer_texts import NamingText, texts_naming
from service.access.authorization import RequestContext
from service.http.commands import context_of

NOTE = "names_the_officer"


def look(context: RequestContext, officer_id: UUID) -> list[NamingText]:
    """The free texts that hold the officer's name; none of one who has no name to be read."""
    with context.services.reading() as conn:
        found = officers.officers(
            conn, context.services.keyring, areas=None, limit=1, only=officer_id
        )
        if not found or found[0].forgotten or not found[0].name:
            return []
        return texts_naming(conn, officer_id, found[0].name)


def forget(context: RequestContext, officer_id: UUID) -> Outcome:
    """Erases the name; notes of the outcome say which texts still hold it."""
    texts = look(context, officer_id)
    outcome: Outcome = context.services.application.run(
        ForgetOfficer(officer_id, context.body["legal_basis"]),
        context_of(context),
        expected_version=context.expected_version,
    )
    notes = (f"events/{one.id}/{one.version}/{one.field}/{NOTE}" for one in texts)
    return replace(outcome, notes=(*outcome.notes, *notes))
