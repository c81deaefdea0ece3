"""Refusals of commands about duplicates. None of them holds personal data."""

from domain.errors import NotFound, Refusal


class DuplicateUnknown(NotFound):
    """There is no such pair."""

    code = "duplicate_unknown"


class DuplicateOfItself(Refusal):
    """A household is no duplicate of itself."""

    code = "duplicate_of_itself"


class DuplicateEnded(Refusal):
    """One of the two households has ended."""

    code = "duplicate_ended"


class DuplicateToldApart(Refusal):
    """An officer said on the same evidence that these are two households."""

    code = "duplicate_told_apart"


class DuplicateSettled(Refusal):
    """The pair was settled otherwise; open it again first."""

    code = "duplicate_settled"


class DuplicateOpen(Refusal):
    """The pair is not settled."""

    code = "duplicate_open"


class DuplicateReasonMissing(Refusal):
    """An answer about a pair needs a reason."""

    code = "duplicate_reason_missing"


class DuplicateInFuture(Refusal):
    """A pair is settled on a day that has come."""

    code = "duplicate_in_future"


class DuplicateAcrossAreas(Refusal):
    """One of the two households lives outside the area: the office above both settles the pair."""

    code = "duplicate_across_areas"


class DuplicateSearchNotInstalled(Refusal):
    """The libraries of the search are not installed: `./socai duplicates` installs them."""

    code = "duplicate_search_not_installed"
