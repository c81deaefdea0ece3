"""The slip with a one-time code, as a paper for the household.

The code is kept nowhere. The answer that shows it carries it sealed, too, for the account and the
household; that is what a print is asked with. Nothing else prints a code, and no code that was
used, revoked or replaced is printed again. The slip names no person.
"""

import base64
import binascii
from uuid import UUID

from flask import request, url_for

from domain import calendar
from domain.own_view.limits import published_limits
from domain.own_view.one_time_codes import grouped
from domain.own_view.own_view import OneTimeCode
from service.access.authorization import RequestContext, own_name
from service.access.read_log import note_read
from service.own_view.errors import SlipNotPrinted
from service.own_view.paper_codes import codes_of
from service.papers import contents, pdf
from service.papers.parts import COUNCIL, commune_name
from service.ui import kept_forms

FILE_NAME = "giay-bao-ma-mot-lan.pdf"
LONGEST = 200


def sealed_code(context: RequestContext, household_id: UUID, code_id: UUID, code: str) -> str:
    """A code that was just given, sealed: what its slip is asked for with."""
    about = _about(context, household_id, code_id)
    return base64.urlsafe_b64encode(
        kept_forms.seal(context.services, code.encode(), about)
    ).decode()


def printed(context: RequestContext, household_id: UUID, sealed: str) -> bytes:
    """The slip of the last code of a household. Raises SlipNotPrinted; leaves a line in the read
    log."""
    services = context.services
    own_view = services.application.own_views.of_household(household_id)
    last = own_view.code if own_view else None
    if last is None:
        raise SlipNotPrinted
    code = _opened(context, household_id, last, sealed)
    note_read(context, household_id, context.area, "file")
    household = services.application.households.load(household_id)
    paper_code = codes_of(services.keyring, household).printed
    commune = commune_name(services.areas(), household.area, last.given_on)
    limits = published_limits().on(last.given_on)
    slip = contents.OwnViewSlip(
        issuer=(COUNCIL, commune),
        office=f"UBND {commune}",
        code=grouped(code),
        given_on=last.given_on,
        valid_until_day=calendar.day_of(last.valid_until),
        valid_until_time=f"{last.valid_until.astimezone(calendar.VIETNAM):%H:%M}",
        paper_code=paper_code,
        address=address_of(context),
        qr=pdf.check_code(address_of(context, paper_code)),
        idle_minutes=limits.idle_minutes,
        open_minutes=limits.open_minutes,
        tries=limits.tries,
        locked_minutes=limits.locked_minutes,
        most_tries=limits.most_tries,
        answer_days=limits.answer_days,
    )
    return pdf.printed("own_view_slip", slip, day=last.given_on)


def address_of(context: RequestContext, paper_code: str = "") -> str:
    """The address of the own view, with the code of a paper where the slip has one."""
    base = (context.services.settings.public_url or request.host_url).rstrip("/")
    return f"{base}{url_for('own_view.own', ma=paper_code or None)}"


def _opened(context: RequestContext, household_id: UUID, last: OneTimeCode, sealed: str) -> str:
    limits = published_limits().on(context.today)
    if not last.can_be_used(context.services.clock(), limits):
        raise SlipNotPrinted
    try:
        given = base64.urlsafe_b64decode(sealed.encode("ascii"))
    except (ValueError, binascii.Error):
        raise SlipNotPrinted from None
    about = _about(context, household_id, last.code_id)
    code = kept_forms.unseal(context.services, given, about)
    if code is None:
        raise SlipNotPrinted
    return code.decode()


def _about(context: RequestContext, household_id: UUID, code_id: UUID) -> str:
    return f"one-time code\0{own_name(context)}\0{household_id}\0{code_id}"
