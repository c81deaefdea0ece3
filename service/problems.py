"""Errors of requests, and the table that gives each refusal a status and texts.

A refusal has a stable code, a status, and values without personal data. The
tables are `problems.toml` in the folder of each capability, `service/http` and `service/access`;
`service.capabilities` collects them into one when the service starts.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, cast

from flask import current_app

from domain.errors import RULE_OF_THE_SYSTEM, Refusal


class RequestError(Exception):
    """The request was refused; nothing was recorded."""

    code = "refused"

    def __init__(self, message: str = "", /, **values: object) -> None:
        self.message = message or " ".join((type(self).__doc__ or self.code).split())
        self.values = values
        self.headers: dict[str, str] = {}
        super().__init__(self.message)


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


UNLISTED = "refused"
# Answers of the web server, which have no class of ours.
OF_HTTP = frozenset({"method_not_allowed", "not_acceptable", "unavailable", "internal"})
_ROOMS = ("domain", "projections", "service", "workers")
EXTENSION = "socai-problems"
# The limits that the English message of a field names: the lowest, the highest, or both.
_LIMITS = {
    "between": r"(?:between|equal to) ([0-9]+) and (?:less than or equal to )?([0-9]+)",
    "at_most": r"(?:maximum length|less than or equal to) ([0-9]+)",
    "at_least": r"(?:minimum length|greater than or equal to) ([0-9]+)",
}


class ProblemTablesWrong(Exception):
    """A code is in two tables, or has no class; or a class has no text. The message says it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What a refusal is to a reader: a status of HTTP, and a title in both languages.

    `owner` is the folder of `service` whose table has it.
    """

    owner: str
    status: int
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class ProblemTable:
    """All problems by code, and the texts of errors of fields by code.

    A row of `fields` has a Vietnamese text "vi", and perhaps "between", "at_most" and "at_least",
    whose {} are limits of the field.
    """

    problems: Mapping[str, Problem]
    fields: Mapping[str, Mapping[str, str]]

    def problem(self, code: str) -> Problem:
        """The problem of a code; a refusal without an entry is a refused value."""
        return self.problems.get(code, self.problems[UNLISTED])

    def field_message(self, code: str, message: str = "") -> str:
        """Returns the Vietnamese message of an error of a field.

        `message` is the English message of the same error, from which the limits are taken.
        """
        row = self.fields.get(code, self.fields["invalid"])
        for name, pattern in _LIMITS.items():
            found = re.search(pattern, message)
            if found and name in row:
                limits = (f"{int(limit):,}".replace(",", ".") for limit in found.groups())
                return row[name].format(*limits)
        return row["vi"]


def collect(owners: Iterable[str]) -> ProblemTable:
    """Makes one table of those of these folders of `service`. Raises ProblemTablesWrong."""
    owners = tuple(owners)
    problems: dict[str, Problem] = {}
    fields: dict[str, Mapping[str, str]] = {}
    for owner in owners:
        file = files("service").joinpath(owner, "problems.toml")
        content = tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
        for code, row in content.pop("field", {}).items():
            if code in fields:
                raise ProblemTablesWrong(f"field.{code} stands twice, the second time in {owner}")
            fields[code] = row
        for code, row in content.items():
            if code in problems:
                raise ProblemTablesWrong(f"{code} stands in {problems[code].owner} and {owner}")
            problems[code] = Problem(owner, **row)
    table = ProblemTable(problems, fields)
    _check_classes(table, owners)
    return table


def _check_classes(table: ProblemTable, owners: tuple[str, ...]) -> None:
    """Refuses a class without a problem, and a problem without a class of its own capability."""
    wanting = set(table.problems) - OF_HTTP
    for refusal in refusals():
        if refusal.code not in table.problems:
            raise ProblemTablesWrong(f"{refusal.__qualname__}: no table has {refusal.code}")
        folder = refusal.__module__.split(".")[1]
        if table.problems[refusal.code].owner == (folder if folder in owners else "http"):
            wanting.discard(refusal.code)
    if wanting:
        raise ProblemTablesWrong(f"no class of their capability has {', '.join(sorted(wanting))}")


def refusals() -> Iterator[type[Refusal] | type[RequestError]]:
    """Every class of refusals of the rooms that is imported by now."""
    waiting: list[type[Refusal] | type[RequestError]] = [Refusal, RequestError]
    while waiting:
        refusal = waiting.pop()
        waiting.extend(refusal.__subclasses__())
        if refusal.__module__.split(".")[0] in _ROOMS:
            yield refusal


def table() -> ProblemTable:
    """The table of the application that answers the present request."""
    return cast(ProblemTable, current_app.extensions[EXTENSION])


def status_of(code: str) -> int:
    """The status of a problem; a refusal without an entry is a refused value."""
    return table().problem(code).status


def title(code: str, language: str) -> str:
    """The title of a problem in Vietnamese ("vi") or English ("en")."""
    problem = table().problem(code)
    return problem.en if language == "en" else problem.vi


def field_message(code: str, message: str = "") -> str:
    """Returns the Vietnamese message of an error of a field; see `ProblemTable.field_message`."""
    return table().field_message(code, message)


def problem(
    code: str,
    *,
    language: str,
    message: str,
    values: dict[str, object] | None = None,
    errors: list[dict[str, str]] | None = None,
    request_id: str = "",
) -> dict[str, Any]:
    """Makes the body of an error: RFC 9457 with our `code`, `values` and `errors`."""
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
    shown = ", ".join(f"{name}: {_said(value)}" for name, value in values.items())
    text = title(code, "vi")
    return f"{text} ({shown})" if shown else text


def _said(value: object) -> object:
    """A value as the Vietnamese detail says it."""
    return "quy tắc của hệ thống" if value == RULE_OF_THE_SYSTEM else _plain(value)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)
