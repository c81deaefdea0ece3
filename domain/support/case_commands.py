"""Commands about support cases. Each checks the household itself, as it is in its own events."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from domain import text
from domain.commands.claims import Claim, Release
from domain.commands.command import IF_GIVEN, CommandContext, CommandResult
from domain.commands.runner import require_version
from domain.eventstore.personal import Sealer
from domain.households.double_grants import Grant, refuse_double_grant
from domain.households.household import Household
from domain.households.support import SupportInput
from domain.households.support import grant as grant_support
from domain.support.budget import BudgetLine
from domain.support.budget_commands import find_line
from domain.support.case import Assessment, PlanStep, Request, SupportCase
from domain.support.case_records import let_go, recovered, require_on_record, signers
from domain.support.claims import grant_key
from domain.support.codes import CASE_ORIGINS
from domain.support.eligibility import (
    Basis,
    basis,
    benefit_in_force,
    benefit_of_period,
    check_beneficiary,
    find_programme,
    require_near,
)
from domain.support.entitlement import Wanted, entitlement, period_of, require_highest
from domain.support.errors import (
    CaseStepRefused,
    CaseUnknown,
    DigestInvalid,
    HouseholdNotThere,
    LineOfAnotherProject,
    PlanStepUnknown,
)
from domain.support.event import require_paper
from domain.support.handler import SupportCommand, SupportServices
from domain.support.programme import Benefit
from domain.support.signing_rules import require_apart, signatures_needed

MOST_ATTACHMENTS = 20
STEPS_OF_A_GRANT = frozenset({"disburse", "deliver", "confirm", "reconcile", "reopen"})
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class RequestCase(SupportCommand):
    """A benefit is requested for a household or a person; `created` is the id of the case.

    `period` is any day of the period, `plan_step` the step of the household's plan that it comes
    of. Refused: ProgrammeUnknown, BenefitUnknown, BenefitNotInForce, PeriodTooFar,
    BeneficiaryMismatch, DoesNotQualify, CaseExists, DoubleGrant, PlanStepUnknown.
    """

    NAME: ClassVar[str] = "case.request"
    household_id: UUID
    programme: str
    benefit: str
    period: date
    person_id: UUID | None = None
    origin: str = "request"
    attachments: tuple[str, ...] = ()
    note: str = ""
    plan_step: PlanStep | None = field(default=None, metadata=IF_GIVEN)

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The new case, with the claim to its benefit, beneficiary and period."""
        case, sealers = opened(self, uuid5(context.command_id, "case"), services, context)
        claim = claim_of(case, context)
        taken = let_go(services, claim.key)
        return CommandResult(case, claims=[claim], releases=taken, sealers=sealers, created=case.id)


class CaseCommand(SupportCommand):
    """A command about one case."""

    __slots__ = ()
    FINGERPRINT_NAMES: ClassVar[dict[str, str]] = {"case_id": "case"}
    case_id: UUID

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The case changed. Raises CaseUnknown, StaleVersion, StepsApart, GrantWithdrawn."""
        case = find_case(services, self.case_id)
        require_version(case, expected_version)
        step = self.NAME.removeprefix("case.")
        act, signed_by = signers(case, services)
        require_apart(services, case.area, act, step, signed_by, context)
        if step in STEPS_OF_A_GRANT:  # they rest on the support on the household's record
            require_on_record(case, services)
        return self.decide(case, context, services) or CommandResult(case)

    def decide(
        self, case: SupportCase, context: CommandContext, services: SupportServices
    ) -> CommandResult | None:
        """Changes the case; None where only its own events are to be saved."""
        raise TypeError(f"{type(self).__name__} decides nothing")


@dataclass(frozen=True, slots=True)
class NoteCase(CaseCommand):
    """A note or attachments are kept with the case, at any step. Refused: NoteMissing."""

    NAME: ClassVar[str] = "case.note"
    case_id: UUID
    note: str = ""
    attachments: tuple[str, ...] = ()

    def decide(
        self, case: SupportCase, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records them."""
        note, sealers = services.note(case.household_id, self.note)
        case.write_down(context, note, digests(self.attachments))
        return CommandResult(case, sealers=sealers)


@dataclass(frozen=True, slots=True)
class AssignCase(CaseCommand):
    """An account works on the case."""

    NAME: ClassVar[str] = "case.assign"
    case_id: UUID
    account: str

    def decide(self, case: SupportCase, context: CommandContext, services: SupportServices) -> None:
        """Records the account."""
        case.assign(context, text.required("account", self.account, text.CODE))


