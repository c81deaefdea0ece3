"""Refusals of the procedure of a review, and of the steps of a round.

Each says by which rule it is: `source` of its values is the legal text, or "rule_of_the_system"
where no text orders it.
"""

from domain.errors import RULE_OF_THE_SYSTEM, NotFound, Refusal

MOST_NAMED = 20


class ReviewRefusal(Refusal):
    """A refusal in a review. The rule is the system's own, unless a legal text is given."""

    def __init__(self, message: str = "", /, **values: object) -> None:
        source = values.get("source") or RULE_OF_THE_SYSTEM
        super().__init__(message, **{**values, "source": source})


class LegalRefusal(ReviewRefusal):
    """A refusal that a legal text orders: it is always given with its source.

    Where the same act is refused by a rule of the system, or the procedure of the track has no such
    step, it is given as that.
    """


class NoProcedureInForce(ReviewRefusal):
    """No version of the procedure is in force on that day: it is before the first one."""

    code = "no_procedure_in_force"


class ProcedureNotLoaded(ReviewRefusal):
    """The version in force is known by its codes only: its text was not found."""

    code = "procedure_not_loaded"


class TrackNotInForce(LegalRefusal):
    """The version in force has no such track on that day."""

    code = "track_not_in_force"


class MalformedProcedure(ReviewRefusal):
    """A procedure's file does not say what a procedure must say; nothing was loaded."""

    code = "malformed_procedure"


# ---- review rounds ------------------------------------------------------------------------------
#
# A refusal of a step names it (`step`, a code of the procedure). Households are named by their ids,
# at most MOST_NAMED of them, with their number.


class RoundUnknown(ReviewRefusal, NotFound):
    """There is no such review round."""

    code = "round_unknown"


class RoundExists(ReviewRefusal):
    """The commune has a round of this track and period already."""

    code = "round_exists"


class RoundHasEnded(ReviewRefusal):
    """The round is closed: nothing more is recorded in it."""

    code = "round_closed"


class RoundDayInFuture(ReviewRefusal):
    """A step of a round is recorded on its day or after it."""

    code = "round_day_in_future"


class RoundOutsideWindow(LegalRefusal):
    """The procedure lets a round of this track begin within other days."""

    code = "round_outside_window"


class RoundMonthWrong(ReviewRefusal):
    """A monthly round has a month, the yearly one has none."""

    code = "round_month_wrong"


class NoOpeningList(ReviewRefusal):
    """No national standard begins with the next year: there is no list to open it with."""

    code = "no_opening_list"


class StepNotInTrack(LegalRefusal):
    """The procedure has no such step on this track."""

    code = "step_not_in_track"


class StepTooEarly(LegalRefusal):
    """The step lies before the one that it follows."""

    code = "step_too_early"


class StepOutOfOrder(LegalRefusal):
    """Some households have another step before this one."""

    code = "step_out_of_order"


class StepOfAnotherRole(LegalRefusal):
    """The procedure gives this step to another office."""

    code = "step_of_another_role"


class HouseholdNotInRound(ReviewRefusal):
    """The household is not on the round's list of households to review."""

    code = "household_not_in_round"


class HouseholdInAnotherRound(ReviewRefusal):
    """The household is under review in another open round."""

    code = "household_in_another_round"


class PersonInAnotherRound(ReviewRefusal):
    """The person has asked to be recognised in another open round."""

    code = "person_in_another_round"


class HouseholdsGone(ReviewRefusal):
    """Some households moved away from the commune or have ended."""

    code = "households_gone"


class UnlistingReasonWrong(ReviewRefusal):
    """Some households are said to be gone and are on record in the commune."""

    code = "unlisting_reason_wrong"


class HouseholdsLeftOut(LegalRefusal):
    """Some households of the current list were taken off the round and not listed again."""

    code = "households_left_out"


class HouseholdsNotOnList(LegalRefusal):
    """Some households are not on the commune's current list."""

    code = "households_not_on_list"


class HouseholdTwice(ReviewRefusal):
    """One household is given twice."""

    code = "household_given_twice"


class TooManyHouseholds(ReviewRefusal):
    """More households than one act takes."""

    code = "too_many_households"


class RequestUnknown(ReviewRefusal, NotFound):
    """The round has no such request."""

    code = "request_unknown"


class RequestRepeated(ReviewRefusal):
    """The household has a request in this round already."""

    code = "request_repeated"


class RequestAnswered(ReviewRefusal):
    """The request is answered already."""

    code = "request_answered"


class RequestKindWrong(LegalRefusal):
    """The recognised class of the household does not go with this kind of request."""

    code = "request_kind_wrong"


class RequestFormWrong(LegalRefusal):
    """The procedure has another form for this request."""

    code = "request_form_wrong"


class RequestPersonWrong(LegalRefusal):
    """A request on the track of low-income workers names a person, others name none."""

    code = "request_person_wrong"


class RequestAfterResult(ReviewRefusal):
    """The household has its result in this round already."""

    code = "request_after_result"


class RequestMissing(LegalRefusal):
    """Some households have no request that leads to a review."""

    code = "request_missing"


class RefusalWithoutReason(LegalRefusal):
    """A request is refused in writing, with reasons."""

    code = "refusal_without_reason"


class ScreeningNotUsed(LegalRefusal):
    """Form A is not used on this track, or its rule is not known."""

    code = "screening_not_used"


