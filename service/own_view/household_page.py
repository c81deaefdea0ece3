"""What the own view shows a household: its class and why, members, support, papers, contests.

It shows what is on record, from the read models. The right to see it is decided before,
from the events (`page_access`, `sessions`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.errors import Refusal
from domain.eventstore.personal import Personal
from domain.eventstore.postgres import Connection
from domain.households import codes
from domain.reviews.claims import reviewed_key
from domain.reviews.round import ReviewedHousehold
from domain.standards.reasons import sentences
from domain.support.eligibility import basis
from domain.support.entitlement import period_of
from domain.support.errors import DoesNotQualify
from domain.support.programme import Benefit
from projections.households import deprivations, file
from projections.households.sentences import ERASED, benefit, code
from projections.households.state import Classification, HouseholdState, MemberState
from projections.own_view import contests
from projections.support import cases, grants, programmes
from projections.support.cases import CaseRow
from projections.support.programmes import ProgrammeRow
from service.access.authorization import RequestContext
from service.own_view import looks, words
from service.problems import NoSuchThing
from service.ui import navigation
from service.ui.i18n import in_language

MOST_CASES = 200
GRANTED = ("granted", "granted_in_batch", "granted_in_kind_in_batch")
"""The steps by which a case gives its support."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The class by one standard, since when, by which decision and why."""

    national: bool
    standard: str
    class_: str
    class_code: str
    since: date
    number: str
    signed_on: date | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """A member as the household needs to know it again: no number and no day of birth."""

    name: str
    relation: str
    birth_year: int | None


