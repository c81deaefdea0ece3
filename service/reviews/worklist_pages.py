"""The first page of an account that works: what waits, and for a surveyor the houses to go to."""

from typing import Any

from flask_babel import gettext
from marshmallow import fields, validate

from domain.areas.codes import COUNTRY
from projections.reviews import households as reviewed
from projections.reviews import rounds as asked
from projections.reviews.households import ReviewedRow
from service.access.authentication import HeldRole
from service.access.authorization import RequestContext, Rule
from service.access.permissions import PROVINCE_OFFICER, SURVEYOR
from service.access.read_log import note_listed
from service.http import cursors
from service.http.cursors import Cursor
from service.reviews import words, worklist
from service.reviews.deadlines import round_ends
from service.reviews.permissions import May
from service.reviews.places import own
from service.ui import forms, navigation, offline, paging, recorded_survey, render
from service.ui.page_routes import PageBlueprint

pages = PageBlueprint("worklist_pages", __name__)

PLACES, HOUSES = "worklist pages", "houses to survey"
TO_SURVEY, DONE = "left", "done"
TO_SURVEY_STEPS = ("listed", "sent_back")


class WorklistQuery(forms.QueryForm):
    """Where the two lists go on, and for a surveyor which houses."""

    after = Cursor(PLACES)
    houses_after = Cursor(HOUSES)
    houses = fields.String(load_default=TO_SURVEY, validate=validate.OneOf((TO_SURVEY, DONE)))


@pages.get("/viec-can-lam", rule=Rule(May.READ_WORKLIST, own), query=WorklistQuery)
def worklist_page(context: RequestContext) -> str:
    """The worklist, with the houses of a surveyor and the rounds of a province."""
    start = context.query["after"][0] if context.query["after"] else 0
    every = worklist.items(context)
    rows = every[start : start + paging.PAGE + 1]
    page = paging.Page(
        rows[: paging.PAGE],
        start,
        next=cursors.sealed(PLACES, [start + paging.PAGE] if len(rows) > paging.PAGE else None),
        previous=cursors.sealed(PLACES, [start - paging.PAGE] if start else None),
        total=len(every),
    )
    offline.keep_page(context)
    surveyor = next((one for one in context.roles if one.role == SURVEYOR), None)
    province = next((one for one in context.roles if one.role == PROVINCE_OFFICER), None)
    houses = _houses(context, surveyor) if surveyor else None
    return render.render(
        "reviews/worklist.html",
        title=gettext("Việc cần làm"),
        today=context.today,
        page=page,
        overdue=sum(one.overdue for one in every),
        blocked=sum(bool(one.blocked_by) for one in every),
        houses=houses,
        recorded=_recorded(context, houses) if houses else None,
        communes=_communes(context, province) if province else None,
        **words.words(),
    )


def _houses(context: RequestContext, held: HeldRole) -> dict[str, Any]:
    """The houses of a surveyor's villages in the order of the list: left to go to, or done."""
    rows = worklist.open_rounds(context, held)
    ids = [row.round_id for row in rows]
    wanted = context.query["houses"]
    start = context.query["houses_after"][0] if context.query["houses_after"] else 0
    with context.services.reading() as conn:
        counts = asked.progress(conn, ids, on=context.today)
        here = [one for one in counts if worklist.is_kept(held, one.village)]
        villages = sorted({one.village for one in here})
        found = reviewed.households(
            conn,
            context.services.keyring,
            ids,
            on=context.today,
            steps=("surveyed",) if wanted == DONE else TO_SURVEY_STEPS,
            villages=villages,
            offset=start,
            limit=paging.PAGE + 1,
        )
        more = len(found) > paging.PAGE
        found = found[: paging.PAGE]
        complained = [
            one.household_id
            for one in asked.grievances(conn, ids, waiting=True)
            if not one.surveyed and worklist.is_kept(held, one.village)
        ]
        if complained and wanted == TO_SURVEY and not start:
            again = reviewed.households(
                conn, context.services.keyring, ids, on=context.today, only=complained
            )
            found = [*again, *found]
    numbers = {
        TO_SURVEY: len(complained)
        + sum(one.households for one in here if one.step in TO_SURVEY_STEPS),
        DONE: sum(one.households for one in here if one.step == "surveyed"),
    }
    if found:
        note_listed(context, found)
    following = [start + paging.PAGE] if more else None
    return {
        "rows": found,
        "villages": villages,
        "rounds": {row.round_id: words.round_title(row.track, row.year, row.month) for row in rows},
        "numbers": numbers,
        "wanted": wanted,
        "start": start,
        "next": cursors.sealed(HOUSES, following),
        "any": bool(rows),
    }


def _recorded(context: RequestContext, houses: dict[str, Any]) -> dict[str, Any] | None:
    """The household that was surveyed a moment ago, and the next one in the order of the list;
    None where the page before was another one."""
    household_id = recorded_survey.take()
    if household_id is None:
        return None
    with context.services.reading() as conn:

        def households(**asked_for: Any) -> list[ReviewedRow]:
            return reviewed.households(
                conn, context.services.keyring, list(houses["rounds"]), on=context.today,
                villages=houses["villages"], **asked_for,
            )  # fmt: skip

        own = households(only=[household_id])
        following = households(steps=TO_SURVEY_STEPS, after=household_id, limit=1)
        following = following or households(steps=TO_SURVEY_STEPS, limit=1)
    if own or following:
        note_listed(context, [*own, *following])
    return {
        "household_id": household_id,
        "head": own[0].head if own else "",
        "next": following[0] if following else None,
    }


def _communes(context: RequestContext, held: HeldRole) -> list[dict[str, Any]]:
    """The open rounds of a province by commune, with their steps and last days."""
    rows = worklist.open_rounds(context, held)
    with context.services.reading() as conn:
        steps = asked.recorded_steps(conn, [row.round_id for row in rows])
    found = [
        {
            "row": row,
            "commune": navigation.unit_name(row.area) if row.area != COUNTRY else "",
            "title": words.round_title(row.track, row.year, row.month),
            "steps": steps[row.round_id],
            "ends": round_ends(row),
        }
        for row in rows
    ]
    return sorted(found, key=lambda one: navigation.place_key(one["commune"]))
