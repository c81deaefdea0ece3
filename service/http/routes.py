"""The way of a request to its view, the same for the API and the pages; and the routes of the API.

    identify -> permission -> parse -> area -> view -> respond
                                    |
                                    +- refused, but recorded before: `repeat`

`ApiBlueprint` here and `PageBlueprint` of the pages say what is particular to each: how the account
is known, what is read of the request, what a repeat is answered, and what an answer looks like.

A view gets what was asked, already authenticated, parsed and found inside the area, and the values
of its path; a view of the API returns what the schema of its answer shows. The same declaration
makes the route, the rule that `service.app` checks for, and the OpenAPI document.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, Literal, TypeVar

from flask import Response, g, jsonify, request
from flask_smorest import Blueprint
from marshmallow import Schema

from service.access.authentication import signed_in
from service.access.authorization import (
    RequestContext,
    Rule,
    allow,
    done_before,
    require_permission,
    resolve_area,
    settle_repeat,
)
from service.access.errors import AreaNeeded, NotAllowed, OutsideArea
from service.http import parsing
from service.http.commands import command_id_of_request, refuse_malformed_key, version_of_request
from service.http.headers import (
    ACCEPT_LANGUAGE,
    ANSWER_HEADERS,
    ETAG,
    IDEMPOTENCY_KEY,
    IDEMPOTENCY_KEY_USED,
    IF_MATCH,
    LOCATION,
)
from service.problems import NoSuchThing, RequestError
from service.services import current_services

# A body without an account is a name and a password; a longer one is not read at all.
LONGEST_WITHOUT_ACCOUNT = 32 * 1024
# What refuses a request before its view: a repeat of what was recorded before is answered all
# the same.
REFUSED_AT_GATES = (NotAllowed, OutsideArea, NoSuchThing, AreaNeeded)

Body = Literal["json", "form"]
View = Callable[..., Any]
Path = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOptions:
    """What every route declares: its rule, and the schema of its query.

    `largest` is the most bytes of one that takes files, below the limit of the server; 0 is that
    limit.
    """

    rule: Rule
    query: type[Schema] | None = None
    largest: int = 0

    def bound(self, limit: int) -> int:
        """The most bytes of a form with files, where the server takes `limit`."""
        return min(self.largest or limit, limit)


Options = TypeVar("Options", bound=RouteOptions)


class RouteFrame(Generic[Options]):
    """A blueprint whose routes cannot be made without a rule, and are all entered alike."""

    def framed(self, method: str, path: str, options: Options) -> Callable[[View], View]:
        """Registers the view that is decorated at a path, behind the frame."""

        def decorator(view: View) -> View:
            @wraps(view)
            def enter(**values: Any) -> Response:
                return self._enter(view, options, values)

            entered = allow(options.rule)(self.described(enter, view, options))
            entered.declared = options
            self.add_url_rule(path, view.__name__, entered, methods=[method])  # type: ignore[attr-defined]
            return view

        return decorator

    def _enter(self, view: View, options: Options, path: Path) -> Response:
        context = RequestContext(current_services(), request_id=g.request_id)
        answer = self.identify(context, options)
        if answer is None:
            try:
                require_permission(context, options.rule)
                self.parse(context, options)
                resolve_area(context, options.rule, path)
            except REFUSED_AT_GATES as refused:
                answer = self.repeat(context, options, path, refused)
        if answer is None:
            answer = self.answer(view, context, options, path)
        return self.respond(answer, options)

    def described(self, enter: View, view: View, options: Options) -> View:
        """The function that is registered, with what else is said of it."""
        return enter

    def identify(self, context: RequestContext, options: Options) -> Any:
        """Sets the account; an answer where the request goes no further."""
        raise TypeError(f"{type(self).__name__} identifies no account")

    def parse(self, context: RequestContext, options: Options) -> None:
        """Reads what was asked. Raises RequestError."""
        raise TypeError(f"{type(self).__name__} parses nothing")

    def repeat(
        self, context: RequestContext, options: Options, path: Path, refused: RequestError
    ) -> Any:
        """The answer of a request that a gate refused: raises it again, unless the command was
        recorded before. None lets it through to its view."""
        raise refused

    def answer(self, view: View, context: RequestContext, options: Options, path: Path) -> Any:
        """What the view answers."""
        return view(context, **path)

    def respond(self, answer: Any, options: Options) -> Response:
        """The answer as a response."""
        raise TypeError(f"{type(self).__name__} answers nothing")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view answers when more than a body is to be said."""

    body: Any
    status: int = 200
    headers: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiOptions(RouteOptions):
    """What one path takes and gives; see `ApiBlueprint.get` and `ApiBlueprint.post`."""

    answer: type[Schema] | None
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


