"""Periods and amounts of a benefit: the period of a day, and the đồng that rates give for it."""

import calendar
from dataclasses import dataclass
from datetime import date

from domain.households.events import SupportGranted
from domain.households.household import Household
from domain.households.support import MOST_GOODS, MOST_MONEY
from domain.support.codes import MONTHS
from domain.support.errors import (
    AmountNeeded,
    AmountNotByRate,
    LowerOfSameContent,
    MoneyInvalid,
    QuantityInvalid,
    RateNotValid,
    SameContentGranted,
)
from domain.support.grant_words import benefits_named
from domain.support.handler import SupportServices
from domain.support.programme import Benefit, Programme, Rate, parts_of_period, programme_id


@dataclass(frozen=True, slots=True)
class Period:
    """The days for which a benefit is given, both included. `once` is given a single time."""

    first: date
    last: date
    once: bool = False

    @property
    def months(self) -> list[date]:
        """The first day of each month of the period."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        start = self.first.year * 12 + self.first.month - 1
        return [date(at // 12, at % 12 + 1, 1) for at in range(start, start + count)]

    @property
    def divisor(self) -> int:
        """The number of months that an amount is for; 1 for what is given once."""
        return 1 if self.once else len(self.months)

    @property
    def key(self) -> str:
        """The word by which the period is claimed."""
        return "once" if self.once else self.first.isoformat()

    def within(self, day: date) -> date:
        """The day, or the nearest one of the period."""
        return min(max(day, self.first), self.last)


def period_of(benefit: Benefit, day: date) -> Period:
    """The period of a benefit in which a day lies.

    What is given once is given on its day; of what counts turns there may be one each day.
    """
    months = MONTHS.get(benefit.period)
    if months is None:
        return Period(day, day, once=benefit.counted != "turn")
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return Period(
        date(day.year, first, 1),
        date(day.year, last, calendar.monthrange(day.year, last)[1]),
    )


@dataclass(frozen=True, slots=True)
class Entitlement:
    """The amount that rates give for a period: exact, at most, or not known."""

    amount: int | None
    at_most: int | None
    certainty: str

    def settled(self, amount: int | None, quantity: int | None) -> int | None:
        """The amount of a case.

        Raises MoneyInvalid, QuantityInvalid, AmountNotByRate, AmountNeeded.
        """
        if amount is not None and not 0 < amount <= MOST_MONEY:
            raise MoneyInvalid(amount=amount, at_most=MOST_MONEY)
        if quantity is not None and not 0 < quantity <= MOST_GOODS:
            raise QuantityInvalid(quantity=quantity, at_most=MOST_GOODS)
        if self.amount is not None:
            if amount not in (None, self.amount):
                raise AmountNotByRate(amount=amount, by_rate=self.amount)
            return self.amount
        if amount is None and quantity is None:
            raise AmountNeeded(certainty=self.certainty)
        if self.at_most is not None and amount is not None and amount > self.at_most:
            raise AmountNotByRate(amount=amount, at_most=self.at_most)
        return amount


def entitlement(programme: Programme, benefit: Benefit, period: Period) -> Entitlement:
    """The amount for a period: a rate of a part of it is added up, as of months for a quarter.

    Raises RateNotValid.
    """
    if not any(one.benefit == benefit.code for one in programme.rates):
        return Entitlement(None, None, "unknown")
    days = _days_in_force(programme, period)
    first = _valid(programme, benefit, days[0])
    parts = parts_of_period(benefit.period, first.per)
    if parts is None:
        raise RateNotValid(benefit=benefit.code, on=days[0])
    rates = [first]
    if parts > 1:
        step = MONTHS[first.per]
        rates = [_valid(programme, benefit, day) for day in days[::step]]
    if any(one.per != first.per for one in rates):
        raise RateNotValid(benefit=benefit.code, on=days[0])
    amounts = [one.amount for one in rates if one.amount is not None]
    ceilings = [one.at_most for one in rates if one.at_most is not None]
    certainty = next((one.certainty for one in rates if one.certainty != "seen"), "seen")
    return Entitlement(
        sum(amounts) if len(amounts) == len(rates) else None,
        sum(ceilings) if len(ceilings) == len(rates) else None,
        certainty,
    )


def _days_in_force(programme: Programme, period: Period) -> list[date]:
    """The first days of the months of a period; without months of which the programme has no day.

    A programme that begins or ends within a quarter gives nothing for its other months.
    """
    if period.first == period.last:
        return [period.first]
    begins, ends = programme.valid_from, programme.last_day or date.max
    held = [
        month
        for month in period.months
        if (month.year, month.month) >= (begins.year, begins.month) and month <= ends
    ]
    return held or [period.first]


def _valid(programme: Programme, benefit: Benefit, day: date) -> Rate:
    rate = programme.rate(benefit.code, day)
    if rate is None:
        raise RateNotValid(benefit=benefit.code, on=day)
    return rate


@dataclass(frozen=True, slots=True)
class Wanted:
    """A benefit that is wanted for a beneficiary: a household, or a person of it."""

    programme: str
    benefit: Benefit
    person_id: object
    period: Period
    amount: int | None


def require_highest(household: Household, wanted: Wanted, services: SupportServices) -> None:
    """Refuses a benefit where one of the same content was granted for overlapping days.

    Raises LowerOfSameContent where that is as high or higher a month, SameContentGranted where it
    is lower. A grant in free words is the benefit that its words name, where it is exactly one.
    """
    for granted in household.supports.values():
        if granted.person_id != wanted.person_id:
            continue
        found = _benefit_of(granted, household, services)
        if found is None or found[1].content != wanted.benefit.content:
            continue
        programme, other = found
        if (programme, other.code) == (wanted.programme, wanted.benefit.code):
            continue  # a double grant has a refusal of its own
        once = period_of(other, granted.period_from).once
        theirs = Period(granted.period_from, granted.period_until, once)
        always = theirs.once or wanted.period.once
        if not always and not (
            theirs.first <= wanted.period.last and wanted.period.first <= theirs.last
        ):
            continue
        mine_by_month = (wanted.amount or 0) * theirs.divisor
        theirs_by_month = (granted.amount or 0) * wanted.period.divisor
        refusal = LowerOfSameContent if mine_by_month <= theirs_by_month else SameContentGranted
        raise refusal(
            content=other.content,
            granted=f"{programme}/{other.code}",
            granted_amount=granted.amount,
            amount=wanted.amount,
        )


def _benefit_of(
    granted: SupportGranted, household: Household, services: SupportServices
) -> tuple[str, Benefit] | None:
    """The programme and the benefit of a grant; None for words that name none, or several."""
    programme = services.find(Programme, programme_id(granted.programme))
    defined = programme.definitions if programme is not None else ()
    known = [one for _, one in defined if one.code == granted.benefit]
    if known:
        return granted.programme, known[-1]
    named = benefits_named(
        services, granted.programme, granted.benefit, household, granted.period_from
    )
    if len(named) != 1:
        return None
    ((found, benefit),) = named
    return found.code, benefit
