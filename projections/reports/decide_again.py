"""Decide one recorded decision again: from what it recorded, and from the survey it names.

Pure: a decision, the survey it names and the standards go in, an outcome comes out.

An outcome is `different` (which figure, which rule), else `not_reproducible` (what is missing),
else `same`. A class decided against the rule is a difference even where a reason stands for it;
`what` then says "overridden". A decision that names no survey (an official list of figures) is
decided again from its figures alone, and `by_survey` says "none".
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

import msgspec

from domain.errors import Refusal
from domain.households.events import Comparison
from domain.standards import NOT_LISTED, Standard, Standards, SurveyFacts, decide
from domain.standards.reasons import CARRIED_OVER, FIGURES_NOT_RECORDED, parsed
from domain.standards.refusals import UnknownStandard
from projections.reports.decisions import (
    DIFFERENT,
    NOT_REPRODUCIBLE,
    SAME,
    Decided,
    Detail,
    Figures,
    Found,
    Outcome,
)

NO_SURVEY = "none"

# Refusals that mean "something is missing", not "this cannot be".
_WANTING = {"missing_figures", "threshold_not_set", "unknown_area_type"}
_CACHED = 200_000


class _Ruled(NamedTuple):
    """What the rule gives now, or why it gives nothing."""

    class_: str
    possible: tuple[str, ...]
    reasons: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    comparisons_json: bytes
    refusal: Refusal | None


class _Findings:
    """Collects what is found about one decision."""

    def __init__(self) -> None:
        self.differences: list[Detail] = []
        self.missing: list[Detail] = []
        self.remarks: list[str] = []

    def result(self, by: str) -> str:
        """The outcome of one of the two ways."""
        if any(found["by"] == by for found in self.differences):
            return DIFFERENT
        if any(found["by"] == by for found in self.missing):
            return NOT_REPRODUCIBLE
        return SAME


class DecideAgain:
    """Decides again, remembering what the rule gave for figures seen before."""

    def __init__(self, standards: Standards) -> None:
        self._standards = standards
        self._ruled: dict[tuple[str, SurveyFacts], _Ruled] = {}

    def outcome(
        self, seq: int, household_id: UUID, decided: Decided, survey: Found | None
    ) -> Outcome:
        """The outcome of one decision; `survey` is the one it names, None if it is not there."""
        found = _Findings()
        try:
            standard = self._standards.edition(decided.standard, decided.standard_digest)
        except UnknownStandard:
            standard = None
            found.missing.append(self._no_standard(decided))
        if standard is not None:
            _check_in_force(found, decided, standard)
            self._by_figures(found, decided, standard)
            if decided.survey_id is not None:
                self._by_survey(found, decided, standard, survey)
        without = NO_SURVEY if decided.survey_id is None else NOT_REPRODUCIBLE
        by_figures = found.result("figures")
        by_survey = found.result("survey") if decided.survey_id and standard else without
        detail: Detail = {
            "scope": decided.scope,
            "standard": decided.standard,
            "by_figures": by_figures,
            "by_survey": by_survey,
        }
        for name in ("differences", "missing", "remarks"):
            if getattr(found, name):
                detail[name] = getattr(found, name)
        outcome = SAME
        if found.differences:
            outcome = DIFFERENT
        elif found.missing:
            outcome = NOT_REPRODUCIBLE
        return Outcome(seq, household_id, decided.effective_on, decided.class_, outcome, detail)

    def _by_figures(self, found: _Findings, decided: Decided, standard: Standard) -> None:
        if decided.facts.is_empty:
            carried = any(parsed(text)[0] == CARRIED_OVER for text in decided.reasons)
            what = CARRIED_OVER if carried else FIGURES_NOT_RECORDED
            found.missing.append({"by": "figures", "what": what})
            return
        ruled = self._rule(standard, decided.facts.facts())
        if not _ruled_on(found, "figures", ruled):
            return
        _compare_class(found, "figures", decided, ruled)
        _compare_override(found, decided, ruled)
        if bytes(decided.comparisons) != ruled.comparisons_json:
            _compare_comparisons(found, decided, ruled)

    def _by_survey(
        self, found: _Findings, decided: Decided, standard: Standard, survey: Found | None
    ) -> None:
        if survey is None:
            found.missing.append(
                {"by": "survey", "what": "survey_missing", "survey_id": str(decided.survey_id)}
            )
            return
        surveyed = survey.figures()
        if surveyed != decided.facts:
            for name in Figures.__struct_fields__:
                recorded, now = getattr(decided.facts, name), getattr(surveyed, name)
                if recorded != now:
                    found.differences.append(
                        {
                            "by": "survey",
                            "what": "figure",
                            "figure": name,
                            "recorded": recorded,
                            "recomputed": now,
                        }
                    )
        ruled = self._rule(standard, survey.facts())
        if _ruled_on(found, "survey", ruled):
            _compare_class(found, "survey", decided, ruled)

    def _rule(self, standard: Standard, facts: SurveyFacts) -> _Ruled:
        key = (standard.digest, facts)
        ruled = self._ruled.get(key)
        if ruled is None:
            if len(self._ruled) >= _CACHED:
                self._ruled.clear()
            ruled = self._ruled[key] = _rule(standard, facts)
        return ruled

    def _no_standard(self, decided: Decided) -> Detail:
        missing: Detail = {"by": "figures", "what": "standard_unknown", "which": decided.standard}
        try:
            ours = self._standards.get(decided.standard).digest
        except UnknownStandard:
            return missing
        return {
            **missing,
            "what": "standard_digest_differs",
            "recorded": decided.standard_digest,
            "ours": ours,
        }


def _rule(standard: Standard, facts: SurveyFacts) -> _Ruled:
    try:
        decision = decide(standard, facts)
    except Refusal as refusal:
        return _Ruled("", (), (), (), b"", refusal)
    return _Ruled(
        decision.class_,
        decision.possible,
        decision.reasons,
        decision.comparisons,
        msgspec.json.encode(decision.comparisons),
        None,
    )


def _check_in_force(found: _Findings, decided: Decided, standard: Standard) -> None:
    undated = standard.valid_from is None
    if standard.scope != decided.scope or not (undated or standard.holds_on(decided.effective_on)):
        found.differences.append(
            {
                "by": "figures",
                "what": "standard_not_in_force",
                "recorded": decided.standard,
                "on": decided.effective_on.isoformat(),
                "scope": decided.scope,
            }
        )


def _ruled_on(found: _Findings, by: str, ruled: _Ruled) -> bool:
    """Whether the rule gave a class; otherwise notes what it said instead."""
    refusal = ruled.refusal
    if refusal is None:
        return True
    said = {"by": by, "what": refusal.code, "values": refusal.values}
    (found.missing if refusal.code in _WANTING else found.differences).append(said)
    return False


def _compare_class(found: _Findings, by: str, decided: Decided, ruled: _Ruled) -> None:
    recorded = decided.proposed or decided.class_
    if recorded == ruled.class_:
        return
    if ruled.class_ == NOT_LISTED and recorded in ruled.possible:
        if decided.proposed:
            # The record claims that the rule told the two apart; it cannot, without the ceiling.
            found.missing.append({"by": by, "what": "ceiling_not_set", "recorded": recorded})
        return
    found.differences.append(
        {
            "by": by,
            "what": "class",
            "recorded": recorded,
            "recomputed": ruled.class_,
            "rule": _plain(ruled.comparisons),
            "reasons": list(ruled.reasons),
        }
    )


def _compare_override(found: _Findings, decided: Decided, ruled: _Ruled) -> None:
    """A class other than the rule's is a difference, also where it was overridden by the book.

    The reason is a free text and stays in the event.
    """
    if decided.class_ == ruled.class_ or decided.class_ in ruled.possible:
        return
    if not decided.override_reason and decided.proposed in ("", decided.class_):
        return  # said already: the record claims that the rule gave this class
    found.differences.append(
        {
            "by": "figures",
            "what": "overridden" if decided.override_reason else "override_without_reason",
            "recorded": decided.class_,
            "recomputed": ruled.class_,
            "paper": decided.document.number if decided.document else "",
        }
    )


def _compare_comparisons(found: _Findings, decided: Decided, ruled: _Ruled) -> None:
    recorded = msgspec.json.decode(decided.comparisons, type=tuple[Comparison, ...])
    if not recorded:
        found.remarks.append("comparisons_not_recorded")
        return
    before = {(c.what, c.bound_name): c for c in recorded}
    now = {(c.what, c.bound_name): c for c in ruled.comparisons}
    for key in [*before, *(key for key in now if key not in before)]:
        one, other = before.get(key), now.get(key)
        if one != other:
            found.differences.append(
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
