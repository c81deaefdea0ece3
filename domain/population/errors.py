"""Refusals of declarations of denominators."""

from domain.errors import NotFound, Refusal


class EffectiveInFuture(Refusal):
    """Inhabitants are declared for a day that has come."""

    code = "area_effective_in_future"


class SignedInFuture(Refusal):
    """The paper is signed after the day of recording."""

    code = "declaration_signed_in_future"


class DenominatorInvalid(Refusal):
    """All resident households and persons are whole numbers above zero."""

    code = "denominator_invalid"


class FewerPersonsThanHouseholds(Refusal):
    """A household has at least one person."""

    code = "fewer_persons_than_households"


class PartAboveWhole(Refusal):
    """The figures by ethnic group add up to more than the whole."""

    code = "part_above_whole"


class RateAboveHundred(Refusal):
    """More households or persons are listed than are declared to live there."""

    code = "rate_above_hundred"


class RateBaseUnknown(Refusal):
    """A base of its own may be named for poor, near_poor and average households."""

    code = "rate_base_unknown"


class DeclarationUnknown(NotFound):
    """There is no such declaration to correct."""

    code = "declaration_unknown"


class DeclarationExists(Refusal):
    """The unit has a declaration for this day already: correct that."""

    code = "declaration_exists"


class ReasonMissing(Refusal):
    """A correction needs a reason."""

    code = "area_reason_missing"
