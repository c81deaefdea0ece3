"""What an input suggests: villages and support known in the reader's own area, ethnic groups.

Suggestions are read from households that the account may read; those of other areas are never
offered, and a suggestion binds to nothing.
"""

from collections import Counter
from collections.abc import Sequence

from domain.areas.directory import AreaDirectory
from domain.households.ethnicities import ETHNICITIES
from projections.households import known_words, register
from service.access.authorization import RequestContext
from service.ui import navigation

UNITS = 40  # more than any commune was made of; nothing is suggested for a province

__all__ = ["ETHNICITIES", "benefits", "programmes", "villages"]


def villages(context: RequestContext, communes: Sequence[str]) -> tuple[str, ...]:
    """The villages known in these communes, as far as a role of the account reaches them.

    Where villages of several former units have one name, each that is recorded in another unit
    than these communes is offered with its unit.
    """
    units = _own(context, communes)
    if not units:
        return ()
    with context.services.reading() as conn:
        known = register.villages(conn, units)
    in_units = Counter(village for village, _ in known)
    shared = [one for one in known if in_units[one[0]] > 1 and one[1] not in communes]
    told_apart = navigation.villages_in(context, shared, context.today)
    return tuple(dict.fromkeys(told_apart.get(one, one[0]) for one in known))


def programmes(context: RequestContext, commune: str) -> tuple[str, ...]:
    """The programmes under which households of a commune were supported."""
    return tuple(dict.fromkeys(programme for programme, _ in _supported(context, commune)))


def benefits(context: RequestContext, commune: str) -> tuple[str, ...]:
    """The benefits that households of a commune were granted."""
    return tuple(sorted({benefit for _, benefit in _supported(context, commune)}))


def _supported(context: RequestContext, commune: str) -> list[tuple[str, str]]:
    units = _own(context, [commune])
    if not units:
        return []
    with context.services.reading() as conn:
        return known_words.supported(conn, units)


def _own(context: RequestContext, communes: Sequence[str]) -> list[str]:
    """The units whose households count in these communes today, within the account's own area.

    A role that is kept to some villages sees nothing of the others.
    """
    directory: AreaDirectory = context.services.areas()
    whole = [held.area for held in context.roles if not held.villages]
    found: set[str] = set()
    for commune in communes:
        for now in directory.communes_on_land_of(commune, context.today):
            if any(directory.covers(area, now, context.today) for area in whole):
                found.update(directory.units_within(now, context.today) or ())
    return sorted(found) if len(found) <= UNITS else []
