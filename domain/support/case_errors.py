"""Refusals of steps of a support case: their days, their signatures, and what was withdrawn."""

from domain.errors import Refusal


class CaseStepTooEarly(Refusal):
    """A step of a case or of a batch is dated before the step that it rests on."""

    code = "case_step_too_early"


class SignedForAnotherLine(Refusal):
    """The account that signed before named another budget line."""

    code = "signed_for_another_line"


class GrantWithdrawn(Refusal):
    """The support of the case was withdrawn from the household's record."""

    code = "grant_withdrawn"


class PeriodTooFar(Refusal):
    """A benefit is given for this year or the next one."""

    code = "period_too_far"
