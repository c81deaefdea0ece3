"""Records the households of a checked list in batches of some hundreds.

Command ids are made of what the list says of a household and of who imports it: the same
household in the same words is the same command, in whatever file it comes, however often and
after whatever interruption. Who is on record already the matcher says (`domain.matching`): a
household that it is certain of can only be given a class; one that it holds possible waits for a
person; one whose number belongs to another person is refused.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from domain.application import SocaiApplication
from domain.commands.batch import PlannedCommand
from domain.commands.command import Actor, CommandContext, Document, Outcome
from domain.errors import CommandReused, Refusal
from domain.households.classification_batch import PlannedDecision, groups_of
from domain.households.decisions import ClassInput, Figures
from domain.households.errors import (
    HouseholdNumberTaken,
    IdentityNumberTaken,
    PersonInAnotherHousehold,
)
from domain.households.handler import HouseholdCommand, household_of
from domain.households.person import NewMember
from domain.households.registration import NewHousehold, RegisterListedHousehold, plan_registration
from domain.households.settlements import SettleSame
from domain.imports.cell_reader import mark_rows
from domain.imports.description import contradiction, described_listed
from domain.imports.exits import ExitOfUnknown
from domain.imports.listed_household import ListedHousehold
from domain.imports.match import HouseholdMatcher, NobodyInCommon, withdrawn_since
from domain.imports.number_hits import Elsewhere
from domain.imports.remarks import Remark
from domain.imports.remarks_of_errors import remark
from domain.jobs.leases import Lease
from domain.matching import evidence as matching
from domain.matching.candidate import Candidate
from domain.matching.errors import HouseholdDescribed
from domain.matching.matcher import Match, near_of, warnings_about
from domain.matching.settlement import CONFIRMED, SAME, PassedMatch, Settlement

RECORDED, RECLASSIFIED, ALREADY, REFUSED = "recorded", "reclassified", "already", "refused"
POSSIBLE = "possible"
_ATTEMPTS = 4  # lists that are recorded at the same moment make each other look again


@dataclass(frozen=True, slots=True)
class Waiting:
    """A household of a list that a person must look at: candidates on record, and warnings."""

    household: ListedHousehold = field(repr=False)
    candidates: tuple[tuple[UUID, tuple[str, ...]], ...]
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class ChunkResult:
    """The result of some households: their number by outcome, and the remarks on their rows."""

    elsewhere: Elsewhere = field(repr=False)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            (RECORDED, RECLASSIFIED, ALREADY, REFUSED, POSSIBLE), 0
        )
    )
    persons: int = 0
    findings: list[Remark] = field(default_factory=list)
    outcomes: dict[int, tuple[str, UUID | None]] = field(default_factory=dict)
    """By the row of each household's head: what came of it, and which household it is."""
    waiting: list[Waiting] = field(default_factory=list)


