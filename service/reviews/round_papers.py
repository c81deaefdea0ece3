"""The papers of a review round: minutes, postings, refusals of requests, notices of a lost class.

Each is made of the round's events up to the act that it is of. Whom the record does not name (who
chairs, who attends) is left to be filled in by hand. What is known of the forms is in
docs/papers.md.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from domain.eventstore.postgres import Connection
from domain.households import codes as household_codes
from domain.reviews import events as r
from domain.reviews.codes import LISTS, POSTING_PLACES, REFUSAL_REASONS
from domain.reviews.load import published
from domain.reviews.procedure import Procedure
from domain.reviews.round import ReviewedHousehold, RoundRecord, evolve
from domain.reviews.steps import (
    AVERAGE,
    EXIT,
    LOW_INCOME,
    MEETING,
    POSTING,
    REPOSTING,
    RoundProcedure,
)
from projections.engine import ledger
from projections.vietnamese import place_key, sort_key
from service.access.authorization import RequestContext
from service.papers import contents, pdf
from service.papers.parts import COUNCIL, bases, commune_name, heading, signature
from service.problems import NoSuchThing
from service.reviews import household_heads, worker_papers
from service.reviews.household_heads import NamedHousehold

BLANK = "……"
"""The number of a paper that none was recorded for."""
ON_ONE_PRINT = 100
"""Notices set in one process."""


class Act(NamedTuple):
    """One act of a round with its place in the ledger, the round after it, and what came later."""

    event: Any
    seq: int
    round: RoundRecord
    later: Sequence[Any]


class Paper(NamedTuple):
    """A printed paper, and of how many households it tells."""

    document: bytes
    households: int


def minutes(context: RequestContext, round_id: UUID, meeting_id: UUID) -> Paper:
    """The minutes of a village meeting. Raises NoSuchThing."""
    with context.services.reading() as conn:
        act = _act(
            conn,
            round_id,
            lambda one: isinstance(one, r.MeetingHeld) and one.meeting_id == meeting_id,
        )
        event, day = act.event, act.event.effective_on
        ids = [one.household for one in event.results]
        known = household_heads.named(context, conn, ids, day, act.seq)
    directory = context.services.areas()
    procedure = RoundProcedure(act.round, published())
    share = procedure.step(MEETING).agreement_percent
    back = {
        id_
        for one in act.later
        if isinstance(one, r.SentBack) and one.meeting_id == meeting_id
        for id_ in one.households
    }
    rows = [
        contents.MinutesRow(
            head=_head(known, one.household),
            proposed=_classes(one.proposed, act.round),
            agreed=one.votes_for,
            result="Rà soát lại" if one.household in back else "Thống nhất",
        )
        for one in event.results
    ]
    content = contents.Minutes(
        heading=heading(directory, act.round.area, day, number=_number(event), signed_on=day),
        village=event.village,
        commune=commune_name(directory, act.round.area, day),
        year=act.round.year,
        held_on=day,
        place="",
        chair="",
        chair_office=_version(act.round).actors[event.chaired_by].vi,
        secretary="",
        invited=(),
        attendance=event.attendance,
        agreement_percent=share.value if share else None,
        rows=sorted(rows, key=lambda one: sort_key(one.head)),
        opinions=None,
        representatives=(),
    )
    return Paper(pdf.printed("minutes", content, day=day), len(rows))


def posting(context: RequestContext, round_id: UUID, posting_id: UUID) -> Paper:
    """The list of a posting, the first one or that of re-verification. Raises NoSuchThing."""
    with context.services.reading() as conn:
        act = _act(
            conn,
            round_id,
            lambda one: isinstance(one, r.Posted | r.Reposted) and one.posting_id == posting_id,
        )
        event, day = act.event, act.event.effective_on
        known = household_heads.named(context, conn, event.households, day, act.seq)
    directory, round_ = context.services.areas(), act.round
    again = isinstance(event, r.Reposted)
    reviewed = [one for one in round_.each(event.households) if one.result is not None]
    workers = round_.track == LOW_INCOME
    if workers:
        rows = worker_papers.posting_rows(context, reviewed, known)
    else:
        rows = [
            contents.PostingRow(
                head=_head(known, one.household),
                village=one.village,
                class_=_classes(one.result.proposed, round_) if one.result else "",
            )
            for one in reviewed
        ]
    content = contents.Posting(
        heading=heading(
            directory, round_.area, day, number=_number(event), signed_on=_signed_on(event)
        ),
        commune=commune_name(directory, round_.area, day),
        year=round_.year,
        posted_on=day,
        last_day=event.until,
        working_days=_working_days(round_, REPOSTING if again else POSTING, reviewed),
        places=[POSTING_PLACES[one] for one in event.places],
        again=again,
        rows=sorted(rows, key=lambda one: (place_key(one.village), sort_key(one.head))),
        contact=f"{COUNCIL} {commune_name(directory, round_.area, day)}",
        signature=signature(_signer(event), "Lưu: VT", on_behalf=True),
        workers=workers,
        average=round_.track == AVERAGE,
    )
    return Paper(pdf.printed("posting", content, day=day), len(rows))


def refusal(context: RequestContext, round_id: UUID, request_id: UUID) -> tuple[UUID, bytes]:
    """The household of a refused request, and the letter to it. Raises NoSuchThing."""
    with context.services.reading() as conn:
        act = _act(
            conn,
            round_id,
            lambda one: isinstance(one, r.RequestRefused) and one.request_id == request_id,
        )
        event, day = act.event, act.event.effective_on
        known = household_heads.named(context, conn, [event.household], day, act.seq)
    directory, round_ = context.services.areas(), act.round
    asked = round_.requests[request_id]
    noted = [event.note.strip().rstrip(".")] if event.note.strip() else []
    reasons = [REFUSAL_REASONS[one] for one in event.reasons if one != "other" or not noted]
    content = contents.RefusalLetter(
        heading=heading(
            directory, round_.area, day, number=_number(event), signed_on=_signed_on(event)
        ),
        head=worker_papers.name_in(context, known.get(event.household), asked.person_id)
        or _head(known, event.household),
        address=_address(context, known, event.household, round_.area, day),
        requested_on=asked.received_on,
        asked_for=f"giấy đề nghị {_subject(round_, asked.kind)}",
        answer=_answer(round_, event.household, asked.kind),
        reasons=[*reasons, *noted],
        bases=bases(_version(round_).sources[:1]),
        signature=signature(_signer(event), "Như trên", "Lưu: VT", on_behalf=True),
    )
    return event.household, pdf.printed("refusal_letter", content, day=day)


def notices(
    context: RequestContext, round_id: UUID, list_code: str, only: UUID | None = None
) -> Paper:
    """The last notice of each household that loses a status, or of one. Raises NoSuchThing."""
    with context.services.reading() as conn:
        acts = _acts(
            conn,
            round_id,
            lambda one: isinstance(one, r.NoticeGiven) and one.list_code == list_code,
        )
        found: dict[UUID, contents.LossNotice] = {}
        for act in acts:
            noticed = [one for one in act.event.households if only in (None, one.household)]
            found |= _of_notice(context, conn, act, noticed)
    if not found:
        raise NoSuchThing
    letters = sorted(found.values(), key=lambda one: (place_key(one.address), sort_key(one.head)))
    parts = [
        contents.LossNotices(notices=letters[at : at + ON_ONE_PRINT])
        for at in range(0, len(letters), ON_ONE_PRINT)
    ]
    day = max(act.event.effective_on for act in acts)
    if len(parts) == 1:
        return Paper(pdf.printed("loss_notice", parts[0], day=day), len(letters))
    return Paper(pdf.joined("loss_notice", parts, day=day), len(letters))


def _of_notice(
    context: RequestContext, conn: Connection, act: Act, noticed: Sequence[r.NoticedHousehold]
) -> dict[UUID, contents.LossNotice]:
    event, day, round_ = act.event, act.event.effective_on, act.round
    ids = [one.household for one in noticed]
    known = household_heads.named(context, conn, ids, day, act.seq)
    directory = context.services.areas()
    head_of_paper = heading(
        directory, round_.area, day, number=_number(event), signed_on=_signed_on(event)
    )
    return {
        one.household: contents.LossNotice(
            heading=head_of_paper,
            head=_head(known, one.household),
            address=_address(context, known, one.household, round_.area, day),
            class_before=_lower(household_codes.CLASSES.get(one.class_before, one.class_before)),
            class_after=_class_after(round_, one.household, event.list_code),
            reasons=_reasons(known, round_, one, event.list_code),
            review=f"rà soát hộ nghèo, hộ cận nghèo năm {round_.year}",
            object_until=event.last_day,
            contact=f"{COUNCIL} {commune_name(directory, round_.area, day)}",
            signature=signature(_signer(event), "Như trên", "Lưu: VT", on_behalf=True),
        )
        for one in noticed
    }


def _reasons(
    known: dict[UUID, NamedHousehold],
    round_: RoundRecord,
    noticed: r.NoticedHousehold,
    list_code: str,
) -> list[str]:
    """What is lost by which result: the exit, the figures of form B, an override's reason."""
    found = [household_codes.EXITS.get(noticed.reason, noticed.reason)]
    reviewed = round_.households.get(noticed.household)
    result = reviewed.result if reviewed else None
    if result is None:
        return found
    state = known[noticed.household].state if noticed.household in known else None
    for survey in state.surveys if state else ():
        if survey.survey_id == result.survey_id:
            points = [
                f"{value} điểm {name}"
                for name, value in (("B1", survey.b1), ("B2", survey.b2))
                if value is not None
            ]
            said = f": {', '.join(points)}" if points else ""
            found.append(f"Theo Phiếu B ngày {survey.on:%d/%m/%Y}{said}")
    found += [
        one.override_reason.rstrip(".")
        for one in result.proposed
        if one.list_code == list_code and one.override_reason
    ]
    return found


