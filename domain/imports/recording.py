"""Records the households of a reviewed list, some hundreds at a time.

Command ids are made of what the list says of a household and of who imports it: the same
household in the same words is the same command, in whatever file it comes, however often and
after whatever interruption. A household that is on record already is found by its number, by its
head's identity number, or (having neither) by its head's name and birth in the village; then the
list can only give it a class.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from domain.casework import Casework
from domain.errors import CommandReused, Refusal
from domain.facts import Actor, Document, Facts
from domain.households.codes import CLASSES
from domain.households.commands import PlannedDecision, PlannedRegistration
from domain.households.inputs import ClassInput, Figures, NewHousehold, NewMember
from domain.households.refusals import HouseholdNumberTaken, PersonInAnotherHousehold
from domain.imports.existing import Existing, row_of
from domain.imports.exits import ExitOfUnknown
from domain.imports.findings import Finding
from domain.imports.listed import ListedHousehold
from domain.imports.taking import blame
from domain.recording import Outcome

RECORDED, RECLASSIFIED, ALREADY, REFUSED = "recorded", "reclassified", "already", "refused"


class Acquaintances(Protocol):
    """Households without number whose head has no identity number, by a keyed digest."""

    def find(self, keys: Iterable[bytes]) -> Mapping[bytes, UUID]:
        """Which of the keys are known, and whose they are."""

    def remember(self, households: Mapping[bytes, UUID]) -> None:
        """Keeps keys; one that is known already stays as it is."""


@dataclass(slots=True)
class Recorded:
    """What came of some households: how many were what, and what is to be said of their rows."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((RECORDED, RECLASSIFIED, ALREADY, REFUSED), 0)
    )
    persons: int = 0
    findings: list[Finding] = field(default_factory=list)
    outcomes: dict[int, tuple[str, UUID | None]] = field(default_factory=dict)
    """By the row of each household's head: what came of it, and which household it is."""


