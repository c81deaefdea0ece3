"""Finding a household of the round's commune for a form, by name or number."""

from flask import g
from flask_babel import gettext as _

from projections.households import register
from service.access.authorization import RequestArea, covers
from service.access.read_log import note_listed
from service.ui.forms import Choice
from service.ui.labels import CLASSES

MOST = 12


def households_named(chosen: str, q: str) -> tuple[Choice, ...]:
    """The households that answer to a text, and the one chosen before. Finding is logged."""
    context = g.context
    if not q.strip():
        return (Choice(chosen, _("hộ đã chọn")),) if chosen else ()
    units = context.services.areas().units_within(context.area, context.today)
    with context.services.reading() as conn:
        page = register.search(conn, context.services.keyring, q, units=units, limit=MOST)
    found = [
        one
        for one in page.households
        if covers(context, context.role, RequestArea(one.area, one.village))
    ]
    note_listed(context, found, words=q)
    return tuple(Choice(str(one.household_id), _said(one)) for one in found)


def _said(one: register.HouseholdRow) -> str:
    parts = [
        one.head,
        _("mã hộ %(number)s", number=one.number) if one.number else "",
        one.village,
        str(CLASSES.get(one.class_, one.class_)),
    ]
    return " · ".join(part for part in parts if part)
