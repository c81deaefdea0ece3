"""The base class of all events of support."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import AggregateEvent

from domain.commands.command import Actor, CommandContext, Document
from domain.support.errors import SupportDocumentMissing


class SupportEvent(AggregateEvent):
    """A fact about programmes, money or cases: when it was so, who recorded it, on which paper."""

    TOPIC: ClassVar[str] = "support.event"

    effective_on: date
    actor: Actor
    command_id: UUID
    document: Document | None

    def apply(self, aggregate: Any) -> None:
        aggregate.when(self)


def circumstances(context: CommandContext) -> dict[str, Any]:
    """The fields of an event that say when, by which account, by which command and on which
    paper."""
    return {
        "timestamp": context.recorded_at,
        "effective_on": context.effective_on,
        "actor": context.actor,
        "command_id": context.command_id,
        "document": context.document,
    }


def require_paper(context: CommandContext) -> None:
    """Raises SupportDocumentMissing without the number of a document."""
    if context.document is None or not context.document.number:
        raise SupportDocumentMissing()
