"""Refusals of what is written: texts, codes, numbers and births that cannot be."""

from domain.errors import Refusal


class BirthInFuture(Refusal):
    """A birth date or birth year lies after the effective date."""

    code = "birth_in_future"


class IssuedInFuture(Refusal):
    """An identity card is issued after the day of recording."""

    code = "id_issued_in_future"


class BirthYearContradicts(Refusal):
    """The birth year is not the year of the birth date."""

    code = "birth_year_contradicts"


class BirthImpossible(Refusal):
    """A birth year before 1850 is a mistake in writing."""

    code = "birth_impossible"


class UnknownCode(Refusal):
    """The value is not in the code list."""

    code = "unknown_code"


class TextMissing(Refusal):
    """This must be filled in."""

    code = "text_missing"


class TextTooLong(Refusal):
    """The text is too long."""

    code = "text_too_long"


class TextUnreadable(Refusal):
    """The text has control characters or broken characters."""

    code = "text_unreadable"


class NameRefused(Refusal):
    """A name is letters with their marks, blanks, hyphens and apostrophes."""

    code = "name_has_signs"


class NameHasSigns(NameRefused):
    """A name has letters, blanks, hyphens and apostrophes only: no digits, signs or pictures."""

    code = "name_has_signs"


class NameHasHiddenSigns(NameRefused):
    """The name holds signs that cannot be seen: delete it and type it again."""

    code = "name_has_hidden_signs"


class NameInOldEncoding(NameRefused):
    """The letters come from an old or a wrong encoding: convert the text to Unicode first."""

    code = "name_in_old_encoding"


class NameInOtherAlphabet(NameRefused):
    """A name is written in Latin letters: type it as in the person's papers."""

    code = "name_in_other_alphabet"


class NameWithoutLetters(NameRefused):
    """A name begins with a letter."""

    code = "name_without_letters"


class IdentityNumberMalformed(Refusal):
    """An identity number has 12 digits (CCCD) or 9 digits (CMND)."""

    code = "identity_number_malformed"


class AmountInvalid(Refusal):
    """A figure is negative, missing, or larger than it can be."""

    code = "amount_invalid"
