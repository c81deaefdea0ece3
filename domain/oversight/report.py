"""An official report: a table of an area and a period, locked once, corrected beside it.

What was given out is kept to the byte. A correction never takes the place of the locked figures:
both are shown, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate

from domain.commands.command import CommandContext
from domain.oversight import events
from domain.oversight.errors import (
    ReportDoesNotBalance,
    ReportLockedBefore,
    ReportReasonMissing,
    ReportUnchanged,
)

_NAMESPACE = UUID("7d0c1f52-2b0e-5f5c-9f0c-64a3b2b7f1aa")


def report_id(table: str, area: str, first_day: date, last_day: date) -> UUID:
    """The id of the report of a table, an area and a period: there is one."""
    return uuid5(_NAMESPACE, f"{table}:{area}:{first_day.isoformat()}:{last_day.isoformat()}")


@dataclass(frozen=True, slots=True)
class Figures:
    """A table as it is given out: JSON to the byte, with its digest and the ledger position.

    `failing` are the rules of identities that do not hold. `files` are the digests of other
    forms by media type.
    """

    seq: int
    figures: str = field(repr=False)
    digest: str
    files: Mapping[str, str] = field(default_factory=dict)
    failing: tuple[str, ...] = ()


class Report(Aggregate):
    """The report of one table, area and period; `given` are its figures, the locked ones first."""

    TOPIC = "report"
    Event = events.ReportEvent  # type: ignore[assignment]

    @classmethod
    def lock(
        cls,
        context: CommandContext,
        *,
        table: str,
        area: str,
        first_day: date,
        last_day: date,
        given: Figures,
    ) -> "Report":
        """The report with its locked figures. Raises ReportDoesNotBalance."""
        _require_balance(table, given)
        return cls._create(
            events.ReportLocked,
            id=report_id(table, area, first_day, last_day),
            timestamp=context.recorded_at,
            effective_on=last_day,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            table=table,
            area=area,
            first_day=first_day,
            last_day=last_day,
            seq=given.seq,
            figures=given.figures,
            digest=given.digest,
            files=dict(given.files),
        )

    def lock_again(self, given: Figures) -> None:
        """Nothing, where the figures are the locked ones. Raises ReportLockedBefore."""
        if given.digest != self.given[0].digest:
            raise ReportLockedBefore(table=self.table, area=self.area)

    def correct(self, context: CommandContext, *, given: Figures, reason: str) -> None:
        """Later figures beside the locked ones. Raises ReportUnchanged, ReportDoesNotBalance."""
        if not reason.strip():
            raise ReportReasonMissing(table=self.table)
        if given.digest == self.given[-1].digest:
            raise ReportUnchanged(table=self.table, area=self.area)
        _require_balance(self.table, given)
        self.trigger_event(
            events.ReportCorrected,
            timestamp=context.recorded_at,
            effective_on=self.last_day,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            seq=given.seq,
            figures=given.figures,
            digest=given.digest,
            files=dict(given.files),
            reason=" ".join(reason.split()),
        )

    def when(self, event: events.ReportLocked | events.ReportCorrected) -> None:
        """Takes the figures over. Assigns only."""
        if isinstance(event, events.ReportLocked):
            self.table: str = event.table
            self.area: str = event.area
            self.first_day: date = event.first_day
            self.last_day: date = event.last_day
            self.given: list[events.ReportLocked | events.ReportCorrected] = []
        self.given.append(event)


def _require_balance(table: str, given: Figures) -> None:
    if given.failing:
        raise ReportDoesNotBalance(table=table, rules=list(given.failing))