class ScreeningContradicts(LegalRefusal):
    """The signs give another outcome; an override needs a reason."""

    code = "screening_contradicts"


class AttendanceMissing(LegalRefusal):
    """A meeting is attended by at least one person."""

    code = "attendance_missing"


class VotesAboveAttendance(LegalRefusal):
    """More votes than persons who attended."""

    code = "votes_above_attendance"


class ChairWrong(LegalRefusal):
    """The procedure has others chair the meeting."""

    code = "meeting_chair_wrong"


class HouseholdOfAnotherVillage(LegalRefusal):
    """Some households live in another village than that of the meeting."""

    code = "household_of_another_village"


class MeetingBeforeSurvey(LegalRefusal):
    """The survey is later than the meeting that votes on it."""

    code = "meeting_before_survey"


class SurveyBeforeListing(LegalRefusal):
    """The survey is older than the listing of the household, or than what sent it back."""

    code = "survey_before_listing"


class SurveyUsedBefore(LegalRefusal):
    """The household was sent back: the meeting needs another survey than before."""

    code = "survey_used_before"


class IncomeNotSurveyed(LegalRefusal):
    """The track goes by the actual income, which the survey does not have."""

    code = "income_not_surveyed"


class WorkerOutcomesWrong(ReviewRefusal):
    """A result names each worker of the household who waits for an answer, once, and no other."""

    code = "worker_outcomes_wrong"


class WorkerOutcomeMissing(LegalRefusal):
    """The standard cannot say the outcome for a worker: the officer records it."""

    code = "worker_outcome_missing"


class WorkerOutcomeContradicts(LegalRefusal):
    """The standard gives another outcome; an override needs a reason."""

    code = "worker_outcome_contradicts"


class PostingPlaceMissing(LegalRefusal):
    """A posting names the places where it is shown."""

    code = "posting_place_missing"


class PostingLimitUnknown(LegalRefusal):
    """The procedure does not say how long results are posted."""

    code = "posting_limit_unknown"


class PostingCutShort(LegalRefusal):
    """The posting has not run to the end of its last working day."""

    code = "posting_cut_short"


class VoteUnderShare(LegalRefusal):
    """Fewer of those who attended agreed than the procedure asks for."""

    code = "vote_under_share"


class GrievanceUnknown(ReviewRefusal, NotFound):
    """The round has no such grievance."""

    code = "grievance_unknown"


class GrievanceAnswered(ReviewRefusal):
    """The grievance is answered, or was late and is kept only."""

    code = "grievance_answered"


class GrievanceOpen(LegalRefusal):
    """Some households have a grievance that is not answered."""

    code = "grievance_open"


class DuplicateUnsettled(ReviewRefusal):
    """Some households have an unsettled duplicate."""

    code = "duplicate_unsettled"


class ReverificationIncomplete(LegalRefusal):
    """The household was not surveyed and voted on again since the grievance."""

    code = "reverification_incomplete"


class ConsultationRepeated(LegalRefusal):
    """The list was reported, or answered, already."""

    code = "consultation_repeated"


class ConsultationOutdated(LegalRefusal):
    """Some households have another class now than in the list that was reported."""

    code = "consultation_outdated"


class ConsultationMissing(LegalRefusal):
    """The level above was not asked, or has not answered yet."""

    code = "consultation_missing"


class NoticeMissing(ReviewRefusal):
    """Some households lose a status and have no notice of it."""

    code = "notice_missing"


class NoticeRuns(ReviewRefusal):
    """The last day to object has not passed."""

    code = "notice_runs"


class NoticeTooShort(ReviewRefusal):
    """The office gives more days to object."""

    code = "notice_too_short"


class NoticeNotDue(ReviewRefusal):
    """The household loses no status by its result."""

    code = "notice_not_due"


class SecondSignatureMissing(ReviewRefusal):
    """The office's brake asks for the signature of a second account."""

    code = "second_signature_missing"


class SecondSignatureNotNeeded(ReviewRefusal):
    """The office's brake does not stop this decision."""

    code = "second_signature_not_needed"


class SecondSignatureOfSameAccount(ReviewRefusal):
    """The second signature is of another account than the first."""

    code = "second_signature_of_same_account"


class ListChanged(ReviewRefusal):
    """The list is not the one that was read."""

    code = "list_changed"


class NothingToDecide(LegalRefusal):
    """No household of the round belongs to this decision."""

    code = "nothing_to_decide"


class DecisionNumberTaken(ReviewRefusal):
    """The commune has another decision of this number in this year."""

    code = "decision_number_taken"


class RoundUndecided(ReviewRefusal):
    """Some households or requests of the round have no answer yet."""

    code = "round_undecided"


class HandOverNotOfTrack(ReviewRefusal):
    """The decisions of this track do not change the list of the poor and near-poor."""

    code = "hand_over_not_of_track"


class HandOverBeforeDecision(ReviewRefusal):
    """A list is handed over after the decisions of the round."""

    code = "hand_over_before_decision"


class HandedListChanged(ReviewRefusal):
    """The list is not the one that was read: it was worked out again and differs."""

    code = "handed_list_changed"


class ClosingWithoutReason(ReviewRefusal):
    """A round that is abandoned needs a reason."""

    code = "closing_without_reason"


class MalformedBrake(ReviewRefusal):
    """The office's settings of the brake cannot be read."""

    code = "malformed_brake"
