"""Made-up households, five events each, sealed and stored as the real thing, many at a time.

Events are built and mapped by the domain's own classes; only the commands are left out, so that
a million households are there in minutes. Nothing here is a real person.
"""

import multiprocessing
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
from psycopg_pool import ConnectionPool

from domain.commands.command import Actor, Document
from domain.eventstore.mapper import StampedEvent, StateMapper
from domain.eventstore.personal import Keyring, Sealer
from domain.households.events import (
    CausesRecorded,
    Classified,
    Flags,
    Member,
    Registered,
    SupportGranted,
    Surveyed,
)
from domain.standards import Standard, decide, load_standards
from domain.standards.decide import Decision, SurveyFigures

EVENTS_PER_HOUSEHOLD = 5
CHUNK = 2_000  # households a transaction
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Hồ")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Thanh", "Ngọc", "Quang", "Hữu")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Nam", "Oanh", "Phúc")
ACTOR = Actor("canbo.bench", "case_worker", "19804@2021-07-01")
INDICATORS = 12


def uuid_of(rng: random.Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One household as plain values, before anything is sealed or mapped."""

    ids: tuple[UUID, ...]
    people: tuple[tuple[UUID, dict[str, str], str, int], ...]
    area: str
    day: date
    b1: int
    deprived: int
    found: Decision
    serial: int


class Maker:
    """Makes the stored events of households, the same ones for the same seed (seals apart)."""

    def __init__(self, keyring: Keyring, areas: list[str], seed: int) -> None:
        self.keyring = keyring
        self.areas = areas
        self.rng = random.Random(seed)  # noqa: S311
        self.mapper = StateMapper()
        self.standard: Standard = load_standards().in_force(date(2022, 12, 15))

    def households(self, count: int) -> tuple[list[StampedEvent], Sealer]:
        """The events of `count` households, and the sealer that holds their persons' keys."""
        return self.stored([self.draw() for _ in range(count)])

    def stored(self, drawn: list[Drawn]) -> tuple[list[StampedEvent], Sealer]:
        """Seal and map households that were drawn before."""
        sealer = self.keyring.sealer(fresh=[person for one in drawn for person, *_ in one.people])
        return [event for one in drawn for event in self.events(one, sealer)], sealer

    def draw(self) -> Drawn:
        """The plain values of one more household."""
        rng = self.rng
        b1, deprived = rng.randrange(80, 200), rng.randrange(0, 7)
        return Drawn(
            ids=tuple(uuid_of(rng) for _ in range(8)),
            people=tuple(self._person() for _ in range(rng.randint(2, 5))),
            area=rng.choice(self.areas),
            day=date(2022, 1, 1) + timedelta(days=rng.randrange(300)),
            b1=b1,
            deprived=deprived,
            found=decide(self.standard, SurveyFigures("urban", b1=b1, b2=deprived * 10)),
            serial=rng.randrange(10**9),
        )

    def _person(self) -> tuple[UUID, dict[str, str], str, int]:
        rng = self.rng
        year = rng.randrange(1940, 2021)
        private = {
            "name": f"{rng.choice(FAMILY)} {rng.choice(MIDDLE)} {rng.choice(GIVEN)}",
            "birth_date": f"{year}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
            "id_number": f"{rng.randrange(10**11, 10**12)}",
        }
        return uuid_of(rng), private, rng.choice(("male", "female")), year

    def events(self, one: Drawn, sealer: Sealer) -> Iterator[StampedEvent]:
        """The five events of one household, its people sealed, as rows of the store."""
        household, survey, support, *commands = one.ids
        recorded = datetime(one.day.year, one.day.month, one.day.day, 3, tzinfo=UTC)
        decision = Document(f"{one.serial % 1000}/QĐ-UBND", one.day, "Chủ tịch UBND")
        circumstances = {
            "actor": ACTOR,
            "originator_id": household,
            "timestamp": recorded,
            "effective_on": one.day,
        }
        figures = {"area_type": "urban", "b1": one.b1, "b2": one.deprived * 10}
        events = (
            Registered(
                originator_version=1, originator_topic="household", command_id=commands[0],
                document=None, number=f"HN-{one.serial:09}", area=one.area,
                village=f"Tổ dân phố {one.serial % 30}", address=None, residence="permanent",
                head=one.people[0][0], members=members(one, sealer), flags=Flags(),
                source="entry", **circumstances,
            ),
            Surveyed(
                originator_version=2, command_id=commands[1], document=None, survey_id=survey,
                form="B", score_card="", answers={}, income=None, deprived=None,
                surveyor="khaosat.bench", place="", attachments=(), **figures, **circumstances,
            ),
            Classified(
                originator_version=3, command_id=commands[2], document=decision,
                scope="national", class_=one.found.class_, class_before="",
                movement="newly_arising", proposed=one.found.class_, override_reason="",
                standard=self.standard.id, standard_digest=self.standard.digest,
                survey_id=survey, facts=figures, comparisons=one.found.comparisons,
                reasons=one.found.reasons, **circumstances,
            ),
            CausesRecorded(
                originator_version=4, command_id=commands[3], document=None,
                causes=(str(1 + one.serial % 8),), note="", **circumstances,
            ),
            SupportGranted(
                originator_version=5, command_id=commands[4], document=decision,
                support_id=support, programme="NTP-2021-2025", benefit="school_meals",
                person_id=None, amount=660_000, quantity=None, unit="", period_from=one.day,
                period_until=one.day + timedelta(days=365), source="central",
                funding_year=one.day.year, **circumstances,
            ),
        )  # fmt: skip
        return map(self.mapper.to_stored_event, events)


def members(one: Drawn, sealer: Sealer) -> tuple[Member, ...]:
    return tuple(
        Member(
            person,
            "child" if number else "head",
            sealer.seal(person, private),
            sex=sex,
            birth_year=year,
            ethnicity="Kinh",
        )
        for number, (person, private, sex, year) in enumerate(one.people)
    )


def fill(
    url: str,
    keys: tuple[bytes, bytes],
    areas: list[str],
    households: int,
    maker: type[Maker] = Maker,
) -> None:
    """Put `households` into the store of `url` (a role that may write its tables), in order."""
    workers = min(os.cpu_count() or 1, max(1, households // CHUNK))
    context = multiprocessing.get_context("spawn")
    shares = [households // workers + (n < households % workers) for n in range(workers)]
    with context.Pool(workers) as pool:
        pool.starmap(
            _fill_share,
            [(url, keys, areas, share, seed, maker) for seed, share in enumerate(shares)],
        )
    with psycopg.connect(url, autocommit=True) as conn:
        while conn.execute("select store.extend_ledger(50000)").fetchone()[0]:  # type: ignore[index]
            pass
        conn.execute("analyze store.events")
        conn.execute("analyze store.ledger")


def _fill_share(
    url: str,
    keys: tuple[bytes, bytes],
    areas: list[str],
    households: int,
    seed: int,
    maker: type[Maker],
) -> None:
    with ConnectionPool(url, min_size=1, max_size=2, open=True) as pool:
        made = maker(Keyring(pool, *keys), areas, seed)
        while households > 0:
            events, sealer = made.households(min(CHUNK, households))
            with pool.connection() as conn:
                copy_events(conn, events, sealer)
            households -= CHUNK


def copy_events(conn: psycopg.Connection, events: list[StampedEvent], sealer: Sealer) -> None:
    """One transaction: the events and the keys they were sealed with."""
    with conn.cursor() as cursor:
        with cursor.copy(
            "copy store.events (originator_id, originator_version, topic, state, recorded_at)"
            " from stdin (format binary)"
        ) as copy:
            copy.set_types(["uuid", "int4", "text", "bytea", "timestamptz"])
            for e in events:
                copy.write_row(
                    (e.originator_id, e.originator_version, e.topic, e.state, e.recorded_at)
                )
        with cursor.copy(
            "copy store.subject_keys (subject, wrapped) from stdin (format binary)"
        ) as copy:
            copy.set_types(["uuid", "bytea"])
            for key in sealer.new_keys:
                copy.write_row((key.subject, key.wrapped))
