"""Refusals of a sheet as a whole; rows are refused each by itself."""

from domain.errors import Refusal


class SheetEmpty(Refusal):
    """The sheet has no rows below its headings."""

    code = "sheet_empty"


class SheetTooLong(Refusal):
    """The sheet has more rows than are taken at once."""

    code = "sheet_too_long"


class HeadingMissing(Refusal):
    """A column that every row needs has no heading in the first row."""

    code = "sheet_heading_missing"
