"""Making HTML: the frame around every page, figures and days as people here write them, errors.

Texts come from the catalogue (`service/translations`), Vietnamese being the source.
"""

import hashlib
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext

from domain import calendar
from domain.errors import RULE_OF_THE_SYSTEM
from projections.engine import ledger
from service.http.faults import FAULTS
from service.problems import field_message, status_of, title
from service.ui import navigation
from service.ui.i18n import in_language

SUMMARY = "<!-- what is wrong -->"


def render(template: str, /, **values: Any) -> str:
    """One page in the frame. `title` is needed by it; `crumbs` are (text, address) pairs.

    The summary of what is wrong stands first and names inputs that are made after it, so that it
    is put in last.
    """
    page = render_template(template, **values)
    if SUMMARY not in page:
        return page
    return page.replace(SUMMARY, render_template("ui/summary.html"), 1)


def error_page(body: dict[str, Any], headers: dict[str, str]) -> Response:
    """A problem as a page; `body` is the problem as the API would answer it."""
    code = str(body["code"])
    page = render(
        "ui/problem.html",
        title=title(code, in_language()),
        code=code,
        values=refusal_values(body.get("values") or {}),
        request_id=body.get("request_id", ""),
        way_in=navigation.way_in(code),
    )
    response = make_response(page, status_of(code))
    for name, value in headers.items():
        if name not in ("WWW-Authenticate", "Content-Language"):
            response.headers[name] = value
    return response


def wants_page() -> bool:
    """Whether an error of this request is shown as a page: to people, never to programs."""
    if request.path.startswith("/api/"):
        return False
    accepted = request.accept_mimetypes
    return bool(accepted["text/html"] > accepted["application/problem+json"])


def refusal_text(code: str, values: dict[str, object]) -> str:
    """A refusal in the reader's language, with its values behind it."""
    shown = ", ".join(refusal_values(values))
    said = title(code, in_language())
    return f"{said} ({shown})" if shown else said


def refusal_values(values: dict[str, Any]) -> list[str]:
    """The values of a refusal as text: days and figures as people write them."""
    return [_value(value) for value in values.values() if value not in (None, "", [], ())]


def field_error(error: dict[str, str]) -> str:
    """What is wrong with one input, in the reader's language."""
    if in_language() == "en":
        return error["message"]
    return field_message(error["code"], error["message"])


def format_number(number: Any) -> str:
    """1234567 as 1.234.567 (in English 1,234,567); "-" for what is not known."""
    if number is None:
        return "–"
    shown = f"{number:,}"
    return shown if in_language() == "en" else shown.replace(",", ".")


def percent(rate: str | None) -> str:
    """ "3.53" as 3,53% (in English 3.53%); "-" for what is not known."""
    if rate is None:
        return "–"
    return f"{rate}%" if in_language() == "en" else f"{rate.replace('.', ',')}%"


def permille(value: int) -> str:
    """Tenths of percent, 353 as 35,3%."""
    return percent(f"{value // 10}.{value % 10}")


def day(value: date | str | None) -> str:
    """31/12/2022; of a moment the day in Việt Nam."""
    if not value:
        return ""
    if isinstance(value, datetime):
        return day_of_moment(value)
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return calendar.shown(value)


def age(born: date | str | None, birth_year: int | None, on: date) -> int | None:
    """Full years on a day; where only the year is known, the years between. None: not known."""
    if born:
        born = date.fromisoformat(born) if isinstance(born, str) else born
        years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    elif birth_year is not None:
        years = on.year - birth_year
    else:
        return None
    return years if years >= 0 else None


def moment(value: datetime | None) -> str:
    """31/12/2022 14:05, in Việt Nam."""
    return f"{value.astimezone(calendar.VIETNAM):%d/%m/%Y %H:%M}" if value else ""


def moment_in_sentence(value: datetime | None) -> str:
    """14:05 ngày 31/12/2022 (in English 14:05 on 31/12/2022), in Việt Nam."""
    if not value:
        return ""
    time = f"{value.astimezone(calendar.VIETNAM):%H:%M}"
    return gettext("%(time)s ngày %(day)s", time=time, day=day_of_moment(value))


def day_of_moment(value: datetime | None) -> str:
    """The day in Việt Nam of a moment, 31/12/2022."""
    return calendar.shown(calendar.day_of(value)) if value else ""


def asset(name: str) -> str:
    """The address of a file of ours, with its digest: browsers keep it until it changes."""
    return url_for("start.static", name=name, v=_digest(name))


def known_position() -> int | None:
    """The ledger's length for the foot of the page; None where it cannot be asked."""
    context = g.get("context")
    if context is None or context.account is None:
        return None
    try:
        with context.services.reading() as conn:
            return ledger.head(conn)
    except FAULTS:  # a page that says so is still shown
        return None


def yes_no(value: bool | None) -> str:
    """A judgement in words."""
    if value is None:
        return gettext("Chưa xác định")
    return gettext("Có") if value else gettext("Không")


@cache
def _digest(name: str) -> str:
    content = files("service").joinpath("static", *name.split("/")).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]


def _value(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, int):
        return format_number(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_value(one) for one in value)
    if value == RULE_OF_THE_SYSTEM:
        return gettext("quy tắc của hệ thống")
    text = str(value)
    try:
        return day(date.fromisoformat(text)) if len(text) == 10 else text
    except ValueError:
        return text
