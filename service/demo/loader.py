"""Load of the demo: units, opening lists, denominators and commands, by the moment of recording,
which is the order of the ledger.

It runs in steps, each noted when it is done: after a kill it goes on, and once complete it does
nothing. A step can be repeated, as imports and commands have ids of their own.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from domain.application import SocaiApplication
from domain.areas.directory import AreaDirectory
from domain.areas.seed.load import load_national
from domain.calendar import day_of, shown
from domain.commands.batch import CommandBatch
from domain.commands.claims import BatchClaims, find_claims
from domain.commands.command import Actor, CommandContext
from domain.households.claims import number_key
from domain.households.handler import HouseholdBatch, HouseholdCommand
from domain.population.commands import DeclarePopulation
from domain.population.population import Denominators
from domain.reviews.load import published
from projections.imports import import_job, imports, job_store
from service.demo import support, support_today
from service.demo.lists import opening_list
from service.demo.localities import Locality, localities
from service.demo.plans import NEAR, POOR, Commune, Plan, Planning
from service.demo.round_days import round_days
from service.demo.round_runner import Office
from service.demo.rounds import CLOSED, GOES_ON, REPORTED, record_rounds
from service.demo.rounds import Commune as RoundCommune
from service.demo.run_steps import NAMESPACE, StepRunner, command_id, own_id
from service.demo.stories import Step, Stories

DAY = "rounds/"
REPORTED_HOUSEHOLDS = 100
"""How many households the commune has at least that waits for the answer of the province."""
BATCH = 1_500
"""Commands saved together."""

Progress = Callable[[str, int, int], None]


class DemoRefused(Exception):
    """The demo's own list was refused in part: its data does not fit this program."""


@dataclass(slots=True)
class LocalityPlan:
    """A locality with its plan and its steps, before anything is recorded."""

    locality: Locality
    plans: list[Plan]
    steps: list[Step]
    stories: Stories


@dataclass(frozen=True, slots=True)
class Planted:
    """A decision that is wrong on purpose, as it stands on record."""

    household_id: UUID
    effective_on: date
    kind: str
    area: str


def load(
    application: SocaiApplication, progress: Progress | None = None, today: date | None = None
) -> None:
    """Loads the rest of the demo. `application` may have any clock: each command has its moment.

    The review rounds stand as they would on `today`, or on the day of the clock; a load that was
    interrupted keeps the day on which its rounds began.
    """
    loading = _Loading(application, progress or (lambda *_: None))
    loading.today = today or day_of(application.clock())
    loading.run()


def rounds_shown(conn: Any) -> str:
    """Returns what the demo says in English about its rounds; "" before they are loaded."""
    day = _day_of_rounds(row[0] for row in conn.execute("select piece from office.demo"))
    if day is None:
        return ""
    days = round_days(published(), day)
    if days.autumn:
        return f"Review rounds as of {shown(day)}: open in phường Hương An, closed in Hà Tĩnh."
    closed = f"closed on {shown(days.closed.closed)}" if days.closed else "not loaded"
    return (
        f"Review rounds as of {shown(day)}: no periodic round is open ({days.why_not_open});"
        f" the newest one is shown, {closed}."
    )


def _day_of_rounds(pieces: Iterable[str]) -> date | None:
    days = [one.removeprefix(DAY) for one in pieces if one.startswith(DAY)]
    return date.fromisoformat(days[0]) if days else None


def is_loaded(conn: Any) -> bool:
    """Whether the whole demo is here."""
    row = conn.execute("select exists(select from office.demo where piece = 'all')").fetchone()
    return bool(row and row[0])


def planted(application: SocaiApplication) -> list[Planted]:
    """The wrong decisions of a loaded demo, which "decide again" has to find, and no others."""
    found = []
    for planned in plan_localities(application.areas.directory):
        ids = _ids(application, planned.plans)
        for step in planned.steps:
            wrong = step.plan.wrong
            if wrong is not None and step.do in ("misjudge", "classify"):
                household = ids.get(step.plan.key) or own_id(step.plan)
                unit = step.plan.commune.unit
                found.append(Planted(household, step.effective_on, wrong.kind, unit))
    return found


