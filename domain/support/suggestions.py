"""Suggests benefits for the needs and causes of poverty of a household.

Which need leads to which benefit is dated data (`suggested_benefits.toml`) with its certainty. A
suggestion gives no right: whether the household qualifies is decided on its own events.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import msgspec

from domain.households.codes import CAUSES, NEEDS
from domain.standards.parts import Part, Text
from domain.support.codes import CERTAINTIES
from domain.support.programme import Benefit

NEED, CAUSE = "need", "cause"
_CODES = {NEED: NEEDS, CAUSE: CAUSES}


class Suggestion(Part, frozen=True):
    """The contents that a need, or a cause, leads to in its days; none where it is not known."""

    contents: tuple[str, ...]
    valid_from: date
    certainty: str
    need: str = ""
    cause: str = ""
    valid_until: date | None = None

    @property
    def kind(self) -> str:
        """ "need" or "cause"."""
        return NEED if self.need else CAUSE

    @property
    def code(self) -> str:
        """The code of the need or the cause."""
        return self.need or self.cause

    def covers(self, day: date) -> bool:
        """Whether it is proposed on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class _File(Part, frozen=True):
    note: Text
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A need or a cause of a household, and the benefits that it leads to, by programme.

    `certainty` is "unknown" where nothing says what it leads to.
    """

    kind: str
    code: str
    certainty: str
    benefits: tuple[tuple[str, Benefit], ...]


@cache
def _file() -> _File:
    text = (resources.files("domain.support") / "suggested_benefits.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _File)


def note_on_suggestions(language: str) -> str:
    """The note on where the suggestions come from, in "vi" or "en"."""
    return _file().note.in_language(language)


@cache
def published_suggestions() -> tuple[Suggestion, ...]:
    """The suggestions of the program. Raises ValueError where a line makes no sense."""
    found = _file().suggestions
    for one in found:
        if bool(one.need) == bool(one.cause) or one.code not in _CODES[one.kind]:
            raise ValueError(f"{one.kind} {one.code!r} is none of a household")
        if one.certainty not in CERTAINTIES or (one.certainty == "unknown") == bool(one.contents):
            raise ValueError(f"{one.kind} {one.code!r} has contents exactly when it is known")
    return found


def suggested(
    needs: Sequence[str],
    causes: Sequence[str],
    benefits: Iterable[tuple[str, Benefit]],
    on: date,
) -> list[Reason]:
    """The needs, then the causes, each with the benefits of its contents among those in force."""
    offered = list(benefits)
    reasons = []
    for kind, codes in ((NEED, needs), (CAUSE, causes)):
        for code in codes:
            lines = [
                one
                for one in published_suggestions()
                if (one.kind, one.code) == (kind, code) and one.covers(on)
            ]
            contents = {content for one in lines for content in one.contents}
            certainty = next((one.certainty for one in lines if one.contents), "unknown")
            led_to = tuple(one for one in offered if one[1].content in contents)
            reasons.append(Reason(kind, code, certainty, led_to))
    return reasons
