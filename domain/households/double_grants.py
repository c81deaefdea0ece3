"""Decides whether a support was granted to a beneficiary before, by whichever way each came.

A case, a batch and a list name a benefit of a programme by its code; the form of a household takes
free words. Two grants are of one benefit where both name the same benefit of a programme, or where
one of them is in free words that are the code or a title of the other, or the same words: folded,
so that case, blanks and the place of a tone do not matter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from domain.households import events
from domain.households.errors import DoubleGrant
from domain.households.household import Household
from domain.matching.names import fold_name


@dataclass(frozen=True, slots=True)
class NamedBenefit:
    """A benefit of a programme. `words` are its code and its titles, folded; of `once` there is one
    grant for good."""

    programme: str
    benefit: str
    once: bool
    words: frozenset[str]


BenefitNames = Callable[[str, str], NamedBenefit | None]
"""The benefit that a programme and a benefit of a grant name; None for free words."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant by what makes two of them one: benefit, beneficiary (None: the household), period."""

    programme: str
    benefit: str
    person_id: UUID | None
    period_from: date
    period_until: date


class KnownBenefits(Protocol):
    """The benefits of all programmes, by what grants call them."""

    def named(self, programme: str, benefit: str) -> NamedBenefit | None:
        """The benefit that a programme and a benefit of a grant name; None for free words."""

    def with_words(self, benefit: str) -> Sequence[NamedBenefit]:
        """The benefits of all programmes that have these words as code or title."""


GrantCheck = Callable[[Household, Grant, int | None, date], tuple[str, ...]]
"""The check of a grant of an amount, made on a day, by the rules of the benefit that it names.

Raises the refusal of the benefit; a note says that the words name no benefit, or several.
"""


def free_words(programme: str, benefit: str) -> NamedBenefit | None:
    """None: no programme is known."""
    return None


def checked_before(
    household: Household, grant: Grant, amount: int | None, on: date
) -> tuple[str, ...]:
    """No note: the grant was checked by the rules of its benefit."""
    return ()


def refuse_double_grant(
    household: Household, wanted: Grant, benefits: BenefitNames, own: UUID | None = None
) -> None:
    """Raises DoubleGrant where the beneficiary was granted the benefit for a day of the period.

    `own` is a support that is the wanted one itself.
    """
    for one in household.supports.values():
        if one.support_id == own or one.person_id != wanted.person_id:
            continue
        if is_same(_grant(one), wanted, benefits):
            raise DoubleGrant(
                benefit=one.benefit,
                support_id=one.support_id,
                period_from=one.period_from,
                period_until=one.period_until,
            )


def _grant(one: events.SupportGranted) -> Grant:
    return Grant(one.programme, one.benefit, one.person_id, one.period_from, one.period_until)


def is_same(one: Grant, other: Grant, benefits: BenefitNames) -> bool:
    """Whether two grants to one beneficiary are of one benefit and period."""
    share_a_day = one.period_from <= other.period_until and other.period_from <= one.period_until
    if (one.programme, one.benefit) == (other.programme, other.benefit) and share_a_day:
        return True
    first, second = benefits(one.programme, one.benefit), benefits(other.programme, other.benefit)
    if not share_a_day and not any(named.once for named in (first, second) if named is not None):
        return False
    if first is not None and second is not None:
        return (first.programme, first.benefit) == (second.programme, second.benefit)
    return not _words(one, first).isdisjoint(_words(other, second))


def _words(grant: Grant, named: NamedBenefit | None) -> frozenset[str]:
    return named.words if named is not None else frozenset({fold_name(grant.benefit)})
