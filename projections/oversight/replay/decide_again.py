"""Decides one recorded decision again: from what it recorded, and from the survey it names.

Pure: a decision, the survey it names and the standards go in, an outcome comes out.

An outcome is `different` (which figure, which rule), else `not_reproducible` (what is missing),
else `same`. A class decided against the rule is a difference even where a reason is recorded;
`what` then says "overridden". A decision that was withdrawn has that outcome, with whatever else
was found (`recorded_decisions.withdrawn`). A decision that names no survey (an official
list of figures) is decided again from its figures alone, and `by_survey` says "none".
"""

import contextlib
from typing import NamedTuple
from uuid import UUID

from domain.standards import Standard, Standards, SurveyFigures
from domain.standards.errors import UnknownStandard
from domain.standards.reasons import CARRIED_OVER, FIGURES_NOT_RECORDED, parsed
from domain.standards.score_card import ScoreCards
from projections.oversight.replay.compare import (
    Differences,
    Ruled,
    check_in_force,
    compare_answers,
    compare_class,
    compare_comparisons,
    compare_override,
    gave_a_class,
    ruled_by,
)
from projections.oversight.replay.recorded_decisions import (
    DIFFERENT,
    NOT_REPRODUCIBLE,
    SAME,
    DecisionRecord,
    Detail,
    Figures,
    ReplayOutcome,
    SurveyRecord,
)

NO_SURVEY = "none"

_CACHED = 200_000


class _Known(NamedTuple):
    """A standard as decisions name it, and the details of those in which all is the same.

    `standard` is None where it is not ours, or not of the scope.
    """

    standard: Standard | None
    with_survey: Detail
    without_survey: Detail

    @classmethod
    def of(cls, standards: Standards, decided: DecisionRecord) -> "_Known":
        standard: Standard | None = None
        with contextlib.suppress(UnknownStandard):
            standard = standards.edition(decided.standard, decided.standard_digest)
        if standard is not None and standard.scope != decided.scope:
            standard = None
        detail = {"scope": decided.scope, "standard": decided.standard, "by_figures": SAME}
        return cls(standard, {**detail, "by_survey": SAME}, {**detail, "by_survey": NO_SURVEY})


class DecideAgain:
    """Decides again, remembering what the rule gave for figures seen before."""

    def __init__(self, standards: Standards, score_cards: ScoreCards | None = None) -> None:
        self._standards = standards
        self._score_cards = score_cards or ScoreCards()
        self._ruled: dict[tuple[str, SurveyFigures], Ruled] = {}
        self._known: dict[tuple[str, str, str], _Known] = {}

    def outcome(
        self, seq: int, household_id: UUID, decided: DecisionRecord, survey: SurveyRecord | None
    ) -> ReplayOutcome:
        """The outcome of one decision; `survey` is the one it names, None if it is not there."""
        if (plain := self._plain(decided, survey)) is not None:
            return ReplayOutcome(
                seq, household_id, decided.effective_on, decided.class_, SAME, plain
            )
        result = Differences()
        try:
            standard = self._standards.edition(decided.standard, decided.standard_digest)
        except UnknownStandard:
            standard = None
            result.missing.append(self._no_standard(decided))
        if standard is not None:
            check_in_force(result, decided, standard)
            self._by_figures(result, decided, standard)
            if decided.survey_id is not None:
                self._by_survey(result, decided, standard, survey)
        without = NO_SURVEY if decided.survey_id is None else NOT_REPRODUCIBLE
        by_figures = result.outcome_by("figures")
        by_survey = result.outcome_by("survey") if decided.survey_id and standard else without
        detail: Detail = {
            "scope": decided.scope,
            "standard": decided.standard,
            "by_figures": by_figures,
            "by_survey": by_survey,
        }
        for name in ("differences", "missing", "remarks"):
            if getattr(result, name):
                detail[name] = getattr(result, name)
        outcome = SAME
        if result.differences:
            outcome = DIFFERENT
        elif result.missing:
            outcome = NOT_REPRODUCIBLE
        return ReplayOutcome(
            seq, household_id, decided.effective_on, decided.class_, outcome, detail
        )

    def _plain(self, decided: DecisionRecord, survey: SurveyRecord | None) -> Detail | None:
        """The detail of a decision in which nothing differs or is missing, which most are.

        Only a short cut: what it does not see at a glance is looked at one by one.
        """
        key = (decided.standard, decided.standard_digest, decided.scope)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _Known.of(self._standards, decided)
        standard = known.standard
        if standard is None or not standard.holds_on(decided.effective_on):
            return None
        if decided.survey_id is not None and (
            survey is None or survey.by_answers or survey.figures() != decided.figures
        ):
            return None
        class_ = decided.class_
        if decided.proposed != class_ or decided.figures.is_empty:
            return None
        ruled = self._rule(standard, decided.figures.survey_figures())
        if ruled.class_ != class_ or bytes(decided.comparisons) != ruled.comparisons_json:
            return None
        if survey is None:
            return known.without_survey
        # Named deprivations may be refused where their number is not.
        if (
            survey.deprived is not None
            and self._rule(standard, survey.survey_figures()).class_ != class_
        ):
            return None
        return known.with_survey

    def _by_figures(self, result: Differences, decided: DecisionRecord, standard: Standard) -> None:
        if decided.figures.is_empty:
            carried = any(parsed(text)[0] == CARRIED_OVER for text in decided.reasons)
            what = CARRIED_OVER if carried else FIGURES_NOT_RECORDED
            result.missing.append({"by": "figures", "what": what})
            return
        ruled = self._rule(standard, decided.figures.survey_figures())
        if not gave_a_class(result, "figures", ruled):
            return
        compare_class(result, "figures", decided, ruled)
        compare_override(result, decided, ruled)
        if bytes(decided.comparisons) != ruled.comparisons_json:
            compare_comparisons(result, decided, ruled)

    def _by_survey(
        self,
        result: Differences,
        decided: DecisionRecord,
        standard: Standard,
        survey: SurveyRecord | None,
    ) -> None:
        if survey is None:
            result.missing.append(
                {"by": "survey", "what": "survey_missing", "survey_id": str(decided.survey_id)}
            )
            return
        surveyed = survey.figures()
        if surveyed != decided.figures:
            for name in Figures.__struct_fields__:
                recorded, now = getattr(decided.figures, name), getattr(surveyed, name)
                if recorded != now:
                    result.differences.append(
                        {
                            "by": "survey",
                            "what": "figure",
                            "figure": name,
                            "recorded": recorded,
                            "recomputed": now,
                        }
                    )
        if survey.by_answers:
            compare_answers(result, survey, self._standards, self._score_cards)
        ruled = self._rule(standard, survey.survey_figures())
        if gave_a_class(result, "survey", ruled):
            compare_class(result, "survey", decided, ruled)

    def _rule(self, standard: Standard, figures: SurveyFigures) -> Ruled:
        key = (standard.digest, figures)
        ruled = self._ruled.get(key)
        if ruled is None:
            if len(self._ruled) >= _CACHED:
                self._ruled.clear()
            ruled = self._ruled[key] = ruled_by(standard, figures)
        return ruled

    def _no_standard(self, decided: DecisionRecord) -> Detail:
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