@dataclass(frozen=True, slots=True)
class ShownBenefit:
    """A benefit that the household may get, with its rate and its legal source."""

    title: str
    why: Any
    rate: str
    source: str
    seen: bool
    granted: bool


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A support: promised, given, confirmed; and what the household may say of it now."""

    case_id: UUID
    title: str
    person: str
    period: str
    amount: str
    status: Any
    promised_on: date | None
    paid: str
    delivered_on: date | None
    confirmed_on: date | None
    denied_on: date | None
    may_confirm: bool
    may_deny: bool


@dataclass(frozen=True, slots=True)
class Objection:
    """A result of a running review that may be contested, and until when; None where not known."""

    class_code: str
    until: date | None


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """The whole page of one household."""

    household: HouseholdState
    head: str
    place: str
    moved_into: str
    standings: list[Standing]
    members: list[ShownPerson]
    deprived: list[str]
    surveyed_on: date | None
    benefits: list[ShownBenefit]
    cases: list[ShownCase]
    supports: list[tuple[str, str, str]]
    contests: list[tuple[contests.ContestRow, contests.ContestTexts]]
    objection: Objection | None
    looks: list[looks.Look]


def page_of(context: RequestContext, household_id: UUID) -> HouseholdPage:
    """The page of a household today. Raises NoSuchThing."""
    with context.services.reading() as conn:
        state = file.household(conn, household_id)
        if state is None:
            raise NoSuchThing
        names = _names(context, conn, [*state.members, *state.former_members])
        rows = programmes.programmes(conn)
        known = cases.cases(conn, areas=None, household=household_id, limit=MOST_CASES)
        gone = grants.withdrawn(conn, [(household_id, one.case_id) for one in known])
        latest = max(state.surveys, key=lambda one: (one.on, one.seq), default=None)
        return HouseholdPage(
            household=state,
            head=names.get(state.head, ""),
            place=_place(context, state),
            moved_into=_moved_into(context, conn, state),
            standings=_standings(context, state),
            members=[
                ShownPerson(
                    names[one.person_id],
                    code(codes.RELATIONS, one.relation, in_language()),
                    one.birth_year,
                )
                for one in state.members
            ],
            deprived=_deprived(latest.deprived or () if latest else (), context.today),
            surveyed_on=latest.on if latest else None,
            benefits=_benefits(context, state, rows),
            cases=[
                _case(one, rows, names, withdrawn=one.case_id in gone)
                for one in _newest_first(known)
            ],
            supports=_supports(state, {one.case_id for one in known}),
            contests=_contests(context, conn, household_id),
            objection=_objection(context, household_id),
            looks=looks.looks_at(context, conn, household_id),
        )


def _names(
    context: RequestContext, conn: Connection, members: Iterable[MemberState]
) -> dict[UUID, str]:
    sealed: dict[UUID, Personal] = {one.person_id: one.private for one in members}
    open_ = context.services.keyring.reveal_many(sealed.values(), conn)
    found = {id_: open_[one.subject, one.sealed] for id_, one in sealed.items()}
    return {id_: ERASED if value is None else value.get("name", "") for id_, value in found.items()}


def _place(context: RequestContext, state: HouseholdState) -> str:
    return navigation.recorded_name(context, state.area, context.today)


def _moved_into(context: RequestContext, conn: Connection, state: HouseholdState) -> str:
    """Where the household that this one was merged into lives; nothing else of it."""
    if state.ended is None or state.ended.into is None:
        return ""
    home = file.home(conn, state.ended.into)
    return navigation.recorded_name(context, home.area, context.today) if home else ""


def _standings(context: RequestContext, state: HouseholdState) -> list[Standing]:
    ordered = sorted(state.classes.items(), key=lambda one: (one[0] != "national", one[0]))
    return [_standing(context, scope, one) for scope, one in ordered]


def _standing(context: RequestContext, scope: str, one: Classification) -> Standing:
    language = in_language()
    try:
        standard = context.services.application.standards.edition(one.standard, one.standard_digest)
    except Refusal:
        standard = None
    paper = one.document
    return Standing(
        national=scope == "national",
        standard=standard.title.in_language(language) if standard else one.standard,
        class_=code(codes.CLASSES, one.class_, language),
        class_code=one.class_,
        since=one.since,
        number=paper.number if paper else "",
        signed_on=paper.signed_on if paper else None,
        reasons=sentences(standard, one.reasons, language) if standard else one.reasons,
    )


def _deprived(found: Iterable[str], on: date) -> list[str]:
    names = deprivations.indicator_names(on, in_language())
    return [names.get(one, one) for one in found]


def _benefits(
    context: RequestContext,
    state: HouseholdState,
    rows: list[ProgrammeRow],
) -> list[ShownBenefit]:
    """The benefits that the household qualifies for today, by its own events."""
    if state.ended is not None:
        return []
    application, directory, today = (
        context.services.application, context.services.areas(), context.today,
    )  # fmt: skip
    household = application.households.load(state.household_id)
    found = []
    for row in rows:
        if row.valid_from > today or (row.last_day is not None and row.last_day < today):
            continue
        if row.area and not directory.lies_in(row.area, state.area, today):
            continue
        for one in row.benefits(today):
            try:
                why = basis(household, one, today, directory)
            except DoesNotQualify:
                continue
            rate = row.rate(one.code, today)
            found.append(
                ShownBenefit(
                    title=_title(one),
                    why=words.WHY[why.by],
                    rate=words.rate(rate),
                    source=(rate.source if rate and rate.source else one.source),
                    seen=one.certainty == "seen" and (rate is None or rate.certainty == "seen"),
                    granted=_is_granted(state, row.code, one, today),
                )
            )
    return sorted(found, key=lambda one: one.title)


def _is_granted(state: HouseholdState, programme: str, wanted: Benefit, on: date) -> bool:
    """Whether the record has a support of the benefit for the day, by a case or without one."""
    period = period_of(wanted, on)
    return any(
        (one.programme, one.benefit) == (programme, wanted.code)
        and (period.once or one.period_from <= on <= one.period_until)
        for one in state.support
    )


def _title(one: Any) -> str:
    english = one.title_en if in_language() == "en" else ""
    return str(english or one.title)


def _titles(rows: list[ProgrammeRow]) -> dict[tuple[str, str], str]:
    return {
        (row.code, one.benefit.code): _title(one.benefit)
        for row in rows
        for one in sorted(row.body.benefits, key=lambda defined: defined.since)
    }


def _newest_first(known: list[CaseRow]) -> list[CaseRow]:
    return sorted(known, key=lambda one: one.period_from, reverse=True)


def _case(
    one: CaseRow, rows: list[ProgrammeRow], names: dict[UUID, str], *, withdrawn: bool
) -> ShownCase:
    last = {step.what: step for step in one.steps}
    denied, delivered = last.get("receipt_denied"), last.get("delivered")
    confirmed = last.get("confirmed")
    since = denied.version if denied else 0
    came = delivered if delivered and delivered.version > since else None
    said = confirmed if confirmed and confirmed.version > since else None
    granted = next((last[what] for what in GRANTED if what in last), None)
    promised = last.get("approved") or granted
    open_ = one.status in ("granted", "closed") and granted is not None and not withdrawn
    waits = denied is not None and came is None and said is None
    return ShownCase(
        case_id=one.case_id,
        title=_titles(rows).get((one.programme, one.benefit), one.benefit),
        person=names.get(one.person_id, "") if one.person_id else "",
        period=words.period(one.period_from, one.period_until),
        amount=words.money(one.amount) or (f"{one.quantity} {one.unit}" if one.quantity else ""),
        status=words.WITHDRAWN if withdrawn else words.CASE_STATES[one.status],
        promised_on=promised.effective_on if promised else None,
        paid=words.money(one.disbursed) if one.disbursed else "",
        delivered_on=came.effective_on if came else None,
        confirmed_on=said.effective_on if said else None,
        denied_on=denied.effective_on if denied is not None and waits else None,
        may_confirm=open_ and one.status == "granted" and came is not None and said is None,
        may_deny=open_ and not waits,
    )


def _supports(state: HouseholdState, known: set[UUID]) -> list[tuple[str, str, str]]:
    """Support on record without a case: title, period, amount or goods."""
    return [
        (
            benefit(one.programme, one.benefit, in_language()),
            words.period(one.period_from, one.period_until),
            words.money(one.amount) or f"{one.quantity or ''} {one.unit}".strip(),
        )
        for one in sorted(state.support, key=lambda one: one.period_from, reverse=True)
        if one.support_id not in known
    ]


def _contests(
    context: RequestContext, conn: Connection, household_id: UUID
) -> list[tuple[contests.ContestRow, contests.ContestTexts]]:
    rows = contests.of_household(conn, household_id)
    keyring = context.services.keyring
    said = contests.texts(conn, keyring, household_id, [one.contest_id for one in rows])
    return [(one, said[one.contest_id]) for one in rows]


def _objection(context: RequestContext, household_id: UUID) -> Objection | None:
    """The posted result, or the notice of a lost class, that can still be contested today."""
    application = context.services.application
    services = application.own_views.services()
    round_id = services.claims.holder(reviewed_key(household_id))
    if round_id is None:
        return None
    reviewed = application.rounds.load(round_id).households.get(household_id)
    if reviewed is None or reviewed.posted_on is None or reviewed.result is None:
        return None
    until = _last_day(reviewed)
    if until is not None and until < context.today:
        return None
    proposed = reviewed.result.proposed
    return Objection(proposed[0].class_ if proposed else "", until)


def _last_day(reviewed: ReviewedHousehold) -> date | None:
    days = [last for _, last in reviewed.notices.values()]
    if reviewed.until is not None:
        days.append(reviewed.until)
    return max(days, default=None)
