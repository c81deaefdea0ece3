"""What is shown of a list's rows to one reader: households on record only where they are within
reach now, by whichever account the list was imported, and wherever they lived then."""

from collections.abc import Sequence
from uuid import UUID

from projections.imports.imports import Household, StoredRemark
from service.access import authorization
from service.access.authorization import RequestContext


def remarks(context: RequestContext, page: Sequence[StoredRemark]) -> list[StoredRemark]:
    """The remarks, without the id of a household that the reader may not see."""
    named = [UUID(one.details["household"]) if "household" in one.details else None for one in page]
    ids = {id_ for id_ in named if id_ is not None}
    seen = authorization.all_within_reach(context, ids) if ids else frozenset()
    return [
        one if id_ is None or id_ in seen else one._replace(details=_without(one))
        for one, id_ in zip(page, named, strict=True)
    ]


def outcomes(context: RequestContext, page: Sequence[Household]) -> list[Household]:
    """The households of the list, those on record by id only where the reader may see them."""
    known = {one.household_id for one in page if one.household_id is not None}
    seen = authorization.all_within_reach(context, known) if known else frozenset()
    return [one if one.household_id in seen else one._replace(household_id=None) for one in page]


def _without(one: StoredRemark) -> dict[str, object]:
    return {name: value for name, value in one.details.items() if name != "household"}
