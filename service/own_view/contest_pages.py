"""The officers' pages of contests: those of an area, and one with the form that answers it."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.commands.command import Outcome
from domain.own_view.codes import CONTEST_OUTCOMES
from domain.own_view.contests import AnswerContest
from domain.text import NOTE
from projections.own_view import contests
from projections.own_view.contests import ContestRow, ContestTexts
from service.access import authorization
from service.access.authorization import RequestArea, RequestContext, Rule
from service.access.named_households import named_within_reach
from service.access.read_log import note_listed, note_read
from service.http.commands import context_of, wait_until_visible
from service.http.cursors import Cursor
from service.http.parsing import UNIT, Text
from service.own_view import words
from service.own_view.permissions import May
from service.problems import NoSuchThing
from service.ui import forms, navigation, paging
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

PLACES = "contests pages"
SHOWN_BY = ("contests",)

pages = PageBlueprint("contest_pages", __name__)


def place(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area asked for, or that of the first role."""
    area = context.query.get("area")
    if area:
        return RequestArea(context.services.areas().resolved(area, context.today))
    return RequestArea(navigation.standing_unit(context, context.roles[0].area, context.today)[0])


LIST = Rule(May.READ_CONTESTS, place)
READ = Rule(May.READ_CONTESTS, authorization.household)
ANSWER = Rule(May.ANSWER_CONTESTS, authorization.household)


class ContestsQuery(forms.QueryForm):
    """The area, those that wait or all, and the place where the list goes on."""

    area = fields.String(load_default=None, validate=validate.Regexp(f"^{UNIT}$"))
    state = fields.String(load_default="waiting", validate=validate.OneOf(list(words.STATES)))
    after = Cursor(PLACES)


class AnswerBody(forms.QueryForm):
    """What comes of a contest, and what the household is told."""

    outcome = fields.String(required=True, validate=validate.OneOf(list(CONTEST_OUTCOMES)))
    text = Text(NOTE, required=True, least=1)


def _answering(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("outcome", _("Kết quả xem xét"), "radio", required=True,
              choices=tuple(Choice(code, word) for code, word in words.OUTCOMES.items())),
        Field("text", _("Câu trả lời cho hộ"), "area", required=True, most=NOTE, rows=5,
              help=_("Hộ xem câu này ở trang Hộ của tôi. Hãy viết ngắn, dùng từ dễ hiểu.")),
    )  # fmt: skip


ANSWERING = Form(AnswerBody, _answering)


@pages.get("/y-kien-cua-ho", rule=LIST, query=ContestsQuery)
def contest_list(context: RequestContext) -> str:
    """The contests of an area, those that wait first come first."""
    query, came = context.query, context.query["after"]
    mark = paging.place_of(came)
    found = listed(
        context,
        waiting=query["state"] == "waiting",
        after=(date.fromisoformat(str(mark[0])), UUID(str(mark[1]))) if mark else None,
        limit=paging.PAGE + 1,
    )
    unit, day = navigation.standing_unit(context, context.area, context.today)
    page = paging.page(
        PLACES, found, came, lambda one: [one.lodged_on.isoformat(), str(one.contest_id)]
    )
    with context.services.reading() as conn:
        households = named_within_reach(context, conn, {one.household_id for one in page.rows})
    return render(
        "own_view/contests.html",
        title=_("Ý kiến của hộ"),
        area_name=navigation.area_name(context, unit, day),
        page=page,
        households=households,
        state=query["state"],
        today=context.today,
        said=words,
        kept={"area": context.area or None, "state": query["state"]},
    )


def listed(
    context: RequestContext,
    *,
    waiting: bool,
    after: tuple[date, UUID] | None,
    limit: int,
) -> list[ContestRow]:
    """Contests of an area, the last of `limit` only to say that there are more; with the line in
    the read log."""
    units = context.services.areas().units_within(context.area, context.today)
    with context.services.reading() as conn:
        found = contests.contests(conn, areas=units, waiting=waiting, after=after, limit=limit)
    note_listed(context, found[: limit - 1])
    return found


def one_of(
    context: RequestContext, household_id: UUID, contest_id: UUID
) -> tuple[ContestRow, ContestTexts]:
    """A contest with its texts, with its line in the read log. Raises NoSuchThing."""
    with context.services.reading() as conn:
        rows = contests.of_household(conn, household_id)
        said = contests.texts(conn, context.services.keyring, household_id, [contest_id])
    found = next((one for one in rows if one.contest_id == contest_id), None)
    if found is None:
        raise NoSuchThing
    note_read(context, household_id, context.area, "file")
    return found, said[contest_id]


@pages.get("/y-kien-cua-ho/<uuid:household_id>/<uuid:contest_id>", rule=READ)
def contest_page(context: RequestContext, household_id: UUID, contest_id: UUID) -> str:
    """One contest, with the form that answers it where it waits for this office."""
    found, said = one_of(context, household_id, contest_id)
    waits = found.answered_on is None and found.round_id is None
    return render(
        "own_view/contest_answer.html",
        title=words.SUBJECTS[found.about],
        crumbs=[
            (_("Ý kiến của hộ"), url_for("contest_pages.contest_list")),
            (words.SUBJECTS[found.about], ""),
        ],
        one=found,
        texts=said,
        words_=words,
        today=context.today,
        filled=ANSWERING.bound(context),
        may_answer=waits and navigation.may_in(May.ANSWER_CONTESTS.value, context, found.area),
    )


@pages.post(
    "/y-kien-cua-ho/<uuid:household_id>/<uuid:contest_id>",
    rule=ANSWER,
    form=ANSWERING,
    again=contest_page,
)
def answer_contest(context: RequestContext, household_id: UUID, contest_id: UUID) -> Any:
    """Answers a contest."""
    outcome = answer(context, household_id, contest_id)
    wait_until_visible(context, outcome.seq, SHOWN_BY)
    flash(_("Đã trả lời. Hộ xem câu trả lời ở trang Hộ của tôi."))
    return redirect(url_for("contest_pages.contest_list"), 303)


def answer(context: RequestContext, household_id: UUID, contest_id: UUID) -> Outcome:
    """Answers a contest, for the API and the page."""
    body = context.body
    command = AnswerContest(household_id, contest_id, body["outcome"], body["text"])
    return context.services.application.run(command, context_of(context))
