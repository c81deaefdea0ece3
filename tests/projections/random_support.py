"""Random histories of support for the read side, beside those of households.

Programmes, budget lines, cases, batches of grants, targets, activities, livelihood models,
officers, signing rules and smallest counts. Events are recorded by the aggregates' own
`trigger_event`, without the checks of commands: they name what was before them, and otherwise come
in more orders than commands would allow.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from eventsourcing.domain import Aggregate

from domain.commands.command import Actor, CommandContext, Document
from domain.eventstore.personal import Personal
from domain.support import activity as a
from domain.support import budget as b
from domain.support import case as c
from domain.support import grant_batch as g
from domain.support import livelihood as m
from domain.support import officer as o
from domain.support import programme as p
from domain.support import signing_rules as s
from domain.support import smallest_count as n
from domain.support import target as t
from domain.support.codes import RATE_MEASURES
from domain.support.eligibility import Basis
from domain.support.event import circumstances
from tests.projections.random_histories import AREAS, World

Kind = TypeVar("Kind", bound=Aggregate)
OFFICER = Actor("tinh.hue", "province_officer", AREAS[0])
ACCOUNTS = ("canbo", "chutich", "phochutich")
CODES = ("P1", "P2")
NODES = ("1", "2", "2.1")
BENEFITS = ("housing", "electricity", "card")
BASIS = Basis("list", "poor", date(2021, 12, 12))


@dataclass
class SupportLife:
    """What there is of support while a history is made; each save is one transaction."""

    rng: random.Random
    homes: list[UUID]
    now: datetime = datetime(2022, 1, 2, 3, tzinfo=UTC)
    saves: list[list[Any]] = field(default_factory=list)
    known: dict[type[Aggregate], list[Any]] = field(default_factory=dict)

    def uuid(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def said(self) -> dict[str, Any]:
        """The circumstances of an event: now, by an account, effective today or long ago."""
        back = self.rng.choice((0, 0, 0, 1, 40, 400))
        account = replace(OFFICER, account=self.rng.choice(ACCOUNTS))
        paper = Document(f"{self.rng.randrange(99)}/QĐ") if self.rng.random() < 0.7 else None
        day = self.now.date() - timedelta(days=back)
        return circumstances(CommandContext(day, account, self.uuid(), self.now, paper))

    def save(self, *aggregates: Aggregate) -> None:
        """A save of these aggregates together."""
        events = [event for one in aggregates for event in one.collect_events()]
        if events:
            self.saves.append(events)

    def make(self, kind: type[Kind], event: type[Any], id_: UUID, /, **what: Any) -> Kind:
        """An aggregate that begins with an event; not saved yet."""
        made: Kind = kind._create(event, id=id_, **what, **self.said())
        self.known.setdefault(kind, []).append(made)
        return made

    def some(self, kind: type[Kind]) -> Kind | None:
        """One of the aggregates of a kind, if there is any."""
        found = self.known.get(kind)
        return self.rng.choice(found) if found else None

    def home(self) -> UUID:
        """A household of the world, or an unknown one."""
        return self.rng.choice([*self.homes, self.uuid()])

    def note(self) -> Personal | None:
        return Personal(self.home(), b"sealed") if self.rng.random() < 0.3 else None


# Programmes.


def _programme(life: SupportLife) -> None:
    known = life.known.get(p.Programme, [])
    if len(known) < len(CODES):
        code = CODES[len(known)]
        life.save(
            life.make(
                p.Programme, p.ProgrammeDefined, p.programme_id(code), code=code,
                title="Chương trình", title_en="", level="national", area="",
                valid_from=date(2021, 1, 1), valid_until=None,
                nodes=tuple(_node(one, one[:-2]) for one in NODES),
                sources=(p.LegalSource("1/QĐ", "Quyết định", "seen"),),
            )
        )  # fmt: skip
        return
    one = life.rng.choice(known)
    benefit = p.Benefit(
        life.rng.choice(BENEFITS), "1", "Hỗ trợ", "housing", "household", "once",
        p.Qualification(("poor",), groups=life.rng.choice(((), ("meritorious",)))), "1/QĐ", "seen",
    )  # fmt: skip
    amount = life.rng.randrange(1, 99)
    rate = p.Rate(
        benefit.code, date(2022, 1, 1), None, "once", amount, None, "1/QĐ", "seen"
    )  # fmt: skip
    kind, what = life.rng.choice(
        (
            (p.BenefitDefined, {"benefit": benefit}),
            (p.RateChanged, {"rate": rate}),
            (p.NodesAdded, {"nodes": (_node(f"9.{life.uuid()}"),)}),
            (p.Closed, {"reason": "Hết hạn"}),
        )
    )
    one.trigger_event(kind, **what, **life.said())
    life.save(one)


def _node(code: str, parent: str = "") -> p.Node:
    return p.Node(code, parent, "project", f"Dự án {code}", "seen")


# Money.


def _line(life: SupportLife, *, area: str = "", carried: bool = False) -> b.BudgetLine:
    year = life.rng.choice((2021, 2022))
    key = b.LineKey(
        area or life.rng.choice(AREAS), life.rng.choice(CODES), life.rng.choice(NODES),
        life.rng.choice(("central", "local")), "recurrent", year, year + carried,
    )  # fmt: skip
    for one in life.known.get(b.BudgetLine, []):
        if one.key == key:
            return one
    return life.make(
        b.BudgetLine, b.Opened, key.id,
        **{name: getattr(key, name) for name in key.__dataclass_fields__},
    )  # fmt: skip


def _allocated(life: SupportLife) -> None:
    line = _line(life) if life.rng.random() < 0.3 else life.some(b.BudgetLine) or _line(life)
    amount = life.rng.randint(1, 900)
    if life.rng.random() < 0.3:
        amount *= life.rng.choice((1, -1))
        line.trigger_event(b.Adjusted, amount=amount, reason="Điều chỉnh", **life.said())
    else:
        line.trigger_event(b.Allocated, amount=amount, **life.said())
    life.save(line)


def _transferred(life: SupportLife) -> None:
    line, to = life.some(b.BudgetLine), _line(life, carried=life.rng.random() < 0.5)
    if line is None or line is to:
        life.save(to)
        return
    amount, said = life.rng.randint(1, 300), life.said()
    if life.rng.random() < 0.5:
        line.trigger_event(b.PassedDown, amount=amount, to_line=to.id, **said)
        to.trigger_event(b.Received, amount=amount, from_line=line.id, **said)
    else:
        what = {"amount": amount, "legal_basis": "Nghị quyết", **said}
        line.trigger_event(b.CarriedOver, to_line=to.id, **what)
        to.trigger_event(b.CarriedIn, from_line=line.id, **what)
    life.save(line, to)


def _spent(life: SupportLife) -> None:
    line = life.some(b.BudgetLine)
    if line is None:
        return
    amount = {"amount": life.rng.randint(1, 90), **life.said()}
    commitments, payments = list(line.commitments), list(line.disbursements)
    action = life.rng.randrange(5)
    if action == 0 or not commitments:
        line.trigger_event(b.Committed, commitment=life.uuid(), purpose="", **amount)
    elif action == 1:
        line.trigger_event(b.Released, commitment=life.rng.choice(commitments), **amount)
    elif action == 2 and payments:
        paid = life.rng.choice(payments)
        line.trigger_event(b.Recovered, disbursement=paid, reason="Chi sai", **amount)
    else:
        of = life.rng.choice((None, *commitments))
        what = {"disbursement": life.uuid(), "commitment": of, "purpose": ""}
        line.trigger_event(b.Disbursed, **what, **amount)
    life.save(line)


# Cases and batches.


def _requested(life: SupportLife) -> None:
    day = date(2022, life.rng.randint(1, 12), 1)
    common = {
        "household_id": life.home(), "area": life.rng.choice(AREAS),
        "programme": life.rng.choice(CODES), "benefit": life.rng.choice(BENEFITS),
        "person_id": life.rng.choice((None, life.uuid())), "period_from": day,
        "period_until": day + timedelta(days=27), "once": life.rng.random() < 0.5,
    }  # fmt: skip
    batch, line = life.some(g.GrantBatch), life.some(b.BudgetLine)
    if batch is not None and line is not None and life.rng.random() < 0.4:
        number = life.rng.randrange(1, 99)
        kind, got = life.rng.choice(
            (
                (c.GrantedInBatch, {"amount": number}),
                (c.GrantedInKindInBatch, {"quantity": number, "unit": "con"}),
            )
        )
        case = life.make(
            c.SupportCase, kind, life.uuid(), batch_id=batch.id, basis=BASIS,
            rate_certainty="unknown", line_id=line.id, source="central", funding_year=2022,
            **got, **common,
        )  # fmt: skip
    else:
        case = life.make(
            c.SupportCase, c.Requested, life.uuid(), origin="request", attachments=(),
            note=life.note(), **common,
        )  # fmt: skip
    life.save(case)


def _stepped(life: SupportLife) -> None:
    case = life.some(c.SupportCase)
    if case is None:
        return
    line, amount = life.uuid(), life.rng.randrange(1, 99)
    kind, what = life.rng.choice(
        (
            (c.Assigned, {"account": life.rng.choice(ACCOUNTS)}),
            (
                c.Assessed,
                {
                    "basis": BASIS, "amount": amount, "quantity": None, "unit": "",
                    "rate_certainty": "seen", "attachments": (), "note": life.note(),
                },
            ),
            (c.Signed, {"line_id": line}),
            (
                c.Approved,
                {"line_id": line, "commitment": life.uuid(), "amount": amount, "basis": BASIS},
            ),
            (c.Refused, {"reasons": ("other",), "note": life.note()}),
            (c.Granted, {"basis": BASIS, "source": "central", "funding_year": 2022}),
            (c.Disbursed, {"amount": amount, "disbursement": life.uuid()}),
            (c.Delivered, {"quantity": life.rng.choice((None, 2)), "attachments": ()}),
            (c.Confirmed, {"means": "signature", "attachments": ()}),
            (c.ReceiptDenied, {}),
            (c.Noted, {"attachments": (), "note": life.note()}),
            (c.PlanStepNamed, {"plan": 1, "step": life.rng.randint(1, 3)}),
            (c.Reconciled, {}),
            (c.FollowedUp, {"outcome": "helped", "note": life.note()}),
            (c.Transferred, {"area_before": case.area, "area": life.rng.choice(AREAS)}),
            (c.Closed, {"note": life.note()}),
            (c.Reopened, {"note": None}),
        )
    )  # fmt: skip
    case.trigger_event(kind, **what, **life.said())
    life.save(case)


def _batch(life: SupportLife) -> None:
    line = life.some(b.BudgetLine)
    if line is None:
        return
    homes = [life.home() for _ in range(life.rng.randint(1, 5))]
    money = {"recipients": tuple(g.Recipient(home, None, 50) for home in homes)}
    goods = {"unit": "con", "recipients": tuple(g.RecipientInKind(home, 2) for home in homes)}
    kind, what = life.rng.choice(((g.DrawnUp, money), (g.DrawnUpInKind, goods)))
    life.save(
        life.make(
            g.GrantBatch, kind, life.uuid(), area=life.rng.choice(AREAS), programme="P1",
            benefit="electricity", period_from=date(2022, 4, 1), period_until=date(2022, 6, 30),
            once=False, line_id=line.id, **what,
        )
    )  # fmt: skip


def _batch_step(life: SupportLife) -> None:
    batch = life.some(g.GrantBatch)
    if batch is None:
        return
    if life.rng.random() < 0.4:
        batch.trigger_event(g.Signed, **life.said())
    elif batch.approval is None:
        what = {"commitment": life.uuid(), "amount": 50 * len(batch.recipients)}
        batch.trigger_event(g.Approved, **what, **life.said())
    else:
        one = batch.recipients[0]
        refused = (g.RefusedRecipient(0, one.household_id, "does_not_qualify"),)
        batch.trigger_event(
            g.Finished, amount=50, released=0, disbursement=life.uuid(), refused=refused,
            **life.said(),
        )  # fmt: skip
    life.save(batch)


# Targets, activities, models, signing rules.


def _target(life: SupportLife) -> None:
    measure = life.rng.choice(("poor_households_down", "poor_rate_down"))
    rate = measure in RATE_MEASURES
    key = life.rng.choice(AREAS), measure, life.rng.choice((2022, 2023))
    known = {one.id: one for one in life.known.get(t.Target, [])}
    number = {"hundredths" if rate else "households": life.rng.randrange(400)}
    id_ = t.target_id(*key)
    if id_ not in known:
        life.save(
            life.make(
                t.Target, t.RateTargetSet if rate else t.TargetSet, id_, area=key[0],
                measure=measure, year=key[2], from_target=life.rng.choice((None, *known)), **number,
            )
        )  # fmt: skip
        return
    one = known[id_]
    if life.rng.random() < 0.5:
        kind = t.RateTargetPassedDown if rate else t.TargetPassedDown
        what = {"to_target": life.uuid(), "area": life.rng.choice(AREAS)}
    else:
        kind = t.RateTargetRevised if rate else t.TargetRevised
        what = {"reason": "Kế hoạch"}
    one.trigger_event(kind, **what, **number, **life.said())
    life.save(one)


def _activity(life: SupportLife) -> None:
    one = life.some(a.Activity)
    if one is None or life.rng.random() < 0.4:
        life.save(
            life.make(
                a.Activity, a.Planned, life.uuid(), area=life.rng.choice(AREAS),
                kind=life.rng.choice(("job_fair", "road")), year=2022, title="Hoạt động",
                programme="", node="",
            )
        )  # fmt: skip
        return
    figures = a.HeldFigures(
        life.rng.randint(1, 5), life.rng.choice((None, 12)), None, None, life.rng.choice((None, 7))
    )
    if one.figures is None:
        one.trigger_event(a.Held, figures=figures, **life.said())
    else:
        one.trigger_event(a.FiguresCorrected, figures=figures, reason="Đếm lại", **life.said())
    life.save(one)


def _model(life: SupportLife) -> None:
    one = life.some(m.LivelihoodModel)
    if one is None or life.rng.random() < 0.3:
        line = life.some(b.BudgetLine)
        life.save(
            life.make(
                m.LivelihoodModel, m.ModelStarted, life.uuid(), area=life.rng.choice(AREAS),
                kind="livelihood", title="Mô hình", programme="P1", node="2",
                line_id=line.id if line else None, funding_year=2022,
            )
        )  # fmt: skip
    elif life.rng.random() < 0.8:
        home = life.home()
        if home not in one.households:
            one.trigger_event(m.HouseholdJoinedModel, household_id=home, **life.said())
        life.save(one)
    else:
        one.trigger_event(m.ModelEnded, ending="finished", note="", **life.said())
        life.save(one)


def _officer(life: SupportLife) -> None:
    one = life.some(o.Officer)
    if one is None or life.rng.random() < 0.3:
        id_ = life.uuid()
        private = Personal(id_, b"sealed") if life.rng.random() < 0.5 else None
        account = "" if private else f"canbo.{id_}"
        area = life.rng.choice(AREAS)
        life.save(
            life.make(o.Officer, o.OfficerEntered, id_, area=area, account=account, private=private)
        )
        return
    activity, trained = life.some(a.Activity), list(one.trainings)
    new = activity.id if activity else life.uuid()
    kind, what = life.rng.choice(
        (
            (o.OfficerMoved, {"area": life.rng.choice(AREAS)}),
            (o.OfficerLeft, {}),
            (o.OfficerForgotten, {"legal_basis": "Luật"}),
            *([] if new in trained else [(o.OfficerTrained, {"activity_id": new})] * 3),
            *((o.TrainingWithdrawn, {"activity_id": it, "reason": "Nhầm"}) for it in trained[:1]),
        )
    )
    one.trigger_event(kind, **what, **life.said())
    life.save(one)


def _officers_counted(life: SupportLife) -> None:
    area, number = life.rng.choice(AREAS), life.rng.randint(2, 99)
    id_ = o.officer_count_id(area)
    counted = _known(life, o.OfficerCount, id_)
    if counted is None:
        counted = life.make(o.OfficerCount, o.OfficersCounted, id_, area=area, officers=number)
    else:
        counted.trigger_event(o.OfficersCountedAnew, officers=number, **life.said())
    life.save(counted)


def _setting(life: SupportLife) -> None:
    """The signing rules of a unit, or its smallest count."""
    area, number = life.rng.choice(AREAS), life.rng.randint(2, 99)
    if life.rng.random() < 0.4:
        id_ = n.smallest_count_id(area)
        smallest = _known(life, n.SmallestCount, id_) or life.make(
            n.SmallestCount, n.SmallestCountBegun, id_, area=area
        )
        smallest.trigger_event(n.SmallestCountSet, households=number, **life.said())
        life.save(smallest)
    else:
        id_ = s.signing_rules_id(area)
        rules = _known(life, s.SigningRules, id_) or life.make(
            s.SigningRules, s.SigningRulesBegun, id_, area=area
        )
        tiers = {"tiers": (s.Tier(0, 1), s.Tier(number, 2))}
        if life.rng.random() < 0.5:
            rules.trigger_event(s.SigningRulesSet, **tiers, **life.said())
        else:
            more = {"act": "case_approval", "apart": ("disburse",)}
            rules.trigger_event(s.SigningVersionAdded, **more, **tiers, **life.said())
        life.save(rules)


def _known(life: SupportLife, kind: type[Kind], id_: UUID) -> Kind | None:
    return next((one for one in life.known.get(kind, []) if one.id == id_), None)


STEPS: tuple[Callable[[SupportLife], None], ...] = (
    _programme, _programme, _allocated, _allocated, _transferred, _transferred, _spent, _spent,
    _spent, _requested, _requested, _stepped, _stepped, _stepped, _batch, _batch_step, _batch_step,
    _target, _target, _activity, _model, _model, _officer, _officer,
    _officers_counted, _setting,
)  # fmt: skip


def with_support(world: World, things: int) -> World:
    """The world with so many things of support, whose saves come between those of the households.

    It begins with one thing of each kind, so that few things make all of them.
    """
    life = SupportLife(world.rng, [home.id for home in world.homes])
    beginnings = (_programme, _programme, _allocated, _allocated, _batch, _requested, _target,
                  _activity, _model, _officer, _officers_counted, _setting)  # fmt: skip
    for step in beginnings:
        step(life)
    for _ in range(things):
        life.now += timedelta(days=life.rng.choice((0, 0, 1, 9)), seconds=life.rng.choice((0, 9)))
        life.rng.choice(STEPS)(life)
    queues = [list(world.saves), life.saves]
    world.saves = []
    while any(queues):
        queue = world.rng.choice([one for one in queues if one])
        world.saves.append(queue.pop(0))
    return world
