"""The worklist of an account: what waits for it in the rounds of its area, by last day.

An item names no person. One that cannot be done yet says by what it is blocked; one whose last day
has passed is overdue, blocked or not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from domain.reviews.steps import PERIODIC
from projections.own_view import contests
from projections.reviews import rounds as asked
from projections.reviews.rounds import RoundRow, StepCount
from service.access.authentication import HeldRole
from service.access.authorization import RequestContext
from service.access.permissions import CASE_WORKER, CHAIRMAN, PROVINCE_OFFICER, SURVEYOR
from service.reviews import (
    words,
    worklist_duplicates,
    worklist_handed_lists,
    worklist_support,
)
from service.reviews.deadlines import LastDay, has_meeting, is_consulted, last_day, round_ends
from service.reviews.places import units_of_rounds
from service.reviews.worklist_item import Item
from service.ui import navigation, render

MOST_ROUNDS = 500
DONE = ("decided", "not_recognised")
"""Steps of households that wait for nothing."""


@dataclass(slots=True)
class Village:
    """The households of one village of a round, by step."""

    name: str
    steps: dict[str, StepCount] = field(default_factory=dict)

    def number(self, *steps: str) -> int:
        """How many households are in these steps."""
        return sum(self.steps[one].households for one in steps if one in self.steps)

    @property
    def households(self) -> int:
        """All of them."""
        return self.number(*self.steps)


@dataclass(slots=True)
class Board:
    """The rounds of an account with what is on record of them on a day."""

    context: RequestContext
    rounds: list[RoundRow]
    villages: dict[UUID, list[Village]]
    requests: dict[UUID, list[asked.RequestRow]]
    grievances: dict[UUID, list[asked.GrievanceRow]]
    consultations: dict[UUID, list[asked.ConsultationRow]]
    signatures: dict[UUID, list[asked.SignatureRow]]
    unnoticed: dict[UUID, int]
    objections: dict[UUID, date]
    """The last day on which a household that has its notice can object, where it has not passed."""

    @property
    def today(self) -> date:
        """The civil day."""
        return self.context.today

    def number(self, row: RoundRow, *steps: str) -> int:
        """The households of a round in these steps."""
        return sum(one.number(*steps) for one in self.villages[row.round_id])

    def title(self, row: RoundRow) -> str:
        """The name of a round."""
        return words.round_title(row.track, row.year, row.month)

    def item(
        self,
        kind: str,
        title: str,
        link: str,
        row: RoundRow,
        due: LastDay | None,
        blocked_by: str = "",
    ) -> Item:
        """An item; overdue by the day of the request."""
        overdue = due is not None and due.day < self.today
        return Item(kind, title, link, due, overdue, blocked_by, self.title(row))


def items(context: RequestContext) -> list[Item]:
    """All items of an account: overdue and earliest first, those without a last day at the end."""
    found: list[Item] = []
    seen: set[tuple[str, str]] = set()
    for held in context.roles:
        for one in _of_role(context, held):
            if (one.title, one.link) not in seen:
                seen.add((one.title, one.link))
                found.append(one)
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on or date.max))


def _of_role(context: RequestContext, held: HeldRole) -> Iterator[Item]:
    if held.role == CASE_WORKER:
        yield from _contests(context, held)
    yield from worklist_support.items(context, held)
    rows = open_rounds(context, held)
    if held.role in (CASE_WORKER, CHAIRMAN):
        yield from worklist_handed_lists.items(context, held)
    if held.role in (CASE_WORKER, PROVINCE_OFFICER):
        yield from worklist_duplicates.items(context, held, rows)
    if held.role == PROVINCE_OFFICER:
        yield from _of_province(context, rows)
        return
    board = board_of(context, rows)
    for row in rows:
        if held.role == SURVEYOR:
            yield from _surveys_again(board, row, held)
            yield from _surveys(board, row, held)
        elif held.role == CASE_WORKER:
            yield from _of_case_worker(board, row)
        elif held.role == CHAIRMAN:
            yield from _of_chairman(board, row)


def _contests(context: RequestContext, held: HeldRole) -> Iterator[Item]:
    """The contests of households that no round answers, as one item."""
    units = units_of_rounds(context, held.area)
    with context.services.reading() as conn:
        number, due_on = contests.waiting_in(conn, units)
    if number:
        title = _("%(n)s ý kiến của hộ chưa trả lời", n=number)
        overdue = due_on is not None and due_on < context.today
        link = url_for("contest_pages.contest_list")
        where = navigation.area_name(
            context, *navigation.standing_unit(context, held.area, context.today)
        )
        yield Item("contest", title, link, last_day(due_on), overdue, where=where)


def open_rounds(context: RequestContext, held: HeldRole) -> list[RoundRow]:
    """The rounds that are not closed in the area of a role."""
    units = units_of_rounds(context, held.area)
    with context.services.reading() as conn:
        return asked.rounds(conn, units=units, running=True, limit=MOST_ROUNDS)


def board_of(context: RequestContext, rows: list[RoundRow]) -> Board:
    """What is on record of some rounds of a commune on the day of the request."""
    ids = [row.round_id for row in rows]
    with context.services.reading() as conn:
        counts = asked.progress(conn, ids, on=context.today)
        return Board(
            context,
            rows,
            villages_of(ids, counts),
            _by_round(ids, asked.requests(conn, ids, waiting=True)),
            _by_round(ids, asked.grievances(conn, ids, waiting=True)),
            _by_round(ids, asked.consultations(conn, ids)),
            _by_round(ids, asked.signatures(conn, ids)),
            asked.without_notice(conn, ids),
            asked.objections_until(conn, ids, on=context.today),
        )


def villages_of(ids: Iterable[UUID], counts: Iterable[StepCount]) -> dict[UUID, list[Village]]:
    """The villages of rounds in their order, with their steps."""
    found: dict[UUID, dict[str, Village]] = {one: {} for one in ids}
    for one in counts:
        village = found[one.round_id].setdefault(one.village, Village(one.village))
        village.steps[one.step] = one
    return {id_: list(villages.values()) for id_, villages in found.items()}


def _by_round(ids: Iterable[UUID], rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list, {one: [] for one in ids})
    for row in rows:
        found[row.round_id].append(row)
    return found


def is_kept(held: HeldRole | None, village: str) -> bool:
    """Whether a role reaches a village; None is a role of the whole commune."""
    kept = held.villages if held else ()
    return not kept or village.casefold() in {one.casefold() for one in kept}


def _surveys(board: Board, row: RoundRow, held: HeldRole | None = None) -> Iterator[Item]:
    for village in board.villages[row.round_id]:
        left = village.number("listed", "sent_back")
        if left and is_kept(held, village.name):
            title = _("%(village)s: %(n)s hộ chờ thu thập Phiếu B", village=village.name, n=left)
            link = _households(row, village.name, "listed" if village.number("listed") else "")
            yield board.item("survey", title, link, row, round_ends(row))


def _surveys_of_all(board: Board, row: RoundRow) -> Iterator[Item]:
    """The surveys that are left in a commune as one item: surveyors have theirs by village."""
    villages = [one for one in board.villages[row.round_id] if one.number("listed", "sent_back")]
    if villages:
        left = sum(one.number("listed", "sent_back") for one in villages)
        title = _("%(where)s: %(n)s hộ chờ thu thập Phiếu B", where=_where(villages), n=left)
        listed = any(one.number("listed") for one in villages)
        name = villages[0].name if len(villages) == 1 else ""
        link = _households(row, name, "listed" if listed else "sent_back")
        yield board.item("survey", title, link, row, round_ends(row))


def _of_case_worker(board: Board, row: RoundRow) -> Iterator[Item]:
    ends = round_ends(row)
    waiting = board.requests[row.round_id]
    if waiting:
        title = _("%(n)s giấy đề nghị chưa trả lời", n=len(waiting))
        yield board.item("request", title, _page(row, "requests"), row, ends)
    if row.track == PERIODIC and not row.households:
        title = _("Lập danh sách hộ gia đình cần rà soát")
        yield board.item("listing", title, _act(row, "listing"), row, ends)
    yield from _surveys_of_all(board, row)
    for village in board.villages[row.round_id]:
        yield from _of_village(board, row, village)
    yield from _to_post(board, row)
    yield from _of_grievances(board, row)
    yield from _before_decision(board, row)


def _of_village(board: Board, row: RoundRow, village: Village) -> Iterator[Item]:
    ends, name = round_ends(row), village.name
    ready, left = village.number("surveyed"), village.number("listed", "sent_back")
    if ready and has_meeting(row):
        blocked = _("còn %(n)s hộ chưa có Phiếu B", n=left) if left else ""
        title = _("%(village)s: họp dân về %(n)s hộ", village=name, n=ready)
        yield board.item("meeting", title, _meeting(row, name), row, ends, blocked)
    elif ready:
        title = _("%(village)s: xác định kết quả của %(n)s hộ", village=name, n=ready)
        yield board.item("results", title, _meeting(row, name), row, ends)
    if "posted" in village.steps:
        posted = village.steps["posted"]
        title = _("%(village)s: đang niêm yết %(n)s hộ", village=name, n=posted.households)
        link = _households(row, name, "posted")
        due = last_day(posted.posted_until)
        yield board.item("posting_runs", title, link, row, due, _("chưa hết thời hạn niêm yết"))


def _to_post(board: Board, row: RoundRow) -> Iterator[Item]:
    """One posting for all that wait for it; the form takes one village alone as well."""
    villages = board.villages[row.round_id]
    ends = round_ends(row)
    met = [one for one in villages if one.number("met")]
    again = [one for one in villages if one.number("reverified")]
    if met:
        number = sum(one.number("met") for one in met)
        title = _("%(where)s: niêm yết kết quả của %(n)s hộ", where=_where(met), n=number)
        yield board.item("posting", title, _act(row, "posting"), row, ends)
    if again:
        number = sum(one.number("reverified") for one in again)
        title = _(
            "%(where)s: niêm yết kết quả phúc tra của %(n)s hộ", where=_where(again), n=number
        )
        yield board.item("reposting", title, _act(row, "reposting"), row, ends)


def _where(villages: list[Village]) -> str:
    """The village, or how many they are."""
    if len(villages) == 1:
        return villages[0].name
    return _("%(n)s thôn, tổ dân phố", n=len(villages))


def _of_grievances(board: Board, row: RoundRow) -> Iterator[Item]:
    """Each grievance with what it waits for: another survey, another vote, or the answer."""
    for one in board.grievances[row.round_id]:
        due, blocked = last_day(one.due_on), ""
        title = _("%(village)s: phúc tra 1 khiếu nại", village=one.village)
        link = _act(row, "reverification", grievance=one.grievance_id)
        if not one.surveyed:
            blocked = _("chưa thu thập lại Phiếu B")
            link = _households(row, one.village, "grievance")
        elif not one.voted:
            title = _("%(village)s: họp dân lại về 1 hộ có khiếu nại", village=one.village)
            link = _meeting(row, one.village)
        yield board.item("grievance", title, link, row, due, blocked)


def _surveys_again(board: Board, row: RoundRow, held: HeldRole) -> Iterator[Item]:
    """Households with a grievance that are to be surveyed again."""
    for one in board.grievances[row.round_id]:
        if not one.surveyed and is_kept(held, one.village):
            title = _(
                "%(village)s: 1 hộ có khiếu nại chờ thu thập lại Phiếu B", village=one.village
            )
            link = _households(row, one.village, "grievance")
            yield board.item("survey", title, link, row, last_day(one.due_on))


def _before_decision(board: Board, row: RoundRow) -> Iterator[Item]:
    """Notices, and the report to the level above."""
    ends = round_ends(row)
    if missing := board.unnoticed.get(row.round_id, 0):
        title = _("Thông báo cho %(n)s hộ sẽ không còn thuộc diện hiện nay", n=missing)
        yield board.item("notice", title, _act(row, "notices"), row, ends)
    if not is_consulted(row) or not row.households:
        return
    sent = board.consultations[row.round_id]
    if not sent:
        blocked = not_ready(board, row)
        if board.number(row, "ready"):
            title = _("Báo cáo, xin ý kiến về danh sách")
            yield board.item("consultation", title, _act(row, "report"), row, ends, blocked)
    for one in sent:
        if one.outdated:
            title = _("Báo cáo, xin ý kiến lại: kết quả đã thay đổi sau khi báo cáo")
            blocked = not_ready(board, row)
            yield board.item("consultation", title, _act(row, "report"), row, ends, blocked)
        elif one.answered_on is None:
            who = words.office(row, one.asked)
            title = _("Chờ ý kiến trả lời của %(who)s", who=who)
            due = last_day(one.due_on)
            blocked = _("cấp trên chưa trả lời")
            yield board.item("consultation_runs", title, _page(row), row, due, blocked)


def not_ready(board: Board, row: RoundRow) -> str:
    """Why the list of a round cannot be reported or signed yet; "" where all are ready."""
    if number := board.number(row, "grievance"):
        return _("còn %(n)s hộ có khiếu nại chưa phúc tra xong", n=number)
    waiting = ("listed", "surveyed", "sent_back", "met", "reverified")
    if number := board.number(row, *waiting):
        return _("còn %(n)s hộ chưa qua đủ các bước", n=number)
    if number := board.number(row, "posted"):
        return _("còn %(n)s hộ đang niêm yết", n=number)
    return ""


def _of_chairman(board: Board, row: RoundRow) -> Iterator[Item]:
    yield from _second_signatures(board, row)
    number = board.number(row, "ready")
    if number:
        title = _("Ký quyết định: %(n)s hộ chờ ký", n=number)
        link = url_for("round_signing.to_sign_page", round_id=row.round_id)
        yield board.item("sign", title, link, row, round_ends(row), blocked_signature(board, row))
    decided = board.number(row, *DONE)
    if row.households and decided == row.households and not board.requests[row.round_id]:
        title = _("Kết thúc đợt rà soát")
        yield board.item("closing", title, _act(row, "closing"), row, round_ends(row))


def blocked_signature(board: Board, row: RoundRow) -> str:
    """Why a decision of a round cannot be signed yet."""
    waits = not_ready(board, row) if row.track == "periodic" else ""
    if waits:
        return waits
    if is_consulted(row):
        sent = board.consultations[row.round_id]
        if not sent:
            return _("chưa báo cáo, xin ý kiến cấp trên")
        if any(one.outdated for one in sent):
            return _("kết quả đã thay đổi sau khi báo cáo, chưa báo cáo lại")
        if any(one.answered_on is None for one in sent):
            return _("cấp trên chưa trả lời")
    if number := board.unnoticed.get(row.round_id, 0):
        return _("còn %(n)s hộ chưa được thông báo", n=number)
    if until := board.objections.get(row.round_id):
        return _("hộ được có ý kiến về thông báo đến hết ngày %(day)s", day=render.day(until))
    return ""


def second_signatures_open(board: Board, row: RoundRow) -> list[asked.SignatureRow]:
    """The second signatures that another account than the one that asks has laid before others."""
    own = board.context.account.account if board.context.account else ""
    return [
        one
        for one in board.signatures[row.round_id]
        if one.given_on is None and one.required_by != own
    ]


def _second_signatures(board: Board, row: RoundRow) -> Iterator[Item]:
    for one in second_signatures_open(board, row):
        title = _("Ký lần hai: %(kind)s", kind=words.decisions_of(row.track)[one.kind])
        link = url_for(
            "round_signing.to_sign_page",
            round_id=row.round_id,
            list=one.list_code,
            kind=one.kind,
        )
        yield board.item("second_signature", title, link, row, round_ends(row))


def _of_province(context: RequestContext, rows: list[RoundRow]) -> Iterator[Item]:
    """Consultations to answer, second signatures, and rounds that are late, by commune."""
    ids = [row.round_id for row in rows]
    with context.services.reading() as conn:
        consultations = _by_round(ids, asked.consultations(conn, ids))
        signatures = _by_round(ids, asked.signatures(conn, ids))
    board = Board(context, rows, {}, {}, {}, consultations, signatures, {}, {})
    for row in rows:
        standing = navigation.standing_unit(context, row.area, context.today)
        commune = navigation.area_name(context, *standing)
        for one in consultations[row.round_id]:
            if one.answered_on is None:
                title = _("%(commune)s: trả lời xin ý kiến", commune=commune)
                link = _act(row, "answer", list=one.list_code)
                due, blocked = last_day(one.due_on), ""
                if one.outdated:
                    blocked = _("kết quả đã thay đổi sau khi báo cáo, chưa báo cáo lại")
                yield board.item("consultation", title, link, row, due, blocked)
        yield from _second_signatures(board, row)
        ends = round_ends(row)
        if ends is not None and ends.day < context.today:
            title = _("%(commune)s: đợt rà soát quá thời hạn", commune=commune)
            yield board.item("round", title, _page(row), row, ends)


def _page(row: RoundRow, anchor: str = "") -> str:
    return url_for("rounds.round_page", round_id=row.round_id, _anchor=anchor or None)


def _households(row: RoundRow, village: str, step: str) -> str:
    return url_for(
        "rounds.round_households",
        round_id=row.round_id,
        village=village or None,
        step=step or None,
    )


def _meeting(row: RoundRow, village: str) -> str:
    return url_for("round_meetings.show_meeting", round_id=row.round_id, village=village)


def _act(row: RoundRow, act: str, **more: Any) -> str:
    return url_for(f"round_acts.show_{act}", round_id=row.round_id, **more)
