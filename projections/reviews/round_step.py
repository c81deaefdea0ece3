"""The step that a household has reached in a round, as far as the round's own events say.

Two steps more are seen only beside other facts, when a question is asked: SURVEYED needs the
surveys of the household, READY the day of the question (`projections.reviews.households`).
"""

from domain.reviews.round import ReviewedHousehold, RoundRecord

LISTED, SURVEYED, SENT_BACK, MET, POSTED = "listed", "surveyed", "sent_back", "met", "posted"
GRIEVANCE, REVERIFIED, READY = "grievance", "reverified", "ready"
DECIDED, NOT_RECOGNISED = "decided", "not_recognised"

STEPS = (
    LISTED, SURVEYED, SENT_BACK, MET, POSTED, GRIEVANCE, REVERIFIED, READY, DECIDED, NOT_RECOGNISED,
)  # fmt: skip
"""All steps, in the order in which a household goes through them."""


def recorded_step(round_: RoundRecord, one: ReviewedHousehold) -> str:
    """The step of a household; neither SURVEYED nor READY.

    DECIDED once it has a decision on each list of the round. REVERIFIED waits to be posted again.
    """
    if one.refused_on is not None:
        return NOT_RECOGNISED
    if round_.lists.keys() <= one.decided.keys():
        return DECIDED
    if one.has_open_grievance:
        return GRIEVANCE
    if one.sent_back:
        return SENT_BACK
    if one.result is None:
        return LISTED
    if one.to_be_reposted:
        return REVERIFIED
    return MET if one.posted_on is None else POSTED
