"""Finding what a form needs that is not in the household: another commune, another household.

Only what the account may see is found.
"""

from datetime import date

from flask_babel import gettext as _

from domain.areas.directory import AreaDirectory
from domain.areas.errors import AreaNotValidOn, AreaUnknown, NotACommune
from domain.households.codes import CLASSES
from projections.areas import areas
from projections.households import register
from projections.households.sentences import code
from service.access.authorization import RequestArea, RequestContext, covers
from service.access.read_log import note_listed
from service.households.form import FormContext
from service.ui.forms import Choice

MOST = 12


def communes_here(form: FormContext) -> tuple[Choice, ...]:
    """The communes on the land of the household's own, on the day typed."""
    directory, on = form.context.services.areas(), form.day
    units = directory.communes_on_land_of(form.area, on)
    return tuple(Choice(unit, _where(directory, unit, on)) for unit in units)


def areas_found(form: FormContext, q: str) -> tuple[Choice, ...]:
    """The communes on the land of the household's, those chosen before, and those of that name.

    All as they stand on the day typed: a commune that does not is replaced by those on its land.
    """
    context, on = form.context, form.day
    directory = context.services.areas()
    units = list(directory.communes_on_land_of(form.area, on))
    units += _standing(directory, form.typed("area"), on)
    if q.strip():
        with context.services.reading() as conn:
            found = areas.find(conn, on=on, q=q, level="commune", limit=MOST)
        units += [one.unit for one in found]
    return tuple(Choice(unit, _where(directory, unit, on)) for unit in dict.fromkeys(units))


def own_communes(form: FormContext) -> tuple[str, ...]:
    """The communes in which the account may act on the day typed, where it holds single ones."""
    directory, on = form.context.services.areas(), form.day
    units = [unit for held in form.context.roles for unit in _standing(directory, held.area, on)]
    return tuple(dict.fromkeys(units))


def communes_within_reach(form: FormContext, q: str) -> tuple[Choice, ...]:
    """The account's own communes, those chosen before, and those of that name it reaches.

    All as they stand on the day typed.
    """
    context, on = form.context, form.day
    directory = context.services.areas()
    units = [*own_communes(form), *_standing(directory, form.typed("area"), on)]
    if q.strip():
        with context.services.reading() as conn:
            found = areas.find(conn, on=on, q=q, level="commune", limit=MOST)
        units += [one.unit for one in found]
    return tuple(
        Choice(unit, _where(directory, unit, on))
        for unit in dict.fromkeys(units)
        if _takes_households(directory, unit, on) and _reached(context, unit)
    )


def _standing(directory: AreaDirectory, unit: str, on: date) -> tuple[str, ...]:
    """The communes on the land of a unit on a day; none where the unit is not known."""
    return directory.communes_on_land_of(unit, on) if unit in directory.lineage.units else ()


def _takes_households(directory: AreaDirectory, unit: str, on: date) -> bool:
    try:
        return bool(unit and directory.require(unit, on))
    except (AreaUnknown, AreaNotValidOn, NotACommune):
        return False


def _reached(context: RequestContext, unit: str) -> bool:
    directory, today = context.services.areas(), context.today
    return any(directory.covers(held.area, unit, today) for held in context.roles)


def households_found(form: FormContext, q: str) -> tuple[Choice, ...]:
    """Other households of the same commune that answer to a number or a name."""
    context, own = form.context, form.reading.household_id
    chosen = form.typed("into")
    if not q.strip():
        return (Choice(chosen, _("hộ đã chọn")),) if chosen else ()
    with context.services.reading() as conn:
        page = register.search(
            conn,
            context.services.keyring,
            q,
            units=context.services.areas().units_within(context.area, form.today),
            limit=MOST + 1,
        )
    found = [
        one
        for one in page.households
        if one.household_id != own
        and covers(context, context.role, RequestArea(one.area, one.village))
    ]
    note_listed(context, found, words=q)
    return tuple(Choice(str(one.household_id), _who(form, one)) for one in found)


def _who(form: FormContext, one: register.HouseholdRow) -> str:
    parts = [
        one.head,
        _("mã hộ %(number)s", number=one.number) if one.number else "",
        one.village,
        code(CLASSES, one.class_, form.language) if one.class_ else "",
    ]
    return " · ".join(part for part in parts if part)


def _where(directory: AreaDirectory, unit: str, on: date) -> str:
    """A commune with the units above it, as far as they are known."""
    name = directory.name_of(unit, on)
    found = directory.lineage.units.get(unit)
    if found is None or not found.stands_on(on):
        return name
    above = directory.lineage.path(unit, on)
    return ", ".join([name, *(directory.name_of(one, on) for one in above if one)])
