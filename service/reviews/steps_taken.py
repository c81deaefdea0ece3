"""The steps of one household in a round, as the round's events have them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from domain.commands.command import Document
from domain.eventstore.postgres import Connection
from domain.households.codes import LOW_INCOME_OUTCOMES
from domain.reviews import events as r
from projections.engine import ledger
from projections.households.sentences import ERASED, code
from service.access.authorization import RequestContext
from service.reviews import words
from service.reviews.permissions import May
from service.ui.i18n import in_language
from service.ui.labels import CLASSES
from service.ui.navigation import may
from service.ui.render import day


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step: what it was, its day, who recorded it and when, and the paper it rests on.

    `printed` is the address of the paper that is printed of it, "" where there is none.
    """

    what: str
    on: date
    account: str
    role: str
    recorded_at: datetime
    paper: Document | None
    details: tuple[str, ...] = ()
    printed: str = ""


def of_household(
    context: RequestContext, conn: Connection, round_id: UUID, household_id: UUID
) -> list[StepTaken]:
    """Every step of a household, in the order of recording; none where it is not reviewed.

    Its surveys are among them, from the day of the listing to the last step of the round.
    """
    found = []
    for row in ledger.history(conn, round_id):
        event: Any = row.event
        if event is not None:
            address = _address_of_paper(event, round_id, household_id)
            found += [
                replace(_taken(event, *step), printed=address)
                for step in _steps(event, household_id)
            ]
            if isinstance(event, r.GrievanceLodged) and event.household == household_id:
                found[-1] = replace(found[-1], details=(*found[-1].details, *_text(context, event)))
    if not found:
        return []
    household = context.services.application.households.load(household_id)
    first, last = min(one.on for one in found), max(one.recorded_at for one in found)
    closed = isinstance(event, r.RoundClosed)
    for survey in household.surveys.values():
        if survey.effective_on >= first and (not closed or survey.timestamp <= last):
            surveyor = _("rà soát viên %(who)s", who=survey.surveyor)
            found.append(_taken(survey, _("Thu thập Phiếu B"), [surveyor]))
    return sorted(found, key=lambda one: one.recorded_at)


def _text(context: RequestContext, event: r.GrievanceLodged) -> tuple[str, ...]:
    """The text of a grievance, to offices alone: it may name who complained of a neighbour."""
    if context.role is None or context.role.role not in May.READ_GRIEVANCES.roles:
        return ()
    sealed = event.text
    value = context.services.keyring.reveal_many([sealed])[sealed.subject, sealed.sealed]
    return (ERASED if value is None else str(value.get("text", "")),)


def _address_of_paper(event: Any, round_id: UUID, household: UUID) -> str:
    """Where the paper of an act is printed; "" for an act without one, and for no right to it."""
    if not may(May.PRINT_PAPERS.value):
        return ""
    name: str
    more: dict[str, Any]
    match event:
        case r.MeetingHeld():
            name, more = "minutes", {"meeting_id": event.meeting_id}
        case r.Posted() | r.Reposted():
            name, more = "posting", {"posting_id": event.posting_id}
        case r.RequestRefused():
            name, more = "refusal", {"request_id": event.request_id}
        case r.WorkersRecognised():
            number = event.document.number if event.document else ""
            name, more = "worker_decision", {"number": number}
        case r.NoticeGiven():
            name, more = "notice", {"household_id": household, "list": event.list_code}
        case _:
            return ""
    return url_for(f"round_papers.{name}", round_id=round_id, **more)


def _taken(event: Any, what: str, details: list[str]) -> StepTaken:
    return StepTaken(
        what,
        event.effective_on,
        event.actor.account,
        event.actor.role,
        event.timestamp,
        event.document,
        tuple(one for one in details if one),
    )


