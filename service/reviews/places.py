"""The area of a request about rounds: that of the round, or the account's own."""

from typing import Any
from uuid import UUID

from domain.reviews.errors import RoundUnknown
from projections.reviews import rounds
from projections.reviews.rounds import RoundRow
from service.access import authorization
from service.access.authorization import RequestArea, RequestContext
from service.problems import NoSuchThing
from service.ui import navigation


def own(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The area of the account's first role, with the first of its villages where it is kept to
    some."""
    held = context.roles[0]
    unit, _ = navigation.standing_unit(context, held.area, context.today)
    return RequestArea(unit, next(iter(held.villages), None))


def of_round(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The commune of the round in the path, which never changes; hidden outside of it.

    A role that is kept to villages acts within the first of its own. Raises NoSuchThing.
    """
    area = area_of_round(context, path["round_id"])
    directory = context.services.areas()
    kept = [
        village
        for held in context.roles
        if directory.covers(held.area, area, context.today)
        for village in held.villages
    ]
    return RequestArea(area, kept[0] if kept else None, hidden=True)


def area_of_round(context: RequestContext, round_id: UUID) -> str:
    """The commune of a round, of the read model or, where that lags, of its events."""
    with context.services.reading() as conn:
        row = rounds.round_of(conn, round_id)
    if row is not None:
        return row.area
    try:
        return context.services.application.rounds.load(round_id).area
    except RoundUnknown:
        raise NoSuchThing from None


def round_shown(context: RequestContext, round_id: UUID) -> RoundRow:
    """The round as the read model has it. Raises NoSuchThing."""
    with context.services.reading() as conn:
        row = rounds.round_of(conn, round_id)
    if row is None:
        raise NoSuchThing
    return row


def units_of_rounds(context: RequestContext, area: str) -> set[str] | None:
    """The units whose rounds a role held in one unit reaches; None is the whole country.

    Where that unit has ended, the communes of today that it covers are among them.
    """
    areas = context.services.areas()
    within = areas.units_within(area, context.today)
    if within is None:
        return None
    today = context.today
    heirs = {areas.lineage.place(one, today).node for one in within}
    return {*within, *(one for one in heirs if areas.covers(area, one, today))}


def of_household(context: RequestContext, path: dict[str, Any]) -> RequestArea:
    """The household of the path, by where it lives now, with the round's commune beside."""
    context.also = (of_round(context, path),)
    return authorization.household(context, path)


def require_whole(context: RequestContext) -> None:
    """NoSuchThing for a role kept to some villages: the answer names households of others."""
    if kept_villages(context) is not None:
        raise NoSuchThing


def kept_villages(context: RequestContext) -> tuple[str, ...] | None:
    """The villages that the role of the request is kept to; None where it is kept to none."""
    return context.role.villages if context.role and context.role.villages else None
