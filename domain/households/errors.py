"""Refusals of commands about a household. Values never hold personal data."""

from domain.errors import NotFound, Refusal


class HouseholdUnknown(NotFound):
    """There is no such household."""

    code = "household_unknown"


class HouseholdEnded(Refusal):
    """The household was dissolved or merged into another one."""

    code = "household_ended"


class EmptyHousehold(Refusal):
    """A household has at least one member."""

    code = "empty_household"


class SameHousehold(Refusal):
    """A household cannot merge into itself."""

    code = "same_household"


class HouseholdIdTaken(Refusal):
    """A household with this id is already in the register."""

    code = "household_id_taken"


# Persons and the head.


class PersonUnknown(NotFound):
    """This household never had such a member."""

    code = "person_unknown"


class PersonAlreadyLeft(Refusal):
    """This person has already left the household."""

    code = "person_already_left"


class PersonAlreadyMember(Refusal):
    """This person is a member of the household on that date or later."""

    code = "person_already_member"


class PersonTwice(Refusal):
    """The same person, or the same identity number, is given twice."""

    code = "person_twice"


class PersonNotMemberThen(Refusal):
    """This person was not a member of the household on that date."""

    code = "person_not_member_then"


class PersonIsForgotten(Refusal):
    """This person's data was erased; it can be neither read nor changed."""

    code = "person_is_forgotten"


class PersonInAnotherHousehold(Refusal):
    """This person is already a member of another household on that date."""

    code = "person_in_another_household"


class IdentityNumberTaken(Refusal):
    """This identity number belongs to another person in the register."""

    code = "identity_number_taken"


class ChangeOfPapers(Refusal):
    """A CMND that became a CCCD is no correction: record a change of papers, so that the person is
    still found by the former number."""

    code = "change_of_papers"


class PaperOutdated(Refusal):
    """A person with a number of twelve digits gets no new one of nine: correct a wrong one."""

    code = "paper_outdated"


class HouseholdNumberTaken(Refusal):
    """Another household of the commune has this household number."""

    code = "household_number_taken"


class HeadMissing(Refusal):
    """A household has exactly one head among its members."""

    code = "head_missing"


class HeadNotMember(Refusal):
    """The head must be a member of the household on that date."""

    code = "head_not_member"


class HeadNeedsSuccessor(Refusal):
    """The head can leave only when another member becomes the head."""

    code = "head_needs_successor"


class SuccessorNotNeeded(Refusal):
    """A new head was named though the head stays, or the last member leaves."""

    code = "successor_not_needed"


class HeadByCorrection(Refusal):
    """Only a change of head makes a person the head or ends it, not a correction."""

    code = "head_by_correction"


class RelationMissing(Refusal):
    """Every person who goes over needs a relation to the head there, and only one is the head."""

    code = "relation_missing"


# Dates.


class EffectiveInFuture(Refusal):
    """The effective date lies after the day of recording."""

    code = "effective_in_future"


class SurveyInFuture(EffectiveInFuture):
    """A survey cannot be dated after the day it is recorded."""

    code = "survey_in_future"


class BeforeRegistration(Refusal):
    """The effective date lies before the household was registered."""

    code = "before_registration"


class SurveyBeforeHousehold(BeforeRegistration):
    """A survey cannot be dated before the household was registered."""

    code = "survey_before_household"


class OutOfOrder(Refusal):
    """An entry recorded with a later date rules this out; that must be corrected first."""

    code = "out_of_order"


class PeriodReversed(Refusal):
    """A period cannot end before it begins."""

    code = "period_reversed"


# Surveys and decisions.


class SurveyUnknown(NotFound):
    """This household has no such survey."""

    code = "survey_unknown"


class SurveyIdTaken(Refusal):
    """Another survey of this household has this id."""

    code = "survey_id_taken"


class SurveyLaterThanDecision(Refusal):
    """A decision cannot rest on a survey of a later day."""

    code = "survey_later_than_decision"


