"""The page that requests a benefit for one household: the benefit, its period and the person."""

from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.support.case_commands import RequestCase
from domain.support.codes import CASE_ORIGINS
from domain.text import CODE, NOTE
from projections.households import file
from projections.support import programmes
from projections.support.households import named_households
from service.access import authorization
from service.access.authorization import RequestContext, Rule
from service.access.read_log import note_read
from service.http.commands import Circumstances, context_of, wait_until_visible
from service.http.parsing import Code, Day, OptionalText
from service.problems import RequestError, status_of
from service.support import area_choice, case_attachments, words
from service.support.case_forms import choices, note, paper, when
from service.support.case_pages import SHOWN_BY
from service.support.permissions import May
from service.ui import form_errors
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("support_requests", __name__)

REQUEST = Rule(May.WORK_ON_CASES, authorization.household)


class BenefitRequestBody(Circumstances):
    """A benefit ("programme/code"), a day of its period, and the person where it is for one."""

    benefit = fields.String(required=True, validate=validate.Length(min=3, max=2 * CODE))
    period = Day(load_default=None, allow_none=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    origin = Code(CASE_ORIGINS, load_default="request")
    note = OptionalText(NOTE)


def benefits_offered(context: RequestContext) -> tuple[Choice, ...]:
    """The benefits of the programmes in force today, under the names of the programmes."""
    with context.services.reading() as conn:
        rows = area_choice.near(context, programmes.programmes(conn, on=context.today))
    return tuple(
        Choice(f"{row.code}/{one.code}", words.benefit_title(one), group=words.title_of(row))
        for row in rows
        for one in row.benefits(context.today)
    )


def persons_offered(context: RequestContext) -> tuple[Choice, ...]:
    """The members of the household of the address whose data were not erased."""
    household_id = (request.view_args or {})["household_id"]
    with context.services.reading() as conn:
        state = file.household(conn, household_id, as_of=context.today)
        if state is None:
            return ()
        names = context.services.keyring.reveal_many([one.private for one in state.members], conn)
    found = []
    for one in state.members:
        known = names[one.private.subject, one.private.sealed]
        if known is not None:
            found.append(Choice(str(one.person_id), known.get("name", "")))
    return tuple(found)


def _fields(context: RequestContext) -> tuple[Field, ...]:
    asked = request.args.get("benefit", "")
    offered = benefits_offered(context)
    known = {one.value for one in offered}
    return (
        Field("benefit", _("Chính sách"), "choice", required=True, choices=offered,
              initial=asked if asked in known else "", blank=_("chọn chính sách")),
        Field("person_id", _("Người hưởng"), "choice", choices=lambda: persons_offered(context),
              blank=_("cả hộ"), verbatim=True,
              help=_("Chỉ chọn khi chính sách tính theo người.")),
        Field("period", _("Một ngày của kỳ hưởng"), "day", initial=context.today.isoformat(),
              help=_("Hệ thống lấy tháng, quý hoặc năm chứa ngày này theo chính sách.")),
        Field("origin", _("Xuất phát từ"), "choice", required=True,
              choices=choices(words.ORIGINS), initial="list" if asked else "request"),
        when(context, _("Ngày tiếp nhận")),
        note(),
        *paper(),
    )  # fmt: skip


FORM = Form(BenefitRequestBody, _fields)


@pages.get("/ho/<uuid:household_id>/de-nghi-ho-tro", rule=REQUEST)
def show_request(context: RequestContext, household_id: UUID) -> str:
    """The form that requests a benefit for a household."""
    note_read(context, household_id, context.area, "file")
    with context.services.reading() as conn:
        known = named_households(conn, context.services.keyring, [household_id])
    return render(
        "support/request.html",
        title=_("Lập hồ sơ hỗ trợ"),
        household=known.get(household_id),
        household_id=household_id,
        filled=FORM.bound(context, request.form or None),
        crumbs=[
            (_("Hộ"), url_for("household.file", household_id=household_id)),
            (_("Lập hồ sơ hỗ trợ"), ""),
        ],
    )


@pages.post(
    "/ho/<uuid:household_id>/de-nghi-ho-tro",
    rule=REQUEST,
    form=FORM,
    again=show_request,
    upload=True,
    several=case_attachments.SEVERAL,
    beside={
        **case_attachments.BESIDE,
        "double_grant": "benefit",
        "programme_unknown": "benefit",
        "benefit_unknown": "benefit",
        "benefit_not_in_force": "period",
        "period_too_far": "period",
        "does_not_qualify": "benefit",
        "case_exists": "benefit",
        "beneficiary_mismatch": "person_id",
        "person_not_member_then": "person_id",
        "support_effective_in_future": "effective_on",
        "effective_in_future": "effective_on",
    },
)
def send_request(context: RequestContext, household_id: UUID) -> Any:
    """Requests the benefit, and goes to the case."""
    body = context.body
    try:
        photos = case_attachments.of_form(context, household_id)
    except RequestError as refused:
        form_errors.note(refused, form_errors.ByCode(case_attachments.BESIDE))
        return make_response(show_request(context, household_id), status_of(refused.code))
    programme, _slash, benefit = body["benefit"].partition("/")
    command = RequestCase(
        household_id, programme, benefit, body["period"] or body["effective_on"],
        body["person_id"], body["origin"], photos, body["note"],
    )  # fmt: skip
    outcome = context.services.application.run(command, context_of(context))
    wait_until_visible(context, outcome.seq, SHOWN_BY)
    flash(_("Đã lập hồ sơ hỗ trợ."))
    return redirect(url_for("case_pages.case_page", case_id=outcome.aggregate_id), 303)
