"""The area of a page about support: that of the address, or of the account's first role."""

from collections.abc import Callable, Iterable
from typing import Any

from marshmallow import fields, validate

from domain.areas.codes import COUNTRY
from projections.support.programmes import ProgrammeRow
from service.access.authorization import RequestArea, RequestContext
from service.access.permissions import Permission
from service.support.permissions import May
from service.ui import forms, navigation


class AreaOfPage(forms.QueryForm):
    """The area asked for."""

    area = fields.String(load_default=None, validate=validate.Regexp(r"[0-9]{2,5}(@[0-9-]{10})?$"))


def place(permission: Permission) -> Callable[[RequestContext, dict[str, Any]], RequestArea]:
    """The area that the address or the form names; else that of a role with the permission."""

    def area(context: RequestContext, path: dict[str, Any]) -> RequestArea:
        given = (context.query or {}).get("area") or (context.body or {}).get("area")
        if given:
            return RequestArea(context.services.areas().resolved(given, context.today))
        held = navigation.areas_of(context, permission.value) or [context.roles[0].area]
        unit, _day = navigation.standing_unit(context, held[0], context.today)
        return RequestArea(unit)

    return area


def near(context: RequestContext, rows: Iterable[ProgrammeRow]) -> list[ProgrammeRow]:
    """The national programmes, and the local ones of the areas of the account and around them."""
    directory, today = context.services.areas(), context.today
    held = navigation.areas_of(context, May.READ_PROGRAMMES.value)
    return [
        row
        for row in rows
        if not row.area
        or any(
            directory.covers(one, row.area, today) or directory.lies_in(row.area, one, today)
            for one in held
        )
    ]


def areas_offered(context: RequestContext, permission: Permission) -> list[tuple[str, str]]:
    """The areas to choose from on a page about the area of the request."""
    return areas_beside(context, permission, context.area)


def areas_beside(
    context: RequestContext, permission: Permission, unit: str
) -> list[tuple[str, str]]:
    """The areas to choose from: the account's own, the one shown, and the units right below."""
    lineage, today = context.services.areas().lineage, context.today
    held = navigation.areas_of(context, permission.value)
    own = [navigation.standing_unit(context, one, today)[0] for one in held]
    found = dict.fromkeys([*own, unit, *lineage.children(unit, today)])
    units = navigation.named(context, [one for one in found if one != COUNTRY], today)
    return [(COUNTRY, navigation.unit_name(COUNTRY)), *units] if COUNTRY in found else units
