"""Carries out the steps of the stories as the commands they are."""

from typing import Any
from uuid import UUID, uuid5

from domain.commands.context import Actor, CommandContext, Document
from domain.households.inputs import (
    ClassInput,
    Figures,
    HouseholdCorrection,
    MemberCorrection,
    NewHousehold,
    NewMember,
    SupportInput,
    SurveyInput,
)
from domain.matching.settlement import Anyway
from service.demo.bulk import BulkApplication
from service.demo.localities import Locality, Support
from service.demo.people import Person
from service.demo.plans import Plan
from service.demo.planted_errors import misjudge
from service.demo.stories import Step

NAMESPACE = UUID("6d3f0a1e-2f4b-5c6d-8e7f-5a0c1de00001")
OFFICES = {"surveyor": "khaosat", "case_worker": "canbo", "chairman": "chutich"}
RELATIONS = {"mother": "parent"}
FORMS = {
    "2016-2021": "B:14/2018/TT-BLĐTBXH",
    "2022-2026": "B:07/2021/TT-BLĐTBXH",
}


def command_id(step: Step) -> UUID:
    """The same for the same step, whenever it is carried out."""
    return uuid5(NAMESPACE, step.key)


def own_id(plan: Plan) -> UUID:
    """The id of a household that the demo registers itself, not by a list."""
    return uuid5(NAMESPACE, plan.key)


