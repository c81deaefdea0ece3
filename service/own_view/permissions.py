"""What a role may be allowed to do with one-time codes and contests of households."""

from service.access.permissions import CASE_WORKER, CHAIRMAN, OFFICES, Permission


class May(Permission):
    """The permissions about own views of households, each with the roles that have it."""

    GIVE_CODES = "codes.give", (CASE_WORKER,)
    READ_CONTESTS = "contests.read", OFFICES
    ANSWER_CONTESTS = "contests.answer", (CASE_WORKER, CHAIRMAN)