def _class_after(round_: RoundRecord, household: UUID, list_code: str) -> str:
    reviewed = round_.households.get(household)
    class_ = reviewed.class_on_list(list_code) if reviewed else ""
    return _lower(household_codes.CLASSES.get(class_, class_)) or BLANK


def _act(conn: Connection, round_id: UUID, wanted: Callable[[Any], bool]) -> Act:
    """The act of a round that is wanted. Raises NoSuchThing."""
    acts = _acts(conn, round_id, wanted)
    if not acts:
        raise NoSuchThing
    return acts[0]


def _acts(conn: Connection, round_id: UUID, wanted: Callable[[Any], bool]) -> list[Act]:
    rows = [row for row in ledger.history(conn, round_id) if row.event is not None]
    places = [at for at, row in enumerate(rows) if wanted(row.event)]
    events: list[Any] = [row.event for row in rows]
    return [
        Act(events[at], rows[at].seq, _folded(events[: at + 1]), events[at + 1 :]) for at in places
    ]


def _folded(events: Iterable[Any]) -> RoundRecord:
    round_ = RoundRecord()
    for event in events:
        evolve(event, round_)
    return round_


def _version(round_: RoundRecord) -> Procedure:
    return RoundProcedure(round_, published()).version


def _working_days(
    round_: RoundRecord, limit: str, reviewed: Sequence[ReviewedHousehold]
) -> int | None:
    """The days of a posting; None where they are unknown or not the same for all."""
    procedure = RoundProcedure(round_, published())
    found = {procedure.limit(limit, one.kind) for one in reviewed}
    days = {one.days if one and one.units == ("working",) else None for one in found}
    return days.pop() if len(days) == 1 else None


