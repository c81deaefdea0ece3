"""Support of the demo in the year of the load, as it stands on the day of the load.

The commune of the ward whose accounts the demo has gets money, new and carried over, cases at every
step, a batch of grants that half of the households have confirmed, and one that waits for its
approval. One commune of Hà Tĩnh has cases up to the approval. Everything in it is made up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Literal
from uuid import UUID, uuid5

import msgspec

from domain.application import SocaiApplication
from domain.areas.codes import COUNTRY
from domain.commands.command import Actor, CommandContext, Document
from domain.households.household import Household
from domain.support.activity import HeldFigures, HoldActivity, PlanActivity
from domain.support.budget import LineKey
from domain.support.budget_commands import (
    AllocateMoney,
    CarryOverMoney,
    DisburseMoney,
    OpenLine,
    PassDownMoney,
)
from domain.support.case_commands import (
    ApproveCase,
    AssessCase,
    AssignCase,
    CaseCommand,
    CloseCase,
    ConfirmCase,
    DeliverCase,
    DisburseCase,
    FollowUpCase,
    GrantCase,
    ReconcileCase,
    RefuseCase,
    RequestCase,
)
from domain.support.entitlement import entitlement, period_of
from domain.support.grant_batch import GrantBatch, Recipient
from domain.support.grant_batch_commands import ApproveBatch, DrawUpBatch
from domain.support.handler import SupportCommand
from domain.support.livelihood import JoinModel, StartModel
from domain.support.programme import Programme, programme_id
from domain.support.signing_rules import SetSigningRules, Tier
from domain.support.target import PassTargetDown, SetTarget, target_id
from projections.support import grant_job
from service.demo.localities import read
from service.demo.plans import NEAR, POOR
from service.demo.rounds import CLOSED, GOES_ON, Commune
from service.demo.run_steps import NAMESPACE
from service.demo.support import PAPER
from service.demo.support_today_content import (
    LineBefore,
    Production,
    TodayActivity,
    TodayCase,
    TodayContent,
    TodayLine,
    TodayModel,
)

Role = Literal["case_worker", "chairman", "deputy", "province_officer"]
STEPS = {
    "request": 0, "assign": 1, "assess": 3, "sign": 5, "approve": 6, "grant": 8, "disburse": 12,
    "deliver": 13, "confirm": 15, "reconcile": 16, "follow_up": 32,
}  # fmt: skip
"""The steps of a case with the days that pass from its request."""
DECIDED = ("sign", "approve", "refuse", "grant")
"""The steps of a case that rest on a paper."""
TWO_SIGN = 80_000_000
"""From so many đồng on two accounts sign, as the province of the demo has set."""
NAMES = {"case_worker": "canbo", "chairman": "chutich", "deputy": "phochutich"}


def load(application: SocaiApplication, communes: Sequence[Commune], today: date) -> None:
    """Loads the support of the year; what is there already is not recorded again.

    `communes` are those that review their households, with the accounts of their offices.
    """
    content = msgspec.convert(read("support_today.toml"), TodayContent)
    for where, shows in (("ward", GOES_ON), ("city", CLOSED)):
        here = [one for one in communes if one.shows == shows]
        if here:
            largest = max(here, key=lambda one: (len(one.ids), one.office.area))
            story = _CommuneSupport(application, content, where, largest, today)
            story.record([one.office.area for one in here])


@dataclass(frozen=True)
class _CommuneSupport:
    """The support of one commune in the year."""

    application: SocaiApplication
    content: TodayContent
    where: str
    commune: Commune
    today: date

    def record(self, areas: Sequence[str]) -> None:
        """Records money, targets, activities, models, cases and batches; `areas` get targets."""
        for line in self.content.line:
            self._money(line)
        self._targets(areas)
        for activity in self._of(self.content.activity):
            self._activity(activity)
        homes = iter(self.homes)
        for model in self._of(self.content.model):
            self._model(model)
        rules = SetSigningRules(self._above, (Tier(0, 1), Tier(TWO_SIGN, 2)))
        self._run("signing", rules, self.first, "province_officer", PAPER)
        for number, case in enumerate(self._of(self.content.case)):
            home = next(homes, None)
            if home is not None:
                self._case(number, case, home)
        if self.where == "ward":
            self._batches(list(homes))

    def _of(self, entries: Sequence[Any]) -> Iterator[Any]:
        return (one for one in entries if one.where == self.where)

    # Days and households.

    @cached_property
    def first(self) -> date:
        """The first day of the year on which the commune stands."""
        since = self.application.areas.directory.unit(self.commune.office.area).valid_from
        return max(date((self.today - timedelta(days=1)).year, 1, 1), since)

    @cached_property
    def last(self) -> date:
        """The eve of the load."""
        return max(self.today - timedelta(days=1), self.first)

    @property
    def year_before(self) -> date:
        """The day of the list that serves the year."""
        return date(self.last.year - 1, 12, 31)

    @property
    def early(self) -> date:
        """A day at the beginning of the year."""
        return min(self.first + timedelta(days=14), self.last)

    def before(self, days: int) -> date:
        """So many days before the eve of the load, within the year."""
        return max(self.first, self.last - timedelta(days=days))

    @cached_property
    def homes(self) -> list[Household]:
        """The poor households of the commune, first those that are not surveyed in the year: the
        moments of recording of a household go forward."""

        def surveyed(one: Household) -> bool:
            return any(survey.effective_on >= self.first for survey in one.surveys.values())

        return sorted(self._listed(POOR), key=surveyed)

    def _listed(self, class_: str) -> list[Household]:
        directory = self.application.areas.directory
        area, ids = self.commune.office.area, self.commune.ids
        found = self.application.households.load_many(ids)
        return [
            found[id_]
            for id_ in ids
            if id_ in found
            and found[id_].ended_on is None
            and {found[id_].class_on(day) for day in (self.year_before, self.last)} == {class_}
            and directory.covers(area, found[id_].area, self.last)
            and not self._helped_before(found[id_])
        ]

    def _helped_before(self, home: Household) -> bool:
        """Whether it had support of production in an earlier year: it is given once."""
        once = {one.benefit for one in self.content.production}
        return any(
            one.benefit in once and one.effective_on < self.first for one in home.supports.values()
        )

    @property
    def _above(self) -> str:
        """The province of the unit in which the households are recorded."""
        directory = self.application.areas.directory
        recorded = self.homes[0].area if self.homes else self.commune.office.area
        return [one for one in directory.above(recorded, self.last) if one != COUNTRY][-1]

    # Money.

    @cached_property
    def production(self) -> Production:
        """What gives support of production in the year."""
        return next(one for one in self.content.production if one.last_year >= self.last.year)

    def _key(self, line: TodayLine) -> LineKey:
        programme, node = line.programme, line.node
        if not programme:
            programme, node = self.production.programme, self.production.node
        year = self.last.year
        return LineKey(
            self.commune.office.province, programme, node, line.source, line.kind, year, year
        )

    def _money(self, line: TodayLine) -> None:
        key, name = self._key(line), f"line/{line.name}"
        year, new_year = key.spending_year, date(key.spending_year, 1, 1)
        on = new_year - timedelta(days=12)
        self._open(key, name, on)
        self._run(f"{name}/allocate", AllocateMoney(key.id, line.allocated), on, paper=PAPER)
        self._pass_down(line, key, name, getattr(line, self.where))
        if line.before is not None:
            old = replace(key, allocation_year=year - 1, spending_year=year - 1)
            self._year_before(line, line.before, old)

    def _year_before(self, line: TodayLine, before: LineBefore, key: LineKey) -> None:
        name, year = f"line/{line.name}/before", key.spending_year
        self._open(key, name, date(year, 1, 15))
        for command, on in (
            (AllocateMoney(key.id, before.allocated), date(year, 1, 15)),
            (DisburseMoney(key.id, before.disbursed), date(year, 11, 15)),
            (
                CarryOverMoney(
                    key.id, year + 1, key.programme, key.node,
                    before.allocated - before.disbursed, PAPER,
                ),
                date(year, 12, 31),
            ),
        ):  # fmt: skip
            self._run(f"{name}/{command.NAME}", command, on, paper=PAPER)
        carried = replace(key, spending_year=year + 1)
        self._pass_down(line, carried, name, getattr(before, self.where))

    def _open(self, key: LineKey, name: str, on: date) -> None:
        fields: dict[str, Any] = {one: getattr(key, one) for one in key.__dataclass_fields__}
        self._run(f"{name}/open", OpenLine(**fields), on, "province_officer")

    def _pass_down(self, line: TodayLine, key: LineKey, name: str, amount: int) -> None:
        if amount:
            command = PassDownMoney(key.id, self.commune.office.area, key.node, amount)
            self._run(f"{name}/down/{self.where}", command, self.first, paper=PAPER)

    def line_of(self, name: str, *, carried: bool = False) -> LineKey:
        """The line of the commune."""
        key = self._key(next(one for one in self.content.line if one.name == name))
        year = key.allocation_year - carried
        return replace(key, area=self.commune.office.area, allocation_year=year)

    # Targets, activities, models.

    def _targets(self, areas: Sequence[str]) -> None:
        province, year = self.commune.office.province, self.last.year
        for one in self.content.target:
            name = f"target/{one.measure}"
            command = SetTarget(province, one.measure, year, one.province)
            self._run(name, command, self.early, paper=PAPER)
            for area in areas:
                id_ = target_id(province, one.measure, year)
                part = PassTargetDown(id_, area, one.commune)
                self._run(f"{name}/{area}", part, self.early, paper=PAPER)

    def _activity(self, one: TodayActivity) -> None:
        name = f"activity/{one.title}"
        plan = PlanActivity(self.commune.office.area, one.kind, self.last.year, one.title)
        id_ = self._run(name, plan, self.early, "case_worker")
        if one.held is not None:
            figures = HeldFigures(one.sessions, one.persons, one.turns)
            held = HoldActivity(uuid5(id_, "activity"), figures)
            self._run(f"{name}/held", held, self.before(one.held), "case_worker")

    def _model(self, one: TodayModel) -> None:
        line = self.line_of("production", carried=one.carried)
        start = StartModel(
            line.area, "livelihood", one.title, line.programme, line.node, line.allocation_year,
            line.id,
        )  # fmt: skip
        name, on = f"model/{one.title}", self.before(one.begun)
        model = uuid5(self._run(name, start, on, paper=PAPER), "model")
        at = one.begun % max(1, len(self.homes))
        for home in (self.homes[at:] + self.homes[:at])[: one.households]:
            join = JoinModel(model, home.id)
            self._run(f"{name}/{home.id}", join, min(self.last, on + timedelta(days=1)))

    # Cases.

    def _case(self, number: int, case: TodayCase, home: Household) -> None:
        steps = [one for one, after in STEPS.items() if after <= STEPS[case.until]]
        for step in [*steps, *([case.end] if case.end else [])]:
            if step == "sign" and (case.amount or 0) < TWO_SIGN:
                continue
            after = STEPS.get(step, STEPS[case.until] + 1)
            on = min(self.last, self.before(case.begun) + timedelta(days=after))
            name = f"case/{number}"
            by: Role = "case_worker"
            if step in ("approve", "refuse"):
                by = "chairman"
            elif step == "sign":
                by = "deputy"
            command = self._step(step, case, home, uuid5(self._id(f"{name}/request"), "case"), on)
            paper = f"{100 + number}/QĐ-UBND" if step in DECIDED else ""
            self._run(f"{name}/{step}", command, on, by, paper)

    def _step(
        self, step: str, case: TodayCase, home: Household, id_: UUID, on: date
    ) -> SupportCommand:
        if step == "request":
            person = home.head if case.of_person else None
            programme, benefit = self._benefit(case.benefit)
            note = case.note if case.until == step and not case.end else ""
            return RequestCase(home.id, programme, benefit, on, person, note=note)
        paid = (case.amount or 0) * case.paid_percent // 100
        line = self.line_of(case.line).id
        made: dict[str, CaseCommand] = {
            "assign": AssignCase(id_, f"canbo.{self.commune.office.accounts}"),
            "assess": AssessCase(id_, case.amount, case.quantity, case.unit),
            "sign": ApproveCase(id_, line),
            "approve": ApproveCase(id_, line),
            "refuse": RefuseCase(id_, (case.reason,), case.note),
            "grant": GrantCase(id_),
            "disburse": DisburseCase(id_, paid),
            "deliver": DeliverCase(id_, case.quantity),
            "confirm": ConfirmCase(id_, "signature"),
            "reconcile": ReconcileCase(id_),
            "follow_up": FollowUpCase(id_, case.outcome, case.note),
            "close": CloseCase(id_),
        }
        return made[step]

    def _benefit(self, given: str) -> tuple[str, str]:
        programme, _, benefit = given.partition("/")
        return (programme, benefit) if benefit else (self.production.programme, self.benefit)

    @property
    def benefit(self) -> str:
        """The code of the benefit of production."""
        return self.production.benefit

    # Batches.

    def _batches(self, homes: Sequence[Household]) -> None:
        given = self.content.batch
        chosen = [one.id for one in homes[: given.households]]
        near = [one.id for one in self._listed(NEAR)[: given.refused]]
        on = self.before(given.approved)
        quarter_before = date(on.year, (on.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
        batch = self._draw_up("batch/before", quarter_before, [*chosen, *near], given.drawn_up)
        paper = "118/QĐ-UBND"
        self._run("batch/before/approve", ApproveBatch(batch), on, "chairman", paper)
        decided = datetime.combine(on, time(6), UTC)
        grant_job.run(self.application, batch, lambda: decided)
        made = self.application.support.find(GrantBatch, batch)
        refused = {one.row for one in made.refused} if made is not None else set()
        for row in range(0, len(chosen), 2):
            if made is None or row in refused:
                continue
            case = made.case_id(row)
            for step, command in (
                ("deliver", DeliverCase(case)),
                ("confirm", ConfirmCase(case, "signature")),
            ):
                self._run(f"batch/{row}/{step}", command, self.before(given.delivered))
        self._draw_up("batch/now", self.before(given.waiting), chosen, given.waiting)

    def _draw_up(self, name: str, period: date, ids: Sequence[UUID], days: int) -> UUID:
        given = self.content.batch
        programme, _, benefit = given.benefit.partition("/")
        known = self.application.support.find(Programme, programme_id(programme))
        amount: int | None = given.amount
        if known is not None:
            defined = known.benefit(benefit, period)
            if entitlement(known, defined, period_of(defined, period)).amount is not None:
                amount = None
        command = DrawUpBatch(
            self.commune.office.area, programme, benefit, period, self.line_of(given.line).id,
            tuple(Recipient(one, None, amount) for one in ids),
        )  # fmt: skip
        return uuid5(self._run(name, command, self.before(days)), "batch")

    # Commands.

    def _id(self, name: str) -> UUID:
        office = self.commune.office
        about = office.province if name.startswith(SHARED) else office.area
        return uuid5(NAMESPACE, f"support/{about}/{self.last.year}/{name}")

    def _run(
        self, name: str, command: SupportCommand, on: date, by: Role | None = None, paper: str = ""
    ) -> UUID:
        """Carries out a command of a day in the morning of that day; returns its id."""
        office, id_ = self.commune.office, self._id(name)
        by = by or ("province_officer" if paper == PAPER else "case_worker")
        actor = Actor(office.province_account, by, office.province)
        if by != "province_officer":
            role = "chairman" if by == "deputy" else by
            actor = Actor(f"{NAMES[by]}.{office.accounts}", role, office.area)
        document = Document(paper, on, actor.account) if paper else None
        moment = datetime.combine(on, time(3), UTC)
        self.application.run(command, CommandContext(on, actor, id_, moment, document))
        return id_


SHARED = ("line/", "target/", "signing")
"""Beginnings of the names of what is of the province: its other communes have it as well."""
