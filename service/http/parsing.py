"""Parsing of what comes over the wire: bodies, queries and forms, and the values that they hold.

Bodies are UTF-8 JSON objects. Text becomes Unicode NFC; NUL, control characters, lone surrogates
and direction overrides are refused wherever they stand, so that nothing below meets them. Each kind
of value has its bounds, which the OpenAPI document shows.
"""

import json
import math
import re
import unicodedata
from collections.abc import Container
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from flask import Request, current_app, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from domain.calendar import FIRST_DAY, LAST_DAY, DayRefused, day_of, end_of_day, read_day
from service.problems import BodyTooLarge, FieldsRefused, GivenTwice, Malformed, WrongContentType

DEEPEST = 20
MOST_DIGITS = 18
# Line breaks and tabs are text; other control characters are not.
_KEPT_CONTROLS = frozenset("\n\r\t")
# Embedding, override and isolate characters make a name read otherwise than it is stored.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
MOST_VND = 1_000_000_000_000
UNIT = r"[0-9]{2,5}(@[0-9]{4}-[0-9]{2}-[0-9]{2})?"
ACCOUNT = r"^[a-z0-9][a-z0-9._-]{1,62}$"
# Text without control characters, but for tabs and line breaks.
PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"


@cache
def schema_of(kind: type[Schema]) -> Schema:
    """The one schema of a class; it holds nothing of a request, and to make one copies fields."""
    return kind()


def json_body(sent: Request, schema: Schema) -> Any:
    """The body of the request, loaded by the schema. Raises RequestError."""
    if sent.mimetype != "application/json":
        raise WrongContentType(expected="application/json")
    raw = _read(sent)
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_Object.of,
            parse_constant=_NoNumber,
            parse_float=_float,
            parse_int=_int,
        )
    except (ValueError, RecursionError) as broken:
        raise Malformed("The body is not JSON in UTF-8.") from broken
    if not isinstance(value, dict):
        raise Malformed("The body must be one JSON object.")
    _refuse_ambiguous(value, "body")
    return load(schema, clean(value), "body")


def query_values(sent: Request, schema: Schema) -> Any:
    """The parameters after the question mark, loaded by the schema. Raises GivenTwice."""
    values: dict[str, Any] = {}
    for name, given in sent.args.lists():
        if len(given) > 1:
            raise GivenTwice(field=_nameable(f"query.{name}"[:60]))
        values[name] = given[0]
    return load(schema, clean(values, "query"), "query")


def form_values(sent: Request, schema: Schema, *, largest: int) -> Any:
    """The fields of a multipart form, with its files under their names."""
    if sent.mimetype != "multipart/form-data":
        raise WrongContentType(expected="multipart/form-data")
    sent.max_content_length = largest
    try:
        form, files = sent.form, sent.files
    except RequestEntityTooLarge as large:
        raise BodyTooLarge(largest_bytes=largest) from large
    refuse_repeated(form, files)
    values: dict[str, Any] = clean(form.to_dict(), "body")
    for name, file in files.items():
        clean(file.filename or "", f"body.{name}")
        values[name] = file
    return load(schema, values, "body")


def refuse_repeated(
    form: MultiDict[str, Any], files: MultiDict[str, Any], several: Container[str] = ()
) -> None:
    """Raises GivenTwice for a field or a file that a form sends twice; `several` may be."""
    seen: set[str] = set()
    for name, given in (*form.lists(), *files.lists()):
        if name in seen or (len(given) > 1 and name not in several):
            raise GivenTwice(field=_nameable(name)[:60])
        seen.add(name)


def load(schema: Schema, values: Any, where: str) -> Any:
    """Loads values by a schema; raises FieldsRefused naming every wrong field."""
    try:
        return schema.load(values)
    except ValidationError as wrong:
        raise FieldsRefused(list(_flat(wrong.messages, where))) from None


