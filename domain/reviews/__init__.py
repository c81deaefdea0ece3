"""The review of households by a commune. Its procedure is data, with dates.

Start at `procedures_on` (the procedure of a day) and `load_procedures`.
"""

from domain.reviews.load import load_procedures, procedures_on
from domain.reviews.procedure import LIMITS, STEPS, TRACKS, Procedure, Procedures, Step, Track

__all__ = [
    "LIMITS",
    "STEPS",
    "TRACKS",
    "Procedure",
    "Procedures",
    "Step",
    "Track",
    "load_procedures",
    "procedures_on",
]