@dataclass(frozen=True, slots=True)
class AssessCase(CaseCommand):
    """The household qualifies, and gets the amount of the rate, or what is stated.

    Refused: DoesNotQualify, RateNotValid, AmountNotByRate, AmountNeeded, LowerOfSameContent.
    """

    NAME: ClassVar[str] = "case.assess"
    case_id: UUID
    amount: int | None = None
    quantity: int | None = None
    unit: str = ""
    attachments: tuple[str, ...] = ()
    note: str = ""

    def decide(
        self, case: SupportCase, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records the assessment; the note `rate_unknown` where no rate was found."""
        household, benefit, why = _qualified(case, context, services)
        programme = find_programme(services, case.programme)
        due = entitlement(programme, benefit, case.period)
        amount = due.settled(self.amount, self.quantity)
        _require_highest(case, household, benefit, amount, services)
        note, sealers = services.note(household.id, self.note)
        case.assess(
            context,
            Assessment(
                why, amount, self.quantity, self.unit, due.certainty, digests(self.attachments),
                note,
            ),
        )  # fmt: skip
        unknown = due.certainty == "unknown"
        return CommandResult(case, sealers=sealers, notes=("rate_unknown",) if unknown else ())


@dataclass(frozen=True, slots=True)
class ApproveCase(CaseCommand):
    """The case is signed. With the last signature its amount is committed on the line.

    Refused: ApproverTookPart, AlreadySigned, DoesNotQualify, LowerOfSameContent,
    LineOfAnotherProject, MoneyMissing, MoneyNotOfThatYear, SupportDocumentMissing.
    """

    NAME: ClassVar[str] = "case.approve"
    case_id: UUID
    line_id: UUID

    def decide(
        self, case: SupportCase, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records the signature; the note `signatures_missing` where others have to sign."""
        require_paper(context)
        household, benefit, why = _qualified(case, context, services)
        _require_highest(case, household, benefit, case.amount, services)
        line = find_line(services, self.line_id)
        programme = find_programme(services, case.programme)
        covered = services.directory.covers(line.key.area, case.area, context.effective_on)
        if (
            not covered
            or line.key.programme != case.programme
            or not programme.is_below(benefit.node, line.key.node)
        ):
            raise LineOfAnotherProject(line=line.id, node=benefit.node)
        needed = signatures_needed(services, case.area, case.amount or 0, context.effective_on)
        if not case.sign(context, line.id, why, needed):
            return CommandResult(case, notes=("signatures_missing",))
        if case.amount is not None and case.commitment is not None:
            line.commit(context, case.amount, case.commitment, case.benefit)
        return CommandResult(case, others=(line,) if line.pending_events else ())


@dataclass(frozen=True, slots=True)
class RefuseCase(CaseCommand):
    """The case is refused, with codes of reasons. Its claim is let go."""

    NAME: ClassVar[str] = "case.refuse"
    case_id: UUID
    reasons: tuple[str, ...]
    note: str = ""

    def decide(
        self, case: SupportCase, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records the refusal."""
        note, sealers = services.note(case.household_id, self.note)
        case.refuse(context, self.reasons, note)
        return CommandResult(case, releases=[_release(case)], sealers=sealers)


@dataclass(frozen=True, slots=True)
class GrantCase(CaseCommand):
    """The support is granted, and stands on the household's record under the id of the case.

    Refused: DoesNotQualify, LowerOfSameContent, SameContentGranted, DoubleGrant.
    """

    NAME: ClassVar[str] = "case.grant"
    case_id: UUID

    def decide(
        self, case: SupportCase, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records the grant on both in one save."""
        household, benefit, why = _qualified(case, context, services)
        _require_highest(case, household, benefit, case.amount, services)
        if case.line_id is None:
            case.grant(context, why, "", 0)  # not approved: refused there
            return CommandResult(case)
        line = find_line(services, case.line_id)
        case.grant(context, why, line.key.source, line.key.allocation_year)
        support = SupportInput(
            programme=case.programme,
            benefit=case.benefit,
            period_from=case.period.first,
            period_until=case.period.last,
            source=line.key.source,
            funding_year=line.key.allocation_year,
            person_id=case.person_id,
            amount=case.amount,
            quantity=case.quantity,
            unit=case.unit,
        )
        grant_support(household, context, support, support_id=case.id, benefits=services.benefits)
        return CommandResult(case, others=(household,))


@dataclass(frozen=True, slots=True)
class DisburseCase(CaseCommand):
    """A part of the approved amount is paid; `created` is the disbursement.

    A case that was closed and reopened is paid of what is available on the line. Refused:
    CommitmentExceeded, MoneyMissing, MoneyNotOfThatYear, GrantWithdrawn.
    """

    NAME: ClassVar[str] = "case.disburse"
    case_id: UUID
    amount: int

    def decide(
        self, case: SupportCase, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records the payment on the case and on the line in one save."""
        paid = uuid5(context.command_id, "disbursement")
        case.disburse(context, self.amount, paid)
        if case.line_id is None or case.commitment is None:
            raise CaseStepRefused(status=case.status, needs="commitment")  # its batch pays
        line = find_line(services, case.line_id)
        line.disburse(context, self.amount, paid, case.reserved, case.benefit)
        return CommandResult(case, others=(line,), created=paid)


@dataclass(frozen=True, slots=True)
class DeliverCase(CaseCommand):
    """The money, the goods or the service reached the beneficiary."""

    NAME: ClassVar[str] = "case.deliver"
    case_id: UUID
    quantity: int | None = None
    attachments: tuple[str, ...] = ()

    def decide(self, case: SupportCase, context: CommandContext, services: SupportServices) -> None:
        """Records the delivery."""
        case.deliver(context, self.quantity, digests(self.attachments))


@dataclass(frozen=True, slots=True)
class ConfirmCase(CaseCommand):
    """The beneficiary confirmed the receipt by signature, fingerprint or payment."""

    NAME: ClassVar[str] = "case.confirm"
    case_id: UUID
    means: str
    attachments: tuple[str, ...] = ()

    def decide(self, case: SupportCase, context: CommandContext, services: SupportServices) -> None:
        """Records the confirmation."""
        case.confirm(context, self.means, digests(self.attachments))


@dataclass(frozen=True, slots=True)
class ReconcileCase(CaseCommand):
    """Approved, paid and delivered agree. Refused: NotFullyPaid."""

    NAME: ClassVar[str] = "case.reconcile"
    case_id: UUID

    def decide(self, case: SupportCase, context: CommandContext, services: SupportServices) -> None:
        """Records that they agree, without what was recovered of the payments."""
        case.reconcile(context, recovered(case, services))


@dataclass(frozen=True, slots=True)
class FollowUpCase(CaseCommand):
    """It is seen whether the support helped."""

    NAME: ClassVar[str] = "case.follow_up"
    case_id: UUID
    outcome: str
    note: str = ""

    def decide(
        self, case: SupportCase, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records the outcome."""
        note, sealers = services.note(case.household_id, self.note)
        case.follow_up(context, self.outcome, note)
        return CommandResult(case, sealers=sealers)


@dataclass(frozen=True, slots=True)
class TransferCase(CaseCommand):
    """The case follows its household to another commune. Refused: HouseholdNotThere."""

    NAME: ClassVar[str] = "case.transfer"
    case_id: UUID
    area: str

    def decide(self, case: SupportCase, context: CommandContext, services: SupportServices) -> None:
        """Records the commune."""
        directory, on = services.directory, context.effective_on
        area, home = directory.resolved(self.area, on), services.household(case.household_id).area
        if area not in (home, directory.commune_of(home, on)):
            raise HouseholdNotThere(area=area)
        case.transfer(context, area)


@dataclass(frozen=True, slots=True)
class CloseCase(CaseCommand):
    """The case ends. What is left of its commitment is available again on the line."""

    NAME: ClassVar[str] = "case.close"
    case_id: UUID
    note: str = ""

    def decide(
        self, case: SupportCase, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records the end; without a grant that stands the claim is let go."""
        note, sealers = services.note(case.household_id, self.note)
        case.close(context, note)
        others: tuple[BudgetLine, ...] = ()
        if case.line_id is not None and case.commitment is not None and case.pending_events:
            line = find_line(services, case.line_id)
            left = line.left_of(case.commitment, context.effective_on)
            if left:
                line.release(context, left, case.commitment)
                others = (line,)
        withdrawn = services.household(case.household_id).withdrawn_ids
        stands = case.granted_on is not None and case.id not in withdrawn
        releases = [] if stands else [_release(case)]
        return CommandResult(case, others=others, releases=releases, sealers=sealers)


@dataclass(frozen=True, slots=True)
class ReopenCase(CaseCommand):
    """A refused or closed case is taken up again. Refused: CaseExists where another one is."""

    NAME: ClassVar[str] = "case.reopen"
    case_id: UUID
    note: str = ""

    def decide(
        self, case: SupportCase, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records it, with the claim."""
        note, sealers = services.note(case.household_id, self.note)
        case.reopen(context, note)
        return CommandResult(case, claims=[claim_of(case, context)], sealers=sealers)


def opened(
    wanted: RequestCase, case_id: UUID, services: SupportServices, context: CommandContext
) -> tuple[SupportCase, list[Sealer]]:
    """The case that is requested, with what sealed its note."""
    household = services.household(wanted.household_id)
    household.require_open_on(context, late=True)
    text.known("origin", wanted.origin, CASE_ORIGINS)
    benefit = benefit_in_force(services, wanted.programme, wanted.benefit, wanted.period)
    period = period_of(benefit, wanted.period)
    require_near(period, context)
    check_beneficiary(household, benefit, wanted.person_id, context.effective_on)
    basis(household, benefit, period.within(context.effective_on), services.directory)
    grant = Grant(wanted.programme, wanted.benefit, wanted.person_id, period.first, period.last)
    refuse_double_grant(household, grant, services.benefits)
    if wanted.plan_step is not None:
        _require_plan_step(household, wanted.plan_step)
    note, sealers = services.note(household.id, wanted.note)
    request = Request(
        household.id, household.area, wanted.programme, wanted.benefit, wanted.person_id, period,
        wanted.origin if wanted.plan_step is None else "plan", digests(wanted.attachments), note,
        wanted.plan_step,
    )  # fmt: skip
    return SupportCase.request(context, case_id, request), sealers


def find_case(services: SupportServices, case_id: UUID) -> SupportCase:
    """The case as it is now. Raises CaseUnknown."""
    case = services.find(SupportCase, case_id)
    if case is None:
        raise CaseUnknown(case_id=case_id)
    return case


def _require_plan_step(household: Household, wanted: PlanStep) -> None:
    """Raises PlanStepUnknown unless a plan of the household that counts has the step."""
    for plan in household.plans:
        if plan.originator_version == wanted.plan and 1 <= wanted.step <= len(plan.steps):
            return
    raise PlanStepUnknown(plan=wanted.plan, step=wanted.step)


def digests(given: tuple[str, ...]) -> tuple[str, ...]:
    """The attachments, each named by the SHA-256 of its content. Raises DigestInvalid."""
    if len(given) > MOST_ATTACHMENTS or not all(_DIGEST.fullmatch(one) for one in given):
        raise DigestInvalid(at_most=MOST_ATTACHMENTS)
    return tuple(dict.fromkeys(given))


def claim_of(case: SupportCase, context: CommandContext) -> Claim:
    """The claim of a case to its benefit, beneficiary and period."""
    return Claim(_key(case), case.id, context.effective_on)


def _release(case: SupportCase) -> Release:
    return Release(_key(case), case.id, None)


def _key(case: SupportCase) -> bytes:
    return grant_key(case.programme, case.benefit, case.beneficiary, case.period)


def _qualified(
    case: SupportCase, context: CommandContext, services: SupportServices
) -> tuple[Household, Benefit, Basis]:
    """The household as it is now, the benefit, and why it qualifies on the day of the act.

    Raises HouseholdEnded, and HouseholdNotThere until the case has followed its household.
    """
    household = services.household(case.household_id)
    household.require_open_on(context, late=True)
    if not services.directory.covers(case.area, household.area, context.effective_on):
        raise HouseholdNotThere(area=case.area)
    benefit = benefit_of_period(services, case.programme, case.benefit, case.period)
    on = case.period.within(context.effective_on)
    return household, benefit, basis(household, benefit, on, services.directory)


def _require_highest(
    case: SupportCase,
    household: Household,
    benefit: Benefit,
    amount: int | None,
    services: SupportServices,
) -> None:
    period = case.period
    grant = Grant(case.programme, case.benefit, case.person_id, period.first, period.last)
    refuse_double_grant(household, grant, services.benefits, own=case.id)
    require_highest(
        household, Wanted(case.programme, benefit, case.person_id, period, amount), services
    )
