"""Compares a recorded decision with what the rule gives now.

Each entry is plain values: `by` ("figures" or "survey"), `what` (a code), and what belongs to it;
`projections.oversight.replay.sentences` says it in a sentence.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from domain.errors import NotFound, Refusal
from domain.households.events import Comparison
from domain.standards import NOT_LISTED, Standard, Standards, SurveyFigures, decide
from domain.standards.questions import ASKED
from domain.standards.score_card import ScoreCards, is_card_name, score
from projections.oversight.replay.recorded_decisions import (
    DIFFERENT,
    NOT_REPRODUCIBLE,
    SAME,
    DecisionRecord,
    Detail,
    SurveyRecord,
)

# Refusals that mean "something is missing", not "this cannot be".
_MISSING_FIGURES = {"missing_figures", "threshold_not_set", "unknown_area_type"}


class Ruled(NamedTuple):
    """The answer of the rule now, or its refusal."""

    class_: str
    possible: tuple[str, ...]
    reasons: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    comparisons_json: bytes
    refusal: Refusal | None


class Differences:
    """Collects what is found about one decision."""

    def __init__(self) -> None:
        self.differences: list[Detail] = []
        self.missing: list[Detail] = []
        self.remarks: list[str] = []

    def outcome_by(self, by: str) -> str:
        """The outcome of one of the two ways."""
        if any(entry["by"] == by for entry in self.differences):
            return DIFFERENT
        if any(entry["by"] == by for entry in self.missing):
            return NOT_REPRODUCIBLE
        return SAME


def ruled_by(standard: Standard, figures: SurveyFigures) -> Ruled:
    """The answer of the rule for these figures, or its refusal."""
    try:
        decision = decide(standard, figures)
    except Refusal as refusal:
        return Ruled("", (), (), (), b"", refusal)
    return Ruled(
        decision.class_,
        decision.possible,
        decision.reasons,
        decision.comparisons,
        msgspec.json.encode(decision.comparisons),
        None,
    )


def check_in_force(result: Differences, decided: DecisionRecord, standard: Standard) -> None:
    """The standard must be of the decision's scope, and hold when the decision takes effect."""
    undated = standard.valid_from is None
    if standard.scope != decided.scope or not (undated or standard.holds_on(decided.effective_on)):
        result.differences.append(
            {
                "by": "figures",
                "what": "standard_not_in_force",
                "recorded": decided.standard,
                "on": decided.effective_on.isoformat(),
                "scope": decided.scope,
            }
        )


def gave_a_class(result: Differences, by: str, ruled: Ruled) -> bool:
    """Whether the rule gave a class; otherwise notes what it said instead."""
    refusal = ruled.refusal
    if refusal is None:
        return True
    said = {"by": by, "what": refusal.code, "values": refusal.values}
    (result.missing if refusal.code in _MISSING_FIGURES else result.differences).append(said)
    return False


def compare_class(result: Differences, by: str, decided: DecisionRecord, ruled: Ruled) -> None:
    """The class that the record says the rule gave, beside the one it gives."""
    recorded = decided.proposed or decided.class_
    if recorded == ruled.class_:
        return
    if ruled.class_ == NOT_LISTED and recorded in ruled.possible:
        if decided.proposed:
            # The record claims that the rule told the two apart; it cannot, without the ceiling.
            result.missing.append({"by": by, "what": "ceiling_not_set", "recorded": recorded})
        return
    result.differences.append(
        {
            "by": by,
            "what": "class",
            "recorded": recorded,
            "recomputed": ruled.class_,
            "rule": _plain(ruled.comparisons),
            "reasons": list(ruled.reasons),
        }
    )


def compare_override(result: Differences, decided: DecisionRecord, ruled: Ruled) -> None:
    """A class other than the rule's is a difference, also where it was overridden by the book.

    The reason is a free text and stays in the event.
    """
    if decided.class_ == ruled.class_ or decided.class_ in ruled.possible:
        return
    if not decided.override_reason and decided.proposed in ("", decided.class_):
        return  # said already: the record claims that the rule gave this class
    result.differences.append(
        {
            "by": "figures",
            "what": "overridden" if decided.override_reason else "override_without_reason",
            "recorded": decided.class_,
            "recomputed": ruled.class_,
            "paper": decided.document.number if decided.document else "",
        }
    )


def compare_comparisons(result: Differences, decided: DecisionRecord, ruled: Ruled) -> None:
    """Every figure and bound that was compared, beside those that the standard compares."""
    recorded = msgspec.json.decode(decided.comparisons, type=tuple[Comparison, ...])
    if not recorded:
        result.remarks.append("comparisons_not_recorded")
        return
    before = {(c.what, c.bound_name): c for c in recorded}
    now = {(c.what, c.bound_name): c for c in ruled.comparisons}
    for key in [*before, *(key for key in now if key not in before)]:
        one, other = before.get(key), now.get(key)
        if one != other:
            result.differences.append(
                {
                    "by": "figures",
                    "what": "comparison",
                    "figure": key[0],
                    "bound_name": key[1],
                    "recorded": _plain([one])[0] if one else None,
                    "recomputed": _plain([other])[0] if other else None,
                }
            )


def _plain(comparisons: Iterable[Comparison]) -> list[Detail]:
    plain: list[Detail] = msgspec.to_builtins(list(comparisons))
    return plain


def compare_answers(
    result: Differences, survey: SurveyRecord, standards: Standards, cards: ScoreCards
) -> None:
    """Works the deprivations and the score of a survey out again from its raw answers, by the
    questions and the card that it names."""
    try:
        named = survey.answers.get(ASKED)
        if named:
            asked = standards.questions.edition(str(named))
            found, _open = asked.deprivations(survey.answers, survey.deprived)
            _compare_figure(result, "deprived_count", _count(survey.deprived), _count(found))
        if is_card_name(survey.score_card):
            points, _missing = score(cards.get(survey.score_card), survey.answers)
            _compare_figure(result, "b1", survey.b1, points)
    except NotFound as gone:
        result.missing.append({"by": "survey", "what": gone.code})
    except Refusal as refused:
        result.differences.append({"by": "survey", "what": refused.code})


def _count(deprived: tuple[str, ...] | None) -> int | None:
    return None if deprived is None else len(deprived)


def _compare_figure(
    result: Differences, figure: str, recorded: int | None, recomputed: int | None
) -> None:
    if recorded != recomputed:
        entry = {"by": "survey", "what": "figure", "figure": figure}
        result.differences.append({**entry, "recorded": recorded, "recomputed": recomputed})
