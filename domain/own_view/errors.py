"""Refusals of the household's own view. None of them holds personal data."""

from domain.errors import NotFound, Refusal


class OwnViewNotOpened(Refusal):
    """The codes open nothing: one of them is wrong, or too many wrong ones were typed.

    All these have one answer, so that it does not say whether a household exists.
    """

    code = "own_view_not_opened"


class OneTimeCodeUsed(Refusal):
    """The code is right and was used before: a code opens the page once."""

    code = "one_time_code_used"


class OneTimeCodeExpired(Refusal):
    """The code is right and its time is over."""

    code = "one_time_code_expired"


class OneTimeCodeRevoked(Refusal):
    """The code is right and the office revoked it."""

    code = "one_time_code_revoked"


class OneTimeCodeMalformed(Refusal):
    """A one-time code has eight digits."""

    code = "one_time_code_malformed"


class NoCodeToRevoke(Refusal):
    """The household has no code that could still be used."""

    code = "no_code_to_revoke"


class OwnViewUnknown(NotFound):
    """The household never got a one-time code."""

    code = "own_view_unknown"


class PaperCodeTaken(Refusal):
    """The code of a paper belongs to another household."""

    code = "paper_code_taken"


class TooManyContests(Refusal):
    """So many contests of the household wait for an answer that no further one is taken."""

    code = "too_many_contests"


class ContestUnknown(NotFound):
    """The household lodged no such contest."""

    code = "contest_unknown"


class ContestAnswered(Refusal):
    """The contest was answered otherwise before."""

    code = "contest_answered"


class ContestInRound(Refusal):
    """The contest is a grievance of a review round: re-verification answers it."""

    code = "contest_in_round"


class MalformedLimits(Exception):
    """A file of limits cannot be read: `file`, `what`."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file}: {what}")