def plan_localities(directory: AreaDirectory) -> Iterator[LocalityPlan]:
    """Returns the localities with their households and steps; the same each time."""
    for locality in localities():
        plans = Planning(locality, _communes(directory, locality)).plan()
        stories = Stories(locality, plans)
        yield LocalityPlan(locality, plans, stories.steps(), stories)


class _Loading:
    def __init__(self, application: SocaiApplication, progress: Progress) -> None:
        self.application = application
        self.progress = progress
        self.pieces = self._pieces()
        self.done = self.total = 0
        self.today = day_of(application.clock())

    def run(self) -> None:
        if "all" in self.pieces:
            return
        if "areas" not in self.pieces:
            load_national(
                self.application,
                datetime.now(tz=UTC),
                lambda done, total: self.progress("administrative units", done, total),
            )
            self._finished("areas")
        planned = list(plan_localities(self.application.areas.refresh()))
        self.total = sum(
            sum(1 for plan in one.plans if plan.opening) + len(one.steps) for one in planned
        )
        for opening, following in _openings(planned):
            for one in opening:
                self._open(one)
            self._carry_out(planned, *following)
        for one in planned:
            self._declare(one.locality, one.locality.as_of)
        communes, day = self._rounds(planned)
        support.load(
            self.application, {one.locality.key: self._listed_all_year(one) for one in planned}
        )
        support_today.load(self.application, communes, day)
        self._finished("all")

    def _listed_all_year(self, planned: LocalityPlan) -> list[UUID]:
        """Households of the opening list that stay in their class, and to which little happens."""
        ids = _ids(self.application, planned.plans)
        return [
            ids[plan.key]
            for plan in planned.plans
            if plan.opening and plan.stays and not plan.story and plan.key in ids
        ]

    def _rounds(self, planned: list[LocalityPlan]) -> tuple[list[RoundCommune], date]:
        """The review rounds, of the day on which they were begun, and that day."""
        day = _day_of_rounds(self.pieces)
        if day is None:
            day = self.today
            self._finished(f"{DAY}{day.isoformat()}")
        communes = [
            commune
            for one in planned
            if one.locality.autumn
            for commune in _round_communes(self.application, one, day)
        ]
        for commune in communes:
            self._declare_now(commune, day)
        record_rounds(self.application, communes, day, self._finished, self.pieces.__contains__)
        return communes, day

    def _declare_now(self, commune: RoundCommune, day: date) -> None:
        """All residents of a commune in the middle of the year, so that its rates show."""
        middle = date(day.year if day >= date(day.year, 7, 1) else day.year - 1, 7, 1)
        office = commune.office
        actor = Actor(office.province_account, "province_officer", office.province)
        moment = datetime.combine(middle, time(3), UTC) + timedelta(days=3)
        id_ = uuid5(NAMESPACE, f"residents/{office.area}/{middle}")
        command = DeclarePopulation(office.area, commune.residents)
        self.application.run(command, CommandContext(middle, actor, id_, moment))

    def _open(self, planned: LocalityPlan) -> None:
        """The opening list and the denominators of its day."""
        locality = planned.locality
        listed = sum(1 for plan in planned.plans if plan.opening)
        piece = f"{locality.key}/opening"
        if piece not in self.pieces:
            self._declare(locality, locality.opening)
            self._import(planned, listed)
            self._finished(piece)
        self._advance(listed)

    def _import(self, planned: LocalityPlan, listed: int) -> None:
        locality = planned.locality
        moment = datetime.combine(locality.opening, time(2), UTC) + timedelta(days=2)
        import_id = uuid5(NAMESPACE, f"{locality.key}/list")
        unit = self.application.areas.directory.unit_on(locality.code, locality.opening).id
        with self.application.pool.connection() as conn:
            job_store.request(
                conn,
                self.application.keyring,
                import_id=import_id,
                area=unit,
                file=opening_list(locality, planned.plans, planned.stories),
                actor=Actor(f"canbo.{locality.code}", "case_worker", unit),
                requested_at=moment,
                file_name=f"{locality.key}.xlsx",
                effective_on=locality.opening,
            )

        def show(what: str, done: int, total: int) -> None:
            if what == "recording":
                self.progress("households and their histories", self.done + done, self.total)

        import_job.run(self.application, import_id, lambda: moment, show, listed=False)
        with self.application.pool.connection() as conn:
            result = imports.get(conn, import_id)
            said = imports.remarks(conn, self.application.keyring, import_id, limit=3)
        if result.status != "done" or result.recorded + result.already != listed:
            reasons = [(one.row, one.code, one.details) for one in said]
            raise DemoRefused(f"{locality.key}: {result.refusal or reasons}")

    def _declare(self, locality: Locality, day: date) -> None:
        """All residents of the locality and of the ward whose figures are given."""
        piece = f"{locality.key}/residents/{day}"
        if piece in self.pieces:
            return
        bases = {}
        if locality.residents.near_poor_base and day == locality.as_of:
            bases = {"near_poor": locality.residents.near_poor_base}
        declared = [(locality.code, locality.residents, bases)]
        if locality.ward is not None:
            declared.append((locality.ward.code, locality.ward.residents, {}))
        moment = datetime.combine(day, time(3), UTC) + timedelta(days=3)
        for code, residents, base in declared:
            unit = self.application.areas.directory.unit_on(code, day).id
            actor = Actor(f"thongke.{locality.code}", "province_officer", unit)
            context = CommandContext(day, actor, uuid5(NAMESPACE, f"{piece}/{code}"), moment)
            figures = Denominators(
                households=residents.households,
                persons=residents.persons,
                rate_bases=base,
                source=f"Số liệu minh họa; {locality.source}",
            )
            self.application.run(DeclarePopulation(unit, figures), context)
        self._finished(piece)

    def _carry_out(self, planned: list[LocalityPlan], since: datetime, until: datetime) -> None:
        """All steps recorded between two moments, across the localities."""
        offices: dict[str, StepRunner] = {}
        due: list[tuple[Step, str]] = []
        for one in planned:
            steps = [step for step in one.steps if since <= step.recorded_at < until]
            due += [(step, one.locality.key) for step in steps]
            if steps:
                ids = _ids(self.application, one.plans)
                standards = self.application.standards
                offices[one.locality.key] = StepRunner(standards, one.locality, ids)
        due.sort(key=lambda each: (each[0].recorded_at, each[0].key))
        for start in range(0, len(due), BATCH):
            batch = due[start : start + BATCH]
            piece = f"steps/{batch[0][0].key}..{batch[-1][0].key}"
            if piece not in self.pieces:
                self._batch(batch, offices)
                self._finished(piece)
            self._advance(len(batch))

    def _batch(self, steps: list[tuple[Step, str]], offices: dict[str, StepRunner]) -> None:
        """Saves steps together, or raises the refusal of one and saves nothing."""
        needed = set()
        for step, key in steps:
            for plan in (step.plan, step.plan.other):
                if plan is not None:
                    needed.add(offices[key].household(plan))
        runner = self.application.runner
        done = runner.find_commands([command_id(step) for step, _ in steps])
        claims = BatchClaims(runner.pool, runner.claim_kinds)
        households = HouseholdBatch(self.application.households, needed, claims, done.keys())
        batch: CommandBatch[HouseholdCommand] = CommandBatch(runner, households, claims, done)
        for step, key in steps:
            offices[key].run(step, batch, households)
        if not batch.save():
            raise DemoRefused("another process writes to the households of the demo")

    def _advance(self, steps: int) -> None:
        self.done += steps
        self.progress("households and their histories", self.done, self.total)

    def _pieces(self) -> set[str]:
        with self.application.pool.connection() as conn:
            return {row[0] for row in conn.execute("select piece from office.demo")}

    def _finished(self, piece: str) -> None:
        self.pieces.add(piece)
        with self.application.pool.connection() as conn:
            conn.execute(
                "insert into office.demo (piece) values (%s) on conflict do nothing", [piece]
            )