class CarryingOut:
    """Carries out steps on a bulk casework. `ids` knows the households of the opening lists."""

    def __init__(self, casework: BulkApplication, locality: Locality, ids: dict[str, UUID]) -> None:
        self.casework = casework
        self.commands = casework.households
        self.locality = locality
        self.ids = ids

    def household(self, plan: Plan) -> UUID:
        """The id of a planned household."""
        return self.ids.get(plan.key) or own_id(plan)

    def carry_out(self, step: Step) -> None:
        """One step. A step that was carried out before changes nothing."""
        getattr(self, f"_{step.do}")(step, self.household(step.plan), self._facts(step))

    def _facts(self, step: Step) -> CommandContext:
        at = step.plan.commune
        ward = self.locality.ward
        office = ward.account if ward is not None and at.code == ward.code else at.code
        paper = None
        if step.paper:
            paper = Document(step.paper, step.effective_on, f"chutich.{office}")
        actor = Actor(f"{OFFICES[step.by]}.{office}", step.by, at.unit)
        return CommandContext(step.effective_on, actor, command_id(step), step.recorded_at, paper)

    def _person(self, household: UUID, place: int) -> UUID:
        """A person by their place in the family as it was entered."""
        return list(self.commands.load(household).stays)[place]

    # The commands, by the names that the steps give them.

    def _register(self, step: Step, household: UUID, facts: CommandContext) -> None:
        plan = step.plan
        self.commands.register(
            facts,
            NewHousehold(
                area=plan.commune.unit,
                village=plan.village,
                members=tuple(_member(one) for one in plan.members),
                number=plan.number,
                ethnic_minority=plan.people != "kinh",
                no_labour_capacity=plan.no_labour_capacity,
                household_id=household,
            ),
        )

    def _survey(self, step: Step, household: UUID, facts: CommandContext) -> None:
        at = step.plan.commune
        self.commands.survey(
            household,
            facts,
            SurveyInput(
                form=FORMS[self.locality.standard],
                score_card=f"{self.locality.standard}/{at.area_type}",
                area_type=at.area_type,
                surveyor=facts.actor.account,
                answers={"electricity_kwh_a_month": step.what["kwh"]},
                b1=step.what["b1"],
                b2=step.what["b2"],
                place=step.plan.village,
                survey_id=uuid5(NAMESPACE, step.key),
            ),
        )

    def _classify(self, step: Step, household: UUID, facts: CommandContext) -> None:
        self.commands.classify(household, facts, self._decision(step))

    def _exit(self, step: Step, household: UUID, facts: CommandContext) -> None:
        self.commands.exit(household, facts, self._decision(step))

    def _decision(self, step: Step) -> ClassInput:
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

    def _misjudge(self, step: Step, household: UUID, facts: CommandContext) -> None:
        survey = uuid5(NAMESPACE, f"{step.plan.key}/{step.what['survey']}")
        wrong = step.plan.wrong
        if wrong is not None:
            misjudge(self.casework, household, facts, wrong, self.locality.standard, survey)

    def _record_causes(self, step: Step, household: UUID, facts: CommandContext) -> None:
        self.commands.record_causes(household, facts, causes=step.what["causes"])

    def _record_needs(self, step: Step, household: UUID, facts: CommandContext) -> None:
        self.commands.record_needs(household, facts, needs=step.what["needs"])

    def _agree_plan(self, step: Step, household: UUID, facts: CommandContext) -> None:
        what = step.what
        self.commands.agree_plan(
            household,
            facts,
            goal=what["goal"],
            steps=what["steps"],
            responsible=facts.actor.account,
        )

    def _grant_support(self, step: Step, household: UUID, facts: CommandContext) -> None:
        support: Support = step.what["support"]
        day = facts.effective_on
        self.commands.grant_support(
            household,
            facts,
            SupportInput(
                programme=support.programme,
                benefit=support.benefit,
                period_from=day.replace(month=1, day=1),
                period_until=day.replace(month=12, day=31),
                source=support.source,
                funding_year=support.year,
                amount=support.amount,
                quantity=support.quantity,
                unit=support.unit,
                support_id=uuid5(NAMESPACE, step.key),
            ),
        )

    def _join_member(self, step: Step, household: UUID, facts: CommandContext) -> None:
        member = _member(step.what["person"])
        self.commands.join_member(household, facts, member=member, reason=step.what["reason"])

    def _leave_member(self, step: Step, household: UUID, facts: CommandContext) -> None:
        successor = step.what.get("new_head")
        self.commands.leave_member(
            household,
            facts,
            person_id=self._person(household, step.what["person"]),
            reason=step.what["reason"],
            new_head=None if successor is None else self._person(household, successor),
            anyway=Anyway(step.what["why"]) if "why" in step.what else None,
        )

    def _correct_member(self, step: Step, household: UUID, facts: CommandContext) -> None:
        self.commands.correct_member(
            household,
            facts,
            person_id=self._person(household, step.what["person"]),
            correction=MemberCorrection(birth_date=step.what["born"]),
            reason=step.what["reason"],
        )

    def _correct_household(self, step: Step, household: UUID, facts: CommandContext) -> None:
        self.commands.correct_household(
            household,
            facts,
            correction=HouseholdCorrection(no_labour_capacity=step.what["no_labour_capacity"]),
            reason=step.what["reason"],
        )

    def _dissolve(self, step: Step, household: UUID, facts: CommandContext) -> None:
        self.commands.dissolve(household, facts, reason=step.what["reason"])

    def _move(self, step: Step, household: UUID, facts: CommandContext) -> None:
        what = step.what
        self.commands.move(household, facts, area=what["area"], village=what["village"])

    def _split(self, step: Step, household: UUID, facts: CommandContext) -> None:
        persons = [self._person(household, place) for place in step.what["persons"]]
        relations = dict.fromkeys(persons, "child") | {persons[0]: "head"}
        half: Plan = step.what["new"]
        self.commands.split(
            household,
            facts,
            persons=relations,
            village=step.what["village"],
            number=half.number,
            keep_class=True,
            new_household_id=own_id(half),
        )

    def _merge(self, step: Step, household: UUID, facts: CommandContext) -> None:
        persons: Any = self.commands.load(household).members
        relations = dict.fromkeys(persons, step.what["relation"])
        into = self.household(step.what["into"])
        self.commands.merge(household, facts, into=into, relations=relations)


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
