"""Refusals of commands about support. Values never hold personal data."""

from domain.errors import NotFound, Refusal


class SupportEffectiveInFuture(Refusal):
    """Nothing about support is recorded for a day that has not come."""

    code = "support_effective_in_future"


class SupportDocumentMissing(Refusal):
    """The act rests on a document with its number."""

    code = "support_document_missing"


# Programmes, benefits and rates.


class ProgrammeUnknown(NotFound):
    """There is no programme of this code."""

    code = "programme_unknown"


class ProgrammeExists(Refusal):
    """There is another programme of this code."""

    code = "programme_exists"


class ProgrammeCodeInvalid(Refusal):
    """The code of a programme has small letters, digits and hyphens."""

    code = "programme_code_invalid"


class ProgrammeClosed(Refusal):
    """The programme is closed."""

    code = "programme_closed"


class ProgrammeTreeInvalid(Refusal):
    """The nodes of a programme make one tree, each under a node that is there."""

    code = "programme_tree_invalid"


class ProgrammePeriodInvalid(Refusal):
    """The last day lies before the first one."""

    code = "programme_period_invalid"


class NodeUnknown(NotFound):
    """The programme has no such project, component or content."""

    code = "programme_node_unknown"


class BenefitUnknown(NotFound):
    """The programme has no such benefit on that day."""

    code = "benefit_unknown"


class BenefitForNone(Refusal):
    """A benefit names at least one class, or newly escaped households."""

    code = "benefit_for_none"


class RateInvalid(Refusal):
    """A rate is a whole number of đồng above zero, or a ceiling, or stays empty as unknown."""

    code = "rate_invalid"


class RatePeriodUnfit(Refusal):
    """The period of a rate does not make up the period of its benefit."""

    code = "rate_period_unfit"


class BenefitOutsideProgramme(Refusal):
    """A benefit of a local programme is for units of the programme's own area."""

    code = "benefit_outside_programme"


class ProgrammeElsewhere(Refusal):
    """The local programme is of another area."""

    code = "programme_elsewhere"


class RateOutsideProgramme(Refusal):
    """A rate begins before the local programme does, or after its last day."""

    code = "rate_outside_programme"


class MalformedProgramme(Refusal):
    """The file of a programme does not say what a programme must say; nothing was loaded."""

    code = "malformed_programme"


# Money.


class BudgetLineUnknown(NotFound):
    """There is no such budget line."""

    code = "budget_line_unknown"


class MoneyInvalid(Refusal):
    """Money is a whole number of đồng above zero."""

    code = "money_invalid"


class MoneyMissing(Refusal):
    """The budget line does not hold that much, on that day or on a later one."""

    code = "money_missing"


class CommitmentExceeded(Refusal):
    """More than is left of the commitment, on that day or on a later one."""

    code = "commitment_exceeded"


class CommitmentUnknown(NotFound):
    """The budget line has no such commitment."""

    code = "commitment_unknown"


class DisbursementUnknown(NotFound):
    """The budget line has no such disbursement."""

    code = "disbursement_unknown"


class DisbursementExceeded(Refusal):
    """More is recovered than was disbursed, on that day or on a later one."""

    code = "disbursement_exceeded"


class MoneyIdTaken(Refusal):
    """The commitment or disbursement of this id is another one."""

    code = "money_id_taken"


class MoneyNotOfThatYear(Refusal):
    """The money of this line may not be spent in that year."""

    code = "money_not_of_that_year"


class AllocationOutsideYear(Refusal):
    """Money of a year is allocated and passed down in it or in the year before."""

    code = "allocation_outside_year"


class CarriedLineTakesNoNewMoney(Refusal):
    """A line of carried money takes no new money: that has a line of its own."""

    code = "carried_line_takes_no_new_money"


class BudgetYearsInvalid(Refusal):
    """Money is spent in the year of its allocation, or in a later one to which it was carried."""

    code = "budget_years_invalid"


class PassedOutsideTree(Refusal):
    """Money is passed down to a unit below, for the same project or one below it."""

    code = "passed_outside_tree"


class CarriedElsewhere(Refusal):
    """Carried money stays in its area, source and kind, and goes to a later year."""

    code = "carried_elsewhere"


class SameBudgetLine(Refusal):
    """Money does not go from a line to itself."""

    code = "same_budget_line"


# Cases.


class CaseUnknown(NotFound):
    """There is no such case."""

    code = "case_unknown"


class CaseExists(Refusal):
    """The household, the beneficiary and the period have a case for this benefit already."""

    code = "case_exists"


class CaseStepRefused(Refusal):
    """The case is at another step."""

    code = "case_step_refused"


class BenefitNotInForce(Refusal):
    """The programme does not give the benefit in that period."""

    code = "benefit_not_in_force"


class DoesNotQualify(Refusal):
    """The household does not qualify for the benefit on that day."""

    code = "does_not_qualify"


class BeneficiaryMismatch(Refusal):
    """A benefit that counts persons names one, and one that counts households names none."""

    code = "beneficiary_mismatch"


class RateNotValid(Refusal):
    """No rate of the benefit is valid in that period."""

    code = "rate_not_valid"


