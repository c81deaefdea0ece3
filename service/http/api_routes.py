"""One way in: who, parse, where, do, answer. Every path of the API is made by `ApiBlueprint`.

A view gets what was asked, already authenticated, parsed and found inside the area, and the values
of its path; it returns what the schema of its answer shows. The same declaration makes the route,
the rule that `service.app` checks for, and the OpenAPI document.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal

from flask import Response, g, jsonify, request
from flask_smorest import Blueprint
from marshmallow import Schema

from service.access.authenticate import signed_in
from service.access.authorize import (
    RequestContext,
    done_before,
    require_permission,
    resolve_area,
    settle_repeat,
)
from service.access.permissions import Rule, allow
from service.http import parsing
from service.http.headers import (
    ACCEPT_LANGUAGE,
    ANSWER_HEADERS,
    ETAG,
    IDEMPOTENCY_KEY,
    IDEMPOTENCY_KEY_USED,
    IF_MATCH,
    LOCATION,
)
from service.http.preconditions import (
    command_id_of_request,
    refuse_malformed_key,
    version_of_request,
)
from service.problems import AreaNeeded, NoSuchThing, NotAllowed, OutsideArea, RequestError
from service.services import current_services

# A stranger's body is a name and a password; a longer one is not read at all.
LONGEST_OF_STRANGERS = 32 * 1024

Body = Literal["json", "form"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view answers when more than a body is to be said."""

    body: Any
    status: int = 200
    headers: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RouteOptions:
    """What one door takes and gives; see `ApiBlueprint.get` and `ApiBlueprint.post`."""

    rule: Rule
    answer: type[Schema] | None
    query: type[Schema] | None = None
    body: type[Schema] | None = None
    body_is: Body = "json"
    statuses: tuple[int, ...] = (200,)
    errors: tuple[int, ...] = ()
    changes: bool = False
    keyed: bool = False
    etag: bool = False
    content_type: str = "application/json"
    content: dict[str, Any] | None = None
    example: dict[str, Any] | None = None
    answer_example: dict[str, Any] | None = None


class ApiBlueprint(Blueprint):
    """A blueprint whose routes cannot be made without a rule."""

    def get(self, path: str, **declared: Any) -> Callable[[Any], Any]:
        """A path to read: `rule`, `query`, `answer`, and `etag` where the answer has a version."""
        return self._door("GET", path, RouteOptions(**declared))

    def post(self, path: str, **declared: Any) -> Callable[[Any], Any]:
        """A path to act on; `keyed` takes an Idempotency-Key, `changes` needs an If-Match."""
        return self._door("POST", path, RouteOptions(**{"keyed": True, **declared}))

    def delete(self, path: str, **declared: Any) -> Callable[[Any], Any]:
        """A path to end something."""
        return self._door("DELETE", path, RouteOptions(**{"statuses": (204,), **declared}))

    def _door(self, method: str, path: str, declared: RouteOptions) -> Callable[[Any], Any]:
        def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def enter(**path_values: Any) -> Response:
                context = RequestContext(current_services(), request_id=g.request_id)
                if declared.rule.public:
                    request.max_content_length = LONGEST_OF_STRANGERS
                else:
                    context.account = signed_in(context.services, request)
                    g.account = context.account.account
                _enter(context, declared, path_values)
                return _respond(view(context, **path_values), declared)

            marked = allow(declared.rule)(
                self.doc(**_document(declared), operationId=view.__name__)(enter)
            )
            marked.declared = declared
            self.add_url_rule(path, view.__name__, marked, methods=[method])
            return view

        return decorator


def _enter(context: RequestContext, declared: RouteOptions, path: dict[str, Any]) -> None:
    """Both gates, and what was asked between them. A repeat is let through to its first answer."""
    try:
        require_permission(context, declared.rule)
        _parse(context, declared)
        resolve_area(context, declared.rule, path)
    except (NotAllowed, OutsideArea, NoSuchThing, AreaNeeded) as refused:
        if not declared.keyed or context.account is None:
            raise
        context.command_id = command_id_of_request(context.account)
        schema = done_before(context)
        if not schema:
            raise
        try:
            _parse(context, declared)
        except RequestError:
            raise refused from None
        settle_repeat(context, declared.rule, path, schema)


