"""A settlement is a person's answer to a possible match, recorded with what follows from it."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from domain import text
from domain.commands.command import Fingerprinted
from domain.matching.candidate import Candidate
from domain.matching.errors import AnywayWithoutReason, PossibleMatch

SAME, SOMEBODY_ELSE, CONFIRMED = "same", "somebody_else", "confirmed"


@dataclass(frozen=True, slots=True)
class Settlement:
    """One statement: `candidate` is this household or another one, or a warning is confirmed."""

    candidate: UUID | None
    verdict: str
    evidence: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PassedMatch(Settlement):
    """The statement that a household on record is another one than the one described.

    `passed` is that household as it was compared.
    """

    passed: Candidate = field(kw_only=True, repr=False, compare=False)

    @classmethod
    def of(cls, one: Candidate, reason: str) -> "PassedMatch":
        """A candidate is passed for a reason."""
        codes = one.evidence.codes()
        return cls(one.household_id, SOMEBODY_ELSE, codes, reason, passed=one)


@dataclass(frozen=True, slots=True)
class Anyway(Fingerprinted):
    """Go on in spite of possible matches: why, and which candidates were looked at.

    `seen` are the households shown before; one that has come since is shown first. None: all.
    """

    reason: str
    seen: Container[UUID] | None = None

    def fingerprint(self) -> str:
        """The reason: what was seen may be more when the command is repeated."""
        return self.reason


def pass_or_refuse(
    candidates: Iterable[Candidate], warnings: tuple[str, ...], anyway: Anyway | None
) -> tuple[Settlement, ...]:
    """The settlements to be recorded of the candidates and warnings that are passed.

    Raises PossibleMatch where something was not passed, AnywayWithoutReason.
    """
    near = tuple(candidates)
    if not near and not warnings:
        return ()
    if anyway is None or (
        anyway.seen is not None and not all(one.household_id in anyway.seen for one in near)
    ):
        raise PossibleMatch(near, warnings)
    reason = text.clean("anyway.reason", anyway.reason, text.NOTE)
    if not reason:
        raise AnywayWithoutReason
    settled: list[Settlement] = [PassedMatch.of(one, reason) for one in near]
    if warnings:
        settled.append(Settlement(None, CONFIRMED, warnings, reason))
    return tuple(settled)
