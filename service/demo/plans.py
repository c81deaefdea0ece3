"""Plan of a locality's households, such that the totals hold after all steps.

It is planned from the end: first the poor and near-poor households of the locality's day with
persons and villages, then what happened to them before, and last their classes on the opening list.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from service.demo.localities import Locality, Wrong, wrong_decisions
from service.demo.people import Families, Person

POOR, NEAR, OUT = "poor", "near_poor", "not_listed"


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of the locality: unit id, code, name, the names above it, its area type."""

    unit: str
    code: str
    name: str
    district: str
    district_code: str
    province: str
    area_type: str


@dataclass(slots=True)
class Plan:
    """One household of the demo.

    `opening` and `closing` are its class on the opening list and on the locality's day, "" where
    it is not there. `size` is how many it has on that day (or had at last). `story` says what
    happens to it, `other` is the household it does it with.
    """

    key: str
    opening: str
    closing: str
    commune: Commune
    size: int = 0
    story: str = ""
    people: str = "kinh"
    members: list[Person] = field(default_factory=list)
    number: str = ""
    village: str = ""
    came_from: Commune | None = None
    other: "Plan | None" = None
    wrong: Wrong | None = None
    no_labour_capacity: bool = False
    judged_later: bool = False
    ward: bool = False

    @property
    def stays(self) -> bool:
        """Whether it is in one class all year."""
        return self.opening == self.closing and self.wrong is None and self.closing != ""