class Recording:
    """Records the households of one import on behalf of one actor."""

    def __init__(
        self,
        casework: Casework,
        acquaintances: Acquaintances,
        *,
        import_id: UUID,
        actor: Actor,
        dry_run: bool = False,
    ) -> None:
        self.casework = casework
        self.acquaintances = acquaintances
        self.source = f"import:{import_id}"
        self.actor = actor
        self.dry_run = dry_run

    def record(self, households: Sequence[ListedHousehold], now: datetime) -> Recorded:
        """Records those that are new in one transaction, and what is news of others in another.

        Safe to be called again with the same households, at any time and beside itself.
        """
        result = Recorded()
        nameless = self._nameless(households)
        known = self._known(households, nameless, now)
        on_record = [one for one in households if one.row in known]
        plans: list[tuple[ListedHousehold, PlannedRegistration]] = []
        refused: dict[int, Refusal] = {}
        for household in households:
            if household.row in known:
                continue
            if household.leaves:
                # Only a household on record can leave a class.
                on_record.append(household)
                refused[household.row] = ExitOfUnknown()
                continue
            try:
                plans.append((household, self._plan(household, now)))
            except Refusal as refusal:
                self._refuse(household, refusal, result)
        answers = self.casework.record_many([plan for _, plan in plans], dry_run=self.dry_run)
        met: dict[bytes, UUID] = {}
        for (household, _), answer in zip(plans, answers, strict=True):
            if isinstance(answer, Outcome):
                self._count(RECORDED, household, result, answer.household_id)
                if household.row in nameless:
                    met[nameless[household.row]] = answer.household_id
            elif isinstance(answer, CommandReused):
                # Our ids are made of the content: another import said the very same before.
                self._count(ALREADY, household, result)
            elif isinstance(answer, HouseholdNumberTaken | PersonInAnotherHousehold):
                # What is taken may be taken by this very household.
                refused[household.row] = answer
                on_record.append(household)
            else:
                self._refuse(household, answer, result)
        if met and not self.dry_run:
            self.acquaintances.remember(met)
        self._take(on_record, known, refused, now, result)
        return result

    def _take(
        self,
        listed: Sequence[ListedHousehold],
        known: Mapping[int, UUID],
        refused: Mapping[int, Refusal],
        now: datetime,
        result: Recorded,
    ) -> None:
        """Gives households that are on record what is news in the list: a class, and causes."""
        if not listed:
            return
        existing = Existing(self.casework, listed, known)
        plans: dict[UUID, tuple[ListedHousehold, PlannedDecision, list[Finding]]] = {}
        later: list[ListedHousehold] = []
        for household in listed:
            id_ = existing.ids.get(household.row)
            if id_ is None:
                self._refuse(household, refused[household.row], result)
            elif id_ in plans:
                later.append(household)
            elif (news := self._news(household, existing, now, result)) is not None:
                plans[id_] = (household, *news)
        answers = self.casework.households.decide_many(
            [plan for _, plan, _ in plans.values()], dry_run=self.dry_run
        )
        for (household, _, findings), answer in zip(plans.values(), answers, strict=True):
            if isinstance(answer, Refusal):
                self._refuse(household, answer, result)
            else:
                result.findings += findings
                self._count(RECLASSIFIED, household, result, existing.ids[household.row])
        self._take(later, known, refused, now, result)

    def _news(
        self, household: ListedHousehold, existing: Existing, now: datetime, result: Recorded
    ) -> tuple[PlannedDecision, list[Finding]] | None:
        """The decision to record, and how else the two differ; None where there is none."""
        facts = self._facts("classify", household, now)
        decision = decision_of(household)
        try:
            news, findings = existing.compare(household, facts, decision)
        except Refusal as refusal:
            self._refuse(household, refusal, result)
            return None
        known = existing.ids[household.row]
        if not news:
            result.findings += findings
            self._count(ALREADY, household, result, known)
            return None
        for_causes = self._facts("causes", household, now)
        leaving = bool(household.leaves)
        plan = PlannedDecision(known, facts, decision, for_causes, household.causes, leaving)
        return plan, findings

    def _plan(self, household: ListedHousehold, now: datetime) -> PlannedRegistration:
        return self.casework.households.plan_registration(
            self._facts("register", household, now),
            NewHousehold(
                area=household.area,
                village=household.village,
                address=household.address,
                number=household.number,
                members=tuple(
                    NewMember(
                        name=member.name,
                        relation=member.relation,
                        sex=member.sex,
                        birth_date=member.birth_date,
                        birth_year=member.birth_year,
                        id_number=member.id_number,
                        ethnicity=member.ethnicity,
                        able_to_work=member.able_to_work,
                        meritorious=member.meritorious,
                    )
                    for member in household.members
                ),
                no_labour_capacity=household.no_labour_capacity,
                ethnic_minority=household.ethnic_minority,
                meritorious=household.meritorious,
                source=self.source,
            ),
            decision=decision_of(household, household.listing),
            causes=household.causes,
        )

    def _facts(self, command: str, household: ListedHousehold, now: datetime) -> Facts:
        content = hashlib.sha256(household.content()).hexdigest()
        keyed = self.casework.keyring.blind_index(f"import{command}{self.actor.account}{content}")
        return Facts(
            effective_on=household.effective_on,
            actor=self.actor,
            command_id=UUID(bytes=keyed),
            recorded_at=now,
            document=Document(household.decision_number, household.decision_date),
        )

    def _nameless(self, households: Iterable[ListedHousehold]) -> dict[int, bytes]:
        """Row to key, of households that neither a number nor an identity number names."""
        blind = self.casework.keyring.blind_index
        return {
            one.row: blind("household" + hashlib.sha256(one.identity().encode()).hexdigest())
            for one in households
            if not one.number and not one.head.id_number
        }

    def _known(
        self, households: Iterable[ListedHousehold], nameless: Mapping[int, bytes], now: datetime
    ) -> dict[int, UUID]:
        """Row to household, of the nameless that are on record by another command than ours."""
        if not nameless:
            return {}
        found = self.acquaintances.find(nameless.values())
        ours = {
            one.row: self._facts("register", one, now).command_id
            for one in households
            if nameless.get(one.row, b"") in found
        }
        recorder: Any = self.casework.recorder
        done = recorder.find_commands(list(ours.values()))
        return {row: found[nameless[row]] for row, command in ours.items() if command not in done}

    def _count(
        self, what: str, household: ListedHousehold, result: Recorded, id_: UUID | None = None
    ) -> None:
        result.counts[what] += 1
        result.outcomes[household.row] = (what, id_)
        if what == RECORDED:
            result.persons += len(household.members)

    def _refuse(self, household: ListedHousehold, refusal: Refusal, result: Recorded) -> None:
        findings = [self._finding(household, refusal)]
        blame(findings, household.rows())
        result.findings += findings
        self._count(REFUSED, household, result)

    def _finding(self, household: ListedHousehold, refusal: Refusal) -> Finding:
        """The refusal of a command as a remark on the row it is about."""
        row = household.row
        index = refusal.values.get("member")
        if isinstance(index, int):
            row = household.members[index].row
        elif person := refusal.values.get("person_id"):
            row = row_of(self.casework, household, UUID(str(person))) or row
        code, field = _SAID.get(refusal.code, ("refused", ""))
        values: dict[str, str] = {}
        if code in ("class_conflict", "exit_of_other_class"):
            values = {
                name: CLASSES.get(str(value), str(value)) for name, value in refusal.values.items()
                if name in ("proposed", "leaves", "before")
            }  # fmt: skip
        elif code == "refused":
            values = {"reason": refusal.code}
        return Finding(row, code, field, values)