def clean(value: Any, where: str = "body", depth: int = 0) -> Any:
    """The same value with every text in NFC; raises FieldsRefused on text that is no text."""
    if depth > DEEPEST:
        raise Malformed("The body is nested too deeply.")
    if isinstance(value, str):
        return _clean_text(value, where)
    if isinstance(value, dict):
        return {
            _clean_text(name, where): clean(item, f"{where}.{name[:60]}", depth + 1)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [clean(item, f"{where}.{at}", depth + 1) for at, item in enumerate(value)]
    return value


def holds(value: Any, *names: str) -> bool:
    """Whether something stands under one of these names anywhere in a body that was loaded."""
    if isinstance(value, dict):
        return any(map(value.get, names)) or any(holds(inner, *names) for inner in value.values())
    if isinstance(value, list | tuple):
        return any(holds(inner, *names) for inner in value)
    return any(getattr(value, name, None) for name in names)  # a value as its schema made it


def language(sent: Request | None = None) -> str:
    """ "en" where the client prefers English, else Vietnamese."""
    wanted = (sent or request).accept_languages.best_match(["vi", "en"], default="vi")
    return wanted or "vi"


def uuid_or_none(value: object) -> UUID | None:
    """The UUID that a text holds, if it holds one."""
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _read(sent: Request) -> bytes:
    try:
        return sent.get_data(cache=True)
    except RequestEntityTooLarge as large:
        raise BodyTooLarge(largest_bytes=sent.max_content_length) from large
    except ClientDisconnected as gone:
        raise Malformed("The body ended before its announced length.") from gone


class _Object(dict[str, Any]):
    """An object of a body; `twice` is a key that stands in it twice, as NFC reads it."""

    twice: str | None = None

    @classmethod
    def of(cls, pairs: list[tuple[str, Any]]) -> "_Object":
        read = cls()
        for name, value in pairs:
            name = unicodedata.normalize("NFC", name)
            if name in read:
                read.twice = name
            read[name] = value
        return read


class _NoNumber:
    """The place of NaN, Infinity or a figure that no field is large enough for."""

    def __init__(self, _: str) -> None: ...


def _float(text: str) -> Any:
    found = float(text)
    return found if math.isfinite(found) else _NoNumber(text)


def _int(text: str) -> Any:
    return int(text) if len(text) <= MOST_DIGITS else _NoNumber(text)


def _refuse_ambiguous(value: Any, where: str, depth: int = 0) -> None:
    """Raises GivenTwice or Malformed, naming the field that has two readings or none."""
    if depth > DEEPEST:
        raise Malformed("The body is nested too deeply.")
    if isinstance(value, _NoNumber):
        raise Malformed("This is not a number that a field can hold.", field=_nameable(where))
    if isinstance(value, _Object):
        if value.twice is not None:
            raise GivenTwice(field=_nameable(f"{where}.{value.twice[:60]}"))
        for name, item in value.items():
            _refuse_ambiguous(item, f"{where}.{name[:60]}", depth + 1)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            _refuse_ambiguous(item, f"{where}.{at}", depth + 1)


def _clean_text(text: str, where: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if text.isascii() and text.isprintable():
        return text
    for letter in text:
        category = unicodedata.category(letter)
        if category == "Cs" or letter in _DIRECTION:
            raise FieldsRefused([_error(_nameable(where), "not_text", "This is not text.")])
        if category == "Cc" and letter not in _KEPT_CONTROLS:
            message = "Control characters are not allowed."
            raise FieldsRefused([_error(_nameable(where), "control_character", message)])
    return text


def _nameable(where: str) -> str:
    """The place of an error, as text that can itself be sent."""
    return where.encode("utf-8", "replace").decode("utf-8")


# The messages of marshmallow that have a code of their own, by their beginnings.
_CODES = {
    "Missing data": "required",
    "Unknown field": "unknown_field",
    "Field may not be null": "null",
    "Not a valid": "invalid",
    "Must be one of": "not_in_list",
    "Length must be": "length",
    "Longer than": "length",
    "Shorter than": "length",
    "Must be greater": "range",
    "Must be less": "range",
    "String does not match": "pattern",
    "Not yet": "in_future",
    **{refused().message: refused.code for refused in DayRefused.__subclasses__()},
}


def _flat(messages: Any, where: str) -> Any:
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from _flat(inner, where if name == "_schema" else f"{where}.{name}")
        return
    for message in messages if isinstance(messages, list) else [messages]:
        code = next((code for start, code in _CODES.items() if str(message).startswith(start)), "")
        yield _error(_nameable(where), code or "invalid", str(message))


def _error(field: str, code: str, message: str) -> dict[str, str]:
    return {"field": field[:200], "code": code, "message": message}


class Input(Schema):
    """What a request holds: a field that is not known is refused by its name."""

    class Meta:
        """Unknown fields are refused."""

        unknown = RAISE


class Output(Schema):
    """What an answer holds."""


class Text(fields.String):
    """Text of a limited length; `missing_is` allows it to be left out."""

    def __init__(self, most: int = 200, *, least: int = 0, about: str = "", **kwargs: Any) -> None:
        metadata = {"pattern": PLAIN, **({"description": about} if about else {})}
        metadata.update(kwargs.pop("metadata", {}))
        super().__init__(
            validate=validate.Length(min=least or None, max=most), metadata=metadata, **kwargs
        )


class OptionalText(Text):
    """Text that may be left out, and then is empty."""

    def __init__(self, most: int = 200, **kwargs: Any) -> None:
        super().__init__(most, load_default="", **kwargs)


class Code(fields.String):
    """One of a list of codes."""

    def __init__(self, codes: Any, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(list(codes)), **kwargs)


def typed_day(value: Any) -> date:
    """The day that a text states. Raises ValidationError with the message of the refusal."""
    try:
        return read_day(value if isinstance(value, str) else "")
    except DayRefused as refused:
        raise ValidationError(refused.message) from None


class Day(fields.Date):
    """A day between 1900 and 2199: YYYY-MM-DD, or as people write it, D/M/YYYY."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"example": "2022-12-01", **kwargs.pop("metadata", {})}
        super().__init__(format="iso", metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
        return typed_day(value)


class Moment(fields.DateTime):
    """A moment with its offset, or a day (see `Day`), which means its end in Việt Nam.

    A "+" that an address turned into a blank is read as a plus again.
    """

    _SHAPE = re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
        r"(Z|[+-][0-9]{2}:[0-9]{2})"
    )

    def __init__(self, **kwargs: Any) -> None:
        metadata = {
            "description": "A moment (2022-12-31T23:59:59+07:00), or a day: its end in Việt Nam.",
            "example": "2022-12-31",
            **kwargs.pop("metadata", {}),
        }
        super().__init__(format="iso", metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        text = re.sub(r" (\d{2}:\d{2})$", r"+\1", value) if isinstance(value, str) else ""
        if not self._SHAPE.fullmatch(text):
            return end_of_day(typed_day(text))
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise self.make_error("invalid", input=value, obj_type="datetime") from None
        if not FIRST_DAY <= moment.date() <= LAST_DAY:
            raise ValidationError("Must be greater than 1899 and less than 2200.")
        return moment


NOT_YET = "Not yet: the day lies in the future. Choose today or a day before it."


def _today() -> date:
    return day_of(current_app.extensions["socai"].clock())


class PastDay(Day):
    """A day up to today, by the clock of the service: what was, not what may be."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
        day = super()._deserialize(value, attr, data, **kwargs)
        if day > _today():
            raise ValidationError(NOT_YET)
        return day


class PastMoment(Moment):
    """A moment up to the end of today in Việt Nam."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        if day_of(moment) > _today():
            raise ValidationError(NOT_YET)
        return moment


class Unit(fields.String):
    """An area unit: "CODE@YYYY-MM-DD", or a bare code, read as of the day that is asked about."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {
            "description": "A unit: CODE@VALID-FROM, or a bare code read as of the day asked.",
            "example": "46",
            **kwargs.pop("metadata", {}),
        }
        super().__init__(
            validate=validate.Regexp(f"^{UNIT}$", error="String does not match a unit id."),
            metadata=metadata,
            **kwargs,
        )


class Whole(fields.Integer):
    """A whole number between bounds."""

    def __init__(self, least: int = 0, most: int = 1_000_000, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=least, max=most), **kwargs)


class QueryInteger(Whole):
    """A whole number of a query, where everything is text."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(least, most, **kwargs)
        self.strict = False

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not re.fullmatch(r"-?[0-9]{1,12}", str(value)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Money(Whole):
    """Integer VND."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(0, MOST_VND, **kwargs)


class AccountName(fields.String):
    """A login name."""

    def __init__(self, **kwargs: object) -> None:
        error = "String does not match: a-z, 0-9, dot, hyphen, underscore; 2 to 63 of them."
        super().__init__(
            validate=validate.Regexp(ACCOUNT, error=error),
            metadata={"example": "canbo.huongso"},
            **kwargs,  # type: ignore[arg-type]
        )


class AreaQuery(Input):
    """An area; left out, the only area of the account."""

    area = Unit()


class BothClocks(Input):
    """As of a day, as known at a moment; left out, as it is and as known now."""

    as_of = PastDay(load_default=None, metadata={"description": "As it was on this day."})
    known_at = PastMoment(load_default=None)