class Planning:
    """Plans one locality. The same seed plans the same."""

    def __init__(self, locality: Locality, communes: list[Commune]) -> None:
        self.locality = locality
        self.random = Random(f"socai demo {locality.key}")  # noqa: S311 - made-up people
        self.communes = communes
        self.plans: list[Plan] = []
        ward = locality.ward
        self.ward = next((c for c in communes if ward is not None and c.code == ward.code), None)
        self.others = [commune for commune in communes if commune is not self.ward]
        self.weights = [self.random.uniform(0.4, 1.6) for _ in self.others]

    def plan(self) -> list[Plan]:
        """All households of the locality, complete with their people."""
        self._closing(POOR)
        self._closing(NEAR)
        self._leaving()
        self._wrong()
        self._stories()
        self._flags()
        self._people()
        return self.plans

    # Households listed on the locality's day, and those that left before.

    def _closing(self, class_: str) -> None:
        """Those of a class on the locality's day, with sizes that add up."""
        moves = self.locality.movements
        totals = self.locality.poor if class_ == POOR else self.locality.near_poor
        came = (
            [(NEAR, moves.near_to_poor), ("", moves.new_poor)]
            if class_ == POOR
            else [(POOR, moves.poor_to_near), ("", moves.new_near)]
        )
        wrong = [one for one in wrong_decisions() if self._is_ours(one) and one.class_ == class_]
        openings = [opening for opening, count in came for _ in range(count)]
        splits = self._splits(class_)
        staying = totals.households - len(openings) - splits - len(wrong)
        openings += [class_] * staying
        self.random.shuffle(openings)
        sizes = iter(self._sizes(totals.households, totals.persons))
        places = iter(self._places(len(openings), class_))
        for opening in openings:
            self._add(opening, class_, next(places), next(sizes))
        for one in wrong:
            place = self._somewhere(one.area_type)
            self._add(one.from_, class_, place, next(sizes)).wrong = one
        for _ in range(splits):
            self._add("", class_, self._somewhere(), next(sizes)).story = "split_off"

    def _leaving(self) -> None:
        """Those who are on the opening list and no longer listed on the locality's day."""
        moves = self.locality.movements
        wrong = [one for one in wrong_decisions() if self._is_ours(one) and one.class_ == OUT]
        for opening, closing, count in (
            (POOR, OUT, moves.poor_exit),
            (NEAR, OUT, moves.near_exit),
            (POOR, "", moves.poor_dissolved),
            (NEAR, "", moves.near_dissolved),
        ):
            for number in range(count):
                plan = self._add(opening, closing, self._somewhere(), self._any_size())
                if not closing:
                    plan.story = "died_out" if number % 3 else "moved_away"
                    plan.size = 1 if plan.story == "died_out" else plan.size
        for one in wrong:
            place = self._somewhere(one.area_type)
            self._add(one.from_, OUT, place, self._any_size()).wrong = one

    def _wrong(self) -> None:
        """Wrong decisions in the ward trade places with households of the ward."""
        for plan in self.plans:
            if plan.wrong is None or not plan.wrong.ward or self.ward is None:
                continue
            swapped = next(
                one for one in self.plans
                if one.stays and one.commune is self.ward and one.closing == plan.closing
            )  # fmt: skip
            plan.commune, swapped.commune = swapped.commune, plan.commune

    def _stories(self) -> None:
        """What happens to households that stay in their class; to each one thing at most."""
        moves = self.locality.movements
        free = [plan for plan in self.plans if plan.stays]
        self.random.shuffle(free)
        for half in [plan for plan in self.plans if plan.story == "split_off"]:
            whole = self._take(free, lambda p, h=half: p.closing == h.closing and not self._in(p))
            whole.story, whole.other, half.other = "split", half, whole
            half.commune = whole.commune
        for _ in range(moves.merges):
            into = self._take(free, lambda p: p.size >= 3 and not self._in(p))
            gone = self._add(into.closing, "", into.commune, 1)
            gone.story, gone.other, into.story, into.other = "merged", into, "received", gone
        for _ in range(moves.moves):
            plan = self._take(free, lambda p: not self._in(p))
            plan.story, plan.came_from = "moved", self._somewhere()
        for story, count, least in (
            ("born", moves.births, 3),
            ("died", moves.deaths, 1),
            ("head_died", moves.head_deaths, 1),
            ("returned", moves.returned, 1),
            ("corrected", moves.corrections, 1),
            ("left_later", moves.afterwards, 1),
        ):
            for _ in range(count):
                plan = self._take(free, lambda p, n=least: p.size >= n and not self._in(p))
                plan.story = story

    def _flags(self) -> None:
        """Households without labour capacity: as many as stated in the ward, some elsewhere."""
        ward = self.locality.ward
        inside = [p for p in self.plans if self._in(p) and p.stays and p.closing == POOR]
        if ward is not None:
            inside.sort(key=lambda plan: plan.size)
            for place, plan in enumerate(inside[: ward.no_labour_capacity]):
                plan.no_labour_capacity = True
                plan.judged_later = place % 12 == 0
        for plan in self.plans:
            if not self._in(plan) and plan.size <= 2 and plan.opening:
                plan.no_labour_capacity = self.random.random() < 0.15

    def _people(self) -> None:
        families = Families(
            self.random, self.locality.id_prefix, self.locality.people, self.locality.opening
        )
        numbers: dict[str, int] = {}
        for plan in self.plans:
            plan.ward = self._in(plan)
            plan.people = families.people()
            at_first = (plan.came_from or plan.commune).code
            numbers[at_first] = numbers.get(at_first, 0) + 1
            plan.number = f"{at_first}-{numbers[at_first]:04}"
            plan.village = self._village(plan)
            if plan.story != "split_off":
                plan.members = families.family(max(1, plan.size + _before(plan)), plan.people)

    # The small choices.

    def _add(self, opening: str, closing: str, commune: Commune, size: int) -> Plan:
        key = f"{self.locality.key}/{len(self.plans):05}"
        plan = Plan(key, opening, closing, commune, size)
        self.plans.append(plan)
        return plan

    def _splits(self, class_: str) -> int:
        half = self.locality.movements.splits // 2
        return self.locality.movements.splits - half if class_ == POOR else half

    def _is_ours(self, wrong: Wrong) -> bool:
        return wrong.locality == self.locality.key

    def _in(self, plan: Plan) -> bool:
        return plan.commune is self.ward and self.ward is not None

    def _somewhere(self, area_type: str = "") -> Commune:
        while True:
            found = self.random.choices(self.others, self.weights)[0]
            if area_type in ("", found.area_type):
                return found

    def _places(self, count: int, class_: str) -> Iterator[Commune]:
        """Where so many households live: as many as stated in the ward, the rest anywhere."""
        ward = self.locality.ward
        inside = 0
        if ward is not None:
            inside = ward.poor if class_ == POOR else ward.near_poor
        for number in range(count):
            yield self.ward if number < inside and self.ward else self._somewhere()

    def _sizes(self, count: int, persons: int) -> list[int]:
        """So many sizes, at least 1, that add up to so many persons."""
        mean = persons / count
        sizes = [max(1, round(self.random.gauss(mean, 0.55 * mean))) for _ in range(count)]
        missing = persons - sum(sizes)
        while missing:
            place = self.random.randrange(count)
            if missing > 0 and sizes[place] < 9:
                sizes[place] += 1
                missing -= 1
            elif missing < 0 and sizes[place] > 1:
                sizes[place] -= 1
                missing += 1
        return sizes

    def _any_size(self) -> int:
        return self.random.choice((1, 2, 2, 3, 3, 4, 4, 5))

    def _village(self, plan: Plan) -> str:
        number = self.random.randrange(1, 13)
        commune = plan.came_from or plan.commune
        if commune.area_type == "urban":
            return f"Tổ dân phố {number}"
        return f"{'Buôn' if plan.people in ('ede', 'mnong', 'giarai') else 'Thôn'} {number}"

    def _take(self, free: list[Plan], fits: object) -> Plan:
        """The next free household that fits; each is taken once."""
        for place, plan in enumerate(free):
            if fits(plan):  # type: ignore[operator]
                return free.pop(place)
        raise ValueError(f"{self.locality.key} has too few households for its stories")


def _before(plan: Plan) -> int:
    """How many more persons the household had at first than in the end."""
    if plan.story == "split" and plan.other is not None:
        return plan.other.size
    if plan.story == "received":
        return -1
    return {"born": -1, "died": 1, "head_died": 1}.get(plan.story, 0)
