"""The root of every refusal at the doors, and the one table that gives each error a status.

A door's error is an answer: it has a stable code, a status, and values that hold no personal
data. `service/texts/problems.toml` is the table: for each code of the domain, of the queries and
of the doors its status, and its title in both languages.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


class RequestError(Exception):
    """The request was turned away at the door; nothing was recorded."""

    code = "refused"

    def __init__(self, message: str = "", /, **values: object) -> None:
        self.message = message or " ".join((type(self).__doc__ or self.code).split())
        self.values = values
        self.headers: dict[str, str] = {}
        super().__init__(self.message)


class NotSignedIn(RequestError):
    """Send a valid token: `Authorization: Bearer TOKEN`."""

    code = "not_signed_in"

    def __init__(self) -> None:
        super().__init__()
        self.headers = {"WWW-Authenticate": 'Bearer realm="socai"'}


class WrongPassword(RequestError):
    """The account or the password is wrong."""

    code = "wrong_password"


class TooManyFailures(RequestError):
    """Too many failed sign-ins from here; wait and try again."""

    code = "too_many_failures"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after_seconds=retry_after)
        self.headers = {"Retry-After": str(retry_after)}


class TooManyIdentityHits(RequestError):
    """Too many identity numbers of people of other places; wait, or ask the office above."""

    code = "too_many_identity_hits"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after_seconds=retry_after)
        self.headers = {"Retry-After": str(retry_after)}


class NotAllowed(RequestError):
    """None of the roles of this account may do this."""

    code = "not_allowed"


class OutsideArea(RequestError):
    """This is outside the area of the account."""

    code = "outside_area"


class AreaNeeded(RequestError):
    """The account has roles in several areas: say which one is meant."""

    code = "area_needed"


class NoSuchThing(RequestError):
    """There is no such thing, or it is outside the area of the account."""

    code = "not_found"


class Malformed(RequestError):
    """The request cannot be read."""

    code = "malformed"


class CursorUnknown(RequestError):
    """`after` is no place in this list: take `next` of a page of your own, or begin again."""

    code = "cursor_unknown"


class GivenTwice(RequestError):
    """A value is given twice: a signed act has one reading. Send each once."""

    code = "given_twice"


class FieldsRefused(RequestError):
    """Some fields are wrong; `errors` names each one."""

    code = "fields_refused"

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__()
        self.errors = errors


class IdentityNumberInUrl(RequestError):
    """An identity number must not stand in an address: use POST /api/v1/searches."""

    code = "identity_number_in_url"


class VersionNeeded(RequestError):
    """Say which version you read: `If-Match` with the ETag of the household."""

    code = "version_needed"


class FormExpired(RequestError):
    """The form is too old or comes from elsewhere: load the page again."""

    code = "form_expired"


class StaleRead(RequestError):
    """`If-Match` names another version than the present one: read it again."""

    code = "stale_version"


class RecordUnreadable(RequestError):
    """An event of this record is of a newer version of the program, or damaged: nothing was
    recorded. Update the program, or run ./socai verify."""

    code = "record_unreadable"


class WrongContentType(RequestError):
    """The body has another content type than this path takes."""

    code = "wrong_content_type"


class BodyTooLarge(RequestError):
    """The body is larger than this path takes."""

    code = "body_too_large"


class RolesExclude(RequestError):
    """These two roles must not be held by the same person at the same time."""

    code = "roles_exclude"


class AccountNameRefused(RequestError):
    """An account name is 2 to 63 of a-z, 0-9, dot, hyphen and underscore."""

    code = "account_name_refused"


class DatesReversed(RequestError):
    """The last day lies before the first."""

    code = "dates_reversed"


class AccountTaken(RequestError):
    """There is an account of this name already."""

    code = "account_taken"


class OtherAdministrator(RequestError):
    """The administrator who disabled an account does not open it again: another one does."""

    code = "other_administrator"


class PasswordToChange(RequestError):
    """This password is only good for choosing another one, on the page of the account."""

    code = "password_to_change"


class PasswordOver(RequestError):
    """The password that an administrator gave was not changed in time: ask for another one."""

    code = "password_over"


UNLISTED = "refused"


@cache
def table() -> dict[str, Any]:
    """Every problem by code: {"status", "vi", "en"}; and under "field" those of single fields."""
    content = files("service").joinpath("texts", "problems.toml").read_text("utf-8")
    return tomllib.loads(content)


def status_of(code: str) -> int:
    """The status of a problem; a refusal that nobody listed is a refused value."""
    return int(table().get(code, table()[UNLISTED])["status"])


def title(code: str, language: str) -> str:
    """The title of a problem in Vietnamese ("vi") or English ("en")."""
    return str(table().get(code, table()[UNLISTED])[language])


def field_message(code: str) -> str:
    """What is wrong with a single field, in Vietnamese."""
    fields = table()["field"]
    return str(fields.get(code, fields["invalid"])["vi"])


def problem(
    code: str,
    *,
    language: str,
    message: str,
    values: dict[str, object] | None = None,
    errors: list[dict[str, str]] | None = None,
    request_id: str = "",
) -> dict[str, Any]:
    """The one body of every error: RFC 9457 with our `code`, `values` and `errors`."""
    body: dict[str, Any] = {
        "type": f"urn:socai:problem:{code}",
        "title": title(code, language),
        "status": status_of(code),
        "detail": message if language == "en" else _detail_in_vietnamese(code, values or {}),
        "code": code,
        "values": {name: _plain(value) for name, value in (values or {}).items()},
    }
    if errors is not None:
        body["errors"] = errors
    if request_id:
        body["request_id"] = request_id
    return body


def _detail_in_vietnamese(code: str, values: dict[str, object]) -> str:
    shown = ", ".join(f"{name}: {_plain(value)}" for name, value in values.items())
    said = title(code, "vi")
    return f"{said} ({shown})" if shown else said


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)
