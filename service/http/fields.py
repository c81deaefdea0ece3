"""The kinds of values that requests hold, each with its bounds, which the document shows."""

import re
from datetime import date, datetime
from typing import Any

from flask import current_app
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from domain.calendar import FIRST_DAY, LAST_DAY, DayRefused, day_of, end_of_day, read_day

MOST_VND = 1_000_000_000_000
UNIT = r"[0-9]{2,5}(@[0-9]{4}-[0-9]{2}-[0-9]{2})?"
# Text without control characters, but for tabs and line breaks.
PLAIN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"


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
