"""Reads what the steps of a case say beside their day: notes, photos, reasons, and the like."""

from uuid import UUID

from msgspec import Struct

from domain.eventstore.personal import Keyring, Personal
from domain.eventstore.postgres import Connection
from domain.support import case_events as e
from projections.engine import ledger
from projections.engine.ledger import LedgerEvent
from projections.households.sentences import ERASED


class StepPapers(Struct, frozen=True):
    """The papers of one step. `note` is "[đã xoá]" once the household's key is destroyed."""

    note: str = ""
    attachments: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    means: str = ""
    outcome: str = ""
    amount: int | None = None
    document: str = ""


def papers(conn: Connection, keyring: Keyring, case_id: UUID) -> dict[int, StepPapers]:
    """The papers of each step of a case, by its version."""
    rows = [
        row
        for row in ledger.history(conn, case_id)
        if isinstance(row, LedgerEvent) and isinstance(row.event, e.EVENTS)
    ]
    sealed = [note for row in rows if (note := getattr(row.event, "note", None)) is not None]
    revealed = keyring.reveal_many(sealed, conn)

    def opened(note: Personal | None) -> str:
        if note is None:
            return ""
        values = revealed[note.subject, note.sealed]
        return ERASED if values is None else str(values.get("note", ""))

    return {
        row.version: StepPapers(
            note=opened(getattr(row.event, "note", None)),
            attachments=getattr(row.event, "attachments", ()),
            reasons=getattr(row.event, "reasons", ()),
            means=getattr(row.event, "means", ""),
            outcome=getattr(row.event, "outcome", ""),
            amount=getattr(row.event, "amount", None),
            document=row.event.document.number if row.event.document else "",
        )
        for row in rows
    }
