"""Standards of poverty are data, read by one rule.

Start at `decide` (one household, with reasons), `load_standards` and `Standards.in_force`.
"""

from domain.standards.decide import Decision, SurveyFigures, decide
from domain.standards.load import load_standards
from domain.standards.standard import CLASSES, LISTED, NATIONAL, NOT_LISTED, Standard, Standards

__all__ = [
    "CLASSES",
    "LISTED",
    "NATIONAL",
    "NOT_LISTED",
    "Decision",
    "Standard",
    "Standards",
    "SurveyFigures",
    "decide",
    "load_standards",
]
