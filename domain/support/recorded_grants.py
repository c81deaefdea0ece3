"""Checks a grant that is recorded on a household by the rules of the benefit that it names.

The form of a household takes a programme and a benefit in words. Where they name exactly one
benefit of a programme in force on the first day of the period, the household has to qualify and
gets the highest only, as in a case. Otherwise the grant is recorded, and a note says that it was
not checked.
"""

from datetime import date

from domain.households.double_grants import Grant
from domain.households.household import Household
from domain.support.eligibility import basis
from domain.support.entitlement import Period, Wanted, period_of, require_highest
from domain.support.grant_words import benefits_named
from domain.support.handler import SupportServices

NO_BENEFIT, SEVERAL_BENEFITS = "benefit_not_found", "benefit_of_several"


def check_grant(
    services: SupportServices, household: Household, grant: Grant, amount: int | None, on: date
) -> tuple[str, ...]:
    """The notes of a grant made on a day. Raises DoesNotQualify, LowerOfSameContent,
    SameContentGranted.

    What several benefits are called is not refused for the rules of one of them.
    """
    found = benefits_named(services, grant.programme, grant.benefit, household, grant.period_from)
    if len(found) != 1:
        return (SEVERAL_BENEFITS if found else NO_BENEFIT,)
    ((programme, benefit),) = found
    once = period_of(benefit, grant.period_from).once
    period = Period(grant.period_from, grant.period_until, once)
    basis(household, benefit, period.within(on), services.directory)
    wanted = Wanted(programme.code, benefit, grant.person_id, period, amount)
    require_highest(household, wanted, services)
    return ()
