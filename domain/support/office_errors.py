"""Refusals about an office itself: its officers, their trainings and its signing rules."""

from domain.errors import NotFound, Refusal

# Officers and their trainings.


class OfficerInvalid(Refusal):
    """An officer is an account or a named person, one of the two."""

    code = "officer_invalid"


class OfficerExists(Refusal):
    """The account is entered as an officer already."""

    code = "officer_exists"


class OfficerUnknown(NotFound):
    """There is no such officer."""

    code = "officer_unknown"


class OfficerWithoutName(Refusal):
    """The officer is entered by the account: no name is kept here that could be erased."""

    code = "officer_without_name"


class OfficerNamedInBasis(Refusal):
    """The legal basis of an erasure holds the very name that is to be erased."""

    code = "officer_named_in_basis"


class OfficerNotThere(Refusal):
    """The officer does not work in the area of the training on that day."""

    code = "officer_not_there"


class OfficersMissing(Refusal):
    """A training names officers, not more than one list holds."""

    code = "officers_missing"


class TrainingOfOthers(Refusal):
    """The activity is no training of officers."""

    code = "training_of_others"


class TrainingUnknown(NotFound):
    """The officer has no such training on record."""

    code = "training_unknown"


class OfficerCountInvalid(Refusal):
    """The number of officers is a whole number above zero."""

    code = "officer_count_invalid"


# Signing rules by act.


class SigningVersionOverlaps(Refusal):
    """There are signing rules of that act from that day or a later one."""

    code = "signing_version_overlaps"


class StepsApart(Refusal):
    """The account that signed the approval may not take this step, by the rules of the office."""

    code = "steps_apart"