def _classes(proposed: Sequence[r.ProposedClass], round_: RoundRecord) -> str:
    """The class on the list of the round; on two lists each with the name of its list."""
    if len(round_.lists) < 2:
        return next((household_codes.CLASSES[one.class_] for one in proposed), "")
    return "; ".join(
        f"{LISTS[one.list_code]}: {_lower(household_codes.CLASSES[one.class_])}" for one in proposed
    )


def _answer(round_: RoundRecord, household: UUID, kind: str) -> str:
    if household not in round_.households:
        return "chưa đưa hộ ông/bà vào danh sách hộ gia đình cần rà soát"
    if kind == EXIT:
        return "chưa công nhận hộ ông/bà là hộ thoát nghèo, hộ thoát cận nghèo"
    if round_.track == LOW_INCOME:
        return "không công nhận ông/bà là người lao động có thu nhập thấp"
    if round_.track == AVERAGE:
        return "không xác định hộ ông/bà là hộ có mức sống trung bình"
    return "không công nhận hộ ông/bà là hộ nghèo, hộ cận nghèo"


def _subject(round_: RoundRecord, kind: str) -> str:
    if kind == EXIT:
        return "công nhận hộ thoát nghèo, hộ thoát cận nghèo"
    if round_.track == LOW_INCOME:
        return "công nhận người lao động có thu nhập thấp"
    if round_.track == AVERAGE:
        return "xác định hộ có mức sống trung bình"
    return "rà soát hộ nghèo, hộ cận nghèo"


def _head(known: dict[UUID, NamedHousehold], household: UUID) -> str:
    return known[household].head if household in known else ""


def _address(
    context: RequestContext,
    known: dict[UUID, NamedHousehold],
    household: UUID,
    area: str,
    day: date,
) -> str:
    found = known.get(household)
    parts = (found.address, found.state.village) if found else ()
    commune = commune_name(context.services.areas(), area, day)
    return ", ".join(part for part in (*parts, commune) if part)


def _number(event: Any) -> str:
    return (event.document.number if event.document else "") or BLANK


def _signed_on(event: Any) -> date:
    found: date = (event.document.signed_on if event.document else None) or event.effective_on
    return found


def _signer(event: Any) -> str:
    return event.document.signer if event.document else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