class AmountNotByRate(Refusal):
    """The amount is not the one that the rate gives, or is above its ceiling."""

    code = "amount_not_by_rate"


class AmountNeeded(Refusal):
    """The rate is not known or is a ceiling: the amount, or goods, are to be stated."""

    code = "amount_needed"


class LowerOfSameContent(Refusal):
    """A benefit of the same content that is as high or higher was granted: the highest only."""

    code = "lower_of_same_content"


class SameContentGranted(Refusal):
    """A lower benefit of the same content was granted: it is to be withdrawn first."""

    code = "same_content_granted"


class ApproverTookPart(Refusal):
    """The account that requested or assessed a case does not approve it."""

    code = "approver_took_part"


class AlreadySigned(Refusal):
    """The account has signed this case."""

    code = "already_signed"


class LineOfAnotherProject(Refusal):
    """The budget line is not of the project of the benefit, or not of the area."""

    code = "line_of_another_project"


class ReasonsMissing(Refusal):
    """A refusal of a case has at least one reason."""

    code = "case_reasons_missing"


class NotFullyPaid(Refusal):
    """A case is reconciled when what was approved is paid, released or delivered."""

    code = "not_fully_paid"


class HouseholdNotThere(Refusal):
    """A case goes to another commune with its household, which lives there."""

    code = "household_not_there"


class NoteMissing(Refusal):
    """A note of a case has a text or an attachment."""

    code = "case_note_missing"


class PlanStepUnknown(Refusal):
    """The household has no such plan in force, or the plan has no such step."""

    code = "plan_step_unknown"


class PlanStepsMissing(Refusal):
    """Cases of a plan are requested for at least one step of it."""

    code = "plan_steps_missing"


class DigestInvalid(Refusal):
    """An attachment is named by the SHA-256 of its content."""

    code = "digest_invalid"


class SigningRulesInvalid(Refusal):
    """Signatures are one or more, by rising amounts that begin with zero."""

    code = "signing_rules_invalid"


class SmallestCountInvalid(Refusal):
    """The smallest count that is shown is a number within bounds."""

    code = "smallest_count_invalid"


class SmallestCountOfProvince(Refusal):
    """The smallest count is set for a province or the country, not for a unit below."""

    code = "smallest_count_of_province"


# Batches of grants.


class GrantBatchUnknown(NotFound):
    """There is no such batch of grants."""

    code = "grant_batch_unknown"


class GrantBatchStepRefused(Refusal):
    """The batch of grants is at another step."""

    code = "grant_batch_step_refused"


class RecipientsMissing(Refusal):
    """A batch of grants names its recipients, each once."""

    code = "recipients_missing"


class QuantityInvalid(Refusal):
    """A quantity of goods is a whole number above zero."""

    code = "quantity_invalid"


class GrantListNotReady(Refusal):
    """A batch is drawn up of a list that is checked and has rows that fit."""

    code = "grant_list_not_ready"


class GrantListDrawn(Refusal):
    """A batch was drawn up of this list before; its recipients are in that one."""

    code = "grant_list_drawn"


class RecipientElsewhere(Refusal):
    """The household does not live in the area of the batch."""

    code = "recipient_elsewhere"


# Targets.


class TargetUnknown(NotFound):
    """There is no such target."""

    code = "target_unknown"


class TargetExists(Refusal):
    """The area has this target for the year: it is to be revised."""

    code = "target_exists"


class TargetInvalid(Refusal):
    """A target is a whole number of households of a year that is near."""

    code = "target_invalid"


class TargetOutsideArea(Refusal):
    """A target is passed down to a unit below."""

    code = "target_outside_area"


class TargetOfAnotherKind(Refusal):
    """A rate is given for a number of households, or a number for a rate."""

    code = "target_of_another_kind"


class TargetWithoutDenominator(Refusal):
    """The denominator of the rate is not declared of the area."""

    code = "target_without_denominator"


# Activities and livelihood models.


class ActivityUnknown(NotFound):
    """There is no such activity."""

    code = "activity_unknown"


class ActivityHeld(Refusal):
    """The activity was held with other figures: they are to be corrected."""

    code = "activity_held"


class ActivityNotHeld(Refusal):
    """Figures are corrected of an activity that was held."""

    code = "activity_not_held"


class ActivityYearInvalid(Refusal):
    """An activity is held in the year of its plan."""

    code = "activity_year_invalid"


class ActivityFiguresInvalid(Refusal):
    """Figures are whole numbers, and turns are not fewer than persons."""

    code = "activity_figures_invalid"


class ModelUnknown(NotFound):
    """There is no such livelihood model."""

    code = "model_unknown"


class ModelClosed(Refusal):
    """The model has ended, or has not started on that day."""

    code = "model_closed"


class HouseholdNumberUnknown(NotFound):
    """No household of the area has this household number."""

    code = "household_number_unknown"


class HouseholdNumberOfSeveral(Refusal):
    """Several households of the area have this household number, each in a commune of its own."""

    code = "household_number_of_several"


class ModelYearInvalid(Refusal):
    """A model is paid by the money of its own year or of an earlier one, as its line says."""

    code = "model_year_invalid"
