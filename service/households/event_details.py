"""What one event says beside its sentence: labels and values, figures compared, reasons.

How an event is told is in the file of its subject; `subjects` lists them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from domain.errors import Refusal
from domain.households.events import HouseholdEvent
from domain.standards import Standard
from domain.standards.reasons import AREA_NAMES, FIGURE_NAMES, sentences
from service.access.authorization import RequestContext
from service.ui.render import format_number

Line = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure compared with one bound of the standard, in words."""

    figure: str
    value: int
    relation: str
    bound: int
    holds: bool

    @property
    def beside_bound(self) -> str:
        """How the figure was found to stand beside its bound: a figure that meets a bound of
        poverty is no achievement, so the column never says "met"."""
        if self.relation == "≥":
            return _("từ ngưỡng trở lên") if self.holds else _("dưới ngưỡng")
        return _("không vượt") if self.holds else _("vượt")


@dataclass(frozen=True, slots=True)
class Details:
    """`lines` are labels and values; `comparisons` and `reasons` those of a decision."""

    lines: tuple[Line, ...] = ()
    comparisons: tuple[Compared, ...] = ()
    reasons: tuple[str, ...] = ()


# Tells an event of the class that it is listed for, in a language.
Teller = Callable[[RequestContext, Any, str], Details]
Tellers = dict[type[HouseholdEvent], Teller]


def details(*lines: Line) -> Details:
    """The lines, without those that say nothing."""
    return Details(tuple(one for one in lines if one[1] not in (None, "")))


def edition(context: RequestContext, standard_id: str, digest: str) -> Standard | None:
    """The very edition of a standard that decided; None where it is not ours."""
    try:
        return context.services.application.standards.edition(standard_id, digest)
    except Refusal:
        return None


def reasons_of(standard: Standard | None, reasons: Any, language: str) -> tuple[str, ...]:
    """The reasons in sentences; as stored where the standard is not known here."""
    return sentences(standard, reasons, language) if standard else tuple(reasons)


def compared(comparisons: Any, language: str) -> tuple[Compared, ...]:
    """What was compared with what."""
    signs = {"<=": "≤", ">=": "≥"}
    return tuple(
        Compared(
            FIGURE_NAMES.get(one.what, (one.what, one.what))[language == "en"],
            one.value,
            signs.get(one.relation, one.relation),
            one.bound,
            one.holds,
        )
        for one in comparisons
    )


def money(value: int | None) -> str:
    """An amount of đồng; "" where it is not known."""
    return "" if value is None else _("%(amount)s đồng", amount=format_number(value))


def area_type(value: str, language: str) -> str:
    """Urban or rural, in words."""
    return AREA_NAMES.get(value, (value, value))[language == "en"]