def decision_of(household: ListedHousehold, listing: str = "") -> ClassInput:
    """The decision that the list reports, with the figures it gives."""
    figures = Figures(household.area_type, household.income, None, household.b1, household.b2)
    given = (household.income, household.b1, household.b2)
    return ClassInput(
        class_=household.class_ or None,
        figures=figures if any(value is not None for value in given) else None,
        listing=listing,
    )


_SAID = {
    "class_not_given": ("class_conflict", "class"),
    "figure_out_of_range": ("figures_out_of_range", "b1"),
    "negative_figure": ("figures_out_of_range", "b1"),
    "amount_invalid": ("figures_out_of_range", "income"),
    "figures_disagree": ("figures_disagree", "b1"),
    "no_standard_in_force": ("standard_missing", "class"),
    "standard_not_in_force": ("standard_missing", "class"),
    "unknown_area_type": ("standard_missing", "commune"),
    "person_in_another_household": ("person_elsewhere", "id_number"),
    "identity_number_taken": ("id_taken", "id_number"),
    "person_twice": ("id_taken", "id_number"),
    "household_number_taken": ("number_taken", "number"),
    "household_elsewhere": ("household_elsewhere", "commune"),
    "household_ended": ("household_ended", ""),
    "nobody_in_common": ("nobody_in_common", "number"),
    "before_registration": ("before_registration", "decision_date"),
    "birth_in_future": ("birth_in_future", "birth"),
    "birth_impossible": ("birth_too_early", "birth"),
    "identity_number_malformed": ("id_malformed", "id_number"),
    "signed_in_future": ("decision_in_future", "decision_date"),
    "effective_in_future": ("effective_in_future", "decision_date"),
    "text_too_long": ("text_too_long", ""),
    "text_unreadable": ("text_unreadable", ""),
    "exit_household_unknown": ("exit_household_unknown", ""),
    "exit_of_other_class": ("exit_of_other_class", "class"),
    "not_listed": ("exit_not_listed", "class"),
    "not_an_exit": ("exit_no_exit", "class"),
    "class_not_computable": ("exit_class_missing", "exit"),
    "unknown_code": ("listing_unknown", "listing"),
    "area_not_valid_on": ("area_unknown", "commune_code"),
}
