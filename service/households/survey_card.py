"""The score card of B1 that holds where a household lives, for form B and its preview."""

from domain.errors import Refusal
from domain.standards import Standard
from domain.standards.score_card import ImportedCard, newest_score_card
from service.households.form import FormContext
from service.households.preview import area_type_on


def of_form(form: FormContext, standard: Standard) -> ImportedCard | None:
    """The newest card of the standard for the area type typed, in the units of the household."""
    area_type = form.typed("area_type") or area_type_on(form, form.day)
    directory = form.context.services.areas()
    try:
        offices = directory.offices_over(form.area, form.day)
    except Refusal:
        offices = ()
    codes = [directory.unit(unit).code for unit in offices if unit]
    with form.context.services.reading() as conn:
        return newest_score_card(conn, standard.indicators_from or standard.id, area_type, codes)