def _parse(context: RequestContext, declared: RouteOptions) -> None:
    """What was asked, then on which conditions: a wrong request is wrong on any of them."""
    context.query = parsing.query_values(request, (declared.query or _Nothing)())
    if declared.body is not None and declared.body_is == "json":
        context.body = parsing.json_body(request, declared.body())
    elif declared.body is not None:
        largest = context.services.settings.upload_limit
        context.body = parsing.form_values(request, declared.body(), largest=largest)
    elif request.method == "POST" and request.get_data(cache=True):
        parsing.json_body(request, _Nothing())
    if declared.keyed:
        context.command_id = command_id_of_request(context.account)
    elif request.method == "POST" and "Idempotency-Key" in request.headers:
        refuse_malformed_key(request.headers["Idempotency-Key"])
    if declared.changes:
        context.expected_version = version_of_request()


def _respond(said: Any, declared: RouteOptions) -> Response:
    if isinstance(said, Response):
        return said
    answer = said if isinstance(said, Answer) else Answer(said, declared.statuses[0])
    if declared.answer is None:
        response = Response(status=answer.status)
    else:
        response = jsonify(declared.answer().dump(answer.body))
        response.status_code = answer.status
    for name, value in (answer.headers or {}).items():
        response.headers[name] = value
    return response


class _Nothing(Schema):
    """A query without parameters; any parameter is refused by name."""


def _document(declared: RouteOptions) -> dict[str, Any]:
    headers = [ACCEPT_LANGUAGE]
    if declared.keyed:
        headers.append(IDEMPOTENCY_KEY)
    if declared.changes:
        headers.append(IF_MATCH)
    parameters: list[Any] = list(headers)
    if declared.query is not None:
        parameters.append({"in": "query", "schema": declared.query})
    document: dict[str, Any] = {
        "parameters": parameters,
        "responses": {
            **{str(status): _success(declared) for status in declared.statuses},
            **{str(status): f"PROBLEM_{status}" for status in _errors(declared)},
        },
        "security": [] if declared.rule.public else [{"token": []}],
    }
    if declared.rule.may is not None:
        document["x-permission"] = declared.rule.may.value
    if declared.body is not None:
        kind = "application/json" if declared.body_is == "json" else "multipart/form-data"
        content: dict[str, Any] = {"schema": declared.body}
        if declared.example is not None:
            content["example"] = declared.example
        document["requestBody"] = {"required": True, "content": {kind: content}}
    return document


def _success(declared: RouteOptions) -> dict[str, Any]:
    headers: dict[str, Any] = dict(ANSWER_HEADERS)
    if declared.etag:
        headers["ETag"] = ETAG
    if declared.keyed:
        headers["Idempotency-Key"] = IDEMPOTENCY_KEY_USED
    if 201 in declared.statuses:
        headers["Location"] = LOCATION
    success: dict[str, Any] = {"description": "Done", "headers": headers}
    if declared.answer is not None:
        content: dict[str, Any] = {"schema": declared.answer}
        if declared.answer_example is not None:
            content["example"] = declared.answer_example
        success["content"] = {declared.content_type: content}
    elif declared.content is not None:
        success["content"] = {declared.content_type: {"schema": declared.content}}
    return success


def _errors(declared: RouteOptions) -> Sequence[int]:
    errors = {400, 422, 500, 503, *declared.errors}
    if not declared.rule.public:
        errors |= {401, 429}
    if declared.rule.may is not None:
        errors |= {403}
    if declared.rule.where is not None:
        errors |= {404}
    if declared.body is not None:
        errors |= {413, 415}
    if declared.keyed:
        errors |= {409}
    if declared.changes:
        errors |= {412, 428}
    return sorted(errors)
