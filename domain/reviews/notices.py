"""Households that are to lose a status have a notice, with reason and last day to object."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.calendar import TimeLimit, due
from domain.commands.command import CommandContext
from domain.households.movements import exit_kind
from domain.reviews.errors import NoticeNotDue, NoticeTooShort
from domain.reviews.events import NoticedHousehold, NoticeGiven
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.round import Round
from domain.reviews.steps import DECISION, named, require_listed


@dataclass(frozen=True, slots=True)
class GiveNotices(RoundChange):
    """Households have a notice of the status that they lose by their result.

    Without `households`, all that lose one and have no notice of it. `last_day` None is the
    earliest that the office's settings allow. Refused: HouseholdNotInRound, StepOutOfOrder before
    the posting, StepTooEarly for a day before it, NoticeNotDue, NoticeTooShort, HouseholdsGone.
    """

    NAME: ClassVar[str] = "review.give_notices"
    list_code: str = "result"
    households: tuple[UUID, ...] | None = None
    last_day: date | None = None

    def decide(self, round_: Round, context: CommandContext, services: RoundServices) -> None:
        """Records the notices."""
        text.known("list", self.list_code, dict.fromkeys(round_.lists, ""))
        procedure, on = services.procedure(round_), context.effective_on
        brake = services.brakes.on(on)
        earliest = due(on, TimeLimit(brake.notice_days, "working"))
        last_day = self.last_day or earliest
        if last_day < earliest:
            raise NoticeTooShort(last_day=last_day, earliest=earliest, brake=brake.id)
        if self.households is not None:
            chosen = require_listed(round_, self.households)
            waiting = [one for one in chosen if procedure.next_step(one) != DECISION]
            if waiting:
                raise procedure.out_of_order("notice", waiting)
        else:
            every = round_.households.values()
            chosen = [one for one in every if procedure.next_step(one) == DECISION]
        found = services.residents([one.household for one in chosen], round_, on)
        noticed, losing_none = [], []
        for one in chosen:
            before = found[one.household].class_before(on)
            reason = exit_kind(before, one.class_on_list(self.list_code))
            if not reason:
                losing_none.append(one.household)
            elif one.notices.get(self.list_code, ("",))[0] != reason:
                noticed.append(NoticedHousehold(one.household, before, reason))
        if self.households is not None and losing_none:
            raise NoticeNotDue(**named(losing_none))
        posted = [round_.households[one.household].posted_on for one in noticed]
        begun = max((day for day in posted if day is not None), default=None)
        procedure.require_not_before("notice", context, begun)
        if noticed:
            noticed.sort(key=lambda one: one.household)
            round_.record(
                NoticeGiven,
                context,
                list_code=self.list_code,
                households=tuple(noticed),
                last_day=last_day,
                brake=brake.id,
            )