class ApiBlueprint(RouteFrame[ApiOptions], Blueprint):
    """A blueprint whose routes cannot be made without a rule."""

    def get(self, path: str, **declared: Any) -> Callable[[Any], Any]:
        """A path to read: `rule`, `query`, `answer`, and `etag` where the answer has a version."""
        return self.framed("GET", path, ApiOptions(**declared))

    def post(self, path: str, **declared: Any) -> Callable[[Any], Any]:
        """A path to act on; `keyed` takes an Idempotency-Key, `changes` needs an If-Match."""
        return self.framed("POST", path, ApiOptions(**{"keyed": True, **declared}))

    def delete(self, path: str, **declared: Any) -> Callable[[Any], Any]:
        """A path to end something."""
        return self.framed("DELETE", path, ApiOptions(**{"statuses": (204,), **declared}))

    def described(self, enter: Any, view: Any, options: ApiOptions) -> Any:
        """The function with its part of the OpenAPI document."""
        return self.doc(**_document(options), operationId=view.__name__)(enter)

    def identify(self, context: RequestContext, options: ApiOptions) -> None:
        """Sets the account of the token. Raises NotSignedIn."""
        if options.rule.public:
            request.max_content_length = LONGEST_WITHOUT_ACCOUNT
            return
        context.account = signed_in(context.services, request)
        g.account = context.account.account

    def parse(self, context: RequestContext, options: ApiOptions) -> None:
        """Reads what was asked, then on which conditions: a wrong request is wrong on any."""
        context.query = parsing.query_values(request, parsing.schema_of(options.query or _Nothing))
        if options.body is not None and options.body_is == "json":
            context.body = parsing.json_body(request, parsing.schema_of(options.body))
        elif options.body is not None:
            largest = options.bound(context.services.settings.upload_limit)
            context.body = parsing.form_values(
                request, parsing.schema_of(options.body), largest=largest
            )
        elif request.method == "POST" and request.get_data(cache=True):
            parsing.json_body(request, _Nothing())
        if options.keyed:
            context.command_id = command_id_of_request(context.account)
        elif request.method == "POST" and "Idempotency-Key" in request.headers:
            refuse_malformed_key(request.headers["Idempotency-Key"])
        if options.changes:
            context.expected_version = version_of_request()

    def repeat(
        self, context: RequestContext, options: ApiOptions, path: Path, refused: RequestError
    ) -> None:
        """Lets a repeat through to its first answer."""
        if not options.keyed or context.account is None:
            raise refused
        context.command_id = command_id_of_request(context.account)
        schema = done_before(context)
        if not schema:
            raise refused
        try:
            self.parse(context, options)
        except RequestError:
            raise refused from None
        settle_repeat(context, options.rule, path, schema)

    def respond(self, answer: Any, options: ApiOptions) -> Response:
        """The answer by the schema of the path."""
        if isinstance(answer, Response):
            return answer
        if not isinstance(answer, Answer):
            answer = Answer(answer, options.statuses[0])
        if options.answer is None:
            response = Response(status=answer.status)
        else:
            response = jsonify(options.answer().dump(answer.body))
            response.status_code = answer.status
        for name, value in (answer.headers or {}).items():
            response.headers[name] = value
        return response


class _Nothing(Schema):
    """A query without parameters; any parameter is refused by name."""


def _document(options: ApiOptions) -> dict[str, Any]:
    headers = [ACCEPT_LANGUAGE]
    if options.keyed:
        headers.append(IDEMPOTENCY_KEY)
    if options.changes:
        headers.append(IF_MATCH)
    parameters: list[Any] = list(headers)
    if options.query is not None:
        parameters.append({"in": "query", "schema": options.query})
    document: dict[str, Any] = {
        "parameters": parameters,
        "responses": {
            **{str(status): _success(options) for status in options.statuses},
            **{str(status): f"PROBLEM_{status}" for status in _errors(options)},
        },
        "security": [] if options.rule.public else [{"token": []}],
    }
    if options.rule.may is not None:
        document["x-permission"] = options.rule.may.value
    if options.body is not None:
        kind = "application/json" if options.body_is == "json" else "multipart/form-data"
        content: dict[str, Any] = {"schema": options.body}
        if options.example is not None:
            content["example"] = options.example
        document["requestBody"] = {"required": True, "content": {kind: content}}
    return document


def _success(options: ApiOptions) -> dict[str, Any]:
    headers: dict[str, Any] = dict(ANSWER_HEADERS)
    if options.etag:
        headers["ETag"] = ETAG
    if options.keyed:
        headers["Idempotency-Key"] = IDEMPOTENCY_KEY_USED
    if 201 in options.statuses:
        headers["Location"] = LOCATION
    success: dict[str, Any] = {"description": "Done", "headers": headers}
    if options.answer is not None:
        content: dict[str, Any] = {"schema": options.answer}
        if options.answer_example is not None:
            content["example"] = options.answer_example
        success["content"] = {options.content_type: content}
    elif options.content is not None:
        success["content"] = {options.content_type: {"schema": options.content}}
    return success


def _errors(options: ApiOptions) -> Sequence[int]:
    errors = {400, 422, 500, 503, *options.errors}
    if not options.rule.public:
        errors |= {401, 429}
    if options.rule.may is not None:
        errors |= {403}
    if options.rule.where is not None:
        errors |= {404}
    if options.body is not None:
        errors |= {413, 415}
    if options.keyed:
        errors |= {409}
    if options.changes:
        errors |= {412, 428}
    return sorted(errors)
