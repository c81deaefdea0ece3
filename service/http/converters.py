"""What may stand in a path, beside UUIDs: anything else is no path of ours and answers 404."""

from typing import Any

from werkzeug.routing import BaseConverter, IntegerConverter


class AccountConverter(BaseConverter):
    """A login name."""

    regex = "[a-z0-9][a-z0-9._-]{1,62}"


class UnitConverter(BaseConverter):
    """An area unit id, CODE@YYYY-MM-DD, or a bare code."""

    regex = "[0-9]{2,5}(?:@[0-9]{4}-[0-9]{2}-[0-9]{2})?"


class EntryConverter(IntegerConverter):
    """The version of an entry of a household: 1, 2, 3 ... of at most nine digits."""

    regex = "[1-9][0-9]{0,8}"


class TableConverter(BaseConverter):
    """The name of an official table that counts households, R1 to R13."""

    regex = "R(?:1[0-3]|[1-9])"


class ProgrammeConverter(BaseConverter):
    """The code of a programme of support."""

    regex = "[a-z0-9][a-z0-9-]{1,62}"


CONVERTERS: dict[str, Any] = {
    "account": AccountConverter,
    "unit": UnitConverter,
    "entry": EntryConverter,
    "table": TableConverter,
    "programme": ProgrammeConverter,
}


def path_schema(converter: BaseConverter) -> dict[str, str]:
    """The schema of such a value in the OpenAPI document."""
    return {"type": "string", "pattern": f"^{converter.regex}$"}
