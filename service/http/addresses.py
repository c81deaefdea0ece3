"""Reading of an address of the API inside another request, for the same account.

The permission, the area and the values are checked as in a request of its own.
"""

from dataclasses import dataclass
from inspect import unwrap
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import current_app

from service.access.authorization import RequestContext, require_permission, resolve_area
from service.http import parsing
from service.http.routes import Answer, ApiOptions


@dataclass(frozen=True, slots=True)
class AddressAnswer:
    """The answer of an address as JSON values, with the request by which it was read."""

    context: RequestContext
    body: Any


def read_address(context: RequestContext, address: str) -> AddressAnswer:
    """The answer of a GET of the API. Raises the RequestError that it would get."""
    parts = urlsplit(address)
    endpoint, path = current_app.url_map.bind("localhost").match(parts.path, method="GET")
    view: Any = current_app.view_functions[endpoint]
    options: ApiOptions = view.declared
    inner = RequestContext(context.services, account=context.account, request_id=context.request_id)
    require_permission(inner, options.rule)
    if options.query is not None:
        values = parsing.clean(dict(parse_qsl(parts.query)), "query")
        inner.query = parsing.load(parsing.schema_of(options.query), values, "query")
    resolve_area(inner, options.rule, dict(path))
    answer = unwrap(view)(inner, **path)
    body = answer.body if isinstance(answer, Answer) else answer
    shown = options.answer().dump(body) if options.answer is not None else body
    return AddressAnswer(inner, shown)


def at_pointer(document: Any, pointer: str) -> Any:
    """The value at a JSON pointer (RFC 6901); None where there is none."""
    found = document
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict):
            found = found.get(name)
        elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found
