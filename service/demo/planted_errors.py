"""Seeds decisions that contradict their recorded figures, for the replay to find.

The commands refuse such decisions, as they compare every one with the standard; these
are like those of an earlier program.
"""

from dataclasses import replace
from uuid import UUID

from domain.commands.command import CommandContext
from domain.households import events
from domain.households.household import Household
from domain.households.movements import exit_kind, movement
from domain.standards.decide import SurveyFigures, decide
from domain.standards.standard import Standard
from service.demo.localities import Wrong

FORERUNNER = b"forerunner"
"""The fingerprint of these decisions."""


def misjudge(
    household: Household,
    context: CommandContext,
    wrong: Wrong,
    standard: Standard,
    survey_id: UUID,
) -> None:
    """Records the wrong decision, with the figures it should have been taken by."""
    survey = household.surveys[survey_id]
    true = SurveyFigures(area_type=survey.area_type, b1=wrong.b1, b2=wrong.b2)
    kept = true if wrong.typed_b2 is None else replace(true, b2=wrong.typed_b2)
    seen = decide(standard, _as_seen(wrong, kept))
    if not seen.admits(wrong.class_):
        raise ValueError(f"{wrong.kind} would have given {seen.class_}")
    before = household.class_before(context.effective_on)
    household.record(
        events.Classified,
        context,
        scope="national",
        class_=wrong.class_,
        class_before=before,
        movement=movement(before, wrong.class_, household.listed_before(context.effective_on)),
        proposed=wrong.class_,
        override_reason="",
        standard=standard.id,
        standard_digest=standard.digest,
        survey_id=survey_id,
        facts=kept.figures(),
        comparisons=seen.comparisons,
        reasons=seen.reasons,
    )
    kind = exit_kind(before, wrong.class_)
    if kind:
        above = kind == "above_near_poor"
        until = standard.newly_escaped_until(context.effective_on) if above else None
        household.record(
            events.LeftPoverty, context, kind=kind, class_before=before, newly_escaped_until=until
        )


def _as_seen(wrong: Wrong, kept: SurveyFigures) -> SurveyFigures:
    """Returns the figures that the earlier program decided by."""
    if wrong.kind == "urban_threshold":
        return replace(kept, area_type="urban")
    if wrong.kind == "two_indicators":
        return replace(kept, b2=30)
    if wrong.kind in ("boundary_left_out", "exit_against_figures"):
        return replace(kept, b1=190)
    if wrong.kind == "one_tier_before_2022":
        return replace(kept, b1=160)
    return kept
