"""Steps of each household, as commands with their days, in the order of recording."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from domain.matching.evidence import OF_AGE
from service.demo.localities import Locality, Support
from service.demo.people import ETHNICITIES, Families
from service.demo.plans import NEAR, OUT, POOR, Plan

PAPER = ("125", "126", "131", "144", "152", "167")


@dataclass(frozen=True, slots=True)
class Step:
    """One command: `do` names it, `what` are its arguments, persons by their place in the family.

    `by` is the office that records it: surveyor, case_worker or chairman.
    """

    key: str
    plan: Plan
    do: str
    effective_on: date
    recorded_at: datetime
    by: str
    what: dict[str, Any] = field(default_factory=dict)
    paper: str = ""


class Stories:
    """Makes the steps of one locality; the same seed makes the same."""

    def __init__(self, locality: Locality, plans: list[Plan]) -> None:
        self.locality = locality
        self.plans = plans
        self.random = Random(f"socai demo stories {locality.key}")  # noqa: S311 - made-up people
        self.families = Families(
            Random(f"socai demo babies {locality.key}"),  # noqa: S311 - made-up people
            locality.id_prefix,
            locality.people,
            locality.opening,
        )
        self.late = locality.movements.late
        self._taken: set[str] = set()

    def steps(self) -> list[Step]:
        """Returns all steps, by the moment of recording."""
        told = [step for plan in self.plans for step in self._of(plan)]
        for support in self.locality.support:
            told += self._granted(support)
        return sorted(told, key=lambda step: (step.recorded_at, step.key))

    def _of(self, plan: Plan) -> Iterator[Step]:
        if plan.wrong is not None:
            yield from self._misjudged(plan)
        elif plan.opening and plan.closing and plan.opening != plan.closing:
            yield from self._reclassified(plan)
        elif not plan.opening and plan.story != "split_off":
            yield from self._newly_listed(plan)
        tell = getattr(self, f"_{plan.story}", None) if plan.story else None
        if tell is not None:
            yield from tell(plan)
        if plan.judged_later:
            day = self._day(0.3, 0.6)
            what = {"no_labour_capacity": True, "reason": "judged"}
            yield self._step(plan, "correct_household", day, "case_worker", what)
        if plan.ward and plan.closing == POOR and plan.wrong is None:
            yield from self._cared_for(plan)
        if plan.ward and plan.stays and plan.story != "returned":
            yield from self._reviewed(plan)

    # Classes.

    def _reclassified(self, plan: Plan) -> Iterator[Step]:
        leaves = plan.closing == OUT
        late = leaves and self.late > 0 and plan.opening == POOR
        day = self._day(0.85, 0.95) if late else self._day(0.35, 0.96)
        b1, b2 = self.points(plan, plan.closing)
        if leaves and self.random.random() < 0.6:
            figures = {"class_": None, "b1": b1, "b2": b2}
            yield self._decision(plan, "exit", day, figures, "decided", late=late)
        else:
            yield from self._surveyed(plan, day, b1, b2, "exit" if leaves else "classify", late)
        self.late -= late

    def _surveyed(
        self, plan: Plan, day: date, b1: int, b2: int, do: str, late: bool = False, tag: str = ""
    ) -> Iterator[Step]:
        """A survey, and some days later the decision that rests on it."""
        survey = {"b1": b1, "b2": b2, "kwh": 20 + 5 * self.random.randrange(14)}
        on = day - timedelta(days=self.random.randrange(9, 20))
        name = f"survey{tag}"
        yield self._step(plan, "survey", on, "surveyor", survey, tag=tag)
        yield self._decision(plan, do, day, {"survey": name}, f"decided{tag}", late=late)

    def _newly_listed(self, plan: Plan) -> Iterator[Step]:
        day = self._day(0.3, 0.9)
        entered = day - timedelta(days=25)
        yield self._step(plan, "register", entered, "case_worker")
        b1, b2 = self.points(plan, plan.closing)
        yield from self._surveyed(plan, day, b1, b2, "classify")
        causes = sorted(self.random.sample("12345678", self.random.randrange(1, 3)))
        needs = sorted(self.random.sample(("health", "production", "credit", "housing"), 2))
        yield self._step(plan, "record_causes", day, "case_worker", {"causes": causes})
        yield self._step(plan, "record_needs", day, "case_worker", {"needs": needs})

    def _returned(self, plan: Plan) -> Iterator[Step]:
        """Left the list in spring, listed again in autumn: tái nghèo, tái cận nghèo."""
        b1, b2 = self.points(plan, OUT)
        spring, autumn = self._day(0.2, 0.35), self._day(0.75, 0.9)
        yield from self._surveyed(plan, spring, b1, b2, "exit", tag="-out")
        b1, b2 = self.points(plan, plan.closing)
        yield from self._surveyed(plan, autumn, b1, b2, "classify", tag="-again")

    def _reviewed(self, plan: Plan) -> Iterator[Step]:
        """The yearly review of the ward: surveyed in autumn, decided in December."""
        b1, b2 = self.points(plan, plan.closing)
        day = date(self.locality.as_of.year, 12, 14)
        yield from self._surveyed(plan, day, b1, b2, "classify", tag="-review")

    def _left_later(self, plan: Plan) -> Iterator[Step]:
        day = self.locality.as_of + timedelta(days=150 + self.random.randrange(30))
        b1, b2 = self.points(plan, OUT)
        yield from self._surveyed(plan, day, b1, b2, "exit", tag="-later")

    def _misjudged(self, plan: Plan) -> Iterator[Step]:
        wrong = plan.wrong
        assert wrong is not None  # noqa: S101 - the caller looked
        day = self._day(0.6, 0.9)
        points = {"b1": wrong.b1, "b2": wrong.b2, "kwh": 40}
        yield self._step(plan, "survey", day - timedelta(days=12), "surveyor", points, tag="-wrong")
        decided = {"survey": "survey-wrong", "class_": wrong.class_, "why": wrong.why}
        do = "classify" if wrong.kind == "overridden" else "misjudge"
        yield self._decision(plan, do, day, decided | {"kind": wrong.kind}, "decided-wrong")

    # People.

    def _born(self, plan: Plan) -> Iterator[Step]:
        born = self._day(0.1, 0.8)
        family = plan.members[0].name.split()[0] if plan.people not in ("ede", "mnong") else ""
        baby = self.families.baby(born, plan.people, family)
        what = {"person": baby, "reason": "birth"}
        yield self._step(plan, "join_member", born, "case_worker", what, lag=25)

    def _died(self, plan: Plan) -> Iterator[Step]:
        what = {"person": len(plan.members) - 1, "reason": "death"}
        yield self._step(plan, "leave_member", self._day(0.1, 0.9), "case_worker", what, lag=60)

    def _head_died(self, plan: Plan) -> Iterator[Step]:
        died = self._day(0.1, 0.9)
        grown = [
            index
            for index, one in enumerate(plan.members)
            if index and (one.born.year + OF_AGE, one.born.month, one.born.day) <= died.timetuple()
        ]
        what = {"person": 0, "reason": "death", "new_head": grown[0] if grown else 1}
        if not grown:
            what["why"] = "Trong hộ không còn người lớn"
        yield self._step(plan, "leave_member", died, "case_worker", what, lag=20)

    def _died_out(self, plan: Plan) -> Iterator[Step]:
        yield self._step(plan, "dissolve", self._day(0.2, 0.9), "case_worker", {"reason": "death"})

    def _moved_away(self, plan: Plan) -> Iterator[Step]:
        what = {"reason": "moved_away"}
        yield self._step(plan, "dissolve", self._day(0.2, 0.9), "case_worker", what)

    def _corrected(self, plan: Plan) -> Iterator[Step]:
        old = plan.members[0].born
        what = {"person": 0, "born": old.replace(day=1 + old.day % 27), "reason": "papers"}
        yield self._step(plan, "correct_member", self._day(0.2, 0.9), "case_worker", what)

    # Households.

    def _split(self, plan: Plan) -> Iterator[Step]:
        """One of the couple leaves with the youngest, on a paper that lets them keep the class."""
        half = plan.other
        assert half is not None  # noqa: S101 - planned together
        youngest = range(len(plan.members) - half.size + 1, len(plan.members))
        what = {"persons": [1, *youngest], "new": half, "village": plan.village}
        day = self._day(0.4, 0.7)
        yield self._step(plan, "split", day, "chairman", what, paper=self._number())

    def _merged(self, plan: Plan) -> Iterator[Step]:
        what = {"into": plan.other, "relation": "parent"}
        yield self._step(plan, "merge", self._day(0.4, 0.7), "case_worker", what)

    def _moved(self, plan: Plan) -> Iterator[Step]:
        what = {"area": plan.commune.unit, "village": f"Tổ {self.random.randrange(1, 9)}"}
        yield self._step(plan, "move", self._day(0.3, 0.9), "case_worker", what)

    # Care and money.

    def _cared_for(self, plan: Plan) -> Iterator[Step]:
        """A plan for every poor household of the ward: "quản lý hộ nghèo theo địa chỉ"."""
        needs = sorted(self.random.sample(("health", "education", "production", "housing"), 2))
        day = self._day(0.95, 0.97)
        what: dict[str, Any] = {"needs": needs}
        yield self._step(plan, "record_needs", day, "case_worker", what, tag="-plan")
        goal = "Ổn định đời sống" if plan.no_labour_capacity else "Thoát nghèo bền vững"
        steps = ["Cấp thẻ bảo hiểm y tế", "Hỗ trợ tiền điện hằng tháng"]
        if not plan.no_labour_capacity:
            steps += ["Giới thiệu việc làm", "Hỗ trợ vay vốn tín dụng chính sách"]
        yield self._step(plan, "agree_plan", day, "case_worker", {"goal": goal, "steps": steps})

    def _granted(self, support: Support) -> Iterator[Step]:
        for plan in self._entitled(support):
            early = support.to == "poor_at_opening"
            day = self.locality.opening + timedelta(days=19) if early else self._day(0.5, 0.8)
            what = {"support": support}
            yield self._step(plan, "grant_support", day, "case_worker", what, tag=support.benefit)

    def _entitled(self, support: Support) -> list[Plan]:
        if support.to == "poor_at_opening":
            return [plan for plan in self.plans if plan.opening == POOR]
        if support.to == "poor_of_ward":
            return [p for p in self.plans if p.ward and p.opening == POOR and p.closing == POOR]
        listed = (POOR,) if support.to == "poor" else (POOR, NEAR)
        quiet = ("", "born", "died", "corrected", "head_died")
        able = [
            plan for plan in self.plans
            if plan.stays and plan.closing in listed and plan.story in quiet
            and not self.taken(plan, support)
        ]  # fmt: skip
        chosen = self.random.sample(able, support.households)
        self._taken |= {plan.key for plan in chosen}
        return chosen

    def taken(self, plan: Plan, support: Support) -> bool:
        """Whether the household was chosen already, and this would be a second house."""
        return support.benefit.startswith("housing_") and plan.key in self._taken

    # The small choices.

    def _day(self, early: float, late: float) -> date:
        """A day between two parts of the time from the opening to the locality's day."""
        whole = (self.locality.as_of - self.locality.opening).days
        return self.locality.opening + timedelta(days=int(whole * self.random.uniform(early, late)))

    def points(self, plan: Plan, class_: str) -> tuple[int, int]:
        """B1 and B2 that give this class by the standard of the locality's day."""
        urban = plan.commune.area_type == "urban"
        if plan.came_from is not None:
            urban = urban and plan.came_from.area_type == "urban"
        before_2022 = self.locality.standard == "2016-2021"
        threshold = (140 if urban else 120) if before_2022 else (175 if urban else 140)
        upper = (175 if urban else 150) if before_2022 else 175
        draw = self.random.randrange
        if class_ == POOR:
            return threshold - 5 * draw(0, 12), 10 * draw(3, 7)
        if class_ == NEAR and before_2022:
            return upper - draw(0, 20), 10 * draw(0, 3)
        if class_ == NEAR:
            return threshold - 5 * draw(0, 10), 10 * draw(0, 3)
        return upper + 5 * draw(1, 12), 10 * draw(0, 3)

    def _number(self) -> str:
        return f"{self.random.choice(PAPER)}{self.random.randrange(10)}/QĐ-UBND"

    def _decision(
        self, plan: Plan, do: str, day: date, what: dict[str, Any], name: str, late: bool = False
    ) -> Step:
        step = self._step(plan, do, day, "chairman", what, paper=self._number(), tag=name)
        if not late:
            return step
        after = datetime.combine(self.locality.as_of, time(3), UTC)
        learnt = after + timedelta(days=15 + self.random.randrange(40))
        return Step(
            step.key, plan, do, day, learnt, step.by, what, step.paper
        )  # fmt: skip

    def _step(
        self, plan: Plan, do: str, day: date, by: str, what: dict[str, Any] | None = None,
        *, lag: int = 2, paper: str = "", tag: str = "",
    ) -> Step:  # fmt: skip
        """A command recorded some days later, in office hours."""
        moment = datetime.combine(day, time(2), UTC) + timedelta(
            days=self.random.randrange(lag), minutes=self.random.randrange(420)
        )
        return Step(f"{plan.key}/{do}{tag}", plan, do, day, moment, by, what or {}, paper)


def ethnicity(plan: Plan) -> str:
    """The name of the household's people."""
    return ETHNICITIES[plan.people]
