"""Refusals of official reports."""

from domain.errors import NotFound, Refusal


class ReportUnknown(NotFound):
    """There is no such report."""

    code = "report_unknown"


class ReportDoesNotBalance(Refusal):
    """An identity of the table fails: it is not locked before it holds."""

    code = "report_does_not_balance"


class ReportLockedBefore(Refusal):
    """The report of this area and period is locked, with other figures: correct it."""

    code = "report_locked_before"


class ReportUnchanged(Refusal):
    """The figures are those that were given out last: there is nothing to correct."""

    code = "report_unchanged"


class ReportReasonMissing(Refusal):
    """A correction needs a reason."""

    code = "report_reason_missing"
