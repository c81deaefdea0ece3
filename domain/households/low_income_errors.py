"""Refusals about the status of low-income workers."""

from domain.errors import Refusal


class StatusNotThen(Refusal):
    """There was no status of low-income workers yet: its legal text was signed later."""

    code = "low_income_status_not_then"


class WorkerRecognisedAlready(Refusal):
    """The person is recognised as a low-income worker on that day already."""

    code = "worker_recognised_already"


class WorkerNotRecognised(Refusal):
    """The person is not recognised as a low-income worker on that day."""

    code = "worker_not_recognised"


class WorkerOfListedHousehold(Refusal):
    """Members of poor and near-poor households are no low-income workers."""

    code = "worker_of_listed_household"


class IncomeAboveCeiling(Refusal):
    """The income of the survey is above the ceiling; an override needs a reason."""

    code = "income_above_ceiling"
