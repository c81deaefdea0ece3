"""The way of a request to its view, the same for the API and the pages.

    identify -> permission -> parse -> area -> view -> respond
                                    |
                                    +- refused, but recorded before: `repeat`

`ApiBlueprint` and `PageBlueprint` say what is particular to each: how the account is known, what
is read of the request, what a repeat is answered, and what an answer looks like.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

from flask import Response, g
from marshmallow import Schema

from service.access.authorize import require_permission, resolve_area
from service.access.errors import AreaNeeded, NotAllowed, OutsideArea
from service.access.request_context import RequestContext
from service.access.rules import Rule, allow
from service.problems import NoSuchThing, RequestError
from service.services import current_services

# A body without an account is a name and a password; a longer one is not read at all.
LONGEST_WITHOUT_ACCOUNT = 32 * 1024
# What refuses a request before its view: a repeat of what was recorded before is answered all
# the same.
REFUSED_AT_GATES = (NotAllowed, OutsideArea, NoSuchThing, AreaNeeded)

View = Callable[..., Any]
Path = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOptions:
    """What every route declares: its rule, and the schema of its query."""

    rule: Rule
    query: type[Schema] | None = None


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
