"""What a role may be allowed to do with households."""

from service.access.permissions import (
    BY_REASON,
    CASE_WORKER,
    CHAIRMAN,
    FIELD,
    OFFICES,
    OVERSEERS,
    SURVEYOR,
    Permission,
)


class May(Permission):
    """The permissions about households, each with the roles that have it."""

    READ_HOUSEHOLDS = "households.read", (SURVEYOR, *OFFICES), BY_REASON
    REGISTER = "households.register", FIELD
    SCREEN = "households.screen", FIELD
    SURVEY = "households.survey", FIELD
    READ_ATTACHMENTS = "attachments.read", (SURVEYOR, CASE_WORKER, CHAIRMAN, *OVERSEERS)
    AMEND = "households.amend", (CASE_WORKER,)
    SUPPORT = "households.support", (CASE_WORKER,)
    SIGN = "households.sign", (CHAIRMAN,)
    HAND_OVER = "households.handover", (CASE_WORKER, CHAIRMAN)
    FORGET = "households.forget", (CHAIRMAN,)
