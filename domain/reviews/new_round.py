"""A commune opens a review round of a track for a period."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.commands.runner import require_version
from domain.reviews.codes import ROUND_TRACKS
from domain.reviews.errors import (
    NoOpeningList,
    RoundExists,
    RoundMonthWrong,
    RoundOutsideWindow,
)
from domain.reviews.events import RoundList
from domain.reviews.handler import RoundCommand, RoundServices
from domain.reviews.procedure import Track
from domain.reviews.round import Round, require_past, round_id
from domain.reviews.steps import ENTRY, PERIODIC, track_code
from domain.standards.standard import NATIONAL, Standard, Standards

RESULT, OPENING = "result", "opening"


@dataclass(frozen=True, slots=True)
class OpenRound(RoundCommand):
    """A round is opened on the effective date, by the procedure in force on it.

    `month` is given on every track but the periodic one. With `opening_list` the surveys of the
    round also make the list that the next year's standard opens with.
    Refused: RoundExists, RoundOutsideWindow, RoundMonthWrong, NoOpeningList, ProcedureNotLoaded,
    NoProcedureInForce, TrackNotInForce, NoStandardInForce, and what the directory refuses.
    """

    NAME: ClassVar[str] = "review.open"
    area: str
    track: str
    year: int
    month: int | None = None
    opening_list: bool = False

    def result(
        self, services: RoundServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The new round."""
        require_past(context)
        text.known("track", self.track, ROUND_TRACKS)
        if (self.month is None) != (self.track == PERIODIC):
            raise RoundMonthWrong(track=self.track, month=self.month)
        on = context.effective_on
        area = services.directory.require(self.area, on)
        procedure = services.procedures.on(on)
        track = procedure.track(track_code(self.track, ENTRY), on)
        check_window(track, on, self.year, self.month)
        id_ = round_id(area, self.track, self.year, self.month)
        if services.exists(id_):
            known = services.load(id_)
            require_version(known, expected_version)
            raise RoundExists(round_id=id_, opened_on=known.opened_on)
        opened = Round.open(
            context,
            id_,
            area=area,
            track=self.track,
            year=self.year,
            month=self.month,
            procedure=procedure.id,
            procedure_digest=procedure.digest,
            lists=self._lists(services.standards, on),
        )
        return CommandResult(opened, created=id_, id_taken=RoundExists(round_id=id_))

    def _lists(self, standards: Standards, on: date) -> tuple[RoundList, ...]:
        now = standards.in_force(on, NATIONAL)
        if not self.opening_list:
            # What is decided within a year counts in it, the yearly list in the year after.
            used_in = self.year + 1 if self.track == PERIODIC else self.year
            return (_list(RESULT, now, self.year, used_in),)
        if self.track != PERIODIC:
            raise NoOpeningList(track=self.track, year=self.year)
        next_year = date(self.year + 1, 1, 1)
        following = standards.in_force(next_year, NATIONAL)
        if following.valid_from != next_year:
            raise NoOpeningList(track=self.track, year=self.year, standard=following.id)
        # The new list is used from its standard's first day, so the old one closes its own year.
        return (
            _list(RESULT, now, self.year, self.year),
            _list(OPENING, following, self.year, self.year + 1),
        )


def _list(code: str, standard: Standard, counted_in: int, used_in: int) -> RoundList:
    return RoundList(code, standard.id, standard.digest, counted_in, used_in)


def check_window(track: Track, on: date, year: int, month: int | None) -> None:
    """RoundOutsideWindow for a day on which the procedure lets no round of the period begin."""
    source = next(step.source for step in track.steps)
    if track.window is not None:
        first = date(year, track.window.first.month, track.window.first.day)
        last = date(year, track.window.last.month, track.window.last.day)
        if not first <= on <= last:
            raise RoundOutsideWindow(
                source=track.window.source, effective_on=on, first=first, last=last
            )
        return
    starts = track.starts_monthly_on
    if starts is None or starts.value is None or month is None:
        return
    if not 1 <= month <= 12:
        raise RoundMonthWrong(track=track.code, month=month)
    first = date(year, month, starts.value)
    if on < first or (on.year, on.month) != (year, month):
        raise RoundOutsideWindow(source=source, effective_on=on, first=first, last=None)
