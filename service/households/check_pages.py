"""The public page behind the QR code of a paper: whether it is valid, and nothing of the person.

It needs no account. A code of no paper and a text that is no code have the same answer, and wrong
codes are counted for each address.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import make_response, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.eventstore.postgres import Connection
from projections.households import (
    certificates,
    check_codes,
    signed_decisions,
    worker_decisions,
)
from projections.households.signed_decisions import SignedDecision
from service.access.authentication import address_of
from service.access.authorization import PUBLIC, RequestContext
from service.access.errors import TooManyChecks, TooManyFailures
from service.access.throttle import check_counted, check_limit
from service.households.decision_paper import is_exit
from service.ui import forms, navigation
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("checks", __name__)


@dataclass(frozen=True, slots=True)
class CheckedPaper:
    """A paper as the public sees it. `ended_on` is the first day on which it is not valid."""

    kind: str
    number: str
    commune: str
    day: date | None
    valid: bool
    ended_on: date | None = None
    withdrawn: bool = False


class CodeQuery(forms.QueryForm):
    """The code as typed."""

    code = fields.String(load_default="", validate=validate.Length(max=100))


@pages.get("/kiem-tra", rule=PUBLIC, query=CodeQuery)
def type_code(context: RequestContext) -> Any:
    """The form for the code under the QR code; what has its shape leads to its page.

    A text that has another shape is told so at once, and is no try: it looks up nothing.
    """
    typed = context.query["code"].strip()
    key = check_codes.read(typed)
    if key is not None:
        return redirect(url_for("checks.check", code=check_codes.written(key)), 303)
    page = render(
        "households/check_form.html",
        title=_("Kiểm tra hiệu lực văn bản"),
        crumbs=(),
        code=typed,
    )
    return make_response(page, 422 if typed else 200)


@pages.get("/kiem-tra/<string:code>", rule=PUBLIC)
def check(context: RequestContext, code: str) -> Any:
    """Whether the paper with this code is valid."""
    limit = check_limit(address_of(request))
    try:
        context.services.failures.take(limit)
    except TooManyFailures as refused:
        raise TooManyChecks(int(refused.headers["Retry-After"])) from None
    key = check_codes.read(code)
    found = None
    if key is not None:
        with context.services.reading() as conn:
            found = (
                _certificate(context, conn, key)
                or _decision(context, conn, key)
                or _worker_decision(context, conn, key)
            )
    if found is not None:
        context.services.failures.forgive(check_counted(limit))
    page = render(
        "households/check.html", title=_("Kiểm tra hiệu lực văn bản"), crumbs=(), paper=found
    )
    return make_response(page, 200 if found else 404)


def _certificate(context: RequestContext, conn: Connection, key: bytes) -> CheckedPaper | None:
    found = certificates.by_check_key(conn, key)
    if found is None:
        return None
    valid = found.valid_on(context.today)
    return CheckedPaper(
        kind=_("Giấy chứng nhận hộ nghèo, hộ cận nghèo"),
        number=found.number,
        commune=navigation.area_name(context, found.area, found.issued_on),
        day=found.issued_on,
        valid=valid,
        ended_on=None if valid else found.ended_on,
        withdrawn=found.ended_by == "withdrawn",
    )


def _kind(conn: Connection, found: SignedDecision) -> str:
    if is_exit(conn, found):
        return _("Quyết định công nhận hộ thoát nghèo, hộ thoát cận nghèo")
    if found.is_of_average:
        return _("Quyết định công nhận hộ có mức sống trung bình")
    return _("Quyết định công nhận hộ nghèo, hộ cận nghèo")


def _decision(context: RequestContext, conn: Connection, key: bytes) -> CheckedPaper | None:
    found = signed_decisions.by_check_key(conn, key)
    if found is None:
        return None
    return CheckedPaper(
        kind=_kind(conn, found),
        number=found.number,
        commune=navigation.area_name(context, found.area, found.effective_on),
        day=found.signed_on,
        valid=found.stands,
        withdrawn=not found.stands,
    )


def _worker_decision(context: RequestContext, conn: Connection, key: bytes) -> CheckedPaper | None:
    found = worker_decisions.by_check_key(conn, key, on=context.today)
    if found is None:
        return None
    return CheckedPaper(
        kind=_("Quyết định công nhận người lao động có thu nhập thấp"),
        number=found.number,
        commune=navigation.area_name(context, found.area, found.effective_on),
        day=found.signed_on,
        valid=found.stands,
        ended_on=None if found.stands else found.withdrawn_on,
        withdrawn=not found.stands,
    )
