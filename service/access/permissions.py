"""Who may do what, and where: the table of roles, and the rule that every route must declare.

Nothing is allowed that is not written here. A rule names one permission and how the area of the
request is found; `service.access.authorize` decides. docs/permissions.md explains the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.access.authorize import RequestArea, RequestContext


class May(StrEnum):
    """One thing that a role may be allowed to do."""

    READ_AREAS = "areas.read"
    READ_COUNTS = "counts.read"
    READ_HOUSEHOLDS = "households.read"
    REGISTER = "households.register"
    SCREEN = "households.screen"
    SURVEY = "households.survey"
    AMEND = "households.amend"
    SUPPORT = "households.support"
    SIGN = "households.sign"
    FORGET = "households.forget"
    IMPORT = "imports.run"
    READ_IMPORTS = "imports.read"
    REPLAY = "replays.run"
    READ_REPLAYS = "replays.read"
    DECLARE_POPULATION = "population.declare"
    READ_LEDGER = "ledger.read"
    READ_READ_LOG = "readlog.read"
    OPEN_AREA = "access.open"
    WATCH_SYSTEM = "system.watch"
    MEND_SYSTEM = "system.mend"
    MANAGE_ACCOUNTS = "accounts.manage"


_FIGURES = {May.READ_AREAS, May.READ_COUNTS}
_FILES = {*_FIGURES, May.READ_HOUSEHOLDS, May.OPEN_AREA}
_OVERSIGHT = {
    *_FILES,
    May.READ_IMPORTS,
    May.READ_REPLAYS,
    May.READ_LEDGER,
    May.READ_READ_LOG,
    May.WATCH_SYSTEM,
}

ROLES: dict[str, frozenset[May]] = {
    "surveyor": frozenset(
        {May.READ_AREAS, May.READ_HOUSEHOLDS, May.REGISTER, May.SCREEN, May.SURVEY}
    ),
    "case_worker": frozenset(
        {
            *_FILES,
            May.REGISTER,
            May.SCREEN,
            May.SURVEY,
            May.AMEND,
            May.SUPPORT,
            May.IMPORT,
            May.READ_IMPORTS,
        }
    ),
    "chairman": frozenset({*_FILES, May.SIGN, May.FORGET, May.READ_IMPORTS}),
    "province_officer": frozenset(
        {*_FILES, May.DECLARE_POPULATION, May.READ_IMPORTS, May.READ_REPLAYS}
    ),
    "auditor": frozenset(_OVERSIGHT),
    "inspector": frozenset({*_OVERSIGHT, May.REPLAY}),
    "administrator": frozenset(
        {
            May.READ_AREAS,
            May.READ_LEDGER,
            May.WATCH_SYSTEM,
            May.MEND_SYSTEM,
            May.MANAGE_ACCOUNTS,
        }
    ),
}

# The permissions that a stated reason extends beyond one's own area: reading files only.
OPENED_BY_REASON = frozenset({May.READ_HOUSEHOLDS})


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks of whoever knocks.

    `may` None lets anybody in whose account works, and `public` anybody at all. `where` finds
    the place of the request; None means that the permission has no place.
    """

    may: May | None = None
    where: "Callable[[RequestContext, dict[str, Any]], RequestArea] | None" = None
    public: bool = False


PUBLIC = Rule(public=True)
SIGNED_IN = Rule()

_RULE = "__door_rule__"


def allow(rule: Rule) -> Callable[[Any], Any]:
    """Writes the rule on a view; `service.access.authorize.guard` reads it before the view runs."""

    def mark(view: Any) -> Any:
        setattr(view, _RULE, rule)
        return view

    return mark


def rule_of(view: Any) -> Rule | None:
    """The rule that a view declares; None where somebody forgot."""
    return getattr(view, _RULE, None)


def routes_without_rule(app: Any) -> list[str]:
    """The endpoints of a Flask application whose view declares no rule."""
    return sorted(name for name, view in app.view_functions.items() if rule_of(view) is None)
