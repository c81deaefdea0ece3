"""The next step of a round for the role that looks: what comes now, and what waits until when.

Steps are those of the read models, as on the worklist. Of those that a role can take now, the one
with the earliest last day comes first, then the order of the procedure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from domain.areas.codes import COUNTRY
from domain.households.codes import LISTED
from domain.reviews.handed_lists import TRACKS
from projections.households.certificates import households_without
from projections.reviews import rounds as asked
from projections.reviews.rounds import RoundRow
from service.access.authorization import RequestContext
from service.access.permissions import CASE_WORKER, CHAIRMAN, PROVINCE_OFFICER, SURVEYOR
from service.reviews import words
from service.reviews.deadlines import LastDay, has_meeting, is_consulted, last_day, round_ends
from service.reviews.words import rule_of
from service.reviews.worklist import (
    DONE,
    Board,
    Village,
    blocked_signature,
    not_ready,
    second_signatures_open,
)
from service.reviews.worklist_handed_lists import handed_of, title_of


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a round: who takes it, where, until when, and by which rule.

    `waits_for` says what comes before it, "" where it can be taken now. `mine` says whether the
    role that looks takes it.
    """

    title: str
    by: tuple[str, ...]
    link: str = ""
    button: str = ""
    until: LastDay | None = None
    rule: str = ""
    waits_for: str = ""
    mine: bool = False

    @property
    def can_be_taken(self) -> bool:
        """Whether the role that looks can take it now."""
        return self.mine and not self.waits_for and bool(self.link)


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The step to be taken now, if any, and the other ones in their order."""

    first: Step | None
    others: tuple[Step, ...]


@dataclass(slots=True)
class RoundNow:
    """A round as it stands on the day of the request, for the role that looks.

    `villages` are those that the role reaches; `kept` says that it does not reach all. `pairs` are
    unsettled duplicates that hold up a signature, `gone` the households that have moved or ended.
    """

    context: RequestContext
    board: Board
    row: RoundRow
    villages: Sequence[Village]
    decisions: Sequence[asked.DecisionRow]
    pairs: int = 0
    gone: int = 0
    kept: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)

    def number(self, *steps: str) -> int:
        """The households in these steps."""
        return sum(one.number(*steps) for one in self.villages)

    def act(self, name: str, **more: Any) -> str:
        """The address of an act of the round."""
        return url_for(f"round_acts.show_{name}", round_id=self.row.round_id, **more)

    def meeting(self, village: str = "") -> str:
        """The address of the meeting of a village; without one, of those that can meet."""
        return url_for(
            "round_meetings.show_meeting", round_id=self.row.round_id, village=village or None
        )

    def households(self, **more: Any) -> str:
        """The address of households of the round."""
        return url_for("rounds.round_households", round_id=self.row.round_id, **more)

    def step(self, title: str, by: Iterable[str], **also: Any) -> Step:
        """A step; until the end of the round unless another day is given."""
        roles = tuple(by)
        also.setdefault("until", None if self.row.closed_on else round_ends(self.row))
        return Step(title, roles, mine=bool(self.roles & set(roles)), **also)


def next_steps(now: RoundNow) -> NextSteps:
    """The step that the role takes now, and the others."""
    now.roles = _roles(now.context, now.row)
    found = list(_open(now)) if now.row.closed_on is None else []
    lists = [*_lists_to_hand_over(now)] if now.decisions and not now.kept else []
    if not now.kept:
        found += _after_signing(now)
        found += _end(now) if now.row.closed_on is None else []
        found += lists
    ends = round_ends(now.row)
    last = ends.day if ends else date.max
    ready = sorted(
        (one for one in found if one.can_be_taken),
        key=lambda one: one.until.day if one.until else date.max if one in lists else last,
    )
    first = ready[0] if ready else None
    return NextSteps(first, tuple(one for one in found if one is not first))


def _roles(context: RequestContext, row: RoundRow) -> frozenset[str]:
    """The roles of the account that reach the commune of the round."""
    directory = context.services.areas()
    return frozenset(
        held.role
        for held in context.roles
        if held.area == COUNTRY or directory.covers(held.area, row.area, context.today)
    )


def _open(now: RoundNow) -> Iterator[Step]:
    """The steps of a round that is not closed, in the order of the procedure."""
    if not now.kept:
        yield from _requests(now)
        yield from _listing(now)
    yield from _grievances(now)
    yield from _surveys(now)
    yield from _meetings(now)
    yield from _postings(now)
    if not now.kept:
        yield from _gone(now)
        yield from _notices(now)
        yield from _consultations(now)
        yield from _pairs(now)
        yield from _signatures(now)


def _requests(now: RoundNow) -> Iterator[Step]:
    waiting = now.board.requests[now.row.round_id]
    if waiting:
        yield now.step(
            _("Trả lời %(n)s giấy đề nghị", n=len(waiting)), (CASE_WORKER,),
            link=url_for("rounds.round_page", round_id=now.row.round_id, _anchor="requests"),
            button=_("Xem giấy đề nghị"), rule=rule_of(now.row, "listing"),
        )  # fmt: skip


def _listing(now: RoundNow) -> Iterator[Step]:
    if now.row.households or now.board.requests[now.row.round_id]:
        return
    if now.row.track == "periodic":
        yield now.step(
            _("Lập danh sách hộ gia đình cần rà soát từ danh sách đang quản lý"), (CASE_WORKER,),
            link=now.act("listing"), button=_("Lập danh sách"), rule=rule_of(now.row, "listing"),
        )  # fmt: skip
    else:
        yield now.step(
            _("Tiếp nhận giấy đề nghị"), (CASE_WORKER,),
            link=now.act("request"), button=_("Tiếp nhận giấy đề nghị"),
            rule=rule_of(now.row, "request"),
        )  # fmt: skip


def _grievances(now: RoundNow) -> Iterator[Step]:
    """Each grievance with its next act: a survey, a vote, the answer."""
    rule = rule_of(now.row, "posting", "reverification")
    names = {one.name for one in now.villages}
    for one in now.board.grievances[now.row.round_id]:
        if one.village not in names:
            continue
        until, village = last_day(one.due_on), one.village
        if not one.surveyed:
            yield now.step(
                _("%(village)s: thu thập lại Phiếu B của 1 hộ có khiếu nại", village=village),
                (SURVEYOR,), link=now.households(village=village, step="grievance"),
                button=_("Xem hộ có khiếu nại"), until=until, rule=rule,
            )  # fmt: skip
        elif not one.voted:
            yield now.step(
                _("%(village)s: họp dân lại về 1 hộ có khiếu nại", village=village),
                (CASE_WORKER,), link=now.meeting(village), button=_("Ghi họp dân"), until=until,
                rule=rule,
            )  # fmt: skip
        else:
            yield now.step(
                _("%(village)s: kết luận phúc tra 1 khiếu nại", village=village), (CASE_WORKER,),
                link=now.act("reverification", grievance=one.grievance_id),
                button=_("Ghi kết quả phúc tra"), until=until, rule=rule,
            )  # fmt: skip


def _surveys(now: RoundNow) -> Iterator[Step]:
    left = now.number("listed", "sent_back")
    if left:
        villages = sum(bool(one.number("listed", "sent_back")) for one in now.villages)
        link = (
            url_for("worklist_pages.worklist_page", _anchor="houses")
            if SURVEYOR in now.roles
            else now.households(step="listed" if now.number("listed") else "sent_back")
        )
        yield now.step(
            _("Thu thập Phiếu B: còn %(n)s hộ ở %(k)s thôn, tổ dân phố", n=left, k=villages),
            (SURVEYOR,), link=link, button=_("Đến danh sách hộ"), rule=rule_of(now.row, "survey"),
        )  # fmt: skip


def _meetings(now: RoundNow) -> Iterator[Step]:
    """One step for the villages that can meet, one for those where surveys are missing."""
    whole = [one for one in now.villages if one.number("surveyed")]
    ready = [one for one in whole if not one.number("listed", "sent_back")]
    early = [one for one in whole if one not in ready]
    meets = has_meeting(now.row)
    rule = rule_of(now.row, "meeting" if meets else "survey")
    button = _("Ghi họp dân") if meets else _("Xác định kết quả")
    for villages, waits in ((ready, False), (early, True)):
        if not villages:
            continue
        number = sum(one.number("surveyed") for one in villages)
        if len(villages) == 1:
            name = villages[0].name
            title = (
                _("%(village)s: họp dân về %(n)s hộ", village=name, n=number)
                if meets
                else _("%(village)s: xác định kết quả của %(n)s hộ", village=name, n=number)
            )
        else:
            title = (
                _("Họp dân về %(n)s hộ ở %(k)s thôn, tổ dân phố", n=number, k=len(villages))
                if meets
                else _("Xác định kết quả của %(n)s hộ ở %(k)s thôn, tổ dân phố",
                       n=number, k=len(villages))
            )  # fmt: skip
        missing = sum(one.number("listed", "sent_back") for one in villages)
        yield now.step(
            title, (CASE_WORKER,), rule=rule, button=button,
            link=now.meeting(villages[0].name if len(villages) == 1 else ""),
            waits_for=_("còn %(n)s hộ chưa có Phiếu B", n=missing) if waits and meets else "",
        )  # fmt: skip


def _postings(now: RoundNow) -> Iterator[Step]:
    for step, act, text in (("met", "posting", _("Niêm yết kết quả của %(n)s hộ")),
                            ("reverified", "reposting",
                             _("Niêm yết kết quả phúc tra của %(n)s hộ"))):  # fmt: skip
        if number := now.number(step):
            yield now.step(
                text % {"n": number}, (CASE_WORKER,), link=now.act(act), button=_("Niêm yết"),
                rule=rule_of(now.row, "posting", act),
            )  # fmt: skip
    days = [
        one.steps["posted"].posted_until
        for one in now.villages
        if "posted" in one.steps and one.steps["posted"].posted_until
    ]
    if number := now.number("posted"):
        yield now.step(
            _("Niêm yết của %(n)s hộ", n=number), (),
            link=now.households(step="posted"), waits_for=_("chưa hết thời hạn niêm yết"),
            until=last_day(min(days, default=None)),
            rule=rule_of(now.row, "posting", "posting"),
        )  # fmt: skip


def _gone(now: RoundNow) -> Iterator[Step]:
    if now.gone:
        yield now.step(
            _("Đưa %(n)s hộ đã chuyển đi hoặc ngừng quản lý ra khỏi danh sách", n=now.gone),
            (CASE_WORKER,), link=now.act("unlisting"), button=_("Đưa ra khỏi danh sách"),
            rule=_("hộ không còn trên địa bàn thì chưa ký được quyết định"),
        )  # fmt: skip


def _notices(now: RoundNow) -> Iterator[Step]:
    if missing := now.board.unnoticed.get(now.row.round_id, 0):
        yield now.step(
            _("Thông báo cho %(n)s hộ sẽ không còn thuộc diện hiện nay", n=missing), (CASE_WORKER,),
            link=now.act("notices"), button=_("Thông báo cho hộ"),
            rule=_("thời hạn có ý kiến do cơ quan đặt"),
        )  # fmt: skip
    until = now.board.objections.get(now.row.round_id)
    if until is not None:
        yield now.step(
            _("Hộ đã được thông báo có ý kiến"), (), until=last_day(until),
            waits_for=_("chưa hết thời hạn có ý kiến"),
            rule=_("thời hạn có ý kiến do cơ quan đặt"),
        )  # fmt: skip


def _consultations(now: RoundNow) -> Iterator[Step]:
    if not is_consulted(now.row) or not now.row.households:
        return
    sent = now.board.consultations[now.row.round_id]
    rule = rule_of(now.row, "consultation", "consultation")
    if not sent and now.number("ready"):
        yield now.step(
            _("Báo cáo, xin ý kiến về danh sách"), (CASE_WORKER,), link=now.act("report"),
            button=_("Báo cáo, xin ý kiến"), waits_for=not_ready(now.board, now.row), rule=rule,
        )  # fmt: skip
    for one in sent:
        if one.outdated:
            yield now.step(
                _("Báo cáo, xin ý kiến lại: kết quả đã thay đổi sau khi báo cáo"), (CASE_WORKER,),
                link=now.act("report", list=one.list_code), button=_("Báo cáo, xin ý kiến"),
                waits_for=not_ready(now.board, now.row), rule=rule,
            )  # fmt: skip
        elif one.answered_on is None:
            who = words.office(now.row, one.asked)
            yield now.step(
                _("%(who)s trả lời xin ý kiến", who=who), (PROVINCE_OFFICER,),
                link=now.act("answer", list=one.list_code), button=_("Ghi ý kiến trả lời"),
                until=last_day(one.due_on), rule=rule,
            )  # fmt: skip


def _pairs(now: RoundNow) -> Iterator[Step]:
    if now.pairs:
        yield now.step(
            _("Kết luận %(n)s cặp hộ nghi trùng", n=now.pairs), (CASE_WORKER,),
            link=url_for("duplicate_pages.queue"), button=_("Hộ nghi trùng"),
            rule=_("hộ nghi trùng chưa kết luận thì chưa ký được quyết định"),
        )  # fmt: skip


def _signatures(now: RoundNow) -> Iterator[Step]:
    rule = rule_of(now.row, "decision")
    for one in second_signatures_open(now.board, now.row):
        yield now.step(
            _("Ký lần hai: %(kind)s", kind=words.decisions_of(now.row.track)[one.kind]),
            (CHAIRMAN, PROVINCE_OFFICER), rule=_("ngưỡng do cơ quan đặt"),
            button=_("Đọc, ký lần hai"),
            link=url_for("round_signing.to_sign_page", round_id=now.row.round_id,
                         list=one.list_code, kind=one.kind),
        )  # fmt: skip
    if number := now.number("ready"):
        waits = blocked_signature(now.board, now.row)
        if not waits and now.pairs and now.row.track == "periodic":
            waits = _("còn %(n)s cặp hộ nghi trùng chưa kết luận", n=now.pairs)
        yield now.step(
            _("Ký quyết định: %(n)s hộ chờ ký", n=number), (CHAIRMAN,), rule=rule, waits_for=waits,
            link=url_for("round_signing.to_sign_page", round_id=now.row.round_id),
            button=_("Đọc, ký danh sách"),
        )  # fmt: skip


def _after_signing(now: RoundNow) -> Iterator[Step]:
    """Certificates of the households that a decision recognises."""
    recognitions = [one for one in now.decisions if one.kind == "recognition"]
    for one in recognitions if now.roles & {CHAIRMAN, CASE_WORKER} else ():
        if number := _without_certificate(now, one.number):
            yield now.step(
                _("Cấp giấy chứng nhận cho %(n)s hộ theo quyết định số %(number)s",
                  n=number, number=one.number),
                (CHAIRMAN,), until=None, rule=rule_of(now.row, "decision"),
                link=url_for("certificate_pages.issues", decision=one.number),
                button=_("Cấp giấy chứng nhận"),
            )  # fmt: skip


def _lists_to_hand_over(now: RoundNow) -> Iterator[Step]:
    """The lists that were not handed over since the last decision, and those that changed."""
    row = now.row
    if row.track not in TRACKS:
        return
    handed = handed_of(now.context, [row.area], row.year)
    signed_on = max(one.signed_on for one in now.decisions)
    left = row.households - now.number(*DONE) if row.track == "periodic" else 0
    for one in handed.waiting(row, row.round_id, signed_on):
        yield now.step(
            title_of(one), (CASE_WORKER, CHAIRMAN), until=one.due, rule=one.rule,
            link=url_for("round_handed_lists.show", round_id=row.round_id, list=one.handed_list),
            button=_("Gửi lại danh sách") if one.changed else _("Lập danh sách gửi đi"),
            waits_for=_("còn %(n)s hộ chưa có quyết định", n=left)
            if left and not one.changed else "",
        )  # fmt: skip


def _without_certificate(now: RoundNow, decision: str) -> int:
    context = now.context
    units = context.services.areas().units_within(now.row.area, context.today)
    with context.services.reading() as conn:
        found = households_without(conn, units or (), LISTED, on=context.today, decision=decision)
    return len(found)


def _end(now: RoundNow) -> Iterator[Step]:
    """The end of a round, from its first decision on; it waits for every household and request."""
    row = now.row
    left = row.households - now.number(*DONE)
    if not row.households or (left and not now.decisions):
        return
    waits = ""
    if left:
        waits = _("còn %(n)s hộ chưa có quyết định", n=left)
    elif requests := len(now.board.requests[row.round_id]):
        waits = _("còn %(n)s giấy đề nghị chưa trả lời", n=requests)
    yield now.step(
        _("Kết thúc đợt rà soát"), (CHAIRMAN,), link=now.act("closing"),
        button=_("Kết thúc đợt"), waits_for=waits, rule=rule_of(row, "decision"),
    )  # fmt: skip


def who(step: Step) -> str:
    """Who takes a step, in words."""
    names = [str(words.ACTORS[one]) for one in step.by]
    return f" {words.either()} ".join(names)
