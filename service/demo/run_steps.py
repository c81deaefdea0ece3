"""Runner of the demo's steps: each step becomes a command."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid5

from domain.commands.batch import CommandBatch, PlannedCommand
from domain.commands.command import Actor, CommandContext, CommandResult, Document
from domain.errors import Refusal
from domain.households.corrections import (
    CorrectHousehold,
    CorrectMember,
    HouseholdCorrection,
    MemberCorrection,
)
from domain.households.decisions import ClassifyHousehold, ClassInput, ExitPoverty, Figures
from domain.households.handler import HouseholdBatch, HouseholdCommand
from domain.households.household import Household
from domain.households.members import JoinMember, LeaveMember
from domain.households.needs_and_plan import AgreePlan, RecordCauses, RecordNeeds
from domain.households.person import NewMember
from domain.households.registration import NewHousehold, RegisterHousehold
from domain.households.relocation import (
    DissolveHousehold,
    MergeHousehold,
    MoveHousehold,
    SplitHousehold,
)
from domain.households.support import GrantSupport, SupportInput
from domain.households.surveys import RecordSurvey, SurveyInput
from domain.matching.settlement import Anyway
from domain.standards.standard import Standards
from service.demo.localities import Locality, Support
from service.demo.people import Person
from service.demo.plans import Plan
from service.demo.planted_errors import FORERUNNER, misjudge
from service.demo.stories import Step

NAMESPACE = UUID("6d3f0a1e-2f4b-5c6d-8e7f-5a0c1de00001")
OFFICES = {"surveyor": "khaosat", "case_worker": "canbo", "chairman": "chutich"}
RELATIONS = {"mother": "parent"}
FORMS = {
    "2016-2021": "B:14/2018/TT-BLĐTBXH",
    "2022-2026": "B:07/2021/TT-BLĐTBXH",
}


def command_id(step: Step) -> UUID:
    """Returns the command id of a step; the same for each run."""
    return uuid5(NAMESPACE, step.key)


def own_id(plan: Plan) -> UUID:
    """The id of a household that the demo registers itself, not by a list."""
    return uuid5(NAMESPACE, plan.key)


@dataclass(frozen=True, slots=True)
class _Act:
    """A step about to be carried out, with the households as they are in its batch."""

    step: Step
    household_id: UUID
    context: CommandContext
    households: HouseholdBatch


class StepRunner:
    """Carries out steps of one locality. `ids` knows the households of the opening lists."""

    def __init__(self, standards: Standards, locality: Locality, ids: dict[str, UUID]) -> None:
        self.standards = standards
        self.locality = locality
        self.ids = ids

    def household(self, plan: Plan) -> UUID:
        """The id of a planned household."""
        return self.ids.get(plan.key) or own_id(plan)

    def run(
        self, step: Step, batch: CommandBatch[HouseholdCommand], households: HouseholdBatch
    ) -> None:
        """One step, on the state of a batch. A step that was carried out before changes nothing.

        Raises the refusal of its command: the stories hold no command that is refused.
        """
        context, household_id = self._facts(step), self.household(step.plan)
        if step.do == "misjudge":
            self._misjudge(step, household_id, context, batch, households)
            return
        make: Callable[[_Act], HouseholdCommand] = getattr(self, f"_{step.do}")
        command = make(_Act(step, household_id, context, households))
        answer = batch.add([PlannedCommand(command, context)])
        if isinstance(answer, Refusal):
            raise answer

    def _facts(self, step: Step) -> CommandContext:
        at = step.plan.commune
        ward = self.locality.ward
        office = ward.account if ward is not None and at.code == ward.code else at.code
        paper = None
        if step.paper:
            paper = Document(step.paper, step.effective_on, f"chutich.{office}")
        actor = Actor(f"{OFFICES[step.by]}.{office}", step.by, at.unit)
        return CommandContext(step.effective_on, actor, command_id(step), step.recorded_at, paper)

    def _misjudge(
        self,
        step: Step,
        household_id: UUID,
        context: CommandContext,
        batch: CommandBatch[HouseholdCommand],
        households: HouseholdBatch,
    ) -> None:
        survey = uuid5(NAMESPACE, f"{step.plan.key}/{step.what['survey']}")
        wrong = step.plan.wrong
        if wrong is None or batch.is_done(context.command_id):
            return
        household = households.load(household_id)
        standard = self.standards.get(self.locality.standard)
        misjudge(household, context, wrong, standard, survey)
        batch.keep(CommandResult(household), context, FORERUNNER)

    # The commands, by the names that the steps give them.

    def _register(self, act: _Act) -> HouseholdCommand:
        plan = act.step.plan
        return RegisterHousehold(
            NewHousehold(
                area=plan.commune.unit,
                village=plan.village,
                members=tuple(_member(one) for one in plan.members),
                number=plan.number,
                ethnic_minority=plan.people != "kinh",
                no_labour_capacity=plan.no_labour_capacity,
                household_id=act.household_id,
            )
        )

    def _survey(self, act: _Act) -> HouseholdCommand:
        at = act.step.plan.commune
        survey = SurveyInput(
            form=FORMS[self.locality.standard],
            score_card=f"{self.locality.standard}/{at.area_type}",
            area_type=at.area_type,
            surveyor=act.context.actor.account,
            answers={"electricity_kwh_a_month": act.step.what["kwh"]},
            b1=act.step.what["b1"],
            b2=act.step.what["b2"],
            place=act.step.plan.village,
            survey_id=uuid5(NAMESPACE, act.step.key),
        )
        return RecordSurvey(act.household_id, survey)

    def _classify(self, act: _Act) -> HouseholdCommand:
        return ClassifyHousehold(act.household_id, _decision(act.step))

    def _exit(self, act: _Act) -> HouseholdCommand:
        return ExitPoverty(act.household_id, _decision(act.step))

    def _record_causes(self, act: _Act) -> HouseholdCommand:
        return RecordCauses(act.household_id, act.step.what["causes"])

    def _record_needs(self, act: _Act) -> HouseholdCommand:
        return RecordNeeds(act.household_id, act.step.what["needs"])

    def _agree_plan(self, act: _Act) -> HouseholdCommand:
        what = act.step.what
        return AgreePlan(act.household_id, what["goal"], what["steps"], act.context.actor.account)

    def _grant_support(self, act: _Act) -> HouseholdCommand:
        support: Support = act.step.what["support"]
        day = act.context.effective_on
        given = SupportInput(
            programme=support.programme,
            benefit=support.benefit,
            period_from=day.replace(month=1, day=1),
            period_until=day.replace(month=12, day=31),
            source=support.source,
            funding_year=support.year,
            amount=support.amount,
            quantity=support.quantity,
            unit=support.unit,
            support_id=uuid5(NAMESPACE, act.step.key),
        )
        return GrantSupport(act.household_id, given)

    def _join_member(self, act: _Act) -> HouseholdCommand:
        return JoinMember(
            act.household_id, _member(act.step.what["person"]), act.step.what["reason"]
        )

    def _leave_member(self, act: _Act) -> HouseholdCommand:
        persons = _persons(act.households.load(act.household_id))
        successor = act.step.what.get("new_head")
        return LeaveMember(
            act.household_id,
            persons[act.step.what["person"]],
            act.step.what["reason"],
            None if successor is None else persons[successor],
            anyway=Anyway(act.step.what["why"]) if "why" in act.step.what else None,
        )

    def _correct_member(self, act: _Act) -> HouseholdCommand:
        persons = _persons(act.households.load(act.household_id))
        correction = MemberCorrection(birth_date=act.step.what["born"])
        person = persons[act.step.what["person"]]
        return CorrectMember(act.household_id, person, correction, act.step.what["reason"])

    def _correct_household(self, act: _Act) -> HouseholdCommand:
        correction = HouseholdCorrection(no_labour_capacity=act.step.what["no_labour_capacity"])
        return CorrectHousehold(act.household_id, correction, act.step.what["reason"])

    def _dissolve(self, act: _Act) -> HouseholdCommand:
        return DissolveHousehold(act.household_id, act.step.what["reason"])

    def _move(self, act: _Act) -> HouseholdCommand:
        return MoveHousehold(act.household_id, act.step.what["village"], act.step.what["area"])

    def _split(self, act: _Act) -> HouseholdCommand:
        members = _persons(act.households.load(act.household_id))
        persons = [members[place] for place in act.step.what["persons"]]
        half: Plan = act.step.what["new"]
        return SplitHousehold(
            act.household_id,
            persons=dict.fromkeys(persons, "child") | {persons[0]: "head"},
            village=act.step.what["village"],
            number=half.number,
            keep_class=True,
            new_household_id=own_id(half),
        )

    def _merge(self, act: _Act) -> HouseholdCommand:
        members = act.households.load(act.household_id).members
        relations = dict.fromkeys(members, act.step.what["relation"])
        return MergeHousehold(act.household_id, self.household(act.step.what["into"]), relations)


def _persons(household: Household) -> list[UUID]:
    """The persons of a household by their place in the family as it was entered."""
    return list(household.stays)


def _decision(step: Step) -> ClassInput:
    what = step.what
    if "survey" not in what:
        at = step.plan.commune
        figures = Figures(at.area_type, None, None, what["b1"], what["b2"])
        return ClassInput(class_=what["class_"], figures=figures)
    return ClassInput(
        class_=what.get("class_"),
        survey_id=uuid5(NAMESPACE, f"{step.plan.key}/{what['survey']}"),
        override_reason=what.get("why", ""),
    )


def _member(person: Person) -> NewMember:
    return NewMember(
        name=person.name,
        relation=RELATIONS.get(person.relation, person.relation),
        sex=person.sex,
        birth_date=None if person.year_only else person.born,
        birth_year=person.born.year,
        id_number=person.id_number,
        ethnicity=person.ethnicity,
    )