class SurveyWithoutFigures(Refusal):
    """A survey gives the income and the deprivations, or both scores."""

    code = "survey_without_figures"


class FiguresTwice(Refusal):
    """A decision rests on a survey or on bare figures, not on both."""

    code = "figures_twice"


class DecisionWithoutPaper(Refusal):
    """A decision needs its number and the day it was signed."""

    code = "decision_without_paper"


class SignedInFuture(Refusal):
    """The paper is signed after the day of recording."""

    code = "signed_in_future"


class SignerIsSurveyor(Refusal):
    """The surveyor of a household does not sign the decision about it."""

    code = "signer_is_surveyor"


class StandardNotInForce(Refusal):
    """This standard is not in force on that date."""

    code = "standard_not_in_force"


class ClassNotGiven(Refusal):
    """The standard gives another class; deciding otherwise needs a reason."""

    code = "class_not_given"


class ClassNotComputable(Refusal):
    """The figures do not suffice to compute a class, and none was decided."""

    code = "class_not_computable"


class UnderReview(Refusal):
    """The household, or the person, is under review in an open round, which decides."""

    code = "under_review"


class NotListed(Refusal):
    """The household is neither poor nor near-poor on that date."""

    code = "not_listed"


class NotAnExit(Refusal):
    """The class decided is not better than the class before."""

    code = "not_an_exit"


class ListingContradicts(Refusal):
    """The household's own history says otherwise than the tag of the list."""

    code = "listing_contradicts"


# Support.


class DoubleGrant(Refusal):
    """This benefit was already granted to this beneficiary for an overlapping period."""

    code = "double_grant"


class SupportIdTaken(Refusal):
    """Another support of this household has this id."""

    code = "support_id_taken"


# Certificates.


class CertificateNotDue(Refusal):
    """A certificate is given to a household that is poor or near-poor on that day, and no other."""

    code = "certificate_not_due"


class CertificateBeforeDecision(Refusal):
    """The decision that the class rests on was signed after the day of the certificate."""

    code = "certificate_before_decision"


class CertificateInForce(Refusal):
    """The household has a valid certificate that rests on the same decision."""

    code = "certificate_in_force"


class CertificateNumberTaken(Refusal):
    """Another certificate of this commune and year has this number."""

    code = "certificate_number_taken"


class CertificateNumberInvalid(Refusal):
    """The serial of a certificate is a whole number of at most six digits."""

    code = "certificate_number_invalid"


class CertificateUnknown(NotFound):
    """This household was never given such a certificate."""

    code = "certificate_unknown"


class CertificateEnded(Refusal):
    """The certificate was withdrawn or replaced before."""

    code = "certificate_ended"


# Withdrawals.


class EntryUnknown(NotFound):
    """This household has no entry of this number."""

    code = "entry_unknown"


class EntryOfAnotherKind(Refusal):
    """The entry of this number is of another kind than the one to be withdrawn."""

    code = "entry_of_another_kind"


class EntryNotWithdrawable(Refusal):
    """An entry of this kind is not withdrawn: record a correction or the opposite instead."""

    code = "entry_not_withdrawable"


class AlreadyWithdrawn(Refusal):
    """This entry was withdrawn before."""

    code = "already_withdrawn"


class WithdrawalByChairman(Refusal):
    """A decision is withdrawn by the chairman only."""

    code = "withdrawal_by_chairman"


class ExitGoesWithDecision(Refusal):
    """An exit is withdrawn with its decision: withdraw the decision."""

    code = "exit_goes_with_decision"


class DecisionRestsOnSurvey(Refusal):
    """A decision in force rests on this survey: withdraw the decision first."""

    code = "decision_rests_on_survey"


class ExitRestsOnDecision(Refusal):
    """A later exit rests on this decision: withdraw the decision of the exit first."""

    code = "exit_rests_on_decision"


class SurveyWasWithdrawn(Refusal):
    """The survey that the decision names was withdrawn."""

    code = "survey_was_withdrawn"


# What is written: texts, codes, numbers and births that cannot be.


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
