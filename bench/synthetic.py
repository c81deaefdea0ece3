"""Made-up households, five events each, sealed and stored as the real thing, many at a time.

Events are built and mapped by the domain's own classes; only the commands are left out, so that
a million households are there in minutes. Nothing here is a real person.
"""

import multiprocessing
import os
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg
from psycopg_pool import ConnectionPool

from domain.eventstore.mapper import StampedEvent, StateMapper
from domain.eventstore.personal import Keyring, Sealer
from domain.facts import Actor, Document
from domain.households.events import (
    CausesRecorded,
    Classified,
    Comparison,
    Flags,
    Member,
    Registered,
    SupportGranted,
    Surveyed,
)
from domain.standards import Standard, decide, load_standards
from domain.standards.decide import SurveyFacts

EVENTS_PER_HOUSEHOLD = 5
CHUNK = 2_000  # households a transaction
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Hồ")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Thanh", "Ngọc", "Quang", "Hữu")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Nam", "Oanh", "Phúc")
ACTOR = Actor("canbo.bench", "case_worker", "19804@2021-07-01")
INDICATORS = 12


def uuid_of(rng: random.Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)


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
        people = [[uuid_of(self.rng) for _ in range(self.rng.randint(2, 5))] for _ in range(count)]
        sealer = self.keyring.sealer(fresh=[person for family in people for person in family])
        return [stored for family in people for stored in self.household(family, sealer)], sealer

    def household(self, people: list[UUID], sealer: Sealer) -> Iterator[StampedEvent]:
        rng = self.rng
        day = date(2022, 1, 1) + timedelta(days=rng.randrange(300))
        recorded = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        household = uuid_of(rng)
        decision = Document(f"{rng.randrange(1000)}/QĐ-UBND", day, "Chủ tịch UBND")
        survey_id = uuid_of(rng)
        b1, deprived = rng.randrange(80, 200), rng.randrange(0, 7)
        found = decide(self.standard, SurveyFacts("urban", b1=b1, b2=deprived * 10))
        facts = {
            "actor": ACTOR,
            "originator_id": household,
            "timestamp": recorded,
            "effective_on": day,
        }
        events = (
            Registered(
                originator_version=1, originator_topic="household", command_id=uuid_of(rng),
                document=None, number=f"HN-{rng.randrange(10**9):09}", area=rng.choice(self.areas),
                village=f"Tổ dân phố {rng.randrange(1, 30)}", address=None, residence="permanent",
                head=people[0], members=self.members(people, sealer), flags=Flags(), source="entry",
                **facts,
            ),
            Surveyed(
                originator_version=2, command_id=uuid_of(rng), document=None, survey_id=survey_id,
                form="B", score_card="", area_type="urban", answers={}, income=None, b1=b1,
                b2=deprived * 10, deprived=None, surveyor="khaosat.bench", place="",
                attachments=(), **facts,
            ),
            Classified(
                originator_version=3, command_id=uuid_of(rng), document=decision,
                scope="national", class_=found.class_, class_before="", movement="newly_arising",
                proposed=found.class_, override_reason="", standard=self.standard.id,
                standard_digest=self.standard.digest, survey_id=survey_id,
                facts={"area_type": "urban", "b1": b1, "b2": deprived * 10},
                comparisons=tuple(c for c in found.comparisons if isinstance(c, Comparison)),
                reasons=tuple(str(reason) for reason in found.reasons), **facts,
            ),
            CausesRecorded(
                originator_version=4, command_id=uuid_of(rng), document=None,
                causes=(str(rng.randrange(1, 9)),), note="", **facts,
            ),
            SupportGranted(
                originator_version=5, command_id=uuid_of(rng), document=decision,
                support_id=uuid_of(rng), programme="NTP-2021-2025", benefit="electricity",
                person_id=None, amount=660_000, quantity=None, unit="", period_from=day,
                period_until=day + timedelta(days=365), source="central", funding_year=day.year,
                **facts,
            ),
        )  # fmt: skip
        return map(self.mapper.to_stored_event, events)

    def members(self, people: list[UUID], sealer: Sealer) -> tuple[Member, ...]:
        rng = self.rng
        members = []
        for number, person in enumerate(people):
            year = rng.randrange(1940, 2021)
            private = {
                "name": f"{rng.choice(FAMILY)} {rng.choice(MIDDLE)} {rng.choice(GIVEN)}",
                "birth_date": f"{year}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
                "id_number": f"{rng.randrange(10**11, 10**12)}",
            }
            members.append(
                Member(
                    person, "head" if number == 0 else "child", sealer.seal(person, private),
                    sex=rng.choice(("male", "female")), birth_year=year, ethnicity="Kinh",
                )
            )  # fmt: skip
        return tuple(members)


def fill(url: str, keys: tuple[bytes, bytes], areas: list[str], households: int) -> None:
    """Put `households` into the store of `url` (a role that may write its tables), in order."""
    workers = min(os.cpu_count() or 1, max(1, households // CHUNK))
    context = multiprocessing.get_context("spawn")
    shares = [households // workers + (n < households % workers) for n in range(workers)]
    with context.Pool(workers) as pool:
        pool.starmap(
            _fill_share, [(url, keys, areas, share, seed) for seed, share in enumerate(shares)]
        )
    with psycopg.connect(url, autocommit=True) as conn:
        while conn.execute("select store.extend_ledger(50000)").fetchone()[0]:  # type: ignore[index]
            pass
        conn.execute("analyze store.events")
        conn.execute("analyze store.ledger")


def _fill_share(
    url: str, keys: tuple[bytes, bytes], areas: list[str], households: int, seed: int
) -> None:
    with ConnectionPool(url, min_size=1, max_size=2, open=True) as pool:
        maker = Maker(Keyring(pool, *keys), areas, seed)
        while households > 0:
            events, sealer = maker.households(min(CHUNK, households))
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
