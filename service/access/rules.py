"""The authorization rule that every route declares.

A rule names one permission and the function that finds the area of the request;
`service.access.authorize` decides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service.access.permissions import Permission
from service.access.request_context import RequestArea, RequestContext


@dataclass(frozen=True, slots=True)
class Rule:
    """The authorization rule of a route: the permission, and how to find the area of the request.

    `may` None admits every account that works, and `public` every request. `where` None means that
    the permission has no area.
    """

    may: Permission | None = None
    where: Callable[[RequestContext, dict[str, Any]], RequestArea] | None = None
    public: bool = False


PUBLIC = Rule(public=True)
SIGNED_IN = Rule()

_RULE = "__route_rule__"


def allow(rule: Rule) -> Callable[[Any], Any]:
    """Attaches the rule to a view; the blueprints check it before the view runs."""

    def mark(view: Any) -> Any:
        setattr(view, _RULE, rule)
        return view

    return mark


def rule_of(view: Any) -> Rule | None:
    """The rule that a view declares; None where it declares none."""
    return getattr(view, _RULE, None)


def routes_without_rule(app: Any) -> list[str]:
    """The endpoints of a Flask application whose view declares no rule."""
    return sorted(name for name, view in app.view_functions.items() if rule_of(view) is None)
