"""Refusals of the procedure of a review, and of the steps of a round."""

from domain.errors import NotFound, Refusal

MOST_NAMED = 20


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


# ---- review rounds ------------------------------------------------------------------------------
#
# A refusal of a step names it (`step`, a code of the procedure) and the legal text that orders it
# (`source`). Households are named by their ids, at most MOST_NAMED of them, with their number.


class RoundUnknown(NotFound):
    """There is no such review round."""

    code = "round_unknown"


class RoundExists(Refusal):
    """The commune has a round of this track and period already."""

    code = "round_exists"


class RoundHasEnded(Refusal):
    """The round is closed: nothing more is recorded in it."""

    code = "round_closed"


class RoundDayInFuture(Refusal):
    """A step of a round is recorded on its day or after it."""

    code = "round_day_in_future"


class RoundOutsideWindow(Refusal):
    """The procedure lets a round of this track begin within other days."""

    code = "round_outside_window"


class RoundMonthWrong(Refusal):
    """A monthly round has a month, the yearly one has none."""

    code = "round_month_wrong"


class NoOpeningList(Refusal):
    """No national standard begins with the next year: there is no list to open it with."""

    code = "no_opening_list"


class StepNotInTrack(Refusal):
    """The procedure has no such step on this track."""

    code = "step_not_in_track"


class StepTooEarly(Refusal):
    """The step lies before the one that it follows."""

    code = "step_too_early"


class StepOutOfOrder(Refusal):
    """Some households have another step before this one."""

    code = "step_out_of_order"


class StepOfAnotherRole(Refusal):
    """The procedure gives this step to another office."""

    code = "step_of_another_role"


class HouseholdNotInRound(Refusal):
    """The household is not on the round's list of households to review."""

    code = "household_not_in_round"


class HouseholdInAnotherRound(Refusal):
    """The household is under review in another open round."""

    code = "household_in_another_round"


class PersonInAnotherRound(Refusal):
    """The person has asked to be recognised in another open round."""

    code = "person_in_another_round"


class HouseholdsGone(Refusal):
    """Some households moved away from the commune or have ended."""

    code = "households_gone"


class HouseholdsNotOnList(Refusal):
    """Some households are not on the commune's current list."""

    code = "households_not_on_list"


class HouseholdTwice(Refusal):
    """One household is given twice."""

    code = "household_given_twice"


class TooManyHouseholds(Refusal):
    """More households than one act takes."""

    code = "too_many_households"


class RequestUnknown(NotFound):
    """The round has no such request."""

    code = "request_unknown"


class RequestRepeated(Refusal):
    """The household has a request in this round already."""

    code = "request_repeated"


class RequestAnswered(Refusal):
    """The request is answered already."""

    code = "request_answered"


class RequestKindWrong(Refusal):
    """The recognised class of the household does not go with this kind of request."""

    code = "request_kind_wrong"


class RequestFormWrong(Refusal):
    """The procedure has another form for this request."""

    code = "request_form_wrong"


class RequestPersonWrong(Refusal):
    """A request on the track of low-income workers names a person, others name none."""

    code = "request_person_wrong"


class RequestAfterResult(Refusal):
    """The household has its result in this round already."""

    code = "request_after_result"


class RequestMissing(Refusal):
    """Some households have no request that leads to a review."""

    code = "request_missing"


class RefusalWithoutReason(Refusal):
    """A request is refused in writing, with reasons."""

    code = "refusal_without_reason"


class ScreeningNotUsed(Refusal):
    """Form A is not used on this track, or its rule is not known."""

    code = "screening_not_used"


class ScreeningContradicts(Refusal):
    """The signs give another outcome; an override needs a reason."""

    code = "screening_contradicts"


class AttendanceMissing(Refusal):
    """A meeting is attended by at least one person."""

    code = "attendance_missing"


class VotesAboveAttendance(Refusal):
    """More votes than persons who attended."""

    code = "votes_above_attendance"


