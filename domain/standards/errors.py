"""Refusals of questions about a standard. Nothing here is a failure of the program."""

from domain.errors import NotFound, Refusal


class NoStandardInForce(Refusal):
    """No standard of this scope is in force on that day: before the first, in a gap, or after."""

    code = "no_standard_in_force"


class UnknownStandard(NotFound):
    """No standard has this id, or none of its editions has this digest."""

    code = "unknown_standard"


class MalformedStandard(Refusal):
    """A standard's file does not say what a standard must say; nothing was loaded."""

    code = "malformed_standard"


class UnknownAreaType(Refusal):
    """The standard does not know this type of area."""

    code = "unknown_area_type"


class MissingFigures(Refusal):
    """The rule has to compare a figure that was not given."""

    code = "missing_figures"


class NegativeFigure(Refusal):
    """An income, a count or a score below zero."""

    code = "negative_figure"


class FigureOutOfRange(Refusal):
    """More deprivations, or more deprivation points, than the standard has indicators for."""

    code = "figure_out_of_range"


class UnknownIndicator(Refusal):
    """A deprivation is named that is not an indicator of this standard."""

    code = "unknown_indicator"


class ThresholdNotSet(Refusal):
    """The figure of the standard that the rule needs here is not known, and is not guessed."""

    code = "threshold_not_set"


class FiguresDisagree(Refusal):
    """The income and the scores, or the count and the named deprivations, contradict each other."""

    code = "figures_disagree"


class AnswerInvalid(Refusal):
    """An answer of form B is none that its question can have, or does not go with the others."""

    code = "answer_invalid"


class AnswersContradict(Refusal):
    """The answers of form B say otherwise than the deprivations, or the score, given with them."""

    code = "answers_contradict"


class AnswersIncomplete(Refusal):
    """The answers leave an indicator open, and neither deprivations nor scores are given."""

    code = "answers_incomplete"


class QuestionsUnknown(NotFound):
    """No question set has this edition."""

    code = "questions_unknown"


class ScoreCardMalformed(Refusal):
    """The file of a score card does not say what a card must say; nothing was imported."""

    code = "score_card_malformed"


class ScoreCardUnknown(NotFound):
    """No score card of this name was imported."""

    code = "score_card_unknown"


class ScoreCardElsewhere(Refusal):
    """The score card is one of another standard or area type than those of the survey."""

    code = "score_card_elsewhere"


class ScoreCardNoSheet(Refusal):
    """The file is neither an Excel workbook (.xlsx) nor CSV in UTF-8."""

    code = "score_card_no_sheet"


class ScoreCardTooLarge(Refusal):
    """The file of a score card is larger than a card can be."""

    code = "score_card_too_large"


class ScoreCardColumns(Refusal):
    """The sheet has no header with the columns of a score card, or has one of them twice."""

    code = "score_card_columns"


class ScoreCardVersionTaken(Refusal):
    """Another score card has this version; a corrected card has a version of its own."""

    code = "score_card_version_taken"