def _steps(event: Any, household: UUID) -> Iterator[tuple[str, list[str]]]:
    match event:
        case r.RequestReceived() if event.household == household:
            reasons = [str(words.REQUEST_REASONS[one]) for one in event.reasons]
            yield _("Tiếp nhận giấy đề nghị"), [str(words.REQUESTS[event.kind]), *reasons]
        case r.RequestScreened() if event.household == household:
            yield (
                _("Nhận dạng nhanh (Phiếu A)"),
                [_("%(n)s chỉ tiêu", n=event.signs), event.override_reason],
            )
        case r.RequestRefused() if event.household == household:
            reasons = [str(words.REFUSAL_REASONS[one]) for one in event.reasons]
            yield _("Trả lời không công nhận, nêu lý do"), [*reasons, event.note]
        case r.HouseholdsListed():
            for one in event.households:
                if one.household == household:
                    source = str(words.SOURCES[event.source])
                    yield _("Đưa vào danh sách cần rà soát"), [source, one.village]
        case r.HouseholdsUnlisted() if household in event.households:
            reason = str(words.UNLISTING_REASONS[event.reason])
            yield _("Đưa ra khỏi danh sách cần rà soát"), [reason]
        case r.MeetingHeld() | r.ResultsDetermined():
            yield from _result(event, household)
        case r.WorkersDetermined():
            for result in event.results:
                if result.household == household:
                    yield _("Xác định kết quả"), _outcomes(result)
        case r.SentBack() if household in event.households:
            yield _("Phải rà soát lại"), [_("dưới %(n)s%% đồng ý", n=event.agreement_percent)]
        case r.Posted() | r.Reposted() if household in event.households:
            again = isinstance(event, r.Reposted)
            places = [str(words.PLACES[one]) for one in event.places]
            until = _("đến hết ngày %(day)s", day=day(event.until)) if event.until else ""
            what = _("Niêm yết kết quả phúc tra") if again else _("Niêm yết, thông báo công khai")
            yield what, [until, *places]
        case _:
            yield from _later(event, household)


def _result(event: Any, household: UUID) -> Iterator[tuple[str, list[str]]]:
    for one in event.results:
        if one.household == household:
            classes = [
                f"{words.LISTS[each.list_code]}: {CLASSES[each.class_]}" for each in one.proposed
            ]
            why = [each.override_reason for each in one.proposed]
            if isinstance(event, r.MeetingHeld):
                votes = (
                    _("cả hội nghị đồng ý (%(all)s người dự)", all=event.attendance)
                    if one.votes_for == event.attendance
                    else _(
                        "%(votes)s/%(all)s người dự họp đồng ý", votes=one.votes_for,
                        all=event.attendance,
                    )
                )  # fmt: skip
                yield _("Họp dân lần %(n)s", n=one.attempt), [votes, *classes, *why]
            else:
                yield _("Xác định kết quả"), [*classes, *why]


def _outcomes(result: r.WorkersResult) -> list[str]:
    """How many workers of a household have which outcome, and why it is not the one computed."""
    language = in_language()
    counted = Counter(one.outcome for one in result.workers)
    said = [
        _("%(outcome)s: %(n)s người", outcome=code(LOW_INCOME_OUTCOMES, outcome, language), n=n)
        for outcome, n in counted.items()
    ]
    return [*said, *(one.override_reason for one in result.workers)]


def _later(event: Any, household: UUID) -> Iterator[tuple[str, list[str]]]:
    match event:
        case r.GrievanceLodged() if event.household == household:
            late = _("quá thời hạn, chỉ lưu") if event.late else ""
            due = _("phúc tra đến hết ngày %(day)s", day=day(event.due_on)) if event.due_on else ""
            yield _("Tiếp nhận khiếu nại"), [str(words.GRIEVANCE_SOURCES[event.lodged_by]), late,
                                             due]  # fmt: skip
        case r.Reverified() if event.household == household:
            overdue = _("quá thời hạn") if event.overdue else ""
            yield _("Phúc tra"), [str(words.GRIEVANCE_OUTCOMES[event.outcome]), overdue]
        case r.NoticeGiven():
            for noticed in event.households:
                if noticed.household == household:
                    until = _("có ý kiến đến hết ngày %(day)s", day=day(event.last_day))
                    yield _("Thông báo sẽ không còn thuộc diện"), [until]
        case r.ConsultationSent():
            yield _("Báo cáo, xin ý kiến về cả danh sách"), []
        case r.ConsultationAnswered():
            yield _("Cấp trên trả lời"), [str(words.OPINIONS[event.opinion]), event.note]
        case r.Decided():
            for one in event.households:
                if one.household == household:
                    class_ = str(CLASSES[one.class_])
                    average = event.kind == "recognition" and one.class_ == "average"
                    what = words.AVERAGE_DECISION if average else words.DECISIONS[event.kind]
                    yield str(what), [class_]
        case r.WorkersRecognised():
            number = sum(one.household == household for one in event.workers)
            if number:
                yield str(words.WORKER_DECISION), [_("%(n)s người", n=number)]
        case r.RoundClosed():
            yield _("Kết thúc đợt rà soát"), [str(words.OUTCOMES[event.outcome]), event.reason]