class ChairWrong(Refusal):
    """The procedure has others chair the meeting."""

    code = "meeting_chair_wrong"


class HouseholdOfAnotherVillage(Refusal):
    """Some households live in another village than that of the meeting."""

    code = "household_of_another_village"


class MeetingBeforeSurvey(Refusal):
    """The survey is later than the meeting that votes on it."""

    code = "meeting_before_survey"


class SurveyBeforeListing(Refusal):
    """The survey is older than the listing of the household, or than what sent it back."""

    code = "survey_before_listing"


class SurveyUsedBefore(Refusal):
    """The household was sent back: the meeting needs another survey than before."""

    code = "survey_used_before"


class WorkerOutcomesWrong(Refusal):
    """A result names each worker of the household who waits for an answer, once, and no other."""

    code = "worker_outcomes_wrong"


class WorkerOutcomeMissing(Refusal):
    """The standard cannot say the outcome for a worker: the officer records it."""

    code = "worker_outcome_missing"


class WorkerOutcomeContradicts(Refusal):
    """The standard gives another outcome; an override needs a reason."""

    code = "worker_outcome_contradicts"


class PostingPlaceMissing(Refusal):
    """A posting names the places where it is shown."""

    code = "posting_place_missing"


class PostingLimitUnknown(Refusal):
    """The procedure does not say how long results are posted."""

    code = "posting_limit_unknown"


class PostingCutShort(Refusal):
    """The posting has not run to the end of its last working day."""

    code = "posting_cut_short"


class VoteUnderShare(Refusal):
    """Fewer of those who attended agreed than the procedure asks for."""

    code = "vote_under_share"


class GrievanceUnknown(NotFound):
    """The round has no such grievance."""

    code = "grievance_unknown"


class GrievanceAnswered(Refusal):
    """The grievance is answered, or was late and is kept only."""

    code = "grievance_answered"


class GrievanceOpen(Refusal):
    """Some households have a grievance that is not answered."""

    code = "grievance_open"


class DuplicateUnsettled(Refusal):
    """Some households have an unsettled duplicate."""

    code = "duplicate_unsettled"


class ReverificationIncomplete(Refusal):
    """The household was not surveyed and voted on again since the grievance."""

    code = "reverification_incomplete"


class ConsultationRepeated(Refusal):
    """The list was reported, or answered, already."""

    code = "consultation_repeated"


class ConsultationMissing(Refusal):
    """The level above was not asked, or has not answered yet."""

    code = "consultation_missing"


class NoticeMissing(Refusal):
    """Some households lose a status and have no notice of it."""

    code = "notice_missing"


class NoticeRuns(Refusal):
    """The last day to object has not passed."""

    code = "notice_runs"


class NoticeTooShort(Refusal):
    """The office gives more days to object."""

    code = "notice_too_short"


class NoticeNotDue(Refusal):
    """The household loses no status by its result."""

    code = "notice_not_due"


class SecondSignatureMissing(Refusal):
    """The office's brake asks for the signature of a second account."""

    code = "second_signature_missing"


class SecondSignatureNotNeeded(Refusal):
    """The office's brake does not stop this decision."""

    code = "second_signature_not_needed"


class SecondSignatureOfSameAccount(Refusal):
    """The second signature is of another account than the first."""

    code = "second_signature_of_same_account"


class ListChanged(Refusal):
    """The list is not the one that was read."""

    code = "list_changed"


class NothingToDecide(Refusal):
    """No household of the round belongs to this decision."""

    code = "nothing_to_decide"


class DecisionNumberTaken(Refusal):
    """The commune has another decision of this number in this year."""

    code = "decision_number_taken"


class RoundUndecided(Refusal):
    """Some households or requests of the round have no answer yet."""

    code = "round_undecided"


class ClosingWithoutReason(Refusal):
    """A round that is abandoned needs a reason."""

    code = "closing_without_reason"


class MalformedBrake(Refusal):
    """The office's settings of the brake cannot be read."""

    code = "malformed_brake"