class ListRecorder:
    """Records the households of one import on behalf of one actor.

    With `lease` every save asks in its own transaction whether the lease is still held: a worker
    that was frozen and wakes up records nothing more. Methods then raise Overtaken.
    """

    def __init__(
        self,
        application: SocaiApplication,
        *,
        import_id: UUID,
        actor: Actor,
        dry_run: bool = False,
        lease: Lease | None = None,
    ) -> None:
        self.application = application
        self.source = f"import:{import_id}"
        self.actor = actor
        self.dry_run = dry_run
        self._lease = lease
        self._recorded: set[UUID] = set()

    def know(self, recorded: Iterable[UUID]) -> None:
        """Takes households that others have recorded from the same import as its own: they need
        not be loaded to see that no row of the list is one of them."""
        self._recorded.update(recorded)

    def record(self, households: Sequence[ListedHousehold], now: datetime) -> ChunkResult:
        """Records those that are new in one transaction, and what is news of others in another.

        Safe to be called again with the same households, at any time and beside itself: what
        another list records meanwhile is looked at again.
        """
        result = self._begin(now)
        left, met = list(households), dict[int, frozenset[UUID]]()
        refused: dict[int, Refusal] = {}
        for _ in range(_ATTEMPTS):
            found = self._look(left, met, refused, now, result)
            self._take(found.certain, found.candidates, refused, now, result)
            left = self._register(found.plans, met, refused, result)
            if not left:
                break
        for household in left:
            self._refuse(household, refused[household.row], result)
        return result

    def settle(self, waiting: Waiting, settled: Settlement, now: datetime) -> ChunkResult:
        """Records a household after a person said which one it is.

        `settled` names the household on record that it is, or says that it is another one.
        Candidates that have come since make it wait again.
        """
        result, household = self._begin(now), waiting.household
        if settled.verdict == SAME and settled.candidate is not None:
            try:
                context = self._context("matched", household, now)
                command = SettleSame(settled.candidate, settled, self.source)
                self.application.run(command, context, lease=self._lease)
            except Refusal as refusal:
                self._refuse(household, refusal, result)
                return result
            (match,) = self._matches([household], {household.row: frozenset({settled.candidate})})
            chosen = next(
                (one for one in near_of(match) if one.household_id == settled.candidate), None
            )
            if chosen is None:
                self._refuse(household, NobodyInCommon(household_id=settled.candidate), result)
            else:
                self._take([household], {household.row: chosen}, {}, now, result, settled=True)
            return result
        if household.leaves:
            self._refuse(household, ExitOfUnknown(), result)
            return result
        known = frozenset(id_ for id_, _ in waiting.candidates)
        refused: dict[int, Refusal] = {}
        met = {household.row: known}
        for _ in range(_ATTEMPTS):
            (match,) = self._matches([household], met)
            near = near_of(match)
            if any(one.household_id not in known for one in near):
                self._wait(household, near, self._warnings(household), result)
                return result
            statements: tuple[Settlement, ...] = tuple(
                PassedMatch.of(one, settled.reason) for one in near
            )
            if warnings := self._warnings(household):
                statements += (Settlement(None, CONFIRMED, warnings, settled.reason),)
            try:
                apart = match.apart | known
                plan = self._plan(household, now, settled=statements, apart=apart)
            except Refusal as refusal:
                self._refuse(household, refusal, result)
                return result
            if not self._register([(household, plan)], met, refused, result):
                return result
            if not isinstance(refused[household.row], HouseholdDescribed):
                break
        self._refuse(household, refused[household.row], result)
        return result

    def _begin(self, now: datetime) -> ChunkResult:
        return ChunkResult(Elsewhere(self.application, self.actor, now))

    def _look(
        self,
        households: Sequence[ListedHousehold],
        met: Mapping[int, frozenset[UUID]],
        refused: Mapping[int, Refusal],
        now: datetime,
        result: ChunkResult,
    ) -> "_Looked":
        """Who the households are. Those that our own command recorded before are planned again:
        they answer as they did, whatever resembles them."""
        ids = {one.row: self._context("register", one, now).command_id for one in households}
        done = self.application.recorder.find_commands(list(ids.values()))
        new = [one for one in households if ids[one.row] not in done]
        before = {row: household_of(done[id_].answer) for row, id_ in ids.items() if id_ in done}
        withdrawn = withdrawn_since(self.application, households, before)
        matches = dict(zip([one.row for one in new], self._matches(new, met), strict=True))
        looked = _Looked()
        for household in households:
            if household.row in withdrawn:
                self._refuse(household, withdrawn[household.row], result)
                continue
            match = matches.get(household.row)
            earlier = refused.get(household.row)
            if match is not None and (
                elsewhere := result.elsewhere.by_number(near_of(match), earlier)
            ):
                self._refuse(household, elsewhere, result)
                continue
            if match is not None and match.verdict == matching.CONTRADICTION:
                self._refuse(household, contradiction(match), result)
                continue
            if match is not None and match.certain is not None:
                looked.certain.append(household)
                looked.candidates[household.row] = match.certain
                continue
            warnings = self._warnings(household) if match and not household.leaves else ()
            if match is not None and (match.candidates or warnings):
                self._wait(household, match.candidates, warnings, result)
                continue
            if household.leaves:
                # Only a household on record can leave a class.
                self._refuse(household, ExitOfUnknown(), result)
                continue
            if earlier is not None and not isinstance(earlier, HouseholdDescribed):
                self._refuse(household, earlier, result)
                continue
            try:
                apart = match.apart if match is not None else frozenset[UUID]()
                plan = self._plan(household, now, apart=apart)
                looked.plans.append((household, plan))
            except Refusal as refusal:
                self._refuse(household, refusal, result)
        return looked

    def _register(
        self,
        plans: Sequence[tuple[ListedHousehold, PlannedCommand[RegisterListedHousehold]]],
        met: dict[int, frozenset[UUID]],
        refused: dict[int, Refusal],
        result: ChunkResult,
    ) -> list[ListedHousehold]:
        """Saves new households; returns those that another save may have come before."""
        answers = self._run_many([[plan] for _, plan in plans])
        left = []
        for (household, _), answer in zip(plans, answers, strict=True):
            if isinstance(answer, Outcome):
                self._count(RECORDED, household, result, answer.aggregate_id)
            elif isinstance(answer, CommandReused):
                # Our ids are made of the content: another import said the very same before.
                self._count(ALREADY, household, result)
            elif isinstance(
                answer, HouseholdNumberTaken | PersonInAnotherHousehold | HouseholdDescribed
            ):
                # What is taken may be taken by this very household, recorded a moment ago.
                named = answer.values.get("households") or [answer.values["household_id"]]
                holders = cast("Iterable[UUID]", named)
                met[household.row] = met.get(household.row, frozenset()).union(holders)
                refused[household.row] = answer
                left.append(household)
            else:
                self._refuse(household, answer, result)
        return left

    def _run_many(
        self, groups: Sequence[Sequence[PlannedCommand[HouseholdCommand]]]
    ) -> list[Outcome | Refusal]:
        return self.application.run_many(groups, dry_run=self.dry_run, lease=self._lease)

    def _matches(
        self, households: Sequence[ListedHousehold], met: Mapping[int, frozenset[UUID]]
    ) -> list[Match]:
        """The matcher's answers. A household that leaves a class may be recorded from the same
        file, where the list of poor households stands before that of the exits."""
        return self.application.households.matcher.find(
            [described_listed(one) for one in households],
            sources=["" if one.leaves else self.source for one in households],
            of_source=self._recorded,
            also={index: met[one.row] for index, one in enumerate(households) if one.row in met},
        )

    @staticmethod
    def _warnings(household: ListedHousehold) -> tuple[str, ...]:
        twice = (matching.PERSON_TWICE,) if household.twice else ()
        return warnings_about(described_listed(household), household.effective_on) + twice

    def _wait(
        self,
        household: ListedHousehold,
        candidates: Sequence[Candidate],
        warnings: tuple[str, ...],
        result: ChunkResult,
    ) -> None:
        """Leaves the household to a person; nothing of it is recorded."""
        near = tuple((one.household_id, one.evidence.codes()) for one in candidates)
        result.waiting.append(Waiting(household, near, warnings))
        if near:
            result.findings.append(Remark(household.row, "possible_match", "head"))
        result.findings += [Remark(household.row, one, "head") for one in warnings]
        self._count(POSSIBLE, household, result)

    def _take(
        self,
        listed: Sequence[ListedHousehold],
        known: Mapping[int, Candidate],
        refused: Mapping[int, Refusal],
        now: datetime,
        result: ChunkResult,
        *,
        settled: bool = False,
    ) -> None:
        """Gives households that are on record what is news in the list: a class, causes, and the
        identity numbers of persons who had none or a CMND.

        With `settled` a person said who the household is, and members need not agree.
        """
        if not listed:
            return
        existing = HouseholdMatcher(self.application, listed, known, settled=settled)
        plans: dict[UUID, tuple[ListedHousehold, PlannedDecision, list[Remark]]] = {}
        later: list[ListedHousehold] = []
        for household in listed:
            id_ = existing.ids[household.row]
            if id_ in plans:
                later.append(household)
            elif (news := self._news(household, existing, now, result)) is not None:
                plans[id_] = (household, *news)
        groups = groups_of([plan for _, plan, _ in plans.values()])
        answers = self._run_many(groups)
        for (household, plan, findings), answer in zip(plans.values(), answers, strict=True):
            if isinstance(answer, Refusal):
                self._refuse(household, answer, result)
            else:
                result.findings += [
                    *findings,
                    *_numbers_not_taken(household, plan, answer.notes, result),
                ]
                what = RECLASSIFIED if plan.decision else ALREADY
                self._count(what, household, result, plan.household_id)
        self._take(later, known, refused, now, result, settled=settled)

    def _news(
        self,
        household: ListedHousehold,
        existing: HouseholdMatcher,
        now: datetime,
        result: ChunkResult,
    ) -> tuple[PlannedDecision, list[Remark]] | None:
        """The decision to record, and how else the two differ; None where there is none."""
        context = self._context("classify", household, now)
        decision = decision_of(household)
        try:
            news, findings = existing.compare(household, context, decision)
        except Refusal as refusal:
            self._refuse(household, refusal, result)
            return None
        known = existing.ids[household.row]
        papers = existing.new_papers(household)
        if not news and not papers:
            result.findings += findings
            self._count(ALREADY, household, result, known)
            return None
        plan = PlannedDecision(
            known,
            context,
            decision if news else None,
            self._context("causes", household, now),
            household.causes if news else (),
            bool(household.leaves),
            self._context("papers", household, now),
            papers,
            self.source,
        )
        return plan, findings

    def _plan(
        self,
        household: ListedHousehold,
        now: datetime,
        *,
        settled: Sequence[Settlement] = (),
        apart: frozenset[UUID] = frozenset(),
    ) -> PlannedCommand[RegisterListedHousehold]:
        given = NewHousehold(
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
        )
        command = RegisterListedHousehold(
            given,
            decision=decision_of(household, household.listing),
            causes=household.causes,
            settled=tuple(settled),
            apart=apart,
        )
        return plan_registration(self._context("register", household, now), command)

    def _context(self, command: str, household: ListedHousehold, now: datetime) -> CommandContext:
        content = hashlib.sha256(household.content()).hexdigest()
        keyed = self.application.keyring.blind_index(
            f"import{command}{self.actor.account}{content}"
        )
        return CommandContext(
            effective_on=household.effective_on,
            actor=self.actor,
            command_id=UUID(bytes=keyed),
            recorded_at=now,
            document=Document(household.decision_number, household.decision_date),
        )

    def _count(
        self, outcome: str, household: ListedHousehold, result: ChunkResult, id_: UUID | None = None
    ) -> None:
        result.counts[outcome] += 1
        result.outcomes[household.row] = (outcome, id_)
        if outcome == RECORDED:
            result.persons += len(household.members)
            if id_ is not None:
                self._recorded.add(id_)

    def _refuse(self, household: ListedHousehold, refusal: Refusal, result: ChunkResult) -> None:
        findings = [remark(self.application, household, result.elsewhere.told(refusal))]
        mark_rows(findings, household.rows())
        result.findings += findings
        self._count(REFUSED, household, result)


