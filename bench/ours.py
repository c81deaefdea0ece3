"""Our own write side under load: whole commands with claims, seals and idempotency."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import uuid4

import psycopg
from eventsourcing.domain import Aggregate, AggregateCreated, AggregateEvent
from psycopg_pool import ConnectionPool

from bench.harness import Follower
from bench.synthetic import FAMILY, GIVEN, MIDDLE
from domain.application import SocaiApplication
from domain.areas.directory import AreaDirectory
from domain.areas.unit import Unit
from domain.commands.command import Actor, CommandContext, Document
from domain.eventstore.mapper import register_events
from domain.eventstore.personal import Keyring
from domain.households.decisions import ClassInput, Figures
from domain.households.person import NewMember
from domain.households.registration import (
    NewHousehold,
    RegisterHousehold,
    RegisterListedHousehold,
    plan_registration,
)
from domain.matching.settlement import Anyway
from domain.standards import load_standards

AREA = "19804@2021-07-01"
DAY = date(2022, 12, 15)
KEYS = (b"\x01" * 32, b"\x02" * 32)  # of a database that is thrown away


def one_area() -> AreaDirectory:
    """A directory of one commune: areas are not what is measured here."""
    code, _, since = AREA.partition("@")
    day = date.fromisoformat(since)
    unit = Unit(
        id=AREA,
        code=code,
        level="commune",
        valid_from=day,
        certain=True,
        source="bench",
        names=((day, "Xã Mẫu"),),
        kinds=((day, "xã"),),
        area_types=((day, "rural"),),
        parents=((day, ""),),
    )
    return AreaDirectory([unit])


def application(url: str) -> SocaiApplication:
    pool = ConnectionPool(url, min_size=1, max_size=4, open=True)
    return SocaiApplication(pool, Keyring(pool, *KEYS), load_standards(), directory=one_area())


def context() -> CommandContext:
    return CommandContext(
        DAY,
        Actor("canbo.bench", "case_worker", AREA),
        uuid4(),
        datetime.now(UTC),
        Document("12/QĐ-UBND", DAY, "Chủ tịch UBND"),
    )


def household() -> NewHousehold:
    """Four people, as in the peers' household, with identity numbers that are claimed."""
    rng = random.Random()  # noqa: S311
    members = tuple(
        NewMember(
            name=f"{rng.choice(FAMILY)} {rng.choice(MIDDLE)} {rng.choice(GIVEN)}",
            relation="head" if n == 0 else "child",
            birth_year=rng.randrange(1940, 2000 if n == 0 else 2020),
            id_number=f"{rng.randrange(10**11, 10**12)}",
            ethnicity="Kinh",
        )
        for n in range(4)
    )
    return NewHousehold(area=AREA, village="Tổ 1", members=members, number=uuid4().hex[:12])


# Made-up people have few names: two of one name and birth year are to be expected here.
ANYWAY = Anyway("made up for a measurement")
DECISION = ClassInput(figures=Figures(area_type="urban", b1=135, b2=40))


class Registered(AggregateCreated):
    """The peers' household, registered as an event of our store."""

    TOPIC = "bench.registered:1"
    number: str
    area: str
    members: list[dict[str, str]]


class Surveyed(AggregateEvent):
    """Its survey."""

    TOPIC = "bench.surveyed:1"
    b1: int
    b2: int
    answers: dict[str, int]

    def apply(self, aggregate: "PlainHousehold") -> None:
        aggregate.scores = (self.b1, self.b2)


class Classified(AggregateEvent):
    """The class it was given."""

    TOPIC = "bench.classified:1"
    poor_class: str
    decision: str

    def apply(self, aggregate: "PlainHousehold") -> None:
        aggregate.poor_class = self.poor_class


class PlainHousehold(Aggregate):
    """The very household that the peers save: no claims, no seals, no command ids."""


register_events((Registered, Surveyed, Classified))


def plain_saver(url: str) -> Callable[[], object]:
    """The peers' household through our mapper and recorder: three events, one save."""
    write = application(url)

    def save() -> None:
        one: PlainHousehold = PlainHousehold._create(
            Registered,
            number="HN-0001",
            area=AREA,
            members=[
                {"name": f"Nguyễn Văn {n}", "relation": "con", "sex": "male"} for n in range(4)
            ],
        )
        one.trigger_event(Surveyed, b1=135, b2=40, answers={str(n): n for n in range(12)})
        one.trigger_event(Classified, poor_class="poor", decision="12/QĐ-UBND")
        write.save(one, wait=False)

    return save


def saver(url: str) -> Callable[[], object]:
    """Registers and classifies one household and records its cause: three events, one save."""
    write = application(url)

    def save() -> None:
        command = RegisterListedHousehold(household(), DECISION, causes=("2",))
        (answer,) = write.run_many([[plan_registration(context(), command)]])
        if isinstance(answer, Exception):
            raise answer

    return save


def sequencing_saver(url: str) -> Callable[[], object]:
    """Registers one household and waits for its position in the ledger, as a route does."""
    write = application(url)

    def save() -> None:
        outcome = write.run(RegisterHousehold(household(), ANYWAY), context())
        if outcome.seq is None:
            raise RuntimeError("the ledger position is not known in time")

    return save


def follower(url: str) -> Follower:
    """Extends the ledger, as a worker does, and reads on in it: (seq, position)."""
    conn = psycopg.connect(url, autocommit=True)

    def read_on(last: int) -> list[tuple[int, int]]:
        conn.execute("select store.extend_ledger(10000)")
        return conn.execute(
            "select seq, position from store.ledger where seq > %s order by seq", [last]
        ).fetchall()

    return read_on


def missed(url: str, seen: list[tuple[int, int]]) -> int:
    """How many stored events a follower never saw. Raises RuntimeError for a gap in the ledger."""
    with psycopg.connect(url) as conn:
        row = conn.execute("select count(*) from store.events").fetchone()
    if [seq for seq, _ in seen] != list(range(1, len(seen) + 1)):
        raise RuntimeError("the ledger has a gap")
    return (row[0] if row else 0) - len({position for _, position in seen})