def _openings(
    planned: list[LocalityPlan],
) -> Iterator[tuple[list[LocalityPlan], tuple[datetime, datetime]]]:
    """The localities that open on a day, and the time from then to the next opening."""
    days = sorted({one.locality.opening for one in planned})
    moments = [datetime.combine(day, time(0), UTC) for day in days]
    ends = [*moments[1:], datetime.max.replace(tzinfo=UTC)]
    for day, since, until in zip(days, moments, ends, strict=True):
        yield [one for one in planned if one.locality.opening == day], (since, until)


def _ids(application: SocaiApplication, plans: list[Plan]) -> dict[str, UUID]:
    """The households of an opening list by their planned key: found by number and commune."""
    keys = {
        number_key((plan.came_from or plan.commune).unit, plan.number): plan.key
        for plan in plans
        if plan.opening
    }
    claims = find_claims(application.pool, keys)
    return {keys[key]: claim.holder for key, claim in claims.items()}


def _round_communes(
    application: SocaiApplication, planned: LocalityPlan, day: date
) -> Iterator[RoundCommune]:
    """The communes of a day that have the land of a locality and review its households.

    Of the locality with a ward these are the commune of the ward and one more. Land that was
    divided is left out: an officer has to place its households first.
    """
    ward, directory = planned.locality.ward, application.areas.directory
    lineage = directory.lineage
    known = _ids(application, planned.plans)
    communes: dict[str, list[UUID]] = {}
    listed: Counter[str] = Counter()
    for plan in planned.plans:
        place = lineage.place(plan.commune.unit, day)
        if place.exact:
            communes.setdefault(place.node, []).append(known.get(plan.key) or own_id(plan))
            listed[place.node] += plan.closing in (POOR, NEAR)
    province = f"tinh.{planned.locality.key.replace('_', '')}"
    for area, shows in sorted(_shown(planned.locality, communes, directory, day).items()):
        account = ward.account if ward and shows == GOES_ON else area.partition("@")[0]
        office = Office(area, account, lineage.path(area, day)[-1], province)
        residents = _residents(planned.locality, listed[area], of_ward=shows == GOES_ON)
        yield RoundCommune(office, communes[area], shows, residents)


