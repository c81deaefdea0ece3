"""The pages of a round of low-income workers: who asked, the outcomes, the list to sign.

The outcome for each worker is what the standard gives for the income of the survey; where the
ceiling or the income is not on record the page says so, and the officers' outcome is typed.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.commands.command import CommandContext, Document
from domain.errors import Refusal
from domain.households.codes import LOW_INCOME_OUTCOMES
from domain.households.events import Surveyed
from domain.households.low_income import RECOGNISED, Judgement
from domain.reviews.reviewed_worker import ReviewedWorker
from domain.reviews.round import Request, ReviewedHousehold, Round
from domain.reviews.steps import DECISION, REVERIFICATION, SURVEY, RoundProcedure
from domain.reviews.worker_decisions import SignWorkers, WorkerList, worker_list
from domain.reviews.workers import (
    DetermineWorkers,
    OutcomeInput,
    WorkersInput,
    judged,
    open_workers,
    standard_of,
)
from domain.standards.reasons import sentences
from projections.households.sentences import code
from service.access.authentication import check_sign_in
from service.access.authorization import RequestContext, Rule, own_name
from service.access.errors import PasswordOver, TooManyFailures, WrongPassword
from service.access.read_log import note_several
from service.http import cursors
from service.http.commands import Circumstances, context_of, wait_until_visible
from service.http.cursors import Cursor
from service.problems import FieldsRefused, RequestError, status_of
from service.reviews import words
from service.reviews.act_pages import SHOWN_BY
from service.reviews.permissions import May
from service.reviews.places import kept_villages, of_round
from service.reviews.round_forms import asked, paper, round_of, when
from service.reviews.worker_names import Worker, names_of
from service.ui import form_errors, forms, navigation, paging
from service.ui.forms import BoundForm, Field, Form
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint, answered_before
from service.ui.render import refusal_text, render

pages = PageBlueprint("round_workers", __name__)

WORKERS, TO_SIGN = "workers pages", "workers to sign pages"
MOST = 200
READ = Rule(May.READ_ROUNDS, of_round)
RUN = Rule(May.CONDUCT, of_round)
SIGN = Rule(May.SIGN, of_round)
BESIDE = {"round_day_in_future": "effective_on", "step_too_early": "effective_on"}
_SHOWN_BY = (*SHOWN_BY, "household_file", "timeline")


class WorkersQuery(forms.QueryForm):
    """Where the list goes on."""

    after = Cursor(WORKERS)


class ToSignQuery(forms.QueryForm):
    """Where the list goes on."""

    after = Cursor(TO_SIGN)


class OutcomesBody(Circumstances):
    """The outcomes of the households of a village, or of all."""

    village = fields.String(load_default="", validate=validate.Length(max=200))


class WorkerSigningBody(forms.QueryForm):
    """The number and the day of the decision, the digest of what was read, and the password."""

    signed_on = forms.TypedPastDay(required=True)
    number = fields.String(load_default="", validate=validate.Length(max=60))
    digest = fields.String(required=True, validate=validate.Length(max=64))
    present = fields.String(required=True, validate=validate.Length(max=1000))


@dataclass(frozen=True, slots=True)
class WorkerRequest:
    """One request of a worker with where it stands."""

    request: Request
    worker: Worker | None
    village: str
    listed: bool
    review: ReviewedWorker | None


@dataclass(frozen=True, slots=True)
class JudgedHousehold:
    """A household with a fresh survey, what the standard gives, and its workers who wait."""

    reviewed: ReviewedHousehold
    survey: Surveyed
    judgement: Judgement
    reasons: tuple[str, ...]
    workers: tuple[ReviewedWorker, ...]


def _round(context: RequestContext) -> Round:
    """The round as its events have it, read once; on another track it has no worker."""
    if "workers_round" not in g:
        round_id = (request.view_args or {})["round_id"]
        g.workers_round = context.services.application.rounds.load(round_id)
    found: Round = g.workers_round
    return found


def _procedure(context: RequestContext, round_: Round) -> RoundProcedure:
    return context.services.application.rounds.services().procedure(round_)


def _head(context: RequestContext, here: str) -> dict[str, Any]:
    row = round_of(context)
    title = words.round_title(row.track, row.year, row.month)
    back = url_for("rounds.round_page", round_id=row.round_id)
    return {
        "title": here,
        "round": row,
        "round_title": title,
        "commune": navigation.unit_name(row.area),
        "back": back,
        "outcomes": {one: code(LOW_INCOME_OUTCOMES, one, in_language()) for one in
                     LOW_INCOME_OUTCOMES},
        "crumbs": [(_("Đợt rà soát"), url_for("rounds.rounds")), (title, back), (here, "")],
    }  # fmt: skip


def _reaches(context: RequestContext, village: str) -> bool:
    """Whether the role of the request reaches a village."""
    kept = kept_villages(context)
    return kept is None or village.casefold() in {one.casefold() for one in kept}


# ---- who asked ----------------------------------------------------------------------------------


@pages.get("/ra-soat/<uuid:round_id>/nguoi-lao-dong", rule=READ, query=WorkersQuery)
def workers(context: RequestContext, round_id: UUID) -> str:
    """The persons who asked to be recognised, with their outcome and what they wait for."""
    round_ = _round(context)
    start = context.query["after"][0] if context.query["after"] else 0
    every = _asked(context, round_)
    shown = every[start : start + paging.PAGE]
    note_several(context, "list", len(shown))
    page = paging.Page(
        shown,
        start,
        next=cursors.sealed(
            WORKERS, [start + paging.PAGE] if start + paging.PAGE < len(every) else None
        ),
        previous=cursors.sealed(WORKERS, [start - paging.PAGE] if start else None),
        total=len(every),
    )
    return render(
        "reviews/workers.html",
        **_head(context, _("Người lao động đề nghị")),
        page=page,
        waits_for=lambda one: _waits_for(context, round_, one),
        recognised=RECOGNISED,
    )


def _asked(context: RequestContext, round_: Round) -> list[WorkerRequest]:
    requests = [one for one in round_.requests.values() if one.person_id is not None]
    names = names_of(context, [(one.household, one.person_id) for one in requests if one.person_id])
    homes = context.services.application.households.load_many({one.household for one in requests})
    found = []
    for one in requests:
        village = homes[one.household].village if one.household in homes else ""
        if not _reaches(context, village):
            continue
        reviewed = round_.households.get(one.household)
        review = reviewed.workers.get(one.request_id) if reviewed else None
        name = names.get(one.person_id) if one.person_id else None
        found.append(WorkerRequest(one, name, village, reviewed is not None, review))
    return sorted(found, key=lambda one: (one.village, one.request.received_on))


def _waits_for(context: RequestContext, round_: Round, one: WorkerRequest) -> str:
    """The step of the household that a worker waits for, in words."""
    reviewed = round_.households.get(one.request.household)
    if reviewed is None:
        return _("chờ đưa vào danh sách cần rà soát")
    step = _procedure(context, round_).next_step(reviewed)
    if step == DECISION and reviewed.until is not None and context.today <= reviewed.until:
        return _("đang niêm yết")
    return {
        SURVEY: _("chờ xác định thu nhập"),
        "posting": _("chờ niêm yết"),
        REVERIFICATION: _("đang phúc tra"),
        DECISION: _("chờ quyết định"),
    }.get(step, "")


# ---- the outcomes -------------------------------------------------------------------------------


def _outcome_fields(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("village", "", "hidden", initial=asked("village")),
        when(context, _("Ngày xác định kết quả")),
        *paper(label=_("Số biên bản")),
    )


OUTCOMES = Form(OutcomesBody, _outcome_fields)


@pages.get("/ra-soat/<uuid:round_id>/ghi-ket-qua", rule=RUN)
def show_results(context: RequestContext, round_id: UUID) -> Any:
    """The form of the outcomes for the workers of a village, or of all."""
    return _results_page(context, OUTCOMES.bound(context))


@pages.post("/ra-soat/<uuid:round_id>/ghi-ket-qua", rule=RUN, gives_back=True)
def send_results(context: RequestContext, round_id: UUID) -> Any:
    """Records the outcomes, those computed and those typed."""
    filled = OUTCOMES.bound(context, request.form)
    if g.typed.given_back:
        return _results_page(context, filled)
    before = answered_before(context, url_for("rounds.round_page", round_id=round_id))
    if before is not None:
        return before
    try:
        context.body = OUTCOMES.read(context, request.form)
        results = _typed_results(_to_judge(context))
        command = DetermineWorkers(round_id, results)
        outcome = context.services.application.run(command, context_of(context))
    except (Refusal, RequestError) as refused:
        form_errors.note(refused, form_errors.ByCode(BESIDE))
        page = _results_page(context, filled)
        return make_response(page, max(status_of(refused.code), 400))
    wait_until_visible(context, outcome.seq, SHOWN_BY)
    flash(_("Đã ghi kết quả của %(n)s hộ.", n=len(results)))
    return redirect(url_for("rounds.round_page", round_id=round_id), 303)


def _to_judge(context: RequestContext) -> list[JudgedHousehold]:
    """The households with a survey that no result rests on, and workers who wait."""
    round_, village = _round(context), asked("village").casefold()
    procedure = _procedure(context, round_)
    waiting = [
        one
        for one in round_.households.values()
        if procedure.next_step(one) in (SURVEY, REVERIFICATION)
        and open_workers(one)
        and (not village or one.village.casefold() == village)
    ]
    homes = context.services.application.households.load_many(one.household for one in waiting)
    standard = standard_of(round_, context.services.application.standards)
    found = []
    for one in sorted(waiting, key=lambda each: (each.village, each.household)):
        household = homes.get(one.household)
        fresh = [
            survey
            for survey in (household.surveys.values() if household else ())
            if survey.effective_on >= one.since and survey.survey_id not in one.surveys
        ]
        if household is None or not fresh:
            continue
        survey = max(fresh, key=lambda each: each.effective_on)
        judgement = judged(standard, household, survey)
        reasons = sentences(standard, judgement.reasons, in_language())
        found.append(JudgedHousehold(one, survey, judgement, reasons, tuple(open_workers(one))))
    return found[:MOST]


def _typed_results(households: list[JudgedHousehold]) -> tuple[WorkersInput, ...]:
    """The outcomes that were typed. Raises FieldsRefused beside what is missing.

    A household is left out where the standard cannot say and no outcome is typed for a worker.
    """
    wrong: list[dict[str, str]] = []
    found = []
    for one in households:
        given, open_ = [], False
        for worker in one.workers:
            id_ = str(worker.person_id)
            outcome, why = (
                request.form.get(f"{name}.{id_}", "").strip() for name in ("outcome", "why")
            )
            outcome = outcome if outcome in LOW_INCOME_OUTCOMES else ""
            open_ = open_ or not (outcome or one.judgement.outcome)
            if outcome and one.judgement.outcome not in ("", outcome) and not why:
                wrong.append(_missing(f"form.why.{id_}"))
            if outcome or why:
                given.append(OutcomeInput(worker.person_id, outcome, why))
        if not open_:
            inputs = WorkersInput(one.reviewed.household, one.survey.survey_id, tuple(given))
            found.append(inputs)
    if not wrong and not found:
        first = households[0].workers[0].person_id if households else None
        wrong.append(_missing(f"form.outcome.{first}" if first else "form.effective_on"))
    if wrong:
        raise FieldsRefused(wrong)
    return tuple(found)


def _missing(name: str) -> dict[str, str]:
    return {"field": name, "code": "required", "message": "Missing data for required field."}


def _results_page(context: RequestContext, filled: BoundForm) -> str:
    households = _to_judge(context)
    note_several(context, "list", len(households))
    pairs = [(one.reviewed.household, each.person_id) for one in households for each in one.workers]
    return render(
        "reviews/worker_results.html",
        **_head(context, _("Xác định kết quả")),
        filled=filled,
        households=households,
        names=names_of(context, pairs),
    )


# ---- the list to sign ---------------------------------------------------------------------------


@pages.get("/ra-soat/<uuid:round_id>/ky-nguoi-lao-dong", rule=READ, query=ToSignQuery)
def to_sign(context: RequestContext, round_id: UUID) -> str:
    """The list of workers who are to be recognised, as it would be signed today."""
    return _signing_page(context)


def _again(context: RequestContext, round_id: UUID) -> str:
    context.query = ToSignQuery().load({})
    return _signing_page(context)


@pages.post(
    "/ra-soat/<uuid:round_id>/ky-nguoi-lao-dong",
    rule=SIGN,
    form=Form(WorkerSigningBody),
    again=_again,
)
def sign(context: RequestContext, round_id: UUID) -> Any:
    """Signs the decision, after the password was typed again."""
    body = context.body
    before = answered_before(context, url_for("rounds.round_page", round_id=round_id))
    if before is not None:
        return before
    try:
        check_sign_in(context.services, request, own_name(context), body["present"] or "")
    except (WrongPassword, TooManyFailures, PasswordOver) as wrong:
        g.typed.errors["present"] = refusal_text(wrong.code, {})
        g.typed.refusal = _("Chưa ký: mật khẩu chưa đúng.")
        response = make_response(_again(context, round_id), status_of(wrong.code))
        response.headers.extend(wrong.headers or {})
        return response
    number, signed_on = body["number"].strip(), body["signed_on"]
    if not number:
        g.typed.errors["number"] = _("Chưa nhập số quyết định.")
        g.typed.refusal = _("Chưa ký: hãy nhập số quyết định.")
        return make_response(_again(context, round_id), 422)
    chosen, _now = _ready_list(context, signed_on)
    circumstances = CommandContext(
        effective_on=signed_on,
        actor=context.actor,
        command_id=context.needed_command_id,
        recorded_at=context.services.clock(),
        document=Document(number, signed_on, own_name(context)),
    )
    command = SignWorkers(round_id, body["digest"], chosen)
    try:
        outcome = context.services.application.run(command, circumstances)
    except (Refusal, RequestError) as refused:
        g.typed.errors["number"] = refusal_text(refused.code, {})
        g.typed.refusal = _("Chưa ký quyết định.")
        return make_response(_again(context, round_id), max(status_of(refused.code), 400))
    wait_until_visible(context, outcome.seq, _SHOWN_BY)
    flash(_("Đã ký quyết định công nhận người lao động có thu nhập thấp."))
    return redirect(url_for("rounds.round_page", round_id=round_id), 303)


def _ready_list(context: RequestContext, on: Any) -> tuple[tuple[UUID, ...], WorkerList]:
    """The households whose steps are done on a day, and the list of their workers."""
    round_ = _round(context)
    services = context.services.application.rounds.services()
    procedure = services.procedure(round_)
    ready = [
        one
        for one in round_.households.values()
        if procedure.next_step(one) == DECISION and (one.until is None or one.until < on)
    ]
    unsettled = services.unsettled([one.household for one in ready])
    chosen = sorted(one.household for one in ready if one.household not in unsettled)
    now = worker_list(round_, round_.id, chosen)
    named = {one.reviewed.household for one in now.entries}
    return tuple(one for one in chosen if one in named), now


def _signing_page(context: RequestContext) -> str:
    on = (context.body or {}).get("signed_on") or context.today
    _chosen, now = _ready_list(context, on)
    entries = [one for one in now.entries if _reaches(context, one.reviewed.village)]
    start = context.query["after"][0] if context.query["after"] else 0
    shown = entries[start : start + paging.PAGE]
    note_several(context, "list", len(shown))
    pairs = [(one.reviewed.household, one.outcome.person_id) for one in shown]
    more = start + paging.PAGE < len(entries)
    return render(
        "reviews/workers_to_sign.html",
        **_head(context, _("Danh sách chờ ký")),
        today=context.today,
        digest=now.digest,
        page=paging.Page(
            shown,
            start,
            next=cursors.sealed(TO_SIGN, [start + paging.PAGE] if more else None),
            previous=cursors.sealed(TO_SIGN, [start - paging.PAGE] if start else None),
            total=len(entries),
        ),
        names=names_of(context, pairs),
    )
