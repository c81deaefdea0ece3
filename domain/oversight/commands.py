"""Commands lock official reports, and correct locked ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, TypedDict, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository

from domain.commands.command import (
    LEFT_OUT,
    Command,
    CommandContext,
    CommandResult,
    Outcome,
    SaveResult,
)
from domain.commands.runner import require_version
from domain.eventstore.recorder import MatchKeyChange
from domain.oversight.errors import ReportUnknown
from domain.oversight.report import Figures, Report, report_id


class ReportCommand(Command[Outcome]):
    """A command about an official report."""

    __slots__ = ()

    def report(self) -> UUID:
        """The id of the report. Overridden by every command."""
        raise TypeError(f"{type(self).__name__} is about no report")

    def decide(
        self, known: Report | None, context: CommandContext, expected_version: int | None
    ) -> Report:
        """The report as it is then, or a refusal. Overridden by every command."""
        raise TypeError(f"{type(self).__name__} decides nothing")


@dataclass(frozen=True, slots=True)
class LockReport(ReportCommand):
    """Locks a table of an area and a period with these figures.

    A repeat is known by table, area and period: the figures may have changed meanwhile.
    """

    NAME: ClassVar[str] = "report.lock"
    table: str
    area: str
    first_day: date
    last_day: date
    given: Figures = field(metadata=LEFT_OUT)

    def report(self) -> UUID:
        """The id of the report."""
        return report_id(self.table, self.area, self.first_day, self.last_day)

    def decide(
        self, known: Report | None, context: CommandContext, expected_version: int | None
    ) -> Report:
        """The report, locked now or before with the same figures."""
        if known is not None:
            known.lock_again(self.given)
            return known
        return Report.lock(
            context,
            table=self.table,
            area=self.area,
            first_day=self.first_day,
            last_day=self.last_day,
            given=self.given,
        )


@dataclass(frozen=True, slots=True)
class CorrectReport(ReportCommand):
    """Puts later figures beside the locked ones, with the reason."""

    NAME: ClassVar[str] = "report.correct"
    report_id: UUID
    reason: str
    given: Figures = field(metadata=LEFT_OUT)

    def report(self) -> UUID:
        """The id of the report."""
        return self.report_id

    def decide(
        self, known: Report | None, context: CommandContext, expected_version: int | None
    ) -> Report:
        """The report with its correction."""
        if known is None:
            raise ReportUnknown(report_id=str(self.report_id))
        require_version(known, expected_version)
        known.correct(context, given=self.given, reason=self.reason)
        return known


class ReportAnswer(TypedDict):
    """The stored answer of a command about a report."""

    report: str


class ReportHandler:
    """Handles the commands about official reports."""

    def __init__(self, repository: Repository[UUID]) -> None:
        self._repository = repository

    def load(self, id_: UUID) -> Report | None:
        """The report of this id; None where there is none."""
        try:
            found: object = self._repository.get(id_)
        except AggregateNotFoundError:
            return None
        return found if isinstance(found, Report) else None

    def decide(
        self, command: ReportCommand, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Asks the command on the report as it is."""
        report = command.decide(self.load(command.report()), context, expected_version)
        return CommandResult(report, recorded_unchanged=False)

    def match_keys(self, results: Sequence[CommandResult]) -> MatchKeyChange:
        """None: reports are not matched."""
        return MatchKeyChange()

    def answer(self, result: CommandResult) -> dict[str, object]:
        """The answer of a command as JSON, to be stored with it."""
        return {"report": str(result.about.id)}

    def outcome(self, saved: SaveResult) -> Outcome:
        """The outcome of a command recorded now or before."""
        id_ = UUID(cast("ReportAnswer", saved.answer)["report"])
        return Outcome(id_, saved.versions[id_], saved.seq, saved.repeated)