@dataclass(slots=True)
class _Looked:
    """What the matcher said of some households: certain ones with whom, and plans for new ones."""

    certain: list[ListedHousehold] = field(default_factory=list)
    candidates: dict[int, Candidate] = field(default_factory=dict)
    plans: list[tuple[ListedHousehold, PlannedCommand[RegisterListedHousehold]]] = field(
        default_factory=list
    )


def _numbers_not_taken(
    household: ListedHousehold, plan: PlannedDecision, notes: Sequence[str], result: ChunkResult
) -> list[Remark]:
    """Remarks on the rows of persons whose new identity number was not recorded."""
    rows = {one.id_number: one.row for one in household.members if one.id_number}
    findings = []
    for note in notes:
        _, index, why = note.split("/")
        code = "id_left_to_another" if why == IdentityNumberTaken.code else "id_not_taken"
        number = plan.papers[int(index)].id_number
        if why == IdentityNumberTaken.code:
            result.elsewhere.note_holder(number)
        findings.append(Remark(rows.get(number, household.row), code, "id_number"))
    return findings


def decision_of(household: ListedHousehold, listing: str = "") -> ClassInput:
    """The decision that the list reports, with the figures it gives."""
    figures = Figures(household.area_type, household.income, None, household.b1, household.b2)
    given = (household.income, household.b1, household.b2)
    return ClassInput(
        class_=household.class_ or None,
        figures=figures if any(value is not None for value in given) else None,
        listing=listing,
    )
