"""Reads recorded decisions for the replay, and keeps the outcome of each.

Only what the rule needs is read of a stored event; personal data is never looked at.
"""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.households.events import (
    Answers,
    ClassificationWithdrawn,
    Classified,
    Moved,
    Registered,
    Surveyed,
)
from domain.standards import SurveyFigures
from domain.standards.questions import ASKED
from domain.standards.score_card import is_card_name

SAME, DIFFERENT, NOT_REPRODUCIBLE, WITHDRAWN = OUTCOMES = (
    "same",
    "different",
    "not_reproducible",
    "withdrawn",
)

Detail = dict[str, Any]


class Figures(Struct, frozen=True, gc=False):
    """The figures recorded in a decision."""

    area_type: str | None = None
    income: int | None = None
    deprived_count: int | None = None
    b1: int | None = None
    b2: int | None = None

    def survey_figures(self) -> SurveyFigures:
        """As the rule takes them."""
        return SurveyFigures(
            self.area_type or "", self.income, self.deprived_count, self.b1, self.b2
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that a class could rest on."""
        return (self.income, self.deprived_count, self.b1, self.b2) == (None, None, None, None)


class DocumentRecord(Struct, frozen=True, gc=False):
    """The document of a decision."""

    number: str


class DecisionRecord(Struct, frozen=True):
    """The fields of a `Classified` event that are decided again."""

    TOPIC = Classified.TOPIC

    effective_on: date
    scope: str
    class_: str
    proposed: str
    override_reason: str
    standard: str
    standard_digest: str
    survey_id: UUID | None
    figures: Figures = msgspec.field(name="facts")
    comparisons: msgspec.Raw
    reasons: tuple[str, ...]
    document: DocumentRecord | None = None


class SurveyRecord(Struct, frozen=True):
    """The fields of a `Surveyed` event that the rule needs."""

    TOPIC = Surveyed.TOPIC

    survey_id: UUID
    area_type: str
    income: int | None
    b1: int | None
    b2: int | None
    deprived: tuple[str, ...] | None
    score_card: str = ""
    answers: Answers = msgspec.field(default_factory=dict)

    @property
    def by_answers(self) -> bool:
        """Whether deprivations or the score follow from raw answers."""
        return ASKED in self.answers or is_card_name(self.score_card)

    def survey_figures(self) -> SurveyFigures:
        """As the rule takes them."""
        return SurveyFigures(self.area_type, self.income, None, self.b1, self.b2, self.deprived)

    def figures(self) -> Figures:
        """As a decision would record them."""
        count = None if self.deprived is None else len(set(self.deprived))
        return Figures(self.area_type, self.income, count, self.b1, self.b2)


class Withdrawn(Struct, frozen=True):
    """The fields of a `ClassificationWithdrawn` event: which decision, on which paper.

    The reason is a free text and stays in the event.
    """

    TOPIC = ClassificationWithdrawn.TOPIC

    withdraws: int
    document: DocumentRecord | None = None


class UnreadableDecision(Struct, frozen=True, gc=False):
    """As much of a decision as can be read when it says something that no decision can say."""

    effective_on: date | None = None
    class_: str = ""


class ResidenceRecord(Struct, frozen=True, gc=False):
    """The unit of a household, by its registration or by a move."""

    area: str


DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    Registered.TOPIC: msgspec.json.Decoder(ResidenceRecord),
    Moved.TOPIC: msgspec.json.Decoder(ResidenceRecord),
    Surveyed.TOPIC: msgspec.json.Decoder(SurveyRecord),
    Classified.TOPIC: msgspec.json.Decoder(DecisionRecord),
    ClassificationWithdrawn.TOPIC: msgspec.json.Decoder(Withdrawn),
}


class ReplayOutcome(NamedTuple):
    """The outcome of one decision. `detail` says the rest, in plain values."""

    seq: int
    household_id: UUID
    effective_on: date | None
    recorded: str
    outcome: str
    detail: Detail

    def canonical(self) -> bytes:
        """The bytes whose SHA-256 enters the digest of a replay: JSON, keys sorted."""
        return msgspec.json.encode(
            {
                **self.detail,
                "seq": self.seq,
                "household_id": self.household_id,
                "effective_on": self.effective_on,
                "recorded": self.recorded,
                "outcome": self.outcome,
            },
            order="deterministic",
        )


def withdrawn(outcome: ReplayOutcome, seq: int, by: Withdrawn) -> ReplayOutcome:
    """The outcome of a decision that was withdrawn by the event at `seq`; what was found stays."""
    said = {"seq": seq, "paper": by.document.number if by.document else ""}
    return outcome._replace(outcome=WITHDRAWN, detail={**outcome.detail, "withdrawn": said})


def unreadable(seq: int, household_id: UUID, rest: UnreadableDecision) -> ReplayOutcome:
    """The outcome of a decision whose record does not read as one."""
    detail: Detail = {
        "by_figures": NOT_REPRODUCIBLE,
        "by_survey": NOT_REPRODUCIBLE,
        "missing": [{"by": "figures", "what": "record_unreadable"}],
    }
    return ReplayOutcome(
        seq, household_id, rest.effective_on, rest.class_, NOT_REPRODUCIBLE, detail
    )
