"""A round as it is read: from its own events, so that nothing lags.

The households of a round are counted by the step that they wait for; "done" waits for none.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.households.movements import movement
from domain.reviews.decision_list import DecisionEntry, DecisionList
from domain.reviews.decisions import check_consultation, check_notices, current_decision_list
from domain.reviews.handler import RoundServices
from domain.reviews.round import ReviewedHousehold, Round, round_id
from domain.reviews.steps import DECISION, ENTRY, PERIODIC, RoundProcedure, require_listed
from service.access.authorization import RequestContext
from service.reviews import handed_view, worker_view
from service.reviews.places import kept_villages

DONE = "done"
_TRACKS = ("on_demand", "average", "low_income")


def rounds_of(context: RequestContext, units: Iterable[str], year: int) -> list[UUID]:
    """The ids of the rounds of some units in a year, by unit, track and month.

    The id of a round follows from its area, track and period.
    """
    months: dict[str, Sequence[int | None]] = {PERIODIC: (None,)}
    months |= dict.fromkeys(_TRACKS, range(1, 13))
    ids = [
        round_id(unit, track, year, month)
        for unit in sorted(units)
        for track in sorted(months)
        for month in months[track]
    ]
    found = context.services.application.recorder.having("review.opened:1", ids)
    return [one for one in ids if one in found]


def summary(context: RequestContext, round_: Round, procedure: RoundProcedure) -> dict[str, Any]:
    """What a list of rounds says of one."""
    return {
        "id": round_.id,
        "version": round_.version,
        "area": round_.area,
        "area_name": context.services.areas().name_of(round_.area, round_.opened_on),
        "track": round_.track,
        "year": round_.year,
        "month": round_.month,
        "procedure": round_.procedure,
        "opened_on": round_.opened_on,
        "closed_on": round_.closed_on,
        "outcome": round_.outcome,
        "households": len(round_.households),
        "waiting": waiting(procedure, round_.households.values()),
    }


def waiting(procedure: RoundProcedure, households: Iterable[ReviewedHousehold]) -> dict[str, int]:
    """Households by the step that they wait for."""
    return dict(Counter(step_of(procedure, one) for one in households))


def step_of(procedure: RoundProcedure, one: ReviewedHousehold) -> str:
    """The step that a household waits for."""
    return procedure.next_step(one) or DONE


def whole(
    context: RequestContext, round_: Round, procedure: RoundProcedure, language: str
) -> dict[str, Any]:
    """A round with all that the API shows of it, but for its households one by one.

    An account that is kept to some villages sees requests, grievances and time limits of those.
    """
    seen = households_seen(context, round_)
    counts = waiting(procedure, round_.households.values())
    villages: dict[str, list[ReviewedHousehold]] = {}
    for one in round_.households.values():
        villages.setdefault(one.village, []).append(one)
    return {
        **summary(context, round_, procedure),
        "procedure_digest": round_.procedure_digest,
        "lists": list(round_.lists.values()),
        "steps": [
            {
                "code": step.code,
                "title": step.title.in_language(language),
                "source": step.source,
                "actors": step.actors,
                "waiting": counts.get(step.code, 0),
            }
            for step in procedure.track(ENTRY).steps
        ],
        "villages": [
            {"village": name, "households": len(its), "waiting": waiting(procedure, its)}
            for name, its in sorted(villages.items())
        ],
        "deadlines": [
            one
            for one in deadlines(round_, procedure, context.today)
            if one["household"] is None or seen(one["household"])
        ],
        "requests": [one for one in round_.requests.values() if seen(one.household)],
        "grievances": [one for one in round_.grievances.values() if seen(one.household)],
        "consultations": [
            {
                "list_code": code,
                **{name: getattr(one, name)
                   for name in ("to", "sent_on", "due_on", "answered_on", "opinion")},
                "outdated": bool(round_.changed_since_report(code)),
            }
            for code, one in round_.consultations.items()
        ],
        "decisions": [
            {
                "list_code": one.list_code,
                "kind": one.kind,
                "number": one.number,
                "signed_on": one.signed_on,
                "households": one.household_count,
            }
            for one in round_.decisions
        ],
        "handed_lists": [
            handed_view.handed_body(one, code)
            for code, every in round_.handed_lists.items()
            for one in every
        ],
    }  # fmt: skip


def deadlines(round_: Round, procedure: RoundProcedure, today: date) -> list[dict[str, Any]]:
    """The time limits that run or were missed, the earliest first; none of a closed round."""
    if round_.closed_on is not None:
        return []
    found = [
        _deadline("posting", one.posting_id, None, one.since, one.until, today, passes=True)
        for one in round_.postings.values()
        if one.until is not None and today <= one.until
    ]
    found += [
        _deadline(
            "reverification", one.grievance_id, one.household, one.lodged_on, one.due_on, today
        )
        for one in round_.grievances.values()
        if one.is_open and one.due_on is not None
    ]
    found += [
        _deadline("consultation", round_.id, None, one.sent_on, one.due_on, today)
        for one in round_.consultations.values()
        if one.answered_on is None and one.due_on is not None
    ]
    window = procedure.track(ENTRY).window
    if window is not None:
        last: date | None = date(round_.year, window.last.month, window.last.day)
    else:
        last = procedure.last_day("whole", round_.opened_on, ENTRY)
    if last is not None:
        found.append(_deadline("whole", round_.id, None, round_.opened_on, last, today))
    return sorted(found, key=lambda one: (one["due_on"], one["kind"], one["about"]))


def _deadline(
    kind: str,
    about: UUID,
    household: UUID | None,
    begun_on: date,
    due_on: date | None,
    today: date,
    *,
    passes: bool = False,
) -> dict[str, Any]:
    """One time limit; one that `passes` by itself is never overdue."""
    return {
        "kind": kind,
        "about": about,
        "household": household,
        "begun_on": begun_on,
        "due_on": due_on,
        "overdue": not passes and due_on is not None and today > due_on,
    }


def grievances(context: RequestContext, round_: Round, *, limit: int) -> dict[str, Any]:
    """The grievances of a round with their texts, the latest first.

    An account that is kept to some villages sees those of households there.
    """
    seen = households_seen(context, round_)
    every = sorted(
        (one for one in round_.grievances.values() if seen(one.household)),
        key=lambda one: (one.lodged_on, one.grievance_id),
        reverse=True,
    )
    page = every[:limit]
    texts = context.services.keyring.reveal_each([one.text for one in page])
    names = ("grievance_id", "household", "lodged_on", "late", "due_on", "answered_on", "outcome",
             "lodged_by")  # fmt: skip
    items = [
        {**{name: getattr(one, name) for name in names}, "text": said.get("text") if said else None}
        for one, said in zip(page, texts, strict=True)
    ]
    return {"items": items, "count": len(every)}


def households_seen(context: RequestContext, round_: Round) -> Callable[[UUID], bool]:
    """Whether the account sees what is on record of a household: one of the villages it is kept to.

    A household that is not on the list of the round has no village there, and is not seen then.
    """
    kept = kept_villages(context)
    if kept is None:
        return lambda _household: True
    villages = {one.casefold() for one in kept}
    known = {one.household: one.village.casefold() for one in round_.households.values()}
    return lambda household: known.get(household) in villages


def village_of(context: RequestContext, named: str) -> str:
    """The village whose households are shown; "" for all.

    An account that is kept to some villages sees those of the one named, or of its first.
    """
    kept = context.role.villages if context.role else ()
    if not kept or named.casefold() in {one.casefold() for one in kept}:
        return named
    return kept[0]


def reviewed_page(
    round_: Round,
    procedure: RoundProcedure,
    *,
    step: str,
    village: str,
    after: UUID | None,
    limit: int,
) -> dict[str, Any]:
    """Households of a round, by id, of a step or a village where one is named."""
    every = [
        one
        for one in sorted(round_.households.values(), key=lambda each: each.household)
        if (not step or step_of(procedure, one) == step)
        and (not village or one.village.casefold() == village.casefold())
    ]
    rest = [one for one in every if after is None or one.household > after]
    page = rest[:limit]
    return {
        "items": [household_body(procedure, one) for one in page],
        "count": len(every),
        "next": page[-1].household if len(rest) > len(page) else None,
    }


def household_body(procedure: RoundProcedure, one: ReviewedHousehold) -> dict[str, Any]:
    """A household of the round as the API shows it."""
    result = one.result
    return {
        **{
            name: getattr(one, name)
            for name in ("household", "village", "source", "class_before", "attempts", "sent_back",
                         "attendance", "until", "decided")
        },
        "step": step_of(procedure, one),
        "survey_id": result.survey_id if result else None,
        "proposed": result.proposed if result else (),
        "workers": [worker_view.worker_body(each) for each in one.workers.values()],
        "votes_for": result.votes_for if result else None,
        "open_grievances": sum(each.is_open for each in one.grievances.values()),
    }  # fmt: skip


def decision_body(
    services: RoundServices,
    round_: Round,
    on: date,
    language: str,
    *,
    list_code: str,
    kind: str,
    households: Sequence[UUID] | None,
    ready: bool,
    current_list: Sequence[UUID],
    after: UUID | None,
    limit: int,
) -> dict[str, Any]:
    """The list of a decision as it is on a day, with what holds it up.

    On a monthly track of the `households` named, or of those that are `ready`. Raises
    HouseholdNotInRound.
    """
    found = services.households([*round_.households])
    chosen = None
    if round_.track != PERIODIC:
        if households is not None:
            chosen = [one.household for one in require_listed(round_, households)]
        elif ready:
            chosen = ready_households(services, round_, list_code, on)
    now = current_decision_list(round_, services, found, list_code, kind, on, chosen, current_list)
    entries = [one for one in now.entries if after is None or one.reviewed.household > after]
    page = entries[:limit]
    return {
        "list_code": list_code,
        "kind": kind,
        "on": on,
        "households": chosen,
        "digest": now.digest,
        "count": len(now.entries),
        "also_named": now.also_named,
        "held_up_by": _held_up(services, round_, found, now, on, language, chosen),
        "brake": _brake(services, now, on, language),
        "items": [_entry(one, found, on) for one in page],
        "workers": (),
        "next": page[-1].reviewed.household if len(entries) > limit else None,
    }


def _held_up(
    services: RoundServices,
    round_: Round,
    found: Mapping[UUID, Any],
    now: DecisionList,
    on: date,
    language: str,
    chosen: Sequence[UUID] | None,
) -> dict[str, Any] | None:
    kept = None if chosen is None else set(chosen)
    waiting_ = [
        one
        for one in round_.households.values()
        if now.list_code not in one.decided
        and one.refused_on is None
        and (kept is None or one.household in kept)
    ]

    def also() -> None:
        check_consultation(round_, services.procedure(round_), now.list_code, on)
        check_notices(now, on)

    return worker_view.held_up(services, round_, found, waiting_, on, language, also)


def ready_households(
    services: RoundServices, round_: Round, list_code: str, on: date
) -> list[UUID]:
    """The households of a monthly round that can be signed for on a day: through their posting,
    without an unsettled duplicate."""
    procedure = services.procedure(round_)
    waiting_ = [
        one.household
        for one in round_.households.values()
        if list_code not in one.decided
        and one.refused_on is None
        and procedure.next_step(one) == DECISION
        and (one.until is None or one.until < on)
    ]
    unsettled = services.unsettled(waiting_)
    return [one for one in waiting_ if one not in unsettled]


def _brake(services: RoundServices, now: DecisionList, on: date, language: str) -> dict[str, Any]:
    brake = services.brakes.on(on)
    removed, marked = now.removed_by_round, len(now.marked)
    return {
        "id": brake.id,
        "origin": brake.origin.in_language(language),
        "share_percent": brake.share_percent,
        "removed": removed,
        "listed": now.listed,
        "marked": marked,
        "stops": brake.stops(removed, now.listed, marked),
        "not_recorded": [one.en if language == "en" else one.vi for one in brake.not_recorded],
    }


def _entry(one: DecisionEntry, found: Mapping[UUID, Any], on: date) -> dict[str, Any]:
    household = found[one.reviewed.household]
    return {
        "household_id": one.reviewed.household,
        "village": one.reviewed.village,
        "survey_id": one.result.survey_id,
        "class_before": one.class_before,
        "class_": one.class_,
        "movement": movement(one.class_before, one.class_, household.listed_before(on)),
        "override_reason": one.override_reason,
        "votes_for": one.result.votes_for,
        "attendance": one.reviewed.attendance,
        "marked": one.marked,
    }
