"""The pages of review rounds: the list, how far one is, its households, the steps of one."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext
from marshmallow import fields, validate

from projections.duplicates.waiting_pairs import waiting_pairs
from projections.households import check_codes, signed_decisions
from projections.reviews import households as reviewed
from projections.reviews import rounds as asked
from projections.reviews.rounds import RoundRow
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_listed, note_read
from service.http import cursors
from service.http.cursors import Cursor
from service.problems import NoSuchThing
from service.reviews import next_step, steps_taken, words, worklist
from service.reviews.deadlines import is_consulted, last_day, round_ends, track_of
from service.reviews.permissions import May
from service.reviews.places import (
    kept_villages,
    of_household,
    of_round,
    own,
    round_shown,
    units_of_rounds,
)
from service.ui import charts, forms, navigation, paging, render
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("rounds", __name__)

ROUNDS, HOUSEHOLDS = "rounds pages", "round households pages"

READ = Rule(May.READ_ROUNDS, of_round)


class RoundsQuery(forms.QueryForm):
    """Where the list goes on."""

    after = Cursor(ROUNDS)


class HouseholdsQuery(forms.QueryForm):
    """Which households of a round."""

    step = fields.String(load_default="", validate=validate.OneOf(["", *words.STEPS]))
    village = fields.String(load_default="", validate=validate.Length(max=200))
    change = fields.String(load_default="", validate=validate.OneOf(["", *words.CHANGES]))
    after = Cursor(HOUSEHOLDS)


@pages.get("/ra-soat", rule=Rule(May.READ_ROUNDS, own), query=RoundsQuery)
def rounds(context: RequestContext) -> str:
    """The rounds in the areas of the account, the latest first."""
    came = context.query["after"]
    units: set[str] | None = set()
    for area in {held.area for held in context.roles}:
        within = units_of_rounds(context, area)
        units = None if within is None or units is None else units | within
    with context.services.reading() as conn:
        found = asked.rounds(conn, units=units, after=paging.place_of(came), limit=paging.PAGE + 1)
        steps = asked.recorded_steps(conn, [row.round_id for row in found])
    page = paging.page(ROUNDS, found, came, lambda row: [row.year, row.opened_on, row.round_id])
    return render.render(
        "reviews/rounds.html",
        title=gettext("Đợt rà soát"),
        page=page,
        steps_of=steps,
        named=_named,
        ends=round_ends,
        today=context.today,
        may_open=navigation.may(May.CONDUCT.value),
        **words.words(),
    )


@pages.get("/ra-soat/<uuid:round_id>", rule=READ)
def round_page(context: RequestContext, round_id: UUID) -> str:
    """How far a round is, by village and step, and what can be done in it."""
    row = round_shown(context, round_id)
    board = worklist.board_of(context, [row])
    villages = board.villages[round_id]
    kept = kept_villages(context)
    if kept is not None:
        villages = [one for one in villages if worklist.is_kept(context.role, one.name)]
    with context.services.reading() as conn:
        decisions = asked.decisions(conn, [round_id])
        more: dict[str, Any] = {
            "requests": asked.requests(conn, [round_id]),
            "grievances": asked.grievances(conn, [round_id]),
            "decisions": decisions,
            "changes_made": [] if kept else reviewed.changes(conn, round_id),
        }
    if kept is not None:
        more |= {"requests": [], "grievances": []}
    present = [code for code in words.STEPS if any(one.number(code) for one in villages)]
    names = {code: words.STEPS[code] for code in present}
    return render.render(
        "reviews/round.html",
        **_head(context, row),
        villages=villages,
        names=names,
        chart=charts.stacks(
            [one.name for one in villages],
            [{code: one.number(code) for code in present} for one in villages],
            {code: str(name) for code, name in names.items()},
        ),
        consultations=board.consultations[round_id],
        signatures=board.signatures[round_id],
        consulted=is_consulted(row),
        following=next_step.next_steps(_now(context, board, row, villages, decisions)),
        who=next_step.who,
        ready=board.number(row, "ready"),
        paper_of=lambda one: _paper_of(context, row, one),
        office=lambda code: words.office(row, code),
        last_day=last_day,
        next_act=lambda one: _next_act(row, one),
        kept=kept,
        **more,
        **{**words.words(), "decision_kinds": words.decisions_of(row.track)},
    )


@pages.get("/ra-soat/<uuid:round_id>/ho", rule=READ, query=HouseholdsQuery)
def round_households(context: RequestContext, round_id: UUID) -> str:
    """The households of a round in the order of the list, by step, village and change."""
    row, query = round_shown(context, round_id), context.query
    start = query["after"][0] if query["after"] else 0
    with context.services.reading() as conn:
        counts = asked.progress(conn, [round_id], on=context.today)
        counts = [one for one in counts if worklist.is_kept(context.role, one.village)]
        villages = list(dict.fromkeys(one.village for one in counts))
        wanted = [query["village"]] if query["village"] in villages else villages
        found = reviewed.households(
            conn,
            context.services.keyring,
            [round_id],
            on=context.today,
            steps=[query["step"]] if query["step"] else (),
            villages=wanted,
            change=query["change"],
            offset=start,
            limit=paging.PAGE + 1,
        )
    total = sum(
        one.households
        for one in counts
        if one.village in wanted and query["step"] in ("", one.step)
    )
    page = paging.Page(
        found[: paging.PAGE],
        start,
        next=cursors.sealed(
            HOUSEHOLDS, [start + paging.PAGE] if len(found) > paging.PAGE else None
        ),
        previous=cursors.sealed(HOUSEHOLDS, [start - paging.PAGE] if start else None),
        total=None if query["change"] else total,
    )
    note_listed(context, page.rows)
    address = {name: query[name] for name in ("step", "village", "change") if query[name]}
    return render.render(
        "reviews/round_households.html",
        **_head(context, row, gettext("Hộ trong đợt")),
        page=page,
        query=query,
        address={"round_id": round_id, **address},
        villages=[(one, one) for one in villages],
        **words.words(),
    )


@pages.get(
    "/ra-soat/<uuid:round_id>/ho/<uuid:household_id>", rule=Rule(May.READ_ROUNDS, of_household)
)
def household_steps(context: RequestContext, round_id: UUID, household_id: UUID) -> str:
    """The steps of one household in a round: what, when, by whom, on which paper."""
    row = round_shown(context, round_id)
    note_read(context, household_id, context.area, "history")
    with context.services.reading() as conn:
        found = reviewed.households(
            conn,
            context.services.keyring,
            [round_id],
            on=context.today,
            only=[household_id],
        )
        taken = steps_taken.of_household(context, conn, round_id, household_id)
    if not found and not taken:
        raise NoSuchThing
    one = found[0] if found else None
    head = one.head if one else ""
    return render.render(
        "reviews/household_steps.html",
        **_head(context, row, head or gettext("Các bước của hộ")),
        one=one,
        household_id=household_id,
        taken=taken,
        **words.words(),
    )


def _now(
    context: RequestContext,
    board: worklist.Board,
    row: RoundRow,
    villages: list[worklist.Village],
    decisions: list[asked.DecisionRow],
) -> next_step.RoundNow:
    """The round as the next steps are worked out from it."""
    kept, pairs, gone = kept_villages(context) is not None, 0, 0
    if not kept and row.closed_on is None:
        units = context.services.areas().units_within(row.area, context.today)
        with context.services.reading() as conn:
            waiting = waiting_pairs(conn, units=units, rounds=[row.round_id])
            gone = reviewed.number_gone(conn, row.round_id, units or ())
        pairs = sum(one.held for one in waiting)
    return next_step.RoundNow(context, board, row, villages, decisions, pairs, gone, kept)


def _paper_of(context: RequestContext, row: RoundRow, one: asked.DecisionRow) -> str:
    """The address of a decision as a paper; "" while the read models do not have it yet."""
    key = check_codes.decision_key(context.services.keyring, row.area, one.number, one.signed_on)
    with context.services.reading() as conn:
        if signed_decisions.by_check_key(conn, key) is None:
            return ""
    return url_for("decision_pages.printed", decision_code=check_codes.written(key))


def _next_act(row: RoundRow, one: asked.RequestRow) -> tuple[str, str]:
    """The address of the act that a request waits for, and what it is called."""
    track = track_of(row, one.kind)
    if one.outcome == "not_poor":
        act, label = "refusal", gettext("Trả lời không công nhận")
    elif one.outcome or track is None or not track.screening.used:
        act, label = "request_listing", gettext("Đưa vào danh sách cần rà soát")
    else:
        act, label = "screening", gettext("Nhận dạng nhanh, trả lời")
    address = url_for(f"round_acts.show_{act}", round_id=row.round_id, request=one.request_id)
    return address, label


def _named(row: RoundRow) -> dict[str, str]:
    """The name of a round and its commune."""
    return {
        "title": words.round_title(row.track, row.year, row.month),
        "commune": navigation.unit_name(row.area),
    }


def _head(context: RequestContext, row: RoundRow, here: str = "") -> dict[str, Any]:
    """What every page of a round begins with."""
    title = words.round_title(row.track, row.year, row.month)
    address = url_for("rounds.round_page", round_id=row.round_id)
    crumbs = [(gettext("Đợt rà soát"), url_for("rounds.rounds"))]
    crumbs += [(title, address), (here, "")] if here else [(title, "")]
    return {
        "title": here or title,
        "round": row,
        "round_title": title,
        "commune": navigation.unit_name(row.area),
        "crumbs": crumbs,
        "today": context.today,
        "ends": round_ends(row),
    }
