"""Finds the benefits in force that the words of a grant name."""

from datetime import date

from domain.households.household import Household
from domain.support.errors import BenefitUnknown
from domain.support.handler import SupportServices
from domain.support.programme import Benefit, Programme, programme_id


def benefits_named(
    services: SupportServices, programme: str, benefit: str, household: Household, on: date
) -> list[tuple[Programme, Benefit]]:
    """The benefits of programmes in force on a day that a grant to a household names.

    The one that its programme has by that code or title; where it has none, each that is called so
    in another one. Local programmes of other areas are left out.
    """
    known = services.known_benefits()
    named = known.named(programme, benefit)
    found = []
    for one in known.with_words(benefit) if named is None else [named]:
        of = services.find(Programme, programme_id(one.programme))
        if of is None or not of.is_in_force(on):
            continue
        if named is None and of.area and not services.directory.covers(of.area, household.area, on):
            continue
        try:
            found.append((of, of.benefit(one.benefit, on)))
        except BenefitUnknown:  # defined later
            continue
    return found
