"""What a role may be allowed to do with reviews."""

from service.access.permissions import (
    CASE_WORKER,
    CHAIRMAN,
    OFFICES,
    PROVINCE_OFFICER,
    ROLES,
    SURVEYOR,
    Permission,
)


class May(Permission):
    """The permissions about reviews, each with the roles that have it."""

    READ_PROCEDURES = "procedures.read", ROLES
    READ_WORKLIST = "worklist.read", (SURVEYOR, CASE_WORKER, CHAIRMAN, PROVINCE_OFFICER)
    READ_ROUNDS = "rounds.read", (SURVEYOR, *OFFICES)
    READ_GRIEVANCES = "rounds.grievances", OFFICES
    PRINT_PAPERS = "rounds.papers", OFFICES
    HAND_OVER = "rounds.handover", (CASE_WORKER, CHAIRMAN)
    CONDUCT = "rounds.conduct", (CASE_WORKER,)
    CONSULT = "rounds.consult", (PROVINCE_OFFICER,)
    SIGN = "rounds.sign", (CHAIRMAN,)
    COUNTERSIGN = "rounds.countersign", (CHAIRMAN, PROVINCE_OFFICER)
