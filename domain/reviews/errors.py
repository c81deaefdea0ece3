"""Refusals of questions about the procedure of a review."""

from domain.errors import Refusal


class NoProcedureInForce(Refusal):
    """No version of the procedure is in force on that day: it is before the first one."""

    code = "no_procedure_in_force"


class ProcedureNotLoaded(Refusal):
    """The version in force is known by its codes only: its text was not found."""

    code = "procedure_not_loaded"


class TrackNotInForce(Refusal):
    """The version in force has no such track on that day."""

    code = "track_not_in_force"


class MalformedProcedure(Refusal):
    """A procedure's file does not say what a procedure must say; nothing was loaded."""

    code = "malformed_procedure"
