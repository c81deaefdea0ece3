"""Names of households on lists: those that the account reaches today.

A list of a past day, a case or a model may have a household that lives elsewhere by now. What the
register holds of it today is not told to the place that it left (docs/decisions/0084).
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from psycopg import Connection

from projections.support.households import NamedHousehold, named_households
from service.access.authorization import RequestArea, RequestContext, covers


def named_within_reach(
    context: RequestContext, conn: Connection[Any], ids: Collection[UUID]
) -> dict[UUID, NamedHousehold]:
    """The households of these ids; of one out of reach, only that it moved."""
    found = named_households(conn, context.services.keyring, ids)
    within = {
        place: covers(context, context.role, RequestArea(*place))
        for place in {(one.area, one.village) for one in found.values()}
    }
    return {
        id_: one if within[one.area, one.village] else NamedHousehold(id_, "", "", "", moved())
        for id_, one in found.items()
    }


def moved() -> str:
    """What is said in the place of a name."""
    return _("(hộ đã chuyển nơi khác)")
