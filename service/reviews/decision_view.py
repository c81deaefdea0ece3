"""The lists to sign of a round, as a chairman reads them: worked out anew from the records."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from domain.errors import Refusal
from domain.reviews.brake import Brake
from domain.reviews.codes import DECISION_KINDS
from domain.reviews.decision_list import (
    DecisionEntry,
    DecisionList,
    require_ready,
    require_settled,
    require_there,
)
from domain.reviews.decisions import check_consultation, current_decision_list
from domain.reviews.round import Round
from domain.reviews.round_acts import SecondSignature
from domain.reviews.steps import LISTED, PERIODIC, RoundProcedure
from projections.households.register import listed_households
from service.access.authorization import RequestContext
from service.reviews.round_view import ready_households
from service.ui.render import day, refusal_text

NARROW_PERCENT = 60
"""A vote under this share of who attended is shown as narrow; no rule says so."""


@dataclass(frozen=True, slots=True)
class ToSign:
    """The list of one decision, whom it keeps, and what it still waits for.

    `chosen` is None where the decision is of all households of the round.
    """

    kind: str
    now: DecisionList
    chosen: tuple[UUID, ...] | None
    current_list: tuple[UUID, ...]
    brake: Brake
    second: SecondSignature | None
    blocked: tuple[str, ...] = ()

    @property
    def stopped(self) -> bool:
        """Whether the brake asks for a second signature."""
        now = self.now
        return self.brake.stops(now.removed_by_round, now.listed, len(now.marked))

    @property
    def entries(self) -> list[DecisionEntry]:
        """The entries, doubtful ones first, then by village."""
        return sorted(self.now.entries, key=lambda one: (-len(doubts(one)), one.reviewed.village))

    @property
    def changes(self) -> list[tuple[str, str, str, int]]:
        """The households by change: (change, class before, class, households)."""
        counted = Counter(
            (change_of(one), one.class_before, one.class_) for one in self.now.entries
        )
        return [(*key, number) for key, number in sorted(counted.items())]


def change_of(entry: DecisionEntry) -> str:
    """The change of class: one of `projections.reviews.households.CHANGES`."""
    before, now = entry.class_before in LISTED, entry.class_ in LISTED
    if now and not before:
        return "enters"
    if before and not now:
        return "leaves"
    if not now:
        return "not_listed"
    return "stays" if entry.class_ == entry.class_before else "changes"


def doubts(entry: DecisionEntry) -> list[str]:
    """The reasons to look at a household again, in words."""
    one, found = entry.reviewed, []
    if entry.override_reason:
        found.append(_("khác kết quả tính: %(why)s", why=entry.override_reason))
    if entry.marked and entry.class_before in LISTED and entry.class_ not in LISTED:
        found.append(_("hộ không có khả năng lao động ra khỏi danh sách"))
    if one.grievances:
        found.append(_("có khiếu nại"))
    if one.attempts > 1:
        found.append(_("họp dân %(n)s lần", n=one.attempts))
    votes = entry.result.votes_for
    if one.attendance and votes * 100 < NARROW_PERCENT * one.attendance:
        found.append(_("tỷ lệ đồng ý thấp"))
    return found


def to_sign(context: RequestContext, round_id: UUID, list_code: str, on: date) -> list[ToSign]:
    """The lists of the decisions of a round on a day; none that is empty."""
    application = context.services.application
    services = application.rounds.services()
    round_ = application.rounds.load(round_id)
    found = services.households([*round_.households])
    procedure = services.procedure(round_)
    waiting = [
        one
        for one in round_.households.values()
        if list_code not in one.decided and not one.refused_on
    ]
    current: tuple[UUID, ...] = ()
    if round_.track != PERIODIC:
        ready = set(ready_households(services, round_, list_code, on))
        waiting = [one for one in waiting if one.household in ready]
        units = context.services.areas().units_within(context.area, context.today)
        with context.services.reading() as conn:
            current = tuple(listed_households(conn, units or ()))
    blocked = []
    try:
        require_there(round_, services, found, waiting, on)
        require_ready(round_, procedure, waiting, on)
        require_settled(services, waiting)
    except Refusal as refused:
        blocked.append(refusal_text(refused.code, {}))
    blocked += _consultation(round_, procedure, list_code, on)
    lists = []
    for kind in DECISION_KINDS:
        chosen = None if round_.track == PERIODIC else tuple(one.household for one in waiting)
        now = current_decision_list(round_, services, found, list_code, kind, on, chosen, current)
        if now.entries:
            second = round_.second_signatures.get((list_code, kind, now.digest))
            more = _notices(now, on)
            brake = services.brakes.on(on)
            lists.append(ToSign(kind, now, chosen, current, brake, second, (*blocked, *more)))
    return lists


def _consultation(round_: Round, procedure: RoundProcedure, list_code: str, on: date) -> list[str]:
    try:
        check_consultation(round_, procedure, list_code, on)
    except Refusal as refused:
        return [refusal_text(refused.code, {})]
    return []


def _notices(now: DecisionList, on: date) -> list[str]:
    without, last = 0, None
    for one in now.entries:
        if not one.loses:
            continue
        reason, last_day = one.reviewed.notices.get(now.list_code, ("", date.min))
        if reason != one.loses:
            without += 1
        elif on <= last_day:
            last = max(last or last_day, last_day)
    found = []
    if without:
        found.append(_("%(n)s hộ sẽ không còn thuộc diện mà chưa được thông báo.", n=without))
    if last is not None:
        found.append(_("Hộ được có ý kiến về thông báo đến hết ngày %(day)s.", day=day(last)))
    return found
