"""The pages of a village meeting: one form for all households of a village.

On a track without meetings the same page takes the results of the surveys. Each vote is typed, but
for one button that says, as the minutes do, that the whole meeting agreed to each household left
open. The event has no field for that: the votes are then as many as attended, and papers and pages
say "the whole meeting" and no count.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.errors import Refusal
from domain.households.decisions import ClassInput, check_against_standard, figures_surveyed
from domain.reviews.load import published
from domain.reviews.meetings import (
    DetermineResults,
    HoldMeeting,
    OverriddenClass,
    ResultInput,
)
from domain.reviews.new_round import RESULT
from domain.reviews.round import Round
from domain.reviews.steps import LOW_INCOME, RoundProcedure
from projections.reviews import households as reviewed
from projections.reviews import rounds as asked_of_rounds
from projections.reviews.households import ReviewedRow
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_listed
from service.http.commands import Circumstances, context_of, wait_until_visible
from service.problems import FieldsRefused, RequestError, status_of
from service.reviews import words
from service.reviews.act_pages import SHOWN_BY
from service.reviews.deadlines import has_meeting
from service.reviews.permissions import May
from service.reviews.places import of_round
from service.reviews.round_forms import asked, paper, round_of, when
from service.ui import form_errors, navigation
from service.ui.forms import BoundForm, Choice, Field, Form, whole
from service.ui.i18n import in_language
from service.ui.labels import CLASSES
from service.ui.page_routes import PageBlueprint, answered_before
from service.ui.render import refusal_text, render

pages = PageBlueprint("round_meetings", __name__)

MOST = 500
RUN = Rule(May.CONDUCT, of_round)
CLASSES_OF_STANDARD = ("poor", "near_poor", "average", "not_poor")
BESIDE = {
    "attendance_missing": "attendance",
    "votes_above_attendance": "attendance",
    "meeting_chair_wrong": "chaired_by",
    "meeting_before_survey": "effective_on",
    "round_day_in_future": "effective_on",
    "step_too_early": "effective_on",
}


class MeetingBody(Circumstances):
    """A meeting, without its votes."""

    village = fields.String(required=True, validate=validate.Length(1, 200))
    attendance = fields.Integer(required=True, validate=validate.Range(1, 100_000))
    chaired_by = fields.String(required=True, validate=validate.Length(max=60))


class ResultsBody(Circumstances):
    """Results of surveys, without a meeting."""

    village = fields.String(required=True, validate=validate.Length(1, 200))


@dataclass(frozen=True, slots=True)
class Voted:
    """A household to vote on: its row, the class that each list computes, or why it has none."""

    row: ReviewedRow
    computed: tuple[tuple[str, str], ...]
    why_not: str = ""


def _meeting_fields(context: RequestContext) -> tuple[Field, ...]:
    step = RoundProcedure(_round(context), published()).step("meeting")
    actors = RoundProcedure(_round(context), published()).version.actors
    chairs = tuple(
        Choice(one, actors[one].in_language(in_language()))
        for one in step.chaired_by or step.actors
    )
    return (
        Field("village", "", "hidden", initial=asked("village")),
        when(context, _("Ngày họp dân")),
        Field("attendance", _("Số người dự họp"), "whole", required=True),
        Field("chaired_by", _("Người chủ trì"), "choice", required=True, choices=chairs,
              asked=len(chairs) > 1, initial=chairs[0].value if chairs else ""),
        *paper(label=_("Số biên bản họp dân")),
    )  # fmt: skip


def _results_fields(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("village", "", "hidden", initial=asked("village")),
        when(context, _("Ngày xác định kết quả")),
        *paper(),
    )


MEETING, RESULTS = Form(MeetingBody, _meeting_fields), Form(ResultsBody, _results_fields)


def _round(context: RequestContext) -> Round:
    """The round as its events have it, read once."""
    if "meeting_round" not in g:
        round_id = (request.view_args or {})["round_id"]
        g.meeting_round = context.services.application.rounds.load(round_id)
    found: Round = g.meeting_round
    return found


@pages.get("/ra-soat/<uuid:round_id>/hop-dan", rule=RUN)
def show_meeting(context: RequestContext, round_id: UUID) -> Any:
    """The form of a village; without one, the villages that can meet."""
    if round_of(context).track == LOW_INCOME:
        return redirect(
            url_for("round_workers.show_results", round_id=round_id, village=asked("village"))
        )
    if not asked("village"):
        return _villages(context, round_id)
    form = MEETING if has_meeting(round_of(context)) else RESULTS
    return _page(context, round_id, form.bound(context))


@pages.post("/ra-soat/<uuid:round_id>/hop-dan", rule=RUN, gives_back=True)
def send_meeting(context: RequestContext, round_id: UUID) -> Any:
    """Records the meeting, with a vote for each household that has one."""
    meets = has_meeting(round_of(context))
    form = MEETING if meets else RESULTS
    filled = form.bound(context, request.form)
    if g.typed.given_back:
        return _page(context, round_id, filled)
    before = answered_before(context, url_for("rounds.round_page", round_id=round_id))
    if before is not None:
        return before
    try:
        context.body = form.read(context, request.form)
        voted = _to_vote(context, round_id, context.body["village"])
        results = _results(voted, context.body.get("attendance"), meets=meets)
        body = context.body
        command: Any = (
            HoldMeeting(round_id, body["village"], body["attendance"], body["chaired_by"], results)
            if meets
            else DetermineResults(round_id, results)
        )
        outcome = context.services.application.run(command, context_of(context))
    except (Refusal, RequestError) as refused:
        form_errors.note(refused, form_errors.ByCode(BESIDE))
        page = _page(context, round_id, filled)
        return make_response(page, max(status_of(refused.code), 400))
    wait_until_visible(context, outcome.seq, SHOWN_BY)
    flash(_("Đã ghi kết quả của %(n)s hộ, %(village)s.", n=len(results), village=body["village"]))
    return redirect(url_for("rounds.round_page", round_id=round_id), 303)


def _results(voted: list[Voted], attendance: int | None, *, meets: bool) -> tuple[ResultInput, ...]:
    """The results that were typed. Raises FieldsRefused beside what cannot be read."""
    everyone = request.form.get("all") == "yes"
    wrong, found = [], []
    for one in voted:
        id_ = str(one.row.household_id)
        typed = whole(request.form.get(f"votes.{id_}", "").strip())
        if typed == "" and everyone:
            typed = attendance or 0
        if meets and typed == "":
            continue
        if meets and not isinstance(typed, int):
            message = "Not a valid integer."
            wrong.append({"field": f"form.votes.{id_}", "code": "invalid", "message": message})
            continue
        overrides = _overrides(id_, one, wrong)
        survey = one.row.survey_id
        if survey is not None:
            votes = typed if isinstance(typed, int) else 0
            found.append(ResultInput(one.row.household_id, survey, votes, overrides))
    if not wrong and not found:
        first = f"form.votes.{voted[0].row.household_id}" if voted else "form.attendance"
        message = "Missing data for required field."
        wrong.append({"field": first, "code": "required", "message": message})
    if wrong:
        raise FieldsRefused(wrong)
    return tuple(found)


def _overrides(id_: str, one: Voted, wrong: list[dict[str, str]]) -> tuple[OverriddenClass, ...]:
    why = request.form.get(f"why.{id_}", "").strip()
    chosen = {
        code: class_
        for code, _computed in one.computed
        if (class_ := request.form.get(class_field(id_, code), "").strip())
    }
    if not chosen:
        return ()
    if not why:
        message = "Missing data for required field."
        wrong.append({"field": f"form.why.{id_}", "code": "required", "message": message})
    return tuple(OverriddenClass(code, class_, why) for code, class_ in chosen.items())


def class_field(household: str, list_code: str) -> str:
    """The input of a class of a household that is not the one computed, on a list of the round."""
    return f"class.{household}" + ("" if list_code == RESULT else f".{list_code}")


def _to_vote(context: RequestContext, round_id: UUID, village: str) -> list[Voted]:
    """The households of a village that have a survey which no meeting has voted on."""
    with context.services.reading() as conn:
        rows = reviewed.households(
            conn,
            context.services.keyring,
            [round_id],
            on=context.today,
            steps=("surveyed", "grievance"),
            villages=[village],
            limit=MOST,
        )
    rows = [one for one in rows if one.survey_id is not None]
    found = context.services.application.households.load_many(one.household_id for one in rows)
    round_ = _round(context)
    voted = []
    for row in rows:
        household = found.get(row.household_id)
        survey = household.surveys.get(row.survey_id) if household and row.survey_id else None
        reviewed_one = round_.households.get(row.household_id)
        if survey is None or reviewed_one is None or row.survey_id in reviewed_one.surveys:
            continue
        voted.append(_voted(context, round_, row, survey))
    return voted


def _voted(context: RequestContext, round_: Round, row: ReviewedRow, survey: Any) -> Voted:
    computed, why_not = [], ""
    for code, one in round_.lists.items():
        standard = context.services.application.standards.edition(one.standard, one.standard_digest)
        try:
            checked = check_against_standard(
                standard, ClassInput(survey_id=row.survey_id), figures_surveyed(survey)
            )
            computed.append((code, checked.class_))
        except Refusal as refused:
            computed.append((code, ""))
            why_not = refusal_text(refused.code, {})
    return Voted(row, tuple(computed), why_not)


def _villages(context: RequestContext, round_id: UUID) -> str:
    row = round_of(context)
    with context.services.reading() as conn:
        counts = asked_of_rounds.progress(conn, [round_id], on=context.today)
        complained = asked_of_rounds.grievances(conn, [round_id], waiting=True)
    waiting: dict[str, int] = {}
    missing: dict[str, int] = {}
    for one in counts:
        if one.step == "surveyed":
            waiting[one.village] = one.households
        elif one.step in ("listed", "sent_back"):
            missing[one.village] = missing.get(one.village, 0) + one.households
    for each in complained:
        if each.surveyed and not each.voted:
            waiting[each.village] = waiting.get(each.village, 0) + 1
    return render(
        "reviews/villages_to_meet.html", **_head(row), round=row, waiting=waiting.items(),
        missing=missing,
    )  # fmt: skip


def _head(row: Any) -> dict[str, Any]:
    title = words.round_title(row.track, row.year, row.month)
    own = _("Họp dân") if has_meeting(row) else _("Xác định kết quả")
    back = url_for("rounds.round_page", round_id=row.round_id)
    return {
        "title": own,
        "round_title": title,
        "commune": navigation.unit_name(row.area),
        "back": back,
        "meets": has_meeting(row),
        "crumbs": [(_("Đợt rà soát"), url_for("rounds.rounds")), (title, back), (own, "")],
    }


def _page(context: RequestContext, round_id: UUID, filled: BoundForm) -> str:
    row, village = round_of(context), asked("village")
    voted = _to_vote(context, round_id, village)
    if voted:
        note_listed(context, [one.row for one in voted])
    return render(
        "reviews/meeting.html",
        **_head(row),
        round=row,
        village=village,
        filled=filled,
        voted=voted,
        several_lists=len(row.lists) > 1,
        lists=words.LISTS,
        class_field=class_field,
        classes=[(code, name) for code, name in CLASSES.items() if code in CLASSES_OF_STANDARD],
    )
