"""Cases of several steps of a household's plan are requested in one act: all of them, or none."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from domain.commands.claims import Claim, Release
from domain.commands.command import CommandContext, CommandResult
from domain.errors import Refusal
from domain.eventstore.personal import Sealer
from domain.support.case import PlanStep, SupportCase
from domain.support.case_commands import RequestCase, claim_of, opened
from domain.support.case_records import is_held_in_vain, let_go
from domain.support.errors import CaseExists, PlanStepsMissing
from domain.support.handler import SupportCommand, SupportServices

MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class StepBenefit:
    """The benefit that is requested for a step of the plan; `period` is any day of its period."""

    step: int
    programme: str
    benefit: str
    period: date
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RequestCasesOfPlan(SupportCommand):
    """A case is requested for each of these steps of a plan; `created` is the first one.

    `plan` is the version of the event that agreed the plan. A refusal names its step. Refused:
    PlanStepsMissing, and what RequestCase refuses.
    """

    NAME: ClassVar[str] = "case.request_of_plan"
    household_id: UUID
    plan: int
    steps: tuple[StepBenefit, ...]

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The new cases, with their claims."""
        if not 0 < len(self.steps) <= MOST_STEPS:
            raise PlanStepsMissing(steps=len(self.steps), at_most=MOST_STEPS)
        cases: list[SupportCase] = []
        claims: dict[bytes, Claim] = {}
        sealers: list[Sealer] = []
        releases: list[Release] = []
        for at, wanted in enumerate(self.steps):
            try:
                case, sealed = opened(self._request(wanted), self.case_id(context, at), services,
                                      context)  # fmt: skip
                claim = claim_of(case, context)
                held = services.claims.look([claim.key]).get(claim.key)
                if claim.key in claims:
                    raise CaseExists(case_id=claims[claim.key].holder)
                free = held is None or held.free_for(case.id, context.effective_on)
                if held is not None and not free and not is_held_in_vain(services, held):
                    raise CaseExists(case_id=held.holder)
            except Refusal as refusal:
                refusal.values["step"] = wanted.step
                raise
            cases.append(case)
            claims[claim.key] = claim
            releases += let_go(services, claim.key)
            sealers += sealed
        first, *others = cases
        return CommandResult(
            first,
            others=others,
            claims=list(claims.values()),
            releases=releases,
            sealers=sealers,
            created=first.id,
        )

    @staticmethod
    def case_id(context: CommandContext, at: int) -> UUID:
        """The id of the case of a step, by its place among the steps that are asked for."""
        return uuid5(context.command_id, f"case:{at}")

    def _request(self, wanted: StepBenefit) -> RequestCase:
        return RequestCase(
            self.household_id, wanted.programme, wanted.benefit, wanted.period, wanted.person_id,
            plan_step=PlanStep(self.plan, wanted.step),
        )  # fmt: skip
