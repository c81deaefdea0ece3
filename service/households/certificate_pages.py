"""The pages of certificates: each as a paper, and those for many households at once."""

from functools import cache
from typing import Any
from uuid import UUID

from flask import Response, g, make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from projections.households import certificate_batches, register
from service.access import authorization
from service.access.authentication import check_sign_in
from service.access.authorization import RequestContext, Rule, asked_area, own_name
from service.access.errors import PasswordOver, TooManyFailures, WrongPassword
from service.access.read_log import note_read
from service.households import certificate_batch_api as batches
from service.households import certificate_paper
from service.households.certificate_api import FILE_NAME
from service.households.permissions import May
from service.papers import pdf
from service.problems import status_of
from service.ui import navigation
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint
from service.ui.render import refusal_text, render

pages = PageBlueprint("certificate_pages", __name__)

READ = Rule(May.READ_HOUSEHOLDS, authorization.household)
LIST = Rule(May.READ_HOUSEHOLDS)
MOST_REFUSED = 100


@pages.get("/ho/<uuid:household_id>/giay-chung-nhan/<uuid:certificate_id>.pdf", rule=READ)
def printed(context: RequestContext, household_id: UUID, certificate_id: UUID) -> Response:
    """The certificate as a paper. Reading is logged."""
    note_read(context, household_id, context.area, "file")
    document = certificate_paper.printed(context, household_id, certificate_id)
    return pdf.response(document, FILE_NAME)


class IssuingBody(batches.BatchBody):
    """The act of the page: signed with the password, as a decision is."""

    present = fields.String(required=True, validate=validate.Length(max=1000))


def _fields(context: RequestContext) -> tuple[Field, ...]:
    today = context.today

    @cache
    def communes() -> tuple[Choice, ...]:
        held = navigation.areas_of(context, May.SIGN.value)
        units = [navigation.standing_unit(context, one, today)[0] for one in held]
        return tuple(Choice(one, navigation.area_name(context, one, today)) for one in units)

    def villages() -> tuple[str, ...]:
        with context.services.reading() as conn:
            within = [one.value for one in communes()]
            return tuple(dict.fromkeys(name for name, _unit in register.villages(conn, within)))

    return (
        Field("area", _("Xã, phường, đặc khu"), "choice", choices=communes, required=True),
        Field("village", _("Thôn, tổ dân phố"), most=200, suggestions=villages,
              help=_("Để trống thì cấp cho cả xã, phường.")),
        Field("decision", _("Số quyết định công nhận"), most=60,
              initial=request.args.get("decision", "")[:60],
              help=_("Để trống thì cấp theo mọi quyết định đang có hiệu lực.")),
        Field("effective_on", _("Ngày cấp"), "day", required=True, initial=today.isoformat()),
        Field("signer", _("Người ký (họ và tên)"), required=True, most=200),
        Field("present", _("Mật khẩu của tài khoản đang dùng"), "password", required=True,
              help=_("Nhập lại mật khẩu để ký."), autocomplete="current-password"),
    )  # fmt: skip


ISSUING = Form(IssuingBody, _fields)


@pages.get("/giay-chung-nhan", rule=LIST)
def issues(context: RequestContext) -> str:
    """Lists the acts in the areas of the account, with the form of the chairman."""
    today, directory = context.today, context.services.areas()
    within: list[str] | None = []
    for area in navigation.areas_of(context, May.READ_HOUSEHOLDS.value):
        found = directory.units_within(area, today)
        within = None if found is None or within is None else [*within, *found]
    with context.services.reading() as conn:
        done = certificate_batches.of_areas(conn, within, limit=batches.SHOWN)
    return render(
        "households/certificates.html",
        title=_("Cấp giấy chứng nhận"),
        acts=done,
        filled=ISSUING.bound(context) if navigation.may(May.SIGN.value) else None,
        area_name=lambda unit: navigation.area_name(context, unit, today),
    )


@pages.post("/giay-chung-nhan", rule=Rule(May.SIGN, asked_area), form=ISSUING, again=issues)
def issue(context: RequestContext) -> Any:
    """Requests certificates for many households, after the password was typed again.

    A form sent twice requests them once.
    """
    present = context.body.pop("present")
    try:
        check_sign_in(context.services, request, own_name(context), present)
    except (WrongPassword, TooManyFailures, PasswordOver) as wrong:
        g.typed.errors["present"] = refusal_text(wrong.code, {})
        g.typed.refusal = _("Chưa cấp: mật khẩu chưa đúng.")
        response = make_response(issues(context), status_of(wrong.code))
        response.headers.extend(wrong.headers or {})
        return response
    return redirect(url_for("certificate_pages.act", batch_id=batches.asked(context)), 303)


@pages.get("/giay-chung-nhan/<uuid:batch_id>", rule=batches.READ)
def act(context: RequestContext, batch_id: UUID) -> str:
    """One act as far as it has come, and the households that were refused."""
    with context.services.reading() as conn:
        found = certificate_batches.get(conn, batch_id)
        refused = certificate_batches.refused(conn, batch_id, limit=MOST_REFUSED)
    given: dict[str, Any] = {
        "act": found,
        "refused": [(one.household_id, refusal_text(one.refusal, {})) for one in refused],
        "area": navigation.area_name(context, found.area, found.effective_on),
        "poll": request.path,
    }
    if "X-Part" in request.headers:
        return render("households/certificates_part.html", **given)
    crumbs = [(_("Cấp giấy chứng nhận"), url_for("certificate_pages.issues")), (given["area"], "")]
    return render(
        "households/certificates_act.html", title=_("Cấp giấy chứng nhận"), crumbs=crumbs, **given
    )


@pages.get("/giay-chung-nhan/<uuid:batch_id>.pdf", rule=batches.READ)
def printed_together(context: RequestContext, batch_id: UUID) -> Response:
    """All certificates of one act as one PDF. Reading is logged."""
    return batches.printed(context, batch_id)