def _residents(locality: Locality, listed: int, *, of_ward: bool) -> Denominators:
    """As many residents for each listed household as the locality has, or its ward."""
    ward = locality.ward if of_ward else None
    whole = ward.residents if ward else locality.residents
    base = locality.poor.households + locality.near_poor.households
    if ward:
        base = ward.poor + ward.near_poor
    return Denominators(
        households=whole.households * listed // base,
        persons=whole.persons * listed // base,
        source="Số liệu minh họa",
    )


def _shown(
    locality: Locality, communes: Mapping[str, list[UUID]], directory: AreaDirectory, day: date
) -> dict[str, str]:
    """Which round each commune shows; communes that are not named show none."""
    if locality.ward is None:
        return dict.fromkeys(communes, CLOSED)
    unit = directory.unit_on(locality.ward.code, locality.as_of).id
    own = directory.lineage.place(unit, day).node
    sizes = sorted((len(ids), area) for area, ids in communes.items() if area != own)
    other = next(area for size, area in sizes if size >= REPORTED_HOUSEHOLDS)
    return {own: GOES_ON, other: REPORTED}


def _communes(directory: AreaDirectory, locality: Locality) -> list[Commune]:
    """The communes of a locality on its day, by code; those that stood at the opening as well."""
    day = locality.as_of
    found = []
    for unit_id in directory.lineage.tree(directory.unit_on(locality.code, day).id, day):
        unit = directory.unit(unit_id)
        if unit.level != "commune" or not unit.stands_on(locality.opening):
            continue
        above = [directory.unit(one) for one in directory.lineage.path(unit_id, day)]
        district = next((one for one in above if one.level == "district"), None)
        found.append(
            Commune(
                unit=unit_id,
                code=unit.code,
                name=unit.name_on(day),
                district=district.name_on(day) if district else "",
                district_code=district.code if district else "",
                province=above[-1].name_on(day),
                area_type=unit.area_type_on(day),
            )
        )
    return sorted(found, key=lambda one: one.code)
