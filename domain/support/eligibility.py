"""Decides whether a household qualifies for a benefit, by its own record and on a day.

The list of the end of a year serves the next year, and a decision within a year serves from its own
day. So a household qualifies in year t by its class at the end of t-1, or by its class on the day.
A household that leaves the list within t keeps the benefits of t: nothing was found that ends
them earlier (docs/decisions/0198).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.areas.directory import AreaDirectory
from domain.commands.command import CommandContext
from domain.households.codes import LISTED
from domain.households.household import Household
from domain.support.case_errors import PeriodTooFar
from domain.support.entitlement import Period
from domain.support.errors import (
    BeneficiaryMismatch,
    BenefitNotInForce,
    DoesNotQualify,
    ProgrammeUnknown,
)
from domain.support.handler import SupportServices
from domain.support.programme import Benefit, Programme, programme_id

NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Basis:
    """The reason why a household qualifies: `by` the list of the year before, a decision of the
    year, or as newly escaped; `class_` is the class on which it rests, `since` its decision's day.
    """

    by: str
    class_: str
    since: date


def decision_on(household: Household, day: date) -> tuple[str, date | None]:
    """The class by the last national decision up to a day, and its day; "" where none is."""
    known = [
        (one.effective_on, one.originator_version, one.class_)
        for one in household.decisions
        if one.scope == NATIONAL and one.effective_on <= day
    ]
    since, _, class_ = max(known, default=(None, 0, ""))
    return class_, since


def basis(household: Household, benefit: Benefit, on: date, directory: AreaDirectory) -> Basis:
    """The reason why a household qualifies on a day. Raises DoesNotQualify with what fails."""
    wanted = benefit.qualification
    now, since = decision_on(household, on)
    if wanted.areas and not any(directory.lies_in(one, household.area, on) for one in wanted.areas):
        raise DoesNotQualify(benefit=benefit.code, on=on, of="area")
    if wanted.groups and not any(getattr(household.flags, one) for one in wanted.groups):
        raise DoesNotQualify(benefit=benefit.code, on=on, of="groups", groups=wanted.groups)
    listed, listed_since = decision_on(household, date(on.year - 1, 12, 31))
    if now in wanted.classes and since is not None:
        return Basis("decision" if since.year == on.year else "list", now, since)
    if listed in wanted.classes and listed_since is not None:
        return Basis("list", listed, listed_since)
    if wanted.newly_escaped and now not in LISTED:
        for left in household.exits:
            until = left.newly_escaped_until
            if until is not None and left.effective_on <= on <= until:
                return Basis("newly_escaped", now, left.effective_on)
    raise DoesNotQualify(benefit=benefit.code, on=on, of="class", held=now, classes=wanted.classes)


def find_programme(services: SupportServices, code: str) -> Programme:
    """The programme of a code. Raises ProgrammeUnknown."""
    programme = services.find(Programme, programme_id(code))
    if programme is None:
        raise ProgrammeUnknown(programme=code)
    return programme


def benefit_in_force(services: SupportServices, programme: str, code: str, on: date) -> Benefit:
    """The benefit as defined on a day of a programme that is in force then."""
    found = find_programme(services, programme)
    benefit = found.benefit(code, on)
    if not found.is_in_force(on):
        raise BenefitNotInForce(programme=programme, benefit=code, on=on)
    return benefit


def benefit_of_period(
    services: SupportServices, programme: str, code: str, period: Period
) -> Benefit:
    """The benefit as defined on the first day of a period on which its programme gives it."""
    found = find_programme(services, programme)
    on = found.first_day_of(code, period.first, period.last)
    return benefit_in_force(services, programme, code, on)


def require_near(period: Period, context: CommandContext) -> None:
    """Raises PeriodTooFar for a period after the next year, whose list is not there yet."""
    last = context.recorded_on.year + 1
    if period.first.year > last:
        raise PeriodTooFar(period_from=period.first, last_year=last)


def check_beneficiary(
    household: Household, benefit: Benefit, person_id: UUID | None, on: date
) -> None:
    """Raises BeneficiaryMismatch, PersonUnknown or PersonNotMemberThen."""
    if benefit.counted != "turn" and (benefit.counted == "person") != (person_id is not None):
        raise BeneficiaryMismatch(counted=benefit.counted)
    if person_id is not None:
        household.was_member(person_id, on)
