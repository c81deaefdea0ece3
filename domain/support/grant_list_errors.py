"""Refusals of lists of recipients, and of their rows. Values never hold personal data."""

from domain.errors import Refusal


class GrantRowNotShown(Refusal):
    """A row that the file hides or strikes through is no recipient."""

    code = "grant_row_not_shown"


class GrantRowUnreadable(Refusal):
    """A number, a name or an identity number of the row cannot be read."""

    code = "grant_row_unreadable"


class GrantRowAmountInvalid(Refusal):
    """The amount of a row is a whole number of đồng above zero."""

    code = "grant_row_amount_invalid"


class GrantRowInKind(Refusal):
    """A list of goods states a quantity in each row, and a list of money states none."""

    code = "grant_row_in_kind"


class GrantRowNamesNone(Refusal):
    """A row names a household by number, or a person by name and identity number."""

    code = "grant_row_names_none"


class GrantRowHouseholdUnknown(Refusal):
    """The area has no such household."""

    code = "grant_row_household_unknown"


class GrantRowNumberAmbiguous(Refusal):
    """Several households of the area have the number of the row."""

    code = "grant_row_number_ambiguous"


class GrantRowAreaTooLarge(Refusal):
    """Numbers of households are those of one commune."""

    code = "grant_row_area_too_large"


class GrantRowNameDiffers(Refusal):
    """The name or identity number is not of the household that the row names."""

    code = "grant_row_name_differs"


class GrantRowTwice(Refusal):
    """A row above names the same beneficiary."""

    code = "grant_row_twice"
